//! f64 intervals, portable and sound in the default rounding mode.
//!
//! Each directed operation starts from the correctly rounded f64 result and
//! asks an error-free transformation (TwoSum, FMA) on which side the exact
//! result lies, so exact results stay points and inexact ones widen by one ulp
//! on the right side only. Where the transformation itself could be inexact
//! (near underflow, at overflow) the end steps outward unconditionally, which
//! is sound because round-to-nearest errs by less than one ulp.

use super::{Enclosure, Real};
use rug::float::Round;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A closed set of reals `[lo, hi]` with f64 end points, or undefined.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    // Both NaN (undefined), or lo <= hi with lo < +inf and hi > -inf.
    lo: f64,
    hi: f64,
}

/// Below this magnitude a product's or quotient's FMA residual may underflow.
const RESIDUAL_EXACT: f64 = 1e-270;
/// Precision at which the transcendental functions are evaluated.
const FUNCTION_PRECISION: u32 = 64;

impl Interval {
    /// The set of which nothing is known.
    pub const UNDEFINED: Self = Self {
        lo: f64::NAN,
        hi: f64::NAN,
    };

    /// `[lo, hi]`; `None` if reversed, NaN or empty of reals.
    pub fn new(lo: f64, hi: f64) -> Option<Self> {
        (lo <= hi && lo < f64::INFINITY && hi > f64::NEG_INFINITY).then_some(Self { lo, hi })
    }

    /// The exact value of an f64 (undefined if NaN or infinite).
    pub fn exact(x: f64) -> Self {
        if x.is_finite() {
            Self { lo: x, hi: x }
        } else {
            Self::UNDEFINED
        }
    }

    /// False if some operation on the way here was possibly undefined.
    pub fn is_defined(&self) -> bool {
        !self.lo.is_nan()
    }

    /// A lower bound (-inf if undefined).
    pub fn lo(&self) -> f64 {
        if self.is_defined() {
            self.lo
        } else {
            f64::NEG_INFINITY
        }
    }

    /// An upper bound (+inf if undefined).
    pub fn hi(&self) -> f64 {
        if self.is_defined() {
            self.hi
        } else {
            f64::INFINITY
        }
    }

    /// True if `x` is in the set.
    pub fn contains(&self, x: f64) -> bool {
        self.lo <= x && x <= self.hi
    }

    fn checked(lo: f64, hi: f64) -> Self {
        Self::new(lo, hi).unwrap_or(Self::UNDEFINED)
    }

    /// Through MPFR: the enclosure of the function, rounded outward to f64.
    fn through(f: impl FnOnce() -> Enclosure) -> Self {
        Self::from(&f())
    }

    fn wide(self) -> Enclosure {
        Enclosure::from(self).with_precision(FUNCTION_PRECISION)
    }
}

impl From<&Enclosure> for Interval {
    fn from(x: &Enclosure) -> Self {
        if !x.is_defined() {
            return Self::UNDEFINED;
        }
        Self::checked(
            x.lo().to_f64_round(Round::Down),
            x.hi().to_f64_round(Round::Up),
        )
    }
}

/// Moves a rounded result outward according to the sign of (exact - rounded);
/// a NaN sign means "not known": step.
fn down(rounded: f64, error: f64) -> f64 {
    if error >= 0.0 {
        rounded
    } else {
        rounded.next_down()
    }
}

fn up(rounded: f64, error: f64) -> f64 {
    if error <= 0.0 {
        rounded
    } else {
        rounded.next_up()
    }
}

/// Knuth's TwoSum: the exact error of a + b, NaN if something overflowed.
fn sum(a: f64, b: f64) -> (f64, f64) {
    let s = a + b;
    let t = s - a;
    let error = (a - (s - t)) + (b - t);
    // If s or an intermediate overflowed, the side is unknown.
    let known = s.is_finite() && error.is_finite();
    (s, if known { error } else { f64::NAN })
}

/// The sign of (exact - rounded) for a nonzero result that became a zero: that
/// of the zero. So a product of positive numbers stays nonnegative.
fn underflowed(zero: f64) -> f64 {
    1f64.copysign(zero)
}

fn product(a: f64, b: f64) -> (f64, f64) {
    if a == 0.0 || b == 0.0 {
        // An infinite end stands for arbitrarily large reals: 0 times it is 0.
        return (0.0, 0.0);
    }
    let p = a * b;
    if p == 0.0 {
        return (p, underflowed(p));
    }
    let known = p.is_finite() && p.abs() > RESIDUAL_EXACT;
    (p, if known { a.mul_add(b, -p) } else { f64::NAN })
}

fn quotient(a: f64, b: f64) -> (f64, f64) {
    if a == 0.0 || b.is_infinite() {
        return (0.0, 0.0);
    }
    let q = a / b;
    if q == 0.0 {
        return (q, underflowed(q));
    }
    let known = q.is_finite() && q.abs() > RESIDUAL_EXACT && a.abs() > RESIDUAL_EXACT;
    let residual = if known { (-q).mul_add(b, a) } else { f64::NAN };
    (q, if b > 0.0 { residual } else { -residual })
}

macro_rules! directed {
    ($($exact:ident => $down:ident $up:ident),*) => {$(
        pub(crate) fn $down(a: f64, b: f64) -> f64 { let (r, e) = $exact(a, b); down(r, e) }
        pub(crate) fn $up(a: f64, b: f64) -> f64 { let (r, e) = $exact(a, b); up(r, e) }
    )*};
}
directed!(sum => sum_down sum_up, product => product_down product_up, quotient => quotient_down quotient_up);

