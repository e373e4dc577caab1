//! kl(q|p) between Bernoulli distributions.
//!
//! *Range over sets.* kl is jointly convex, so its maximum over a box is at a
//! corner. For fixed q it decreases in p on [0,q] and increases on [q,1]; for
//! fixed p likewise in q. Its minimum over a box is 0 if the two sets meet, and
//! otherwise at the two nearest ends. So the range needs point values only.
//!
//! *At a point.* Conventions: 0 ln(0/p) = 0; kl(q|p) is +inf for p = 0 < q or
//! p = 1 > q. Elsewhere both logarithms are of certainly positive enclosures.
//! The two terms cancel near p = q; Ziv's loop restores the digits. kl >= 0, so
//! a negative lower end may be raised to 0.

use super::ziv;
use crate::real::{Enclosure, Real};
use rug::Float;

/// kl(q|p) in nats for q, p in \[0,1\]; undefined outside, and wherever a
/// choice of elements makes it infinite: an upper end of +inf would let a later
/// product with 0 turn that choice into a number.
pub fn kl(q: &Enclosure, p: &Enclosure) -> Enclosure {
    let prec = q.prec().max(p.prec());
    if !in_unit_interval(q) || !in_unit_interval(p) {
        return Enclosure::undefined(prec);
    }
    let lo = if q.hi() < p.lo() {
        kl_point(prec, &q.hi(), &p.lo()).map(|x| x.lo())
    } else if q.lo() > p.hi() {
        kl_point(prec, &q.lo(), &p.hi()).map(|x| x.lo())
    } else {
        Some(Float::new(prec))
    };
    let Some(lo) = lo else {
        return Enclosure::undefined(prec);
    };
    if q.is_exact() && p.is_exact() {
        return kl_point(prec, &q.lo(), &p.lo()).unwrap_or(Enclosure::undefined(prec));
    }
    let mut hi = Float::new(prec);
    // A set p that reaches 0 or 1 has q = p as its only finite choice.
    for q in [q.lo(), q.hi()] {
        for p in [p.lo(), p.hi()] {
            match kl_point(prec, &q, &p) {
                Some(x) => hi = hi.max(&x.hi()),
                None => return Enclosure::undefined(prec),
            }
        }
    }
    Enclosure::checked(lo, hi)
}

pub(super) fn in_unit_interval(x: &Enclosure) -> bool {
    x.is_defined() && x.lo() >= 0 && x.hi() <= 1
}

/// kl at a point of \[0,1\]^2; `None` where it is +inf.
pub(super) fn kl_point(prec: u32, q: &Float, p: &Float) -> Option<Enclosure> {
    if q == p {
        return Some(Enclosure::integer(prec, 0));
    }
    if p.is_zero() || *p == 1 {
        return None;
    }
    let value = ziv(prec, |working| {
        let working = working.max(q.prec()).max(p.prec());
        let (q, p) = (
            Enclosure::outward(working, q, q),
            Enclosure::outward(working, p, p),
        );
        let one = q.int(1);
        let zero = one.int(0);
        let heads = if q.lo().is_zero() {
            zero.clone()
        } else {
            q.clone() * (&q / &p).ln()
        };
        // ln(1-q) - ln(1-p) from ln1p: full relative accuracy for tiny q, p.
        let tails = if q.lo() == 1 {
            zero.clone()
        } else {
            (&one - &q) * ((-q.clone()).ln_1p() - (-p.clone()).ln_1p())
        };
        let value = heads + tails;
        value.max(&zero)
    });
    Some(value)
}
