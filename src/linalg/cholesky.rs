//! Cholesky factorisation as a proof of positive definiteness.
//!
//! **Theorem** (S. M. Rump, *Verification of positive definiteness*, BIT 46,
//! 2006; after Demmel). If the factorisation in floating point of a symmetric
//! n x n matrix A runs to completion, with L the computed factor, then
//! L L^T = A + D with |D_ij| <= g |l_i| |l_j|, g = gamma(n+1), l_i the rows of
//! L (Higham, Theorem 10.3: any order of summation). The diagonal gives
//! |l_i|^2 <= a_ii/(1-g), so |D_ij| <= g/(1-g) sqrt(a_ii a_jj), a matrix of
//! rank one, hence |D|_2 <= g/(1-g) tr A, and as L L^T >= 0
//!
//! lambda_min(A) >= -g/(1-g) tr A - underflow.
//!
//! Underflow: an entry l_ij takes up to n products and one division by l_jj,
//! each with an absolute error of at most 2^-1075, so D_ij moves by at most
//! (n + l_jj) 2^-1074 with l_jj <= 1 + max a_ii, and |l_i|^2 by as much; over
//! the whole matrix at most 2 n (n + 1 + max a_ii) 2^-1074.

use super::error::{TINY, gamma};
use crate::real::{product_up, quotient_up, sum_down, sum_up};
use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, Axis, s};

/// A completed factorisation A ~ L L^T.
#[derive(Clone, Debug)]
pub struct Cholesky {
    // Row-major; what is above the diagonal is meaningless.
    factor: Array2<f64>,
    defect: f64,
}

impl Cholesky {
    /// Factorises the symmetric matrix whose lower triangle is given; `None` if
    /// a pivot is not positive, if `a` is not square, or if something is not
    /// finite: nothing is then proved.
    pub fn new(a: Array2<f64>) -> Option<Self> {
        let n = a.nrows();
        if a.ncols() != n {
            return None;
        }
        let (mut trace, mut largest) = (0.0, 0.0f64);
        for &d in a.diag() {
            trace = sum_up(trace, d);
            largest = largest.max(d);
        }
        let g = gamma(n + 2);
        let relative = product_up(quotient_up(g, sum_down(1.0, -g)), trace);
        let n_f = n as f64;
        // Far fewer roundings than the factor 2 more allows for.
        let underflow = (4.0 * n_f * (n_f + 1.0 + largest)) * TINY;
        let defect = sum_up(relative, underflow);
        if !(g < 0.5 && defect.is_finite()) {
            return None;
        }
        let factor = factorise(a)?;
        Some(Self { factor, defect })
    }

    /// A certified b >= 0 with lambda_min(A) >= -b.
    pub fn defect(&self) -> f64 {
        self.defect
    }

    /// Approximate solution x of A x = b.
    pub(super) fn solve(&self, b: &Array1<f64>) -> Array1<f64> {
        let n = b.len();
        let l = &self.factor;
        let mut x = b.clone();
        for i in 0..n {
            let known = l
                .row(i)
                .slice_move(ndarray::s![..i])
                .dot(&x.slice(ndarray::s![..i]));
            x[i] = (x[i] - known) / l[[i, i]];
        }
        // By rows of L, which are contiguous: subtract as soon as x_i is known.
        for i in (0..n).rev() {
            x[i] /= l[[i, i]];
            let xi = x[i];
            let row = l.row(i).slice_move(ndarray::s![..i]);
            x.slice_mut(ndarray::s![..i]).scaled_add(-xi, &row);
        }
        x
    }
}

/// Independent accumulators of fixed number, which any compiler vectorises.
fn dot(x: &[f64], y: &[f64]) -> f64 {
    const LANES: usize = 16;
    let mut sums = [0.0; LANES];
    let (xs, ys) = (x.chunks_exact(LANES), y.chunks_exact(LANES));
    let tail: f64 = xs
        .remainder()
        .iter()
        .zip(ys.remainder())
        .map(|(a, b)| a * b)
        .sum();
    for (a, b) in xs.zip(ys) {
        for k in 0..LANES {
            sums[k] += a[k] * b[k];
        }
    }
    sums.iter().sum::<f64>() + tail
}

/// Columns factorised at once: the rest of the work are matrix products.
const BLOCK: usize = 32;

/// Block column by block column. Every entry is its sum in some order, as the
/// theorem allows.
fn factorise(a: Array2<f64>) -> Option<Array2<f64>> {
    let n = a.nrows();
    let mut l = a.as_standard_layout().into_owned();
    for start in (0..n).step_by(BLOCK) {
        let end = (start + BLOCK).min(n);
        let (left, mut right) = l.view_mut().split_at(Axis(1), start);
        let below = left.slice(s![start.., ..]);
        let across = left.slice(s![start..end, ..]);
        let mut block = right.slice_mut(s![start.., ..end - start]);
        general_mat_mul(-1.0, &below, &across.t(), 1.0, &mut block);
        let mut panel = block.to_owned();
        factorise_panel(panel.as_slice_mut()?, end - start)?;
        block.assign(&panel);
    }
    // An infinite or NaN entry makes its row's pivot fail, so all is finite.
    Some(l)
}

/// The columns of a panel of that width, by rows.
fn factorise_panel(entries: &mut [f64], width: usize) -> Option<()> {
    for i in 0..entries.len() / width {
        let (before, rest) = entries.split_at_mut(i * width);
        let row = &mut rest[..width];
        for j in 0..i.min(width) {
            let other = &before[j * width..j * width + j + 1];
            row[j] = (row[j] - dot(&row[..j], &other[..j])) / other[j];
        }
        if i < width {
            let pivot = row[i] - dot(&row[..i], &row[..i]);
            if !(pivot > 0.0 && pivot.is_finite()) {
                return None;
            }
            row[i] = pivot.sqrt();
        } else if row.iter().any(|x| !x.is_finite()) {
            return None;
        }
    }
    Some(())
}
