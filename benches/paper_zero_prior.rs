//! The zero-prior setting of Muthukumar & Sulam (2023), Figure 1a left: train a
//! 784-100-10 network on MNIST with the paper's 5,000 SGD steps (batch 100, rate
//! 0.01, penalty lambda/(K+1) sum ||W_k||_F^2) and certify Theorem 13.
//!
//! `cargo bench --bench paper_zero_prior -- MNIST-FOLDER` prints one row for
//! each sample size and lambda; benches/results/paper_zero_prior.csv holds the
//! last run. The paper does not state lambda: 0.12 gives its test error.

use gapcert::bound::find;
use gapcert::data::{self, ReadOptions, Sample, Split};
use gapcert::measure::{NetworkMeasures, Trace, distances_squared, input_norm_bound};
use gapcert::network::{Layer, Mlp, Prior};
use gapcert::real::Enclosure;
use gapcert::search::{Problem, search};
use gapcert::train::{Config, Stream, initialise, train};

const PREC: u32 = 128;
const SEED: u64 = 1;

fn errors(network: &Mlp, sample: &Sample) -> u64 {
    Trace::new(network, sample, &|_| {})
        .expect("shapes that fit")
        .errors()
        .hi
}

fn main() {
    let Some(folder) = std::env::args().skip(1).find(|a| !a.starts_with('-')) else {
        eprintln!("SKIPPED: give the folder of the MNIST files");
        return;
    };
    let read = |split| {
        data::read(
            &folder,
            &ReadOptions {
                split,
                ..ReadOptions::default()
            },
        )
        .expect("MNIST")
    };
    let (whole, test) = (read(Split::Train), read(Split::Test));
    println!(
        "m,lambda,seed,sample_error,test_error,frobenius_1,frobenius_2,as_printed,sound,sharp"
    );
    for m in [11_000, 22_000, 33_000, 44_000, 55_000] {
        let sample = whole
            .select(&(0..m).collect::<Vec<_>>())
            .expect("rows of MNIST");
        let lambdas: &[f64] = if m == 55_000 {
            &[0.0, 3e-2, 0.1, 0.12, 0.15]
        } else {
            &[0.12]
        };
        for &penalty in lambdas {
            let config = Config {
                steps: 5000,
                batch: 100,
                rate: 0.01,
                penalty,
                seed: SEED,
                stream: Stream::Batches,
            };
            let weights = train(
                &initialise(&[784, 100, 10], SEED),
                None,
                &sample,
                &config,
                &mut |_| {},
            );
            let layers = weights.into_iter().enumerate().map(|(k, weights)| Layer {
                name: format!("fc{}.weight", k + 1),
                weights,
            });
            let network = Mlp::new(layers.collect(), Vec::new()).expect("a network");
            let norms = NetworkMeasures::new(&network).expect("finite layers");
            let distances = distances_squared(&network, &Prior::Zero, PREC).expect("finite layers");
            let trace = Trace::new(&network, &sample, &|_| {}).expect("shapes that fit");
            let delta = Enclosure::parse(PREC, "0.05").expect("a decimal");
            let problem = Problem {
                model: &norms,
                prior: None,
                distance_squared: &distances,
                trace: &trace,
                input_norm: input_norm_bound(&sample, PREC),
                delta: &delta,
                prec: PREC,
            };
            let value = |form: &str| {
                let bound =
                    find(&format!("muthukumar-sulam-2023/theorem-13:{form}")).expect("a bound");
                let found = search(bound, &problem).expect("a bound that applies");
                bound
                    .evaluate(&bound.check(found.inputs).expect("inputs inside the domain"))
                    .value
                    .to_decimal(6)
                    .1
            };
            println!(
                "{m},{penalty},{SEED},{:.5},{:.5},{:.4},{:.4},{},{},{}",
                errors(&network, &sample) as f64 / m as f64,
                errors(&network, &test) as f64 / test.len() as f64,
                distances[0].mid_f64().sqrt(),
                distances[1].mid_f64().sqrt(),
                value("as-printed"),
                value("sound"),
                value("sharp"),
            );
        }
    }
}
