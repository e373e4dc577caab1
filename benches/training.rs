//! The trainer of `gapcert simulate` on the shapes of its runs, one thread: CPU
//! seconds, the median of five.
//!
//! `cargo bench --bench training` prints a row for each shape;
//! `python benches/torch/training.py` does the same runs in PyTorch.
//! benches/results/training.csv holds both.

use gapcert::data::{Pixels, Sample};
use gapcert::train::{Config, Stream, initialise, train};
use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rug::Rational;
use std::time::{Duration, Instant};

/// Widths, sample size, steps; the batch is 100.
const RUNS: [(&[usize], usize, usize); 3] = [
    (&[20, 64, 2], 500, 500),
    (&[784, 100, 10], 10_000, 500),
    (&[784, 1000, 10], 10_000, 50),
];

fn main() {
    println!("trainer,number,network,m,steps,cpu_s");
    for (dims, m, steps) in RUNS {
        let sample = sample(dims, m);
        let start = initialise(dims, 1);
        let config = Config {
            steps,
            batch: 100,
            rate: 0.05,
            penalty: 0.0,
            seed: 1,
            stream: Stream::Batches,
        };
        let begin = Instant::now();
        let mut times: Vec<Duration> = (0..5)
            .map(|_| {
                let before = now(begin);
                std::hint::black_box(train(&start, None, &sample, &config, &mut |_| {}));
                now(begin) - before
            })
            .collect();
        times.sort();
        let network = dims.iter().map(usize::to_string).collect::<Vec<_>>();
        let seconds = times[2].as_secs_f64();
        println!("gapcert,f64,{},{m},{steps},{seconds:.3}", network.join("-"));
    }
}

/// Normal-looking numbers: what they are changes no time.
fn sample(dims: &[usize], m: usize) -> Sample {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let x = Array2::from_shape_simple_fn((m, dims[0]), || rng.random_range(-1.0..1.0));
    let classes = dims[dims.len() - 1] as u16;
    let labels = (0..m).map(|_| rng.random_range(0..classes)).collect();
    Sample::new(Pixels::F64(x), labels, Rational::from(1), Vec::new()).expect("a sample")
}

/// CPU time of this thread, where the system tells; otherwise wall time.
fn now(start: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|t| t.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| start.elapsed(), Duration::from_nanos)
}
