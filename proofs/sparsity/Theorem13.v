(** Theorem 13 of Muthukumar and Sulam (2023), sound form (theorem-13.md, Sections 3, 4).

    Two results are taken as hypotheses, by name: [gaussian_tail], Lemma 20, and
    [pac_bayes], one PAC-Bayes inequality for each of the K+1 steps. Everything else, from
    Lemma 4 to the sum of the steps, is proved. *)
From Coq Require Import Reals Lra Lia Bool Classical.
From Gapcert Require Import base.Sums base.IndexSets base.Vectors base.Probability.
From Gapcert Require Import sparsity.Network sparsity.Alpha sparsity.Variance sparsity.Noise.
From Gapcert Require Import sparsity.Losses sparsity.Derandomise13.
Open Scope R_scope.

(** ||A||_F^2 for a d2 x d1 matrix. *)
Definition frobenius_sqr (d2 d1 : nat) (A : mat) : R :=
  sum d2 (fun i => sum d1 (fun j => A i j * A i j)).

Lemma frobenius_sqr_nonneg d2 d1 A : 0 <= frobenius_sqr d2 d1 A.
Proof.
  apply sum_nonneg. intros i. apply sum_nonneg. intros j. apply Rle_0_sqr.
Qed.

Section Theorem13.

(** ** Setting *)

Variables (H : hyper) (m : nat) (delta : R).
Hypothesis V : valid H.
Hypothesis m_large : (2 <= m)%nat.
Hypothesis delta_range : 0 < delta <= 1.

(** The prior network, and the standard deviations of prior and posterior. *)
Variables (prior : net) (sigma : nat -> R).
Hypothesis sigma_ok : sigma_within H (INR m) sigma.

(** G is the noise; the posterior is the law of h + sigma G. *)
Variable PG : (net -> Prop) -> R.
Hypothesis PG_prob : probability PG.
Hypothesis lemma20 : gaussian_tail H PG.

(** The population: ||x|| <= M_X (and the label is a class) almost surely. *)
Variable ED : (point -> R) -> R.
Hypothesis ED_expect : expectation (admissible H) ED.

(** The law of the sample; its points are admissible almost surely. *)
Variable PS : ((nat -> point) -> Prop) -> R.
Hypothesis PS_prob : probability PS.
Hypothesis sample_admissible :
  PS (fun S => ~ forall i, (i < m)%nat -> admissible H (S i)) <= 0.

(** The probability, over the noise, that the perturbed network has loss 1 at z. *)
Definition randomised (loss : net -> point -> bool) (h : net) (z : point) : R :=
  PG (fun G => loss (perturb sigma h G) z = true).

(** KL_k, the divergence of the first k layers. *)
Definition KL (h : net) (k : nat) : R :=
  sum k (fun j => frobenius_sqr (dim H (S j)) (dim H j) (msub (h (S j)) (prior (S j)))
                  / (2 * (sigma (S j) * sigma (S j)))).

(** B_k = sqrt((KL_k + ln(m (K+1) / delta)) / (2 (m-1))), what the proof needs ... *)
Definition B (h : net) (k : nat) : R :=
  sqrt ((KL h k + ln (INR m * (INR (depth H) + 1) / delta)) / (2 * (INR m - 1))).

(** ... and rho_k = sqrt((4 KL_k + 2 ln(2 m (K+1) / delta)) / (m-1)), the printed root. *)
Definition rho (h : net) (k : nat) : R :=
  sqrt ((4 * KL h k + 2 * ln (2 * INR m * (INR (depth H) + 1) / delta)) / (INR m - 1)).

(** The loss of step j+1: a hidden layer for j < K, the margin for j = K. *)
Definition step_loss (j : nat) : net -> point -> bool :=
  if Nat.ltb j (depth H) then hidden_loss H (S j) else out_loss H.

(** The PAC-Bayes inequality of step j+1, for all h at once, on the sample S. *)
Definition pac_bayes_holds (j : nat) (S0 : nat -> point) : Prop :=
  forall h, ED (randomised (step_loss j) h)
            <= mean m S0 (randomised (step_loss j) h) + B h (S j).

