(** The functions of a certificate's programs that Coq's library lacks, defined
    for all real numbers, with the facts by which their values are bounded. *)
From Coq Require Import Reals ZArith Lra Lia.
From Flocq Require Import Core.Raux.
From Gapcert Require Import base.Sums.
Open Scope R_scope.

Lemma ln_monotone x y : 0 < x -> x <= y -> ln x <= ln y.
Proof. intros Hx [H | ->]; [left; now apply ln_increasing | lra]. Qed.

(** ** Rounding *)

(** The least integer that is not smaller. *)
Definition ceiling (x : R) : R := IZR (Zceil x).

(** The natural number that [x] is (its floor, if it is none). *)
Definition natural (x : R) : nat := Z.to_nat (Zfloor x).

Lemma natural_of_IZR n : natural (IZR n) = Z.to_nat n.
Proof. unfold natural. now rewrite Zfloor_IZR. Qed.

(** ** Cube root *)

Definition cbrt (x : R) : R :=
  if Rlt_dec 0 x then exp (ln x / 3)
  else if Rlt_dec x 0 then - exp (ln (- x) / 3) else 0.

Lemma cbrt_positive x : 0 < x -> cbrt x = exp (ln x / 3).
Proof. intros H. unfold cbrt. destruct (Rlt_dec 0 x); lra. Qed.

Lemma cbrt_0 : cbrt 0 = 0.
Proof. unfold cbrt. destruct (Rlt_dec 0 0); [lra |]. destruct (Rlt_dec 0 0); lra. Qed.

(** It is the cube root. *)
Lemma cbrt_cubed x : 0 < x -> cbrt x ^ 3 = x.
Proof.
  intros H. rewrite cbrt_positive by assumption.
  replace (exp (ln x / 3) ^ 3) with (exp (ln x / 3 + ln x / 3 + ln x / 3)).
  - replace (ln x / 3 + ln x / 3 + ln x / 3) with (ln x) by field. now apply exp_ln.
  - rewrite !exp_plus. ring.
Qed.

(** ** Geometric grids *)

(** The least integer t with s b^t >= v, for positive v, s and b > 1. *)
Definition grid_exponent (v s b : R) : R := ceiling (ln (v / s) / ln b).

Lemma ln_powerRZ b n : 0 < b -> ln (powerRZ b n) = IZR n * ln b.
Proof.
  intros H. rewrite powerRZ_Rpower by assumption. unfold Rpower. now rewrite ln_exp.
Qed.

Lemma ln_above_1 b : 1 < b -> 0 < ln b.
Proof. intros H. rewrite <- ln_1. apply ln_increasing; lra. Qed.

(** A point of the grid that covers v is not below the exponent. *)
Lemma grid_exponent_upper v s b n :
  0 < v -> 0 < s -> 1 < b -> v <= s * powerRZ b n -> grid_exponent v s b <= IZR n.
Proof.
  intros Hv Hs Hb Hn. apply IZR_le, Zceil_glb.
  pose proof (ln_above_1 b Hb) as Hln.
  apply Rmult_le_reg_r with (ln b); [assumption |].
  replace (ln (v / s) / ln b * ln b) with (ln (v / s)) by (field; lra).
  rewrite <- ln_powerRZ by lra. apply ln_monotone; [apply Rdiv_lt_0_compat; lra |].
  apply Rmult_le_reg_r with s; [assumption |].
  replace (v / s * s) with v by (field; lra). lra.
Qed.

(** The exponent is above every point of the grid that does not cover v. *)
Lemma grid_exponent_lower v s b n :
  0 < v -> 0 < s -> 1 < b -> s * powerRZ b (n - 1) < v -> IZR n <= grid_exponent v s b.
Proof.
  intros Hv Hs Hb Hn.
  assert (A : IZR (n - 1) < ln (v / s) / ln b).
  { pose proof (ln_above_1 b Hb) as Hln.
    apply Rmult_lt_reg_r with (ln b); [assumption |].
    replace (ln (v / s) / ln b * ln b) with (ln (v / s)) by (field; lra).
    rewrite <- ln_powerRZ by lra.
    apply ln_increasing; [apply powerRZ_lt; lra |].
    apply Rmult_lt_reg_r with s; [assumption |].
    replace (v / s * s) with v by (field; lra). lra. }
  pose proof (Zceil_ub (ln (v / s) / ln b)) as B. unfold grid_exponent, ceiling.
  apply IZR_le. assert (n - 1 < Zceil (ln (v / s) / ln b))%Z by (apply lt_IZR; lra).
  lia.
