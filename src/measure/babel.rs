//! The reduced babel function (Muthukumar & Sulam 2023, Definition 2) for every
//! s2 and a grid of s1 at once.
//!
//! N(s2,s1) = max over |J2| = d2-s2, j in J2 of sum over i in J2, i != j, of
//! V_ij, V_ij = max over |J1| = d1-s1 of |<P w_i, P w_j>|; and mu = N/R^2 with
//! R = ||W||_(d2-1,s1). The inner maximum is the larger of the sum of the d1-s1
//! largest products w_il w_jl and minus the sum of the d1-s1 smallest; the
//! outer one, for each j, the sum of the d2-s2-1 largest V_ij.
//!
//! **Error.** For any |J1| = k, the sum over J1 of |w_il w_jl| is at most R^2 by
//! Cauchy-Schwarz, so the computed V_ij is off by at most gamma(d1+1) R^2 plus
//! underflow, whatever subset the rounded products order first. The sum of the
//! t largest of a row of V is t-Lipschitz in the sup norm and its summation is
//! one of t non-negative terms: off by gamma(d1+1) t R^2 and gamma(t) of itself.
//!
//! **Cost.** Each pair of rows is one sort of d1 products. V is kept, a number
//! per pair and s1 (128 MB at 1000 rows and 32 values), unless that takes more
//! than `MOST_STORED`: then each V_ij is computed again for (j,i), twice the
//! sorting for almost no memory and bit for bit the same result.

use crate::error::{Error, Result};
use crate::linalg::error::{TINY, gamma, nonnegative_sum, sqrt_up};
use crate::linalg::order::{key, number, sums_of_largest};
use crate::linalg::scale::{Scaled, times_power_of_two, unscale};
use crate::measure::norms::{ReducedRowNorms, max_each};
use crate::real::{Interval, product_up, quotient_down, quotient_up, sum_down, sum_up};
use ndarray::{Array2, ArrayView1, s};
use rayon::prelude::*;
use rug::float::Round;

/// Rows of one work item. Fixed, so that nothing depends on the threads.
const BLOCK: usize = 16;
/// Numbers of V kept in memory at most (256 MB).
const MOST_STORED: usize = 1 << 25;

/// N(s2,s1) and what follows from it, for all s2 and the s1 of a grid.
#[derive(Clone, Debug)]
pub struct BabelTable {
    scaled: Scaled,
    norms: ReducedRowNorms,
    grid: Vec<usize>,
    // [g][t]: the largest computed sum of the t largest V_ij, s1 = grid[g].
    sums: Vec<Vec<f64>>,
}

impl BabelTable {
    /// Of a d2 x d1 matrix; `grid` lists values of s1, in any order.
    ///
    /// # Errors
    /// Domain: an empty matrix, an entry that is not finite, s1 >= d1.
    pub fn new(w: &Array2<f64>, grid: &[usize]) -> Result<Self> {
        let scaled = finite(w)?;
        let (rows, cols) = scaled.dim();
        let grid = sorted_grid(grid, cols)?;
        let norms = ReducedRowNorms::of_scaled(&scaled);
        let sums = if scaled.is_zero() {
            vec![vec![0.0; rows]; grid.len()]
        } else {
            sums(scaled.matrix(), &grid, MOST_STORED)
        };
        Ok(Self {
            scaled,
            norms,
            grid,
            sums,
        })
    }

    /// The values of s1, ascending.
    pub fn grid(&self) -> &[usize] {
        &self.grid
    }

    /// Number of rows d2 and columns d1.
    pub fn dim(&self) -> (usize, usize) {
        self.scaled.dim()
    }

    pub(crate) fn scaled(&self) -> &Scaled {
        &self.scaled
    }

    /// N(s2,s1) = mu R^2; undefined unless s2 < d2 and s1 is on the grid.
    pub fn numerator(&self, s2: usize, s1: usize) -> Interval {
        match self.numerator_scaled(s2, s1) {
            Some((lo, hi)) => unscale(lo, hi, 2 * self.scaled.exponent()),
            None => Interval::UNDEFINED,
        }
    }

    /// mu_{s2,s1}(W), 0 if W = 0; undefined unless s2 < d2 and s1 is on the grid.
    pub fn mu(&self, s2: usize, s1: usize) -> Interval {
        let Some((lo, hi)) = self.numerator_scaled(s2, s1) else {
            return Interval::UNDEFINED;
        };
        if hi == 0.0 {
            return Interval::exact(0.0);
        }
        let (below, above) = self
            .norms
            .max_squared_scaled(s1)
            .unwrap_or((0.0, f64::INFINITY));
        // Never infinite: unless W = 0 the scaled norm is at least 1/2.
        let bounds = Interval::new(quotient_down(lo, above), quotient_up(hi, below));
        bounds.unwrap_or(Interval::UNDEFINED)
    }

