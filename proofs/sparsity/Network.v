(** Propositions 9 and 10 of Muthukumar and Sulam (2023), for actual networks.

    x_0 = x, x_k = relu(W_k x_(k-1)) for k <= K, output W_(K+1) x_K. Layer k is [h k],
    k = 1, ..., K+1; it maps [dim (k-1)] numbers to [dim k]. Nothing is assumed of the
    layers beyond bounds on their norms: the per-layer inequalities come from Lemma 4. *)
From Coq Require Import Reals Lra Lia Bool.
From Gapcert Require Import base.Sums base.IndexSets base.Vectors.
From Gapcert Require Import sparsity.SparseNorm sparsity.Babel sparsity.Radius sparsity.Layer.
Open Scope R_scope.

(** ** Hyper-parameters *)

Record hyper := {
  depth : nat;            (* K, the number of hidden layers *)
  dim : nat -> nat;       (* d_0, ..., d_(K+1); d_(K+1) is the number of classes *)
  spar : nat -> nat;      (* s_k, the number of inactive units of layer k *)
  xi : nat -> R;          (* bounds of the reduced row norms *)
  nu : nat -> R;          (* bounds of the sparse norms, e.g. xi_k sqrt(1 + eta_k) *)
  eps : nat -> R;         (* relative size of the perturbation of layer k *)
  MX : R                  (* bound of ||x|| *)
}.

Record valid (H : hyper) : Prop := {
  spar_0 : spar H 0 = 0%nat;
  spar_lt : forall k, (k <= depth H)%nat -> (spar H k < dim H k)%nat;
  classes_pos : (0 < dim H (S (depth H)))%nat;
  xi_pos : forall k, 0 < xi H k;
  nu_pos : forall k, 0 < nu H k;
  eps_pos : forall k, 0 < eps H k;
  MX_pos : 0 < MX H
}.

(** zeta_0 = M_X, zeta_k = nu_k zeta_(k-1): bounds of ||x_k||. *)
Fixpoint zeta (H : hyper) (k : nat) : R :=
  match k with
  | O => MX H
  | S k => nu H (S k) * zeta H k
  end.

(** zeta_(K+1) = xi_(K+1) zeta_K, for the outputs. *)
Definition zeta_out (H : hyper) : R := xi H (S (depth H)) * zeta H (depth H).

(** gamma_0 = 0, 1 + gamma_k = (1 + gamma_(k-1)) (1 + eps_k). *)
Fixpoint gamma (H : hyper) (k : nat) : R :=
  match k with
  | O => 0
  | S k => (1 + gamma H k) * (1 + eps H (S k)) - 1
  end.

(** The product of the 1 + eps_n, n <= k. *)
Fixpoint eps_product (H : hyper) (k : nat) : R :=
  match k with
  | O => 1
  | S k => eps_product H k * (1 + eps H (S k))
  end.

(** gamma_k = prod_(n <= k) (1 + eps_n) - 1. *)
Lemma gamma_product H k : gamma H k = eps_product H k - 1.
Proof.
  induction k as [|k IH]; cbn [gamma eps_product]; [ring |]. rewrite IH. ring.
Qed.

Lemma zeta_pos H k : valid H -> 0 < zeta H k.
Proof.
  intros V. induction k as [|k IH]; cbn [zeta].
  - apply MX_pos. exact V.
  - apply Rmult_lt_0_compat; [apply nu_pos; exact V | exact IH].
Qed.

Lemma gamma_nonneg H k : valid H -> 0 <= gamma H k.
Proof.
  intros V. induction k as [|k IH]; cbn [gamma].
  - lra.
  - pose proof (eps_pos H V (S k)). nra.
Qed.

Lemma gamma_pos H k : valid H -> 0 < gamma H (S k).
Proof.
  intros V. cbn [gamma]. pose proof (gamma_nonneg H k V). pose proof (eps_pos H V (S k)). nra.
Qed.

