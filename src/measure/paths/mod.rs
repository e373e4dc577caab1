//! What the path theorems ask of a network and its sample.
//!
//! Theorems and rules: `proofs/paper/norm-based.md`.

mod amplitude;
mod banks;
mod energy;
mod head;
mod path_norm;
mod rescale;

pub use rescale::balanced;

use super::leaves::LeafEnergies;
use super::patches::patch_norms_squared;
use crate::data::Sample;
use crate::network::{Graph, Op};
use crate::real::Enclosure;
use amplitude::LayerSquares;
use banks::{Block, Layer};
use energy::Leaves;
use head::Centred;
use std::collections::BTreeSet;

/// Of a network alone.
pub struct NetworkPaths {
    layers: Vec<Layer>,
    /// Weight layers in the sense of the theorems: 1 + the largest number of
    /// ReLUs on a path.
    pub depth: usize,
    /// rho with the head centred, after rescaling channels where that helps.
    pub rho: Enclosure,
    /// rho of the weights as they are, the head centred.
    pub rho_unscaled: Enclosure,
    /// The largest number of positions that one of each bank reads, the
    /// constant of a bias included.
    pub fan_in: Vec<usize>,
    /// Leaves that some path reaches, the constant included; one that banks at
    /// several ReLU depths read counts once for each.
    pub leaves: usize,
    /// Sum over classes and block paths of products of Frobenius norms, the
    /// head centred.
    pub block_path_norm: Enclosure,
    /// Sum over paths of products of absolute weights.
    pub scalar_path_norm: Enclosure,
}

/// Of a network and its sample, in actual units.
pub struct SamplePaths {
    /// ||X||_F^2.
    pub input_energy: Enclosure,
    /// The largest energy of a leaf, the constant included where there are biases.
    pub max_position_energy: Enclosure,
    /// The largest energy of a single input coordinate.
    pub max_coordinate_energy: Enclosure,
    /// M: the sum over paths of the leaf's energy.
    pub path_energy: Enclosure,
    /// The largest product of fan-ins along a chain times the leaf's energy;
    /// for chains of linear layers and ReLUs.
    pub max_chain: Option<Enclosure>,
}

impl NetworkPaths {
    /// Measures the weights.
    pub fn new(graph: &Graph, prec: u32) -> Self {
        Self {
            block_path_norm: path_norm::block_path_norm(graph, &banks::layers(graph), prec),
            scalar_path_norm: path_norm::scalar_path_norm(graph, prec),
            ..Self::without_path_norms(graph, prec)
        }
    }

    /// The same for bounds that need no path norms: these are undefined.
    pub fn without_path_norms(graph: &Graph, prec: u32) -> Self {
        let layers = banks::layers(graph);
        let head = Centred::new(graph.head(), prec);
        let squares = LayerSquares::new(graph, &head, prec);
        let rho_unscaled = amplitude::rho(graph, &layers, &squares, prec);
        let rho = match balanced(graph, &head, prec) {
            None => rho_unscaled.clone(),
            Some(others) => {
                let squares = squares.replaced(others);
                let rescaled = amplitude::rho(graph, &layers, &squares, prec);
                if rescaled.hi() < rho_unscaled.hi() {
                    rescaled
                } else {
                    rho_unscaled.clone()
                }
            }
        };
        let depths = amplitude::relu_depths(&layers);
        Self {
            depth: 1 + depths[layers.len() - 1],
            rho,
            rho_unscaled,
            fan_in: fan_in(graph, &layers),
            leaves: reached(graph, &depths),
            block_path_norm: Enclosure::undefined(prec),
            scalar_path_norm: Enclosure::undefined(prec),
            layers,
        }
    }

    /// Measures a sample, whose dimension is that of the network's input.
    pub fn on(&self, graph: &Graph, sample: &Sample, prec: u32) -> SamplePaths {
        let leaves = LeafEnergies::new(sample, graph.input(), prec);
        let ends = leaf_ends(&leaves);
        let factor = &leaves.factor;
        let path_energy = energy::path_energy(graph, &self.layers, &ends) * factor;
        let max_chain = energy::max_chain(graph, &self.layers, &ends).map(|c| c * factor);
        SamplePaths {
            input_energy: leaves.total(),
            max_position_energy: leaves.largest(graph.has_bias()),
            max_coordinate_energy: leaves.max_coordinate,
            path_energy,
            max_chain,
        }
    }

