(** Comparing exact numbers: n 2^e with fractions and with integers in units of a
    power of two, by integers alone. *)
From Coq Require Import Reals ZArith Bool Lra Lia.
From Gapcert.certificate Require Import Program.
Open Scope R_scope.

Lemma power2_positive n : 0 < IZR (2 ^ Z.max 0 n).
Proof. apply IZR_lt, Z.pow_pos_nonneg; lia. Qed.

Lemma power2_powerRZ k : (0 <= k)%Z -> IZR (2 ^ k) = powerRZ 2 k.
Proof.
  intros Hk. rewrite <- (Z2Nat.id k) by assumption.
  rewrite <- pow_powerRZ, pow_IZR. reflexivity.
Qed.

(** 2^n is a quotient of two integers, one of them 1. *)
Lemma power2_split n : powerRZ 2 n * IZR (2 ^ Z.max 0 (- n)) = IZR (2 ^ Z.max 0 n).
Proof.
  rewrite !power2_powerRZ by lia. rewrite <- powerRZ_add by lra. f_equal. lia.
Qed.

(** n 2^e <= p/q. *)
Definition below_fraction (d : dyadic) (p q : Z) : bool :=
  match d with
  | D n e => (0 <? q)%Z && (n * 2 ^ Z.max 0 e * q <=? p * 2 ^ Z.max 0 (- e))%Z
  end.

Theorem below_fraction_ok d p q : below_fraction d p q = true -> dyadicR d <= IZR p / IZR q.
Proof.
  destruct d as [n e]. cbn [below_fraction dyadicR]. intros H.
  apply andb_prop in H. destruct H as [Hq H].
  apply Z.ltb_lt, IZR_lt in Hq. apply Z.leb_le, IZR_le in H.
  rewrite !mult_IZR, <- power2_split in H.
  pose proof (power2_positive (- e)) as P.
  apply Rmult_le_reg_r with (IZR q); [assumption |].
  replace (IZR p / IZR q * IZR q) with (IZR p) by (field; lra).
  apply Rmult_le_reg_r with (IZR (2 ^ Z.max 0 (- e))); [assumption |]. lra.
Qed.

(** An upper end, and a fraction above it: how a theorem is said in decimals. *)
Theorem said_in_decimals value hi p q :
  value <= dyadicR hi -> below_fraction hi p q = true -> value <= IZR p / IZR q.
Proof. intros V H. apply Rle_trans with (1 := V). now apply below_fraction_ok. Qed.

(** n 2^-scale against a dyadic number. *)
Definition at_most_dyadic (n scale : Z) (d : dyadic) : bool :=
  match d with D m e => (n * 2 ^ Z.max 0 (- (scale + e)) <=? m * 2 ^ Z.max 0 (scale + e))%Z end.
Definition at_least_dyadic (n scale : Z) (d : dyadic) : bool :=
  match d with D m e => (m * 2 ^ Z.max 0 (scale + e) <=? n * 2 ^ Z.max 0 (- (scale + e)))%Z end.

Lemma at_most_dyadic_ok n scale d : (0 <= scale)%Z -> at_most_dyadic n scale d = true ->
  IZR n / IZR (2 ^ scale) <= dyadicR d.
Proof.
  intros Hs H. destruct d as [m e]. cbn [at_most_dyadic dyadicR] in *.
  apply Z.leb_le, IZR_le in H. rewrite !mult_IZR, <- (power2_split (scale + e)) in H.
  pose proof (power2_positive (- (scale + e))) as P.
  rewrite powerRZ_add, <- (power2_powerRZ scale) in H by (assumption || lra).
  assert (U : 0 < IZR (2 ^ scale)) by (apply IZR_lt, Z.pow_pos_nonneg; lia).
  apply Rmult_le_reg_r with (IZR (2 ^ scale)); [assumption |].
  replace (IZR n / IZR (2 ^ scale) * IZR (2 ^ scale)) with (IZR n) by (field; lra).
  apply Rmult_le_reg_r with (IZR (2 ^ Z.max 0 (- (scale + e)))); [assumption |]. lra.
Qed.

Lemma at_least_dyadic_ok n scale d : (0 <= scale)%Z -> at_least_dyadic n scale d = true ->
  dyadicR d <= IZR n / IZR (2 ^ scale).
Proof.
  intros Hs H. destruct d as [m e].
  pose proof (at_most_dyadic_ok (- n) scale (D (- m) e) Hs) as A.
  cbn [at_most_dyadic at_least_dyadic dyadicR] in *.
  rewrite !opp_IZR in A. unfold Rdiv in *. apply Z.leb_le in H.
  assert (B : - IZR n * / IZR (2 ^ scale) <= - IZR m * powerRZ 2 e); [| lra].
  apply A. apply Z.leb_le. rewrite !Z.mul_opp_l. lia.
Qed.
