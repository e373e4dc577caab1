(** (L6) The margin as a function of the outputs: sqrt 2-Lipschitz in the Euclidean norm
    and 2-Lipschitz in the maximum norm, and neither constant can be lowered
    (theory B, L6; paper/norm-based.md, Lemma 6). *)
From Coq Require Import Reals Lra Lia.
From Gapcert Require Import base.Sums.
Open Scope R_scope.

(** ** The margin h_y - max_{j <> y} h_j, C >= 2 classes *)

(** max_{j < n, j <> y} h_j; 0 if there is no such j, which C >= 2 excludes below. *)
Fixpoint max_other (n : nat) (h : nat -> R) (y : nat) : option R :=
  match n with
  | O => None
  | S n =>
      if Nat.eqb n y then max_other n h y
      else match max_other n h y with None => Some (h n) | Some a => Some (Rmax a (h n)) end
  end.

Definition margin (C : nat) (h : nat -> R) (y : nat) : R :=
  match max_other C h y with None => 0 | Some a => h y - a end.

(** The maximum is attained and is an upper bound. *)
Lemma max_other_spec n h y a : max_other n h y = Some a ->
  (exists j, (j < n)%nat /\ j <> y /\ a = h j) /\
  forall j, (j < n)%nat -> j <> y -> h j <= a.
Proof.
  revert a. induction n as [|n IH]; intros a; cbn; [discriminate|].
  destruct (Nat.eqb_spec n y) as [->|Hny].
  - intros Ha. destruct (IH a Ha) as ((j & Hj & Hjy & E) & Hmax). split.
    + exists j. repeat split; [lia|assumption|assumption].
    + intros i Hi Hiy. apply Hmax; [lia|assumption].
  - destruct (max_other n h y) as [b|] eqn:Eb; intros Ha; injection Ha as <-.
    + destruct (IH b eq_refl) as ((j & Hj & Hjy & E) & Hmax). split.
      * destruct (Rle_dec b (h n)) as [Hle|Hgt].
        -- exists n. repeat split; [lia|assumption|]. apply Rmax_right, Hle.
        -- exists j. repeat split; [lia|assumption|]. rewrite <- E. apply Rmax_left. lra.
      * intros i Hi Hiy. destruct (Nat.eq_dec i n) as [->|Hin]; [apply Rmax_r|].
        apply Rle_trans with b; [apply Hmax; [lia|assumption]|apply Rmax_l].
    + split.
      * exists n. repeat split; [lia|assumption].
      * intros i Hi Hiy. destruct (Nat.eq_dec i n) as [->|Hin]; [lra|].
        exfalso. clear IH. assert (Hno : forall k, max_other k h y = None ->
          forall l, (l < k)%nat -> l = y).
        { induction k as [|k IHk]; intros Hk l Hl; [lia|]. cbn in Hk.
          destruct (Nat.eqb_spec k y) as [->|Hky].
          - destruct (Nat.eq_dec l y) as [|Hly]; [assumption|]. apply IHk; [assumption|lia].
          - destruct (max_other k h y); discriminate. }
        apply Hiy. apply (Hno n Eb). lia.
Qed.

(** With two classes or more there is another class. *)
Lemma max_other_some C h y : (2 <= C)%nat -> exists a, max_other C h y = Some a.
Proof.
  intros HC. destruct C as [|[|C]]; [lia|lia|]. clear HC. induction C as [|C IH].
  - destruct y as [|[|y]]; cbn; eauto.
  - destruct IH as (a & Ha). cbn [max_other] in *.
    destruct (Nat.eqb (S (S C)) y); [eauto|]. rewrite Ha. eauto.
Qed.

(** The margin is the least of the differences h_y - h_j, j <> y. *)
Lemma margin_spec C h y : (2 <= C)%nat ->
  (exists j, (j < C)%nat /\ j <> y /\ margin C h y = h y - h j) /\
  forall j, (j < C)%nat -> j <> y -> margin C h y <= h y - h j.
Proof.
  intros HC. destruct (max_other_some C h y HC) as (a & Ha).
  unfold margin. rewrite Ha. destruct (max_other_spec C h y a Ha) as ((j & Hj & Hjy & E) & Hmax).
  split.
  - exists j. repeat split; [assumption|assumption|]. rewrite E. reflexivity.
  - intros i Hi Hiy. specialize (Hmax i Hi Hiy). lra.
