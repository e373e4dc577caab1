(** Lemma 4 of Muthukumar and Sulam (2023): one layer x |-> relu(W x) and a perturbation
    of it.

    The inputs x, x' vanish on an index set I1 of size s1. The radius is that of the
    vector -W x / (xi zeta), xi a bound of the reduced row norms and zeta one of ||x||.
    Part 1: a positive radius makes an index set of size s2 inactive. Part 2: how far the
    pre-activations move, and that a radius at least gamma > 0 keeps the set inactive.
    Part 3: how far the outputs and the radius move. *)
From Coq Require Import Reals Lra Lia Bool.
From Gapcert Require Import base.Sums base.IndexSets base.Vectors.
From Gapcert Require Import sparsity.SparseNorm sparsity.Radius.
Open Scope R_scope.

Definition relu (t : R) : R := Rmax 0 t.
Definition layer (d1 : nat) (W : mat) (x : vec) : vec := fun i => relu (mv d1 W x i).

(** The vector whose s-th largest entry is the radius: -W x / c, c = xi zeta. *)
Definition slack (d1 : nat) (W : mat) (x : vec) (c : R) : vec := fun i => - mv d1 W x i / c.

(** ** The ReLU *)

Lemma relu_inactive t : t <= 0 -> relu t = 0.
Proof. apply Rmax_left. Qed.

Lemma relu_abs_le t : Rabs (relu t) <= Rabs t.
Proof.
  unfold relu, Rmax. destruct (Rle_dec 0 t); [lra |]. rewrite Rabs_R0. apply Rabs_pos.
Qed.

Lemma relu_lipschitz t u : Rabs (relu t - relu u) <= Rabs (t - u).
Proof.
  unfold relu, Rmax. destruct (Rle_dec 0 t), (Rle_dec 0 u); unfold Rabs;
    repeat destruct (Rcase_abs _); lra.
Qed.

(** The slack at i is at least r iff the pre-activation is at most -r c. *)
Lemma slack_ge d1 W x c i r : 0 < c -> (r <= slack d1 W x c i <-> mv d1 W x i <= - (r * c)).
Proof.
  intros Hc. unfold slack.
  assert (E : - mv d1 W x i / c * c = - mv d1 W x i) by (field; lra).
  split; intros H.
  - pose proof (Rmult_le_compat_r c _ _ (Rlt_le _ _ Hc) H). lra.
  - apply Rmult_le_reg_r with c; lra.
Qed.

(** The change of the slack is that of the pre-activation, divided by c. *)
Lemma slack_change d1 W W' x x' c g i : 0 < c ->
  Rabs (mv d1 W' x' i - mv d1 W x i) <= c * g ->
  Rabs (slack d1 W' x' c i - slack d1 W x c i) <= g.
Proof.
  intros Hc H. unfold slack.
  replace (- mv d1 W' x' i / c - - mv d1 W x i / c)
    with (- ((mv d1 W' x' i - mv d1 W x i) * / c)) by (field; lra).
  rewrite Rabs_Ropp, Rabs_mult, (Rabs_pos_eq (/ c)) by (left; apply Rinv_0_lt_compat; exact Hc).
  apply Rmult_le_reg_r with c; [exact Hc |].
  rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

(** ** Part 1 *)

(** A set on which the slack is non-negative is inactive. *)
Lemma inactive_of_slack d2 d1 W x c I2 : 0 < c ->
  (forall i, (i < d2)%nat -> I2 i = true -> 0 <= slack d1 W x c i) ->
  vanishes d2 I2 (layer d1 W x).
Proof.
  intros Hc H i Hi E. apply relu_inactive.
  specialize (H i Hi E). apply slack_ge in H; [lra | exact Hc].
Qed.

(** The norm of a vector that vanishes on I is that of its part off I. *)
Lemma nrm_vanishing n I x : vanishes n I x -> nrm n x = nrm n (keep (compl I) x).
Proof.
  intros V. apply nrm_ext. intros i Hi. unfold keep, compl.
  destruct (I i) eqn:E; cbn [negb]; [apply V; assumption | reflexivity].
Qed.

