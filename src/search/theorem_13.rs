//! Parameters of Theorem 13, and of Theorem 11 read in its expanded form.
//!
//! | form       | ||x|| <= M_X      | xi, nu            | budget | margin |
//! |------------|-------------------|-------------------|--------|--------|
//! | as-printed | over the sample   | as measured       | K+1    | <      |
//! | sound      | almost surely     | on a paid grid    | 2K+1   | <=     |
//!
//! With a zero prior the network may be divided by xi layer by layer without
//! changing a decision, so xi is free and only nu/xi is covered on a grid.

use super::descend::{descend, directions};
use super::grid::{Point, REACH, Scale, Sparsity};
use super::single_shot::cover;
use super::{Found, Problem};
use crate::bound::theorem_13::{
    Budget, event_probability, gaussian_kl, sigma_hidden, sigma_output, thresholds,
};
use crate::bound::{Bound, Form, Inputs, theorem_11};
use crate::error::{Error, Result};
use crate::measure::{Count, MarginBelow, Query};
use crate::real::{Enclosure, Real};

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
    distance_squared: Vec<f64>,
}

/// The norms the theorem is told, and what covering them cost.
struct Norms {
    /// K+1 entries.
    xi: Vec<f64>,
    /// K entries, each the exact product of two. With a zero prior these are a
    /// grid point and xi: a rounded product would divide by xi to a number off
    /// the grid.
    nu: Vec<(f64, f64)>,
    covered: Vec<(String, Scale, i32)>,
}

pub(super) fn search(bound: &'static Bound, problem: &Problem<'_>) -> Result<Found> {
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
        zeta_0,
        distance_squared: problem
            .distance_squared
            .iter()
            .map(Enclosure::mid_f64)
            .collect(),
    };
    let c = searcher.best();
    searcher
        .certify(&c)
        .ok_or_else(|| Error::domain("norms within the a-priori grids", "a norm out of reach"))
}

