(** Weights as machine integers.

    A weight is a float: an odd integer times a power of two, or 0. One machine
    integer holds it as exponent + 256 (sign + 2 |odd integer|), the exponent
    counted from a power of two common to a layer, which Coq parses quickly. *)
From Coq Require Import Reals ZArith List Uint63 Lia Lra.
From Gapcert.certificate Require Import Program.
Import ListNotations.
Open Scope R_scope.

Definition decode (code : int) : Z :=
  let exponent := to_Z (code land 255)%uint63 in
  let negative := ((code >> 8) land 1 =? 1)%uint63 in
  let magnitude := Z.shiftl (to_Z (code >> 9)%uint63) exponent in
  if negative then (- magnitude)%Z else magnitude.

(** The matrices of a layer: rows of codes. *)
Definition matrix := list (list int).

Definition entry (rows : matrix) (i j : nat) : Z := decode (nth j (nth i rows []) 0%uint63).

(** The real weight of row i, column j, in units of 2^-scale. *)
Definition weight (scale : Z) (rows : matrix) (i j : nat) : R := IZR (entry rows i j) / IZR (2 ^ scale).

(** Every row has as many entries as there are columns. *)
Definition has_shape (height width : nat) (rows : matrix) : bool :=
  (length rows =? height)%nat && forallb (fun row => (length row =? width)%nat) rows.

Lemma has_shape_ok height width rows : has_shape height width rows = true ->
  length rows = height /\ forall i, (i < height)%nat -> length (nth i rows []) = width.
Proof.
  intros H. apply andb_prop in H. destruct H as [A B].
  apply Nat.eqb_eq in A. split; [assumption |].
  intros i Hi. rewrite forallb_forall in B.
  apply Nat.eqb_eq. apply B, nth_In. lia.
Qed.

Lemma decode_0 : decode 0%uint63 = 0%Z.
Proof. reflexivity. Qed.

(** ** Comparing exact numbers *)

(** n 2^-scale against a dyadic number, in integers. *)
Definition at_most_dyadic (n scale : Z) (d : dyadic) : bool :=
  match d with D m e => (n * 2 ^ Z.max 0 (- (scale + e)) <=? m * 2 ^ Z.max 0 (scale + e))%Z end.
Definition at_least_dyadic (n scale : Z) (d : dyadic) : bool :=
  match d with D m e => (m * 2 ^ Z.max 0 (scale + e) <=? n * 2 ^ Z.max 0 (- (scale + e)))%Z end.

Lemma power2_positive n : 0 < IZR (2 ^ Z.max 0 n).
Proof. apply IZR_lt, Z.pow_pos_nonneg; lia. Qed.

Lemma power2_split n : powerRZ 2 n * IZR (2 ^ Z.max 0 (- n)) = IZR (2 ^ Z.max 0 n).
Proof.
  assert (P : forall k, (0 <= k)%Z -> IZR (2 ^ k) = powerRZ 2 k).
  { intros k Hk. rewrite <- (Z2Nat.id k) by assumption.
    rewrite <- pow_powerRZ, pow_IZR. reflexivity. }
  rewrite !P by lia. rewrite <- powerRZ_add by lra. f_equal. lia.
Qed.

Lemma at_most_dyadic_ok n scale d : (0 <= scale)%Z -> at_most_dyadic n scale d = true ->
  IZR n / IZR (2 ^ scale) <= dyadicR d.
Proof.
  intros Hs H. destruct d as [m e]. cbn [at_most_dyadic dyadicR] in *.
  apply Z.leb_le, IZR_le in H. rewrite !mult_IZR, <- (power2_split (scale + e)) in H.
  pose proof (power2_positive (- (scale + e))) as P.
  assert (S : powerRZ 2 (scale + e) = IZR (2 ^ scale) * powerRZ 2 e).
  { rewrite powerRZ_add by lra. f_equal.
    rewrite <- (Z2Nat.id scale) by assumption. rewrite <- pow_powerRZ, pow_IZR. reflexivity. }
  rewrite S in H.
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
