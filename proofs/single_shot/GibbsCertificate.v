(** An upper bound on the Gibbs empirical risk of the 0/1 loss (Theorem 5 of
    paper/pac-bayes.md): it needs no prior and has no failure probability. *)
From Coq Require Import Reals Lra Lia List.
From Gapcert Require Import base.Sums single_shot.Prelude single_shot.Stability
  single_shot.FirstViolation single_shot.Probability single_shot.GoodEvent
  single_shot.Derandomise.
Open Scope R_scope.

(** What u' counts: ||x|| > zeta_0, or a_k < G_k for some k, or margin <= g/2. *)
Definition shaky (p : params) (W : network) (x : nat -> R) (y : nat) : Prop :=
  zeta0 p < nrm (d p 0) x \/
  (exists k, (k < K p)%nat /\ ~ a_ge p W x k (G p (S k))) \/
  margin_le (classes p) (output p W x) y (g p / 2).

Lemma shaky_dec p W x y : {shaky p W x y} + {~ shaky p W x y}.
Proof. exact (three_dec p W x y (fun k => G p (S k)) (g p / 2)). Defined.

(** An example that does not count is classified correctly on the good event. *)
Lemma firm_correct p W What x y J : params_ok p -> conditions p W -> active_sets p W x J ->
  good p J W What x -> (y < classes p)%nat ->
  ~ shaky p W x y -> ~ margin_le (classes p) (output p What x) y 0.
Proof.
  intros ok HW HJ Hgood Hy Hfirm Hmargin.
  assert (Hx : nrm (d p 0) x <= zeta0 p) by (apply Rnot_lt_le; intros H; apply Hfirm; left; exact H).
  assert (Hst : stable p W x (K p)).
  { intros k Hk.
    destruct (kth_ge_dec (d p (S k)) (s p (S k)) (fun i => - pre (d p) W x k i) (G p (S k)))
      as [Hyes|Hno]; [assumption|].
    exfalso. apply Hfirm. right. left. exists k. split; assumption. }
  apply Hfirm. right. right.
  destruct (margin_near p ok W What x y J HW HJ Hgood Hy 0 Hx Hst) as (_ & Hback).
  specialize (Hback Hmargin). rewrite Rplus_0_l in Hback. exact Hback.
Qed.

(** The 0/1 loss: a tie is an error. *)
Definition zero_one (p : params) (x : nat -> nat -> R) (y : nat -> nat) (W : network) (z : nat) : R :=
  ind (margin_le_dec (classes p) (output p W (x z)) (y z) 0).

(** Theorem 5: E_Q L_S <= u' + tau (1 - u'). *)
Theorem gibbs_certificate p level Q W x y s :
  params_ok p -> conditions p W -> (forall z, (y z < classes p)%nat) ->
  (forall z, simple Q (fun What => zero_one p x y What z)) ->
  (forall z, In z s -> noise_facts p level Q W (x z)) -> (0 < length s)%nat ->
  let u := mean (fun z => ind (shaky_dec p W (x z) (y z))) s in
  E Q (sample_risk network (zero_one p x y) s) <= u + tau p level * (1 - u).
Proof.
  intros ok HW Hy Hs Hnoise Hlen. cbv zeta.
  apply (empirical network Q (zero_one p x y) Hs) with (unsafe := fun z => shaky p W (x z) (y z));
    [|assumption|].
  - intros What z. unfold zero_one, ind. destruct margin_le_dec; [right|left]; reflexivity.
  - intros z Hz Hfirm. destruct (active_sets_exist p W (x z) ok) as (J & HJ).
    pose proof (good_likely p level Q W (x z) J ok HJ (Hnoise z Hz)) as Hgood.
    apply likely_mono with (2 := Hgood). intros What Hg. unfold zero_one. apply ind_false.
    apply (firm_correct p W What (x z) (y z) J); auto.
Qed.
