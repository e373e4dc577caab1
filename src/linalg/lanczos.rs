//! An approximate top eigenvector: Lanczos with full reorthogonalisation.
//!
//! Promises nothing. Its result is only a place to look: the bounds taken there
//! are certified by others.

use nalgebra::{DMatrix, SymmetricEigen};
use ndarray::{Array1, Array2};

const MOST_STEPS: usize = 120;
/// Iterations of the small eigenvalue problem; it takes a few per step.
const MOST_SWEEPS: usize = 100 * MOST_STEPS;
/// Steps between looks at the tridiagonal matrix.
const STRIDE: usize = 12;
/// The eigenvalue is good to about the square of this, over the gap.
const RESIDUAL: f64 = 1e-7;

/// A unit vector in general position: deterministic, no symmetry, positive.
pub(super) fn generic_vector(n: usize) -> Array1<f64> {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let x = Array1::from_shape_fn(n, |i| 0.1 + ((i + 1) as f64 * GOLDEN).fract());
    normalised(x)
}

/// x / |x|, or a generic vector if that is not one.
pub(super) fn normalised(x: Array1<f64>) -> Array1<f64> {
    let norm = x.dot(&x).sqrt();
    if norm.is_normal() {
        x / norm
    } else {
        generic_vector(x.len())
    }
}

/// An approximate unit eigenvector of the largest eigenvalue of symmetric `g`.
pub(super) fn top_eigenvector(g: &Array2<f64>) -> Array1<f64> {
    let n = g.nrows();
    let steps = n.min(MOST_STEPS);
    let mut basis = vec![generic_vector(n)];
    let (mut diagonal, mut off) = (Vec::new(), Vec::new());
    loop {
        let v = &basis[basis.len() - 1];
        let mut w = g.dot(v);
        diagonal.push(v.dot(&w));
        // Twice is enough.
        for _ in 0..2 {
            for q in &basis {
                let along = q.dot(&w);
                w.scaled_add(-along, q);
            }
        }
        let beta = w.dot(&w).sqrt();
        let k = diagonal.len();
        let invariant = beta <= 1e-14 * diagonal[0].abs() || !beta.is_normal();
        let exhausted = k >= steps || invariant;
        if exhausted || k % STRIDE == 0 {
            let (theta, ritz) = top_of_tridiagonal(&diagonal, &off);
            let residual = beta * ritz[k - 1].abs();
            if exhausted || residual <= RESIDUAL * theta {
                let mut x = Array1::zeros(n);
                for (q, c) in basis.iter().zip(&ritz) {
                    x.scaled_add(*c, q);
                }
                return normalised(x);
            }
        }
        off.push(beta);
        basis.push(w / beta);
    }
}

/// An estimate of the largest eigenvalue of symmetric `g`, from below.
pub fn top_eigenvalue(g: &Array2<f64>) -> f64 {
    let v = top_eigenvector(g);
    v.dot(&g.dot(&v))
}

fn top_of_tridiagonal(diagonal: &[f64], off: &[f64]) -> (f64, Vec<f64>) {
    let k = diagonal.len();
    let t = DMatrix::from_fn(k, k, |i, j| match i.abs_diff(j) {
        0 => diagonal[i],
        1 => off[i.min(j)],
        _ => 0.0,
    });
    let Some(eigen) = SymmetricEigen::try_new(t, f64::EPSILON, MOST_SWEEPS) else {
        // Any vector will do, only less well.
        let first = (0..k).map(|i| if i == 0 { 1.0 } else { 0.0 }).collect();
        return (diagonal[0], first);
    };
    let top = eigen.eigenvalues.imax();
    let vector = eigen.eigenvectors.column(top).iter().copied().collect();
    (eigen.eigenvalues[top], vector)
}
