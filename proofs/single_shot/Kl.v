(** kl(q|p), the relative entropy of Bernoulli laws: monotone in p above q and in q below
    p, so that one evaluation certifies a value of its inverse; non-negative; jointly
    convex (theory C.1, Section 1 of paper/pac-bayes.md).

    Conventions: Coq's ln 0 is 0, so 0 ln (0/p) = 0 as it should be. At p = 0 and p = 1
    the Coq expression is meaningful only if q = p (then it is 0); elsewhere the true
    value is infinite. All statements below ask for 0 < p < 1, or for
    "p = 0 implies q = 0" and "p = 1 implies q = 1". *)
From Coq Require Import Reals Lra Lia.
From Gapcert Require Import base.Sums single_shot.Prelude single_shot.Probability.
Open Scope R_scope.

Definition kl (q p : R) : R := q * ln (q / p) + (1 - q) * ln ((1 - q) / (1 - p)).

(** ** Logarithms *)

(** ln x <= x - 1. *)
Lemma ln_le_sub1 x : 0 < x -> ln x <= x - 1.
Proof. intros Hx. pose proof (exp_ineq1_le (ln x)) as H. rewrite exp_ln in H by assumption. lra. Qed.

(** ln x >= 1 - 1/x. *)
Lemma ln_ge_inv x : 0 < x -> 1 - / x <= ln x.
Proof.
  intros Hx. pose proof (ln_le_sub1 (/ x) (Rinv_0_lt_compat x Hx)) as H.
  rewrite ln_Rinv in H by assumption. lra.
Qed.

Lemma ln_div a b : 0 < a -> 0 < b -> ln (a / b) = ln a - ln b.
Proof.
  intros Ha Hb. unfold Rdiv. rewrite ln_mult, ln_Rinv; try lra.
  apply Rinv_0_lt_compat, Hb.
Qed.

Lemma ln_le a b : 0 < a -> a <= b -> ln a <= ln b.
Proof. intros Ha [Hlt| ->]; [left; apply ln_increasing; assumption|lra]. Qed.

(** The tangent line of the log-sum function: for every t > 0,
    a ln (a/b) >= a ln t + a - b t, with equality at t = a/b. *)
Lemma log_tangent a b t : 0 <= a -> 0 <= b -> (b = 0 -> a = 0) -> 0 < t ->
  a * ln t + a - b * t <= a * ln (a / b).
Proof.
  intros Ha Hb Hab Ht. destruct (Req_dec a 0) as [->|Ha0].
  - pose proof (Rmult_le_pos b t Hb (Rlt_le _ _ Ht)). lra.
  - assert (0 < b) by (destruct (Req_dec b 0); [tauto|lra]).
    assert (Hx : 0 < a / (b * t)) by (apply Rdiv_lt_0_compat; [lra|apply Rmult_lt_0_compat; lra]).
    pose proof (ln_ge_inv _ Hx) as H1.
    rewrite ln_div in H1 by (try lra; apply Rmult_lt_0_compat; lra).
    rewrite ln_mult in H1 by lra. rewrite ln_div by lra.
    apply Rmult_le_compat_l with (r := a) in H1; [|lra].
    replace (a * (1 - / (a / (b * t)))) with (a - b * t) in H1 by (field; lra). lra.
Qed.

(** ** Signs and monotonicity *)

(** At the boundary, kl(0|0) = kl(1|1) = 0. *)
Lemma kl_0_0 : kl 0 0 = 0.
Proof. unfold kl. replace ((1 - 0) / (1 - 0)) with 1 by field. rewrite ln_1. ring. Qed.
Lemma kl_1_1 : kl 1 1 = 0.
Proof. unfold kl. replace (1 / 1) with 1 by field. rewrite ln_1. ring. Qed.

(** kl >= 0. *)
Lemma kl_nonneg q p : 0 <= q <= 1 -> 0 <= p <= 1 -> (p = 0 -> q = 0) -> (p = 1 -> q = 1) ->
  0 <= kl q p.
