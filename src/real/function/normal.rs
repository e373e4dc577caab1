//! The upper normal quantile: the x with Q(x) = p, Q(x) = erfc(x/sqrt 2)/2.
//!
//! *Certificate.* Q decreases. Both ends are checked by evaluating the tail
//! there: erfc at an argument rounded the safe way, itself rounded the safe way
//! (MPFR's erfc is correctly rounded).

use super::corners;
use crate::real::{Enclosure, Real, Side, monotone_root};
use rug::Float;
use rug::float::Round;

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
    let half = Float::with_val(prec, 0.5);
    if *p == half {
        return Enclosure::integer(prec, 0);
    }
    let working = prec + 32;
    let wanted = Enclosure::outward(working.max(p.prec()), p, p);
    // |x| <= sqrt(2 ln(1/(2 min(p, 1-p)))) by Q(x) <= exp(-x^2/2)/2.
    let tail = wanted.min(&(wanted.int(1) - &wanted));
    let reach = ((tail * wanted.int(2)).ln() * wanted.int(-2)).sqrt().hi() + 1u32;
    let guess = newton(working, p);
    let (lo, hi) = monotone_root(
        working,
        &Float::with_val(working, -&reach),
        &reach,
        &guess,
        |x| {
            let value = tail_at(working, x);
            match value.decide(&wanted)? {
                std::cmp::Ordering::Less => Some(Side::Right),
                _ => Some(Side::Left),
            }
        },
    );
    Enclosure::outward(prec, &lo, &hi)
}

/// Q(x).
fn tail_at(prec: u32, x: &Float) -> Enclosure {
    let x = Enclosure::outward(prec, x, x);
    let z = x.clone() / x.int(2).sqrt();
    Enclosure::checked(
        Float::with_val_round(prec, z.hi().erfc_ref(), Round::Down).0,
        Float::with_val_round(prec, z.lo().erfc_ref(), Round::Up).0,
    ) / x.int(2)
}

/// Newton on ln Q from the f64 quantile (or the leading asymptotics beyond its
/// range); an approximation only.
fn newton(prec: u32, p: &Float) -> Float {
    let start = p.to_f64().normal_upper_quantile();
    let mut x = if start.is_finite() {
        Float::with_val(prec, start)
    } else {
        (Float::with_val(prec, p.ln_ref()) * -2i32).sqrt()
    };
    let normaliser = (Float::with_val(prec, rug::float::Constant::Pi) * 2u32).sqrt();
    let target = Float::with_val(prec, p.ln_ref());
    for _ in 0..12 {
        let tail = tail_at(prec, &x).lo();
        if !(tail > 0) {
            break;
        }
        let density = (Float::with_val(prec, x.square_ref()) / -2i32).exp() / &normaliser;
        let step = (Float::with_val(prec, tail.ln_ref()) - &target) * &tail / density;
        if !step.is_finite() {
            break;
        }
        x += &step;
        if step.is_zero()
            || step.get_exp().unwrap_or(0) < x.get_exp().unwrap_or(0) - prec as i32 / 2
        {
            break;
        }
    }
    x
}
