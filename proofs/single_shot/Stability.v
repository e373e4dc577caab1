(** The deterministic part of Theorem M (single-shot): while the layers below are
    stable, the perturbed network stays near the given one (Lemma 1 of
    paper/single-shot.md, theory A.4).

    Layers are numbered from 1; layer k+1 reads layer k. The network is bias-free:
    x_0 = x, x_{k+1} = relu(W_{k+1} x_k) for k < K, and the output is W_{K+1} x_K. *)
From Coq Require Import Reals Lra Lia Bool.
From Gapcert Require Import base.Sums single_shot.Prelude.
Open Scope R_scope.

(** ** Networks *)

(** The matrices of a network: W k is the matrix of layer k. *)
Definition network := nat -> nat -> nat -> R.

Definition relu (t : R) : R := Rmax t 0.

(** x_k, the output of layer k, for layers of widths d 0, d 1, ... *)
Fixpoint layer (d : nat -> nat) (W : network) (x : nat -> R) (k : nat) : nat -> R :=
  match k with
  | O => x
  | S k => fun i => relu (matvec (d k) (W (S k)) (layer d W x k) i)
  end.

(** The pre-activation W_{k+1} x_k of layer k+1 (for k = K: the output h(x)). *)
Definition pre (d : nat -> nat) (W : network) (x : nat -> R) (k : nat) : nat -> R :=
  matvec (d k) (W (S k)) (layer d W x k).

(** ** Order statistics *)

(** "The s-th largest of b_0 .. b_{d-1} is at least t": at least s of them are. It
    holds for s = 0, where there is no condition. *)
Definition at_least_t (b : nat -> R) (t : R) : nat -> bool :=
  fun i => if Rle_dec t (b i) then true else false.
Definition kth_ge (d s : nat) (b : nat -> R) (t : R) : Prop :=
  (s <= card d (at_least_t b t))%nat.

Lemma kth_ge_dec d s b t : {kth_ge d s b t} + {~ kth_ge d s b t}.
Proof. unfold kth_ge. apply le_dec. Defined.

