(** What the proofs use of probabilities and expectations.

    [probability P]: P is defined for every event, monotone, subadditive, and the sure
    event has probability 1. [expectation E]: on bounded functions >= 0, E is monotone,
    sublinear, and E 1 = 1; monotonicity only looks at the points of [ok], so almost every
    point is one of them. The outer measure and the upper integral of any probability
    space satisfy these for all events and all bounded functions, so no question of
    measurability arises; finite weighted distributions do too (end of the file). *)
From Coq Require Import Reals Lra Lia Bool Classical.
From Gapcert Require Import base.Sums base.Vectors.
Open Scope R_scope.

Record probability {W : Type} (P : (W -> Prop) -> R) : Prop := {
  prob_mono : forall A B : W -> Prop, (forall w, A w -> B w) -> P A <= P B;
  prob_union : forall A B, P (fun w => A w \/ B w) <= P A + P B;
  prob_sure : P (fun _ => True) = 1;
  prob_impossible : P (fun _ => False) = 0
}.

(** Bounded and non-negative. *)
Definition bounded {Z : Type} (f : Z -> R) : Prop := exists b, forall z, 0 <= f z <= b.

Record expectation {Z : Type} (ok : Z -> Prop) (E : (Z -> R) -> R) : Prop := {
  expect_mono : forall f g, bounded f -> bounded g ->
    (forall z, ok z -> f z <= g z) -> E f <= E g;
  expect_add : forall f g, bounded f -> bounded g ->
    E (fun z => f z + g z) <= E f + E g;
  expect_scale : forall a f, 0 <= a -> bounded f -> E (fun z => a * f z) = a * E f;
  expect_one : E (fun _ => 1) = 1
}.

(** The indicator of a boolean event. *)
Definition ind (b : bool) : R := if b then 1 else 0.

Lemma ind_range b : 0 <= ind b <= 1.
Proof. destruct b; cbn; lra. Qed.

(** ** Probabilities *)

Lemma prob_le_1 {W} (P : (W -> Prop) -> R) A : probability P -> P A <= 1.
Proof.
  intros HP. rewrite <- (prob_sure P HP). apply (prob_mono P HP). intros w _. exact I.
Qed.

Lemma prob_nonneg {W} (P : (W -> Prop) -> R) A : probability P -> 0 <= P A.
Proof.
  intros HP. rewrite <- (prob_impossible P HP). apply (prob_mono P HP). intros w F. destruct F.
Qed.

(** If A fails with probability at most t, it holds with probability at least 1 - t. *)
Lemma prob_complement {W} (P : (W -> Prop) -> R) A t : probability P ->
  P (fun w => ~ A w) <= t -> 1 - t <= P A.
Proof.
  intros HP H. pose proof (prob_union P HP A (fun w => ~ A w)) as U.
  assert (S : 1 <= P (fun w => A w \/ ~ A w)).
  { rewrite <- (prob_sure P HP). apply (prob_mono P HP). intros w _. apply classic. }
  lra.
Qed.

(** The union bound with a level for each event. *)
Lemma prob_union_weighted {W} (P : (W -> Prop) -> R) (A : nat -> W -> Prop) (a : nat -> R) n :
  probability P -> (forall k, (k < n)%nat -> P (A k) <= a k) ->
  P (fun w => exists k, (k < n)%nat /\ A k w) <= sum n a.
Proof.
  intros HP. induction n as [|n IH]; intros H; cbn [sum].
  - rewrite <- (prob_impossible P HP). apply (prob_mono P HP). intros w [k [Hk _]]. lia.
  - apply Rle_trans with (P (fun w => (exists k, (k < n)%nat /\ A k w) \/ A n w)).
    + apply (prob_mono P HP). intros w [k [Hk Ak]].
      destruct (Nat.eq_dec k n) as [->|Ne]; [right; exact Ak |].
      left. exists k. split; [lia | exact Ak].
    + eapply Rle_trans; [apply (prob_union P HP) |].
      apply Rplus_le_compat; [apply IH; intros k Hk; apply H; lia | apply H; lia].
Qed.

