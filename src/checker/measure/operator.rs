//! The squared operator norm of a sample's patches, bracketed exactly.
//!
//! Bytes are non-negative, and so is the Gram matrix G of the patches. For any
//! vector v > 0 its largest eigenvalue lies between v^T G v / v^T v (Rayleigh) and
//! max_i (G v)_i / v_i (Collatz and Wielandt); v comes from power iteration in f64
//! and needs no trust: both quotients are of exact integers.

use ndarray::{Array1, Array2, ArrayView2};
use rug::{Integer, Rational};

/// Power iterations: the eigenvalues of pictures are far apart.
const ITERATIONS: usize = 30;
/// v is rounded to integers of this size.
const SIZE: f64 = (1u64 << 60) as f64;
/// Of a constant column, in units of the bytes; and of rows: sums of so many products
/// of two entries are below 2^60 and fit 64 bits.
const LARGEST_CONSTANT: u64 = 1 << 16;
const MOST_ROWS: u64 = 1 << 28;
/// Up to so many columns G is written out.
const WRITTEN_OUT: usize = 64;

/// lo <= ||X||_op^2 <= hi for the columns `of` of X (m, n), a column of `constant`
/// added if it is not 0; in units of the bytes.
pub fn squared(x: ArrayView2<'_, u8>, of: &[usize], constant: u64) -> Option<[Rational; 2]> {
    // Rows are read as slices, and sums of products must fit.
    let rows = x.nrows() as u64;
    if !x.is_standard_layout() || constant > LARGEST_CONSTANT || rows > MOST_ROWS {
        return None;
    }
    let columns = of.len() + usize::from(constant > 0);
    let entry = |row: &[u8], j: usize| match of.get(j) {
        Some(&u) => u64::from(row[u]),
        None => constant,
    };
    let written = (columns <= WRITTEN_OUT).then(|| gram(x, columns, &entry));
    let fast = |v: &Array1<f64>| match &written {
        Some(g) => g.mapv(|n| n as f64).dot(v),
        None => {
            let mut sum = Array1::zeros(columns);
            let mut own = Array1::zeros(columns);
            for row in x.rows() {
                let row = row.to_slice().unwrap_or(&[]);
                for (j, x) in own.iter_mut().enumerate() {
                    *x = entry(row, j) as f64;
                }
                let inner: f64 = own.dot(v);
                sum.scaled_add(inner, &own);
            }
            sum
        }
    };
    let mut v = Array1::from_elem(columns, 1.0);
    for _ in 0..ITERATIONS {
        let next = fast(&v);
        let largest = next.iter().copied().fold(0.0, f64::max);
        if largest == 0.0 {
            // No energy at all.
            return Some([Rational::new(), Rational::new()]);
        }
        v = next / largest;
    }
    let v: Vec<u64> = v.iter().map(|x| (x * SIZE) as u64 + 1).collect();
    // Exact, or refused: v is below 2^61, bytes below 2^8.
    let product: Vec<u128> = match &written {
        Some(g) => {
            let row = |i: usize| -> u128 {
                let each = (0..columns).map(|j| u128::from(g[[i, j]]) * u128::from(v[j]));
                each.sum()
            };
            // At most 64 columns: below 2^6 2^60 2^61.
            (0..columns).map(row).collect()
        }
        None => {
            let mut sum = vec![0u128; columns];
            for row in x.rows() {
                let row = row.to_slice()?;
                let each = (0..columns).map(|j| u128::from(entry(row, j)) * u128::from(v[j]));
                let inner: u128 = each.sum();
                for (j, s) in sum.iter_mut().enumerate() {
                    *s = s.checked_add(inner.checked_mul(u128::from(entry(row, j)))?)?;
                }
            }
            sum
        }
    };
    let quotients = product.iter().zip(&v);
    let most = quotients
        .map(|(p, v)| Rational::from((Integer::from(*p), *v)))
        .max()?;
    let dot = |a: &mut dyn Iterator<Item = Integer>| a.fold(Integer::new(), |s, x| s + x);
    let above = dot(&mut product.iter().zip(&v).map(|(p, v)| Integer::from(*p) * *v));
    let below = dot(&mut v.iter().map(|v| Integer::from(*v) * *v));
    Some([Rational::from((above, below)), most])
}

fn gram(
    x: ArrayView2<'_, u8>,
    columns: usize,
    entry: &impl Fn(&[u8], usize) -> u64,
) -> Array2<u64> {
    let mut g = Array2::zeros((columns, columns));
    let mut own = vec![0u64; columns];
    for row in x.rows() {
        let row = row.to_slice().unwrap_or(&[]);
        own.iter_mut()
            .enumerate()
            .for_each(|(j, x)| *x = entry(row, j));
        for (i, &a) in own.iter().enumerate().filter(|(_, a)| **a > 0) {
            for (j, &b) in own.iter().enumerate() {
                g[[i, j]] += a * b;
            }
        }
    }
    g
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::DMatrix;

    /// Against nalgebra's eigenvalues, written out and not, with a constant column
    /// and with columns of zeros.
    #[test]
    fn brackets_hold_the_eigenvalue_and_are_tight() {
        for (m, n, constant) in [(40, 12, 0), (40, 12, 255), (30, 80, 0), (30, 80, 3)] {
            let byte = |(i, j): (usize, usize)| ((i * 31 + j * 17 + i * j * 7) % 251) as u8;
            let x = Array2::from_shape_fn((m, n), |at| if at.1 % 5 == 0 { 0 } else { byte(at) });
            let of: Vec<usize> = (0..n).collect();
            let [lo, hi] = squared(x.view(), &of, constant).unwrap();
            let columns = n + usize::from(constant > 0);
            let entry = |i: usize, j: usize| {
                if j < n {
                    f64::from(x[[i, j]])
                } else {
                    constant as f64
                }
            };
            let full = DMatrix::from_fn(m, columns, entry);
            let largest = (full.transpose() * &full).symmetric_eigenvalues().max();
            let (lo, hi) = (lo.to_f64(), hi.to_f64());
            assert!(lo <= largest * (1.0 + 1e-12) && largest <= hi * (1.0 + 1e-12));
            assert!(hi - lo <= 1e-6 * hi, "{lo} {hi}");
        }
        let zero = Array2::<u8>::zeros((3, 4));
        assert_eq!(squared(zero.view(), &[0, 1], 0).unwrap()[1], 0);
    }
}
