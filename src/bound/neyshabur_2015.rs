//! Neyshabur, Tomioka & Srebro (COLT 2015), inside our margin bound.
//! Derivation: `proofs/paper/norm-based.md`, Section 8. The paper was not seen: what
//! was compared with what is in the notes of `proofs/status.toml`.

use super::Inputs;
use super::homogeneous::{Capacity, gaussian};
use crate::real::Real;

/// (2 sqrt(pi)/m) q sqrt(C-1) 2^{L-1} ||X||_F, q the product of the layers' Frobenius
/// norms over gamma. Implied by Theorem S+.
pub struct Frobenius;

impl Capacity for Frobenius {
    const RADIUS: &'static str = "rho_over_gamma";

    fn at_radius_one<R: Real>(&self, x: &Inputs<R>) -> R {
        let (m, classes) = (x.scalar("m"), x.scalar("classes"));
        let one = m.int(1);
        let depth = m.int(2).pow(&(x.scalar("layers").clone() - &one));
        gaussian(m) * depth * ((classes.clone() - one) * x.scalar("input_energy")).sqrt()
    }
}