(** Hypothesis: it fails with probability at most delta/(K+1) (pac-bayes.md, Theorem 3;
    the loss of step k depends on the first k layers only, [hidden_loss_local]). *)
Hypothesis pac_bayes : forall j, (j <= depth H)%nat ->
  PS (fun S0 => ~ pac_bayes_holds j S0) <= delta / (INR (depth H) + 1).

(** ** The two sides of the bound *)

(** R = P(margin <= 0). *)
Definition risk (h : net) : R := ED (fun z => ind (margin_le H h z 0)).

(** The fraction of the sample with margin <= 4 zeta_(K+1) gamma_(K+1). *)
Definition margin_loss (S0 : nat -> point) (h : net) : R :=
  mean m S0 (fun z => ind (margin_le H h z (4 * margin_unit H))).

(** S_k(a gamma): the fraction with r_n < a gamma_n for some n <= k. *)
Definition sparse_loss (S0 : nat -> point) (h : net) (a : R) (k : nat) : R :=
  mean m S0 (fun z => ind (violation H (times_gamma H a) h k z)).

(** (4) of theorem-13.md. *)
Definition bound_sharp (S0 : nat -> point) (h : net) : R :=
  margin_loss S0 h + sparse_loss S0 h 1 (depth H)
  + sum (depth H) (fun j => sparse_loss S0 h 3 (S j))
  + sum (S (depth H)) (fun j => B h (S j))
  + 2 * (INR (depth H) + 1) / (sqrt (INR m) - 1).

(** (13), sound form. *)
Definition bound_sound (S0 : nat -> point) (h : net) : R :=
  margin_loss S0 h + 4 * (INR (depth H) + 1) / (sqrt (INR m) - 1) + rho h (S (depth H))
  + sum (depth H) (fun j => sparse_loss S0 h 1 (S j) + sparse_loss S0 h 3 (S j) + rho h (S j)).

(** ** The noise *)

Let T := 1 / sqrt (INR m).

Lemma m_real : 1 < INR m.
Proof. apply Rlt_le_trans with (INR 2); [cbn; lra | apply le_INR; exact m_large]. Qed.

Lemma T_range : 0 <= T < 1.
Proof.
  pose proof m_real as Hm. pose proof (sqrt_m_gt_1 (INR m) Hm) as S. unfold T. split.
  - left. apply Rdiv_lt_0_compat; lra.
  - apply Rmult_lt_reg_r with (sqrt (INR m)); [lra |].
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

Lemma randomised_range loss h z : 0 <= randomised loss h z <= 1.
Proof.
  unfold randomised. split.
  - apply (prob_nonneg PG _ PG_prob).
  - apply (prob_le_1 PG _ PG_prob).
Qed.

