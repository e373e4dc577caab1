(** The noise level alpha of Lemma 20 and binomial coefficients.

    alpha(d2,s2,d1,s1,t) = sqrt(d2-s2) + sqrt(d1-s1)
                           + sqrt(2 ln C(d2,s2) + 2 ln C(d1,s1) + 2 ln(1/t)). *)
From Coq Require Import Reals Lra Lia.
Open Scope R_scope.

Definition alpha (d2 s2 d1 s1 : nat) (t : R) : R :=
  sqrt (INR (d2 - s2)) + sqrt (INR (d1 - s1))
  + sqrt (2 * ln (Binomial.C d2 s2) + 2 * ln (Binomial.C d1 s1) + 2 * ln (1 / t)).

(** ln is non-decreasing. *)
Lemma ln_mono x y : 0 < x -> x <= y -> ln x <= ln y.
Proof.
  intros Hx [H| ->]; [left; apply ln_increasing; assumption | lra].
Qed.

(** alpha is positive if a row is left. *)
Lemma alpha_pos d2 s2 d1 s1 t : (s2 < d2)%nat -> 0 < alpha d2 s2 d1 s1 t.
Proof.
  intros H. unfold alpha.
  assert (P : 0 < sqrt (INR (d2 - s2))).
  { apply sqrt_lt_R0. apply lt_0_INR. lia. }
  pose proof (sqrt_pos (INR (d1 - s1))).
  pose proof (sqrt_pos (2 * ln (Binomial.C d2 s2) + 2 * ln (Binomial.C d1 s1) + 2 * ln (1 / t))).
  lra.
Qed.

(** (s + j)! <= s! (s + j)^j. *)
Lemma fact_le_power s j : (fact (s + j) <= fact s * (s + j) ^ j)%nat.
Proof.
  induction j as [|j IH].
  - rewrite Nat.add_0_r. cbn [Nat.pow]. lia.
  - rewrite Nat.add_succ_r. cbn [fact Nat.pow].
    change (fact (s + j) + (s + j) * fact (s + j))%nat with (S (s + j) * fact (s + j))%nat.
    apply Nat.le_trans with (S (s + j) * (fact s * (s + j) ^ j))%nat.
    + apply Nat.mul_le_mono_l. exact IH.
    + replace (S (s + j) * (fact s * (s + j) ^ j))%nat
        with (fact s * (S (s + j) * (s + j) ^ j))%nat by ring.
      apply Nat.mul_le_mono_l, Nat.mul_le_mono_l, Nat.pow_le_mono_l. lia.
Qed.

(** a! b! <= (a + b)!. *)
Lemma fact_mul_le a b : (fact a * fact b <= fact (a + b))%nat.
Proof.
  induction b as [|b IH].
  - rewrite Nat.add_0_r. cbn. lia.
  - rewrite Nat.add_succ_r.
    change (fact (S b)) with (S b * fact b)%nat.
    change (fact (S (a + b))) with (S (a + b) * fact (a + b))%nat.
    replace (fact a * (S b * fact b))%nat with (S b * (fact a * fact b))%nat by ring.
    apply Nat.mul_le_mono; [lia | exact IH].
Qed.

(** C(d,s) >= 1. *)
Lemma binomial_ge_1 d s : (s <= d)%nat -> 1 <= Binomial.C d s.
Proof.
  intros H. unfold Binomial.C.
  assert (P : 0 < INR (fact s) * INR (fact (d - s))).
  { apply Rmult_lt_0_compat; apply INR_fact_lt_0. }
  apply Rmult_le_reg_r with (INR (fact s) * INR (fact (d - s))); [exact P |].
  unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_l, Rmult_1_r by lra.
  rewrite <- mult_INR. apply le_INR.
  pose proof (fact_mul_le s (d - s)) as F. replace (s + (d - s))%nat with d in F by lia. exact F.
Qed.

(** C(d,s) <= d^(d-s). *)
Lemma binomial_le_power d s : (s <= d)%nat -> Binomial.C d s <= INR d ^ (d - s).
Proof.
  intros H. unfold Binomial.C.
  assert (Ps : 0 < INR (fact s)) by apply INR_fact_lt_0.
  assert (Pd : 1 <= INR (fact (d - s))).
  { change 1 with (INR 1). apply le_INR. apply lt_O_fact. }
  apply Rmult_le_reg_r with (INR (fact s) * INR (fact (d - s))).
  { apply Rmult_lt_0_compat; lra. }
  unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by (apply Rmult_integral_contrapositive; lra).
  apply Rle_trans with (INR d ^ (d - s) * INR (fact s)).
  - rewrite <- pow_INR, <- mult_INR. apply le_INR.
    pose proof (fact_le_power s (d - s)) as F. replace (s + (d - s))%nat with d in F by lia. lia.
  - rewrite <- Rmult_assoc. rewrite <- (Rmult_1_r (INR d ^ (d - s) * INR (fact s))) at 1.
    apply Rmult_le_compat_l; [| exact Pd].
    apply Rmult_le_pos; [apply pow_le, pos_INR | lra].
Qed.

(** 0 <= ln C(d,s) <= (d-s) ln d. *)
Lemma ln_binomial d s : (1 <= d)%nat -> (s <= d)%nat ->
  0 <= ln (Binomial.C d s) <= INR (d - s) * ln (INR d).
Proof.
  intros Hd Hs. pose proof (binomial_ge_1 d s Hs) as One. split.
  - rewrite <- ln_1. apply ln_mono; lra.
  - rewrite <- ln_pow by (apply lt_0_INR; lia).
    apply ln_mono; [lra |]. apply binomial_le_power. exact Hs.
Qed.

(** C(d,d-1) = d. *)
Lemma binomial_one_left d : (1 <= d)%nat -> Binomial.C d (d - 1) = INR d.
Proof.
  intros Hd. destruct d as [|n]; [lia |].
  replace (S n - 1)%nat with n by lia. unfold Binomial.C.
  replace (S n - n)%nat with 1%nat by lia. rewrite fact_simpl, mult_INR.
  change (INR (fact 1)) with 1. field. apply INR_fact_neq_0.
Qed.
