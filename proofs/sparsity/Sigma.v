(** sigma of Theorem 11 is at most sigma of Theorem 13, with the corrected share
    t = 1/((2K+1) sqrt m) or the printed one: for the hidden layers always, for the output layer if
    C <= 2 (K+1) sqrt m. So Theorem 11 is the weaker one: a smaller sigma means a larger
    KL divergence. *)
From Coq Require Import Reals Lra Lia Psatz.
From Gapcert Require Import sparsity.Network sparsity.Alpha sparsity.Variance.
Open Scope R_scope.

(** ** Elementary constants *)

(** 1 - 1/y <= ln y. *)
Lemma ln_lower y : 0 < y -> 1 - / y <= ln y.
Proof.
  intros Hy. pose proof (exp_ineq1_le (- ln y)) as E.
  rewrite exp_Ropp, exp_ln in E by exact Hy. lra.
Qed.

(** 7/12 <= ln 2, from ln 2 = ln(4/3) + ln(3/2). *)
Lemma ln2_lower : 7 / 12 <= ln 2.
Proof.
  replace 2 with (4 / 3 * (3 / 2)) by lra. rewrite ln_mult by lra.
  pose proof (ln_lower (4 / 3) ltac:(lra)). pose proof (ln_lower (3 / 2) ltac:(lra)). lra.
Qed.

(** 7/6 <= ln 4. *)
Lemma ln4_lower : 7 / 6 <= ln 4.
Proof.
  replace 4 with (2 * 2) by lra. rewrite ln_mult by lra. pose proof ln2_lower. lra.
Qed.

Lemma sqrt_upper x c : 0 <= c -> x <= c * c -> sqrt x <= c.
Proof.
  intros Hc H. rewrite <- (sqrt_square c Hc). apply sqrt_le_1_alt. exact H.
Qed.

(** sqrt a + sqrt b <= sqrt(2 (a + b)). *)
Lemma sqrt_pair a b : 0 <= a -> 0 <= b -> sqrt a + sqrt b <= sqrt (2 * (a + b)).
Proof.
  intros Ha Hb. pose proof (sqrt_pos a). pose proof (sqrt_pos b).
  rewrite <- (sqrt_square (sqrt a + sqrt b)) by lra. apply sqrt_le_1_alt.
  pose proof (sqrt_sqrt a Ha). pose proof (sqrt_sqrt b Hb).
  pose proof (Rle_0_sqr (sqrt a - sqrt b)) as Sq. unfold Rsqr in Sq. lra.
Qed.

(** ** The inequality between real numbers *)

(** a of d units left, 1 <= a <= d: a <= (12/7) a ln d + 1 (either d = 1, or ln d >= 7/12). *)
Lemma units_le_entropy a d : 1 <= a <= d -> d = 1 \/ 2 <= d ->
  0 <= a * ln d /\ a <= 12 / 7 * (a * ln d) + 1.
Proof.
  intros [H1 H2] [->|H].
  - rewrite ln_1. lra.
  - assert (L : 7 / 12 <= ln d).
    { apply Rle_trans with (ln 2); [apply ln2_lower | apply ln_mono; lra]. }
    split; nra.
Qed.

(** sqrt a + sqrt b <= 13/7 sqrt F if a + b <= 12/7 F; and (13/7)^2 >= 24/7. *)
Lemma roots_le a b F : 0 <= a -> 0 <= b -> a + b <= 12 / 7 * F ->
  sqrt a + sqrt b <= 13 / 7 * sqrt F.
Proof.
  intros Ha Hb H. apply Rle_trans with (sqrt (2 * (a + b))); [apply sqrt_pair; assumption |].
  assert (HF : 0 <= F) by lra.
  replace (13 / 7) with (sqrt (13 / 7 * (13 / 7))) by (apply sqrt_square; lra).
  rewrite <- sqrt_mult by lra. apply sqrt_le_1_alt. lra.
Qed.

(** sqrt x <= c sqrt F if x <= c^2 F. *)
Lemma root_le x c F : 0 <= c -> 0 <= F -> x <= c * c * F -> sqrt x <= c * sqrt F.
Proof.
  intros Hc HF H. rewrite <- (sqrt_square c Hc) at 1.
  rewrite <- sqrt_mult by (assumption || apply Rmult_le_pos; assumption).
  apply sqrt_le_1_alt. exact H.
Qed.

