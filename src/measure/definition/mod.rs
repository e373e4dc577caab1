//! Measurements of small matrices and networks by their definitions, in enclosures
//! of any precision.
//!
//! The fast measurements of this folder are f64 with a proved error, narrow enough
//! for every bound and wider than a test vector may be. These run over all
//! sub-matrices, so they are for a few rows and columns, and are as narrow as the
//! precision lets them be. An entry is whatever its enclosure holds.

mod convolution;
mod network;

pub use convolution::{Taps, operator};
pub use network::{Layers, Window, outputs, path_energy, reads};

use crate::real::{Enclosure, Real};
use rug::Float;

/// Rows of equal, non-zero length.
pub type Matrix = Vec<Vec<Enclosure>>;

/// Halvings of the bracket of a squared spectral norm, beyond the precision kept.
const EXTRA_BITS: u32 = 64;

fn zero_like(w: &Matrix) -> Enclosure {
    w[0][0].int(0)
}

fn abs(x: &Enclosure) -> Enclosure {
    x.max(&-x.clone())
}

fn sum<'a>(zero: &Enclosure, xs: impl IntoIterator<Item = &'a Enclosure>) -> Enclosure {
    xs.into_iter().fold(zero.clone(), |s, x| s + x)
}

/// The sum of the `k` largest: the ends are those of the ends, for it is monotone in
/// every entry.
fn sum_of_largest(xs: &[Enclosure], k: usize) -> Enclosure {
    let zero = xs[0].int(0);
    let of = |end: fn(&Enclosure) -> Enclosure| {
        let mut ends: Vec<Enclosure> = xs.iter().map(end).collect();
        ends.sort_by(|a, b| b.lo().total_cmp(&a.lo()));
        sum(&zero, ends.iter().take(k))
    };
    of(Enclosure::lower).hull(&of(Enclosure::upper))
}

fn squares(row: &[Enclosure]) -> Vec<Enclosure> {
    row.iter().map(|x| x.powi(2)).collect()
}

/// |W|_F^2.
pub fn frobenius_squared(w: &Matrix) -> Enclosure {
    let all: Vec<Enclosure> = w.iter().flat_map(|row| squares(row)).collect();
    sum(&zero_like(w), &all)
}

/// The largest sum of magnitudes of a row.
pub fn one_inf(w: &Matrix) -> Enclosure {
    let zero = zero_like(w);
    let row = |row: &Vec<Enclosure>| {
        let magnitudes: Vec<Enclosure> = row.iter().map(abs).collect();
        sum(&zero, &magnitudes)
    };
    w.iter().map(row).fold(zero.clone(), |a, b| a.max(&b))
}

/// The sum of the 2-norms of the rows.
pub fn two_one(w: &Matrix) -> Enclosure {
    let zero = zero_like(w);
    let norms: Vec<Enclosure> = w
        .iter()
        .map(|row| sum(&zero, &squares(row)).sqrt())
        .collect();
    sum(&zero, &norms)
}

/// ||W||_(d2-1,s1): the largest norm of a row reduced to its d1-s1 largest entries.
pub fn reduced_row_norm(w: &Matrix, s1: usize) -> Enclosure {
    let row = |row: &Vec<Enclosure>| sum_of_largest(&squares(row), row.len() - s1);
    w.iter()
        .map(row)
        .reduce(|a, b| a.max(&b))
        .expect("a matrix has a row")
        .sqrt()
}

/// D(s): the largest norm of a difference of two rows reduced to its d-s largest
/// entries; 0 for one row.
pub fn output_difference(w: &Matrix, s: usize) -> Enclosure {
    let mut largest = zero_like(w);
    for (i, a) in w.iter().enumerate() {
        for b in &w[..i] {
            let difference: Vec<Enclosure> = a.iter().zip(b).map(|(x, y)| x - y).collect();
            let norm = sum_of_largest(&squares(&difference), difference.len() - s);
            largest = largest.max(&norm);
        }
    }
    largest.sqrt()
}