(** If the good event forces loss 1, the randomised loss is at least 1 - T. *)
Lemma randomised_high loss h z (good : net -> Prop) :
  PG (fun G => ~ good (perturb sigma h G)) <= T ->
  (forall h', good h' -> loss h' z = true) -> 1 - T <= randomised loss h z.
Proof.
  intros Fail Force. apply Rle_trans with (PG (fun G => good (perturb sigma h G))).
  - apply prob_complement; [exact PG_prob | exact Fail].
  - apply (prob_mono PG PG_prob). intros G Good. apply Force. exact Good.
Qed.

(** If the good event forces loss 0, the randomised loss is at most T. *)
Lemma randomised_low loss h z (good : net -> Prop) :
  PG (fun G => ~ good (perturb sigma h G)) <= T ->
  (forall h', good h' -> loss h' z = false) -> randomised loss h z <= T.
Proof.
  intros Fail Force. eapply Rle_trans; [| exact Fail].
  apply (prob_mono PG PG_prob). intros G Loss Good.
  rewrite (Force _ Good) in Loss. discriminate Loss.
Qed.

(** ** One step at a time, on a sample where the inequalities hold *)

Section OnSample.

Variables (S0 : nat -> point) (h : net).
Hypothesis S0_admissible : forall i, (i < m)%nat -> admissible H (S0 i).
Hypothesis S0_pac_bayes : forall j, (j <= depth H)%nat -> pac_bayes_holds j S0.
Hypothesis h_in_class : in_class H h.

Lemma sample_expect : expectation (admissible H) (mean m S0).
Proof. apply mean_expectation; [lia | exact S0_admissible]. Qed.

(** p_k = P(r_n(h,x) < gamma_n for some n <= k). *)
Definition p (k : nat) : R := ED (fun z => ind (violation H (times_gamma H 1) h k z)).

Lemma p_0 : p 0 = 0.
Proof. unfold p, violation. cbn. apply (expect_const _ _ 0 ED_expect). lra. Qed.

(** 2 T / (1 - T) = 2 / (sqrt m - 1). *)
Let step_cost := 2 / (sqrt (INR m) - 1).

Lemma step_cost_eq : 2 * (T / (1 - T)) = step_cost.
Proof.
  pose proof m_real as Hm. pose proof (sqrt_m_gt_1 (INR m) Hm).
  unfold T. rewrite (odds_of_share (INR m) Hm). unfold step_cost. field. lra.
Qed.

(** Layer step k+1: p_(k+1) - p_k <= S_(k+1)(3 gamma) + B_(k+1) + 2/(sqrt m - 1). *)
Lemma layer_step k : (k < depth H)%nat ->
  p (S k) - p k <= sparse_loss S0 h 3 (S k) + B h (S k) + step_cost.
Proof.
  intros Hk. rewrite <- step_cost_eq.
  set (q := randomised (hidden_loss H (S k)) h).
  assert (Fail : PG (fun G => ~ near H h (perturb sigma h G) (S k)) <= T).
  { apply (lemma12_prefix H (INR m) sigma V m_real sigma_ok PG PG_prob lemma20). lia. }
  apply (one_step _ (ED q) (mean m S0 q)).
  - apply T_range.
  - apply (population_side _ (admissible H) q T T_range (randomised_range _ _) ED); [exact ED_expect |].
    intros z Hz Bad Before.
    apply (randomised_high _ h z (fun h' => near H h h' (S k)) Fail).
    intros h' Near. apply (first_violation_shows H h h' z); assumption.
  - apply (randomised_loss_le_1 _ (admissible H) q (randomised_range _ _) ED ED_expect).
  - pose proof (S0_pac_bayes k ltac:(lia) h) as PB. unfold step_loss in PB.
    replace (Nat.ltb k (depth H)) with true in PB by (symmetry; apply Nat.ltb_lt; exact Hk).
    exact PB.
  - apply (sample_side _ (admissible H) q T T_range (randomised_range _ _) (mean m S0) _ sample_expect).
    intros z Hz Safe.
    apply (randomised_low _ h z (fun h' => near H h h' (S k)) Fail).
    intros h' Near. apply (safe_stays_safe H h h' z); assumption || lia.
Qed.

(** The low points of the margin step: small margin, or a radius below gamma. *)
Definition low (z : point) : bool :=
  margin_le H h z (4 * margin_unit H) || violation H (times_gamma H 1) h (depth H) z.

Lemma low_le : mean m S0 (fun z => ind (low z)) <= margin_loss S0 h + sparse_loss S0 h 1 (depth H).
Proof.
  pose proof sample_expect as HE.
  apply Rle_trans with
    (mean m S0 (fun z => ind (margin_le H h z (4 * margin_unit H))
                         + ind (violation H (times_gamma H 1) h (depth H) z))).
  - apply (expect_mono _ _ HE).
    + apply bounded_ind.
    + apply bounded_add; apply bounded_ind.
    + intros z _. unfold low, ind.
      destruct (margin_le H h z (4 * margin_unit H)), (violation H (times_gamma H 1) h (depth H) z);
        cbn [orb]; lra.
  - apply (expect_add _ _ HE); apply bounded_ind.
Qed.

(** Margin step: R - p_K <= margin loss + S_K(gamma) + B_(K+1) + 2/(sqrt m - 1). *)
Lemma margin_step :
  risk h - p (depth H)
  <= margin_loss S0 h + sparse_loss S0 h 1 (depth H) + B h (S (depth H)) + step_cost.
