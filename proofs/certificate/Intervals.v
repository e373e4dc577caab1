(** The interval reading of each function of a program: CoqInterval's verified
    arithmetic, and what witnesses add to it.

    [encloses i x]: the interval [i] contains the real number x. CoqInterval's
    "not a number" interval contains every number, so that a failed operation is
    sound and a check on its result fails. *)
From Coq Require Import Reals ZArith Bool Lra Lia.
From Flocq Require Import Core.Raux.
From Interval Require Import Real.Xreal Interval.Interval Interval.Float_full.
From Interval Require Import Float.Basic Float.Sig.
From Gapcert.certificate Require Import Functions KlInverse FixedPoint Program.
Open Scope R_scope.

Module Intervals (F : FloatOps with Definition sensible_format := true).

Module I := FloatIntervalFull F.

Definition encloses (i : I.type) (x : R) : Prop := contains (I.convert i) (Xreal x).

(** ** Arithmetic *)

(** An interval that contains "not a number" contains everything. *)
Lemma encloses_any i x : contains (I.convert i) Xnan -> encloses i x.
Proof. unfold encloses. now destruct (I.convert i). Qed.

Lemma encloses_nai x : encloses I.nai x.
Proof. unfold encloses. now rewrite I.nai_correct. Qed.

(** A number between two of an interval is in it. *)
Lemma encloses_between i x y z : encloses i x -> encloses i z -> x <= y <= z -> encloses i y.
Proof. intros Hx Hz H. exact (contains_connected _ x z Hx Hz y H). Qed.

Section Arithmetic.
Variable p : I.precision.

Lemma add_ok i j x y : encloses i x -> encloses j y -> encloses (I.add p i j) (x + y).
Proof. apply (I.add_correct p). Qed.
Lemma sub_ok i j x y : encloses i x -> encloses j y -> encloses (I.sub p i j) (x - y).
Proof. apply (I.sub_correct p). Qed.
Lemma mul_ok i j x y : encloses i x -> encloses j y -> encloses (I.mul p i j) (x * y).
Proof. apply (I.mul_correct p). Qed.
Lemma neg_ok i x : encloses i x -> encloses (I.neg i) (- x).
Proof. apply I.neg_correct. Qed.
Lemma sqrt_ok i x : encloses i x -> encloses (I.sqrt p i) (sqrt x).
Proof. apply (I.sqrt_correct p). Qed.
Lemma exp_ok i x : encloses i x -> encloses (I.exp p i) (exp x).
Proof. apply (I.exp_correct p). Qed.
Lemma fromZ_ok n : encloses (I.fromZ p n) (IZR n).
Proof. apply I.fromZ_correct. Qed.
Lemma pi_ok : encloses (I.pi p) PI.
Proof. apply I.pi_correct. Qed.
Lemma ceil_ok i x : encloses i x -> encloses (I.nearbyint rnd_UP i) (ceiling x).
Proof. apply (I.nearbyint_correct rnd_UP). Qed.

Lemma div_ok i j x y : encloses i x -> encloses j y -> encloses (I.div p i j) (x / y).
Proof.
  intros Hx Hy. pose proof (I.div_correct p i j _ _ Hx Hy) as H.
  cbn [Xdiv Xbind2] in H. unfold Xdiv' in H.
  destruct (is_zero y); [now apply encloses_any | exact H].
Qed.

Lemma ln_ok i x : encloses i x -> encloses (I.ln p i) (ln x).
Proof.
  intros Hx. pose proof (I.ln_correct p i _ Hx) as H.
  cbn [Xbind] in H. unfold Xln' in H.
  destruct (is_positive x); [exact H | now apply encloses_any].
Qed.

Lemma power_ok i x n : encloses i x -> encloses (I.power_int p i n) (powerRZ x n).
Proof.
  intros Hx. pose proof (I.power_int_correct p n i _ Hx) as H.
  cbn [Xpower_int Xbind] in H. unfold Xpower_int' in H.
  destruct n as [| n | n]; [exact H | exact H |].
  destruct (is_zero x); [now apply encloses_any | exact H].
