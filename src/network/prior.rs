//! What the network is compared with: chosen without looking at the sample.

use ndarray::Array2;

use super::Mlp;
use super::tensor::item;
use crate::error::{Error, Result};

/// The centre of the prior.
#[derive(Debug, Clone, PartialEq)]
pub enum Prior {
    /// All weights zero.
    Zero,
    /// A network trained on other points than the sample's.
    Network(Mlp),
}

impl Prior {
    /// Makes sure that distances between prior and network have a meaning.
    ///
    /// # Errors
    /// Input, naming the prior's file and the first tensor that differs.
    pub fn check_same_shape(&self, network: &Mlp) -> Result<()> {
        let Prior::Network(prior) = self else {
            return Ok(());
        };
        let with = |folded| {
            if folded {
                "with biases"
            } else {
                "without biases"
            }
        };
        if prior.folded_bias() != network.folded_bias() {
            return Err(Error::input(
                prior.file(),
                "prior",
                format!("a network {}, as the model is", with(network.folded_bias())),
                format!("one {}", with(prior.folded_bias())),
                "give the prior's file the same tensors as the model's, zeros where it has none",
            ));
        }
        for (theirs, ours) in prior.layers().iter().zip(network.layers()) {
            if theirs.weights.dim() != ours.weights.dim() {
                return Err(Error::input(
                    prior.file(),
                    item(&theirs.name),
                    format!("shape {:?}, as the model has", ours.weights.shape()),
                    format!("{:?}", theirs.weights.shape()),
                    "prior and model must have the same architecture",
                ));
            }
        }
        let (found, expected) = (prior.layers().len(), network.layers().len());
        if found != expected {
            return Err(Error::input(
                prior.file(),
                "prior",
                format!("{expected} layers, as the model has"),
                format!("{found}"),
                "prior and model must have the same architecture",
            ));
        }
        Ok(())
    }

    /// Weights of layer `k` (from 0), shape (d_{k+1}, d_k); None for zeros, and
    /// beyond the last layer.
    pub fn layer_weights(&self, k: usize) -> Option<&Array2<f64>> {
        match self {
            Prior::Zero => None,
            Prior::Network(prior) => prior.layers().get(k).map(|layer| &layer.weights),
        }
    }
}
