(** kl between Bernoulli laws, its inverse, and how one point evaluation
    certifies a value of the inverse.

    [kl_inv q c] is the largest p in [q, 1] with kl(q|p) <= c. It is defined as a
    supremum, so that nothing is assumed about it; [kl_inv_upper] and
    [kl_inv_lower] bound it by evaluating kl at one point each. *)
From Coq Require Import Reals Lra.
Open Scope R_scope.

(** In nats. With Coq's ln 0 = 0 the term of q = 0 is 0, as the convention has it. *)
Definition kl (q p : R) : R := q * ln (q / p) + (1 - q) * ln ((1 - q) / (1 - p)).

(** ** Logarithms of quotients *)

Lemma ln_quotient x y : 0 < x -> 0 < y -> ln (x / y) = ln x - ln y.
Proof.
  intros Hx Hy. unfold Rdiv.
  rewrite ln_mult, ln_Rinv; try assumption; [ring | now apply Rinv_0_lt_compat].
Qed.

Lemma ln_at_most x : 0 < x -> ln x <= x - 1.
Proof.
  intros Hx. pose proof (exp_ineq1_le (ln x)) as H.
  rewrite exp_ln in H by assumption. lra.
Qed.

Lemma ln_below x : 0 < x -> x <> 1 -> ln x < x - 1.
Proof.
  intros Hx Hne.
  assert (Hln : ln x <> 0).
  { intros E. apply Hne. rewrite <- (exp_ln x Hx), E. apply exp_0. }
  pose proof (exp_ineq1 (ln x) Hln) as H. rewrite exp_ln in H by assumption. lra.
Qed.

(** ** kl as a function of its second argument *)

Lemma kl_change q p r : 0 <= q < 1 -> 0 < p < 1 -> 0 < r < 1 ->
  kl q r - kl q p = q * (ln p - ln r) + (1 - q) * (ln (1 - p) - ln (1 - r)).
Proof.
  intros Hq Hp Hr. unfold kl.
  rewrite !(ln_quotient (1 - q)) by lra.
  destruct (Req_dec q 0) as [-> | Hne]; [ring |].
  rewrite !(ln_quotient q) by lra. ring.
Qed.

Lemma kl_refl q : 0 < q < 1 -> kl q q = 0.
Proof.
  intros Hq. unfold kl, Rdiv. rewrite !Rinv_r, ln_1 by lra. ring.
Qed.

(** It increases strictly from p = q on: both logarithms are compared with their
    tangents at 1, and the tangents alone add up to a non-negative number. *)
Lemma kl_increases q p r : 0 <= q < 1 -> 0 < p -> q <= p -> p < r -> r < 1 -> kl q p < kl q r.
Proof.
  intros Hq Hp Hqp Hpr Hr.
  pose proof (kl_change q p r Hq ltac:(lra) ltac:(lra)) as E.
  assert (A : ln r - ln p <= r / p - 1).
  { rewrite <- ln_quotient by lra. apply ln_at_most.
    apply Rdiv_lt_0_compat; lra. }
  assert (B : ln (1 - r) - ln (1 - p) < (1 - r) / (1 - p) - 1).
  { rewrite <- ln_quotient by lra. apply ln_below.
    - apply Rdiv_lt_0_compat; lra.
    - intros H. assert (E1 : 1 - r = (1 - r) / (1 - p) * (1 - p)) by (field; lra).
      rewrite H in E1. lra. }
  assert (T : q * (1 - r / p) + (1 - q) * (1 - (1 - r) / (1 - p))
              = (r - p) * (p - q) / (p * (1 - p))) by (field; lra).
  assert (0 <= (r - p) * (p - q) / (p * (1 - p))).
  { apply Rmult_le_pos; [apply Rmult_le_pos; lra |].
    left. apply Rinv_0_lt_compat, Rmult_lt_0_compat; lra. }
  nra.
Qed.

Lemma kl_nondecreasing q p r : 0 <= q < 1 -> 0 < p -> q <= p -> p <= r -> r < 1 -> kl q p <= kl q r.
Proof.
  intros Hq Hp Hqp [Hpr | ->] Hr; [| lra].
  left. now apply kl_increases.
Qed.

Lemma kl_nonneg q p : 0 <= q -> q <= p -> 0 < p -> p < 1 -> 0 <= kl q p.
Proof.
  intros Hq Hqp H0 Hp. destruct Hq as [Hq | <-].
  - rewrite <- (kl_refl q) by lra. apply kl_nondecreasing; lra.
  - unfold kl. replace (1 - 0) with 1 by ring. rewrite (ln_quotient 1), ln_1 by lra.
    pose proof (ln_at_most (1 - p)). lra.
Qed.

(** ** kl as a function of its first argument *)

(** The three-point identity of Bregman divergences. *)
Lemma kl_three_points q s p : 0 <= q < 1 -> 0 < s < 1 -> 0 < p < 1 ->
  kl q p = kl q s + kl s p + (q - s) * (ln (s / p) - ln ((1 - s) / (1 - p))).
Proof.
  intros Hq Hs Hp. unfold kl.
  rewrite !(ln_quotient (1 - q)), !(ln_quotient (1 - s)), (ln_quotient s) by lra.
  destruct (Req_dec q 0) as [-> | Hne]; [ring |].
  rewrite !(ln_quotient q) by lra. ring.
Qed.

(** Below p it decreases: the closer, the smaller. *)
Lemma kl_decreases_first q s p : 0 <= q -> q <= s -> s <= p -> 0 < p -> p < 1 -> kl s p <= kl q p.
Proof.
  intros Hq Hqs Hsp H0 Hp.
  destruct (Req_dec q s) as [-> | Hne]; [lra |].
  rewrite (kl_three_points q s p) by lra.
  pose proof (kl_nonneg q s ltac:(lra) ltac:(lra) ltac:(lra) ltac:(lra)).
  assert (ln (s / p) <= 0).
  { rewrite ln_quotient by lra.
    destruct (Req_dec s p) as [-> |]; [lra |].
    pose proof (ln_increasing s p). lra. }
  assert (0 <= ln ((1 - s) / (1 - p))).
  { rewrite ln_quotient by lra.
    destruct (Req_dec s p) as [-> |]; [lra |].
    pose proof (ln_increasing (1 - p) (1 - s)). lra. }
  nra.
Qed.

(** ** The inverse *)

(** p = 1 is left out, where kl is infinite, which Coq's total functions do not
    show; p = q is always in. *)
Definition kl_ball (q c p : R) : Prop := p = q \/ (q <= p < 1 /\ kl q p <= c).

Lemma kl_ball_bounded q c : bound (kl_ball q c).
Proof.
  exists (Rmax q 1). intros p [-> | [[_ Hp] _]].
  - apply Rmax_l.
  - pose proof (Rmax_r q 1). lra.
Qed.

Lemma kl_ball_inhabited q c : exists p, kl_ball q c p.
Proof. exists q. now left. Qed.

(** sup { p in [q, 1] : kl(q|p) <= c }. *)
Definition kl_inv (q c : R) : R :=
  proj1_sig (completeness (kl_ball q c) (kl_ball_bounded q c) (kl_ball_inhabited q c)).

Lemma kl_inv_is_lub q c : is_lub (kl_ball q c) (kl_inv q c).
Proof. unfold kl_inv. now destruct completeness. Qed.

Lemma kl_inv_at_most_1 q c : q <= 1 -> kl_inv q c <= 1.
Proof.
  intros Hq. apply (kl_inv_is_lub q c). intros p [-> | [Hp _]]; lra.
Qed.

(** One evaluation of kl, at (qhi, w), bounds the inverse for every q <= qhi and
    every c up to that value. *)
Theorem kl_inv_upper q c qhi w :
  0 <= q -> q <= qhi -> qhi <= w -> 0 < w -> w < 1 -> c <= kl qhi w -> kl_inv q c <= w.
Proof.
  intros Hq Hqhi Hw H0 H1 Hc. apply (kl_inv_is_lub q c).
  intros p [-> | [Hp Hle]]; [lra |].
  destruct (Rle_lt_dec p w) as [| Hgt]; [assumption | exfalso].
  pose proof (kl_increases q w p ltac:(lra) H0 ltac:(lra) Hgt ltac:(lra)).
  pose proof (kl_decreases_first q qhi w Hq Hqhi Hw H0 H1). lra.
Qed.

(** One evaluation, at (qlo, w), bounds it from below for every q >= qlo. *)
Theorem kl_inv_lower q c qlo w :
  0 <= qlo -> qlo <= q -> 0 < w -> w < 1 -> qlo <= w -> kl qlo w <= c -> w <= kl_inv q c.
Proof.
  intros Hq Hqlo H0 H1 Hw Hc. pose proof (proj1 (kl_inv_is_lub q c)) as Up.
  destruct (Rle_lt_dec w q) as [Hle | Hlt].
  - specialize (Up q (or_introl eq_refl)). lra.
  - apply Up. right. split; [lra |].
    pose proof (kl_decreases_first qlo q w Hq Hqlo ltac:(lra) H0 H1). lra.
Qed.

(** The inverse is never below its first argument. *)
Lemma kl_inv_at_least q c : q <= kl_inv q c.
Proof. apply (proj1 (kl_inv_is_lub q c)). now left. Qed.