impl Neg for Interval {
    type Output = Self;
    fn neg(self) -> Self {
        Self {
            lo: -self.hi,
            hi: -self.lo,
        }
    }
}

fn add(a: Interval, b: Interval) -> Interval {
    Interval::checked(sum_down(a.lo, b.lo), sum_up(a.hi, b.hi))
}

fn sub(a: Interval, b: Interval) -> Interval {
    add(a, -b)
}

fn mul(a: Interval, b: Interval) -> Interval {
    if !a.is_defined() || !b.is_defined() {
        return Interval::UNDEFINED;
    }
    let ends = [(a.lo, b.lo), (a.lo, b.hi), (a.hi, b.lo), (a.hi, b.hi)];
    let lo = ends
        .iter()
        .map(|&(x, y)| product_down(x, y))
        .fold(f64::INFINITY, f64::min);
    let hi = ends
        .iter()
        .map(|&(x, y)| product_up(x, y))
        .fold(f64::NEG_INFINITY, f64::max);
    Interval::checked(lo, hi)
}

fn div(a: Interval, b: Interval) -> Interval {
    if !a.is_defined() || !b.is_defined() || (b.lo <= 0.0 && b.hi >= 0.0) {
        return Interval::UNDEFINED;
    }
    let ends = [(a.lo, b.lo), (a.lo, b.hi), (a.hi, b.lo), (a.hi, b.hi)];
    let lo = ends
        .iter()
        .map(|&(x, y)| quotient_down(x, y))
        .fold(f64::INFINITY, f64::min);
    let hi = ends
        .iter()
        .map(|&(x, y)| quotient_up(x, y))
        .fold(f64::NEG_INFINITY, f64::max);
    Interval::checked(lo, hi)
}

macro_rules! operators {
    ($($trait:ident $method:ident),*) => {$(
        impl $trait for Interval {
            type Output = Self;
            fn $method(self, other: Self) -> Self { $method(self, other) }
        }
        impl $trait<&Interval> for Interval {
            type Output = Self;
            fn $method(self, other: &Self) -> Self { $method(self, *other) }
        }
    )*};
}
operators!(Add add, Sub sub, Mul mul, Div div);

impl Real for Interval {
    fn ratio(&self, p: i64, q: i64) -> Self {
        Self::through(|| self.wide().ratio(p, q))
    }

    fn int(&self, n: i64) -> Self {
        // Every |n| <= 2^53 is an f64.
        if n.unsigned_abs() <= 1 << 53 {
            Self::exact(n as f64)
        } else {
            self.ratio(n, 1)
        }
    }

    fn pi(&self) -> Self {
        Self::through(|| self.wide().pi())
    }

    fn sqrt(&self) -> Self {
        if !(self.lo >= 0.0) {
            return Self::UNDEFINED;
        }
        let root = |x: f64| {
            let s = x.sqrt();
            let known = x == 0.0 || (x > RESIDUAL_EXACT && x.is_finite());
            (s, if known { (-s).mul_add(s, x) } else { f64::NAN })
        };
        let ((l, le), (h, he)) = (root(self.lo), root(self.hi));
        Self::checked(down(l, le).max(0.0), up(h, he))
    }

    fn cbrt(&self) -> Self {
        Self::through(|| self.wide().cbrt())
    }

    fn ln(&self) -> Self {
        Self::through(|| self.wide().ln())
    }

    fn exp(&self) -> Self {
        Self::through(|| self.wide().exp())
    }

    fn powi(&self, n: i32) -> Self {
        Self::through(|| self.wide().powi(n))
    }

    fn pow(&self, exponent: &Self) -> Self {
        Self::through(|| self.wide().pow(&exponent.wide()))
    }

    fn ceil(&self) -> Self {
        Self {
            lo: self.lo.ceil(),
            hi: self.hi.ceil(),
        }
    }

    // f64::min and max would drop a NaN: undefined must absorb.
    fn min(&self, other: &Self) -> Self {
        if !self.is_defined() || !other.is_defined() {
            return Self::UNDEFINED;
        }
        Self {
            lo: self.lo.min(other.lo),
            hi: self.hi.min(other.hi),
        }
    }

    fn max(&self, other: &Self) -> Self {
        -(-*self).min(&-*other)
    }

    fn ln_binomial(&self, n: u64, k: u64) -> Self {
        Self::through(|| self.wide().ln_binomial(n, k))
    }

    fn kl(&self, p: &Self) -> Self {
        Self::through(|| self.wide().kl(&p.wide()))
    }

    fn kl_inv(&self, c: &Self) -> Self {
        Self::through(|| self.wide().kl_inv(&c.wide()))
    }

    fn ln_xi(&self) -> Self {
        Self::through(|| self.wide().ln_xi())
    }

    fn normal_upper_quantile(&self) -> Self {
        Self::through(|| self.wide().normal_upper_quantile())
    }

    fn chi_upper_quantile(&self, dof: u64) -> Self {
        Self::through(|| self.wide().chi_upper_quantile(dof))
    }

    fn binomial_upper(&self, errors: &Self, m: &Self) -> Self {
        Self::through(|| self.wide().binomial_upper(&errors.wide(), &m.wide()))
    }

    fn harmonic(&self) -> Self {
        Self::through(|| self.wide().harmonic())
    }

    fn peeling(&self) -> Self {
        Self::through(|| self.wide().peeling())
    }

    fn grid_exponent(&self, start: &Self, base: &Self) -> Self {
        Self::through(|| self.wide().grid_exponent(&start.wide(), &base.wide()))
    }
}
