(** Pinsker's inequality for Bernoulli laws, kl(q|p) >= 2 (p-q)^2, and McAllester's bound
    (Theorem 2 of paper/pac-bayes.md; theory C.2). *)
From Coq Require Import Reals Lra Lia List.
From Coquelicot Require Import Coquelicot.
From Gapcert Require Import base.Sums single_shot.Prelude single_shot.Probability
  single_shot.Kl single_shot.Derandomise single_shot.PacBayesKl.
Open Scope R_scope.

(** 1/(t(1-t)) >= 4 on (0,1), multiplied by t - q >= 0. *)
Lemma slope_nonneg q t : 0 < t < 1 -> q <= t -> 0 <= - q / t + (1 - q) / (1 - t) - 4 * (t - q).
Proof.
  intros Ht Hq.
  replace (- q / t + (1 - q) / (1 - t) - 4 * (t - q))
    with ((t - q) * ((1 - 2 * t) * (1 - 2 * t)) * / (t * (1 - t))) by (field; lra).
  apply Rmult_le_pos; [apply Rmult_le_pos; [lra|apply Rle_0_sqr]|].
  left. apply Rinv_0_lt_compat, Rmult_lt_0_compat; lra.
Qed.

(** A function with a non-negative derivative on [a, b] does not decrease. *)
Lemma increases (f f' : R -> R) a b : a <= b ->
  (forall t, a <= t <= b -> is_derive f t (f' t)) -> (forall t, a <= t <= b -> 0 <= f' t) ->
  f a <= f b.
Proof.
  intros Hab Hd Hpos. destruct (Req_dec a b) as [->|Hne]; [lra|].
  destruct (MVT_cor2 f f' a b) as (t & E & Ht); [lra| |].
  - intros t Ht. apply is_derive_Reals, Hd, Ht.
  - assert (0 <= f' t) by (apply Hpos; lra). nra.
Qed.

(** Pinsker for q <= p: integrate the slope from q to p. *)
Lemma pinsker_above q p : 0 <= q -> q <= p -> 0 < p < 1 -> 2 * ((p - q) * (p - q)) <= kl q p.
Proof.
  intros Hq Hqp Hp. destruct (Req_dec q 0) as [->|Hq0].
  - (* kl(0|t) = - ln(1-t) *)
    set (f := fun t => - ln (1 - t) - 2 * (t * t)).
    assert (H : f 0 <= f p).
    { apply (increases f (fun t => 1 / (1 - t) - 4 * t)); [lra| |].
      - intros t Ht. unfold f. auto_derive; [lra|field; lra].
      - intros t Ht.
        replace (1 / (1 - t) - 4 * t) with ((1 - 2 * t) * (1 - 2 * t) * / (1 - t)) by (field; lra).
        apply Rmult_le_pos; [apply Rle_0_sqr|left; apply Rinv_0_lt_compat; lra]. }
    unfold f in H. rewrite Rminus_0_r, ln_1 in H.
    unfold kl. rewrite !Rminus_0_r, (ln_div 1), ln_1 by lra. lra.
  - set (f := fun t => - q * ln t - (1 - q) * ln (1 - t) - 2 * ((t - q) * (t - q))).
    assert (H : f q <= f p).
    { apply (increases f (fun t => - q / t + (1 - q) / (1 - t) - 4 * (t - q))); [lra| |].
      - intros t Ht. unfold f. auto_derive; [lra|field; lra].
      - intros t Ht. apply slope_nonneg; lra. }
    unfold f in H. replace (q - q) with 0 in H by ring. unfold kl. rewrite !ln_div by lra. lra.
Qed.

(** kl(q|p) = kl(1-q|1-p). *)
Lemma kl_swap q p : kl q p = kl (1 - q) (1 - p).
Proof.
  unfold kl. replace (1 - (1 - q)) with q by ring. replace (1 - (1 - p)) with p by ring. ring.
Qed.

(** Pinsker's inequality. *)
Theorem pinsker q p : 0 <= q <= 1 -> 0 < p < 1 -> 2 * ((p - q) * (p - q)) <= kl q p.
Proof.
  intros Hq Hp. destruct (Rle_dec q p) as [Hle|Hgt]; [apply pinsker_above; lra|].
  rewrite kl_swap. pose proof (pinsker_above (1 - q) (1 - p) ltac:(lra) ltac:(lra) ltac:(lra)). nra.
Qed.

(** |p - q| <= sqrt (c/2) if kl(q|p) <= c. *)
Lemma pinsker_root q p c : 0 <= q <= 1 -> 0 < p < 1 -> kl q p <= c -> p <= q + sqrt (c / 2).
Proof.
  intros Hq Hp Hc. pose proof (pinsker q p Hq Hp) as H.
  assert (Hr : Rabs (p - q) <= sqrt (c / 2)).
  { rewrite <- sqrt_Rsqr_abs. apply sqrt_le_1_alt. unfold Rsqr. lra. }
  pose proof (Rle_abs (p - q)). lra.
Qed.

(** McAllester's bound (sharp form): outside the exceptional samples of PacBayesKl.v, for
    all Q, E_Q L_D <= E_Q L_S + sqrt ((KL + ln(xi(m)/delta)) / (2m)). *)
Theorem mcallester n m w H (l : H -> nat -> R) (P : prob H) delta s (Q : prob H) KL :
  (1 <= m)%nat -> (forall z, (z < n)%nat -> 0 < w z) -> sum n w = 1 ->
  (forall h z, l h z = 0 \/ l h z = 1) -> (forall z, simple P (fun h => l h z)) ->
  sample n m s -> exceptional n m w H l P delta s = 0 ->
  (forall z, simple Q (fun h => l h z)) -> change_of_measure Q P KL ->
  E Q (risk H l n w)
  <= E Q (sample_risk H l s) + sqrt ((KL + ln (xi m / delta)) / (2 * INR m)).
Proof.
  intros Hm Hw Hwsum Hl HlP Hs Husual HlQ HKL.
  assert (HD : 0 <= E Q (risk H l n w) <= 1).
  { apply E_range; [apply risk_simple, HlQ|]. intros h. apply (risk_range n w (l h) Hw Hwsum (Hl h)). }
  assert (HS : 0 <= E Q (sample_risk H l s) <= 1).
  { apply E_range; [apply (E_sample_risk H Q l HlQ s)|].
    intros h. apply (sample_risk_range n m H l Hm Hl s h Hs). }
  pose proof (sqrt_pos ((KL + ln (xi m / delta)) / (2 * INR m))) as Hr.
  destruct (Req_dec (E Q (risk H l n w)) 0) as [H0|H0]; [lra|].
  destruct (Req_dec (E Q (risk H l n w)) 1) as [H1|H1].
  { pose proof (gibbs_one n m w H l Hm Hw Hwsum Hl s Q Hs HlQ H1). lra. }
  pose proof (pac_bayes_kl n m w H l P Hm Hw Hwsum Hl HlP delta s Q KL Hs Husual HlQ HKL ltac:(lra)) as Hkl.
  replace ((KL + ln (xi m / delta)) / (2 * INR m)) with (complexity m delta KL / 2).
  - apply pinsker_root; [lra|lra|exact Hkl].
  - unfold complexity. field. apply not_0_INR. lia.
Qed.
