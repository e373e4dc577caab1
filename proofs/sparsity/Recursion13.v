(** The recursion of Theorem 13 of Muthukumar and Sulam (2023): (4) of theorem-13.md.

    The noise events may fail with any probability t each, (2K+1) t < 1, and the margin is
    compared with "<=" or, with [strict], with "<": the sound and the printed form of the
    theorem are both instances (Theorem13.v). Two results are taken as hypotheses, by name:
    [gaussian_tail], Lemma 20, and [pac_bayes], one PAC-Bayes inequality for each of the
    K+1 steps. Everything else, from Lemma 4 to the sum of the steps, is proved. *)
From Coq Require Import Reals Lra Lia Bool Classical.
From Gapcert Require Import base.Sums base.IndexSets base.Vectors base.Probability.
From Gapcert Require Import sparsity.Network sparsity.Alpha sparsity.Variance sparsity.Noise.
From Gapcert Require Import sparsity.Losses sparsity.Derandomise13.
Open Scope R_scope.

(** T / (1 - T). *)
Definition odds (T : R) : R := T / (1 - T).

(** ||A||_F^2 for a d2 x d1 matrix. *)
Definition frobenius_sqr (d2 d1 : nat) (A : mat) : R :=
  sum d2 (fun i => sum d1 (fun j => A i j * A i j)).

Lemma frobenius_sqr_nonneg d2 d1 A : 0 <= frobenius_sqr d2 d1 A.
Proof.
  apply sum_nonneg. intros i. apply sum_nonneg. intros j. apply Rle_0_sqr.
Qed.

Section Recursion.

(** ** Setting *)

Variables (strict : bool) (H : hyper) (m : nat) (t delta : R).
Hypothesis V : valid H.
Hypothesis m_large : (2 <= m)%nat.
Hypothesis t_pos : 0 < t.
Hypothesis t_small : (2 * INR (depth H) + 1) * t < 1.

(** The prior network, and the standard deviations of prior and posterior. *)
Variables (prior : net) (sigma : nat -> R).
Hypothesis sigma_ok : sigma_within H t sigma.

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

(** B_k = sqrt((KL_k + ln(m (K+1) / delta)) / (2 (m-1))), what the proof needs. *)
Definition B (h : net) (k : nat) : R :=
  sqrt ((KL h k + ln (INR m * (INR (depth H) + 1) / delta)) / (2 * (INR m - 1))).

(** The loss of step j+1: a hidden layer for j < K, the margin for j = K. *)
Definition step_loss (j : nat) : net -> point -> bool :=
  if Nat.ltb j (depth H) then hidden_loss H (S j) else out_loss strict H.

(** The PAC-Bayes inequality of step j+1, for all h at once, on the sample S. *)
Definition pac_bayes_holds (j : nat) (S0 : nat -> point) : Prop :=
  forall h, ED (randomised (step_loss j) h)
            <= mean m S0 (randomised (step_loss j) h) + B h (S j).

(** Hypothesis: it fails with probability at most delta/(K+1) (pac-bayes.md, Theorem 3;
    the loss of step k depends on the first k layers only, [hidden_loss_local]). *)
Hypothesis pac_bayes : forall j, (j <= depth H)%nat ->
  PS (fun S0 => ~ pac_bayes_holds j S0) <= delta / (INR (depth H) + 1).

(** ** The two sides of the bound *)

(** R = P(margin <= 0), or P(margin < 0) with [strict]. *)
Definition risk (h : net) : R := ED (fun z => ind (margin_below strict H h z 0)).

(** The fraction of the sample with margin <= 4 zeta_(K+1) gamma_(K+1) (or <). *)
Definition margin_loss (S0 : nat -> point) (h : net) : R :=
  mean m S0 (fun z => ind (margin_below strict H h z (4 * margin_unit H))).

(** S_k(a gamma): the fraction with r_n < a gamma_n for some n <= k. *)
Definition sparse_loss (S0 : nat -> point) (h : net) (a : R) (k : nat) : R :=
  mean m S0 (fun z => ind (violation H (times_gamma H a) h k z)).

(** The failure probability of the noise events up to layer k, and at the output. *)
Definition fail (k : nat) : R := INR k * (2 * t).
Definition fail_out : R := (2 * INR (depth H) + 1) * t.

