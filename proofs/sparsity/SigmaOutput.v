(** Gap (10) of theorem-13.md: extended to the output layer, sigma of Theorem 11 can exceed
    sigma of Theorem 13. K = 1, d_0 = d_1 = 1, m = 100 and at least 10^6 classes: then
    4 sqrt(2 d_eff + Lambda) = 4 sqrt(ln 40) < 7.7, but alpha > 7.7. *)
From Coq Require Import Reals Lra Lia.
From Gapcert Require Import sparsity.Network sparsity.Alpha sparsity.Variance sparsity.Sigma.
Open Scope R_scope.

(** Lower bounds of exp double in the exponent by squaring. *)
Lemma exp_double a b x y : 0 <= a -> a <= exp x -> b <= a * a -> y = 2 * x -> b <= exp y.
Proof.
  intros Ha Hx Hb ->. replace (2 * x) with (x + x) by ring. rewrite exp_plus.
  apply Rle_trans with (a * a); [exact Hb |]. apply Rmult_le_compat; assumption.
Qed.

(** exp(3.7) >= 40, by ten squarings of 1 + 3.7/1024 <= exp(3.7/1024). *)
Lemma exp_37_lower : 40 <= exp (37 / 10).
Proof.
  assert (E0 : 10036132 / 10000000 <= exp (37 / 10240)).
  { apply Rle_trans with (1 + 37 / 10240); [lra | apply exp_ineq1_le]. }
  assert (E1 : 10072394 / 10000000 <= exp (37 / 5120))
    by (eapply exp_double; [| exact E0 | lra | lra]; lra).
  assert (E2 : 10145311 / 10000000 <= exp (37 / 2560))
    by (eapply exp_double; [| exact E1 | lra | lra]; lra).
  assert (E3 : 10292733 / 10000000 <= exp (37 / 1280))
    by (eapply exp_double; [| exact E2 | lra | lra]; lra).
  assert (E4 : 10594035 / 10000000 <= exp (37 / 640))
    by (eapply exp_double; [| exact E3 | lra | lra]; lra).
  assert (E5 : 11223357 / 10000000 <= exp (37 / 320))
    by (eapply exp_double; [| exact E4 | lra | lra]; lra).
  assert (E6 : 12596374 / 10000000 <= exp (37 / 160))
    by (eapply exp_double; [| exact E5 | lra | lra]; lra).
  assert (E7 : 15866863 / 10000000 <= exp (37 / 80))
    by (eapply exp_double; [| exact E6 | lra | lra]; lra).
  assert (E8 : 25175734 / 10000000 <= exp (37 / 40))
    by (eapply exp_double; [| exact E7 | lra | lra]; lra).
  assert (E9 : 6338 / 1000 <= exp (37 / 20))
    by (eapply exp_double; [| exact E8 | lra | lra]; lra).
  eapply exp_double; [| exact E9 | lra | lra]; lra.
Qed.

(** ln 40 <= 3.7. *)
Lemma ln_40_upper : ln 40 <= 37 / 10.
Proof.
  rewrite <- (ln_exp (37 / 10)). apply ln_mono; [lra | apply exp_37_lower].
Qed.

(** ln 2, ln(5/4), ln(3/2) from below, through quotients (k+1)/k. *)
Lemma ln_5_4_lower : 21 / 100 <= ln (5 / 4).
Proof.
  replace (5 / 4) with (10 / 9 * (9 / 8)) by lra. rewrite ln_mult by lra.
  pose proof (ln_lower (10 / 9) ltac:(lra)). pose proof (ln_lower (9 / 8) ltac:(lra)). lra.
Qed.

Lemma ln_3_2_lower : 36 / 100 <= ln (3 / 2).
Proof.
  replace (3 / 2) with (6 / 5 * (5 / 4)) by lra. rewrite ln_mult by lra.
  pose proof (ln_lower (6 / 5) ltac:(lra)). pose proof (ln_lower (5 / 4) ltac:(lra)). lra.
Qed.

Lemma ln_2_lower_662 : 662 / 1000 <= ln 2.
Proof.
  replace 2 with (16 / 15 * (15 / 14) * (14 / 13) * (13 / 12) * (12 / 11) * (11 / 10)
                  * (10 / 9) * (9 / 8)) by lra.
  rewrite !ln_mult by lra.
  pose proof (ln_lower (16 / 15) ltac:(lra)). pose proof (ln_lower (15 / 14) ltac:(lra)).
  pose proof (ln_lower (14 / 13) ltac:(lra)). pose proof (ln_lower (13 / 12) ltac:(lra)).
  pose proof (ln_lower (12 / 11) ltac:(lra)). pose proof (ln_lower (11 / 10) ltac:(lra)).
  pose proof (ln_lower (10 / 9) ltac:(lra)). pose proof (ln_lower (9 / 8) ltac:(lra)). lra.
Qed.

