(** All index sets of a given size, and their number, the binomial coefficient. *)
From Coq Require Import Reals Lra Lia List Bool Binomial.
From Gapcert Require Import base.IndexSets.
Import ListNotations.
Open Scope R_scope.

(** The subsets of {0, ..., n-1} with k elements: those without n-1, and those with. *)
Fixpoint subsets (n k : nat) : list iset :=
  match n, k with
  | _, O => [empty]
  | O, S _ => []
  | S n, S k => subsets n (S k) ++ map (fun J => add J n) (subsets n k)
  end.

(** Members have no element from n on. *)
Lemma subsets_below n k J : In J (subsets n k) -> forall i, (n <= i)%nat -> J i = false.
Proof.
  revert k J. induction n as [|n IH]; intros [|k] J Mem i Hi; cbn [subsets] in Mem.
  - destruct Mem as [<-|[]]. reflexivity.
  - destruct Mem.
  - destruct Mem as [<-|[]]. reflexivity.
  - apply in_app_or in Mem. destruct Mem as [Mem|Mem].
    + apply (IH (S k) J Mem). lia.
    + apply in_map_iff in Mem. destruct Mem as [J' [<- Mem']].
      unfold add. rewrite (IH k J' Mem') by lia.
      destruct (Nat.eqb_spec i n); [lia | reflexivity].
Qed.

(** Members have k elements. *)
Lemma subsets_card n k J : In J (subsets n k) -> card n J = k.
Proof.
  revert k J. induction n as [|n IH]; intros [|k] J Mem; cbn [subsets] in Mem.
  - reflexivity.
  - destruct Mem.
  - destruct Mem as [<-|[]]. apply card_empty.
  - apply in_app_or in Mem. destruct Mem as [Mem|Mem].
    + cbn [card]. rewrite (subsets_below n (S k) J Mem n (Nat.le_refl n)).
      rewrite (IH (S k) J Mem). lia.
    + apply in_map_iff in Mem. destruct Mem as [J' [<- Mem']].
      rewrite card_add; [| lia | apply (subsets_below n k J' Mem'); lia].
      cbn [card]. rewrite (subsets_below n k J' Mem' n (Nat.le_refl n)).
      rewrite (IH k J' Mem'). lia.
Qed.

(** Every index set with k elements below n agrees there with a member. *)
Lemma subsets_cover n k J : card n J = k ->
  exists J', In J' (subsets n k) /\ forall i, (i < n)%nat -> J i = J' i.
Proof.
  revert k. induction n as [|n IH]; intros k C.
  - cbn in C. subst k. exists empty. split; [left; reflexivity | intros i Hi; lia].
  - destruct k as [|k].
    + exists empty. split; [left; reflexivity |].
      intros i Hi. unfold empty. destruct (J i) eqn:E; [| reflexivity].
      assert (Sub : (card (S n) (single i) <= card (S n) J)%nat).
      { apply card_subset. intros l _ El. unfold single in El.
        apply Nat.eqb_eq in El. rewrite El. exact E. }
      rewrite card_single in Sub by exact Hi. lia.
    + cbn [card] in C. destruct (J n) eqn:E.
      * destruct (IH k) as [J' [Mem Same]]; [lia |].
        exists (add J' n). split.
        -- cbn [subsets]. apply in_or_app. right.
           apply (in_map (fun J0 => add J0 n)). exact Mem.
        -- intros i Hi. unfold add. destruct (Nat.eqb_spec i n) as [->|Ne].
           ++ rewrite orb_true_r. exact E.
           ++ rewrite orb_false_r. apply Same. lia.
      * destruct (IH (S k)) as [J' [Mem Same]]; [lia |].
        exists J'. split.
        -- cbn [subsets]. apply in_or_app. left. exact Mem.
        -- intros i Hi. destruct (Nat.eq_dec i n) as [->|Ne].
           ++ rewrite E. symmetry. apply (subsets_below n (S k) J' Mem). lia.
           ++ apply Same. lia.
Qed.

(** There are none with more than n elements. *)
Lemma subsets_none n k : (n < k)%nat -> subsets n k = [].
Proof.
  revert k. induction n as [|n IH]; intros [|k] Hk; try lia; cbn [subsets].
  - reflexivity.
  - rewrite (IH (S k)), (IH k) by lia. reflexivity.
Qed.

Lemma C_n_0 n : Binomial.C n 0 = 1.
Proof.
  unfold Binomial.C. rewrite Nat.sub_0_r. change (INR (fact 0)) with 1.
  field. apply INR_fact_neq_0.
Qed.

Lemma C_n_n n : Binomial.C n n = 1.
Proof.
  unfold Binomial.C. rewrite Nat.sub_diag. change (INR (fact 0)) with 1.
  field. apply INR_fact_neq_0.
Qed.

(** Their number is C(n,k), by Pascal's rule. *)
Lemma subsets_length n k : (k <= n)%nat -> INR (length (subsets n k)) = Binomial.C n k.
Proof.
  revert k. induction n as [|n IH]; intros [|k] Hk; try lia.
  - rewrite C_n_0. reflexivity.
  - rewrite C_n_0. reflexivity.
  - cbn [subsets]. rewrite app_length, map_length, plus_INR.
    destruct (Nat.eq_dec k n) as [->|Ne].
    + rewrite (subsets_none n (S n)), IH, !C_n_n by lia. cbn. ring.
    + rewrite !IH by lia. rewrite <- pascal by lia. ring.
Qed.

(** C(n, n-k) = C(n,k). *)
Lemma C_symmetric n k : (k <= n)%nat -> Binomial.C n (n - k) = Binomial.C n k.
Proof.
  intros Hk. unfold Binomial.C. replace (n - (n - k))%nat with k by lia.
  rewrite (Rmult_comm (INR (fact (n - k)))). reflexivity.
Qed.
