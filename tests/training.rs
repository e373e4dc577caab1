//! The trainer, the population and the demo.

use gapcert::bound::find;
use gapcert::demo;
use gapcert::measure::{
    MarginBelow, NetworkMeasures, Query, Trace, distances_squared, input_norm_bound,
};
use gapcert::network::Prior;
use gapcert::population::{draw, templates};
use gapcert::real::Enclosure;
use gapcert::search::{Problem, search};
use gapcert::train::{Config, Loss, Stream, Variant, gradient, initialise, train, train_with};
use ndarray::Array2;

/// Every partial derivative of both losses against a central difference.
#[test]
fn gradient_agrees_with_finite_differences() {
    let dims = [5, 4, 6, 3];
    let (weights, prior) = (initialise(&dims, 7), initialise(&dims, 8));
    let x = Array2::from_shape_fn((6, 5), |(i, j)| ((i * 5 + j) as f64 * 0.7).sin());
    let y = [0, 1, 2, 0, 2, 1];
    for kind in [Loss::CrossEntropy, Loss::SquaredError] {
        for prior in [None, Some(&prior[..])] {
            let at = |w: &[Array2<f64>]| gradient(w, prior, x.view(), &y, kind, 0.3);
            let g = at(&weights);
            for layer in 0..weights.len() {
                for ((i, j), analytic) in g.weights[layer].indexed_iter() {
                    let step = 1e-6;
                    let loss = |delta: f64| {
                        let mut moved = weights.clone();
                        moved[layer][[i, j]] += delta;
                        at(&moved).loss
                    };
                    let numeric = (loss(step) - loss(-step)) / (2.0 * step);
                    assert!(
                        (numeric - analytic).abs() < 1e-7,
                        "{kind:?}, layer {layer} [{i}, {j}]: {numeric} and {analytic}"
                    );
                }
            }
        }
    }
}

/// Values worked out by hand: outputs (2, 0) with label 1, prior 0.
#[test]
fn losses_are_the_textbook_s() {
    let weights = [Array2::from_shape_vec((2, 1), vec![2.0, 0.0]).expect("a shape")];
    let x = Array2::ones((1, 1));
    let loss = |kind, penalty| gradient(&weights, None, x.view(), &[1], kind, penalty).loss;
    let cross_entropy = (2f64.exp() + 1.0).ln();
    assert!((loss(Loss::CrossEntropy, 0.0) - cross_entropy).abs() < 1e-15);
    assert_eq!(loss(Loss::SquaredError, 0.0), (4.0 + 1.0) / 2.0);
    // penalty/(K+1) ||W||^2 with K = 0.
    assert_eq!(loss(Loss::SquaredError, 0.5), 2.5 + 0.5 * 4.0);
}

/// A row that no weight could save costs its logit, not an arbitrary cap.
#[test]
fn cross_entropy_survives_huge_outputs() {
    let weights = [Array2::from_shape_vec((2, 1), vec![5000.0, 0.0]).expect("a shape")];
    let x = Array2::ones((1, 1));
    let g = gradient(&weights, None, x.view(), &[1], Loss::CrossEntropy, 0.0);
    assert_eq!(g.loss, 5000.0);
    assert_eq!(g.weights[0].as_slice(), Some(&[1.0, -1.0][..]));
}

/// One full batch after another is gradient descent, so two steps of momentum
/// can be written down.
#[test]
fn momentum_carries_the_last_step_on() {
    let population = templates(2, 1, 0, 0.0, 3).expect("a population");
    let start = initialise(&[64, 2], 3);
    let at = |w: &[Array2<f64>]| {
        let x = population.rows_f64(0..1) / 255.0;
        let y = population.labels();
        gradient(w, None, x.view(), y, Loss::CrossEntropy, 0.0).weights[0].clone()
    };
    let two = Config {
        steps: 2,
        batch: 1,
        ..config(0.0, 1)
    };
    let variant = Variant {
        momentum: 0.9,
        ..Variant::default()
    };
    let trained = train_with(&start, None, &population, &two, variant, &mut |_| {});
    let first = at(&start);
    let middle = &start[0] - &first * two.rate;
    let second = at(std::slice::from_ref(&middle)) + first * 0.9;
    let wanted = middle - second * two.rate;
    let error = (&trained[0] - &wanted)
        .iter()
        .fold(0f64, |a, d| a.max(d.abs()));
    // The result is rounded to f32.
    assert!(error < 1e-7, "{error}");
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
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads");
        assert_eq!(pool.install(|| run(1)), run(1), "{threads} threads");
    }
    let x = population.rows_f64(0..population.len()) / 255.0;
    let y = population.labels();
    let loss = |w: &[Array2<f64>]| gradient(w, None, x.view(), y, Loss::CrossEntropy, 0.0).loss;
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

