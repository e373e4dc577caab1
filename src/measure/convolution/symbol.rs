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
//! **Rounding.** Roots of unity are correctly rounded; an entry of the symbol
//! sums at most T taps with a few more roundings each, so the computed symbol is
//! off by at most gamma(T+16) |sum_t |W_t||_F <= gamma(T+16) sqrt(T) |W|_F in each
//! of its real and imaginary parts. Its spectral norm is that of the real
//! matrix [[Re, -Im], [Im, Re]].

use crate::linalg::error::gamma;
use crate::linalg::spectral_norm;
use crate::network::{Conv, Shape, Window};
use crate::real::{quotient_up, sum_up};
use ndarray::{Array2, s};
use rayon::prelude::*;
use rug::Float;
use rug::float::{Constant, Round};

/// Floating-point operations spent on one layer, about; more points give less
/// than a part in a thousand, which is where they stop.
const BUDGET: f64 = 1e11;
const FINEST: f64 = 100.0;
/// Points per unit of sigma at least.
const COARSEST: f64 = 8.0;

/// A certified upper bound on the spectral norm of the layer as a linear map on
/// inputs of that shape; infinite if something overflows.
pub fn operator_norm_upper(conv: &Conv, input: Shape) -> f64 {
    let group = |g: usize| {
        let per_group = conv.kernel.dim().0 / conv.groups;
        let kernel = conv
            .kernel
            .slice(s![g * per_group..(g + 1) * per_group, .., .., ..]);
        // One output position: the kernel is the matrix.
        if conv.window.grid(input) == Some([1, 1]) {
            let matrix = kernel.to_shape((per_group, kernel.len() / per_group));
            let matrix = matrix.map(|m| m.into_owned());
            return matrix.map_or(f64::INFINITY, |m| spectral_norm(&m).enclosure.hi());
        }
        Symbol::new(&kernel.to_owned(), &conv.window).supremum()
    };
    // Groups read and write different channels.
    let norms = (0..conv.groups).map(group);
    norms.fold(0.0, |m, x| {
        if x.is_nan() {
            f64::INFINITY
        } else {
            f64::max(m, x)
        }
    })
}

/// Taps by residue, as (a_1, a_2, weights).
struct Symbol {
    out: usize,
    inputs: usize,
    // Per residue.
    taps: Vec<Vec<([usize; 2], Array2<f64>)>>,
    /// Half the largest range of exponents along each axis.
    sigma: [f64; 2],
    error: f64,
}

impl Symbol {
    fn new(kernel: &ndarray::Array4<f64>, window: &Window) -> Self {
        let (out, inputs, rows, columns) = kernel.dim();
        let split = |axis: usize, t: usize| {
            let shift = t * window.dilation[axis];
            (shift / window.stride[axis], shift % window.stride[axis])
        };
        let mut residues: Vec<[usize; 2]> = Vec::new();
        let mut taps: Vec<Vec<([usize; 2], Array2<f64>)>> = Vec::new();
        for r in 0..rows {
            for c in 0..columns {
                let (a, b) = (split(0, r), split(1, c));
                let residue = [a.1, b.1];
                let place = residues.iter().position(|x| *x == residue);
                let place = place.unwrap_or_else(|| {
                    residues.push(residue);
                    taps.push(Vec::new());
                    residues.len() - 1
                });
                let weights = kernel.slice(s![.., .., r, c]).to_owned();
                taps[place].push(([a.0, b.0], weights));
            }
        }
        let mut sigma = [0.0f64; 2];
        for part in &taps {
            for (axis, sigma) in sigma.iter_mut().enumerate() {
                let exponents = part.iter().map(|(a, _)| a[axis]);
                let (least, most) = (exponents.clone().min(), exponents.max());
                let range = most.zip(least).map_or(0, |(m, l)| m - l);
                *sigma = sigma.max(range as f64 / 2.0);
            }
        }
        let count = rows * columns;
        let squares: f64 = kernel.iter().map(|w| w * w).sum();
        // Doubled for the parts, and again for the rounding of the norm itself.
        let error = 4.0 * gamma(count + 16) * (count as f64).sqrt() * squares.sqrt() + 1e-300;
        Self {
            out,
            inputs,
            taps,
            sigma,
            error,
        }
    }

    fn supremum(&self) -> f64 {
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
        let largest = all
            .par_iter()
            .map(|&at| spectral_norm(&self.at(at, &roots)).enclosure.hi())
            .reduce(|| 0.0, |a, b| if a >= b { a } else { b });
        let between = [0, 1].map(|axis| least_cosine(self.sigma[axis], points[axis]));
        let largest = sum_up(largest, self.error);
        quotient_up(quotient_up(largest, between[0]), between[1])
    }

    /// Points along an axis: as many as the budget allows, within limits.
    fn points(&self, axis: usize) -> usize {
        let sigma = self.sigma[axis];
        if sigma == 0.0 {
            return 1;
        }
        let (m, n) = (
            2.0 * self.out as f64,
            2.0 * (self.inputs * self.taps.len()) as f64,
        );
        let (small, large) = (m.min(n), m.max(n));
        let cost = 2.0 * small * small * large + 40.0 * small * small + 1e4;
        let axes = self.sigma.iter().filter(|s| **s > 0.0).count() as i32;
        let affordable = (2.0 * BUDGET / cost).powf(1.0 / f64::from(axes));
        let wanted = (FINEST * sigma).min(affordable).max(COARSEST * sigma);
        (wanted.ceil() as usize).max((2.0 * sigma) as usize + 2)
    }

    /// The symbol at a grid point as a real matrix.
    fn at(&self, at: [usize; 2], roots: &[Vec<(f64, f64)>; 2]) -> Array2<f64> {
        let (m, n) = (self.out, self.inputs * self.taps.len());
        let mut real = Array2::zeros((m, n));
        let mut imaginary = Array2::zeros((m, n));
        for (k, part) in self.taps.iter().enumerate() {
            let columns = s![.., k * self.inputs..(k + 1) * self.inputs];
            for (a, weights) in part {
                let root = |axis: usize| {
                    let n = roots[axis].len();
                    roots[axis][a[axis] * at[axis] % n]
                };
                let ((c, s), (d, t)) = (root(0), root(1));
                real.slice_mut(columns).scaled_add(c * d - s * t, weights);
                imaginary
                    .slice_mut(columns)
                    .scaled_add(c * t + s * d, weights);
            }
        }
        let mut matrix = Array2::zeros((2 * m, 2 * n));
        matrix.slice_mut(s![..m, ..n]).assign(&real);
        matrix.slice_mut(s![m.., n..]).assign(&real);
        matrix.slice_mut(s![m.., ..n]).assign(&imaginary);
        matrix
            .slice_mut(s![..m, n..])
            .assign(&imaginary.mapv(|x| -x));
        matrix
    }
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
