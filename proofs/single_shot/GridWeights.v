(** The a-priori weights of the grids sum to at most 1 (Section 6 of paper/single-shot.md,
    Section 3 of paper/norm-based.md). *)
From Coq Require Import Reals Lra Lia ZArith.
From Gapcert Require Import base.Sums single_shot.Prelude.
Open Scope R_scope.

(** 1/((t+1)(t+2)), t = 0, 1, 2, ... *)
Definition step_weight (t : nat) : R := / ((INR t + 1) * (INR t + 2)).

(** The partial sums telescope. *)
Lemma step_weight_sum N : sum N step_weight = 1 - / (INR N + 1).
Proof.
  induction N as [|N IH]; cbn [sum]; [cbn; field|].
  rewrite IH, S_INR. unfold step_weight. pose proof (pos_INR N). field. lra.
Qed.

(** They sum to at most 1 (the weights of s_k, and of tau = 2^-(t+1)). *)
Theorem step_weight_le_1 N : sum N step_weight <= 1.
Proof.
  rewrite step_weight_sum. pose proof (pos_INR N).
  assert (0 < / (INR N + 1)) by (apply Rinv_0_lt_compat; lra). lra.
Qed.

(** (2/3)/((|t|+1)(|t|+2)) for an integer t. *)
Definition level_weight (t : Z) : R := 2 / 3 * step_weight (Z.abs_nat t).

(** The weights of -N .. N sum to at most 1: 2/3 (1 + 1 - 1/2). *)
Theorem level_weight_le_1 N :
  sum (S N) (fun t => level_weight (Z.of_nat t))
  + sum N (fun t => level_weight (- Z.of_nat (S t))) <= 1.
Proof.
  assert (E1 : sum (S N) (fun t => level_weight (Z.of_nat t)) = 2 / 3 * sum (S N) step_weight).
  { rewrite <- sum_scal. apply sum_ext. intros t. unfold level_weight.
    rewrite Zabs2Nat.id. reflexivity. }
  assert (E2 : sum N (fun t => level_weight (- Z.of_nat (S t)))
               = 2 / 3 * (sum (S N) step_weight - step_weight 0)).
  { rewrite sum_first. replace (step_weight 0 + sum N (fun i => step_weight (S i)) - step_weight 0)
      with (sum N (fun i => step_weight (S i))) by ring.
    rewrite <- sum_scal. apply sum_ext. intros t. unfold level_weight. f_equal. f_equal.
    lia. }
  rewrite E1, E2. pose proof (step_weight_le_1 (S N)).
  assert (E0 : step_weight 0 = 1 / 2) by (unfold step_weight; cbn; field). lra.
Qed.

(** Products of weights, one factor for each coordinate, sum to at most 1 if those of
    either coordinate do, even if the second may depend on the first. *)
Theorem product_weight_le_1 N M (a : nat -> R) (b : nat -> nat -> R) :
  (forall i, 0 <= a i) -> sum N a <= 1 -> (forall i, sum M (b i) <= 1) ->
  sum N (fun i => sum M (fun j => a i * b i j)) <= 1.
Proof.
  intros Ha HN HM. apply Rle_trans with (sum N a); [|assumption].
  apply sum_le. intros i. rewrite sum_scal. specialize (Ha i). specialize (HM i). nra.
Qed.
