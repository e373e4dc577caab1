(** (D1) The PAC-Bayes-kl theorem (theory C.1; Theorem 1 of paper/pac-bayes.md): with
    probability at least 1 - delta over an i.i.d. sample of m points, for all Q,
      kl(E_Q L_S | E_Q L_D) <= (KL(Q|P) + ln(xi(m)/delta)) / m.

    The data space is finite, every point of positive weight (points of weight 0 never
    occur: leave them out). The hypothesis space is any space with an expectation in the
    sense of Probability.v. KL(Q|P) enters only through the change of measure of Donsker
    and Varadhan, which is proved for finite hypothesis spaces (change_of_measure_finite).
    "With probability at least 1 - delta" is said by an exceptional set of samples (its
    indicator) of probability at most delta. *)
From Coq Require Import Reals Lra Lia List.
From Gapcert Require Import base.Sums single_shot.Prelude single_shot.Binomial
  single_shot.Probability single_shot.Kl single_shot.Derandomise.
Import ListNotations.
Open Scope R_scope.

(** ** The change of measure *)

(** KL is an upper value of the relative entropy of Q to P, in the sense of Donsker and
    Varadhan: E_Q f <= KL + ln E_P exp f. *)
Definition change_of_measure {H : Type} (Q P : prob H) (KL : R) : Prop :=
  forall f, simple P f -> simple Q f -> E Q f <= KL + ln (E P (fun h => exp (f h))).

(** On a finite space it holds with KL = sum q ln(q/p). *)
Theorem change_of_measure_finite (H : Type) (n : nat) (q p : nat -> R) (pt : nat -> H)
  Hq Hqsum Hp Hpsum :
  (forall i, (i < n)%nat -> p i = 0 -> q i = 0) ->
  change_of_measure (finite_prob H n q pt Hq Hqsum) (finite_prob H n p pt Hp Hpsum)
    (sum n (fun i => q i * ln (q i / p i))).
Proof.
  intros Habs f _ _. cbn [E finite_prob].
  set (Z := sum n (fun i => p i * exp (f (pt i)))).
  assert (Hterm : forall i, (i < n)%nat -> 0 <= p i * exp (f (pt i))).
  { intros i Hi. apply Rmult_le_pos; [apply Hp, Hi|left; apply exp_pos]. }
  assert (HZ : 0 < Z).
  { (* some p_i is positive, as they sum to 1 *)
    destruct (Rle_lt_or_eq_dec 0 Z) as [|HZ0]; [apply sum_nonneg_lt, Hterm|assumption|].
    exfalso. assert (Hz : sum n p = 0).
    { apply sum_zero. intros i Hi. pose proof (term_le_sum n _ i Hterm Hi) as T.
      cbv beta in T. fold Z in T. rewrite <- HZ0 in T. specialize (Hterm i Hi).
      pose proof (exp_pos (f (pt i))). apply Rmult_eq_reg_r with (exp (f (pt i))); lra. }
    lra. }
  (* ln t <= t - 1 at t = p_i exp f_i / (q_i Z), summed with weights q_i *)
  assert (Hle : sum n (fun i => q i * f (pt i))
    <= sum n (fun i => 1 * (q i * ln (q i / p i)) + 1 * (ln Z * q i + (p i * exp (f (pt i)) * / Z - q i)))).
  { apply sum_le_lt. intros i Hi. specialize (Hterm i Hi).
    assert (Hpz : 0 <= p i * exp (f (pt i)) * / Z)
      by (apply Rmult_le_pos; [assumption|left; apply Rinv_0_lt_compat, HZ]).
    pose proof (exp_pos (f (pt i))) as Pe.
    destruct (Req_dec (q i) 0) as [Hq0|Hq0]; [rewrite Hq0; lra|].
    assert (Hqi : 0 < q i) by (specialize (Hq i Hi); lra).
    assert (Hpi : 0 < p i).
    { specialize (Hp i Hi). destruct (Req_dec (p i) 0) as [E|E]; [|lra].
      specialize (Habs i Hi E). lra. }
    assert (Ht : 0 < p i * exp (f (pt i)) / (q i * Z))
      by (apply Rdiv_lt_0_compat; apply Rmult_lt_0_compat; assumption).
    pose proof (ln_le_sub1 _ Ht) as L.
    rewrite ln_div, !ln_mult, ln_exp in L by (try apply Rmult_lt_0_compat; assumption).
    rewrite ln_div by assumption.
    apply Rmult_le_compat_l with (r := q i) in L; [|lra].
    replace (q i * (p i * exp (f (pt i)) / (q i * Z) - 1))
      with (p i * exp (f (pt i)) * / Z - q i) in L by (field; lra). lra. }
  rewrite sum_lin in Hle. apply (Rle_trans _ _ _ Hle).
  assert (E1 : sum n (fun i => ln Z * q i + (p i * exp (f (pt i)) * / Z - q i)) = ln Z).
  { rewrite (sum_ext _ _ (fun i => (ln Z - 1) * q i + / Z * (p i * exp (f (pt i))))) by (intros; ring).
    rewrite sum_lin, Hqsum. fold Z. rewrite Rinv_l by lra. ring. }
  rewrite E1. lra.
