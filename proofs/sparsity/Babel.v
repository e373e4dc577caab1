(** Definition 2, the reduced babel function, and Lemma 18: it bounds the sparse norm.

    mu_(s2,s1)(W) = (1 / nu^2) max over J2 (|J2| = d2-s2) and j in J2 of
      sum over i in J2, i <> j, of max over J1 (|J1| = d1-s1) of |<P_J1 w_i, P_J1 w_j>|,
    nu = ||W||_(d2-1,s1) the largest reduced row norm.
    As for the norms we use upper bounds: a table c of upper bounds of the inner maxima,
    and a number mu such that nu^2 mu is at least all the sums. With the exact maxima in
    the table and the least mu this is the definition. *)
From Coq Require Import Reals Lra Lia Bool.
From Gapcert Require Import base.Sums base.IndexSets base.Vectors.
From Gapcert Require Import sparsity.SparseNorm sparsity.Gershgorin.
Open Scope R_scope.

(** c i j >= |<P_J1 w_i, P_J1 w_j>| for every J1 with d1 - s1 elements. *)
Definition cross_bound (d2 d1 s1 : nat) (W c : mat) : Prop :=
  forall i j J1, (i < d2)%nat -> (j < d2)%nat -> card d1 J1 = (d1 - s1)%nat ->
  Rabs (dot d1 (keep J1 (W i)) (keep J1 (W j))) <= c i j.

(** The sum of c i j over i in J2, i <> j. *)
Definition off_diagonal_sum (d2 : nat) (c : mat) (J2 : iset) (j : nat) : R :=
  sum d2 (fun i => if J2 i && negb (Nat.eqb i j) then c i j else 0).

(** nu^2 mu is at least every such sum: mu bounds the reduced babel function. *)
Definition babel_bound (d2 d1 s2 s1 : nat) (W : mat) (nu mu : R) : Prop :=
  exists c, cross_bound d2 d1 s1 W c /\
  forall J2 j, card d2 J2 = (d2 - s2)%nat -> (j < d2)%nat -> J2 j = true ->
  off_diagonal_sum d2 c J2 j <= nu * nu * mu.

(** With a single row left the babel function is 0. *)
Lemma babel_bound_single_row d2 d1 s1 W nu mu : (0 < d2)%nat -> 0 <= mu ->
  babel_bound d2 d1 (d2 - 1) s1 W nu mu.
Proof.
  intros Hd Hmu.
  exists (fun i j => nrm d1 (W i) * nrm d1 (W j)). split.
  - intros i j J1 _ _ _. eapply Rle_trans; [apply CS |].
    apply Rmult_le_compat; try apply nrm_nonneg; apply nrm_keep_le.
  - intros J2 j C2 Hj E. unfold off_diagonal_sum.
    destruct (card_one_single d2 J2) as [k [Hk Hs]]; [lia |].
    assert (Ejk : j = k).
    { rewrite (Hs j Hj) in E. unfold single in E. apply Nat.eqb_eq. exact E. }
    rewrite (sum_ext_lt d2 _ (fun _ => 0)).
    + rewrite sum_zero. apply Rmult_le_pos; [apply Rle_0_sqr | exact Hmu].
    + intros i Hi. rewrite (Hs i Hi), Ejk. unfold single. destruct (Nat.eqb i k); reflexivity.
Qed.

(** The rows of the submatrix: P_J1 w_i for i in J2, and zero for the others. *)
Definition sub_rows (W : mat) (J2 J1 : iset) : mat :=
  fun i => if J2 i then keep J1 (W i) else fun _ => 0.

Lemma sub_rows_mv d1 W J2 J1 x i :
  keep J2 (mv d1 W (keep J1 x)) i = mv d1 (sub_rows W J2 J1) x i.
Proof.
  unfold keep at 1, mv, sub_rows. destruct (J2 i).
  - rewrite <- dot_keep_l. reflexivity.
  - unfold dot. rewrite (sum_ext d1 _ (fun _ => 0)) by (intros j; ring).
    symmetry. apply sum_zero.
Qed.

Lemma dot_zero_l n y : dot n (fun _ => 0) y = 0.
Proof.
  unfold dot. rewrite (sum_ext n _ (fun _ => 0)) by (intros j; ring). apply sum_zero.
Qed.