(** The normalisation xi_k zeta_(k-1) of the radius at layer k = S j. *)
Definition scale (H : hyper) (j : nat) : R := xi H (S j) * zeta H j.

Lemma scale_pos H j : valid H -> 0 < scale H j.
Proof.
  intros V. apply Rmult_lt_0_compat; [apply xi_pos; exact V | apply zeta_pos; exact V].
Qed.

(** ** Networks *)

Definition net := nat -> mat.

(** x_k, the output of hidden layer k. *)
Fixpoint act (H : hyper) (h : net) (x : vec) (k : nat) : vec :=
  match k with
  | O => x
  | S k => layer (dim H k) (h (S k)) (act H h x k)
  end.

(** h(x) = W_(K+1) x_K. *)
Definition output (H : hyper) (h : net) (x : vec) : vec :=
  mv (dim H (depth H)) (h (S (depth H))) (act H h x (depth H)).

(** The vector whose s_k-th largest entry is the radius at layer k = S j. *)
Definition layer_slack (H : hyper) (h : net) (x : vec) (j : nat) : vec :=
  slack (dim H j) (h (S j)) (act H h x j) (scale H j).

(** "r_k(h,x) >= g" at layer k = S j, for g > 0; no condition if s_k = 0. *)
Definition radius_at_least (H : hyper) (h : net) (x : vec) (j : nat) (g : R) : Prop :=
  at_least (dim H (S j)) (spar H (S j)) (layer_slack H h x j) g.

(** The network is within the hyper-parameters. *)
Record in_class (H : hyper) (h : net) : Prop := {
  class_rows : forall k, (k <= depth H)%nat ->
    row_bound (dim H (S k)) (dim H k) (spar H k) (h (S k)) (xi H (S k));
  class_sparse : forall k, (k < depth H)%nat ->
    sparse_bound (dim H (S k)) (dim H k) (spar H (S k)) (spar H k) (h (S k)) (nu H (S k))
}.

(** Lemma 18 gives the second condition from the reduced babel function. *)
Lemma in_class_of_babel H h eta : valid H ->
  (forall k, 0 <= eta k) ->
  (forall k, nu H k = xi H k * sqrt (1 + eta k)) ->
  (forall k, (k <= depth H)%nat ->
    row_bound (dim H (S k)) (dim H k) (spar H k) (h (S k)) (xi H (S k))) ->
  (forall k, (k < depth H)%nat ->
    babel_bound (dim H (S k)) (dim H k) (spar H (S k)) (spar H k) (h (S k)) (xi H (S k)) (eta (S k))) ->
  in_class H h.
Proof.
  intros V Heta Hnu Rows Babel. split; [exact Rows |].
  intros k Hk. rewrite Hnu. apply lemma18.
  - left. apply xi_pos. exact V.
  - apply Rows. lia.
  - apply Heta.
  - apply Babel. exact Hk.
Qed.

(** Layer k = S j of h' is within relative distance eps_k of that of h: in reduced row
    norm ... *)
