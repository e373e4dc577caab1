(** Theorem 13 of Muthukumar and Sulam (2023), from the recursion.

    [theorem13_sound]: the sound form, t = 1/((2K+1) sqrt m), about P(margin <= 0).
    [theorem13_as_printed]: the printed number, t = 1/((K+1) sqrt m), about
    P(margin < 0): the miscount of Lemma 12 is absorbed by the printed constant 4.
    Both under [assumptions], which names Lemma 20 and the PAC-Bayes inequalities. *)
From Coq Require Import Reals Lra Lia Bool.
From Gapcert Require Import base.Sums base.Vectors base.Probability.
From Gapcert Require Import sparsity.Network sparsity.Alpha sparsity.Variance sparsity.Noise.
From Gapcert Require Import sparsity.Losses sparsity.Derandomise13 sparsity.Recursion13.
Open Scope R_scope.

(** ** What is assumed *)

Record assumptions (strict : bool) (H : hyper) (m : nat) (t delta : R)
  (prior : net) (sigma : nat -> R) (PG : (net -> Prop) -> R) (ED : (point -> R) -> R)
  (PS : ((nat -> point) -> Prop) -> R) : Prop := {
  (* hyper-parameters *)
  hyper_valid : valid H;
  sample_size : (2 <= m)%nat;
  confidence : 0 < delta <= 1;
  sigmas : sigma_within H t sigma;
  (* the noise, and Lemma 20 about it *)
  noise_law : probability PG;
  noise_tail : gaussian_tail H PG;
  (* population and sample: ||x|| <= M_X almost surely *)
  population_law : expectation (admissible H) ED;
  sample_law : probability PS;
  sample_bounded : PS (fun S => ~ forall i, (i < m)%nat -> admissible H (S i)) <= 0;
  (* the PAC-Bayes theorem for each of the K+1 losses *)
  pac_bayes_theorem : forall j, (j <= depth H)%nat ->
    PS (fun S => ~ pac_bayes_holds strict H m delta prior sigma PG ED j S)
    <= delta / (INR (depth H) + 1)
}.

(** ** The printed bound *)

Section Terms.

Variables (strict : bool) (H : hyper) (m : nat) (delta : R) (prior : net) (sigma : nat -> R).
Variables (S0 : nat -> point) (h : net).

(** rho_k = sqrt((4 KL_k + 2 ln(2 m (K+1) / delta)) / (m-1)). *)
Definition rho (k : nat) : R :=
  sqrt ((4 * KL H prior sigma h k + 2 * ln (2 * INR m * (INR (depth H) + 1) / delta)) / (INR m - 1)).

(** (13): margin loss + 4(K+1)/(sqrt m - 1) + rho_(K+1)
    + sum over k <= K of S_k(gamma) + S_k(3 gamma) + rho_k. *)
Definition bound13 : R :=
  margin_loss strict H m S0 h + 4 * (INR (depth H) + 1) / (sqrt (INR m) - 1) + rho (S (depth H))
  + sum (depth H) (fun j => sparse_loss H m S0 h 1 (S j) + sparse_loss H m S0 h 3 (S j) + rho (S j)).

Hypothesis m_large : (2 <= m)%nat.
Hypothesis delta_range : 0 < delta <= 1.
Hypothesis sigma_positive : forall k, 0 < sigma k.

Lemma m_real : 1 < INR m.
Proof. apply Rlt_le_trans with (INR 2); [cbn; lra | apply le_INR; exact m_large]. Qed.

Lemma KL_nonneg k : 0 <= KL H prior sigma h k.
Proof.
  apply sum_nonneg. intros j. pose proof (sigma_positive (S j)).
  unfold Rdiv. apply Rmult_le_pos; [apply frobenius_sqr_nonneg |].
  left. apply Rinv_0_lt_compat. apply Rmult_lt_0_compat; [lra |]. apply Rmult_lt_0_compat; lra.
Qed.