    /// O^2: the path energy with the first layer's positions as leaves, their
    /// energies the squared operator norms of their patches; for chains with a
    /// hidden layer.
    pub fn operator_energy(&self, graph: &Graph, sample: &Sample, prec: u32) -> Option<Enclosure> {
        let first = (graph.is_chain() && self.depth >= 2)
            .then(|| first_layer(graph))
            .flatten()?;
        let leaves = LeafEnergies::new(sample, graph.input(), prec);
        let one = sample.scale().clone().recip().to_f64();
        let norms = patch_norms_squared(sample, graph.conv(first), graph.input(), one, prec);
        let ends = Leaves {
            at: Some((first, norms)),
            ..leaf_ends(&leaves)
        };
        Some(energy::path_energy(graph, &self.layers, &ends) * &leaves.factor)
    }

    /// The path energy for given leaf energies (and that of the constant).
    pub fn path_energy(
        &self,
        graph: &Graph,
        positions: Vec<Enclosure>,
        constant: Enclosure,
    ) -> Enclosure {
        let ends = Leaves {
            positions,
            constant,
            at: None,
        };
        energy::path_energy(graph, &self.layers, &ends)
    }
}

fn leaf_ends(leaves: &LeafEnergies) -> Leaves {
    Leaves {
        positions: leaves.stored.clone(),
        constant: leaves.constant.clone(),
        at: None,
    }
}

/// The linear layer that reads the input, if a ReLU reads it alone.
fn first_layer(graph: &Graph) -> Option<usize> {
    let pair = (&graph.nodes().get(1)?.op, &graph.nodes().get(2)?.op);
    matches!(pair, (Op::Conv(_), Op::Relu)).then_some(1)
}

fn fan_in(graph: &Graph, layers: &[Layer]) -> Vec<usize> {
    let nodes = graph.nodes();
    let mut found = Vec::new();
    for (i, layer) in layers.iter().enumerate() {
        let Layer::Bank { blocks, relu } = layer else {
            continue;
        };
        // A linear layer under a ReLU is counted there.
        let under_relu = !relu && nodes.iter().any(|n| n.op == Op::Relu && n.inputs == [i]);
        if under_relu {
            continue;
        }
        let shape = nodes[i].shape;
        let count = |q: usize| -> usize {
            let at = [q / shape.width, q % shape.width];
            let of = |block: &Block| match block {
                Block::Identity(_) => 1,
                Block::Mean(p) => p.window.taps(nodes[p.from].shape, at).count(),
                Block::Kernel { conv, from } => {
                    let conv = graph.conv(*conv);
                    let taps = conv.window.taps(nodes[*from].shape, at).count();
                    taps + usize::from(conv.bias.is_some())
                }
            };
            blocks.iter().map(of).sum()
        };
        found.push((0..shape.positions()).map(count).max().unwrap_or(0));
    }
    found
}

/// N_0 of Theorem P: the number of pairs of an input position and the ReLU
/// depth of a bank that reads it, directly or through linear nodes (0: the head
/// does), and one for the constant if there are biases. Where only first layers
/// read the input it is the number of positions that some path reaches.
fn reached(graph: &Graph, depths: &[usize]) -> usize {
    let nodes = graph.nodes();
    // Of each position, the depths of the banks that read it.
    let mut readers: Vec<Vec<BTreeSet<usize>>> = nodes
        .iter()
        .map(|n| vec![BTreeSet::new(); n.shape.positions()])
        .collect();
    if let Some(output) = readers.last_mut() {
        output.fill(BTreeSet::from([0]));
    }
    for (i, node) in nodes.iter().enumerate().skip(1).rev() {
        let own = std::mem::take(&mut readers[i]);
        for (q, levels) in own.iter().enumerate().filter(|(_, l)| !l.is_empty()) {
            let at = [q / node.shape.width, q % node.shape.width];
            let is_bank =
                node.op == Op::Relu && !matches!(nodes[node.inputs[0]].op, Op::Input | Op::Relu);
            let levels = if is_bank {
                BTreeSet::from([depths[i]])
            } else {
                levels.clone()
            };
            let window = match &node.op {
                Op::Conv(conv) => Some(&conv.window),
                Op::AveragePool { window, .. } => Some(window),
                Op::Input | Op::Relu | Op::Add => None,
            };
            for &j in &node.inputs {
                let mut mark = |u: usize| readers[j][u].extend(levels.iter().copied());
                match window {
                    None => mark(q),
                    Some(w) => w.taps(nodes[j].shape, at).for_each(|(_, u)| mark(u)),
                }
            }
        }
    }
    readers[0].iter().map(BTreeSet::len).sum::<usize>() + usize::from(graph.has_bias())
}
