(** Small facts used by the other files of this directory: sums read only at
    0..n-1, Euclidean norms, matrix-vector products, and counting index sets.

    A vector of length n is a function nat -> R read at 0..n-1, a matrix is the
    function of its rows, an index set is a function nat -> bool. *)
From Coq Require Import Reals Lra Lia Bool.
From Gapcert Require Import base.Sums.
Open Scope R_scope.

(** |a| <= b gives both bounds on a. *)
Lemma Rabs_le_inv a b : Rabs a <= b -> - b <= a <= b.
Proof. unfold Rabs. destruct (Rcase_abs a); lra. Qed.

(** ** Sums *)

(** Two sums agree if their terms agree at 0..n-1. *)
Lemma sum_ext_lt n f g : (forall i, (i < n)%nat -> f i = g i) -> sum n f = sum n g.
Proof.
  induction n as [|n IH]; intros H; cbn [sum]; [reflexivity|].
  rewrite IH by (intros i Hi; apply H; lia).
  rewrite (H n) by lia. reflexivity.
Qed.

(** Sums are monotone in their terms at 0..n-1. *)
Lemma sum_le_lt n f g : (forall i, (i < n)%nat -> f i <= g i) -> sum n f <= sum n g.
Proof.
  induction n as [|n IH]; intros H; cbn [sum]; [lra|].
  assert (sum n f <= sum n g) by (apply IH; intros i Hi; apply H; lia).
  assert (f n <= g n) by (apply H; lia). lra.
Qed.

(** A sum of non-negative terms is non-negative. *)
Lemma sum_nonneg_lt n f : (forall i, (i < n)%nat -> 0 <= f i) -> 0 <= sum n f.
Proof.
  intros H. replace 0 with (sum n (fun _ => 0)).
  - apply sum_le_lt, H.
  - induction n as [|n IH]; cbn [sum]; [reflexivity|].
    rewrite IH; [ring|intros i Hi; apply H; lia].
Qed.

(** A term of a sum of non-negative terms is at most the sum. *)
Lemma term_le_sum n f i :
  (forall j, (j < n)%nat -> 0 <= f j) -> (i < n)%nat -> f i <= sum n f.
Proof.
  induction n as [|n IH]; intros H Hi; [lia|]. cbn [sum].
  assert (0 <= sum n f) by (apply sum_nonneg_lt; intros j Hj; apply H; lia).
  assert (0 <= f n) by (apply H; lia).
  destruct (Nat.eq_dec i n) as [->|Hne]; [lra|].
  assert (f i <= sum n f) by (apply IH; [intros j Hj; apply H; lia|lia]). lra.
Qed.

(** A sum of zeros. *)
Lemma sum_zero n f : (forall i, (i < n)%nat -> f i = 0) -> sum n f = 0.
Proof.
  intros H. rewrite (sum_ext_lt n f (fun _ => 0 * 0)) by (intros; rewrite H by assumption; ring).
  rewrite sum_scal. ring.
Qed.

(** The first term of a sum taken apart. *)
Lemma sum_first n f : sum (S n) f = f 0%nat + sum n (fun i => f (S i)).
Proof.
  induction n as [|n IH]; [cbn [sum]; ring|].
  change (sum (S (S n)) f) with (sum (S n) f + f (S n)). rewrite IH. cbn [sum]. ring.
Qed.

(** ** Norms *)

Lemma nrm_nonneg n x : 0 <= nrm n x.
Proof. apply sqrt_pos. Qed.

Lemma nrm_sqr n x : nrm n x * nrm n x = dot n x x.
Proof. apply sqrt_sqrt, dot_self. Qed.

(** The norm grows with the absolute values of the entries. *)
Lemma nrm_mono n x y :
  (forall i, (i < n)%nat -> Rabs (x i) <= Rabs (y i)) -> nrm n x <= nrm n y.
Proof.
  intros H. apply sqrt_le_1_alt, sum_le_lt. intros i Hi.
  apply Rsqr_le_abs_1 with (x := x i) (y := y i), H, Hi.
Qed.

Lemma nrm_ext n x y : (forall i, (i < n)%nat -> x i = y i) -> nrm n x = nrm n y.
Proof.
  intros H. unfold nrm, dot. f_equal. apply sum_ext_lt. intros i Hi. rewrite H by assumption. reflexivity.
Qed.

(** The triangle inequality. *)
Lemma nrm_triangle n x y : nrm n (fun i => x i + y i) <= nrm n x + nrm n y.
Proof.
  pose proof (nrm_nonneg n x) as Hx. pose proof (nrm_nonneg n y) as Hy.
  apply Rsqr_incr_0; [|apply nrm_nonneg|lra]. unfold Rsqr. rewrite nrm_sqr.
  assert (E : dot n (fun i => x i + y i) (fun i => x i + y i)
              = dot n x x + 2 * dot n x y + dot n y y).
  { unfold dot. induction n as [|n IH]; cbn [sum]; [ring|].
    rewrite IH by apply nrm_nonneg. ring. }
  rewrite E, <- (nrm_sqr n x), <- (nrm_sqr n y).
  pose proof (CS n x y) as H. pose proof (Rle_abs (dot n x y)). nra.