Proof.
  rewrite <- step_cost_eq.
  set (q := randomised (out_loss H) h).
  set (good := fun h' => near H h h' (depth H) /\ near_rows H h h' (depth H)).
  assert (Fail : PG (fun G => ~ good (perturb sigma h G)) <= T).
  { apply (lemma12 H (INR m) sigma V m_real sigma_ok PG PG_prob lemma20). }
  apply (one_step _ (ED q) (mean m S0 q)).
  - apply T_range.
  - apply (population_side _ (admissible H) q T T_range (randomised_range _ _) ED); [exact ED_expect |].
    intros z Hz Err Before. apply (randomised_high _ h z good Fail).
    intros h' [Near NearOut]. apply (error_shows H h h' z); assumption.
  - apply (randomised_loss_le_1 _ (admissible H) q (randomised_range _ _) ED ED_expect).
  - pose proof (S0_pac_bayes (depth H) (Nat.le_refl _) h) as PB. unfold step_loss in PB.
    rewrite Nat.ltb_irrefl in PB. exact PB.
  - eapply Rle_trans; [| apply Rplus_le_compat_r; apply low_le].
    apply (sample_side _ (admissible H) q T T_range (randomised_range _ _) (mean m S0) low sample_expect).
    intros z Hz Safe. unfold low in Safe. apply orb_false_iff in Safe. destruct Safe as [Wide Good].
    apply (randomised_low _ h z good Fail).
    intros h' [Near NearOut]. apply (wide_margin_stays H h h' z); assumption.
Qed.

(** The layer steps add up. *)
Lemma layer_steps_sum k : (k <= depth H)%nat ->
  p k <= sum k (fun j => sparse_loss S0 h 3 (S j)) + sum k (fun j => B h (S j)) + INR k * step_cost.
Proof.
  induction k as [|k IH]; intros Hk.
  - rewrite p_0. cbn. lra.
  - specialize (IH ltac:(lia)). pose proof (layer_step k ltac:(lia)) as Step.
    cbn [sum]. rewrite S_INR. lra.
Qed.

(** (4): the sum of all K+1 steps. *)
Theorem risk_le_bound_sharp : risk h <= bound_sharp S0 h.
Proof.
  pose proof margin_step as M. pose proof (layer_steps_sum (depth H) (Nat.le_refl _)) as L.
  unfold bound_sharp. cbn [sum].
  replace (2 * (INR (depth H) + 1) / (sqrt (INR m) - 1))
    with (INR (depth H) * step_cost + step_cost) by (unfold step_cost, Rdiv; ring).
  lra.
Qed.

End OnSample.

(** ** From (4) to the printed terms *)

Section Terms.

Variables (S0 : nat -> point) (h : net).

Lemma KL_nonneg k : 0 <= KL h k.
Proof.
  apply sum_nonneg. intros j. pose proof (sigma_pos H (INR m) sigma sigma_ok (S j)).
  unfold Rdiv. apply Rmult_le_pos; [apply frobenius_sqr_nonneg |].
  left. apply Rinv_0_lt_compat. apply Rmult_lt_0_compat; [lra |]. apply Rmult_lt_0_compat; lra.
Qed.

Lemma B_le_rho k : B h k <= rho h k.
Proof.
  apply printed_root_dominates.
  - apply m_real.
  - apply KL_nonneg.
  - pose proof (pos_INR (depth H)). lra.
  - exact delta_range.
Qed.

Lemma sparse_loss_nonneg a k : 0 <= sparse_loss S0 h a k.
Proof.
  apply sum_nonneg. intros i. apply Rmult_le_pos.
  - left. apply Rinv_0_lt_compat. pose proof m_real. lra.
  - apply ind_range.
Qed.

(** S_K(gamma) is one of the terms of the sum, or 0 if K = 0. *)
Lemma last_sparse_loss_le K :
  sparse_loss S0 h 1 K <= sum K (fun j => sparse_loss S0 h 1 (S j)).
Proof.
  destruct K as [|k].
  - unfold sparse_loss, violation, mean. cbn.
    rewrite (sum_ext m _ (fun _ => 0)) by (intros i; ring). rewrite sum_zero. lra.
  - apply (sum_term_le (S k) (fun j => sparse_loss S0 h 1 (S j))).
    + intros j. apply sparse_loss_nonneg.
    + lia.
