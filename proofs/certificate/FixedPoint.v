(** Sums over 1..m, enclosed by integer arithmetic: numbers are kept in units of
    2^-bits and rounded down, and the roundings are counted. *)
From Coq Require Import Reals ZArith Lra Lia.
From Gapcert Require Import base.Sums certificate.Functions.
Open Scope R_scope.

(** What a division rounded down loses is less than one unit. *)
Lemma quotient_range a b : (0 < b)%Z -> IZR a / IZR b - 1 < IZR (a / b) <= IZR a / IZR b.
Proof.
  intros Hb. assert (Hpos : 0 < IZR b) by (now apply IZR_lt).
  pose proof (Z.div_mod a b ltac:(lia)) as E. pose proof (Z.mod_pos_bound a b Hb) as M.
  assert (Q : IZR a = IZR b * IZR (a / b) + IZR (a mod b))
    by (rewrite <- mult_IZR, <- plus_IZR; now f_equal).
  assert (0 <= IZR (a mod b) < IZR b) by (split; [apply IZR_le | apply IZR_lt]; lia).
  assert (D : IZR a / IZR b = IZR (a / b) + IZR (a mod b) / IZR b) by (rewrite Q; field; lra).
  assert (0 <= IZR (a mod b) / IZR b < 1).
  { split.
    - apply Rmult_le_pos; [lra |]. left. now apply Rinv_0_lt_compat.
    - apply Rmult_lt_reg_r with (IZR b); [assumption |].
      replace (IZR (a mod b) / IZR b * IZR b) with (IZR (a mod b)) by (field; lra). lra. }
  lra.
Qed.

(** ** The terms of xi(m) *)

(** The k-th factor, within [0, 1] up to k = m. *)
Lemma xi_factor_range m k : (0 < m)%nat -> (k <= m)%nat -> 0 <= (INR m - INR k) / INR m <= 1.
Proof.
  intros Hm Hk. assert (Hpos : 0 < INR m) by now apply lt_0_INR.
  pose proof (le_INR k m Hk). pose proof (pos_INR k). split.
  - apply Rmult_le_pos; [lra |]. left. now apply Rinv_0_lt_compat.
  - apply Rmult_le_reg_r with (INR m); [assumption |].
    replace ((INR m - INR k) / INR m * INR m) with (INR m - INR k) by (field; lra). lra.
Qed.

(** After place m all are 0. *)
Lemma xi_term_end m j : xi_term m (S m + j) = 0.
Proof.
  induction j as [| j IH].
  - rewrite Nat.add_0_r. cbn [xi_term]. unfold Rdiv. ring.
  - rewrite Nat.add_succ_r. cbn [xi_term]. rewrite IH. ring.
Qed.

Lemma xi_term_range m k : (0 < m)%nat -> 0 <= xi_term m k <= 1.
Proof.
  intros Hm. destruct (le_lt_dec k m) as [Hk | Hk].
  - induction k as [| k IH]; cbn [xi_term]; [lra |].
    specialize (IH ltac:(lia)). pose proof (xi_factor_range m k Hm ltac:(lia)). nra.
  - replace k with (S m + (k - S m))%nat by lia. rewrite xi_term_end. lra.
Qed.

Lemma xi_term_decreases m k : (0 < m)%nat -> xi_term m (S k) <= xi_term m k.
Proof.
  intros Hm. destruct (le_lt_dec k m) as [Hk | Hk].
  - cbn [xi_term]. pose proof (xi_term_range m k Hm). pose proof (xi_factor_range m k Hm Hk). nra.
  - replace (S k) with (S m + (k - m))%nat by lia. rewrite xi_term_end.
    now apply xi_term_range.
Qed.

(** ** Sums of them *)

(** Terms that decrease: what is left out is at most the first of it, each time. *)
Lemma sum_split_le f a b : (forall i, 0 <= f i) -> (forall i, f (S i) <= f i) ->
  sum b f <= sum a f + INR b * f a.
