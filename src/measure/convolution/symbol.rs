//! The operator norm of a convolution from above, without its matrix.
//!
//! On an infinite grid the operator y[q] = sum_t W_t x[s q + d t] (stride s,
//! dilation d) is a compression's dilation: the finite, zero-padded operator is
//! the infinite one restricted to inputs on the grid and outputs kept, so its
//! norm is at most as large. Writing d t = s a + r with 0 <= r < s in each
//! axis, the infinite one acts on the s x s sub-grids of the input separately
//! and is diagonalised by the Fourier transform: its norm is the supremum over
//! theta in [0,2pi)^2 of the spectral norm of the *symbol*
//! A(theta) = [sum_{t: r(t) = r} W_t e^{i a(t).theta}]_r, a matrix of output
//! channels by (input channels x residues r).
//!
//! **Between grid points.** For unit vectors u, v and a phase, Re(e^{i phi} u*
//! A(theta) v) is a real trigonometric sum; shifting the exponents of each
//! residue (which multiplies columns by phases) makes them lie within
//! [-sigma, sigma], sigma half the largest range of a. A real function of
//! exponential type sigma bounded by M with value M at x is at least
//! M cos(sigma h) at distance h <= pi/(2 sigma) (Duffin & Schaeffer 1938). With
//! N equidistant points some point is within pi/N: going to it one axis after
//! the other, the supremum is at most the largest value on the N_1 x N_2 grid
//! divided by cos(sigma_1 pi/N_1) cos(sigma_2 pi/N_2), if 2 sigma < N.
//!
//! **Certificate.** The square of the symbol's norm is the largest eigenvalue of
//! H(theta) = A A* or A* A, whichever is smaller: a trigonometric polynomial
//! sum_d G_d e^{i d.theta} whose coefficients are computed once. The real
//! symmetric matrix [[Re H, -Im H], [Im H, Re H]] has the same eigenvalues; if the
//! Cholesky factorisation of s minus it completes with defect b, they are at most
//! s + b. The first s comes from a lower bound on the norm; where a factorisation
//! fails, the next comes from an estimate of the eigenvalue.
//!
//! **Rounding.** Each entry of H sums at most T^2 products of weights times roots
//! of unity (correctly rounded), over n terms each: H is off in each part, in the
//! Frobenius norm, by at most gamma(n T + T^2 + 16) (sum_t |W_t|_F)^2 <=
//! gamma(n T + T^2 + 16) T |W|_F^2.

use crate::linalg::error::{gamma, sqrt_up};
use crate::linalg::{Cholesky, spectral_norm, top_eigenvalue};
use crate::network::{Conv, Shape, Window};
use crate::real::{product_up, quotient_up, sum_down, sum_up};
use ndarray::{Array2, Array4, s};
use rayon::prelude::*;
use rug::Float;
use rug::float::{Constant, Round};
use std::collections::BTreeMap;

/// Floating-point operations spent on the factorisations of one layer, about.
const BUDGET: f64 = 2e10;
/// Points per unit of sigma at most: what lies between them is then at most half
/// a part in a thousand along each axis.
const FINEST: f64 = 100.0;
/// Points per unit of sigma at least.
const COARSEST: f64 = 8.0;
/// How far above an estimate a certificate is tried, and by how much the next
/// one is raised.
const FIRST: f64 = 1.0 + 1e-6;
const RAISE: f64 = 1.001;
/// After so many the norm is given up as infinite.
const MOST_RAISES: usize = 2000;

/// A certified upper bound on the spectral norm of the layer as a linear map on
/// inputs of that shape; infinite if something overflows. `guess` is about that
/// norm: a bad one costs time.
pub fn operator_norm_upper(conv: &Conv, input: Shape, guess: f64) -> f64 {
    let Some(grid) = conv.window.grid(input) else {
        return f64::INFINITY;
    };
    let per_group = conv.kernel.dim().0 / conv.groups;
    let group = |g: usize| {
        let kernel = conv
            .kernel
            .slice(s![g * per_group..(g + 1) * per_group, .., .., ..]);
        // One output position: the kernel is the matrix.
        if grid == [1, 1] {
            let matrix = kernel.to_shape((per_group, kernel.len() / per_group));
            let matrix = matrix.map(|m| m.into_owned());
            return matrix.map_or(f64::INFINITY, |m| spectral_norm(&m).enclosure.hi());
        }
        Symbol::new(&kernel.to_owned(), &conv.window).supremum(guess)
    };
    // Groups read and write different channels.
    (0..conv.groups)
        .map(group)
        .fold(0.0, |m, x| if x >= m || x.is_nan() { x } else { m })
}

