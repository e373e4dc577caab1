(** Definition 1 of Muthukumar and Sulam (2023), the sparse induced norm, and their
    Lemma 17: it does not increase when more rows or columns are deleted.

    ||W||_(s2,s1) is the largest operator norm of a submatrix of W with s2 of its d2
    rows and s1 of its d1 columns deleted. We state everything with its upper bounds:
    [sparse_bound d2 d1 s2 s1 W c] says ||W||_(s2,s1) <= c. At the end, the norm
    itself is shown to exist as the least of them. *)
From Coq Require Import Reals Lra Lia Bool.
From Gapcert Require Import base.Sums base.IndexSets base.Vectors.
Open Scope R_scope.

(** The submatrix with rows J2 and columns J1 has operator norm at most c. *)
Definition sub_bound (d2 d1 : nat) (W : mat) (J2 J1 : iset) (c : R) : Prop :=
  forall x, nrm d2 (keep J2 (mv d1 W (keep J1 x))) <= c * nrm d1 x.

(** Definition 1: all submatrices with d2 - s2 rows and d1 - s1 columns do. *)
Definition sparse_bound (d2 d1 s2 s1 : nat) (W : mat) (c : R) : Prop :=
  forall J2 J1, card d2 J2 = (d2 - s2)%nat -> card d1 J1 = (d1 - s1)%nat ->
  sub_bound d2 d1 W J2 J1 c.

(** Every row of W, reduced to any d1 - s1 of its entries, has norm at most c. *)
Definition row_bound (d2 d1 s1 : nat) (W : mat) (c : R) : Prop :=
  forall i J1, (i < d2)%nat -> card d1 J1 = (d1 - s1)%nat -> nrm d1 (keep J1 (W i)) <= c.

(** ** Reading W x on a submatrix *)

(** W applied to a vector that vanishes off J1 does not change if we restrict it to J1. *)
Lemma mv_keep_supported d2 d1 W J1 x : vanishes d1 (compl J1) x ->
  forall i, (i < d2)%nat -> mv d1 W (keep J1 x) i = mv d1 W x i.
Proof.
  intros V i _. unfold mv. apply dot_ext; [reflexivity |].
  intros j Hj. unfold keep. destruct (J1 j) eqn:E; [reflexivity |].
  symmetry. apply V; [exact Hj |]. unfold compl. rewrite E. reflexivity.
Qed.

(** An upper bound is non-negative as soon as there is a column. *)
Lemma sub_bound_nonneg d2 d1 W J2 J1 c : (0 < d1)%nat -> sub_bound d2 d1 W J2 J1 c -> 0 <= c.
Proof.
  intros Hd B. set (e := fun j => if Nat.eqb j 0 then 1 else 0).
  assert (N : nrm d1 e = 1).
  { rewrite (nrm_single d1 e 0 Hd).
    - unfold e. cbn. apply Rabs_R1.
    - intros k _ Ne. unfold e. destruct (Nat.eqb_spec k 0); [contradiction | reflexivity]. }
  pose proof (B e) as Be. rewrite N, Rmult_1_r in Be.
  pose proof (nrm_nonneg d2 (keep J2 (mv d1 W (keep J1 e)))). lra.
Qed.

(** The same for the sparse norm. *)
Lemma sparse_bound_nonneg d2 d1 s2 s1 W c :
  (0 < d1)%nat -> sparse_bound d2 d1 s2 s1 W c -> 0 <= c.
Proof.
  intros Hd B.
  destruct (reduce d2 (fun _ => true) (d2 - s2)) as [J2 [_ C2]].
  { rewrite card_full by reflexivity. lia. }
  destruct (reduce d1 (fun _ => true) (d1 - s1)) as [J1 [_ C1]].
  { rewrite card_full by reflexivity. lia. }
  exact (sub_bound_nonneg d2 d1 W J2 J1 c Hd (B J2 J1 C2 C1)).
Qed.

(** A larger number is still an upper bound. *)
Lemma sparse_bound_weaken d2 d1 s2 s1 W c c' :
  c <= c' -> sparse_bound d2 d1 s2 s1 W c -> sparse_bound d2 d1 s2 s1 W c'.