Qed.

Lemma join_ok_l i j x : encloses i x -> encloses (I.join i j) x.
Proof. intros H. apply I.join_correct. now left. Qed.
Lemma join_ok_r i j x : encloses j x -> encloses (I.join i j) x.
Proof. intros H. apply I.join_correct. now right. Qed.
Lemma join_between i j x y z : encloses i x -> encloses j z -> x <= y <= z -> encloses (I.join i j) y.
Proof.
  intros Hx Hz. apply encloses_between; [now apply join_ok_l | now apply join_ok_r].
Qed.

(** Exact as far as the precision holds n. *)
Definition dyadicI (d : dyadic) : I.type :=
  match d with
  | D n Z0 => I.fromZ p n
  | D n (Zpos e) => I.mul p (I.fromZ p n) (I.power_int p (I.fromZ p 2) (Zpos e))
  | D n (Zneg e) => I.div p (I.fromZ p n) (I.power_int p (I.fromZ p 2) (Zpos e))
  end.

Lemma dyadicI_ok d : encloses (dyadicI d) (dyadicR d).
Proof.
  destruct d as [n [| e | e]]; cbn [dyadicI dyadicR].
  - replace (IZR n * powerRZ 2 0) with (IZR n) by (cbn; ring). apply fromZ_ok.
  - apply mul_ok; [| apply power_ok]; apply fromZ_ok.
  - change (powerRZ 2 (Zneg e)) with (/ powerRZ 2 (Zpos e)).
    apply div_ok; [| apply power_ok]; apply fromZ_ok.
Qed.

(** ** Decisions *)

Definition certainly_nonneg (i : I.type) : bool :=
  match I.sign_large i with Xgt | Xeq => true | _ => false end.
Definition certainly_positive (i : I.type) : bool :=
  match I.sign_strict i with Xgt => true | _ => false end.

Lemma nonneg_ok i x : certainly_nonneg i = true -> encloses i x -> 0 <= x.
Proof.
  unfold certainly_nonneg. intros H Hx. pose proof (I.sign_large_correct i) as S.
  destruct (I.sign_large i); try discriminate; specialize (S _ Hx).
  - injection S. lra.
  - exact (proj2 S).
Qed.

Lemma positive_ok i x : certainly_positive i = true -> encloses i x -> 0 < x.
Proof.
  unfold certainly_positive. intros H Hx. pose proof (I.sign_strict_correct i) as S.
  destruct (I.sign_strict i); try discriminate. exact (proj2 (S _ Hx)).
Qed.

(** i <= j and i < j, as far as the intervals tell. *)
Definition le (i j : I.type) : bool := certainly_nonneg (I.sub p j i).
Definition lt (i j : I.type) : bool := certainly_positive (I.sub p j i).

Lemma le_ok i j x y : le i j = true -> encloses i x -> encloses j y -> x <= y.
Proof.
  intros H Hx Hy. pose proof (nonneg_ok _ (y - x) H (sub_ok _ _ _ _ Hy Hx)). lra.
Qed.

Lemma lt_ok i j x y : lt i j = true -> encloses i x -> encloses j y -> x < y.
Proof.
  intros H Hx Hy. pose proof (positive_ok _ (y - x) H (sub_ok _ _ _ _ Hy Hx)). lra.
Qed.

(** The operand is exactly the integer n. *)
Definition is_integer (i : I.type) (n : Z) : bool := le i (I.fromZ p n) && le (I.fromZ p n) i.

Lemma is_integer_ok i x n : is_integer i n = true -> encloses i x -> x = IZR n.
Proof.
  intros H Hx. apply andb_prop in H. destruct H as [A B].
  pose proof (le_ok _ _ _ _ A Hx (fromZ_ok n)).
  pose proof (le_ok _ _ _ _ B (fromZ_ok n) Hx). lra.
Qed.

(** ** Functions *)