    /// The certified upper bound sqrt(R^2 + N) = R sqrt(1 + mu) on
    /// ||W||_(s2,s1) of Lemma 18; infinite unless s2 < d2 and s1 is on the grid.
    pub fn norm_bound(&self, s2: usize, s1: usize) -> f64 {
        let numerator = self.numerator_scaled(s2, s1);
        match (numerator, self.norms.max_squared_scaled(s1)) {
            (Some((_, 0.0)), Some(_)) => self.norms.max(s1).hi(),
            (Some((_, n)), Some((_, r))) => {
                let bound = sqrt_up(sum_up(r, n));
                times_power_of_two(bound, self.scaled.exponent(), Round::Up)
            }
            _ => f64::INFINITY,
        }
    }

    fn numerator_scaled(&self, s2: usize, s1: usize) -> Option<(f64, f64)> {
        let (rows, cols) = self.dim();
        let g = self.grid.binary_search(&s1).ok()?;
        let t = rows.checked_sub(s2 + 1)?;
        if t == 0 || self.scaled.is_zero() {
            return Some((0.0, 0.0));
        }
        let t_f = t as f64;
        let (_, r) = self.norms.max_squared_scaled(s1)?;
        let (lo, hi) = nonnegative_sum(self.sums[g][t], t, 0.0);
        let underflow = 16.0 * t_f * cols as f64 * TINY;
        let error = sum_up(product_up(product_up(gamma(cols + 2), t_f), r), underflow);
        Some((sum_down(lo, -error).max(0.0), sum_up(hi, error)))
    }
}

/// The matrix scaled, or why not.
pub(crate) fn finite(w: &Array2<f64>) -> Result<Scaled> {
    let found = || format!("a {} x {} matrix", w.nrows(), w.ncols());
    Scaled::new(w).ok_or_else(|| Error::domain("a non-empty matrix of finite entries", found()))
}

/// The grid sorted without repetition, or why not.
pub(crate) fn sorted_grid(grid: &[usize], cols: usize) -> Result<Vec<usize>> {
    let mut grid = grid.to_vec();
    grid.sort_unstable();
    grid.dedup();
    match grid.last() {
        Some(s1) if *s1 >= cols => Err(Error::domain(
            format!("s1 < d1 = {cols}"),
            format!("s1 = {s1}"),
        )),
        _ => Ok(grid),
    }
}

/// For each s1 of the grid and t = 0..d2-1, the largest over j of the sum of the
/// t largest V_ij. Maxima do not depend on the order of reduction.
fn sums(a: &Array2<f64>, grid: &[usize], most_stored: usize) -> Vec<Vec<f64>> {
    let rows = a.nrows();
    // Without reduction V is the Gram matrix: no sorting.
    let (whole, reduced) = grid.split_at(usize::from(grid.first() == Some(&0)));
    let pairs = Pairs::new(a, reduced, most_stored);
    let nothing = || vec![vec![0.0f64; rows]; grid.len()];
    (0..rows.div_ceil(BLOCK))
        .into_par_iter()
        .map(|block| {
            let js = block * BLOCK..rows.min((block + 1) * BLOCK);
            let gram = (!whole.is_empty()).then(|| a.slice(s![js.clone(), ..]).dot(&a.t()));
            let mut selection = Selection::new(reduced, a.ncols());
            let mut values = vec![vec![0i64; rows - 1]; grid.len()];
            let mut result = nothing();
            for j in js.clone() {
                for i in (0..rows).filter(|i| *i != j) {
                    let place = if i < j { i } else { i - 1 };
                    if let Some(gram) = &gram {
                        values[0][place] = key(gram[[j - js.start, i]].abs());
                    }
                    let of_pair = pairs.get(i, j, &mut selection);
                    for (values, v) in values[whole.len()..].iter_mut().zip(of_pair) {
                        values[place] = key(*v);
                    }
                }
                for (values, result) in values.iter_mut().zip(&mut result) {
                    sums_of_largest(values, |t, sum| result[t] = result[t].max(sum));
                }
            }
            result
        })
        .reduce(nothing, |x, y| {
            x.into_iter().zip(&y).map(|(x, y)| max_each(x, y)).collect()
        })
}

