//! The sparse induced norm (Muthukumar & Sulam 2023, Definition 1).
//!
//! ||W||_(s2,s1) is the largest spectral norm of a sub-matrix of d2-s2 rows and
//! d1-s1 columns: combinatorial in general. Certified above always, by the least
//! of
//! - the spectral norm of W (a sub-matrix's is no larger);
//! - the Frobenius norms of the sub-matrices: the square root of the sum of the
//!   d2-s2 largest squared row norms, each reduced to d1-s1 entries; and the
//!   same by columns;
//! - Lemma 18, R sqrt(1 + mu), where a [`BabelTable`] is at hand;
//! - a bound at smaller s2 or s1: the norm does not increase in either.
//!
//! Certified below by the spectral norm of a sub-matrix found greedily. In
//! between, branch and bound over rows and columns closes the gap on small
//! shapes.
//!
//! The sums of squares have at most d1 + d2 relative roundings of non-negative
//! terms, so [`nonnegative_sum`] bounds them.

use super::babel::{BabelTable, finite, sorted_grid};
use super::norms::ReducedRowNorms;
use crate::error::{Error, Result};
use crate::linalg::error::{nonnegative_sum, sqrt_up};
use crate::linalg::order::{key, sums_of_largest};
use crate::linalg::scale::{Scaled, times_power_of_two};
use crate::linalg::spectral_norm;
use crate::real::Interval;
use ndarray::{Array1, Array2, ArrayView1, Axis};
use rug::float::Round;

mod branch;

/// ||W||_(s2,s1), as closely as the effort allowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SparseNorm {
    /// Contains the norm.
    pub enclosure: Interval,
    /// Whether the search was exhaustive: the enclosure is then as narrow as
    /// rounding allows (about 1e-9 relative).
    pub exhausted: bool,
}

impl SparseNorm {
    /// Of a d2 x d1 matrix. `nodes` bounds the branch and bound: each costs one
    /// spectral norm of a part of W, so give 0 unless W is small. With `babel`
    /// (of the same matrix) Lemma 18 is used too.
    ///
    /// # Errors
    /// Domain: an empty matrix, an entry that is not finite, s2 >= d2, s1 >= d1,
    /// a babel table of another matrix.
    pub fn new(
        w: &Array2<f64>,
        s2: usize,
        s1: usize,
        nodes: usize,
        babel: Option<&BabelTable>,
    ) -> Result<Self> {
        let scaled = finite(w)?;
        let (rows, cols) = scaled.dim();
        if s2 >= rows || s1 >= cols {
            let found = format!("s2 = {s2}, s1 = {s1} for a {rows} x {cols} matrix");
            return Err(Error::domain("s2 < d2 and s1 < d1", found));
        }
        // One row or one column: the reduced norm itself.
        if s2 + 1 == rows {
            let enclosure = ReducedRowNorms::of_scaled(&scaled).max(s1);
            return Ok(Self {
                enclosure,
                exhausted: true,
            });
        }
        if s1 + 1 == cols {
            let enclosure = ReducedRowNorms::of_scaled(&scaled.transposed()).max(s2);
            return Ok(Self {
                enclosure,
                exhausted: true,
            });
        }
        if s2 == 0 && s1 == 0 {
            let enclosure = spectral_norm(w).enclosure;
            return Ok(Self {
                enclosure,
                exhausted: true,
            });
        }
        let lemma_18 = match babel {
            Some(table) => {
                same_matrix(table, &scaled)?;
                table.norm_bound(s2, s1)
            }
            None => f64::INFINITY,
        };
        Ok(branch::search(w, rows - s2, cols - s1, nodes, lemma_18))
    }
}

fn same_matrix(babel: &BabelTable, scaled: &Scaled) -> Result<()> {
    if babel.scaled() == scaled {
        Ok(())
    } else {
        Err(Error::domain(
            "a babel table of the same matrix",
            "one of another matrix",
        ))
    }
}

/// Certified upper bounds on ||W||_(s2,s1) for all s2 and a grid of s1,
/// non-increasing in both.
#[derive(Clone, Debug)]
pub struct SparseNormTable {
    scaled: Scaled,
    grid: Vec<usize>,
    // [g][s2], in units of W; g indexes `grid`, whose first value is 0.
    upper: Vec<Vec<f64>>,
}

