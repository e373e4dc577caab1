//! The upper normal quantile: the x with Q(x) = p, Q(x) = erfc(x/sqrt 2)/2.
//!
//! *Certificate.* Both ends are checked by evaluating a monotone function there:
//! the tail Q for p < 1/4; erf(x/sqrt 2) = 1 - 2p for 1/4 <= p < 1/2, which keeps
//! its relative accuracy where x is near 0; p > 1/2 by the symmetry
//! x(p) = -x(1-p). erf is MPFR's, correctly rounded, at an argument rounded the
//! safe way; for Q see `erfc`. 1-p and 1-2p are exact in the precision of p.

use super::corners;
use super::erfc::two_sided_tail;
use super::polish::polish;
use crate::real::{Enclosure, Real, Side, approximate, monotone_root};
use rug::Float;
use rug::float::Round;
use std::cmp::Ordering;

/// The x with 1 - Phi(x) = p; undefined unless p is certainly in (0,1).
pub fn normal_upper_quantile(p: &Enclosure) -> Enclosure {
    let prec = p.prec();
    if !p.is_defined() || p.lo() <= 0 || p.hi() >= 1 {
        return Enclosure::undefined(prec);
    }
    // Decreasing in p.
    let low = at_point(prec, &p.hi());
    let high = if p.is_exact() {
        low.clone()
    } else {
        at_point(prec, &p.lo())
    };
    corners(prec, low, high)
}

fn at_point(prec: u32, p: &Float) -> Enclosure {
    match p.partial_cmp(&0.5) {
        Some(Ordering::Equal) => Enclosure::integer(prec, 0),
        Some(Ordering::Greater) => -positive(prec, &Float::with_val(p.prec(), 1 - p)),
        _ => positive(prec, p),
    }
}

/// The quantile of 0 < p < 1/2.
fn positive(prec: u32, p: &Float) -> Enclosure {
    let working = prec + 32;
    let central = *p >= 0.25;
    let mass = if central {
        Float::with_val(p.prec(), 1 - Float::with_val(p.prec(), p * 2u32))
    } else {
        p.clone()
    };
    let wanted = Enclosure::outward(working.max(p.prec()), &mass, &mass);
    let log = wanted.ln();
    // x <= sqrt(2 ln(1/(2p))) by Q(x) <= exp(-x^2/2)/2; the quartile is below 1.
    let reach = if central {
        Float::with_val(working, 1)
    } else {
        (log.clone() * wanted.int(-2)).sqrt().hi()
    };
    let start = if central {
        // 1 - 2p = x sqrt(2/pi) (1 - x^2/6 + ...)
        let x = Float::with_val(64, &mass * (std::f64::consts::PI / 2.0).sqrt());
        let square = Float::with_val(64, x.square_ref()) / 6u32;
        x * (square + 1u32)
    } else {
        Float::with_val(64, approximate::normal(log.mid_f64()))
    };
    let zero = Float::new(working);
    let guess = polish(prec + 12, working, &zero, &reach, start, |x, bits| {
        let two_pi = Float::with_val(bits, rug::float::Constant::Pi) * 2u32;
        let density = (Float::with_val(bits, x.square_ref()) / -2i32).exp() / two_pi.sqrt();
        if central {
            let miss = Float::with_val(working, &mass - &erf(bits, x).lo());
            return Some(miss / (density * 2u32));
        }
        let tail = tail(bits, x).lo();
        // d/dx ln Q = -density/Q.
        let miss = Float::with_val(working, tail.ln_ref()) - log.lo();
        Some(miss * tail / density)
    });
    let (lo, hi) = monotone_root(prec + 8, &zero, &reach, &guess, |x| {
        let right = if central {
            erf(working, x).decide(&wanted)? == Ordering::Greater
        } else {
            tail(working, x).decide(&wanted)? == Ordering::Less
        };
        Some(if right { Side::Right } else { Side::Left })
    });
    Enclosure::outward(prec, &lo, &hi)
}

/// Q(x).
fn tail(prec: u32, x: &Float) -> Enclosure {
    let both = two_sided_tail(prec, x);
    both.clone() / both.int(2)
}

/// erf(x/sqrt 2) = P(|N| <= x).
fn erf(prec: u32, x: &Float) -> Enclosure {
    let x = Enclosure::outward(prec, x, x);
    let z = x.clone() / x.int(2).sqrt();
    let erf = |x: &Float, round| Float::with_val_round(prec, x.erf_ref(), round).0;
    Enclosure::checked(erf(&z.lo(), Round::Down), erf(&z.hi(), Round::Up))
}
