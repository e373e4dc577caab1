//! Counts and ramp losses, from rows of the sample evaluated exactly.
//!
//! *All rows.* A row meets a condition for every threshold of its enclosure, or
//! for some: the stated count must be between the two numbers of rows.
//!
//! *Some rows.* N rows drawn without replacement from m, of which between `sure`
//! and `possible` meet the condition, where [lo, hi] of m are stated to. The count
//! is refused if sure > hi or N - possible > m - lo: then no such sample exists.
//! And if P(X >= sure) < 1e-9 for X hypergeometric with hi of m, or P(X <=
//! possible) < 1e-9 with lo: the probabilities are exact sums. A ramp loss is
//! compared by Hoeffding's inequality at the same level.

use super::super::format::{Count, Entry};
use super::super::number::Interval;
use super::super::{Check, Fault, Outcome};
use super::exact::{Exact, Passage};
use super::{Finding, Problem, open};
use crate::data::Sample;
use crate::network::Graph;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use rug::{Float, Integer, Rational};
use std::collections::BTreeSet;

/// Which rows are evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    All,
    Some { number: usize, seed: u64 },
}

impl Rows {
    fn of(self, sample: &Sample) -> Vec<usize> {
        match self {
            Self::Some { number, seed } if number < sample.len() => {
                // Floyd's algorithm: every subset with the same probability.
                let mut rng = ChaCha8Rng::seed_from_u64(seed);
                let mut drawn = BTreeSet::new();
                for last in sample.len() - number..sample.len() {
                    let row = rng.random_range(0..=last);
                    if !drawn.insert(row) {
                        drawn.insert(last);
                    }
                }
                drawn.into_iter().collect()
            }
            _ => (0..sample.len()).collect(),
        }
    }
}

/// Probability below which a sample refutes a count.
const LEVEL: f64 = 1e-9;

/// What is asked of a row.
enum Ask {
    /// Any of: norm above, margin at most (or below), activation of layer k below.
    Meets {
        norm: Option<Interval>,
        margin: Option<(Interval, bool)>,
        /// Hidden layer from 0, s, threshold.
        activation: Vec<(usize, usize, Interval)>,
    },
    /// min(1, max(0, 1 - margin/gamma)).
    Ramp(Interval),
}

struct Query {
    name: String,
    ask: Ask,
    /// Ends of the stated count, or of the stated mean.
    stated: Interval,
}

fn margin_at_most(threshold: Interval, strict: bool) -> Ask {
    Ask::Meets {
        norm: None,
        margin: Some((threshold, strict)),
        activation: Vec::new(),
    }
}

fn ends(count: &Count) -> Check<Interval> {
    let ends = Interval::new(Rational::from(count.lo), Rational::from(count.hi));
    ends.ok_or(Fault::Rejected("a reversed count".into()))
}

impl Problem<'_> {
    /// All counts and ramp losses of the certificate.
    pub(super) fn counts(&self, rows: Rows) -> Check<Vec<Finding>> {
        let c = self.c;
        let mut found = Vec::new();
        let errors = |name: &str, count: &Count| -> Check<Query> {
            Ok(Query {
                name: name.into(),
                ask: margin_at_most(Interval::point(0), false),
                stated: ends(count)?,
            })
        };
        let mut queries = vec![errors("errors on the sample", &c.sample.errors)?];
        for entry in &c.results {
            queries.extend(self.queries(entry)?);
        }
        found.extend(judge(self.graph(), &self.loaded.sample, rows, &queries)?);
        if let (Some(h), Some(test)) = (&c.baseline.network_on_test, &self.loaded.test) {
            let queries = [errors("errors on the test sample", &h.errors)?];
            found.extend(judge(self.graph(), test, rows, &queries)?);
        }
        if let (Some(h), Some(prior)) = (&c.baseline.prior_on_sample, &self.loaded.prior) {
            let queries = [errors("errors of the prior network", &h.errors)?];
            found.extend(judge(&prior.graph, &self.loaded.sample, rows, &queries)?);
        }
        Ok(found)
    }

    fn queries(&self, entry: &Entry) -> Check<Vec<Query>> {
        let mut all = Vec::new();
        let sparsity = |k: usize| {
            let g = entry.grid.iter().find(|g| g.name == format!("s_{k}"));
            g.and_then(|g| usize::try_from(g.t).ok()).unwrap_or(0)
        };
        let hidden = self.shapes.len() - 2;
        let radii =
            |upto: usize, factor: u32, name: &str| -> Check<Vec<(usize, usize, Interval)>> {
                let mut all = Vec::new();
                for k in (1..=upto).filter(|k| sparsity(*k) > 0) {
                    let threshold = self.derived(entry, &format!("{name}_{k}"))?;
                    all.push((k - 1, sparsity(k), threshold.mul(&Interval::point(factor))));
                }
                Ok(all)
            };
        for (name, count) in &entry.counts.0 {
            let layer = name.rsplit_once('_').and_then(|(_, k)| k.parse().ok());
            let threshold = |name: &str| self.derived(entry, name);
            let ask = match (entry.bound.as_str(), name.as_str(), layer) {
                ("test-set/clopper-pearson", ..) => continue,
                ("muthukumar-sulam-2023/single-shot", "unsafe", _) => {
                    let zeta = entry.grid.iter().find(|g| g.name == "zeta_0");
                    let zeta = zeta.map(super::super::grid::entry).transpose()?;
                    Ask::Meets {
                        norm: zeta,
                        margin: Some((threshold("margin_threshold")?, false)),
                        activation: radii(hidden, 1, "activation_threshold")?,
                    }
                }
                (_, "unsafe", _) => Ask::Meets {
                    norm: Some(threshold("zeta_0")?),
                    margin: Some((threshold("margin_threshold")?, false)),
                    activation: Vec::new(),
                },
                (bound, "margin_loss", _) if bound.starts_with("muthukumar") => {
                    margin_at_most(threshold("margin_threshold")?, entry.form == "as-printed")
                }
                (_, "margin_loss", _) => margin_at_most(threshold("gamma")?, false),
                (_, name, Some(k)) if name.starts_with("sparse_loss_3_") => Ask::Meets {
                    norm: None,
                    margin: None,
                    activation: radii(k, 3, "radius_threshold")?,
                },
                (_, _, Some(k)) => Ask::Meets {
                    norm: None,
                    margin: None,
                    activation: radii(k, 1, "radius_threshold")?,
                },
                _ => return Err(open("a count that is not known")),
            };
            all.push(Query {
                name: format!("{}:{} {name}", entry.bound, entry.form),
                ask,
                stated: ends(count)?,
            });
        }
        for m in entry.measurements.iter().filter(|m| m.name == "ramp_loss") {
            let claim = super::super::format::Claim::parse(&m.lo, &m.hi);
            if let Some(stated) = claim.as_ref().and_then(|c| c.known()) {
                all.push(Query {
                    name: format!("{}:{} ramp_loss", entry.bound, entry.form),
                    ask: Ask::Ramp(self.derived(entry, "gamma")?),
                    stated: stated.clone(),
                });
            }
        }
        Ok(all)
    }
}

