//! A small trainer of bias-free ReLU networks: SGD with a proximal pull towards
//! a prior, as in the experiments of Muthukumar & Sulam (2023).
//!
//! It exists to make networks to certify, so it is simple and reproducible
//! rather than fast: f64, one thread, everything drawn from the seed.

mod gradient;

pub use gradient::{Gradient, gradient};

use crate::data::Sample;
use ndarray::{Array2, Zip};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Streams of one seed, so that no two uses of it share numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Stream {
    Initialisation = 1,
    Batches = 2,
    Population = 3,
    Sample = 4,
    PriorSample = 5,
    PriorBatches = 6,
    LabelNoise = 7,
    TestSample = 8,
    Features = 9,
}

/// The generator of a stream of a seed.
pub fn generator(seed: u64, stream: Stream) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream as u64);
    rng
}

/// How to train.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub steps: usize,
    /// Rows of a batch, drawn with replacement.
    pub batch: usize,
    /// Learning rate.
    pub rate: f64,
    /// lambda: the loss is cross-entropy + lambda/(K+1) sum_k ||W_k - W_prior,k||_F^2.
    pub penalty: f64,
    pub seed: u64,
    pub stream: Stream,
}

/// Weights uniform in +-1/sqrt(d_{k-1}), as PyTorch's `Linear` starts, layer k of
/// shape (d_k, d_{k-1}).
pub fn initialise(dims: &[usize], seed: u64) -> Vec<Array2<f64>> {
    let mut rng = generator(seed, Stream::Initialisation);
    dims.windows(2)
        .map(|d| {
            let reach = 1.0 / (d[0] as f64).sqrt();
            Array2::from_shape_simple_fn((d[1], d[0]), || rng.random_range(-reach..=reach))
        })
        .collect()
}

/// What is minimised, a mean over the rows of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Loss {
    /// -ln of the softmax at the label.
    #[default]
    CrossEntropy,
    /// Mean over the classes of (output - 1\[class = label\])^2, as PyTorch's
    /// `MSELoss` has it.
    SquaredError,
}

/// What other papers' training adds; the default is plain SGD on cross-entropy.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Variant {
    pub loss: Loss,
    /// mu of v <- mu v + gradient, W <- W - rate v; 0 is plain SGD.
    pub momentum: f64,
}

/// [`train_with`] cross-entropy and plain SGD, the experiments of the paper.
///
/// # Panics
/// As [`train_with`].
pub fn train(
    start: &[Array2<f64>],
    prior: Option<&[Array2<f64>]>,
    sample: &Sample,
    config: &Config,
    on_step: &mut dyn FnMut(usize),
) -> Vec<Array2<f64>> {
    train_with(start, prior, sample, config, Variant::default(), on_step)
}

/// SGD from `start`, layer k of shape (d_k, d_{k-1}), with the proximal term
/// centred at `prior` of the same shapes (zero if `None`). `on_step` is told of
/// every step done. The weights returned are rounded to f32, as a file would
/// hold them.
///
/// The same arguments give the same weights on the same machine, on any number
/// of threads; another processor may round a matrix product differently.
///
/// # Panics
/// If the shapes of `start`, `prior` and `sample` do not fit, or a label is not
/// below the number of outputs.
pub fn train_with(
    start: &[Array2<f64>],
    prior: Option<&[Array2<f64>]>,
    sample: &Sample,
    config: &Config,
    variant: Variant,
    on_step: &mut dyn FnMut(usize),
) -> Vec<Array2<f64>> {
    let mut rng = generator(config.seed, config.stream);
    let mut weights = start.to_vec();
    let mut velocity: Vec<_> = start.iter().map(|w| Array2::zeros(w.dim())).collect();
    let scale = sample.scale().to_f64();
    for step in 0..config.steps {
        // A batch at a time: the sample may be images that would not fit as f64.
        let rows: Vec<usize> = (0..config.batch)
            .map(|_| rng.random_range(0..sample.len()))
            .collect();
        let x = sample.rows_at(&rows) * scale;
        let y: Vec<u16> = rows.iter().map(|&i| sample.labels()[i]).collect();
        let g = gradient(&weights, prior, x.view(), &y, variant.loss, config.penalty);
        for ((w, v), g) in weights.iter_mut().zip(&mut velocity).zip(&g.weights) {
            Zip::from(w)
                .and(v)
                .and(g)
                .for_each(|w: &mut f64, v: &mut f64, g: &f64| {
                    *v = *v * variant.momentum + g;
                    *w -= config.rate * *v;
                });
        }
        on_step(step + 1);
    }
    weights
        .into_iter()
        .map(|w| w.mapv(|v| f64::from(v as f32)))
        .collect()
}