(** If I2 is inactive, the output norm grows by at most the sparse norm. *)
Lemma layer_norm d2 d1 s2 s1 W nu zeta I2 I1 x : 0 <= nu ->
  sparse_bound d2 d1 s2 s1 W nu -> card d2 I2 = s2 -> card d1 I1 = s1 ->
  vanishes d1 I1 x -> nrm d1 x <= zeta ->
  vanishes d2 I2 (layer d1 W x) -> nrm d2 (layer d1 W x) <= nu * zeta.
Proof.
  intros Hnu Sp C2 C1 V Nx V2.
  rewrite (nrm_vanishing d2 I2) by exact V2.
  apply Rle_trans with (nrm d2 (keep (compl I2) (mv d1 W x))).
  - apply nrm_mono. intros i _. unfold keep, layer.
    destruct (compl I2 i); [apply relu_abs_le | lra].
  - eapply Rle_trans; [eapply sparse_bound_apply; eassumption |].
    apply Rmult_le_compat_l; assumption.
Qed.

(** Lemma 4, part 1: a positive radius makes s2 outputs inactive. *)
Theorem lemma4_part1 d2 d1 s2 W x c r : 0 < c -> 0 < r ->
  radius d2 s2 (slack d1 W x c) r ->
  exists I2, card d2 I2 = s2 /\ vanishes d2 I2 (layer d1 W x).
Proof.
  intros Hc Hr Rad. destruct (radius_pos _ _ _ _ Hr Rad) as [I2 [C2 H]].
  exists I2. split; [exact C2 |].
  apply (inactive_of_slack d2 d1 W x c I2 Hc).
  intros i Hi E. specialize (H i Hi E). lra.
Qed.

(** ** Parts 2 and 3: a perturbed layer with a perturbed input *)

Section Perturbed.

Variables (d2 d1 s2 s1 : nat) (W W' : mat) (x x' : vec) (xi nu zeta e0 e1 : R) (I1 : iset).

