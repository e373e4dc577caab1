//! The trainer, the population and the demo.

use gapcert::demo;
use gapcert::population::{draw, templates};
use gapcert::train::{Config, Stream, gradient, initialise, train};
use ndarray::Array2;

/// Every partial derivative against a central difference.
#[test]
fn gradient_agrees_with_finite_differences() {
    let weights = initialise(&[5, 4, 3], 7);
    let prior = initialise(&[5, 4, 3], 8);
    let x = Array2::from_shape_fn((6, 5), |(i, j)| ((i * 5 + j) as f64 * 0.7).sin());
    let y = [0, 1, 2, 0, 2, 1];
    for prior in [None, Some(&prior[..])] {
        let g = gradient(&weights, prior, x.view(), &y, 0.3);
        for layer in 0..weights.len() {
            for ((i, j), analytic) in g.weights[layer].indexed_iter() {
                let step = 1e-6;
                let loss = |delta: f64| {
                    let mut moved = weights.clone();
                    moved[layer][[i, j]] += delta;
                    gradient(&moved, prior, x.view(), &y, 0.3).loss
                };
                let numeric = (loss(step) - loss(-step)) / (2.0 * step);
                assert!(
                    (numeric - analytic).abs() < 1e-7,
                    "layer {layer} [{i}, {j}]: {numeric} and {analytic}"
                );
            }
        }
    }
}

fn config(penalty: f64, seed: u64) -> Config {
    Config {
        steps: 200,
        batch: 20,
        rate: 0.05,
        penalty,
        seed,
        stream: Stream::Batches,
    }
}

#[test]
fn training_is_a_function_of_its_seed_and_learns() {
    let population = templates(3, 400, 60, 0.0, 3).expect("a population");
    let start = initialise(&[64, 16, 3], 3);
    let run = |seed| train(&start, None, &population, &config(0.0, seed), &mut |_| {});
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
    let x = population.rows_f64(0..population.len()) / 255.0;
    let loss = |w: &[Array2<f64>]| gradient(w, None, x.view(), population.labels(), 0.0).loss;
    assert!(
        loss(&run(1)) < 0.2 * loss(&start),
        "{} from {}",
        loss(&run(1)),
        loss(&start)
    );
}

#[test]
fn a_strong_penalty_keeps_the_network_at_its_prior() {
    let population = templates(3, 400, 60, 0.0, 3).expect("a population");
    let prior = initialise(&[64, 16, 3], 3);
    let distance = |penalty| {
        let w = train(
            &prior,
            Some(&prior),
            &population,
            &config(penalty, 1),
            &mut |_| {},
        );
        w.iter()
            .zip(&prior)
            .map(|(a, b)| (a - b).mapv(|d| d * d).sum())
            .sum::<f64>()
    };
    assert!(distance(10.0) < 1e-2 * distance(0.0));
}

/// Each support point is drawn as often as independence has it: a chi-square
/// statistic of n - 1 degrees of freedom within 6 standard deviations.
#[test]
fn draws_are_uniform_with_replacement() {
    let population = templates(4, 100, 60, 0.1, 5).expect("a population");
    let m = 100_000;
    let mut counts = vec![0f64; population.len()];
    for i in draw(&population, m, 9, Stream::Sample) {
        counts[i] += 1.0;
    }
    let expected = m as f64 / population.len() as f64;
    let statistic: f64 = counts
        .iter()
        .map(|c| (c - expected).powi(2) / expected)
        .sum();
    let freedom = population.len() as f64 - 1.0;
    assert!(
        (statistic - freedom).abs() < 6.0 * (2.0 * freedom).sqrt(),
        "chi-square {statistic}"
    );
    assert_ne!(
        draw(&population, 50, 9, Stream::Sample),
        draw(&population, 50, 9, Stream::PriorSample)
    );
}

/// What the demo writes reads back as what it made.
#[test]
fn the_demo_s_files_are_its_network_and_sample() {
    let made = demo::make(1, &mut || {}).expect("a demo");
    let folder = tempfile::tempdir().expect("a folder");
    let model = folder.path().join("model.safetensors");
    std::fs::write(&model, demo::safetensors(&made.model)).expect("a file");
    let read = gapcert::network::read(&model).expect("a network");
    assert_eq!(read.layers(), made.model.layers());
    let (images, labels) = demo::idx(&made.population).expect("IDX files");
    std::fs::write(folder.path().join("train-images-idx3-ubyte"), images).expect("a file");
    std::fs::write(folder.path().join("train-labels-idx1-ubyte"), labels).expect("a file");
    let sample = gapcert::data::read(folder.path(), &gapcert::data::ReadOptions::default())
        .expect("a sample");
    assert_eq!(sample.pixels(), made.population.pixels());
    assert_eq!(sample.labels(), made.population.labels());
    assert_eq!(sample.scale(), made.population.scale());
}
