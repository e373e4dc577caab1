(** Index sets and their sizes.

    A set of indices is a boolean function on nat; only its part below n matters, and
    [card n J] counts that part. We need four facts: the size of a complement, the size
    of a larger set, and that a set can be enlarged or reduced to any given size. *)
From Coq Require Import Arith Bool Lia.

Definition iset := nat -> bool.

Fixpoint card (n : nat) (J : iset) : nat :=
  match n with
  | O => O
  | S n => card n J + (if J n then 1 else 0)
  end.

(** Every index of J below n is in J'. *)
Definition subset (n : nat) (J J' : iset) : Prop :=
  forall i, i < n -> J i = true -> J' i = true.

Definition compl (J : iset) : iset := fun i => negb (J i).
Definition empty : iset := fun _ => false.
Definition single (i : nat) : iset := fun k => Nat.eqb k i.
Definition add (J : iset) (i : nat) : iset := fun k => J k || Nat.eqb k i.

(** At most n indices lie below n. *)
Lemma card_le n J : card n J <= n.
Proof.
  induction n as [|n IH]; cbn [card].
  - lia.
  - destruct (J n); lia.
Qed.

(** A larger set has at least as many elements. *)
Lemma card_subset n J J' : subset n J J' -> card n J <= card n J'.
Proof.
  induction n as [|n IH]; intros Sub; cbn [card].
  - lia.
  - assert (IHn : card n J <= card n J').
    { apply IH. intros i Hi. apply Sub. lia. }
    destruct (J n) eqn:E.
    + rewrite (Sub n (Nat.lt_succ_diag_r n) E). lia.
    + destruct (J' n); lia.
Qed.

(** The size depends only on the part below n. *)
Lemma card_ext n J J' : (forall i, i < n -> J i = J' i) -> card n J = card n J'.
Proof.
  intros E. apply Nat.le_antisymm; apply card_subset; intros i Hi H.
  - rewrite <- E; assumption.
  - rewrite E; assumption.
Qed.

Lemma card_empty n : card n empty = 0.
Proof. induction n as [|n IH]; cbn [card]; unfold empty in *; lia. Qed.

(** A set and its complement share out the n indices. *)
Lemma card_compl n J : card n (compl J) + card n J = n.
Proof.
  induction n as [|n IH]; cbn [card].
  - reflexivity.
  - unfold compl at 2. destruct (J n); cbn [negb]; lia.
Qed.

(** A set with no element below n has size 0. *)
Lemma card_none n J : (forall i, i < n -> J i = false) -> card n J = 0.
Proof.
  intros H. rewrite <- (card_empty n). apply card_ext. exact H.
Qed.

(** A set that misses nothing below n has size n. *)
Lemma card_full n J : (forall i, i < n -> J i = true) -> card n J = n.
Proof.
  intros H. pose proof (card_compl n J) as P.
  rewrite (card_none n (compl J)) in P.
  - exact P.
  - intros i Hi. unfold compl. rewrite (H i Hi). reflexivity.
Qed.

(** A set of size below n misses some index below n. *)
Lemma card_lt_missing n J : card n J < n -> exists i, i < n /\ J i = false.
Proof.
  induction n as [|n IH]; cbn [card]; intros H.
  - lia.
  - destruct (J n) eqn:E.
    + destruct IH as [i [Hi Ei]]. lia. exists i. split; [lia | exact Ei].
    + exists n. split; [lia | exact E].
Qed.

(** A set of positive size has an element. *)
Lemma card_pos_member n J : 0 < card n J -> exists i, i < n /\ J i = true.
Proof.
  intros H. destruct (card_lt_missing n (compl J)) as [i [Hi E]].
  - pose proof (card_compl n J). lia.
  - exists i. split; [exact Hi |]. unfold compl in E. destruct (J i); [reflexivity | discriminate].
Qed.

(** Adding a missing index adds one to the size. *)
Lemma card_add n J i : i < n -> J i = false -> card n (add J i) = S (card n J).
Proof.
  induction n as [|n IH]; intros Hi E; cbn [card].
  - lia.
  - unfold add at 2. destruct (Nat.eq_dec i n) as [->|Ne].
    + assert (Same : card n (add J n) = card n J).
      { apply card_ext. intros k Hk. unfold add.
        replace (Nat.eqb k n) with false by (symmetry; apply Nat.eqb_neq; lia).
        apply orb_false_r. }
      rewrite Same, E, Nat.eqb_refl. cbn [orb]. lia.
    + replace (Nat.eqb n i) with false by (symmetry; apply Nat.eqb_neq; lia).
      rewrite orb_false_r, IH by (lia || assumption). lia.
Qed.

(** A single index below n is a set of size 1. *)
Lemma card_single n i : i < n -> card n (single i) = 1.
Proof.
  intros Hi. transitivity (card n (add empty i)).
  - apply card_ext. intros k _. reflexivity.
  - rewrite card_add by (assumption || reflexivity). rewrite card_empty. reflexivity.
Qed.

(** A set of size 1 is a single index. *)
Lemma card_one_single n J : card n J = 1 ->
  exists i, i < n /\ forall k, k < n -> J k = single i k.
Proof.
  intros H. destruct (card_pos_member n J) as [i [Hi E]]; [lia |].
  exists i. split; [exact Hi |]. intros k Hk. unfold single.
  destruct (Nat.eqb_spec k i) as [->|Ne]; [exact E |].
  destruct (J k) eqn:Ek; [| reflexivity].
  assert (Two : card n (add (single i) k) <= card n J).
  { apply card_subset. intros l Hl Hmem. unfold add, single in Hmem.
    destruct (Nat.eqb_spec l i) as [->|]; [exact E |].
    destruct (Nat.eqb_spec l k) as [->|]; [exact Ek | discriminate]. }
  rewrite card_add, card_single in Two; try assumption; [lia |].
  unfold single. apply Nat.eqb_neq. exact Ne.
Qed.

(** A set can be enlarged to any size up to n. *)
Lemma enlarge n J m : card n J <= m <= n ->
  exists J', subset n J J' /\ card n J' = m.
Proof.
  intros [H1 H2]. remember (m - card n J) as gap eqn:G. revert J H1 G.
  induction gap as [|gap IH]; intros J H1 G.
  - exists J. split; [intros i _ H; exact H | lia].
  - destruct (card_lt_missing n J) as [i [Hi E]]; [lia |].
    pose proof (card_add n J i Hi E) as A.
    destruct (IH (add J i)) as [J' [Sub C]]; [lia | lia |].
    exists J'. split; [| exact C].
    intros k Hk Mem. apply Sub; [exact Hk |]. unfold add. rewrite Mem. reflexivity.
Qed.

(** A set can be reduced to any smaller size. *)
Lemma reduce n J m : m <= card n J ->
  exists J', subset n J' J /\ card n J' = m.
Proof.
  intros H. pose proof (card_compl n J) as P.
  destruct (enlarge n (compl J) (n - m)) as [J' [Sub C]]; [lia |].
  exists (compl J'). split.
  - intros i Hi Mem. destruct (J i) eqn:E; [reflexivity |].
    assert (In : J' i = true).
    { apply Sub; [exact Hi |]. unfold compl. rewrite E. reflexivity. }
    unfold compl in Mem. rewrite In in Mem. discriminate.
  - pose proof (card_compl n J') as P'. pose proof (card_le n J). lia.
Qed.
