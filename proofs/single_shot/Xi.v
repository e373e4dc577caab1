(** The constant xi(m) of the PAC-Bayes-kl theorem (Section 2 of paper/pac-bayes.md):
      xi(m) = 1 + (m/m) (1 + ((m-1)/m) (1 + ... (1 + 1/m) ...)),    and
      xi(m) <= 2 sqrt m for all m >= 1 (equality at m = 1).

    The first is Abel's binomial theorem in place of Lagrange's inversion (Lemma 2 of the
    paper). For the second, here without a table of small m, see [nested_le]. *)
From Coq Require Import Reals Lra Lia List.
From Coquelicot Require Import Coquelicot.
From Gapcert Require Import base.Sums single_shot.Prelude single_shot.Binomial
  single_shot.Probability single_shot.Kl single_shot.Derandomise single_shot.PacBayesKl.
Open Scope R_scope.

(** Coquelicot has sums of its own; ours is meant. *)
Local Notation sum := base.Sums.sum.
Local Notation C := Binomial.C.

(** ** The n-th difference of a polynomial of degree below n vanishes *)

(** f is a polynomial of degree below n: its n-th difference is 0. *)
Fixpoint degree_lt (n : nat) (f : nat -> R) : Prop :=
  match n with
  | O => forall k, f k = 0
  | S n => degree_lt n (fun k => f (S k) - f k)
  end.

Lemma degree_lt_ext n : forall f f', (forall k, f k = f' k) -> degree_lt n f -> degree_lt n f'.
Proof.
  induction n as [|n IH]; intros f f' He; cbn.
  - intros H k. rewrite <- He. apply H.
  - apply IH. intros k. rewrite !He. reflexivity.
Qed.

Lemma degree_lt_plus n : forall f f',
  degree_lt n f -> degree_lt n f' -> degree_lt n (fun k => f k + f' k).
Proof.
  induction n as [|n IH]; intros f f'; cbn.
  - intros H H' k. rewrite H, H'. ring.
  - intros H H'. apply (degree_lt_ext n (fun k => (f (S k) - f k) + (f' (S k) - f' k)));
      [intros; ring|apply IH; assumption].
Qed.

Lemma degree_lt_shift n : forall f, degree_lt n f -> degree_lt n (fun k => f (S k)).
Proof.
  induction n as [|n IH]; intros f; cbn; [auto|].
  intros H. exact (IH _ H).
Qed.

(** Multiplying by x + k raises the degree by one. *)
Lemma degree_lt_times n x : forall f,
  degree_lt n f -> degree_lt (S n) (fun k => (x + INR k) * f k).
Proof.
  induction n as [|n IH]; intros f Hf.
  - cbn in *. intros k. rewrite !Hf. ring.
  - change (degree_lt (S n) (fun k => (x + INR (S k)) * f (S k) - (x + INR k) * f k)).
    apply (degree_lt_ext (S n) (fun k => (x + INR k) * (f (S k) - f k) + f (S k))).
    + intros k. rewrite S_INR. ring.
    + apply degree_lt_plus; [apply IH, Hf|apply degree_lt_shift, Hf].
Qed.

(** k -> (x + k)^p has degree p. *)
Lemma degree_lt_pow p x : degree_lt (S p) (fun k => (x + INR k) ^ p).
Proof.
  induction p as [|p IH]; [cbn; intros; ring|].
  exact (degree_lt_times (S p) x _ IH).
Qed.

(** sum_k (-1)^(n-k) C(n,k) f(k) is the n-th difference. *)
Lemma difference_zero n : forall f, degree_lt n f -> binomial_sum 1 (-1) n f = 0.
Proof.
  induction n as [|n IH]; intros f Hf.
  - unfold binomial_sum. cbn [sum]. rewrite (Hf 0%nat). ring.
  - rewrite binomial_step. cbn in Hf. specialize (IH _ Hf).
    replace (1 * binomial_sum 1 (-1) n (fun j => f (S j)) + -1 * binomial_sum 1 (-1) n f)
      with (binomial_sum 1 (-1) n (fun k => f (S k) - f k)); [exact IH|].
    unfold binomial_sum. rewrite <- sum_lin. apply sum_ext. intros j. ring.
Qed.

