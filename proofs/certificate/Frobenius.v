(** The squared Frobenius distance of two weight matrices, as an exact integer. *)
From Coq Require Import Reals ZArith List Bool Uint63 Lia Lra.
From Gapcert Require Import base.Sums certificate.Program certificate.Decimal certificate.Weights.
Import ListNotations.
Open Scope R_scope.

(** sum over all entries of (model - prior)^2. *)
Definition distance_squared (scale : Z) (height width : nat) (model prior : matrix) : R :=
  sum height (fun i => sum width (fun j =>
    (weight scale model i j - weight scale prior i j) ^ 2)).

(** The prior whose weights are all zero. *)
Definition zero_matrix : matrix := [].

Lemma zero_matrix_weight scale i j : weight scale zero_matrix i j = 0.
Proof. unfold weight, entry. destruct i, j; cbn [nth zero_matrix]; rewrite decode_0; unfold Rdiv; ring. Qed.

(** ** The same sum in integers; missing entries are 0 *)

Fixpoint row_distance (a b : list int) (total : Z) : Z :=
  match a with
  | [] => total
  | x :: a =>
      let d := (decode x - decode (hd 0%uint63 b))%Z in
      row_distance a (tl b) (total + d * d)
  end.

Fixpoint rows_distance (a b : matrix) (total : Z) : Z :=
  match a with
  | [] => total
  | x :: a => rows_distance a (tl b) (row_distance x (hd [] b) total)
  end.

Lemma sum_first n f : sum (S n) f = f 0%nat + sum n (fun i => f (S i)).
Proof.
  induction n as [| n IH]; [cbn [sum]; lra |].
  change (sum (S (S n)) f) with (sum (S n) f + f (S n)). rewrite IH. cbn [sum]. lra.
Qed.

Lemma nth_tl {A} (l : list A) i d : nth i (tl l) d = nth (S i) l d.
Proof. destruct l; [now destruct i |]. reflexivity. Qed.

Lemma nth_hd {A} (l : list A) d : nth 0 l d = hd d l.
Proof. now destruct l. Qed.

Definition difference (a b : list int) (j : nat) : R :=
  IZR (decode (nth j a 0%uint63) - decode (nth j b 0%uint63)).

Lemma row_distance_ok a : forall b total,
  IZR (row_distance a b total) = IZR total + sum (length a) (fun j => difference a b j ^ 2).
Proof.
  induction a as [| x a IH]; intros b total; cbn [row_distance length]; [cbn [sum]; lra |].
  rewrite IH, sum_first, plus_IZR, mult_IZR.
  rewrite (sum_ext (length a) (fun i => difference (x :: a) b (S i) ^ 2)
             (fun i => difference a (tl b) i ^ 2)).
  - unfold difference at 2. cbn [nth]. rewrite nth_hd. ring.
  - intros i. unfold difference. now rewrite nth_tl.
Qed.

Lemma rows_distance_ok a : forall b total,
  IZR (rows_distance a b total) = IZR total +
    sum (length a) (fun i => sum (length (nth i a []))
      (fun j => difference (nth i a []) (nth i b []) j ^ 2)).
Proof.
  induction a as [| x a IH]; intros b total; cbn [rows_distance length]; [cbn [sum]; lra |].
  rewrite IH, sum_first, row_distance_ok. cbn [nth]. rewrite nth_hd.
  rewrite (sum_ext (length a)
    (fun i => sum (length (nth i a [])) (fun j => difference (nth i a []) (nth (S i) b []) j ^ 2))
    (fun i => sum (length (nth i a [])) (fun j => difference (nth i a []) (nth i (tl b) []) j ^ 2))).
  - lra.
  - intros i. now rewrite nth_tl.
Qed.

Lemma sum_ext_below n f g : (forall i, (i < n)%nat -> f i = g i) -> sum n f = sum n g.
Proof.
  induction n as [| n IH]; intros H; cbn [sum]; [reflexivity |].
  rewrite IH by (intros; apply H; lia). now rewrite H by lia.
Qed.

(** The integer sum is the distance, in units of 2^(-2 scale). *)
Theorem distance_exact scale height width model prior :
  (0 <= scale)%Z -> has_shape height width model = true ->
  distance_squared scale height width model prior
  = IZR (rows_distance model prior 0) / IZR (2 ^ (2 * scale)).
Proof.
  intros Hs H. apply has_shape_ok in H. destruct H as [Hh Hw].
  assert (U : 0 < IZR (2 ^ scale)) by (apply IZR_lt, Z.pow_pos_nonneg; lia).
  rewrite rows_distance_ok, Rplus_0_l, Hh. unfold distance_squared.
  replace (2 * scale)%Z with (scale + scale)%Z by lia.
  rewrite Z.pow_add_r, mult_IZR by lia.
  unfold Rdiv. rewrite Rmult_comm, <- sum_scal.
  apply sum_ext_below. intros i Hi. rewrite Hw by assumption. rewrite <- sum_scal.
  apply sum_ext. intros j. unfold weight, difference, entry. rewrite minus_IZR.
  field. lra.
Qed.

(** ... within what a certificate says. *)
Definition distance_within (scale : Z) (height width : nat) (model prior : matrix)
  (lo hi : dyadic) : bool :=
  let total := rows_distance model prior 0 in
  (0 <=? scale)%Z && has_shape height width model &&
  at_least_dyadic total (2 * scale) lo && at_most_dyadic total (2 * scale) hi.

Theorem distance_certified scale height width model prior lo hi :
  distance_within scale height width model prior lo hi = true ->
  dyadicR lo <= distance_squared scale height width model prior <= dyadicR hi.
Proof.
  intros H. unfold distance_within in H.
  apply andb_prop in H. destruct H as [H Hi].
  apply andb_prop in H. destruct H as [H Lo].
  apply andb_prop in H. destruct H as [Hs Hshape]. apply Z.leb_le in Hs.
  rewrite distance_exact by assumption.
  split; [apply at_least_dyadic_ok | apply at_most_dyadic_ok]; try assumption; lia.
Qed.
