(** Lemma 16 of Muthukumar and Sulam (2023): from the randomised to the deterministic
    network, one step of the recursion of Theorem 13.

    [q z] is the probability, over the perturbation, that the perturbed network has loss 1
    at z. Population side: a bad point that is not already accounted for has q >= 1 - T.
    Sample side: a safe point has q <= T. *)
From Coq Require Import Reals Lra Lia.
From Gapcert Require Import base.Sums base.Probability.
Open Scope R_scope.

Section Step.

Variable Z : Type.
Variable ok : Z -> Prop.
Variable q : Z -> R.
Variable T : R.
Hypothesis T_range : 0 <= T < 1.
Hypothesis q_range : forall z, 0 <= q z <= 1.

Lemma q_bounded : bounded q.
Proof. apply bounded_unit. exact q_range. Qed.

(** Population side: (P(bad) - P(previous)) (1 - T) <= E q. *)
Lemma population_side (E : (Z -> R) -> R) (bad previous : Z -> bool) : expectation ok E ->
  (forall z, ok z -> bad z = true -> previous z = false -> 1 - T <= q z) ->
  (E (fun z => ind (bad z)) - E (fun z => ind (previous z))) * (1 - T) <= E q.
Proof.
  intros HE H.
  assert (Pointwise : E (fun z => (1 - T) * ind (bad z))
                      <= E (fun z => (1 - T) * ind (previous z) + q z)).
  { apply (expect_mono ok E HE).
    { apply bounded_scale; [lra | apply bounded_ind]. }
    { apply bounded_add; [apply bounded_scale; [lra | apply bounded_ind] | exact q_bounded]. }
    intros z Hz. specialize (H z Hz). pose proof (q_range z) as Qz.
    unfold ind. destruct (bad z), (previous z); try (specialize (H eq_refl eq_refl)); lra. }
  assert (Add : E (fun z => (1 - T) * ind (previous z) + q z)
                <= E (fun z => (1 - T) * ind (previous z)) + E q).
  { apply (expect_add ok E HE).
    - apply bounded_scale; [lra | apply bounded_ind].
    - exact q_bounded. }
  rewrite (expect_scale ok E HE) in Pointwise by (lra || apply bounded_ind).
  rewrite (expect_scale ok E HE (1 - T) (fun z => ind (previous z))) in Add
    by (lra || apply bounded_ind).
  lra.
Qed.

(** Sample side: E q <= P(low) + T. *)
Lemma sample_side (E : (Z -> R) -> R) (low : Z -> bool) : expectation ok E ->
  (forall z, ok z -> low z = false -> q z <= T) ->
  E q <= E (fun z => ind (low z)) + T.
Proof.
  intros HE H.
  apply Rle_trans with (E (fun z => ind (low z) + T)).
  - apply (expect_mono ok E HE).
    { exact q_bounded. }
    { apply bounded_add; [apply bounded_ind | apply bounded_const; lra]. }
    intros z Hz. specialize (H z Hz). pose proof (q_range z) as Qz.
    unfold ind. destruct (low z); [lra |]. specialize (H eq_refl). lra.
  - apply Rle_trans with (E (fun z => ind (low z)) + E (fun _ => T));
      [| rewrite (expect_const ok E T HE) by lra; lra].
    apply (expect_add ok E HE).
    + apply bounded_ind.
    + apply bounded_const. lra.
Qed.

(** E q <= 1. *)
Lemma randomised_loss_le_1 (E : (Z -> R) -> R) : expectation ok E -> E q <= 1.
Proof.
  intros HE. rewrite <- (expect_one ok E HE). apply (expect_mono ok E HE).
  - exact q_bounded.
  - apply bounded_const. lra.
  - intros z _. apply q_range.
Qed.

End Step.

(** Dividing by 1 - T: p <= L + T / (1 - T) if p (1 - T) <= L <= 1. *)
Lemma divide_by_confidence p L T : 0 <= T < 1 -> p * (1 - T) <= L -> L <= 1 ->
  p <= L + T / (1 - T).
Proof.
  intros HT H1 H2.
  assert (E : (L + T / (1 - T)) * (1 - T) = L + T * (1 - L)) by (field; lra).
  apply Rmult_le_reg_r with (1 - T); [lra |]. rewrite E.
  assert (0 <= T * (1 - L)) by (apply Rmult_le_pos; lra). lra.
Qed.

(** (3) of theorem-13.md: p <= A + B + 2 T / (1 - T). *)
Lemma one_step p LD LS A B T : 0 <= T < 1 ->
  p * (1 - T) <= LD -> LD <= 1 -> LD <= LS + B -> LS <= A + T ->
  p <= A + B + 2 * (T / (1 - T)).
Proof.
  intros HT H1 H2 H3 H4.
  pose proof (divide_by_confidence p LD T HT H1 H2).
  assert (T <= T / (1 - T)).
  { assert (E : T / (1 - T) * (1 - T) = T) by (field; lra).
    apply Rmult_le_reg_r with (1 - T); [lra |]. rewrite E.
    assert (0 <= T * T) by apply Rle_0_sqr. lra. }
  lra.
Qed.

(** T / (1 - T) = 1 / (sqrt m - 1) for T = 1 / sqrt m. *)
Lemma odds_of_share m : 1 < m -> 1 / sqrt m / (1 - 1 / sqrt m) = 1 / (sqrt m - 1).
Proof.
  intros Hm. assert (S : 1 < sqrt m) by (rewrite <- sqrt_1; apply sqrt_lt_1; lra).
  field. split; lra.
Qed.

(** The printed root dominates the one the proof needs: rho_k >= B_k. *)
Lemma printed_root_dominates KL m delta (K1 : R) :
  1 < m -> 0 <= KL -> 1 <= K1 -> 0 < delta <= 1 ->
  sqrt ((KL + ln (m * K1 / delta)) / (2 * (m - 1)))
  <= sqrt ((4 * KL + 2 * ln (2 * m * K1 / delta)) / (m - 1)).
Proof.
  intros Hm HKL HK Hd. apply sqrt_le_1_alt.
  assert (Hmk : 1 <= m * K1) by nra.
  assert (Big : 1 <= m * K1 / delta).
  { apply Rmult_le_reg_r with delta; [lra |].
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  assert (L0 : 0 <= ln (m * K1 / delta)).
  { rewrite <- ln_1. destruct Big as [Big|Big]; [left; apply ln_increasing; lra | rewrite <- Big; lra]. }
  replace (2 * m * K1 / delta) with (2 * (m * K1 / delta)) by (field; lra).
  rewrite ln_mult by lra.
  assert (L2 : 0 < ln 2) by (rewrite <- ln_1; apply ln_increasing; lra).
  set (l := ln (m * K1 / delta)) in *.
  replace ((KL + l) / (2 * (m - 1))) with ((KL + l) / 2 / (m - 1)) by (field; lra).
  unfold Rdiv at 1 3. apply Rmult_le_compat_r.
  - left. apply Rinv_0_lt_compat. lra.
  - lra.
Qed.