(** Zero, or certainly positive. *)
Definition cbrtI (i : I.type) : I.type :=
  if certainly_positive i then I.exp p (I.div p (I.ln p i) (I.fromZ p 3))
  else if is_integer i 0 then I.fromZ p 0 else I.nai.

Lemma cbrtI_ok i x : encloses i x -> encloses (cbrtI i) (cbrt x).
Proof.
  intros Hx. unfold cbrtI. destruct (certainly_positive i) eqn:P.
  - rewrite cbrt_positive by exact (positive_ok _ _ P Hx).
    apply exp_ok, div_ok; [now apply ln_ok | apply fromZ_ok].
  - destruct (is_integer i 0) eqn:Z0; [| apply encloses_nai].
    rewrite (is_integer_ok _ _ _ Z0 Hx), cbrt_0. apply (fromZ_ok 0).
Qed.

(** Where the intervals do not tell which, either may be. *)
Definition minI (i j : I.type) : I.type :=
  if le i j then i else if le j i then j else I.join i j.

Lemma minI_ok i j x y : encloses i x -> encloses j y -> encloses (minI i j) (Rmin x y).
Proof.
  intros Hx Hy. unfold minI. destruct (le i j) eqn:A.
  - now rewrite Rmin_left by exact (le_ok _ _ _ _ A Hx Hy).
  - destruct (le j i) eqn:B.
    + now rewrite Rmin_right by exact (le_ok _ _ _ _ B Hy Hx).
    + destruct (Rle_lt_dec x y) as [H | H].
      * rewrite Rmin_left by assumption. now apply join_ok_l.
      * rewrite Rmin_right by lra. now apply join_ok_r.
Qed.

Definition maxI (i j : I.type) : I.type := I.neg (minI (I.neg i) (I.neg j)).

Lemma maxI_ok i j x y : encloses i x -> encloses j y -> encloses (maxI i j) (Rmax x y).
Proof.
  intros Hx Hy. replace (Rmax x y) with (- Rmin (- x) (- y)).
  - apply neg_ok, minI_ok; now apply neg_ok.
  - rewrite <- Ropp_Rmax. ring.
Qed.

(** At q = 0 the first term is 0. *)
Definition klI (q r : I.type) : I.type :=
  let one := I.fromZ p 1 in
  let tails := I.mul p (I.sub p one q) (I.ln p (I.div p (I.sub p one q) (I.sub p one r))) in
  if is_integer q 0 then tails
  else I.add p (I.mul p q (I.ln p (I.div p q r))) tails.

Lemma klI_ok i j q r : encloses i q -> encloses j r -> encloses (klI i j) (kl q r).
Proof.
  intros Hq Hr. unfold klI, kl.
  pose proof (fromZ_ok 1) as One.
  assert (Tails : encloses
    (I.mul p (I.sub p (I.fromZ p 1) i)
       (I.ln p (I.div p (I.sub p (I.fromZ p 1) i) (I.sub p (I.fromZ p 1) j))))
    ((1 - q) * ln ((1 - q) / (1 - r)))).
  { apply mul_ok; [| apply ln_ok, div_ok]; now apply sub_ok. }
  destruct (is_integer i 0) eqn:Z0.
  - rewrite (is_integer_ok _ _ _ Z0 Hq) at 1. rewrite Rmult_0_l, Rplus_0_l. exact Tails.
  - apply add_ok; [| exact Tails].
    apply mul_ok; [assumption |]. now apply ln_ok, div_ok.
Qed.

(** w is an upper value of the inverse: it is 1 or more, or kl at (qhi, w) is at
    least c. *)
Definition kl_inv_below (q c : I.type) (qhi w : dyadic) : bool :=
  let one := I.fromZ p 1 in
  let (Q, W) := (dyadicI qhi, dyadicI w) in
  certainly_nonneg q && le q Q &&
  ((le Q one && le one W) || (le Q W && certainly_positive W && lt W one && le c (klI Q W))).

Lemma kl_inv_below_ok i j q c qhi w :
  kl_inv_below i j qhi w = true -> encloses i q -> encloses j c -> kl_inv q c <= dyadicR w.