(** ** Abel's binomial theorem *)

(** x (x+k)^(k-1), which is 1 for k = 0. *)
Definition abel_factor (x : R) (k : nat) : R :=
  match k with O => 1 | S j => x * (x + INR (S j)) ^ j end.

Definition abel_sum (n : nat) (x y : R) : R :=
  sum (S n) (fun k => C n k * abel_factor x k * (y + INR (n - k)) ^ (n - k)).

(** At y = -x-n the sum is an n-th difference of a polynomial of degree n-1. *)
Lemma abel_at_root n x : abel_sum (S n) x (- x - INR (S n)) = 0.
Proof.
  transitivity (x * binomial_sum 1 (-1) (S n) (fun k => (x + INR k) ^ n)).
  - unfold abel_sum, binomial_sum. rewrite <- sum_scal. apply sum_ext_lt. intros k Hk.
    replace (- x - INR (S n) + INR (S n - k)) with (-1 * (x + INR k))
      by (rewrite minus_INR by lia; ring).
    rewrite Rpow_mult_distr, pow1.
    assert (E : abel_factor x k * (x + INR k) ^ (S n - k) = x * (x + INR k) ^ n).
    { destruct k as [|j].
      - cbn [abel_factor INR]. rewrite Nat.sub_0_r. cbn [pow]. rewrite Rplus_0_r. ring.
      - cbn [abel_factor]. replace n with (j + (S n - S j))%nat at 2 by lia.
        rewrite pow_add. ring. }
    transitivity (C (S n) k * (-1) ^ (S n - k) * (abel_factor x k * (x + INR k) ^ (S n - k))); [ring|].
    rewrite E. ring.
  - rewrite difference_zero by apply degree_lt_pow. ring.
Qed.

(** The derivative of a finite sum. *)
Lemma is_derive_sum n (f f' : nat -> R -> R) y :
  (forall k, (k < n)%nat -> is_derive (f k) y (f' k y)) ->
  is_derive (fun y => sum n (fun k => f k y)) y (sum n (fun k => f' k y)).
Proof.
  induction n as [|n IH]; intros H; cbn [base.Sums.sum].
  - apply (is_derive_const 0 y).
  - apply (is_derive_plus (fun y => sum n (fun k => f k y)) (f n)); [apply IH; intros k Hk|]; apply H; lia.
Qed.

(** The derivative of a power. *)
Lemma is_derive_power a b e y :
  is_derive (fun y => (a + y + b) ^ e) y (INR e * (a + y + b) ^ pred e).
Proof. auto_derive; [trivial|]. ring. Qed.

(** d/dy abel_sum (n+1) x y = (n+1) abel_sum n x (y+1). *)
Lemma abel_derive n x y :
  is_derive (fun y => abel_sum (S n) x y) y (INR (S n) * abel_sum n x (y + 1)).
Proof.
  set (f' := fun k y => C (S n) k * abel_factor x k
                        * (INR (S n - k) * (y + INR (S n - k)) ^ pred (S n - k))).
  replace (INR (S n) * abel_sum n x (y + 1)) with (sum (S (S n)) (fun k => f' k y)).
  - unfold abel_sum. apply is_derive_sum. intros k Hk. unfold f'.
    generalize (S n - k)%nat (C (S n) k * abel_factor x k). intros e c.
    auto_derive; [trivial|]. ring.
  - change (sum (S (S n)) (fun k => f' k y)) with (sum (S n) (fun k => f' k y) + f' (S n) y).
    replace (f' (S n) y) with 0 by (unfold f'; rewrite Nat.sub_diag; cbn [INR]; ring).
    rewrite Rplus_0_r. unfold abel_sum. rewrite <- sum_scal. apply sum_ext_lt. intros k Hk.
    unfold f'. replace (pred (S n - k)) with (n - k)%nat by lia.
    replace (y + 1 + INR (n - k)) with (y + INR (S n - k))
      by (replace (S n - k)%nat with (S (n - k)) by lia; rewrite S_INR; ring).
    transitivity (C (S n) k * INR (S n - k) * (abel_factor x k * (y + INR (S n - k)) ^ (n - k))); [ring|].
    rewrite C_absorb_right by lia. ring.
Qed.

(** A function whose derivative is 0 everywhere is constant. *)
Lemma constant_if_flat (f : R -> R) a b : (forall t, is_derive f t 0) -> f a = f b.
Proof.
  intros H.
  assert (W : forall u v, u < v -> f u = f v).
  { intros u v Huv. destruct (MVT_cor2 f (fun _ => 0) u v Huv) as (t & E & _); [|lra].
    intros t _. apply is_derive_Reals, H. }
  destruct (Rtotal_order a b) as [L|[->|L]]; [apply W, L|reflexivity|symmetry; apply W, L].
Qed.

(** Abel: sum_k C(n,k) x (x+k)^(k-1) (y+n-k)^(n-k) = (x+y+n)^n. *)
Theorem abel n x : forall y, abel_sum n x y = (x + y + INR n) ^ n.
Proof.
  induction n as [|n IH]; intros y.
  - unfold abel_sum. cbn. rewrite C_n_0. ring.
  - set (f := fun y => abel_sum (S n) x y - (x + y + INR (S n)) ^ S n).
    assert (Hflat : forall t, is_derive f t 0).
    { intros t. unfold f.
      replace 0 with (INR (S n) * abel_sum n x (t + 1)
                      - INR (S n) * (x + t + INR (S n)) ^ n).
      - apply (is_derive_minus (fun y => abel_sum (S n) x y) (fun y => (x + y + INR (S n)) ^ S n));
          [apply abel_derive|exact (is_derive_power x (INR (S n)) (S n) t)].
      - rewrite IH. replace (x + (t + 1) + INR n) with (x + t + INR (S n)) by (rewrite S_INR; ring). ring. }
    pose proof (constant_if_flat f y (- x - INR (S n)) Hflat) as E. unfold f in E.
    rewrite abel_at_root in E.
    replace (x + (- x - INR (S n)) + INR (S n)) with 0 in E by ring.
    rewrite (pow_ne_zero (S n)) in E by lia. lra.
Qed.

(** ** The nested form of xi *)

(** sum_k C(n,k) (x+k)^k (y+n-k)^(n-k). *)
Definition cauchy_sum (n : nat) (x y : R) : R :=
  sum (S n) (fun k => C n k * (x + INR k) ^ k * (y + INR (n - k)) ^ (n - k)).

(** From (x+k)^k = x (x+k)^(k-1) + k (x+k)^(k-1). *)
Lemma cauchy_step n x y :
  cauchy_sum (S n) x y = (x + y + INR (S n)) ^ S n + INR (S n) * cauchy_sum n (x + 1) y.
Proof.
  rewrite <- abel. unfold cauchy_sum, abel_sum.
  rewrite (sum_first (S n)), (sum_first (S n) (fun k => C (S n) k * abel_factor x k * _)).
  rewrite <- sum_scal, Rplus_assoc, <- sum_plus. f_equal.
  apply sum_ext_lt. intros j Hj. cbn [abel_factor].
  replace (S n - S j)%nat with (n - j)%nat by lia.
  replace (x + 1 + INR j) with (x + INR (S j)) by (rewrite S_INR; ring).
  rewrite <- (Rmult_assoc (INR (S n))), <- (Rmult_assoc (INR (S n))), <- C_absorb by lia.
  cbn [pow]. ring.
Qed.

(** The nested expression 1 + (n/m)(1 + ((n-1)/m)(1 + ...)). *)
Fixpoint nested (m n : nat) : R :=
  match n with O => 1 | S n => 1 + INR (S n) / INR m * nested m n end.

Lemma cauchy_nested m n : (1 <= m)%nat -> forall x y, x + y + INR n = INR m ->
  cauchy_sum n x y = INR m ^ n * nested m n.
Proof.
  intros Hm. assert (HM : 0 < INR m) by (apply lt_0_INR; lia).
  induction n as [|n IH]; intros x y E.
  - unfold cauchy_sum. cbn. rewrite C_n_0. ring.
  - rewrite cauchy_step, E, (IH (x + 1) y) by (rewrite S_INR in E; lra).
    cbn [nested pow]. field. lra.
Qed.

(** Lemma 2: xi(m) = 1 + (m/m)(1 + ((m-1)/m)(1 + ...)), that is
    sum_{j <= m} prod_{i < j} (1 - i/m). *)
Theorem xi_nested m : (1 <= m)%nat -> xi m = nested m m.
Proof.
  intros Hm. assert (HM : 0 < INR m) by (apply lt_0_INR; lia).
  assert (HP : 0 < INR m ^ m) by (apply pow_lt, HM).
  apply Rmult_eq_reg_l with (INR m ^ m); [|lra].
  rewrite <- (cauchy_nested m m Hm 0 0) by ring.
  unfold xi, cauchy_sum. rewrite <- sum_scal. apply sum_ext_lt. intros j Hj.
  replace (INR m ^ m) with (INR m ^ j * INR m ^ (m - j)) by (rewrite <- pow_add; f_equal; lia).
  transitivity (C m j * (INR m ^ j * (INR j / INR m) ^ j)
                * (INR m ^ (m - j) * (1 - INR j / INR m) ^ (m - j))); [ring|].
  rewrite <- !Rpow_mult_distr, !Rplus_0_l. f_equal; [f_equal|].
  - f_equal. field. lra.
  - f_equal. rewrite minus_INR by lia. field. lra.
Qed.

(** ** The bound *)

(** (a-j)(a-j+1)/(2a), for naturals j and a > 0. *)
Definition slack (a j : nat) : R := (INR a - INR j) * (INR a - INR j + 1) / (2 * INR a).

(** It is not negative: a product of consecutive integers is not. *)
Lemma slack_nonneg a j : (1 <= a)%nat -> 0 <= slack a j.
Proof.
  intros Ha. assert (0 < INR a) by (apply lt_0_INR; lia).
  apply Rmult_le_pos; [|left; apply Rinv_0_lt_compat; lra].
  destruct (le_lt_dec j a) as [Hle|Hgt].
  - apply le_INR in Hle. apply Rmult_le_pos; lra.
  - apply le_INR in Hgt. rewrite S_INR in Hgt.
    replace ((INR a - INR j) * (INR a - INR j + 1)) with ((INR j - INR a) * (INR j - INR a - 1)) by ring.
    apply Rmult_le_pos; lra.
Qed.

Lemma slack_step a j : (1 <= a)%nat -> slack a j = 1 - INR j / INR a + slack a (S j).
Proof. intros Ha. unfold slack. rewrite S_INR. field. apply not_0_INR. lia. Qed.

(** For every natural a >= 1 the nested expression at m - j is at most m/a + slack. *)
Lemma nested_le m a : (1 <= m)%nat -> (1 <= a)%nat ->
  forall n, (n <= m)%nat -> nested m n <= INR m / INR a + slack a (m - n).
Proof.
  intros Hm Ha. assert (HM : 0 < INR m) by (apply lt_0_INR; lia).
  assert (HA : 0 < INR a) by (apply lt_0_INR; lia).
  induction n as [|n IH]; intros Hn.
  - cbn [nested]. rewrite Nat.sub_0_r, slack_step by assumption.
    pose proof (slack_nonneg a (S m) Ha). lra.
  - specialize (IH ltac:(lia)). cbn [nested].
    set (j := (m - S n)%nat) in *. replace (m - n)%nat with (S j) in IH by (unfold j; lia).
    assert (EN : INR (S n) / INR m = 1 - INR j / INR m).
    { unfold j. rewrite minus_INR by assumption. field. lra. }
    assert (Hj : 0 <= INR j / INR m) by (apply Rmult_le_pos; [apply pos_INR|left; apply Rinv_0_lt_compat, HM]).
    assert (Hn0 : 0 <= INR (S n) / INR m) by (apply Rmult_le_pos; [apply pos_INR|left; apply Rinv_0_lt_compat, HM]).
    pose proof (slack_nonneg a (S j) Ha) as Hs.
    rewrite (slack_step a j Ha).
    apply Rle_trans with (1 + INR (S n) / INR m * (INR m / INR a + slack a (S j)));
      [apply Rplus_le_compat_l, Rmult_le_compat_l; assumption|].
    rewrite EN.
    replace (1 + (1 - INR j / INR m) * (INR m / INR a + slack a (S j)))
      with (1 + INR m / INR a - INR j / INR a + (1 - INR j / INR m) * slack a (S j)) by (field; lra).
    nra.
Qed.

(** xi(m) <= m/a + (a+1)/2 for every natural a >= 1. *)
Lemma xi_le m a : (1 <= m)%nat -> (1 <= a)%nat -> xi m <= INR m / INR a + (INR a + 1) / 2.
Proof.
  intros Hm Ha. rewrite (xi_nested m Hm).
  pose proof (nested_le m a Hm Ha m (le_n m)) as H. rewrite Nat.sub_diag in H.
  unfold slack in H. cbn [INR] in H. rewrite Rminus_0_r in H.
  replace (INR a * (INR a + 1) / (2 * INR a)) with ((INR a + 1) / 2) in H
    by (field; apply not_0_INR; lia).
  exact H.
Qed.

(** A natural a with a(a-1) <= 2m <= a(a+1). *)
Lemma best_natural m : (1 <= m)%nat ->
  exists a, (1 <= a)%nat /\ (a * (a - 1) <= 2 * m <= a * (a + 1))%nat.
Proof.
  intros Hm.
  assert (Hall : forall k, (2 * m <= k * (k + 1))%nat ->
    exists a, (1 <= a)%nat /\ (a * (a - 1) <= 2 * m <= a * (a + 1))%nat).
  { induction k as [|k IH]; intros Hk; [lia|].
    destruct (le_lt_dec (2 * m) (k * (k + 1))) as [Hle|Hgt]; [apply IH, Hle|].
    exists (S k). replace (S k - 1)%nat with k by lia. nia. }
  apply (Hall (2 * m)%nat). nia.
Qed.

(** Lemma 3: xi(m) <= 2 sqrt m for all m >= 1. *)
Theorem xi_le_2_sqrt m : (1 <= m)%nat -> xi m <= 2 * sqrt (INR m).
Proof.
  intros Hm. assert (HM : 1 <= INR m) by (change 1 with (INR 1); apply le_INR, Hm).
  destruct (best_natural m Hm) as (a & Ha & Hlow & Hhigh).
  assert (HA : 1 <= INR a) by (change 1 with (INR 1); apply le_INR, Ha).
  apply le_INR in Hlow. apply le_INR in Hhigh.
  rewrite !mult_INR, minus_INR in Hlow by assumption. rewrite !mult_INR, plus_INR in Hhigh.
  change (INR 2) with 2 in *. change (INR 1) with 1 in *.
  apply (Rle_trans _ _ _ (xi_le m a Hm Ha)).
  set (M := INR m) in *. set (L := INR a) in *.
  (* f = m/a + a/2 has f^2 = 2m + (m/a - a/2)^2 <= 2m + 1/4 *)
  set (f := M / L + L / 2).
  assert (Hd : - (1 / 2) <= M / L - L / 2 <= 1 / 2).
  { assert (E : L * (M / L - L / 2) = M - L * L / 2) by (field; lra).
    split; apply Rmult_le_reg_l with L; lra. }
  assert (Hf2 : f * f <= 2 * M + 1 / 4).
  { replace (f * f) with (2 * M + (M / L - L / 2) * (M / L - L / 2)) by (unfold f; field; lra). nra. }
  assert (Hf : f <= 2 * M - 1 / 2).
  { apply Rnot_lt_le. intros Hlt. nra. }
  replace (M / L + (L + 1) / 2) with (f + 1 / 2) by (unfold f; lra).
  assert (Hs : sqrt M * sqrt M = M) by (apply sqrt_sqrt; lra).
  pose proof (sqrt_pos M) as Hsp.
  apply Rnot_lt_le. intros Hlt. nra.
Qed.

(** The as-printed PAC-Bayes-kl theorem, with 2 sqrt m for xi(m): a smaller complexity term
    implies a larger one. *)
Theorem complexity_as_printed m delta KL : (1 <= m)%nat -> 0 < delta ->
  complexity m delta KL <= (KL + ln (2 * sqrt (INR m) / delta)) / INR m.
Proof.
  intros Hm Hd. pose proof (xi_ge_1 m Hm). pose proof (xi_le_2_sqrt m Hm).
  assert (HM : 0 < INR m) by (apply lt_0_INR; lia).
  unfold complexity, Rdiv at 1 3. apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat, HM|].
  apply Rplus_le_compat_l, ln_le; [apply Rdiv_lt_0_compat; lra|].
  apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat, Hd|assumption].
Qed.
