//! A batch of inputs through a network in f64, with a proved error bound.
//!
//! **Units.** Stored inputs go through the network, as in [`super::trace`]; a
//! bias counts as a weight on the constant 1, whose stored value is one over
//! the sample's scale: everything is homogeneous then.
//!
//! **Error bound.** For each input and node two numbers: the 2-norm |x~| of
//! what was computed, over all positions and channels, and e >= |x~ - x|.
//!
//! - *Linear layer* with kernel of Frobenius norm F. Each input position is
//!   read by at most K output positions, so by Cauchy-Schwarz the layer, and
//!   the layer with all weights replaced by their absolute values, have norm at
//!   most f = F sqrt K. An output entry sums n products and a bias, at most 4
//!   more roundings each: e' = f e + gamma(n+4) (f |x~| + |b| sqrt P), P the
//!   output positions.
//! - *Average pooling* with divisor at least v: norm at most g = sqrt(K/v),
//!   e' = g e + gamma(k+2) g |x~| for a window of k.
//! - *Sum*: e' = e_1 + e_2 + u (|x~_1| + |x~_2|) (1 + u).
//! - *ReLU*: 1-Lipschitz, and commits no rounding.
//! - *Head*: the same per output, with the largest row norm for F.
//!
//! The bounds are sums and products of fewer than 10^6 non-negative terms each,
//! computed to nearest and inflated by `SLACK`; `TINY` covers underflow. Where
//! anything is not finite the bound is infinite, so nothing is decided by it.

mod batch;
mod convolve;

pub use batch::Batch;
pub use convolve::Prepared;

use crate::network::{Conv, Graph, Op, Shape, Window};

const SLACK: f64 = 1.0 + 1e-9;
const TINY: f64 = 1e-150;
/// Sums of more terms are not covered by `SLACK`.
const MOST_TERMS: usize = 1_000_000;

/// A network prepared for batches.
pub struct Forward {
    nodes: Vec<PreparedNode>,
    /// How often each node's value is read.
    uses: Vec<usize>,
    input: Shape,
}

struct PreparedNode {
    step: Step,
    inputs: Vec<usize>,
    shape: Shape,
}

enum Step {
    Input,
    Linear {
        layer: Prepared,
        bound: LayerBound,
    },
    Relu,
    Pool {
        window: Window,
        count_padding: bool,
        bound: LayerBound,
    },
    Add,
}

/// e' = norm e + gamma (norm |x~| + constant).
#[derive(Clone, Copy, Debug)]
pub struct LayerBound {
    norm: f64,
    gamma: f64,
    constant: f64,
}

impl LayerBound {
    /// The error of the outputs of inputs of computed norm `size`.
    pub fn apply(&self, size: f64, error: f64) -> f64 {
        known_or_infinite(
            (self.norm * error + self.gamma * (self.norm * size + self.constant) + TINY) * SLACK,
        )
    }
}

/// What came out: the outputs of each input and a bound on the error of each.
pub struct Outputs {
    pub values: Batch,
    pub errors: Vec<f64>,
}

struct Value {
    batch: Batch,
    errors: Vec<f64>,
}

impl Forward {
    /// `one` is the stored value of the number 1 (one over the sample's scale),
    /// to within a relative error of 2^-53.
    pub fn new(graph: &Graph, one: f64) -> Self {
        let nodes = graph.nodes();
        let mut uses = vec![0; nodes.len()];
        nodes
            .iter()
            .flat_map(|n| &n.inputs)
            .for_each(|&i| uses[i] += 1);
        let prepared = nodes
            .iter()
            .enumerate()
            .map(|(i, node)| {
                let input = node.inputs.first().map_or(node.shape, |&j| nodes[j].shape);
                let step = match &node.op {
                    Op::Input => Step::Input,
                    Op::Relu => Step::Relu,
                    Op::Add => Step::Add,
                    Op::AveragePool {
                        window,
                        count_padding,
                    } => Step::Pool {
                        window: *window,
                        count_padding: *count_padding,
                        bound: pool_bound(window, *count_padding, input),
                    },
                    Op::Conv(conv) => Step::Linear {
                        layer: Prepared::new(conv, node.shape, one),
                        bound: if i + 1 == nodes.len() {
                            head_bound(conv, one)
                        } else {
                            hidden_bound(conv, input, node.shape, one)
                        },
                    },
                };
                PreparedNode {
                    step,
                    inputs: node.inputs.clone(),
                    shape: node.shape,
                }
            })
            .collect();
        Self {
            nodes: prepared,
            uses,
            input: graph.input(),
        }
    }