Proof.
  intros Hpos Hdec. pose proof (pos_INR b). pose proof (Hpos a).
  destruct (le_lt_dec b a) as [Hle | Hlt].
  - assert (sum b f <= sum a f); [| nra].
    induction Hle as [| c Hle IH]; [lra |]. cbn [sum]. pose proof (Hpos c).
    specialize (IH (Hpos c)). lra.
  - assert (D : forall j, f (a + j)%nat <= f a).
    { induction j as [| j IH]; [rewrite Nat.add_0_r; lra |].
      rewrite Nat.add_succ_r. specialize (Hdec (a + j)%nat). lra. }
    assert (L : forall j, sum (a + j) f <= sum a f + INR j * f a).
    { induction j as [| j IH]; [rewrite Nat.add_0_r; cbn [INR]; lra |].
      rewrite Nat.add_succ_r, S_INR. cbn [sum]. specialize (D j). lra. }
    specialize (L (b - a)%nat). replace (a + (b - a))%nat with b in L by lia.
    assert (INR (b - a) <= INR b) by (apply le_INR; lia). nra.
Qed.

Lemma sum_more f a b : (forall i, 0 <= f i) -> (a <= b)%nat -> sum a f <= sum b f.
Proof.
  intros Hpos Hle. induction Hle as [| b Hle IH]; [lra |]. cbn [sum]. specialize (Hpos b). lra.
Qed.

Lemma sum_after_end m k : (S m <= k)%nat -> sum k (xi_term m) = xi m.
Proof.
  intros Hk. replace k with (S m + (k - S m))%nat by lia.
  induction (k - S m)%nat as [| j IH]; [now rewrite Nat.add_0_r |].
  rewrite Nat.add_succ_r. cbn [sum]. rewrite xi_term_end, IH. ring.
Qed.

(** ** The loop *)

(** [term] and [total] at place [k]; at most [fuel] places, and no more after the
    first term 0. The result is (sum, place, its term). *)
Fixpoint xi_loop (m : Z) (fuel : nat) (k term total : Z) : Z * Z * Z :=
  match fuel with
  | O => (total, k, term)
  | S fuel =>
      if (term =? 0)%Z then (total, k, term)
      else xi_loop m fuel (k + 1) (term * (m - k) / m) (total + term)
  end.

(** At place [k], a term is at most k units too small, the sum at most k^2. *)
Definition xi_state (unit : R) (m k : nat) (term total : Z) : Prop :=
  (0 <= term)%Z /\ IZR term <= unit * xi_term m k <= IZR term + INR k /\
  IZR total <= unit * sum k (xi_term m) <= IZR total + INR k * INR k.

Lemma xi_step unit m k term total : (0 < m)%nat -> (term <> 0)%Z ->
  xi_state unit m k term total ->
  xi_state unit m (S k) (term * (Z.of_nat m - Z.of_nat k) / Z.of_nat m) (total + term).
Proof.
  intros Hm Hne (Ht & HT & HS).
  assert (Hk : (k <= m)%nat).
  { destruct (le_lt_dec k m) as [| Hgt]; [assumption | exfalso].
    replace k with (S m + (k - S m))%nat in HT by lia. rewrite xi_term_end in HT.
    assert (1 <= IZR term) by (apply IZR_le; lia). lra. }
  pose proof (xi_factor_range m k Hm Hk) as Hf. pose proof (pos_INR k).
  pose proof (quotient_range (term * (Z.of_nat m - Z.of_nat k)) (Z.of_nat m) ltac:(lia)) as Q.
  assert (Hpos : 0 < INR m) by now apply lt_0_INR.
  replace (IZR (term * (Z.of_nat m - Z.of_nat k)) / IZR (Z.of_nat m))
    with (IZR term * ((INR m - INR k) / INR m)) in Q.
  2:{ rewrite mult_IZR, minus_IZR, <- !INR_IZR_INZ. field. lra. }
  unfold xi_state. rewrite S_INR, plus_IZR. cbn [xi_term sum].
  set (f := (INR m - INR k) / INR m) in *.
  repeat split.
  - apply Z.div_pos; [apply Z.mul_nonneg_nonneg |]; lia.
  - nra.
  - nra.
  - nra.
  - nra.
Qed.

Lemma xi_loop_state unit m fuel : forall k term total, (0 < m)%nat ->
  xi_state unit m k term total ->
  let '(total', k', term') := xi_loop (Z.of_nat m) fuel (Z.of_nat k) term total in
  exists n, k' = Z.of_nat n /\ xi_state unit m n term' total'.
