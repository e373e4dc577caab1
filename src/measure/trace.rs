//! The sample through the network: certified margins and ordered
//! pre-activations.
//!
//! **Units.** Without biases a ReLU network is positively homogeneous, so the
//! stored (unscaled) inputs go through it: every quantity here is the network's
//! divided by the sample's exact scale, and thresholds are divided likewise.
//! Images keep their integers 0..255 that way and the inputs carry no error.
//!
//! **Error bound.** With u = 2^-53, gamma = (n+2)u/(1-(n+2)u), the f64 product
//! fl(Wx) differs from Wx by at most gamma |W||x| in each entry, whatever the
//! order of summation and with or without FMA. If the computed layer input is
//! off by at most d in the 2-norm and the largest row norm and Frobenius norm
//! of W are r and f, its pre-activations are off by at most
//! r d + gamma r |x~| each and f d + gamma f |x~| in the 2-norm; the ReLU is
//! 1-Lipschitz and commits no rounding; order statistics are 1-Lipschitz in the
//! sup norm; the margin is off by twice the outputs' bound and one rounding.
//! The bounds are sums and products of fewer than 10^6 non-negative terms,
//! computed to nearest and inflated by `SLACK`; `TINY` covers underflow. Where
//! anything is not finite the bound is infinite, so nothing is decided by it.

use crate::data::Sample;
use crate::error::Result;
use crate::network::Mlp;
use crate::real::{Enclosure, Interval, Real};
use ndarray::{Array1, Array2, ArrayView1, Axis};
use rayon::prelude::*;

/// Rows handled at once. Fixed, so that nothing depends on the threads.
const BLOCK: usize = 512;
const SLACK: f64 = 1.0 + 1e-9;
const TINY: f64 = 1e-150;
const LARGEST_WIDTH: usize = 1_000_000;

/// A sample's passage through a network.
pub struct Trace<'a> {
    pub(super) weights: Vec<&'a Array2<f64>>,
    pub(super) sample: &'a Sample,
    pub(super) blocks: Vec<Block>,
}

/// The certified numbers of up to `BLOCK` consecutive rows, in stored units.
pub(super) struct Block {
    pub(super) start: usize,
    pub(super) norm_squared: Vec<f64>,
    pub(super) norm_error: Vec<f64>,
    pub(super) margin: Vec<f64>,
    pub(super) margin_error: Vec<f64>,
    /// Per hidden layer: row s-1 holds the s-th smallest pre-activation of each
    /// sample; shape (d_k, rows).
    pub(super) ascending: Vec<Array2<f64>>,
    pub(super) activation_error: Vec<Vec<f64>>,
}

impl<'a> Trace<'a> {
    /// Sends the sample through the network. `progress` is told of every batch
    /// of rows done.
    ///
    /// # Errors
    /// If the sample's dimension is not d_0, or a label is not below C.
    pub fn new(
        network: &'a Mlp,
        sample: &'a Sample,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Self> {
        Self::of(network, sample, true, progress)
    }

    /// The same for queries on norms and margins only: pre-activations are not
    /// put in order, which takes most of the time.
    ///
    /// # Errors
    /// As [`Trace::new`].
    pub fn without_activations(network: &'a Mlp, sample: &'a Sample) -> Result<Self> {
        Self::of(network, sample, false, &|_| {})
    }

    fn of(
        network: &'a Mlp,
        sample: &'a Sample,
        activations: bool,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Self> {
        network.check_input(sample.dim())?;
        network.check_labels(sample.classes())?;
        let weights: Vec<_> = network.layers().iter().map(|l| &l.weights).collect();
        let layers: Vec<_> = weights.iter().map(|w| LayerConstants::new(w)).collect();
        let starts: Vec<usize> = (0..sample.len()).step_by(BLOCK).collect();
        let blocks = starts
            .into_par_iter()
            .map(|start| {
                let end = (start + BLOCK).min(sample.len());
                let block = Block::new(&weights, &layers, sample, start..end, activations);
                progress(end - start);
                block
            })
            .collect();
        Ok(Self {
            weights,
            sample,
            blocks,
        })
    }

    /// The sample.
    pub fn sample(&self) -> &'a Sample {
        self.sample
    }

