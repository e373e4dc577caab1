//! What the names of a file stand for.

use super::constant::Constant;

/// Longest shape that is computed with; ONNX files of images have four axes.
pub const MAX_RANK: usize = 8;

/// The meaning of a name.
#[derive(Debug, Clone)]
pub enum Value {
    Network(Network),
    Constant(Constant),
    Sizes(Sizes),
}

impl Value {
    /// How messages call it.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Network(_) => "a value computed from the network's input",
            Value::Constant(_) => "a constant",
            Value::Sizes(_) => "a shape",
        }
    }
}

/// A node of the network, seen as an array with these axes after the batch.
///
/// Reshaping changes the view alone: row-major order stays what it is.
#[derive(Debug, Clone)]
pub struct Network {
    pub node: usize,
    pub dims: Vec<usize>,
    /// Whether the node is known under this name alone and read once, so that a
    /// sum or a normalisation may be folded into it.
    pub sole: bool,
}

/// A length: the batch's, or known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    Batch,
    Known(i64),
}

/// Lengths that the file computes with: a vector, or a single number.
#[derive(Debug, Clone)]
pub struct Sizes {
    pub sizes: Vec<Size>,
    pub scalar: bool,
}

impl Sizes {
    /// Those of a constant with at most one axis and few entries.
    pub fn of(constant: &Constant) -> Option<Self> {
        if constant.shape.len() > 1 || constant.len() > MAX_RANK {
            return None;
        }
        let sizes = constant.integers()?.into_iter().map(Size::Known);
        Some(Self {
            sizes: sizes.collect(),
            scalar: constant.shape.is_empty(),
        })
    }
}
