//! Margin bounds for a class fixed beforehand, from its empirical Rademacher
//! complexity. Proof: `proofs/paper/norm-based.md`, Section 2.

use super::{Inputs, Terms};
use crate::real::Real;

/// err <= (1/m) sum_i ramp(margin_i/gamma) + 2 R + sqrt(2 (ln(1/delta) + ln(1/w))/m),
///
/// R the empirical Rademacher complexity of ramp(margin/gamma) over the class of
/// a-priori weight w.
pub fn ramp_bound<R: Real>(x: &Inputs<R>, rademacher: R) -> Terms<R> {
    let (m, delta) = (x.scalar("m"), x.scalar("delta"));
    let ramp_loss = x.scalar("ramp_loss");
    let complexity = rademacher * m.int(2);
    let nats = x.scalar("log_inverse_weight").clone() - delta.ln();
    let confidence = (nats * m.int(2) / m).sqrt();
    Terms {
        value: ramp_loss.clone() + &complexity + &confidence,
        parts: vec![
            ("ramp_loss".into(), ramp_loss.clone()),
            ("complexity".into(), complexity),
            ("confidence".into(), confidence),
        ],
    }
}

/// b_i prod_{j != i} s_j for each layer i: what a change of b_i in layer i alone
/// does to the output. Needs upper values only, and no s_i > 0.
pub fn layer_shares<R: Real>(own: &[R], others: &[R]) -> Vec<R> {
    let rest = |i: usize| {
        let factors = others.iter().enumerate().filter(move |(j, _)| *j != i);
        factors.map(|(_, s)| s)
    };
    own.iter()
        .enumerate()
        .map(|(i, b)| rest(i).fold(b.clone(), |product, s| product * s))
        .collect()
}

/// x^{2/3} for x >= 0.
pub fn two_thirds<R: Real>(x: &R) -> R {
    x.cbrt().powi(2)
}

/// x^{3/2} for x >= 0.
pub fn three_halves<R: Real>(x: &R) -> R {
    x.clone() * x.sqrt()
}