Proof.
  intros Hc B J2 J1 C2 C1 x. apply Rle_trans with (c * nrm d1 x).
  - apply B; assumption.
  - apply Rmult_le_compat_r; [apply nrm_nonneg | exact Hc].
Qed.

(** ** Lemma 17 *)

(** A submatrix of a submatrix has no larger operator norm. *)
Lemma sub_bound_subset d2 d1 W J2 J1 J2' J1' c : 0 <= c ->
  subset d2 J2 J2' -> subset d1 J1 J1' ->
  sub_bound d2 d1 W J2' J1' c -> sub_bound d2 d1 W J2 J1 c.
Proof.
  intros Hc S2 S1 B x.
  apply Rle_trans with (nrm d2 (keep J2' (mv d1 W (keep J1' (keep J1 x))))).
  - apply nrm_mono. intros i Hi. unfold keep at 1 3.
    destruct (J2 i) eqn:E2.
    + rewrite (S2 i Hi E2). right. f_equal. unfold mv. apply dot_ext; [reflexivity |].
      intros j Hj. unfold keep. destruct (J1 j) eqn:E1.
      * rewrite (S1 j Hj E1). reflexivity.
      * destruct (J1' j); reflexivity.
    + rewrite Rabs_R0. apply Rabs_pos.
  - eapply Rle_trans; [apply B |].
    apply Rmult_le_compat_l; [exact Hc | apply nrm_keep_le].
Qed.

(** Lemma 17: ||W||_(t2,t1) <= ||W||_(s2,s1) if t2 >= s2 and t1 >= s1. *)
Theorem lemma17 d2 d1 s2 s1 t2 t1 W c :
  (0 < d1)%nat -> (s2 <= t2)%nat -> (s1 <= t1)%nat ->
  sparse_bound d2 d1 s2 s1 W c -> sparse_bound d2 d1 t2 t1 W c.
Proof.
  intros Hd H2 H1 B J2 J1 C2 C1.
  destruct (enlarge d2 J2 (d2 - s2)) as [J2' [S2 C2']]; [lia |].
  destruct (enlarge d1 J1 (d1 - s1)) as [J1' [S1 C1']]; [lia |].
  apply (sub_bound_subset d2 d1 W J2 J1 J2' J1').
  - exact (sparse_bound_nonneg d2 d1 s2 s1 W c Hd B).
  - exact S2.
  - exact S1.
  - apply B; assumption.
Qed.

(** ** Special cases *)

(** With nothing deleted it is the spectral norm. *)
Theorem sparse_bound_spectral d2 d1 W c :
  sparse_bound d2 d1 0 0 W c <-> (forall x, nrm d2 (mv d1 W x) <= c * nrm d1 x).
Proof.
  assert (Same : forall J2 J1 x, card d2 J2 = d2 -> card d1 J1 = d1 ->
    nrm d2 (keep J2 (mv d1 W (keep J1 x))) = nrm d2 (mv d1 W x)).
  { intros J2 J1 x C2 C1.
    assert (Full : forall n J k, card n J = n -> (k < n)%nat -> J k = true).
    { intros n J k C Hk. destruct (J k) eqn:E; [reflexivity |].
      pose proof (card_add n J k Hk E). pose proof (card_le n (add J k)). lia. }
    apply nrm_ext. intros i Hi. unfold keep at 1. rewrite (Full d2 J2 i C2 Hi).
    unfold mv. apply dot_ext; [reflexivity |]. intros j Hj.
    unfold keep. rewrite (Full d1 J1 j C1 Hj). reflexivity. }
  split.
  - intros B x. rewrite <- (Same (fun _ => true) (fun _ => true)).
    + apply B; rewrite card_full by reflexivity; lia.
    + apply card_full. reflexivity.
    + apply card_full. reflexivity.
  - intros H J2 J1 C2 C1 x. rewrite Same by lia. apply H.
Qed.

(** A single row: |<P_J w, x>| <= c ||x|| for all x if and only if ||P_J w|| <= c. *)
Lemma row_norm_dual d1 J w c : 0 <= c ->
  (forall x, Rabs (dot d1 w (keep J x)) <= c * nrm d1 x) <-> nrm d1 (keep J w) <= c.
