//! The upper chi quantile: the c >= 0 with P(chi_n > c) = p.
//!
//! P(chi_n > c) = Q(n/2, c^2/2) with the regularised upper incomplete gamma
//! function. *Certificate.* It decreases in c; both ends are checked by
//! evaluating the tail there with directed rounding.
//!
//! *The tail.* With x = c^2/2 and the recurrence Q(a+1,x) = Q(a,x) +
//! x^a e^{-x}/Gamma(a+1), started at Q(1/2,x) = erfc(sqrt x) for odd n and at
//! Q(1,x) = e^{-x} for even n: a finite sum of at most n/2 positive terms, each
//! from the one before by a factor x/a. No cancellation.

use super::corners;
use crate::real::{Enclosure, Real, Side, monotone_root};
use rug::Float;
use rug::float::{Constant, Round};

/// Beyond this many degrees of freedom the quantile is refused as undefined.
const LARGEST_DOF: u64 = 10_000_000;

/// The c with P(chi_dof > c) = p; undefined unless p is certainly in (0,1) and
/// 1 <= dof.
pub fn chi_upper_quantile(p: &Enclosure, dof: u64) -> Enclosure {
    let prec = p.prec();
    if !p.is_defined() || p.lo() <= 0 || p.hi() >= 1 || dof == 0 || dof > LARGEST_DOF {
        return Enclosure::undefined(prec);
    }
    let low = at_point(prec, &p.hi(), dof);
    let high = if p.is_exact() {
        low.clone()
    } else {
        at_point(prec, &p.lo(), dof)
    };
    corners(prec, low, high)
}

fn at_point(prec: u32, p: &Float, dof: u64) -> Enclosure {
    let working = prec + 64;
    let wanted = Enclosure::outward(working.max(p.prec()), p, p);
    // chi_n <= sqrt n + t with probability >= 1 - exp(-t^2/2).
    let reach = (wanted.int(dof as i64).sqrt() + (wanted.ln() * wanted.int(-2)).sqrt()).hi();
    let guess = refine(working, &wanted, dof);
    let zero = Float::new(working);
    let (lo, hi) = monotone_root(working, &zero, &reach, &guess, |c| {
        match tail(working, c, dof).decide(&wanted)? {
            std::cmp::Ordering::Less => Some(Side::Right),
            _ => Some(Side::Left),
        }
    });
    Enclosure::outward(prec, &lo, &hi)
}

/// P(chi_dof > c) for c >= 0.
fn tail(prec: u32, c: &Float, dof: u64) -> Enclosure {
    let c = Enclosure::outward(prec, c, c);
    let x = c.powi(2) / c.int(2);
    let pi = Enclosure::checked(
        Float::with_val_round(prec, Constant::Pi, Round::Down).0,
        Float::with_val_round(prec, Constant::Pi, Round::Up).0,
    );
    let exp = (-x.clone()).exp();
    // term = x^a e^{-x} / Gamma(a+1) for the current a.
    let (mut sum, mut term, mut twice_a) = if dof % 2 == 0 {
        (exp.clone(), exp * &x, 2)
    } else {
        let root = x.sqrt();
        let erfc = Enclosure::checked(
            Float::with_val_round(prec, root.hi().erfc_ref(), Round::Down).0,
            Float::with_val_round(prec, root.lo().erfc_ref(), Round::Up).0,
        );
        (erfc, exp * &root * c.int(2) / pi.sqrt(), 1)
    };
    while twice_a < dof {
        sum = sum + &term;
        twice_a += 2;
        term = term * &x * c.ratio(2, twice_a as i64);
    }
    sum.min(&c.int(1))
}

/// Secant steps on the logarithm of the tail from the f64 quantile.
fn refine(prec: u32, p: &Enclosure, dof: u64) -> Float {
    let start = p.mid_f64().chi_upper_quantile(dof);
    let target = Float::with_val(prec, p.lo().ln_ref());
    let f = |c: &Float| {
        let t = tail(prec, c, dof).lo();
        Float::with_val(prec, t.ln_ref()) - &target
    };
    let mut x0 = Float::with_val(prec, start);
    let mut x1 = Float::with_val(prec, &x0 * (1.0 + 1e-9));
    let (mut f0, mut f1) = (f(&x0), f(&x1));
    for _ in 0..12 {
        let slope = Float::with_val(prec, &f1 - &f0) / Float::with_val(prec, &x1 - &x0);
        let step = Float::with_val(prec, &f1 / slope);
        if !step.is_finite() || step.is_zero() {
            break;
        }
        let done = step.get_exp().unwrap_or(0) < x1.get_exp().unwrap_or(0) - prec as i32 + 24;
        let next = Float::with_val(prec, &x1 - &step);
        (x0, f0) = (x1, f1);
        f1 = f(&next);
        x1 = next;
        if done {
            break;
        }
    }
    x1
}
