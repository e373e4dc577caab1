(** (L3) Splitting (theory B; paper/norm-based.md, Lemma 3): with h(t) = cosh(lam t) - 1,
      h (sqrt (sum a_u^2)) <= sum p_u h (a_u / sqrt p_u)    and
      h (sum a_u)          <= sum p_u h (a_u / p_u)
    for weights p_u > 0 of sum 1. The first is Jensen's inequality for the convex function
    y -> cosh (lam sqrt y) on y >= 0, the second for cosh. Both are proved from tangent
    lines. *)
From Coq Require Import Reals Lra Lia.
From Gapcert Require Import base.Sums.
Open Scope R_scope.

(** ** Hyperbolic functions *)

(** cosh is at least 1. *)
Lemma cosh_ge_1 t : 1 <= cosh t.
Proof.
  unfold cosh. rewrite exp_Ropp. pose proof (exp_pos t) as P.
  assert (E : exp t * / exp t = 1) by (apply Rinv_r; lra).
  pose proof (Rle_0_sqr (exp t - 1)) as Sq. unfold Rsqr in Sq.
  assert (0 < / exp t) by (apply Rinv_0_lt_compat, P). nra.
Qed.

(** cosh is even, sinh is odd. *)
Lemma cosh_even t : cosh (- t) = cosh t.
Proof. unfold cosh. rewrite Ropp_involutive. lra. Qed.
Lemma cosh_Rabs t : cosh (Rabs t) = cosh t.
Proof. unfold Rabs. destruct Rcase_abs; [apply cosh_even|reflexivity]. Qed.

(** The addition theorems. *)
Lemma sinh_plus a b : sinh (a + b) = sinh a * cosh b + cosh a * sinh b.
Proof. unfold sinh, cosh. rewrite Ropp_plus_distr, !exp_plus. field. Qed.
Lemma cosh_plus a b : cosh (a + b) = cosh a * cosh b + sinh a * sinh b.
Proof. unfold sinh, cosh. rewrite Ropp_plus_distr, !exp_plus. field. Qed.

(** By the mean value theorem sinh b = b cosh c for some 0 <= c <= b. *)
Lemma sinh_mean b : 0 <= b -> exists c, 0 <= c <= b /\ sinh b = b * cosh c.
Proof.
  intros Hb. destruct (Req_dec b 0) as [->|Hne].
  - exists 0. split; [lra|]. rewrite sinh_0. ring.
  - destruct (MVT_cor2 sinh cosh 0 b) as (c & E & Hc); [lra| |].
    + intros t _. apply derivable_pt_lim_sinh.
    + exists c. split; [lra|]. rewrite sinh_0 in E. lra.
Qed.

(** b <= sinh b for b >= 0. *)
Lemma sinh_ge b : 0 <= b -> b <= sinh b.
Proof.
  intros Hb. destruct (sinh_mean b Hb) as (c & _ & ->). pose proof (cosh_ge_1 c). nra.
Qed.

(** cosh is non-decreasing on the non-negative reals. *)
Lemma cosh_mono a b : 0 <= a -> a <= b -> cosh a <= cosh b.
Proof.
  intros Ha Hab. destruct (Req_dec a b) as [->|Hne]; [lra|].
  destruct (MVT_cor2 cosh sinh a b) as (c & E & Hc); [lra| |].
  - intros t _. apply derivable_pt_lim_cosh.
  - assert (0 <= sinh c) by (pose proof (sinh_ge c); lra). nra.
Qed.

(** sinh b <= b cosh b for b >= 0. *)
Lemma sinh_le b : 0 <= b -> sinh b <= b * cosh b.
Proof.
  intros Hb. destruct (sinh_mean b Hb) as (c & Hc & ->).
  apply Rmult_le_compat_l; [assumption|]. apply cosh_mono; lra.
Qed.

(** ** The tangent line of y -> cosh (sqrt y) *)

