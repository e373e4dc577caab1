//! b^t for b > 0 and real t.
//!
//! *Range over sets.* b^t = exp(t ln b), and t ln b is bilinear in t and ln b:
//! its extremes over a box are at the corners.
//!
//! *Error.* MPFR rounds `pow` correctly at each corner.

use crate::real::Enclosure;
use rug::Float;
use rug::float::Round;
use rug::ops::Pow;

/// b^t; undefined unless b > 0 certainly.
pub fn pow(b: &Enclosure, t: &Enclosure) -> Enclosure {
    let prec = b.prec().max(t.prec());
    if !b.is_defined() || !t.is_defined() || b.lo() <= 0 {
        return Enclosure::undefined(prec);
    }
    let at = |b: &Float, t: &Float, round| Float::with_val_round(prec, b.pow(t), round).0;
    let (b, t) = ([b.lo(), b.hi()], [t.lo(), t.hi()]);
    let mut lo = at(&b[0], &t[0], Round::Down);
    let mut hi = at(&b[0], &t[0], Round::Up);
    for (b, t) in [(&b[0], &t[1]), (&b[1], &t[0]), (&b[1], &t[1])] {
        let (low, high) = (at(b, t, Round::Down), at(b, t, Round::Up));
        if low < lo {
            lo = low;
        }
        if high > hi {
            hi = high;
        }
    }
    Enclosure::checked(lo, hi)
}
