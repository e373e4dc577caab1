//! Networks: typed weights, and their readers.
//!
//! A [`Graph`] is a feed-forward ReLU network of convolutions, fully connected
//! layers, average poolings and sums. An [`Mlp`] is a ReLU multilayer perceptron
//! without biases, `x -> W_{K+1} relu(W_K ... relu(W_1 x))`. Weights are exact
//! real numbers: the floats that the file stores. Biases of a multilayer
//! perceptron are folded into the weights exactly (see [`fold`]), never ignored.
//!
//! [`read_model`] takes every format: `.onnx` (see [`onnx`]), and tensors with
//! the layers written down in a second file (see [`architecture`]) or found from
//! the names alone. That is what [`read`] does for multilayer perceptrons: it takes `.safetensors` and `.npz`: every 2-d tensor is the weights
//! (out_features, in_features) of a layer; every 1-d tensor with `bias` in its
//! name is the biases of the layer whose name is the same but for `weight`; any
//! other tensor is refused by name. The layers' order is explained in
//! [`order`].

pub mod architecture;
pub mod assemble;
pub mod fold;
pub mod graph;
mod layers;
mod mlp;
mod model;
pub mod onnx;
pub mod order;
mod prior;
pub mod tensor;

use std::path::Path;

use crate::error::{Error, Result};
use crate::input::InputFile;

pub use graph::{Conv, Graph, Node, Op, Shape, Window};
pub use mlp::{Layer, Mlp};
pub use model::{Model, read_model, read_reference};
pub use prior::Prior;

/// Reads a network; see above.
///
/// # Errors
/// Input: no such file, another extension, a damaged file, a tensor that has no
/// place in a multilayer perceptron, an empty dimension, a NaN or infinite
/// weight, layers whose shapes do not chain or whose order is not determined.
pub fn read(path: impl AsRef<Path>) -> Result<Mlp> {
    parse(&InputFile::read(path)?)
}

/// Parses what [`read`] reads; the path's extension tells the format.
///
/// # Errors
/// As [`read`].
pub fn parse(file: &InputFile) -> Result<Mlp> {
    assemble::network(tensors(file)?, file)
}

/// The named tensors of a file; the path's extension tells the format.
fn tensors(file: &InputFile) -> Result<Vec<tensor::Tensor>> {
    match extension(&file.path).as_str() {
        "safetensors" => tensor::from_safetensors(file),
        "npz" => tensor::from_npz(file),
        other => Err(Error::input(
            &file.path,
            "",
            "a network in a .safetensors or .npz file",
            format!("the extension {other:?}"),
            "from PyTorch: safetensors.torch.save_file(model.state_dict(), path)",
        )),
    }
}

fn extension(path: &Path) -> String {
    let extension = path.extension().and_then(|e| e.to_str());
    extension.unwrap_or("").to_ascii_lowercase()
}