    /// The margin of every sample and a bound on its error, in stored units.
    pub(super) fn margins(&self) -> (Vec<f64>, Vec<f64>) {
        let blocks = self.blocks.iter();
        let pairs = blocks.flat_map(|b| b.margin.iter().zip(&b.margin_error));
        pairs.map(|(m, e)| (*m, *e)).unzip()
    }

    /// Sample size m.
    #[allow(clippy::len_without_is_empty)] // A sample is never empty.
    pub fn len(&self) -> usize {
        self.sample.len()
    }

    /// Number K of hidden layers.
    pub fn hidden(&self) -> usize {
        self.weights.len() - 1
    }

    /// Exact factor from stored to actual units.
    pub fn scale(&self, prec: u32) -> Enclosure {
        Enclosure::rational(prec, self.sample.scale())
    }

    /// An upper bound on the largest ||x|| of the sample.
    pub fn largest_norm(&self, prec: u32) -> Enclosure {
        let largest = |lower: bool| {
            let ends = self.blocks.iter().flat_map(|b| {
                b.norm_squared.iter().zip(&b.norm_error).map(move |(n, e)| {
                    let (lo, hi) = ((n - e).next_down().max(0.0), (n + e).next_up());
                    if *e == 0.0 {
                        *n
                    } else if lower {
                        lo
                    } else {
                        hi
                    }
                })
            });
            Enclosure::exact(prec, ends.fold(0.0, f64::max))
        };
        largest(true).hull(&largest(false)).sqrt() * self.scale(prec)
    }

    /// The s-th largest entry of -W_k x_{k-1} of sample `i` (hidden layer k =
    /// `layer`+1), enclosed, in stored units.
    pub(super) fn inactivity(&self, i: usize, layer: usize, s: usize) -> Interval {
        let block = &self.blocks[i / BLOCK];
        let row = i - block.start;
        let (value, error) = (
            -block.ascending[layer][[s - 1, row]],
            block.activation_error[layer][row],
        );
        Interval::new((value - error).next_down(), (value + error).next_up())
            .unwrap_or(Interval::UNDEFINED)
    }

    /// Quantiles of the input norms, to f64 accuracy.
    pub fn norm_quantiles(&self, at: &[f64]) -> Vec<f64> {
        let mut norms: Vec<f64> = self
            .blocks
            .iter()
            .flat_map(|b| b.norm_squared.iter().copied())
            .collect();
        norms.sort_unstable_by(f64::total_cmp);
        let scale = self.sample.scale().to_f64();
        at.iter()
            .map(|q| norms[((norms.len() - 1) as f64 * q) as usize].sqrt() * scale)
            .collect()
    }
}

impl Block {
    fn new(
        weights: &[&Array2<f64>],
        layers: &[LayerConstants],
        sample: &Sample,
        range: std::ops::Range<usize>,
        activations: bool,
    ) -> Self {
        let (start, rows) = (range.start, range.len());
        let mut x = sample.rows_f64(range);
        let exact_squares =
            matches!(sample.pixels(), crate::data::Pixels::U8(_)) && x.ncols() < LARGEST_WIDTH;
        let norm_squared: Vec<f64> = x.axis_iter(Axis(0)).map(|r| r.dot(&r)).collect();
        let gamma = gamma(x.ncols());
        let norm_error = norm_squared
            .iter()
            .map(|n| {
                if exact_squares {
                    0.0
                } else {
                    known_or_infinite(gamma * n * SLACK + TINY)
                }
            })
            .collect();

        let mut input_error = vec![0.0; rows];
        let (mut ascending, mut activation_error) = (Vec::new(), Vec::new());
        let mut outputs = Array2::zeros((0, 0));
        let mut output_error = Vec::new();
        for (k, (w, layer)) in weights.iter().zip(layers).enumerate() {
            let z = x.dot(&w.t());
            let norms: Vec<f64> = x.axis_iter(Axis(0)).map(norm_up).collect();
            let bound = |row_or_frobenius: f64| {
                norms
                    .iter()
                    .zip(&input_error)
                    .map(|(n, d)| {
                        known_or_infinite((row_or_frobenius * (d + layer.gamma * n) + TINY) * SLACK)
                    })
                    .collect::<Vec<f64>>()
            };
            let (each, all) = (bound(layer.largest_row), bound(layer.frobenius));
            if k + 1 == weights.len() {
                (outputs, output_error) = (z, each);
                break;
            }
            if activations {
                ascending.push(sorted_columns(&z));
                activation_error.push(each);
            }
            x = z.mapv_into(|v| v.max(0.0));
            input_error = all;
        }

        let (mut margin, mut margin_error) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        for (row, error) in output_error.iter().enumerate() {
            let (value, size) =
                margin_of(outputs.row(row), usize::from(sample.labels()[start + row]));
            margin.push(value);
            margin_error.push(known_or_infinite(
                (2.0 * error + size * f64::EPSILON) * SLACK + TINY,
            ));
        }
        Self {
            start,
            norm_squared,
            norm_error,
            margin,
            margin_error,
            ascending,
            activation_error,
        }
    }
}