/// H(theta) as a trigonometric polynomial.
struct Symbol {
    /// G_d by d.
    coefficients: BTreeMap<[i64; 2], Array2<f64>>,
    size: usize,
    /// Half the largest range of exponents of A along each axis.
    sigma: [f64; 2],
    /// A bound on the error of H.
    error: f64,
}

/// A tap: its residue's number, a, and its weights.
struct Tap {
    residue: usize,
    a: [i64; 2],
    weights: Array2<f64>,
}

fn taps(kernel: &Array4<f64>, window: &Window) -> (Vec<Tap>, usize) {
    let (_, _, rows, columns) = kernel.dim();
    let split = |axis: usize, t: usize| {
        let shift = t * window.dilation[axis];
        (shift / window.stride[axis], shift % window.stride[axis])
    };
    let mut residues: Vec<[usize; 2]> = Vec::new();
    let mut taps = Vec::new();
    for r in 0..rows {
        for c in 0..columns {
            let (x, y) = (split(0, r), split(1, c));
            let residue = [x.1, y.1];
            let place = residues.iter().position(|x| *x == residue);
            taps.push(Tap {
                residue: place.unwrap_or(residues.len()),
                a: [x.0 as i64, y.0 as i64],
                weights: kernel.slice(s![.., .., r, c]).to_owned(),
            });
            if place.is_none() {
                residues.push(residue);
            }
        }
    }
    (taps, residues.len())
}

impl Symbol {
    fn new(kernel: &Array4<f64>, window: &Window) -> Self {
        let (out, inputs, ..) = kernel.dim();
        let (taps, residues) = taps(kernel, window);
        let mut sigma = [0.0f64; 2];
        for residue in 0..residues {
            for (axis, sigma) in sigma.iter_mut().enumerate() {
                let own = taps.iter().filter(|t| t.residue == residue);
                let exponents = own.map(|t| t.a[axis]);
                let (least, most) = (exponents.clone().min(), exponents.max());
                let range = most.zip(least).map_or(0, |(m, l)| m - l);
                *sigma = sigma.max(range as f64 / 2.0);
            }
        }
        let by_outputs = out <= inputs * residues;
        let size = if by_outputs { out } else { inputs * residues };
        let mut coefficients: BTreeMap<[i64; 2], Array2<f64>> = BTreeMap::new();
        for t in &taps {
            for u in &taps {
                if by_outputs && t.residue != u.residue {
                    continue;
                }
                let d = [0, 1].map(|axis| match by_outputs {
                    true => t.a[axis] - u.a[axis],
                    false => u.a[axis] - t.a[axis],
                });
                let sum = coefficients
                    .entry(d)
                    .or_insert_with(|| Array2::zeros((size, size)));
                if by_outputs {
                    *sum += &t.weights.dot(&u.weights.t());
                } else {
                    let block = |r: usize| r * inputs..(r + 1) * inputs;
                    let mut block = sum.slice_mut(s![block(t.residue), block(u.residue)]);
                    block += &t.weights.t().dot(&u.weights);
                }
            }
        }
        let (count, terms) = (taps.len(), out.max(inputs));
        let squares: f64 = kernel.iter().map(|w| w * w).sum();
        let relative = gamma(terms * count + count * count + 16);
        // Both parts, and the rounding of this bound, are well within 4.
        let error = 4.0 * relative * count as f64 * squares + 1e-290;
        Self {
            coefficients,
            size,
            sigma,
            error,
        }
    }