(** To the right of s0 = a, at s = a + 2 b: with cosh s - cosh s0 = 2 sinh (a+b) sinh b. *)
Lemma tangent_right a b : 0 <= a -> 0 <= b ->
  (a + b) * b * sinh a <= a * (sinh (a + b) * sinh b).
Proof.
  intros Ha Hb. pose proof (sinh_ge a Ha) as Sa. pose proof (sinh_ge b Hb) as Sb.
  pose proof (sinh_le a Ha) as La. pose proof (cosh_ge_1 b) as Cb. pose proof (cosh_ge_1 a) as Ca.
  assert (H1 : (a + b) * sinh a <= a * sinh (a + b)).
  { rewrite sinh_plus.
    assert (a * (sinh a * 1) <= a * (sinh a * cosh b)).
    { apply Rmult_le_compat_l; [lra|]. apply Rmult_le_compat_l; lra. }
    assert (a * (cosh a * b) <= a * (cosh a * sinh b)).
    { apply Rmult_le_compat_l; [lra|]. apply Rmult_le_compat_l; lra. }
    assert (b * sinh a <= b * (a * cosh a)) by (apply Rmult_le_compat_l; lra). lra. }
  assert (H0 : 0 <= a * sinh (a + b)).
  { apply Rmult_le_pos; [lra|]. pose proof (sinh_ge (a + b)). lra. }
  apply Rle_trans with (b * (a * sinh (a + b))).
  - replace ((a + b) * b * sinh a) with (b * ((a + b) * sinh a)) by ring.
    apply Rmult_le_compat_l; assumption.
  - replace (a * (sinh (a + b) * sinh b)) with (sinh b * (a * sinh (a + b))) by ring.
    apply Rmult_le_compat_r; assumption.
Qed.

(** To the left of s0 = a + b, at s = a - b: with cosh s0 - cosh s = 2 sinh a sinh b. *)
Lemma tangent_left a b : 0 <= a -> 0 <= b ->
  (a + b) * (sinh a * sinh b) <= a * b * sinh (a + b).
Proof.
  intros Ha Hb. pose proof (sinh_ge a Ha) as Sa. pose proof (sinh_ge b Hb) as Sb.
  pose proof (sinh_le a Ha) as La. pose proof (sinh_le b Hb) as Lb.
  rewrite sinh_plus.
  assert (a * (sinh a * sinh b) <= a * (sinh a * (b * cosh b))).
  { apply Rmult_le_compat_l; [lra|]. apply Rmult_le_compat_l; lra. }
  assert (b * (sinh b * sinh a) <= b * (sinh b * (a * cosh a))).
  { apply Rmult_le_compat_l; [lra|]. apply Rmult_le_compat_l; lra. }
  lra.
Qed.

(** The tangent line at y0 = s0^2 > 0 lies below: cosh s >= cosh s0 +
    (sinh s0 / (2 s0)) (s^2 - s0^2). *)
Lemma cosh_sqrt_tangent s0 s : 0 < s0 -> 0 <= s ->
  cosh s0 + sinh s0 / (2 * s0) * (s * s - s0 * s0) <= cosh s.
