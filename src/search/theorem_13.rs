//! Parameters of Theorem 13, and of Theorem 11 read in its expanded form.
//!
//! | form       | ||x|| <= M_X      | xi, nu            | budget | margin |
//! |------------|-------------------|-------------------|--------|--------|
//! | as-printed | over the sample   | as measured       | K+1    | <      |
//! | sound      | almost surely     | on a paid grid    | 2K+1   | <=     |
//!
//! With a zero prior the network may be divided by xi layer by layer without
//! changing a decision, so xi is free and only nu/xi is covered on a grid.

use super::derivation::Tape;
use super::descend::{descend, directions, remembered};
use super::grid::{Point, REACH, Scale, Sparsity};
use super::single_shot::cover;
use super::{Fixed, Found, Problem, names};
use crate::bound::theorem_13::{
    Budget, event_probability, gaussian_kl, sigma_hidden, sigma_output, thresholds,
};
use crate::bound::{Bound, Form, Inputs, theorem_11};
use crate::error::{Error, Result};
use crate::measure::{Count, MarginBelow, Query};
use crate::real::{Enclosure, Real, Traced};

/// Relative sensitivities in (0,1]: 2^(t/4), t <= 0. Beyond 1 a layer may move by
/// more than its own size, and only the trivial margin loss 1 is left.
const EPSILON: Scale = Scale {
    reference: 1.0,
    per_octave: 4,
};

struct Searcher<'a> {
    problem: &'a Problem<'a>,
    bound: &'static Bound,
    printed: bool,
    zeta_0: Enclosure,
    largest_input: f64,
    distance_squared: Vec<f64>,
    delta: f64,
}

/// The norms the theorem is told, and what covering them cost.
struct Norms {
    /// K+1 entries.
    xi: Vec<f64>,
    /// K entries, each the exact product of two. With a zero prior these are a
    /// grid point and xi: a rounded product would divide by xi to a number off
    /// the grid.
    nu: Vec<(f64, f64)>,
    /// The upper bounds found, K+1 and K of them.
    measured_xi: Vec<f64>,
    measured_nu: Vec<f64>,
    covered: Vec<Covered>,
}

/// A norm rounded up to a grid.
struct Covered {
    name: String,
    grid: Scale,
    t: i32,
    /// The measurement it is an upper bound on.
    covers: Option<String>,
}

pub(super) fn search(bound: &'static Bound, problem: &Problem<'_>, fixed: &Fixed) -> Result<Found> {
    let printed = bound.form == Form::AsPrinted;
    let zeta_0 = if printed {
        problem.trace.largest_norm(problem.prec)
    } else {
        problem.input_norm.clone().ok_or_else(|| {
            Error::domain(
                "a bound on ||x|| that holds almost surely",
                "inputs whose format does not bound them (give one with --input-norm)",
            )
        })?
    };
    let searcher = Searcher {
        problem,
        bound,
        printed,
        delta: problem.delta.mid_f64(),
        largest_input: zeta_0.mid_f64(),
        zeta_0,
        distance_squared: problem
            .distance_squared
            .iter()
            .map(Enclosure::mid_f64)
            .collect(),
    };
    let c = searcher.best(fixed);
    searcher.certify(&c)
}

