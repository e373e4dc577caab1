(** The losses in the recursion of Theorem 13, and how they compare between a network h
    and a perturbation h' of it (theorem-13.md, Section 4, "Layer steps", "Margin step").

    All are booleans. Step k <= K: some radius up to layer k is below 2 gamma. Last step:
    the margin is at most 2 zeta_(K+1) gamma_(K+1). *)
From Coq Require Import Reals Lra Lia Bool.
From Gapcert Require Import base.Sums base.IndexSets base.Vectors.
From Gapcert Require Import sparsity.Radius sparsity.Layer sparsity.Network.
Open Scope R_scope.

(** A labelled input. *)
Record point := { inp : vec; lab : nat }.

(** ||x|| <= M_X and the label is one of the classes. *)
Definition admissible (H : hyper) (z : point) : Prop :=
  nrm (dim H 0) (inp z) <= MX H /\ (lab z < dim H (S (depth H)))%nat.

(** ** Radii *)

(** r_n(h,x) >= c_n for all n <= k. *)
Fixpoint radii (H : hyper) (c : nat -> R) (h : net) (x : vec) (k : nat) : bool :=
  match k with
  | O => true
  | S k => radii H c h x k
           && at_leastb (dim H (S k)) (spar H (S k)) (layer_slack H h x k) (c (S k))
  end.

Lemma radii_true H c h x k :
  radii H c h x k = true <-> (forall j, (j < k)%nat -> radius_at_least H h x j (c (S j))).
Proof.
  induction k as [|k IH]; cbn [radii].
  - split; [intros _ j Hj; lia | reflexivity].
  - rewrite andb_true_iff, IH, at_leastb_true. split.
    + intros [Below At] j Hj. destruct (Nat.eq_dec j k) as [->|Ne]; [exact At |].
      apply Below. lia.
    + intros All. split; [intros j Hj; apply All; lia | apply All; lia].
Qed.

(** Lower thresholds are easier. *)
Lemma radii_weaken H c c' h x k : (forall n, c' n <= c n) ->
  radii H c h x k = true -> radii H c' h x k = true.
Proof.
  intros Hc. rewrite !radii_true. intros All j Hj.
  apply (at_least_weaken _ _ _ (c (S j))); [apply Hc | apply All; exact Hj].
Qed.

(** r_n(h,x) < c_n for some n <= k. *)
Definition violation (H : hyper) (c : nat -> R) (h : net) (k : nat) (z : point) : bool :=
  negb (radii H c h (inp z) k).

(** a gamma, the thresholds. *)
Definition times_gamma (H : hyper) (a : R) : nat -> R := fun n => a * gamma H n.

Lemma gamma_thresholds H h x k :
  radii H (times_gamma H 1) h x k = true ->
  forall j, (j < k)%nat -> radius_at_least H h x j (gamma H (S j)).
Proof.
  rewrite radii_true. intros All j Hj. specialize (All j Hj). unfold times_gamma in All.
  rewrite Rmult_1_l in All. exact All.
Qed.

Lemma times_gamma_mono H a b : valid H -> a <= b ->
  forall n, times_gamma H a n <= times_gamma H b n.
Proof.
  intros V Hab n. apply Rmult_le_compat_r; [apply gamma_nonneg; exact V | exact Hab].
Qed.

(** ** The margin *)

(** The margin is compared with "<=" (a tie is an error) or, with [strict], with "<" (as
    printed). *)
Definition below (strict : bool) (a g : R) : Prop := if strict then a < g else a <= g.

Definition belowb (strict : bool) (a g : R) : bool :=
  if strict then (if Rlt_dec a g then true else false)
  else (if Rle_dec a g then true else false).

Lemma belowb_true strict a g : belowb strict a g = true <-> below strict a g.
Proof.
  unfold belowb, below. destruct strict.
  - destruct (Rlt_dec a g); split; intros E; try assumption; try reflexivity; [discriminate | contradiction].
  - destruct (Rle_dec a g); split; intros E; try assumption; try reflexivity; [discriminate | contradiction].
Qed.

Lemma below_shift strict a a' g e : a' <= a + e -> below strict a g -> below strict a' (g + e).
Proof. unfold below. destruct strict; lra. Qed.

(** margin(h,z) <= g: some other class j has h(x)_y - h(x)_j <= g (< g with [strict]). *)
Definition close_class (strict : bool) (H : hyper) (h : net) (z : point) (g : R) : iset :=
  fun j => negb (Nat.eqb j (lab z))
           && belowb strict (output H h (inp z) (lab z) - output H h (inp z) j) g.

Definition margin_below (strict : bool) (H : hyper) (h : net) (z : point) (g : R) : bool :=
  Nat.ltb 0 (card (dim H (S (depth H))) (close_class strict H h z g)).

Lemma close_class_true strict H h z g j : close_class strict H h z g j = true <->
  j <> lab z /\ below strict (output H h (inp z) (lab z) - output H h (inp z) j) g.
Proof.
  unfold close_class. rewrite andb_true_iff, negb_true_iff, Nat.eqb_neq, belowb_true.
  reflexivity.
Qed.

