//! Ledent, Mustafa, Lei & Kloft (AAAI 2021), Theorem 11, in [`ramp_bound`]. Checked
//! against the code of Graf et al.; the paper was not seen.

use super::ramp::{ramp_bound, three_halves, two_thirds};
use super::{Inputs, Terms, Theorem};
use crate::real::Real;

/// R = 4/m + 768 C sqrt(log2(32 Gamma m^2 + 7 W m)) ln m/sqrt m, their capacity C (their
/// letter is R), cover Gamma and width W. Read as the Rademacher complexity
/// itself, of which the bound takes twice: the larger of the two readings.
pub struct Capacity;

impl Theorem for Capacity {
    fn terms<R: Real>(&self, x: &Inputs<R>) -> Terms<R> {
        let m = x.scalar("m");
        let cover = x.scalar("cover").clone() * m * m.int(32);
        let width = x.scalar("width").clone() * m.int(7);
        let bits = ((cover + width) * m).ln() / m.int(2).ln();
        let rate = m.ln() / m.sqrt() * bits.sqrt() * m.int(768);
        ramp_bound(x, m.int(4) / m + rate * x.scalar("capacity"))
    }
}

/// Their R = (sum_l r_l^{2/3})^{3/2}.
pub fn capacity<R: Real>(shares: &[R]) -> R {
    let terms = shares.iter().map(two_thirds);
    let sum = terms.reduce(|a, b| a + b).expect("a network has a layer");
    three_halves(&sum)
}

/// Their Gamma: the largest r_l times the number of the layer's outputs.
pub fn cover<R: Real>(shares: &[R], outputs: &[R]) -> R {
    let terms = shares.iter().zip(outputs).map(|(r, n)| r.clone() * n);
    let largest = terms.reduce(|a, b| a.max(&b));
    largest.expect("a network has a layer")
}
