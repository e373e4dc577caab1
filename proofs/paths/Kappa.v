(** The constant kappa_L of Theorem S+ (theory B; paper/norm-based.md, Section 4):
      kappa_L = inf over lam > 0 of (1/lam) arccosh (1 + 2^(L-1) (exp (lam^2/2) - 1)),
    and kappa_L <= sqrt (2 L ln 2). Any lam gives an upper value; lam = sqrt (2 L ln 2)
    gives this one. *)
From Coq Require Import Reals Lra Lia.
From Gapcert Require Import paths.Splitting.
Open Scope R_scope.

(** ** arccosh *)

Definition arccosh (v : R) : R := ln (v + sqrt (v * v - 1)).

(** cosh (arccosh v) = v for v >= 1. *)
Lemma cosh_arccosh v : 1 <= v -> cosh (arccosh v) = v.
Proof.
  intros Hv. unfold arccosh. set (r := sqrt (v * v - 1)).
  assert (Hr : 0 <= r) by apply sqrt_pos.
  assert (Hrr : r * r = v * v - 1) by (apply sqrt_sqrt; nra).
  unfold cosh. rewrite exp_Ropp, exp_ln by lra.
  assert (Hinv : / (v + r) = v - r).
  { apply Rmult_eq_reg_l with (v + r); [|lra]. rewrite Rinv_r by lra. lra. }
  rewrite Hinv. field.
Qed.

(** arccosh v >= 0. *)
Lemma arccosh_nonneg v : 1 <= v -> 0 <= arccosh v.
Proof.
  intros Hv. unfold arccosh. rewrite <- ln_1.
  pose proof (sqrt_pos (v * v - 1)).
  destruct (Req_dec (v + sqrt (v * v - 1)) 1) as [->|Hne]; [lra|].
  left. apply ln_increasing; lra.
Qed.

(** cosh is strictly increasing on the non-negative reals. *)
Lemma cosh_strict a b : 0 <= a -> a < b -> cosh a < cosh b.
Proof.
  intros Ha Hab. destruct (MVT_cor2 cosh sinh a b) as (c & E & Hc); [lra| |].
  - intros t _. apply derivable_pt_lim_cosh.
  - pose proof (sinh_ge c). assert (0 < sinh c * (b - a)) by (apply Rmult_lt_0_compat; lra). lra.
Qed.

(** arccosh is the only non-negative y with cosh y = v. *)
Lemma arccosh_unique y v : 0 <= y -> 1 <= v -> cosh y = v -> y = arccosh v.
Proof.
  intros Hy Hv E. pose proof (arccosh_nonneg v Hv). pose proof (cosh_arccosh v Hv).
  destruct (Rtotal_order y (arccosh v)) as [Hlt|[Heq|Hgt]]; [|assumption|].
  - pose proof (cosh_strict _ _ Hy Hlt). lra.
  - pose proof (cosh_strict (arccosh v) y ltac:(assumption) Hgt). lra.
Qed.

(** ** The bound *)

(** 1 + 2^(L-1) (exp (lam^2/2) - 1), L the number of weight layers. *)
Definition growth (L : nat) (lam : R) : R := 1 + 2 ^ (L - 1) * (exp (lam ^ 2 / 2) - 1).

(** The value at lam, of which kappa_L is the infimum over lam > 0. *)
Definition kappa_at (L : nat) (lam : R) : R := / lam * arccosh (growth L lam).

(** k is the infimum of the values kappa_at L lam, lam > 0. *)
Definition is_kappa (L : nat) (k : R) : Prop :=
  (forall lam, 0 < lam -> k <= kappa_at L lam) /\
  forall b, (forall lam, 0 < lam -> b <= kappa_at L lam) -> b <= k.

Lemma growth_ge_1 L lam : 1 <= growth L lam.
Proof.
  unfold growth. assert (0 < 2 ^ (L - 1)) by (apply pow_lt; lra).
  assert (1 <= exp (lam ^ 2 / 2)) by (pose proof (exp_ineq1_le (lam ^ 2 / 2)); nra). nra.
