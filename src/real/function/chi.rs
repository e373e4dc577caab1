//! The upper chi quantile: the c >= 0 with P(chi_n > c) = p.
//!
//! With a = n/2, x = c^2/2: P(chi_n > c) = Q(a,x), the regularised upper
//! incomplete gamma function. *Certificate.* Q decreases in c; both ends are
//! checked by evaluating the smaller of the two tails there with directed
//! rounding: Q against p for p <= 1/2, else P = 1 - Q against 1 - p.
//!
//! *Upper tail.* With T = x^{a-1} e^{-x}/Gamma(a), the recurrence
//! Q(a,x) = Q(a-1,x) + T downwards adds terms with the ratios (a-i)/x, which
//! decrease: [`unimodal_sum`]. It ends at s = 0 for even n; for odd n at s = 1/2
//! it leaves Q(1/2,x) = erfc(sqrt x), see `erfc`. Where the sum was cut off before, erfc is
//! inside the bound on the rest: erfc(sqrt x) <= x^{-1/2} e^{-x}/Gamma(1/2) is
//! the next term of the same sequence.
//!
//! *Lower tail.* P(a,x) = T (x/a) sum_k x^k/((a+1)...(a+k)), ratios x/(a+k).

use super::corners;
use super::erfc::two_sided_tail;
use super::polish::polish;
use super::unimodal::unimodal_sum;
use crate::real::{Enclosure, Real, Side, approximate, monotone_root};
use rug::{Float, Integer};

/// Beyond this many degrees of freedom the quantile is refused as undefined.
pub(super) const LARGEST_DOF: u64 = 10_000_000;

/// The c with P(chi_dof > c) = p; undefined unless p is certainly in (0,1) and
/// 1 <= dof <= 10^7.
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
    let upper = *p <= 0.5;
    // 1 - p is exact for p in [1/2, 1].
    let mass = if upper {
        p.clone()
    } else {
        Float::with_val(p.prec(), 1 - p)
    };
    let wanted = Enclosure::outward(working.max(p.prec()), &mass, &mass);
    let log = wanted.ln();
    let n = wanted.int(dof as i64);
    // chi_n <= sqrt n + t with probability >= 1 - exp(-t^2/2).
    let reach = if upper {
        (n.sqrt() + (log.clone() * n.int(-2)).sqrt()).hi()
    } else {
        // The median is below sqrt n, and so is what is left of it.
        n.sqrt().hi()
    };
    let zero = Float::new(working);
    let law = Law::new(working, dof);
    let side = |c: &Float| {
        let (tail, _) = law.tail(working, c, upper)?;
        let heavier = tail.decide(&wanted)? != std::cmp::Ordering::Less;
        Some(if heavier == upper {
            Side::Left
        } else {
            Side::Right
        })
    };
    let start = approximate::chi(log.mid_f64(), upper, dof as f64);
    let guess = polish(
        prec + 12,
        working,
        &zero,
        &reach,
        Float::with_val(64, start),
        |c, bits| {
            let (tail, top) = law.tail(bits, c, upper)?;
            // d/dc Q = -c T.
            let tail = tail.lo();
            let miss = Float::with_val(working, tail.ln_ref()) - log.lo();
            let step = miss * &tail / (top.hi() * c);
            Some(if upper { step } else { -step })
        },
    );
    let (lo, hi) = monotone_root(prec + 8, &zero, &reach, &guess, side);
    Enclosure::outward(prec, &lo, &hi)
}

/// The law of chi_n.
struct Law {
    dof: u64,
    /// ln Gamma(n/2).
    ln_gamma: Enclosure,
}

impl Law {
    fn new(prec: u32, dof: u64) -> Self {
        let half = Float::with_val(prec.max(66), dof) / 2u32;
        Self {
            dof,
            ln_gamma: ln_gamma(prec + 32, dof, &half),
        }
    }

    /// The tail beyond c > 0 (above it, or below), and T; `None` if out of
    /// reach.
    fn tail(&self, prec: u32, point: &Float, upper: bool) -> Option<(Enclosure, Enclosure)> {
        let n = self.dof;
        let wide = prec + 32;
        let c = Enclosure::outward(wide, point, point);
        let two = c.int(2);
        let square = c.powi(2);
        let x = square.clone() / &two;
        let less = Enclosure::rational(wide, &rug::Rational::from((n as i64 - 2, 2)));
        let exponent = x.ln() * less - &x - self.ln_gamma.with_precision(wide);
        let top = exponent.exp().with_precision(prec);
        let tail = if upper {
            if n == 1 {
                two_sided_tail(prec, point)
            } else {
                let ratio = |i: u64| (2 * i + 1 < n).then(|| (n - 2 * i, 1));
                let (sum, complete) = unimodal_sum(prec, &(c.int(1) / &square), ratio)?;
                let tail = top.clone() * sum;
                if complete && n % 2 == 1 {
                    // erfc <= e^{-x} is the smaller of the two: it needs fewer bits.
                    let spare = tail.mid_f64().log2() + x.mid_f64() * 1.44;
                    let spare = (spare as u32).min(prec - 32);
                    tail + two_sided_tail(prec - spare, point)
                } else {
                    tail
                }
            }
        } else {
            let ratio = |k: u64| Some((1, n + 2 * k));
            let (sum, _) = unimodal_sum(prec, &square, ratio)?;
            top.clone() * sum * &square / c.int(n as i64)
        };
        Some((tail.min(&two.int(1)), top))
    }
}

/// ln Gamma(n/2): from exact factorials where those are the cheaper way,
/// Gamma(k+1/2) = (2k)! sqrt(pi) / (4^k k!), and from MPFR's `lngamma`,
/// correctly rounded, beyond.
fn ln_gamma(prec: u32, n: u64, half: &Float) -> Enclosure {
    if n > 1000 {
        return Enclosure::rounded(|round| Float::with_val_round(prec, half.ln_gamma_ref(), round));
    }
    let k = (n / 2) as u32;
    let factorial = |k: u32| Integer::from(Integer::factorial(k));
    if n.is_multiple_of(2) {
        return Enclosure::integer(prec, factorial(k - 1)).ln();
    }
    let above = Enclosure::integer(prec, factorial(2 * k));
    let below = Enclosure::integer(prec, factorial(k) << (2 * k));
    let root = above.pi().sqrt();
    (above * root / below).ln()
}