/// mu_{s2,s1}(W), by Definition 2 of Muthukumar & Sulam: 0 if W = 0 or s2 = d2-1.
pub fn babel(w: &Matrix, s2: usize, s1: usize) -> Enclosure {
    let zero = zero_like(w);
    let kept = w[0].len() - s1;
    let mut largest = zero.clone();
    for (j, a) in w.iter().enumerate() {
        let others = w.iter().enumerate().filter(|(i, _)| *i != j);
        let inner: Vec<Enclosure> = others
            .map(|(_, b)| {
                let products: Vec<Enclosure> =
                    a.iter().zip(b).map(|(x, y)| x.clone() * y).collect();
                let negative: Vec<Enclosure> = products.iter().map(|p| -p.clone()).collect();
                sum_of_largest(&products, kept).max(&sum_of_largest(&negative, kept))
            })
            .collect();
        let many = w.len() - 1 - s2;
        if many > 0 {
            largest = largest.max(&sum_of_largest(&inner, many));
        }
    }
    if largest.is_exact() && largest.lo() == 0 {
        return zero;
    }
    largest / reduced_row_norm(w, s1).powi(2)
}

/// ||W||_(s2,s1), the largest spectral norm of a sub-matrix of d2-s2 rows and d1-s1
/// columns.
pub fn sparse_norm(w: &Matrix, s2: usize, s1: usize) -> Enclosure {
    let mut largest = zero_like(w);
    for rows in subsets(w.len(), w.len() - s2) {
        for columns in subsets(w[0].len(), w[0].len() - s1) {
            let part: Matrix = rows
                .iter()
                .map(|&i| columns.iter().map(|&j| w[i][j].clone()).collect())
                .collect();
            largest = largest.max(&spectral_squared(&part, &largest));
        }
    }
    largest.sqrt()
}

/// The spectral norm.
pub fn spectral(w: &Matrix) -> Enclosure {
    spectral_squared(w, &zero_like(w)).sqrt()
}

/// The subsets of `0..n` with `k` elements.
fn subsets(n: usize, k: usize) -> Vec<Vec<usize>> {
    let mut all = vec![vec![]];
    for i in 0..n {
        for j in 0..all.len() {
            let mut more: Vec<usize> = all[j].clone();
            more.push(i);
            all.push(more);
        }
    }
    all.retain(|s| s.len() == k);
    all
}

/// The largest eigenvalue of W W^T, or of W^T W if that is smaller; what is
/// certainly at most `known` may come back as `known`.
///
/// It is above x if a pivot of x I - G is certainly negative, and at most x if all are
/// certainly positive: bisection until neither is certain.
fn spectral_squared(w: &Matrix, known: &Enclosure) -> Enclosure {
    let prec = known.prec();
    let working = 2 * prec + 256;
    let wide: Matrix = w
        .iter()
        .map(|row| row.iter().map(|x| x.with_precision(working)).collect())
        .collect();
    let wide = if wide.len() <= wide[0].len() {
        wide
    } else {
        let columns = 0..wide[0].len();
        columns
            .map(|j| wide.iter().map(|row| row[j].clone()).collect())
            .collect()
    };
    let zero = zero_like(&wide);
    let dot = |a: &[Enclosure], b: &[Enclosure]| {
        let products = a.iter().zip(b).map(|(x, y)| x.clone() * y);
        products.fold(zero.clone(), |s, p| s + p)
    };
    let gram: Matrix = wide
        .iter()
        .map(|a| wide.iter().map(|b| dot(a, b)).collect())
        .collect();
    if gram.len() == 1 {
        return gram[0][0].with_precision(prec);
    }
    let trace = (0..gram.len()).fold(zero.clone(), |s, i| s + &gram[i][i]);
    if trace.is_exact() && trace.lo() == 0 {
        return known.int(0);
    }
    if known.lo() > 0 && definite(&known.with_precision(working).upper(), &gram) == Some(true) {
        return known.clone();
    }
    let diagonal = (0..gram.len()).map(|i| gram[i][i].lower());
    let mut lo = diagonal.reduce(|a, b| a.max(&b)).unwrap_or(zero).lo();
    let mut hi = trace.hi();
    for _ in 0..prec + EXTRA_BITS {
        let middle = Float::with_val(working, &lo + &hi) / 2u32;
        let at = |x: &Float| definite(&Enclosure::new(working, x, x)?, &gram);
        match at(&middle) {
            Some(true) => hi = middle,
            Some(false) => lo = middle,
            // The eigenvalue itself, or next to it: the quarters tell them apart.
            None => {
                let quarter = Float::with_val(working, &hi - &lo) / 4u32;
                let below = Float::with_val(working, &middle - &quarter);
                let above = Float::with_val(working, &middle + &quarter);
                let (is_below, is_above) = (at(&below), at(&above));
                if is_below != Some(false) && is_above != Some(true) {
                    break;
                }
                if is_below == Some(false) {
                    lo = below;
                }
                if is_above == Some(true) {
                    hi = above;
                }
            }
        }
    }
    Enclosure::new(prec, &lo, &hi).unwrap_or_else(|| Enclosure::undefined(prec))
}

