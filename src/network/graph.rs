//! A ReLU network as a directed acyclic graph of layers over positions.
//!
//! Every value is an array of `channels` at each position of a grid
//! (`height` x `width`), stored as real numbers. A fully connected layer is a
//! convolution whose kernel covers the whole grid, so that flattening does
//! nothing and every weight sits in a [`Conv`]; a vector is a grid of one
//! position. Weights are exact real numbers: the floats of the file.
//!
//! Which positions a position reads ([`Window::taps`]) is computed, never
//! stored: no matrix of a convolution's full size is ever made.

use std::path::PathBuf;

use ndarray::Array4;

use super::tensor::item;
use super::{Layer, Mlp};
use crate::error::{Error, Result};
use crate::input::Source;

/// No grid, kernel or value has more entries; a declared size beyond it would
/// only exhaust memory.
const MAX_ENTRIES: usize = 1 << 27;
/// More layers are refused.
pub(super) const MAX_NODES: usize = 10_000;

/// Channels and grid of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape {
    pub channels: usize,
    pub height: usize,
    pub width: usize,
}

impl Shape {
    /// A vector: one position.
    pub fn vector(channels: usize) -> Self {
        Self {
            channels,
            height: 1,
            width: 1,
        }
    }

    /// Number of positions.
    pub fn positions(&self) -> usize {
        self.height * self.width
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.channels * self.positions()
    }

    /// Whether there are none; a checked network has no such value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn is_reasonable(&self) -> bool {
        let entries = self
            .channels
            .checked_mul(self.height)
            .and_then(|n| n.checked_mul(self.width));
        entries.is_some_and(|n| (1..=MAX_ENTRIES).contains(&n))
    }
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}x{}x{}", self.channels, self.height, self.width)
    }
}

/// A window that slides over a grid; pairs are (vertical, horizontal).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub size: [usize; 2],
    pub stride: [usize; 2],
    pub dilation: [usize; 2],
    /// Rows or columns of zeros before and after: [[top, bottom], [left, right]].
    pub padding: [[usize; 2]; 2],
}

impl Window {
    /// Covers a grid of that shape whole: one output position.
    pub fn whole(shape: Shape) -> Self {
        Self {
            size: [shape.height, shape.width],
            stride: [1, 1],
            dilation: [1, 1],
            padding: [[0, 0], [0, 0]],
        }
    }

    /// Length of the output along an axis of `length`; `None` if the window
    /// does not fit or a number is out of range.
    fn output(&self, axis: usize, length: usize) -> Option<usize> {
        let span = self.dilation[axis]
            .checked_mul(self.size[axis].checked_sub(1)?)?
            .checked_add(1)?;
        let padded = length
            .checked_add(self.padding[axis][0])?
            .checked_add(self.padding[axis][1])?;
        if self.stride[axis] == 0 || self.dilation[axis] == 0 {
            return None;
        }
        Some(padded.checked_sub(span)? / self.stride[axis] + 1)
    }

    /// The grid of outputs over a grid of inputs.
    pub fn grid(&self, input: Shape) -> Option<[usize; 2]> {
        Some([self.output(0, input.height)?, self.output(1, input.width)?])
    }

    /// Where tap `t` of the window at output `o` lies along `axis`, if on the
    /// grid and not in the padding.
    pub fn at(&self, axis: usize, o: usize, t: usize, length: usize) -> Option<usize> {
        (o * self.stride[axis] + t * self.dilation[axis])
            .checked_sub(self.padding[axis][0])
            .filter(|i| *i < length)
    }

    /// The positions that output position (y, x) reads: (tap, position), tap =
    /// row-major index in the window, position = row-major index in the grid of
    /// `input`. Padding is left out.
    pub fn taps(
        &self,
        input: Shape,
        [y, x]: [usize; 2],
    ) -> impl Iterator<Item = (usize, usize)> + '_ {
        let [rows, columns] = self.size;
        (0..rows)
            .filter_map(move |r| Some((r, self.at(0, y, r, input.height)?)))
            .flat_map(move |(r, i)| {
                (0..columns).filter_map(move |c| {
                    let j = self.at(1, x, c, input.width)?;
                    Some((r * columns + c, i * input.width + j))
                })
            })
    }
}

/// A convolution (cross-correlation, as in PyTorch), or a fully connected layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Conv {
    /// Name of the tensor the weights come from.
    pub name: String,
    /// Shape (output channels, input channels / groups, kernel rows, kernel columns).
    pub kernel: Array4<f64>,
    /// One for each output channel.
    pub bias: Option<Vec<f64>>,
    pub window: Window,
    /// Input and output channels fall into so many groups that do not mix.
    pub groups: usize,
}

