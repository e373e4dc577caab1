//! Muthukumar & Sulam (COLT 2023), the prior variance of Theorem 11. The bound
//! itself is read in the expanded form of Theorem 13
//! ([`super::theorem_13::Theorem13`]).

use super::theorem_13::LayerShape;
use crate::real::Real;

/// sigma_k = eps_k xi_k / (4 sqrt(2 d_eff + ln(2(K+1) sqrt m))).
///
/// The paper does not define sigma_{K+1}; this is its formula extended to the
/// output layer, which Lemma 12 supports if C <= 2(K+1) sqrt m.
pub fn sigma<R: Real>(eps: &R, xi: &R, effective_width: &R, layers: u64, m: &R) -> R {
    let logarithm = (m.sqrt() * m.int(2 * layers as i64)).ln();
    eps.clone() * xi / ((effective_width.clone() * m.int(2) + logarithm).sqrt() * m.int(4))
}

/// d_eff = max_k ((d_k-s_k) ln d_k + (d_{k-1}-s_{k-1}) ln d_{k-1})/2 over the
/// layers given.
pub fn effective_width<R: Real>(layers: &[LayerShape], like: &R) -> R {
    let int = |n: u64| like.int(n as i64);
    let mut widest = int(0);
    for l in layers {
        let both = int(l.d - l.s) * int(l.d).ln() + int(l.d_in - l.s_in) * int(l.d_in).ln();
        widest = widest.max(&(both / int(2)));
    }
    widest
}