Proof.
  intros H Hq Hc. unfold kl_inv_below in H.
  pose proof (dyadicI_ok qhi) as HQ. pose proof (dyadicI_ok w) as HW.
  pose proof (fromZ_ok 1) as One.
  apply andb_prop in H. destruct H as [H Cases].
  apply andb_prop in H. destruct H as [H0 Hle].
  pose proof (nonneg_ok _ _ H0 Hq). pose proof (le_ok _ _ _ _ Hle Hq HQ).
  apply orb_prop in Cases. destruct Cases as [Cases | Cases].
  - apply andb_prop in Cases. destruct Cases as [A B].
    pose proof (le_ok _ _ _ _ A HQ One). pose proof (le_ok _ _ _ _ B One HW).
    pose proof (kl_inv_at_most_1 q c). lra.
  - apply andb_prop in Cases. destruct Cases as [Cases K].
    apply andb_prop in Cases. destruct Cases as [Cases L].
    apply andb_prop in Cases. destruct Cases as [A P].
    apply kl_inv_upper with (qhi := dyadicR qhi); try assumption.
    + exact (le_ok _ _ _ _ A HQ HW).
    + exact (positive_ok _ _ P HW).
    + exact (lt_ok _ _ _ _ L HW One).
    + exact (le_ok _ _ _ _ K Hc (klI_ok _ _ _ _ HQ HW)).
Qed.

(** w is a lower value: it is at most q, or kl at (qlo, w) is at most c. *)
Definition kl_inv_above (q c : I.type) (qlo w : dyadic) : bool :=
  let one := I.fromZ p 1 in
  let (Q, W) := (dyadicI qlo, dyadicI w) in
  le W q ||
  (certainly_nonneg Q && le Q q && le Q W && certainly_positive W && lt W one && le (klI Q W) c).

Lemma kl_inv_above_ok i j q c qlo w :
  kl_inv_above i j qlo w = true -> encloses i q -> encloses j c -> dyadicR w <= kl_inv q c.
Proof.
  intros H Hq Hc. unfold kl_inv_above in H.
  pose proof (dyadicI_ok qlo) as HQ. pose proof (dyadicI_ok w) as HW.
  pose proof (fromZ_ok 1) as One.
  apply orb_prop in H. destruct H as [H | H].
  - pose proof (le_ok _ _ _ _ H HW Hq). pose proof (kl_inv_at_least q c). lra.
  - apply andb_prop in H. destruct H as [H K].
    apply andb_prop in H. destruct H as [H L].
    apply andb_prop in H. destruct H as [H P].
    apply andb_prop in H. destruct H as [H A].
    apply andb_prop in H. destruct H as [H0 B].
    apply kl_inv_lower with (qlo := dyadicR qlo).
    + exact (nonneg_ok _ _ H0 HQ).
    + exact (le_ok _ _ _ _ B HQ Hq).
    + exact (positive_ok _ _ P HW).
    + exact (lt_ok _ _ _ _ L HW One).
    + exact (le_ok _ _ _ _ A HQ HW).
    + exact (le_ok _ _ _ _ K (klI_ok _ _ _ _ HQ HW) Hc).
Qed.

Definition kl_invI (q c : I.type) (qlo qhi lo hi : dyadic) : I.type :=
  if kl_inv_below q c qhi hi && kl_inv_above q c qlo lo
  then I.join (dyadicI lo) (dyadicI hi) else I.nai.

Lemma kl_invI_ok i j q c qlo qhi lo hi :
  encloses i q -> encloses j c -> encloses (kl_invI i j qlo qhi lo hi) (kl_inv q c).
Proof.
  intros Hq Hc. unfold kl_invI.
  destruct (kl_inv_below i j qhi hi && kl_inv_above i j qlo lo) eqn:H; [| apply encloses_nai].
  apply andb_prop in H. destruct H as [B A].
  apply join_between with (x := dyadicR lo) (z := dyadicR hi); try apply dyadicI_ok.
  split; [now apply (kl_inv_above_ok i j q c qlo) | now apply (kl_inv_below_ok i j q c qhi)].
