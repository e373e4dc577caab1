//! Path energies by one pass over the positions.
//!
//! The path energy of a position is the sum, over all directed paths from it
//! down to a leaf, of that leaf's energy. A bank's is the sum over the positions
//! its blocks read, and over the constant leaf for a bias; padding counts 0. Of
//! a sum outside a ReLU, and of an average, the roots add, or are averaged
//! (`proofs/paper/norm-based.md`).

use super::banks::{Block, Layer, Pooling};
use crate::network::{Graph, Shape};
use crate::real::{Enclosure, Real};

/// The energies that paths end in.
pub struct Leaves {
    /// Of each input position.
    pub positions: Vec<Enclosure>,
    /// Of the constant 1.
    pub constant: Enclosure,
    /// Energies to take for the positions of this node, the first linear
    /// layer, instead of sums over what it reads.
    pub at: Option<(usize, Vec<Enclosure>)>,
}

/// The path energy of the output.
pub fn path_energy(graph: &Graph, layers: &[Layer], leaves: &Leaves) -> Enclosure {
    let mut values: Vec<Vec<Enclosure>> = Vec::with_capacity(layers.len());
    for (i, layer) in layers.iter().enumerate() {
        let shape = graph.nodes()[i].shape;
        let value = match layer {
            Layer::Input => leaves.positions.clone(),
            Layer::Same(from) => values[*from].clone(),
            Layer::Bank { blocks, .. } => bank(graph, blocks, shape, leaves, &values),
            Layer::Sum(parts) => (0..shape.positions())
                .map(|q| {
                    let roots = parts.iter().map(|&p| values[p][q].sqrt());
                    roots
                        .reduce(|a, b| a + b)
                        .map_or(leaves.constant.int(0), |r| r.powi(2))
                })
                .collect(),
            Layer::Mean(pooling) => {
                let from = graph.nodes()[pooling.from].shape;
                (0..shape.positions())
                    .map(|q| mean_of_roots(pooling, from, shape, q, &values[pooling.from]))
                    .collect()
            }
        };
        values.push(value);
    }
    values
        .pop()
        .and_then(|mut output| output.pop())
        .unwrap_or_else(|| leaves.constant.int(0))
}

fn at(shape: Shape, q: usize) -> [usize; 2] {
    [q / shape.width, q % shape.width]
}

fn bank(
    graph: &Graph,
    blocks: &[Block],
    shape: Shape,
    leaves: &Leaves,
    values: &[Vec<Enclosure>],
) -> Vec<Enclosure> {
    let mut sums = vec![leaves.constant.int(0); shape.positions()];
    for block in blocks {
        match block {
            Block::Kernel { conv, from } => {
                if let Some((first, energies)) = &leaves.at
                    && first == conv
                {
                    for (sum, e) in sums.iter_mut().zip(energies) {
                        *sum = sum.clone() + e;
                    }
                    continue;
                }
                let layer = graph.conv(*conv);
                let below = graph.nodes()[*from].shape;
                for (q, sum) in sums.iter_mut().enumerate() {
                    let mut total = sum.clone();
                    for (_, u) in layer.window.taps(below, at(shape, q)) {
                        total = total + &values[*from][u];
                    }
                    if layer.bias.is_some() {
                        total = total + &leaves.constant;
                    }
                    *sum = total;
                }
            }
            Block::Identity(from) => {
                for (sum, e) in sums.iter_mut().zip(&values[*from]) {
                    *sum = sum.clone() + e;
                }
            }
            Block::Mean(pooling) => {
                let below = graph.nodes()[pooling.from].shape;
                for (q, sum) in sums.iter_mut().enumerate() {
                    for (_, u) in pooling.window.taps(below, at(shape, q)) {
                        *sum = sum.clone() + &values[pooling.from][u];
                    }
                }
            }
        }
    }
    sums
}

fn mean_of_roots(
    pooling: &Pooling,
    below: Shape,
    shape: Shape,
    q: usize,
    values: &[Enclosure],
) -> Enclosure {
    let zero = values[0].int(0);
    let (mut sum, mut taps) = (zero, 0);
    for (_, u) in pooling.window.taps(below, at(shape, q)) {
        sum = sum + values[u].sqrt();
        taps += 1;
    }
    let divisor = sum.int(pooling.divisor(taps).max(1) as i64);
    (sum / divisor).powi(2)
}

/// The largest, over chains from the output down to a leaf, of the product of
/// the numbers of positions that its nodes read, times the leaf's energy;
/// `None` unless every layer is a bank of one kernel.
pub fn max_chain(graph: &Graph, layers: &[Layer], leaves: &Leaves) -> Option<Enclosure> {
    let mut values: Vec<Vec<Enclosure>> = Vec::with_capacity(layers.len());
    for (i, layer) in layers.iter().enumerate() {
        let shape = graph.nodes()[i].shape;
        let value = match layer {
            Layer::Input => leaves.positions.clone(),
            Layer::Same(from) => values[*from].clone(),
            Layer::Bank { blocks, .. } => {
                let [Block::Kernel { conv, from }] = blocks[..] else {
                    return None;
                };
                let (conv, below) = (graph.conv(conv), graph.nodes()[from].shape);
                let one = |q: usize| {
                    let mut count = 0;
                    let mut largest = leaves.constant.int(0);
                    for (_, u) in conv.window.taps(below, at(shape, q)) {
                        largest = largest.max(&values[from][u]);
                        count += 1;
                    }
                    if conv.bias.is_some() {
                        largest = largest.max(&leaves.constant);
                        count += 1;
                    }
                    largest.int(count) * largest
                };
                (0..shape.positions()).map(one).collect()
            }
            Layer::Sum(_) | Layer::Mean(_) => return None,
        };
        values.push(value);
    }
    values.pop()?.pop()
}