(** One Gershgorin row: the diagonal is at most nu^2, the rest at most nu^2 mu. *)
Lemma babel_row_sum d2 d1 s2 s1 W nu mu J2 J1 j :
  row_bound d2 d1 s1 W nu -> 0 <= mu -> babel_bound d2 d1 s2 s1 W nu mu ->
  card d2 J2 = (d2 - s2)%nat -> card d1 J1 = (d1 - s1)%nat -> (j < d2)%nat ->
  sum d2 (fun i => Rabs (dot d1 (sub_rows W J2 J1 j) (sub_rows W J2 J1 i))) <= nu * nu * (1 + mu).
Proof.
  intros Row Hmu [c [Cross Off]] C2 C1 Hj.
  destruct (J2 j) eqn:Ej.
  - apply Rle_trans with
      (sum d2 (fun i => (if Nat.eqb i j then nu * nu else 0)
                        + (if J2 i && negb (Nat.eqb i j) then c i j else 0))).
    + apply sum_le_lt. intros i Hi. unfold sub_rows. rewrite Ej.
      destruct (Nat.eqb_spec i j) as [->|Ne].
      * rewrite Ej. cbn [andb negb].
        rewrite Rabs_pos_eq by apply dot_self. rewrite Rplus_0_r, <- nrm_sqr.
        apply sqr_le_of_le; [apply nrm_nonneg | apply Row; assumption].
      * destruct (J2 i); cbn [andb negb].
        -- rewrite dot_comm, Rplus_0_l. apply Cross; assumption.
        -- rewrite dot_comm, dot_zero_l, Rabs_R0. lra.
    + rewrite sum_plus, (sum_single d2 _ j Hj).
      * rewrite Nat.eqb_refl. pose proof (Off J2 j C2 Hj Ej) as O.
        unfold off_diagonal_sum in O. lra.
      * intros k _ Ne. destruct (Nat.eqb_spec k j); [contradiction | reflexivity].
  - rewrite (sum_ext d2 _ (fun _ => 0)).
    + rewrite sum_zero. apply Rmult_le_pos; [apply Rle_0_sqr | lra].
    + intros i. unfold sub_rows. rewrite Ej, dot_zero_l. apply Rabs_R0.
Qed.

(** Lemma 18: ||W||_(s2,s1)^2 <= nu^2 (1 + mu), in terms of ||P_J2 W P_J1 x||^2. *)
Theorem lemma18_squared d2 d1 s2 s1 W nu mu :
  row_bound d2 d1 s1 W nu -> 0 <= mu -> babel_bound d2 d1 s2 s1 W nu mu ->
  forall J2 J1, card d2 J2 = (d2 - s2)%nat -> card d1 J1 = (d1 - s1)%nat ->
  forall x, let y := keep J2 (mv d1 W (keep J1 x)) in
  dot d2 y y <= nu * nu * (1 + mu) * dot d1 x x.
Proof.
  intros Row Hmu Babel J2 J1 C2 C1 x y. unfold y.
  rewrite (dot_ext d2 _ (mv d1 (sub_rows W J2 J1) x) _ (mv d1 (sub_rows W J2 J1) x));
    try (intros i _; apply sub_rows_mv).
  apply gershgorin_norm.
  - apply Rmult_le_pos; [apply Rle_0_sqr | lra].
  - intros j Hj. apply (babel_row_sum d2 d1 s2 s1); assumption.
Qed.

(** Lemma 18: ||W||_(s2,s1) <= ||W||_(d2-1,s1) sqrt(1 + mu_(s2,s1)(W)). *)
Theorem lemma18 d2 d1 s2 s1 W nu mu :
  0 <= nu -> row_bound d2 d1 s1 W nu -> 0 <= mu -> babel_bound d2 d1 s2 s1 W nu mu ->
  sparse_bound d2 d1 s2 s1 W (nu * sqrt (1 + mu)).
Proof.
  intros Hnu Row Hmu Babel J2 J1 C2 C1 x.
  apply nrm_le_of_dot_le.
  - apply Rmult_le_pos; [exact Hnu | apply sqrt_pos].
  - replace (nu * sqrt (1 + mu) * (nu * sqrt (1 + mu)))
      with (nu * nu * (sqrt (1 + mu) * sqrt (1 + mu))) by ring.
    rewrite sqrt_sqrt by lra.
    apply (lemma18_squared d2 d1 s2 s1); assumption.
Qed.