/// Whether x I - G is positive definite, by its pivots; `None` if that is not certain.
fn definite(x: &Enclosure, gram: &Matrix) -> Option<bool> {
    let n = gram.len();
    let entry = |i: usize, j: usize| {
        let g = -gram[i][j].clone();
        if i == j { g + x } else { g }
    };
    let mut a: Matrix = (0..n)
        .map(|i| (0..n).map(|j| entry(i, j)).collect())
        .collect();
    for k in 0..n {
        if a[k][k].hi() < 0 {
            return Some(false);
        }
        // A Schur complement is definite only after certainly positive pivots.
        if !(a[k][k].is_defined() && a[k][k].lo() > 0) {
            return None;
        }
        let (done, below) = a.split_at_mut(k + 1);
        let pivot_row = &done[k];
        for row in below {
            let factor = row[k].clone() / &pivot_row[k];
            for (x, y) in row.iter_mut().zip(pivot_row).skip(k + 1) {
                *x = x.clone() - factor.clone() * y;
            }
        }
    }
    Some(true)
}

/// The sum over paths of products of absolute weights.
pub fn path_norm(layers: &[Matrix]) -> Enclosure {
    let ones = vec![layers[0][0][0].int(1); layers[0][0].len()];
    let passed = layers.iter().fold(ones, |x, w| {
        let zero = x[0].int(0);
        let row = |row: &Vec<Enclosure>| {
            let terms = row.iter().zip(&x).map(|(w, x)| abs(w) * x);
            terms.fold(zero.clone(), |s, t| s + t)
        };
        w.iter().map(row).collect()
    });
    sum(&passed[0].int(0), &passed)
}

/// W x.
fn product(w: &Matrix, x: &[Enclosure]) -> Vec<Enclosure> {
    let zero = zero_like(w);
    let row = |row: &Vec<Enclosure>| {
        let terms = row.iter().zip(x).map(|(w, x)| w.clone() * x);
        terms.fold(zero.clone(), |s, t| s + t)
    };
    w.iter().map(row).collect()
}

/// The s-th largest entry of -W x, for 1 <= s <= d2.
pub fn inactivity(w: &Matrix, x: &[Enclosure], s: usize) -> Enclosure {
    let negated: Vec<Enclosure> = product(w, x).into_iter().map(|z| -z).collect();
    let of = |end: fn(&Enclosure) -> Enclosure| {
        let mut ends: Vec<Enclosure> = negated.iter().map(end).collect();
        ends.sort_by(|a, b| b.lo().total_cmp(&a.lo()));
        ends[s - 1].clone()
    };
    of(Enclosure::lower).hull(&of(Enclosure::upper))
}

/// h_y - max_{j != y} h_j.
pub fn margin(outputs: &[Enclosure], label: usize) -> Enclosure {
    let others = outputs.iter().enumerate().filter(|(j, _)| *j != label);
    match others.map(|(_, h)| h.clone()).reduce(|a, b| a.max(&b)) {
        Some(best) => outputs[label].clone() - best,
        None => outputs[label].clone(),
    }
}
