//! Reduced row norms, for every reduction at once.
//!
//! Sorting a row's magnitudes once gives, by prefix sums of their squares, the
//! norm of its k largest entries for every k. In f64, on the scaled matrix, the
//! sum of k squares has relative error gamma(k) and underflow k 2^-1074; an
//! entry that was rounded on scaling moves its square by at most 2^-1073. The
//! order is exact, or off only among entries that scaled to the same number.
//! Largest computed sums bound largest sums: the bound grows with the sum.
//!
//! For differences of rows, each entry carries one more rounding, and the norm
//! of the k largest magnitudes is monotone in every magnitude: two more
//! relative errors u on the squares (the subtraction itself cannot underflow).

use crate::linalg::error::{TINY, nonnegative_sum, sqrt_down, sqrt_up};
use crate::linalg::order::{key, sums_of_largest};
use crate::linalg::scale::{Scaled, unscale};
use crate::real::Interval;
use ndarray::parallel::prelude::*;
use ndarray::{Array2, ArrayView1, Axis};

/// Relative roundings of a difference and its square beyond those of the sum.
const OF_A_DIFFERENCE: usize = 4;

/// Absolute error of a sum of `k` squares of scaled entries, at most `largest`.
fn absolute(k: usize, underflow: f64, largest: f64) -> f64 {
    // Squares of zeros are exact.
    if largest == 0.0 && underflow == 0.0 {
        0.0
    } else {
        8.0 * k as f64 * TINY
    }
}

/// The l2 norms of the rows of W reduced to their d1 - s1 largest entries, for
/// every s1: the row's own, and ||W||_(d2-1,s1), their largest.
#[derive(Clone, Debug)]
pub struct ReducedRowNorms {
    exponent: i32,
    underflow: f64,
    // Column k: the sum of the k largest squares of each row, scaled.
    sums: Array2<f64>,
    largest_sums: Vec<f64>,
    // Of each row, and of all: the largest magnitude, scaled.
    largest_entries: Vec<f64>,
    largest_entry: f64,
}

impl ReducedRowNorms {
    /// Of a d2 x d1 matrix; `None` if it is empty or an entry is not finite.
    pub fn new(w: &Array2<f64>) -> Option<Self> {
        Some(Self::of_scaled(&Scaled::new(w)?))
    }

    pub(crate) fn of_scaled(w: &Scaled) -> Self {
        let (rows, cols) = w.dim();
        let mut sums = Array2::zeros((rows, cols + 1));
        sums.axis_iter_mut(Axis(0))
            .into_par_iter()
            .zip(w.matrix().axis_iter(Axis(0)).into_par_iter())
            .for_each(|(mut sums, row)| {
                let mut keys: Vec<i64> = row.iter().map(|x| key(x * x)).collect();
                sums_of_largest(&mut keys, |k, sum| sums[k] = sum);
            });
        let largest_sums: Vec<f64> = sums
            .columns()
            .into_iter()
            .map(|c| c.fold(0.0f64, |m, x| m.max(*x)))
            .collect();
        let magnitude = |row: ArrayView1<f64>| row.fold(0.0f64, |m, x| m.max(x.abs()));
        let largest_entries: Vec<f64> = w.matrix().rows().into_iter().map(magnitude).collect();
        let largest_entry = largest_entries.iter().fold(0.0f64, |m, x| m.max(*x));
        Self {
            exponent: w.exponent(),
            underflow: w.underflow(),
            sums,
            largest_sums,
            largest_entries,
            largest_entry,
        }
    }

    /// Number of rows d2 and columns d1.
    pub fn dim(&self) -> (usize, usize) {
        (self.sums.nrows(), self.sums.ncols() - 1)
    }

    /// ||W||_(d2-1,s1): the largest norm of a row reduced to its d1 - s1 largest
    /// entries; undefined unless s1 < d1.
    pub fn max(&self, s1: usize) -> Interval {
        let (_, cols) = self.dim();
        if s1 + 1 == cols {
            // One entry: the largest scales to the largest, which never rounds.
            return unscale(self.largest_entry, self.largest_entry, self.exponent);
        }
        match self.max_squared_scaled(s1) {
            Some((lo, hi)) => unscale(sqrt_down(lo), sqrt_up(hi), self.exponent),
            None => Interval::UNDEFINED,
        }
    }

