//! Parameters of the PAC-Bayes bounds on the Gibbs risk of Q = N(W, sigma^2).
//!
//! The empirical Gibbs loss is bounded by the stability argument of Theorem M
//! with s = 0: where ||x|| <= zeta_0 and the margin exceeds g/2, the noise
//! changes the decision with probability at most tau. That bounds a quantity of
//! the given sample, so zeta_0, tau and the norms may be chosen freely; only the
//! sigmas (and Catoni's c) must come from an a-priori grid.

use super::derivation::Tape;
use super::descend::{descend, directions, remembered};
use super::grid::{Failure, Point, REACH, Scale};
use super::single_shot::SIGMA;
use super::{Found, Problem};
use crate::bound::single_shot::{Parameters, thresholds};
use crate::bound::theorem_13::total_kl;
use crate::bound::{Bound, Inputs};
use crate::error::{Error, Result};
use crate::measure::{MarginBelow, Query};
use crate::real::{Enclosure, Real};

/// Catoni's parameter: 2^(t/4), at most 16. Far beyond, the bound is within e^-c
/// of 1 whatever the sample, and no precision would tell on which side.
const CATONI: Scale = Scale {
    reference: 1.0,
    per_octave: 4,
};
const LARGEST_CATONI: i32 = 16;
/// zeta_0 and tau are free: any fine grid serves.
const ZETA: Scale = Scale {
    reference: 1.0,
    per_octave: 16,
};

pub(super) fn search(bound: &'static Bound, problem: &Problem<'_>) -> Result<Found> {
    let searcher = Searcher {
        problem,
        bound,
        distance_squared: problem
            .distance_squared
            .iter()
            .map(Enclosure::mid_f64)
            .collect(),
        delta: problem.delta.mid_f64(),
        catoni: bound.inputs.iter().any(|s| s.name == "c"),
    };
    let c = searcher.best();
    searcher.certify(&c)
}

struct Searcher<'a> {
    problem: &'a Problem<'a>,
    bound: &'static Bound,
    distance_squared: Vec<f64>,
    delta: f64,
    catoni: bool,
}