(** Both inputs vanish on I1; ||x|| <= zeta and ||x' - x|| <= zeta e0. *)
Hypothesis size_I1 : card d1 I1 = s1.
Hypothesis input_sparse : vanishes d1 I1 x.
Hypothesis input_sparse' : vanishes d1 I1 x'.
Hypothesis input_norm : nrm d1 x <= zeta.
Hypothesis input_change : nrm d1 (vsub x' x) <= zeta * e0.

(** The relative change of the layer is at most e1. *)
Hypothesis zeta_nonneg : 0 <= zeta.
Hypothesis xi_nonneg : 0 <= xi.
Hypothesis nu_nonneg : 0 <= nu.
Hypothesis e1_nonneg : 0 <= e1.

(** gamma of the output: 1 + gamma = (1 + e0) (1 + e1). *)
Let gamma := (1 + e0) * (1 + e1) - 1.

(** W'x' - W x = W (x' - x) + (W' - W) x'. *)
Lemma preactivation_split i :
  mv d1 W' x' i - mv d1 W x i = mv d1 W (vsub x' x) i + mv d1 (msub W' W) x' i.
Proof.
  unfold mv, dot. rewrite <- sum_plus.
  replace (sum d1 (fun j => W' i j * x' j) - sum d1 (fun j => W i j * x j))
    with (1 * sum d1 (fun j => W' i j * x' j) + (-1) * sum d1 (fun j => W i j * x j)) by ring.
  rewrite <- sum_lin. apply sum_ext. intros j. unfold vsub, msub. ring.
Qed.

(** The input change vanishes on I1 too. *)
Lemma change_sparse : vanishes d1 I1 (vsub x' x).
Proof.
  intros j Hj E. unfold vsub. rewrite input_sparse, input_sparse' by assumption. ring.
Qed.

(** ||x'|| <= zeta (1 + e0). *)
Lemma perturbed_input_norm : nrm d1 x' <= zeta * (1 + e0).
Proof.
  rewrite (nrm_ext d1 x' (vadd x (vsub x' x))) by (intros i _; unfold vadd, vsub; ring).
  eapply Rle_trans; [apply nrm_triangle |]. lra.
Qed.

(** Lemma 4, part 2, the pre-activations: each moves by at most xi zeta gamma. *)
Theorem lemma4_part2_preactivation i :
  row_bound d2 d1 s1 W xi -> row_bound d2 d1 s1 (msub W' W) (e1 * xi) -> (i < d2)%nat ->
  Rabs (mv d1 W' x' i - mv d1 W x i) <= xi * zeta * gamma.
Proof.
  intros Row RowN Hi. rewrite preactivation_split.
  pose proof (row_bound_apply d2 d1 s1 W xi I1 (vsub x' x) i Row size_I1 change_sparse Hi) as A.
  pose proof (row_bound_apply d2 d1 s1 (msub W' W) (e1 * xi) I1 x' i RowN size_I1 input_sparse' Hi) as B.
  assert (A' : xi * nrm d1 (vsub x' x) <= xi * (zeta * e0))
    by (apply Rmult_le_compat_l; assumption).
  assert (B' : e1 * xi * nrm d1 x' <= e1 * xi * (zeta * (1 + e0))).
  { apply Rmult_le_compat_l; [apply Rmult_le_pos; assumption | apply perturbed_input_norm]. }
  eapply Rle_trans; [apply Rabs_triang |].
  replace (xi * zeta * gamma) with (xi * (zeta * e0) + e1 * xi * (zeta * (1 + e0)))
    by (unfold gamma; ring).
  unfold mv. lra.
Qed.

(** Lemma 4, part 2, inactivity: where the slack is at least gamma, both outputs vanish. *)
Theorem lemma4_part2_inactive I2 :
  0 < xi * zeta -> 0 <= gamma ->
  row_bound d2 d1 s1 W xi -> row_bound d2 d1 s1 (msub W' W) (e1 * xi) ->
  (forall i, (i < d2)%nat -> I2 i = true -> gamma <= slack d1 W x (xi * zeta) i) ->
  vanishes d2 I2 (layer d1 W x) /\ vanishes d2 I2 (layer d1 W' x').
Proof.
  intros Hc Hg Row RowN H. split.
  - apply (inactive_of_slack d2 d1 W x (xi * zeta) I2 Hc).
    intros i Hi E. specialize (H i Hi E). lra.
  - intros i Hi E. apply relu_inactive.
    pose proof (H i Hi E) as S. apply slack_ge in S; [| exact Hc].
    pose proof (lemma4_part2_preactivation i Row RowN Hi) as C.
    pose proof (Rle_abs (mv d1 W' x' i - mv d1 W x i)).
    replace (gamma * (xi * zeta)) with (xi * zeta * gamma) in S by ring. lra.
Qed.

(** Lemma 4, part 2, with the radius: if it is at least gamma > 0, some index set of size
    s2 is inactive in both networks. *)
Theorem lemma4_part2 r :
  0 < xi * zeta -> 0 < gamma ->
  row_bound d2 d1 s1 W xi -> row_bound d2 d1 s1 (msub W' W) (e1 * xi) ->
  radius d2 s2 (slack d1 W x (xi * zeta)) r -> gamma <= r ->
  exists I2, card d2 I2 = s2 /\ vanishes d2 I2 (layer d1 W x) /\ vanishes d2 I2 (layer d1 W' x').
Proof.
  intros Hc Hg Row RowN Rad Hr.
  destruct (proj1 (radius_ge _ _ _ _ gamma Hg Rad) Hr) as [I2 [C2 H]].
  exists I2. split; [exact C2 |].
  apply lemma4_part2_inactive; try assumption. lra.
Qed.

(** Lemma 4, part 3, the outputs: if both vanish on I2, they differ by at most
    nu zeta gamma. *)
Theorem lemma4_part3_output I2 :
  sparse_bound d2 d1 s2 s1 W nu -> sparse_bound d2 d1 s2 s1 (msub W' W) (e1 * nu) ->
  card d2 I2 = s2 -> vanishes d2 I2 (layer d1 W x) -> vanishes d2 I2 (layer d1 W' x') ->
  nrm d2 (vsub (layer d1 W' x') (layer d1 W x)) <= nu * zeta * gamma.
Proof.
  intros Sp SpN C2 V V'.
  set (J := compl I2).
  assert (Off : vanishes d2 I2 (vsub (layer d1 W' x') (layer d1 W x))).
  { intros i Hi E. unfold vsub. rewrite V, V' by assumption. ring. }
  rewrite (nrm_vanishing d2 I2) by exact Off. fold J.
  apply Rle_trans with
    (nrm d2 (vadd (keep J (mv d1 W (vsub x' x))) (keep J (mv d1 (msub W' W) x')))).
  - apply nrm_mono. intros i _. unfold vadd, keep, vsub at 1. destruct (J i).
    + rewrite <- preactivation_split. apply relu_lipschitz.
    + rewrite Rabs_R0. apply Rabs_pos.
  - eapply Rle_trans; [apply nrm_triangle |].
    pose proof (sparse_bound_apply d2 d1 s2 s1 W nu I2 I1 _ Sp C2 size_I1 change_sparse) as A.
    pose proof (sparse_bound_apply d2 d1 s2 s1 _ (e1 * nu) I2 I1 _ SpN C2 size_I1 input_sparse') as B.
    fold J in A, B.
    assert (A' : nu * nrm d1 (vsub x' x) <= nu * (zeta * e0))
      by (apply Rmult_le_compat_l; assumption).
    assert (B' : e1 * nu * nrm d1 x' <= e1 * nu * (zeta * (1 + e0))).
    { apply Rmult_le_compat_l; [apply Rmult_le_pos; assumption | apply perturbed_input_norm]. }
    replace (nu * zeta * gamma) with (nu * (zeta * e0) + e1 * nu * (zeta * (1 + e0)))
      by (unfold gamma; ring).
    lra.
Qed.

(** Lemma 4, part 3, the radius: it moves by at most gamma. *)
Theorem lemma4_part3_radius r r' :
  0 < xi * zeta ->
  row_bound d2 d1 s1 W xi -> row_bound d2 d1 s1 (msub W' W) (e1 * xi) ->
  radius d2 s2 (slack d1 W x (xi * zeta)) r ->
  radius d2 s2 (slack d1 W' x' (xi * zeta)) r' ->
  Rabs (r' - r) <= gamma.
Proof.
  intros Hc Row RowN. apply radius_lipschitz. intros i Hi.
  apply slack_change; [exact Hc |]. apply lemma4_part2_preactivation; assumption.
Qed.

End Perturbed.

(** ** Part 2 needs gamma > 0

    With eps_0 = eps_1 = 0 the perturbed layer is the layer itself and gamma = 0. The
    radius is clipped at 0, so "radius >= gamma" always holds; but W = (1), x = (1),
    s2 = 1 has no inactive output. *)
Theorem lemma4_part2_fails_at_zero :
  let W : mat := fun _ _ => 1 in
  let x : vec := fun _ => 1 in
  let gamma := (1 + 0) * (1 + 0) - 1 in
  radius 1 1 (slack 1 W x (1 * 1)) 0 /\ gamma <= 0 /\
  row_bound 1 1 0 W 1 /\ row_bound 1 1 0 (msub W W) (0 * 1) /\ nrm 1 x <= 1 /\
  ~ exists I2, card 1 I2 = 1%nat /\ vanishes 1 I2 (layer 1 W x).
Proof.
  intros W x gamma.
  assert (Pre : mv 1 W x 0%nat = 1) by (unfold mv, dot, W, x; cbn; ring).
  assert (In : forall I, card 1 I = 1%nat -> I 0%nat = true).
  { intros I C. destruct (card_pos_member 1 I) as [i [Hi E]]; [lia |].
    replace i with 0%nat in E by lia. exact E. }
  assert (N1 : forall y : vec, nrm 1 y = Rabs (y 0%nat)).
  { intros y. apply nrm_single; [lia | intros k Hk Ne; lia]. }
  repeat split.
  - exists (-1). split; [split |].
    + exists (single 0). split; [apply card_single; lia |].
      intros i Hi _. replace i with 0%nat by lia. unfold slack. rewrite Pre. lra.
    + intros r [I [C H]]. specialize (H 0%nat ltac:(lia) (In I C)).
      unfold slack in H. rewrite Pre in H. lra.
    + rewrite Rmax_left by lra. reflexivity.
  - unfold gamma. lra.
  - intros i J1 _ _. eapply Rle_trans; [apply nrm_keep_le |].
    rewrite N1. unfold W. rewrite Rabs_R1. lra.
  - intros i J1 _ _. eapply Rle_trans; [apply nrm_keep_le |].
    rewrite N1. unfold msub, W. rewrite Rminus_diag_eq, Rabs_R0 by reflexivity. lra.
  - rewrite N1. unfold x. rewrite Rabs_R1. lra.
  - intros [I2 [C2 V]]. specialize (V 0%nat ltac:(lia) (In I2 C2)).
    unfold layer, relu in V. rewrite Pre, Rmax_right in V by lra. lra.
Qed.