Proof.
  intros Hq Hp H0 H1. unfold kl.
  pose proof (log_tangent q p 1 ltac:(lra) ltac:(lra) H0 ltac:(lra)) as A.
  pose proof (log_tangent (1 - q) (1 - p) 1 ltac:(lra) ltac:(lra)) as B.
  specialize (B ltac:(intros E; rewrite H1; lra) ltac:(lra)). rewrite ln_1 in A, B. lra.
Qed.

(** kl increases in p above q, with a quantitative step. *)
Lemma kl_step q p r : 0 <= q -> q <= p -> 0 < p -> p <= r -> r < 1 ->
  (r - p) * (p - q) / (r * (1 - p)) <= kl q r - kl q p.
Proof.
  intros Hq Hqp Hp Hpr Hr.
  assert (A : q * (1 - r / p) <= q * ln (q / r) - q * ln (q / p) + q * 0).
  { destruct (Req_dec q 0) as [->|Hq0]; [lra|].
    rewrite !ln_div by lra.
    assert (0 < r / p) by (apply Rdiv_lt_0_compat; lra).
    pose proof (ln_le_sub1 (r / p) ltac:(assumption)) as L. rewrite ln_div in L by lra.
    apply Rmult_le_compat_l with (r := q) in L; [|lra]. lra. }
  assert (B : (1 - q) * (1 - (1 - r) / (1 - p))
              <= (1 - q) * ln ((1 - q) / (1 - r)) - (1 - q) * ln ((1 - q) / (1 - p))).
  { rewrite !ln_div by lra.
    assert (0 < (1 - r) / (1 - p)) by (apply Rdiv_lt_0_compat; lra).
    pose proof (ln_le_sub1 ((1 - r) / (1 - p)) ltac:(assumption)) as L. rewrite ln_div in L by lra.
    apply Rmult_le_compat_l with (r := 1 - q) in L; [|lra]. lra. }
  assert (E : q * (1 - r / p) + (1 - q) * (1 - (1 - r) / (1 - p))
              = (r - p) * (p - q) / (p * (1 - p))) by (field; lra).
  assert (M : (r - p) * (p - q) / (r * (1 - p)) <= (r - p) * (p - q) / (p * (1 - p))).
  { unfold Rdiv. apply Rmult_le_compat_l; [apply Rmult_le_pos; lra|].
    apply Rinv_le_contravar; [apply Rmult_lt_0_compat; lra|].
    apply Rmult_le_compat_r; lra. }
  unfold kl. lra.
Qed.

(** kl is non-decreasing in p above q. *)
Lemma kl_mono q p r : 0 <= q -> q <= p -> 0 < p -> p <= r -> r < 1 -> kl q p <= kl q r.
Proof.
  intros Hq Hqp Hp Hpr Hr. pose proof (kl_step q p r Hq Hqp Hp Hpr Hr) as H.
  assert (0 <= (r - p) * (p - q) / (r * (1 - p))).
  { apply Rmult_le_pos; [apply Rmult_le_pos; lra|].
    left. apply Rinv_0_lt_compat, Rmult_lt_0_compat; lra. }
  lra.
Qed.

(** kl is strictly increasing in p above q. *)
Lemma kl_strict q p r : 0 <= q -> q <= p -> 0 < p -> p < r -> r < 1 -> kl q p < kl q r.
Proof.
  intros Hq Hqp Hp Hpr Hr. set (mid := (p + r) / 2).
  assert (Hm : p < mid < r) by (unfold mid; lra).
  pose proof (kl_mono q p mid Hq Hqp Hp ltac:(lra) ltac:(lra)).
  pose proof (kl_step q mid r Hq ltac:(lra) ltac:(lra) ltac:(lra) Hr).
  assert (0 < (r - mid) * (mid - q) / (r * (1 - mid))).
  { apply Rdiv_lt_0_compat; apply Rmult_lt_0_compat; lra. }
  lra.
Qed.

