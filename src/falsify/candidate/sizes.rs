//! How large a setting is, and what it may cost.

use super::{Candidate, Gene, geometric};

/// What the quickest and the slowest settings may cost, in nanoseconds: see
/// [`Candidate::cost`].
const LEAST_COST: f64 = 4e6;
const MOST_COST: f64 = 6e8;

/// The sizes that may be made smaller.
const SHRINKING: [fn(&mut Sizes) -> &mut usize; 7] = [
    |s| &mut s.dim,
    |s| &mut s.m,
    |s| &mut s.support,
    |s| &mut s.steps,
    |s| &mut s.batch,
    |s| &mut s.width,
    |s| &mut s.hidden,
];

#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pub m: usize,
    pub dim: usize,
    pub support: usize,
    pub classes: usize,
    pub test: usize,
    pub width: usize,
    pub hidden: usize,
    pub steps: usize,
    pub batch: usize,
}

impl Candidate {
    pub(super) fn sizes(&self, held_out: bool) -> Sizes {
        // Skewed: tiny settings are a part of the search, not most of it.
        let skewed =
            |gene: Gene, low: f64, high: f64| geometric(self.gene(gene).powf(0.7), low, high);
        let mut sizes = Sizes {
            m: skewed(Gene::M, 2.0, 2000.0),
            dim: skewed(Gene::Dim, 1.0, 8192.0),
            support: skewed(Gene::Support, 2.0, 4000.0),
            classes: geometric(self.gene(Gene::Classes), 2.0, 60.0),
            test: if held_out {
                geometric(self.gene(Gene::Test), 1.0, 1000.0)
            } else {
                1
            },
            width: geometric(self.gene(Gene::Width), 1.0, 512.0),
            hidden: geometric(self.gene(Gene::HiddenWidth), 1.0, 128.0),
            steps: geometric(self.gene(Gene::Steps), 1.0, 400.0),
            batch: geometric(self.gene(Gene::Batch), 1.0, 100.0),
        };
        self.adapt(&mut sizes);
        // What takes too long is made smaller until it does not: each time the size
        // that matters most.
        let limit = LEAST_COST
            * (MOST_COST / LEAST_COST * self.share).powf(self.gene(Gene::Effort).powf(0.6));
        while self.cost(&sizes) > limit {
            let smaller = (0..SHRINKING.len()).map(|i| {
                let mut next = sizes;
                let size = SHRINKING[i](&mut next);
                *size = (*size * 4 / 5).max(1);
                self.adapt(&mut next);
                (self.cost(&next), next)
            });
            match smaller.reduce(|a, b| if b.0 < a.0 { b } else { a }) {
                Some((cost, next)) if cost < self.cost(&sizes) => sizes = next,
                _ => break,
            }
        }
        sizes
    }

    /// What the kinds demand of the sizes.
    fn adapt(&self, s: &mut Sizes) {
        (s.m, s.support) = (s.m.max(2), s.support.max(2));
        match self.population {
            "xor" => (s.classes, s.dim) = (2, s.dim.max(2)),
            "gaussian" => (s.classes, s.support) = (2, 1),
            "templates" => s.dim = 64,
            "hadamard" => {
                s.dim = (s.dim + 1).next_power_of_two() / 2;
                s.support = s.dim;
            }
            _ => {}
        }
    }

    /// About how many nanoseconds a replicate takes; out of any limit beyond what
    /// memory and the worst learner allow.
    fn cost(&self, s: &Sizes) -> f64 {
        // Measured on one core, roughly.
        const GRAM: f64 = 0.1;
        const CUBE: f64 = 0.4;
        const POSITION: f64 = 2000.0;
        const ROW: f64 = 0.5;
        const NORMS: f64 = 2000.0;
        const DRAW: f64 = 20.0;
        const TIE: f64 = 60.0;
        const NUMBERS: usize = 1 << 23;
        // Beyond these it is refused, not slow: out of any limit.
        const BEYOND: f64 = 1e12;
        const WORST: usize = 4000;
        let numbers = s.support.max(s.m) * s.dim;
        if numbers > NUMBERS || (self.learner == "worst" && s.support > WORST) {
            return BEYOND * (numbers as f64 + s.support as f64);
        }
        let f = |n: usize| n as f64;
        let (m, n, dim) = (f(s.m), f(s.support), f(s.dim));
        let random = self.learner != "sgd" && self.features() == "random";
        let read = if random { f(s.width) } else { dim };
        let features = if random { dim * f(s.width) } else { 0.0 };
        let (parameters, learning) = match self.learner {
            "sgd" => {
                let first = if self.depth() == 0 {
                    f(s.classes)
                } else {
                    f(s.hidden)
                };
                let further = f(self.depth()) * f(s.hidden) * f(s.hidden.max(s.classes));
                let parameters = dim * first + further;
                (parameters, 6.0 * parameters * f(s.batch) * f(s.steps))
            }
            learner => {
                let rows = if learner == "worst" { n } else { m };
                let gram = rows * rows * (GRAM * read + CUBE * rows);
                let head = read * f(s.classes);
                (
                    features + head,
                    if learner == "nearest-mean" { 0.0 } else { gram },
                )
            }
        };
        let positions = match self.learner {
            "sgd" => 1.0,
            _ if self.features() == "positions" => dim,
            _ => 1.0,
        };
        let deep = random || (self.learner == "sgd" && self.depth() > 0);
        let (hidden, random_width) = (f(s.hidden), f(s.width));
        let units = if random { random_width } else { hidden };
        let operator = if deep {
            CUBE * dim * units.powi(2)
        } else {
            0.0
        };
        // A population is drawn once, for one replicate at first.
        let drawn = match self.population {
            "gaussian" => m * dim * 2.0,
            _ => n * dim,
        };
        let measuring =
            POSITION * positions + parameters * (ROW * (m + n + f(s.test)) + NORMS) + operator;
        // Rows that were not seen give outputs of nearly 0: exact arithmetic decides.
        let ties = match self.population {
            "hadamard" => TIE * n * parameters,
            _ => 0.0,
        };
        learning + measuring + ties + DRAW * (drawn + features)
    }
}
