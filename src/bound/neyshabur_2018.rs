//! Neyshabur, Bhojanapalli & Srebro (ICLR 2018): the PAC-Bayesian
//! spectrally-normalised margin bound with explicit constants. Checked against the
//! project's own statement only; the paper was not seen.

use super::ramp::layer_shares;
use super::{Inputs, Terms, Theorem};
use crate::real::Real;

/// err <= err_gamma + 4 sqrt((882 e^2 d^2 h ln(4dh) (B/gamma)^2 sum_i F_i^2 prod_{j != i} s_j^2
///        + ln(6 d m^{1+1/(2d)}/delta) + ln(1/w))/(m-1)),
///
/// d layers of width at most h, s_i and F_i their spectral and Frobenius norms;
/// the sum is prod s^2 sum F^2/s^2 and needs upper values only.
pub struct PacBayesSpectral;

impl Theorem for PacBayesSpectral {
    fn terms<R: Real>(&self, x: &Inputs<R>) -> Terms<R> {
        let (m, delta) = (x.scalar("m"), x.scalar("delta"));
        let margin_loss = x.scalar("margin_loss");
        let frobenius = x.list("frobenius");
        let depth = m.int(frobenius.len() as i64);
        let (one, width) = (m.int(1), x.scalar("width"));

        let shares = layer_shares(frobenius, x.list("spectral"));
        let sum = shares.iter().fold(m.int(0), |sum, f| sum + f.powi(2));
        let ratio = (x.scalar("input_norm").clone() / x.scalar("gamma")).powi(2);
        let logarithm = (depth.clone() * width * one.int(4)).ln();
        let spread = depth.powi(2) * width * logarithm * one.int(882) * one.int(2).exp();
        let kl = spread * ratio * sum;

        let cover = m.ln() * (one.clone() + one.clone() / (depth.clone() * one.int(2)));
        let events = (depth * one.int(6) / delta).ln() + cover;
        let nats = kl.clone() + events + x.scalar("log_inverse_weight");
        let deviation = (nats / (m.clone() - one)).sqrt() * m.int(4);
        Terms {
            value: margin_loss.clone() + &deviation,
            parts: vec![
                ("margin_loss".into(), margin_loss.clone()),
                ("kl".into(), kl),
                ("deviation".into(), deviation),
            ],
        }
    }
}