Qed.

(** The lambda used. *)
Definition best (L : nat) : R := sqrt (2 * INR L * ln 2).

Lemma ln2_pos : 0 < ln 2.
Proof. rewrite <- ln_1. apply ln_increasing; lra. Qed.

Lemma best_pos L : (1 <= L)%nat -> 0 < best L.
Proof.
  intros HL. apply sqrt_lt_R0. pose proof ln2_pos.
  assert (0 < INR L) by (apply lt_0_INR; lia).
  apply Rmult_lt_0_compat; lra.
Qed.

(** best^2 = 2 L ln 2, so exp (best^2) = 2^L exp (best^2/2). *)
Lemma best_sqr L : best L * best L = 2 * INR L * ln 2.
Proof.
  apply sqrt_sqrt. pose proof ln2_pos. pose proof (pos_INR L).
  apply Rmult_le_pos; lra.
Qed.
Lemma exp_best L : exp (best L * best L) = 2 ^ L * exp (best L ^ 2 / 2).
Proof.
  replace (best L ^ 2 / 2) with (INR L * ln 2) by (rewrite <- Rsqr_pow2; unfold Rsqr; rewrite best_sqr; field).
  rewrite best_sqr. replace (2 * INR L * ln 2) with (INR L * ln 2 + INR L * ln 2) by ring.
  rewrite exp_plus. f_equal.
  change (exp (INR L * ln 2)) with (Rpower 2 (INR L)). apply Rpower_pow. lra.
Qed.

(** The growth at that lambda is at most cosh (lambda^2): cosh t >= e^t / 2. *)
Lemma growth_le_cosh L : (1 <= L)%nat -> growth L (best L) <= cosh (best L * best L).
Proof.
  intros HL. unfold cosh. rewrite exp_best.
  pose proof (exp_pos (- (best L * best L))) as P.
  assert (E : 2 ^ L = 2 * 2 ^ (L - 1)).
  { replace L with (S (L - 1)) at 1 by lia. reflexivity. }
  rewrite E. unfold growth.
  assert (1 <= 2 ^ (L - 1)) by (apply pow_R1_Rle; lra). lra.
Qed.

(** For some lambda, every y >= 0 with cosh y <= growth has y / lambda <= sqrt (2 L ln 2). *)
Theorem kappa_bound_y L : (1 <= L)%nat ->
  exists lam, 0 < lam /\
    forall y, 0 <= y -> cosh y <= growth L lam -> y <= lam * sqrt (2 * INR L * ln 2).
Proof.
  intros HL. exists (best L). split; [apply best_pos, HL|]. intros y Hy Hc.
  fold (best L). apply Rnot_lt_le. intros Hlt.
  pose proof (growth_le_cosh L HL). pose proof (best_pos L HL).
  pose proof (cosh_strict (best L * best L) y ltac:(nra) Hlt). lra.
Qed.

(** kappa_L <= sqrt (2 L ln 2). *)
Theorem kappa_bound L k : (1 <= L)%nat -> is_kappa L k -> k <= sqrt (2 * INR L * ln 2).
Proof.
  intros HL (Hlow & _). destruct (kappa_bound_y L HL) as (lam & Hlam & Hy).
  apply (Rle_trans _ _ _ (Hlow lam Hlam)). unfold kappa_at.
  pose proof (growth_ge_1 L lam) as Hg.
  specialize (Hy (arccosh (growth L lam)) (arccosh_nonneg _ Hg)).
  rewrite (cosh_arccosh _ Hg) in Hy. specialize (Hy ltac:(lra)).
  apply Rmult_le_reg_l with lam; [assumption|].
  rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra. exact Hy.
Qed.

(** ** The bound for few layers: kappa_L <= 2^((L-1)/2), the limit at lambda -> 0 *)

