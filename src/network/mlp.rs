//! A ReLU multilayer perceptron without biases, with exact weights.

use std::path::PathBuf;

use ndarray::Array2;

use super::tensor::item;
use crate::error::{Error, Result};
use crate::input::Source;

/// One linear map.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Name of the tensor the weights come from.
    pub name: String,
    /// Weights, shape (d_k, d_{k-1}) = (out_features, in_features).
    pub weights: Array2<f64>,
}

/// `x -> W_{K+1} relu(W_K ... relu(W_1 x))`: at least one layer, shapes that
/// chain, finite weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Mlp {
    layers: Vec<Layer>,
    folded_bias: bool,
    sources: Vec<Source>,
}

impl Mlp {
    /// Checks and assembles a network without biases; `sources` may be empty
    /// for one made in memory.
    ///
    /// # Errors
    /// Input: no layers, an empty dimension, a NaN or infinite weight, shapes
    /// that do not chain — where a transposition would mend that, it says so.
    pub fn new(layers: Vec<Layer>, sources: Vec<Source>) -> Result<Self> {
        let mlp = Self {
            layers,
            folded_bias: false,
            sources,
        };
        if mlp.layers.is_empty() {
            let expected = "at least one tensor of weights";
            return Err(Error::input(mlp.file(), "", expected, "none", ""));
        }
        for layer in &mlp.layers {
            mlp.check_layer(layer)?;
        }
        mlp.check_chain()?;
        Ok(mlp)
    }

    /// The layers W_1, ..., W_{K+1}.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Whether the weights hold folded biases, so that inputs need the constant
    /// coordinate of [`Sample::with_constant_one`](crate::data::Sample::with_constant_one).
    pub fn folded_bias(&self) -> bool {
        self.folded_bias
    }

    /// The files it was read from.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Widths d_0, d_1, ..., d_{K+1}; a folded constant is counted.
    pub fn dims(&self) -> Vec<usize> {
        let input = self.layers.first().map(|layer| layer.weights.ncols());
        let outputs = self.layers.iter().map(|layer| layer.weights.nrows());
        input.into_iter().chain(outputs).collect()
    }

    /// Number of hidden layers, K; 0 for a linear model.
    pub fn hidden(&self) -> usize {
        self.layers.len() - 1
    }

    /// Makes sure that the network takes inputs of `d0` coordinates.
    ///
    /// # Errors
    /// Input, naming the first tensor; says if it looks transposed or if the
    /// sample lacks the constant coordinate.
    pub fn check_input(&self, d0: usize) -> Result<()> {
        let Some(first) = self.layers.first() else {
            return Ok(());
        };
        let (rows, columns) = first.weights.dim();
        if columns == d0 {
            return Ok(());
        }
        let advice = if self.folded_bias && columns == d0 + 1 {
            "the network has biases: the sample needs its constant coordinate"
        } else if rows == d0 && !self.folded_bias {
            "the tensor looks transposed: store it as (out_features, in_features)"
        } else {
            "the network was trained on other data"
        };
        Err(Error::input(
            self.file(),
            item(&first.name),
            format!("shape [{rows}, {d0}] for inputs of {d0} coordinates"),
            format!("[{rows}, {columns}]"),
            advice,
        ))
    }

    /// Makes sure that labels `0..classes` are all outputs of the network.
    ///
    /// # Errors
    /// Input, naming the last tensor.
    pub fn check_labels(&self, classes: usize) -> Result<()> {
        let Some(last) = self.layers.last() else {
            return Ok(());
        };
        let outputs = last.weights.nrows();
        if classes <= outputs {
            return Ok(());
        }
        Err(Error::input(
            self.file(),
            item(&last.name),
            format!("labels below {outputs}, the number of outputs"),
            format!("label {}", classes - 1),
            "sample and network must number the classes alike, from 0",
        ))
    }

    /// The file that messages about this network name.
    pub(super) fn file(&self) -> PathBuf {
        self.sources
            .first()
            .map_or_else(|| "(in memory)".into(), |source| source.path.clone())
    }

    /// This network with folded layers, which [`super::fold`] made from its own.
    pub(super) fn replaced_by_folded(&self, layers: Vec<Layer>) -> Self {
        Self {
            layers,
            folded_bias: true,
            sources: self.sources.clone(),
        }
    }

    fn check_layer(&self, layer: &Layer) -> Result<()> {
        let refuse = |expected: &str, found: String| {
            Error::input(self.file(), item(&layer.name), expected, found, "")
        };
        if layer.weights.is_empty() {
            let found = format!("shape {:?}", layer.weights.shape());
            return Err(refuse("every dimension at least 1", found));
        }
        let bad = layer.weights.indexed_iter().find(|(_, w)| !w.is_finite());
        match bad {
            None => Ok(()),
            Some(((i, j), value)) => Err(refuse(
                "finite weights",
                format!("{value} at index [{i}, {j}]"),
            )),
        }
    }

