(** Lemma 12 of Muthukumar and Sulam (2023), corrected: with probability at least
    1 - 1/sqrt m the Gaussian perturbation is within relative distance eps at every layer.

    There are 2K+1 events, two for each hidden layer and one for the output, so each gets
    t = 1/((2K+1) sqrt m); the print gives them 1/((K+1) sqrt m), and leaves out
    sigma_(K+1) in its equation (8). The tail of a standard Gaussian matrix is Lemma 20
    (Davidson and Szarek, and a union over submatrices): here a hypothesis. *)
From Coq Require Import Reals Lra Lia.
From Gapcert Require Import base.Sums base.IndexSets base.Vectors base.Probability.
From Gapcert Require Import sparsity.SparseNorm sparsity.Network sparsity.Alpha sparsity.Variance.
Open Scope R_scope.

(** The perturbed network: h_k + sigma_k G_k. *)
Definition perturb (sigma : nat -> R) (h G : net) : net :=
  fun k => madd (h k) (mscal (sigma k) (G k)).

(** Lemma 20 for the noise G (whose entries are independent standard normals under P):
    P(||G_k||_(s2,s1) > alpha(d_k, s2, d_(k-1), s1, t)) <= t. *)
Definition gaussian_tail (H : hyper) (P : (net -> Prop) -> R) : Prop :=
  forall j s2 s1 t, (j <= depth H)%nat -> (s2 < dim H (S j))%nat -> (s1 < dim H j)%nat ->
  0 < t < 1 ->
  P (fun G => ~ sparse_bound (dim H (S j)) (dim H j) s2 s1 (G (S j))
                  (alpha (dim H (S j)) s2 (dim H j) s1 t)) <= t.

(** The standard deviations are at most those of Theorem 13. *)
Record sigma_within (H : hyper) (t : R) (sigma : nat -> R) : Prop := {
  sigma_pos : forall k, 0 < sigma k;
  sigma_hidden : forall j, (j < depth H)%nat -> sigma (S j) <= sigma13 H t j;
  sigma_output : sigma (S (depth H)) <= sigma13_out H t
}.

(** ** One layer *)

(** The perturbation of layer k is sigma_k G_k. *)
Lemma perturb_difference sigma h G k i j :
  msub (perturb sigma h G k) (h k) i j = mscal (sigma k) (G k) i j.
Proof. unfold msub, perturb, madd. ring. Qed.

(** A sparse bound of G scales to one of the perturbation. *)
Lemma perturbation_sparse_bound sigma h G k d2 d1 s2 s1 a b :
  0 <= sigma k -> sparse_bound d2 d1 s2 s1 (G k) a -> sigma k * a <= b ->
  sparse_bound d2 d1 s2 s1 (msub (perturb sigma h G k) (h k)) b.
Proof.
  intros Hs B Hab. apply (sparse_bound_weaken _ _ _ _ _ (sigma k * a)); [exact Hab |].
  rewrite <- (Rabs_pos_eq (sigma k)) by exact Hs.
  intros J2 J1 C2 C1 x.
  rewrite (nrm_ext d2 _ (keep J2 (mv d1 (mscal (sigma k) (G k)) (keep J1 x)))).
  - apply sparse_bound_mscal with (s2 := s2) (s1 := s1); assumption.
  - intros i _. unfold keep at 1 3. destruct (J2 i); [| reflexivity].
    unfold mv. apply dot_ext; [| reflexivity].
    intros j _. apply perturb_difference.
Qed.

(** sigma <= e c / a gives sigma a <= e c. *)
Lemma sigma_times_alpha s e c a : 0 < a -> s <= e * (c / a) -> s * a <= e * c.
Proof.
  intros Ha H. apply Rle_trans with (e * (c / a) * a).
  - apply Rmult_le_compat_r; lra.
  - right. field. lra.
Qed.

Section Lemma12.

Variables (H : hyper) (t : R) (sigma : nat -> R).
Hypothesis V : valid H.
Hypothesis t_range : 0 < t < 1.
Hypothesis sigma_ok : sigma_within H t sigma.

(** The two events of layer S j, for the noise. *)
Definition block_event (j : nat) (G : net) : Prop :=
  sparse_bound (dim H (S j)) (dim H j) (spar H (S j)) (spar H j) (G (S j)) (alpha_block H j t).
