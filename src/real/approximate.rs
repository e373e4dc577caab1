//! Quantiles in f64: where certified searches start, and what the plain f64
//! reading returns. Nothing here is certified, nothing here may panic or loop
//! for long. Tails come by their logarithm, which f64 always holds.

use statrs::function::{erf, gamma};
use std::f64::consts::PI;

/// Terms of a series summed at most, and Newton steps done at most.
const MOST_TERMS: u64 = 1 << 20;
const MOST_STEPS: u32 = 60;

/// ln Gamma for x > 0.
fn ln_gamma(x: f64) -> f64 {
    gamma::ln_gamma(x)
}

/// 1 + r(1) + r(1) r(2) + ... for ratios that decrease.
fn series(ratio: impl Fn(f64) -> f64) -> f64 {
    let (mut sum, mut term) = (1.0f64, 1.0f64);
    for i in 1..MOST_TERMS {
        term *= ratio(i as f64);
        sum += term;
        if !(term > 1e-17 * sum) || !sum.is_finite() {
            break;
        }
    }
    sum
}

/// Newton inside (min, max); a step beyond goes half the way to the end.
fn newton(min: f64, max: f64, start: f64, step: impl Fn(f64) -> f64) -> f64 {
    let mut x = start;
    for _ in 0..MOST_STEPS {
        let dx = step(x);
        if !dx.is_finite() {
            break;
        }
        let next = x + dx;
        x = if next <= min {
            (x + min) / 2.0
        } else if next >= max {
            (x + max) / 2.0
        } else {
            next
        };
        if dx.abs() <= 1e-13 * x.abs().min(max - x) {
            break;
        }
    }
    x
}

/// The x >= 0 with ln Q(x) = `log` <= ln(1/2).
pub(super) fn normal(log: f64) -> f64 {
    if log > -600.0 {
        return std::f64::consts::SQRT_2 * erf::erfc_inv(2.0 * log.exp());
    }
    // Q(x) = exp(-x^2/2)/(x sqrt(2 pi)) (1 - 1/x^2 + ...).
    let mut x = (-2.0 * log).sqrt();
    for _ in 0..8 {
        x = (-2.0 * (log + (x * (2.0 * PI).sqrt()).ln() - (-1.0 / (x * x)).ln_1p())).sqrt();
    }
    x
}

/// The p with ln P(Bin(m,p) <= k) = `log`, 0 <= k < m.
pub(super) fn binomial_upper(log: f64, k: f64, m: f64) -> f64 {
    if !(log < 0.0 && k >= 0.0 && k < m) {
        return f64::NAN;
    }
    if k == 0.0 {
        return -(log / m).exp_m1();
    }
    let max = 1.0 - 1e-15;
    let ln_choose = ln_gamma(m + 1.0) - ln_gamma(k + 1.0) - ln_gamma(m - k + 1.0);
    // Wilson's limit for the level as a tail.
    let z = if log < -std::f64::consts::LN_2 {
        normal(log)
    } else {
        -normal((-log.exp_m1()).ln())
    };
    let (q, w) = ((k + 1.0) / (m + 1.0), z * z / m);
    let wilson = (q + w / 2.0 + z * (q * (1.0 - q) / m + w / (4.0 * m)).sqrt()) / (1.0 + w);
    let start = if wilson > 1e-300 { wilson.min(max) } else { q };
    if log > -std::f64::consts::LN_2 {
        // Near 1 the level has no digits left: solve for the tail above k.
        let tail = (-log.exp_m1()).ln();
        let ln_choose = ln_choose + ((m - k) / (k + 1.0)).ln();
        return newton(0.0, max, start, |p| {
            let top = ln_choose + (k + 1.0) * p.ln() + (m - k - 1.0) * (-p).ln_1p();
            let odds = p / (1.0 - p);
            let sum = series(|i| odds * (m - k - i) / (k + 1.0 + i));
            -(top + sum.ln() - tail) * sum * p / (k + 1.0)
        });
    }
    newton(0.0, max, start, |p| {
        let top = ln_choose + k * p.ln() + (m - k) * (-p).ln_1p();
        let odds = (1.0 - p) / p;
        let sum = series(|i| odds * (k - i + 1.0) / (m - k + i));
        (top + sum.ln() - log) * sum * (1.0 - p) / (m - k)
    })
}

