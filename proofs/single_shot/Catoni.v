(** Catoni's bound (Theorem 4 of paper/pac-bayes.md; theory C.3): for a fixed c > 0, with
    probability at least 1 - delta, for all Q,
      E_Q L_D <= (1 - exp(-c E_Q L_S - (KL + ln(1/delta))/m)) / (1 - exp(-c)). *)
From Coq Require Import Reals Lra Lia List.
From Gapcert Require Import base.Sums single_shot.Prelude single_shot.Probability
  single_shot.Kl single_shot.Derandomise single_shot.PacBayesKl.
Open Scope R_scope.

Section Catoni.

Variables (n m : nat) (w : nat -> R) (H : Type) (l : H -> nat -> R) (P : prob H) (c : R).
Hypothesis m_pos : (1 <= m)%nat.
Hypothesis w_pos : forall z, (z < n)%nat -> 0 < w z.
Hypothesis w_sum : sum n w = 1.
Hypothesis l_01 : forall h z, l h z = 0 \/ l h z = 1.
Hypothesis l_simple : forall z, simple P (fun h => l h z).
Hypothesis c_pos : 0 < c.

Notation L_D := (risk H l n w).
Notation L_S := (sample_risk H l).

(** 1 - p (1 - e^-c), which lies in [e^-c, 1] for p in [0, 1], and F(p) = -ln of it. *)
Definition v (p : R) : R := 1 - p * (1 - exp (- c)).
Definition F (p : R) : R := - ln (v p).

Lemma exp_c : 0 < exp (- c) < 1.
Proof. split; [apply exp_pos|]. rewrite <- exp_0. apply exp_increasing. lra. Qed.

Lemma v_pos p : 0 <= p <= 1 -> 0 < v p.
Proof. intros Hp. pose proof exp_c. unfold v. nra. Qed.

(** E_S exp(-c * number of errors) = v(L_D)^m: the errors are independent. *)
Lemma laplace (f : nat -> R) k : (forall z, f z = 0 \/ f z = 1) ->
  E_sample n w k (fun s => exp (- c * lsum f s)) = v (P_data n w f) ^ k.