(** Lemma of theorem-13.md, Section 6, block case: la, lb stand for the ln of binomial
    coefficients, L for Lambda, L' for ln(1/t). *)
Lemma block_inequality a b d2 d1 la lb L L' :
  1 <= a <= d2 -> d2 = 1 \/ 2 <= d2 -> 1 <= b <= d1 -> d1 = 1 \/ 2 <= d1 ->
  la <= a * ln d2 -> lb <= b * ln d1 -> 7 / 6 <= L -> L' <= L ->
  sqrt a + sqrt b + sqrt (2 * la + 2 * lb + 2 * L') <= 4 * sqrt (a * ln d2 + b * ln d1 + L).
Proof.
  intros Ha Hd2 Hb Hd1 Hla Hlb HL HL'.
  destruct (units_le_entropy a d2 Ha Hd2) as [A0 A1].
  destruct (units_le_entropy b d1 Hb Hd1) as [B0 B1].
  set (F := a * ln d2 + b * ln d1 + L).
  assert (R1 : sqrt a + sqrt b <= 13 / 7 * sqrt F) by (apply roots_le; unfold F; lra).
  assert (R2 : sqrt (2 * la + 2 * lb + 2 * L') <= 3 / 2 * sqrt F)
    by (apply root_le; unfold F; lra).
  pose proof (sqrt_pos F). lra.
Qed.

(** Output case: one row of C, where ln C <= L; X >= 0 is the rest of 2 d_eff. *)
Lemma output_inequality b d1 lC lb X L L' :
  1 <= b <= d1 -> d1 = 1 \/ 2 <= d1 -> lb <= b * ln d1 -> 0 <= X ->
  lC <= L -> 7 / 6 <= L -> L' <= L ->
  sqrt 1 + sqrt b + sqrt (2 * lC + 2 * lb + 2 * L') <= 4 * sqrt (X + b * ln d1 + L).
Proof.
  intros Hb Hd1 Hlb HX HC HL HL'.
  destruct (units_le_entropy b d1 Hb Hd1) as [B0 B1].
  set (F := X + b * ln d1 + L).
  assert (R1 : sqrt 1 + sqrt b <= 13 / 7 * sqrt F) by (apply roots_le; unfold F; lra).
  assert (R2 : sqrt (2 * lC + 2 * lb + 2 * L') <= 2 * sqrt F)
    by (apply root_le; unfold F; lra).
  pose proof (sqrt_pos F). lra.
Qed.

(** ** The inequality for alpha *)

(** The number of units of a layer, as a real number. *)
Lemma units_real d s : (s < d)%nat ->
  1 <= INR (d - s) <= INR d /\ (INR d = 1 \/ 2 <= INR d).
Proof.
  intros H. split; [split |].
  - change 1 with (INR 1). apply le_INR. lia.
  - apply le_INR. lia.
  - destruct (Nat.eq_dec d 1) as [->|Ne]; [left; reflexivity | right].
    change 2 with (INR 2). apply le_INR. lia.
Qed.

Lemma alpha_le d2 s2 d1 s1 t L : (s2 < d2)%nat -> (s1 < d1)%nat ->
  7 / 6 <= L -> ln (1 / t) <= L ->
  alpha d2 s2 d1 s1 t
  <= 4 * sqrt (INR (d2 - s2) * ln (INR d2) + INR (d1 - s1) * ln (INR d1) + L).
Proof.
  intros H2 H1 HL Ht.
  destruct (units_real d2 s2 H2) as [Ha Hd2]. destruct (units_real d1 s1 H1) as [Hb Hd1].
  destruct (ln_binomial d2 s2) as [_ La]; [lia | lia |].
  destruct (ln_binomial d1 s1) as [_ Lb]; [lia | lia |].
  apply block_inequality; assumption.
Qed.

(** A single row is no worse than the whole block. *)
Lemma alpha_row_le d2 s2 d1 s1 t L : (s2 < d2)%nat -> (s1 < d1)%nat ->
  7 / 6 <= L -> ln (1 / t) <= L ->
  alpha d2 (d2 - 1) d1 s1 t
  <= 4 * sqrt (INR (d2 - s2) * ln (INR d2) + INR (d1 - s1) * ln (INR d1) + L).
Proof.
  intros H2 H1 HL Ht.
  eapply Rle_trans; [apply (alpha_le d2 (d2 - 1) d1 s1 t L); (lia || assumption) |].
  apply Rmult_le_compat_l; [lra |]. apply sqrt_le_1_alt.
  replace (d2 - (d2 - 1))%nat with 1%nat by lia.
  destruct (units_real d2 s2 H2) as [[Ha _] Hd2].
  assert (Hln : 0 <= ln (INR d2)).
  { rewrite <- ln_1. apply ln_mono; [lra |]. destruct Hd2; lra. }
  assert (M : INR 1 * ln (INR d2) <= INR (d2 - s2) * ln (INR d2)).
  { apply Rmult_le_compat_r; [exact Hln | change (INR 1) with 1; exact Ha]. }
  lra.
Qed.

(** ** The shares *)

Lemma sqrt_ge_1 m : 1 <= m -> 1 <= sqrt m.
Proof. intros H. rewrite <- sqrt_1. apply sqrt_le_1_alt. exact H. Qed.

(** ln(1/t) = ln(c sqrt m) <= Lambda for t = 1/(c sqrt m), 0 < c <= 2 (K+1). *)
Lemma ln_inverse_share_le H m c : 1 <= m -> 0 < c <= 2 * (INR (depth H) + 1) ->
  ln (1 / (1 / (c * sqrt m))) <= Lambda H m.
Proof.
  intros Hm Hc. pose proof (sqrt_ge_1 m Hm) as Hs.
  assert (P : 0 < c * sqrt m) by (apply Rmult_lt_0_compat; lra).
  replace (1 / (1 / (c * sqrt m))) with (c * sqrt m) by (field; lra).
  unfold Lambda. apply ln_mono; [exact P |]. apply Rmult_le_compat_r; lra.
Qed.

(** In particular for the corrected and for the printed share. *)
Lemma ln_share_le H m : 1 <= m -> ln (1 / share H m) <= Lambda H m.
Proof.
  intros Hm. pose proof (pos_INR (depth H)). apply ln_inverse_share_le; [exact Hm | lra].
Qed.

Lemma ln_printed_share_le H m : 1 <= m -> ln (1 / printed_share H m) <= Lambda H m.
Proof.
  intros Hm. pose proof (pos_INR (depth H)). apply ln_inverse_share_le; [exact Hm | lra].
Qed.

(** Lambda >= ln 4 >= 7/6, as K >= 1 and m >= 1. *)
Lemma Lambda_lower H m : (1 <= depth H)%nat -> 1 <= m -> 7 / 6 <= Lambda H m.
Proof.
  intros HK Hm. apply Rle_trans with (ln 4); [apply ln4_lower |].
  pose proof (sqrt_ge_1 m Hm) as Hs.
  assert (K1 : 1 <= INR (depth H)) by (change 1 with (INR 1); apply le_INR; exact HK).
  unfold Lambda. apply ln_mono; [lra |]. nra.
Qed.

(** Larger denominators make smaller quotients. *)
Lemma quotient_le n n' a b : 0 <= n -> n <= n' -> 0 < a -> a <= b -> n / b <= n' / a.
Proof.
  intros Hn Hn' Ha Hb. apply Rmult_le_compat; [exact Hn | | exact Hn' |].
  - left. apply Rinv_0_lt_compat. lra.
  - apply Rinv_le_contravar; assumption.
Qed.

(** ** The result *)

(** Hidden layers: sigma_k of Theorem 11 <= sigma_k of Theorem 13, if xi_k <= nu_k (as for
    nu_k = xi_k sqrt(1 + eta_k)); for t either share. *)
Theorem sigma11_le_sigma13 H m t j : valid H -> (j < depth H)%nat -> 1 <= m ->
  ln (1 / t) <= Lambda H m ->
  xi H (S j) <= nu H (S j) -> sigma11 H m j <= sigma13 H t j.
Proof.
  intros V Hj Hm Ht Hnu. unfold sigma11, sigma13.
  assert (Hxi : 0 < xi H (S j)) by (apply xi_pos; exact V).
  pose proof (spar_lt H V j ltac:(lia)) as S1. pose proof (spar_lt H V (S j) ltac:(lia)) as S2.
  pose proof (Lambda_lower H m ltac:(lia) Hm) as HL.
  pose proof (layer_deff_le_max H j (depth H) Hj) as Max. fold (deff H) in Max.
  assert (Root : 4 * sqrt (INR (dim H (S j) - spar H (S j)) * ln (INR (dim H (S j)))
                           + INR (dim H j - spar H j) * ln (INR (dim H j)) + Lambda H m)
                 <= 4 * sqrt (2 * deff H + Lambda H m)).
  { apply Rmult_le_compat_l; [lra |]. apply sqrt_le_1_alt. unfold layer_deff in Max. lra. }
  apply Rmult_le_compat_l; [left; apply eps_pos; exact V |].
  apply Rmin_glb; apply quotient_le; try lra.
  - apply alpha_pos. exact S2.
  - eapply Rle_trans; [| exact Root]. apply alpha_le; assumption.
  - apply alpha_pos. lia.
  - eapply Rle_trans; [| exact Root]. apply (alpha_row_le _ (spar H (S j))); assumption.
Qed.

(** Output layer: the same if C <= 2 (K+1) sqrt m. *)
Theorem sigma11_le_sigma13_out H m t : valid H -> (1 <= depth H)%nat -> 1 <= m ->
  ln (1 / t) <= Lambda H m ->
  INR (dim H (S (depth H))) <= 2 * (INR (depth H) + 1) * sqrt m ->
  sigma11 H m (depth H) <= sigma13_out H t.
Proof.
  intros V HK Hm Ht HC. unfold sigma11, sigma13_out.
  pose proof (classes_pos H V) as Cpos.
  assert (Hxi : 0 < xi H (S (depth H))) by (apply xi_pos; exact V).
  pose proof (spar_lt H V (depth H) ltac:(lia)) as S1.
  pose proof (Lambda_lower H m HK Hm) as HL.
  apply Rmult_le_compat_l; [left; apply eps_pos; exact V |].
  apply quotient_le; [lra | lra | apply alpha_pos; lia |].
  unfold alpha_row, alpha.
  rewrite binomial_one_left by lia.
  replace (dim H (S (depth H)) - (dim H (S (depth H)) - 1))%nat with 1%nat by lia.
  destruct (units_real _ _ S1) as [Hb Hd].
  destruct (ln_binomial (dim H (depth H)) (spar H (depth H))) as [_ Lb]; [lia | lia |].
  assert (LC : ln (INR (dim H (S (depth H)))) <= Lambda H m).
  { apply ln_mono; [apply lt_0_INR; exact Cpos | exact HC]. }
  (* 2 d_eff is at least (d_K - s_K) ln d_K: the last hidden layer is among the maxima *)
  set (X := INR (dim H (depth H) - spar H (depth H)) * ln (INR (dim H (depth H)))) in *.
  assert (Max : X <= 2 * deff H).
  { destruct (depth H) as [|k] eqn:EK; [lia |].
    pose proof (layer_deff_le_max H k (S k) ltac:(lia)) as M. unfold deff. rewrite EK.
    pose proof (spar_lt H V k ltac:(lia)) as Sk.
    destruct (units_real _ _ Sk) as [Hbk Hdk].
    destruct (units_le_entropy _ _ Hbk Hdk) as [Pos _].
    unfold layer_deff in M. unfold X. lra. }
  apply Rle_trans with (4 * sqrt (0 + X + Lambda H m)).
  - change (INR 1) with 1. apply output_inequality; try assumption; lra.
  - apply Rmult_le_compat_l; [lra |]. apply sqrt_le_1_alt. lra.
Qed.

(** Output layer: the same for any number of classes if the maximum in d_eff includes it. *)
Theorem sigma11_le_sigma13_out_incl H m t D : valid H -> (1 <= depth H)%nat -> 1 <= m ->
  ln (1 / t) <= Lambda H m ->
  (spar H (S (depth H)) < dim H (S (depth H)))%nat -> layer_deff H (depth H) <= D ->
  eps H (S (depth H)) * (xi H (S (depth H)) / (4 * sqrt (2 * D + Lambda H m)))
  <= sigma13_out H t.
Proof.
  intros V HK Hm Ht HC HD. unfold sigma13_out.
  pose proof (classes_pos H V) as Cpos.
  assert (Hxi : 0 < xi H (S (depth H))) by (apply xi_pos; exact V).
  pose proof (spar_lt H V (depth H) ltac:(lia)) as S1.
  pose proof (Lambda_lower H m HK Hm) as HL.
  apply Rmult_le_compat_l; [left; apply eps_pos; exact V |].
  apply quotient_le; [lra | lra | apply alpha_pos; lia |].
  eapply Rle_trans.
  - apply (alpha_row_le _ (spar H (S (depth H)))); eassumption.
  - apply Rmult_le_compat_l; [lra |]. apply sqrt_le_1_alt. unfold layer_deff in HD. lra.
Qed.