(** B_k <= rho_k. *)
Lemma B_le_rho k : B H m delta prior sigma h k <= rho k.
Proof.
  apply printed_root_dominates.
  - apply m_real.
  - apply KL_nonneg.
  - pose proof (pos_INR (depth H)). lra.
  - exact delta_range.
Qed.

Lemma sample_fraction_nonneg (b : point -> bool) : 0 <= mean m S0 (fun z => ind (b z)).
Proof.
  apply sum_nonneg. intros i. apply Rmult_le_pos.
  - left. apply Rinv_0_lt_compat. pose proof m_real. lra.
  - apply ind_range.
Qed.

(** S_K(gamma) is one of the terms of the sum, or 0 if K = 0. *)
Lemma last_sparse_loss_le K :
  sparse_loss H m S0 h 1 K <= sum K (fun j => sparse_loss H m S0 h 1 (S j)).
Proof.
  destruct K as [|k].
  - unfold sparse_loss, violation, mean. cbn.
    rewrite (sum_ext m _ (fun _ => 0)) by (intros i; ring). rewrite sum_zero. lra.
  - apply (sum_term_le (S k) (fun j => sparse_loss H m S0 h 1 (S j))).
    + intros j. apply sample_fraction_nonneg.
    + lia.
Qed.

(** The sum in (13), term by term. *)
Lemma bound13_split :
  sum (depth H) (fun j => sparse_loss H m S0 h 1 (S j) + sparse_loss H m S0 h 3 (S j) + rho (S j))
  = sum (depth H) (fun j => sparse_loss H m S0 h 1 (S j))
    + sum (depth H) (fun j => sparse_loss H m S0 h 3 (S j)) + sum (depth H) (fun j => rho (S j)).
Proof. rewrite <- !sum_plus. reflexivity. Qed.

(** (13) dominates (4) as soon as the noise costs at most 4(K+1)/(sqrt m - 1). *)
Lemma bound4_le_bound13 t :
  noise_cost H t <= 4 * (INR (depth H) + 1) / (sqrt (INR m) - 1) ->
  bound4 strict H m t delta prior sigma S0 h <= bound13.
Proof.
  intros Cost. unfold bound4, bound13. rewrite bound13_split. cbn [sum].
  pose proof (last_sparse_loss_le (depth H)) as Last. pose proof (B_le_rho (S (depth H))) as Out.
  assert (Roots : sum (depth H) (fun j => B H m delta prior sigma h (S j))
                  <= sum (depth H) (fun j => rho (S j)))
    by (apply sum_le; intros j; apply B_le_rho).
  lra.
Qed.

(** (13) is at least its term 4(K+1)/(sqrt m - 1). *)
Lemma bound13_lower : 4 * (INR (depth H) + 1) / (sqrt (INR m) - 1) <= bound13.
Proof.
  unfold bound13.
  pose proof (sample_fraction_nonneg (fun z => margin_below strict H h z (4 * margin_unit H))) as M.
  assert (Sum : 0 <= sum (depth H)
    (fun j => sparse_loss H m S0 h 1 (S j) + sparse_loss H m S0 h 3 (S j) + rho (S j))).
  { apply sum_nonneg. intros j.
    pose proof (sample_fraction_nonneg (violation H (times_gamma H 1) h (S j))).
    pose proof (sample_fraction_nonneg (violation H (times_gamma H 3) h (S j))).
    unfold sparse_loss. pose proof (sqrt_pos
      ((4 * KL H prior sigma h (S j) + 2 * ln (2 * INR m * (INR (depth H) + 1) / delta)) / (INR m - 1))).
    unfold rho. lra. }
  assert (Rho : 0 <= rho (S (depth H))) by apply sqrt_pos.
  unfold margin_loss. lra.
Qed.

End Terms.

(** ** The cost of the noise *)

(** Odds increase with the probability. *)
Lemma odds_mono a b : 0 <= a -> a <= b -> b < 1 -> odds a <= odds b.
Proof.
  intros Ha Hab Hb. unfold odds, Rdiv. apply Rmult_le_compat; [exact Ha | | exact Hab |].
  - left. apply Rinv_0_lt_compat. lra.
  - apply Rinv_le_contravar; lra.