/// Of one row and one query: 1 or 0 for surely and possibly meeting it; or the ends
/// of its ramp.
type Answer = [Rational; 2];

fn judge(graph: &Graph, sample: &Sample, rows: Rows, queries: &[Query]) -> Check<Vec<Finding>> {
    let Some(exact) = Exact::new(graph, sample.scale()) else {
        return Ok(queries
            .iter()
            .map(|q| super::not_measured(&q.name))
            .collect());
    };
    let chosen = rows.of(sample);
    let zero = || vec![[Rational::new(), Rational::new()]; queries.len()];
    let add = |mut sums: Vec<Answer>, one: Vec<Answer>| {
        for (sum, x) in sums.iter_mut().zip(one) {
            sum[0] += &x[0];
            sum[1] += &x[1];
        }
        sums
    };
    let convs: Vec<usize> = graph.convs().map(|(i, _)| i).collect();
    let sums = chosen
        .par_iter()
        .map(|&i| {
            let stored = sample.rows_at(&[i]);
            let passage = exact.pass(&stored.iter().copied().collect::<Vec<f64>>());
            let label = usize::from(sample.labels()[i]);
            let row = Row::new(&exact, passage, label, &convs);
            queries
                .iter()
                .map(|q| row.answer(&q.ask))
                .collect::<Vec<Answer>>()
        })
        .reduce(zero, add);
    let one = |(q, sum): (&Query, &Answer)| finding(q, sum, chosen.len(), sample.len());
    Ok(queries.iter().zip(&sums).map(one).collect())
}

/// A row's values, q times the actual ones.
struct Row<'a> {
    unit: &'a Integer,
    passage: Passage,
    margin: Rational,
    convs: &'a [usize],
}

impl<'a> Row<'a> {
    fn new(exact: &'a Exact<'_>, passage: Passage, label: usize, convs: &'a [usize]) -> Self {
        let mut margin = Rational::new();
        if let Some(output) = passage.values.last()
            && let Some(own) = output.entries.get(label)
        {
            let others = output
                .entries
                .iter()
                .enumerate()
                .filter(|(j, _)| *j != label);
            if let Some(best) = others.map(|(_, x)| x).max() {
                margin = output.rational(&Integer::from(own - best));
            }
        }
        Self {
            unit: exact.unit(),
            passage,
            margin,
            convs,
        }
    }

    fn times_unit(&self, x: &Rational) -> Rational {
        Rational::from(x * self.unit)
    }

