//! Bulk linear algebra in f64 with proved error.
//!
//! Everything here computes in f64 to nearest and bounds the rounding error a
//! priori, so it is as fast as uncertified code and portable: no assumption on
//! the order of summation, on fused operations, or on the rounding mode beyond
//! the default. Matrices are first scaled by a power of two ([`scale`]), so
//! that nothing overflows and underflow is an absolute error far below one ulp
//! of any result.

mod cholesky;
pub mod error;
mod lanczos;
pub(crate) mod order;
pub mod scale;
mod spectral;

pub use cholesky::Cholesky;
pub(crate) use lanczos::top_eigenvalue;
pub use spectral::{Gram, SpectralNorm, spectral_norm};
