//! Tensors of a `.safetensors` or `.npz` file as the layers that a TOML file
//! writes down, first to last.
//!
//! ```toml
//! input = [1, 28, 28]          # channels, height, width; or [features]
//!
//! [[layer]]
//! op = "conv"
//! weight = "0.weight"          # shape (out, in / groups, rows, columns)
//! bias = "0.bias"              # may be left out, as may all that follow
//! stride = 2                   # a number, or [vertical, horizontal]
//! padding = [1, 2]             # so too, or [[top, bottom], [left, right]]
//! dilation = 1
//! groups = 1
//!
//! [[layer]]
//! op = "relu"
//!
//! [[layer]]
//! op = "average-pool"
//! size = 2
//! stride = 2                   # if left out, the size
//! padding = 0
//! count_include_pad = true     # if left out, true, as in PyTorch
//!
//! [[layer]]
//! op = "global-average-pool"
//!
//! [[layer]]
//! op = "flatten"
//!
//! [[layer]]
//! op = "linear"
//! weight = "7.weight"          # shape (out, in)
//! bias = "7.bias"
//! ```
//!
//! Other keys are refused, and so is a tensor that no layer uses, or two do: a
//! weight ignored would be another network. A linear layer reads all of the
//! value before it, channel by channel and row by row; `flatten` says so but
//! changes nothing, and may be left out.

use std::collections::HashMap;

use ndarray::Array4;
use serde::Deserialize;

use super::layers::Layers;
use super::tensor::{Tensor, item};
use super::{Conv, Graph, Op, Shape, Window, tensors};
use crate::error::{Error, Result};
use crate::input::InputFile;

/// Reads a network: the weights of one file in the layers of the other.
///
/// # Errors
/// Input: a damaged file, a key that is not known, a tensor that is missing,
/// left over or used twice, shapes that do not fit.
pub fn read(weights: &InputFile, architecture: &InputFile) -> Result<Graph> {
    let Architecture { input, layer } = parse(architecture)?;
    let input = match *input.as_slice() {
        [channels, height, width] => Shape {
            channels,
            height,
            width,
        },
        [features] => Shape::vector(features),
        _ => {
            let expected = "[channels, height, width] or [features]";
            let found = format!("{input:?}");
            return Err(Error::input(
                &architecture.path,
                "input",
                expected,
                found,
                "",
            ));
        }
    };
    let sources = vec![weights.source(), architecture.source()];
    let mut reader = Reader {
        weights,
        architecture,
        tensors: tensors(weights)?
            .into_iter()
            .map(|t| (t.name.clone(), Some(t)))
            .collect(),
        layers: Layers::new(input, sources.clone())?,
        last: 0,
        flat: false,
    };
    for (i, layer) in layer.into_iter().enumerate() {
        let name = format!("layer {} ({})", i + 1, layer.name());
        reader.layer(layer, &name)?;
    }
    let mut left = reader
        .tensors
        .into_iter()
        .filter(|(_, tensor)| tensor.is_some());
    if let Some(name) = left.by_ref().map(|(name, _)| name).min() {
        let advice = "every weight must have its place: add its layer, or remove it from the file";
        let expected = "a layer that uses it";
        return Err(Error::input(
            &weights.path,
            item(&name),
            expected,
            "none",
            advice,
        ));
    }
    reader.layers.finish(reader.last, sources)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Architecture {
    input: Vec<usize>,
    layer: Vec<Layer>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case", deny_unknown_fields)]
enum Layer {
    Conv {
        weight: String,
        bias: Option<String>,
        #[serde(default = "Pair::one")]
        stride: Pair,
        #[serde(default)]
        padding: Padding,
        #[serde(default = "Pair::one")]
        dilation: Pair,
        #[serde(default = "one")]
        groups: usize,
    },
    Linear {
        weight: String,
        bias: Option<String>,
    },
    // With braces, so that it denies fields too.
    Relu {},
    AveragePool {
        size: Pair,
        stride: Option<Pair>,
        #[serde(default)]
        padding: Padding,
        #[serde(default = "yes")]
        count_include_pad: bool,
    },
    GlobalAveragePool {},
    Flatten {},
}

fn one() -> usize {
    1
}

fn yes() -> bool {
    true
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged, expecting = "a number or [vertical, horizontal]")]
enum Pair {
    Both(usize),
    Each([usize; 2]),
}

impl Pair {
    fn one() -> Self {
        Self::Both(1)
    }

    fn get(self) -> [usize; 2] {
        match self {
            Self::Both(n) => [n, n],
            Self::Each(pair) => pair,
        }
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(
    untagged,
    expecting = "a number, [vertical, horizontal] or [[top, bottom], [left, right]]"
)]
enum Padding {
    Alike(Pair),
    Each([[usize; 2]; 2]),
}

impl Default for Padding {
    fn default() -> Self {
        Self::Alike(Pair::Both(0))
    }
}

impl Padding {
    fn get(self) -> [[usize; 2]; 2] {
        match self {
            Self::Alike(pair) => pair.get().map(|n| [n, n]),
            Self::Each(sides) => sides,
        }
    }
}

impl Layer {
    /// As it is written.
    fn name(&self) -> &'static str {
        match self {
            Layer::Conv { .. } => "conv",
            Layer::Linear { .. } => "linear",
            Layer::Relu {} => "relu",
            Layer::AveragePool { .. } => "average-pool",
            Layer::GlobalAveragePool {} => "global-average-pool",
            Layer::Flatten {} => "flatten",
        }
    }
}

fn parse(file: &InputFile) -> Result<Architecture> {
    let refuse = |item: String, found: String| {
        let expected = "the layers of a network in TOML";
        let advice = "an example is in the README, under \"Architectures\"";
        Error::input(&file.path, item, expected, found, advice)
    };
    let text = std::str::from_utf8(&file.bytes)
        .map_err(|error| refuse(String::new(), format!("no UTF-8 ({error})")))?;
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let item = before.map_or_else(String::new, |before| {
            format!("line {}", before.matches('\n').count() + 1)
        });
        refuse(item, error.message().to_owned())
    })
}