Proof.
  intros Hs0 Hs.
  assert (H : sinh s0 * (s * s - s0 * s0) <= 2 * s0 * (cosh s - cosh s0)).
  { destruct (Rle_dec s0 s) as [Hle|Hgt].
    - (* s0 = a, s = a + 2 b *)
      set (b := (s - s0) / 2). assert (Hb : 0 <= b) by (unfold b; lra).
      pose proof (tangent_right s0 b ltac:(lra) Hb) as T.
      assert (Es : s = s0 + b + b) by (unfold b; lra).
      assert (E1 : cosh s = cosh (s0 + b) * cosh b + sinh (s0 + b) * sinh b)
        by (rewrite Es; apply cosh_plus).
      assert (E2 : cosh s0 = cosh (s0 + b) * cosh b - sinh (s0 + b) * sinh b).
      { replace s0 with (s0 + b + - b) at 1 by ring. rewrite cosh_plus, cosh_even.
        replace (sinh (- b)) with (- sinh b); [ring|].
        unfold sinh. rewrite Ropp_involutive. field. }
      replace (cosh s - cosh s0) with (2 * (sinh (s0 + b) * sinh b)) by lra.
      replace (s * s - s0 * s0) with (4 * ((s0 + b) * b)) by (rewrite Es; ring). lra.
    - (* s0 = a + b, s = a - b *)
      set (a := (s0 + s) / 2). set (b := (s0 - s) / 2).
      assert (Ha : 0 <= a) by (unfold a; lra). assert (Hb : 0 <= b) by (unfold b; lra).
      pose proof (tangent_left a b Ha Hb) as T.
      assert (E0 : s0 = a + b) by (unfold a, b; lra).
      assert (Es : s = a + - b) by (unfold a, b; lra).
      assert (E1 : cosh s0 = cosh a * cosh b + sinh a * sinh b) by (rewrite E0; apply cosh_plus).
      assert (E2 : cosh s = cosh a * cosh b - sinh a * sinh b).
      { rewrite Es, cosh_plus, cosh_even.
        replace (sinh (- b)) with (- sinh b); [ring|].
        unfold sinh. rewrite Ropp_involutive. field. }
      replace (cosh s - cosh s0) with (- (2 * (sinh a * sinh b))) by lra.
      replace (s * s - s0 * s0) with (- (4 * (a * b))) by (rewrite E0, Es; ring).
      rewrite <- E0 in T. lra. }
  apply Rmult_le_reg_l with (2 * s0); [lra|].
  replace (2 * s0 * (cosh s0 + sinh s0 / (2 * s0) * (s * s - s0 * s0)))
    with (2 * s0 * cosh s0 + sinh s0 * (s * s - s0 * s0)) by (field; lra).
  lra.
Qed.

(** ** Jensen *)

(** Bounded forms of the lemmas on sums. *)
Lemma sum_le_below n f g : (forall i, (i < n)%nat -> f i <= g i) -> sum n f <= sum n g.
Proof.
  induction n as [|n IH]; intros H; cbn [sum]; [lra|].
  assert (sum n f <= sum n g) by (apply IH; intros i Hi; apply H; lia).
  assert (f n <= g n) by (apply H; lia). lra.
Qed.
Lemma sum_ext_below n f g : (forall i, (i < n)%nat -> f i = g i) -> sum n f = sum n g.
Proof. intros H. apply Rle_antisym; apply sum_le_below; intros i Hi; rewrite H by assumption; lra. Qed.

Definition h (lam t : R) : R := cosh (lam * t) - 1.

Lemma h_nonneg lam t : 0 <= h lam t.
Proof. unfold h. pose proof (cosh_ge_1 (lam * t)). lra. Qed.

Section Splitting.

Variables (n : nat) (p a : nat -> R) (lam : R).
Hypothesis p_pos : forall u, (u < n)%nat -> 0 < p u.
Hypothesis p_sum : sum n p = 1.
Hypothesis lam_nonneg : 0 <= lam.

(** If every f_u is above the line v + m (y_u - y0) and the mean of the y_u is y0, then the
    mean of the f_u is at least v. *)
Lemma jensen_line (f y : nat -> R) v m y0 :
  (forall u, (u < n)%nat -> v + m * (y u - y0) <= f u) ->
  sum n (fun u => p u * y u) = y0 -> v <= sum n (fun u => p u * f u).
Proof.
  intros Hline Hy.
  apply Rle_trans with (sum n (fun u => p u * (v + m * (y u - y0)))).
  - right. rewrite (sum_ext _ _ (fun u => (v - m * y0) * p u + m * (p u * y u))) by (intros; ring).
    rewrite sum_lin, p_sum, Hy. ring.
  - apply sum_le_below. intros u Hu. specialize (p_pos u Hu).
    apply Rmult_le_compat_l; [lra|apply Hline, Hu].
Qed.

