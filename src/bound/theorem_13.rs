//! Muthukumar & Sulam (COLT 2023), Theorem 13, and the prior variances it is
//! evaluated with. Proof: `proofs/paper/theorem-13.md`.

use super::{Inputs, Terms, Theorem};
use crate::real::Real;

/// The right-hand side of Theorem 13 for K hidden layers:
///
/// R_0 <= Rhat_{4 zeta gamma} + 4(K+1)/(sqrt m - 1) + root(KL_{K+1})
///        + sum_{k<=K} \[S_k(gamma) + S_k(3 gamma) + root(KL_k)\],
///
/// KL_k the sum of the first k layers' KL in nats. The forms differ in how the
/// inputs are measured, and in the root.
pub struct Theorem13 {
    pub root: Root,
}

/// The deviation term of each PAC-Bayes step, with L = ln(1/weight).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// sqrt((4 KL + 2 (ln(2m(K+1)/delta) + L))/(m-1)), as the paper has it.
    Printed,
    /// sqrt((KL + ln(m(K+1)/delta) + L)/(2(m-1))): the derandomisation needs no
    /// factor on the KL.
    Sharp,
}

impl Theorem for Theorem13 {
    fn terms<R: Real>(&self, x: &Inputs<R>) -> Terms<R> {
        let (m, delta) = (x.scalar("m"), x.scalar("delta"));
        let margin_loss = x.scalar("margin_loss");
        let paid = x.scalar("log_inverse_weight");
        let (sparse, sparse_3) = (x.list("sparse_loss"), x.list("sparse_loss_3"));
        let kl = x.list("kl");
        let layers = kl.len() as i64;
        let one = m.int(1);

        let root = |kl: &R| {
            let events = m.clone() * m.int(layers) / delta;
            let degrees = m.clone() - &one;
            match self.root {
                Root::Printed => {
                    let logarithm = (events * one.int(2)).ln() + paid;
                    ((kl.clone() * one.int(4) + logarithm * one.int(2)) / degrees).sqrt()
                }
                Root::Sharp => ((kl.clone() + events.ln() + paid) / (degrees * one.int(2))).sqrt(),
            }
        };

        let switch = one.int(4 * layers) / (m.sqrt() - &one);
        let mut value = margin_loss.clone() + &switch;
        let mut parts = vec![
            ("margin_loss".into(), margin_loss.clone()),
            ("derandomisation".into(), switch),
        ];
        let mut cumulative = one.int(0);
        for (k, kl) in kl.iter().enumerate() {
            cumulative = cumulative + kl;
            let deviation = root(&cumulative);
            value = value + &deviation;
            if let (Some(s), Some(s3)) = (sparse.get(k), sparse_3.get(k)) {
                value = value + s + s3;
                parts.push((format!("sparse_loss_{}", k + 1), s.clone()));
                parts.push((format!("sparse_loss_3_{}", k + 1), s3.clone()));
            }
            parts.push((format!("deviation_{}", k + 1), deviation));
        }
        Terms { value, parts }
    }
}

/// How a failure budget of 1/sqrt m per network is shared out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    /// Over K+1 events, as printed.
    Printed,
    /// Over the 2K+1 events that Lemma 12 uses.
    Sound,
}

/// Layer k as the formulas see it: d_k outputs of which s_k are inactive,
/// d_{k-1} inputs of which s_{k-1} are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerShape {
    pub d: u64,
    pub s: u64,
    pub d_in: u64,
    pub s_in: u64,
}

/// t of Lemma 12: the failure probability of one of its events.
pub fn event_probability<R: Real>(m: &R, hidden: u64, budget: Budget) -> R {
    let events = match budget {
        Budget::Printed => hidden + 1,
        Budget::Sound => 2 * hidden + 1,
    };
    m.int(1) / (m.sqrt() * m.int(events as i64))
}

/// alpha(d2,s2,d1,s1,t) of Lemma 20: the norm of a standard Gaussian matrix over
/// all sub-matrices of that size is at most alpha but with probability t.
pub fn alpha<R: Real>(d2: u64, s2: u64, d1: u64, s1: u64, t: &R) -> R {
    let int = |n: u64| t.int(n as i64);
    let choices = (t.ln_binomial(d2, s2) + t.ln_binomial(d1, s1) - t.ln()) * int(2);
    int(d2 - s2).sqrt() + int(d1 - s1).sqrt() + choices.sqrt()
}

