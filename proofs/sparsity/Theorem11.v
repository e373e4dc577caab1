(** Theorem 11 of Muthukumar and Sulam (2023) inside Theorem 13: its standard deviations
    are admissible in the bound (13), with the corrected and with the printed share. *)
From Coq Require Import Reals Lra Lia.
From Gapcert Require Import base.Probability.
From Gapcert Require Import sparsity.Network sparsity.Alpha sparsity.Variance sparsity.Sigma.
From Gapcert Require Import sparsity.Noise sparsity.Losses sparsity.Recursion13 sparsity.Theorem13.
Open Scope R_scope.

(** sigma_k of Theorem 11 for all layers k >= 1 (there is no layer 0). *)
Definition sigma11_all (H : hyper) (m : R) (k : nat) : R :=
  match k with
  | O => 1
  | S j => sigma11 H m j
  end.

Lemma max_deff_nonneg H k : 0 <= max_deff H k.
Proof.
  induction k as [|k IH]; cbn [max_deff]; [lra |].
  apply Rle_trans with (max_deff H k); [exact IH | apply Rmax_l].
Qed.

Lemma sigma11_pos H m j : valid H -> (1 <= depth H)%nat -> 1 <= m -> 0 < sigma11 H m j.
Proof.
  intros V HK Hm. unfold sigma11.
  pose proof (Lambda_lower H m HK Hm). pose proof (max_deff_nonneg H (depth H)).
  apply Rmult_lt_0_compat; [apply (eps_pos H V) |].
  apply Rdiv_lt_0_compat; [apply (xi_pos H V) |].
  apply Rmult_lt_0_compat; [lra |]. apply sqrt_lt_R0. unfold deff. lra.
Qed.

(** The standard deviations of Theorem 11 satisfy the condition of Theorem 13, for t with
    ln(1/t) <= Lambda (either share, by [ln_share_le] and [ln_printed_share_le]). *)
Theorem sigma11_within H m t : valid H -> (1 <= depth H)%nat -> 1 <= m ->
  ln (1 / t) <= Lambda H m ->
  (forall k, xi H k <= nu H k) ->
  INR (dim H (S (depth H))) <= 2 * (INR (depth H) + 1) * sqrt m ->
  sigma_within H t (sigma11_all H m).
Proof.
  intros V HK Hm Ht Hnu HC. split.
  - intros [|j]; cbn [sigma11_all]; [lra | apply sigma11_pos; assumption].
  - intros j Hj. apply sigma11_le_sigma13; try assumption. apply Hnu.
  - apply sigma11_le_sigma13_out; assumption.
Qed.