Proof.
  intros Hf. induction k as [|k IH]; cbn [E_sample lsum pow].
  - rewrite Rmult_0_r. apply exp_0.
  - rewrite (sum_ext _ _ (fun z => v (P_data n w f) ^ k * w z
                       + (- v (P_data n w f) ^ k * (1 - exp (- c))) * (w z * f z))).
    + rewrite sum_lin, w_sum. fold (P_data n w f). unfold v at 3. ring.
    + intros z. rewrite <- IH.
      assert (E1 : E_sample n w k (fun s => exp (- c * (f z + lsum f s)))
                   = exp (- c * f z) * E_sample n w k (fun s => exp (- c * lsum f s))).
      { pose proof (E_sample_linear n w k (exp (- c * f z)) 0
          (fun s => exp (- c * lsum f s)) (fun s => exp (- c * lsum f s))) as L.
        rewrite Rmult_0_l, Rplus_0_r in L. rewrite <- L.
        apply E_sample_ext; [intros z' Hz'; left; apply w_pos, Hz'|].
        intros s _. replace (- c * (f z + lsum f s)) with (- c * f z + - c * lsum f s) by ring.
        rewrite exp_plus. ring. }
      rewrite E1. destruct (Hf z) as [-> | ->].
      * rewrite Rmult_0_r, exp_0. ring.
      * rewrite Rmult_1_r. ring.
Qed.

(** The exponent m (F(L_D) - c L_S); its exponential has mean 1 over the sample. *)
Definition excess (s : list nat) (h : H) : R := INR m * (F (L_D h) - c * L_S s h).

Lemma excess_mean h : E_sample n w m (fun s => exp (excess s h)) = 1.
Proof.
  assert (HM : 0 < INR m) by (apply lt_0_INR; lia).
  pose proof (risk_range n w (l h) w_pos w_sum (l_01 h)) as Hr.
  pose proof (v_pos (L_D h) Hr) as Hv.
  assert (Hvm : 0 < v (L_D h) ^ m) by (apply pow_lt, Hv).
  rewrite (E_sample_ext n w ltac:(intros z Hz; left; apply w_pos, Hz) m _
    (fun s => / v (L_D h) ^ m * exp (- c * lsum (l h) s) + 0 * 0)).
  - pose proof (E_sample_linear n w m (/ v (L_D h) ^ m) 0
      (fun s => exp (- c * lsum (l h) s)) (fun _ => 0)) as L. cbv beta in L. rewrite L.
    rewrite (laplace (l h) m (l_01 h)). change (P_data n w (l h)) with (L_D h). field. lra.
  - intros s (Hlen & _). unfold excess, sample_risk, mean. rewrite Hlen.
    replace (INR m * (F (L_D h) - c * (lsum (l h) s / INR m)))
      with (INR m * F (L_D h) + - c * lsum (l h) s) by (field; lra).
    rewrite exp_plus, Rmult_0_l, Rplus_0_r. f_equal.
    unfold F. replace (INR m * - ln (v (L_D h))) with (- (INR m * ln (v (L_D h)))) by ring.
    rewrite exp_Ropp, exp_ln_pow by (intros; exact Hv). reflexivity.
Qed.

Lemma excess_simple (Q : prob H) s : (forall z, simple Q (fun h => l h z)) -> simple Q (excess s).
Proof.
  intros Hs. exact (simple_op Q (fun a b => INR m * (F a - c * b)) _ _
    (risk_simple n w H l Q Hs) (proj1 (E_sample_risk H Q l Hs s))).
Qed.

Definition Xc (s : list nat) : R := E P (fun h => exp (excess s h)).

Lemma Xc_mean : E_sample n w m Xc <= 1.
Proof.
  destruct (E_sample_E H P n w m (fun s h => exp (excess s h))) as (Hsimple & Hswap).
  { intros s _. exact (simple_map H P exp (excess s) (excess_simple P s l_simple)). }
  unfold Xc. rewrite Hswap, <- (E_const P 1).
  apply E_mono; [assumption|apply simple_const|]. intros h. rewrite excess_mean. lra.
Qed.

(** X is positive: excess is bounded below by -c m, as F >= 0 and L_S <= 1. *)
Lemma Xc_pos s : sample n m s -> 0 < Xc s.
Proof.
  intros Hs. assert (HM : 0 < INR m) by (apply lt_0_INR; lia).
  apply Rlt_le_trans with (exp (- (c * INR m))); [apply exp_pos|].
  unfold Xc. rewrite <- (E_const P (exp (- (c * INR m)))). apply E_mono.
  - apply simple_const.
  - exact (simple_map H P exp (excess s) (excess_simple P s l_simple)).
  - intros h. pose proof (risk_range n w (l h) w_pos w_sum (l_01 h)) as Hr.
    pose proof (sample_risk_range n m H l m_pos l_01 s h Hs) as HS.
    assert (HF : 0 <= F (L_D h)).
    { unfold F. pose proof (v_pos (L_D h) Hr). pose proof (ln_le (v (L_D h)) 1 ltac:(assumption)) as L.
      rewrite ln_1 in L. assert (v (L_D h) <= 1) by (pose proof exp_c; unfold v, risk; nra).
      specialize (L ltac:(assumption)). lra. }
    assert (- (c * INR m) <= excess s h).
    { unfold excess. replace (- (c * INR m)) with (INR m * (0 - c * 1)) by ring.
      apply Rmult_le_compat_l; [lra|].
      assert (c * L_S s h <= c * 1) by (apply Rmult_le_compat_l; lra). lra. }
    destruct (Req_dec (- (c * INR m)) (excess s h)) as [->|Hne]; [lra|].
    left. apply exp_increasing. lra.
Qed.

(** The exceptional samples, of probability at most delta. *)
Definition exceptional_c (delta : R) (s : list nat) : R := ind (Rlt_dec (1 / delta) (Xc s)).

Theorem exceptional_c_rare delta : 0 < delta -> E_sample n w m (exceptional_c delta) <= delta.
Proof.
  intros Hd. apply markov; try lra.
  - intros z Hz. left. apply w_pos, Hz.
  - intros s Hs. left. apply Xc_pos, Hs.
  - apply Xc_mean.
Qed.

(** Catoni's bound. *)
Theorem catoni delta s (Q : prob H) KL : 0 < delta -> sample n m s ->
  exceptional_c delta s = 0 -> (forall z, simple Q (fun h => l h z)) -> change_of_measure Q P KL ->
  E Q L_D <= (1 - exp (- c * E Q (L_S s) - (KL + ln (1 / delta)) / INR m)) / (1 - exp (- c)).
Proof.
  intros Hd Hs Husual HlQ HKL. assert (HM : 0 < INR m) by (apply lt_0_INR; lia).
  pose proof exp_c as Hc.
  pose proof (risk_simple n w H l Q HlQ) as SD. destruct (E_sample_risk H Q l HlQ s) as (SS & _).
  assert (HD : 0 <= E Q L_D <= 1).
  { apply E_range; [assumption|]. intros h. apply (risk_range n w (l h) w_pos w_sum (l_01 h)). }
  pose proof (v_pos _ HD) as Hv.
  (* Jensen: F is above its tangent line at E_Q L_D *)
  set (slope := (1 - exp (- c)) / v (E Q L_D)).
  assert (Hlow : INR m * (F (E Q L_D) - c * E Q (L_S s)) <= E Q (excess s)).
  { set (a := INR m * slope). set (b := - (INR m * c)).
    set (k := INR m * F (E Q L_D) - a * E Q L_D).
    pose proof (E_linear Q a b _ _ SD SS) as L.
    assert (SL : simple Q (fun h => a * L_D h + b * L_S s h))
      by exact (simple_op Q (fun u t => a * u + b * t) _ _ SD SS).
    pose proof (E_affine H Q k 1 _ SL) as A. rewrite L in A.
    apply Rle_trans with (E Q (fun h => k + 1 * (a * L_D h + b * L_S s h))).
    - rewrite A. unfold k, b. right. ring.
    - apply E_mono; [exact (simple_map H Q (fun u => k + 1 * u) _ SL)|apply excess_simple, HlQ|].
      intros h. pose proof (risk_range n w (l h) w_pos w_sum (l_01 h)) as Hr.
      change (P_data n w (l h)) with (L_D h) in Hr.
      pose proof (v_pos _ Hr) as Hvh.
      (* ln (v(p)/v(p0)) <= v(p)/v(p0) - 1 *)
      pose proof (ln_le_sub1 (v (L_D h) / v (E Q L_D)) ltac:(apply Rdiv_lt_0_compat; assumption)) as Hln.
      rewrite ln_div in Hln by assumption.
      assert (Hratio : v (L_D h) / v (E Q L_D) - 1 = - slope * (L_D h - E Q L_D)).
      { unfold slope. apply Rmult_eq_reg_r with (v (E Q L_D)); [|lra].
        replace ((v (L_D h) / v (E Q L_D) - 1) * v (E Q L_D)) with (v (L_D h) - v (E Q L_D)) by (field; lra).
        replace (- ((1 - exp (- c)) / v (E Q L_D)) * (L_D h - E Q L_D) * v (E Q L_D))
          with (- (1 - exp (- c)) * (L_D h - E Q L_D)) by (field; lra).
        unfold v. ring. }
      rewrite Hratio in Hln.
      unfold k, a, b, excess.
      replace (INR m * F (E Q L_D) - INR m * slope * E Q L_D
               + 1 * (INR m * slope * L_D h + - (INR m * c) * L_S s h))
        with (INR m * (F (E Q L_D) + slope * (L_D h - E Q L_D) - c * L_S s h)) by ring.
      apply Rmult_le_compat_l; [lra|]. unfold F. lra. }
  (* change of measure, and X <= 1/delta *)
  pose proof (HKL (excess s) (excess_simple P s l_simple) (excess_simple Q s HlQ)) as Hdv.
  fold (Xc s) in Hdv.
  assert (HX : Xc s <= 1 / delta).
  { unfold exceptional_c, ind in Husual. destruct (Rlt_dec (1 / delta) (Xc s)); lra. }
  pose proof (ln_le _ _ (Xc_pos s Hs) HX) as Hln.
  (* solve for E_Q L_D *)
  set (t := c * E Q (L_S s) + (KL + ln (1 / delta)) / INR m).
  assert (Ht : F (E Q L_D) <= t).
  { apply Rmult_le_reg_l with (INR m); [assumption|]. unfold t.
    replace (INR m * (c * E Q (L_S s) + (KL + ln (1 / delta)) / INR m))
      with (INR m * (c * E Q (L_S s)) + (KL + ln (1 / delta))) by (field; lra). lra. }
  assert (Hexp : exp (- t) <= v (E Q L_D)).
  { rewrite <- (exp_ln (v (E Q L_D))) by assumption. unfold F in Ht.
    destruct (Req_dec (- t) (ln (v (E Q L_D)))) as [->|Hne]; [lra|].
    left. apply exp_increasing. lra. }
  replace (- c * E Q (L_S s) - (KL + ln (1 / delta)) / INR m) with (- t) by (unfold t; ring).
  apply Rmult_le_reg_r with (1 - exp (- c)); [lra|].
  unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. unfold v in Hexp. lra.
Qed.

End Catoni.