Lemma margin_below_true strict H h z g : margin_below strict H h z g = true <->
  exists j, (j < dim H (S (depth H)))%nat /\ j <> lab z
            /\ below strict (output H h (inp z) (lab z) - output H h (inp z) j) g.
Proof.
  unfold margin_below. rewrite Nat.ltb_lt. split.
  - intros Pos. destruct (card_pos_member _ _ Pos) as [j [Hj E]].
    exists j. split; [exact Hj |]. apply close_class_true in E. exact E.
  - intros [j [Hj E]]. apply close_class_true in E.
    assert (Sub : (card (dim H (S (depth H))) (single j)
                   <= card (dim H (S (depth H))) (close_class strict H h z g))%nat).
    { apply card_subset. intros i _ Ei. unfold single in Ei.
      apply Nat.eqb_eq in Ei. rewrite Ei. exact E. }
    rewrite card_single in Sub by exact Hj. lia.
Qed.

(** If no output moves by more than e, the margin moves by at most 2 e. *)
Lemma margin_below_moves strict H h h' z g e : (lab z < dim H (S (depth H)))%nat ->
  (forall i, (i < dim H (S (depth H)))%nat ->
    Rabs (output H h' (inp z) i - output H h (inp z) i) <= e) ->
  margin_below strict H h z g = true -> margin_below strict H h' z (g + 2 * e) = true.
Proof.
  intros Hy Close. rewrite !margin_below_true. intros [j [Hj [Ne Le]]].
  exists j. split; [exact Hj |]. split; [exact Ne |].
  pose proof (Close _ Hy) as Cy. pose proof (Close _ Hj) as Cj.
  pose proof (Rle_abs (output H h' (inp z) (lab z) - output H h (inp z) (lab z))).
  pose proof (Rle_abs (- (output H h' (inp z) j - output H h (inp z) j))) as Pj.
  rewrite Rabs_Ropp in Pj.
  apply (below_shift _ (output H h (inp z) (lab z) - output H h (inp z) j)); [lra | exact Le].
Qed.

(** ** The losses *)

Definition hidden_loss (H : hyper) (k : nat) (h : net) (z : point) : bool :=
  violation H (times_gamma H 2) h k z.

(** The margin is compared with multiples of zeta_(K+1) gamma_(K+1). *)
Definition margin_unit (H : hyper) : R := zeta_out H * gamma H (S (depth H)).

Definition out_loss (strict : bool) (H : hyper) (h : net) (z : point) : bool :=
  margin_below strict H h z (2 * margin_unit H).

(** ** From h to h' *)

Section Perturbed.

Variables (strict : bool) (H : hyper) (h h' : net) (z : point).
Hypothesis V : valid H.
Hypothesis h_in_class : in_class H h.
Hypothesis z_admissible : admissible H z.

(** Population, layer k+1: the first violation shows in the perturbed network. *)
Lemma first_violation_shows k : (k < depth H)%nat -> near H h h' (S k) ->
  violation H (times_gamma H 1) h (S k) z = true ->
  violation H (times_gamma H 1) h k z = false ->
  hidden_loss H (S k) h' z = true.
Proof.
  intros Hk Near Bad Before. unfold violation in *.
  apply negb_true_iff in Bad. apply negb_false_iff in Before.
  apply negb_true_iff. apply not_true_is_false. intros Good'.
  apply not_true_iff_false in Bad. apply Bad.
  rewrite radii_true in Good'. specialize (Good' k (Nat.lt_succ_diag_r k)).
  destruct (radius_change H h h' (inp z) k (times_gamma H 2 (S k)) V h_in_class Hk Near
              (proj1 z_admissible) (gamma_thresholds H h (inp z) k Before)) as [_ Back].
  specialize (Back Good').
  cbn [radii]. rewrite Before. cbn [andb]. apply at_leastb_true.
  unfold times_gamma in *.
  replace (1 * gamma H (S k)) with (2 * gamma H (S k) - gamma H (S k)) by ring. exact Back.
Qed.

(** Sample, layer k: radii of at least 3 gamma stay at least 2 gamma. *)
Lemma safe_stays_safe k : (k <= depth H)%nat -> near H h h' k ->
  violation H (times_gamma H 3) h k z = false -> hidden_loss H k h' z = false.
Proof.
  intros Hk Near Safe. unfold hidden_loss, violation in *.
  apply negb_false_iff in Safe. apply negb_false_iff.
  assert (Below : radii H (times_gamma H 1) h (inp z) k = true).
  { apply (radii_weaken H (times_gamma H 3)); [| exact Safe].
    apply times_gamma_mono; [exact V | lra]. }
  pose proof (gamma_thresholds H h (inp z) k Below) as Gam.
  rewrite radii_true in Safe. apply radii_true. intros j Hj.
  destruct (radius_change H h h' (inp z) j (times_gamma H 3 (S j)) V h_in_class) as [Forth _].
  - lia.
  - apply (near_prefix H h h' k); [lia | exact Near].
  - apply (proj1 z_admissible).
  - intros i Hi. apply Gam. lia.
  - specialize (Forth (Safe j Hj)). unfold times_gamma in *.
    replace (2 * gamma H (S j)) with (3 * gamma H (S j) - gamma H (S j)) by ring. exact Forth.
Qed.

(** Outputs move by at most zeta_(K+1) gamma_(K+1). *)
Lemma outputs_close : near H h h' (depth H) -> near_rows H h h' (depth H) ->
  violation H (times_gamma H 1) h (depth H) z = false ->
  forall i, (i < dim H (S (depth H)))%nat ->
  Rabs (output H h' (inp z) i - output H h (inp z) i) <= margin_unit H.
Proof.
  intros Near NearOut Good i Hi. unfold violation in Good. apply negb_false_iff in Good.
  apply proposition10_output; try assumption.
  - apply (proj1 z_admissible).
  - apply gamma_thresholds. exact Good.
Qed.

(** Population, last step: an error of h is an out_loss of h'. *)
Lemma error_shows : near H h h' (depth H) -> near_rows H h h' (depth H) ->
  violation H (times_gamma H 1) h (depth H) z = false ->
  margin_below strict H h z 0 = true -> out_loss strict H h' z = true.
Proof.
  intros Near NearOut Good Err. unfold out_loss.
  replace (2 * margin_unit H) with (0 + 2 * margin_unit H) by ring.
  apply (margin_below_moves strict H h h' z 0 (margin_unit H)); [apply (proj2 z_admissible) | | exact Err].
  apply outputs_close; assumption.
Qed.

(** Sample, last step: a margin above 4 zeta gamma leaves h' without out_loss. *)
Lemma wide_margin_stays : near H h h' (depth H) -> near_rows H h h' (depth H) ->
  violation H (times_gamma H 1) h (depth H) z = false ->
  margin_below strict H h z (4 * margin_unit H) = false -> out_loss strict H h' z = false.
Proof.
  intros Near NearOut Good Wide. apply not_true_is_false. intros Loss.
  apply not_true_iff_false in Wide. apply Wide.
  replace (4 * margin_unit H) with (2 * margin_unit H + 2 * margin_unit H) by ring.
  apply (margin_below_moves strict H h' h z _ (margin_unit H)); [apply (proj2 z_admissible) | | exact Loss].
  intros i Hi. rewrite Rabs_minus_sym. apply outputs_close; assumption.
Qed.

End Perturbed.

(** ** The loss of step k depends on the first k layers only

    So the KL divergence of those layers is the one that counts at step k. *)

(** h and h' have the same first k layers (within their dimensions). *)
Definition same_layers (H : hyper) (h h' : net) (k : nat) : Prop :=
  forall l i j, (l < k)%nat -> (i < dim H (S l))%nat -> (j < dim H l)%nat ->
  h (S l) i j = h' (S l) i j.

Lemma same_layers_act H h h' x k : same_layers H h h' k ->
  forall i, (i < dim H k)%nat -> act H h x k i = act H h' x k i.
Proof.
  induction k as [|k IH]; intros Same i Hi; [reflexivity |].
  cbn [act]. unfold layer, mv. f_equal. apply dot_ext.
  - intros j Hj. apply Same; [lia | exact Hi | exact Hj].
  - intros j Hj. apply IH; [| exact Hj].
    intros l i' j' Hl. apply Same. lia.
Qed.

Lemma same_layers_preactivation H h h' x k i : same_layers H h h' (S k) ->
  (i < dim H (S k))%nat ->
  mv (dim H k) (h (S k)) (act H h x k) i = mv (dim H k) (h' (S k)) (act H h' x k) i.
Proof.
  intros Same Hi. apply dot_ext.
  - intros j Hj. apply Same; [lia | exact Hi | exact Hj].
  - intros j Hj. apply same_layers_act; [| exact Hj].
    intros l i' j' Hl. apply Same. lia.
Qed.

Lemma same_layers_radii H c h h' x k : same_layers H h h' k ->
  radii H c h x k = radii H c h' x k.
Proof.
  induction k as [|k IH]; intros Same; cbn [radii]; [reflexivity |].
  f_equal.
  - apply IH. intros l i j Hl. apply Same. lia.
  - unfold at_leastb. f_equal. apply card_ext. intros i Hi.
    unfold above, layer_slack, slack.
    rewrite (same_layers_preactivation H h h' x k i Same Hi). reflexivity.
Qed.

Theorem hidden_loss_local H h h' k z : same_layers H h h' k ->
  hidden_loss H k h z = hidden_loss H k h' z.
Proof.
  intros Same. unfold hidden_loss, violation. f_equal. apply same_layers_radii. exact Same.
Qed.

Theorem out_loss_local strict H h h' z : (lab z < dim H (S (depth H)))%nat ->
  same_layers H h h' (S (depth H)) -> out_loss strict H h z = out_loss strict H h' z.
Proof.
  intros Hy Same. unfold out_loss, margin_below. f_equal. apply card_ext. intros i Hi.
  assert (Out : forall j, (j < dim H (S (depth H)))%nat ->
    output H h (inp z) j = output H h' (inp z) j).
  { intros j Hj. apply same_layers_preactivation; assumption. }
  unfold close_class. rewrite (Out _ Hy), (Out _ Hi). reflexivity.
Qed.
