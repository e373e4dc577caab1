//! Plain f64: fast and uncertified. It drives searches; nothing it returns is
//! printed as certified.

use super::Real;
use statrs::function::{beta, erf, gamma};

impl Real for f64 {
    fn ratio(&self, p: i64, q: i64) -> Self {
        p as f64 / q as f64
    }

    fn sqrt(&self) -> Self {
        f64::sqrt(*self)
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

    fn min(&self, other: &Self) -> Self {
        f64::min(*self, *other)
    }

    fn max(&self, other: &Self) -> Self {
        f64::max(*self, *other)
    }

    fn ln_binomial(&self, n: u64, k: u64) -> Self {
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
        std::f64::consts::SQRT_2 * erf::erfc_inv(2.0 * self)
    }

    fn chi_upper_quantile(&self, dof: u64) -> Self {
        if !(*self > 0.0 && *self < 1.0) {
            return f64::NAN;
        }
        let a = dof as f64 / 2.0;
        // The Wilson-Hilferty guess, then secant steps on the log tail.
        let z = self.normal_upper_quantile();
        let h = 2.0 / (9.0 * dof as f64);
        let guess = (dof as f64 * (1.0 - h + z * h.sqrt()).powi(3))
            .max(1e-8)
            .sqrt();
        let f = |c: f64| gamma::gamma_ur(a, c * c / 2.0).ln() - self.ln();
        let (mut x0, mut x1) = (guess, guess * 1.001);
        let (mut f0, mut f1) = (f(x0), f(x1));
        for _ in 0..40 {
            let x2 = x1 - f1 * (x1 - x0) / (f1 - f0);
            if !x2.is_finite() || x2 <= 0.0 || (x2 - x1).abs() <= 1e-14 * x1 {
                break;
            }
            (x0, f0) = (x1, f1);
            (x1, f1) = (x2, f(x2));
        }
        x1
    }

    fn binomial_upper(&self, errors: &Self, m: &Self) -> Self {
        if errors >= m {
            return 1.0;
        }
        beta::inv_beta_reg(errors + 1.0, m - errors, 1.0 - self)
    }
}
