//! Exact scaling by powers of two.
//!
//! A scaled matrix is A = 2^-e W with 1/2 <= max |a_ij| < 1. Scaling up is
//! exact. Scaling down rounds only entries that become subnormal, each by at
//! most 2^-1075; [`Scaled::underflow`] is that bound, 0 when nothing rounded.

use super::error::{TINY, nonnegative_sum, sqrt_down, sqrt_up};
use crate::real::Interval;
use ndarray::{Array2, ArrayView1};
use rug::Float;
use rug::float::Round;

/// 2^k for -1074 <= k <= 1023.
fn power_of_two(k: i32) -> f64 {
    debug_assert!((-1074..=1023).contains(&k));
    if k >= -1022 {
        f64::from_bits(((k + 1023) as u64) << 52)
    } else {
        f64::from_bits(1 << (k + 1074))
    }
}

/// The e with 2^(e-1) <= x < 2^e, for finite x > 0.
fn exponent(x: f64) -> i32 {
    let biased = |x: f64| (x.to_bits() >> 52) as i32;
    if x < f64::MIN_POSITIVE {
        biased(x * power_of_two(54)) - 1022 - 54
    } else {
        biased(x) - 1022
    }
}

/// x 2^e rounded once, towards +inf or -inf as asked.
pub fn times_power_of_two(x: f64, e: i32, round: Round) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    if (-1000..=1000).contains(&e) {
        let y = x * power_of_two(e);
        // Nothing rounds, unless the result is subnormal or rounded to the least normal.
        if y.is_finite() && y.abs() > f64::MIN_POSITIVE {
            return y;
        }
    }
    (Float::with_val(53, x) << e).to_f64_round(round)
}

/// The interval [lo, hi] times 2^e, outward; undefined if it is not one.
pub fn unscale(lo: f64, hi: f64, e: i32) -> Interval {
    let (lo, hi) = (
        times_power_of_two(lo, e, Round::Down),
        times_power_of_two(hi, e, Round::Up),
    );
    Interval::new(lo, hi).unwrap_or(Interval::UNDEFINED)
}

/// A non-empty matrix of finite entries, scaled.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaled {
    matrix: Array2<f64>,
    exponent: i32,
    underflow: f64,
}

impl Scaled {
    /// Scales `w`; `None` if it is empty or has an entry that is not finite.
    pub fn new(w: &Array2<f64>) -> Option<Self> {
        if w.is_empty() || w.iter().any(|x| !x.is_finite()) {
            return None;
        }
        let largest = w.iter().fold(0.0f64, |m, x| m.max(x.abs()));
        let e = if largest == 0.0 { 0 } else { exponent(largest) };
        let matrix = w.as_standard_layout().mapv(|x| shifted(x, -e));
        let small = |a: &f64, w: &f64| *w != 0.0 && a.abs() <= f64::MIN_POSITIVE;
        let rounded = e > 0 && matrix.iter().zip(w).any(|(a, w)| small(a, w));
        Some(Self {
            matrix,
            exponent: e,
            underflow: if rounded { TINY } else { 0.0 },
        })
    }

    /// A = 2^-e W in row-major order, up to [`Self::underflow`] per entry.
    pub fn matrix(&self) -> &Array2<f64> {
        &self.matrix
    }

    /// e.
    pub fn exponent(&self) -> i32 {
        self.exponent
    }

    /// A bound on |a_ij - 2^-e w_ij|.
    pub fn underflow(&self) -> f64 {
        self.underflow
    }

    /// Whether W = 0; if not, max |a_ij| >= 1/2.
    pub fn is_zero(&self) -> bool {
        self.matrix.iter().all(|a| *a == 0.0)
    }

    /// Number of rows and columns.
    pub fn dim(&self) -> (usize, usize) {
        self.matrix.dim()
    }

    /// The scaled transpose.
    pub fn transposed(&self) -> Self {
        Self {
            matrix: self.matrix.t().as_standard_layout().into_owned(),
            ..*self
        }
    }
}

/// x 2^k where the result is below 1 in magnitude.
fn shifted(x: f64, k: i32) -> f64 {
    if k <= 0 {
        x * power_of_two(k)
    } else {
        // 2^k itself may overflow; each half is exact.
        x * power_of_two(k / 2) * power_of_two(k - k / 2)
    }
}

/// The 2-norm of a vector; undefined if an entry is not finite, 0 if empty.
///
/// Scaled by its largest entry, its n squares sum to at least 1/4 with relative
/// error gamma(n) and absolute error n (2^-1074 + scaling).
pub fn vector_norm(x: ArrayView1<'_, f64>) -> Interval {
    if x.iter().any(|x| !x.is_finite()) {
        return Interval::UNDEFINED;
    }
    let largest = x.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    if largest == 0.0 {
        return Interval::exact(0.0);
    }
    let (e, n) = (exponent(largest), x.len());
    let sum: f64 = x.iter().map(|x| shifted(*x, -e)).map(|x| x * x).sum();
    let (lo, hi) = nonnegative_sum(sum, n, 4.0 * n as f64 * TINY);
    unscale(sqrt_down(lo), sqrt_up(hi), e)
}
