//! b^t for b > 0 and real t.
//!
//! *Range over sets.* b^t = exp(t ln b), and t ln b is bilinear in t and ln b:
//! its extremes over a box are at the corners.
//!
//! *Error.* MPFR rounds `pow` correctly at each corner.

use crate::real::Enclosure;
use crate::real::enclosure::both_ways;
use rug::Float;
use rug::ops::Pow;

/// b^t; undefined unless b > 0 certainly.
pub fn pow(b: &Enclosure, t: &Enclosure) -> Enclosure {
    let prec = b.prec().max(t.prec());
    if !b.is_defined() || !t.is_defined() || b.lo() <= 0 {
        return Enclosure::undefined(prec);
    }
    let at = |b: &Float, t: &Float| both_ways(|round| Float::with_val_round(prec, b.pow(t), round));
    let (b, t) = (ends(b), ends(t));
    let (mut lo, mut hi) = at(&b[0], &t[0]);
    for (b, t) in b.iter().flat_map(|b| t.iter().map(move |t| (b, t))).skip(1) {
        let (low, high) = at(b, t);
        if low < lo {
            lo = low;
        }
        if high > hi {
            hi = high;
        }
    }
    Enclosure::checked(lo, hi)
}

/// Both ends; the one point of an exact value.
fn ends(x: &Enclosure) -> Vec<Float> {
    let mut ends = vec![x.lo()];
    if !x.is_exact() {
        ends.push(x.hi());
    }
    ends
}
