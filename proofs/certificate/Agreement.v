(** The functions of a certificate's programs are those of the theorems: what is
    computed here is what is proved there. *)
From Coq Require Import Reals Lra Lia.
From Gapcert Require Import base.Sums.
From Gapcert Require single_shot.Kl single_shot.PacBayesKl single_shot.Xi paths.Kappa.
From Gapcert.certificate Require Import Functions KlInverse.
Open Scope R_scope.

(** ** kl *)

Theorem kl_agrees q p : kl q p = single_shot.Kl.kl q p.
Proof. reflexivity. Qed.

(** A risk r that PAC-Bayes-kl allows is at most the certified inverse. *)
Theorem below_kl_inv q c r : q <= r -> r < 1 -> single_shot.Kl.kl q r <= c -> r <= kl_inv q c.
Proof.
  intros Hq Hr Hkl. apply (proj1 (kl_inv_is_lub q c)). right. split; [lra | exact Hkl].
Qed.

(** ** xi(m) *)

(** n (n-1) ... (n-k+1) / m^k. *)
Fixpoint falling_term (m n k : nat) : R :=
  match k with
  | O => 1
  | S k => falling_term m n k * ((INR n - INR k) / INR m)
  end.

Lemma falling_term_first m n k :
  falling_term m (S n) (S k) = INR (S n) / INR m * falling_term m n k.
Proof.
  induction k as [| k IH]; [cbn [falling_term INR]; unfold Rdiv; ring |].
  change (falling_term m (S n) (S (S k))) with
    (falling_term m (S n) (S k) * ((INR (S n) - INR (S k)) / INR m)).
  rewrite IH. cbn [falling_term]. rewrite !S_INR. unfold Rdiv. ring.
Qed.

Lemma sum_head n f : sum (S n) f = f 0%nat + sum n (fun i => f (S i)).
Proof.
  induction n as [| n IH]; [cbn [sum]; lra |].
  change (sum (S (S n)) f) with (sum (S n) f + f (S n)). rewrite IH. cbn [sum]. lra.
Qed.

Lemma nested_sum m n : single_shot.Xi.nested m n = sum (S n) (falling_term m n).
Proof.
  induction n as [| n IH]; [cbn; lra |].
  rewrite sum_head. cbn [single_shot.Xi.nested]. rewrite IH, <- sum_scal.
  f_equal. apply sum_ext. intros k. now rewrite falling_term_first.
Qed.

Lemma xi_term_falling m k : xi_term m k = falling_term m m k.
Proof. induction k as [| k IH]; [reflexivity |]. cbn [xi_term falling_term]. now rewrite IH. Qed.

(** sum_j C(m,j) (j/m)^j (1-j/m)^(m-j), the constant of the PAC-Bayes-kl theorem. *)
Theorem xi_agrees m : (1 <= m)%nat -> xi m = single_shot.PacBayesKl.xi m.
Proof.
  intros Hm. rewrite single_shot.Xi.xi_nested, nested_sum by assumption.
  apply sum_ext. intros k. apply xi_term_falling.
Qed.

(** ** kappa_L *)

Lemma peeling_at_agrees L lam : (1 <= L)%nat ->
  peeling_at (INR L) lam = paths.Kappa.kappa_at L lam.
Proof.
  intros HL. unfold paths.Kappa.kappa_at, paths.Kappa.arccosh, paths.Kappa.growth.
  unfold peeling_at, peeling_cosh.
  replace (Rpower 2 (INR L - 1)) with (2 ^ (L - 1)).
  - replace (lam ^ 2 / 2) with (lam * lam / 2) by (cbn; field).
    unfold Rdiv. ring.
  - rewrite <- Rpower_pow by lra. f_equal. rewrite minus_INR by assumption. reflexivity.
Qed.

Theorem peeling_agrees L : (1 <= L)%nat -> paths.Kappa.is_kappa L (peeling (INR L)).
Proof.
  intros HL. split.
  - intros lam Hlam. rewrite <- peeling_at_agrees by assumption. now apply peeling_upper.
  - intros b Hb. unfold peeling. destruct completeness as [m [Up Least]]; cbn [proj1_sig].
    assert (m <= - b); [| lra].
    apply Least. intros y [t [Ht ->]]. specialize (Hb t Ht).
    rewrite <- peeling_at_agrees in Hb by assumption. lra.
Qed.
