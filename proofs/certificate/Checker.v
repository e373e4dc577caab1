(** The verified checker: a program run in interval arithmetic, and what its
    acceptance proves.

    Two instances: [CheckerZ] computes with Coq's own integers and rests on the
    axioms of its real numbers alone; [CheckerBig] computes with machine words,
    is several times faster, and adds the axioms of these. *)
From Coq Require Import Reals ZArith List Bool Lra Lia.
From Interval Require Import Real.Xreal Interval.Interval Float.Sig Float.Specific_ops.
From Interval Require Import Float.Specific_stdz Float.Specific_bigint.
From Gapcert.certificate Require Import Functions KlInverse Program Intervals.
Import ListNotations.
Open Scope R_scope.

Module Checker (F : FloatOps with Definition sensible_format := true).

Module Ops := Intervals F.
Import Ops.

(** The interval of one step, at a precision of so many bits. The infimum of
    [Peeling] may be at 0, where its formula cancels: it takes more than twice as
    many. *)
Definition stepI (bits : positive) (env : list I.type) (c : instr) : I.type :=
  let p := F.PtoP bits in
  let x i := nth i env I.nai in
  match c with
  | Cst d => dyadicI p d
  | Int n => I.fromZ p n
  | Rat n d => I.div p (I.fromZ p n) (I.fromZ p d)
  | Pi => I.pi p
  | Neg i => I.neg (x i)
  | Add i j => I.add p (x i) (x j)
  | Sub i j => I.sub p (x i) (x j)
  | Mul i j => I.mul p (x i) (x j)
  | Div i j => I.div p (x i) (x j)
  | Sqrt i => I.sqrt p (x i)
  | Cbrt i => cbrtI p (x i)
  | Ln i => I.ln p (x i)
  | Exp i => I.exp p (x i)
  | Powi i n => I.power_int p (x i) n
  | Pow i j => I.exp p (I.mul p (x j) (I.ln p (x i)))
  | Ceil i => I.nearbyint Basic.rnd_UP (x i)
  | Min i j => minI p (x i) (x j)
  | Max i j => maxI p (x i) (x j)
  | Kl q r => klI p (x q) (x r)
  | KlInv q c qlo qhi lo hi => kl_invI p (x q) (x c) qlo qhi lo hi
  | LnXi i m terms sum_bits => ln_xiI p (x i) m terms sum_bits
  | Harmonic i n sum_bits => harmonicI p (x i) n sum_bits
  | LnBinomial n k => ln_binomialI p n k
  | Peeling i t => peelingI (F.PtoP (2 * bits + 64)) (x i) t
  | GridExponent v s b lo hi => grid_exponentI p (x v) (x s) (x b) lo hi
  end.

Fixpoint runI (bits : positive) (start : list I.type) (program : list instr) : list I.type :=
  match program with
  | [] => start
  | c :: program => let values := runI bits start program in stepI bits values c :: values
  end.

Definition startI (bits : positive) (intervals : list (dyadic * dyadic)) : list I.type :=
  let p := F.PtoP bits in
  map (fun i => I.join (dyadicI p (fst i)) (dyadicI p (snd i))) intervals.

(** ** Soundness *)

(** Step by step, the intervals enclose the numbers. *)
Definition enclose (is : list I.type) (xs : list R) : Prop := Forall2 encloses is xs.

Lemma enclose_nth is xs i : enclose is xs -> encloses (nth i is I.nai) (nth i xs 0).
Proof.
  intros H. revert i. induction H as [| i0 x0 is xs H0 _ IH]; intros [| i]; cbn [nth];
    try apply encloses_nai; [exact H0 | apply IH].
Qed.

Lemma step_ok bits is xs c : enclose is xs -> encloses (stepI bits is c) (stepR xs c).
Proof.
  intros H. pose proof (fun i => enclose_nth is xs i H) as X.
  destruct c; cbn [stepI stepR].
  - apply dyadicI_ok.
  - apply fromZ_ok.
  - apply div_ok; apply fromZ_ok.
  - apply pi_ok.
  - apply neg_ok, X.
  - apply add_ok; apply X.
  - apply sub_ok; apply X.
  - apply mul_ok; apply X.
  - apply div_ok; apply X.
  - apply sqrt_ok, X.
  - apply cbrtI_ok, X.
  - apply ln_ok, X.
  - apply exp_ok, X.
  - apply power_ok, X.
  - apply exp_ok, mul_ok; [| apply ln_ok]; apply X.
  - apply ceil_ok, X.
  - apply minI_ok; apply X.
  - apply maxI_ok; apply X.
  - apply klI_ok; apply X.
  - apply kl_invI_ok; apply X.
  - apply ln_xiI_ok, X.
  - apply harmonicI_ok, X.
  - apply ln_binomialI_ok.
  - apply peelingI_ok, X.
  - apply grid_exponentI_ok; apply X.