/// What a node computes from the nodes it reads.
#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    /// The network's input; node 0 and no other.
    Input,
    Conv(Conv),
    /// max(0, x), entry by entry.
    Relu,
    /// The mean over a window, channel by channel.
    AveragePool {
        window: Window,
        /// Whether zeros of the padding count in the mean.
        count_padding: bool,
    },
    /// The sum of two values of one shape.
    Add,
}

/// One layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub op: Op,
    /// Nodes it reads, each before it.
    pub inputs: Vec<usize>,
    /// Of what it computes.
    pub shape: Shape,
}

/// A network: nodes in order of computation, node 0 the input, the last one the
/// outputs, which a linear layer (the head) computes.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    nodes: Vec<Node>,
    sources: Vec<Source>,
}

impl Graph {
    /// Checks and assembles a network from what each node after the input does
    /// and reads. Nodes that the last one does not depend on are dropped.
    ///
    /// # Errors
    /// Input: shapes that do not fit, a weight that is NaN or infinite, sizes
    /// out of range, an output that no linear layer computes.
    pub fn new(input: Shape, nodes: Vec<(Op, Vec<usize>)>, sources: Vec<Source>) -> Result<Self> {
        let builder = Builder::of(&sources);
        builder.check_input(input)?;
        if nodes.len() >= MAX_NODES {
            let expected = format!("fewer than {MAX_NODES} layers");
            return Err(builder.refuse("", expected, nodes.len().to_string(), ""));
        }
        let mut all = vec![Node {
            op: Op::Input,
            inputs: vec![],
            shape: input,
        }];
        for (op, inputs) in nodes {
            let shapes = inputs
                .iter()
                .map(|&i| all.get(i).map(|n| n.shape))
                .collect::<Option<Vec<_>>>()
                .ok_or_else(|| Error::bug("nodes read earlier ones", format!("{inputs:?}")))?;
            let shape = builder.shape(&op, &shapes)?;
            all.push(Node { op, inputs, shape });
        }
        let nodes = live(all);
        let last = &nodes[nodes.len() - 1];
        if !(matches!(last.op, Op::Conv(_)) && last.shape.positions() == 1) {
            return Err(builder.refuse(
                "output",
                "a linear layer whose outputs are the classes".into(),
                format!("{} of shape {}", last.op.name(), last.shape),
                "export the network up to its logits, without softmax",
            ));
        }
        Ok(Self { nodes, sources })
    }

    /// The layers of a multilayer perceptron, as read (biases folded).
    pub fn from_mlp(mlp: &Mlp) -> Result<Self> {
        let mut nodes = Vec::new();
        let last = mlp.layers().len() - 1;
        for (k, layer) in mlp.layers().iter().enumerate() {
            let (rows, columns) = layer.weights.dim();
            let kernel = layer
                .weights
                .to_shape((rows, columns, 1, 1))
                .map_err(|e| Error::bug(format!("a matrix is a kernel: {e}"), ""))?
                .into_owned();
            let conv = Conv {
                name: layer.name.clone(),
                kernel,
                bias: None,
                window: Window::whole(Shape::vector(columns)),
                groups: 1,
            };
            nodes.push((Op::Conv(conv), vec![nodes.len()]));
            if k < last {
                nodes.push((Op::Relu, vec![nodes.len()]));
            }
        }
        Self::new(Shape::vector(mlp.dims()[0]), nodes, mlp.sources().to_vec())
    }

    /// The same network as a multilayer perceptron, biases folded, if it is
    /// one: fully connected layers alone, a ReLU after each but the last.
    ///
    /// # Errors
    /// See [`Mlp::new`].
    pub fn to_mlp(&self) -> Result<Option<Mlp>> {
        let (mut layers, mut biases) = (Vec::new(), Vec::new());
        for (i, node) in self.nodes.iter().enumerate().skip(1) {
            let expects_conv = i % 2 == 1;
            match &node.op {
                Op::Conv(c) if expects_conv && node.shape.positions() == 1 && c.groups == 1 => {
                    let input = self.nodes[node.inputs[0]].shape;
                    if c.window != Window::whole(input) {
                        return Ok(None);
                    }
                    let weights = c
                        .kernel
                        .to_shape((node.shape.channels, input.len()))
                        .map_err(|e| Error::bug(format!("a kernel is a matrix: {e}"), ""))?;
                    layers.push(Layer {
                        name: c.name.clone(),
                        weights: weights.into_owned(),
                    });
                    biases.push(c.bias.clone());
                }
                Op::Relu if !expects_conv => {}
                _ => return Ok(None),
            }
            if node.inputs != [i - 1] {
                return Ok(None);
            }
        }
        let mlp = Mlp::new(layers, self.sources.clone())?;
        if biases.iter().all(Option::is_none) {
            return Ok(Some(mlp));
        }
        super::fold::biases(&mlp, &biases).map(Some)
    }