/// sigma_k of Theorem 13 for a hidden layer: eps_k times the smaller of
/// nu_k/alpha(whole active block) and xi_k/alpha(one active row), with
/// nu_k = xi_k sqrt(1+eta_k).
pub fn sigma_hidden<R: Real>(eps: &R, xi: &R, nu: &R, layer: LayerShape, t: &R) -> R {
    let LayerShape { d, s, d_in, s_in } = layer;
    let block = nu.clone() / alpha(d, s, d_in, s_in, t);
    let row = xi.clone() / alpha(d, d - 1, d_in, s_in, t);
    eps.clone() * block.min(&row)
}

/// sigma_{K+1} of Lemma 12 (missing in eq. 8): eps xi/alpha(one active row).
pub fn sigma_output<R: Real>(eps: &R, xi: &R, layer: LayerShape, t: &R) -> R {
    let LayerShape { d, d_in, s_in, .. } = layer;
    eps.clone() * xi / alpha(d, d - 1, d_in, s_in, t)
}

/// eps_k = eps/(K+1-k) of the K hidden layers: how Section 3.3 shares out one
/// sensitivity.
pub fn sensitivities<R: Real>(eps: &R, hidden: usize) -> Vec<R> {
    let share = |k: usize| eps.clone() / eps.int((hidden + 1 - k) as i64);
    (1..=hidden).map(share).collect()
}

/// gamma_k = -1 + prod_{n<=k} (1+eps_n), for every k.
pub fn relative_growth<R: Real>(eps: &[R]) -> Vec<R> {
    let mut gammas = Vec::with_capacity(eps.len());
    let mut gamma: Option<R> = None;
    for eps in eps {
        // (1+g)(1+e) - 1 = g + e + g e, without cancellation.
        let next = match gamma {
            None => eps.clone(),
            Some(g) => g.clone() + eps + g * eps,
        };
        gammas.push(next.clone());
        gamma = Some(next);
    }
    gammas
}

/// Thresholds in the units of the network: a sample is within the sparse loss
/// at c if some layer's s_k-th largest -(pre-activation) is below
/// `radius[k]` (times 3 for S(3 gamma)), and within the margin loss if its
/// margin is below `margin`.
#[derive(Clone, Debug)]
pub struct Thresholds<R> {
    pub radius: Vec<R>,
    pub margin: R,
}

/// radius_k = gamma_k xi_k zeta_{k-1} and margin = 4 zeta_{K+1} gamma_{K+1},
/// with zeta_k = nu_k zeta_{k-1}, zeta_{K+1} = xi_{K+1} zeta_K.
/// `eps`, `xi` have K+1 entries, `nu` has K.
pub fn thresholds<R: Real>(eps: &[R], xi: &[R], nu: &[R], zeta_0: &R) -> Thresholds<R> {
    let gamma = relative_growth(eps);
    let mut zeta = zeta_0.clone();
    let mut radius = Vec::with_capacity(nu.len());
    for ((nu, xi), gamma) in nu.iter().zip(xi).zip(&gamma) {
        radius.push(gamma.clone() * xi * &zeta);
        zeta = zeta * nu;
    }
    let (xi, gamma) = (&xi[nu.len()], &gamma[nu.len()]);
    Thresholds {
        radius,
        margin: zeta * xi * gamma * zeta_0.int(4),
    }
}

/// KL(N(W, sigma^2) | N(W_prior, sigma^2)) = ||W - W_prior||_F^2/(2 sigma^2), in
/// nats.
pub fn gaussian_kl<R: Real>(distance_squared: &R, sigma: &R) -> R {
    distance_squared.clone() / (sigma.powi(2) * sigma.int(2))
}

/// KL of all layers together, in nats; one entry per layer, at least one.
pub fn total_kl<R: Real>(distance_squared: &[R], sigma: &[R]) -> R {
    let layers = distance_squared
        .iter()
        .zip(sigma)
        .map(|(d, s)| gaussian_kl(d, s));
    layers
        .reduce(|sum, kl| sum + kl)
        .expect("a network has a layer")
}
