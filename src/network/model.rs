//! One entry for every format.

use std::path::Path;

use super::{Graph, Mlp, Prior, architecture, extension, onnx, parse};
use crate::error::{Error, Result};
use crate::input::InputFile;

/// A network in the forms that the theorems need.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The network. If `mlp` is there and its biases are folded, so are these.
    pub graph: Graph,
    /// The same network as a multilayer perceptron, if it is one.
    pub mlp: Option<Mlp>,
}

/// Reads a network: `.onnx`, or tensors in `.safetensors` or `.npz`, which are
/// the layers of a multilayer perceptron if no file says what they are.
///
/// # Errors
/// Input; see [`onnx::parse`], [`architecture::read`], [`super::read`]; also an
/// architecture for a `.onnx` file, which has its own.
pub fn read_model(path: impl AsRef<Path>, architecture: Option<&Path>) -> Result<Model> {
    let path = path.as_ref();
    let is_onnx = extension(path) == "onnx";
    if let (true, Some(architecture)) = (is_onnx, architecture) {
        return Err(Error::input(
            architecture,
            "",
            "an architecture for a .safetensors or .npz file",
            format!("one for {}", path.display()),
            "an .onnx file says itself what its layers are: leave --architecture out",
        ));
    }
    let file = InputFile::read(path)?;
    if is_onnx {
        return Model::new(onnx::parse(&file)?);
    }
    match architecture {
        Some(architecture) => {
            let architecture = InputFile::read(architecture)?;
            Model::new(architecture::read(&file, &architecture)?)
        }
        None => {
            let mlp = parse(&file)?;
            let graph = Graph::from_mlp(&mlp)?;
            let mlp = Some(mlp);
            Ok(Model { graph, mlp })
        }
    }
}

/// Reads a network to compare `model` with: the same architecture, other
/// weights. `architecture` is that of `model`, for a file that needs one.
///
/// # Errors
/// Input; see [`read_model`]; also a network of another architecture.
pub fn read_reference(
    path: impl AsRef<Path>,
    architecture: Option<&Path>,
    model: &Model,
) -> Result<Model> {
    let path = path.as_ref();
    let reference = read_model(path, architecture.filter(|_| extension(path) != "onnx"))?;
    match (&reference.mlp, &model.mlp) {
        (Some(theirs), Some(ours)) => Prior::Network(theirs.clone()).check_same_shape(ours)?,
        _ => reference.graph.check_same_architecture(&model.graph)?,
    }
    Ok(reference)
}

impl Model {
    /// Finds out whether a network is a multilayer perceptron.
    ///
    /// # Errors
    /// Input; see [`Graph::to_mlp`].
    pub fn new(graph: Graph) -> Result<Self> {
        let mlp = graph.to_mlp()?;
        let graph = match &mlp {
            // Both must take the constant coordinate.
            Some(mlp) if mlp.folded_bias() => Graph::from_mlp(mlp)?,
            _ => graph,
        };
        Ok(Self { graph, mlp })
    }

    /// Whether the weights hold folded biases, so that inputs need the constant
    /// coordinate of [`Sample::with_constant_one`](crate::data::Sample::with_constant_one).
    pub fn folded_bias(&self) -> bool {
        self.mlp.as_ref().is_some_and(Mlp::folded_bias)
    }

    /// Makes sure that inputs of `d0` coordinates and labels `0..classes` fit.
    ///
    /// # Errors
    /// Input, naming the tensor or the network.
    pub fn check(&self, d0: usize, classes: usize) -> Result<()> {
        match &self.mlp {
            Some(mlp) => mlp.check_input(d0).and_then(|()| mlp.check_labels(classes)),
            None => {
                self.graph.check_input(d0)?;
                self.graph.check_labels(classes)
            }
        }
    }
}
