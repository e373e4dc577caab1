//! Matrices and exact references shared by the tests of measurements.
#![allow(dead_code)]

use gapcert::real::Interval;
use ndarray::{Array2, ArrayView1};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Normal};
use rug::{Float, Rational};

pub fn gaussian(rows: usize, cols: usize, seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let normal = Normal::new(0.0, 1.0).unwrap();
    Array2::from_shape_simple_fn((rows, cols), || normal.sample(&mut rng))
}

/// Small dyadics with ties, zeros and both signs.
pub fn coarse(rows: usize, cols: usize, seed: u64) -> Array2<f64> {
    gaussian(rows, cols, seed).mapv(|x| (x * 3.0).round() / 4.0)
}

pub fn q(x: f64) -> Rational {
    Rational::from_f64(x).unwrap()
}

/// Whether `x` contains the square root of `square`.
pub fn contains_root(x: Interval, square: &Rational) -> bool {
    let below = x.lo() <= 0.0 || q(x.lo()) * q(x.lo()) <= *square;
    let above = x.hi().is_infinite() || (x.hi() >= 0.0 && q(x.hi()) * q(x.hi()) >= *square);
    below && above
}

pub fn contains(x: Interval, value: &Rational) -> bool {
    q(x.lo()) <= *value && q(x.hi()) >= *value
}

pub fn relative_gap(x: Interval) -> f64 {
    if x.hi() == 0.0 {
        0.0
    } else {
        (x.hi() - x.lo()) / x.hi()
    }
}

pub fn dot(x: ArrayView1<f64>, y: ArrayView1<f64>) -> Rational {
    x.iter()
        .zip(y)
        .map(|(x, y)| q(*x) * q(*y))
        .fold(Rational::new(), |a, b| a + b)
}

/// All subsets of 0..n of size k.
pub fn subsets(n: usize, k: usize) -> Vec<Vec<usize>> {
    (0u32..1 << n)
        .filter(|mask| mask.count_ones() as usize == k)
        .map(|mask| (0..n).filter(|i| mask >> i & 1 == 1).collect())
        .collect()
}

/// The spectral norm in 160 bits by power iteration on A A^T: from below, and
/// converged as far as the gap allows.
pub fn power_iteration(a: &Array2<f64>, steps: usize) -> Float {
    const BITS: u32 = 160;
    let (n, m) = a.dim();
    let mut x: Vec<Float> = (0..m)
        .map(|i| Float::with_val(BITS, 1.0 + (i * i % 7) as f64))
        .collect();
    let mut norm = Float::with_val(BITS, 0);
    for _ in 0..steps {
        let length = length(&x);
        x.iter_mut().for_each(|v| *v /= &length);
        let y: Vec<Float> = (0..n)
            .map(|i| {
                (0..m).fold(Float::with_val(BITS, 0), |s, j| {
                    s + Float::with_val(BITS, &x[j] * a[[i, j]])
                })
            })
            .collect();
        norm = self::length(&y);
        x = (0..m)
            .map(|j| {
                (0..n).fold(Float::with_val(BITS, 0), |s, i| {
                    s + Float::with_val(BITS, &y[i] * a[[i, j]])
                })
            })
            .collect();
    }
    norm
}

fn length(x: &[Float]) -> Float {
    x.iter()
        .fold(Float::with_val(160, 0), |s, v| {
            s + Float::with_val(160, v * v)
        })
        .sqrt()
}
