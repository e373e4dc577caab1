(** Vectors, matrices, restriction to an index set, and the Euclidean norm. *)
From Coq Require Import Reals Lra Lia.
From Gapcert Require Import base.Sums base.IndexSets.
Open Scope R_scope.

Definition vec := nat -> R.
Definition mat := nat -> nat -> R.

Definition vadd (x y : vec) : vec := fun i => x i + y i.
Definition vsub (x y : vec) : vec := fun i => x i - y i.
Definition vscal (a : R) (x : vec) : vec := fun i => a * x i.

Definition madd (A B : mat) : mat := fun i j => A i j + B i j.
Definition msub (A B : mat) : mat := fun i j => A i j - B i j.
Definition mscal (a : R) (A : mat) : mat := fun i j => a * A i j.

(** W x, for a matrix with n columns. *)
Definition mv (n : nat) (W : mat) (x : vec) : vec := fun i => dot n (W i) x.

(** The vector x with the coordinates outside J set to zero. *)
Definition keep (J : iset) (x : vec) : vec := fun i => if J i then x i else 0.

(** x vanishes on the index set I (below n). *)
Definition vanishes (n : nat) (I : iset) (x : vec) : Prop :=
  forall i, (i < n)%nat -> I i = true -> x i = 0.

(** ** Sums whose terms are known below n only *)

Lemma sum_ext_lt n f g : (forall i, (i < n)%nat -> f i = g i) -> sum n f = sum n g.
Proof.
  induction n as [|n IH]; intros H; cbn [sum].
  - reflexivity.
  - rewrite (H n) by lia. rewrite IH; [reflexivity |]. intros i Hi. apply H. lia.
Qed.

Lemma sum_le_lt n f g : (forall i, (i < n)%nat -> f i <= g i) -> sum n f <= sum n g.
Proof.
  induction n as [|n IH]; intros H; cbn [sum].
  - lra.
  - apply Rplus_le_compat.
    + apply IH. intros i Hi. apply H. lia.
    + apply H. lia.
Qed.

Lemma sum_zero n : sum n (fun _ => 0) = 0.
Proof. induction n as [|n IH]; cbn [sum]; lra. Qed.

Lemma sum_const n a : sum n (fun _ => a) = INR n * a.
Proof.
  induction n as [|n IH].
  - cbn. ring.
  - cbn [sum]. rewrite IH, S_INR. ring.
Qed.

(** One term is at most the sum, if all terms are non-negative. *)
Lemma sum_term_le n f i : (forall k, 0 <= f k) -> (i < n)%nat -> f i <= sum n f.
Proof.
  intros Pos. induction n as [|n IH]; intros Hi; cbn [sum].
  - lia.
  - destruct (Nat.eq_dec i n) as [->|Ne].
    + pose proof (sum_nonneg n f Pos). lra.
    + assert (f i <= sum n f) by (apply IH; lia). specialize (Pos n). lra.
Qed.

(** A sum with a single non-zero term. *)
Lemma sum_single n f i : (i < n)%nat -> (forall k, (k < n)%nat -> k <> i -> f k = 0) ->
  sum n f = f i.
Proof.
  induction n as [|n IH]; intros Hi Z; cbn [sum].
  - lia.
  - destruct (Nat.eq_dec i n) as [->|Ne].
    + assert (E : sum n f = sum n (fun _ => 0)).
      { apply sum_ext_lt. intros k Hk. apply Z; lia. }
      rewrite E, sum_zero. ring.
    + rewrite IH; [| lia |].
      * rewrite (Z n) by lia. ring.
      * intros k Hk. apply Z. lia.
Qed.

(** ** Inner products *)

Lemma dot_ext n x x' y y' :
  (forall i, (i < n)%nat -> x i = x' i) -> (forall i, (i < n)%nat -> y i = y' i) ->
  dot n x y = dot n x' y'.
Proof.
  intros Hx Hy. apply sum_ext_lt. intros i Hi. rewrite Hx, Hy by exact Hi. reflexivity.
Qed.

Lemma dot_comm n x y : dot n x y = dot n y x.
Proof. apply sum_ext. intros i. ring. Qed.

Lemma dot_vadd_l n x y z : dot n (vadd x y) z = dot n x z + dot n y z.
Proof.
  unfold dot. rewrite <- sum_plus. apply sum_ext. intros i. unfold vadd. ring.
Qed.

Lemma dot_vscal_l n a x z : dot n (vscal a x) z = a * dot n x z.
Proof.
  unfold dot. rewrite <- sum_scal. apply sum_ext. intros i. unfold vscal. ring.
Qed.

Lemma dot_vadd_r n x y z : dot n z (vadd x y) = dot n z x + dot n z y.
Proof. rewrite !(dot_comm n z). apply dot_vadd_l. Qed.

(** Restricting both sides or one side of an inner product is the same. *)
Lemma dot_keep_l n J x y : dot n (keep J x) y = dot n x (keep J y).
Proof.
  apply sum_ext. intros i. unfold keep. destruct (J i); ring.
Qed.

(** If x vanishes off J, an inner product with x sees only the part in J. *)
Lemma dot_supported n J w x : vanishes n (compl J) x -> dot n w x = dot n (keep J w) x.
Proof.
  intros H. apply sum_ext_lt. intros i Hi. unfold keep.
  destruct (J i) eqn:E.
  - reflexivity.
  - rewrite (H i Hi); [ring |]. unfold compl. rewrite E. reflexivity.