Qed.

(** With the corrected share each step costs at most 2/(sqrt m - 1). *)
Lemma noise_cost_sound H m : 1 < m ->
  noise_cost H (share H m) <= 2 * (INR (depth H) + 1) / (sqrt m - 1).
Proof.
  intros Hm. pose proof (sqrt_gt_1 m Hm) as Hs. pose proof (shares_sum H m Hm) as Total.
  pose proof (share_range H m Hm) as Range.
  assert (S1 : 1 / sqrt m < 1).
  { apply Rmult_lt_reg_r with (sqrt m); [lra |].
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  assert (One : odds (1 / sqrt m) = 1 / (sqrt m - 1)) by (apply odds_of_share; exact Hm).
  unfold noise_cost, fail_out. rewrite Total, One.
  apply Rle_trans with (sum (depth H) (fun _ => 2 * (1 / (sqrt m - 1))) + 2 * (1 / (sqrt m - 1))).
  - apply Rplus_le_compat_r. apply sum_le_lt. intros j Hj. rewrite <- One.
    apply Rmult_le_compat_l; [lra |]. unfold fail.
    pose proof (pos_INR (S j)). pose proof (le_INR (S j) (depth H) ltac:(lia)).
    apply odds_mono; [nra | rewrite <- Total; nra | exact S1].
  - rewrite sum_const. right. field. lra.
Qed.

(** ** Theorem 13, sound form *)

(** With the terms its proof needs, (4). Except with probability delta over the sample,
    for all h within the hyper-parameters,
    P(margin <= 0) <= margin loss + S_K(gamma) + sum_k S_k(3 gamma) + sum_k B_k + noise. *)
Theorem theorem13_sharp H m delta prior sigma PG ED PS :
  assumptions false H m (share H (INR m)) delta prior sigma PG ED PS ->
  PS (fun S => ~ forall h, in_class H h ->
    risk false H ED h <= bound4 false H m (share H (INR m)) delta prior sigma S h) <= delta.
Proof.
  intros A. pose proof (m_real m (sample_size _ _ _ _ _ _ _ _ _ _ A)) as Hm.
  pose proof (shares_sum H (INR m) Hm) as Total. pose proof (sqrt_gt_1 (INR m) Hm) as Hs.
  destruct A.
  apply (recursion13 false H m (share H (INR m)) delta) with (PG := PG); try assumption.
  - apply share_range. exact Hm.
  - rewrite Total. apply Rmult_lt_reg_r with (sqrt (INR m)); [lra |].
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

(** Theorem 13, sound form: except with probability delta over the sample, for all h within
    the hyper-parameters, P(margin <= 0) is at most (13). *)
Theorem theorem13_sound H m delta prior sigma PG ED PS :
  assumptions false H m (share H (INR m)) delta prior sigma PG ED PS ->
  PS (fun S => ~ forall h, in_class H h ->
    risk false H ED h <= bound13 false H m delta prior sigma S h) <= delta.
Proof.
  intros A. eapply Rle_trans; [| apply (theorem13_sharp H m delta prior sigma PG ED PS A)].
  destruct A. pose proof (m_real m sample_size0) as Hm.
  apply (prob_mono PS sample_law0). intros S0 Bad All. apply Bad. intros h C.
  eapply Rle_trans; [apply All; exact C |].
  apply bound4_le_bound13; try assumption.
  - apply (sigma_pos _ _ _ sigmas0).
  - eapply Rle_trans; [apply noise_cost_sound; exact Hm |].
    pose proof (sqrt_gt_1 (INR m) Hm). pose proof (pos_INR (depth H)).
    unfold Rdiv. apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat; lra | lra].
Qed.

(** (13) with the roots that the proof needs, the form called sharp:
    B_k = sqrt((KL_k + ln(m (K+1) / delta)) / (2 (m-1))) in place of rho_k. *)
