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
use crate::bound::theorem_13::relative_growth;
use crate::real::{Enclosure, Interval, Real};
use rayon::prelude::*;
use rug::{Integer, Rational};
use std::cmp::Ordering;

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

/// eps_k of the hidden layers for an overall sensitivity: eps/(K+1-k), as in
/// the paper's Section 3.3.
fn layer_sensitivities<R: Real>(eps: &R, hidden: usize) -> Vec<R> {
    (1..=hidden)
        .map(|k| eps.clone() / eps.int((hidden + 1 - k) as i64))
        .collect()
}

/// kappa(x, eps) over the sample, for inputs taken to have norm at most
/// `zeta_0` (in the units of the network).
pub fn activity(trace: &Trace<'_>, norms: &NetworkMeasures, eps: f64, zeta_0: f64) -> Activity {
    let d = &norms.dims;
    let total = d.windows(2).map(|w| (w[0] * w[1]) as u64).sum();
    let scale = Interval::from(&trace.scale(64));
    let fast_zeta = Interval::exact(zeta_0) / scale;
    let fast_gamma = relative_growth(&layer_sensitivities(&Interval::exact(eps), trace.hidden()));
    let samples: Vec<(u64, bool, bool)> = (0..trace.len())
        .into_par_iter()
        .map(|i| {
            let fast = greedy(
                norms,
                &fast_gamma,
                &fast_zeta,
                |x| Interval::exact(x),
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
                None => match escalate(trace, norms, eps, zeta_0, i) {
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

fn escalate(
    trace: &Trace<'_>,
    norms: &NetworkMeasures,
    eps: f64,
    zeta_0: f64,
    i: usize,
) -> Option<Vec<usize>> {
    let mut bits = 128;
    while bits <= Exact::HIGHEST_PRECISION {
        let exact = Exact::new(trace, i, bits);
        let zeta = Enclosure::exact(bits, zeta_0) / trace.scale(bits);
        let gamma = relative_growth(&layer_sensitivities(
            &Enclosure::exact(bits, eps),
            trace.hidden(),
        ));
        let found = greedy(
            norms,
            &gamma,
            &zeta,
            |x| Enclosure::exact(bits, x),
            |layer, s, threshold| {
                Some(exact.inactivity(layer, s).decide(threshold)? == Ordering::Greater)
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
/// bisection. `exceeds(layer, s, threshold)` decides one comparison.
fn greedy<R: Real>(
    norms: &NetworkMeasures,
    gamma: &[R],
    zeta_0: &R,
    exact: impl Fn(f64) -> R,
    exceeds: impl Fn(usize, usize, &R) -> Option<bool>,
) -> Option<Vec<usize>> {
    let mut zeta = zeta_0.clone();
    let mut chosen = Vec::with_capacity(gamma.len());
    let mut s_in = 0;
    for (layer, gamma) in gamma.iter().enumerate() {
        let xi = exact(norms.xi(layer + 1, s_in));
        let threshold = gamma.clone() * xi * &zeta * zeta.int(3);
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
        zeta = zeta * exact(norms.nu(layer + 1, good, s_in));
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