/// What the error bound needs of a layer, each an upper bound.
struct LayerConstants {
    largest_row: f64,
    frobenius: f64,
    gamma: f64,
}

impl LayerConstants {
    fn new(w: &Array2<f64>) -> Self {
        let rows: Array1<f64> = w.axis_iter(Axis(0)).map(norm_up).collect();
        Self {
            largest_row: rows.iter().copied().fold(0.0, f64::max),
            frobenius: norm_up(rows.view()),
            gamma: gamma(w.ncols()),
        }
    }
}

/// (n+2)u/(1-(n+2)u), rounded up; infinite beyond the widths `SLACK` allows.
fn gamma(n: usize) -> f64 {
    if n >= LARGEST_WIDTH {
        return f64::INFINITY;
    }
    let nu = (n + 2) as f64 * (f64::EPSILON / 2.0);
    (nu / (1.0 - nu)) * SLACK
}

/// An upper bound on the 2-norm of a vector of fewer than 10^6 entries.
fn norm_up(x: ArrayView1<f64>) -> f64 {
    if x.len() >= LARGEST_WIDTH {
        return f64::INFINITY;
    }
    known_or_infinite(x.dot(&x).sqrt() * SLACK + TINY)
}

/// A NaN bound bounds nothing.
fn known_or_infinite(bound: f64) -> f64 {
    if bound.is_nan() { f64::INFINITY } else { bound }
}

/// h_y - max_{j != y} h_j, and a bound on the size of the two; with a single
/// class the margin is the output itself.
pub(super) fn margin_of(outputs: ArrayView1<f64>, label: usize) -> (f64, f64) {
    let others = outputs
        .iter()
        .enumerate()
        .filter(|(j, _)| *j != label)
        .map(|(_, &h)| h);
    let best = others.fold(f64::NEG_INFINITY, f64::max);
    let own = outputs[label];
    let size = own.abs() + best.abs();
    if outputs.iter().any(|h| !h.is_finite()) {
        return (0.0, f64::INFINITY);
    }
    (own - best, size)
}

/// Maps the bits of an f64 to integers in the order of `f64::total_cmp`, and back:
/// integers sort faster.
fn in_order(bits: i64) -> i64 {
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

/// Each row of `z` sorted, laid out by rank: shape (d, rows).
fn sorted_columns(z: &Array2<f64>) -> Array2<f64> {
    let mut by_rank = Array2::zeros((z.ncols(), z.nrows()));
    let mut row = Vec::with_capacity(z.ncols());
    for (i, values) in z.axis_iter(Axis(0)).enumerate() {
        row.clear();
        row.extend(values.iter().map(|v| in_order(v.to_bits() as i64)));
        row.sort_unstable();
        for (rank, &v) in row.iter().enumerate() {
            by_rank[[rank, i]] = f64::from_bits(in_order(v) as u64);
        }
    }
    by_rank
}
