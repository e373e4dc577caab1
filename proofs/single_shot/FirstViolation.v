(** The first violated layer (Lemma 2 of paper/single-shot.md, theory A.4): on the
    good event a violated example has loss 1 and a safe one has loss 0, where the loss
    is a function of the perturbed network alone. *)
From Coq Require Import Reals Lra Lia Bool.
From Gapcert Require Import base.Sums single_shot.Prelude single_shot.Stability.
Open Scope R_scope.

(** The margin at label y is at most t: some other output comes within t. (The margin
    is h_y - max_{j <> y} h_j; see paths/Margin.v for it as a number.) *)
Definition margin_le (C : nat) (h : nat -> R) (y : nat) (t : R) : Prop :=
  exists j, (j < C)%nat /\ (j <> y /\ h y - h j <= t).

(** The output h(x). *)
Definition output (p : params) (W : network) (x : nat -> R) : nat -> R := pre (d p) W x (K p).

(** The number of classes. *)
Definition classes (p : params) : nat := d p (S (K p)).

(** ** Loss, violated and safe examples *)

(** L(h, z) = 1: ||x|| > zeta_0, or a_k < 2 G_k for some k, or margin <= g/2. *)
Definition loss (p : params) (W : network) (x : nat -> R) (y : nat) : Prop :=
  zeta0 p < nrm (d p 0) x \/
  (exists k, (k < K p)%nat /\ ~ a_ge p W x k (2 * G p (S k))) \/
  margin_le (classes p) (output p W x) y (g p / 2).

(** Violated: ||x|| > zeta_0, or a_k < G_k for some k, or margin <= 0. *)
Definition violated (p : params) (W : network) (x : nat -> R) (y : nat) : Prop :=
  zeta0 p < nrm (d p 0) x \/
  (exists k, (k < K p)%nat /\ ~ a_ge p W x k (G p (S k))) \/
  margin_le (classes p) (output p W x) y 0.

(** Unsafe, the event counted by u: ||x|| > zeta_0, or a_k < 3 G_k for some k, or
    margin <= g. *)
Definition unsafe (p : params) (W : network) (x : nat -> R) (y : nat) : Prop :=
  zeta0 p < nrm (d p 0) x \/
  (exists k, (k < K p)%nat /\ ~ a_ge p W x k (3 * G p (S k))) \/
  margin_le (classes p) (output p W x) y (g p).

(** ** All three can be decided *)

Lemma margin_le_dec C h y t : {margin_le C h y t} + {~ margin_le C h y t}.
Proof.
  apply dec_exists_lt. intros j.
  destruct (Nat.eq_dec j y) as [E|E]; [right; tauto|].
  destruct (Rle_dec (h y - h j) t); [left|right]; tauto.
Defined.

Lemma three_dec (p : params) (W : network) x y (thr : nat -> R) (t : R) :
  let P := zeta0 p < nrm (d p 0) x \/
           (exists k, (k < K p)%nat /\ ~ a_ge p W x k (thr k)) \/
           margin_le (classes p) (output p W x) y t in
  {P} + {~ P}.
Proof.
  cbv zeta. destruct (Rlt_dec (zeta0 p) (nrm (d p 0) x)) as [A|A]; [left; tauto|].
  destruct (dec_exists_lt (fun k => ~ a_ge p W x k (thr k)) (K p)) as [B|B].
  { intros k. destruct (kth_ge_dec (d p (S k)) (s p (S k)) (fun i => - pre (d p) W x k i) (thr k));
      [right|left]; unfold a_ge; tauto. }
  - left. tauto.
  - destruct (margin_le_dec (classes p) (output p W x) y t); [left|right]; tauto.
Defined.

Lemma loss_dec p W x y : {loss p W x y} + {~ loss p W x y}.
Proof. exact (three_dec p W x y (fun k => 2 * G p (S k)) (g p / 2)). Defined.
Lemma violated_dec p W x y : {violated p W x y} + {~ violated p W x y}.
Proof. exact (three_dec p W x y (fun k => G p (S k)) 0). Defined.
Lemma unsafe_dec p W x y : {unsafe p W x y} + {~ unsafe p W x y}.
Proof. exact (three_dec p W x y (fun k => 3 * G p (S k)) (g p)). Defined.

(** ** Lemma 2 *)

Section Lemma2.

Variable p : params.
Hypothesis ok : params_ok p.
Variables (W What : network) (x : nat -> R) (y : nat) (J : nat -> nat -> bool).
Hypothesis HW : conditions p W.
Hypothesis HJ : active_sets p W x J.
Hypothesis Hgood : good p J W What x.
Hypothesis Hy : (y < classes p)%nat.

(** Lemma 1 (iii) for the margin: it moves by at most g/2, in both directions. *)
Lemma margin_near t : nrm (d p 0) x <= zeta0 p -> stable p W x (K p) ->
  (margin_le (classes p) (output p W x) y t ->
   margin_le (classes p) (output p What x) y (t + g p / 2)) /\
  (margin_le (classes p) (output p What x) y t ->
   margin_le (classes p) (output p W x) y (t + g p / 2)).
