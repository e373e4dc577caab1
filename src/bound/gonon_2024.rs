//! Gonon, Brisebarre, Riccietti & Gribonval (ICLR 2024): the path-norm bound, in
//! expectation over the sample. Checked against the project's own statement only;
//! the theorem in print was not seen.

use super::{Inputs, Terms, Theorem};
use crate::real::Real;

/// E err <= E ramp + (4B/sqrt m) sqrt(2) q sqrt(D ln((3+2P)K) + ln((3+2P)/(1+P) (d_in+1) d_out)),
///
/// q the l_1 path norm over gamma; sqrt(2)/gamma is the Lipschitz constant of
/// ramp(margin/gamma) in l_2.
pub struct PathNorm;

impl Theorem for PathNorm {
    fn terms<R: Real>(&self, x: &Inputs<R>) -> Terms<R> {
        let m = x.scalar("m");
        let (layers, pools) = (x.scalar("layers"), x.scalar("pools"));
        let ramp_loss = x.scalar("ramp_loss");
        let (one, two) = (m.int(1), m.int(2));

        let kinds = pools.clone() * &two + one.int(3);
        let branches = (kinds * x.scalar("pool_kernel")).ln();
        // (3+2P)/(1+P) = 2 + 1/(1+P), with P once.
        let ends = one.clone() / (pools.clone() + &one) + &two;
        let pairs = (x.scalar("inputs").clone() + &one) * x.scalar("classes");
        let depth = (layers.clone() * branches + (ends * pairs).ln()).sqrt();
        let lipschitz = x.scalar("path_norm_over_gamma").clone() * two.sqrt();
        let rate = x.scalar("input_bound").clone() * one.int(4) / m.sqrt();
        let complexity = rate * lipschitz * depth;
        Terms {
            value: ramp_loss.clone() + &complexity,
            parts: vec![
                ("ramp_loss".into(), ramp_loss.clone()),
                ("complexity".into(), complexity),
            ],
        }
    }
}
