//! The a-priori error bounds of f64 summation, themselves rounded up.
//!
//! With u = 2^-53 and gamma(n) = n u/(1 - n u), a product of at most n factors
//! (1 + d)^(+-1), |d| <= u, is 1 + t with |t| <= gamma(n) (Higham, *Accuracy
//! and Stability*, Lemma 3.1). Hence a sum of n products, added in whatever
//! order and with or without fused multiply-adds, differs from the exact one by
//! at most gamma(n) times the sum of absolute values, plus n times [`TINY`]
//! for products that underflow (additions never do).

use crate::real::{quotient_down, quotient_up, sum_down, sum_up};

/// u, the largest relative error of one operation.
pub const UNIT: f64 = f64::EPSILON / 2.0;
/// 2^-1074, twice the largest absolute error of a product that underflows.
pub const TINY: f64 = f64::from_bits(1);

/// gamma(n) = n u/(1 - n u), rounded up; infinite from n = 2^52.
pub fn gamma(n: usize) -> f64 {
    if n >= 1 << 52 {
        return f64::INFINITY;
    }
    // Both n u and 1 - n u are exact: only the quotient rounds.
    let nu = n as f64 * UNIT;
    (nu / (1.0 - nu)).next_up()
}

/// An upper bound on the square root of x >= 0; 0 and NaN map to themselves.
pub fn sqrt_up(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.sqrt().next_up() }
}

/// A lower bound on the square root of x; 0 for x <= 0.
pub fn sqrt_down(x: f64) -> f64 {
    if x > 0.0 { x.sqrt().next_down() } else { 0.0 }
}

/// Bounds (lo, hi) on a sum of non-negative terms computed in f64.
///
/// If `computed` = sum of t_k (1 + d_k) + e with |d_k| <= gamma(roundings) and
/// |e| <= `absolute`, the exact sum S of t_k >= 0 satisfies
/// S (1 - gamma) - |e| <= computed <= S (1 + gamma) + |e|. A result that is not
/// finite gives (0, inf).
pub fn nonnegative_sum(computed: f64, roundings: usize, absolute: f64) -> (f64, f64) {
    let g = gamma(roundings);
    if !computed.is_finite() || !absolute.is_finite() || g >= 1.0 {
        return (0.0, f64::INFINITY);
    }
    let lo = quotient_down(sum_down(computed, -absolute), sum_up(1.0, g));
    let hi = quotient_up(sum_up(computed, absolute), sum_down(1.0, -g));
    (lo.max(0.0), hi.max(0.0))
}