(** What the noise events cost in all. *)
Definition noise_cost : R :=
  sum (depth H) (fun j => 2 * odds (fail (S j))) + 2 * odds fail_out.

(** (4) of theorem-13.md. *)
Definition bound4 (S0 : nat -> point) (h : net) : R :=
  margin_loss S0 h + sparse_loss S0 h 1 (depth H)
  + sum (depth H) (fun j => sparse_loss S0 h 3 (S j))
  + sum (S (depth H)) (fun j => B h (S j))
  + noise_cost.

(** ** The noise *)

Lemma t_lt_1 : 0 < t < 1.
Proof. pose proof (pos_INR (depth H)). split; [exact t_pos | nra]. Qed.

Lemma fail_range k : (k <= depth H)%nat -> 0 <= fail k < 1.
Proof.
  intros Hk. pose proof (pos_INR k). pose proof (le_INR _ _ Hk). unfold fail. split; nra.
Qed.

Lemma fail_out_range : 0 <= fail_out < 1.
Proof. pose proof (pos_INR (depth H)). unfold fail_out. split; [nra | exact t_small]. Qed.

Lemma randomised_range loss h z : 0 <= randomised loss h z <= 1.
Proof.
  unfold randomised. split.
  - apply (prob_nonneg PG _ PG_prob).
  - apply (prob_le_1 PG _ PG_prob).
Qed.

(** If the good event forces loss 1, the randomised loss is at least 1 - T. *)
Lemma randomised_high loss h z (good : net -> Prop) T :
  PG (fun G => ~ good (perturb sigma h G)) <= T ->
  (forall h', good h' -> loss h' z = true) -> 1 - T <= randomised loss h z.
Proof.
  intros Fail Force. apply Rle_trans with (PG (fun G => good (perturb sigma h G))).
  - apply prob_complement; [exact PG_prob | exact Fail].
  - apply (prob_mono PG PG_prob). intros G Good. apply Force. exact Good.
Qed.

(** If the good event forces loss 0, the randomised loss is at most T. *)
Lemma randomised_low loss h z (good : net -> Prop) T :
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

(** Layer step k+1: p_(k+1) - p_k <= S_(k+1)(3 gamma) + B_(k+1) + 2 T/(1-T). *)
Lemma layer_step k : (k < depth H)%nat ->
  p (S k) - p k <= sparse_loss S0 h 3 (S k) + B h (S k) + 2 * odds (fail (S k)).
Proof.
  intros Hk. pose proof (fail_range (S k) ltac:(lia)) as TR.
  set (q := randomised (hidden_loss H (S k)) h).
  assert (Fail : PG (fun G => ~ near H h (perturb sigma h G) (S k)) <= fail (S k)).
  { apply (lemma12_hidden H t sigma V t_lt_1 sigma_ok PG PG_prob lemma20). lia. }
  apply (one_step _ (ED q) (mean m S0 q)).
  - exact TR.
  - apply (population_side _ (admissible H) q _ TR (randomised_range _ _) ED); [exact ED_expect |].
    intros z Hz Bad Before.
    apply (randomised_high _ h z (fun h' => near H h h' (S k)) _ Fail).
    intros h' Near. apply (first_violation_shows H h h' z); assumption.
  - apply (randomised_loss_le_1 _ (admissible H) q (randomised_range _ _) ED ED_expect).
  - pose proof (S0_pac_bayes k ltac:(lia) h) as PB. unfold step_loss in PB.
    replace (Nat.ltb k (depth H)) with true in PB by (symmetry; apply Nat.ltb_lt; exact Hk).
    exact PB.
  - apply (sample_side _ (admissible H) q _ TR (randomised_range _ _) (mean m S0) _ sample_expect).
    intros z Hz Safe.
    apply (randomised_low _ h z (fun h' => near H h h' (S k)) _ Fail).
    intros h' Near. apply (safe_stays_safe H h h' z); assumption || lia.
Qed.

(** The low points of the margin step: small margin, or a radius below gamma. *)
Definition low (z : point) : bool :=
  margin_below strict H h z (4 * margin_unit H) || violation H (times_gamma H 1) h (depth H) z.

