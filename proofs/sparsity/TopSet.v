(** How the reduced row norms and the inner maxima of the babel function are computed.

    The largest sum of k of d numbers is that of the k largest. So the norm of a row
    reduced to any k entries is at most that of its k largest entries in absolute value,
    and max over J1 of |<P_J1 w_i, P_J1 w_j>| is the larger of the sum of the k largest
    products and minus the sum of the k smallest (as the print's Algorithm 1 should read). *)
From Coq Require Import Reals Lra Lia Bool.
From Gapcert Require Import base.Sums base.IndexSets base.Vectors.
From Gapcert Require Import sparsity.SparseNorm sparsity.Babel.
Open Scope R_scope.

(** J holds k largest of a_0, ..., a_(d-1): a threshold separates J from the rest. *)
Definition top_set (d k : nat) (a : vec) (J : iset) : Prop :=
  card d J = k /\ exists c, forall i, (i < d)%nat -> if J i then c <= a i else a i <= c.

(** ** They exist *)

(** A set that is not full misses an index with the largest value among the missing. *)
Lemma largest_missing d J (a : vec) : (card d J < d)%nat ->
  exists i, (i < d)%nat /\ J i = false /\
    forall l, (l < d)%nat -> J l = false -> a l <= a i.
Proof.
  induction d as [|d IH]; intros C; [lia |]. cbn [card] in C.
  destruct (J d) eqn:E.
  - destruct IH as [i [Hi [Ei Max]]]; [lia |].
    exists i. split; [lia |]. split; [exact Ei |].
    intros l Hl El. destruct (Nat.eq_dec l d) as [->|Ne]; [congruence |].
    apply Max; [lia | exact El].
  - destruct (Nat.eq_dec (card d J) d) as [Full|NotFull].
    + exists d. split; [lia |]. split; [exact E |].
      intros l Hl El. destruct (Nat.eq_dec l d) as [->|Ne]; [lra |].
      pose proof (card_add d J l ltac:(lia) El). pose proof (card_le d (add J l)). lia.
    + destruct IH as [i [Hi [Ei Max]]]; [pose proof (card_le d J); lia |].
      destruct (Rle_dec (a d) (a i)) as [Le|Gt].
      * exists i. split; [lia |]. split; [exact Ei |].
        intros l Hl El. destruct (Nat.eq_dec l d) as [->|Ne]; [exact Le |].
        apply Max; [lia | exact El].
      * exists d. split; [lia |]. split; [exact E |].
        intros l Hl El. destruct (Nat.eq_dec l d) as [->|Ne]; [lra |].
        specialize (Max l ltac:(lia) El). lra.
Qed.

(** Taking the largest missing index k times gives k largest. *)
Lemma top_set_exists d k a : (k <= d)%nat -> exists J, top_set d k a J.
Proof.
  induction k as [|k IH]; intros Hk.
  - exists empty. split; [apply card_empty |].
    exists (sum d (fun i => Rabs (a i))). intros i Hi. cbn.
    eapply Rle_trans; [apply Rle_abs |].
    apply (sum_term_le d (fun l => Rabs (a l))); [intros l; apply Rabs_pos | exact Hi].
  - destruct IH as [J [C [c Sep]]]; [lia |].
    destruct (largest_missing d J a) as [i [Hi [Ei Max]]]; [lia |].
    exists (add J i). split; [rewrite card_add; [lia | exact Hi | exact Ei] |].
    exists (a i). intros l Hl. unfold add.
    destruct (J l) eqn:El; cbn [orb].
    + pose proof (Sep l Hl) as Sl. pose proof (Sep i Hi) as Si. rewrite El in Sl. rewrite Ei in Si. lra.
    + destruct (Nat.eqb_spec l i) as [->|Ne]; [lra | apply Max; assumption].
Qed.

(** ** They have the largest sum *)

(** The sum of the indicator of J is its size. *)
Lemma sum_keep_one d J c : sum d (keep J (fun _ => c)) = INR (card d J) * c.
Proof.
  induction d as [|d IH]; cbn [sum card].
  - cbn. ring.
  - rewrite IH, plus_INR. unfold keep. destruct (J d); cbn [INR]; ring.
Qed.

Theorem top_set_sum d k a J J' : top_set d k a J -> card d J' = k ->
  sum d (keep J' a) <= sum d (keep J a).
Proof.
  intros [C [c Sep]] C'.
  assert (Shift : forall I, card d I = k ->
    sum d (keep I a) = sum d (fun i => keep I (fun l => a l - c) i) + INR k * c).
  { intros I CI. rewrite <- CI, <- sum_keep_one, <- sum_plus. apply sum_ext.
    intros i. unfold keep. destruct (I i); ring. }
  rewrite (Shift J' C'), (Shift J C). apply Rplus_le_compat_r.
  apply sum_le_lt. intros i Hi. specialize (Sep i Hi). unfold keep.
  destruct (J i), (J' i); lra.
Qed.

(** ** Reduced row norms *)

(** ||P_J w||^2 is the sum of the squares over J. *)
Lemma dot_keep_squares d J (w : vec) :
  dot d (keep J w) (keep J w) = sum d (keep J (fun i => w i * w i)).
Proof. apply sum_ext. intros i. unfold keep. destruct (J i); ring. Qed.

(** The k largest squares give the largest reduced norm. *)
Theorem reduced_norm_of_top d k w J J' :
  top_set d k (fun i => w i * w i) J -> card d J' = k ->
  nrm d (keep J' w) <= nrm d (keep J w).
Proof.
  intros Top C'. apply sqrt_le_1_alt. rewrite !dot_keep_squares.
  apply (top_set_sum d k); assumption.
Qed.

(** So a bound on the row norms need only be checked at one index set for each row. *)
Theorem row_bound_of_top d2 d1 s1 W c (J : nat -> iset) :
  (forall i, (i < d2)%nat -> top_set d1 (d1 - s1) (fun j => W i j * W i j) (J i)) ->
  (forall i, (i < d2)%nat -> nrm d1 (keep (J i) (W i)) <= c) ->
  row_bound d2 d1 s1 W c.
Proof.
  intros Top Bound i J1 Hi C1. apply Rle_trans with (nrm d1 (keep (J i) (W i))).
  - apply (reduced_norm_of_top d1 (d1 - s1)); [apply Top; exact Hi | exact C1].
  - apply Bound. exact Hi.
Qed.

(** ** The inner maximum of the babel function *)

(** <P_J v, P_J w> is the sum of the products over J. *)
Lemma dot_keep_products d J (v w : vec) :
  dot d (keep J v) (keep J w) = sum d (keep J (fun i => v i * w i)).
Proof. apply sum_ext. intros i. unfold keep. destruct (J i); ring. Qed.

Lemma sum_keep_opp d J (a : vec) : sum d (keep J (fun i => - a i)) = - sum d (keep J a).
Proof.
  replace (- sum d (keep J a)) with (-1 * sum d (keep J a)) by ring.
  rewrite <- sum_scal. apply sum_ext. intros i. unfold keep. destruct (J i); ring.
Qed.

(** |<P_J1 v, P_J1 w>| is at most the larger of the sum of the k largest products and minus
    the sum of the k smallest. *)
Theorem inner_max d k v w Top Bottom J1 :
  top_set d k (fun i => v i * w i) Top ->
  top_set d k (fun i => - (v i * w i)) Bottom ->
  card d J1 = k ->
  Rabs (dot d (keep J1 v) (keep J1 w))
  <= Rmax (sum d (keep Top (fun i => v i * w i))) (- sum d (keep Bottom (fun i => v i * w i))).
Proof.
  intros HT HB C. rewrite dot_keep_products.
  pose proof (top_set_sum d k _ Top J1 HT C) as T.
  pose proof (top_set_sum d k _ Bottom J1 HB C) as B. rewrite !sum_keep_opp in B.
  pose proof (Rmax_l (sum d (keep Top (fun i => v i * w i))) (- sum d (keep Bottom (fun i => v i * w i)))).
  pose proof (Rmax_r (sum d (keep Top (fun i => v i * w i))) (- sum d (keep Bottom (fun i => v i * w i)))).
  apply Rabs_le. lra.
Qed.

(** And the bound is attained: it is the maximum over J1. *)
Theorem inner_max_attained d k v w Top Bottom :
  top_set d k (fun i => v i * w i) Top ->
  top_set d k (fun i => - (v i * w i)) Bottom ->
  exists J1, card d J1 = k /\
    Rmax (sum d (keep Top (fun i => v i * w i))) (- sum d (keep Bottom (fun i => v i * w i)))
    <= Rabs (dot d (keep J1 v) (keep J1 w)).
Proof.
  intros HT HB. unfold Rmax.
  destruct (Rle_dec (sum d (keep Top (fun i => v i * w i)))
                    (- sum d (keep Bottom (fun i => v i * w i)))).
  - exists Bottom. split; [apply (proj1 HB) |]. rewrite dot_keep_products.
    rewrite <- Rabs_Ropp. apply Rle_abs.
  - exists Top. split; [apply (proj1 HT) |]. rewrite dot_keep_products. apply Rle_abs.
Qed.

(** The outer maximum: the sum over i in J2, i <> j, is at most that over the d2-s2-1 largest
    c i j, i <> j. *)
Theorem off_diagonal_sum_of_top d2 (c : mat) J2 j k Top :
  (j < d2)%nat -> J2 j = true -> card d2 J2 = S k -> Top j = false ->
  (exists b, forall i, (i < d2)%nat -> i <> j -> if Top i then b <= c i j else c i j <= b) ->
  card d2 Top = k ->
  off_diagonal_sum d2 c J2 j <= sum d2 (keep Top (fun i => c i j)).
Proof.
  intros Hj Ej C2 Tj [b Sep] CT. unfold off_diagonal_sum.
  set (J := fun i => J2 i && negb (Nat.eqb i j)).
  assert (CJ : card d2 J = k).
  { assert (Same : card d2 (add J j) = card d2 J2).
    { apply card_ext. intros i _. unfold add, J. destruct (Nat.eqb_spec i j) as [->|Ne].
      - rewrite Ej. reflexivity.
      - cbn [negb]. rewrite andb_true_r, orb_false_r. reflexivity. }
    rewrite card_add in Same; [lia | exact Hj |].
    unfold J. rewrite Nat.eqb_refl. apply andb_false_r. }
  assert (Shift : forall I, card d2 I = k ->
    sum d2 (keep I (fun i => c i j)) = sum d2 (keep I (fun i => c i j - b)) + INR k * b).
  { intros I CI. rewrite <- CI, <- sum_keep_one, <- sum_plus. apply sum_ext.
    intros i. unfold keep. destruct (I i); ring. }
  change (sum d2 (keep J (fun i => c i j)) <= sum d2 (keep Top (fun i => c i j))).
  rewrite (Shift J CJ), (Shift Top CT). apply Rplus_le_compat_r.
  apply sum_le_lt. intros i Hi. unfold keep.
  destruct (Nat.eq_dec i j) as [->|Ne].
  - unfold J. rewrite Tj, Nat.eqb_refl, andb_false_r. lra.
  - specialize (Sep i Hi Ne). destruct (J i), (Top i); lra.
Qed.