Qed.

(** ** The binomial distribution *)

(** The mean of phi(j) for j binomial with parameters m, p. *)
Definition binomial_mean (m : nat) (p : R) (phi : nat -> R) : R := binomial_sum p (1 - p) m phi.

Lemma binomial_mean_step m p phi :
  binomial_mean (S m) p phi
  = p * binomial_mean m p (fun j => phi (S j)) + (1 - p) * binomial_mean m p phi.
Proof. apply binomial_step. Qed.

(** The number of errors of a 0/1 function f on a sample is binomial with p = E f. *)
Lemma errors_binomial n w (f : nat -> R) m (phi : R -> R) :
  sum n w = 1 -> (forall z, f z = 0 \/ f z = 1) ->
  E_sample n w m (fun s => phi (lsum f s))
  = binomial_mean m (P_data n w f) (fun j => phi (INR j)).
Proof.
  intros Hw Hf. set (p := P_data n w f). revert phi.
  induction m as [|m IH]; intros phi.
  - unfold binomial_mean, binomial_sum. cbn. rewrite C_n_0. ring.
  - rewrite binomial_mean_step. cbn [E_sample lsum].
    set (A := binomial_mean m p (fun j => phi (INR (S j)))).
    set (B := binomial_mean m p (fun j => phi (INR j))).
    rewrite (sum_ext _ _ (fun z => (A - B) * (w z * f z) + B * w z)).
    + rewrite sum_lin, Hw. unfold p, P_data. ring.
    + intros z. destruct (Hf z) as [E0|E1].
      * rewrite E0. rewrite (IH (fun t => phi (0 + t))).
        replace (binomial_mean m p (fun j => phi (0 + INR j))) with B; [ring|].
        apply sum_ext. intros j. rewrite Rplus_0_l. reflexivity.
      * rewrite E1. rewrite (IH (fun t => phi (1 + t))).
        replace (binomial_mean m p (fun j => phi (1 + INR j))) with A; [ring|].
        apply sum_ext. intros j. rewrite S_INR, Rplus_comm. reflexivity.
Qed.

(** ** The constant xi(m) and the moment *)

(** xi(m) = sum_j C(m,j) (j/m)^j (1-j/m)^(m-j). *)
Definition xi (m : nat) : R :=
  sum (S m) (fun j => C m j * (INR j / INR m) ^ j * (1 - INR j / INR m) ^ (m - j)).

