(** (D2) Derandomisation (theory A.4, Section 2 of paper/single-shot.md): from the risk
    of a random network to the probability that the given one goes wrong. *)
From Coq Require Import Reals Lra Lia List.
From Gapcert Require Import base.Sums single_shot.Prelude single_shot.Probability.
Open Scope R_scope.

Section Derandomise.

(** Random networks, and a loss l(h, z) in {0,1}, a simple function of h for each z. *)
Variables (H : Type) (Q : prob H) (l : H -> nat -> R).
Hypothesis l_simple : forall z, simple Q (fun h => l h z).
Hypothesis l_01 : forall h z, l h z = 0 \/ l h z = 1.
Variable tau : R.

Lemma l_range h z : 0 <= l h z <= 1.
Proof. destruct (l_01 h z) as [->| ->]; lra. Qed.

(** If the loss is 1 with probability at least 1 - tau, its mean is at least 1 - tau. *)
Lemma loss_likely z : likely H Q (fun h => l h z = 1) tau -> 1 - tau <= E Q (fun h => l h z).
Proof.
  intros (gamma & Hs & Hg & HE). apply (Rle_trans _ _ _ HE), E_mono; [assumption|apply l_simple|].
  intros h. destruct (Hg h) as [->|(-> & ->)]; [apply l_range|lra].
Qed.

(** If the loss is 0 with probability at least 1 - tau, its mean is at most tau. *)
Lemma loss_unlikely z : likely H Q (fun h => l h z = 0) tau -> E Q (fun h => l h z) <= tau.
Proof.
  intros (gamma & Hs & Hg & HE).
  apply Rle_trans with (E Q (fun h => 1 + -1 * gamma h)).
  - apply E_mono; [apply l_simple|exact (simple_map H Q (fun u => 1 + -1 * u) gamma Hs)|].
    intros h. destruct (Hg h) as [->|(-> & ->)]; [pose proof (l_range h z)|]; lra.
  - rewrite E_affine by assumption. lra.
Qed.

(** L_D(h), the risk of h on the weighted data space. *)
Definition risk (n : nat) (w : nat -> R) (h : H) : R := P_data n w (l h).

(** L_S(h), its mean loss on a sample. *)
Definition sample_risk (s : list nat) (h : H) : R := mean (l h) s.

(** E_Q L_D is the mean of the single losses. *)
Lemma E_risk n w : E Q (risk n w) = P_data n w (fun z => E Q (fun h => l h z)).
Proof. apply (E_sum H Q n w (fun z h => l h z)). intros z _. apply l_simple. Qed.

(** L_S is simple, and E_Q L_S is the mean of the single losses. *)
Lemma E_lsum s : simple Q (fun h => lsum (l h) s) /\
  E Q (fun h => lsum (l h) s) = lsum (fun z => E Q (fun h => l h z)) s.
Proof.
  induction s as [|z s (IHs & IHE)]; cbn [lsum]; [split; [apply simple_const|apply E_const]|].
  split; [exact (simple_op Q Rplus _ _ (l_simple z) IHs)|].
  rewrite <- IHE. pose proof (E_linear Q 1 1 _ _ (l_simple z) IHs) as L.
  rewrite !Rmult_1_l in L. rewrite <- L.
  apply Rle_antisym; apply E_mono; try (intros h; lra);
    try exact (simple_op Q Rplus _ _ (l_simple z) IHs);
    exact (simple_op Q (fun u v => 1 * u + 1 * v) _ _ (l_simple z) IHs).
Qed.

Lemma E_sample_risk s : simple Q (sample_risk s) /\
  E Q (sample_risk s) = mean (fun z => E Q (fun h => l h z)) s.
Proof.
  destruct (E_lsum s) as (Hs & HE). unfold sample_risk, mean, Rdiv.
  split; [exact (simple_map H Q (fun u => u * / INR (length s)) _ Hs)|].
  rewrite <- HE.
  pose proof (E_affine H Q 0 (/ INR (length s)) _ Hs) as A. rewrite Rplus_0_l in A.
  rewrite Rmult_comm, <- A.
  apply Rle_antisym; apply E_mono; try (intros h; lra);
    try exact (simple_map H Q (fun u => u * / INR (length s)) _ Hs);
    exact (simple_map H Q (fun u => 0 + / INR (length s) * u) _ Hs).
Qed.

(** Population: if every violated example has loss 1 with probability at least 1 - tau,
    then (1 - tau) P(violated) <= E_Q L_D. *)
Theorem population n w (viol : nat -> Prop) (dec : forall z, {viol z} + {~ viol z}) :
  (forall z, (z < n)%nat -> 0 <= w z) ->
  (forall z, (z < n)%nat -> viol z -> likely H Q (fun h => l h z = 1) tau) ->
  (1 - tau) * P_data n w (fun z => ind (dec z)) <= E Q (risk n w).
Proof.
  intros Hw Hviol. rewrite E_risk. unfold P_data. rewrite <- sum_scal.
  apply sum_le_lt. intros z Hz.
  replace ((1 - tau) * (w z * ind (dec z))) with (w z * ((1 - tau) * ind (dec z))) by ring.
  apply Rmult_le_compat_l; [apply Hw, Hz|]. unfold ind. destruct (dec z) as [V|V].
  - rewrite Rmult_1_r. apply loss_likely, Hviol; assumption.
  - rewrite Rmult_0_r. apply (E_range H Q _ 0 1); [apply l_simple|intros h; apply l_range].
Qed.

(** Sample: if every example that is not unsafe has loss 0 with probability at least
    1 - tau, then E_Q L_S <= u + tau (1 - u), u the fraction of unsafe examples. *)
Theorem empirical s (unsafe : nat -> Prop) (dec : forall z, {unsafe z} + {~ unsafe z}) :
  (0 < length s)%nat ->
  (forall z, In z s -> ~ unsafe z -> likely H Q (fun h => l h z = 0) tau) ->
  E Q (sample_risk s)
  <= mean (fun z => ind (dec z)) s + tau * (1 - mean (fun z => ind (dec z)) s).
Proof.
  intros Hlen Hsafe. rewrite (proj2 (E_sample_risk s)). unfold mean.
  assert (HN : 0 < INR (length s)) by (apply lt_0_INR; lia).
  assert (Hle : lsum (fun z => E Q (fun h => l h z)) s
                <= lsum (fun z => tau + (1 - tau) * ind (dec z)) s).
  { apply lsum_le. intros z Hz. unfold ind. destruct (dec z) as [U|U].
    - assert (E Q (fun h => l h z) <= 1)
        by (apply (E_range H Q _ 0 1); [apply l_simple|intros h; apply l_range]). lra.
    - pose proof (loss_unlikely z (Hsafe z Hz U)). lra. }
  rewrite lsum_affine in Hle.
  set (U := lsum (fun z => ind (dec z)) s) in *. set (N := INR (length s)) in *.
  replace (U / N + tau * (1 - U / N)) with ((tau * N + (1 - tau) * U) / N) by (field; lra).
  unfold Rdiv. apply Rmult_le_compat_r; [left; apply Rinv_0_lt_compat; assumption|exact Hle].
Qed.

End Derandomise.