impl Searcher<'_> {
    /// Coordinates: zeta_0, tau, c, sigma_1..sigma_{K+1}.
    fn best(&self) -> Vec<i32> {
        let layers = self.problem.hidden() + 1;
        let norm = self.problem.trace.norm_quantiles(&[1.0])[0];
        let zeta = ZETA.covering(norm).unwrap_or(0);
        let directions = directions(3 + layers, std::slice::from_ref(&(3..3 + layers)));
        let objective = remembered(|c: &[i32]| self.objective(c));
        let starts = [-24, -12, 0, 8].map(|sigma| {
            let mut start = vec![sigma; 3 + layers];
            start[..3].copy_from_slice(&[zeta, 11, 4]);
            descend(&start, 8, &directions, &objective)
        });
        let best = starts
            .into_iter()
            .reduce(|a, b| if b.1 < a.1 { b } else { a });
        best.map(|(c, _)| c).unwrap_or_default()
    }

    /// The parameters at `c`; `leaf` makes a number of the real that is read:
    /// one measured, chosen or on the grid, by name.
    fn parameters<R: Real>(
        &self,
        c: &[i32],
        leaf: impl Fn(Leaf, f64) -> R,
    ) -> Option<Parameters<R>> {
        let p = self.problem;
        let layers = p.hidden() + 1;
        let s = vec![0; p.hidden()];
        if !(1..=1000).contains(&c[1]) || c[2] > LARGEST_CATONI || c.iter().any(|t| t.abs() > REACH)
        {
            return None;
        }
        let nu: Vec<f64> = (1..layers).map(|k| p.model.nu(k, 0, 0)).collect();
        let difference = p.model.output_difference(0);
        if !nu.iter().chain([&difference]).all(|x| x.is_finite()) {
            return None;
        }
        let zeta_0 = leaf(Leaf::Zeta, ZETA.value(c[0]));
        let sigma = c[3..].iter().enumerate();
        Some(Parameters {
            layers: p.shapes(&s),
            xi: vec![zeta_0.int(1); layers - 1],
            nu: (1..).zip(&nu).map(|(k, &x)| leaf(Leaf::Nu(k), x)).collect(),
            output_difference: leaf(Leaf::Difference, difference),
            sigma: sigma
                .map(|(k, &t)| leaf(Leaf::Sigma(k + 1), SIGMA.value(t)))
                .collect(),
            tau: leaf(Leaf::Tau, Failure::value(c[1])),
            zeta_0,
        })
    }

    /// What the bound is told; `loss` is (u, tau), `given` is (m, delta, ln 1/w).
    fn inputs<R: Real>(&self, given: [R; 3], loss: [R; 2], kl: R, c: R) -> Inputs<R> {
        let [m, delta, paid] = given;
        let [unsafe_fraction, tau] = loss;
        let one = m.int(1);
        // u + tau(1-u), with each of them once.
        let empirical = one.clone() - (one.clone() - unsafe_fraction) * (one - tau);
        let inputs = Inputs::new()
            .with("empirical_loss", empirical.max(&m.int(0)).min(&m.int(1)))
            .with("m", m)
            .with("delta", delta)
            .with("kl", kl)
            .with("log_inverse_weight", paid);
        if self.catoni {
            inputs.with("c", c)
        } else {
            inputs
        }
    }

    fn objective(&self, c: &[i32]) -> f64 {
        let Some(p) = self.parameters(c, |_, x| x) else {
            return f64::INFINITY;
        };
        let half = thresholds(&p).margin / 2.0;
        let trace = self.problem.trace;
        let m = trace.len() as f64;
        let u = trace.approximate_count(p.zeta_0, half, &[]) as f64 / m;
        let ln = Scale::cost;
        let paid =
            c[3..].iter().map(|&t| ln(t)).sum::<f64>() + if self.catoni { ln(c[2]) } else { 0.0 };
        let inputs = self.inputs(
            [m, self.delta, paid],
            [u, p.tau],
            total_kl(&self.distance_squared, &p.sigma),
            CATONI.value(c[2]),
        );
        let value = self.bound.approximate(&inputs);
        if value.is_nan() { f64::INFINITY } else { value }
    }

    fn certify(&self, c: &[i32]) -> Result<Found> {
        let problem = self.problem;
        let tape = Tape::new(problem.prec);
        let mut point = Point::default();
        for (k, &t) in c[3..].iter().enumerate() {
            point.scale(format!("sigma_{}", k + 1), &SIGMA, t);
        }
        if self.catoni {
            point.scale("c", &CATONI, c[2]);
        }
        let exact = |x: f64| problem.exact(x);
        let leaf = |leaf: Leaf, x: f64| match leaf {
            Leaf::Zeta => tape.chosen("zeta_0", exact(x)),
            Leaf::Tau => tape.chosen("tau", exact(x)),
            Leaf::Nu(k) => problem.sparse_norm(&tape, k, [0, 0], x),
            Leaf::Difference => problem.output_difference(&tape, 0, x),
            Leaf::Sigma(k) => match point.get(&format!("sigma_{k}")) {
                Some(c) => tape.grid(c),
                None => tape.chosen("sigma", exact(x)),
            },
        };
        let p = self
            .parameters(c, leaf)
            .ok_or_else(|| Error::domain("norms that are finite numbers", "an infinite norm"))?;
        let margin = thresholds(&p).margin;
        let half = margin.clone() / margin.int(2);
        let query = Query {
            norm: Some(p.zeta_0.value.clone()),
            margin: Some(MarginBelow::or_equal(half.value.clone())),
            activation: Vec::new(),
        };
        let count = problem.trace.count(&query);
        let [m, delta] = problem.given(&tape);
        let u = tape.fraction("unsafe", &count, &m);
        let paid = tape.log_inverse_weight(&point);
        let c = point.get("c").map_or_else(|| m.int(1), |c| tape.grid(c));
        let kl = total_kl(&problem.distances(&tape), &p.sigma);
        let inputs = self.inputs([m, delta, paid], [u, p.tau.clone()], kl, c);
        let derived = vec![
            ("zeta_0".to_owned(), p.zeta_0),
            ("tau".to_owned(), p.tau),
            ("margin_threshold".to_owned(), half),
        ];
        let counts = vec![("unsafe".into(), count)];
        tape.found(self.bound, &inputs, point, derived, counts)
    }
}

/// Where a number of the stability argument comes from.
enum Leaf {
    Zeta,
    Tau,
    Sigma(usize),
    Nu(usize),
    Difference,
}
