(** The sparse local radius (Definition 8): relu of the s-th largest entry of a vector.

    "The s-th largest entry of a is at least r" is stated as [at_least d s a r]: there is
    an index set of size s on which all values are at least r. The s-th largest entry
    itself is the largest such r; it exists for 1 <= s <= d. For s = 0 every r qualifies:
    the radius is +infinity and there is no condition. *)
From Coq Require Import Reals Lra Lia.
From Gapcert Require Import base.Sums base.IndexSets base.Vectors.
Open Scope R_scope.

Definition at_least (d s : nat) (a : vec) (r : R) : Prop :=
  exists I, card d I = s /\ forall i, (i < d)%nat -> I i = true -> r <= a i.

(** v is the s-th largest of a_0, ..., a_(d-1). *)
Definition order_stat (d s : nat) (a : vec) (v : R) : Prop :=
  at_least d s a v /\ forall r, at_least d s a r -> r <= v.

(** The radius is relu of the s-th largest entry. *)
Definition radius (d s : nat) (a : vec) (r : R) : Prop :=
  exists v, order_stat d s a v /\ r = Rmax 0 v.

(** ** Counting *)

(** The indices with value at least r. *)
Definition above (a : vec) (r : R) : iset := fun i => if Rle_dec r (a i) then true else false.

Lemma above_true a r i : above a r i = true <-> r <= a i.
Proof.
  unfold above. destruct (Rle_dec r (a i)) as [H|H]; split; intros E;
    [exact H | reflexivity | discriminate | contradiction].
Qed.

(** The s-th largest entry is at least r iff at least s entries are. *)
Lemma at_least_count d s a r : at_least d s a r <-> (s <= card d (above a r))%nat.
Proof.
  split.
  - intros [I [C H]]. rewrite <- C. apply card_subset.
    intros i Hi E. apply above_true. apply H; assumption.
  - intros H. destruct (reduce d (above a r) s H) as [I [Sub C]].
    exists I. split; [exact C |].
    intros i Hi E. apply above_true. apply Sub; assumption.
Qed.

(** A computable form, so that indicators can be written. *)
Definition at_leastb (d s : nat) (a : vec) (r : R) : bool := Nat.leb s (card d (above a r)).

Lemma at_leastb_true d s a r : at_leastb d s a r = true <-> at_least d s a r.
Proof. unfold at_leastb. rewrite Nat.leb_le. symmetry. apply at_least_count. Qed.

Lemma at_least_zero d a r : at_least d 0 a r.
Proof. apply at_least_count. lia. Qed.

Lemma at_least_weaken d s a r r' : r' <= r -> at_least d s a r -> at_least d s a r'.
Proof.
  intros Hr [I [C H]]. exists I. split; [exact C |].
  intros i Hi E. specialize (H i Hi E). lra.
Qed.

(** The radius does not increase with s. *)
Lemma at_least_fewer d s s' a r : (s' <= s)%nat -> at_least d s a r -> at_least d s' a r.
Proof. rewrite !at_least_count. lia. Qed.

(** ** The order statistic exists *)

(** Below any level l there is a gap free of entries. *)
Lemma gap_below d a l : exists r, r < l /\ forall i, (i < d)%nat -> r <= a i -> l <= a i.
Proof.
  induction d as [|d [r [Hr H]]].
  - exists (l - 1). split; [lra |]. intros i Hi. lia.
  - destruct (Rle_dec l (a d)) as [Above|Below].
    + exists r. split; [exact Hr |]. intros i Hi Hri.
      destruct (Nat.eq_dec i d) as [->|Ne]; [exact Above |]. apply H; [lia | exact Hri].
    + apply Rnot_le_lt in Below. exists (Rmax r ((a d + l) / 2)). split.
      * apply Rmax_lub_lt; lra.
      * intros i Hi Hri. destruct (Nat.eq_dec i d) as [->|Ne].
        -- pose proof (Rmax_r r ((a d + l) / 2)). lra.
        -- apply H; [lia |]. pose proof (Rmax_l r ((a d + l) / 2)). lra.
Qed.