(** kl is non-increasing in q below p. *)
Lemma kl_antitone q q' p : 0 <= q -> q <= q' -> q' <= p -> 0 < p < 1 -> kl q' p <= kl q p.
Proof.
  intros Hq Hqq Hqp Hp. destruct (Req_dec q q') as [->|Hne]; [lra|].
  assert (Ht : 0 < q' / p) by (apply Rdiv_lt_0_compat; lra).
  assert (Ht' : 0 < (1 - q') / (1 - p)) by (apply Rdiv_lt_0_compat; lra).
  pose proof (log_tangent q p (q' / p) Hq ltac:(lra) ltac:(lra) Ht) as A.
  pose proof (log_tangent (1 - q) (1 - p) _ ltac:(lra) ltac:(lra) ltac:(lra) Ht') as B.
  replace (p * (q' / p)) with q' in A by (field; lra).
  replace ((1 - p) * ((1 - q') / (1 - p))) with (1 - q') in B by (field; lra).
  assert (L1 : ln (q' / p) <= 0).
  { rewrite ln_div by lra. pose proof (ln_le q' p ltac:(lra) Hqp). lra. }
  assert (L2 : 0 <= ln ((1 - q') / (1 - p))).
  { rewrite ln_div by lra. pose proof (ln_le (1 - p) (1 - q') ltac:(lra) ltac:(lra)). lra. }
  unfold kl. nra.
Qed.

(** One evaluation certifies a value of kl^{-1}: if kl(q|b) >= c, then every r with
    kl(q|r) <= c is at most b. *)
Theorem kl_inv_upper q b c r : 0 <= q -> q <= b -> 0 < b -> r < 1 ->
  c <= kl q b -> kl q r <= c -> r <= b.
Proof.
  intros Hq Hqb Hb Hr Hc Hle. apply Rnot_lt_le. intros Hlt.
  pose proof (kl_strict q b r Hq Hqb Hb Hlt Hr). lra.
Qed.

(** The same with a smaller first argument on the side of r: kl^{-1} is non-decreasing in
    its first argument. *)
Theorem kl_inv_upper_mono q0 q b c r : 0 <= q0 -> q0 <= q -> q <= b -> 0 < b -> r < 1 ->
  c <= kl q b -> kl q0 r <= c -> r <= b.
Proof.
  intros Hq0 Hqq Hqb Hb Hr Hc Hle. apply Rnot_lt_le. intros Hlt.
  pose proof (kl_strict q b r ltac:(lra) Hqb Hb Hlt Hr).
  pose proof (kl_antitone q0 q r Hq0 Hqq ltac:(lra) ltac:(lra)). lra.
Qed.

(** ** Joint convexity *)

Section Convexity.

Variables (H : Type) (Q : prob H).

(** The log-sum inequality: E[a ln (a/b)] >= E[a] ln (E[a]/E[b]). *)
Lemma log_sum (a b : H -> R) : simple Q a -> simple Q b ->
  (forall h, 0 <= a h) -> (forall h, 0 <= b h) -> (forall h, b h = 0 -> a h = 0) ->
  0 < E Q b ->
  E Q a * ln (E Q a / E Q b) <= E Q (fun h => a h * ln (a h / b h)).
Proof.
  intros Sa Sb Ha Hb Hab HEb.
  assert (Sl : simple Q (fun h => a h * ln (a h / b h)))
    by exact (simple_op Q (fun u v => u * ln (u / v)) a b Sa Sb).
  assert (T : forall t, 0 < t ->
    E Q a * ln t + E Q a - E Q b * t <= E Q (fun h => a h * ln (a h / b h))).
  { intros t Ht.
    assert (L : E Q (fun h => (ln t + 1) * a h + (- t) * b h) = (ln t + 1) * E Q a + (- t) * E Q b)
      by (apply E_linear; assumption).
    apply Rle_trans with ((ln t + 1) * E Q a + (- t) * E Q b); [lra|]. rewrite <- L.
    apply E_mono; [exact (simple_op Q (fun u v => (ln t + 1) * u + (- t) * v) a b Sa Sb)|assumption|].
    intros h. pose proof (log_tangent (a h) (b h) t (Ha h) (Hb h) (Hab h) Ht). lra. }
  assert (HEa : 0 <= E Q a).
  { rewrite <- (E_const Q 0). apply E_mono; [apply simple_const|assumption|apply Ha]. }
  destruct (Req_dec (E Q a) 0) as [Z|NZ].
  - (* E a = 0: let t tend to 0 *)
    rewrite Z, Rmult_0_l. apply Rnot_lt_le. intros Hneg.
    set (x := E Q (fun h => a h * ln (a h / b h))) in *.
    specialize (T (- x / (2 * E Q b)) ltac:(apply Rdiv_lt_0_compat; lra)).
    rewrite Z in T.
    replace (E Q b * (- x / (2 * E Q b))) with (- x / 2) in T by (field; lra). lra.
  - specialize (T (E Q a / E Q b) ltac:(apply Rdiv_lt_0_compat; lra)).
    replace (E Q b * (E Q a / E Q b)) with (E Q a) in T by (field; lra). lra.
Qed.

(** kl(E a | E b) <= E kl(a | b). *)
Theorem kl_convex (a b : H -> R) : simple Q a -> simple Q b ->
  (forall h, 0 <= a h <= 1) -> (forall h, 0 <= b h <= 1) ->
  (forall h, b h = 0 -> a h = 0) -> (forall h, b h = 1 -> a h = 1) ->
  0 < E Q b < 1 ->
  kl (E Q a) (E Q b) <= E Q (fun h => kl (a h) (b h)).
Proof.
  intros Sa Sb Ha Hb H0 H1 HEb.
  assert (Ea : E Q (fun h => 1 + -1 * a h) = 1 - E Q a) by (rewrite E_affine by assumption; lra).
  assert (Eb : E Q (fun h => 1 + -1 * b h) = 1 - E Q b) by (rewrite E_affine by assumption; lra).
  assert (Sa' : simple Q (fun h => 1 + -1 * a h)) by exact (simple_map H Q (fun u => 1 + -1 * u) a Sa).
  assert (Sb' : simple Q (fun h => 1 + -1 * b h)) by exact (simple_map H Q (fun u => 1 + -1 * u) b Sb).
  pose proof (log_sum a b Sa Sb (fun h => proj1 (Ha h)) (fun h => proj1 (Hb h)) H0 (proj1 HEb)) as A.
  pose proof (log_sum (fun h => 1 + -1 * a h) (fun h => 1 + -1 * b h) Sa' Sb') as B.
  rewrite Ea, Eb in B.
  specialize (B ltac:(intros h; specialize (Ha h); lra) ltac:(intros h; specialize (Hb h); lra)).
  specialize (B ltac:(intros h E1; rewrite (H1 h); lra) ltac:(lra)).
  assert (S1 : simple Q (fun h => a h * ln (a h / b h)))
    by exact (simple_op Q (fun u v => u * ln (u / v)) a b Sa Sb).
  assert (S2 : simple Q (fun h => (1 + -1 * a h) * ln ((1 + -1 * a h) / (1 + -1 * b h))))
    by exact (simple_op Q (fun u v => (1 + -1 * u) * ln ((1 + -1 * u) / (1 + -1 * v))) a b Sa Sb).
  pose proof (E_linear Q 1 1 _ _ S1 S2) as L. rewrite !Rmult_1_l in L.
  unfold kl at 1. apply Rle_trans with (E Q (fun h => 1 * (a h * ln (a h / b h))
    + 1 * ((1 + -1 * a h) * ln ((1 + -1 * a h) / (1 + -1 * b h))))); [rewrite L; lra|].
  apply E_mono.
  - exact (simple_op Q (fun u v => 1 * u + 1 * v) _ _ S1 S2).
  - exact (simple_op Q kl a b Sa Sb).
  - intros h. unfold kl. rewrite !Rmult_1_l.
    replace (1 + -1 * a h) with (1 - a h) by ring. replace (1 + -1 * b h) with (1 - b h) by ring. lra.
Qed.

End Convexity.
