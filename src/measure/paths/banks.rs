//! A network as the path theorems see it: banks of weights under a ReLU.
//!
//! | node | reading |
//! |------|---------|
//! | linear layer | a bank of its own kernel, no ReLU |
//! | ReLU of a linear layer | the same bank, with a ReLU |
//! | ReLU of a sum | one bank of all summands: a linear layer's kernel; for any other summand the identity; a pooled one its mean |
//! | ReLU of an average pooling | a bank of the mean |
//! | ReLU of the input or of a ReLU | the same value (a ReLU does not lengthen vectors) |
//! | sum outside a ReLU | a sum of amplitudes |
//! | average pooling outside a ReLU | a mean of amplitudes |
//!
//! A bias is a block of weights on a constant leaf of value 1.

use crate::network::{Graph, Op, Window};

/// How a node is read; see the table.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    Input,
    Same(usize),
    Bank { blocks: Vec<Block>, relu: bool },
    Sum(Vec<usize>),
    Mean(Pooling),
}

/// A block of weights, and the node it reads.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// The kernel (and bias) of the linear layer at node `conv`, which reads `from`.
    Kernel {
        conv: usize,
        from: usize,
    },
    Identity(usize),
    Mean(Pooling),
}

/// An average over a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Pooling {
    pub from: usize,
    pub window: Window,
    pub count_padding: bool,
}

impl Pooling {
    /// What the sum over `taps` positions is divided by.
    pub fn divisor(&self, taps: usize) -> usize {
        if self.count_padding {
            self.window.size[0] * self.window.size[1]
        } else {
            taps
        }
    }
}

/// One layer for each node of the network.
pub fn layers(graph: &Graph) -> Vec<Layer> {
    (0..graph.nodes().len()).map(|i| layer(graph, i)).collect()
}

fn layer(graph: &Graph, i: usize) -> Layer {
    let node = &graph.nodes()[i];
    match &node.op {
        Op::Input => Layer::Input,
        Op::Conv(_) => Layer::Bank {
            blocks: vec![Block::Kernel {
                conv: i,
                from: node.inputs[0],
            }],
            relu: false,
        },
        Op::Add => Layer::Sum(node.inputs.clone()),
        Op::AveragePool { .. } => Layer::Mean(pooling(graph, i)),
        Op::Relu => {
            let below = node.inputs[0];
            if matches!(graph.nodes()[below].op, Op::Input | Op::Relu) {
                return Layer::Same(below);
            }
            let mut blocks = Vec::new();
            under_relu(graph, below, &mut blocks);
            Layer::Bank { blocks, relu: true }
        }
    }
}

fn under_relu(graph: &Graph, i: usize, blocks: &mut Vec<Block>) {
    let node = &graph.nodes()[i];
    match &node.op {
        Op::Add => node
            .inputs
            .iter()
            .for_each(|&j| under_relu(graph, j, blocks)),
        Op::Conv(_) => blocks.push(Block::Kernel {
            conv: i,
            from: node.inputs[0],
        }),
        Op::AveragePool { .. } => blocks.push(Block::Mean(pooling(graph, i))),
        Op::Input | Op::Relu => blocks.push(Block::Identity(i)),
    }
}

fn pooling(graph: &Graph, i: usize) -> Pooling {
    let node = &graph.nodes()[i];
    match node.op {
        Op::AveragePool {
            window,
            count_padding,
        } => Pooling {
            from: node.inputs[0],
            window,
            count_padding,
        },
        _ => unreachable!("only average poolings are read as such"),
    }
}