/// V_ij for every s1 of a list: kept if there is room, or computed when asked.
struct Pairs<'a> {
    a: &'a Array2<f64>,
    width: usize,
    // Row i of the strict lower triangle begins at i (i-1)/2 * width.
    kept: Option<Vec<f64>>,
}

impl<'a> Pairs<'a> {
    fn new(a: &'a Array2<f64>, grid: &[usize], most_stored: usize) -> Self {
        let (rows, width) = (a.nrows(), grid.len());
        let size = rows
            .checked_mul(rows - 1)
            .and_then(|n| (n / 2).checked_mul(width));
        let kept = size.filter(|n| *n > 0 && *n <= most_stored).map(|size| {
            let mut kept = vec![0.0; size];
            let (mut rest, mut lines) = (&mut kept[..], Vec::with_capacity(rows));
            for i in 0..rows {
                let (line, after) = rest.split_at_mut(i * width);
                lines.push((i, line));
                rest = after;
            }
            lines.into_par_iter().for_each_init(
                || Selection::new(grid, a.ncols()),
                |selection, (i, line)| {
                    for (j, out) in line.chunks_exact_mut(width).enumerate() {
                        out.copy_from_slice(selection.of_rows(a.row(i), a.row(j)));
                    }
                },
            );
            kept
        });
        Self { a, width, kept }
    }

    fn get<'b>(&'b self, i: usize, j: usize, selection: &'b mut Selection) -> &'b [f64] {
        let (high, low) = (i.max(j), i.min(j));
        match &self.kept {
            _ if self.width == 0 => &[],
            Some(kept) => &kept[(high * (high - 1) / 2 + low) * self.width..][..self.width],
            None => selection.of_rows(self.a.row(high), self.a.row(low)),
        }
    }
}

/// Sums of the d - s largest and of the d - s smallest of d numbers, for each s
/// of a list, from sums over the segments between the places where they begin
/// and end.
struct Selection {
    keys: Vec<i64>,
    // Ascending places from 0 to d, with every s and d - s among them.
    cuts: Vec<usize>,
    // Per s: the index in `cuts` of s and of d - s.
    ends: Vec<(usize, usize)>,
    // Sums of the sorted numbers before, and from, each cut.
    before: Vec<f64>,
    from: Vec<f64>,
    result: Vec<f64>,
}

impl Selection {
    fn new(grid: &[usize], d: usize) -> Self {
        let mut cuts: Vec<usize> = grid
            .iter()
            .flat_map(|&s| [s, d - s])
            .chain([0, d])
            .collect();
        cuts.sort_unstable();
        cuts.dedup();
        let place = |x: usize| cuts.partition_point(|c| *c < x);
        let ends = grid.iter().map(|&s| (place(s), place(d - s))).collect();
        let zeros = vec![0.0; cuts.len()];
        let result = vec![0.0; grid.len()];
        Self {
            keys: vec![0; d],
            cuts,
            ends,
            before: zeros.clone(),
            from: zeros,
            result,
        }
    }

    /// V_ij of two rows, per s: max(sum of the d-s largest, -(sum of the d-s
    /// smallest)) of the products, which is never negative but for rounding.
    fn of_rows(&mut self, x: ArrayView1<'_, f64>, y: ArrayView1<'_, f64>) -> &[f64] {
        for ((k, x), y) in self.keys.iter_mut().zip(x).zip(y) {
            *k = key(x * y);
        }
        self.keys.sort_unstable();
        let last = self.cuts.len() - 1;
        for c in 0..last {
            let segment = &self.keys[self.cuts[c]..self.cuts[c + 1]];
            // Held here until the sums from the right replace it.
            self.from[c] = segment.iter().map(|k| number(*k)).sum();
            self.before[c + 1] = self.before[c] + self.from[c];
        }
        self.from[last] = 0.0;
        for c in (0..last).rev() {
            self.from[c] += self.from[c + 1];
        }
        for (v, &(s, rest)) in self.result.iter_mut().zip(&self.ends) {
            *v = self.from[s].max(-self.before[rest]).max(0.0);
        }
        &self.result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeping_changes_nothing() {
        let a = Array2::from_shape_fn((40, 30), |(i, j)| {
            ((i * 31 + j * 17) % 23) as f64 / 23.0 - 0.5
        });
        for grid in [&[0usize, 3, 29][..], &[7], &[0], &[]] {
            assert_eq!(sums(&a, grid, MOST_STORED), sums(&a, grid, 0));
        }
    }
}