    /// The nodes, in order of computation.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Of the network's input.
    pub fn input(&self) -> Shape {
        self.nodes[0].shape
    }

    /// Number of outputs, C.
    pub fn classes(&self) -> usize {
        self.nodes[self.nodes.len() - 1].shape.channels
    }

    /// The linear layer that computes the outputs.
    pub fn head(&self) -> &Conv {
        self.conv(self.nodes.len() - 1)
    }

    /// The linear layer at node `i`.
    ///
    /// # Panics
    /// If that node is another one.
    pub fn conv(&self, i: usize) -> &Conv {
        match &self.nodes[i].op {
            Op::Conv(conv) => conv,
            op => panic!("node {i} is {}, not a linear layer", op.name()),
        }
    }

    /// Every layer with weights, in order.
    pub fn convs(&self) -> impl Iterator<Item = (usize, &Conv)> {
        self.nodes
            .iter()
            .enumerate()
            .filter_map(|(i, n)| match &n.op {
                Op::Conv(c) => Some((i, c)),
                _ => None,
            })
    }

    /// Whether some layer has biases.
    pub fn has_bias(&self) -> bool {
        self.convs().any(|(_, c)| c.bias.is_some())
    }

    /// Whether every node reads the one before it and no other.
    pub fn is_chain(&self) -> bool {
        let mut others = self.nodes.iter().enumerate().skip(1);
        others.all(|(i, n)| n.inputs == [i - 1])
    }

    /// The files it was read from.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Makes sure that the network takes inputs of `d0` coordinates.
    ///
    /// # Errors
    /// Input, with both sizes.
    pub fn check_input(&self, d0: usize) -> Result<()> {
        if self.input().len() == d0 {
            return Ok(());
        }
        Err(Builder::of(&self.sources).refuse(
            "input",
            format!("an input of {d0} coordinates, as the sample has"),
            format!("{} ({})", self.input().len(), self.input()),
            "the network was trained on other data",
        ))
    }

    /// Makes sure that both networks do the same with different weights, so that
    /// distances between them have a meaning.
    ///
    /// # Errors
    /// Input, naming this network's file and the first layer that differs.
    pub fn check_same_architecture(&self, other: &Self) -> Result<()> {
        let advice = "prior and model must have the same architecture";
        let refuse = |item: &str, expected: String, found: String| {
            Err(Builder::of(&self.sources).refuse(item, expected, found, advice))
        };
        if self.nodes.len() != other.nodes.len() {
            let layers = |n: usize| format!("{n} layers");
            return refuse("", layers(other.nodes.len()), layers(self.nodes.len()));
        }
        for (ours, theirs) in self.nodes.iter().zip(&other.nodes) {
            let same = match (&ours.op, &theirs.op) {
                (Op::Conv(a), Op::Conv(b)) => {
                    a.kernel.dim() == b.kernel.dim()
                        && (a.window, a.groups) == (b.window, b.groups)
                        && a.bias.is_some() == b.bias.is_some()
                }
                (a, b) => a == b,
            };
            if !same || ours.inputs != theirs.inputs || ours.shape != theirs.shape {
                let described = |n: &Node| format!("{} of shape {}", n.op.name(), n.shape);
                return refuse("layer", described(theirs), described(ours));
            }
        }
        Ok(())
    }

    /// Makes sure that labels `0..classes` are all outputs of the network.
    ///
    /// # Errors
    /// Input, with both numbers.
    pub fn check_labels(&self, classes: usize) -> Result<()> {
        if classes <= self.classes() {
            return Ok(());
        }
        Err(Builder::of(&self.sources).refuse(
            &item(&self.head().name),
            format!("labels below {}, the number of outputs", self.classes()),
            format!("label {}", classes - 1),
            "sample and network must number the classes alike, from 0",
        ))
    }
}

impl Op {
    /// How messages call it.
    pub fn name(&self) -> &'static str {
        match self {
            Op::Input => "the input",
            Op::Conv(_) => "a linear layer",
            Op::Relu => "a ReLU",
            Op::AveragePool { .. } => "an average pooling",
            Op::Add => "a sum",
        }
    }
}

