(** Expectations, as far as these proofs need them.

    Data: a finite space 0..n-1 with weights w; a sample is a list of m of its points,
    drawn independently. Networks: any space H whatever, with an expectation that is
    defined for "simple" functions (finitely many values, each taken on an event), and
    there linear and monotone. Every probability measure gives such an expectation, a
    Gaussian on networks as well as weights on a finite set; countable additivity is
    never used. *)
From Coq Require Import Reals Lra Lia List.
From Gapcert Require Import base.Sums single_shot.Prelude.
Import ListNotations.
Open Scope R_scope.

(** ** Indicators *)

Definition ind {P : Prop} (dec : {P} + {~ P}) : R := if dec then 1 else 0.

Lemma ind_range P (dec : {P} + {~ P}) : 0 <= ind dec <= 1.
Proof. unfold ind. destruct dec; lra. Qed.
Lemma ind_true P (dec : {P} + {~ P}) : P -> ind dec = 1.
Proof. unfold ind. destruct dec; tauto. Qed.
Lemma ind_false P (dec : {P} + {~ P}) : ~ P -> ind dec = 0.
Proof. unfold ind. destruct dec; tauto. Qed.

(** ** Expectations over networks *)

Record prob (H : Type) := {
  simple : (H -> R) -> Prop;
  E : (H -> R) -> R;
  simple_const : forall a, simple (fun _ => a);
  simple_op : forall (op : R -> R -> R) f f', simple f -> simple f' ->
    simple (fun h => op (f h) (f' h));
  E_const : forall a, E (fun _ => a) = a;
  E_linear : forall a b f f', simple f -> simple f' ->
    E (fun h => a * f h + b * f' h) = a * E f + b * E f';
  E_mono : forall f f', simple f -> simple f' -> (forall h, f h <= f' h) -> E f <= E f'
}.
Arguments simple {H}. Arguments E {H}. Arguments simple_const {H}. Arguments simple_op {H}.
Arguments E_const {H}. Arguments E_linear {H}. Arguments E_mono {H}.

Section Expectation.

Variables (H : Type) (Q : prob H).

(** Any function of a simple function is simple. *)
Lemma simple_map (F : R -> R) f : simple Q f -> simple Q (fun h => F (f h)).
Proof. intros Hf. exact (simple_op Q (fun a _ => F a) f f Hf Hf). Qed.

(** Finite sums of simple functions are simple. *)
Lemma simple_sum n (a : nat -> R) f :
  (forall i, (i < n)%nat -> simple Q (f i)) -> simple Q (fun h => sum n (fun i => a i * f i h)).
Proof.
  induction n as [|n IH]; intros Hf; cbn [sum]; [apply simple_const|].
  apply (simple_op Q (fun u v => u + a n * v)); [apply IH; intros i Hi|]; apply Hf; lia.
Qed.

(** The expectation of a finite sum. *)
Lemma E_sum n (a : nat -> R) f :
  (forall i, (i < n)%nat -> simple Q (f i)) ->
  E Q (fun h => sum n (fun i => a i * f i h)) = sum n (fun i => a i * E Q (f i)).
Proof.
  induction n as [|n IH]; intros Hf; cbn [sum]; [apply E_const|].
  assert (Hs : forall i, (i < n)%nat -> simple Q (f i)) by (intros i Hi; apply Hf; lia).
  rewrite <- (IH Hs).
  pose proof (E_linear Q 1 (a n) _ _ (simple_sum n a f Hs) (Hf n ltac:(lia))) as L.
  rewrite Rmult_1_l in L. rewrite <- L.
  assert (Hl : simple Q (fun h => 1 * sum n (fun i => a i * f i h) + a n * f n h)).
  { apply (simple_op Q (fun u v => 1 * u + a n * v)); [apply simple_sum, Hs|apply Hf; lia]. }
  assert (Hr : simple Q (fun h => sum n (fun i => a i * f i h) + a n * f n h)).
  { apply (simple_op Q (fun u v => u + a n * v)); [apply simple_sum, Hs|apply Hf; lia]. }
  apply Rle_antisym; apply E_mono; try assumption; intros h; lra.
Qed.

(** E (a + b f). *)
Lemma E_affine a b f : simple Q f -> E Q (fun h => a + b * f h) = a + b * E Q f.
Proof.
  intros Hf.
  pose proof (E_linear Q a b (fun _ => 1) f (simple_const Q 1) Hf) as L.
  rewrite E_const, Rmult_1_r in L. rewrite <- L.
  assert (S1 : simple Q (fun h => a + b * f h)) by exact (simple_map (fun u => a + b * u) f Hf).
  assert (S2 : simple Q (fun h => a * 1 + b * f h)) by exact (simple_map (fun u => a * 1 + b * u) f Hf).
  apply Rle_antisym; apply E_mono; try assumption; intros h; lra.
Qed.

(** A function with values in [a, b] has its mean there. *)
Lemma E_range f a b : simple Q f -> (forall h, a <= f h <= b) -> a <= E Q f <= b.
Proof.
  intros Hf Hr.
  pose proof (E_mono Q (fun _ => a) f (simple_const Q a) Hf (fun h => proj1 (Hr h))) as La.
  pose proof (E_mono Q f (fun _ => b) Hf (simple_const Q b) (fun h => proj2 (Hr h))) as Lb.
  rewrite E_const in La, Lb. split; assumption.
Qed.

(** A holds with Q-probability at least 1 - tau: there is an event (with indicator
    gamma) inside A of that probability. *)
Definition likely (A : H -> Prop) (tau : R) : Prop :=
  exists gamma, simple Q gamma /\
    (forall h, gamma h = 0 \/ (gamma h = 1 /\ A h)) /\ 1 - tau <= E Q gamma.

End Expectation.

(** Weights p_i on finitely many points h_i of H give an expectation. *)
Definition finite_prob (H : Type) (n : nat) (p : nat -> R) (pt : nat -> H)
  (Hp : forall i, (i < n)%nat -> 0 <= p i) (Hsum : sum n p = 1) : prob H.
Proof.
  refine {| simple := fun _ => True; E := fun f => sum n (fun i => p i * f (pt i)) |}.
  - auto.
  - auto.
  - intros a. rewrite (sum_ext _ _ (fun i => a * p i)) by (intros; ring).
    rewrite sum_scal, Hsum. ring.
  - intros a b f f' _ _. rewrite <- sum_lin. apply sum_ext. intros i. ring.
  - intros f f' _ _ Hle. apply sum_le_lt. intros i Hi.
    apply Rmult_le_compat_l; [apply Hp, Hi|apply Hle].
Defined.

(** ** Expectations over samples *)

(** The sum of f over a list. *)
Fixpoint lsum (f : nat -> R) (l : list nat) : R :=
  match l with [] => 0 | z :: l => f z + lsum f l end.

(** The mean of f over a sample. *)
Definition mean (f : nat -> R) (l : list nat) : R := lsum f l / INR (length l).

Lemma lsum_le f f' l : (forall z, In z l -> f z <= f' z) -> lsum f l <= lsum f' l.
Proof.
  induction l as [|z l IH]; intros Hle; cbn [lsum]; [lra|].
  assert (f z <= f' z) by (apply Hle; left; reflexivity).
  assert (lsum f l <= lsum f' l) by (apply IH; intros z' Hz; apply Hle; right; assumption). lra.
Qed.

Lemma lsum_affine a b f l : lsum (fun z => a + b * f z) l = a * INR (length l) + b * lsum f l.
Proof.
  induction l as [|z l IH]; [cbn; ring|].
  cbn [lsum]. rewrite IH. change (length (z :: l)) with (S (length l)). rewrite S_INR. ring.
Qed.

(** The mean of f over a sample of m independent points. *)
Fixpoint E_sample (n : nat) (w : nat -> R) (m : nat) (F : list nat -> R) : R :=
  match m with
  | O => F []
  | S m => sum n (fun z => w z * E_sample n w m (fun l => F (z :: l)))
  end.

(** The samples of m points of 0..n-1. *)
Definition sample (n m : nat) (l : list nat) : Prop :=
  length l = m /\ forall z, In z l -> (z < n)%nat.

Section Samples.

Variables (n : nat) (w : nat -> R).
Hypothesis w_nonneg : forall z, (z < n)%nat -> 0 <= w z.
Hypothesis w_sum : sum n w = 1.

(** The probability of a set of points, given by its indicator. *)
Definition P_data (f : nat -> R) : R := sum n (fun z => w z * f z).

(** Monotone. *)
Lemma E_sample_mono m F F' :
  (forall l, sample n m l -> F l <= F' l) -> E_sample n w m F <= E_sample n w m F'.
Proof.
  revert F F'. induction m as [|m IH]; intros F F' Hle; cbn [E_sample].
  - apply Hle. split; [reflexivity|intros z []].
  - apply sum_le_lt. intros z Hz. apply Rmult_le_compat_l; [apply w_nonneg, Hz|].
    apply IH. intros l (Hlen & Hl). apply Hle. split; [cbn; lia|].
    intros z' [<-|Hin]; [assumption|apply Hl, Hin].
Qed.

(** Linear. *)
Lemma E_sample_linear m a b F F' :
  E_sample n w m (fun l => a * F l + b * F' l) = a * E_sample n w m F + b * E_sample n w m F'.
Proof.
  revert F F'. induction m as [|m IH]; intros F F'; cbn [E_sample]; [reflexivity|].
  rewrite <- sum_lin. apply sum_ext. intros z. rewrite IH. ring.
Qed.

(** The mean of a constant. *)
Lemma E_sample_const m a : E_sample n w m (fun _ => a) = a.
Proof.
  induction m as [|m IH]; cbn [E_sample]; [reflexivity|].
  rewrite (sum_ext _ _ (fun z => a * w z)) by (intros z; rewrite IH; ring).
  rewrite sum_scal, w_sum. ring.
Qed.

(** Samples agree that agree on all samples. *)
Lemma E_sample_ext m F F' :
  (forall l, sample n m l -> F l = F' l) -> E_sample n w m F = E_sample n w m F'.
Proof. intros He. apply Rle_antisym; apply E_sample_mono; intros l Hl; rewrite He by assumption; lra. Qed.

(** Finite sums come out. *)
Lemma E_sample_sum m k (a : nat -> R) F :
  E_sample n w m (fun l => sum k (fun i => a i * F i l))
  = sum k (fun i => a i * E_sample n w m (F i)).
Proof.
  induction k as [|k IH]; cbn [sum]; [apply E_sample_const|].
  rewrite <- IH, <- (Rmult_1_l (E_sample n w m (fun l => sum k (fun i => a i * F i l)))).
  rewrite <- E_sample_linear. apply E_sample_ext. intros l _. ring.
Qed.

(** Markov's inequality: X >= 0 exceeds E X / delta with probability at most delta. *)
Lemma markov m X delta M :
  (forall l, sample n m l -> 0 <= X l) -> E_sample n w m X <= M -> 0 < delta -> 0 < M ->
  E_sample n w m (fun l => ind (Rlt_dec (M / delta) (X l))) <= delta.
Proof.
  intros HX HE Hd HM.
  assert (Hle : E_sample n w m (fun l => ind (Rlt_dec (M / delta) (X l)))
                <= E_sample n w m (fun l => (delta / M) * X l + 0 * X l)).
  { apply E_sample_mono. intros l Hl. specialize (HX l Hl).
    assert (Hr : 0 < delta / M) by (apply Rdiv_lt_0_compat; assumption).
    destruct (Rlt_dec (M / delta) (X l)) as [Hlt|Hge]; cbn [ind].
    - unfold ind. assert (delta / M * (M / delta) = 1) by (field; lra).
      assert (delta / M * (M / delta) <= delta / M * X l) by (apply Rmult_le_compat_l; lra). lra.
    - unfold ind. assert (0 <= delta / M * X l) by (apply Rmult_le_pos; lra). lra. }
  rewrite E_sample_linear in Hle.
  assert (delta / M * E_sample n w m X <= delta / M * M).
  { apply Rmult_le_compat_l; [left; apply Rdiv_lt_0_compat; assumption|assumption]. }
  assert (delta / M * M = delta) by (field; lra). lra.
Qed.

End Samples.

(** Networks and samples exchange (Fubini): E_S E_Q = E_Q E_S. *)
Lemma E_sample_E (H : Type) (Q : prob H) n w m (F : list nat -> H -> R) :
  (forall l, sample n m l -> simple Q (F l)) ->
  simple Q (fun h => E_sample n w m (fun l => F l h)) /\
  E_sample n w m (fun l => E Q (F l)) = E Q (fun h => E_sample n w m (fun l => F l h)).
Proof.
  revert F. induction m as [|m IH]; intros F HF; cbn [E_sample].
  - split; [apply HF; split; [reflexivity|intros z []]|reflexivity].
  - assert (Hz : forall z, (z < n)%nat -> forall l, sample n m l -> simple Q (F (z :: l))).
    { intros z Hz l (Hlen & Hl). apply HF. split; [cbn; lia|].
      intros z' [<-|Hin]; [assumption|apply Hl, Hin]. }
    split.
    + apply simple_sum. intros z Hzn. apply (IH (fun l => F (z :: l))), Hz, Hzn.
    + rewrite E_sum by (intros z Hzn; apply (IH (fun l => F (z :: l))), Hz, Hzn).
      apply sum_ext_lt. intros z Hzn. f_equal. apply (IH (fun l => F (z :: l))), Hz, Hzn.
Qed.
