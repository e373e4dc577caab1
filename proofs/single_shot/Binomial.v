(** Binomial sums: sum_j C(m,j) a^j b^(m-j) phi(j), by one more trial at a time. *)
From Coq Require Import Reals Lra Lia.
From Gapcert Require Import base.Sums single_shot.Prelude.
Open Scope R_scope.

(** C(m,0) = C(m,m) = 1. *)
Lemma C_n_0 m : C m 0 = 1.
Proof. unfold C. rewrite Nat.sub_0_r. cbn [fact]. change (INR 1) with 1. field. apply INR_fact_neq_0. Qed.
Lemma C_n_n m : C m m = 1.
Proof. unfold C. rewrite Nat.sub_diag. cbn [fact]. change (INR 1) with 1. field. apply INR_fact_neq_0. Qed.

(** C(n+1,k+1) (k+1) = (n+1) C(n,k). *)
Lemma C_absorb n k : (k <= n)%nat -> C (S n) (S k) * INR (S k) = INR (S n) * C n k.
Proof.
  intros Hk. unfold C. replace (S n - S k)%nat with (n - k)%nat by lia.
  rewrite !fact_simpl, !mult_INR. field.
  repeat split; try apply INR_fact_neq_0; apply not_0_INR; lia.
Qed.

(** C(n+1,k) (n+1-k) = (n+1) C(n,k). *)
Lemma C_absorb_right n k : (k <= n)%nat -> C (S n) k * INR (S n - k) = INR (S n) * C n k.
Proof.
  intros Hk. unfold C. replace (S n - k)%nat with (S (n - k)) by lia.
  rewrite !fact_simpl, !mult_INR. field.
  repeat split; try apply INR_fact_neq_0; apply not_0_INR; lia.
Qed.

Definition binomial_sum (a b : R) (m : nat) (phi : nat -> R) : R :=
  sum (S m) (fun j => C m j * a ^ j * b ^ (m - j) * phi j).

(** One more trial (Pascal's rule). *)
Lemma binomial_step a b m phi :
  binomial_sum a b (S m) phi
  = a * binomial_sum a b m (fun j => phi (S j)) + b * binomial_sum a b m phi.
Proof.
  unfold binomial_sum.
  rewrite (sum_first (S m)). rewrite (sum_first m (fun j => C m j * a ^ j * b ^ (m - j) * phi j)).
  cbn [sum]. rewrite !C_n_0, !C_n_n, !Nat.sub_0_r, !Nat.sub_diag.
  rewrite (sum_ext_lt m (fun i => C (S m) (S i) * a ^ S i * b ^ (S m - S i) * phi (S i))
    (fun i => a * (C m i * a ^ i * b ^ (m - i) * phi (S i))
              + b * (C m (S i) * a ^ S i * b ^ (m - S i) * phi (S i)))).
  - rewrite sum_lin. cbn [pow]. ring.
  - intros i Hi. rewrite <- (pascal m i Hi).
    replace (S m - S i)%nat with (S (m - S i)) by lia.
    replace (m - i)%nat with (S (m - S i)) by lia. cbn [pow]. ring.
Qed.