Proof.
  intros Hx Hst.
  split; intros (j & Hj & Hjy & Ht); exists j; (split; [assumption|split; [assumption|]]);
    pose proof (output_near p ok W What x J HW HJ Hgood Hx y j Hst Hy Hj) as H;
    apply Rabs_le_inv in H; unfold output in *; lra.
Qed.

(** The first violated layer: if some a_k is below G_k, take the first such layer. The
    layers before it are stable, so a_k of the perturbed network is below 2 G_k. *)
Lemma first_violated : nrm (d p 0) x <= zeta0 p ->
  (exists k, (k < K p)%nat /\ ~ a_ge p W x k (G p (S k))) ->
  exists k, (k < K p)%nat /\ ~ a_ge p What x k (2 * G p (S k)).
Proof.
  intros Hx Hex.
  destruct (first_such (fun k => ~ a_ge p W x k (G p (S k))) (K p)) as (k & Hk & Hviol & Hfirst).
  { intros k. destruct (kth_ge_dec (d p (S k)) (s p (S k)) (fun i => - pre (d p) W x k i) (G p (S k)));
      [right|left]; unfold a_ge; tauto. }
  { exact Hex. }
  assert (Hst : stable p W x k).
  { intros j Hj. specialize (Hfirst j Hj).
    destruct (kth_ge_dec (d p (S j)) (s p (S j)) (fun i => - pre (d p) W x j i) (G p (S j)));
      [assumption|contradiction]. }
  exists k. split; [assumption|]. intros Hhat. apply Hviol.
  destruct (a_near p ok W What x J HW HJ Hgood Hx k (2 * G p (S k)) Hk Hst) as (_ & Hback).
  specialize (Hback Hhat). replace (2 * G p (S k) - G p (S k)) with (G p (S k)) in Hback by ring.
  exact Hback.
Qed.

(** Lemma 2, first half: on the good event a violated example has loss 1. *)
Theorem violated_loss : violated p W x y -> loss p What x y.
Proof.
  intros Hviol. destruct (Rlt_dec (zeta0 p) (nrm (d p 0) x)) as [Hx|Hx]; [left; assumption|].
  apply Rnot_lt_le in Hx.
  destruct (dec_exists_lt (fun k => ~ a_ge p W x k (G p (S k))) (K p)) as [Hlayer|Hnone].
  { intros k. destruct (kth_ge_dec (d p (S k)) (s p (S k)) (fun i => - pre (d p) W x k i) (G p (S k)));
      [right|left]; unfold a_ge; tauto. }
  - right. left. apply first_violated; assumption.
  - right. right.
    destruct Hviol as [H|[H|Hmargin]]; [lra|contradiction|].
    assert (Hst : stable p W x (K p)).
    { intros j Hj.
      destruct (kth_ge_dec (d p (S j)) (s p (S j)) (fun i => - pre (d p) W x j i) (G p (S j)))
        as [Hyes|Hno]; [assumption|].
      exfalso. apply Hnone. exists j. split; assumption. }
    destruct (margin_near 0 Hx Hst) as (H & _). specialize (H Hmargin).
    rewrite Rplus_0_l in H. exact H.
Qed.

(** Lemma 2, second half: on the good event a safe example has loss 0. *)
Theorem safe_loss : ~ unsafe p W x y -> ~ loss p What x y.
Proof.
  intros Hsafe.
  assert (Hx : nrm (d p 0) x <= zeta0 p) by (apply Rnot_lt_le; intros H; apply Hsafe; left; exact H).
  assert (Ha : forall k, (k < K p)%nat -> a_ge p W x k (3 * G p (S k))).
  { intros k Hk.
    destruct (kth_ge_dec (d p (S k)) (s p (S k)) (fun i => - pre (d p) W x k i) (3 * G p (S k)))
      as [Hyes|Hno]; [assumption|].
    exfalso. apply Hsafe. right. left. exists k. split; assumption. }
  assert (Hst : stable p W x (K p)).
  { intros k Hk. pose proof (G_nonneg p ok (S k)).
    apply kth_ge_weaken with (t := 3 * G p (S k)); [lra|apply Ha, Hk]. }
  intros [H|[(k & Hk & H)|Hmargin]].
  - lra.
  - apply H. assert (Hst' : stable p W x k) by (intros j Hj; apply Hst; lia).
    destruct (a_near p ok W What x J HW HJ Hgood Hx k (3 * G p (S k)) Hk Hst') as (H' & _).
    replace (2 * G p (S k)) with (3 * G p (S k) - G p (S k)) by ring. apply H', Ha, Hk.
  - apply Hsafe. right. right. destruct (margin_near (g p / 2) Hx Hst) as (_ & Hback).
    replace (g p) with (g p / 2 + g p / 2) by lra. apply Hback, Hmargin.
Qed.

End Lemma2.
