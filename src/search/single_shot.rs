//! Parameters of Theorem M.
//!
//! Searched: s, zeta_0, tau and the sigmas. Covered: nu, xi and D are rounded
//! up to the next point of their grids, since they depend on the network.

use super::derivation::Tape;
use super::descend::{descend, directions, remembered};
use super::grid::{Failure, Point, Scale, Sparsity};
use super::{Found, Problem, names};
use crate::bound::single_shot::{Parameters, thresholds};
use crate::bound::theorem_13::total_kl;
use crate::bound::{Bound, Inputs};
use crate::error::{Error, Result};
use crate::measure::{MarginBelow, Query};
use crate::real::{Enclosure, Real};

/// Standard deviations: 2^-8 * 2^(t/4).
pub(super) const SIGMA: Scale = Scale {
    reference: 1.0 / 256.0,
    per_octave: 4,
};
/// Norms are covered to a 64th of an octave.
pub(super) const COVER: u32 = 64;

/// The grids of one problem. Their references come from the dimensions and the
/// prior network only.
struct Grids {
    zeta_0: Scale,
    prior: Option<()>,
}

/// A point of the product grid.
struct Candidate {
    parameters: Parameters<f64>,
    zeta_0: i32,
    tau: i32,
    sigma: Vec<i32>,
    s: Vec<usize>,
    /// (grid, t) of nu_1..nu_K, xi_2..xi_K and D.
    nu: Vec<(Scale, i32)>,
    xi: Vec<(Scale, i32)>,
    difference: (Scale, i32),
}

struct Searcher<'a> {
    problem: &'a Problem<'a>,
    bound: &'static Bound,
    grids: Grids,
    distance_squared: Vec<f64>,
    delta: f64,
    /// s, if it is not searched.
    fixed: Option<Vec<i32>>,
}

/// The search; with the sparsity levels as they are given, if they are.
///
/// # Errors
/// As [`super::search`].
pub(super) fn search_at(
    bound: &'static Bound,
    problem: &Problem<'_>,
    fixed: Option<&[usize]>,
) -> Result<Found> {
    let searcher = Searcher {
        fixed: fixed.map(|s| s.iter().map(|&s| s as i32).collect()),
        problem,
        bound,
        grids: Grids {
            zeta_0: input_scale(problem),
            prior: problem.prior.map(|_| ()),
        },
        distance_squared: problem
            .distance_squared
            .iter()
            .map(Enclosure::mid_f64)
            .collect(),
        delta: problem.delta.mid_f64(),
    };
    let best = searcher
        .best()
        .ok_or_else(|| Error::domain("norms within the a-priori grids", "a norm out of reach"))?;
    searcher.certify(best)
}

/// The reference of zeta_0: half of sqrt(d_0) times the largest entry the
/// format can hold (1 if the format does not say).
fn input_scale(problem: &Problem<'_>) -> Scale {
    let reference = match &problem.input_norm {
        Some(bound) => bound.mid_f64() / 2.0,
        None => (problem.model.dims[0] as f64).sqrt() / 2.0,
    };
    Scale {
        reference,
        per_octave: 16,
    }
}

/// A cover grid around the prior network's own value (1 without one).
pub(super) fn cover(reference: Option<f64>) -> Scale {
    let usable = reference.filter(|r| r.is_finite() && *r > 0.0);
    Scale {
        reference: usable.unwrap_or(1.0),
        per_octave: COVER,
    }
}