Proof.
  induction fuel as [| fuel IH]; intros k term total Hm H; cbn [xi_loop].
  - now exists k.
  - destruct (Z.eqb_spec term 0) as [| Hne]; [now exists k |].
    replace (Z.of_nat k + 1)%Z with (Z.of_nat (S k)) by lia.
    apply IH; [assumption |]. now apply xi_step.
Qed.

(** xi(m) in units of 2^-bits, from below and above. *)
Definition xi_bounds (m bits : Z) (fuel : nat) : Z * Z :=
  let '(total, k, term) := xi_loop m fuel 0 (2 ^ bits) 0 in
  (total, total + k * k + (m + 1) * (term + k))%Z.

Lemma pow2_positive bits : (0 <= bits)%Z -> 0 < IZR (2 ^ bits).
Proof. intros H. apply IZR_lt, Z.pow_pos_nonneg; lia. Qed.

(** From units to numbers. *)
Lemma in_units x unit lo hi : 0 < unit ->
  lo <= unit * x <= hi -> lo / unit <= x <= hi / unit.
Proof.
  intros Hu H.
  split; apply Rmult_le_reg_r with unit; try assumption;
    match goal with |- context [?h / unit * unit] =>
      replace (h / unit * unit) with h by (field; lra) end; lra.
Qed.

Theorem xi_bounds_ok m bits fuel lo hi : (0 < m)%Z -> (0 <= bits)%Z ->
  xi_bounds m bits fuel = (lo, hi) ->
  IZR lo / IZR (2 ^ bits) <= xi (Z.to_nat m) <= IZR hi / IZR (2 ^ bits).
Proof.
  intros Hm Hbits E. unfold xi_bounds in E. set (n := Z.to_nat m).
  assert (Hn : (0 < n)%nat) by (unfold n; lia).
  assert (Hmn : m = Z.of_nat n) by (unfold n; lia).
  pose proof (xi_loop_state (IZR (2 ^ bits)) n fuel 0 (2 ^ bits) 0 Hn) as L.
  rewrite <- Hmn in L. change (Z.of_nat 0) with 0%Z in L.
  destruct (xi_loop m fuel 0 (2 ^ bits) 0) as [[total k] term].
  injection E as <- <-.
  destruct L as (i & -> & Ht & HT & HS).
  { unfold xi_state. cbn [xi_term sum INR].
    repeat split; try lra. apply Z.pow_nonneg. lia. }
  apply in_units; [now apply pow2_positive |].
  assert (Hrange : forall i, 0 <= xi_term n i) by (intros; now apply xi_term_range).
  assert (Hdec : forall i, xi_term n (S i) <= xi_term n i) by (intros; now apply xi_term_decreases).
  pose proof (pow2_positive bits Hbits) as Hunit.
  rewrite !plus_IZR, !mult_IZR, !plus_IZR, <- !INR_IZR_INZ.
  split.
  - apply Rle_trans with (IZR (2 ^ bits) * sum i (xi_term n)); [lra |].
    apply Rmult_le_compat_l; [lra |].
    destruct (le_lt_dec i (S n)) as [Hi | Hi].
    + apply sum_more; assumption.
    + right. apply sum_after_end. lia.
  - pose proof (sum_split_le _ i (S n) Hrange Hdec) as Up. fold (xi n) in Up.
    replace (INR (S n)) with (IZR m + 1) in Up by (rewrite S_INR, Hmn, INR_IZR_INZ; reflexivity).
    assert (0 < IZR m) by now apply IZR_lt.
    apply Rle_trans with
      (IZR (2 ^ bits) * sum i (xi_term n) + (IZR m + 1) * (IZR (2 ^ bits) * xi_term n i)); nra.
Qed.

(** ** Harmonic numbers *)

(** Sum of the [fuel] terms unit/k, unit/(k+1), ..., each rounded down. *)
Fixpoint harmonic_loop (unit : Z) (fuel : nat) (k total : Z) : Z :=
  match fuel with
  | O => total
  | S fuel => harmonic_loop unit fuel (k + 1) (total + unit / k)
  end.