Definition near_rows (H : hyper) (h h' : net) (j : nat) : Prop :=
  row_bound (dim H (S j)) (dim H j) (spar H j) (msub (h' (S j)) (h (S j)))
    (eps H (S j) * xi H (S j)).

(** ... and in sparse norm. *)
Definition near_sparse (H : hyper) (h h' : net) (j : nat) : Prop :=
  sparse_bound (dim H (S j)) (dim H j) (spar H (S j)) (spar H j) (msub (h' (S j)) (h (S j)))
    (eps H (S j) * nu H (S j)).

(** The first k layers of h' are near those of h. *)
Definition near (H : hyper) (h h' : net) (k : nat) : Prop :=
  forall j, (j < k)%nat -> near_rows H h h' j /\ near_sparse H h h' j.

Lemma near_prefix H h h' k j : (j <= k)%nat -> near H h h' k -> near H h h' j.
Proof. intros Hj N i Hi. apply N. lia. Qed.

(** ** Proposition 9: one network *)

(** At layer k an index set of size s_k is inactive and ||x_k|| <= zeta_k. *)
Definition inactive_and_bounded (H : hyper) (h : net) (x : vec) (k : nat) : Prop :=
  (exists I, card (dim H k) I = spar H k /\ vanishes (dim H k) I (act H h x k)) /\
  nrm (dim H k) (act H h x k) <= zeta H k.

(** The input layer: s_0 = 0, the empty set. *)
Lemma inactive_and_bounded_0 H h x : valid H ->
  nrm (dim H 0) x <= MX H -> inactive_and_bounded H h x 0.
Proof.
  intros V Nx. split; [| exact Nx].
  exists empty. split.
  - rewrite card_empty. symmetry. apply spar_0. exact V.
  - intros i _ E. discriminate E.
Qed.

(** Proposition 9: if all radii are positive, index sets of size s_k are inactive and
    ||x_k|| <= zeta_k. *)
Theorem proposition9 H h x k : valid H -> in_class H h -> (k <= depth H)%nat ->
  nrm (dim H 0) x <= MX H ->
  (forall j, (j < k)%nat -> exists g, 0 < g /\ radius_at_least H h x j g) ->
  inactive_and_bounded H h x k.
Proof.
  intros V C. induction k as [|k IH]; intros Hk Nx Rad.
  - apply inactive_and_bounded_0; assumption.
  - destruct IH as [[I1 [C1 V1]] N1]; [lia | exact Nx | intros j Hj; apply Rad; lia |].
    destruct (Rad k) as [g [Hg [I2 [C2 H2]]]]; [lia |].
    assert (V2 : vanishes (dim H (S k)) I2 (act H h x (S k))).
    { apply (inactive_of_slack _ _ _ _ (scale H k)); [apply scale_pos; exact V |].
      intros i Hi E. apply Rle_trans with g; [lra | exact (H2 i Hi E)]. }
    split.
    + exists I2. split; assumption.
    + cbn [act zeta]. eapply layer_norm; try eassumption.
      * left. apply nu_pos. exact V.
      * apply (class_sparse H h C). lia.
Qed.

(** Then the outputs are at most zeta_(K+1) in absolute value. *)
Corollary proposition9_output H h x i : valid H -> in_class H h ->
  nrm (dim H 0) x <= MX H ->
  (forall j, (j < depth H)%nat -> exists g, 0 < g /\ radius_at_least H h x j g) ->
  (i < dim H (S (depth H)))%nat -> Rabs (output H h x i) <= zeta_out H.
Proof.
  intros V C Nx Rad Hi.
  destruct (proposition9 H h x (depth H) V C (Nat.le_refl _) Nx Rad) as [[I [CI VI]] N].
  apply Rle_trans with (xi H (S (depth H)) * nrm (dim H (depth H)) (act H h x (depth H))).
  - apply (row_bound_apply (dim H (S (depth H))) _ (spar H (depth H)) _ _ I); try assumption.
    apply (class_rows H h C). lia.
  - apply Rmult_le_compat_l; [left; apply (xi_pos H V) | exact N].
Qed.

(** ** Proposition 10: a network and a perturbation of it *)

(** At layer k an index set of size s_k is inactive in both networks, ||x_k|| <= zeta_k
    and ||x'_k - x_k|| <= zeta_k gamma_k. *)
Definition stable_at (H : hyper) (h h' : net) (x : vec) (k : nat) : Prop :=
  (exists I, card (dim H k) I = spar H k /\
     vanishes (dim H k) I (act H h x k) /\ vanishes (dim H k) I (act H h' x k)) /\
  nrm (dim H k) (act H h x k) <= zeta H k /\
  nrm (dim H k) (vsub (act H h' x k) (act H h x k)) <= zeta H k * gamma H k.

(** The input layer. *)
Lemma stable_at_0 H h h' x : valid H -> nrm (dim H 0) x <= MX H -> stable_at H h h' x 0.
Proof.
  intros V Nx. destruct (inactive_and_bounded_0 H h x V Nx) as [[I [C I0]] _].
  split; [| split].
  - exists I. split; [exact C |]. split; exact I0.
  - exact Nx.
  - cbn [act gamma]. rewrite (nrm_ext _ _ (vscal 0 x)).
    + rewrite nrm_vscal, Rabs_R0. lra.
    + intros i _. unfold vsub, vscal. ring.
Qed.

(** Where layer k is stable, the pre-activations of layer k+1 move by at most
    xi_(k+1) zeta_k gamma_(k+1). *)
Lemma preactivation_change H h h' x k i : valid H -> in_class H h -> (k <= depth H)%nat ->
  near_rows H h h' k -> stable_at H h h' x k -> (i < dim H (S k))%nat ->
  Rabs (mv (dim H k) (h' (S k)) (act H h' x k) i - mv (dim H k) (h (S k)) (act H h x k) i)
  <= scale H k * gamma H (S k).
Proof.
  intros V C Hk Near [[I [CI [V1 V1']]] [Nx Dx]] Hi. unfold scale. cbn [gamma].
  apply (lemma4_part2_preactivation (dim H (S k)) (dim H k) (spar H k) _ _ _ _
           (xi H (S k)) (zeta H k) (gamma H k) (eps H (S k)) I); try assumption.
  - left. apply xi_pos. exact V.
  - left. apply eps_pos. exact V.
  - apply (class_rows H h C). exact Hk.
Qed.

(** A set on which the radius condition holds is inactive in both networks. *)
Lemma inactive_in_both H h h' x k I2 : valid H -> in_class H h -> (k <= depth H)%nat ->
  near_rows H h h' k -> stable_at H h h' x k ->
  (forall i, (i < dim H (S k))%nat -> I2 i = true -> gamma H (S k) <= layer_slack H h x k i) ->
  vanishes (dim H (S k)) I2 (act H h x (S k)) /\ vanishes (dim H (S k)) I2 (act H h' x (S k)).
Proof.
  intros V C Hk Near [[I [CI [V1 V1']]] [Nx Dx]] H2. cbn [act].
  apply (lemma4_part2_inactive (dim H (S k)) (dim H k) (spar H k) _ _ _ _
           (xi H (S k)) (zeta H k) (gamma H k) (eps H (S k)) I); try assumption.
  - left. apply xi_pos. exact V.
  - left. apply eps_pos. exact V.
  - apply scale_pos. exact V.
  - apply (gamma_nonneg H (S k) V).
  - apply (class_rows H h C). exact Hk.
Qed.

(** One layer of Proposition 10. *)
Lemma stable_at_step H h h' x k : valid H -> in_class H h -> (k < depth H)%nat ->
  near_rows H h h' k -> near_sparse H h h' k -> stable_at H h h' x k ->
  radius_at_least H h x k (gamma H (S k)) -> stable_at H h h' x (S k).
Proof.
  intros V C Hk NearR NearS Stable [I2 [C2 H2]].
  destruct (inactive_in_both H h h' x k I2) as [V2 V2']; try assumption; [lia |].
  destruct Stable as [[I [CI [V1 V1']]] [Nx Dx]].
  assert (Hnu : 0 <= nu H (S k)) by (left; apply nu_pos; exact V).
  split; [| split].
  - exists I2. split; [exact C2 |]. split; assumption.
  - cbn [act zeta]. eapply layer_norm; try eassumption. apply (class_sparse H h C). exact Hk.
  - cbn [act zeta gamma].
    apply (lemma4_part3_output (dim H (S k)) (dim H k) (spar H (S k)) (spar H k) _ _ _ _
             (nu H (S k)) (zeta H k) (gamma H k) (eps H (S k)) I CI V1 V1' Nx Dx) with (I2 := I2);
      try assumption.
    + left. apply eps_pos. exact V.
    + apply (class_sparse H h C). exact Hk.
Qed.

(** Proposition 10, hidden layers: radii at least gamma_j up to layer k make layer k
    stable under every perturbation within eps. *)
Theorem proposition10 H h h' x k : valid H -> in_class H h -> (k <= depth H)%nat ->
  near H h h' k -> nrm (dim H 0) x <= MX H ->
  (forall j, (j < k)%nat -> radius_at_least H h x j (gamma H (S j))) ->
  stable_at H h h' x k.
Proof.
  intros V C. induction k as [|k IH]; intros Hk Near Nx Rad.
  - apply stable_at_0; assumption.
  - destruct (Near k (Nat.lt_succ_diag_r k)) as [NearR NearS].
    apply stable_at_step; try assumption; [| apply Rad; lia].
    apply IH; [lia | | exact Nx | intros j Hj; apply Rad; lia].
    apply (near_prefix H h h' (S k)); [lia | exact Near].
Qed.

(** The index sets of Proposition 10 by name: any set of size s_k on which the slack is at
    least gamma_k is inactive in both networks. *)
Theorem proposition10_inactive H h h' x k I : valid H -> in_class H h -> (k < depth H)%nat ->
  near H h h' (S k) -> nrm (dim H 0) x <= MX H ->
  (forall j, (j < k)%nat -> radius_at_least H h x j (gamma H (S j))) ->
  (forall i, (i < dim H (S k))%nat -> I i = true -> gamma H (S k) <= layer_slack H h x k i) ->
  vanishes (dim H (S k)) I (act H h x (S k)) /\ vanishes (dim H (S k)) I (act H h' x (S k)).
Proof.
  intros V C Hk Near Nx Rad HI.
  apply inactive_in_both; try assumption; [lia | |].
  - apply (Near k). lia.
  - apply proposition10; try assumption; [lia |].
    apply (near_prefix H h h' (S k)); [lia | exact Near].
Qed.

(** Proposition 10, outputs: |h'(x) - h(x)|_inf <= zeta_(K+1) gamma_(K+1). *)
Theorem proposition10_output H h h' x i : valid H -> in_class H h ->
  near H h h' (depth H) -> near_rows H h h' (depth H) -> nrm (dim H 0) x <= MX H ->
  (forall j, (j < depth H)%nat -> radius_at_least H h x j (gamma H (S j))) ->
  (i < dim H (S (depth H)))%nat ->
  Rabs (output H h' x i - output H h x i) <= zeta_out H * gamma H (S (depth H)).
Proof.
  intros V C Near NearOut Nx Rad Hi.
  apply preactivation_change; try assumption; [lia |].
  apply proposition10; try assumption. lia.
Qed.

(** The radius at layer k+1 moves by at most gamma_(k+1) (Lemma 4, part 3): a threshold g
    passed by h is passed by h' up to gamma_(k+1), and conversely. *)
Theorem radius_change H h h' x k g : valid H -> in_class H h -> (k < depth H)%nat ->
  near H h h' (S k) -> nrm (dim H 0) x <= MX H ->
  (forall j, (j < k)%nat -> radius_at_least H h x j (gamma H (S j))) ->
  (radius_at_least H h x k g -> radius_at_least H h' x k (g - gamma H (S k))) /\
  (radius_at_least H h' x k g -> radius_at_least H h x k (g - gamma H (S k))).
Proof.
  intros V C Hk Near Nx Rad.
  assert (Move : forall i, (i < dim H (S k))%nat ->
    Rabs (layer_slack H h' x k i - layer_slack H h x k i) <= gamma H (S k)).
  { intros i Hi. apply slack_change; [apply scale_pos; exact V |].
    apply preactivation_change; try assumption; [lia | apply (Near k); lia |].
    apply proposition10; try assumption; [lia |].
    apply (near_prefix H h h' (S k)); [lia | exact Near]. }
  split; apply at_least_perturbed; intros i Hi.
  - apply Move. exact Hi.
  - rewrite Rabs_minus_sym. apply Move. exact Hi.
Qed.