Lemma low_le : mean m S0 (fun z => ind (low z)) <= margin_loss S0 h + sparse_loss S0 h 1 (depth H).
Proof.
  pose proof sample_expect as HE.
  apply Rle_trans with
    (mean m S0 (fun z => ind (margin_below strict H h z (4 * margin_unit H))
                         + ind (violation H (times_gamma H 1) h (depth H) z))).
  - apply (expect_mono _ _ HE).
    + apply bounded_ind.
    + apply bounded_add; apply bounded_ind.
    + intros z _. unfold low, ind.
      destruct (margin_below strict H h z (4 * margin_unit H)), (violation H (times_gamma H 1) h (depth H) z);
        cbn [orb]; lra.
  - apply (expect_add _ _ HE); apply bounded_ind.
Qed.

(** Margin step: R - p_K <= margin loss + S_K(gamma) + B_(K+1)
    + 2 T/(1-T). *)
Lemma margin_step :
  risk h - p (depth H)
  <= margin_loss S0 h + sparse_loss S0 h 1 (depth H) + B h (S (depth H)) + 2 * odds fail_out.
Proof.
  pose proof fail_out_range as TR.
  set (q := randomised (out_loss strict H) h).
  set (good := fun h' => near H h h' (depth H) /\ near_rows H h h' (depth H)).
  assert (Fail : PG (fun G => ~ good (perturb sigma h G)) <= fail_out).
  { apply (lemma12_all H t sigma V t_lt_1 sigma_ok PG PG_prob lemma20). }
  apply (one_step _ (ED q) (mean m S0 q)).
  - exact TR.
  - apply (population_side _ (admissible H) q _ TR (randomised_range _ _) ED); [exact ED_expect |].
    intros z Hz Err Before. apply (randomised_high _ h z good _ Fail).
    intros h' [Near NearOut]. apply (error_shows strict H h h' z); assumption.
  - apply (randomised_loss_le_1 _ (admissible H) q (randomised_range _ _) ED ED_expect).
  - pose proof (S0_pac_bayes (depth H) (Nat.le_refl _) h) as PB. unfold step_loss in PB.
    rewrite Nat.ltb_irrefl in PB. exact PB.
  - eapply Rle_trans; [| apply Rplus_le_compat_r; apply low_le].
    apply (sample_side _ (admissible H) q _ TR (randomised_range _ _) (mean m S0) low sample_expect).
    intros z Hz Safe. unfold low in Safe. apply orb_false_iff in Safe. destruct Safe as [Wide Good].
    apply (randomised_low _ h z good _ Fail).
    intros h' [Near NearOut]. apply (wide_margin_stays strict H h h' z); assumption.
Qed.

(** The layer steps add up. *)
Lemma layer_steps_sum k : (k <= depth H)%nat ->
  p k <= sum k (fun j => sparse_loss S0 h 3 (S j)) + sum k (fun j => B h (S j))
         + sum k (fun j => 2 * odds (fail (S j))).
Proof.
  induction k as [|k IH]; intros Hk.
  - rewrite p_0. cbn. lra.
  - specialize (IH ltac:(lia)). pose proof (layer_step k ltac:(lia)) as Step.
    cbn [sum]. lra.
Qed.

(** (4): the sum of all K+1 steps. *)
Theorem risk_le_bound4 : risk h <= bound4 S0 h.
Proof.
  pose proof margin_step as M. pose proof (layer_steps_sum (depth H) (Nat.le_refl _)) as L.
  unfold bound4, noise_cost. cbn [sum]. lra.
Qed.

End OnSample.

(** ** The samples on which all inequalities hold *)

(** The sample is admissible and all K+1 inequalities hold, except with probability delta. *)
Lemma bad_samples :
  PS (fun S0 => ~ ((forall i, (i < m)%nat -> admissible H (S0 i))
                   /\ (forall j, (j <= depth H)%nat -> pac_bayes_holds j S0))) <= delta.
Proof.
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

(** (4), except with probability delta over the sample, for all h in the class. *)
Theorem recursion13 :
  PS (fun S0 => ~ forall h, in_class H h -> risk h <= bound4 S0 h) <= delta.
Proof.
  eapply Rle_trans; [| apply bad_samples].
  apply (prob_mono PS PS_prob). intros S0 Bad [Adm PB]. apply Bad.
  intros h C. apply risk_le_bound4; assumption.
Qed.

End Recursion.
