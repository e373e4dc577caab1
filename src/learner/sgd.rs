//! Stochastic gradient descent on a multilayer perceptron, with a proximal pull
//! towards a prior.

use super::linear::check_weights;
use super::{Fitted, perceptron};
use crate::data::Sample;
use crate::error::{Error, Result};
use crate::train::{Config, Loss, Stream, Variant, initialise, train_with};
use serde::Deserialize;

/// `kind = "sgd"`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sgd {
    /// Widths of the hidden layers.
    pub hidden: Vec<usize>,
    pub steps: usize,
    #[serde(default = "hundred")]
    pub batch: usize,
    /// Learning rate.
    #[serde(default = "tenth")]
    pub rate: f64,
    #[serde(default)]
    pub momentum: f64,
    #[serde(default)]
    pub loss: LossName,
    /// lambda of lambda/(K+1) sum_k ||W_k - W_prior,k||_F^2.
    #[serde(default)]
    pub penalty: f64,
    #[serde(default)]
    pub prior: PriorKind,
}

/// What is minimised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossName {
    #[default]
    CrossEntropy,
    SquaredError,
}

/// The prior's centre.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum PriorKind {
    /// Zero weights.
    #[default]
    Zero,
    /// The initial weights, drawn before the sample is seen.
    Initial,
    /// Trained on the first part of the sample, which the bound does not see
    /// again; `steps` of its own.
    HeldOut { fraction: f64, steps: usize },
}

fn hundred() -> usize {
    100
}

fn tenth() -> f64 {
    0.1
}

impl Sgd {
    pub(super) fn fit(&self, sample: Sample, classes: usize, seed: u64) -> Result<Fitted> {
        let dims = [&[sample.dim()][..], &self.hidden, &[classes]].concat();
        let usable = self.rate.is_finite() && self.rate > 0.0;
        for d in dims.windows(2) {
            check_weights(d[1], d[0])?;
        }
        if !(1..=1_000_000).contains(&self.batch) || !usable {
            return Err(Error::domain(
                "a batch of 1 to 1000000 and a rate > 0",
                format!("{dims:?}, {} and {}", self.batch, self.rate),
            ));
        }
        let start = initialise(&dims, seed);
        let (start, prior, sample) = match &self.prior {
            PriorKind::Zero => (start, None, sample),
            PriorKind::Initial => (start.clone(), Some(start), sample),
            PriorKind::HeldOut { fraction, steps } => {
                let held = (fraction * sample.len() as f64).round();
                if !(held >= 1.0 && held <= sample.len() as f64 - 2.0) {
                    return Err(Error::domain(
                        "a fraction that leaves rows for the prior and at least 2 for the bound",
                        fraction.to_string(),
                    ));
                }
                let held = held as usize;
                let rows: Vec<usize> = (0..sample.len()).collect();
                let own = sample.select(&rows[..held])?;
                let config = self.config(*steps, 0.0, seed, Stream::PriorBatches);
                let variant = self.variant();
                let prior = train_with(&start, None, &own, &config, variant, &mut |_| {});
                (prior.clone(), Some(prior), sample.select(&rows[held..])?)
            }
        };
        let config = self.config(self.steps, self.penalty, seed, Stream::Batches);
        let variant = self.variant();
        let weights = train_with(
            &start,
            prior.as_deref(),
            &sample,
            &config,
            variant,
            &mut |_| {},
        );
        // A run that diverged has no network; the start is one.
        let finite = weights.iter().flatten().all(|w| w.is_finite());
        Ok(Fitted {
            model: perceptron(if finite { weights } else { start })?,
            prior: prior.map(perceptron).transpose()?,
            sample,
        })
    }

    fn config(&self, steps: usize, penalty: f64, seed: u64, stream: Stream) -> Config {
        Config {
            steps,
            batch: self.batch,
            rate: self.rate,
            penalty,
            seed,
            stream,
        }
    }

    fn variant(&self) -> Variant {
        let loss = match self.loss {
            LossName::CrossEntropy => Loss::CrossEntropy,
            LossName::SquaredError => Loss::SquaredError,
        };
        Variant {
            loss,
            momentum: self.momentum,
        }
    }
}
