//! A setting as a point of the unit cube: what the search moves in.
//!
//! Genes are numbers in \[0, 1\]; [`Candidate::text`] reads them as a simulation's
//! TOML. A gene that the kinds of population and learner do not need is not read,
//! so that a mutation of it changes nothing and one of the kinds keeps the rest.

mod sizes;
mod text;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// Kinds of population searched: all that need no file.
pub const POPULATIONS: [&str; 9] = [
    "signs",
    "hadamard",
    "clusters",
    "duplicates",
    "sparse",
    "teacher",
    "xor",
    "templates",
    "gaussian",
];
/// Kinds of learner searched: all that need no file.
pub const LEARNERS: [&str; 4] = ["ridge", "worst", "nearest-mean", "sgd"];

/// What a gene is read as.
#[derive(Clone, Copy)]
enum Gene {
    M,
    Dim,
    Support,
    Classes,
    Flipped,
    Scale,
    Shape,
    Stray,
    PopulationSeed,
    Features,
    Width,
    Ridge,
    Margin,
    Depth,
    HiddenWidth,
    Steps,
    Batch,
    Rate,
    Momentum,
    Loss,
    Penalty,
    Prior,
    Fraction,
    PriorSteps,
    Test,
    Effort,
}
const GENES: usize = Gene::Effort as usize + 1;

/// A population, a learner and their parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// One of [`POPULATIONS`].
    pub population: &'static str,
    /// One of [`LEARNERS`].
    pub learner: &'static str,
    genes: [f64; GENES],
    /// What a replicate may cost, over all that one ever may.
    share: f64,
}

/// What the settings of a search have in common.
pub(super) struct Frame<'a> {
    pub bound: &'a str,
    pub delta: &'a str,
    /// Whether the bound reads held-out rows; others draw one only.
    pub held_out: bool,
}

/// Whether such a learner runs on such a population at all.
pub(super) fn fits(population: &str, learner: &str) -> bool {
    // On Gaussian inputs the risk has a closed form for linear networks only, and
    // there are no points for the worst learner to fail on.
    population != "gaussian" || learner != "worst"
}

/// Generator of a numbered choice.
pub(super) fn generator(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Integer from `low` to `high`, on a logarithmic scale.
fn geometric(gene: f64, low: f64, high: f64) -> usize {
    (low * (high / low).powf(gene)).round() as usize
}

impl Candidate {
    pub(super) fn random(
        population: &'static str,
        learner: &'static str,
        share: f64,
        rng: &mut ChaCha8Rng,
    ) -> Self {
        Self {
            population,
            learner,
            share,
            genes: std::array::from_fn(|_| rng.random_range(0.0..1.0)),
        }
    }

    /// The same with far more inputs than points and a learner that just fits the
    /// sample: where a bound by norms of the weights is most strained.
    pub(super) fn interpolating(mut self) -> Self {
        use Gene::*;
        let into = [
            (M, 0.75, 1.0),
            (Dim, 0.75, 1.0),
            (Support, 0.8, 1.0),
            (Classes, 0.3, 1.0),
            (Scale, 0.1, 0.6),
            (Features, 0.25, 0.65),
            (Ridge, 0.0, 0.5),
            (Margin, 0.2, 0.4),
            (Effort, 0.5, 1.0),
        ];
        for (gene, low, high) in into {
            let x = &mut self.genes[gene as usize];
            *x = low + (high - low) * *x;
        }
        self
    }

    /// A neighbour: a few genes moved by little or much, now and then one anew, or
    /// another kind of population or learner, of those in `pairs`, with these genes.
    pub(super) fn mutated(
        &self,
        pairs: &[(&'static str, &'static str)],
        share: f64,
        rng: &mut ChaCha8Rng,
    ) -> Self {
        let mut next = Self {
            share,
            ..self.clone()
        };
        if rng.random_bool(0.1) {
            (next.population, next.learner) = pairs[rng.random_range(0..pairs.len())];
        }
        let reach = 10f64.powf(rng.random_range(-2.0..-0.4));
        let read = next.read();
        for _ in 0..rng.random_range(1..=4) {
            let gene = &mut next.genes[read[rng.random_range(0..read.len())] as usize];
            if rng.random_bool(0.1) {
                *gene = rng.random_range(0.0..1.0);
            } else {
                let step: f64 = StandardNormal.sample(rng);
                *gene = (*gene + reach * step).clamp(0.0, 1.0);
            }
        }
        next
    }

    /// A step along the difference of two others, as in differential evolution:
    /// its length and direction are those in which the good settings differ.
    pub(super) fn moved(&self, [a, b]: [&Self; 2], share: f64, rng: &mut ChaCha8Rng) -> Self {
        let mut next = Self {
            share,
            ..self.clone()
        };
        let factor = rng.random_range(0.4..0.9);
        for gene in next.read() {
            let i = gene as usize;
            if rng.random_bool(0.7) {
                let step = factor * (a.genes[i] - b.genes[i]);
                next.genes[i] = (next.genes[i] + step).clamp(0.0, 1.0);
            }
        }
        next
    }

    /// The genes that its kinds read; moving another changes nothing.
    fn read(&self) -> Vec<Gene> {
        use Gene::*;
        let mut read = vec![M, Dim, Classes, Flipped, PopulationSeed, Effort, Test];
        match self.population {
            "gaussian" => {}
            "templates" => read.extend([Support, Shape]),
            "sparse" => read.extend([Support, Scale, Shape, Stray]),
            "clusters" | "teacher" | "duplicates" => read.extend([Support, Scale, Shape]),
            "hadamard" => read.push(Scale),
            _ => read.extend([Support, Scale]),
        }
        match self.learner {
            "sgd" => read.extend([
                Depth,
                HiddenWidth,
                Steps,
                Batch,
                Rate,
                Momentum,
                Loss,
                Penalty,
                Prior,
                Fraction,
                PriorSteps,
            ]),
            "nearest-mean" => read.push(Features),
            _ => read.extend([Features, Ridge, Margin]),
        }
        if self.learner != "sgd" && self.features() == "random" {
            read.push(Width);
        }
        read
    }

    fn gene(&self, gene: Gene) -> f64 {
        self.genes[gene as usize]
    }

    fn depth(&self) -> usize {
        match self.population {
            "gaussian" => 0,
            _ => (self.gene(Gene::Depth) * 3.99) as usize,
        }
    }

    fn features(&self) -> &'static str {
        match (self.population, self.gene(Gene::Features)) {
            ("gaussian", _) => "inputs",
            (_, g) if g < 0.25 => "inputs",
            (_, g) if g < 0.65 => "positions",
            _ => "random",
        }
    }
}