(** The union bound for n events at the same level. *)
Lemma prob_union_n {W} (P : (W -> Prop) -> R) (A : nat -> W -> Prop) (a : R) n : probability P ->
  (forall k, (k < n)%nat -> P (A k) <= a) ->
  P (fun w => exists k, (k < n)%nat /\ A k w) <= INR n * a.
Proof.
  intros HP H. rewrite <- (sum_const n a). apply prob_union_weighted; assumption.
Qed.

(** The law of f(w). *)
Lemma prob_image {W V} (P : (W -> Prop) -> R) (f : W -> V) : probability P ->
  probability (fun A : V -> Prop => P (fun w => A (f w))).
Proof.
  intros HP. split.
  - intros A B Sub. apply (prob_mono P HP). intros w. apply Sub.
  - intros A B. apply (prob_union P HP (fun w => A (f w)) (fun w => B (f w))).
  - apply (prob_sure P HP).
  - apply (prob_impossible P HP).
Qed.

(** ** Expectations *)

Lemma bounded_const {Z : Type} a : 0 <= a -> bounded (fun _ : Z => a).
Proof. intros Ha. exists a. intros z. lra. Qed.

Lemma bounded_ind {Z : Type} (b : Z -> bool) : bounded (fun z => ind (b z)).
Proof. exists 1. intros z. apply ind_range. Qed.

Lemma bounded_unit {Z : Type} (f : Z -> R) : (forall z, 0 <= f z <= 1) -> bounded f.
Proof. intros H. exists 1. exact H. Qed.

Lemma bounded_add {Z : Type} (f g : Z -> R) :
  bounded f -> bounded g -> bounded (fun z => f z + g z).
Proof.
  intros [a Ha] [b Hb]. exists (a + b). intros z. specialize (Ha z). specialize (Hb z). lra.
Qed.

Lemma bounded_scale {Z : Type} a (f : Z -> R) :
  0 <= a -> bounded f -> bounded (fun z => a * f z).
Proof.
  intros Ha [b Hb]. exists (a * b). intros z. specialize (Hb z). split.
  - apply Rmult_le_pos; lra.
  - apply Rmult_le_compat_l; lra.
Qed.

(** E (a) = a for constants a >= 0. *)
Lemma expect_const {Z} (ok : Z -> Prop) E a : expectation ok E -> 0 <= a -> E (fun _ => a) = a.
Proof.
  intros HE Ha. transitivity (E (fun _ : Z => a * 1)).
  - rewrite Rmult_1_r. reflexivity.
  - rewrite (expect_scale ok E HE a (fun _ => 1) Ha) by (apply bounded_const; lra).
    rewrite (expect_one ok E HE). ring.
Qed.

(** ** Instances *)

(** A finite distribution: points z_0, ..., z_(n-1) with weights that sum to 1. *)
Lemma weighted_expectation {Z} (ok : Z -> Prop) n (w : nat -> R) (z : nat -> Z) :
  (forall i, 0 <= w i) -> sum n w = 1 -> (forall i, (i < n)%nat -> ok (z i)) ->
  expectation ok (fun f => sum n (fun i => w i * f (z i))).
Proof.
  intros Pos One Ok. split.
  - intros f g _ _ H. apply sum_le_lt. intros i Hi.
    apply Rmult_le_compat_l; [apply Pos | apply H, Ok; exact Hi].
  - intros f g _ _. right. rewrite <- sum_plus. apply sum_ext. intros i. ring.
  - intros a f _ _. rewrite <- sum_scal. apply sum_ext. intros i. ring.
  - rewrite (sum_ext n _ w) by (intros i; ring). exact One.
Qed.

(** The sample mean. *)
Definition mean {Z : Type} (m : nat) (S : nat -> Z) (f : Z -> R) : R :=
  sum m (fun i => / INR m * f (S i)).

Lemma mean_expectation {Z} (ok : Z -> Prop) m (S : nat -> Z) :
  (0 < m)%nat -> (forall i, (i < m)%nat -> ok (S i)) -> expectation ok (mean m S).
Proof.
  intros Hm Ok. assert (P : 0 < INR m) by (apply lt_0_INR; exact Hm).
  apply (weighted_expectation ok m (fun _ => / INR m) S).
  - intros i. left. apply Rinv_0_lt_compat. exact P.
  - rewrite sum_const. field. lra.
  - exact Ok.
Qed.
