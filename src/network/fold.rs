//! Biases as weights, exactly.
//!
//! A network with biases computes the same function as one without whose input
//! has one more coordinate, constantly 1
//! ([`Sample::with_constant_one`](crate::data::Sample::with_constant_one)):
//!
//! - each layer gets a last column that holds its biases (zeros if it has none),
//!   which multiplies the constant;
//! - each hidden layer gets a last row (0, ..., 0, 1): a unit that passes the
//!   constant on, since relu(1) = 1.
//!
//! Nothing is rounded: the weights are only moved. Norms and distances of the
//! folded network are larger than those of the network without its biases, and
//! rightly so.

use ndarray::{Array2, s};

use super::{Layer, Mlp};
use crate::error::{Error, Result};

/// Folds the biases, one entry for each layer, None where it has none.
///
/// Biases that are all zero are folded too: the shapes then depend on what the
/// network has, not on the values.
///
/// # Errors
/// Bug, if `network` is already folded or the biases' number or lengths are
/// not those of its layers.
pub fn biases(network: &Mlp, biases: &[Option<Vec<f64>>]) -> Result<Mlp> {
    let layers = network.layers();
    if network.folded_bias() || biases.len() != layers.len() {
        return Err(Error::bug(
            "biases are folded once, one entry for each layer",
            format!("{} entries, {} layers", biases.len(), layers.len()),
        ));
    }
    let last = layers.len() - 1;
    let folded = layers
        .iter()
        .zip(biases)
        .enumerate()
        .map(|(k, (layer, bias))| fold(layer, bias.as_deref(), k < last))
        .collect::<Result<_>>()?;
    Ok(network.replaced_by_folded(folded))
}

fn fold(layer: &Layer, bias: Option<&[f64]>, hidden: bool) -> Result<Layer> {
    let (rows, columns) = layer.weights.dim();
    let mut weights = Array2::zeros((rows + usize::from(hidden), columns + 1));
    weights
        .slice_mut(s![..rows, ..columns])
        .assign(&layer.weights);
    if let Some(bias) = bias {
        if bias.len() != rows {
            return Err(Error::bug(
                format!("{rows} biases for {:?}", layer.name),
                format!("{}", bias.len()),
            ));
        }
        for (cell, &value) in weights.column_mut(columns).iter_mut().zip(bias) {
            *cell = value;
        }
    }
    if hidden {
        weights[[rows, columns]] = 1.0;
    }
    Ok(Layer {
        name: layer.name.clone(),
        weights,
    })
}
