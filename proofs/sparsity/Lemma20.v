(** Lemma 20 of Muthukumar and Sulam (2023) from the theorem of Davidson and Szarek.

    Davidson and Szarek (2001, Theorem II.13), the hypothesis: an a x b matrix of
    independent standard normals satisfies P(||G|| > sqrt a + sqrt b + x) <= exp(-x^2/2)
    for x >= 0. Lemma 20 is the union bound over the C(d2,s2) C(d1,s1) submatrices. *)
From Coq Require Import Reals Lra Lia List.
From Gapcert Require Import base.Sums base.IndexSets base.Subsets base.Vectors base.Probability.
From Gapcert Require Import sparsity.SparseNorm sparsity.Network sparsity.Alpha sparsity.Noise.
Open Scope R_scope.

(** The operator norm of a submatrix depends on the index sets within the dimensions only. *)
Lemma sub_bound_ext d2 d1 W J2 J1 J2' J1' c :
  (forall i, (i < d2)%nat -> J2 i = J2' i) -> (forall j, (j < d1)%nat -> J1 j = J1' j) ->
  sub_bound d2 d1 W J2' J1' c -> sub_bound d2 d1 W J2 J1 c.
Proof.
  intros E2 E1 B x.
  rewrite (nrm_ext d2 _ (keep J2' (mv d1 W (keep J1' x)))); [apply B |].
  intros i Hi. unfold keep at 1 3. rewrite (E2 i Hi). destruct (J2' i); [| reflexivity].
  unfold mv. apply dot_ext; [reflexivity |].
  intros j Hj. unfold keep. rewrite (E1 j Hj). reflexivity.
Qed.

(** The union bound over a list. *)
Lemma prob_union_list {W X} (P : (W -> Prop) -> R) (A : X -> W -> Prop) a (l : list X) :
  probability P -> (forall x, In x l -> P (A x) <= a) ->
  P (fun w => exists x, In x l /\ A x w) <= INR (length l) * a.
Proof.
  intros HP. induction l as [|y l IH]; intros H.
  - cbn. rewrite Rmult_0_l, <- (prob_impossible P HP). apply (prob_mono P HP).
    intros w [x [[] _]].
  - apply Rle_trans with (P (fun w => A y w \/ exists x, In x l /\ A x w)).
    + apply (prob_mono P HP). intros w [x [[->|Mem] Ax]]; [left; exact Ax |].
      right. exists x. split; assumption.
    + eapply Rle_trans; [apply (prob_union P HP) |].
      change (length (y :: l)) with (S (length l)). rewrite S_INR.
      assert (P (fun w => exists x, In x l /\ A x w) <= INR (length l) * a).
      { apply IH. intros x Mem. apply H. right. exact Mem. }
      pose proof (H y (or_introl eq_refl)). lra.
Qed.

(** The theorem of Davidson and Szarek for all submatrices of the noise. *)
Definition davidson_szarek (H : hyper) (P : (net -> Prop) -> R) : Prop :=
  forall j J2 J1 x, (j <= depth H)%nat ->
  (0 < card (dim H (S j)) J2)%nat -> (0 < card (dim H j) J1)%nat -> 0 <= x ->
  P (fun G => ~ sub_bound (dim H (S j)) (dim H j) (G (S j)) J2 J1
                  (sqrt (INR (card (dim H (S j)) J2)) + sqrt (INR (card (dim H j) J1)) + x))
  <= exp (- (x * x / 2)).

(** If a sparse bound fails, it fails for one of the listed submatrices. *)
Lemma sparse_bound_fails_listed d2 d1 s2 s1 W c : ~ sparse_bound d2 d1 s2 s1 W c ->
  exists J2, In J2 (subsets d2 (d2 - s2)) /\
    exists J1, In J1 (subsets d1 (d1 - s1)) /\ ~ sub_bound d2 d1 W J2 J1 c.
Proof.
  intros Fails. apply Classical_Prop.NNPP. intros None. apply Fails.
  intros J2 J1 C2 C1.
  destruct (subsets_cover d2 (d2 - s2) J2 C2) as [J2' [M2 E2]].
  destruct (subsets_cover d1 (d1 - s1) J1 C1) as [J1' [M1 E1]].
  apply (sub_bound_ext d2 d1 W J2 J1 J2' J1' c E2 E1).
  apply Classical_Prop.NNPP. intros NB. apply None.
  exists J2'. split; [exact M2 |]. exists J1'. split; assumption.
Qed.

(** exp(-x^2/2) = t / (N2 N1) for x^2 = 2 ln N2 + 2 ln N1 + 2 ln(1/t). *)
Lemma tail_level N2 N1 t x : 1 <= N2 -> 1 <= N1 -> 0 < t ->
  x * x = 2 * ln N2 + 2 * ln N1 + 2 * ln (1 / t) ->
  exp (- (x * x / 2)) = t / (N2 * N1).
Proof.
  intros H2 H1 Ht E. rewrite E.
  replace (ln (1 / t)) with (- ln t).
  - replace (- ((2 * ln N2 + 2 * ln N1 + 2 * - ln t) / 2)) with (ln t + (- ln N2 + - ln N1)) by field.
    rewrite !exp_plus, !exp_Ropp, !exp_ln by lra. field. split; lra.
  - unfold Rdiv. rewrite Rmult_1_l, ln_Rinv by exact Ht. reflexivity.
Qed.

(** Lemma 20. *)
Theorem lemma20_of_davidson_szarek H P :
  probability P -> davidson_szarek H P -> gaussian_tail H P.
Proof.
  intros HP DS j s2 s1 t Hj H2 H1 [Ht0 Ht1].
  set (d2 := dim H (S j)) in *. set (d1 := dim H j) in *.
  set (N2 := Binomial.C d2 s2). set (N1 := Binomial.C d1 s1).
  set (arg := 2 * ln N2 + 2 * ln N1 + 2 * ln (1 / t)).
  set (x := sqrt arg).
  assert (One2 : 1 <= N2) by (apply binomial_ge_1; lia).
  assert (One1 : 1 <= N1) by (apply binomial_ge_1; lia).
  assert (Arg : 0 <= arg).
  { assert (0 <= ln N2) by (rewrite <- ln_1; apply ln_mono; lra).
    assert (0 <= ln N1) by (rewrite <- ln_1; apply ln_mono; lra).
    assert (0 <= ln (1 / t)).
    { rewrite <- ln_1. apply ln_mono; [lra |].
      apply Rmult_le_reg_r with t; [exact Ht0 |].
      unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
    unfold arg. lra. }
  assert (Level : exp (- (x * x / 2)) = t / (N2 * N1)).
  { apply tail_level; try assumption. apply sqrt_sqrt. exact Arg. }
  (* one submatrix *)
  assert (Each : forall J2 J1, In J2 (subsets d2 (d2 - s2)) -> In J1 (subsets d1 (d1 - s1)) ->
    P (fun G => ~ sub_bound d2 d1 (G (S j)) J2 J1 (alpha d2 s2 d1 s1 t)) <= t / (N2 * N1)).
  { intros J2 J1 M2 M1. rewrite <- Level.
    pose proof (subsets_card _ _ _ M2) as C2. pose proof (subsets_card _ _ _ M1) as C1.
    pose proof (DS j J2 J1 x Hj) as D. fold d2 d1 in D. rewrite C2, C1 in D.
    apply D; [lia | lia | apply sqrt_pos]. }
  (* the union over all of them *)
  apply Rle_trans with (P (fun G => exists J2, In J2 (subsets d2 (d2 - s2)) /\
    exists J1, In J1 (subsets d1 (d1 - s1)) /\
      ~ sub_bound d2 d1 (G (S j)) J2 J1 (alpha d2 s2 d1 s1 t))).
  { apply (prob_mono P HP). intros G. apply sparse_bound_fails_listed. }
  apply Rle_trans with
    (INR (length (subsets d2 (d2 - s2))) * (INR (length (subsets d1 (d1 - s1))) * (t / (N2 * N1)))).
  - apply (prob_union_list P (fun J2 G => exists J1, In J1 (subsets d1 (d1 - s1)) /\
      ~ sub_bound d2 d1 (G (S j)) J2 J1 (alpha d2 s2 d1 s1 t))); [exact HP |].
    intros J2 M2.
    apply (prob_union_list P (fun J1 G =>
      ~ sub_bound d2 d1 (G (S j)) J2 J1 (alpha d2 s2 d1 s1 t))); [exact HP |].
    intros J1 M1. apply Each; assumption.
  - rewrite !subsets_length, !C_symmetric by lia. fold N2 N1. right. field. split; lra.
Qed.
