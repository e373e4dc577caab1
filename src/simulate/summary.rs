//! What the replicates say of each bound.

use super::{Outcome, Replicate, Spec};
use crate::bound::Bound;
use crate::real::{Enclosure, Real};
use rug::float::Round;

/// What the violations say of the claim that the bound fails with probability at
/// most delta.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They do not contradict it.
    Consistent,
    /// They do: so many are less likely than 1e-9.
    Refuted,
    /// It depends on replicates that are undecided, or nothing was compared.
    Undetermined,
}

/// A claim is called refuted if so many violations or more have a smaller
/// probability under it.
pub const SIGNIFICANCE: f64 = 1e-9;

/// One bound at one setting.
#[derive(Clone, Debug)]
pub struct BoundSummary {
    pub bound: &'static Bound,
    /// Replicates in which it was compared.
    pub compared: u64,
    /// Violations that are facts, and with those that are undecided.
    pub violations: [u64; 2],
    /// Replicates to which it does not apply: it did not fail in them.
    pub not_applicable: u64,
    /// The Clopper-Pearson interval of the violation rate: 95%.
    pub rate: Enclosure,
    /// P(Bin(n, delta) >= violations), n the replicates compared or not applicable.
    pub p_value: Enclosure,
    pub verdict: Verdict,
    /// Of the value.
    pub value: Distribution,
    /// Of the value minus the exact quantity.
    pub excess: Distribution,
    /// Of the value over the exact quantity, where that is not 0.
    pub ratio: Distribution,
}

/// One setting.
#[derive(Clone, Debug)]
pub struct SettingSummary {
    pub label: String,
    pub x: f64,
    pub replicates: u64,
    /// Of the exact risk.
    pub risk: Distribution,
    /// Of the risk minus the fraction of errors on the sample.
    pub gap: Distribution,
    /// Of the ends of the Rademacher complexity of linear functions of norm at most 1
    /// on the sample.
    pub rademacher: [Distribution; 2],
    pub bounds: Vec<BoundSummary>,
}

/// A whole run.
#[derive(Clone, Debug)]
pub struct Summary {
    pub settings: Vec<SettingSummary>,
}

/// Mean, spread and quantiles of numbers read one at a time, in memory that does
/// not grow with their number.
#[derive(Clone, Debug)]
pub struct Distribution {
    count: u64,
    mean: f64,
    squares: f64,
    least: f64,
    largest: f64,
    // Counts on a fixed scale: see `place`.
    cells: Vec<u32>,
}

/// Cells of the quantile scale: 1024 for each sign, geometric.
const CELLS: usize = 2048;

impl Default for Distribution {
    fn default() -> Self {
        Self {
            count: 0,
            mean: 0.0,
            squares: 0.0,
            least: f64::INFINITY,
            largest: f64::NEG_INFINITY,
            cells: vec![0; CELLS + 1],
        }
    }
}

/// |x| from 1e-8 to 1e8 in 1024 geometric cells of 1.8% each.
fn place(x: f64) -> usize {
    let half = CELLS / 2;
    let at = ((x.abs() / 1e-8).ln() / (1e16f64).ln() * half as f64).clamp(0.0, half as f64);
    if x >= 0.0 {
        half + at as usize
    } else {
        half - at as usize
    }
}

impl Distribution {
    fn add(&mut self, x: f64) {
        if !x.is_finite() {
            return;
        }
        self.count += 1;
        let off = x - self.mean;
        self.mean += off / self.count as f64;
        self.squares += off * (x - self.mean);
        self.least = self.least.min(x);
        self.largest = self.largest.max(x);
        self.cells[place(x)] += 1;
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Standard deviation.
    pub fn spread(&self) -> f64 {
        (self.squares / (self.count.max(2) - 1) as f64).sqrt()
    }

    /// To about 2% of its size; the ends are exact.
    pub fn quantile(&self, q: f64) -> f64 {
        let rank = (q * self.count as f64).ceil().max(1.0) as u64;
        if rank == 1 {
            return self.least;
        }
        if rank >= self.count {
            return self.largest;
        }
        let mut below = 0;
        for (cell, n) in self.cells.iter().enumerate() {
            below += u64::from(*n);
            if below >= rank {
                let half = CELLS as f64 / 2.0;
                let at = cell as f64 - half;
                let size = 1e-8 * (1e16f64).powf((at.abs() + 0.5) / half);
                let x = if at < 0.0 { -size } else { size };
                return x.clamp(self.least, self.largest);
            }
        }
        self.largest
    }
}

/// Collects replicates in any order.
pub struct Collector<'a> {
    spec: &'a Spec,
    settings: Vec<SettingSummary>,
}

