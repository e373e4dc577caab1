//! Bartlett, Foster & Telgarsky (NeurIPS 2017): the spectrally-normalised bound
//! with explicit constants.
//!
//! From their entropy bound ln N(eps) <= (2/gamma^2) ||X||_F^2 ln(2W^2)/eps^2
//! prod s_i^2 (sum (b_i/s_i)^{2/3})^3, with the margin's Lipschitz constant sqrt 2 in
//! l_2, by Dudley's integral with the lower end 1/sqrt m. Checked against the
//! project's own statement only; the paper was not seen.

use super::ramp::{layer_shares, ramp_bound, three_halves, two_thirds};
use super::{Inputs, Terms, Theorem};
use crate::real::Real;

/// R = 4/m + (12 sqrt2 ln m/(gamma m)) ||X||_F (sum_i (b_i prod_{j != i} s_j)^{2/3})^{3/2}
/// sqrt(ln(2W^2)), in [`ramp_bound`].
pub struct Spectral;

impl Theorem for Spectral {
    fn terms<R: Real>(&self, x: &Inputs<R>) -> Terms<R> {
        let m = x.scalar("m");
        let shares = layer_shares(x.list("distance_21"), x.list("spectral"));
        let sum = shares
            .iter()
            .fold(m.int(0), |sum, share| sum + two_thirds(share));
        let logarithm = (x.scalar("width").powi(2) * m.int(2)).ln();
        let energy = (logarithm * m.int(2) * x.scalar("input_energy")).sqrt();
        let rate = m.ln() * m.int(12) / (m.clone() * x.scalar("gamma"));
        ramp_bound(x, m.int(4) / m + rate * energy * three_halves(&sum))
    }
}
