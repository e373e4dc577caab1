(** Theorem M (single-shot; theory A.4, paper/single-shot.md): a bound on the error of a
    deterministic bias-free ReLU network. It joins
      - the first violated layer (FirstViolation.v): violated examples have loss 1 and safe
        examples loss 0 on the good event;
      - the union bound for the good event (GoodEvent.v);
      - derandomisation (Derandomise.v);
      - the PAC-Bayes-kl theorem (PacBayesKl.v), proved here for finite data spaces;
      - a countable grid of parameter points with a-priori weights of sum at most 1.

    What is assumed of the random network Q (record [posterior]) are facts about Gaussians:
    the tails of the noise of one layer at one fixed input (record [noise_facts] in
    GoodEvent.v), and that KL satisfies the change of measure (Donsker and Varadhan). The
    last section shows that the assumptions can be met. *)
From Coq Require Import Reals Lra Lia List.
From Gapcert Require Import base.Sums single_shot.Prelude single_shot.Stability
  single_shot.FirstViolation single_shot.Probability single_shot.GoodEvent single_shot.Kl
  single_shot.Derandomise single_shot.PacBayesKl paths.Margin.
Open Scope R_scope.

(** ** A union bound over a countable grid *)

Section Union.

Variables (n m : nat) (w : nat -> R).
Hypothesis w_nonneg : forall z, (z < n)%nat -> 0 <= w z.
Hypothesis w_sum : sum n w = 1.

(** Finitely many bounds have a common bound. *)
Lemma common_bound (Pr : nat -> nat -> Prop) k :
  (forall z a b, Pr z a -> (a <= b)%nat -> Pr z b) ->
  (forall z, (z < k)%nat -> exists a, Pr z a) ->
  exists a, forall z, (z < k)%nat -> Pr z a.
Proof.
  intros Hmono. induction k as [|k IH]; intros H; [exists 0%nat; intros; lia|].
  destruct IH as (a & Ha); [intros z Hz; apply H; lia|].
  destruct (H k ltac:(lia)) as (b & Hb).
  exists (max a b). intros z Hz. destruct (Nat.eq_dec z k) as [->|Hne].
  - apply Hmono with b; [assumption|lia].
  - apply Hmono with a; [apply Ha; lia|lia].
Qed.

(** A number attached to each sample is bounded: there are finitely many samples. *)
Lemma samples_bounded k (T : list nat -> nat) :
  exists N, forall s, sample n k s -> (T s < N)%nat.
Proof.
  revert T. induction k as [|k IH]; intros T.
  - exists (S (T nil)). intros s (Hlen & _). destruct s; [lia|discriminate].
  - destruct (common_bound (fun z N => forall s, sample n k s -> (T (z :: s)%list < N)%nat) n)
      as (N & HN).
    + intros z a b Ha Hab s Hs. specialize (Ha s Hs). lia.
    + intros z _. apply (IH (fun s => T (z :: s)%list)).
    + exists N. intros s (Hlen & Hin). destruct s as [|z s]; [discriminate|].
      apply HN; [apply Hin; left; reflexivity|]. split; [cbn in Hlen; lia|].
      intros z' Hz'. apply Hin. right. assumption.
Qed.

(** Sets of samples of probability at most delta w_t, one for each t, lie in one set of
    probability at most delta if the weights sum to at most 1. *)
Lemma union_bound (bad : nat -> list nat -> R) (wt : nat -> R) delta :
  0 <= delta -> (forall N, sum N wt <= 1) ->
  (forall t s, bad t s = 0 \/ bad t s = 1) ->
  (forall t, E_sample n w m (bad t) <= delta * wt t) ->
  exists B, (forall s, B s = 0 \/ B s = 1) /\ E_sample n w m B <= delta /\
    forall s, B s = 0 -> forall t, bad t s = 0.