Proof.
  intros Hc. split.
  - intros H. set (r := keep J w). specialize (H r).
    assert (E : dot d1 w (keep J r) = nrm d1 r * nrm d1 r).
    { rewrite nrm_sqr. apply sum_ext. intros j. unfold r, keep. destruct (J j); ring. }
    pose proof (nrm_nonneg d1 r) as N.
    rewrite E, Rabs_pos_eq in H by (apply Rmult_le_pos; exact N).
    destruct (Req_dec (nrm d1 r) 0) as [Z|Z].
    + rewrite Z. exact Hc.
    + apply Rmult_le_reg_r with (nrm d1 r); lra.
  - intros H x. rewrite <- dot_keep_l.
    eapply Rle_trans; [apply CS |]. apply Rmult_le_compat_r; [apply nrm_nonneg | exact H].
Qed.

(** The norm of W x on the single row i is |<w_i, x>|. *)
Lemma nrm_one_row d2 d1 W J2 J1 x i : (i < d2)%nat ->
  (forall k, (k < d2)%nat -> J2 k = single i k) ->
  nrm d2 (keep J2 (mv d1 W (keep J1 x))) = Rabs (dot d1 (W i) (keep J1 x)).
Proof.
  intros Hi Hs. rewrite (nrm_single d2 _ i Hi).
  - unfold keep at 1. rewrite (Hs i Hi). unfold single. rewrite Nat.eqb_refl. reflexivity.
  - intros k Hk Ne. unfold keep at 1. rewrite (Hs k Hk). unfold single.
    destruct (Nat.eqb_spec k i); [contradiction | reflexivity].
Qed.

(** With all rows but one deleted it is the largest reduced row norm. *)
Theorem sparse_bound_rows d2 d1 s1 W c : (0 < d2)%nat -> (0 < d1)%nat ->
  sparse_bound d2 d1 (d2 - 1) s1 W c <-> row_bound d2 d1 s1 W c /\ 0 <= c.
Proof.
  intros Hd2 Hd1. split.
  - intros B. pose proof (sparse_bound_nonneg _ _ _ _ _ _ Hd1 B) as Hc.
    split; [| exact Hc]. intros i J1 Hi C1.
    apply row_norm_dual; [exact Hc |]. intros x.
    rewrite <- (nrm_one_row d2 d1 W (single i) J1 x i Hi) by reflexivity.
    apply B; [| exact C1]. rewrite card_single by exact Hi. lia.
  - intros [R Hc] J2 J1 C2 C1 x.
    destruct (card_one_single d2 J2) as [i [Hi Hs]]; [lia |].
    rewrite (nrm_one_row d2 d1 W J2 J1 x i Hi Hs).
    apply row_norm_dual; [exact Hc |]. apply R; assumption.
Qed.

(** With all rows and all columns but one deleted it is the largest |entry|. *)
Theorem sparse_bound_entries d2 d1 W c : (0 < d2)%nat -> (0 < d1)%nat ->
  sparse_bound d2 d1 (d2 - 1) (d1 - 1) W c <->
  (forall i j, (i < d2)%nat -> (j < d1)%nat -> Rabs (W i j) <= c).
Proof.
  intros Hd2 Hd1. rewrite sparse_bound_rows by assumption.
  assert (Entry : forall i j J1, (j < d1)%nat -> (forall k, (k < d1)%nat -> J1 k = single j k) ->
    nrm d1 (keep J1 (W i)) = Rabs (W i j)).
  { intros i j J1 Hj Hs. rewrite (nrm_single d1 _ j Hj).
    - unfold keep. rewrite (Hs j Hj). unfold single. rewrite Nat.eqb_refl. reflexivity.
    - intros k Hk Ne. unfold keep. rewrite (Hs k Hk). unfold single.
      destruct (Nat.eqb_spec k j); [contradiction | reflexivity]. }
  split.
  - intros [R _] i j Hi Hj. rewrite <- (Entry i j (single j) Hj) by reflexivity.
    apply R; [exact Hi |]. rewrite card_single by exact Hj. lia.
  - intros H. split.
    + intros i J1 Hi C1. destruct (card_one_single d1 J1) as [j [Hj Hs]]; [lia |].
      rewrite (Entry i j J1 Hj Hs). apply H; assumption.
    + apply Rle_trans with (Rabs (W O O)); [apply Rabs_pos | apply H; assumption].
