//! kl^{-1}(q, c) = max{p in [q,1] : kl(q|p) <= c}.
//!
//! *Certificate.* For fixed q, kl(q|.) increases on [q,1] from 0. A point p >= q
//! with kl(q|p) <= c certainly is <= the value; one with kl(q|p) >= c certainly
//! is >= it. Both returned ends were checked by evaluating kl there, or are the
//! trivial ends q and 1, or one of the closed forms below. The value increases
//! in q and in c, so sets need their two extreme corners only.
//!
//! *Closed forms.* q = 0: p = 1 - e^{-c}. Always, with d = p - q: the second
//! derivative of kl in its first argument is 1/(t(1-t)) >= 1/p on [q,p], so
//! d^2/(2p) <= kl(q|p) <= c, which gives d <= c + sqrt(c^2 + 2qc). Where c is so
//! small that no bit of p tells it from q, this is the upper end.

use super::polish::polish;
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
    if c.is_zero() {
        return Enclosure::outward(prec, q, q);
    }
    let exact = q.prec().max(c.prec()).max(prec) + 16;
    let nats = Enclosure::outward(exact, c, c);
    if q.is_zero() {
        return (-(-nats).exp_m1()).with_precision(prec);
    }
    // The largest number below 1 worth telling from it.
    let one = Float::with_val(prec + 8, 1);
    let almost = one.clone() - (one.clone() >> (prec + 4));
    let distance = Float::with_val(exact, 1 - q);
    if *q >= almost || c.is_infinite() {
        let lo = if c.is_infinite() { &one } else { q };
        return Enclosure::outward(prec, lo, &one);
    }
    if *c >= Float::with_val(64, &distance * 0.3) * prec {
        // ln(1/(1-almost)) = 0.69 (prec+4): the value may be beyond.
        let reached = kl_point(prec + 16, q, &almost);
        if reached.is_some_and(|x| x.certainly_le(&nats)) {
            return Enclosure::outward(prec, &almost, &one);
        }
    }
    let ceiling = ceiling(exact, q, c);
    let variance = Float::with_val(64, q * &distance);
    let exponent = |x: &Float| i64::from(x.get_exp().unwrap_or(0));
    // p - q is about sqrt(2 variance c): its leading zeros, relatively to p.
    let zeros = ((exponent(&variance) - exponent(c)) / 2 + 1).max(0);
    if zeros > i64::from(prec) + 8 {
        return Enclosure::outward(prec, q, &ceiling);
    }
    let working = exact + 32 + 2 * zeros as u32;
    let guess = newton(prec, working, q, c, &ceiling.clone().min(&almost));
    let one = Float::with_val(working, 1);
    let top = ceiling.min(&one);
    let (lo, hi) = monotone_root(prec + 8, q, &top, &guess, |p| {
        let value = kl_point(working, q, p)?;
        if value.certainly_le(&nats) {
            Some(Side::Left)
        } else if nats.certainly_le(&value) {
            Some(Side::Right)
        } else {
            None
        }
    });
    Enclosure::outward(prec, &lo, &hi)
}

/// An upper bound on the value: q + c + sqrt(c^2 + 2qc).
fn ceiling(prec: u32, q: &Float, c: &Float) -> Float {
    let (q, c) = (
        Enclosure::outward(prec, q, q),
        Enclosure::outward(prec, c, c),
    );
    let root = (c.powi(2) + q.clone() * &c * c.int(2)).sqrt();
    (q + c + root).min(&Enclosure::integer(prec, 1)).hi()
}

/// An approximation, certified by nobody.
fn newton(prec: u32, working: u32, q: &Float, c: &Float, max: &Float) -> Float {
    let one = Float::with_val(64, 1);
    let start = q.to_f64().kl_inv(&c.to_f64());
    // f64 is worth its digits if neither end of [q,1] is closer than they reach.
    let trusted = start.is_finite()
        && c.to_f64() > 1e-12 * q.to_f64() * (1.0 - q.to_f64())
        && q.to_f64() > 1e-290
        && 1.0 - start > 1e-9;
    let start = if trusted && start > *q && start < *max {
        Float::with_val(64, start)
    } else {
        Float::with_val(working, max)
    };
    polish(prec + 12, working, q, &one, start, |p, bits| {
        let p = Float::with_val(working, p);
        let value = kl_point(bits, q, &p)?.lo();
        let slope = Float::with_val(working, &p - q) / (Float::with_val(working, 1 - &p) * &p);
        Some(Float::with_val(working, c - &value) / slope)
    })
}
