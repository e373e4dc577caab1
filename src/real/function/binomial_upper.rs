//! Clopper-Pearson, one-sided: the largest p with P(Bin(m,p) <= k) >= delta.
//!
//! *Certificate.* P(Bin(m,p) <= k) decreases in p from 1 to 0 (k < m); both
//! ends are checked by evaluating it there.
//!
//! *The distribution function.* b_k = C(m,k) p^k (1-p)^{m-k} through its
//! logarithm, then b_{j-1} = b_j j(1-p)/((m-j+1)p) downwards. All terms are
//! positive. Once the ratio r at j is below 1 it only shrinks, so what is left
//! below b_j is at most b_j r/(1-r): added to the upper end.
//!
//! Increasing in k, decreasing in m and in delta.

use super::corners;
use crate::real::{Enclosure, Real, Side, monotone_root};
use rug::Float;

/// The one-sided upper confidence limit on a probability from `errors` among
/// `m` trials at level 1 - `delta`. `errors` and `m` must have integer ends with
/// 0 <= errors <= m < 2^63 and m >= 1, `delta` be certainly in (0,1); else
/// undefined.
pub fn binomial_upper(delta: &Enclosure, errors: &Enclosure, m: &Enclosure) -> Enclosure {
    let prec = delta.prec().max(errors.prec()).max(m.prec());
    let integer = |x: Float| {
        x.to_integer()
            .filter(|n| x.is_integer() && *n >= 0)
            .and_then(|n| n.to_i64())
            .map(i64::unsigned_abs)
    };
    let ends = [errors.lo(), errors.hi(), m.lo(), m.hi()].map(integer);
    let ([Some(k_lo), Some(k_hi), Some(m_lo), Some(m_hi)], true) =
        (ends, delta.is_defined() && delta.lo() > 0 && delta.hi() < 1)
    else {
        return Enclosure::undefined(prec);
    };
    if m_lo == 0 || k_hi > m_lo {
        return Enclosure::undefined(prec);
    }
    let low = at_point(prec, &delta.hi(), k_lo, m_hi);
    let exact = delta.is_exact() && k_lo == k_hi && m_lo == m_hi;
    let high = if exact {
        low.clone()
    } else {
        at_point(prec, &delta.lo(), k_hi, m_lo)
    };
    corners(prec, low, high)
}

fn at_point(prec: u32, delta: &Float, k: u64, m: u64) -> Enclosure {
    if k >= m {
        return Enclosure::integer(prec, 1);
    }
    let working = prec + 64;
    let wanted = Enclosure::outward(working.max(delta.prec()), delta, delta);
    let (zero, one) = (Float::new(working), Float::with_val(working, 1));
    let ln_choose = wanted.ln_binomial(m, k).with_precision(working);
    let cdf = |p: &Float| cdf(working, p, k, m, &ln_choose);
    let guess = refine(working, &wanted, k, m, &cdf);
    let (lo, hi) = monotone_root(working, &zero, &one, &guess, |p| {
        match cdf(p).decide(&wanted)? {
            std::cmp::Ordering::Less => Some(Side::Right),
            _ => Some(Side::Left),
        }
    });
    Enclosure::outward(prec, &lo, &hi)
}

/// P(Bin(m,p) <= k) for 0 < p < 1 and k < m.
fn cdf(prec: u32, p: &Float, k: u64, m: u64, ln_choose: &Enclosure) -> Enclosure {
    let p = Enclosure::outward(prec, p, p);
    let complement = p.int(1) - &p;
    let odds = complement.clone() / &p;
    let exponent =
        ln_choose.clone() + p.ln() * p.int(k as i64) + complement.ln() * p.int((m - k) as i64);
    let mut term = exponent.exp();
    let mut sum = term.clone();
    for j in (1..=k).rev() {
        let ratio = odds.clone() * p.ratio(j as i64, (m - j + 1) as i64);
        let negligible = sum.lo() >> (prec as i32);
        if ratio.hi() < 1 && term.hi() < negligible {
            let rest = term * &ratio / (p.int(1) - ratio);
            return (sum + Enclosure::checked(Float::new(prec), rest.hi())).min(&p.int(1));
        }
        term = term * ratio;
        sum = sum + &term;
    }
    sum.min(&p.int(1))
}

/// Secant steps on the logarithm from the f64 quantile; an approximation only.
fn refine(
    prec: u32,
    wanted: &Enclosure,
    k: u64,
    m: u64,
    cdf: &impl Fn(&Float) -> Enclosure,
) -> Float {
    let start = wanted.mid_f64().binomial_upper(&(k as f64), &(m as f64));
    let fallback = (k as f64 + 1.0) / (m as f64 + 1.0);
    let start = if start > 0.0 && start < 1.0 {
        start
    } else {
        fallback
    };
    let target = Float::with_val(prec, wanted.lo().ln_ref());
    let f = |p: &Float| Float::with_val(prec, cdf(p).lo().ln_ref()) - &target;
    let mut x0 = Float::with_val(prec, start);
    let mut x1 = Float::with_val(prec, &x0 * (1.0 - 1e-9));
    let (mut f0, mut f1) = (f(&x0), f(&x1));
    for _ in 0..12 {
        let slope = Float::with_val(prec, &f1 - &f0) / Float::with_val(prec, &x1 - &x0);
        let step = Float::with_val(prec, &f1 / slope);
        let next = Float::with_val(prec, &x1 - &step);
        if !step.is_finite() || step.is_zero() || next <= 0 || next >= 1 {
            break;
        }
        let done = step.get_exp().unwrap_or(0) < x1.get_exp().unwrap_or(0) - prec as i32 + 24;
        (x0, f0) = (x1, f1);
        f1 = f(&next);
        x1 = next;
        if done {
            break;
        }
    }
    x1
}