Qed.

(** Hence every sparse norm lies between the largest |entry| and the spectral norm. *)
Corollary sparse_norm_at_most_spectral d2 d1 s2 s1 W c : (0 < d1)%nat ->
  (forall x, nrm d2 (mv d1 W x) <= c * nrm d1 x) -> sparse_bound d2 d1 s2 s1 W c.
Proof.
  intros Hd H. apply (lemma17 d2 d1 0 0); [exact Hd | lia | lia |].
  apply sparse_bound_spectral. exact H.
Qed.

Corollary sparse_norm_at_least_entries d2 d1 s2 s1 W c : (s2 < d2)%nat -> (s1 < d1)%nat ->
  sparse_bound d2 d1 s2 s1 W c ->
  forall i j, (i < d2)%nat -> (j < d1)%nat -> Rabs (W i j) <= c.
Proof.
  intros H2 H1 B. apply sparse_bound_entries; [lia | lia |].
  apply (lemma17 d2 d1 s2 s1); [lia | lia | lia | exact B].
Qed.

(** ** Scaling *)

(** ||a W|| <= |a| ||W||. *)
Lemma sparse_bound_mscal d2 d1 s2 s1 W c a :
  sparse_bound d2 d1 s2 s1 W c -> sparse_bound d2 d1 s2 s1 (mscal a W) (Rabs a * c).
Proof.
  intros B J2 J1 C2 C1 x.
  assert (E : nrm d2 (keep J2 (mv d1 (mscal a W) (keep J1 x)))
              = nrm d2 (vscal a (keep J2 (mv d1 W (keep J1 x))))).
  { apply nrm_ext. intros i _. unfold vscal, keep at 1 3. destruct (J2 i); [| ring].
    apply (dot_vscal_l d1 a (W i)). }
  rewrite E, nrm_vscal, Rmult_assoc.
  apply Rmult_le_compat_l; [apply Rabs_pos | apply B; assumption].
Qed.

(** ** Use on vectors that vanish on an index set *)

(** If x vanishes on I1, where |I1| = s1, then ||P_J2 W x|| <= ||W||_(s2,s1) ||x||, J2
    the complement of an index set I2 of size s2. *)
Lemma sparse_bound_apply d2 d1 s2 s1 W c I2 I1 x : sparse_bound d2 d1 s2 s1 W c ->
  card d2 I2 = s2 -> card d1 I1 = s1 -> vanishes d1 I1 x ->
  nrm d2 (keep (compl I2) (mv d1 W x)) <= c * nrm d1 x.