Definition row_event (j : nat) (G : net) : Prop :=
  sparse_bound (dim H (S j)) (dim H j) (dim H (S j) - 1) (spar H j) (G (S j)) (alpha_row H j t).

Lemma rows_left j : (j <= depth H)%nat -> (0 < dim H (S j))%nat.
Proof.
  intros Hj. destruct (Nat.eq_dec j (depth H)) as [->|Ne].
  - apply classes_pos. exact V.
  - pose proof (spar_lt H V (S j) ltac:(lia)). lia.
Qed.

Lemma alpha_row_pos j : (j <= depth H)%nat -> 0 < alpha_row H j t.
Proof. intros Hj. apply alpha_pos. pose proof (rows_left j Hj). lia. Qed.

(** On the row event, the rows of the perturbation are within eps_k xi_k. *)
Lemma near_rows_of_event h G j : (j <= depth H)%nat ->
  sigma (S j) <= eps H (S j) * (xi H (S j) / alpha_row H j t) ->
  row_event j G -> near_rows H h (perturb sigma h G) j.
Proof.
  intros Hj Hs Ev. unfold near_rows.
  apply (sparse_bound_rows (dim H (S j)) (dim H j) (spar H j)).
  - apply rows_left. exact Hj.
  - pose proof (spar_lt H V j Hj). lia.
  - apply perturbation_sparse_bound with (a := alpha_row H j t).
    + left. apply (sigma_pos H t sigma sigma_ok).
    + exact Ev.
    + apply sigma_times_alpha; [apply alpha_row_pos; exact Hj | exact Hs].
Qed.

(** On both events of a hidden layer, it is near. *)
Lemma near_of_events h G j : (j < depth H)%nat ->
  block_event j G -> row_event j G ->
  near_rows H h (perturb sigma h G) j /\ near_sparse H h (perturb sigma h G) j.
Proof.
  intros Hj Block Row.
  pose proof (sigma_hidden H t sigma sigma_ok j Hj) as Hs. unfold sigma13 in Hs.
  pose proof (eps_pos H V (S j)) as He.
  set (u := nu H (S j) / alpha_block H j t) in *.
  set (v := xi H (S j) / alpha_row H j t) in *.
  assert (Hu : eps H (S j) * Rmin u v <= eps H (S j) * u)
    by (apply Rmult_le_compat_l; [lra | apply Rmin_l]).
  assert (Hv : eps H (S j) * Rmin u v <= eps H (S j) * v)
    by (apply Rmult_le_compat_l; [lra | apply Rmin_r]).
  split.
  - apply near_rows_of_event; [lia | fold v; lra | exact Row].
  - apply perturbation_sparse_bound with (a := alpha_block H j t).
    + left. apply (sigma_pos H t sigma sigma_ok).
    + exact Block.
    + apply sigma_times_alpha; [| fold u; lra].
      apply alpha_pos. apply (spar_lt H V). lia.
Qed.

(** ** The union bound *)

Variable P : (net -> Prop) -> R.
Hypothesis P_prob : probability P.
Hypothesis lemma20 : gaussian_tail H P.

(** Each event fails with probability at most t. *)
Lemma block_event_fails j : (j < depth H)%nat -> P (fun G => ~ block_event j G) <= t.
Proof.
  intros Hj. apply lemma20.
  - lia.
  - apply (spar_lt H V). lia.
  - apply (spar_lt H V). lia.
  - exact t_range.
Qed.

Lemma row_event_fails j : (j <= depth H)%nat -> P (fun G => ~ row_event j G) <= t.
Proof.
  intros Hj. apply lemma20.
  - exact Hj.
  - pose proof (rows_left j Hj). lia.
  - apply (spar_lt H V). exact Hj.
  - exact t_range.
Qed.

(** The first k layers: 2k events. *)
Theorem lemma12_hidden h k : (k <= depth H)%nat ->
  P (fun G => ~ near H h (perturb sigma h G) k) <= INR k * (2 * t).