struct Reader<'a> {
    weights: &'a InputFile,
    architecture: &'a InputFile,
    /// None once a layer has taken it.
    tensors: HashMap<String, Option<Tensor>>,
    layers: Layers,
    /// The last layer's node.
    last: usize,
    /// Whether it was flattened.
    flat: bool,
}

impl Reader<'_> {
    fn layer(&mut self, layer: Layer, name: &str) -> Result<()> {
        let shape = self.layers.shape(self.last)?;
        let op = match layer {
            Layer::Conv {
                weight,
                bias,
                stride,
                padding,
                dilation,
                groups,
            } => {
                self.check_grid(name)?;
                let tensor = self.take(&weight, name)?;
                let &[out, of_group, rows, columns] = tensor.shape.as_slice() else {
                    let expected = "shape (out, in / groups, rows, columns)";
                    return Err(self.misshapen(&tensor, expected, name));
                };
                let window = Window {
                    size: [rows, columns],
                    stride: stride.get(),
                    dilation: dilation.get(),
                    padding: padding.get(),
                };
                let shape = [out, of_group, rows, columns];
                Op::Conv(self.conv(tensor, shape, bias, window, groups, name)?)
            }
            Layer::Linear { weight, bias } => {
                self.flat = true;
                let tensor = self.take(&weight, name)?;
                let out = match *tensor.shape.as_slice() {
                    [out, inputs] if inputs == shape.len() => out,
                    _ => {
                        let expected = format!(
                            "shape (out, {}), as the value before it is {shape}",
                            shape.len()
                        );
                        return Err(self.misshapen(&tensor, &expected, name));
                    }
                };
                let kernel = [out, shape.channels, shape.height, shape.width];
                Op::Conv(self.conv(tensor, kernel, bias, Window::whole(shape), 1, name)?)
            }
            Layer::Relu {} => Op::Relu,
            Layer::AveragePool {
                size,
                stride,
                padding,
                count_include_pad,
            } => {
                self.check_grid(name)?;
                Op::AveragePool {
                    window: Window {
                        size: size.get(),
                        stride: stride.unwrap_or(size).get(),
                        dilation: [1, 1],
                        padding: padding.get(),
                    },
                    count_padding: count_include_pad,
                }
            }
            Layer::GlobalAveragePool {} => {
                self.check_grid(name)?;
                Op::AveragePool {
                    window: Window::whole(shape),
                    count_padding: true,
                }
            }
            Layer::Flatten {} => {
                self.flat = true;
                return Ok(());
            }
        };
        let pushed = self.layers.push(op, vec![self.last]);
        self.last = pushed.map_err(|error| match error {
            Error::Input(mut e) => {
                e.item = format!("{}, {name}", e.item);
                Error::Input(e)
            }
            other => other,
        })?;
        Ok(())
    }

    fn check_grid(&self, name: &str) -> Result<()> {
        if !self.flat {
            return Ok(());
        }
        let expected = "a value of channels over a grid";
        let found = "one that was flattened";
        Err(Error::input(
            &self.architecture.path,
            name,
            expected,
            found,
            "",
        ))
    }

    fn take(&mut self, tensor: &str, layer: &str) -> Result<Tensor> {
        let (found, advice) = match self.tensors.get_mut(tensor) {
            Some(slot) => match slot.take() {
                Some(tensor) => return Ok(tensor),
                None => ("one that an earlier layer uses", "weights cannot be shared"),
            },
            None => ("none", "the names are those of the file of weights"),
        };
        let expected = format!("a tensor for {layer}");
        Err(Error::input(
            &self.weights.path,
            item(tensor),
            expected,
            found,
            advice,
        ))
    }

    fn misshapen(&self, tensor: &Tensor, expected: &str, layer: &str) -> Error {
        let found = format!("shape {:?}", tensor.shape);
        let item = format!("{}, {layer}", item(&tensor.name));
        Error::input(&self.weights.path, item, expected, found, "")
    }

    fn conv(
        &mut self,
        weights: Tensor,
        shape: [usize; 4],
        bias: Option<String>,
        window: Window,
        groups: usize,
        layer: &str,
    ) -> Result<Conv> {
        let [out, ..] = shape;
        let bias = bias.map(|name| {
            let bias = self.take(&name, layer)?;
            if bias.shape == [out] {
                return Ok(bias.values);
            }
            Err(self.misshapen(&bias, &format!("shape ({out},)"), layer))
        });
        let kernel = Array4::from_shape_vec(shape, weights.values);
        Ok(Conv {
            name: weights.name,
            kernel: kernel.map_err(|e| Error::bug(format!("a checked shape holds: {e}"), ""))?,
            bias: bias.transpose()?,
            window,
            groups,
        })
    }
}
