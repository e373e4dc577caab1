//! Plain f64: fast and uncertified. It drives searches; nothing it returns is
//! printed as certified.

use super::{Real, approximate};
use statrs::consts::EULER_MASCHERONI as EULER_GAMMA;
use statrs::function::gamma;

impl Real for f64 {
    fn ratio(&self, p: i64, q: i64) -> Self {
        p as f64 / q as f64
    }

    fn pi(&self) -> Self {
        std::f64::consts::PI
    }

    fn sqrt(&self) -> Self {
        f64::sqrt(*self)
    }

    fn cbrt(&self) -> Self {
        f64::cbrt(*self)
    }

    fn ln(&self) -> Self {
        f64::ln(*self)
    }

    fn exp(&self) -> Self {
        f64::exp(*self)
    }

    fn powi(&self, n: i32) -> Self {
        f64::powi(*self, n)
    }

    fn pow(&self, exponent: &Self) -> Self {
        if *self > 0.0 {
            self.powf(*exponent)
        } else {
            f64::NAN
        }
    }

    fn ceil(&self) -> Self {
        f64::ceil(*self)
    }

    fn min(&self, other: &Self) -> Self {
        f64::min(*self, *other)
    }

    fn max(&self, other: &Self) -> Self {
        f64::max(*self, *other)
    }

    fn ln_binomial(&self, n: u64, k: u64) -> Self {
        if k > n {
            return f64::NAN;
        }
        let lf = |x: u64| gamma::ln_gamma(x as f64 + 1.0);
        lf(n) - lf(k) - lf(n - k)
    }

    fn kl(&self, p: &Self) -> Self {
        let term = |a: f64, b: f64| if a == 0.0 { 0.0 } else { a * (a / b).ln() };
        term(*self, *p) + term(1.0 - self, 1.0 - p)
    }

    fn kl_inv(&self, c: &Self) -> Self {
        let (q, c) = (*self, *c);
        if !(0.0..=1.0).contains(&q) || !(c >= 0.0) {
            return f64::NAN;
        }
        let (mut lo, mut hi) = (q, 1.0f64.min(q + (c / 2.0).sqrt()));
        // Newton from the right of the root of a convex increasing function
        // stays there; bisection guards the last bits.
        let mut p = hi.min(1.0 - 1e-16);
        for _ in 0..100 {
            let value = q.kl(&p) - c;
            if value > 0.0 {
                hi = p
            } else {
                lo = p
            }
            let slope = (p - q) / (p * (1.0 - p));
            let newton = p - value / slope;
            let next = if newton > lo && newton < hi {
                newton
            } else {
                (lo + hi) / 2.0
            };
            if (next - p).abs() <= 1e-16 * p {
                return next;
            }
            p = next;
        }
        p
    }

    fn ln_xi(&self) -> Self {
        if !(*self >= 1.0) {
            return f64::NAN;
        }
        if *self > 1e8 {
            // sqrt(pi m/2) + 2/3 + O(m^{-1/2}): the O is 1e-9 relatively.
            return (std::f64::consts::FRAC_PI_2 * self).sqrt().ln()
                + (2.0 / 3.0 / (std::f64::consts::FRAC_PI_2 * self).sqrt()).ln_1p();
        }
        let (mut sum, mut term, mut i) = (0.0, 1.0, 0.0);
        while term > 1e-17 * sum {
            sum += term;
            i += 1.0;
            term *= 1.0 - (i - 1.0) / self;
            if i > *self {
                break;
            }
        }
        sum.ln()
    }

    fn normal_upper_quantile(&self) -> Self {
        let p = *self;
        if !(p > 0.0 && p < 1.0) {
            f64::NAN
        } else if p <= 0.5 {
            approximate::normal(p.ln())
        } else {
            -approximate::normal((1.0 - p).ln())
        }
    }

    fn chi_upper_quantile(&self, dof: u64) -> Self {
        let p = *self;
        if !(p > 0.0 && p < 1.0) || dof == 0 {
            return f64::NAN;
        }
        let upper = p <= 0.5;
        let tail = if upper { p } else { 1.0 - p };
        approximate::chi(tail.ln(), upper, dof as f64)
    }

    fn binomial_upper(&self, errors: &Self, m: &Self) -> Self {
        if !(*self > 0.0 && *self < 1.0 && *errors >= 0.0 && errors <= m && *m >= 1.0) {
            return f64::NAN;
        }
        if errors == m {
            return 1.0;
        }
        approximate::binomial_upper(self.ln(), *errors, *m)
    }

    fn harmonic(&self) -> Self {
        if *self == 0.0 {
            return 0.0;
        }
        if !(*self >= 1.0) {
            return f64::NAN;
        }
        gamma::digamma(self + 1.0) + EULER_GAMMA
    }

    fn peeling(&self) -> Self {
        approximate::peeling(*self)
    }

    fn grid_exponent(&self, start: &Self, base: &Self) -> Self {
        if !(*self > 0.0 && *start > 0.0 && *base > 1.0) {
            return f64::NAN;
        }
        // From just below, and to a few units: a tie stays one.
        let exponent = (self / start).ln() / base.ln();
        let near = (exponent - 1e-12 * exponent.abs().max(1.0)).ceil();
        if start * base.powf(near) < self * (1.0 - 1e-12) {
            near + 1.0
        } else {
            near
        }
    }
}