    fn answer(&self, ask: &Ask) -> Answer {
        let (norm, margin, activation) = match ask {
            Ask::Ramp(gamma) => return self.ramp(gamma),
            Ask::Meets {
                norm,
                margin,
                activation,
            } => (norm, margin, activation),
        };
        let (mut sure, mut possible) = (false, false);
        let mut note = |s: bool, p: bool| {
            sure |= s;
            possible |= p;
        };
        if let Some(norm) = norm {
            let input = &self.passage.values[0];
            let sum: Integer = input.entries.iter().map(Integer::square_ref).sum();
            let square = Rational::from(sum) << (2 * input.exponent);
            let over = |end: &Rational| {
                let end = self.times_unit(end);
                square > Rational::from(&end * &end)
            };
            note(over(norm.hi()), over(norm.lo()));
        }
        if let Some((threshold, strict)) = margin {
            let below = |end: &Rational| {
                let end = self.times_unit(end);
                self.margin < end || (!strict && self.margin == end)
            };
            note(below(threshold.lo()), below(threshold.hi()));
        }
        for (layer, s, threshold) in activation {
            let Some(values) = self.convs.get(*layer).map(|i| &self.passage.values[*i]) else {
                continue;
            };
            // The s-th largest of -z is minus the s-th least of z.
            let mut sorted: Vec<&Integer> = values.entries.iter().collect();
            sorted.sort_unstable();
            if let Some(z) = sorted.get(s.wrapping_sub(1)) {
                let a = -values.rational(z);
                let below = |end: &Rational| a < self.times_unit(end);
                note(below(threshold.lo()), below(threshold.hi()));
            }
        }
        [sure, possible].map(|met| Rational::from(u32::from(met)))
    }

    /// The ramp rises with gamma where the margin is positive, else it is 1.
    fn ramp(&self, gamma: &Interval) -> Answer {
        let at = |gamma: &Rational| {
            let ratio = self.margin.clone() / self.times_unit(gamma);
            let value = Rational::from(1) - ratio;
            let value = value.clamp(&Rational::new(), &Rational::from(1));
            // Shorter, so that sums stay short: to either side.
            (value.clone() << 200u32).floor() >> 200u32
        };
        let ulp = Rational::from(1) >> 200u32;
        [at(gamma.lo()), at(gamma.hi()) + ulp]
    }
}

fn finding(q: &Query, sum: &Answer, rows: usize, m: usize) -> Finding {
    let (lo, hi) = (q.stated.lo(), q.stated.hi());
    let verified = |note: String| Finding::new(&q.name, Outcome::Verified, note);
    let rejected = |note: String| Finding::new(&q.name, Outcome::Rejected, note);
    match (&q.ask, rows == m) {
        (Ask::Meets { .. }, true) => {
            if *lo <= sum[0] && sum[1] <= *hi {
                verified(format!("all {m} rows"))
            } else {
                rejected(format!("{} to {} of {m} rows meet it", sum[0], sum[1]))
            }
        }
        (Ask::Ramp(_), true) => {
            let mean = |x: &Rational| Rational::from(x / m as u64);
            if mean(&sum[0]) <= *hi && *lo <= mean(&sum[1]) {
                verified(format!("all {m} rows"))
            } else {
                rejected("the mean over all rows is another".into())
            }
        }
        (Ask::Meets { .. }, false) => {
            let whole = |x: &Rational| x.numer().to_u64().unwrap_or(u64::MAX);
            let (sure, possible) = (whole(&sum[0]), whole(&sum[1]));
            let (m, n) = (m as u64, rows as u64);
            let above = tail(m, whole(hi).min(m), n, sure..=n);
            let below = tail(m, whole(lo).min(m), n, 0..=possible);
            let least = above.min(below);
            let text = format!("{sure} of {n} rows, probability {least:.2e}");
            // Impossible samples have the probability 0.
            if least < LEVEL {
                rejected(text)
            } else {
                verified(text)
            }
        }
        (Ask::Ramp(_), false) => {
            let slack = ((2.0 / LEVEL).ln() / (2.0 * rows as f64)).sqrt();
            let mean = |x: &Rational| Rational::from(x / rows as u64).to_f64();
            let (low, high) = (mean(&sum[0]), mean(&sum[1]));
            let text = format!("mean {low:.4} of {rows} rows, within {slack:.4}");
            if low - slack > hi.to_f64() || high + slack < lo.to_f64() {
                rejected(text)
            } else {
                verified(text)
            }
        }
    }
}

/// P(X in range) for the number X of marked ones among n drawn without replacement
/// from m, of which k are marked; an exact sum, rounded once.
fn tail(m: u64, k: u64, n: u64, range: std::ops::RangeInclusive<u64>) -> f64 {
    let choose = |n: u64, k: u64| Integer::from(n).binomial(k as u32);
    let possible = n.saturating_sub(m - k)..=n.min(k);
    let inside = range.filter(|x| possible.contains(x));
    let sum: Integer = inside.map(|x| choose(k, x) * choose(m - k, n - x)).sum();
    // To nearest: `Rational::to_f64` truncates.
    Float::with_val(53, Rational::from((sum, choose(m, n)))).to_f64()
}

#[cfg(test)]
mod tests {
    use super::tail;

    #[test]
    fn tails_of_draws_without_replacement() {
        // 2 of 5 are marked, 2 are drawn: none with 3/10, both with 1/10.
        assert_eq!(tail(5, 2, 2, 0..=0), 0.3);
        assert_eq!(tail(5, 2, 2, 2..=2), 0.1);
        assert_eq!(tail(5, 2, 2, 0..=2), 1.0);
        // All are marked: an unmarked one is impossible.
        assert_eq!(tail(5, 5, 2, 0..=1), 0.0);
    }
}