(** exp(j ln x) = x^j, also for j = 0 and any x. *)
Lemma exp_ln_pow j x : (j <> 0%nat -> 0 < x) -> exp (INR j * ln x) = x ^ j.
Proof.
  intros Hx. destruct j as [|j]; [cbn; rewrite Rmult_0_l; apply exp_0|].
  specialize (Hx ltac:(lia)). rewrite <- Rpower_pow by assumption. reflexivity.
Qed.

(** exp(m kl(j/m|p)) p^j (1-p)^(m-j) = (j/m)^j (1-j/m)^(m-j): the p cancels. *)
Lemma moment_cancels m j p : (1 <= m)%nat -> (j <= m)%nat -> 0 < p < 1 ->
  p ^ j * (1 - p) ^ (m - j) * exp (INR m * kl (INR j / INR m) p)
  = (INR j / INR m) ^ j * (1 - INR j / INR m) ^ (m - j).
Proof.
  intros Hm Hj Hp. assert (HM : 0 < INR m) by (apply lt_0_INR; lia).
  set (r := INR j / INR m).
  assert (Er : INR m * r = INR j) by (unfold r; field; lra).
  assert (Er' : INR m * (1 - r) = INR (m - j)) by (rewrite minus_INR by assumption; lra).
  assert (Hr : j <> 0%nat -> 0 < r / p).
  { intros H0. apply Rdiv_lt_0_compat; [|lra]. apply Rdiv_lt_0_compat; [apply lt_0_INR; lia|assumption]. }
  assert (Hr' : (m - j)%nat <> 0%nat -> 0 < (1 - r) / (1 - p)).
  { intros H0. apply Rdiv_lt_0_compat; [|lra].
    assert (0 < INR (m - j)) by (apply lt_0_INR; lia).
    apply Rmult_lt_reg_l with (INR m); lra. }
  replace (INR m * kl r p) with (INR j * ln (r / p) + INR (m - j) * ln ((1 - r) / (1 - p)))
    by (unfold kl; rewrite <- Er, <- Er'; ring).
  rewrite exp_plus, !exp_ln_pow by assumption.
  replace (p ^ j * (1 - p) ^ (m - j) * ((r / p) ^ j * ((1 - r) / (1 - p)) ^ (m - j)))
    with ((p ^ j * (r / p) ^ j) * ((1 - p) ^ (m - j) * ((1 - r) / (1 - p)) ^ (m - j))) by ring.
  rewrite <- !Rpow_mult_distr. f_equal; f_equal; field; lra.
Qed.

(** xi(m) >= 1: the term j = 0 is 1, the others are not negative. *)
Lemma xi_ge_1 m : (1 <= m)%nat -> 1 <= xi m.
Proof.
  intros Hm. assert (HM : 0 < INR m) by (apply lt_0_INR; lia).
  assert (Hterm : forall j, (j < S m)%nat ->
    0 <= C m j * (INR j / INR m) ^ j * (1 - INR j / INR m) ^ (m - j)).
  { intros j Hj. assert (Hjm : INR j <= INR m) by (apply le_INR; lia).
    assert (0 <= INR j / INR m) by (apply Rmult_le_pos; [apply pos_INR|left; apply Rinv_0_lt_compat, HM]).
    assert (INR j / INR m <= 1).
    { apply Rmult_le_reg_r with (INR m); [assumption|]. unfold Rdiv.
      rewrite Rmult_assoc, Rinv_l by lra. lra. }
    apply Rmult_le_pos; [apply Rmult_le_pos|]; try (apply pow_le; lra).
    unfold C. apply Rmult_le_pos; [apply pos_INR|]. left. apply Rinv_0_lt_compat.
    apply Rmult_lt_0_compat; apply INR_fact_lt_0. }
  pose proof (term_le_sum (S m) _ 0%nat Hterm ltac:(lia)) as T.
  cbv beta in T. fold (xi m) in T. rewrite C_n_0 in T.
  replace (INR 0 / INR m) with 0 in T by (cbn; field; lra).
  rewrite Rminus_0_r, pow1 in T. cbn [pow] in T. lra.
Qed.

Section Moment.

Variables (n m : nat) (w f : nat -> R).
Hypothesis m_pos : (1 <= m)%nat.
Hypothesis w_pos : forall z, (z < n)%nat -> 0 < w z.
Hypothesis w_sum : sum n w = 1.
Hypothesis f_01 : forall z, f z = 0 \/ f z = 1.

(** The risk and the sample mean of f lie in [0, 1]. *)
Lemma risk_range : 0 <= P_data n w f <= 1.
Proof.
  unfold P_data. rewrite <- w_sum.
  split; [apply sum_nonneg_lt|apply sum_le_lt]; intros z Hz; specialize (w_pos z Hz);
    destruct (f_01 z) as [->| ->]; lra.
Qed.

(** If the mean of g >= 0 is 0, g is 0 at every point (all weights are positive). *)
Lemma zero_mean (g : nat -> R) : (forall z, (z < n)%nat -> 0 <= g z) ->
  P_data n w g = 0 -> forall z, (z < n)%nat -> g z = 0.
Proof.
  intros Hg H0 z Hz.
  assert (T : w z * g z <= sum n (fun i => w i * g i)).
  { apply (term_le_sum n (fun i => w i * g i)); [|assumption]. intros i Hi.
    apply Rmult_le_pos; [left; apply w_pos|apply Hg]; assumption. }
  unfold P_data in H0. rewrite H0 in T. specialize (Hg z Hz). specialize (w_pos z Hz). nra.
Qed.

(** A mean of 1 means 1 everywhere, for g <= 1. *)
Lemma one_mean (g : nat -> R) : (forall z, (z < n)%nat -> g z <= 1) ->
  P_data n w g = 1 -> forall z, (z < n)%nat -> g z = 1.
Proof.
  intros Hg H1 z Hz.
  assert (H0 : P_data n w (fun z => 1 + -1 * g z) = 0).
  { unfold P_data in *. rewrite (sum_ext _ _ (fun z => 1 * w z + -1 * (w z * g z))) by (intros; ring).
    rewrite sum_lin, w_sum, H1. ring. }
  pose proof (zero_mean (fun z => 1 + -1 * g z)
    ltac:(intros i Hi; specialize (Hg i Hi); lra) H0 z Hz). cbv beta in *. lra.
Qed.

(** The mean over a sample of a function that is a constant on the data space. *)
Lemma mean_const (g : nat -> R) a s : (forall z, (z < n)%nat -> g z = a) ->
  sample n m s -> mean g s = a.
Proof.
  intros Hg (Hlen & Hin). unfold mean. rewrite Hlen.
  assert (HM : 0 < INR m) by (apply lt_0_INR; lia).
  assert (E : lsum g s = a * INR (length s)).
  { clear Hlen. induction s as [|z s IH]; [cbn; ring|].
    cbn [lsum]. rewrite IH by (intros z' Hz'; apply Hin; right; assumption).
    rewrite (Hg z) by (apply Hin; left; reflexivity).
    change (length (z :: s)) with (S (length s)). rewrite S_INR. ring. }
  rewrite E, Hlen. field. lra.
Qed.

(** Lemma 1 of the paper: E_S exp(m kl(L_S|L_D)) <= xi(m). Equality if 0 < L_D < 1. *)
Theorem moment :
  E_sample n w m (fun s => exp (INR m * kl (mean f s) (P_data n w f))) <= xi m.
Proof.
  assert (HM : 0 < INR m) by (apply lt_0_INR; lia).
  set (p := P_data n w f). pose proof risk_range as Hp. fold p in Hp.
  assert (Hw0 : forall z, (z < n)%nat -> 0 <= w z) by (intros z Hz; left; apply w_pos, Hz).
  (* if L_D is 0 or 1, then L_S = L_D on every sample and kl = 0 *)
  assert (Hdeg : (p = 0 \/ p = 1) ->
    E_sample n w m (fun s => exp (INR m * kl (mean f s) p)) <= xi m).
  { intros Hd. apply Rle_trans with 1; [|apply xi_ge_1, m_pos].
    rewrite <- (E_sample_const n w w_sum m 1).
    apply E_sample_mono; [assumption|]. intros s Hs. right.
    assert (E : kl (mean f s) p = 0).
    { destruct Hd as [H0|H1].
      - rewrite (mean_const f 0 s (zero_mean f
          ltac:(intros z _; destruct (f_01 z); lra) H0) Hs), H0.
        apply kl_0_0.
      - rewrite (mean_const f 1 s (one_mean f
          ltac:(intros z _; destruct (f_01 z); lra) H1) Hs), H1.
        apply kl_1_1. }
    rewrite E, Rmult_0_r, exp_0. reflexivity. }
  destruct (Req_dec p 0) as [H0|H0]; [apply Hdeg; left; assumption|].
  destruct (Req_dec p 1) as [H1|H1]; [apply Hdeg; right; assumption|].
  (* otherwise the number of errors is binomial, and p cancels *)
  rewrite (E_sample_ext n w Hw0 m _ (fun s => exp (INR m * kl (lsum f s / INR m) p)))
    by (intros s (Hlen & _); unfold mean; rewrite Hlen; reflexivity).
  rewrite (errors_binomial n w f m (fun t => exp (INR m * kl (t / INR m) p)) w_sum f_01).
  fold p. right. unfold binomial_mean, binomial_sum, xi. apply sum_ext_lt. intros j Hj.
  rewrite !Rmult_assoc. f_equal. rewrite <- !Rmult_assoc.
  apply moment_cancels; [assumption|lia|lra].
Qed.

End Moment.

(** ** The theorem *)

Section PacBayes.

(** The data, the loss l(h, z) in {0,1} and the prior P. *)
Variables (n m : nat) (w : nat -> R) (H : Type) (l : H -> nat -> R) (P : prob H).
Hypothesis m_pos : (1 <= m)%nat.
Hypothesis w_pos : forall z, (z < n)%nat -> 0 < w z.
Hypothesis w_sum : sum n w = 1.
Hypothesis l_01 : forall h z, l h z = 0 \/ l h z = 1.
Hypothesis l_simple : forall z, simple P (fun h => l h z).

Notation L_D := (risk H l n w).
Notation L_S := (sample_risk H l).

(** Risks are simple functions of the network. *)
Lemma risk_simple (Q : prob H) : (forall z, simple Q (fun h => l h z)) -> simple Q L_D.
Proof. intros Hs. apply (simple_sum H Q n w (fun z h => l h z)). intros z _. apply Hs. Qed.

(** The sample risk lies in [0, 1]. *)
Lemma sample_risk_range s h : sample n m s -> 0 <= L_S s h <= 1.
Proof.
  intros (Hlen & _). unfold sample_risk, mean. rewrite Hlen.
  assert (HM : 0 < INR m) by (apply lt_0_INR; lia).
  assert (Hl : 0 <= lsum (l h) s <= INR (length s)).
  { clear - l_01. induction s as [|z s IH]; [cbn; lra|].
    cbn [lsum]. change (length (z :: s)) with (S (length s)). rewrite S_INR.
    destruct (l_01 h z) as [-> | ->]; lra. }
  rewrite Hlen in Hl. split.
  - apply Rmult_le_pos; [lra|left; apply Rinv_0_lt_compat, HM].
  - apply Rmult_le_reg_r with (INR m); [assumption|]. unfold Rdiv.
    rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

(** A hypothesis of risk 0 errs on no sample, one of risk 1 on all. *)
Lemma sample_risk_zero s h : sample n m s -> L_D h = 0 -> L_S s h = 0.
Proof.
  intros Hs H0. apply (mean_const n m m_pos (l h) 0 s); [|assumption].
  apply (zero_mean n w w_pos); [intros z _; destruct (l_01 h z); lra|exact H0].
Qed.
Lemma sample_risk_one s h : sample n m s -> L_D h = 1 -> L_S s h = 1.
Proof.
  intros Hs H1. apply (mean_const n m m_pos (l h) 1 s); [|assumption].
  apply (one_mean n w w_pos w_sum); [intros z _; destruct (l_01 h z); lra|exact H1].
Qed.

(** kl(L_S|L_D), m times; it is not negative. *)
Definition gap (s : list nat) (h : H) : R := INR m * kl (L_S s h) (L_D h).

Lemma gap_simple (Q : prob H) s : (forall z, simple Q (fun h => l h z)) -> simple Q (gap s).
Proof.
  intros Hs. exact (simple_op Q (fun a b => INR m * kl a b) _ _
    (proj1 (E_sample_risk H Q l Hs s)) (risk_simple Q Hs)).
Qed.

Lemma gap_nonneg s h : sample n m s -> 0 <= gap s h.
Proof.
  intros Hs. apply Rmult_le_pos; [apply pos_INR|].
  apply kl_nonneg.
  - apply sample_risk_range, Hs.
  - apply (risk_range n w (l h) w_pos w_sum (l_01 h)).
  - intros H0. apply sample_risk_zero; assumption.
  - intros H1. apply sample_risk_one; assumption.
Qed.

(** X(S) = E_P exp(m kl(L_S|L_D)): at least 1, and of mean at most xi(m). *)
Definition X (s : list nat) : R := E P (fun h => exp (gap s h)).

Lemma X_ge_1 s : sample n m s -> 1 <= X s.
Proof.
  intros Hs. unfold X. rewrite <- (E_const P 1). apply E_mono.
  - apply simple_const.
  - exact (simple_map H P exp (gap s) (gap_simple P s l_simple)).
  - intros h. pose proof (gap_nonneg s h Hs). pose proof (exp_ineq1_le (gap s h)). lra.
Qed.

Lemma X_mean : E_sample n w m X <= xi m.
Proof.
  destruct (E_sample_E H P n w m (fun s h => exp (gap s h))) as (Hsimple & Hswap).
  { intros s _. exact (simple_map H P exp (gap s) (gap_simple P s l_simple)). }
  unfold X. rewrite Hswap. rewrite <- (E_const P (xi m)).
  apply E_mono; [assumption|apply simple_const|]. intros h.
  apply (moment n m w (l h) m_pos w_pos w_sum (l_01 h)).
Qed.

(** The exceptional samples: X > xi(m)/delta. *)
Definition exceptional (delta : R) (s : list nat) : R := ind (Rlt_dec (xi m / delta) (X s)).

(** They have probability at most delta. *)
Theorem exceptional_rare delta : 0 < delta ->
  E_sample n w m (exceptional delta) <= delta.
Proof.
  intros Hd. pose proof (xi_ge_1 m m_pos).
  apply markov; try lra.
  - intros z Hz. left. apply w_pos, Hz.
  - intros s Hs. pose proof (X_ge_1 s Hs). lra.
  - apply X_mean.
Qed.

Section Posterior.

(** A sample that is not exceptional, and any posterior. *)
Variables (delta : R) (s : list nat) (Q : prob H) (KL : R).
Hypothesis delta_pos : 0 < delta.
Hypothesis Hs : sample n m s.
Hypothesis usual : exceptional delta s = 0.
Hypothesis l_simple_Q : forall z, simple Q (fun h => l h z).
Hypothesis HKL : change_of_measure Q P KL.

Definition complexity : R := (KL + ln (xi m / delta)) / INR m.

(** A Gibbs risk of 0 goes with a sample risk of 0, one of 1 with 1. *)
Lemma gibbs_zero : E Q L_D = 0 -> E Q (L_S s) = 0.
Proof.
  intros H0. rewrite (E_risk H Q l l_simple_Q) in H0.
  rewrite (proj2 (E_sample_risk H Q l l_simple_Q s)).
  apply (mean_const n m m_pos _ 0 s); [|exact Hs].
  apply (zero_mean n w w_pos); [|exact H0].
  intros z _. apply (E_range H Q _ 0 1); [apply l_simple_Q|].
  intros h. destruct (l_01 h z) as [->| ->]; lra.
Qed.
Lemma gibbs_one : E Q L_D = 1 -> E Q (L_S s) = 1.
Proof.
  intros H1. rewrite (E_risk H Q l l_simple_Q) in H1.
  rewrite (proj2 (E_sample_risk H Q l l_simple_Q s)).
  apply (mean_const n m m_pos _ 1 s); [|exact Hs].
  apply (one_mean n w w_pos w_sum); [|exact H1].
  intros z _. apply (E_range H Q _ 0 1); [apply l_simple_Q|].
  intros h. destruct (l_01 h z) as [->| ->]; lra.
Qed.

(** (D1): kl(E_Q L_S|E_Q L_D) <= (KL + ln(xi(m)/delta))/m, for 0 < E_Q L_D < 1. *)
Theorem pac_bayes_kl : 0 < E Q L_D < 1 -> kl (E Q (L_S s)) (E Q L_D) <= complexity.
Proof.
  intros HD. assert (HM : 0 < INR m) by (apply lt_0_INR; lia).
  (* joint convexity *)
  assert (Hconv : kl (E Q (L_S s)) (E Q L_D) <= E Q (fun h => kl (L_S s h) (L_D h))).
  { apply kl_convex.
    - apply (E_sample_risk H Q l l_simple_Q s).
    - apply risk_simple, l_simple_Q.
    - intros h. apply sample_risk_range, Hs.
    - intros h. apply (risk_range n w (l h) w_pos w_sum (l_01 h)).
    - intros h. apply sample_risk_zero, Hs.
    - intros h. apply sample_risk_one, Hs.
    - exact HD. }
  assert (Hgap : E Q (gap s) = INR m * E Q (fun h => kl (L_S s h) (L_D h))).
  { assert (Sk : simple Q (fun h => kl (L_S s h) (L_D h))).
    { exact (simple_op Q kl _ _ (proj1 (E_sample_risk H Q l l_simple_Q s)) (risk_simple Q l_simple_Q)). }
    pose proof (E_affine H Q 0 (INR m) _ Sk) as A. rewrite Rplus_0_l in A. rewrite <- A.
    apply Rle_antisym; apply E_mono; try (intros h; unfold gap; lra);
      try apply gap_simple, l_simple_Q;
      exact (simple_map H Q (fun u => 0 + INR m * u) _ Sk). }
  (* change of measure, and X <= xi(m)/delta *)
  pose proof (HKL (gap s) (gap_simple P s l_simple) (gap_simple Q s l_simple_Q)) as Hdv.
  fold (X s) in Hdv.
  assert (HX : X s <= xi m / delta).
  { unfold exceptional, ind in usual. destruct (Rlt_dec (xi m / delta) (X s)); lra. }
  pose proof (X_ge_1 s Hs) as HX1.
  assert (Hln : ln (X s) <= ln (xi m / delta)) by (apply ln_le; lra).
  unfold complexity. apply Rmult_le_reg_l with (INR m); [assumption|].
  replace (INR m * ((KL + ln (xi m / delta)) / INR m)) with (KL + ln (xi m / delta)) by (field; lra).
  apply Rle_trans with (E Q (gap s)); [|lra].
  rewrite Hgap. apply Rmult_le_compat_l; lra.
Qed.

(** The form with the inverse: any b >= q >= E_Q L_S with kl(q|b) >= (KL + ln(xi(m)/delta))/m
    bounds the Gibbs risk. *)
Theorem pac_bayes_kl_inv q b : E Q (L_S s) <= q -> q <= b -> 0 < b ->
  (b < 1 -> complexity <= kl q b) -> E Q L_D <= b.
Proof.
  intros Hq Hqb Hb Hc.
  assert (HD : 0 <= E Q L_D <= 1).
  { apply E_range; [apply risk_simple, l_simple_Q|].
    intros h. apply (risk_range n w (l h) w_pos w_sum (l_01 h)). }
  assert (HS : 0 <= E Q (L_S s) <= 1).
  { apply E_range; [apply (E_sample_risk H Q l l_simple_Q s)|].
    intros h. apply sample_risk_range, Hs. }
  destruct (Rle_dec 1 b) as [H1b|H1b]; [lra|].
  destruct (Req_dec (E Q L_D) 0) as [H0|H0]; [lra|].
  destruct (Req_dec (E Q L_D) 1) as [H1|H1]; [pose proof (gibbs_one H1); lra|].
  specialize (Hc ltac:(lra)). pose proof (pac_bayes_kl ltac:(lra)) as HB.
  apply (kl_inv_upper_mono (E Q (L_S s)) q b complexity (E Q L_D)); lra.
Qed.

End Posterior.

End PacBayes.

(** ** On a finite hypothesis space *)

(** (D1) for N hypotheses, a prior p and posteriors q on them, KL = sum q ln(q/p). *)
Theorem pac_bayes_kl_finite (n m : nat) (w : nat -> R) (N : nat) (l : nat -> nat -> R)
  (p : nat -> R) (Hp : forall i, (i < N)%nat -> 0 <= p i) (Hpsum : sum N p = 1) (delta : R) :
  (1 <= m)%nat -> (forall z, (z < n)%nat -> 0 < w z) -> sum n w = 1 ->
  (forall h z, l h z = 0 \/ l h z = 1) -> 0 < delta ->
  exists bad : list nat -> R,
    (forall s, bad s = 0 \/ bad s = 1) /\
    E_sample n w m bad <= delta /\
    forall s, sample n m s -> bad s = 0 ->
    forall q, (forall i, (i < N)%nat -> 0 <= q i) -> sum N q = 1 ->
      (forall i, (i < N)%nat -> p i = 0 -> q i = 0) ->
      let gibbs := sum N (fun h => q h * P_data n w (l h)) in
      let gibbs_s := sum N (fun h => q h * mean (l h) s) in
      let KL := sum N (fun h => q h * ln (q h / p h)) in
      (0 < gibbs < 1 -> kl gibbs_s gibbs <= (KL + ln (xi m / delta)) / INR m) /\
      (gibbs = 0 -> gibbs_s = 0) /\ (gibbs = 1 -> gibbs_s = 1).
Proof.
  intros Hm Hw Hwsum Hl Hd.
  set (P := finite_prob nat N p (fun i => i) Hp Hpsum).
  exists (exceptional n m w nat l P delta). split; [|split].
  - intros s. unfold exceptional, ind. destruct Rlt_dec; [right|left]; reflexivity.
  - apply exceptional_rare; try assumption. intros z. exact I.
  - intros s Hs Husual q Hq Hqsum Habs. cbv zeta.
    set (Q := finite_prob nat N q (fun i => i) Hq Hqsum).
    pose proof (change_of_measure_finite nat N q p (fun i => i) Hq Hqsum Hp Hpsum Habs) as HKL.
    split; [|split].
    + exact (pac_bayes_kl n m w nat l P Hm Hw Hwsum Hl (fun _ => I) delta s Q _ Hs Husual (fun _ => I) HKL).
    + exact (gibbs_zero n m w nat l Hm Hw Hl s Q Hs (fun _ => I)).
    + exact (gibbs_one n m w nat l Hm Hw Hwsum Hl s Q Hs (fun _ => I)).
Qed.
