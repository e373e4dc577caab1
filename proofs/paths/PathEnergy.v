(** The path energy: the forward dynamic programme sums the leaf energies over all
    directed paths from the head to a leaf, multiplicity counted (theory B, Theorem S+;
    paper/norm-based.md, Section 4).

    A layered graph: node q of layer l+1 reads the nodes of layer l in the list
    [reads l q] (its receptive field; a node may stand in it more than once). Layer 0
    holds the leaves, leaf p has energy [energy p]. *)
From Coq Require Import Reals Lra Lia List.
Import ListNotations.
Open Scope R_scope.

(** The sum of f over a list. *)
Fixpoint list_sum {A : Type} (f : A -> R) (l : list A) : R :=
  match l with [] => 0 | a :: l => f a + list_sum f l end.

Lemma list_sum_app {A : Type} (f : A -> R) l l' :
  list_sum f (l ++ l') = list_sum f l + list_sum f l'.
Proof. induction l as [|a l IH]; cbn [app list_sum]; [ring|]. rewrite IH. ring. Qed.

Lemma list_sum_ext {A : Type} (f f' : A -> R) l :
  (forall a, f a = f' a) -> list_sum f l = list_sum f' l.
Proof. intros H. induction l as [|a l IH]; cbn [list_sum]; [reflexivity|]. rewrite H, IH. reflexivity. Qed.

(** Summing over the images of a map. *)
Lemma list_sum_map {A B : Type} (h : A -> B) (f : B -> R) l :
  list_sum f (map h l) = list_sum (fun a => f (h a)) l.
Proof. induction l as [|a l IH]; cbn [map list_sum]; [reflexivity|]. rewrite IH. reflexivity. Qed.

(** Summing over a concatenation of lists. *)
Lemma list_sum_flat_map {A B : Type} (h : A -> list B) (f : B -> R) l :
  list_sum f (flat_map h l) = list_sum (fun a => list_sum f (h a)) l.
Proof.
  induction l as [|a l IH]; cbn [flat_map list_sum]; [reflexivity|].
  rewrite list_sum_app, IH. reflexivity.
Qed.

Section Paths.

Variable reads : nat -> nat -> list nat.
Variable energy : nat -> R.

(** ** The dynamic programme *)

(** S_0[p] = E_p and S_{l+1}[q] = the sum of S_l over what q reads. *)
Fixpoint S_energy (l q : nat) : R :=
  match l with
  | O => energy q
  | S l => list_sum (S_energy l) (reads l q)
  end.

(** M = the sum of S_l over the inputs of the head, which reads layer l. *)
Definition path_energy (l : nat) (head : list nat) : R := list_sum (S_energy l) head.

(** ** The paths *)

(** A path from node q of layer l: q, a node that q reads, ..., a leaf. It follows the
    graph if each node stands in the list of the one before. *)
Fixpoint is_path (l q : nat) (path : list nat) : Prop :=
  match l, path with
  | O, [p] => p = q
  | S l, v :: rest =>
      v = q /\ exists u, In u (reads l q) /\ is_path l u rest
  | _, _ => False
  end.

(** All paths from node q of layer l, in order, one for each choice of entries in the
    lists. *)
Fixpoint paths (l q : nat) : list (list nat) :=
  match l with
  | O => [[q]]
  | S l => map (cons q) (flat_map (paths l) (reads l q))
  end.

(** All paths from the head. *)
Definition head_paths (l : nat) (head : list nat) : list (list nat) :=
  flat_map (paths l) head.

(** The leaf at which a path ends. *)
Definition leaf (path : list nat) : nat := last path 0%nat.

(** The enumeration contains exactly the paths of the graph. *)
Lemma paths_spec l : forall q path, In path (paths l q) <-> is_path l q path.
Proof.
  induction l as [|l IH]; intros q path.
  - cbn. split.
    + intros [<-|[]]. reflexivity.
    + destruct path as [|p [|]]; try tauto. intros ->. left. reflexivity.
  - cbn [paths]. rewrite in_map_iff. split.
    + intros (rest & <- & Hin). apply in_flat_map in Hin. destruct Hin as (u & Hu & Hrest).
      cbn. split; [reflexivity|]. exists u. split; [assumption|apply IH, Hrest].
    + destruct path as [|v rest]; [intros []|]. intros (-> & u & Hu & Hrest).
      exists rest. split; [reflexivity|]. apply in_flat_map. exists u.
      split; [assumption|apply IH, Hrest].
Qed.

(** A path is not empty, so its leaf is that of its tail extended by one node. *)
Lemma leaf_cons l q u path : In path (paths l u) -> leaf (q :: path) = leaf path.
Proof.
  intros Hin. apply paths_spec in Hin. destruct path as [|v rest]; [|reflexivity].
  destruct l; destruct Hin.
Qed.

Lemma list_sum_ext_in {A : Type} (f f' : A -> R) l :
  (forall a, In a l -> f a = f' a) -> list_sum f l = list_sum f' l.
Proof.
  induction l as [|a l IH]; intros H; cbn [list_sum]; [reflexivity|].
  rewrite (H a) by (left; reflexivity). rewrite IH; [reflexivity|].
  intros b Hb. apply H. right. assumption.
Qed.

(** S_l[q] is the sum of the leaf energies over the paths from q. *)
Lemma S_energy_paths l : forall q,
  S_energy l q = list_sum (fun path => energy (leaf path)) (paths l q).
Proof.
  induction l as [|l IH]; intros q.
  - cbn. ring.
  - cbn [S_energy paths]. rewrite list_sum_map, list_sum_flat_map.
    apply list_sum_ext. intros u. rewrite IH. apply list_sum_ext_in.
    intros path Hin. rewrite (leaf_cons l q u path Hin). reflexivity.
Qed.

(** The identity: the dynamic programme's M is the sum of the leaf energies over all
    paths from the head. *)
Theorem path_energy_is_sum_over_paths l head :
  path_energy l head = list_sum (fun path => energy (leaf path)) (head_paths l head).
Proof.
  unfold path_energy, head_paths. rewrite list_sum_flat_map.
  apply list_sum_ext. intros q. apply S_energy_paths.
Qed.

(** ** Theorem S follows: M is at most the largest product of fan-ins times leaf energy *)

(** The number of reads along a path, multiplied up. *)
Fixpoint fan_in (l : nat) (path : list nat) : R :=
  match l, path with
  | S l, q :: rest => INR (length (reads l q)) * fan_in l rest
  | _, _ => 1
  end.

(** A sum is at most the number of its terms times a bound on them. *)
Lemma list_sum_bound {A : Type} (f : A -> R) l B :
  (forall a, In a l -> INR (length l) * f a <= B) -> 0 <= B -> list_sum f l <= B.
Proof.
  intros H HB. destruct l as [|a0 l0] eqn:E; [exact HB|]. rewrite <- E in *.
  assert (HN : 0 < INR (length l)) by (rewrite E; apply lt_0_INR; cbn; lia).
  assert (Hgen : forall l', (forall a, In a l' -> In a l) ->
            INR (length l) * list_sum f l' <= INR (length l') * B).
  { induction l' as [|a l' IH]; intros Hin.
    - cbn. lra.
    - cbn [list_sum]. change (length (a :: l')) with (S (length l')). rewrite S_INR.
      assert (INR (length l) * f a <= B) by (apply H, Hin; left; reflexivity).
      assert (INR (length l) * list_sum f l' <= INR (length l') * B)
        by (apply IH; intros b Hb; apply Hin; right; assumption). lra. }
  specialize (Hgen l (fun a Ha => Ha)).
  apply Rmult_le_reg_l with (INR (length l)); assumption.
Qed.

(** S_l[q] is at most any bound on fan-in times leaf energy along the paths from q. *)
Lemma S_energy_chain l : forall q c B, 0 <= c -> 0 <= B ->
  (forall path, In path (paths l q) -> c * (fan_in l path * energy (leaf path)) <= B) ->
  c * S_energy l q <= B.
Proof.
  induction l as [|l IH]; intros q c B Hc HB H.
  - specialize (H [q] (or_introl eq_refl)). cbn in H. cbn [S_energy]. lra.
  - cbn [S_energy].
    assert (Hscal : c * list_sum (S_energy l) (reads l q)
                    = list_sum (fun u => c * S_energy l u) (reads l q)).
    { generalize (reads l q). induction l0 as [|u l0 IH0]; cbn [list_sum]; [ring|]. rewrite <- IH0. ring. }
    rewrite Hscal. apply list_sum_bound; [|assumption]. intros u Hu.
    replace (INR (length (reads l q)) * (c * S_energy l u))
      with (INR (length (reads l q)) * c * S_energy l u) by ring.
    apply IH; [apply Rmult_le_pos; [apply pos_INR|assumption]|assumption|].
    intros path Hp. specialize (H (q :: path)). rewrite (leaf_cons l q u path Hp) in H.
    cbn [fan_in] in H.
    replace (INR (length (reads l q)) * c * (fan_in l path * energy (leaf path)))
      with (c * (INR (length (reads l q)) * fan_in l path * energy (leaf path))) by ring.
    apply H. cbn [paths]. apply in_map, in_flat_map. exists u. split; assumption.
Qed.

(** M <= max over the paths of (head's fan-in) * (product of fan-ins) * (leaf energy). *)
Theorem path_energy_le_chain l head B : 0 <= B ->
  (forall path, In path (head_paths l head) ->
     INR (length head) * (fan_in l path * energy (leaf path)) <= B) ->
  path_energy l head <= B.
Proof.
  intros HB H. apply list_sum_bound; [|assumption]. intros q Hq.
  apply S_energy_chain; [apply pos_INR|assumption|].
  intros path Hp. apply H. apply in_flat_map. exists q. split; assumption.
Qed.

End Paths.
