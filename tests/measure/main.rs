//! Measurements of networks and samples, against brute force and exact rationals.
//!
//! | module | subject |
//! | --- | --- |
//! | `linalg` | spectral norms, Cholesky, scaled sums |
//! | `norms` | Frobenius, row and pairwise norms |
//! | `sparse_norm`, `babel` | induced norms over sub-matrices, and what bounds them |
//! | `counting` | margins, activity and counts over a sample |
//! | `sparsity` | how they move with the sparsity levels |
//! | `soundness` | what is counted as stable under noise is |
//! | `matrices` | test matrices and their exact products |

mod babel;
mod counting;
mod linalg;
mod matrices;
mod norms;
mod soundness;
mod sparse_norm;
mod sparsity;

/// What a pool of so many threads makes of it.
fn with_threads<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    pool.build().unwrap().install(run)
}