impl Searcher<'_> {
    /// Coordinates: eps_1..eps_{K+1}, s_1..s_K, and for each hidden layer how
    /// far above its least value nu_k is put: a larger nu_k allows a larger
    /// sigma_k at the price of a larger margin threshold.
    fn best(&self, fixed: &Fixed) -> Vec<i32> {
        let k = self.problem.hidden();
        let n = 3 * k + 1;
        let mut directions = directions(n, &[0..k + 1, 0..k]);
        let s = fixed.levels(&self.problem.model.dims[1..=k]);
        let eps = fixed.epsilon.map(|e| EPSILON.nearest(e).min(0));
        // What is fixed is not moved.
        directions.retain(|d| {
            let moves = |range: std::ops::Range<usize>| d[range].iter().any(|x| *x != 0);
            !(eps.is_some() && moves(0..k + 1) || s.is_some() && moves(k + 1..2 * k + 1))
        });
        let objective = remembered(|c: &[i32]| self.objective(c));
        let mut best: Option<(Vec<i32>, f64)> = None;
        let starts = eps.map_or_else(|| vec![-48, -32, -16, 0], |t| vec![t]);
        for eps in starts {
            let mut start = vec![0; n];
            start[..=k].fill(eps);
            for (start, s) in start[k + 1..].iter_mut().zip(s.iter().flatten()) {
                *start = *s as i32;
            }
            let found = descend(&start, 8, &directions, &objective);
            if best.as_ref().is_none_or(|b| found.1 < b.1) {
                best = Some(found);
            }
        }
        best.map(|b| b.0).unwrap_or_default()
    }

    fn sparsity(&self, c: &[i32]) -> Option<Vec<usize>> {
        let k = self.problem.hidden();
        let s: Vec<usize> = c[k + 1..=2 * k]
            .iter()
            .map(|&s| usize::try_from(s).ok())
            .collect::<Option<_>>()?;
        let fits = s
            .iter()
            .enumerate()
            .all(|(i, &s)| s <= self.problem.largest_s(i + 1));
        (fits && c[..=k].iter().all(|t| (-REACH..=0).contains(t))).then_some(s)
    }

    fn norms(&self, s: &[usize], c: &[i32]) -> Option<Norms> {
        let p = self.problem;
        let k = p.hidden();
        let slack = &c[2 * k + 1..];
        if slack.iter().any(|t| !(0..=REACH).contains(t)) {
            return None;
        }
        let s_in = |layer: usize| if layer == 1 { 0 } else { s[layer - 2] };
        let mut norms = Norms {
            xi: Vec::new(),
            nu: Vec::new(),
            measured_xi: Vec::new(),
            measured_nu: Vec::new(),
            covered: Vec::new(),
        };
        for l in 1..=k + 1 {
            let measured = p.model.xi(l, s_in(l));
            // A layer of zeros: any positive number bounds it.
            let measured = if measured > 0.0 {
                measured
            } else {
                f64::MIN_POSITIVE
            };
            let xi = match p.prior {
                Some(prior) if !self.printed => norms.cover(
                    (format!("xi_{l}"), Some(names::row_norm(l, s_in(l)))),
                    cover(Some(prior.xi(l, s_in(l)))),
                    measured,
                    0,
                )?,
                _ => measured,
            };
            norms.measured_xi.push(measured);
            norms.xi.push(xi);
            if l <= k {
                let measured = p.model.nu(l, s[l - 1], s_in(l)).max(f64::MIN_POSITIVE);
                let above = slack[l - 1];
                let nu = match (self.printed, p.prior) {
                    (true, _) => (measured, cover(None).value(above)),
                    (false, Some(prior)) => {
                        let grid = cover(Some(prior.nu(l, s[l - 1], s_in(l))));
                        let covers = names::sparse_norm(l, s[l - 1], s_in(l));
                        let name = (format!("nu_{l}"), Some(covers));
                        (norms.cover(name, grid, measured, above)?, 1.0)
                    }
                    (false, None) => {
                        // At least the ratio; the product below is exact.
                        let ratio = (measured / xi).next_up();
                        let name = (format!("nu_over_xi_{l}"), None);
                        (norms.cover(name, cover(None), ratio, above)?, xi)
                    }
                };
                norms.measured_nu.push(measured);
                norms.nu.push(nu);
            }
        }
        Some(norms)
    }

    /// The standard deviations of the K+1 layers.
    fn sigma<R: Real>(&self, eps: &[R], xi: &[R], nu: &[R], s: &[usize], m: &R) -> Vec<R> {
        let shapes = self.problem.shapes(s);
        let hidden = nu.len();
        if self.bound.id.ends_with("theorem-11") {
            let width = theorem_11::effective_width(&shapes, m);
            let layers = hidden as u64 + 1;
            return eps
                .iter()
                .zip(xi)
                .map(|(e, x)| theorem_11::sigma(e, x, &width, layers, m))
                .collect();
        }
        let budget = if self.printed {
            Budget::Printed
        } else {
            Budget::Sound
        };
        let t = event_probability(m, hidden as u64, budget);
        (0..=hidden)
            .map(|k| match nu.get(k) {
                Some(nu) => sigma_hidden(&eps[k], &xi[k], nu, shapes[k], &t),
                None => sigma_output(&eps[k], &xi[k], shapes[k], &t),
            })
            .collect()
    }

    fn objective(&self, c: &[i32]) -> f64 {
        let value = || -> Option<f64> {
            let s = self.sparsity(c)?;
            let norms = self.norms(&s, c)?;
            let k = self.problem.hidden();
            let eps: Vec<f64> = c[..=k].iter().map(|&t| EPSILON.value(t)).collect();
            let trace = self.problem.trace;
            let m = trace.len() as f64;
            let nu: Vec<f64> = norms.nu.iter().map(|(a, b)| a * b).collect();
            let t = thresholds(&eps, &norms.xi, &nu, &self.largest_input);
            let loss = |factor: f64, upto: usize| {
                let conditions = conditions(&s[..upto], &t.radius, |r| factor * r);
                trace.approximate_count(f64::INFINITY, f64::NEG_INFINITY, &conditions) as f64 / m
            };
            let sigma = self.sigma(&eps, &norms.xi, &nu, &s, &m);
            let paid = c[..=k].iter().map(|&t| Scale::cost(t)).sum::<f64>()
                + s.iter().map(|&s| Sparsity::cost(s)).sum::<f64>()
                + norms.covered.iter().map(|c| Scale::cost(c.t)).sum::<f64>();
            let kl = self
                .distance_squared
                .iter()
                .zip(&sigma)
                .map(|(d, s)| gaussian_kl(d, s))
                .collect();
            let inputs = Inputs::new()
                .with("m", m)
                .with("delta", self.delta)
                .with(
                    "margin_loss",
                    trace.approximate_count(f64::INFINITY, t.margin, &[]) as f64 / m,
                )
                .with_list("sparse_loss", (1..=k).map(|k| loss(1.0, k)).collect())
                .with_list("sparse_loss_3", (1..=k).map(|k| loss(3.0, k)).collect())
                .with_list("kl", kl)
                .with("log_inverse_weight", paid);
            Some(self.bound.approximate(&inputs)).filter(|v| !v.is_nan())
        };
        value().unwrap_or(f64::INFINITY)
    }

    fn certify(&self, c: &[i32]) -> Result<Found> {
        let p = self.problem;
        let k = p.hidden();
        let out_of_reach =
            || Error::domain("norms within the a-priori grids", "a norm out of reach");
        let s = self.sparsity(c).ok_or_else(out_of_reach)?;
        let norms = self.norms(&s, c).ok_or_else(out_of_reach)?;
        let mut point = Point::default();
        for (i, &t) in c[..=k].iter().enumerate() {
            point.scale(format!("eps_{}", i + 1), &EPSILON, t);
        }
        for (i, &s) in s.iter().enumerate() {
            point.sparsity(format!("s_{}", i + 1), s);
        }
        for covered in &norms.covered {
            point.scale(covered.name.as_str(), &covered.grid, covered.t);
            if let Some(measurement) = &covered.covers {
                point.covering(measurement.as_str());
            }
        }

        let tape = Tape::new(p.prec);
        let [m, delta] = p.given(&tape);
        let zeta_0 = if self.printed {
            let about = "the largest norm of an input of the sample";
            let method = "exact sums of squares, rounded once";
            tape.measured("sample_norm", about, method, self.zeta_0.clone())
        } else {
            let about = "a bound on the norm of the inputs that holds almost surely";
            let method = "stated by the user or implied by the data's format";
            tape.measured("input_norm", about, method, self.zeta_0.clone())
        };
        let on_grid = |name: String| point.get(&name).map(|c| tape.grid(c));
        let eps = (1..=k + 1)
            .map(|l| on_grid(format!("eps_{l}")))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(out_of_reach)?;
        let (xi, nu) = self.traced_norms(&tape, &norms, &s, on_grid);
        let t = thresholds(&eps, &xi, &nu, &zeta_0);
        let sigma = self.sigma(&eps, &xi, &nu, &s, &m);

        let mut counts: Vec<(String, Count)> = Vec::new();
        let mut fraction = |name: String, query: Query| {
            let count = p.trace.count(&query);
            let fraction = tape.fraction(&name, &count, &m);
            counts.push((name, count));
            fraction
        };
        let margin = MarginBelow {
            threshold: t.margin.value.clone(),
            strict: self.printed,
        };
        let margin_loss = fraction(
            "margin_loss".into(),
            Query {
                margin: Some(margin),
                ..Query::default()
            },
        );
        let mut sparse = |name: &str, factor: i64| {
            let threshold = |r: &Traced| r.value.clone() * r.value.int(factor);
            let each = |upto: usize| {
                let activation = conditions(&s[..upto], &t.radius, threshold);
                fraction(
                    format!("{name}_{upto}"),
                    Query {
                        activation,
                        ..Query::default()
                    },
                )
            };
            (1..=k).map(each).collect::<Vec<_>>()
        };
        let (sparse_loss, sparse_loss_3) = (sparse("sparse_loss", 1), sparse("sparse_loss_3", 3));
        let kl = p
            .distances(&tape)
            .iter()
            .zip(&sigma)
            .map(|(d, s)| gaussian_kl(d, s))
            .collect();
        let inputs = Inputs::new()
            .with("m", m)
            .with("delta", delta)
            .with("margin_loss", margin_loss)
            .with_list("sparse_loss", sparse_loss)
            .with_list("sparse_loss_3", sparse_loss_3)
            .with_list("kl", kl)
            .with("log_inverse_weight", tape.log_inverse_weight(&point));
        let mut derived = vec![
            ("zeta_0".to_owned(), zeta_0),
            ("margin_threshold".into(), t.margin),
        ];
        for (name, values) in [
            ("xi", xi),
            ("nu", nu),
            ("sigma", sigma),
            ("radius_threshold", t.radius),
        ] {
            let named = values.into_iter().enumerate();
            derived.extend(named.map(|(i, x)| (format!("{name}_{}", i + 1), x)));
        }
        tape.found(self.bound, &inputs, point, derived, counts)
    }

    /// xi (K+1 entries) and nu (K entries) as the table in [`Self::norms`] has
    /// them.
    fn traced_norms(
        &self,
        tape: &Tape,
        norms: &Norms,
        s: &[usize],
        on_grid: impl Fn(String) -> Option<Traced>,
    ) -> (Vec<Traced>, Vec<Traced>) {
        let p = self.problem;
        let s_in = |layer: usize| if layer == 1 { 0 } else { s[layer - 2] };
        let (mut xi, mut nu) = (Vec::new(), Vec::new());
        for (i, &value) in norms.xi.iter().enumerate() {
            let l = i + 1;
            let row = p.row_norm(tape, l, s_in(l), norms.measured_xi[i]);
            debug_assert!(self.prior_grid() || row.value.mid_f64() == value);
            xi.push(on_grid(format!("xi_{l}")).unwrap_or(row));
        }
        for (i, measured) in norms.measured_nu.iter().enumerate() {
            let l = i + 1;
            let sparse = p.sparse_norm(tape, l, [s[i], s_in(l)], *measured);
            let value = if self.printed {
                // Above 1: a larger nu_k is allowed.
                let slack = tape.chosen(&format!("slack_{l}"), p.exact(norms.nu[i].1));
                sparse * slack
            } else if let Some(nu) = on_grid(format!("nu_{l}")) {
                nu
            } else {
                let ratio = on_grid(format!("nu_over_xi_{l}"));
                ratio.map_or(sparse, |ratio| ratio * &xi[i])
            };
            nu.push(value);
        }
        (xi, nu)
    }

    /// Whether xi is on a grid around the prior's.
    fn prior_grid(&self) -> bool {
        self.problem.prior.is_some() && !self.printed
    }
}

impl Norms {
    /// Rounds `value` up to the grid, goes `above` points further, and notes the
    /// point.
    fn cover(
        &mut self,
        (name, covers): (String, Option<String>),
        grid: Scale,
        value: f64,
        above: i32,
    ) -> Option<f64> {
        let t = grid
            .covering(value)?
            .checked_add(above)
            .filter(|t| *t <= REACH)?;
        self.covered.push(Covered {
            name,
            grid,
            t,
            covers,
        });
        Some(grid.value(t))
    }
}

/// (s_k, threshold) of the layers with s_k > 0.
fn conditions<R, S>(s: &[usize], radius: &[R], f: impl Fn(&R) -> S) -> Vec<Option<(usize, S)>> {
    s.iter()
        .zip(radius)
        .map(|(&s, r)| (s > 0).then(|| (s, f(r))))
        .collect()
}