/// The nodes that the last one depends on, renumbered.
fn live(nodes: Vec<Node>) -> Vec<Node> {
    let mut needed = vec![false; nodes.len()];
    needed[0] = true;
    needed[nodes.len() - 1] = true;
    for i in (0..nodes.len()).rev() {
        if needed[i] {
            nodes[i].inputs.iter().for_each(|&j| needed[j] = true);
        }
    }
    let mut place = vec![0; nodes.len()];
    let mut kept: Vec<Node> = Vec::new();
    for (i, mut node) in nodes.into_iter().enumerate() {
        if needed[i] {
            place[i] = kept.len();
            node.inputs.iter_mut().for_each(|j| *j = place[*j]);
            kept.push(node);
        }
    }
    kept
}

/// Makes sure that an input has a size that can be computed with.
///
/// # Errors
/// Input, as [`Graph::new`].
pub(super) fn check_input(input: Shape, sources: &[Source]) -> Result<()> {
    Builder::of(sources).check_input(input)
}

/// The shape of what a node computes from values of these shapes, for readers
/// that must know it before the network is whole.
///
/// # Errors
/// Input, as [`Graph::new`].
pub(super) fn output_shape(op: &Op, inputs: &[Shape], sources: &[Source]) -> Result<Shape> {
    Builder::of(sources).shape(op, inputs)
}

struct Builder<'a> {
    sources: &'a [Source],
}

impl<'a> Builder<'a> {
    fn of(sources: &'a [Source]) -> Self {
        Self { sources }
    }

    fn refuse(&self, item: &str, expected: String, found: String, advice: &str) -> Error {
        let file: PathBuf = self
            .sources
            .first()
            .map_or_else(|| "(in memory)".into(), |s| s.path.clone());
        Error::input(file, item, expected, found, advice)
    }

    fn check_input(&self, input: Shape) -> Result<()> {
        if input.is_reasonable() {
            return Ok(());
        }
        let expected = format!("an input of 1 to {MAX_ENTRIES} entries");
        Err(self.refuse("input", expected, input.to_string(), ""))
    }

    fn shape(&self, op: &Op, inputs: &[Shape]) -> Result<Shape> {
        let shape = match (op, inputs) {
            (Op::Conv(conv), [input]) => self.conv(conv, *input)?,
            (Op::Relu, [input]) => *input,
            (Op::AveragePool { window, .. }, [input]) => {
                let too_much =
                    (0..2).any(|a| window.padding[a].iter().any(|p| *p >= window.size[a]));
                match window.grid(*input) {
                    Some([height, width]) if !too_much => Shape {
                        height,
                        width,
                        ..*input
                    },
                    _ => {
                        return Err(self.refuse(
                            "average pooling",
                            format!("a window with less padding than its size that fits an input of shape {input}"),
                            format!("{window:?}"),
                            "",
                        ));
                    }
                }
            }
            (Op::Add, [a, b]) if a == b => *a,
            (Op::Add, [a, b]) => {
                let expected = format!("two values of one shape; the first is {a}");
                let advice = "sums that broadcast are not supported";
                return Err(self.refuse("sum", expected, b.to_string(), advice));
            }
            _ => {
                let count = format!("{} inputs", inputs.len());
                return Err(Error::bug(
                    format!("{} of a right number of inputs", op.name()),
                    count,
                ));
            }
        };
        if shape.is_reasonable() {
            return Ok(shape);
        }
        let expected = format!("layers of 1 to {MAX_ENTRIES} entries");
        Err(self.refuse(op.name(), expected, shape.to_string(), ""))
    }

    fn conv(&self, conv: &Conv, input: Shape) -> Result<Shape> {
        let name = item(&conv.name);
        let (out, of_group, rows, columns) = conv.kernel.dim();
        let groups = conv.groups;
        let fits = groups > 0
            && out > 0
            && out % groups == 0
            && of_group.checked_mul(groups) == Some(input.channels)
            && [rows, columns] == conv.window.size;
        let grid = conv.window.grid(input);
        let (true, Some([height, width])) = (fits, grid) else {
            return Err(self.refuse(
                &name,
                format!("a kernel that fits an input of shape {input}, {groups} groups"),
                format!("shape {:?}, {:?}", conv.kernel.shape(), conv.window),
                "",
            ));
        };
        let bias = conv.bias.as_deref().unwrap_or(&[]);
        if conv.bias.is_some() && bias.len() != out {
            let expected = format!("one bias for each of the {out} output channels");
            return Err(self.refuse(&name, expected, bias.len().to_string(), ""));
        }
        if let Some(w) = conv.kernel.iter().chain(bias).find(|w| !w.is_finite()) {
            return Err(self.refuse(&name, "finite weights".into(), w.to_string(), ""));
        }
        Ok(Shape {
            channels: out,
            height,
            width,
        })
    }
}
