(** Straight-line programs: what a certificate claims, step by step, over the
    real numbers.

    A program is a list of instructions, the last one first. The values of the
    steps so far are a list as well, the latest first; an operand is a distance
    into that list, so that [Sqrt 0] is the root of the value just before.
    Programs start from the values that are not computed: measurements known to
    lie in an interval, and values that are assumed. *)
From Coq Require Import Reals ZArith List.
From Gapcert.certificate Require Import Functions KlInverse.
Import ListNotations.
Open Scope R_scope.

(** [D n e] is n 2^e. *)
Inductive dyadic := D (n e : Z).

Definition dyadicR (x : dyadic) : R := match x with D n e => IZR n * powerRZ 2 e end.

Inductive instr :=
| Cst (x : dyadic)
| Int (n : Z)
| Rat (n d : Z)
| Pi
| Neg (i : nat) | Add (i j : nat) | Sub (i j : nat) | Mul (i j : nat) | Div (i j : nat)
| Sqrt (i : nat) | Cbrt (i : nat) | Ln (i : nat) | Exp (i : nat)
| Powi (i : nat) (n : Z) | Pow (i j : nat)
| Ceil (i : nat) | Min (i j : nat) | Max (i j : nat)
| Kl (q p : nat)
(** Witnesses: the first argument is in [qlo, qhi], the value in [lo, hi]. *)
| KlInv (q c : nat) (qlo qhi lo hi : dyadic)
(** Witnesses: the operand is the integer m; so many terms of the sum matter when
    they are kept to so many bits. *)
| LnXi (i : nat) (m terms bits : Z)
(** Witnesses: the operand is the integer n; the terms are kept to so many bits. *)
| Harmonic (i : nat) (n bits : Z)
| LnBinomial (n k : Z)
(** Witness: a good place for the infimum. *)
| Peeling (i : nat) (t : dyadic)
(** Witnesses: the value is in [lo, hi]. *)
| GridExponent (v s b : nat) (lo hi : Z).

(** The value of one step. *)
Definition stepR (env : list R) (c : instr) : R :=
  let x i := nth i env 0 in
  match c with
  | Cst d => dyadicR d
  | Int n => IZR n
  | Rat n d => IZR n / IZR d
  | Pi => PI
  | Neg i => - x i
  | Add i j => x i + x j
  | Sub i j => x i - x j
  | Mul i j => x i * x j
  | Div i j => x i / x j
  | Sqrt i => sqrt (x i)
  | Cbrt i => cbrt (x i)
  | Ln i => ln (x i)
  | Exp i => exp (x i)
  | Powi i n => powerRZ (x i) n
  | Pow i j => exp (x j * ln (x i))
  | Ceil i => ceiling (x i)
  | Min i j => Rmin (x i) (x j)
  | Max i j => Rmax (x i) (x j)
  | Kl q p => kl (x q) (x p)
  | KlInv q c _ _ _ _ => kl_inv (x q) (x c)
  | LnXi i _ _ _ => ln_xi (x i)
  | Harmonic i _ _ => harmonic (x i)
  | LnBinomial n k => ln_binomial n k
  | Peeling i _ => peeling (x i)
  | GridExponent v s b _ _ => grid_exponent (x v) (x s) (x b)
  end.

(** [values] are what the program computes from [start]. *)
Fixpoint computes (start : list R) (program : list instr) (values : list R) : Prop :=
  match program, values with
  | [], _ => values = start
  | c :: program, x :: values => x = stepR values c /\ computes start program values
  | _ :: _, [] => False
  end.

(** Each of the numbers is in its interval. *)
Fixpoint within (intervals : list (dyadic * dyadic)) (numbers : list R) : Prop :=
  match intervals, numbers with
  | [], [] => True
  | (lo, hi) :: intervals, x :: numbers =>
      dyadicR lo <= x <= dyadicR hi /\ within intervals numbers
  | _, _ => False
  end.