Qed.

Lemma run_ok bits is start program : enclose is start ->
  forall values, computes start program values -> enclose (runI bits is program) values.
Proof.
  intros H. induction program as [| c program IH]; intros values Hv; cbn [runI].
  - cbn [computes] in Hv. now subst.
  - destruct values as [| x values]; cbn [computes] in Hv; [contradiction |].
    destruct Hv as [-> Hv]. constructor; [now apply step_ok, IH | now apply IH].
Qed.

Lemma start_ok bits intervals : forall start, within intervals start ->
  enclose (startI bits intervals) start.
Proof.
  induction intervals as [| [lo hi] intervals IH]; intros [| x start] H; cbn [within] in H;
    try contradiction; [constructor |].
  destruct H as [Hx H]. constructor; [| now apply IH].
  apply join_between with (x := dyadicR lo) (z := dyadicR hi); try apply dyadicI_ok. exact Hx.
Qed.

(** The last value, enclosed. *)
Definition last_value (bits : positive) (intervals : list (dyadic * dyadic))
  (program : list instr) : I.type :=
  nth 0 (runI bits (startI bits intervals) program) I.nai.

(** Its interval lies below hi, or above lo. *)
Definition at_most (bits : positive) (intervals : list (dyadic * dyadic))
  (program : list instr) (hi : dyadic) : bool :=
  let p := F.PtoP bits in le p (last_value bits intervals program) (dyadicI p hi).
Definition at_least (bits : positive) (intervals : list (dyadic * dyadic))
  (program : list instr) (lo : dyadic) : bool :=
  let p := F.PtoP bits in le p (dyadicI p lo) (last_value bits intervals program).

(** Both in one run. *)
Definition between (bits : positive) (intervals : list (dyadic * dyadic))
  (program : list instr) (lo hi : dyadic) : bool :=
  let p := F.PtoP bits in
  let value := last_value bits intervals program in
  le p (dyadicI p lo) value && le p value (dyadicI p hi).

Lemma last_value_ok bits intervals program start value values :
  within intervals start -> computes start program (value :: values) ->
  encloses (last_value bits intervals program) value.
Proof.
  intros Hs Hc. unfold last_value. change value with (nth 0 (value :: values) 0).
  apply enclose_nth. apply run_ok with start; [now apply start_ok | assumption].
Qed.

(** For all numbers in the intervals that a program starts from, the value that
    it computes from them is at most hi. *)
Theorem certified_at_most bits intervals program hi :
  at_most bits intervals program hi = true ->
  forall start value values,
  within intervals start -> computes start program (value :: values) -> value <= dyadicR hi.
Proof.
  intros H start value values Hs Hc.
  apply (le_ok _ _ _ _ _ H); [now apply last_value_ok with start values | apply dyadicI_ok].
Qed.

(** ... and at least lo. *)
Theorem certified_between bits intervals program lo hi :
  between bits intervals program lo hi = true ->
  forall start value values,
  within intervals start -> computes start program (value :: values) ->
  dyadicR lo <= value <= dyadicR hi.
Proof.
  intros H start value values Hs Hc. apply andb_prop in H. destruct H as [A B].
  pose proof (last_value_ok bits _ _ _ _ _ Hs Hc) as V.
  split; [apply (le_ok _ _ _ _ _ A) | apply (le_ok _ _ _ _ _ B)];
    try assumption; apply dyadicI_ok.
Qed.

End Checker.

Module FloatZ := SpecificFloat StdZRadix2.
Module CheckerZ := Checker FloatZ.

Module FloatBig := SpecificFloat BigIntRadix2.
Module CheckerBig := Checker FloatBig.

(** What an exported file's theorems come from, said outside of the functor. *)
Theorem certified bits intervals program lo hi :
  CheckerZ.between bits intervals program lo hi = true ->
  forall start value values,
  within intervals start -> computes start program (value :: values) ->
  dyadicR lo <= value <= dyadicR hi.
Proof. apply CheckerZ.certified_between. Qed.
