(** The certificate of a spectral norm, checked with machine-word integers.

    The columns of the smaller side of W are extended by those of an upper
    triangular R, a rounded Cholesky factor of lam I - W^T W, given in the same
    units. [norm_bound_complement] then asks for inner products of integers only. *)
From Coq Require Import Reals ZArith List Bool Uint63 Lia Lra.
From Bignums Require Import BigZ.
From Gapcert Require Import base.Sums.
From Gapcert.certificate Require Import Program Decimal Weights Frobenius Gram.
Import ListNotations.
Open Scope R_scope.

(** ** Inner products *)

Fixpoint dotB (x y : list bigZ) (total : bigZ) : bigZ :=
  match x, y with
  | a :: x, b :: y => dotB x y (BigZ.add total (BigZ.mul a b))
  | _, _ => total
  end.

(** sum_j |<c, c_j>|. *)
Fixpoint row_sum (columns : list (list bigZ)) (c : list bigZ) (total : bigZ) : bigZ :=
  match columns with
  | [] => total
  | d :: columns => row_sum columns c (BigZ.add total (BigZ.abs (dotB c d BigZ.zero)))
  end.

(** Each of them at most lam. *)
Definition row_sums_at_most (columns : list (list bigZ)) (lam : bigZ) : bool :=
  forallb (fun c => BigZ.leb (row_sum columns c BigZ.zero) lam) columns.

(** A column as a function; beyond its end it is 0. *)
Definition column (c : list bigZ) : nat -> R := fun r => IZR (BigZ.to_Z (nth r c BigZ.zero)).

Lemma column_end r : column [] r = 0.
Proof. unfold column. now destruct r. Qed.

Lemma sum_zero n f : (forall i, f i = 0) -> sum n f = 0.
Proof. intros H. induction n as [| n IH]; cbn [sum]; rewrite ?IH, ?H; lra. Qed.

Lemma dotB_ok x : forall y total n, (length x <= n)%nat ->
  IZR (BigZ.to_Z (dotB x y total)) = IZR (BigZ.to_Z total) + dot n (column x) (column y).
Proof.
  induction x as [| a x IH]; intros y total n Hn.
  - cbn [dotB]. unfold dot. rewrite sum_zero; [lra |]. intros i. rewrite column_end. ring.
  - destruct y as [| b y].
    + cbn [dotB]. unfold dot. rewrite sum_zero; [lra |]. intros i. rewrite column_end. ring.
    + destruct n as [| n]; cbn [length] in Hn; [lia |]. cbn [dotB].
      rewrite (IH y _ n) by lia. rewrite BigZ.spec_add, BigZ.spec_mul.
      unfold dot. rewrite sum_first, plus_IZR, mult_IZR. unfold column. cbn [nth]. lra.
Qed.

Lemma row_sum_ok columns c n : (length c <= n)%nat -> forall total,
  IZR (BigZ.to_Z (row_sum columns c total)) = IZR (BigZ.to_Z total)
    + sum (length columns) (fun j => Rabs (dot n (column c) (column (nth j columns [])))).
Proof.
  intros Hc. induction columns as [| d columns IH]; intros total; cbn [row_sum length].
  - cbn [sum]. lra.
  - rewrite IH, sum_first. cbn [nth].
    rewrite BigZ.spec_add, BigZ.spec_abs, plus_IZR, abs_IZR, (dotB_ok c d _ n Hc).
    change (IZR (BigZ.to_Z BigZ.zero)) with 0. rewrite Rplus_0_l. lra.
Qed.

(** The first m entries of the columns, as a matrix acting on coefficients x. *)
Theorem columns_norm columns lam m k x :
  (forall c, In c columns -> (length c <= m + k)%nat) ->
  row_sums_at_most columns lam = true ->
  let y := combination (length columns) (fun i => column (nth i columns [])) x in
  dot m y y <= IZR (BigZ.to_Z lam) * dot (length columns) x x.
Proof.
  intros Hlen H y. apply norm_bound_complement with (k := k). intros i Hi.
  assert (Hin : In (nth i columns []) columns) by now apply nth_In.
  unfold row_sums_at_most in H. rewrite forallb_forall in H. specialize (H _ Hin).
  rewrite BigZ.spec_leb in H. apply Z.leb_le in H.
  pose proof (row_sum_ok columns (nth i columns []) (m + k) (Hlen _ Hin) BigZ.zero) as E.
  change (IZR (BigZ.to_Z BigZ.zero)) with 0 in E. rewrite Rplus_0_l in E.
  rewrite <- E. now apply IZR_le.
