//! PAC-Bayes bounds on the Gibbs risk E_Q L_D. Proofs:
//! `proofs/paper/pac-bayes.md`.

use super::{Inputs, Terms, Theorem};
use crate::real::Real;

/// What E_S exp(m kl(L_S|L_D)) is bounded by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// 2 sqrt m, as printed since Maurer.
    TwoRootM,
    /// xi(m) itself.
    Xi,
}

/// KL + ln(moment/delta), in nats.
fn nats<R: Real>(x: &Inputs<R>, moment: Moment) -> R {
    let (m, delta) = (x.scalar("m"), x.scalar("delta"));
    let ln_moment = match moment {
        Moment::TwoRootM => (m.sqrt() * m.int(2)).ln(),
        Moment::Xi => m.ln_xi(),
    };
    x.scalar("kl").clone() + ln_moment - delta.ln()
}

/// (KL + ln(moment/delta) + ln(1/w))/m, in nats per sample.
fn complexity<R: Real>(x: &Inputs<R>, moment: Moment) -> R {
    (nats(x, moment) + x.scalar("log_inverse_weight")) / x.scalar("m")
}

/// Langford-Seeger-Maurer: E_Q L_D <= kl^{-1}(E_Q L_S, (KL + ln(moment/delta))/m).
pub struct Kl {
    pub moment: Moment,
}

impl Theorem for Kl {
    fn terms<R: Real>(&self, x: &Inputs<R>) -> Terms<R> {
        let empirical = x.scalar("empirical_loss");
        let complexity = complexity(x, self.moment);
        Terms {
            value: empirical.kl_inv(&complexity),
            parts: vec![
                ("empirical_loss".into(), empirical.clone()),
                ("complexity".into(), complexity),
            ],
        }
    }
}

/// The two-stage certificate used in practice: E_Q L_S is not known, but the mean
/// of N = `mc_samples` draws is. First q = kl^{-1}(mean, ln(2/delta_mc)/N), an
/// upper bound on E_Q L_S but with probability delta_mc over the draws; then the
/// kl bound with 2 sqrt m at q. Both hold together but with probability
/// delta + delta_mc, which is one of the terms.
pub struct KlMonteCarlo;

impl Theorem for KlMonteCarlo {
    fn terms<R: Real>(&self, x: &Inputs<R>) -> Terms<R> {
        let (delta, delta_mc) = (x.scalar("delta"), x.scalar("delta_mc"));
        let draws = (delta_mc.int(2) / delta_mc).ln() / x.scalar("mc_samples");
        let empirical = x.scalar("mc_mean").kl_inv(&draws);
        let complexity = nats(x, Moment::TwoRootM) / x.scalar("m");
        Terms {
            value: empirical.kl_inv(&complexity),
            parts: vec![
                ("draws".into(), draws),
                ("empirical_loss".into(), empirical),
                ("complexity".into(), complexity),
                ("failure_probability".into(), delta.clone() + delta_mc),
            ],
        }
    }
}

/// McAllester's bound.
pub enum McAllester {
    /// L + sqrt((KL + ln(m/delta))/(2(m-1))).
    Printed,
    /// Pinsker's relaxation of the kl bound: L + sqrt((KL + ln(xi(m)/delta))/(2m)).
    Sharp,
}

impl Theorem for McAllester {
    fn terms<R: Real>(&self, x: &Inputs<R>) -> Terms<R> {
        let (m, delta) = (x.scalar("m"), x.scalar("delta"));
        let empirical = x.scalar("empirical_loss");
        let deviation = match self {
            Self::Printed => {
                let nats = x.scalar("kl").clone()
                    + (m.clone() / delta).ln()
                    + x.scalar("log_inverse_weight");
                (nats / ((m.clone() - m.int(1)) * m.int(2))).sqrt()
            }
            Self::Sharp => (complexity(x, Moment::Xi) / m.int(2)).sqrt(),
        };
        Terms {
            value: empirical.clone() + &deviation,
            parts: vec![
                ("empirical_loss".into(), empirical.clone()),
                ("deviation".into(), deviation),
            ],
        }
    }
}

/// Catoni: (1 - exp(-c L - (KL + ln(1/delta))/m))/(1 - e^{-c}), c > 0 fixed
/// beforehand or on a paid grid.
pub struct Catoni;

impl Theorem for Catoni {
    fn terms<R: Real>(&self, x: &Inputs<R>) -> Terms<R> {
        let (m, delta, c) = (x.scalar("m"), x.scalar("delta"), x.scalar("c"));
        let empirical = x.scalar("empirical_loss");
        let complexity = (x.scalar("kl").clone() - delta.ln() + x.scalar("log_inverse_weight")) / m;
        let one = m.int(1);
        let exponent = c.clone() * empirical + &complexity;
        let value = (one.clone() - (-exponent).exp()) / (one - (-c.clone()).exp());
        Terms {
            value,
            parts: vec![
                ("empirical_loss".into(), empirical.clone()),
                ("complexity".into(), complexity),
            ],
        }
    }
}
