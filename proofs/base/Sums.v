(** Finite sums of reals, inner products and the Cauchy-Schwarz inequality.

    A vector of length n is a function nat -> R read at 0..n-1; everything else in
    these proofs is stated with [sum], [dot] and [nrm]. *)
From Coq Require Import Reals Lra Lia Psatz.
Open Scope R_scope.

Fixpoint sum (n:nat) (f:nat->R) : R := match n with O => 0 | S n => sum n f + f n end.
Definition dot n (x y:nat->R) := sum n (fun i => x i * y i).
Definition nrm n x := sqrt (dot n x x).
Lemma sum_ext n f g : (forall i, f i = g i) -> sum n f = sum n g.
Proof. intros H; induction n; simpl; rewrite ?IHn, ?H; auto. Qed.
Lemma sum_le n f g : (forall i, f i <= g i) -> sum n f <= sum n g.
Proof. intros H; induction n; simpl. lra. specialize (H n). lra. Qed.
Lemma sum_lin n a b f g : sum n (fun i => a * f i + b * g i) = a * sum n f + b * sum n g.
Proof. induction n; simpl. ring. rewrite IHn. ring. Qed.
Lemma sum_nonneg n f : (forall i, 0 <= f i) -> 0 <= sum n f.
Proof. intros H; induction n; simpl. lra. specialize (H n). lra. Qed.
Lemma dot_self n x : 0 <= dot n x x.
Proof. apply sum_nonneg. intros i. nra. Qed.
Lemma CS2 n x y : (dot n x y)^2 <= dot n x x * dot n y y.
Proof.
  assert (Q: forall t, 0 <= dot n x x * t^2 + 2 * t * dot n x y + dot n y y).
  { intros t. assert (E: sum n (fun i => (t * x i + y i)^2) = dot n x x * t^2 + 2 * t * dot n x y + dot n y y).
    { unfold dot. induction n; cbn [sum]. ring. rewrite IHn. ring. }
    rewrite <- E. apply sum_nonneg. intros. apply pow2_ge_0. }
  pose proof (dot_self n x) as HX. pose proof (dot_self n y) as HY.
  destruct (Req_dec (dot n x x) 0) as [Z|NZ].
  - assert (dot n x y = 0). { rewrite Z in Q. destruct (Req_dec (dot n x y) 0); auto. exfalso.
      specialize (Q (- (dot n y y + 1) / (2 * dot n x y))).
      replace (0 * (- (dot n y y + 1) / (2 * dot n x y)) ^ 2 + 2 * (- (dot n y y + 1) / (2 * dot n x y)) * dot n x y + dot n y y) with (-1) in Q by (field; auto). lra. }
    rewrite H, Z. lra.
  - specialize (Q (- dot n x y / dot n x x)).
    replace (dot n x x * (- dot n x y / dot n x x) ^ 2 + 2 * (- dot n x y / dot n x x) * dot n x y + dot n y y)
      with (dot n y y - (dot n x y)^2 / dot n x x) in Q by (field; auto).
    assert (P: 0 < dot n x x) by lra.
    assert ((dot n x y)^2 / dot n x x * dot n x x = (dot n x y)^2) by (field; auto). nra.
Qed.
Lemma CS n x y : Rabs (dot n x y) <= nrm n x * nrm n y.
Proof. unfold nrm. rewrite <- sqrt_mult by apply dot_self. rewrite <- sqrt_Rsqr_abs.
  apply sqrt_le_1_alt. rewrite Rsqr_pow2. apply CS2. Qed.


(** Linearity and exchange of sums. *)
Lemma sum_plus n f g : sum n (fun i => f i + g i) = sum n f + sum n g.
Proof. induction n; cbn [sum]. ring. rewrite IHn. ring. Qed.
Lemma sum_scal n a f : sum n (fun i => a * f i) = a * sum n f.
Proof. induction n; cbn [sum]. ring. rewrite IHn. ring. Qed.
Lemma sum_swap n m f : sum n (fun i => sum m (fun j => f i j)) = sum m (fun j => sum n (fun i => f i j)).
Proof. induction n; cbn [sum]. induction m; cbn [sum]; lra. rewrite IHn, <- sum_plus. reflexivity. Qed.
