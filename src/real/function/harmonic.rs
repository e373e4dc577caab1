//! The harmonic numbers H_n = 1 + 1/2 + ... + 1/n.
//!
//! *Error.* H_n = digamma(n+1) + Euler's constant; MPFR rounds both correctly,
//! n+1 is exact and both are positive for n >= 1, so that nothing cancels. Small
//! n are exact rationals. H_n increases in n.

use super::{corners, to_u64};
use crate::real::Enclosure;
use rug::float::Constant;
use rug::{Float, Rational};

/// Up to this n the sum is taken term by term.
const SUMMED: u64 = 32;

/// H_n; undefined unless both ends of `n` are integers in 0..2^64.
pub fn harmonic(n: &Enclosure) -> Enclosure {
    let prec = n.prec();
    match (to_u64(&n.lo()), to_u64(&n.hi())) {
        (Some(lo), Some(hi)) => {
            let low = at_point(prec, lo);
            let high = if lo == hi {
                low.clone()
            } else {
                at_point(prec, hi)
            };
            corners(prec, low, high)
        }
        _ => Enclosure::undefined(prec),
    }
}

fn at_point(prec: u32, n: u64) -> Enclosure {
    if n <= SUMMED {
        let sum: Rational = (1..=n).map(|k| Rational::from((1, k))).sum();
        return Enclosure::rational(prec, &sum);
    }
    let working = prec + 16;
    // 66 bits hold any u64 + 1.
    let next = Float::with_val(66, n) + 1u32;
    let digamma = |round| Float::with_val_round(working, next.digamma_ref(), round);
    let euler = |round| Float::with_val_round(working, Constant::Euler, round);
    let sum = Enclosure::rounded(digamma) + Enclosure::rounded(euler);
    sum.with_precision(prec)
}