Definition bound13_sharp H m delta prior sigma S0 h : R :=
  margin_loss false H m S0 h + 4 * (INR (depth H) + 1) / (sqrt (INR m) - 1)
  + B H m delta prior sigma h (S (depth H))
  + sum (depth H) (fun j => sparse_loss H m S0 h 1 (S j) + sparse_loss H m S0 h 3 (S j)
                            + B H m delta prior sigma h (S j)).

(** It dominates (4): of the S_k(gamma) only the last is needed, and the noise costs at
    most 2(K+1)/(sqrt m - 1). *)
Lemma bound4_le_bound13_sharp H m delta prior sigma S0 h : (2 <= m)%nat ->
  bound4 false H m (share H (INR m)) delta prior sigma S0 h
  <= bound13_sharp H m delta prior sigma S0 h.
Proof.
  intros Hm. pose proof (m_real m Hm) as M1.
  pose proof (noise_cost_sound H (INR m) M1) as Cost.
  pose proof (last_sparse_loss_le H m S0 h Hm (depth H)) as Last.
  pose proof (sqrt_gt_1 (INR m) M1) as Root. pose proof (pos_INR (depth H)) as Depth.
  assert (Twice : 2 * (INR (depth H) + 1) / (sqrt (INR m) - 1)
                  <= 4 * (INR (depth H) + 1) / (sqrt (INR m) - 1)).
  { unfold Rdiv. apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat; lra | lra]. }
  unfold bound4, bound13_sharp. rewrite !sum_plus. cbn [sum]. lra.
Qed.

(** Theorem 13, sharp form: as the sound one with (13) in its sharp form. *)
Theorem theorem13_sharp_form H m delta prior sigma PG ED PS :
  assumptions false H m (share H (INR m)) delta prior sigma PG ED PS ->
  PS (fun S => ~ forall h, in_class H h ->
    risk false H ED h <= bound13_sharp H m delta prior sigma S h) <= delta.
Proof.
  intros A. eapply Rle_trans; [| apply (theorem13_sharp H m delta prior sigma PG ED PS A)].
  destruct A. apply (prob_mono PS sample_law0). intros S0 Bad All. apply Bad. intros h C.
  eapply Rle_trans; [apply All; exact C |].
  apply bound4_le_bound13_sharp. exact sample_size0.
Qed.

(** The same as a success probability. *)
Corollary theorem13_sound_success H m delta prior sigma PG ED PS :
  assumptions false H m (share H (INR m)) delta prior sigma PG ED PS ->
  1 - delta <= PS (fun S => forall h, in_class H h ->
    risk false H ED h <= bound13 false H m delta prior sigma S h).
Proof.
  intros A. apply prob_complement; [destruct A; assumption |].
  apply (theorem13_sound H m delta prior sigma PG ED PS A).
Qed.

(** ** Theorem 13, the printed number *)

(** The events up to layer k fail with probability at most theta/sqrt m, theta < 2: the
    odds are at most theta/(sqrt m - 2). *)
Lemma odds_printed theta s : 0 <= theta <= 2 -> 2 < s -> odds (theta / s) <= theta / (s - 2).
Proof.
  intros Ht Hs. replace (odds (theta / s)) with (theta / (s - theta)) by (unfold odds; field; lra).
  unfold Rdiv. apply Rmult_le_compat_l; [lra |]. apply Rinv_le_contravar; lra.
Qed.

(** 1 + 2 + ... + K = K (K+1) / 2. *)
Lemma sum_integers K : sum K (fun j => INR (S j)) = INR K * (INR K + 1) / 2.
Proof.
  induction K as [|K IH]; cbn [sum]; [cbn; lra |]. rewrite IH, S_INR. field.
Qed.

(** With the printed share the noise costs at most (2K+4)/(sqrt m - 2). *)
Lemma noise_cost_printed H m : 4 < m ->
  noise_cost H (printed_share H m) <= (2 * INR (depth H) + 4) / (sqrt m - 2).
