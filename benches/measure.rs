//! Timings of the measurements whose cost is felt: spectral norm, babel table,
//! exact distance, sparse norm table.
//!
//! Measured on two cores of an AMD EPYC shared with other jobs (load 5 to 7, so
//! read these as upper bounds): spectral norm 1000x784 0.09-0.14 s (enclosure
//! 4e-11 wide, relative), 1000x1000 0.18 s, 100x784 1.6 ms; exact distance
//! 1000x784 10 ms; reduced rows 1000x784 22 ms; babel 100x784 2 ms at s1 = 0,
//! 40 ms at four values; sparse norm table 1000x1000 at 32 values 0.27 s; babel
//! 1000x1000 at 32 values 5.7-11 s (5.9 s of processor time, 190 MB).

use criterion::{Criterion, criterion_group, criterion_main};
use gapcert::linalg::spectral_norm;
use gapcert::measure::babel::BabelTable;
use gapcert::measure::frobenius::distance_squared;
use gapcert::measure::norms::{MaxPairDifference, ReducedRowNorms};
use gapcert::measure::sparse_norm::SparseNormTable;
use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Normal};
use std::hint::black_box;

fn gaussian(rows: usize, cols: usize, seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let normal = Normal::new(0.0, 1.0).expect("a valid deviation");
    Array2::from_shape_simple_fn((rows, cols), || normal.sample(&mut rng))
}

fn measure(c: &mut Criterion) {
    let mut group = c.benchmark_group("measure");
    group.sample_size(10);
    let tall = gaussian(1000, 784, 1);
    group.bench_function("spectral 1000x784", |b| {
        b.iter(|| spectral_norm(black_box(&tall)))
    });
    let wide = gaussian(100, 784, 2);
    group.bench_function("spectral 100x784", |b| {
        b.iter(|| spectral_norm(black_box(&wide)))
    });
    let other = gaussian(1000, 784, 3);
    group.bench_function("distance 1000x784", |b| {
        b.iter(|| distance_squared(black_box(&tall), &other))
    });
    group.bench_function("reduced rows 1000x784", |b| {
        b.iter(|| ReducedRowNorms::new(black_box(&tall)))
    });
    let output = gaussian(10, 1000, 4);
    group.bench_function("pair differences 10x1000", |b| {
        b.iter(|| MaxPairDifference::new(black_box(&output)))
    });
    group.bench_function("babel 100x784, s1 = 0", |b| {
        b.iter(|| BabelTable::new(black_box(&wide), &[0]))
    });
    group.bench_function("babel 100x784, 4 values of s1", |b| {
        b.iter(|| BabelTable::new(black_box(&wide), &[0, 100, 200, 400]))
    });
    let square = gaussian(1000, 1000, 5);
    let grid: Vec<usize> = (0..32).map(|k| k * 31).collect();
    group.bench_function("sparse norm table 1000x1000, 32 values of s1", |b| {
        b.iter(|| SparseNormTable::new(black_box(&square), &grid))
    });
    group.bench_function("babel 1000x1000, 32 values of s1", |b| {
        b.iter(|| BabelTable::new(black_box(&square), &grid))
    });
    group.finish();
}

criterion_group!(benches, measure);
criterion_main!(benches);
