//! Graf, Zeng, Rieck, Niethammer & Kwitt (NeurIPS 2022), Theorem 3.5: two bounds
//! on the empirical Rademacher complexity of ramp(margin/gamma), in
//! [`ramp_bound`]. With
//!   C_i = (4/gamma) (||X||_F/sqrt m) b_i prod_{j != i} s_j,
//! s_l the Lipschitz constant of layer l as a map, b_l the (2,1) distance of its
//! kernel from the initial one: the 2-norms over input channels, summed over
//! output channels and taps (as their code has it; a fully connected layer is one
//! tap). Checked against the documentation of the authors'
//! code; the paper was not seen (notes in `proofs/status.toml`).

use super::ramp::{layer_shares, ramp_bound, three_halves, two_thirds};
use super::{Inputs, Terms, Theorem};
use crate::real::Real;

/// C_i of each layer.
fn capacities<R: Real>(x: &Inputs<R>) -> Vec<R> {
    let m = x.scalar("m");
    let norm = (x.scalar("input_energy").clone() / m).sqrt();
    let scale = norm * m.int(4) / x.scalar("gamma");
    layer_shares(x.list("distance_21"), x.list("lipschitz"))
        .into_iter()
        .map(|share| share * &scale)
        .collect()
}

/// R <= 4/m + (12 H_{m-1}/sqrt m) sqrt(ln(2W)) (sum_i ceil(C_i^{2/3}))^{3/2}.
pub struct Norms;

impl Theorem for Norms {
    fn terms<R: Real>(&self, x: &Inputs<R>) -> Terms<R> {
        let m = x.scalar("m");
        let sum = capacities(x)
            .iter()
            .fold(m.int(0), |sum, c| sum + two_thirds(c).ceil());
        let logarithm = (x.scalar("width").clone() * m.int(2)).ln();
        let harmonic = (m.clone() - m.int(1)).harmonic();
        let rate = harmonic * m.int(12) / m.sqrt() * logarithm.sqrt();
        ramp_bound(x, m.int(4) / m + rate * three_halves(&sum))
    }
}

/// R <= (12/sqrt m) sqrt(sum_i 2 W_i (ln(1 + ceil(L^2 C_i^2)) + psi)), where 2.7 is
/// taken for psi(ceil(L^2 C_i^2)) < 2.7.
pub struct Params;

impl Theorem for Params {
    fn terms<R: Real>(&self, x: &Inputs<R>) -> Terms<R> {
        let m = x.scalar("m");
        let (one, psi) = (m.int(1), m.ratio(27, 10));
        let capacities = capacities(x);
        let layers = m.int(capacities.len() as i64);
        let layer = |(c, parameters): (&R, &R)| {
            let cells = (layers.clone() * c).powi(2).ceil();
            ((cells + &one).ln() + &psi) * parameters * one.int(2)
        };
        let sum = capacities
            .iter()
            .zip(x.list("parameters"))
            .map(layer)
            .fold(m.int(0), |sum, term| sum + term);
        ramp_bound(x, (sum / m).sqrt() * m.int(12))
    }
}