Proof.
  intros B C2 C1 V.
  assert (V' : vanishes d1 (compl (compl I1)) x).
  { intros j Hj E. apply V; [exact Hj |]. unfold compl in E. rewrite negb_involutive in E.
    exact E. }
  assert (E : nrm d2 (keep (compl I2) (mv d1 W x))
              = nrm d2 (keep (compl I2) (mv d1 W (keep (compl I1) x)))).
  { apply nrm_ext. intros i Hi. unfold keep at 1 2. destruct (compl I2 i); [| reflexivity].
    symmetry. apply (mv_keep_supported d2); assumption. }
  rewrite E. apply B.
  - pose proof (card_compl d2 I2). lia.
  - pose proof (card_compl d1 I1). lia.
Qed.

(** If x vanishes on I1, each |<w_i, x>| is at most the reduced row norm times ||x||. *)
Lemma row_bound_apply d2 d1 s1 W c I1 x i : row_bound d2 d1 s1 W c ->
  card d1 I1 = s1 -> vanishes d1 I1 x -> (i < d2)%nat ->
  Rabs (dot d1 (W i) x) <= c * nrm d1 x.
Proof.
  intros R C1 V Hi.
  assert (V' : vanishes d1 (compl (compl I1)) x).
  { intros j Hj E. apply V; [exact Hj |]. unfold compl in E. rewrite negb_involutive in E.
    exact E. }
  rewrite (dot_supported d1 (compl I1) (W i) x V').
  eapply Rle_trans; [apply CS |]. apply Rmult_le_compat_r; [apply nrm_nonneg |].
  apply R; [exact Hi |]. pose proof (card_compl d1 I1). lia.
Qed.

(** ** The norm itself *)

(** The sparse induced norm is the least of its upper bounds. *)
Definition is_sparse_norm (d2 d1 s2 s1 : nat) (W : mat) (c : R) : Prop :=
  sparse_bound d2 d1 s2 s1 W c /\ (forall c', sparse_bound d2 d1 s2 s1 W c' -> c <= c').

(** The Frobenius norm bounds the spectral norm, so upper bounds exist. *)
Lemma spectral_at_most_frobenius d2 d1 W x :
  nrm d2 (mv d1 W x) <= nrm d2 (fun i => nrm d1 (W i)) * nrm d1 x.
Proof.
  rewrite Rmult_comm, <- (Rabs_pos_eq (nrm d1 x)) at 1 by apply nrm_nonneg.
  rewrite <- nrm_vscal. apply nrm_mono. intros i _. unfold vscal, mv.
  rewrite (Rabs_pos_eq (nrm d1 x * nrm d1 (W i))).
  - rewrite Rmult_comm. apply CS.
  - apply Rmult_le_pos; apply nrm_nonneg.
Qed.

(** The norm exists: the infimum of the upper bounds is one. *)
Theorem sparse_norm_exists d2 d1 s2 s1 W : (0 < d1)%nat ->
  exists c, is_sparse_norm d2 d1 s2 s1 W c.
Proof.
  intros Hd.
  set (F := nrm d2 (fun i => nrm d1 (W i))).
  set (E := fun b => sparse_bound d2 d1 s2 s1 W (- b)).
  assert (BF : sparse_bound d2 d1 s2 s1 W F).
  { apply sparse_norm_at_most_spectral; [exact Hd |]. apply spectral_at_most_frobenius. }
  destruct (completeness E) as [l [Ub Least]].
  - exists 0. intros b Hb. pose proof (sparse_bound_nonneg _ _ _ _ _ _ Hd Hb). lra.
  - exists (- F). unfold E. rewrite Ropp_involutive. exact BF.
  - exists (- l). split.
    + intros J2 J1 C2 C1 x.
      destruct (Rle_dec (nrm d2 (keep J2 (mv d1 W (keep J1 x)))) (- l * nrm d1 x)) as [H|H];
        [exact H |].
      exfalso. apply Rnot_le_lt in H.
      set (v := nrm d2 (keep J2 (mv d1 W (keep J1 x)))) in *.
      pose proof (nrm_nonneg d1 x) as N.
      assert (Pos : 0 < nrm d1 x).
      { destruct (Req_dec (nrm d1 x) 0) as [Z|Z]; [| lra].
        pose proof (BF J2 J1 C2 C1 x) as V. fold v in V. rewrite Z in V, H. lra. }
      assert (Up : l <= - (v / nrm d1 x)).
      { apply Least. intros b Hb. pose proof (Hb J2 J1 C2 C1 x) as V. fold v in V.
        apply Ropp_le_cancel. rewrite Ropp_involutive.
        apply Rmult_le_reg_r with (nrm d1 x); [exact Pos |].
        unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
      assert (v / nrm d1 x * nrm d1 x = v) by (field; lra).
      nra.
    + intros c' Hc'. assert (In : E (- c')) by (unfold E; rewrite Ropp_involutive; exact Hc').
      pose proof (Ub _ In). lra.
Qed.

(** Lemma 17 for the norm. *)
Corollary lemma17_norm d2 d1 s2 s1 t2 t1 W c c' :
  (0 < d1)%nat -> (s2 <= t2)%nat -> (s1 <= t1)%nat ->
  is_sparse_norm d2 d1 s2 s1 W c -> is_sparse_norm d2 d1 t2 t1 W c' -> c' <= c.
Proof.
  intros Hd H2 H1 [B _] [_ Least]. apply Least.
  apply (lemma17 d2 d1 s2 s1); assumption.
Qed.