    /// The norm of row `i` reduced to its d1 - s1 largest entries; undefined
    /// unless i < d2 and s1 < d1.
    pub fn row(&self, i: usize, s1: usize) -> Interval {
        let (rows, cols) = self.dim();
        if i >= rows || s1 >= cols {
            return Interval::UNDEFINED;
        }
        let k = cols - s1;
        let absolute = absolute(k, self.underflow, self.largest_entries[i]);
        let (lo, hi) = nonnegative_sum(self.sums[[i, k]], k, absolute);
        unscale(sqrt_down(lo), sqrt_up(hi), self.exponent)
    }

    /// max |w_ij| = ||W||_(d2-1,d1-1), exactly.
    pub fn largest_entry(&self) -> f64 {
        self.max(self.dim().1 - 1).hi()
    }

    /// Bounds on the square of the largest reduced norm of the scaled matrix.
    pub(crate) fn max_squared_scaled(&self, s1: usize) -> Option<(f64, f64)> {
        let k = self.dim().1.checked_sub(s1).filter(|k| *k > 0)?;
        let absolute = absolute(k, self.underflow, self.largest_entry);
        Some(nonnegative_sum(self.largest_sums[k], k, absolute))
    }

    /// Of every row, the computed sum of its d1 - s1 largest squares, scaled:
    /// d1 - s1 roundings each, and this absolute error.
    pub(crate) fn row_sums_scaled(&self, s1: usize) -> (ArrayView1<'_, f64>, f64) {
        let k = self.dim().1 - s1;
        (
            self.sums.column(k),
            absolute(k, self.underflow, self.largest_entry),
        )
    }
}

/// D(s) = max over rows y != j of the norm of w_y - w_j reduced to its d - s
/// largest entries, for every s; 0 if there is one row.
#[derive(Clone, Debug)]
pub struct MaxPairDifference {
    exponent: i32,
    largest_sums: Vec<f64>,
    absolute: f64,
}

impl MaxPairDifference {
    /// Of a C x d matrix; `None` if it is empty or an entry is not finite.
    pub fn new(w: &Array2<f64>) -> Option<Self> {
        let scaled = Scaled::new(w)?;
        let (rows, cols) = scaled.dim();
        let a = scaled.matrix();
        let largest_sums = (0..rows)
            .into_par_iter()
            .map(|y| {
                let mut largest = vec![0.0f64; cols + 1];
                let mut keys = vec![0i64; cols];
                for j in 0..y {
                    for ((key_out, x), z) in keys.iter_mut().zip(a.row(y)).zip(a.row(j)) {
                        let difference = x - z;
                        *key_out = key(difference * difference);
                    }
                    sums_of_largest(&mut keys, |k, sum| largest[k] = largest[k].max(sum));
                }
                largest
            })
            .reduce(|| vec![0.0; cols + 1], |a, b| max_each(a, &b));
        let zero = scaled.is_zero() || rows == 1;
        Some(Self {
            exponent: scaled.exponent(),
            largest_sums,
            absolute: if zero { 0.0 } else { 16.0 * cols as f64 * TINY },
        })
    }

    /// D(s); undefined unless s < d.
    pub fn at(&self, s: usize) -> Interval {
        let Some(k) = (self.largest_sums.len() - 1)
            .checked_sub(s)
            .filter(|k| *k > 0)
        else {
            return Interval::UNDEFINED;
        };
        let (lo, hi) = nonnegative_sum(self.largest_sums[k], k + OF_A_DIFFERENCE, self.absolute);
        unscale(sqrt_down(lo), sqrt_up(hi), self.exponent)
    }
}

/// The larger of each pair; the order of reduction does not matter.
pub(crate) fn max_each(mut a: Vec<f64>, b: &[f64]) -> Vec<f64> {
    for (a, b) in a.iter_mut().zip(b) {
        *a = a.max(*b);
    }
    a
}