    /// Entries of the largest value of one input, to choose the size of batches.
    pub fn largest(&self) -> usize {
        self.nodes.iter().map(|n| n.shape.len()).max().unwrap_or(1)
    }

    /// Sends a batch of inputs, exact and laid out as files have them, through
    /// the network.
    pub fn run(&self, rows: usize, data: Vec<f64>) -> Outputs {
        let mut values: Vec<Option<Value>> = Vec::with_capacity(self.nodes.len());
        let mut left = self.uses.clone();
        let mut input = Some(Batch::from_channels_first(self.input, rows, data));
        for node in &self.nodes {
            let value = {
                let read = |k: usize| {
                    values[node.inputs[k]]
                        .as_ref()
                        .expect("read before it is dropped")
                };
                match &node.step {
                    Step::Input => Value {
                        batch: input.take().expect("one input"),
                        errors: vec![0.0; rows],
                    },
                    Step::Linear { layer, bound } => {
                        let x = read(0);
                        Value {
                            errors: bound.of(x),
                            batch: layer.apply(&x.batch),
                        }
                    }
                    Step::Pool {
                        window,
                        count_padding,
                        bound,
                    } => {
                        let x = read(0);
                        Value {
                            errors: bound.of(x),
                            batch: pool(&x.batch, window, *count_padding, node.shape),
                        }
                    }
                    Step::Add => {
                        let (a, b) = (read(0), read(1));
                        let sum = a.batch.data.iter().zip(&b.batch.data).map(|(x, y)| x + y);
                        let errors = (0..rows).map(|i| {
                            let size = norm(a.batch.row(i)) + norm(b.batch.row(i));
                            known_or_infinite(
                                (a.errors[i] + b.errors[i] + f64::EPSILON * size) * SLACK + TINY,
                            )
                        });
                        Value {
                            errors: errors.collect(),
                            batch: Batch {
                                data: sum.collect(),
                                ..Batch {
                                    shape: node.shape,
                                    rows,
                                    data: vec![],
                                }
                            },
                        }
                    }
                    Step::Relu => {
                        // In place where nobody else reads it.
                        let from = node.inputs[0];
                        let mut x = if left[from] == 1 {
                            values[from].take().expect("read before it is dropped")
                        } else {
                            let x = read(0);
                            Value {
                                batch: x.batch.clone(),
                                errors: x.errors.clone(),
                            }
                        };
                        x.batch.data.iter_mut().for_each(|v| *v = v.max(0.0));
                        x
                    }
                }
            };
            for &i in &node.inputs {
                left[i] -= 1;
                if left[i] == 0 {
                    values[i] = None;
                }
            }
            values.push(Some(value));
        }
        let last = values.pop().flatten().expect("a network has an output");
        Outputs {
            values: last.batch,
            errors: last.errors,
        }
    }
}

impl LayerBound {
    fn of(&self, x: &Value) -> Vec<f64> {
        (0..x.batch.rows)
            .map(|i| self.apply(norm(x.batch.row(i)), x.errors[i]))
            .collect()
    }
}

/// Upper bounds on the norms of the rows of a kernel.
fn row_norms(conv: &Conv) -> impl Iterator<Item = f64> + '_ {
    let rows = conv.kernel.outer_iter();
    rows.map(|row| norm_up(row.iter().map(|x| x * x).sum(), row.len()))
}

/// The bound of a hidden layer without its bias.
pub fn layer_bound(conv: &Conv, input: Shape, output: Shape) -> LayerBound {
    let squares = row_norms(conv).map(|n| n * n).sum();
    let frobenius = norm_up(squares, output.channels);
    let reads = (most_reads(&conv.window, input) as f64).sqrt();
    LayerBound {
        norm: frobenius * reads * SLACK,
        gamma: gamma(conv.kernel.len() / output.channels + 4),
        constant: 0.0,
    }
}