impl Searcher<'_> {
    /// Coordinates: zeta_0, tau, sigma_1..sigma_{K+1}, s_1..s_K.
    fn best(&self) -> Option<Candidate> {
        let k = self.problem.hidden();
        let norms = self.problem.trace.norm_quantiles(&[0.5, 0.999]);
        let zeta = self.grids.zeta_0.covering(norms[1])?;
        // s comes last, so that it can be left out.
        let n = 2 + (k + 1) + if self.fixed.is_some() { 0 } else { k };
        let with_s = |c: &[i32]| [c, self.fixed.as_deref().unwrap_or(&[])].concat();
        let directions = directions(n, std::slice::from_ref(&(2..k + 3)));
        let objective = remembered(|c: &[i32]| self.objective(&with_s(c)));
        let mut best: Option<(Vec<i32>, f64)> = None;
        // Starts spread over the noise level; the rest is found by descent.
        for sigma in [-24, -12, 0, 8] {
            let mut start = vec![0; n];
            start[0] = zeta;
            start[1] = 11;
            start[2..k + 3].fill(sigma);
            let found = descend(&start, 8, &directions, &objective);
            if best.as_ref().is_none_or(|b| found.1 < b.1) {
                best = Some(found);
            }
        }
        self.candidate(&with_s(&best?.0))
    }

    fn candidate(&self, c: &[i32]) -> Option<Candidate> {
        let p = self.problem;
        let k = p.hidden();
        let (zeta_0, tau) = (c[0], c[1]);
        let sigma = c[2..k + 3].to_vec();
        let s: Vec<usize> = c[k + 3..]
            .iter()
            .map(|&s| usize::try_from(s).ok())
            .collect::<Option<_>>()?;
        let in_range = (1..=1000).contains(&tau)
            && s.iter().enumerate().all(|(i, &s)| s <= p.largest_s(i + 1))
            && [&sigma[..], &[zeta_0]]
                .concat()
                .iter()
                .all(|t| t.abs() <= super::grid::REACH);
        if !in_range {
            return None;
        }
        let s_in = |layer: usize| if layer == 1 { 0 } else { s[layer - 2] };
        let covered = |reference: Option<f64>, value: f64| {
            let grid = cover(reference);
            grid.covering(value).map(|t| (grid, t))
        };
        let prior = p.prior.filter(|_| self.grids.prior.is_some());
        let nu = (1..=k)
            .map(|l| {
                covered(
                    prior.map(|n| n.nu(l, s[l - 1], s_in(l))),
                    p.model.nu(l, s[l - 1], s_in(l)),
                )
            })
            .collect::<Option<Vec<_>>>()?;
        let xi = (2..=k)
            .map(|l| covered(prior.map(|n| n.xi(l, s_in(l))), p.model.xi(l, s_in(l))))
            .collect::<Option<Vec<_>>>()?;
        let last = s.last().copied().unwrap_or(0);
        let difference = covered(
            prior.map(|n| n.output_difference(last)),
            p.model.output_difference(last),
        )?;
        let values =
            |grid: &[(Scale, i32)]| grid.iter().map(|(g, t)| g.value(*t)).collect::<Vec<f64>>();
        let parameters = Parameters {
            layers: p.shapes(&s),
            zeta_0: self.grids.zeta_0.value(zeta_0),
            xi: [vec![1.0], values(&xi)].concat(),
            nu: values(&nu),
            output_difference: difference.0.value(difference.1),
            sigma: sigma.iter().map(|&t| SIGMA.value(t)).collect(),
            tau: Failure::value(tau),
        };
        Some(Candidate {
            parameters,
            zeta_0,
            tau,
            sigma,
            s,
            nu,
            xi,
            difference,
        })
    }

    fn objective(&self, c: &[i32]) -> f64 {
        let Some(candidate) = self.candidate(c) else {
            return f64::INFINITY;
        };
        let p = &candidate.parameters;
        let t = thresholds(p);
        let activation = conditions(&candidate.s, &t.activation, |g| 3.0 * g);
        let unsafe_count = self
            .problem
            .trace
            .approximate_count(p.zeta_0, t.margin, &activation);
        let m = self.problem.trace.len() as f64;
        let kl = total_kl(&self.distance_squared, &p.sigma);
        let inputs = Inputs::new()
            .with("m", m)
            .with("delta", self.delta)
            .with("tau", p.tau)
            .with("unsafe_fraction", unsafe_count as f64 / m)
            .with("kl", kl)
            .with("log_inverse_weight", candidate.cost());
        let value = self.bound.approximate(&inputs);
        if value.is_nan() { f64::INFINITY } else { value }
    }

    fn certify(&self, candidate: Candidate) -> Result<Found> {
        let p = self.problem;
        let tape = Tape::new(p.prec);
        self.measure(&tape, &candidate);
        let point = candidate.point(&self.grids);
        let at = |name: String| point.get(&name).map(|c| tape.grid(c));
        let all = |name: &str, range: std::ops::RangeInclusive<usize>| {
            let each = range.map(|k| at(format!("{name}_{k}")));
            each.collect::<Option<Vec<_>>>()
        };
        let k = p.hidden();
        let [m, delta] = p.given(&tape);
        let parameters = || {
            Some(Parameters {
                layers: candidate.parameters.layers.clone(),
                zeta_0: at("zeta_0".into())?,
                // The first is not used.
                xi: [vec![m.int(1)], all("xi", 2..=k)?].concat(),
                nu: all("nu", 1..=k)?,
                output_difference: at("output_difference".into())?,
                sigma: all("sigma", 1..=k + 1)?,
                tau: at("tau".into())?,
            })
        };
        let parameters = parameters()
            .ok_or_else(|| Error::bug("every parameter is on the grid", format!("{point:?}")))?;
        let t = thresholds(&parameters);
        let activation = conditions(&candidate.s, &t.activation, |g| g.clone() * g.int(3));
        let query = Query {
            norm: Some(parameters.zeta_0.value.clone()),
            margin: Some(MarginBelow::or_equal(t.margin.value.clone())),
            activation: activation
                .iter()
                .map(|a| a.as_ref().map(|(s, g)| (*s, g.value.clone())))
                .collect(),
        };
        let count = p.trace.count(&query);
        let inputs = Inputs::new()
            .with("unsafe_fraction", tape.fraction("unsafe", &count, &m))
            .with("m", m)
            .with("delta", delta)
            .with("tau", parameters.tau)
            .with("kl", total_kl(&p.distances(&tape), &parameters.sigma))
            .with("log_inverse_weight", tape.log_inverse_weight(&point));
        let mut derived = vec![("margin_threshold".to_owned(), t.margin)];
        for (k, condition) in activation.into_iter().enumerate() {
            if let Some((_, threshold)) = condition {
                derived.push((format!("activation_threshold_{}", k + 1), threshold));
            }
        }
        let counts = vec![("unsafe".into(), count)];
        tape.found(self.bound, &inputs, point, derived, counts)
    }

    /// The norms that the grid covers, as leaves.
    fn measure(&self, tape: &Tape, candidate: &Candidate) {
        let (p, s) = (self.problem, &candidate.s);
        let s_in = |layer: usize| if layer == 1 { 0 } else { s[layer - 2] };
        for l in 1..=p.hidden() {
            let sizes = [s[l - 1], s_in(l)];
            p.sparse_norm(tape, l, sizes, p.model.nu(l, sizes[0], sizes[1]));
            if l > 1 {
                p.row_norm(tape, l, s_in(l), p.model.xi(l, s_in(l)));
            }
        }
        let last = s.last().copied().unwrap_or(0);
        p.output_difference(tape, last, p.model.output_difference(last));
    }
}