Qed.

(** An interval from integers in units of 2^-bits. *)
Definition unitsI (bounds : Z * Z) (bits : Z) : I.type :=
  let scale := I.fromZ p (2 ^ bits) in
  I.join (I.div p (I.fromZ p (fst bounds)) scale) (I.div p (I.fromZ p (snd bounds)) scale).

Lemma unitsI_ok lo hi bits x :
  IZR lo / IZR (2 ^ bits) <= x <= IZR hi / IZR (2 ^ bits) -> encloses (unitsI (lo, hi) bits) x.
Proof.
  intros H. unfold unitsI. cbn [fst snd].
  apply join_between with (x := IZR lo / IZR (2 ^ bits)) (z := IZR hi / IZR (2 ^ bits));
    try assumption; apply div_ok; apply fromZ_ok.
Qed.

Definition ln_xiI (i : I.type) (m terms bits : Z) : I.type :=
  if is_integer i m && (0 <? m)%Z && (0 <=? bits)%Z
  then I.ln p (unitsI (xi_bounds m bits (Z.to_nat terms)) bits) else I.nai.

Lemma ln_xiI_ok i x m terms bits : encloses i x -> encloses (ln_xiI i m terms bits) (ln_xi x).
Proof.
  intros Hx. unfold ln_xiI.
  destruct (is_integer i m && (0 <? m)%Z && (0 <=? bits)%Z) eqn:H; [| apply encloses_nai].
  apply andb_prop in H. destruct H as [H Hbits]. apply Z.leb_le in Hbits.
  apply andb_prop in H. destruct H as [Hm Hpos]. apply Z.ltb_lt in Hpos.
  rewrite (is_integer_ok _ _ _ Hm Hx). unfold ln_xi. rewrite natural_of_IZR.
  destruct (xi_bounds m bits (Z.to_nat terms)) as [lo hi] eqn:E.
  apply ln_ok, unitsI_ok. now apply (xi_bounds_ok m bits (Z.to_nat terms)).
Qed.

Definition harmonicI (i : I.type) (n bits : Z) : I.type :=
  if is_integer i n && (0 <=? n)%Z && (0 <=? bits)%Z
  then unitsI (harmonic_bounds n bits) bits else I.nai.

Lemma harmonicI_ok i x n bits : encloses i x -> encloses (harmonicI i n bits) (harmonic x).
Proof.
  intros Hx. unfold harmonicI.
  destruct (is_integer i n && (0 <=? n)%Z && (0 <=? bits)%Z) eqn:H; [| apply encloses_nai].
  apply andb_prop in H. destruct H as [H Hbits]. apply Z.leb_le in Hbits.
  apply andb_prop in H. destruct H as [Hn Hpos]. apply Z.leb_le in Hpos.
  rewrite (is_integer_ok _ _ _ Hn Hx).
  destruct (harmonic_bounds n bits) as [lo hi] eqn:E.
  apply unitsI_ok. now apply (harmonic_bounds_ok n bits).
Qed.

Definition ln_binomialI (n k : Z) : I.type :=
  if (0 <=? k)%Z && (k <=? n)%Z
  then I.ln p (I.div p (I.fromZ p (falling n (Z.to_nat k))) (I.fromZ p (falling k (Z.to_nat k))))
  else I.nai.

Lemma ln_binomialI_ok n k : encloses (ln_binomialI n k) (ln_binomial n k).
Proof.
  unfold ln_binomialI, ln_binomial.
  destruct ((0 <=? k)%Z && (k <=? n)%Z) eqn:H; [| apply encloses_nai].
  apply andb_prop in H. destruct H as [A B].
  apply Z.leb_le in A. apply Z.leb_le in B.
  rewrite binomial_falling by lia. apply ln_ok, div_ok; apply fromZ_ok.
Qed.

