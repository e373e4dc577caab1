//! The spectral norm, certified on both sides.
//!
//! Let A (n x m, n <= m) be W or its transpose, scaled, and f its Frobenius
//! norm. The f64 product Gh of A A^T differs from it by at most
//! gamma(m) |A||A|^T plus m 2^-1074 in each entry, hence in the spectral norm by
//! at most d = gamma(m) f^2 + n m 2^-1074.
//!
//! **Above.** If the Cholesky factorisation of B <= s I - Gh (the diagonal
//! rounded down) completes with defect b, then Gh <= (s + b) I and
//! |A|^2 <= s + b + d. The relative excess is about n^2 u.
//!
//! **Below.** |A| >= |A^T v|/|v| for every v; the f64 product y of A^T v is off
//! by at most gamma(n) f |v| + m n 2^-1074 in the 2-norm.
//!
//! Where A itself was rounded on scaling, |A| moved by less than
//! sqrt(nm) 2^-1074, while |A| >= 1/2: one step outward covers it.

use super::error::{TINY, gamma, nonnegative_sum, sqrt_up};
use super::lanczos::{generic_vector, normalised, top_eigenvector};
use super::scale::{Scaled, unscale, vector_norm};
use super::{Cholesky, error::UNIT};
use crate::real::{Interval, product_up, quotient_down, sum_down, sum_up};
use ndarray::{Array1, Array2};

/// |W|_2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpectralNorm {
    /// Contains the norm; undefined if an entry is not finite.
    pub enclosure: Interval,
}

/// The spectral norm of `w`, to about n^2 u relative, n the smaller dimension;
/// 0 if `w` is empty.
pub fn spectral_norm(w: &Array2<f64>) -> SpectralNorm {
    let enclosure = match Scaled::new(w) {
        None if w.is_empty() => Interval::exact(0.0),
        None => Interval::UNDEFINED,
        Some(scaled) => of_scaled(&scaled),
    };
    SpectralNorm { enclosure }
}

/// |A A^T| computed, with its error; the norm of the scaled matrix is below
/// the square root of every number that [`Gram::certify`] returns.
#[derive(Clone, Debug)]
pub struct Gram {
    // n x m with n <= m, and A A^T in f64, made symmetric.
    a: Array2<f64>,
    product: Array2<f64>,
    frobenius_squared: f64,
    error: f64,
}

impl Gram {
    /// The Gram matrix of the smaller side.
    pub fn new(scaled: &Scaled) -> Self {
        let (rows, cols) = scaled.dim();
        let a = if rows <= cols {
            scaled.matrix().clone()
        } else {
            scaled.transposed().matrix().clone()
        };
        let (n, m) = a.dim();
        let mut product = a.dot(&a.t());
        for i in 0..n {
            for j in 0..i {
                product[[j, i]] = product[[i, j]];
            }
        }
        let squares: f64 = a.iter().map(|x| x * x).sum();
        let underflow = (n * m) as f64 * TINY;
        let frobenius_squared = nonnegative_sum(squares, n * m, underflow).1;
        let error = sum_up(product_up(gamma(m + 2), frobenius_squared), underflow);
        Self {
            a,
            product,
            frobenius_squared,
            error,
        }
    }

    /// If s I - A A^T is verifiably nearly positive definite: a certified upper
    /// bound on |A|_2^2, slightly above `s`, and the factorisation.
    pub fn certify(&self, s: f64) -> Option<(f64, Cholesky)> {
        let mut shifted = self.product.mapv(|g| -g);
        for d in shifted.diag_mut() {
            *d = sum_down(s, *d);
        }
        let cholesky = Cholesky::new(shifted)?;
        let bound = sum_up(sum_up(s, cholesky.defect()), self.error);
        Some((bound, cholesky))
    }

    fn rayleigh(&self, v: &Array1<f64>) -> f64 {
        v.dot(&self.product.dot(v))
    }

    /// A certified lower bound on |A|_2 from an approximate singular vector.
    fn lower(&self, v: &Array1<f64>) -> f64 {
        let (n, m) = self.a.dim();
        let y = vector_norm(self.a.t().dot(v).view());
        let v = vector_norm(v.view());
        let rounding = product_up(
            gamma(n + 2),
            product_up(sqrt_up(self.frobenius_squared), v.hi()),
        );
        let error = sum_up(rounding, (n * m) as f64 * TINY);
        let lower = quotient_down(sum_down(y.lo(), -error), v.hi());
        if lower.is_finite() {
            lower.max(0.0)
        } else {
            0.0
        }
    }

    /// The least certified upper bound on |A|_2^2 found, and an approximate
    /// singular vector. How `s` is chosen is heuristic; what is certified is not.
    fn upper(&self) -> (f64, Array1<f64>) {
        let n = self.a.nrows() as f64;
        let mut best = self.frobenius_squared;
        let mut v = top_eigenvector(&self.product);
        let mut theta = self.rayleigh(&v);
        // Well above the actual rounding of the factorisation, well below its bound.
        let step = theta * UNIT * (8.0 * n + n * n / 8.0);
        let mut above = step;
        for _ in 0..MOST_FACTORISATIONS {
            let s = theta + above;
            let Some((bound, cholesky)) = self.certify(s) else {
                above *= 16.0;
                continue;
            };
            best = best.min(bound);
            if above <= 4.0 * step {
                break;
            }
            // Lanczos missed the top: inverse iteration next to it finds it.
            v = &v + &(generic_vector(v.len()) * 1e-3);
            for _ in 0..3 {
                v = normalised(cholesky.solve(&v));
            }
            theta = self.rayleigh(&v);
            above = ((s - theta) / 16.0).max(step);
            if s - theta <= 4.0 * step {
                break;
            }
        }
        (best, v)
    }
}

/// A bound on the heuristic; one or two suffice unless Lanczos fails.
const MOST_FACTORISATIONS: usize = 40;

fn of_scaled(scaled: &Scaled) -> Interval {
    if scaled.is_zero() {
        return Interval::exact(0.0);
    }
    let gram = Gram::new(scaled);
    let (squared, v) = gram.upper();
    let (lo, hi) = (gram.lower(&v), sqrt_up(squared));
    unscale(lo.next_down().max(0.0), hi.next_up(), scaled.exponent())
}
