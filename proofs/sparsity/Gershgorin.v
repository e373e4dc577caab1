(** A Gershgorin bound on the operator norm of a matrix.

    If the sums of |<w_i, w_j>| over j are at most lam for every row w_i, then
    ||W x||^2 <= lam ||x||^2. We first bound ||sum_i y_i w_i||^2 (the transposed
    matrix), then transpose. *)
From Coq Require Import Reals Lra Lia.
From Gapcert Require Import base.Sums base.IndexSets base.Vectors.
Open Scope R_scope.

(** a b g <= (a^2 |g| + b^2 |g|) / 2. *)
Lemma product_le_half_squares a b g :
  a * b * g <= / 2 * (a * a * Rabs g) + / 2 * (b * b * Rabs g).
Proof.
  unfold Rabs. destruct (Rcase_abs g) as [Neg|Pos].
  - assert (S : 0 <= (a + b) * (a + b)) by apply Rle_0_sqr. nra.
  - assert (S : 0 <= (a - b) * (a - b)) by apply Rle_0_sqr. nra.
Qed.

(** By symmetry, the two halves have the same sum. *)
Lemma half_squares_sum n (G : mat) x : (forall i j, G i j = G j i) ->
  sum n (fun i => sum n (fun j => / 2 * (x i * x i * Rabs (G i j)) + / 2 * (x j * x j * Rabs (G i j))))
  = sum n (fun i => sum n (fun j => x i * x i * Rabs (G i j))).
Proof.
  intros Sym.
  set (T := sum n (fun i => sum n (fun j => x i * x i * Rabs (G i j)))).
  assert (Split : forall i,
    sum n (fun j => / 2 * (x i * x i * Rabs (G i j)) + / 2 * (x j * x j * Rabs (G i j)))
    = / 2 * sum n (fun j => x i * x i * Rabs (G i j))
      + / 2 * sum n (fun j => x j * x j * Rabs (G i j))) by (intros i; apply sum_lin).
  rewrite (sum_ext _ _ _ Split), sum_lin.
  assert (Mirror : sum n (fun i => sum n (fun j => x j * x j * Rabs (G i j))) = T).
  { rewrite sum_swap. apply sum_ext. intros i. apply sum_ext. intros j.
    rewrite (Sym j i). reflexivity. }
  rewrite Mirror. fold T. lra.
Qed.

(** Gershgorin for a quadratic form: row sums of |G| at most lam give x'Gx <= lam ||x||^2. *)
Lemma gershgorin n (G : mat) lam x : (forall i j, G i j = G j i) ->
  (forall i, (i < n)%nat -> sum n (fun j => Rabs (G i j)) <= lam) ->
  sum n (fun i => sum n (fun j => x i * x j * G i j)) <= lam * dot n x x.
Proof.
  intros Sym Rows.
  apply Rle_trans with (sum n (fun i => sum n (fun j => x i * x i * Rabs (G i j)))).
  - rewrite <- half_squares_sum by exact Sym.
    apply sum_le. intros i. apply sum_le. intros j. apply product_le_half_squares.
  - unfold dot. rewrite <- sum_scal. apply sum_le_lt. intros i Hi.
    rewrite (sum_scal n (x i * x i)), (Rmult_comm lam).
    apply Rmult_le_compat_l; [apply Rle_0_sqr | apply Rows; exact Hi].
Qed.

(** The combination of the rows of w with coefficients y, i.e. w^T y. *)
Definition combine (n : nat) (w : mat) (y : vec) : vec := fun r => sum n (fun i => y i * w i r).

(** (sum_i a_i) (sum_j b_j) as a double sum. *)
Lemma sum_product n a b :
  sum n a * sum n b = sum n (fun i => sum n (fun j => a i * b j)).
Proof.
  rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros i.
  rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros j. ring.
Qed.

(** ||sum_i y_i w_i||^2 = sum_ij y_i y_j <w_i, w_j>. *)
Lemma gram n m w y :
  dot m (combine n w y) (combine n w y)
  = sum n (fun i => sum n (fun j => y i * y j * dot m (w i) (w j))).
Proof.
  unfold dot, combine.
  rewrite (sum_ext m _ (fun r => sum n (fun i => sum n (fun j => y i * y j * (w i r * w j r))))).
  - rewrite sum_swap. apply sum_ext. intros i.
    rewrite sum_swap. apply sum_ext. intros j. apply sum_scal.
  - intros r. rewrite sum_product. apply sum_ext. intros i. apply sum_ext. intros j. ring.
Qed.

(** The Gershgorin bound for the transposed matrix. *)
Lemma gershgorin_transposed n m w lam y :
  (forall i, (i < n)%nat -> sum n (fun j => Rabs (dot m (w i) (w j))) <= lam) ->
  dot m (combine n w y) (combine n w y) <= lam * dot n y y.
Proof.
  intros Rows. rewrite gram. apply (gershgorin n (fun i j => dot m (w i) (w j))).
  - intros i j. apply dot_comm.
  - exact Rows.
Qed.

(** <w^T y, x> = <y, w x>. *)
Lemma adjoint n m w y x : dot m (combine n w y) x = dot n y (mv m w x).
Proof.
  unfold dot at 1, combine.
  rewrite (sum_ext m _ (fun r => sum n (fun i => y i * (w i r * x r)))).
  - rewrite sum_swap. apply sum_ext. intros i. apply sum_scal.
  - intros r. rewrite Rmult_comm, <- sum_scal. apply sum_ext. intros i. ring.
Qed.

(** A matrix has no larger operator norm than its transpose. *)
Lemma transpose_bound n m w c : 0 <= c ->
  (forall y, dot m (combine n w y) (combine n w y) <= c * dot n y y) ->
  forall x, dot n (mv m w x) (mv m w x) <= c * dot m x x.
Proof.
  intros Hc Bound x. set (v := mv m w x). set (z := combine n w v).
  pose proof (dot_self n v) as Nv. pose proof (dot_self m x) as Nx.
  assert (E : dot n v v = dot m z x) by (symmetry; apply adjoint).
  pose proof (CS2 m z x) as C. rewrite <- E in C.
  pose proof (Bound v) as B. fold z in B.
  destruct (Req_dec (dot n v v) 0) as [Z|Z].
  - rewrite Z. apply Rmult_le_pos; assumption.
  - apply Rmult_le_reg_l with (dot n v v); [lra |].
    apply Rle_trans with (dot m z z * dot m x x); [lra |].
    replace (dot n v v * (c * dot m x x)) with (c * dot n v v * dot m x x) by ring.
    apply Rmult_le_compat_r; assumption.
Qed.

(** Row sums of |<w_i, w_j>| at most lam give ||w x||^2 <= lam ||x||^2. *)
Theorem gershgorin_norm n m w lam : 0 <= lam ->
  (forall i, (i < n)%nat -> sum n (fun j => Rabs (dot m (w i) (w j))) <= lam) ->
  forall x, dot n (mv m w x) (mv m w x) <= lam * dot m x x.
Proof.
  intros Hl Rows. apply transpose_bound; [exact Hl |].
  intros y. apply gershgorin_transposed. exact Rows.
Qed.