Qed.

(** If y is within e of x then ||y|| <= ||x|| + e. *)
Lemma nrm_near n x y e :
  nrm n (fun i => y i - x i) <= e -> nrm n y <= nrm n x + e.
Proof.
  intros H. pose proof (nrm_triangle n x (fun i => y i - x i)) as T.
  cbv beta in T.
  rewrite (nrm_ext n (fun i => x i + (y i - x i)) y) in T by (intros; ring). lra.
Qed.

(** ** Matrices and restrictions *)

(** W x for a matrix W with d columns. *)
Definition matvec (d : nat) (W : nat -> nat -> R) (x : nat -> R) : nat -> R :=
  fun i => dot d (W i) x.

(** The restriction P_J x: entries outside J are replaced by 0. *)
Definition keep (J : nat -> bool) (x : nat -> R) : nat -> R :=
  fun i => if J i then x i else 0.

(** x vanishes outside J. *)
Definition supported (d : nat) (J : nat -> bool) (x : nat -> R) : Prop :=
  forall i, (i < d)%nat -> J i = false -> x i = 0.

(** An inner product with a vector supported in J sees only the entries in J. *)
Lemma dot_keep d J w x : supported d J x -> dot d w x = dot d (keep J w) x.
Proof.
  intros H. apply sum_ext_lt. intros i Hi. unfold keep.
  destruct (J i) eqn:E; [reflexivity|]. rewrite (H i Hi E). ring.
Qed.

(** |<w, x>| <= ||P_J w|| ||x|| if x is supported in J. *)
Lemma dot_keep_le d J w x : supported d J x -> Rabs (dot d w x) <= nrm d (keep J w) * nrm d x.
Proof. intros H. rewrite (dot_keep d J w x H). apply CS. Qed.

(** Inner products are linear in differences: what moves when both factors move. *)
Lemma dot_change d w w' x x' :
  dot d w' x' - dot d w x
  = dot d w (fun j => x' j - x j) + dot d (fun j => w' j - w j) x'.
Proof. unfold dot. induction d as [|d IH]; cbn [sum]; [ring|]. lra. Qed.

(** ** Counting *)

(** The number of indices below n in I. *)
Fixpoint card (n : nat) (I : nat -> bool) : nat :=
  match n with
  | O => O
  | S n => (card n I + if I n then 1 else 0)%nat
  end.

Lemma card_le n I : (card n I <= n)%nat.
Proof. induction n; cbn; [lia|destruct (I n); lia]. Qed.

(** A larger set has a larger count. *)
Lemma card_mono n I J :
  (forall i, (i < n)%nat -> I i = true -> J i = true) -> (card n I <= card n J)%nat.
Proof.
  induction n as [|n IH]; intros H; cbn; [lia|].
  assert (card n I <= card n J)%nat by (apply IH; intros i Hi; apply H; lia).
  specialize (H n ltac:(lia)). destruct (I n); [rewrite H by reflexivity; lia|].
  destruct (J n); lia.
Qed.

(** A strictly larger set has a strictly larger count. *)
Lemma card_lt n I J k :
  (forall i, (i < n)%nat -> I i = true -> J i = true) ->
  (k < n)%nat -> I k = false -> J k = true -> (card n I < card n J)%nat.
Proof.
  induction n as [|n IH]; intros H Hk HI HJ; [lia|]. cbn.
  assert (Hsub : forall i, (i < n)%nat -> I i = true -> J i = true) by (intros i Hi; apply H; lia).
  destruct (Nat.eq_dec k n) as [->|Hne].
  - rewrite HI, HJ. pose proof (card_mono n I J Hsub). lia.
  - assert (card n I < card n J)%nat by (apply IH; [assumption|lia|assumption|assumption]).
    specialize (H n ltac:(lia)). destruct (I n); [rewrite H by reflexivity; lia|].
    destruct (J n); lia.
Qed.

(** The complement has the other indices. *)
Lemma card_compl n I : (card n (fun i => negb (I i)) + card n I = n)%nat.
Proof. induction n; cbn; [lia|destruct (I n); cbn; lia]. Qed.

(** Adding one index adds one. *)
Lemma card_add n I k :
  (k < n)%nat -> I k = false ->
  card n (fun i => if Nat.eqb i k then true else I i) = S (card n I).
Proof.
  induction n as [|n IH]; intros Hk HI; [lia|]. cbn [card].
  destruct (Nat.eq_dec k n) as [->|Hne].
  - rewrite Nat.eqb_refl, HI.
    assert (E : card n (fun i => if Nat.eqb i n then true else I i) = card n I).
    { clear. assert (H : forall m, (m <= n)%nat ->
        card m (fun i => if Nat.eqb i n then true else I i) = card m I).
      { induction m as [|m IH]; intros Hm; cbn [card]; [reflexivity|].
        rewrite IH by lia. replace (Nat.eqb m n) with false by (symmetry; apply Nat.eqb_neq; lia).
        reflexivity. }
      apply H. lia. }
    rewrite E. lia.
  - rewrite IH by (assumption || lia).
    replace (Nat.eqb n k) with false by (symmetry; apply Nat.eqb_neq; lia). lia.
