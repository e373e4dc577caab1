//! The embedded example: a population whose risk is known, a prior network
//! trained on one sample of it and a network fine-tuned on another.

use crate::data::{Pixels, Sample};
use crate::error::{Error, Result};
use crate::network::{Layer, Mlp};
use crate::population::{SIDE, draw, templates};
use crate::train::{Config, Stream, initialise, train};
use ndarray::Array2;

/// Everything the example is made of.
pub struct Demo {
    pub population: Sample,
    /// Rows of the population the prior was trained on.
    pub prior_indices: Vec<usize>,
    /// Rows of the population that are the sample, drawn independently.
    pub sample_indices: Vec<usize>,
    pub prior: Mlp,
    pub model: Mlp,
}

const DIMS: [usize; 3] = [64, 32, 4];
const SUPPORT: usize = 5000;
const SAMPLE: usize = 20_000;

/// Makes the example from a seed; `on_step` is told of every training step of
/// [`STEPS`].
///
/// # Errors
/// None that its own constants could cause.
pub fn make(seed: u64, on_step: &mut dyn FnMut()) -> Result<Demo> {
    let population = templates(4, SUPPORT, 160, 0.03, seed)?;
    let prior_indices = draw(&population, SAMPLE, seed, Stream::PriorSample);
    let sample_indices = draw(&population, SAMPLE, seed, Stream::Sample);
    let config = |steps, rate, penalty, stream| Config {
        steps,
        batch: 100,
        rate,
        penalty,
        seed,
        stream,
    };
    let prior = train(
        &initialise(&DIMS, seed),
        None,
        &population.select(&prior_indices)?,
        &config(PRIOR_STEPS, 0.1, 1e-3, Stream::PriorBatches),
        &mut |_| on_step(),
    );
    let model = train(
        &prior,
        Some(&prior),
        &population.select(&sample_indices)?,
        &config(MODEL_STEPS, 2e-3, 30.0, Stream::Batches),
        &mut |_| on_step(),
    );
    Ok(Demo {
        population,
        prior_indices,
        sample_indices,
        prior: network(prior)?,
        model: network(model)?,
    })
}

const PRIOR_STEPS: usize = 3000;
const MODEL_STEPS: usize = 1000;
/// Training steps of the whole example.
pub const STEPS: usize = PRIOR_STEPS + MODEL_STEPS;

fn network(weights: Vec<Array2<f64>>) -> Result<Mlp> {
    let layers = weights.into_iter().enumerate().map(|(k, weights)| Layer {
        name: format!("fc{}.weight", k + 1),
        weights,
    });
    Mlp::new(layers.collect(), Vec::new())
}

/// A network whose weights are f32 numbers as a safetensors file.
pub fn safetensors(network: &Mlp) -> Vec<u8> {
    let mut header = serde_json::Map::new();
    let mut data: Vec<u8> = Vec::new();
    for layer in network.layers() {
        let start = data.len();
        data.extend(layer.weights.iter().flat_map(|&w| (w as f32).to_le_bytes()));
        let (rows, cols) = layer.weights.dim();
        let entry = serde_json::json!({ "dtype": "F32", "shape": [rows, cols], "data_offsets": [start, data.len()] });
        header.insert(layer.name.clone(), entry);
    }
    let mut header = serde_json::Value::Object(header).to_string();
    // Readers that map the file want the numbers aligned; spaces are allowed.
    header.extend(std::iter::repeat_n(
        ' ',
        header.len().next_multiple_of(8) - header.len(),
    ));
    [
        &(header.len() as u64).to_le_bytes()[..],
        header.as_bytes(),
        &data,
    ]
    .concat()
}

/// Images and labels as the two IDX files of an MNIST-style folder.
///
/// # Errors
/// A bug unless the sample holds 8-bit pixels.
pub fn idx(sample: &Sample) -> Result<(Vec<u8>, Vec<u8>)> {
    let Pixels::U8(pixels) = sample.pixels() else {
        return Err(Error::bug(
            "a demo population holds 8-bit pixels",
            "other pixels",
        ));
    };
    let axis = |n: usize| (n as u32).to_be_bytes();
    let mut images = [
        &[0, 0, 8, 3][..],
        &axis(pixels.nrows()),
        &axis(SIDE),
        &axis(SIDE),
    ]
    .concat();
    images.extend(pixels.iter());
    let mut labels = [&[0, 0, 8, 1][..], &axis(sample.len())].concat();
    labels.extend(sample.labels().iter().map(|&y| y as u8));
    Ok((images, labels))
}
