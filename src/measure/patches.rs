//! Operator norms of patch matrices: for each position q of the first layer,
//! ||X_q||_op^2, X_q the m x d matrix of what q reads of each sample.
//!
//! It is the largest eigenvalue of the d x d Gram matrix X_q^T X_q, whose
//! entries are inner products of two pixels over the sample; each pair that
//! some window holds is added up once. In stored units. Products of 8-bit data
//! and their sums are integers below 2^53: exact. Otherwise entry (p,p') is off
//! by at most gamma(m) |x_p| |x_p'|, a matrix of rank one of norm gamma(m) tr.

use crate::data::{Pixels, Sample};
use crate::linalg::error::{TINY, gamma};
use crate::linalg::spectral_norm;
use crate::network::{Conv, Shape};
use crate::real::{Enclosure, Interval};
use ndarray::{Array2, Axis, s};
use rayon::prelude::*;
use std::collections::HashMap;

/// Entries of a block of samples held transposed.
const BLOCK_ENTRIES: usize = 1 << 21;
const LARGEST_BLOCK: usize = 512;
/// Up to here sums of products of bytes stay below 2^53.
const EXACT_SAMPLES: usize = 1 << 36;

/// ||X_q||_op^2 of each output position of `conv`, which reads inputs of shape
/// `input`, in stored units; a bias adds the constant to what is read, with the
/// stored value `one`.
pub fn patch_norms_squared(
    sample: &Sample,
    conv: &Conv,
    input: Shape,
    one: f64,
    prec: u32,
) -> Vec<Enclosure> {
    let constant = sample.dim();
    let grid = conv.window.grid(input).unwrap_or([0, 0]);
    let patches: Vec<Vec<usize>> = (0..grid[0] * grid[1])
        .map(|q| {
            let taps = conv.window.taps(input, [q / grid[1], q % grid[1]]);
            let pixels =
                taps.flat_map(|(_, u)| (0..input.channels).map(move |c| c * input.positions() + u));
            pixels
                .chain(conv.bias.is_some().then_some(constant))
                .collect()
        })
        .collect();
    let mut places: HashMap<(usize, usize), usize> = HashMap::new();
    let mut pairs = Vec::new();
    for patch in &patches {
        for (i, &a) in patch.iter().enumerate() {
            for &b in &patch[..=i] {
                let pair = (a.max(b), a.min(b));
                places.entry(pair).or_insert_with(|| {
                    pairs.push(pair);
                    pairs.len() - 1
                });
            }
        }
    }
    let products = products(sample, &pairs, one);
    // A comparison of a Rational with a f64 is exact.
    let whole = one.fract() == 0.0 && one <= 65_536.0 && sample.scale().clone().recip() == one;
    let exact = matches!(sample.pixels(), Pixels::U8(_))
        && sample.len() < EXACT_SAMPLES
        && (conv.bias.is_none() || whole);
    patches
        .par_iter()
        .map(|patch| {
            let n = patch.len();
            let gram = Array2::from_shape_fn((n, n), |(i, j)| {
                let (a, b) = (patch[i], patch[j]);
                products[places[&(a.max(b), a.min(b))]]
            });
            largest_eigenvalue(&gram, sample.len(), exact, prec)
        })
        .collect()
}

fn largest_eigenvalue(gram: &Array2<f64>, m: usize, exact: bool, prec: u32) -> Enclosure {
    let norm = Enclosure::from(spectral_norm(gram).enclosure).with_precision(prec);
    if exact || gram.is_empty() {
        return norm;
    }
    let trace: f64 = gram.diag().sum();
    let n = gram.nrows() as f64;
    // The trace is rounded too, and stands for the exact one: far within 2.
    let error = 2.0 * gamma(m + gram.nrows() + 4) * trace + n * m as f64 * TINY;
    let error = Interval::new(-error.next_up(), error.next_up()).unwrap_or(Interval::UNDEFINED);
    let sum = norm + Enclosure::from(error).with_precision(prec);
    let zero = Enclosure::integer(prec, 0);
    crate::real::Real::max(&sum, &zero)
}

/// Over the sample, the sum of x_a x_b for each pair.
fn products(sample: &Sample, pairs: &[(usize, usize)], one: f64) -> Vec<f64> {
    let (d, m) = (sample.dim(), sample.len());
    let rows = (BLOCK_ENTRIES / (d + 1)).clamp(1, LARGEST_BLOCK);
    let starts: Vec<usize> = (0..m).step_by(rows).collect();
    // A product of matrices pays off if a third of its entries are wanted.
    let dense = pairs.len() > (d + 1) * (d + 1) / 6;
    let add = |mut sums: Vec<f64>, start: usize| {
        let x = sample.rows_f64(start..(start + rows).min(m));
        let mut columns = Array2::from_elem((d + 1, x.nrows()), one);
        columns.slice_mut(s![..d, ..]).assign(&x.t());
        if dense {
            let gram = lower_gram(&columns);
            for (sum, &(a, b)) in sums.iter_mut().zip(pairs) {
                *sum += gram[[a, b]];
            }
        } else {
            for (sum, &(a, b)) in sums.iter_mut().zip(pairs) {
                *sum += columns
                    .index_axis(Axis(0), a)
                    .dot(&columns.index_axis(Axis(0), b));
            }
        }
        sums
    };
    // A fixed division of the work, so that the sums do not depend on the threads.
    const PARTS: usize = 16;
    let parts: Vec<Vec<f64>> = (0..PARTS)
        .into_par_iter()
        .map(|part| {
            let mine = starts.iter().skip(part).step_by(PARTS);
            mine.fold(vec![0.0; pairs.len()], |sums, &start| add(sums, start))
        })
        .collect();
    (0..pairs.len())
        .map(|i| parts.iter().map(|p| p[i]).sum())
        .collect()
}

/// X X^T at and below the diagonal, in strips: half the work of the whole.
fn lower_gram(x: &Array2<f64>) -> Array2<f64> {
    const STRIP: usize = 128;
    let n = x.nrows();
    let mut gram = Array2::zeros((n, n));
    for start in (0..n).step_by(STRIP) {
        let end = (start + STRIP).min(n);
        let strip = x.slice(s![start..end, ..]).dot(&x.slice(s![..end, ..]).t());
        gram.slice_mut(s![start..end, ..end]).assign(&strip);
    }
    gram
}