Qed.

(** ** Peeling off layers *)

(** (1/t) arccosh(1 + 2^(layers-1) (exp(t^2/2) - 1)). *)
Definition peeling_cosh (layers t : R) : R := 1 + Rpower 2 (layers - 1) * (exp (t * t / 2) - 1).
Definition peeling_at (layers t : R) : R :=
  let u := peeling_cosh layers t in ln (u + sqrt (u * u - 1)) / t.

Lemma peeling_at_nonneg layers t : 0 < t -> 0 <= peeling_at layers t.
Proof.
  intros Ht. unfold peeling_at.
  assert (U : 1 <= peeling_cosh layers t).
  { unfold peeling_cosh. pose proof (exp_ineq1_le (t * t / 2)).
    assert (0 < Rpower 2 (layers - 1)) by apply exp_pos. nra. }
  pose proof (sqrt_pos (peeling_cosh layers t * peeling_cosh layers t - 1)).
  assert (0 <= ln (peeling_cosh layers t
                   + sqrt (peeling_cosh layers t * peeling_cosh layers t - 1))).
  { rewrite <- ln_1. apply ln_monotone; lra. }
  apply Rmult_le_pos; [assumption |]. left. now apply Rinv_0_lt_compat.
Qed.

(** Minus its values: their supremum exists without further ado. *)
Definition peeling_set (layers y : R) : Prop := exists t, 0 < t /\ y = - peeling_at layers t.

Lemma peeling_set_bounded layers : bound (peeling_set layers).
Proof.
  exists 0. intros y [t [Ht ->]]. pose proof (peeling_at_nonneg layers t Ht). lra.
Qed.

Lemma peeling_set_inhabited layers : exists y, peeling_set layers y.
Proof. exists (- peeling_at layers 1), 1. split; [lra | reflexivity]. Qed.

(** kappa: the infimum over t > 0. *)
Definition peeling (layers : R) : R :=
  - proj1_sig (completeness (peeling_set layers) (peeling_set_bounded layers)
                 (peeling_set_inhabited layers)).

(** Any t gives an upper value. *)
Lemma peeling_upper layers t : 0 < t -> peeling layers <= peeling_at layers t.
Proof.
  intros Ht. unfold peeling. destruct completeness as [m [Up Least]]; cbn [proj1_sig].
  specialize (Up (- peeling_at layers t) (ex_intro _ t (conj Ht eq_refl))). lra.
Qed.

Lemma peeling_nonneg layers : 0 <= peeling layers.
Proof.
  unfold peeling. destruct completeness as [m [Up Least]]; cbn [proj1_sig].
  assert (m <= 0); [| lra].
  apply Least. intros y [t [Ht ->]]. pose proof (peeling_at_nonneg layers t Ht). lra.
Qed.

(** ** Sums over 1..m *)

(** 1 + 1/2 + ... + 1/n for a natural number [x] = n. *)
Definition harmonic (x : R) : R := sum (natural x) (fun k => 1 / INR (S k)).

(** m (m-1) ... (m-k+1) / m^k. *)
Fixpoint xi_term (m k : nat) : R :=
  match k with
  | O => 1
  | S k => xi_term m k * ((INR m - INR k) / INR m)
  end.

(** xi(m) = sum_j C(m,j) (j/m)^j (1-j/m)^(m-j), in the form
    m! sum_k 1/((m-k)! m^k) of the same number: [Agreement.xi_agrees]. *)
Definition xi (m : nat) : R := sum (S m) (xi_term m).

(** ln xi(m) for a natural number [x] = m. *)
Definition ln_xi (x : R) : R := ln (xi (natural x)).

(** ln of the number of subsets of k out of n. *)
Definition ln_binomial (n k : Z) : R := ln (C (Z.to_nat n) (Z.to_nat k)).