impl Searcher<'_> {
    /// Coordinates: eps_1..eps_{K+1}, s_1..s_K, and for each hidden layer how
    /// far above its least value nu_k is put: a larger nu_k allows a larger
    /// sigma_k at the price of a larger margin threshold.
    fn best(&self) -> Vec<i32> {
        let k = self.problem.hidden();
        let n = 3 * k + 1;
        let directions = directions(n, &[0..k + 1, 0..k]);
        let mut best: Option<(Vec<i32>, f64)> = None;
        for eps in [-48, -32, -16, 0] {
            let mut start = vec![0; n];
            start[..=k].fill(eps);
            let found = descend(&start, 8, &directions, |c| self.objective(c));
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
                    format!("xi_{l}"),
                    cover(Some(prior.xi(l, s_in(l)))),
                    measured,
                    0,
                )?,
                _ => measured,
            };
            norms.xi.push(xi);
            if l <= k {
                let measured = p.model.nu(l, s[l - 1], s_in(l)).max(f64::MIN_POSITIVE);
                let above = slack[l - 1];
                let nu = match (self.printed, p.prior) {
                    (true, _) => (measured, cover(None).value(above)),
                    (false, Some(prior)) => {
                        let grid = cover(Some(prior.nu(l, s[l - 1], s_in(l))));
                        (norms.cover(format!("nu_{l}"), grid, measured, above)?, 1.0)
                    }
                    (false, None) => {
                        // At least the ratio; the product below is exact.
                        let ratio = (measured / xi).next_up();
                        (
                            norms.cover(format!("nu_over_xi_{l}"), cover(None), ratio, above)?,
                            xi,
                        )
                    }
                };
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
            let t = thresholds(&eps, &norms.xi, &nu, &self.zeta_0.mid_f64());
            let loss = |factor: f64, upto: usize| {
                let conditions = conditions(&s[..upto], &t.radius, |r| factor * r);
                trace.approximate_count(f64::INFINITY, f64::NEG_INFINITY, &conditions) as f64 / m
            };
            let sigma = self.sigma(&eps, &norms.xi, &nu, &s, &m);
            let ln = |x: rug::Rational| x.to_f64().ln();
            let paid = c[..=k]
                .iter()
                .map(|&t| ln(Scale::inverse_weight(t)))
                .sum::<f64>()
                + s.iter()
                    .map(|&s| ln(Sparsity::inverse_weight(s)))
                    .sum::<f64>()
                + norms
                    .covered
                    .iter()
                    .map(|(_, _, t)| ln(Scale::inverse_weight(*t)))
                    .sum::<f64>();
            let kl = self
                .distance_squared
                .iter()
                .zip(&sigma)
                .map(|(d, s)| gaussian_kl(d, s))
                .collect();
            let inputs = Inputs::new()
                .with("m", m)
                .with("delta", self.problem.delta.mid_f64())
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

    fn certify(&self, c: &[i32]) -> Option<Found> {
        let p = self.problem;
        let k = p.hidden();
        let s = self.sparsity(c)?;
        let norms = self.norms(&s, c)?;
        let mut point = Point::default();
        for (i, &t) in c[..=k].iter().enumerate() {
            point.scale(format!("eps_{}", i + 1), &EPSILON, t);
        }
        for (i, &s) in s.iter().enumerate() {
            point.sparsity(format!("s_{}", i + 1), s);
        }
        for (name, grid, t) in &norms.covered {
            point.scale(name.as_str(), grid, *t);
        }
        let exact = |xs: &[f64]| xs.iter().map(|&x| p.exact(x)).collect::<Vec<_>>();
        let eps = exact(
            &c[..=k]
                .iter()
                .map(|&t| EPSILON.value(t))
                .collect::<Vec<_>>(),
        );
        let xi = exact(&norms.xi);
        // Two f64 multiply exactly at 106 bits or more.
        let nu: Vec<_> = norms
            .nu
            .iter()
            .map(|&(a, b)| p.exact(a) * p.exact(b))
            .collect();
        let t = thresholds(&eps, &xi, &nu, &self.zeta_0);
        let sigma = self.sigma(&eps, &xi, &nu, &s, &p.m());

        let mut counts: Vec<(String, Count)> = Vec::new();
        let mut fraction = |name: String, query: Query| {
            let count = p.trace.count(&query);
            counts.push((name, count));
            count.fraction(p.prec, p.trace.len())
        };
        let margin = MarginBelow {
            threshold: t.margin.clone(),
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
            let each = |upto: usize| {
                let activation = conditions(&s[..upto], &t.radius, |r| r.clone() * r.int(factor));
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
        let inputs = Inputs::new()
            .with("m", p.m())
            .with("delta", p.delta.clone())
            .with("margin_loss", margin_loss)
            .with_list("sparse_loss", sparse("sparse_loss", 1))
            .with_list("sparse_loss_3", sparse("sparse_loss_3", 3))
            .with_list(
                "kl",
                p.distance_squared
                    .iter()
                    .zip(&sigma)
                    .map(|(d, s)| gaussian_kl(d, s))
                    .collect(),
            )
            .with("log_inverse_weight", point.log_inverse_weight(p.prec));
        let mut parameters = vec![
            ("zeta_0".to_owned(), self.zeta_0.clone()),
            ("margin_threshold".into(), t.margin),
        ];
        let named = |name: &str, xs: Vec<Enclosure>| {
            xs.into_iter()
                .enumerate()
                .map(|(i, x)| (format!("{name}_{}", i + 1), x))
                .collect::<Vec<_>>()
        };
        parameters.extend(named("xi", xi));
        parameters.extend(named("nu", nu));
        parameters.extend(named("sigma", sigma));
        parameters.extend(named("radius_threshold", t.radius));
        Some(Found {
            bound: self.bound,
            inputs,
            point,
            parameters,
            counts,
        })
    }
}

impl Norms {
    /// Rounds `value` up to the grid, goes `above` points further, and notes the
    /// point.
    fn cover(&mut self, name: String, grid: Scale, value: f64, above: i32) -> Option<f64> {
        let t = grid
            .covering(value)?
            .checked_add(above)
            .filter(|t| *t <= REACH)?;
        self.covered.push((name, grid, t));
        Some(grid.value(t))
    }
}

/// (s_k, threshold) of the layers with s_k > 0.
fn conditions<R>(s: &[usize], radius: &[R], f: impl Fn(&R) -> R) -> Vec<Option<(usize, R)>> {
    s.iter()
        .zip(radius)
        .map(|(&s, r)| (s > 0).then(|| (s, f(r))))
        .collect()
}
