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