Lemma harmonic_loop_ok unit fuel : forall k total,
  IZR total <= IZR unit * sum k (fun i => 1 / INR (S i)) <= IZR total + INR k ->
  let total' := harmonic_loop unit fuel (Z.of_nat k + 1) total in
  IZR total' <= IZR unit * sum (fuel + k) (fun i => 1 / INR (S i)) <= IZR total' + INR (fuel + k).
Proof.
  induction fuel as [| fuel IH]; intros k total H; cbn [harmonic_loop]; [exact H |].
  replace (Z.of_nat k + 1)%Z with (Z.of_nat (S k)) by lia.
  replace (S fuel + k)%nat with (fuel + S k)%nat by lia.
  apply IH.
  pose proof (quotient_range unit (Z.of_nat (S k)) ltac:(lia)) as Q.
  rewrite <- INR_IZR_INZ in Q.
  cbn [sum]. rewrite plus_IZR.
  replace (IZR unit / INR (S k)) with (IZR unit * (1 / INR (S k))) in Q.
  - pose proof (S_INR k). lra.
  - field. apply not_0_INR. lia.
Qed.

(** H_n in units of 2^-bits. *)
Definition harmonic_bounds (n bits : Z) : Z * Z :=
  let total := harmonic_loop (2 ^ bits) (Z.to_nat n) 1 0 in (total, total + n)%Z.

Theorem harmonic_bounds_ok n bits lo hi : (0 <= n)%Z -> (0 <= bits)%Z ->
  harmonic_bounds n bits = (lo, hi) ->
  IZR lo / IZR (2 ^ bits) <= harmonic (IZR n) <= IZR hi / IZR (2 ^ bits).
Proof.
  intros Hn Hbits E. unfold harmonic_bounds in E. injection E as <- <-.
  pose proof (harmonic_loop_ok (2 ^ bits) (Z.to_nat n) 0 0) as L.
  cbn [sum INR] in L. change (Z.of_nat 0 + 1)%Z with 1%Z in L.
  specialize (L ltac:(lra)). cbv zeta in L.
  rewrite Nat.add_0_r, INR_IZR_INZ, Z2Nat.id in L by lia.
  unfold harmonic. rewrite natural_of_IZR.
  apply in_units; [now apply pow2_positive |].
  rewrite plus_IZR. exact L.
Qed.

(** ** Binomial coefficients *)

(** n (n-1) ... (n-k+1). *)
Fixpoint falling (n : Z) (k : nat) : Z :=
  match k with
  | O => 1
  | S k => falling (n - 1) k * n
  end.

Lemma falling_fact n k : (k <= n)%nat ->
  IZR (falling (Z.of_nat n) k) * INR (fact (n - k)) = INR (fact n).
Proof.
  revert n. induction k as [| k IH]; intros n Hk; cbn [falling].
  - rewrite Nat.sub_0_r. lra.
  - destruct n as [| n]; [lia |]. rewrite mult_IZR.
    replace (Z.of_nat (S n) - 1)%Z with (Z.of_nat n) by lia. cbn [Nat.sub].
    change (fact (S n)) with (S n * fact n)%nat. rewrite mult_INR, <- (IH n) by lia.
    rewrite (INR_IZR_INZ (S n)). ring.
Qed.

Theorem binomial_falling n k : (0 <= k <= n)%Z ->
  C (Z.to_nat n) (Z.to_nat k) = IZR (falling n (Z.to_nat k)) / IZR (falling k (Z.to_nat k)).
Proof.
  intros Hk. pose proof (falling_fact (Z.to_nat n) (Z.to_nat k) ltac:(lia)) as A.
  pose proof (falling_fact (Z.to_nat k) (Z.to_nat k) ltac:(lia)) as B.
  rewrite Z2Nat.id in A, B by lia. rewrite Nat.sub_diag in B. cbn [fact INR] in B.
  unfold C. rewrite <- A. rewrite Rmult_1_r in B. rewrite B.
  pose proof (INR_fact_neq_0 (Z.to_nat k)). pose proof (INR_fact_neq_0 (Z.to_nat n - Z.to_nat k)).
  field. now split.
Qed.