(** Between 0 and the value at t. *)
Definition peelingI (i : I.type) (t : dyadic) : I.type :=
  let T := dyadicI t in
  let one := I.fromZ p 1 in
  let two := I.fromZ p 2 in
  let a := I.exp p (I.mul p (I.sub p i one) (I.ln p two)) in
  let u := I.add p one (I.mul p a (I.sub p (I.exp p (I.div p (I.mul p T T) two)) one)) in
  let root := I.sqrt p (I.sub p (I.mul p u u) one) in
  if certainly_positive T
  then I.join (I.fromZ p 0) (I.div p (I.ln p (I.add p u root)) T) else I.nai.

Lemma peelingI_ok i x t : encloses i x -> encloses (peelingI i t) (peeling x).
Proof.
  intros Hx. unfold peelingI. pose proof (dyadicI_ok t) as HT.
  destruct (certainly_positive (dyadicI t)) eqn:P; [| apply encloses_nai].
  pose proof (positive_ok _ _ P HT) as Ht.
  apply join_between with (x := 0) (z := peeling_at x (dyadicR t)).
  - apply (fromZ_ok 0).
  - unfold peeling_at, peeling_cosh, Rpower.
    pose proof (fromZ_ok 1) as One. pose proof (fromZ_ok 2) as Two.
    assert (U : encloses
      (I.add p (I.fromZ p 1)
         (I.mul p (I.exp p (I.mul p (I.sub p i (I.fromZ p 1)) (I.ln p (I.fromZ p 2))))
            (I.sub p (I.exp p (I.div p (I.mul p (dyadicI t) (dyadicI t)) (I.fromZ p 2)))
               (I.fromZ p 1))))
      (1 + exp ((x - 1) * ln 2) * (exp (dyadicR t * dyadicR t / 2) - 1))).
    { apply add_ok; [exact One |]. apply mul_ok.
      - apply exp_ok, mul_ok; [now apply sub_ok | now apply ln_ok].
      - apply sub_ok; [| exact One]. apply exp_ok, div_ok; [| exact Two]. now apply mul_ok. }
    apply div_ok; [| exact HT]. apply ln_ok, add_ok; [exact U |].
    apply sqrt_ok, sub_ok; [| exact One]. now apply mul_ok.
  - split; [apply peeling_nonneg | now apply peeling_upper].
Qed.

Definition grid_exponentI (v s b : I.type) (lo hi : Z) : I.type :=
  if certainly_positive v && certainly_positive s && lt (I.fromZ p 1) b
     && le v (I.mul p s (I.power_int p b hi))
     && lt (I.mul p s (I.power_int p b (lo - 1))) v
  then I.join (I.fromZ p lo) (I.fromZ p hi) else I.nai.

Lemma grid_exponentI_ok i j k v s b lo hi :
  encloses i v -> encloses j s -> encloses k b ->
  encloses (grid_exponentI i j k lo hi) (grid_exponent v s b).
Proof.
  intros Hv Hs Hb. unfold grid_exponentI.
  match goal with |- context [if ?c then _ else _] => destruct c eqn:H end; [| apply encloses_nai].
  apply andb_prop in H. destruct H as [H Low].
  apply andb_prop in H. destruct H as [H Up].
  apply andb_prop in H. destruct H as [H B].
  apply andb_prop in H. destruct H as [V S].
  pose proof (positive_ok _ _ V Hv) as V0. pose proof (positive_ok _ _ S Hs) as S0.
  pose proof (lt_ok _ _ _ _ B (fromZ_ok 1) Hb) as B1.
  apply join_between with (x := IZR lo) (z := IZR hi); try apply fromZ_ok.
  split.
  - apply grid_exponent_lower; try assumption.
    exact (lt_ok _ _ _ _ Low (mul_ok _ _ _ _ Hs (power_ok _ _ _ Hb)) Hv).
  - apply grid_exponent_upper; try assumption.
    exact (le_ok _ _ _ _ Up Hv (mul_ok _ _ _ _ Hs (power_ok _ _ _ Hb))).
Qed.

End Arithmetic.
End Intervals.