Proof.
  intros Hd Hwt H01 Hbad.
  (* for each sample, either some t with bad t s <> 0 or none *)
  set (find := fun s => ClassicalDedekindReals.sig_forall_dec (fun t => bad t s = 0)
                 (fun t => Req_EM_T (bad t s) 0)).
  set (B := fun s => if find s then 1 else 0).
  set (T := fun s => match find s with inleft (exist _ t _) => t | inright _ => 0%nat end).
  exists B. split; [|split].
  - intros s. unfold B. destruct (find s); [right|left]; reflexivity.
  - destruct (samples_bounded m T) as (N & HN).
    apply Rle_trans with (E_sample n w m (fun s => sum N (fun t => 1 * bad t s))).
    + apply E_sample_mono; [assumption|]. intros s Hs.
      assert (Hpos : forall t, (t < N)%nat -> 0 <= 1 * bad t s)
        by (intros t _; destruct (H01 t s) as [->| ->]; lra).
      specialize (HN s Hs). unfold B, T in *. destruct (find s) as [(t & Ht)|].
      * pose proof (term_le_sum N _ t Hpos HN) as L. cbv beta in L.
        destruct (H01 t s) as [E0|E1]; [contradiction|]. lra.
      * apply sum_nonneg_lt, Hpos.
    + rewrite E_sample_sum by assumption.
      apply Rle_trans with (sum N (fun t => delta * wt t)).
      * apply sum_le. intros t. rewrite Rmult_1_l. apply Hbad.
      * rewrite sum_scal. specialize (Hwt N). nra.
  - intros s. unfold B. destruct (find s) as [|Hall]; [intros; lra|intros _; exact Hall].
Qed.

End Union.

(** ** The theorem *)

Section TheoremM.

(** The data: point z of the space has weight w z, input x z and label y z. *)
Variables (n m : nat) (w : nat -> R) (x : nat -> nat -> R) (y : nat -> nat).
Hypothesis m_pos : (1 <= m)%nat.
Hypothesis w_pos : forall z, (z < n)%nat -> 0 < w z.
Hypothesis w_sum : sum n w = 1.

(** The grid, fixed before the sample: parameters, a prior and a weight for each point t.
    Points of weight 0 are not used. *)
Variables (par : nat -> params) (prior : nat -> prob network) (weight : nat -> R).
Hypothesis par_ok : forall t, params_ok (par t).
Hypothesis labels : forall t z, (y z < classes (par t))%nat.
Hypothesis two_classes : forall t, (2 <= classes (par t))%nat.
Hypothesis weight_nonneg : forall t, 0 <= weight t.
Hypothesis weight_sum : forall N, sum N weight <= 1.

(** The loss of a network at a grid point and an example, as a number. *)
Definition loss01 (t : nat) (W : network) (z : nat) : R := ind (loss_dec (par t) W (x z) (y z)).
Hypothesis loss_measurable : forall t z, simple (prior t) (fun W => loss01 t W z).

Lemma loss01_01 t W z : loss01 t W z = 0 \/ loss01 t W z = 1.
Proof. unfold loss01, ind. destruct loss_dec; [right|left]; reflexivity. Qed.

(** P(margin(h) <= 0): a tie is an error. *)
Definition error (t : nat) (W : network) : R :=
  P_data n w (fun z =>
    ind (Rle_dec (margin (classes (par t)) (output (par t) W (x z)) (y z)) 0)).

(** u: the fraction of the sample with ||x|| > zeta_0, or a_k < 3 G_k for some k, or
    margin <= g. *)
Definition unsafe_fraction (t : nat) (W : network) (s : list nat) : R :=
  mean (fun z => ind (unsafe_dec (par t) W (x z) (y z))) s.

(** What is assumed of the random network around W (for Q = N(W, sigma^2): facts about
    Gaussians). *)
Record posterior (t : nat) (W : network) (Q : prob network) (KL : R) (level : levels) : Prop := {
  (** the loss is measurable *)
  post_measurable : forall z, simple Q (fun What => loss01 t What z);
  (** the tails of the noise at each input of the data space *)
  post_noise : forall z, (z < n)%nat -> noise_facts (par t) level Q W (x z);
  (** KL is (at least) the relative entropy of Q to the prior *)
  post_KL : change_of_measure Q (prior t) KL
}.

Section Fixed.

Variables (t : nat) (W : network) (Q : prob network) (KL : R) (level : levels).
Hypothesis HW : conditions (par t) W.
Hypothesis HQ : posterior t W Q KL level.

Notation tau := (tau (par t) level).

(** At a fixed example the good event for the active sets of W is likely. *)
Lemma good_likely_at z : (z < n)%nat ->
  exists J, active_sets (par t) W (x z) J /\
    likely network Q (fun What => good (par t) J W What (x z)) tau.