Qed.

(** A set that is not everything misses some index. *)
Lemma card_missing n I : (card n I < n)%nat -> exists i, (i < n)%nat /\ I i = false.
Proof.
  induction n as [|n IH]; cbn; intros H; [lia|].
  destruct (I n) eqn:E; [|exists n; split; [lia|assumption]].
  destruct IH as (i & Hi & HI); [lia|]. exists i. split; [lia|assumption].
Qed.

(** ** Finite searches and finite choice *)

(** A bounded search can be decided. *)
Lemma dec_exists_lt (P : nat -> Prop) (n : nat) :
  (forall k, {P k} + {~ P k}) ->
  {exists k, (k < n)%nat /\ P k} + {~ exists k, (k < n)%nat /\ P k}.
Proof.
  intros dec. induction n as [|n IH].
  - right. intros (k & Hk & _). lia.
  - destruct IH as [Y|N].
    + left. destruct Y as (k & Hk & HP). exists k. split; [lia|assumption].
    + destruct (dec n) as [Y|N'].
      * left. exists n. split; [lia|assumption].
      * right. intros (k & Hk & HP).
        destruct (Nat.eq_dec k n) as [->|Hne]; [contradiction|].
        apply N. exists k. split; [lia|assumption].
Defined.

(** Choosing one object for each of finitely many indices. *)
Lemma finite_choice (A : Type) (P : nat -> A -> Prop) (a : A) (n : nat) :
  (forall k, (k < n)%nat -> exists x, P k x) -> exists F, forall k, (k < n)%nat -> P k (F k).
Proof.
  induction n as [|n IH]; intros H.
  - exists (fun _ => a). intros k Hk. lia.
  - destruct IH as (F & HF); [intros k Hk; apply H; lia|].
    destruct (H n) as (x & Hx); [lia|].
    exists (fun k => if Nat.eqb k n then x else F k). intros k Hk.
    destruct (Nat.eqb_spec k n) as [->|Hne]; [assumption|apply HF; lia].
Qed.

(** The first index below n with a decidable property, if there is one. *)
Lemma first_such (P : nat -> Prop) (n : nat) :
  (forall k, {P k} + {~ P k}) -> (exists k, (k < n)%nat /\ P k) ->
  exists k, (k < n)%nat /\ P k /\ forall j, (j < k)%nat -> ~ P j.
Proof.
  intros dec. induction n as [|n IH]; intros (k & Hk & HP); [lia|].
  destruct (dec_exists_lt P n dec) as [Y|N].
  - destruct (IH Y) as (j & Hj & HPj & Hmin). exists j. repeat split; [lia|assumption|assumption].
  - exists k. repeat split; [assumption|assumption|].
    intros j Hj HPj. apply N. exists j. split; [lia|assumption].
Qed.

(** The largest value of b over the indices below n outside I, if there is one. *)
Lemma max_outside n (b : nat -> R) I :
  (exists i, (i < n)%nat /\ I i = false) ->
  exists i, (i < n)%nat /\ I i = false /\
    forall j, (j < n)%nat -> I j = false -> b j <= b i.
Proof.
  induction n as [|n IH]; intros (i & Hi & HI); [lia|].
  destruct (dec_exists_lt (fun j => I j = false) n) as [Y|N].
  { intros k. destruct (I k); [right; discriminate|left; reflexivity]. }
  - destruct (IH Y) as (k & Hk & HIk & Hmax).
    destruct (I n) eqn:En.
    + exists k. repeat split; [lia|assumption|]. intros j Hj HIj.
      destruct (Nat.eq_dec j n) as [->|Hne]; [congruence|apply Hmax; [lia|assumption]].
    + destruct (Rle_dec (b n) (b k)) as [Hle|Hgt].
      * exists k. repeat split; [lia|assumption|]. intros j Hj HIj.
        destruct (Nat.eq_dec j n) as [->|Hne]; [assumption|apply Hmax; [lia|assumption]].
      * exists n. repeat split; [lia|assumption|]. intros j Hj HIj.
        destruct (Nat.eq_dec j n) as [->|Hne]; [lra|].
        assert (b j <= b k) by (apply Hmax; [lia|assumption]). lra.
  - exists i. repeat split; [assumption|assumption|]. intros j Hj HIj.
    assert (forall l, (l < S n)%nat -> I l = false -> l = n) as Hn.
    { intros l Hl HIl. destruct (Nat.eq_dec l n); [assumption|].
      exfalso. apply N. exists l. split; [lia|assumption]. }
    rewrite (Hn j Hj HIj), (Hn i Hi HI). lra.
Qed.
