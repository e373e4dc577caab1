//! Leaf energies: E_j = sum over the sample of |x_{i,j}|^2, x_{i,j} the channels
//! of input position j.
//!
//! In stored units. Of 8-bit data the sums are integers and exact. Of floats
//! each square is split into its f64 and the exact rest by a fused
//! multiply-add, and added with an exact error term (TwoSum); what the two
//! corrections lose themselves is at most (2 m u)^2 of the sum and m 2^-1074,
//! for m < 2^40 squares.

use crate::data::{Pixels, Sample};
use crate::network::{Shape, Window};
use crate::real::{Enclosure, Real};
use rayon::prelude::*;

/// Rows handled at once.
const BLOCK: usize = 1024;

/// Leaf energies, and their factor from stored to actual units.
pub struct LeafEnergies {
    /// Of each input position, in stored units.
    pub stored: Vec<Enclosure>,
    /// The largest of a single coordinate, in actual units.
    pub max_coordinate: Enclosure,
    /// Of the constant 1 in stored units.
    pub constant: Enclosure,
    /// The squared scale.
    pub factor: Enclosure,
}

/// A sum in two parts.
#[derive(Clone, Copy, Default)]
struct Double {
    sum: f64,
    rest: f64,
}

impl Double {
    fn add(&mut self, x: f64) {
        let s = self.sum + x;
        let t = s - self.sum;
        self.rest += (self.sum - (s - t)) + (x - t);
        self.sum = s;
    }

    fn add_square(&mut self, x: f64) {
        let p = x * x;
        self.rest += x.mul_add(x, -p);
        self.add(p);
    }

    /// For a sum of `m` squares.
    fn enclosure(self, prec: u32, m: usize) -> Enclosure {
        let total = Enclosure::exact(prec, self.sum) + Enclosure::exact(prec, self.rest);
        let relative = (2.0 * m as f64 * f64::EPSILON).powi(2);
        // Twice: the sum of the squares is known by this sum only.
        let error = (2.0 * relative * self.sum.abs() + m as f64 * f64::MIN_POSITIVE).next_up();
        let error = Enclosure::exact(prec, error);
        let zero = error.int(0);
        if m >= 1 << 40 || !self.sum.is_finite() || !self.rest.is_finite() {
            return Enclosure::undefined(prec);
        }
        (total.clone() - &error).max(&zero).hull(&(total + error))
    }
}

impl LeafEnergies {
    /// Of a sample whose inputs have that shape.
    pub fn new(sample: &Sample, shape: Shape, prec: u32) -> Self {
        let scale = Enclosure::rational(prec, sample.scale());
        let factor = scale.powi(2);
        let coordinates = coordinates(sample, prec);
        let zero = scale.int(0);
        let largest = coordinates.iter().fold(zero.clone(), |m, e| m.max(e));
        let position = |j: usize| {
            let channels = (0..shape.channels).map(|c| &coordinates[c * shape.positions() + j]);
            channels.fold(zero.clone(), |sum, e| sum + e)
        };
        Self {
            stored: (0..shape.positions()).map(position).collect(),
            max_coordinate: largest * &factor,
            constant: Enclosure::integer(prec, sample.len()) / &factor,
            factor,
        }
    }

    /// The largest, in actual units; a constant leaf counts if `with_constant`.
    pub fn largest(&self, with_constant: bool) -> Enclosure {
        let first = if with_constant {
            self.constant.clone()
        } else {
            self.constant.int(0)
        };
        let largest = self.stored.iter().fold(first, |m, e| m.max(e));
        largest * &self.factor
    }

    /// The sum over the positions, ||X||_F^2, in actual units.
    pub fn total(&self) -> Enclosure {
        let zero = self.constant.int(0);
        self.stored.iter().fold(zero, |s, e| s + e) * &self.factor
    }
}

/// The sum of the squares of each coordinate, in stored units.
fn coordinates(sample: &Sample, prec: u32) -> Vec<Enclosure> {
    let (d, m) = (sample.dim(), sample.len());
    let starts: Vec<usize> = (0..m).step_by(BLOCK).collect();
    if let Pixels::U8(pixels) = sample.pixels() {
        let sums = starts
            .into_par_iter()
            .map(|start| {
                // 1024 squares of bytes fit u32.
                let mut sums = vec![0u32; d];
                for row in start..(start + BLOCK).min(m) {
                    for (sum, &x) in sums.iter_mut().zip(pixels.row(row)) {
                        *sum += u32::from(x) * u32::from(x);
                    }
                }
                sums.into_iter().map(u64::from).collect::<Vec<u64>>()
            })
            .reduce(
                || vec![0u64; d],
                |mut a, b| {
                    a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
                    a
                },
            );
        let sums = sums.into_iter().map(|s| Enclosure::integer(prec, s));
        return sums.collect();
    }
    // In order, whatever the threads.
    let parts: Vec<Vec<Double>> = starts
        .into_par_iter()
        .map(|start| {
            let mut sums = vec![Double::default(); d];
            for row in sample.rows_f64(start..(start + BLOCK).min(m)).rows() {
                sums.iter_mut().zip(row).for_each(|(s, &x)| s.add_square(x));
            }
            sums
        })
        .collect();
    let one = |i: usize| {
        let zero = Enclosure::integer(prec, 0);
        parts.iter().enumerate().fold(zero, |sum, (k, part)| {
            let rows = BLOCK.min(m - k * BLOCK);
            sum + part[i].enclosure(prec, rows)
        })
    };
    (0..d).map(one).collect()
}

/// The largest norm, in actual units, of what any position of a window reads of
/// any input of the sample.
pub fn largest_patch_norm(sample: &Sample, window: &Window, input: Shape, prec: u32) -> Enclosure {
    let grid = window.grid(input).unwrap_or([0, 0]);
    let patches: Vec<Vec<usize>> = (0..grid[0] * grid[1])
        .map(|q| {
            window
                .taps(input, [q / grid[1], q % grid[1]])
                .map(|(_, u)| u)
                .collect()
        })
        .collect();
    let positions = input.positions();
    let starts: Vec<usize> = (0..sample.len()).step_by(BLOCK).collect();
    let largest = starts
        .into_par_iter()
        .map(|start| {
            let rows = sample.rows_f64(start..(start + BLOCK).min(sample.len()));
            let of_row = |row: ndarray::ArrayView1<f64>| {
                let square = |j: usize| -> f64 {
                    (0..input.channels)
                        .map(|c| row[c * positions + j].powi(2))
                        .sum()
                };
                let squares: Vec<f64> = (0..positions).map(square).collect();
                let sums = patches
                    .iter()
                    .map(|p| p.iter().map(|&u| squares[u]).sum::<f64>());
                sums.fold(0.0, f64::max)
            };
            rows.rows().into_iter().map(of_row).fold(0.0, f64::max)
        })
        .reduce(|| 0.0, f64::max);
    // Twice the relative error of a sum of so many squares, and what underflows.
    let relative = 1e-12 + 2.0 * input.len() as f64 * f64::EPSILON;
    let square = |x: f64| Enclosure::exact(prec, x);
    let squares = match sample.pixels() {
        // Integers below 2^53.
        Pixels::U8(_) if input.len() < 1 << 36 => square(largest),
        _ => {
            let upper = square(largest * (1.0 + relative) + 1e-300);
            square((largest * (1.0 - relative) - 1e-300).max(0.0)).hull(&upper)
        }
    };
    squares.sqrt() * Enclosure::rational(prec, sample.scale())
}