Qed.

(** ** Of a weight matrix *)

Definition big (code : int) : bigZ := BigZ.of_Z (decode code).

(** Row i of W, then column i of R. *)
Fixpoint extend (rows complement : matrix) : list (list bigZ) :=
  match rows with
  | [] => []
  | row :: rows => (map big row ++ map big (hd [] complement)) :: extend rows (tl complement)
  end.

Lemma extend_length rows : forall complement, length (extend rows complement) = length rows.
Proof. induction rows as [| row rows IH]; intros; cbn [extend length]; [| rewrite IH]; reflexivity. Qed.

Lemma extend_entry rows : forall complement i r,
  (i < length rows)%nat -> (r < length (nth i rows []))%nat ->
  column (nth i (extend rows complement) []) r = IZR (entry rows i r).
Proof.
  induction rows as [| row rows IH]; intros complement i r Hi Hr; cbn [length] in Hi; [lia |].
  cbn [extend]. destruct i as [| i]; cbn [nth] in *.
  - unfold column, entry. cbn [nth]. rewrite app_nth1 by now rewrite map_length.
    replace (nth r (map big row) BigZ.zero) with (big (nth r row 0%uint63)).
    + unfold big. now rewrite BigZ.spec_of_Z.
    + rewrite <- (map_nth big). apply nth_indep. now rewrite map_length.
  - rewrite IH by (try assumption; lia). reflexivity.
Qed.

(** Enough room for every column of R. *)
Definition longest (complement : matrix) : nat :=
  fold_right (fun row n => Nat.max (length row) n) 0%nat complement.

Lemma extend_room width rows : forall complement c,
  (forall row, In row rows -> length row = width) ->
  In c (extend rows complement) -> (length c <= width + longest complement)%nat.
Proof.
  induction rows as [| row rows IH]; intros complement c Hw Hin; cbn [extend] in Hin;
    [contradiction |].
  destruct Hin as [<- | Hin].
  - rewrite app_length, !map_length, (Hw row (or_introl eq_refl)).
    destruct complement; cbn [hd longest fold_right length]; lia.
  - apply IH in Hin; [| intros r Hr; apply Hw; now right].
    destruct complement; cbn [tl longest fold_right] in *; lia.
Qed.

(** The largest integer whose root is at most hi, in units of 2^-scale: lam. *)
Definition spectral_check (scale : Z) (height width : nat) (rows complement : matrix)
  (lam : Z) (hi : dyadic) : bool :=
  match hi with
  | D n e =>
      (0 <=? scale)%Z && (0 <=? lam)%Z && (0 <=? n)%Z && has_shape height width rows &&
      at_most_dyadic lam (2 * scale) (D (n * n) (2 * e)) &&
      row_sums_at_most (extend rows complement) (BigZ.of_Z lam)
  end.

(** W x, for W of so many columns. *)
Definition apply_matrix (scale : Z) (width : nat) (rows : matrix) (x : nat -> R) : nat -> R :=
  fun i => dot width (weight scale rows i) x.

(** The norm of W^T, from the rows of W as columns. *)
Lemma rows_norm scale height width rows complement lam x :
  (0 <= scale)%Z -> has_shape height width rows = true ->
  row_sums_at_most (extend rows complement) (BigZ.of_Z lam) = true ->
  dot width (combination height (weight scale rows) x) (combination height (weight scale rows) x)
    <= IZR lam / IZR (2 ^ (2 * scale)) * dot height x x.
Proof.
  intros Hs Hshape H. pose proof (has_shape_ok _ _ _ Hshape) as [Hh Hw].
  assert (U : 0 < IZR (2 ^ scale)) by (apply IZR_lt, Z.pow_pos_nonneg; lia).
  assert (Room : forall c, In c (extend rows complement) ->
    (length c <= width + longest complement)%nat).
  { intros c. apply extend_room. intros row Hrow.
    destruct (In_nth rows row [] Hrow) as (i & Hi & <-). apply Hw. lia. }
  pose proof (columns_norm _ _ width _ x Room H) as Q. cbv zeta in Q.
  rewrite extend_length, Hh, BigZ.spec_of_Z in Q.
  set (y := combination height (fun i => column (nth i (extend rows complement) [])) x) in Q.
  assert (E : dot width y y = IZR (2 ^ (2 * scale)) *
    dot width (combination height (weight scale rows) x) (combination height (weight scale rows) x)).
  { replace (2 * scale)%Z with (scale + scale)%Z by lia. rewrite Z.pow_add_r, mult_IZR by lia.
    unfold dot. rewrite <- sum_scal. apply sum_ext_below. intros r Hr.
    assert (F : y r = IZR (2 ^ scale) * combination height (weight scale rows) x r).
    { unfold y, combination. rewrite <- sum_scal. apply sum_ext_below. intros i Hi.
      rewrite extend_entry by (rewrite ?Hw by assumption; lia).
      unfold weight. field. lra. }
    rewrite F. ring. }
  rewrite E in Q. assert (U2 : 0 < IZR (2 ^ (2 * scale))) by (apply IZR_lt, Z.pow_pos_nonneg; lia).
  apply Rmult_le_reg_l with (IZR (2 ^ (2 * scale))); [assumption |].
  apply Rle_trans with (1 := Q). right. field. lra.
