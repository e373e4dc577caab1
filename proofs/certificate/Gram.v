(** From inner products of columns to the norm of a matrix.

    The squared norm of sum_i x_i c_i is a quadratic form in x whose matrix holds
    the inner products of the columns c_i. If the absolute values in each row of
    that matrix add up to at most lam, the form is at most lam |x|^2
    (Gershgorin). With further entries R put below the columns so that the
    off-diagonal products almost cancel, this is a certificate of the largest
    singular value: |Wx|^2 <= |Wx|^2 + |Rx|^2 <= lam |x|^2. *)
From Coq Require Import Reals Lra Lia.
From Gapcert Require Import base.Sums.
Open Scope R_scope.

(** 2 |ab| <= a^2 + b^2, with a factor. *)
Lemma product_at_most a b g :
  a * b * g <= / 2 * (a * a * Rabs g) + / 2 * (b * b * Rabs g).
Proof.
  unfold Rabs. destruct (Rcase_abs g).
  - assert (0 <= (a + b) * (a + b)) by apply Rle_0_sqr. nra.
  - assert (0 <= (a - b) * (a - b)) by apply Rle_0_sqr. nra.
Qed.

(** A symmetric form is at most the largest row sum of absolute values. *)
Lemma gershgorin n (G : nat -> nat -> R) lam x :
  (forall i j, G i j = G j i) ->
  (forall i, (i < n)%nat -> sum n (fun j => Rabs (G i j)) <= lam) ->
  sum n (fun i => sum n (fun j => x i * x j * G i j)) <= lam * dot n x x.
Proof.
  intros Symmetric Rows.
  set (T := sum n (fun i => sum n (fun j => x i * x i * Rabs (G i j)))).
  assert (Columns : sum n (fun i => sum n (fun j => x j * x j * Rabs (G i j))) = T).
  { rewrite sum_swap. apply sum_ext; intros i. apply sum_ext; intros j.
    now rewrite (Symmetric j i). }
  apply Rle_trans with (sum n (fun i => sum n (fun j =>
    / 2 * (x i * x i * Rabs (G i j)) + / 2 * (x j * x j * Rabs (G i j))))).
  { apply sum_le; intros i. apply sum_le; intros j. apply product_at_most. }
  rewrite (sum_ext n _ (fun i => / 2 * sum n (fun j => x i * x i * Rabs (G i j))
                               + / 2 * sum n (fun j => x j * x j * Rabs (G i j))))
    by (intros i; apply sum_lin).
  rewrite sum_lin, Columns. fold T.
  assert (T <= lam * dot n x x); [| lra].
  unfold T, dot. rewrite <- sum_scal.
  assert (L : forall k, (k <= n)%nat ->
    sum k (fun i => sum n (fun j => x i * x i * Rabs (G i j))) <= sum k (fun i => lam * (x i * x i))).
  { induction k as [| k IH]; intros Hk; cbn [sum]; [lra |].
    rewrite (sum_scal n (x k * x k)). specialize (Rows k Hk). specialize (IH ltac:(lia)).
    assert (0 <= x k * x k) by apply Rle_0_sqr. nra. }
  now apply L.
Qed.

Lemma dot_sym m a b : dot m a b = dot m b a.
Proof. apply sum_ext; intros; ring. Qed.

(** The combination of the columns c_0, ..., c_(n-1) with coefficients x. *)
Definition combination n (c : nat -> nat -> R) (x : nat -> R) : nat -> R :=
  fun r => sum n (fun i => x i * c i r).

(** Its squared norm is the form of the inner products. *)
Lemma combination_norm n m c x :
  dot m (combination n c x) (combination n c x)
  = sum n (fun i => sum n (fun j => x i * x j * dot m (c i) (c j))).
Proof.
  unfold dot, combination.
  assert (E : forall r, sum n (fun i => x i * c i r) * sum n (fun j => x j * c j r)
    = sum n (fun i => sum n (fun j => x i * x j * (c i r * c j r)))).
  { intros r. rewrite <- (sum_scal n (sum n (fun j => x j * c j r)) (fun i => x i * c i r)).
    apply sum_ext; intros i.
    rewrite Rmult_comm, <- (sum_scal n (x i * c i r) (fun j => x j * c j r)).
    apply sum_ext; intros j. ring. }
  rewrite (sum_ext _ _ _ E),
    (sum_swap m n (fun r i => sum n (fun j => x i * x j * (c i r * c j r)))).
  apply sum_ext; intros i.
  rewrite (sum_swap m n (fun r j => x i * x j * (c i r * c j r))).
  apply sum_ext; intros j. apply (sum_scal m (x i * x j) (fun r => c i r * c j r)).
Qed.

Theorem norm_bound n m c lam x :
  (forall i, (i < n)%nat -> sum n (fun j => Rabs (dot m (c i) (c j))) <= lam) ->
  dot m (combination n c x) (combination n c x) <= lam * dot n x x.
Proof.
  intros H. rewrite combination_norm. apply gershgorin; [intros; apply dot_sym | assumption].
Qed.

(** The first m entries are the matrix, the k after them the complement R. *)
Lemma dot_split m k a :
  dot (m + k) a a = dot m a a + sum k (fun r => a (m + r)%nat * a (m + r)%nat).
Proof.
  unfold dot. induction k as [| k IH].
  - rewrite Nat.add_0_r. cbn [sum]. ring.
  - rewrite Nat.add_succ_r. cbn [sum]. rewrite IH. ring.
Qed.

Theorem norm_bound_complement n m k c lam x :
  (forall i, (i < n)%nat -> sum n (fun j => Rabs (dot (m + k) (c i) (c j))) <= lam) ->
  dot m (combination n c x) (combination n c x) <= lam * dot n x x.
Proof.
  intros H. pose proof (norm_bound n (m + k) c lam x H) as Q. rewrite dot_split in Q.
  match type of Q with _ + ?s <= _ => assert (0 <= s) end.
  { apply sum_nonneg. intros. apply Rle_0_sqr. }
  lra.
Qed.

(** A matrix and its transpose have the same norm: here from columns to rows. *)
Theorem norm_transpose n m (w : nat -> nat -> R) lam : 0 <= lam ->
  (forall y, dot m (combination n w y) (combination n w y) <= lam * dot n y y) ->
  forall x, let v := fun i => dot m (w i) x in dot n v v <= lam * dot m x x.
Proof.
  intros Hlam H x v. specialize (H v).
  set (z := combination n w v) in H.
  assert (E : dot n v v = dot m z x).
  { unfold z, combination, dot at 2.
    rewrite (sum_ext m _ (fun r => sum n (fun i => v i * (w i r * x r)))).
    - rewrite sum_swap. apply sum_ext; intros i.
      now rewrite (sum_scal m (v i) (fun r => w i r * x r)).
    - intros r. rewrite Rmult_comm, <- sum_scal. apply sum_ext; intros; ring. }
  pose proof (CS2 m z x) as Q. rewrite <- E in Q.
  pose proof (dot_self n v). pose proof (dot_self m x).
  assert (dot n v v * dot n v v <= lam * dot n v v * dot m x x) by nra.
  destruct (Req_dec (dot n v v) 0) as [Z0 | Hne]; [rewrite Z0; nra |].
  apply Rmult_le_reg_l with (dot n v v); [lra | nra].
Qed.