(** The s-th largest entry exists for 1 <= s <= d. *)
Theorem order_stat_exists d s a : (1 <= s <= d)%nat -> exists v, order_stat d s a v.
Proof.
  intros [Hs1 Hsd].
  set (B := sum d (fun i => Rabs (a i))).
  assert (HB : forall i, (i < d)%nat -> Rabs (a i) <= B).
  { intros i Hi. apply (sum_term_le d (fun k => Rabs (a k))); [intros k; apply Rabs_pos | exact Hi]. }
  destruct (completeness (at_least d s a)) as [l [Up Least]].
  - exists B. intros r [I [C H]].
    destruct (card_pos_member d I) as [i [Hi E]]; [lia |].
    specialize (H i Hi E). specialize (HB i Hi). pose proof (Rle_abs (a i)). lra.
  - exists (- B). apply at_least_count. rewrite card_full; [exact Hsd |].
    intros i Hi. apply above_true. specialize (HB i Hi).
    pose proof (Rle_abs (- a i)) as P. rewrite Rabs_Ropp in P. lra.
  - exists l. split; [| exact Up].
    destruct (gap_below d a l) as [r [Hr Gap]].
    assert (Some : exists r', at_least d s a r' /\ r <= r').
    { destruct (Classical_Prop.classic (exists r', at_least d s a r' /\ r <= r')) as [Y|N]; [exact Y |].
      exfalso. assert (l <= r); [| lra]. apply Least. intros r' Hr'.
      destruct (Rle_dec r' r) as [Q|Q]; [exact Q |].
      exfalso. apply N. exists r'. split; [exact Hr' | lra]. }
    destruct Some as [r' [[I [C H]] Hrr]].
    exists I. split; [exact C |].
    intros i Hi E. apply Gap; [exact Hi |]. specialize (H i Hi E). lra.
Qed.

(** ** Thresholds of the radius *)

(** For g > 0: the radius is at least g iff s values are at least g. *)
Lemma radius_ge d s a r g : 0 < g -> radius d s a r -> (g <= r <-> at_least d s a g).
Proof.
  intros Hg [v [[At Max] ->]]. split.
  - intros H. apply (at_least_weaken d s a v); [| exact At].
    destruct (Rle_dec 0 v) as [P|P]; [rewrite Rmax_right in H by exact P; exact H |].
    rewrite Rmax_left in H by lra. lra.
  - intros H. apply Rle_trans with v; [apply Max; exact H | apply Rmax_r].
Qed.

(** A positive radius r is attained by s values. *)
Lemma radius_pos d s a r : 0 < r -> radius d s a r -> at_least d s a r.
Proof. intros Hr Rad. apply (radius_ge d s a r r Hr Rad). lra. Qed.

(** The radius is non-increasing in s. *)
Lemma radius_antitone d s s' a r r' : (s' <= s)%nat ->
  radius d s a r -> radius d s' a r' -> r <= r'.
Proof.
  intros Hs [v [[At _] ->]] [v' [[_ Max'] ->]].
  apply Rle_max_compat_l. apply Max'. apply (at_least_fewer d s); assumption.
Qed.

(** ** Perturbation *)

(** If no value moves by more than g, neither does the threshold. *)
Lemma at_least_perturbed d s a a' r g :
  (forall i, (i < d)%nat -> Rabs (a' i - a i) <= g) ->
  at_least d s a r -> at_least d s a' (r - g).
Proof.
  intros Close [I [C H]]. exists I. split; [exact C |].
  intros i Hi E. specialize (Close i Hi). specialize (H i Hi E).
  pose proof (Rle_abs (- (a' i - a i))) as P. rewrite Rabs_Ropp in P. lra.
Qed.

(** Order statistics are 1-Lipschitz in the sup norm, and so is the radius. *)
Theorem radius_lipschitz d s a a' r r' g :
  (forall i, (i < d)%nat -> Rabs (a' i - a i) <= g) ->
  radius d s a r -> radius d s a' r' -> Rabs (r' - r) <= g.
Proof.
  intros Close [v [[At Max] ->]] [v' [[At' Max'] ->]].
  assert (Close' : forall i, (i < d)%nat -> Rabs (a i - a' i) <= g).
  { intros i Hi. rewrite Rabs_minus_sym. apply Close. exact Hi. }
  pose proof (Max' _ (at_least_perturbed d s a a' v g Close At)) as L1.
  pose proof (Max _ (at_least_perturbed d s a' a v' g Close' At')) as L2.
  assert (Hg : 0 <= g) by lra.
  unfold Rmax. apply Rabs_le. destruct (Rle_dec 0 v), (Rle_dec 0 v'); lra.
Qed.
