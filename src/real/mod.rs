//! The abstract real number, and the arithmetics that read it.
//!
//! **Inclusion principle.** A theorem is written once, over `R: Real`. Read
//! with [`Enclosure`] (MPFR, any precision) or [`Interval`] (f64), every
//! operation returns a set that contains the exact real result for *every*
//! choice of exact operands in the operand sets. Read with `f64` it is fast and
//! promises nothing. Read with [`recorder::Node`] it yields the formula itself
//! as a straight-line program.
//!
//! **Undefined.** An operation that is not defined for every choice of operands
//! (division by a set containing 0, square root of a partly negative set,
//! logarithm of a set that reaches 0, a NaN operand) returns the *undefined*
//! enclosure, which absorbs everything: no later `min` or product with 0 can
//! turn it back into a number. Its bounds read as -inf and +inf.

// A comparison with NaN is false: `!(x >= 0)` is how "not certainly" is said.
#![allow(clippy::neg_cmp_op_on_partial_ord)]

mod approximate;
mod decimal;
mod enclosure;
mod float64;
mod function;
mod interval;
pub mod recorder;
mod root;
mod squares;
mod traced;

pub use decimal::{ParseDecimalError, parse_printed, parse_rational};
pub use enclosure::Enclosure;
pub use interval::Interval;
pub(crate) use interval::{product_up, quotient_down, quotient_up, sum_down, sum_up};
pub use root::{Side, monotone_root};
pub use squares::{Moments, SquareSum};
pub use traced::Traced;

use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A real number as a theorem sees it.
///
/// Constants are made *like* an existing value (`m.int(2)`), so that they carry
/// its context: the precision of an enclosure, the tape of a recorder.
pub trait Real:
    Sized
    + Clone
    + Debug
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + for<'a> Add<&'a Self, Output = Self>
    + for<'a> Sub<&'a Self, Output = Self>
    + for<'a> Mul<&'a Self, Output = Self>
    + for<'a> Div<&'a Self, Output = Self>
{
    /// The exact rational `p/q`, in the context of `self`. `q` must not be 0.
    fn ratio(&self, p: i64, q: i64) -> Self;

    /// The exact integer `n`, in the context of `self`.
    fn int(&self, n: i64) -> Self {
        self.ratio(n, 1)
    }

    /// The number pi, in the context of `self`.
    fn pi(&self) -> Self;
    /// Square root; undefined unless the operand is certainly >= 0.
    fn sqrt(&self) -> Self;
    /// Real cube root.
    fn cbrt(&self) -> Self;
    /// Natural logarithm; undefined unless the operand is certainly > 0.
    fn ln(&self) -> Self;
    /// Exponential.
    fn exp(&self) -> Self;
    /// Integer power; a negative power of a set containing 0 is undefined.
    fn powi(&self, n: i32) -> Self;
    /// The power `self`^`exponent` of a certainly positive number; undefined
    /// otherwise.
    fn pow(&self, exponent: &Self) -> Self;
    /// The least integer that is not smaller.
    fn ceil(&self) -> Self;
    /// The smaller of two.
    fn min(&self, other: &Self) -> Self;
    /// The larger of two.
    fn max(&self, other: &Self) -> Self;

    /// ln C(n, k) in nats, `k <= n <= 10^7`, in the context of `self`.
    fn ln_binomial(&self, n: u64, k: u64) -> Self;
    /// kl(q|p) = q ln(q/p) + (1-q) ln((1-q)/(1-p)) in nats, for q = `self`;
    /// undefined unless q, p are certainly in \[0,1\] and kl certainly finite.
    fn kl(&self, p: &Self) -> Self;
    /// kl^{-1}(q, c) = max{p in \[q,1\] : kl(q|p) <= c}, for q = `self` in
    /// \[0,1\] and c >= 0 in nats.
    fn kl_inv(&self, c: &Self) -> Self;
    /// ln xi(m) for an integer m = `self` in 1..=10^10,
    /// xi(m) = sum_j C(m,j) (j/m)^j (1-j/m)^{m-j}.
    fn ln_xi(&self) -> Self;
    /// The x with 1 - Phi(x) = p, for p = `self` in (0,1).
    fn normal_upper_quantile(&self) -> Self;
    /// The c >= 0 with P(chi_dof > c) = p, for p = `self` in (0,1) and
    /// `dof` in 1..=10^7.
    fn chi_upper_quantile(&self, dof: u64) -> Self;
    /// Clopper-Pearson: the largest p with P(Bin(m,p) <= errors) >= delta, for
    /// delta = `self`; `errors` and `m` are integers, `m` in 1..=10^9.
    fn binomial_upper(&self, errors: &Self, m: &Self) -> Self;
    /// The harmonic number H_n = 1 + 1/2 + ... + 1/n, for an integer n = `self`
    /// in 0..=2^63.
    fn harmonic(&self) -> Self;
    /// kappa_L = inf_{t>0} (1/t) arccosh(1 + 2^{L-1} (e^{t^2/2} - 1)), for an
    /// integer L = `self` in 1..=10^7: what peeling off L layers costs.
    fn peeling(&self) -> Self;
    /// The least integer t with `start` `base`^t >= `self`, for `self`, `start`
    /// > 0 and `base` > 1: the point of a geometric grid that covers `self`.
    fn grid_exponent(&self, start: &Self, base: &Self) -> Self;
}