Proof.
  intros Hz. destruct (active_sets_exist (par t) W (x z) (par_ok t)) as (J & HJ).
  exists J. split; [assumption|].
  apply (good_likely _ _ _ _ _ _ (par_ok t) HJ), (post_noise _ _ _ _ _ HQ), Hz.
Qed.

(** Lemma 2: violated examples have loss 1 with probability at least 1 - tau ... *)
Lemma violated_likely z : (z < n)%nat -> violated (par t) W (x z) (y z) ->
  likely network Q (fun What => loss01 t What z = 1) tau.
Proof.
  intros Hz Hviol. destruct (good_likely_at z Hz) as (J & HJ & Hlikely).
  apply likely_mono with (2 := Hlikely). intros What Hgood.
  apply ind_true, (violated_loss (par t) (par_ok t) W What (x z) (y z) J); auto.
Qed.

(** ... and safe examples have loss 0 with probability at least 1 - tau. *)
Lemma safe_likely z : (z < n)%nat -> ~ unsafe (par t) W (x z) (y z) ->
  likely network Q (fun What => loss01 t What z = 0) tau.
Proof.
  intros Hz Hsafe. destruct (good_likely_at z Hz) as (J & HJ & Hlikely).
  apply likely_mono with (2 := Hlikely). intros What Hgood.
  apply ind_false, (safe_loss (par t) (par_ok t) W What (x z) (y z) J); auto.
Qed.

(** An error is a violation: (1 - tau) P(margin <= 0) <= E_Q L_D. *)
Lemma error_le_gibbs : tau < 1 ->
  (1 - tau) * error t W <= E Q (risk network (loss01 t) n w).
Proof.
  intros Htau.
  assert (Hw : forall z, (z < n)%nat -> 0 <= w z) by (intros z Hz; left; apply w_pos, Hz).
  apply Rle_trans with ((1 - tau) * P_data n w (fun z => ind (violated_dec (par t) W (x z) (y z)))).
  - apply Rmult_le_compat_l; [lra|]. apply sum_le_lt. intros z Hz.
    apply Rmult_le_compat_l; [apply Hw, Hz|].
    unfold ind at 1.
    destruct (Rle_dec (margin (classes (par t)) (output (par t) W (x z)) (y z)) 0) as [Hle|Hgt];
      [|apply ind_range].
    right. symmetry. apply ind_true. right. right.
    apply (proj1 (margin_le_iff _ _ _ _ (two_classes t))), Hle.
  - apply (population network Q (loss01 t) (post_measurable _ _ _ _ _ HQ) (loss01_01 t) tau);
      [assumption|]. intros z Hz Hviol. apply violated_likely; assumption.
Qed.

(** E_Q L_S <= u + tau (1 - u). *)
Lemma gibbs_sample s : sample n m s ->
  E Q (sample_risk network (loss01 t) s)
  <= unsafe_fraction t W s + tau * (1 - unsafe_fraction t W s).
Proof.
  intros (Hlen & Hin).
  apply (empirical network Q (loss01 t) (post_measurable _ _ _ _ _ HQ) (loss01_01 t) tau s
           (fun z => unsafe (par t) W (x z) (y z))); [lia|].
  intros z Hz Hsafe. apply safe_likely; [apply Hin, Hz|assumption].
Qed.

End Fixed.

(** Theorem M. With probability at least 1 - delta over the sample, for every grid point t,
    every network W with (H) and every Q around it: P(margin <= 0) <= b/(1 - tau) for every
    b > 0 with b >= u + tau (1-u), and b >= 1 or
      kl(u + tau (1-u) | b) >= (KL + ln(xi(m)/delta) + ln(1/w_t))/m;
    the least such b is kl^{-1}(u + tau (1-u), (KL + ln(xi(m)/delta) + ln(1/w_t))/m). *)
Theorem theorem_M delta : 0 < delta ->
  exists bad : list nat -> R,
    (forall s, bad s = 0 \/ bad s = 1) /\
    E_sample n w m bad <= delta /\
    forall s, sample n m s -> bad s = 0 ->
    forall t W Q KL level, 0 < weight t -> conditions (par t) W -> posterior t W Q KL level ->
    let tau := tau (par t) level in
    let u := unsafe_fraction t W s in
    tau < 1 ->
    forall b, u + tau * (1 - u) <= b -> 0 < b ->
      (b < 1 -> (KL + ln (xi m / delta) + ln (/ weight t)) / INR m <= kl (u + tau * (1 - u)) b) ->
      error t W <= / (1 - tau) * b.