(** (O) If every value drops by at most r, so does the s-th largest. *)
Lemma kth_ge_shift d s b b' t r :
  (forall i, (i < d)%nat -> b i - r <= b' i) -> kth_ge d s b t -> kth_ge d s b' (t - r).
Proof.
  intros H Hb. unfold kth_ge in *. apply (Nat.le_trans _ _ _ Hb).
  apply card_mono. intros i Hi. unfold at_least_t. specialize (H i Hi).
  destruct (Rle_dec t (b i)); [|discriminate]. intros _.
  destruct (Rle_dec (t - r) (b' i)); [reflexivity|lra].
Qed.

(** A lower threshold is met more easily. *)
Lemma kth_ge_weaken d s b t t' : t' <= t -> kth_ge d s b t -> kth_ge d s b t'.
Proof.
  intros Ht H. replace t' with (t - (t - t')) by ring.
  apply kth_ge_shift with (b := b); [intros; lra|assumption].
Qed.

(** I consists of s indices at which b is largest. *)
Definition top_set (d s : nat) (b : nat -> R) (I : nat -> bool) : Prop :=
  card d I = s /\
  forall i j, (i < d)%nat -> (j < d)%nat -> I i = true -> I j = false -> b j <= b i.

(** Top sets exist: add a largest remaining value, s times. *)
Lemma top_set_exists d s b : (s <= d)%nat -> exists I, top_set d s b I.
Proof.
  induction s as [|s IH]; intros Hs.
  - exists (fun _ => false). split.
    + clear. induction d; cbn; lia.
    + intros i j _ _ H. discriminate.
  - destruct IH as (I & Hcard & Htop); [lia|].
    destruct (max_outside d b I) as (k & Hk & HIk & Hmax).
    { apply card_missing. lia. }
    exists (fun i => if Nat.eqb i k then true else I i). split.
    + rewrite card_add by assumption. lia.
    + intros i j Hi Hj HIi HIj.
      destruct (Nat.eqb_spec j k) as [->|Hjk]; [discriminate|].
      destruct (Nat.eqb_spec i k) as [->|Hik].
      * apply Hmax; assumption.
      * apply Htop; assumption.
Qed.

(** If the s-th largest value is at least t, all values on a top set are: otherwise
    the indices with values at least t would be a proper part of it. *)
Lemma top_set_values d s b I t :
  top_set d s b I -> kth_ge d s b t -> forall i, (i < d)%nat -> I i = true -> t <= b i.
Proof.
  intros (Hcard & Htop) Hkth i Hi HI. apply Rnot_lt_le. intros Hlt.
  assert (Hsub : forall j, (j < d)%nat -> at_least_t b t j = true -> I j = true).
  { intros j Hj. unfold at_least_t. destruct (Rle_dec t (b j)); [|discriminate]. intros _.
    destruct (I j) eqn:HIj; [reflexivity|].
    pose proof (Htop i j Hi Hj HI HIj). lra. }
  assert (Hi' : at_least_t b t i = false).
  { unfold at_least_t. destruct (Rle_dec t (b i)); [lra|reflexivity]. }
  pose proof (card_lt d _ I i Hsub Hi Hi' HI). unfold kth_ge in Hkth. lia.
Qed.

(** ** Parameters, thresholds and conditions *)

(** The a-priori parameters of Theorem M. Entries of layer k stand at index k. *)
Record params := {
  K : nat;                (* number of hidden layers *)
  d : nat -> nat;         (* widths d 0 .. d (K+1); d (K+1) = C, the classes *)
  s : nat -> nat;         (* s k inactive neurons in layer k; s 0 = 0 *)
  sigma : nat -> R;       (* standard deviation of the noise in layer k *)
  nu : nat -> R;          (* bound on the sparse norm of layer k *)
  xi : nat -> R;          (* bound on the reduced rows of layer k *)
  q : nat -> R;           (* quantile of the noise, coordinatewise *)
  c : nat -> R;           (* quantile of the noise, in norm on the active set *)
  zeta0 : R;              (* bound on the input norm *)
  D : R                   (* bound on reduced differences of output rows *)
}.

Record params_ok (p : params) : Prop := {
  s_0 : s p 0 = 0%nat;
  s_le : forall k, (s p k <= d p k)%nat;
  sigma_nonneg : forall k, 0 <= sigma p k;
  nu_nonneg : forall k, 0 <= nu p k;
  xi_nonneg : forall k, 0 <= xi p k;
  q_nonneg : forall k, 0 <= q p k;
  c_nonneg : forall k, 0 <= c p k;
  zeta0_nonneg : 0 <= zeta0 p;
  D_nonneg : 0 <= D p
}.

(** zeta_k = nu_k zeta_{k-1}: a bound on ||x_k||. *)
Fixpoint zeta (p : params) (k : nat) : R :=
  match k with O => zeta0 p | S k => nu p (S k) * zeta p k end.

(** e_0 = 0, e_k = nu_k e_{k-1} + sigma_k (zeta_{k-1} + e_{k-1}) c_k: a bound on
    how far layer k moves. *)
Fixpoint e (p : params) (k : nat) : R :=
  match k with
  | O => 0
  | S k => nu p (S k) * e p k + sigma p (S k) * (zeta p k + e p k) * c p (S k)
  end.

(** G_k = xi_k e_{k-1} + sigma_k (zeta_{k-1} + e_{k-1}) q_k: a bound on how far any
    pre-activation of layer k moves. *)
Definition G (p : params) (k : nat) : R :=
  xi p k * e p (pred k) + sigma p k * (zeta p (pred k) + e p (pred k)) * q p k.

(** g = 2 D e_K + 4 sigma_{K+1} (zeta_K + e_K) q_{K+1}: twice what the margin moves. *)
Definition g (p : params) : R :=
  2 * D p * e p (K p)
  + 4 * sigma p (S (K p)) * (zeta p (K p) + e p (K p)) * q p (S (K p)).

(** ||W||_(s2,s1) <= nu: every sub-matrix of W (d2 rows, d1 columns) left by deleting
    s2 rows and s1 columns has operator norm at most nu. *)
Definition sparse_norm_le (d2 s2 d1 s1 : nat) (W : nat -> nat -> R) (nu : R) : Prop :=
  forall J2 J1 v,
    card d2 J2 = (d2 - s2)%nat -> card d1 J1 = (d1 - s1)%nat -> supported d1 J1 v ->
    nrm d2 (keep J2 (matvec d1 W v)) <= nu * nrm d1 v.

(** w, reduced to any d - s entries, has norm at most r. *)
Definition reduced_le (d s : nat) (w : nat -> R) (r : R) : Prop :=
  forall J, card d J = (d - s)%nat -> nrm d (keep J w) <= r.

(** The conditions (H) on the network. *)
Record conditions (p : params) (W : network) : Prop := {
  H_norm : forall k, (k < K p)%nat ->
    sparse_norm_le (d p (S k)) (s p (S k)) (d p k) (s p k) (W (S k)) (nu p (S k));
  H_rows : forall k i, (1 <= k < K p)%nat -> (1 <= s p (S k))%nat -> (i < d p (S k))%nat ->
    reduced_le (d p k) (s p k) (W (S k) i) (xi p (S k));
  H_output : forall i j, (1 <= K p)%nat -> (i < d p (S (K p)))%nat -> (j < d p (S (K p)))%nat ->
    reduced_le (d p (K p)) (s p (K p))
      (fun l => W (S (K p)) i l - W (S (K p)) j l) (D p)
}.

(** The noise N = What - W of layer k, applied to the perturbed layer below. *)
Definition noise (p : params) (W What : network) (x : nat -> R) (k : nat) : nat -> R :=
  matvec (d p k) (fun i j => What (S k) i j - W (S k) i j) (layer (d p) What x k).

(** The good event E for active sets J: at every layer the noise is small in every
    coordinate and in norm on the active set. *)
Record good (p : params) (J : nat -> nat -> bool) (W What : network) (x : nat -> R) : Prop := {
  good_coord : forall k i, (k < K p)%nat -> (1 <= s p (S k))%nat -> (i < d p (S k))%nat ->
    Rabs (noise p W What x k i)
    <= sigma p (S k) * nrm (d p k) (layer (d p) What x k) * q p (S k);
  good_norm : forall k, (k < K p)%nat ->
    nrm (d p (S k)) (keep (J (S k)) (noise p W What x k))
    <= sigma p (S k) * nrm (d p k) (layer (d p) What x k) * c p (S k);
  good_output : forall i, (i < d p (S (K p)))%nat ->
    Rabs (noise p W What x (K p) i)
    <= sigma p (S (K p)) * nrm (d p (K p)) (layer (d p) What x (K p)) * q p (S (K p))
}.

(** J_0 is everything; for k >= 1, J_k is the complement of a top-s_k set of the values
    -W_k x_{k-1}. These sets depend on the network W and the input, not on What. *)
Definition active_sets (p : params) (W : network) (x : nat -> R) (J : nat -> nat -> bool) : Prop :=
  (forall i, J 0%nat i = true) /\
  forall k, (k < K p)%nat ->
    top_set (d p (S k)) (s p (S k)) (fun i => - pre (d p) W x k i) (fun i => negb (J (S k) i)).

(** a_{k+1}(h, x) >= t: the s_{k+1}-th largest entry of -W_{k+1} x_k. *)
Definition a_ge (p : params) (W : network) (x : nat -> R) (k : nat) (t : R) : Prop :=
  kth_ge (d p (S k)) (s p (S k)) (fun i => - pre (d p) W x k i) t.

(** All layers up to k are stable: a_j >= G_j for 1 <= j <= k. *)
Definition stable (p : params) (W : network) (x : nat -> R) (k : nat) : Prop :=
  forall j, (j < k)%nat -> a_ge p W x j (G p (S j)).

(** Active sets exist. *)
Lemma active_sets_exist p W x : params_ok p -> exists J, active_sets p W x J.
Proof.
  intros ok.
  destruct (finite_choice (nat -> bool)
    (fun k I => top_set (d p (S k)) (s p (S k)) (fun i => - pre (d p) W x k i) I)
    (fun _ => true) (K p)) as (F & HF).
  { intros k _. apply top_set_exists, (s_le p ok). }
  exists (fun k => match k with O => fun _ => true | S k => fun i => negb (F k i) end).
  split; [reflexivity|]. intros k Hk. destruct (HF k Hk) as (Hcard & Htop).
  assert (E : forall i, negb (negb (F k i)) = F k i) by (intros; apply negb_involutive).
  split.
  - rewrite <- Hcard. apply Nat.le_antisymm; apply card_mono; intros i _; rewrite E; auto.
  - intros i j Hi Hj. rewrite !E. apply Htop; assumption.
Qed.

(** ** The induction *)

Section Induction.

Variable p : params.
Hypothesis ok : params_ok p.

Lemma zeta_nonneg k : 0 <= zeta p k.
Proof.
  induction k as [|k IH]; cbn [zeta]; [apply (zeta0_nonneg p ok)|].
  apply Rmult_le_pos; [apply (nu_nonneg p ok)|assumption].
Qed.

Lemma e_nonneg k : 0 <= e p k.
Proof.
  induction k as [|k IH]; cbn [e]; [lra|].
  pose proof (zeta_nonneg k).
  apply Rplus_le_le_0_compat; [apply Rmult_le_pos; [apply (nu_nonneg p ok)|assumption]|].
  apply Rmult_le_pos; [|apply (c_nonneg p ok)].
  apply Rmult_le_pos; [apply (sigma_nonneg p ok)|lra].
Qed.

Lemma G_nonneg k : 0 <= G p k.
Proof.
  pose proof (zeta_nonneg (pred k)). pose proof (e_nonneg (pred k)). unfold G.
  apply Rplus_le_le_0_compat; [apply Rmult_le_pos; [apply (xi_nonneg p ok)|assumption]|].
  apply Rmult_le_pos; [|apply (q_nonneg p ok)].
  apply Rmult_le_pos; [apply (sigma_nonneg p ok)|lra].
Qed.

Variables (W What : network) (x : nat -> R) (J : nat -> nat -> bool).
Hypothesis HW : conditions p W.
Hypothesis HJ : active_sets p W x J.
Hypothesis Hgood : good p J W What x.
Hypothesis Hx : nrm (d p 0) x <= zeta0 p.

Notation X := (layer (d p) W x).
Notation Xhat := (layer (d p) What x).
Notation Delta k := (fun i => Xhat k i - X k i).

(** |J_k| = d_k - s_k. *)
Lemma active_card k : (k <= K p)%nat -> card (d p k) (J k) = (d p k - s p k)%nat.
Proof.
  intros Hk. destruct HJ as (HJ0 & HJS). destruct k as [|k].
  - rewrite (s_0 p ok), Nat.sub_0_r. pose proof (card_compl (d p 0) (J 0%nat)) as H.
    assert (H0 : card (d p 0) (fun i => negb (J 0%nat i)) = 0%nat).
    { generalize (d p 0). intros n. induction n as [|n IH]; cbn; [reflexivity|].
      rewrite IH, HJ0. reflexivity. }
    lia.
  - destruct (HJS k ltac:(lia)) as (Hcard & _).
    pose proof (card_compl (d p (S k)) (J (S k))). lia.
Qed.

(** What the induction carries at layer k: both vectors live on J_k, the norm of x_k is
    bounded, and the perturbed layer is near. *)
Record near (k : nat) : Prop := {
  near_support : supported (d p k) (J k) (X k);
  near_support_hat : supported (d p k) (J k) (Xhat k);
  near_norm : nrm (d p k) (X k) <= zeta p k;
  near_move : nrm (d p k) (Delta k) <= e p k
}.

(** The base: x_0 is the input of both networks. *)
Lemma near_0 : near 0.
Proof.
  destruct HJ as (HJ0 & _). split.
  - intros i _ H. rewrite HJ0 in H. discriminate.
  - intros i _ H. rewrite HJ0 in H. discriminate.
  - exact Hx.
  - cbn [layer e]. rewrite (nrm_ext _ _ (fun _ => 0)) by (intros; ring).
    right. unfold nrm, dot. rewrite sum_zero by (intros; ring). apply sqrt_0.
Qed.

(** The difference of the layers lives on J_k. *)
Lemma delta_support k : near k -> supported (d p k) (J k) (Delta k).
Proof.
  intros N i Hi HJi.
  rewrite (near_support k N i Hi HJi), (near_support_hat k N i Hi HJi). ring.
Qed.

(** ||xhat_k|| <= zeta_k + e_k. *)
Lemma norm_hat k : near k -> nrm (d p k) (Xhat k) <= zeta p k + e p k.
Proof.
  intros N. pose proof (nrm_near _ _ _ _ (near_move k N)). pose proof (near_norm k N). lra.
Qed.

(** A noise bound in terms of ||xhat_k||, in terms of zeta_k + e_k. *)
Lemma noise_scale k r : near k -> 0 <= r ->
  sigma p (S k) * nrm (d p k) (Xhat k) * r <= sigma p (S k) * (zeta p k + e p k) * r.
Proof.
  intros N Hr. apply Rmult_le_compat_r; [assumption|].
  apply Rmult_le_compat_l; [apply (sigma_nonneg p ok)|apply norm_hat, N].
Qed.

(** Display (1): the pre-activations differ by W_{k+1} Delta_k + N_{k+1} xhat_k. *)
Lemma pre_change k i :
  pre (d p) What x k i - pre (d p) W x k i
  = matvec (d p k) (W (S k)) (Delta k) i + noise p W What x k i.
Proof. apply dot_change. Qed.

(** Lemma 1 (ii): every pre-activation of a layer with s >= 1 moves by at most G. *)
Lemma pre_near k i : (k < K p)%nat -> (1 <= s p (S k))%nat -> near k -> (i < d p (S k))%nat ->
  Rabs (pre (d p) What x k i - pre (d p) W x k i) <= G p (S k).
Proof.
  intros Hk Hs N Hi. rewrite pre_change.
  assert (HD : Rabs (matvec (d p k) (W (S k)) (Delta k) i) <= xi p (S k) * e p k).
  { destruct (Nat.eq_dec k 0) as [->|Hk0].
    - (* nothing has moved below the first layer *)
      unfold matvec, dot. cbn [layer e]. rewrite sum_zero by (intros; ring).
      rewrite Rabs_R0. lra.
    - apply (Rle_trans _ _ _ (dot_keep_le _ (J k) _ _ (delta_support k N))).
      apply Rmult_le_compat; try apply nrm_nonneg; [|apply (near_move k N)].
      apply (H_rows p W HW); [lia|assumption|assumption|apply active_card; lia]. }
  pose proof (good_coord _ _ _ _ _ Hgood k i Hk Hs Hi) as HN.
  pose proof (noise_scale k (q p (S k)) N (q_nonneg p ok _)) as HS.
  pose proof (Rabs_triang (matvec (d p k) (W (S k)) (Delta k) i) (noise p W What x k i)).
  unfold G. cbn [pred]. lra.
Qed.

(** A neuron outside J_{k+1} is inactive in both networks if a_{k+1} >= G_{k+1}. *)
Lemma inactive k i : (k < K p)%nat -> near k -> a_ge p W x k (G p (S k)) ->
  (i < d p (S k))%nat -> J (S k) i = false -> X (S k) i = 0 /\ Xhat (S k) i = 0.
Proof.
  intros Hk N Ha Hi HJi. destruct HJ as (_ & HJS). specialize (HJS k Hk).
  assert (HI : negb (J (S k) i) = true) by (rewrite HJi; reflexivity).
  pose proof (top_set_values _ _ _ _ _ HJS Ha i Hi HI) as Hval. cbv beta in Hval.
  assert (Hs : (1 <= s p (S k))%nat).
  { (* the inactive set is not empty *)
    destruct HJS as (Hcard & _).
    pose proof (card_lt (d p (S k)) (fun _ => false) (fun j => negb (J (S k) j)) i
                  (fun j _ H => False_ind _ (diff_false_true H)) Hi eq_refl HI). lia. }
  pose proof (pre_near k i Hk Hs N Hi) as Hmove. apply Rabs_le_inv in Hmove.
  pose proof (G_nonneg (S k)).
  split; cbn [layer]; fold (pre (d p) W x k) (pre (d p) What x k); unfold relu;
    apply Rmax_right; unfold pre in *; lra.
Qed.

(** relu is 1-Lipschitz and fixes 0. *)
Lemma relu_abs t : Rabs (relu t) <= Rabs t.
Proof. unfold relu, Rmax. destruct (Rle_dec t 0); unfold Rabs; repeat destruct Rcase_abs; lra. Qed.
Lemma relu_lipschitz t u : Rabs (relu t - relu u) <= Rabs (t - u).
Proof.
  unfold relu, Rmax. destruct (Rle_dec t 0), (Rle_dec u 0);
    unfold Rabs; repeat destruct Rcase_abs; lra.
Qed.

(** The induction step: a stable layer passes [near] on. *)
Lemma near_step k : (k < K p)%nat -> near k -> a_ge p W x k (G p (S k)) -> near (S k).
Proof.
  intros Hk N Ha.
  assert (Hin : forall i, (i < d p (S k))%nat -> J (S k) i = false ->
                X (S k) i = 0 /\ Xhat (S k) i = 0) by (intros; apply inactive; assumption).
  assert (Hop : forall v, supported (d p k) (J k) v ->
    nrm (d p (S k)) (keep (J (S k)) (matvec (d p k) (W (S k)) v)) <= nu p (S k) * nrm (d p k) v).
  { intros v Hv. apply (H_norm p W HW k Hk (J (S k)) (J k)); [| |assumption];
      apply active_card; lia. }
  split.
  - intros i Hi HJi. apply Hin; assumption.
  - intros i Hi HJi. apply Hin; assumption.
  - (* ||x_{k+1}|| <= ||P_J W P_J x_k|| <= nu zeta_k *)
    apply Rle_trans with (nrm (d p (S k)) (keep (J (S k)) (pre (d p) W x k))).
    + apply nrm_mono. intros i Hi. unfold keep. destruct (J (S k) i) eqn:E.
      * apply relu_abs.
      * destruct (Hin i Hi E) as (-> & _). lra.
    + apply (Rle_trans _ _ _ (Hop _ (near_support k N))). cbn [zeta].
      apply Rmult_le_compat_l; [apply (nu_nonneg p ok)|apply (near_norm k N)].
  - (* ||xhat_{k+1} - x_{k+1}|| <= ||P_J W P_J Delta|| + ||P_J N xhat|| *)
    apply Rle_trans with (nrm (d p (S k)) (fun i =>
      keep (J (S k)) (matvec (d p k) (W (S k)) (Delta k)) i
      + keep (J (S k)) (noise p W What x k) i)).
    + apply nrm_mono. intros i Hi. unfold keep. destruct (J (S k) i) eqn:E.
      * rewrite <- pre_change. apply relu_lipschitz.
      * destruct (Hin i Hi E) as (-> & ->). right. f_equal. ring.
    + apply (Rle_trans _ _ _ (nrm_triangle _ _ _)). cbn [e].
      apply Rplus_le_compat.
      * apply (Rle_trans _ _ _ (Hop _ (delta_support k N))).
        apply Rmult_le_compat_l; [apply (nu_nonneg p ok)|apply (near_move k N)].
      * apply (Rle_trans _ _ _ (good_norm _ _ _ _ _ Hgood k Hk)).
        apply noise_scale; [assumption|apply (c_nonneg p ok)].
Qed.

(** Lemma 1 (i): if layers 1..k are stable, then both networks live on J_k there,
    ||x_k|| <= zeta_k and ||xhat_k - x_k|| <= e_k. *)
Theorem stable_near k : (k <= K p)%nat -> stable p W x k -> near k.
Proof.
  induction k as [|k IH]; intros Hk Hst; [apply near_0|].
  apply near_step; [lia| |apply Hst; lia].
  apply IH; [lia|]. intros j Hj. apply Hst. lia.
Qed.

(** Lemma 1 (ii) for the order statistic: a_{k+1} of the perturbed network is within
    G_{k+1} of that of the given one, in both directions. *)
Theorem a_near k t : (k < K p)%nat -> stable p W x k ->
  (a_ge p W x k t -> a_ge p What x k (t - G p (S k))) /\
  (a_ge p What x k t -> a_ge p W x k (t - G p (S k))).
Proof.
  intros Hk Hst. pose proof (stable_near k ltac:(lia) Hst) as N.
  destruct (Nat.eq_dec (s p (S k)) 0) as [Hs|Hs].
  { unfold a_ge, kth_ge. rewrite Hs. split; intros; lia. }
  assert (Hmove : forall i, (i < d p (S k))%nat ->
    Rabs (pre (d p) What x k i - pre (d p) W x k i) <= G p (S k))
    by (intros; apply pre_near; (assumption || lia)).
  split; apply kth_ge_shift; intros i Hi; specialize (Hmove i Hi);
    apply Rabs_le_inv in Hmove; lra.
Qed.

(** Lemma 1 (iii): if all hidden layers are stable, every difference of two outputs
    moves by at most g/2. *)
Theorem output_near i j : stable p W x (K p) ->
  (i < d p (S (K p)))%nat -> (j < d p (S (K p)))%nat ->
  Rabs ((pre (d p) What x (K p) i - pre (d p) What x (K p) j)
        - (pre (d p) W x (K p) i - pre (d p) W x (K p) j)) <= g p / 2.
Proof.
  intros Hst Hi Hj. pose proof (stable_near (K p) ltac:(lia) Hst) as N.
  set (w := fun l => W (S (K p)) i l - W (S (K p)) j l).
  assert (E : (pre (d p) What x (K p) i - pre (d p) What x (K p) j)
              - (pre (d p) W x (K p) i - pre (d p) W x (K p) j)
              = dot (d p (K p)) w (Delta (K p))
                + (noise p W What x (K p) i - noise p W What x (K p) j)).
  { assert (Ew : dot (d p (K p)) w (Delta (K p))
      = matvec (d p (K p)) (W (S (K p))) (Delta (K p)) i
        - matvec (d p (K p)) (W (S (K p))) (Delta (K p)) j).
    { unfold matvec, dot, w. generalize (d p (K p)) as n. intros n.
      induction n as [|n IH]; cbn [sum]; [ring|]. rewrite IH. ring. }
    pose proof (pre_change (K p) i). pose proof (pre_change (K p) j). lra. }
  rewrite E.
  assert (HD : Rabs (dot (d p (K p)) w (Delta (K p))) <= D p * e p (K p)).
  { destruct (Nat.eq_dec (K p) 0) as [HK|HK].
    - rewrite HK. unfold dot. cbn [layer e]. rewrite sum_zero by (intros; ring).
      rewrite Rabs_R0. lra.
    - apply (Rle_trans _ _ _ (dot_keep_le _ (J (K p)) _ _ (delta_support (K p) N))).
      apply Rmult_le_compat; try apply nrm_nonneg; [|apply (near_move (K p) N)].
      apply (H_output p W HW); [lia|assumption|assumption|apply active_card; lia]. }
  pose proof (good_output _ _ _ _ _ Hgood i Hi) as Ni.
  pose proof (good_output _ _ _ _ _ Hgood j Hj) as Nj.
  pose proof (noise_scale (K p) (q p (S (K p))) N (q_nonneg p ok _)).
  apply Rabs_le_inv in Ni. apply Rabs_le_inv in Nj. apply Rabs_le_inv in HD.
  unfold g. apply Rabs_le. lra.
Qed.

End Induction.