(** ln(30 * 10^6) = 22 ln 2 + 7 ln(5/4) + ln(3/2) >= 16.3. *)
Lemma ln_3e7_lower : 163 / 10 <= ln 30 + ln 1000000.
Proof.
  assert (E30 : ln 30 = 4 * ln 2 + ln (5 / 4) + ln (3 / 2)).
  { replace 30 with (2 ^ 4 * (5 / 4) * (3 / 2)) by lra.
    rewrite !ln_mult, ln_pow by lra. cbn [INR]. ring. }
  assert (E6 : ln 1000000 = 18 * ln 2 + 6 * ln (5 / 4)).
  { replace 1000000 with (2 ^ 18 * (5 / 4) ^ 6) by lra.
    rewrite ln_mult, !ln_pow by lra. cbn [INR]. ring. }
  rewrite E30, E6.
  pose proof ln_2_lower_662. pose proof ln_5_4_lower. pose proof ln_3_2_lower. lra.
Qed.

(** sigma_(K+1) of Theorem 11's formula is larger than that of Theorem 13. *)
Theorem sigma11_exceeds_sigma13_out H : valid H ->
  depth H = 1%nat -> dim H 0 = 1%nat -> dim H 1 = 1%nat -> 1000000 <= INR (dim H 2) ->
  sigma13_out H (share H 100) < sigma11 H 100 (depth H).
Proof.
  intros V HK D0 D1 HC.
  pose proof (spar_lt H V 0 ltac:(lia)) as S0. pose proof (spar_lt H V 1 ltac:(lia)) as S1.
  rewrite D0 in S0. rewrite D1 in S1.
  assert (Z0 : spar H 0 = 0%nat) by lia. assert (Z1 : spar H 1 = 0%nat) by lia.
  assert (Cpos : (1 <= dim H 2)%nat).
  { apply INR_le. change (INR 1) with 1. lra. }
  assert (R10 : sqrt 100 = 10).
  { replace 100 with (10 * 10) by lra. apply sqrt_square. lra. }
  (* 4 sqrt(2 d_eff + Lambda) <= 7.7 *)
  assert (Den : 4 * sqrt (2 * deff H + Lambda H 100) <= 77 / 10).
  { assert (D : deff H = 0).
    { unfold deff. rewrite HK. cbn [max_deff]. unfold layer_deff. rewrite D0, D1.
      change (INR 1) with 1. rewrite ln_1.
      replace ((INR (1 - spar H 1) * 0 + INR (1 - spar H 0) * 0) / 2) with 0 by field.
      apply Rmax_left. lra. }
    assert (L : Lambda H 100 = ln 40).
    { unfold Lambda. rewrite HK, R10. f_equal. cbn [INR]. lra. }
    rewrite D, L, Rmult_0_r, Rplus_0_l.
    assert (sqrt (ln 40) <= 1925 / 1000).
    { apply sqrt_upper; [lra |]. pose proof ln_40_upper. lra. }
    lra. }
  (* alpha > 7.7 *)
  assert (Al : 77 / 10 < alpha_row H (depth H) (share H 100)).
  { rewrite HK. unfold alpha_row, alpha. rewrite D1, Z1, binomial_one_left by exact Cpos.
    replace (dim H 2 - (dim H 2 - 1))%nat with 1%nat by lia.
    replace (1 - 0)%nat with 1%nat by lia.
    assert (E1 : Binomial.C 1 0 = 1) by (unfold Binomial.C; cbn; field).
    assert (Sh : 1 / share H 100 = 30).
    { unfold share. rewrite HK, R10. cbn [INR]. field. }
    rewrite E1, Sh. change (INR 1) with 1. rewrite sqrt_1, ln_1.
    pose proof (ln_mono 1000000 (INR (dim H 2)) ltac:(lra) HC) as LC.
    pose proof ln_3e7_lower as L.
    assert (Root : 5705 / 1000 <= sqrt (2 * ln (INR (dim H 2)) + 2 * 0 + 2 * ln 30)).
    { rewrite <- (sqrt_square (5705 / 1000)) by lra. apply sqrt_le_1_alt. lra. }
    lra. }
  assert (DenPos : 0 < 4 * sqrt (2 * deff H + Lambda H 100)).
  { apply Rmult_lt_0_compat; [lra |]. apply sqrt_lt_R0.
    pose proof (Lambda_lower H 100 ltac:(lia) ltac:(lra)).
    assert (0 <= deff H); [| lra].
    unfold deff. rewrite HK. apply (Rle_trans _ (max_deff H 0)); [cbn; lra | apply Rmax_l]. }
  unfold sigma13_out, sigma11.
  apply Rmult_lt_compat_l; [apply (eps_pos H V) |].
  unfold Rdiv. apply Rmult_lt_compat_l; [apply (xi_pos H V) |].
  apply Rinv_lt_contravar; [apply Rmult_lt_0_compat; lra | lra].
Qed.