    fn check_chain(&self) -> Result<()> {
        let shapes: Vec<[usize; 2]> = self
            .layers
            .iter()
            .map(|layer| [layer.weights.nrows(), layer.weights.ncols()])
            .collect();
        let Some((k, width)) = first_break(&shapes) else {
            return Ok(());
        };
        let transposed = |only: Option<usize>| {
            let flipped = shapes.iter().enumerate().map(|(i, &[rows, columns])| {
                if only.is_none_or(|only| only == i) {
                    [columns, rows]
                } else {
                    [rows, columns]
                }
            });
            first_break(&flipped.collect::<Vec<_>>()).is_none()
        };
        let (culprit, expected, advice) = if let Some(single) =
            (0..shapes.len()).find(|&i| transposed(Some(i)))
        {
            let expected = shapes.get(single).map(|[r, c]| format!("[{c}, {r}]"));
            let advice = "the tensor looks transposed: store it as (out_features, in_features)";
            (single, expected, advice)
        } else if transposed(None) {
            let expected = shapes.get(k).map(|[r, c]| format!("[{c}, {r}]"));
            let advice = "every tensor looks transposed: store them as (out_features, in_features)";
            (k, expected, advice)
        } else {
            let expected = shapes.get(k).map(|[rows, _]| {
                format!("[{rows}, {width}], as the layer before has {width} outputs")
            });
            (k, expected, "the layers do not form one chain")
        };
        let name = self.layers.get(culprit).map_or("", |layer| &layer.name);
        let found = shapes.get(culprit).map(|s| format!("{s:?}"));
        Err(Error::input(
            self.file(),
            item(name),
            format!("shape {}", expected.unwrap_or_default()),
            found.unwrap_or_default(),
            advice,
        ))
    }
}

/// The first layer whose inputs are not the outputs before it, and their number.
fn first_break(shapes: &[[usize; 2]]) -> Option<(usize, usize)> {
    shapes
        .windows(2)
        .enumerate()
        .find_map(|(k, pair)| match *pair {
            [[outputs, _], [_, inputs]] if outputs != inputs => Some((k + 1, outputs)),
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mlp(shapes: &[(usize, usize)]) -> std::result::Result<Mlp, String> {
        let layer = |(k, &shape): (usize, &(usize, usize))| Layer {
            name: format!("{k}.weight"),
            weights: Array2::zeros(shape),
        };
        let layers = shapes.iter().enumerate().map(layer).collect();
        Mlp::new(layers, vec![]).map_err(|error| error.to_string())
    }

    #[test]
    fn widths_are_counted_from_the_input() {
        let network = mlp(&[(5, 7), (3, 5)]).unwrap();
        assert_eq!((network.dims(), network.hidden()), (vec![7, 5, 3], 1));
        assert_eq!(mlp(&[(3, 7)]).unwrap().hidden(), 0);
    }

    #[test]
    fn transpositions_are_diagnosed() {
        for (shapes, tensor, told) in [
            (
                vec![(100, 784), (100, 10)],
                "1.weight",
                "expected shape [10, 100], found [100, 10]; the tensor looks transposed",
            ),
            (
                vec![(784, 100), (10, 100)],
                "0.weight",
                "expected shape [100, 784], found [784, 100]; the tensor looks transposed",
            ),
            (
                vec![(784, 100), (100, 10)],
                "1.weight",
                "expected shape [10, 100], found [100, 10]; every tensor looks transposed",
            ),
            (
                vec![(5, 7), (3, 4)],
                "1.weight",
                "expected shape [3, 5], as the layer before has 5 outputs, found [3, 4]",
            ),
        ] {
            let text = mlp(&shapes).unwrap_err();
            assert!(text.contains(tensor) && text.contains(told), "{text}");
        }
    }

    #[test]
    fn data_of_another_shape_is_refused() {
        let network = mlp(&[(5, 7), (3, 5)]).unwrap();
        assert!(network.check_input(7).is_ok() && network.check_labels(3).is_ok());
        let text = network.check_input(5).unwrap_err().to_string();
        assert!(text.contains("looks transposed"), "{text}");
        let text = network.check_labels(4).unwrap_err().to_string();
        assert!(
            text.contains("expected labels below 3, the number of outputs, found label 3"),
            "{text}"
        );
    }

    #[test]
    fn no_layers_or_no_units_are_refused() {
        assert!(mlp(&[]).unwrap_err().contains("at least one tensor"));
        assert!(mlp(&[(0, 7)]).unwrap_err().contains("found shape [0, 7]"));
    }
}