Qed.

(** ** The Euclidean norm *)

Lemma nrm_nonneg n x : 0 <= nrm n x.
Proof. apply sqrt_pos. Qed.

Lemma nrm_sqr n x : nrm n x * nrm n x = dot n x x.
Proof. apply sqrt_sqrt. apply dot_self. Qed.

Lemma nrm_ext n x y : (forall i, (i < n)%nat -> x i = y i) -> nrm n x = nrm n y.
Proof. intros H. unfold nrm. f_equal. apply dot_ext; exact H. Qed.

(** Non-negative numbers compare as their squares do. *)
Lemma le_of_sqr_le a b : 0 <= b -> a * a <= b * b -> a <= b.
Proof.
  intros Hb H. apply Rsqr_incr_0_var; [exact H | exact Hb].
Qed.

Lemma sqr_le_of_le a b : 0 <= a -> a <= b -> a * a <= b * b.
Proof. intros Ha H. apply Rmult_le_compat; assumption. Qed.

(** A bound between squared norms is a bound between norms ... *)
Lemma nrm_le_of_dot_le n m c x y : 0 <= c ->
  dot n y y <= c * c * dot m x x -> nrm n y <= c * nrm m x.
Proof.
  intros Hc H. apply le_of_sqr_le.
  - apply Rmult_le_pos; [exact Hc | apply nrm_nonneg].
  - replace (c * nrm m x * (c * nrm m x)) with (c * c * (nrm m x * nrm m x)) by ring.
    rewrite !nrm_sqr. exact H.
Qed.

(** ... and conversely. *)
Lemma dot_le_of_nrm_le n m c x y : nrm n y <= c * nrm m x -> dot n y y <= c * c * dot m x x.
Proof.
  intros H. rewrite <- !nrm_sqr.
  replace (c * c * (nrm m x * nrm m x)) with (c * nrm m x * (c * nrm m x)) by ring.
  apply sqr_le_of_le; [apply nrm_nonneg | exact H].
Qed.

(** The norm grows with the absolute values of the coordinates. *)
Lemma nrm_mono n x y : (forall i, (i < n)%nat -> Rabs (x i) <= Rabs (y i)) -> nrm n x <= nrm n y.
Proof.
  intros H. apply sqrt_le_1_alt. apply sum_le_lt. intros i Hi.
  apply Rsqr_le_abs_1. apply H. exact Hi.
Qed.

(** Restriction does not increase the norm. *)
Lemma nrm_keep_le n J x : nrm n (keep J x) <= nrm n x.
Proof.
  apply nrm_mono. intros i _. unfold keep. destruct (J i).
  - lra.
  - rewrite Rabs_R0. apply Rabs_pos.
Qed.

(** One coordinate is at most the norm. *)
Lemma coord_le_nrm n x i : (i < n)%nat -> Rabs (x i) <= nrm n x.
Proof.
  intros Hi. apply le_of_sqr_le; [apply nrm_nonneg |].
  rewrite nrm_sqr. replace (Rabs (x i) * Rabs (x i)) with (x i * x i).
  - apply (sum_term_le n (fun k => x k * x k)); [intros k; apply Rle_0_sqr | exact Hi].
  - rewrite <- Rabs_mult. symmetry. apply Rabs_pos_eq. apply Rle_0_sqr.
Qed.

(** A vector with one non-zero coordinate has that coordinate's absolute value as norm. *)
Lemma nrm_single n x i : (i < n)%nat -> (forall k, (k < n)%nat -> k <> i -> x k = 0) ->
  nrm n x = Rabs (x i).
Proof.
  intros Hi Z. unfold nrm, dot. rewrite (sum_single n _ i Hi).
  - rewrite <- sqrt_Rsqr_abs. reflexivity.
  - intros k Hk Ne. rewrite (Z k Hk Ne). ring.
Qed.

(** The triangle inequality, from Cauchy-Schwarz. *)
Lemma nrm_triangle n x y : nrm n (vadd x y) <= nrm n x + nrm n y.
Proof.
  pose proof (nrm_nonneg n x) as Nx. pose proof (nrm_nonneg n y) as Ny.
  apply le_of_sqr_le; [lra |].
  rewrite nrm_sqr, dot_vadd_l, !dot_vadd_r, (dot_comm n y x).
  pose proof (nrm_sqr n x) as Sx. pose proof (nrm_sqr n y) as Sy.
  pose proof (Rle_trans _ _ _ (Rle_abs _) (CS n x y)) as Cxy.
  replace ((nrm n x + nrm n y) * (nrm n x + nrm n y))
    with (nrm n x * nrm n x + 2 * (nrm n x * nrm n y) + nrm n y * nrm n y) by ring.
  lra.
Qed.

Lemma nrm_vscal n a x : nrm n (vscal a x) = Rabs a * nrm n x.
Proof.
  unfold nrm. rewrite dot_vscal_l, dot_comm, dot_vscal_l.
  replace (a * (a * dot n x x)) with (Rsqr a * dot n x x) by (unfold Rsqr; ring).
  rewrite sqrt_mult; [| apply Rle_0_sqr | apply dot_self].
  rewrite sqrt_Rsqr_abs. reflexivity.
Qed.