Qed.

(** The margin is at most t exactly if some other output comes within t. *)
Lemma margin_le_iff C h y t : (2 <= C)%nat ->
  margin C h y <= t <-> exists j, (j < C)%nat /\ (j <> y /\ h y - h j <= t).
Proof.
  intros HC. destruct (margin_spec C h y HC) as ((j & Hj & Hjy & E) & Hmin). split.
  - intros Ht. exists j. repeat split; [assumption|assumption|lra].
  - intros (i & Hi & Hiy & Ht). specialize (Hmin i Hi Hiy). lra.
Qed.

(** If every difference moves by at most r, so does the margin. *)
Lemma margin_lipschitz_from_differences C h h' y r : (2 <= C)%nat ->
  (forall j, (j < C)%nat -> j <> y -> Rabs ((h y - h j) - (h' y - h' j)) <= r) ->
  Rabs (margin C h y - margin C h' y) <= r.
Proof.
  intros HC H.
  destruct (margin_spec C h y HC) as ((j & Hj & Hjy & E) & Hmin).
  destruct (margin_spec C h' y HC) as ((j' & Hj' & Hjy' & E') & Hmin').
  pose proof (H j Hj Hjy) as B. pose proof (H j' Hj' Hjy') as B'.
  specialize (Hmin j' Hj' Hjy'). specialize (Hmin' j Hj Hjy).
  revert B B'. unfold Rabs. repeat destruct Rcase_abs; lra.
Qed.

(** ** The two constants *)

(** Two entries of a vector: (v_i - v_j)^2 <= 2 ||v||^2. *)
Lemma two_entries n v i j : (i < n)%nat -> (j < n)%nat -> i <> j ->
  v i * v i + v j * v j <= dot n v v.
Proof.
  intros Hi Hj Hij. unfold dot. induction n as [|n IH]; [lia|]. cbn [sum].
  assert (Hone : forall k, (k < n)%nat -> v k * v k <= sum n (fun l => v l * v l)).
  { clear. intros k Hk. induction n as [|n IH]; [lia|]. cbn [sum].
    destruct (Nat.eq_dec k n) as [->|Hne].
    - assert (0 <= sum n (fun l => v l * v l)) by (apply sum_nonneg; intros l; nra). lra.
    - assert (v k * v k <= sum n (fun l => v l * v l)) by (apply IH; lia). nra. }
  destruct (Nat.eq_dec i n) as [->|Hin], (Nat.eq_dec j n) as [->|Hjn]; try lia.
  - specialize (Hone j ltac:(lia)). lra.
  - specialize (Hone i ltac:(lia)). lra.
  - assert (v i * v i + v j * v j <= sum n (fun l => v l * v l)) by (apply IH; lia). nra.
Qed.

(** |v_i - v_j| <= sqrt 2 ||v||. *)
Lemma difference_l2 n v i j : (i < n)%nat -> (j < n)%nat -> i <> j ->
  Rabs (v i - v j) <= sqrt 2 * nrm n v.
Proof.
  intros Hi Hj Hij. pose proof (two_entries n v i j Hi Hj Hij) as H.
  unfold nrm. rewrite <- sqrt_mult by (lra || apply dot_self).
  rewrite <- sqrt_Rsqr_abs. apply sqrt_le_1_alt. unfold Rsqr.
  pose proof (Rle_0_sqr (v i + v j)) as P. unfold Rsqr in P. nra.
Qed.

(** L6, Euclidean norm: |margin(h) - margin(h')| <= sqrt 2 ||h - h'||. *)
Theorem margin_l2 C h h' y : (2 <= C)%nat -> (y < C)%nat ->
  Rabs (margin C h y - margin C h' y) <= sqrt 2 * nrm C (fun i => h i - h' i).
Proof.
  intros HC Hy. apply margin_lipschitz_from_differences; [assumption|]. intros j Hj Hjy.
  replace ((h y - h j) - (h' y - h' j)) with ((h y - h' y) - (h j - h' j)) by ring.
  apply (difference_l2 C (fun i => h i - h' i)); auto.
Qed.

(** L6, maximum norm: if no output moves by more than r, the margin moves by at most 2 r. *)
Theorem margin_linf C h h' y r : (2 <= C)%nat -> (y < C)%nat ->
  (forall i, (i < C)%nat -> Rabs (h i - h' i) <= r) ->
  Rabs (margin C h y - margin C h' y) <= 2 * r.
Proof.
  intros HC Hy H. apply margin_lipschitz_from_differences; [assumption|]. intros j Hj _.
  replace ((h y - h j) - (h' y - h' j)) with ((h y - h' y) + - (h j - h' j)) by ring.
  apply (Rle_trans _ _ _ (Rabs_triang _ _)). rewrite Rabs_Ropp.
  pose proof (H y Hy). pose proof (H j Hj). lra.
Qed.

(** ** Both are attained *)

(** The example: outputs (0, 0, -10, -10, ...) against (1, -1, -10, -10, ...), label 0:
    the outputs beyond the second never compete and do not move. *)
Definition low (i : nat) : R := match i with O => 0 | S O => 0 | _ => -10 end.
Definition moved (i : nat) : R := match i with O => 1 | S O => -1 | _ => -10 end.

(** The margin of (a, b, -10, -10, ...) at label 0 is a - b if b >= -10. *)
Lemma margin_example C h : (2 <= C)%nat -> -10 <= h 1%nat ->
  (forall i, (2 <= i)%nat -> h i = -10) -> margin C h 0 = h 0%nat - h 1%nat.
Proof.
  intros HC H1 Hrest.
  destruct (margin_spec C h 0 HC) as ((j & Hj & Hj0 & E) & Hmin).
  specialize (Hmin 1%nat ltac:(lia) ltac:(lia)).
  destruct j as [|[|j]]; [lia|assumption|].
  rewrite (Hrest (S (S j))) in E by lia. lra.
Qed.

(** The differences of the two examples: (1, -1, 0, 0, ...), of squared norm 2. *)
Lemma example_norm C : (2 <= C)%nat -> nrm C (fun i => moved i - low i) = sqrt 2.
Proof.
  intros HC. unfold nrm, dot. f_equal.
  destruct C as [|[|C]]; [lia|lia|]. clear HC. induction C as [|C IH].
  - cbn. ring.
  - change (sum (S (S (S C))) (fun i => (moved i - low i) * (moved i - low i)))
      with (sum (S (S C)) (fun i => (moved i - low i) * (moved i - low i))
            + (moved (S (S C)) - low (S (S C))) * (moved (S (S C)) - low (S (S C)))).
    rewrite IH. cbn [moved low]. ring.
Qed.

(** sqrt 2 is attained, for every C >= 2: the margins differ by 2 and the outputs by
    sqrt 2 in norm. *)
Theorem margin_l2_attained C : (2 <= C)%nat ->
  Rabs (margin C moved 0 - margin C low 0) = sqrt 2 * nrm C (fun i => moved i - low i) /\
  0 < nrm C (fun i => moved i - low i).
Proof.
  intros HC. rewrite (example_norm C HC).
  rewrite (margin_example C moved HC), (margin_example C low HC);
    try (cbn; lra); try (intros [|[|i]] Hi; [lia|lia|reflexivity]).
  split; [|apply sqrt_lt_R0; lra]. rewrite sqrt_sqrt by lra. cbn [moved low].
  rewrite Rabs_right; lra.
Qed.

(** 2 is attained, for every C >= 2: no output moves by more than 1, the margin by 2. *)
Theorem margin_linf_attained C : (2 <= C)%nat ->
  (forall i, (i < C)%nat -> Rabs (moved i - low i) <= 1) /\
  Rabs (margin C moved 0 - margin C low 0) = 2 * 1.
Proof.
  intros HC.
  rewrite (margin_example C moved HC), (margin_example C low HC);
    try (cbn; lra); try (intros [|[|i]] Hi; [lia|lia|reflexivity]).
  split.
  - intros [|[|i]] _; cbn [moved low]; unfold Rabs; destruct Rcase_abs; lra.
  - cbn [moved low]. rewrite Rabs_right; lra.
Qed.