impl SparseNormTable {
    /// Of a d2 x d1 matrix; `grid` lists values of s1, and 0 is always added.
    ///
    /// # Errors
    /// Domain: an empty matrix, an entry that is not finite, s1 >= d1.
    pub fn new(w: &Array2<f64>, grid: &[usize]) -> Result<Self> {
        let scaled = finite(w)?;
        let (rows, cols) = scaled.dim();
        let mut grid = grid.to_vec();
        grid.push(0);
        let grid = sorted_grid(&grid, cols)?;
        let spectral = spectral_norm(w).enclosure.hi();
        let by_rows = ReducedRowNorms::of_scaled(&scaled);
        let by_columns = ReducedRowNorms::of_scaled(&scaled.transposed());
        let mut upper = vec![vec![spectral; rows]; grid.len()];
        let mut lower = |g: usize, s2: usize, bound: f64| upper[g][s2] = upper[g][s2].min(bound);
        // The square root of a computed sum of k sums of squares, in units of W.
        let root = |sum: f64, k: usize, error: f64| {
            let (_, hi) = nonnegative_sum(sum, rows + cols, error * k as f64);
            times_power_of_two(sqrt_up(hi), scaled.exponent(), Round::Up)
        };
        for (g, &s1) in grid.iter().enumerate() {
            let (squares, error) = by_rows.row_sums_scaled(s1);
            each_sum_of_largest(squares, |k, sum| {
                if k > 0 {
                    lower(g, rows - k, root(sum, k, error));
                }
            });
            // A single row: its own norm, with no further rounding.
            lower(g, rows - 1, by_rows.max(s1).hi());
        }
        for s2 in 0..rows {
            let (squares, error) = by_columns.row_sums_scaled(s2);
            each_sum_of_largest(squares, |k, sum| {
                if let Ok(g) = grid.binary_search(&(cols - k)) {
                    lower(g, s2, root(sum, k, error));
                }
            });
            if let Ok(g) = grid.binary_search(&(cols - 1)) {
                lower(g, s2, by_columns.max(s2).hi());
            }
        }
        let mut table = Self {
            scaled,
            grid,
            upper,
        };
        table.make_monotone();
        Ok(table)
    }

    /// Takes Lemma 18 into account where `babel` has the same s1.
    ///
    /// # Errors
    /// Domain: a babel table of another matrix.
    pub fn refine(mut self, babel: &BabelTable) -> Result<Self> {
        same_matrix(babel, &self.scaled)?;
        for (upper, &s1) in self.upper.iter_mut().zip(&self.grid) {
            for (s2, upper) in upper.iter_mut().enumerate() {
                *upper = upper.min(babel.norm_bound(s2, s1));
            }
        }
        self.make_monotone();
        Ok(self)
    }

    /// The values of s1 it holds, ascending, 0 first.
    pub fn grid(&self) -> &[usize] {
        &self.grid
    }

    /// nu >= ||W||_(s2,s1), with s1 rounded down to the grid; infinite unless
    /// s2 < d2 and s1 < d1.
    pub fn upper(&self, s2: usize, s1: usize) -> f64 {
        let (rows, cols) = self.scaled.dim();
        if s2 >= rows || s1 >= cols {
            return f64::INFINITY;
        }
        let g = self.grid.partition_point(|g| *g <= s1) - 1;
        self.upper[g][s2]
    }

    /// A bound at smaller s2 or s1 is a bound.
    fn make_monotone(&mut self) {
        for g in 0..self.upper.len() {
            for s2 in 0..self.upper[g].len() {
                let mut least = self.upper[g][s2];
                if g > 0 {
                    least = least.min(self.upper[g - 1][s2]);
                }
                if s2 > 0 {
                    least = least.min(self.upper[g][s2 - 1]);
                }
                self.upper[g][s2] = least;
            }
        }
    }
}

fn each_sum_of_largest(values: ArrayView1<f64>, each: impl FnMut(usize, f64)) {
    let mut keys: Vec<i64> = values.iter().map(|x| key(*x)).collect();
    sums_of_largest(&mut keys, each);
}

/// The indices of the `k` largest magnitudes, ascending.
fn largest(values: &Array1<f64>, k: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|i, j| values[*j].abs().total_cmp(&values[*i].abs()));
    order.truncate(k);
    order.sort_unstable();
    order
}

fn part(w: &Array2<f64>, rows: &[usize], cols: &[usize]) -> Array2<f64> {
    w.select(Axis(0), rows).select(Axis(1), cols)
}