(** L3: h (sqrt (sum a_u^2)) <= sum p_u h (a_u / sqrt p_u). *)
Theorem splitting :
  h lam (sqrt (sum n (fun u => a u * a u))) <= sum n (fun u => p u * h lam (a u / sqrt (p u))).
Proof.
  set (y0 := sum n (fun u => a u * a u)).
  assert (Hy0 : 0 <= y0) by (apply sum_nonneg; intros u; nra).
  assert (Hrest : 0 <= sum n (fun u => p u * h lam (a u / sqrt (p u)))).
  { apply Rle_trans with (sum n (fun u => 0 * p u)); [rewrite sum_scal; lra|].
    apply sum_le_below. intros u Hu. pose proof (h_nonneg lam (a u / sqrt (p u))).
    specialize (p_pos u Hu). nra. }
  set (s0 := lam * sqrt y0). pose proof (sqrt_pos y0) as Hsq.
  destruct (Rle_lt_or_eq_dec 0 s0) as [Hs0|Hs0]; [apply Rmult_le_pos; assumption| |].
  2:{ (* s0 = 0: the left side is 0 *)
      unfold h at 1. fold s0. rewrite <- Hs0, cosh_0. lra. }
  apply (jensen_line (fun u => h lam (a u / sqrt (p u)))
    (fun u => Rabs (lam * (a u / sqrt (p u))) * Rabs (lam * (a u / sqrt (p u))))
    _ (sinh s0 / (2 * s0)) (s0 * s0)).
  - intros u Hu. unfold h. fold s0. rewrite <- (cosh_Rabs (lam * (a u / sqrt (p u)))).
    pose proof (cosh_sqrt_tangent s0 (Rabs (lam * (a u / sqrt (p u)))) Hs0 (Rabs_pos _)). lra.
  - rewrite (sum_ext_below _ _ (fun u => lam * lam * (a u * a u))).
    + rewrite sum_scal. fold y0. unfold s0.
      replace (lam * sqrt y0 * (lam * sqrt y0)) with (lam * lam * (sqrt y0 * sqrt y0)) by ring.
      rewrite sqrt_sqrt by assumption. reflexivity.
    + intros u Hu. specialize (p_pos u Hu).
      rewrite <- Rabs_mult, Rabs_right by (apply Rle_ge, Rle_0_sqr).
      assert (Hr : 0 < sqrt (p u)) by (apply sqrt_lt_R0, p_pos).
      pose proof (sqrt_sqrt (p u) ltac:(lra)) as E.
      rewrite <- E at 1. field. lra.
Qed.

(** The tangent line of cosh lies below it. *)
Lemma cosh_tangent t0 t : cosh t0 + sinh t0 * (t - t0) <= cosh t.
Proof.
  assert (Hexp : forall u0 u, exp u0 * (1 + (u - u0)) <= exp u).
  { intros u0 u. replace (exp u) with (exp u0 * exp (u - u0))
      by (rewrite <- exp_plus; f_equal; ring).
    apply Rmult_le_compat_l; [left; apply exp_pos|apply exp_ineq1_le]. }
  pose proof (Hexp t0 t). pose proof (Hexp (- t0) (- t)). unfold cosh, sinh. lra.
Qed.

(** The second form: h (sum a_u) <= sum p_u h (a_u / p_u). *)
Theorem splitting_sum :
  h lam (sum n a) <= sum n (fun u => p u * h lam (a u / p u)).
Proof.
  set (t0 := lam * sum n a).
  apply (jensen_line (fun u => h lam (a u / p u)) (fun u => lam * (a u / p u)) _ (sinh t0) t0).
  - intros u Hu. unfold h. fold t0. pose proof (cosh_tangent t0 (lam * (a u / p u))). lra.
  - rewrite (sum_ext_below _ _ (fun u => lam * a u)).
    + rewrite sum_scal. reflexivity.
    + intros u Hu. specialize (p_pos u Hu). field. lra.
Qed.

End Splitting.
