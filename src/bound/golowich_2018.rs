//! Golowich, Rakhlin & Shamir (COLT 2018), inside our margin bound. Derivations:
//! `proofs/paper/norm-based.md`, Section 8. The paper was not seen: what was
//! compared with what is in the notes of `proofs/status.toml`.

use super::Inputs;
use super::homogeneous::{Capacity, gaussian};
use crate::real::Real;

/// Their Theorem 1: (2 sqrt(pi)/m) q sqrt(C-1) (sqrt(2 ln 2 L) + 1) ||X||_F, q the product
/// of the layers' Frobenius norms over gamma. Implied by Theorem S+.
pub struct Frobenius;

impl Capacity for Frobenius {
    const RADIUS: &'static str = "rho_over_gamma";

    fn at_radius_one<R: Real>(&self, x: &Inputs<R>) -> R {
        let (m, classes) = (x.scalar("m"), x.scalar("classes"));
        let depth = (x.scalar("layers").clone() * m.int(2) * m.int(2).ln()).sqrt() + m.int(1);
        gaussian(m) * depth * ((classes.clone() - m.int(1)) * x.scalar("input_energy")).sqrt()
    }
}

/// Their Theorem 2, R_1 = (2/m) prod_l ||W_l||_{1,inf} sqrt(L+1+ln n_in) max_j ||x_.j||
/// for one output; with C outputs by Maurer's vector contraction
/// 2R <= 2 (2C/gamma) R_1 = (8C/m) q sqrt(L+1+ln n_in) max_j ||x_.j||.
pub struct L1Inf;

impl Capacity for L1Inf {
    const RADIUS: &'static str = "norm_over_gamma";

    fn at_radius_one<R: Real>(&self, x: &Inputs<R>) -> R {
        let m = x.scalar("m");
        let depth = x.scalar("layers").clone() + m.int(1) + x.scalar("inputs").ln();
        let energy = (depth * x.scalar("max_coordinate_energy")).sqrt();
        x.scalar("classes").clone() * m.int(8) / m * energy
    }
}
