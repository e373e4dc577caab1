(** The assumptions of Theorem 13 do not contradict each other: for every valid choice of
    hyper-parameters some noise, population and sample satisfy them all. The instance is
    degenerate (no noise, one data point); it only shows that nothing is vacuous. *)
From Coq Require Import Reals Lra Lia.
From Gapcert Require Import base.Sums base.IndexSets base.Vectors base.Probability.
From Gapcert Require Import sparsity.SparseNorm sparsity.Network sparsity.Alpha sparsity.Variance.
From Gapcert Require Import sparsity.Noise sparsity.Losses sparsity.Recursion13 sparsity.Theorem13.
Open Scope R_scope.

(** ** The point mass at w *)

(** The values r = 0, and r = 1 if the event holds at w; the probability is the largest. *)
Definition mass_values {W : Type} (w : W) (A : W -> Prop) (r : R) : Prop :=
  r = 0 \/ (A w /\ r = 1).

Lemma mass_values_bounded {W : Type} (w : W) A : bound (mass_values w A).
Proof. exists 1. intros r [->|[_ ->]]; lra. Qed.

Lemma mass_values_inhabited {W : Type} (w : W) A : exists r, mass_values w A r.
Proof. exists 0. left. reflexivity. Qed.

Definition point_mass {W : Type} (w : W) (A : W -> Prop) : R :=
  proj1_sig (completeness _ (mass_values_bounded w A) (mass_values_inhabited w A)).

Lemma point_mass_in {W : Type} (w : W) (A : W -> Prop) : A w -> point_mass w A = 1.
Proof.
  intros H. unfold point_mass. destruct completeness as [p [Up Least]]. cbn [proj1_sig].
  apply Rle_antisym.
  - apply Least. intros r [->|[_ ->]]; lra.
  - apply Up. right. split; [exact H | reflexivity].
Qed.

Lemma point_mass_out {W : Type} (w : W) (A : W -> Prop) : ~ A w -> point_mass w A = 0.
Proof.
  intros H. unfold point_mass. destruct completeness as [p [Up Least]]. cbn [proj1_sig].
  apply Rle_antisym.
  - apply Least. intros r [->|[HA _]]; [lra | contradiction].
  - apply Up. left. reflexivity.
Qed.

Lemma point_mass_probability {W : Type} (w : W) : probability (point_mass w).
Proof.
  split.
  - intros A B Sub. destruct (Classical_Prop.classic (A w)) as [HA|HA].
    + rewrite !point_mass_in; [lra | apply Sub; exact HA | exact HA].
    + rewrite (point_mass_out w A HA). unfold point_mass.
      destruct completeness as [p [Up Least]]. apply Up. left. reflexivity.
  - intros A B.
    destruct (Classical_Prop.classic (A w)) as [HA|HA], (Classical_Prop.classic (B w)) as [HB|HB].
    + rewrite !point_mass_in; try assumption; [lra | left; exact HA].
    + rewrite (point_mass_in w A HA), (point_mass_out w B HB), point_mass_in; [lra | left; exact HA].
    + rewrite (point_mass_out w A HA), (point_mass_in w B HB), point_mass_in; [lra | right; exact HB].
    + rewrite !point_mass_out; try assumption; [lra | intros [X|X]; contradiction].
  - apply point_mass_in. exact I.
  - apply point_mass_out. intros F. exact F.
Qed.

(** ** The pieces *)

(** Without noise the Gaussian tail is trivial: the sparse norm of 0 is 0. *)
Lemma no_noise_tail H : gaussian_tail H (point_mass (fun _ _ _ => 0)).
Proof.
  intros j s2 s1 t Hj H2 H1 Ht. rewrite point_mass_out; [lra |].
  intros Fails. apply Fails. intros J2 J1 _ _ x.
  rewrite (nrm_ext _ _ (vscal 0 x)).
  - rewrite nrm_vscal, Rabs_R0, Rmult_0_l.
    apply Rmult_le_pos; [left; apply alpha_pos; exact H2 | apply nrm_nonneg].
  - intros i _. unfold keep at 1, vscal, mv, dot.
    rewrite (sum_ext _ _ (fun _ => 0)) by (intros l; ring). rewrite sum_zero.
    destruct (J2 i); ring.
