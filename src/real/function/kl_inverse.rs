//! kl^{-1}(q, c) = max{p in [q,1] : kl(q|p) <= c}.
//!
//! *Certificate.* For fixed q, kl(q|.) increases on [q,1] from 0. A point p >= q
//! with kl(q|p) <= c certainly is <= the value; one with kl(q|p) >= c certainly
//! is >= it. Both returned ends were checked by evaluating kl there, or are the
//! trivial ends q and 1. The value increases in q and in c, so sets need their
//! two extreme corners only.

use super::{corners, kl::in_unit_interval, kl::kl_point};
use crate::real::{Enclosure, Real, Side, monotone_root};
use rug::Float;

/// kl^{-1}(q, c) for q in \[0,1\] and c >= 0 nats; undefined outside.
pub fn kl_inverse(q: &Enclosure, c: &Enclosure) -> Enclosure {
    let prec = q.prec().max(c.prec());
    if !in_unit_interval(q) || !c.is_defined() || c.lo() < 0 {
        return Enclosure::undefined(prec);
    }
    let low = at_point(prec, &q.lo(), &c.lo());
    let same = q.is_exact() && c.is_exact();
    let high = if same {
        low.clone()
    } else {
        at_point(prec, &q.hi(), &c.hi())
    };
    corners(prec, low, high)
}

fn at_point(prec: u32, q: &Float, c: &Float) -> Enclosure {
    let one = Float::with_val(prec, 1);
    if *q == 1 || c.is_infinite() {
        return Enclosure::integer(prec, 1);
    }
    if c.is_zero() {
        return Enclosure::outward(prec, q, q);
    }
    // Near p = q, kl grows like (p-q)^2 / (2 q(1-q)): p - q has about half the
    // leading zeros of c, and p needs that many bits more to be told from q.
    let leading_zeros = c.get_exp().unwrap_or(0).min(0).unsigned_abs();
    let working = prec.max(q.prec()) + 16 + leading_zeros.min(4096);
    let guess = newton(working, q, c);
    let bound = Enclosure::outward(working, c, c);
    let (lo, hi) = monotone_root(working, q, &one, &guess, |p| {
        let value = kl_point(working, q, p)?;
        if value.certainly_le(&bound) {
            Some(Side::Left)
        } else if bound.certainly_le(&value) {
            Some(Side::Right)
        } else {
            None
        }
    });
    Enclosure::outward(prec, &lo, &hi)
}

/// An approximation, certified by nobody: Newton's iteration from the f64
/// value, or from the quadratic one where c is too small for f64 to tell p
/// from q.
fn newton(prec: u32, q: &Float, c: &Float) -> Float {
    let variance = Float::with_val(prec, 1 - q) * q;
    let small = Float::with_val(prec, &variance * 1e-9);
    let start = q.to_f64().kl_inv(&c.to_f64());
    let almost_one = Float::with_val(prec, 1) - (Float::with_val(prec, 1) >> (prec - 2));
    let mut p = if *c < small {
        q.clone() + (variance * c * 2u32).sqrt()
    } else {
        Float::with_val(prec, start)
    }
    .min(&almost_one);
    for _ in 0..100 {
        let Some(value) = kl_point(prec, q, &p) else {
            break;
        };
        let slope = Float::with_val(prec, &p - q) / (Float::with_val(prec, 1 - &p) * &p);
        let step = (value.lo() - c) / slope;
        if step.is_zero() || !step.is_finite() {
            break;
        }
        let next = Float::with_val(prec, &p - &step);
        p = if next <= *q {
            Float::with_val(prec, &p + q) / 2u32
        } else if next >= 1 {
            Float::with_val(prec, &p + 1u32) / 2u32
        } else {
            next
        };
        // Quadratic convergence: after a step below half the digits of the
        // distance to 1 the point is as good as it gets.
        let scale = Float::with_val(prec, 1 - &p).get_exp().unwrap_or(0).min(0);
        if step.get_exp().unwrap_or(0) < scale - prec as i32 / 2 {
            break;
        }
    }
    p
}
