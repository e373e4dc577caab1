//! The effective activity ratio (Muthukumar & Sulam 2023, Sec. 2).
//!
//! For an input x and a sensitivity eps, the greedy sparsity s*(x,eps) takes
//! layer by layer the largest s_k whose sparse local radius exceeds 3 gamma_k,
//! and kappa(x,eps) = sum_k (d_k-s_k)(d_{k-1}-s_{k-1}) / sum_k d_k d_{k-1}.
//!
//! r_k > 3 gamma_k is decided as a_k(s_k) > 3 gamma_k xi_k zeta_{k-1} with the
//! certified pre-activations; what they leave open is escalated, so kappa is an
//! exact rational for the norms used.

use super::escalate::Exact;
use super::{NetworkMeasures, Trace};
use crate::bound::theorem_13::{relative_growth, sensitivities};
use crate::real::{Interval, Real};
use rayon::prelude::*;
use rug::{Integer, Rational};

/// kappa over a sample at one sensitivity.
pub struct Activity {
    /// sum_k (d_k-s_k)(d_{k-1}-s_{k-1}) of each sample.
    pub active: Vec<u64>,
    /// sum_k d_k d_{k-1}.
    pub total: u64,
    /// Samples whose s* the f64 bound left open.
    pub escalated: usize,
    /// Samples still open at the highest precision (taken as fully active).
    pub undecided: usize,
}

impl Activity {
    /// The mean of kappa, exactly.
    pub fn mean(&self) -> Rational {
        let sum: Integer = self.active.iter().map(|&a| Integer::from(a)).sum();
        Rational::from((sum, Integer::from(self.total) * self.active.len() as u64))
    }

    /// kappa of each sample, to f64 accuracy.
    pub fn ratios(&self) -> Vec<f64> {
        self.active
            .iter()
            .map(|&a| a as f64 / self.total as f64)
            .collect()
    }
}

/// kappa(x, eps) over the sample, for inputs taken to have norm at most
/// `zeta_0` (in the units of the network).
pub fn activity(trace: &Trace<'_>, norms: &NetworkMeasures, eps: f64, zeta_0: f64) -> Activity {
    let d = &norms.dims;
    let total = d.windows(2).map(|w| (w[0] * w[1]) as u64).sum();
    let fast_zeta = Interval::exact(zeta_0) / Interval::from(&trace.scale(64));
    let fast_gamma = fast_growth(eps, trace.hidden());
    let gamma = exact_growth(eps, trace.hidden());
    let samples: Vec<(u64, bool, bool)> = (0..trace.len())
        .into_par_iter()
        .map(|i| {
            let fast = greedy(
                norms,
                fast_zeta,
                |layer, xi, zeta| {
                    let xi = Interval::exact(xi);
                    Some(fast_gamma[layer] * xi * zeta * zeta.int(3))
                },
                |zeta, nu| Some(zeta * Interval::exact(nu)),
                |layer, s, threshold| {
                    let a = trace.inactivity(i, layer, s);
                    if a.lo() > threshold.hi() {
                        Some(true)
                    } else if a.hi() <= threshold.lo() {
                        Some(false)
                    } else {
                        None
                    }
                },
            );
            match fast {
                Some(s) => (active(d, &s), false, false),
                None => match escalate(trace, norms, gamma.as_deref(), zeta_0, i) {
                    Some(s) => (active(d, &s), true, false),
                    None => (total, true, true),
                },
            }
        })
        .collect();
    Activity {
        active: samples.iter().map(|s| s.0).collect(),
        total,
        escalated: samples.iter().filter(|s| s.1).count(),
        undecided: samples.iter().filter(|s| s.2).count(),
    }
}

/// gamma_k of the hidden layers.
fn fast_growth(eps: f64, hidden: usize) -> Vec<Interval> {
    relative_growth(&sensitivities(&Interval::exact(eps), hidden))
}

/// The same exactly; `None` if eps is not finite.
fn exact_growth(eps: f64, hidden: usize) -> Option<Vec<Rational>> {
    let eps = Rational::from_f64(eps)?;
    let mut product = Rational::from(1);
    let each = (1..=hidden).map(|k| {
        product *= Rational::from(&eps / Integer::from(hidden + 1 - k)) + 1u32;
        Rational::from(&product - 1u32)
    });
    Some(each.collect())
}

/// s* with exact rational thresholds, so that a tie is decided as soon as the
/// pre-activation is exact.
fn escalate(
    trace: &Trace<'_>,
    norms: &NetworkMeasures,
    gamma: Option<&[Rational]>,
    zeta_0: f64,
    i: usize,
) -> Option<Vec<usize>> {
    let gamma = gamma?;
    // In the units of `Exact`.
    let zeta_0 = Rational::from_f64(zeta_0)? * trace.sample.scale().denom();
    let mut bits = 128;
    while bits <= Exact::HIGHEST_PRECISION {
        let exact = Exact::new(&trace.weights, trace.sample, i, bits);
        let found = greedy(
            norms,
            zeta_0.clone(),
            |layer, xi, zeta| Some(Rational::from_f64(xi)? * &gamma[layer] * zeta * 3u32),
            |zeta, nu| Some(zeta * Rational::from_f64(nu)?),
            |layer, s, threshold| {
                let a = exact.inactivity(layer, s);
                if a.lo() > *threshold {
                    Some(true)
                } else if a.hi() <= *threshold {
                    Some(false)
                } else {
                    None
                }
            },
        );
        if found.is_some() {
            return found;
        }
        bits *= 2;
    }
    None
}

/// s*: a_k(s) falls with s, so the largest s above the threshold is found by
/// bisection. `threshold(layer, xi, zeta)` is 3 gamma xi zeta, `grow(zeta, nu)`
/// the next zeta, and `exceeds(layer, s, threshold)` decides one comparison.
fn greedy<T>(
    norms: &NetworkMeasures,
    zeta_0: T,
    threshold: impl Fn(usize, f64, &T) -> Option<T>,
    grow: impl Fn(T, f64) -> Option<T>,
    exceeds: impl Fn(usize, usize, &T) -> Option<bool>,
) -> Option<Vec<usize>> {
    let hidden = norms.dims.len() - 2;
    let mut zeta = zeta_0;
    let mut chosen = Vec::with_capacity(hidden);
    let mut s_in = 0;
    for layer in 0..hidden {
        let threshold = threshold(layer, norms.xi(layer + 1, s_in), &zeta)?;
        // s = 0 always qualifies (no condition); s <= d-1 leaves a unit.
        let (mut good, mut bad) = (0, norms.dims[layer + 1]);
        while bad - good > 1 {
            let middle = good + (bad - good) / 2;
            if exceeds(layer, middle, &threshold)? {
                good = middle
            } else {
                bad = middle
            }
        }
        zeta = grow(zeta, norms.nu(layer + 1, good, s_in))?;
        chosen.push(good);
        s_in = good;
    }
    Some(chosen)
}

fn active(d: &[usize], s: &[usize]) -> u64 {
    let s_at = |k: usize| {
        if k == 0 || k + 1 == d.len() {
            0
        } else {
            s[k - 1]
        }
    };
    (1..d.len())
        .map(|k| ((d[k] - s_at(k)) * (d[k - 1] - s_at(k - 1))) as u64)
        .sum()
}