Proof.
  intros Hm. set (K := INR (depth H)). set (s := sqrt m).
  assert (Hs : 2 < s).
  { unfold s. replace 2 with (sqrt (2 * 2)) by (apply sqrt_square; lra). apply sqrt_lt_1; lra. }
  assert (HK : 0 <= K) by apply pos_INR.
  set (c := 2 / (K + 1) / (s - 2)).
  assert (Hc : 0 <= c).
  { unfold c, Rdiv. apply Rmult_le_pos; [apply Rmult_le_pos |]; try lra;
      left; apply Rinv_0_lt_compat; lra. }
  apply Rle_trans with (sum (depth H) (fun j => 2 * c * INR (S j)) + c * (2 * K + 1)).
  - unfold noise_cost. apply Rplus_le_compat.
    + apply sum_le_lt. intros j Hj.
      pose proof (pos_INR (S j)) as P. pose proof (le_INR (S j) (depth H) ltac:(lia)) as Q. fold K in Q.
      replace (fail (printed_share H m) (S j)) with (2 * INR (S j) / (K + 1) / s)
        by (unfold fail, printed_share; fold K s; field; lra).
      replace (2 * c * INR (S j)) with (2 * (2 * INR (S j) / (K + 1) / (s - 2)))
        by (unfold c; field; lra).
      apply Rmult_le_compat_l; [lra |]. apply odds_printed; [| exact Hs]. split.
      * unfold Rdiv. apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; lra].
      * apply Rmult_le_reg_r with (K + 1); [lra |].
        unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
    + replace (fail_out H (printed_share H m)) with ((2 * K + 1) / (K + 1) / s)
        by (unfold fail_out, printed_share; fold K s; field; lra).
      replace (c * (2 * K + 1)) with (2 * ((2 * K + 1) / (K + 1) / (s - 2)))
        by (unfold c; field; lra).
      apply Rmult_le_compat_l; [lra |]. apply odds_printed; [| exact Hs]. split.
      * unfold Rdiv. apply Rmult_le_pos; [lra | left; apply Rinv_0_lt_compat; lra].
      * apply Rmult_le_reg_r with (K + 1); [lra |].
        unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
  - rewrite sum_scal, sum_integers. fold K.
    replace (2 * c * (K * (K + 1) / 2) + c * (2 * K + 1))
      with ((2 * K + 4 - 2 / (K + 1)) / (s - 2)) by (unfold c; field; lra).
    assert (0 < 2 / (K + 1)) by (apply Rdiv_lt_0_compat; lra).
    unfold Rdiv at 1 3. apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat; lra | lra].
Qed.

(** If sqrt m >= 3 + 2/K, this is at most the printed 4(K+1)/(sqrt m - 1). *)
Lemma printed_constant_suffices K s : 1 <= K -> 3 + 2 / K <= s ->
  (2 * K + 4) / (s - 2) <= 4 * (K + 1) / (s - 1).
Proof.
  intros HK Hs.
  assert (Inv : 2 / K * K = 2) by (field; lra).
  assert (P : 0 < 2 / K) by (apply Rdiv_lt_0_compat; lra).
  assert (Main : (2 * K + 4) * (s - 1) <= 4 * (K + 1) * (s - 2)) by nra.
  apply Rmult_le_reg_r with ((s - 2) * (s - 1)); [apply Rmult_lt_0_compat; lra |].
  replace ((2 * K + 4) / (s - 2) * ((s - 2) * (s - 1))) with ((2 * K + 4) * (s - 1)) by (field; lra).
  replace (4 * (K + 1) / (s - 1) * ((s - 2) * (s - 1))) with (4 * (K + 1) * (s - 2)) by (field; lra).
  exact Main.
Qed.

(** If sqrt m < 3 + 2/K, the printed bound is above 1. *)
Lemma printed_constant_trivial K s : 1 <= K -> 1 < s -> s < 3 + 2 / K ->
  1 <= 4 * (K + 1) / (s - 1).
