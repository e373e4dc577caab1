//! A candidate written as a simulation.

use super::sizes::Sizes;
use super::{Candidate, Frame, Gene, geometric};
use std::fmt::Write as _;

impl Candidate {
    /// The setting as `gapcert simulate` reads it.
    pub(in crate::falsify) fn text(&self, frame: &Frame<'_>, seed: u64, replicates: u64) -> String {
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
