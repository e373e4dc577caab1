//! Galanti, Xu, Galanti & Poggio (NeurIPS 2023): their formula as their code has
//! it, and the theorems that hold. Proofs: `proofs/paper/norm-based.md`.

use super::homogeneous::{Capacity, gaussian};
use super::{Inputs, Terms, Theorem};
use crate::real::Real;

/// 2^{3/2} (rho+1)/m (1 + sqrt(2(L ln(2 max_l k_l) + ln C))) sqrt(max_j E_j prod_l k_l)
/// + 3 sqrt(ln(2(rho+2)^2/delta)/(2m)),
///
/// k_l over the convolutional layers only: the head is in neither the maximum
/// nor the product. With no convolutional layer both are 1. We have not seen the
/// theorem in print; as we recall it has sum_l ln k_l where the code has
/// L ln max k_l. **Refuted**: it falls below the true error.
pub struct AsReleased;

impl Theorem for AsReleased {
    fn terms<R: Real>(&self, x: &Inputs<R>) -> Terms<R> {
        let (m, delta, rho) = (x.scalar("m"), x.scalar("delta"), x.scalar("rho"));
        let (layers, classes) = (x.scalar("layers"), x.scalar("classes"));
        let (one, two) = (m.int(1), m.int(2));
        let fan_in = x.list("fan_in");
        let widest = fan_in.iter().fold(one.clone(), |most, k| most.max(k));
        let product = fan_in.iter().fold(one.clone(), |all, k| all * k);

        let logarithm = layers.clone() * (widest * &two).ln() + classes.ln();
        let depth = (logarithm * &two).sqrt() + &one;
        let energy = (product * x.scalar("max_position_energy")).sqrt();
        let complexity = (rho.clone() + &one) * m.int(8).sqrt() / m * depth * energy;
        let confidence = confidence(m, delta, rho);
        Terms {
            value: complexity.clone() + &confidence,
            parts: vec![
                ("complexity".into(), complexity),
                ("confidence".into(), confidence),
            ],
        }
    }
}

/// Theorem S: err <= err_gamma + (4 sqrt(C) (q+1)/m) (1 + sqrt(2(L ln 2 + sum_l ln k_l)))
/// sqrt(M) + 3 sqrt(ln(2(q+2)^2/delta)/(2m)), q = rho/gamma,
///
/// M = max over chains of prod_l |pred(l,j_l)| E_leaf, the head's fan-in
/// included.
pub struct Sound;

impl Theorem for Sound {
    fn terms<R: Real>(&self, x: &Inputs<R>) -> Terms<R> {
        let (m, delta) = (x.scalar("m"), x.scalar("delta"));
        let q = x.scalar("rho_over_gamma");
        let (layers, classes) = (x.scalar("layers"), x.scalar("classes"));
        let margin_loss = x.scalar("margin_loss");
        let (one, two) = (m.int(1), m.int(2));

        let fan_in = x.list("fan_in").iter();
        let logarithm = fan_in.fold(layers.clone() * two.ln(), |sum, k| sum + k.ln());
        let depth = (logarithm * &two).sqrt() + &one;
        let energy = x.scalar("max_chain").sqrt();
        let complexity = (q.clone() + &one) * classes.sqrt() * one.int(4) / m * depth * energy;
        let confidence = confidence(m, delta, q);
        Terms {
            value: margin_loss.clone() + &complexity + &confidence,
            parts: vec![
                ("margin_loss".into(), margin_loss.clone()),
                ("complexity".into(), complexity),
                ("confidence".into(), confidence),
            ],
        }
    }
}

/// 3 sqrt(ln(2(q+2)^2/delta)/(2m)).
fn confidence<R: Real>(m: &R, delta: &R, q: &R) -> R {
    let events = (q.clone() + m.int(2)).powi(2) * m.int(2) / delta;
    (events.ln() / (m.clone() * m.int(2))).sqrt() * m.int(3)
}

/// Theorem S+: (2 sqrt(pi)/m) q sqrt(C-1) kappa_L sqrt(M), M the path energy.
pub struct PathEnergy;

impl Capacity for PathEnergy {
    const RADIUS: &'static str = "rho_over_gamma";

    fn at_radius_one<R: Real>(&self, x: &Inputs<R>) -> R {
        let (m, classes) = (x.scalar("m"), x.scalar("classes"));
        let depth = x.scalar("layers").peeling();
        gaussian(m) * depth * ((classes.clone() - m.int(1)) * x.scalar("path_energy")).sqrt()
    }
}

/// Theorem S++ (L >= 2): (2 sqrt(pi)/m) q (sqrt(C) O + kappa_{L-1} sqrt(M)), O^2 the
/// operator energy.
pub struct Chevet;

impl Capacity for Chevet {
    const RADIUS: &'static str = "rho_over_gamma";

    fn at_radius_one<R: Real>(&self, x: &Inputs<R>) -> R {
        let (m, classes) = (x.scalar("m"), x.scalar("classes"));
        let depth = (x.scalar("layers").clone() - m.int(1)).peeling();
        let operator = (classes.clone() * x.scalar("operator_energy")).sqrt();
        gaussian(m) * (operator + depth * x.scalar("path_energy").sqrt())
    }
}

/// Theorem P: (2 sqrt(pi)/m) q sqrt(max_j E_j) sqrt(2(L ln 2 + ln(C N_0))), q the path
/// norm Phi over gamma.
pub struct PathNorm;

impl Capacity for PathNorm {
    const RADIUS: &'static str = "phi_over_gamma";

    fn at_radius_one<R: Real>(&self, x: &Inputs<R>) -> R {
        let (m, layers) = (x.scalar("m"), x.scalar("layers"));
        let ends = (x.scalar("classes").clone() * x.scalar("leaves")).ln();
        let depth = ((layers.clone() * m.int(2).ln() + ends) * m.int(2)).sqrt();
        gaussian(m) * depth * x.scalar("max_position_energy").sqrt()
    }
}