impl<'a> Collector<'a> {
    pub fn new(spec: &'a Spec) -> Self {
        let prec = Enclosure::DEFAULT_PRECISION;
        let bound = |bound: &&'static Bound| BoundSummary {
            bound,
            compared: 0,
            violations: [0, 0],
            not_applicable: 0,
            rate: Enclosure::undefined(prec),
            p_value: Enclosure::undefined(prec),
            verdict: Verdict::Undetermined,
            value: Distribution::default(),
            excess: Distribution::default(),
            ratio: Distribution::default(),
        };
        let settings = spec.settings.iter().map(|s| SettingSummary {
            label: s.label.clone(),
            x: s.x,
            replicates: 0,
            risk: Distribution::default(),
            gap: Distribution::default(),
            rademacher: Default::default(),
            bounds: spec.bounds.iter().map(bound).collect(),
        });
        Self {
            settings: settings.collect(),
            spec,
        }
    }

    pub fn add(&mut self, r: &Replicate) {
        let s = &mut self.settings[r.setting];
        s.replicates += 1;
        let risk = r.risk.mid_f64();
        s.risk.add(risk);
        s.gap.add(risk - r.empirical.mid_f64());
        // Outward.
        s.rademacher[0].add(r.rademacher.lo().to_f64_round(Round::Down));
        s.rademacher[1].add(r.rademacher.hi().to_f64_round(Round::Up));
        for (b, c) in s.bounds.iter_mut().zip(&r.bounds) {
            let [sure, possible] = match c.outcome {
                Outcome::Holds => [0, 0],
                Outcome::Violated => [1, 1],
                Outcome::Undecided => [0, 1],
                Outcome::NotCompared => {
                    b.value.add(c.value.mid_f64());
                    continue;
                }
                Outcome::NotApplicable => {
                    b.not_applicable += 1;
                    continue;
                }
            };
            b.compared += 1;
            b.violations[0] += sure;
            b.violations[1] += possible;
            let (value, exact) = (c.value.mid_f64(), c.exact.mid_f64());
            b.value.add(value);
            b.excess.add(value - exact);
            b.ratio.add(value / exact);
        }
    }

    pub fn finish(mut self) -> Summary {
        for b in self.settings.iter_mut().flat_map(|s| &mut s.bounds) {
            b.conclude(self.spec.delta.value());
        }
        Summary {
            settings: self.settings,
        }
    }
}

impl BoundSummary {
    /// | P(Bin(n, delta) >= sure violations) | with the undecided ones | verdict |
    /// |---|---|---|
    /// | below the significance | - | refuted |
    /// | not below | not below | consistent |
    /// | not below | below | undetermined |
    ///
    /// A replicate to which the bound does not apply is one in which it did not
    /// fail: leaving it out would test another claim, of the samples that a network
    /// was found for.
    fn conclude(&mut self, delta: &Enclosure) {
        if self.compared == 0 {
            return;
        }
        let trials = self.compared + self.not_applicable;
        let [sure, possible] = self.violations;
        let int = |n: u64| Enclosure::integer(delta.prec(), n);
        // Half of 5% on either side.
        let level = delta.ratio(1, 40);
        let upper = level.binomial_upper(&int(possible), &int(trials));
        let lower = int(1) - level.binomial_upper(&int(trials - sure), &int(trials));
        self.rate = lower.hull(&upper);
        self.p_value = binomial_tail(trials, delta, sure);
        let with_undecided = binomial_tail(trials, delta, possible);
        let significance = Enclosure::exact(delta.prec(), SIGNIFICANCE);
        self.verdict = if self.p_value.certainly_lt(&significance) {
            Verdict::Refuted
        } else if significance.certainly_le(&with_undecided) {
            Verdict::Consistent
        } else {
            Verdict::Undetermined
        };
    }
}

/// P(Bin(n, p) >= k) for p in (0,1), summed term by term; undefined for n beyond
/// 2^31, which no run has.
pub fn binomial_tail(n: u64, p: &Enclosure, k: u64) -> Enclosure {
    let one = p.int(1);
    if k == 0 {
        return one;
    }
    let Ok(power) = i32::try_from(n) else {
        return Enclosure::undefined(p.prec());
    };
    let int = |n: u64| Enclosure::integer(p.prec(), n);
    let other = one.clone() - p;
    let odds = p.clone() / &other;
    let mut term = other.powi(power);
    let mut above = p.int(0);
    for j in 0..n {
        if j >= k {
            above = above + &term;
        }
        term = term * int(n - j) / int(j + 1) * &odds;
    }
    // The last, j = n; none if k > n.
    let above = if k <= n { above + &term } else { above };
    above.min(&one)
}
