//! rho: what the weights multiply amplitudes by, at most.
//!
//! The amplitude of a position is at most rho times the root of its path
//! energy. The input's and the constant's rho is 1; a bank's is the root of the
//! sum of |W_i|_F^2 rho_i^2 over its blocks (an identity on c channels has
//! |I|_F^2 = c; a bias is a block on the constant); a sum's the largest of its
//! parts'; an average's its own. For a chain without biases it is the product
//! of the Frobenius norms. The head is centred: the mean over the classes is
//! subtracted from each row, which changes no margin.

use super::banks::{Block, Layer, Pooling};
use super::head::Centred;
use crate::measure::frobenius::frobenius_squared;
use crate::network::{Conv, Graph};
use crate::real::{Enclosure, Real};
use ndarray::Array2;

/// Squared norms of the linear layer at a node: of its kernel, and of its bias.
pub struct Squares {
    pub kernel: Enclosure,
    pub bias: Enclosure,
}

/// Squared Frobenius norms of every linear layer, the head centred.
pub struct LayerSquares(Vec<Option<Squares>>);

impl LayerSquares {
    /// From exact sums; those of the head are given.
    pub fn new(graph: &Graph, head: &Centred, prec: u32) -> Self {
        let last = graph.nodes().len() - 1;
        let mut all: Vec<_> = (0..=last).map(|_| None).collect();
        for (i, conv) in graph.convs() {
            all[i] = Some(if i == last {
                head.squares(None, prec)
            } else {
                plain(conv, prec)
            });
        }
        Self(all)
    }

    /// Of the linear layer at node `i`.
    pub fn at(&self, i: usize) -> &Squares {
        self.0[i].as_ref().expect("asked of linear layers only")
    }

    /// With others for some layers.
    pub fn replaced(mut self, others: impl IntoIterator<Item = (usize, Squares)>) -> Self {
        for (i, squares) in others {
            self.0[i] = Some(squares);
        }
        self
    }
}

/// Squared norms of a layer as it is.
pub fn plain(conv: &Conv, prec: u32) -> Squares {
    let rows = conv.kernel.dim().0;
    let matrix = conv.kernel.to_shape((rows, conv.kernel.len() / rows));
    let kernel = matrix
        .ok()
        .and_then(|m| frobenius_squared(&m.into_owned()))
        .map_or_else(|| Enclosure::undefined(prec), |s| s.enclosure(prec));
    let bias = Array2::from_shape_vec((1, rows), conv.bias.clone().unwrap_or(vec![0.0; rows]));
    let bias = bias
        .ok()
        .and_then(|b| frobenius_squared(&b))
        .map_or_else(|| Enclosure::undefined(prec), |s| s.enclosure(prec));
    Squares { kernel, bias }
}

/// rho of the output.
pub fn rho(graph: &Graph, layers: &[Layer], squares: &LayerSquares, prec: u32) -> Enclosure {
    let one = Enclosure::integer(prec, 1);
    // Squares of rho.
    let mut values: Vec<Enclosure> = Vec::with_capacity(layers.len());
    for layer in layers {
        let value = match layer {
            Layer::Input => one.clone(),
            Layer::Same(from) => values[*from].clone(),
            Layer::Mean(pooling) => values[pooling.from].clone(),
            Layer::Sum(parts) => parts
                .iter()
                .map(|&p| values[p].clone())
                .reduce(|a, b| a.max(&b))
                .unwrap_or_else(|| one.clone()),
            Layer::Bank { blocks, .. } => blocks.iter().fold(one.int(0), |sum, block| {
                sum + match block {
                    Block::Kernel { conv, from } => {
                        let s = squares.at(*conv);
                        s.kernel.clone() * &values[*from] + &s.bias
                    }
                    Block::Identity(from) => {
                        one.int(graph.nodes()[*from].shape.channels as i64) * &values[*from]
                    }
                    Block::Mean(pooling) => {
                        mean_squared(graph, pooling, &one) * &values[pooling.from]
                    }
                }
            }),
        };
        values.push(value);
    }
    values.pop().unwrap_or(one).sqrt()
}

/// |W|_F^2 of the mean as weights: c channels, each tap 1/divisor; at most
/// c taps/divisor^2, largest where the divisor is smallest.
fn mean_squared(graph: &Graph, pooling: &Pooling, one: &Enclosure) -> Enclosure {
    let below = graph.nodes()[pooling.from].shape;
    let grid = pooling.window.grid(below).unwrap_or([1, 1]);
    let mut largest = one.int(0);
    for y in 0..grid[0] {
        for x in 0..grid[1] {
            let taps = pooling.window.taps(below, [y, x]).count();
            let divisor = pooling.divisor(taps).max(1) as i64;
            largest = largest.max(&one.ratio(taps as i64, divisor * divisor));
        }
    }
    largest * one.int(below.channels as i64)
}

/// Of each node, the largest number of ReLUs on a path to it, its own included.
pub fn relu_depths(layers: &[Layer]) -> Vec<usize> {
    let mut depths: Vec<usize> = Vec::with_capacity(layers.len());
    for layer in layers {
        let depth = match layer {
            Layer::Input => 0,
            Layer::Same(from) => depths[*from],
            Layer::Mean(pooling) => depths[pooling.from],
            Layer::Sum(parts) => parts.iter().map(|&p| depths[p]).max().unwrap_or(0),
            Layer::Bank { blocks, relu } => {
                let below = blocks.iter().map(|block| match block {
                    Block::Kernel { from, .. } | Block::Identity(from) => depths[*from],
                    Block::Mean(pooling) => depths[pooling.from],
                });
                below.max().unwrap_or(0) + usize::from(*relu)
            }
        };
        depths.push(depth);
    }
    depths
}
