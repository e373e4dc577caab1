//! Networks in the ONNX format, as PyTorch exports them.
//!
//! A file is a list of nodes, each an operator that reads named values and
//! names its results. One walk through it makes a layer of each node that
//! computes something: convolutions, fully connected layers
//! (`Gemm`, `MatMul`, with the sum of their biases), `Relu`, average pooling in
//! its three forms, sums of two values. `Flatten`, `Reshape` and the like only
//! change how a value is seen, and vanish. What is not known here is refused by
//! name: a network with one node ignored would be another network.
//!
//! Weights are exact reals: the floats of the file. Where the network asks for
//! arithmetic on weights (`alpha`, two biases, a batch normalisation), it is done
//! if the result is exactly a float and refused if not.
//!
//! The file is untrusted. Weights of the network are at most as many as the
//! file has bytes; nothing else that it declares is allocated.

mod call;
mod constant;
mod dense;
mod exact;
mod external;
mod messages;
mod normalisation;
mod pool;
mod refused;
mod shapes;
mod value;
mod views;
mod walk;
mod window;

use prost::bytes::Bytes;

use self::messages::{Function, Model, Opset, TensorShape, ValueInfo, decode, dtype};
use self::value::MAX_RANK;
use super::Shape;
use crate::error::{Error, Result};
use crate::input::InputFile;

/// Versions of the operator set whose operators are known here to mean the same.
const OPSETS: std::ops::RangeInclusive<i64> = 7..=28;

/// Reads a network.
///
/// # Errors
/// Input: a damaged file, an operator or attribute that is not supported, a
/// network that is not one chain of definitions from one input to one output,
/// shapes that do not fit, arithmetic on weights that would round.
pub fn parse(file: &InputFile) -> Result<super::Graph> {
    let bytes = Bytes::copy_from_slice(&file.bytes);
    let mut model: Model = decode(bytes, file, "")?;
    let Some(graph) = model.graph.take() else {
        let advice = "is this an ONNX file?";
        return Err(Error::input(&file.path, "", "a graph", "none", advice));
    };
    check_operators(&model, file)?;
    walk::network(graph, file)
}

/// Makes sure that the operators are those of ONNX, of a known version, which
/// no function of the file redefines.
fn check_operators(model: &Model, file: &InputFile) -> Result<()> {
    let mut version = None;
    for bytes in &model.opsets {
        let opset: Opset = decode(bytes.clone(), file, "operator sets")?;
        if is_onnx(&opset.domain) {
            version = Some(opset.version);
        }
    }
    for bytes in &model.functions {
        let function: Function = decode(bytes.clone(), file, "functions")?;
        if is_onnx(&function.domain) {
            let found = format!("the function {:?}", function.name);
            let expected = "ONNX's own operators as they are";
            return Err(Error::input(&file.path, "functions", expected, found, ""));
        }
    }
    match version {
        Some(version) if OPSETS.contains(&version) => Ok(()),
        other => Err(Error::input(
            &file.path,
            "operator sets",
            format!(
                "ONNX operators of version {} to {}",
                OPSETS.start(),
                OPSETS.end()
            ),
            other.map_or_else(|| "none".into(), |v| v.to_string()),
            "export with another opset_version, such as 20",
        )),
    }
}

/// Whether a domain is that of ONNX's own operators.
fn is_onnx(domain: &str) -> bool {
    domain.is_empty() || domain == "ai.onnx"
}

/// The network's input as the file declares it.
#[derive(Debug)]
struct Input {
    name: String,
    /// None if any number will do.
    batch: Option<usize>,
    /// Axes after the batch: one or three.
    dims: Vec<usize>,
}

impl Input {
    fn new(info: ValueInfo, file: &InputFile) -> Result<Self> {
        let item = format!("input {:?}", info.name);
        let refuse = |found: String| {
            let expected = "floats of shape [N, channels, height, width] or [N, features], \
                            all but N known";
            let advice = "export with the shape of one input, only the batch dynamic";
            Error::input(&file.path, &item, expected, found, advice)
        };
        let Some(tensor) = info.kind.and_then(|kind| kind.tensor) else {
            return Err(refuse("no tensor".into()));
        };
        match tensor.dtype {
            dtype::FLOAT | dtype::DOUBLE | dtype::FLOAT16 | dtype::BFLOAT16 => {}
            other => return Err(refuse(dtype::name(other))),
        }
        let TensorShape { dims } = tensor.shape.unwrap_or_default();
        if dims.len() > MAX_RANK {
            return Err(refuse(format!("{} axes", dims.len())));
        }
        let mut lengths = Vec::new();
        for bytes in dims {
            let dim: messages::Dimension = decode(bytes, file, &item)?;
            let length = dim.value.filter(|_| dim.symbol.is_none());
            lengths.push(
                length
                    .and_then(|n| usize::try_from(n).ok())
                    .filter(|n| *n > 0),
            );
        }
        let known: Option<Vec<usize>> = lengths.iter().skip(1).copied().collect();
        match known {
            Some(dims) if dims.len() == 1 || dims.len() == 3 => Ok(Self {
                name: info.name,
                batch: lengths.first().copied().flatten(),
                dims,
            }),
            _ => {
                let symbols = lengths
                    .iter()
                    .map(|n| n.map_or("?".into(), |n| n.to_string()));
                Err(refuse(format!(
                    "[{}]",
                    symbols.collect::<Vec<String>>().join(", ")
                )))
            }
        }
    }

    fn shape(&self) -> Shape {
        match *self.dims.as_slice() {
            [channels, height, width] => Shape {
                channels,
                height,
                width,
            },
            _ => Shape::vector(self.dims.iter().product()),
        }
    }
}
