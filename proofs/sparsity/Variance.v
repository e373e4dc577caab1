(** The standard deviations of the posterior in Theorems 13 and 11.

    [m] is the sample size (a real number here). Layer k = S j is given by j. [t] is the
    probability with which each of the noise events may fail. *)
From Coq Require Import Reals Lra Lia.
From Gapcert Require Import sparsity.Network sparsity.Alpha.
Open Scope R_scope.

(** The share of the sound form, t = 1 / ((2K+1) sqrt m): one for each of the 2K+1 events
    of Lemma 12. *)
Definition share (H : hyper) (m : R) : R := 1 / ((2 * INR (depth H) + 1) * sqrt m).

(** The printed share, t = 1 / ((K+1) sqrt m). *)
Definition printed_share (H : hyper) (m : R) : R := 1 / ((INR (depth H) + 1) * sqrt m).

(** alpha for the block of layer S j, and for one row of it. *)
Definition alpha_block (H : hyper) (j : nat) (t : R) : R :=
  alpha (dim H (S j)) (spar H (S j)) (dim H j) (spar H j) t.
Definition alpha_row (H : hyper) (j : nat) (t : R) : R :=
  alpha (dim H (S j)) (dim H (S j) - 1) (dim H j) (spar H j) t.

(** Theorem 13, hidden layers:
    sigma_k = eps_k min(nu_k / alpha_block, xi_k / alpha_row). *)
Definition sigma13 (H : hyper) (t : R) (j : nat) : R :=
  eps H (S j) * Rmin (nu H (S j) / alpha_block H j t)
                     (xi H (S j) / alpha_row H j t).

(** Theorem 13, output layer: sigma_(K+1) = eps_(K+1) xi_(K+1) / alpha_row. *)
Definition sigma13_out (H : hyper) (t : R) : R :=
  eps H (S (depth H)) * (xi H (S (depth H)) / alpha_row H (depth H) t).

(** Theorem 11: d_eff = max over k of ((d_k-s_k) ln d_k + (d_(k-1)-s_(k-1)) ln d_(k-1)) / 2. *)
Definition layer_deff (H : hyper) (j : nat) : R :=
  (INR (dim H (S j) - spar H (S j)) * ln (INR (dim H (S j)))
   + INR (dim H j - spar H j) * ln (INR (dim H j))) / 2.

Fixpoint max_deff (H : hyper) (k : nat) : R :=
  match k with
  | O => 0
  | S k => Rmax (max_deff H k) (layer_deff H k)
  end.

Definition deff (H : hyper) : R := max_deff H (depth H).

(** Lambda = ln(2 (K+1) sqrt m). *)
Definition Lambda (H : hyper) (m : R) : R := ln (2 * (INR (depth H) + 1) * sqrt m).

(** Theorem 11: sigma_k = eps_k xi_k / (4 sqrt(2 d_eff + Lambda)). *)
Definition sigma11 (H : hyper) (m : R) (j : nat) : R :=
  eps H (S j) * (xi H (S j) / (4 * sqrt (2 * deff H + Lambda H m))).

(** The maximum is at least each of its members. *)
Lemma layer_deff_le_max H j k : (j < k)%nat -> layer_deff H j <= max_deff H k.
Proof.
  induction k as [|k IH]; intros Hj; cbn [max_deff].
  - lia.
  - destruct (Nat.eq_dec j k) as [->|Ne].
    + apply Rmax_r.
    + apply Rle_trans with (max_deff H k); [apply IH; lia | apply Rmax_l].
Qed.