Proof.
  intros Hd.
  assert (Hw : forall z, (z < n)%nat -> 0 <= w z) by (intros z Hz; left; apply w_pos, Hz).
  set (exc := fun t => exceptional n m w network (loss01 t) (prior t) (delta * weight t)).
  (* one exceptional set for each grid point of positive weight *)
  destruct (union_bound n m w Hw w_sum
    (fun t s => if Rlt_dec 0 (weight t) then exc t s else 0) weight delta) as (B & HB01 & HB & Hall).
  - lra.
  - exact weight_sum.
  - intros t s. destruct (Rlt_dec 0 (weight t)); [|left; reflexivity].
    unfold exc, exceptional, ind. destruct Rlt_dec; [right|left]; reflexivity.
  - intros t. destruct (Rlt_dec 0 (weight t)) as [Ht|Ht].
    + apply (exceptional_rare n m w network (loss01 t) (prior t) m_pos w_pos w_sum
               (loss01_01 t) (loss_measurable t)).
      apply Rmult_lt_0_compat; assumption.
    + rewrite (E_sample_const n w w_sum). specialize (weight_nonneg t). nra.
  - exists B. split; [assumption|split; [assumption|]].
    intros s Hs Husual t W Q KL level Ht HW HQ tau u Htau b Hub Hb Hkl.
    specialize (Hall s Husual t). cbv beta in Hall.
    destruct (Rlt_dec 0 (weight t)) as [_|]; [|contradiction].
    (* the complexity at delta w_t *)
    assert (Hc : complexity m (delta * weight t) KL
                 = (KL + ln (xi m / delta) + ln (/ weight t)) / INR m).
    { unfold complexity. pose proof (xi_ge_1 m m_pos).
      replace (xi m / (delta * weight t)) with (xi m / delta * / weight t) by (field; lra).
      rewrite ln_mult; [field; apply not_0_INR; lia| |apply Rinv_0_lt_compat, Ht].
      apply Rdiv_lt_0_compat; lra. }
    assert (Hgibbs : E Q (risk network (loss01 t) n w) <= b).
    { apply (pac_bayes_kl_inv n m w network (loss01 t) (prior t) m_pos w_pos w_sum (loss01_01 t)
        (loss_measurable t) (delta * weight t) s Q KL Hs Hall
        (post_measurable _ _ _ _ _ HQ) (post_KL _ _ _ _ _ HQ) (u + tau * (1 - u)) b);
        try assumption.
      - apply (gibbs_sample t W Q KL level HW HQ s Hs).
      - rewrite Hc. exact Hkl. }
    pose proof (error_le_gibbs t W Q KL level HW HQ Htau) as Herr.
    fold tau in Herr. apply Rmult_le_reg_l with (1 - tau); [lra|].
    rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra. lra.
Qed.

End TheoremM.

(** ** The assumptions can be met *)

(** A point mass at W: no noise, tau = 0 and KL = ln(1/prior(W)). Theorem M then bounds a
    network of a finite class by its code length. *)
Section PointMass.

Variables (p : params) (W : network) (x : nat -> R).
Hypothesis ok : params_ok p.

Definition point_mass : prob network.
Proof.
  refine (finite_prob network 1 (fun _ => 1) (fun _ => W) _ _).
  - intros; lra.
  - cbn; ring.
Defined.

(** What holds at W is likely. *)
Lemma point_mass_likely (A : network -> Prop) :
  (forall h, {A h} + {~ A h}) -> A W -> likely network point_mass A 0.
Proof.
  intros dec HA. exists (fun h => ind (dec h)). split; [exact I|split].
  - intros h. unfold ind. destruct (dec h); [right; auto|left; reflexivity].
  - cbn. rewrite ind_true by assumption. lra.
Qed.

(** Without a change of weights there is no noise. *)
Lemma noise_self k i : noise p W W x k i = 0.
Proof. unfold noise, matvec, dot. apply sum_zero. intros j _. ring. Qed.

Lemma scale_nonneg k r : 0 <= r -> 0 <= sigma p (S k) * nrm (d p k) (layer (d p) W x k) * r.
Proof.
  intros Hr. apply Rmult_le_pos; [|assumption].
  apply Rmult_le_pos; [apply (sigma_nonneg p ok)|apply nrm_nonneg].
