//! Norms of a network's layers, each certified from above.

use super::babel::BabelTable;
use super::frobenius::{distance_squared, frobenius_squared};
use super::norms::{MaxPairDifference, ReducedRowNorms};
use super::sparse_norm::SparseNormTable;
use crate::data::Sample;
use crate::error::{Error, Result};
use crate::network::{Mlp, Prior};
use crate::real::{Enclosure, Real};

/// Values of s_{k-1} at which sparse norms of wide layers are tabulated.
const SPARSE_INPUTS: usize = 32;

/// Certified upper bounds on the norms that the theorems ask of a network.
/// Layers are numbered from 1, as in the papers.
pub struct NetworkMeasures {
    /// d_0..d_{K+1}.
    pub dims: Vec<usize>,
    rows: Vec<ReducedRowNorms>,
    sparse: Vec<SparseNormTable>,
    differences: MaxPairDifference,
}

impl NetworkMeasures {
    /// Measures every layer.
    ///
    /// # Errors
    /// A bug if a network that was read holds an empty or infinite layer.
    pub fn new(network: &Mlp) -> Result<Self> {
        let layers = network.layers();
        let dims = network.dims();
        let broken = || Error::bug("layers are non-empty and finite", format!("{dims:?}"));
        let rows = layers
            .iter()
            .map(|l| ReducedRowNorms::new(&l.weights).ok_or_else(broken))
            .collect::<Result<_>>()?;
        let hidden = layers.len() - 1;
        let sparse = layers[..hidden]
            .iter()
            .enumerate()
            .map(|(k, l)| {
                // Inputs of the first layer are never sparse.
                let grid = if k == 0 {
                    vec![0]
                } else {
                    sparse_inputs(dims[k])
                };
                SparseNormTable::new(&l.weights, &grid)?
                    .refine(&BabelTable::new(&l.weights, &grid)?)
            })
            .collect::<Result<_>>()?;
        let differences = MaxPairDifference::new(&layers[hidden].weights).ok_or_else(broken)?;
        Ok(Self {
            dims,
            rows,
            sparse,
            differences,
        })
    }

    /// nu_k >= ||W_k||_(s_k, s_{k-1}) of hidden layer k.
    pub fn nu(&self, k: usize, s: usize, s_in: usize) -> f64 {
        self.sparse[k - 1].upper(s, s_in)
    }

    /// xi_k >= ||W_k||_(d_k - 1, s_{k-1}): the largest row norm reduced to the
    /// active inputs.
    pub fn xi(&self, k: usize, s_in: usize) -> f64 {
        self.rows[k - 1].max(s_in).hi()
    }

    /// D >= the norm of the difference of any two rows of W_{K+1}, reduced to
    /// its d_K - s_K largest entries.
    pub fn output_difference(&self, s: usize) -> f64 {
        self.differences.at(s).hi()
    }
}

/// Every s of a narrow layer; of a wide one `SPARSE_INPUTS` values from 0,
/// evenly spread (a norm at s is a bound at every larger s).
fn sparse_inputs(width: usize) -> Vec<usize> {
    let n = width.min(SPARSE_INPUTS);
    (0..n).map(|i| i * width / n).collect()
}

/// ||W_k - W_prior,k||_F^2 of each layer, from exact sums.
///
/// # Errors
/// A bug if the prior's shape is not the network's, which reading excludes.
pub fn distances_squared(model: &Mlp, prior: &Prior, prec: u32) -> Result<Vec<Enclosure>> {
    let one = |k: usize| {
        let w = &model.layers()[k].weights;
        let sum = match prior.layer_weights(k) {
            Some(prior) => distance_squared(w, prior),
            None => frobenius_squared(w),
        };
        sum.map(|s| s.enclosure(prec))
            .ok_or_else(|| Error::bug("layers of one shape, finite", format!("layer {k}")))
    };
    (0..model.layers().len()).map(one).collect()
}

/// A bound on ||x|| that the format guarantees: sqrt(d_0) times the largest
/// entry it can hold; `None` if it does not say.
pub fn input_norm_bound(sample: &Sample, prec: u32) -> Option<Enclosure> {
    let entry = Enclosure::rational(prec, &sample.entry_bound()?);
    Some(Enclosure::integer(prec, sample.dim()).sqrt() * entry)
}