/// The c with ln P(chi_n > c) = `log` (`upper`), or ln P(chi_n <= c) = `log`;
/// `log` at most about ln(1/2).
pub(super) fn chi(log: f64, upper: bool, n: f64) -> f64 {
    if !(log < 0.0 && n >= 1.0) {
        return f64::NAN;
    }
    let a = n / 2.0;
    // Wilson and Hilferty; near 0 the leading power x^a/Gamma(a+1).
    let z = normal(log.min(-std::f64::consts::LN_2));
    let h = 2.0 / (9.0 * n);
    let cube = 1.0 - h + if upper { z } else { -z } * h.sqrt();
    let hilferty = (n * cube.powi(3)).max(0.0).sqrt();
    let power = (2.0f64).sqrt() * ((log + ln_gamma(a + 1.0)) / n).exp();
    let start = if upper || (cube > 0.2 && hilferty > power) {
        hilferty
    } else {
        power
    };
    if n == 1.0 && upper {
        return normal(log - std::f64::consts::LN_2);
    }
    let lg = ln_gamma(a);
    newton(0.0, f64::INFINITY, start.max(1e-300), |c| {
        let x = c * c / 2.0;
        let top = (a - 1.0) * x.ln() - x - lg;
        if upper {
            let sum = series(|i| ((a - i) / x).max(0.0));
            // The end of an odd sequence, where it counts.
            let end = if n % 2.0 == 1.0 {
                erf::erfc(x.sqrt()) / top.exp()
            } else {
                0.0
            };
            let whole = n % 2.0 == 0.0 || n > 200.0;
            let sum = if whole {
                sum
            } else {
                let half = ((n - 1.0) / 2.0) as u64;
                let (mut t, mut s) = (1.0, if half > 0 { 1.0 } else { 0.0 });
                for i in 1..half {
                    t *= (a - i as f64) / x;
                    s += t;
                }
                s + if end.is_finite() { end } else { 0.0 }
            };
            (top + sum.ln() - log) * sum / c
        } else {
            let sum = series(|i| x / (a + i)) * x / a;
            -(top + sum.ln() - log) * sum / c
        }
    })
}

/// kappa_L for L = `layers` >= 1.
pub(super) fn peeling(layers: f64) -> f64 {
    if !(layers >= 1.0) {
        return f64::NAN;
    }
    if layers <= 2.0 {
        return layers.sqrt();
    }
    peeling_minimum(layers).0
}

/// The minimum of (1/t) arccosh(1 + 2^{L-1} (e^{t^2/2} - 1)) over t, and where it
/// is, for L = `layers` >= 3.
pub(super) fn peeling_minimum(layers: f64) -> (f64, f64) {
    let log_scale = (layers - 1.0) * std::f64::consts::LN_2;
    let value = |t: f64| {
        let half = t * t / 2.0;
        // ln u, and arccosh(1+u) = ln(2u) + O(1/u).
        let log = log_scale + half + (-(-half).exp_m1()).ln();
        let y = if log > 40.0 {
            log + std::f64::consts::LN_2
        } else {
            let u = log.exp();
            (u + (u * (u + 2.0)).sqrt()).ln_1p()
        };
        y / t
    };
    // It is near sqrt(2 ln(2a)), and f has one valley: golden section.
    let (mut lo, mut hi) = (0.1, 2.0 * (2.0 * (log_scale + 1.0)).sqrt());
    let ratio = (5f64.sqrt() - 1.0) / 2.0;
    for _ in 0..200 {
        let (a, b) = (hi - ratio * (hi - lo), lo + ratio * (hi - lo));
        if value(a) < value(b) {
            hi = b
        } else {
            lo = a
        }
        if hi - lo <= 1e-9 * hi {
            break;
        }
    }
    let t = (lo + hi) / 2.0;
    (value(t), t)
}