Qed.

Lemma lam_below_square lam scale n e : (0 <= scale)%Z ->
  at_most_dyadic lam (2 * scale) (D (n * n) (2 * e)) = true ->
  IZR lam / IZR (2 ^ (2 * scale)) <= dyadicR (D n e) ^ 2.
Proof.
  intros Hs H. apply at_most_dyadic_ok in H; [| lia].
  replace (dyadicR (D n e) ^ 2) with (dyadicR (D (n * n) (2 * e))); [assumption |].
  cbn [dyadicR]. rewrite mult_IZR. replace (2 * e)%Z with (e + e)%Z by lia.
  rewrite powerRZ_add by lra. ring.
Qed.

(** A matrix of at most as many rows as columns: |Wx|^2 <= hi^2 |x|^2. *)
Theorem spectral_wide scale height width rows complement lam hi :
  spectral_check scale height width rows complement lam hi = true ->
  forall x, let y := apply_matrix scale width rows x in
  dot height y y <= dyadicR hi ^ 2 * dot width x x.
Proof.
  intros H x. destruct hi as [n e]. unfold spectral_check in H.
  repeat (apply andb_prop in H; let T := fresh "T" in destruct H as [H T]).
  apply Z.leb_le in H. apply Z.leb_le in T3.
  apply (norm_transpose height width (weight scale rows)).
  - apply pow2_ge_0.
  - intros y. apply Rle_trans with (1 := rows_norm scale height width rows complement lam y H T1 T).
    apply Rmult_le_compat_r; [apply dot_self |]. now apply lam_below_square.
Qed.

(** One of fewer columns than rows, from its transpose, whose entries are
    compared with its own. *)
Definition is_transpose (height width : nat) (rows transposed : matrix) : bool :=
  forallb (fun i => forallb (fun j =>
    (nth j (nth i rows []) 0 =? nth i (nth j transposed []) 0)%uint63) (seq 0 width)) (seq 0 height).

Lemma is_transpose_ok height width rows transposed scale i j :
  is_transpose height width rows transposed = true -> (i < height)%nat -> (j < width)%nat ->
  weight scale rows i j = weight scale transposed j i.
Proof.
  intros H Hi Hj. unfold is_transpose in H. rewrite forallb_forall in H.
  specialize (H i ltac:(apply in_seq; lia)). rewrite forallb_forall in H.
  specialize (H j ltac:(apply in_seq; lia)). apply eqb_correct in H.
  unfold weight, entry. now rewrite H.
Qed.

Theorem spectral_tall scale height width rows transposed complement lam hi :
  is_transpose height width rows transposed = true ->
  spectral_check scale width height transposed complement lam hi = true ->
  forall x, let y := apply_matrix scale width rows x in
  dot height y y <= dyadicR hi ^ 2 * dot width x x.
Proof.
  intros Htr H x y. destruct hi as [n e]. unfold spectral_check in H.
  repeat (apply andb_prop in H; let T := fresh "T" in destruct H as [H T]).
  apply Z.leb_le in H.
  assert (E : dot height y y = dot height (combination width (weight scale transposed) x)
                                          (combination width (weight scale transposed) x)).
  { apply sum_ext_below. intros i Hi.
    assert (F : y i = combination width (weight scale transposed) x i); [| now rewrite F].
    unfold y, apply_matrix, combination. apply sum_ext_below. intros j Hj.
    rewrite (is_transpose_ok height width rows transposed) by assumption. ring. }
  rewrite E.
  apply Rle_trans with (1 := rows_norm scale width height transposed complement lam x H T1 T).
  apply Rmult_le_compat_r; [apply dot_self |]. now apply lam_below_square.
Qed.