/// Pairs of consecutive draws are uniform too: a chi-square of 24 degrees of
/// freedom. Drawing without replacement would never repeat a point.
#[test]
fn consecutive_draws_are_independent() {
    let population = templates(4, 5, 60, 0.1, 5).expect("a population");
    let drawn = draw(&population, 100_000, 9, Stream::Sample);
    let mut counts = [[0f64; 5]; 5];
    for pair in drawn.chunks_exact(2) {
        counts[pair[0]][pair[1]] += 1.0;
    }
    let expected = drawn.len() as f64 / 2.0 / 25.0;
    let statistic: f64 = counts
        .iter()
        .flatten()
        .map(|c| (c - expected).powi(2) / expected)
        .sum();
    assert!(
        (statistic - 24.0).abs() < 6.0 * 48f64.sqrt(),
        "chi-square {statistic}"
    );
}

#[test]
fn a_population_is_a_function_of_its_seed_and_flips_what_it_says() {
    let of = |flipped, seed| templates(4, 20_000, 60, flipped, seed).expect("a population");
    let (clean, noisy) = (of(0.0, 5), of(0.1, 5));
    assert_eq!(of(0.1, 5).labels(), noisy.labels());
    assert_eq!(of(0.1, 5).pixels(), noisy.pixels());
    assert_ne!(of(0.1, 6).pixels(), noisy.pixels());
    assert_eq!(clean.pixels(), noisy.pixels());
    let labels = clean.labels().iter().zip(noisy.labels());
    let flipped = labels.filter(|(a, b)| a != b).count() as f64;
    // 20,000 coins of 0.1 within 6 standard deviations.
    assert!((flipped - 2000.0).abs() < 6.0 * 1800f64.sqrt(), "{flipped}");
}

#[test]
fn impossible_populations_are_refused() {
    for (classes, support, flipped) in [
        (0, 10, 0.0),
        (2, 0, 0.0),
        (2, 10, 1.1),
        (2, 10, -0.1),
        (2, 10, f64::NAN),
    ] {
        let refused = templates(classes, support, 10, flipped, 1);
        assert!(refused.is_err(), "{classes}, {support}, {flipped}");
    }
    assert!(templates(1, 10, 10, 1.0, 1).is_ok());
}

/// The demo is worth showing for whatever seed: the bound on the network's error
/// is far from vacuous and, as it may fail for one seed in twenty at most but
/// does not here, at least the risk on the whole population.
#[test]
fn the_demo_s_bound_is_small_and_covers_the_exact_risk() {
    for seed in 1..=5 {
        let made = demo::make(seed, &mut || {}).expect("a demo");
        let (bound, risk) = (single_shot(&made), exact_risk(&made));
        assert!(
            bound < 0.3 && risk <= bound,
            "seed {seed}: {risk} and {bound}"
        );
    }
}

/// The certified single-shot bound of the demo's network, delta = 0.05.
fn single_shot(made: &demo::Demo) -> f64 {
    const PREC: u32 = 128;
    let sample = made.population.select(&made.sample_indices).expect("rows");
    let prior = NetworkMeasures::new(&made.prior).expect("finite layers");
    let problem = Problem {
        model: &NetworkMeasures::new(&made.model).expect("finite layers"),
        prior: Some(&prior),
        distance_squared: &distances_squared(
            &made.model,
            &Prior::Network(made.prior.clone()),
            PREC,
        )
        .expect("finite layers"),
        trace: &Trace::new(&made.model, &sample, &|_| {}).expect("shapes that fit"),
        input_norm: input_norm_bound(&sample, PREC),
        delta: &Enclosure::parse(PREC, "0.05").expect("a decimal"),
        prec: PREC,
    };
    let bound = find("muthukumar-sulam-2023/single-shot:sharp").expect("a bound");
    let found = search(bound, &problem).expect("a bound that applies");
    let inputs = bound.check(found.inputs).expect("inputs in the domain");
    bound.evaluate(&inputs).value.hi().to_f64()
}

/// Share of the population that the network gets wrong, a tie being wrong.
fn exact_risk(made: &demo::Demo) -> f64 {
    let trace = Trace::new(&made.model, &made.population, &|_| {}).expect("shapes that fit");
    let errors = trace.count(&Query {
        margin: Some(MarginBelow::or_equal(Enclosure::integer(128, 0))),
        ..Query::default()
    });
    assert_eq!(errors.lo, errors.hi, "an exact count");
    errors.hi as f64 / made.population.len() as f64
}

/// An independent reader finds the same network, its numbers aligned.
#[test]
fn the_demo_s_safetensors_are_those_of_the_reference_reader() {
    let made = demo::make(2, &mut || {}).expect("a demo");
    let bytes = demo::safetensors(&made.model);
    assert_eq!(bytes.len() % 8, 0);
    let read = safetensors::SafeTensors::deserialize(&bytes).expect("a safetensors file");
    assert_eq!(read.len(), made.model.layers().len());
    for layer in made.model.layers() {
        let tensor = read.tensor(&layer.name).expect("the layer's tensor");
        assert_eq!(tensor.dtype(), safetensors::Dtype::F32);
        assert_eq!(
            tensor.shape(),
            [layer.weights.nrows(), layer.weights.ncols()]
        );
        let numbers = tensor.data().chunks_exact(4);
        let values = numbers.map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        assert!(values.map(f64::from).eq(layer.weights.iter().copied()));
    }
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