Proof.
  intros HK Hs1 Hs.
  assert (Inv : 2 / K <= 2).
  { apply Rmult_le_reg_r with K; [lra |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  apply Rmult_le_reg_r with (s - 1); [lra |].
  unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

(** A risk is at most 1. *)
Lemma risk_le_1 strict H ED h : expectation (admissible H) ED -> risk strict H ED h <= 1.
Proof.
  intros HE. rewrite <- (expect_one _ _ HE). apply (expect_mono _ _ HE).
  - apply bounded_ind.
  - apply bounded_const. lra.
  - intros z _. apply ind_range.
Qed.

(** The printed number with the printed share t = 1/((K+1) sqrt m): except with probability
    delta over the sample, for all h within the hyper-parameters, it bounds P(margin < 0)
    if margins are compared with "<" ([strict]), and P(margin <= 0) with "<=". *)
Theorem theorem13_printed_number strict H m delta prior sigma PG ED PS :
  (1 <= depth H)%nat ->
  assumptions strict H m (printed_share H (INR m)) delta prior sigma PG ED PS ->
  PS (fun S => ~ forall h, in_class H h ->
    risk strict H ED h <= bound13 strict H m delta prior sigma S h) <= delta.
Proof.
  intros HK A. destruct A. pose proof (m_real m sample_size0) as Hm.
  pose proof (sqrt_gt_1 (INR m) Hm) as Hs.
  assert (K1 : 1 <= INR (depth H)) by (change 1 with (INR 1); apply le_INR; exact HK).
  pose proof (sigma_pos _ _ _ sigmas0) as SigPos.
  destruct (Rle_dec (3 + 2 / INR (depth H)) (sqrt (INR m))) as [Large|Small].
  - (* the recursion, with the printed constant absorbing the cost *)
    assert (P2 : 0 < 2 / INR (depth H)) by (apply Rdiv_lt_0_compat; lra).
    assert (M4 : 4 < INR m).
    { rewrite <- (sqrt_sqrt (INR m)) by lra. nra. }
    eapply Rle_trans;
      [| apply (recursion13 strict H m (printed_share H (INR m)) delta) with
           (prior := prior) (sigma := sigma) (PG := PG) (ED := ED) (PS := PS); try assumption].
    + apply (prob_mono PS sample_law0). intros S0 Bad All. apply Bad. intros h C.
      eapply Rle_trans; [apply All; exact C |].
      apply bound4_le_bound13; try assumption.
      eapply Rle_trans; [apply noise_cost_printed; exact M4 |].
      apply printed_constant_suffices; assumption.
    + apply share_between; lra.
    + unfold printed_share.
      replace ((2 * INR (depth H) + 1) * (1 / ((INR (depth H) + 1) * sqrt (INR m))))
        with ((2 * INR (depth H) + 1) / ((INR (depth H) + 1) * sqrt (INR m))) by (field; lra).
      apply Rmult_lt_reg_r with ((INR (depth H) + 1) * sqrt (INR m)); [nra |].
      unfold Rdiv. rewrite Rmult_assoc, Rinv_l by nra. nra.
  - (* the printed bound is above 1 *)
    apply Rle_trans with 0; [| lra].
    rewrite <- (prob_impossible PS sample_law0).
    apply (prob_mono PS sample_law0). intros S0 Bad. apply Bad. intros h C.
    apply Rle_trans with 1; [apply risk_le_1; assumption |].
    eapply Rle_trans; [| apply bound13_lower; assumption].
    apply printed_constant_trivial; lra.
Qed.

(** Theorem 13 as printed, for K >= 1: the printed number bounds P(margin < 0). *)
Theorem theorem13_as_printed H m delta prior sigma PG ED PS :
  (1 <= depth H)%nat ->
  assumptions true H m (printed_share H (INR m)) delta prior sigma PG ED PS ->
  PS (fun S => ~ forall h, in_class H h ->
    risk true H ED h <= bound13 true H m delta prior sigma S h) <= delta.
Proof. apply theorem13_printed_number. Qed.
