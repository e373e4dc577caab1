//! xi(m) = sum_{j=0}^m C(m,j) (j/m)^j (1-j/m)^{m-j} = e^m Gamma(m+1,m) / m^m.
//!
//! Gamma(m+1,m) = m! e^{-m} sum_{j<=m} m^j/j!, so with k = m - j
//!   xi(m) = sum_{k=0}^m t_k,  t_0 = 1,  t_{k+1} = t_k (m-k)/m:
//! all terms are positive and decrease, and about sqrt(2 m ln 2 prec) of them
//! matter.
//!
//! *Error.* The terms are kept as integers in units of 2^-B and floored. A floor
//! loses less than one unit and every factor is <= 1, so t_k exceeds its integer
//! by less than k units, and n terms their sum by less than n^2/2 units. What
//! follows t_k is at most the geometric series t_k m/k, and once the integer is
//! 0, t_k < k units: the rest is below m units.
//! xi increases in m.

use super::{corners, to_u64};
use crate::real::{Enclosure, Real};
use rug::{Float, Integer};

/// Above this m the value is refused as undefined: the time grows like sqrt(m)
/// and is about 0.2 s here.
pub(super) const LARGEST_M: u64 = 10_000_000_000;

/// ln xi(m) in nats; undefined unless both ends of `m` are integers in
/// 1..=10^10.
pub fn ln_xi(m: &Enclosure) -> Enclosure {
    let prec = m.prec();
    let end = |x: Float| to_u64(&x).filter(|n| (1..=LARGEST_M).contains(n));
    match (end(m.lo()), end(m.hi())) {
        (Some(lo), Some(hi)) => {
            let low = xi(prec + 32, lo).ln();
            let high = if lo == hi {
                low.clone()
            } else {
                xi(prec + 32, hi).ln()
            };
            corners(prec, low, high)
        }
        _ => Enclosure::undefined(prec),
    }
}

/// xi(m) for m >= 1.
fn xi(prec: u32, m: u64) -> Enclosure {
    let bits = prec + 80;
    let mut term = Integer::from(1) << bits;
    let mut sum = Integer::new();
    let mut terms = 0u64;
    while !term.is_zero() {
        sum += &term;
        term *= m - terms;
        term /= m;
        terms += 1;
    }
    // At m = terms - 1 the factor is 0 and the sum is complete; the margin for
    // the rest does no harm.
    let slack = Integer::from(terms) * terms + m;
    let units = |n: &Integer| {
        Enclosure::integer(prec, n.clone()) / Enclosure::integer(prec, Integer::from(1) << bits)
    };
    units(&sum).hull(&units(&(sum + slack)))
}