(** cosh t >= 1 + t^2/2. *)
Lemma cosh_ge_quadratic t : 0 <= t -> 1 + t * t / 2 <= cosh t.
Proof.
  intros Ht. set (b := t / 2). assert (Hb : 0 <= b) by (unfold b; lra).
  assert (E : cosh t = 1 + 2 * (sinh b * sinh b)).
  { replace t with (b + b) by (unfold b; lra). rewrite cosh_plus.
    assert (I : cosh b * cosh b - sinh b * sinh b = 1).
    { unfold cosh, sinh. rewrite exp_Ropp. field. pose proof (exp_pos b). lra. }
    lra. }
  pose proof (sinh_ge b Hb). rewrite E. replace (t * t / 2) with (2 * (b * b)) by (unfold b; field). nra.
Qed.

(** exp u - 1 <= u exp u. *)
Lemma exp_minus_1 u : exp u - 1 <= u * exp u.
Proof.
  pose proof (exp_ineq1_le (- u)) as H. rewrite exp_Ropp in H. pose proof (exp_pos u) as P.
  assert (E : exp u * / exp u = 1) by (apply Rinv_r; lra).
  apply Rmult_le_compat_l with (r := exp u) in H; [|lra]. lra.
Qed.

(** For every r with r^2 > 2^(L-1) some lambda has the value at most r: take
    exp (lambda^2/2) = r^2 / 2^(L-1). *)
Lemma kappa_at_small L r : 0 < r -> 2 ^ (L - 1) < r * r ->
  exists lam, 0 < lam /\ kappa_at L lam <= r.
Proof.
  intros Hr HA. set (A := 2 ^ (L - 1)) in *. assert (HApos : 0 < A) by (apply pow_lt; lra).
  assert (Hq : 1 < r * r / A).
  { apply Rmult_lt_reg_r with A; [assumption|]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  assert (Hln : 0 < ln (r * r / A)) by (rewrite <- ln_1; apply ln_increasing; lra).
  set (lam := sqrt (2 * ln (r * r / A))).
  assert (Hlam : 0 < lam) by (apply sqrt_lt_R0; lra).
  assert (Hsq : lam ^ 2 / 2 = ln (r * r / A)).
  { rewrite <- Rsqr_pow2. unfold Rsqr, lam. rewrite sqrt_sqrt by lra. field. }
  exists lam. split; [assumption|].
  pose proof (growth_ge_1 L lam) as Hg.
  assert (Hle : growth L lam <= cosh (lam * r)).
  { apply Rle_trans with (1 + (lam * r) * (lam * r) / 2); [|apply cosh_ge_quadratic; nra].
    unfold growth. fold A. apply Rplus_le_compat_l.
    pose proof (exp_minus_1 (lam ^ 2 / 2)) as He.
    apply Rle_trans with (A * (lam ^ 2 / 2 * exp (lam ^ 2 / 2))); [apply Rmult_le_compat_l; lra|].
    rewrite Hsq at 2. rewrite exp_ln by lra. right. field. lra. }
  unfold kappa_at. apply Rmult_le_reg_l with lam; [assumption|].
  rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra.
  apply Rnot_lt_le. intros Hlt.
  pose proof (cosh_strict (lam * r) _ ltac:(nra) Hlt) as Hc. rewrite cosh_arccosh in Hc by assumption. lra.
Qed.

(** kappa_L <= sqrt (2^(L-1)). *)
Theorem kappa_bound_small L k : is_kappa L k -> k <= sqrt (2 ^ (L - 1)).
Proof.
  intros (Hlow & _). apply Rnot_lt_le. intros Hlt.
  assert (HA : 0 < 2 ^ (L - 1)) by (apply pow_lt; lra).
  pose proof (sqrt_lt_R0 _ HA) as Hs. pose proof (sqrt_sqrt (2 ^ (L - 1)) ltac:(lra)) as E.
  set (r := (sqrt (2 ^ (L - 1)) + k) / 2).
  destruct (kappa_at_small L r) as (lam & Hlam & Hval); [unfold r; lra|unfold r; nra|].
  specialize (Hlow lam Hlam). unfold r in Hval. lra.
Qed.
