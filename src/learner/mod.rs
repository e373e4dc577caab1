//! Ways to get a network from a sample.
//!
//! All are deterministic in the seed and use one thread: replicates run beside
//! each other, and their number must not change any of them.
//!
//! **Why our own trainer.** Weights of a few thousand parameters are trained in
//! milliseconds, thousands of times. What a training library adds (devices, graphs,
//! fused kernels) costs more a step than such a step takes. `benches/training.rs`,
//! `benches/candle` and `benches/torch/training.py` time the same runs here, in the Rust
//! library candle and in PyTorch; the figures are in `benches/results/training.csv`. In
//! f64, which the product is in, candle takes 6 times as long for the small network, as
//! long for 784-100-10 and 1.7 times as long for 784-1000-10 (in f32, 0.4 and 1.1 times as
//! long for the last two), and would bring 155 crates. The trainer's gradients are checked
//! by finite differences in `tests/training.rs`.

mod linear;
mod sgd;
mod spec;

pub use linear::{Features, Ridge};
pub use sgd::Sgd;
pub use spec::{LEARNERS, LearnerInfo, Spec};

use crate::data::Sample;
use crate::error::{Error, Result};
use crate::network::{Conv, Graph, Layer, Mlp, Model, Op, Shape, Window, read_model};
use crate::population::Population;
use ndarray::Array2;
use std::path::Path;

/// A network with what certifying it needs.
pub struct Fitted {
    pub model: Model,
    /// `None` is the zero prior.
    pub prior: Option<Model>,
    /// The rows that are left for the bound: without those the prior saw.
    pub sample: Sample,
}

impl Spec {
    /// Fits a network to a sample of `population`. Only the worst learner looks
    /// at the population.
    ///
    /// # Errors
    /// Input or domain: a network of a file that does not fit, a system without
    /// a solution.
    pub fn fit(
        &self,
        sample: Sample,
        population: &Population,
        seed: u64,
        folder: &Path,
    ) -> Result<Fitted> {
        match self {
            Self::Sgd(sgd) => sgd.fit(sample, population.classes(), seed),
            Self::Ridge(ridge) => {
                let model = ridge.fit(&sample, population.classes(), seed)?;
                without_prior(model, sample)
            }
            Self::NearestMean(features) => {
                let model = linear::nearest_mean(features, &sample, population.classes(), seed)?;
                without_prior(model, sample)
            }
            Self::File { path } => {
                let model = read_model(folder.join(path), None)?;
                model.check(sample.dim(), sample.classes())?;
                without_prior(model, sample)
            }
            Self::Worst(ridge) => {
                let Population::Finite(all) = population else {
                    return Err(Error::domain(
                        "a finite population, for the worst learner",
                        "another",
                    ));
                };
                let model = linear::worst(ridge, &sample, all, population.classes(), seed)?;
                without_prior(model, sample)
            }
        }
    }
}

fn without_prior(model: Model, sample: Sample) -> Result<Fitted> {
    Ok(Fitted {
        model,
        prior: None,
        sample,
    })
}

/// A multilayer perceptron of these weights.
///
/// # Errors
/// Input: shapes that do not fit, weights that are not finite.
pub fn perceptron(weights: Vec<Array2<f64>>) -> Result<Model> {
    let layers = weights.into_iter().enumerate().map(|(k, weights)| Layer {
        name: format!("layer {}", k + 1),
        weights,
    });
    let mlp = Mlp::new(layers.collect(), Vec::new())?;
    let graph = Graph::from_mlp(&mlp)?;
    Ok(Model {
        graph,
        mlp: Some(mlp),
    })
}

/// A linear head (C, d) that reads its d inputs as the positions of an image of
/// one channel, as the position-wise bounds count them.
///
/// # Errors
/// Input: weights that are not finite.
pub fn head_on_positions(weights: &Array2<f64>) -> Result<Model> {
    let (classes, d) = weights.dim();
    let input = Shape {
        channels: 1,
        height: 1,
        width: d,
    };
    let kernel = weights
        .to_shape((classes, 1, 1, d))
        .map_err(|e| Error::bug(format!("a matrix is a kernel: {e}"), ""))?
        .into_owned();
    let conv = Conv {
        name: "head".into(),
        kernel,
        bias: None,
        window: Window::whole(input),
        groups: 1,
    };
    Model::new(Graph::new(
        input,
        vec![(Op::Conv(conv), vec![0])],
        Vec::new(),
    )?)
}
