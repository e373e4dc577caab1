//! A setting as a point of the unit cube: what the search moves in.
//!
//! Genes are numbers in \[0, 1\]; [`Candidate::text`] reads them as a simulation's
//! TOML. A gene that the kinds of population and learner do not need is not read,
//! so that a mutation of it changes nothing and one of the kinds keeps the rest.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use std::fmt::Write as _;

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
/// What the quickest and the slowest settings may cost: see [`Candidate::cost`].
const LEAST_COST: f64 = 4e6;
const MOST_COST: f64 = 6e8;

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

    fn sizes(&self, held_out: bool) -> Sizes {
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
        const POSITION: f64 = 20_000.0;
        const ROW: f64 = 0.5;
        const NORMS: f64 = 2000.0;
        const DRAW: f64 = 20.0;
        const TIE: f64 = 60.0;
        const NUMBERS: usize = 1 << 21;
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
        let operator = if deep { CUBE * dim.powi(3) } else { 0.0 };
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

    /// The setting as `gapcert simulate` reads it.
    pub(super) fn text(&self, frame: &Frame<'_>, seed: u64, replicates: u64) -> String {
        let s = self.sizes(frame.held_out);
        let mut out = String::new();
        let Frame { bound, delta, .. } = frame;
        let _ = writeln!(out, "seed = {seed}\nreplicates = {replicates}");
        let _ = writeln!(out, "delta = \"{delta}\"\nbounds = [\"{bound}\"]");
        let _ = writeln!(out, "m = {}\ntest = {}\n", s.m, s.test);
        self.population_text(&s, &mut out);
        self.learner_text(&s, &mut out);
        out
    }

    fn population_text(&self, s: &Sizes, out: &mut String) {
        let kind = self.population;
        let _ = writeln!(out, "[population]\nkind = \"{kind}\"");
        let shape = self.gene(Gene::Shape);
        let seed = (self.gene(Gene::PopulationSeed) * 1e6) as u64;
        // Half of the settings have no label noise.
        let flipped = ((self.gene(Gene::Flipped) - 0.5) * 2.0).max(0.0);
        let _ = match kind {
            "templates" => writeln!(
                out,
                "classes = {}\nsupport = {}\nnoise = {}",
                s.classes,
                s.support,
                (shape * 255.0) as u8
            ),
            "gaussian" => writeln!(out, "dim = {}", s.dim),
            "xor" => writeln!(out, "dim = {}\nsupport = {}", s.dim, s.support),
            "hadamard" => writeln!(out, "dim = {}\nclasses = {}", s.dim, s.classes),
            "teacher" => writeln!(
                out,
                "dims = [{}, {}, {}]\nsupport = {}",
                s.dim,
                geometric(shape, 1.0, 64.0),
                s.classes,
                s.support
            ),
            _ => writeln!(
                out,
                "dim = {}\nclasses = {}\nsupport = {}",
                s.dim, s.classes, s.support
            ),
        };
        let _ = match kind {
            "clusters" => writeln!(out, "spread = {:e}", 10f64.powf(4.0 * shape - 2.0)),
            "duplicates" => writeln!(
                out,
                "distinct = {}",
                geometric(shape, 1.0, s.support as f64)
            ),
            "sparse" => {
                let active = geometric(shape, 1.0, s.dim as f64);
                let stray = geometric(self.gene(Gene::Stray), 1.0, s.dim as f64) - 1;
                writeln!(out, "active = {active}\nstray = {stray}")
            }
            _ => Ok(()),
        };
        let _ = writeln!(out, "flipped = {flipped:e}\nseed = {seed}");
        if !["templates", "gaussian"].contains(&kind) {
            // A power of two: exact, and the search finds the scale of weights itself.
            let octave = (12.0 * (2.0 * self.gene(Gene::Scale) - 1.0).powi(3)).round() as i32;
            let power = 1u64 << octave.abs();
            let _ = match octave {
                0.. => writeln!(out, "scale = \"{power}\""),
                _ => writeln!(out, "scale = \"1/{power}\""),
            };
        }
        out.push('\n');
    }

    fn learner_text(&self, s: &Sizes, out: &mut String) {
        let _ = writeln!(out, "[learner]\nkind = \"{}\"", self.learner);
        if self.learner == "sgd" {
            return self.sgd_text(s, out);
        }
        let _ = match self.features() {
            "random" => writeln!(out, "features = {{ random = {{ width = {} }} }}", s.width),
            features => writeln!(out, "features = \"{features}\""),
        };
        if self.learner != "nearest-mean" {
            // Half of the settings interpolate.
            let ridge = match self.gene(Gene::Ridge) {
                g if g < 0.5 => 0.0,
                g => 10f64.powf(20.0 * (g - 0.5) - 6.0),
            };
            // From 0.95 to about 10^3, mostly near 1.
            let margin = 0.95 * 10f64.powf(3.0 * self.gene(Gene::Margin).powi(3));
            let _ = writeln!(out, "ridge = {ridge:e}\nmargin = {margin:e}");
        }
    }

    fn sgd_text(&self, s: &Sizes, out: &mut String) {
        let hidden = vec![s.hidden.to_string(); self.depth()].join(", ");
        let rate = 10f64.powf(4.0 * self.gene(Gene::Rate) - 3.5);
        let _ = writeln!(
            out,
            "hidden = [{hidden}]\nsteps = {}\nbatch = {}\nrate = {rate:e}",
            s.steps, s.batch
        );
        let momentum = if self.gene(Gene::Momentum) < 0.5 {
            0.0
        } else {
            0.9
        };
        let loss = if self.gene(Gene::Loss) < 0.5 {
            "cross-entropy"
        } else {
            "squared-error"
        };
        let penalty = match self.gene(Gene::Penalty) {
            g if g < 0.5 => 0.0,
            g => 10f64.powf(10.0 * (g - 0.5) - 4.0),
        };
        let _ = writeln!(
            out,
            "momentum = {momentum:e}\nloss = \"{loss}\"\npenalty = {penalty:e}"
        );
        let _ = match self.gene(Gene::Prior) {
            g if g < 0.3 => writeln!(out, "prior = \"zero\""),
            g if g < 0.6 => writeln!(out, "prior = \"initial\""),
            _ => {
                let fraction = 0.1 + 0.8 * self.gene(Gene::Fraction);
                let steps = geometric(self.gene(Gene::PriorSteps), 1.0, s.steps as f64);
                writeln!(
                    out,
                    "prior = {{ held-out = {{ fraction = {fraction:e}, steps = {steps} }} }}"
                )
            }
        };
    }
}

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
struct Sizes {
    m: usize,
    dim: usize,
    support: usize,
    classes: usize,
    test: usize,
    width: usize,
    hidden: usize,
    steps: usize,
    batch: usize,
}