/// (s_k, threshold) of the layers that have a condition.
fn conditions<R>(
    s: &[usize],
    activation: &[Option<R>],
    f: impl Fn(&R) -> R,
) -> Vec<Option<(usize, R)>> {
    s.iter()
        .zip(activation)
        .map(|(&s, a)| a.as_ref().map(|a| (s, f(a))))
        .collect()
}

impl Candidate {
    /// ln(1/weight) to f64 accuracy.
    fn cost(&self) -> f64 {
        let scales = self.sigma.iter().chain([&self.zeta_0]).copied();
        let covers = self
            .nu
            .iter()
            .chain(&self.xi)
            .chain([&self.difference])
            .map(|(_, t)| *t);
        scales.chain(covers).map(Scale::cost).sum::<f64>()
            + Failure::cost(self.tau)
            + self.s.iter().map(|&s| Sparsity::cost(s)).sum::<f64>()
    }

    fn point(&self, grids: &Grids) -> Point {
        let mut point = Point::default();
        point.scale("zeta_0", &grids.zeta_0, self.zeta_0);
        point.failure("tau", self.tau);
        for (k, &t) in self.sigma.iter().enumerate() {
            point.scale(format!("sigma_{}", k + 1), &SIGMA, t);
        }
        for (k, &s) in self.s.iter().enumerate() {
            point.sparsity(format!("s_{}", k + 1), s);
        }
        let s_in = |layer: usize| if layer == 1 { 0 } else { self.s[layer - 2] };
        for (k, (grid, t)) in self.nu.iter().enumerate() {
            point.scale(format!("nu_{}", k + 1), grid, *t);
            point.covering(names::sparse_norm(k + 1, self.s[k], s_in(k + 1)));
        }
        for (k, (grid, t)) in self.xi.iter().enumerate() {
            point.scale(format!("xi_{}", k + 2), grid, *t);
            point.covering(names::row_norm(k + 2, s_in(k + 2)));
        }
        point.scale("output_difference", &self.difference.0, self.difference.1);
        let last = self.s.last().copied().unwrap_or(0);
        point.covering(names::output_difference(last));
        point
    }
}