Qed.

(** A bounded "for all" can be decided. *)
Lemma dec_forall_lt (A : nat -> Prop) k :
  (forall i, {A i} + {~ A i}) ->
  {forall i, (i < k)%nat -> A i} + {~ forall i, (i < k)%nat -> A i}.
Proof.
  intros dec. destruct (dec_exists_lt (fun i => ~ A i) k) as [Hex|Hno].
  - intros i. destruct (dec i); [right; tauto|left; assumption].
  - right. intros Hall. destruct Hex as (i & Hi & Hn). apply Hn, Hall, Hi.
  - left. intros i Hi. destruct (dec i) as [|Hn]; [assumption|].
    exfalso. apply Hno. exists i. split; assumption.
Qed.

Definition no_failure : levels :=
  {| tau_coord := fun _ => 0; tau_norm := fun _ => 0; tau_out := 0 |}.

Lemma noise_facts_point : noise_facts p no_failure point_mass W x.
Proof.
  split.
  - intros k Hk. apply point_mass_likely.
    + intros What. destruct (le_dec 1 (s p (S k))) as [Hs|Hs]; [|left; tauto].
      destruct (dec_forall_lt (fun i => Rabs (noise p W What x k i)
        <= sigma p (S k) * nrm (d p k) (layer (d p) What x k) * q p (S k)) (d p (S k)))
        as [Hall|Hno]; [intros i; apply Rle_dec|left; auto|right; auto].
    + intros _ i _. rewrite noise_self, Rabs_R0. apply scale_nonneg, (q_nonneg p ok).
  - intros k J Hk _. apply point_mass_likely; [intros What; apply Rle_dec|].
    replace (nrm (d p (S k)) (keep J (noise p W W x k))) with 0;
      [apply scale_nonneg, (c_nonneg p ok)|].
    unfold nrm, dot. rewrite sum_zero; [symmetry; apply sqrt_0|].
    intros i _. unfold keep. destruct (J i); rewrite ?noise_self; ring.
  - apply point_mass_likely.
    + intros What. apply dec_forall_lt. intros i. apply Rle_dec.
    + intros i _. rewrite noise_self, Rabs_R0. apply scale_nonneg, (q_nonneg p ok).
Qed.

End PointMass.

(** The change of measure for a point mass at one of N networks of the prior. *)
Lemma change_of_measure_point N (pr : nat -> R) (pt : nat -> network) Hpr Hsum i :
  (i < N)%nat -> 0 < pr i ->
  change_of_measure (point_mass (pt i)) (finite_prob network N pr pt Hpr Hsum) (ln (/ pr i)).
Proof.
  intros Hi Hpos f _ _. cbn.
  assert (Hterm : pr i * exp (f (pt i)) <= sum N (fun j => pr j * exp (f (pt j)))).
  { apply (term_le_sum N (fun j => pr j * exp (f (pt j)))); [|assumption].
    intros j Hj. apply Rmult_le_pos; [apply Hpr, Hj|left; apply exp_pos]. }
  pose proof (exp_pos (f (pt i))) as Pe.
  assert (Hln : ln (pr i * exp (f (pt i))) <= ln (sum N (fun j => pr j * exp (f (pt j))))).
  { apply ln_le; [apply Rmult_lt_0_compat; assumption|exact Hterm]. }
  rewrite ln_mult, ln_exp in Hln by assumption. rewrite ln_Rinv by assumption. lra.
Qed.

(** A point mass at a network of a finite prior satisfies all assumptions of Theorem M. *)
Theorem posterior_point n x y par prior t N pr pt Hpr Hsum i :
  params_ok (par t) -> prior t = finite_prob network N pr pt Hpr Hsum ->
  (i < N)%nat -> 0 < pr i ->
  posterior n x y par prior t (pt i) (point_mass (pt i)) (ln (/ pr i)) no_failure
  /\ tau (par t) no_failure = 0.
Proof.
  intros ok Hprior Hi Hpos. split.
  - split.
    + intros z. exact I.
    + intros z _. apply noise_facts_point, ok.
    + rewrite Hprior. apply change_of_measure_point; assumption.
  - unfold tau, no_failure. cbn. rewrite sum_zero; [ring|intros; ring].
Qed.
