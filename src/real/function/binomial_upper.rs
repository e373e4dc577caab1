//! Clopper-Pearson, one-sided: the largest p with P(Bin(m,p) <= k) >= delta.
//!
//! *Certificate.* P(Bin(m,p) <= k) decreases in p from 1 to 0 (k < m); both
//! ends are checked by evaluating it there.
//!
//! *The distribution function.* b_k = C(m,k) p^k (1-p)^{m-k} through its
//! logarithm, then b_{k-i} = b_{k-i+1} (k-i+1)/(m-k+i) (1-p)/p: ratios that
//! decrease, so that the sum is one of [`unimodal_sum`].
//!
//! *Closed forms.* k = 0: p = 1 - delta^(1/m). k = m: p = 1.
//!
//! Increasing in k, decreasing in m and in delta.

use super::polish::polish;
use super::unimodal::unimodal_sum;
use super::{corners, to_u64};
use crate::real::{Enclosure, Real, Side, approximate, monotone_root};
use rug::Float;

/// Above this many trials the limit is refused as undefined: the time grows
/// like sqrt(m).
pub(super) const MOST_TRIALS: u64 = 1_000_000_000;

/// The one-sided upper confidence limit on a probability from `errors` among
/// `m` trials at level 1 - `delta`. `errors` and `m` must have integer ends with
/// 0 <= errors <= m and 1 <= m <= 10^9, `delta` be certainly in (0,1); else
/// undefined.
pub fn binomial_upper(delta: &Enclosure, errors: &Enclosure, m: &Enclosure) -> Enclosure {
    let prec = delta.prec().max(errors.prec()).max(m.prec());
    let ends = [errors.lo(), errors.hi(), m.lo(), m.hi()].map(|x| to_u64(&x));
    let ([Some(k_lo), Some(k_hi), Some(m_lo), Some(m_hi)], true) =
        (ends, delta.is_defined() && delta.lo() > 0 && delta.hi() < 1)
    else {
        return Enclosure::undefined(prec);
    };
    if m_lo == 0 || k_hi > m_lo || m_hi > MOST_TRIALS {
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
    // Near delta = 1 it is 1 - delta that has to be resolved.
    let complement = Float::with_val(delta.prec(), 1 - delta);
    let lost = complement.get_exp().unwrap_or(0).min(0).unsigned_abs();
    let working = prec + 64 + lost;
    let wanted = Enclosure::outward(working.max(delta.prec()), delta, delta);
    if k == 0 {
        let log = wanted.ln() / wanted.int(m as i64);
        return (-log.exp_m1()).with_precision(prec);
    }
    let (zero, one) = (Float::new(working), Float::with_val(working, 1));
    let law = Law {
        k,
        m,
        ln_choose: Enclosure::undefined(working).ln_binomial(m, k),
    };
    let side = |p: &Float| {
        let (cdf, _) = law.at(working, p)?;
        match cdf.decide(&wanted)? {
            std::cmp::Ordering::Less => Some(Side::Right),
            _ => Some(Side::Left),
        }
    };
    // A limit that no number of this precision tells from 1.
    let log_delta = wanted.ln();
    let per_trial = log_delta.mid_f64() / (m - k) as f64;
    if per_trial < -0.3 * f64::from(prec) {
        let almost = one.clone() - (one.clone() >> (prec + 2));
        if side(&almost) == Some(Side::Left) {
            return Enclosure::outward(prec, &almost, &one);
        }
    }
    let start = approximate::binomial_upper(log_delta.mid_f64(), k as f64, m as f64);
    let guess = polish(
        prec + 12,
        working,
        &zero,
        &one,
        Float::with_val(64, start),
        |p, bits| {
            let (cdf, top) = law.at((bits + lost).min(working), p)?;
            // d/dp ln cdf = -(m-k) b_k / ((1-p) cdf).
            let cdf = cdf.lo();
            let miss = Float::with_val(working, cdf.ln_ref()) - log_delta.lo();
            let slope = top.hi() * (m - k) / (Float::with_val(bits, 1 - p) * cdf);
            Some(miss / slope)
        },
    );
    let (lo, hi) = monotone_root(prec + 8, &zero, &one, &guess, side);
    Enclosure::outward(prec, &lo, &hi)
}

/// The law of Bin(m, p), 0 < k < m, as a function of p.
struct Law {
    k: u64,
    m: u64,
    ln_choose: Enclosure,
}

impl Law {
    /// P(Bin(m,p) <= k) and P(Bin(m,p) = k) for 0 < p < 1; `None` if out of
    /// reach.
    fn at(&self, prec: u32, p: &Float) -> Option<(Enclosure, Enclosure)> {
        let (k, m) = (self.k, self.m);
        // The exponent may be large: its integer part costs relative accuracy.
        let wide = prec + 32;
        let p = Enclosure::outward(wide, p, p);
        let complement = p.int(1) - &p;
        let odds = complement.clone() / &p;
        let exponent = self.ln_choose.with_precision(wide)
            + p.ln() * p.int(k as i64)
            + complement.ln() * p.int((m - k) as i64);
        let top = exponent.exp().with_precision(prec);
        let ratio = |i: u64| (i <= k).then(|| (k - i + 1, m - k + i));
        let (sum, _) = unimodal_sum(prec, &odds, ratio)?;
        Some(((top.clone() * sum).min(&p.int(1)), top))
    }
}