Qed.

(** A point is a population. *)
Lemma one_point_expectation H z : admissible H z -> expectation (admissible H) (fun f => f z).
Proof.
  intros Hz. split.
  - intros f g _ _ Le. apply Le. exact Hz.
  - intros f g _ _. lra.
  - reflexivity.
  - reflexivity.
Qed.

(** The mean over copies of z. *)
Lemma mean_of_copies m (z : point) f : (0 < m)%nat -> mean m (fun _ => z) f = f z.
Proof.
  intros Hm. unfold mean. rewrite sum_const. field. apply not_0_INR. lia.
Qed.

(** The standard deviations of Theorem 13 are positive. *)
Lemma sigma13_pos H t j : valid H -> (j < depth H)%nat -> 0 < sigma13 H t j.
Proof.
  intros V Hj. unfold sigma13. apply Rmult_lt_0_compat; [apply (eps_pos H V) |].
  pose proof (spar_lt H V (S j) ltac:(lia)).
  apply Rmin_glb_lt; apply Rdiv_lt_0_compat.
  - apply (nu_pos H V).
  - apply alpha_pos. assumption.
  - apply (xi_pos H V).
  - apply alpha_pos. lia.
Qed.

Lemma sigma13_out_pos H t : valid H -> 0 < sigma13_out H t.
Proof.
  intros V. unfold sigma13_out. apply Rmult_lt_0_compat; [apply (eps_pos H V) |].
  pose proof (classes_pos H V).
  apply Rdiv_lt_0_compat; [apply (xi_pos H V) | apply alpha_pos; lia].
Qed.

(** sigma of Theorem 13 for all layers. *)
Definition sigma13_all (H : hyper) (t : R) (k : nat) : R :=
  match k with
  | O => 1
  | S j => if Nat.ltb j (depth H) then sigma13 H t j
           else if Nat.eqb j (depth H) then sigma13_out H t else 1
  end.

Lemma sigma13_within H t : valid H -> sigma_within H t (sigma13_all H t).
Proof.
  intros V. split.
  - intros [|j]; cbn [sigma13_all]; [lra |].
    destruct (Nat.ltb_spec j (depth H)); [apply sigma13_pos; assumption |].
    destruct (Nat.eqb j (depth H)); [apply sigma13_out_pos; exact V | lra].
  - intros j Hj. cbn [sigma13_all].
    replace (Nat.ltb j (depth H)) with true by (symmetry; apply Nat.ltb_lt; exact Hj). lra.
  - cbn [sigma13_all]. rewrite Nat.ltb_irrefl, Nat.eqb_refl. lra.
Qed.

(** ** All assumptions together *)

Theorem assumptions_consistent strict H m t delta prior z :
  valid H -> (2 <= m)%nat -> 0 < delta <= 1 -> admissible H z ->
  exists sigma PG ED PS, assumptions strict H m t delta prior sigma PG ED PS.
Proof.
  intros V Hm Hd Hz.
  exists (sigma13_all H t), (point_mass (fun _ _ _ => 0)), (fun f => f z), (point_mass (fun _ => z)).
  split; try assumption.
  - apply sigma13_within. exact V.
  - apply point_mass_probability.
  - apply no_noise_tail.
  - apply one_point_expectation. exact Hz.
  - apply point_mass_probability.
  - rewrite point_mass_out; [lra |]. intros Bad. apply Bad. intros i _. exact Hz.
  - intros j Hj. rewrite point_mass_out.
    + left. apply Rdiv_lt_0_compat; [lra |]. pose proof (pos_INR (depth H)). lra.
    + intros Bad. apply Bad. intros h. rewrite mean_of_copies by lia.
      pose proof (sqrt_pos ((KL H prior (sigma13_all H t) h (S j)
        + ln (INR m * (INR (depth H) + 1) / delta)) / (2 * (INR m - 1)))).
      unfold B. lra.
Qed.