    /// An upper bound on the norm of the infinite operator; `guess` is about that.
    fn supremum(&self, guess: f64) -> f64 {
        let points = [0, 1].map(|axis| self.points(axis));
        let roots = points.map(roots_of_unity);
        // theta and -theta give conjugate symbols.
        let all: Vec<[usize; 2]> = (0..points[0])
            .flat_map(|i| (0..points[1]).map(move |j| [i, j]))
            .filter(|&[i, j]| {
                let mirror = [(points[0] - i) % points[0], (points[1] - j) % points[1]];
                [i, j] <= mirror
            })
            .collect();
        let start = (guess * FIRST).powi(2);
        let start = if start.is_normal() { start } else { 1e-290 };
        let certify = |&at: &[usize; 2], level: f64| {
            let h = self.at(at, &roots);
            certified_eigenvalue(&h, level).ok_or_else(|| top_eigenvalue(&h))
        };
        // In rounds, so that nothing depends on the order of the threads.
        let first: Vec<_> = all.par_iter().map(|at| (at, certify(at, start))).collect();
        let estimates = first.iter().filter_map(|(_, found)| found.err());
        let highest = estimates.fold(start, f64::max) * FIRST;
        let raised = |at: &[usize; 2]| {
            let mut level = highest;
            for _ in 0..MOST_RAISES {
                match certify(at, level) {
                    Ok(bound) => return bound,
                    Err(_) => level = product_up(level, RAISE),
                }
            }
            f64::INFINITY
        };
        let largest = first
            .par_iter()
            .map(|(at, found)| found.unwrap_or_else(|_| raised(at)))
            .reduce(|| 0.0, |a, b| if b >= a || b.is_nan() { b } else { a });
        let between = [0, 1].map(|axis| least_cosine(self.sigma[axis], points[axis]));
        let largest = sqrt_up(sum_up(largest, self.error));
        quotient_up(quotient_up(largest, between[0]), between[1])
    }

    /// Points along an axis: as many as the budget allows, within limits.
    fn points(&self, axis: usize) -> usize {
        let sigma = self.sigma[axis];
        if sigma == 0.0 {
            return 1;
        }
        let n = 2.0 * self.size as f64;
        let sums = self.coefficients.len() as f64 * (n * n + 1e3);
        let cost = n.powi(3) / 3.0 + sums + 1e5;
        let axes = self.sigma.iter().filter(|s| **s > 0.0).count() as i32;
        let affordable = (2.0 * BUDGET / cost).powf(1.0 / f64::from(axes));
        let wanted = (FINEST * sigma).min(affordable).max(COARSEST * sigma);
        (wanted.ceil() as usize).max((2.0 * sigma) as usize + 2)
    }

    /// The computed H at a grid point as a real symmetric matrix.
    fn at(&self, at: [usize; 2], roots: &[Vec<(f64, f64)>; 2]) -> Array2<f64> {
        let n = self.size;
        let mut real = Array2::zeros((n, n));
        let mut imaginary = Array2::zeros((n, n));
        for (d, g) in &self.coefficients {
            let root = |axis: usize| {
                let count = roots[axis].len() as i64;
                roots[axis][(d[axis] * at[axis] as i64).rem_euclid(count) as usize]
            };
            let ((c, s), (e, t)) = (root(0), root(1));
            real.scaled_add(c * e - s * t, g);
            imaginary.scaled_add(c * t + s * e, g);
        }
        let mut h = Array2::zeros((2 * n, 2 * n));
        h.slice_mut(s![..n, ..n]).assign(&real);
        h.slice_mut(s![n.., n..]).assign(&real);
        h.slice_mut(s![n.., ..n]).assign(&imaginary);
        // Its transpose, so that the matrix is symmetric to the last bit.
        h.slice_mut(s![..n, n..]).assign(&imaginary.t());
        h
    }
}

/// If `level` I - H, of which only the lower triangle is read, is verifiably
/// nearly positive definite: an upper bound on the eigenvalues of H.
fn certified_eigenvalue(h: &Array2<f64>, level: f64) -> Option<f64> {
    let mut shifted = h.mapv(|x| -x);
    for d in shifted.diag_mut() {
        *d = sum_down(level, *d);
    }
    let factor = Cholesky::new(shifted)?;
    Some(sum_up(level, factor.defect()))
}

/// cos and sin of 2 pi k/n, each rounded to nearest.
fn roots_of_unity(n: usize) -> Vec<(f64, f64)> {
    (0..n)
        .map(|k| {
            let pi = Float::with_val(128, Constant::Pi);
            let angle: Float = pi * (2 * k as u64) / n as u64;
            let (sin, cos) = angle.sin_cos(Float::new(128));
            (cos.to_f64(), sin.to_f64())
        })
        .collect()
}

/// A lower bound on cos(sigma pi/n), for 2 sigma < n.
fn least_cosine(sigma: f64, n: usize) -> f64 {
    let pi = Float::with_val_round(128, Constant::Pi, Round::Up).0;
    let angle = pi * Float::with_val(128, sigma) / n as u64;
    // Far more than the roundings of the angle at 128 bits.
    let cos = angle.cos() - Float::with_val(128, 1e-30);
    cos.to_f64_round(Round::Down)
}