fn hidden_bound(conv: &Conv, input: Shape, output: Shape, one: f64) -> LayerBound {
    let bias = conv.bias.as_deref().unwrap_or(&[]);
    let bias = norm_up(bias.iter().map(|x| x * x).sum(), bias.len());
    LayerBound {
        constant: bias * one * (output.positions() as f64).sqrt() * SLACK,
        ..layer_bound(conv, input, output)
    }
}

/// Of each output by itself.
fn head_bound(conv: &Conv, one: f64) -> LayerBound {
    let bias = conv.bias.as_deref().unwrap_or(&[]);
    LayerBound {
        norm: row_norms(conv).fold(0.0, f64::max),
        gamma: gamma(conv.kernel.len() / conv.kernel.dim().0 + 4),
        constant: bias.iter().fold(0.0f64, |m, b| m.max(b.abs())) * one * SLACK,
    }
}

/// At most so many output positions read one input position.
fn most_reads(window: &Window, input: Shape) -> usize {
    let Some(grid) = window.grid(input) else {
        return usize::MAX;
    };
    (0..2)
        .map(|a| {
            // t d = i - o s: taps that meet one input position differ by
            // multiples of s / gcd(s, d).
            let period = window.stride[a] / gcd(window.stride[a], window.dilation[a]);
            window.size[a].div_ceil(period).min(grid[a])
        })
        .product()
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn pool_bound(window: &Window, count_padding: bool, input: Shape) -> LayerBound {
    let size = window.size[0] * window.size[1];
    let divisor = if count_padding || window.padding == [[0, 0], [0, 0]] {
        size as f64
    } else {
        1.0
    };
    LayerBound {
        norm: (most_reads(window, input) as f64 / divisor).sqrt() * SLACK,
        gamma: gamma(size + 2),
        constant: 0.0,
    }
}

/// The mean over a window, position by position.
pub fn pool(x: &Batch, window: &Window, count_padding: bool, shape: Shape) -> Batch {
    let mut y = Batch::zeros(shape, x.rows);
    let c = shape.channels;
    let size = window.size[0] * window.size[1];
    for i in 0..x.rows {
        let (n, row) = (shape.len(), x.row(i));
        for (p, to) in y.data[i * n..(i + 1) * n].chunks_exact_mut(c).enumerate() {
            let mut taps = 0;
            for (_, q) in window.taps(x.shape, [p / shape.width, p % shape.width]) {
                taps += 1;
                to.iter_mut().zip(&row[q * c..]).for_each(|(y, x)| *y += x);
            }
            let divisor = if count_padding { size } else { taps } as f64;
            to.iter_mut().for_each(|y| *y /= divisor);
        }
    }
    y
}

/// nu/(1-nu) rounded up; infinite beyond what `SLACK` allows.
pub fn gamma(n: usize) -> f64 {
    if n >= MOST_TERMS {
        return f64::INFINITY;
    }
    let nu = n as f64 * (f64::EPSILON / 2.0);
    (nu / (1.0 - nu)) * SLACK
}

/// An upper bound on a norm from the computed sum of `n` squares.
fn norm_up(squares: f64, n: usize) -> f64 {
    if n >= MOST_TERMS {
        // gamma(n) < 1e-9 up to 4e6 terms; beyond, a bound that holds to 2^50.
        return known_or_infinite(squares.sqrt() * 1.2 + TINY);
    }
    known_or_infinite(squares.sqrt() * SLACK + TINY)
}

/// The same of the entries themselves, in lanes that a compiler vectorises.
fn norm(x: &[f64]) -> f64 {
    const LANES: usize = 8;
    let mut sums = [0.0; LANES];
    let chunks = x.chunks_exact(LANES);
    let tail: f64 = chunks.remainder().iter().map(|x| x * x).sum();
    for chunk in chunks {
        for k in 0..LANES {
            sums[k] += chunk[k] * chunk[k];
        }
    }
    norm_up(sums.iter().sum::<f64>() + tail, x.len())
}

/// A NaN bound bounds nothing.
fn known_or_infinite(bound: f64) -> f64 {
    if bound.is_nan() { f64::INFINITY } else { bound }
}