Proof.
  intros Hk.
  apply Rle_trans with
    (P (fun G => exists j, (j < k)%nat /\ (~ block_event j G \/ ~ row_event j G))).
  - apply (prob_mono P P_prob). intros G Far.
    destruct (Classical_Prop.classic
      (exists j, (j < k)%nat /\ (~ block_event j G \/ ~ row_event j G))) as [Yes|No]; [exact Yes |].
    exfalso. apply Far. intros j Hj. apply near_of_events; [lia | |].
    + apply Classical_Prop.NNPP. intros NB. apply No. exists j. auto.
    + apply Classical_Prop.NNPP. intros NR. apply No. exists j. auto.
  - apply (prob_union_n P (fun j G => ~ block_event j G \/ ~ row_event j G)); [exact P_prob |].
    intros j Hj. eapply Rle_trans; [apply (prob_union P P_prob) |].
    pose proof (block_event_fails j ltac:(lia)). pose proof (row_event_fails j ltac:(lia)). lra.
Qed.

(** All layers: 2K+1 events. *)
Theorem lemma12_all h :
  P (fun G => ~ (near H h (perturb sigma h G) (depth H)
                 /\ near_rows H h (perturb sigma h G) (depth H)))
  <= (2 * INR (depth H) + 1) * t.
Proof.
  apply Rle_trans with
    (P (fun G => ~ near H h (perturb sigma h G) (depth H) \/ ~ row_event (depth H) G)).
  - apply (prob_mono P P_prob). intros G Far.
    destruct (Classical_Prop.classic (near H h (perturb sigma h G) (depth H))) as [N|N];
      [right | left; exact N].
    intros Row. apply Far. split; [exact N |].
    apply near_rows_of_event; [lia | | exact Row].
    apply (sigma_output H t sigma sigma_ok).
  - eapply Rle_trans; [apply (prob_union P P_prob) |].
    pose proof (lemma12_hidden h (depth H) (Nat.le_refl _)).
    pose proof (row_event_fails (depth H) (Nat.le_refl _)). lra.
Qed.

End Lemma12.

(** ** The corrected share *)

Lemma sqrt_gt_1 m : 1 < m -> 1 < sqrt m.
Proof. intros Hm. rewrite <- sqrt_1. apply sqrt_lt_1; lra. Qed.

(** A share 1/(c sqrt m), c >= 1, lies between 0 and 1. *)
Lemma share_between m c : 1 < m -> 1 <= c -> 0 < 1 / (c * sqrt m) < 1.
Proof.
  intros Hm Hc. pose proof (sqrt_gt_1 m Hm) as S.
  assert (P : 1 < c * sqrt m) by nra. split.
  - apply Rdiv_lt_0_compat; lra.
  - apply Rmult_lt_reg_r with (c * sqrt m); [lra |].
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

Lemma share_range H m : 1 < m -> 0 < share H m < 1.
Proof. intros Hm. pose proof (pos_INR (depth H)). apply share_between; lra. Qed.

(** The 2K+1 shares add up to 1/sqrt m. *)
Lemma shares_sum H m : 1 < m -> (2 * INR (depth H) + 1) * share H m = 1 / sqrt m.
Proof.
  intros Hm. pose proof (sqrt_gt_1 m Hm). pose proof (pos_INR (depth H)).
  unfold share. field. split; lra.
Qed.

(** Lemma 12, corrected: failure probability at most 1/sqrt m for the 2K+1 events. *)
Theorem lemma12 H m sigma P h :
  valid H -> 1 < m -> sigma_within H (share H m) sigma ->
  probability P -> gaussian_tail H P ->
  P (fun G => ~ (near H h (perturb sigma h G) (depth H)
                 /\ near_rows H h (perturb sigma h G) (depth H))) <= 1 / sqrt m.
Proof.
  intros V Hm Sig HP Tail. rewrite <- (shares_sum H m Hm).
  apply (lemma12_all H (share H m) sigma V (share_range H m Hm) Sig P HP Tail).
Qed.

(** The same as a success probability. *)
Corollary lemma12_success H m sigma P h :
  valid H -> 1 < m -> sigma_within H (share H m) sigma ->
  probability P -> gaussian_tail H P ->
  1 - 1 / sqrt m <= P (fun G => near H h (perturb sigma h G) (depth H)
                                /\ near_rows H h (perturb sigma h G) (depth H)).
Proof.
  intros V Hm Sig HP Tail. apply prob_complement; [exact HP |].
  apply lemma12; assumption.
Qed.