Qed.

Theorem bound_sharp_le_sound : bound_sharp S0 h <= bound_sound S0 h.
Proof.
  unfold bound_sharp, bound_sound. cbn [sum].
  pose proof (last_sparse_loss_le (depth H)) as Last. pose proof (B_le_rho (S (depth H))) as Out.
  assert (Roots : sum (depth H) (fun j => B h (S j)) <= sum (depth H) (fun j => rho h (S j)))
    by (apply sum_le; intros j; apply B_le_rho).
  assert (Split : sum (depth H) (fun j => sparse_loss S0 h 1 (S j) + sparse_loss S0 h 3 (S j) + rho h (S j))
     = sum (depth H) (fun j => sparse_loss S0 h 1 (S j))
       + sum (depth H) (fun j => sparse_loss S0 h 3 (S j)) + sum (depth H) (fun j => rho h (S j)))
    by (rewrite <- !sum_plus; reflexivity).
  rewrite Split.
  assert (Cost : 2 * (INR (depth H) + 1) / (sqrt (INR m) - 1)
                 <= 4 * (INR (depth H) + 1) / (sqrt (INR m) - 1)).
  { pose proof (sqrt_m_gt_1 (INR m) m_real). pose proof (pos_INR (depth H)).
    unfold Rdiv. apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat; lra | lra]. }
  lra.
Qed.

End Terms.

(** ** The theorem *)

(** All K+1 inequalities hold on an admissible sample, with probability >= 1 - delta. *)
Lemma good_samples :
  1 - delta <= PS (fun S0 => (forall i, (i < m)%nat -> admissible H (S0 i))
                             /\ (forall j, (j <= depth H)%nat -> pac_bayes_holds j S0)).
Proof.
  apply prob_complement; [exact PS_prob |].
  set (A := fun S0 : nat -> point => ~ forall i, (i < m)%nat -> admissible H (S0 i)).
  set (F := fun S0 => exists j, (j < S (depth H))%nat /\ ~ pac_bayes_holds j S0).
  apply Rle_trans with (PS (fun S0 => A S0 \/ F S0)).
  - apply (prob_mono PS PS_prob). intros S0 Bad.
    destruct (classic (A S0)) as [HA|HA]; [left; exact HA | right].
    apply NNPP. intros NF. apply Bad. split.
    + apply NNPP. exact HA.
    + intros j Hj. apply NNPP. intros NB. apply NF. exists j. split; [lia | exact NB].
  - eapply Rle_trans; [apply (prob_union PS PS_prob) |].
    assert (Union : PS F <= INR (S (depth H)) * (delta / (INR (depth H) + 1))).
    { apply (prob_union_n PS (fun j S0 => ~ pac_bayes_holds j S0)); [exact PS_prob |].
      intros j Hj. apply pac_bayes. lia. }
    assert (Total : INR (S (depth H)) * (delta / (INR (depth H) + 1)) = delta).
    { rewrite S_INR. pose proof (pos_INR (depth H)). field. lra. }
    fold A in sample_admissible. lra.
Qed.

(** Theorem 13 with the terms its proof needs, (4): with probability at least 1 - delta
    over the sample, for all h within the hyper-parameters. *)
Theorem theorem13_sharp :
  1 - delta <= PS (fun S0 => forall h, in_class H h -> risk h <= bound_sharp S0 h).
Proof.
  eapply Rle_trans; [apply good_samples |].
  apply (prob_mono PS PS_prob). intros S0 [Adm PB] h C.
  apply risk_le_bound_sharp; assumption.
Qed.

(** Theorem 13, sound form, with the printed terms. *)
Theorem theorem13_sound :
  1 - delta <= PS (fun S0 => forall h, in_class H h -> risk h <= bound_sound S0 h).
Proof.
  eapply Rle_trans; [apply theorem13_sharp |].
  apply (prob_mono PS PS_prob). intros S0 All h C.
  eapply Rle_trans; [apply All; exact C |]. apply bound_sharp_le_sound.
Qed.

End Theorem13.
