(** Theorem 13 over a grid of hyper-parameters (gap (6) of theorem-13.md).

    Hyper-parameters chosen after seeing the sample must come from a grid fixed before it;
    grid point i gets the confidence delta w_i, the weights w_i summing to at most 1. The
    prior may depend on the grid point, not on the sample. *)
From Coq Require Import Reals Lra Lia Classical.
From Gapcert Require Import base.Sums base.Vectors base.Probability.
From Gapcert Require Import sparsity.Network sparsity.Variance sparsity.Losses.
From Gapcert Require Import sparsity.Recursion13 sparsity.Theorem13.
Open Scope R_scope.

(** Except with probability delta over the sample, the sound form holds at every grid point
    at once, with ln(1/delta) + ln(1/w_i) in its roots. *)
Theorem theorem13_grid (n m : nat) (delta : R) (w : nat -> R) (H : nat -> hyper)
  (prior : nat -> net) (sigma : nat -> nat -> R) (PG : nat -> (net -> Prop) -> R) ED PS :
  0 <= delta -> sum n w <= 1 -> probability PS ->
  (forall i, (i < n)%nat ->
    assumptions false (H i) m (share (H i) (INR m)) (delta * w i) (prior i) (sigma i) (PG i) ED PS) ->
  PS (fun S => ~ forall i h, (i < n)%nat -> in_class (H i) h ->
    risk false (H i) ED h <= bound13 false (H i) m (delta * w i) (prior i) (sigma i) S h) <= delta.
Proof.
  intros Hd Hw HPS A.
  set (Bad := fun i S => ~ forall h, in_class (H i) h ->
    risk false (H i) ED h <= bound13 false (H i) m (delta * w i) (prior i) (sigma i) S h).
  apply Rle_trans with (PS (fun S => exists i, (i < n)%nat /\ Bad i S)).
  - apply (prob_mono PS HPS). intros S Fails. apply NNPP. intros None. apply Fails.
    intros i h Hi C. apply NNPP. intros Above. apply None. exists i. split; [exact Hi |].
    intros All. apply Above. apply All. exact C.
  - apply Rle_trans with (sum n (fun i => delta * w i)).
    + apply (prob_union_weighted PS Bad (fun i => delta * w i)); [exact HPS |].
      intros i Hi. apply (theorem13_sound (H i) m (delta * w i) (prior i) (sigma i) (PG i) ED PS).
      apply A. exact Hi.
    + rewrite sum_scal. rewrite <- (Rmult_1_r delta) at 2.
      apply Rmult_le_compat_l; assumption.
Qed.
