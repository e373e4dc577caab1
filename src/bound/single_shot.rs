//! Theorem M, `single-shot`: one PAC-Bayes-kl step for the whole network, with
//! derandomisation by the first violated layer. Proof:
//! `proofs/paper/single-shot.md`.

use super::theorem_13::LayerShape;
use super::{Inputs, Terms, Theorem};
use crate::real::Real;

/// P(margin <= 0) <= (1/(1-tau)) kl^{-1}(u + tau(1-u), (KL + ln(xi(m)/delta) +
/// ln(1/w))/m).
pub struct SingleShot;

impl Theorem for SingleShot {
    fn terms<R: Real>(&self, x: &Inputs<R>) -> Terms<R> {
        let (m, delta, tau) = (x.scalar("m"), x.scalar("delta"), x.scalar("tau"));
        let unsafe_fraction = x.scalar("unsafe_fraction");
        let (kl, paid) = (x.scalar("kl"), x.scalar("log_inverse_weight"));
        let one = m.int(1);

        // u + tau(1-u) = 1 - (1-u)(1-tau), with each input once.
        let gibbs_loss = one.clone() - (one.clone() - unsafe_fraction) * (one.clone() - tau);
        let gibbs_loss = gibbs_loss.max(&one.int(0)).min(&one);
        let complexity = (kl.clone() + m.ln_xi() - delta.ln() + paid) / m;
        let gibbs_risk = gibbs_loss.kl_inv(&complexity);
        let derandomisation = one.clone() / (one - tau);
        Terms {
            value: gibbs_risk.clone() * &derandomisation,
            parts: vec![
                ("unsafe_fraction".into(), unsafe_fraction.clone()),
                ("gibbs_loss".into(), gibbs_loss),
                ("complexity".into(), complexity),
                ("gibbs_risk".into(), gibbs_risk),
                ("derandomisation_factor".into(), derandomisation),
            ],
        }
    }
}

/// What the a-priori grid fixes for a network of K hidden layers.
#[derive(Clone, Debug)]
pub struct Parameters<R> {
    /// The K hidden layers and the output layer (whose s is 0).
    pub layers: Vec<LayerShape>,
    /// ||x|| <= zeta_0, else the sample counts as unsafe.
    pub zeta_0: R,
    /// Row norms reduced to the active inputs, hidden layers 2..=K at \[k-1\];
    /// the first entry is not used.
    pub xi: Vec<R>,
    /// Sparse norms ||W_k||_(s_k, s_{k-1}) of the K hidden layers.
    pub nu: Vec<R>,
    /// Reduced norm of the differences of rows of W_{K+1}.
    pub output_difference: R,
    /// Standard deviations of the K+1 layers.
    pub sigma: Vec<R>,
    /// Failure probability of the stability event, shared equally.
    pub tau: R,
}

/// Thresholds of the stability argument, in the units of the network.
#[derive(Clone, Debug)]
pub struct Thresholds<R> {
    /// G_k of each hidden layer; `None` where s_k = 0 (no condition).
    pub activation: Vec<Option<R>>,
    /// g: twice what the margin moves by.
    pub margin: R,
}

/// The number of events tau is shared among: for each hidden layer the norm of
/// the noise and, if s_k > 0, its largest coordinate; for the output the
/// largest coordinate.
fn events(layers: &[LayerShape]) -> i64 {
    let hidden = &layers[..layers.len() - 1];
    hidden
        .iter()
        .map(|l| if l.s > 0 { 2 } else { 1 })
        .sum::<i64>()
        + 1
}

/// G_k = xi_k e_{k-1} + sigma_k (zeta_{k-1}+e_{k-1}) q_k,
/// e_k = nu_k e_{k-1} + sigma_k (zeta_{k-1}+e_{k-1}) c_k, zeta_k = nu_k zeta_{k-1},
/// g = 2 D e_K + 4 sigma_{K+1} (zeta_K+e_K) q_{K+1},
/// with 2 d_k (1-Phi(q_k)) = P(chi_{d_k-s_k} > c_k) = tau/events.
pub fn thresholds<R: Real>(p: &Parameters<R>) -> Thresholds<R> {
    let share = p.tau.clone() / p.tau.int(events(&p.layers));
    let coordinate = |d: u64| (share.clone() / share.int(2 * d as i64)).normal_upper_quantile();
    let (output, hidden) = p
        .layers
        .split_last()
        .expect("a network has an output layer");

    let mut zeta = p.zeta_0.clone();
    let mut moved: Option<R> = None; // e_{k-1}; None is exactly 0
    let mut activation = Vec::with_capacity(hidden.len());
    for (k, layer) in hidden.iter().enumerate() {
        let reach = match &moved {
            None => zeta.clone(),
            Some(e) => zeta.clone() + e,
        };
        let noise = reach * &p.sigma[k];
        activation.push((layer.s > 0).then(|| {
            let own = noise.clone() * coordinate(layer.d);
            match &moved {
                None => own,
                Some(e) => own + e.clone() * &p.xi[k],
            }
        }));
        let own = noise * share.chi_upper_quantile(layer.d - layer.s);
        moved = Some(match moved {
            None => own,
            Some(e) => own + e * &p.nu[k],
        });
        zeta = zeta * &p.nu[k];
    }
    let reach = match &moved {
        None => zeta,
        Some(e) => zeta + e,
    };
    let noise = reach * &p.sigma[hidden.len()] * coordinate(output.d) * share.int(4);
    let margin = match moved {
        None => noise,
        Some(e) => noise + e * &p.output_difference * share.int(2),
    };
    Thresholds { activation, margin }
}
