(** The probability of the good event (Section 3 of paper/single-shot.md): a union bound
    over the at most 2K+1 facts about the noise at a fixed input. The facts themselves,
    tails of a Gaussian vector, are hypotheses here (record [noise_facts]). *)
From Coq Require Import Reals Lra Lia.
From Gapcert Require Import base.Sums single_shot.Prelude single_shot.Stability
  single_shot.Probability.
Open Scope R_scope.

(** ** Likely events *)

Section Likely.

Variables (H : Type) (Q : prob H).

(** What a likely event implies is likely. *)
Lemma likely_mono (A A' : H -> Prop) tau :
  (forall h, A h -> A' h) -> likely H Q A tau -> likely H Q A' tau.
Proof.
  intros Himp (gamma & Hs & Hg & HE). exists gamma. repeat split; try assumption.
  intros h. destruct (Hg h) as [H0|(H1 & HA)]; [left; assumption|right; auto].
Qed.

(** What is always true has failure probability 0. *)
Lemma likely_always (A : H -> Prop) : (forall h, A h) -> likely H Q A 0.
Proof.
  intros HA. exists (fun _ => 1). split; [apply simple_const|]. split.
  - intros h. right. auto.
  - rewrite E_const. lra.
Qed.

(** Union bound: failure probabilities add. The indicator of the intersection is the
    product, and 1_A 1_B >= 1_A + 1_B - 1. *)
Lemma likely_and (A B : H -> Prop) ta tb :
  likely H Q A ta -> likely H Q B tb -> likely H Q (fun h => A h /\ B h) (ta + tb).
Proof.
  intros (f & Sf & Hf & Ef) (f' & Sf' & Hf' & Ef'). exists (fun h => f h * f' h).
  assert (Sp : simple Q (fun h => f h * f' h)) by exact (simple_op Q Rmult f f' Sf Sf').
  split; [assumption|split].
  - intros h. destruct (Hf h) as [->|(-> & HA)]; [left; ring|].
    destruct (Hf' h) as [->|(-> & HB)]; [left; ring|right; split; [ring|auto]].
  - assert (Sg : simple Q (fun h => -1 + 1 * f' h)) by exact (simple_map H Q (fun u => -1 + 1 * u) f' Sf').
    pose proof (E_linear Q 1 1 f _ Sf Sg) as L. rewrite E_affine in L by assumption.
    apply Rle_trans with (E Q (fun h => 1 * f h + 1 * (-1 + 1 * f' h))); [lra|].
    apply E_mono; [exact (simple_op Q (fun u v => 1 * u + 1 * v) f _ Sf Sg)|assumption|].
    intros h. destruct (Hf h) as [->|(-> & _)], (Hf' h) as [->|(-> & _)]; lra.
Qed.

(** The same for k events. *)
Lemma likely_all (A : nat -> H -> Prop) (t : nat -> R) k :
  (forall j, (j < k)%nat -> likely H Q (A j) (t j)) ->
  likely H Q (fun h => forall j, (j < k)%nat -> A j h) (sum k t).
Proof.
  induction k as [|k IH]; intros Hl; cbn [sum].
  - apply likely_always. intros h j Hj. lia.
  - apply likely_mono with (fun h => (forall j, (j < k)%nat -> A j h) /\ A k h).
    + intros h (Hk & Ak) j Hj. destruct (Nat.eq_dec j k) as [->|Hne]; [assumption|apply Hk; lia].
    + apply likely_and; [apply IH; intros j Hj|]; apply Hl; lia.
Qed.

End Likely.

(** ** The facts about the noise *)

(** The failure levels: tau_coord k and tau_norm k of hidden layer k, and tau_out. *)
Record levels := { tau_coord : nat -> R; tau_norm : nat -> R; tau_out : R }.

(** tau = sum_k (tau_k + tau'_k) + tau_{K+1}. *)
Definition tau (p : params) (t : levels) : R :=
  sum (K p) (fun k => tau_coord t (S k) + tau_norm t (S k)) + tau_out t.

(** What is asked of the random network Q around W at an input x. For Q = N(W, sigma^2),
    given xhat_{k-1} the noise N_k xhat_{k-1} is N(0, sigma_k^2 ||xhat_{k-1}||^2 Id), so
    these hold with 2 d_k (1 - Phi(q_k)) <= tau_coord k (or s_k = 0),
    P(chi_{d_k - s_k} > c_k) <= tau_norm k and 2 C (1 - Phi(q_{K+1})) <= tau_out. *)
Record noise_facts (p : params) (t : levels) (Q : prob network) (W : network) (x : nat -> R) : Prop := {
  coord_likely : forall k, (k < K p)%nat ->
    likely network Q (fun What =>
      (1 <= s p (S k))%nat -> forall i, (i < d p (S k))%nat ->
      Rabs (noise p W What x k i)
      <= sigma p (S k) * nrm (d p k) (layer (d p) What x k) * q p (S k)) (tau_coord t (S k));
  norm_likely : forall k J, (k < K p)%nat -> card (d p (S k)) J = (d p (S k) - s p (S k))%nat ->
    likely network Q (fun What =>
      nrm (d p (S k)) (keep J (noise p W What x k))
      <= sigma p (S k) * nrm (d p k) (layer (d p) What x k) * c p (S k)) (tau_norm t (S k));
  output_likely :
    likely network Q (fun What =>
      forall i, (i < d p (S (K p)))%nat ->
      Rabs (noise p W What x (K p) i)
      <= sigma p (S (K p)) * nrm (d p (K p)) (layer (d p) What x (K p)) * q p (S (K p))) (tau_out t)
}.

(** The good event for the active sets of W has probability at least 1 - tau. No union
    over index sets: they come from W, not from What. *)
Theorem good_likely p t Q W x J : params_ok p -> active_sets p W x J ->
  noise_facts p t Q W x -> likely network Q (fun What => good p J W What x) (tau p t).
Proof.
  intros ok HJ F. unfold tau.
  apply (likely_mono network Q (fun What =>
    (forall k, (k < K p)%nat ->
      ((1 <= s p (S k))%nat -> forall i, (i < d p (S k))%nat ->
        Rabs (noise p W What x k i)
        <= sigma p (S k) * nrm (d p k) (layer (d p) What x k) * q p (S k)) /\
      nrm (d p (S k)) (keep (J (S k)) (noise p W What x k))
      <= sigma p (S k) * nrm (d p k) (layer (d p) What x k) * c p (S k)) /\
    (forall i, (i < d p (S (K p)))%nat ->
      Rabs (noise p W What x (K p) i)
      <= sigma p (S (K p)) * nrm (d p (K p)) (layer (d p) What x (K p)) * q p (S (K p))))).
  - intros What (Hlayers & Hout). split.
    + intros k i Hk Hs Hi. apply (Hlayers k Hk); assumption.
    + intros k Hk. apply (Hlayers k Hk).
    + exact Hout.
  - apply likely_and; [|exact (output_likely p t Q W x F)].
    apply (likely_all network Q (fun k What =>
      ((1 <= s p (S k))%nat -> forall i, (i < d p (S k))%nat ->
        Rabs (noise p W What x k i)
        <= sigma p (S k) * nrm (d p k) (layer (d p) What x k) * q p (S k)) /\
      nrm (d p (S k)) (keep (J (S k)) (noise p W What x k))
      <= sigma p (S k) * nrm (d p k) (layer (d p) What x k) * c p (S k))
      (fun k => tau_coord t (S k) + tau_norm t (S k))).
    intros k Hk. apply likely_and; [apply (coord_likely p t Q W x F k Hk)|].
    apply (norm_likely p t Q W x F k (J (S k)) Hk).
    apply (active_card p ok W x J HJ). lia.
Qed.
