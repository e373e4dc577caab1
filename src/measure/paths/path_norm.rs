//! Path norms: block by block, and weight by weight.
//!
//! The block path norm is the sum, over classes and over paths through the
//! positions down to a leaf, of the product of the Frobenius norms of the
//! blocks on the way, the class's row norm last. One pass of tap norms over
//! ones, in MPFR, whose exponents hold any product of norms.
//!
//! The scalar path norm is the same over single weights: one pass of |W| over
//! ones. There the bulk is f64 on positive numbers, whose relative error is at
//! most gamma of the terms, layer by layer; each value is brought to about 1 by
//! a power of two that is carried along, so nothing overflows.

use super::banks::{Block, Layer, Pooling};
use crate::measure::forward::{Batch, Prepared, gamma};
use crate::network::{Conv, Graph, Op, Shape};
use crate::real::{Enclosure, Real, SquareSum, quotient_down, quotient_up, sum_down, sum_up};
use rug::Float;
use rug::float::Round;

const SLACK: f64 = 1.0 + 1e-9;

fn at(shape: Shape, q: usize) -> [usize; 2] {
    [q / shape.width, q % shape.width]
}

/// The block path norm, the head centred.
pub fn block_path_norm(graph: &Graph, layers: &[Layer], prec: u32) -> Enclosure {
    let zero = Enclosure::integer(prec, 0);
    let last = layers.len() - 1;
    let mut values: Vec<Vec<Enclosure>> = Vec::with_capacity(layers.len());
    for (i, layer) in layers.iter().enumerate() {
        let shape = graph.nodes()[i].shape;
        let value = match layer {
            Layer::Input => vec![zero.int(1); shape.positions()],
            Layer::Same(from) => values[*from].clone(),
            Layer::Sum(parts) => (0..shape.positions())
                .map(|q| parts.iter().fold(zero.clone(), |s, &p| s + &values[p][q]))
                .collect(),
            Layer::Mean(pooling) => means(graph, pooling, shape, &values, &zero.int(1)),
            Layer::Bank { blocks, .. } => {
                let mut sums = vec![zero.clone(); shape.positions()];
                for block in blocks {
                    let part = match block {
                        Block::Kernel { conv, from } => {
                            let norms = TapNorms::new(graph.conv(*conv), *conv == last, prec);
                            let below = graph.nodes()[*from].shape;
                            let window = &graph.conv(*conv).window;
                            let one = |q: usize| {
                                let taps = window.taps(below, at(shape, q));
                                taps.fold(norms.bias.clone(), |sum, (t, u)| {
                                    sum + norms.taps[t].clone() * &values[*from][u]
                                })
                            };
                            (0..shape.positions()).map(one).collect()
                        }
                        Block::Identity(from) => {
                            let root = zero.int(shape.channels as i64).sqrt();
                            values[*from].iter().map(|v| v.clone() * &root).collect()
                        }
                        Block::Mean(pooling) => {
                            let root = zero.int(shape.channels as i64).sqrt();
                            means(graph, pooling, shape, &values, &root)
                        }
                    };
                    for (sum, x) in sums.iter_mut().zip(&part) {
                        *sum = sum.clone() + x;
                    }
                }
                sums
            }
        };
        values.push(value);
    }
    values.pop().and_then(|mut v| v.pop()).unwrap_or(zero)
}

fn means(
    graph: &Graph,
    pooling: &Pooling,
    shape: Shape,
    values: &[Vec<Enclosure>],
    factor: &Enclosure,
) -> Vec<Enclosure> {
    let below = graph.nodes()[pooling.from].shape;
    let one = |q: usize| {
        let (mut sum, mut taps) = (factor.int(0), 0);
        for (_, u) in pooling.window.taps(below, at(shape, q)) {
            sum = sum + &values[pooling.from][u];
            taps += 1;
        }
        sum * factor / factor.int(pooling.divisor(taps).max(1) as i64)
    };
    (0..shape.positions()).map(one).collect()
}

/// Of each tap of a kernel the Frobenius norm of its weights; of the head's,
/// the sum over classes of the (centred) rows' norms. The bias likewise.
struct TapNorms {
    taps: Vec<Enclosure>,
    bias: Enclosure,
}

impl TapNorms {
    fn new(conv: &Conv, head: bool, prec: u32) -> Self {
        let (out, inputs, rows, columns) = conv.kernel.dim();
        let zero = Enclosure::integer(prec, 0);
        let exact = |x: f64| Enclosure::exact(prec, x);
        // By class and channel, the class's entry less the mean over classes.
        let centred = |column: &dyn Fn(usize) -> f64| -> Vec<Enclosure> {
            let sum = (0..out).fold(zero.clone(), |sum, o| sum + exact(column(o)));
            let mean = sum / zero.int(out as i64);
            (0..out).map(|o| exact(column(o)) - &mean).collect()
        };
        let bias = conv.bias.as_deref().unwrap_or(&[]);
        let taps = (0..rows * columns).map(|t| {
            let (r, c) = (t / columns, t % columns);
            if !head {
                let all = (0..out).flat_map(|o| (0..inputs).map(move |i| (o, i)));
                return SquareSum::of(prec, all.map(|(o, i)| conv.kernel[[o, i, r, c]])).sqrt();
            }
            let mut by_class = vec![zero.clone(); out];
            for i in 0..inputs {
                let column = centred(&|o| conv.kernel[[o, i, r, c]]);
                for (sum, x) in by_class.iter_mut().zip(column) {
                    *sum = sum.clone() + x.powi(2);
                }
            }
            by_class.iter().fold(zero.clone(), |sum, s| sum + s.sqrt())
        });
        let taps = taps.collect();
        let bias = if bias.is_empty() {
            zero.clone()
        } else if head {
            let all = centred(&|o| bias[o]);
            all.iter()
                .fold(zero.clone(), |sum, b| sum + b.max(&-b.clone()))
        } else {
            SquareSum::of(prec, bias.iter().copied()).sqrt()
        };
        Self { taps, bias }
    }
}

/// Values of a pass over positive numbers. In units of 2^exponent each exact
/// entry x and its f64 x~ satisfy |x~ - x| <= error x + lost; `lost` is what
/// underflowed on the way.
struct Positive {
    batch: Batch,
    exponent: i32,
    error: f64,
    lost: f64,
}

/// More than any one entry loses to underflow in one layer.
const UNDERFLOW: f64 = 1e-300;

/// The scalar path norm, the head not centred: the sum of the outputs of the
/// network with absolute weights on an input of ones.
pub fn scalar_path_norm(graph: &Graph, prec: u32) -> Enclosure {
    let mut values: Vec<Option<Positive>> = Vec::new();
    let mut left = vec![0usize; graph.nodes().len()];
    let nodes = graph.nodes();
    nodes
        .iter()
        .flat_map(|n| &n.inputs)
        .for_each(|&i| left[i] += 1);
    for node in nodes {
        let shape = node.shape;
        let read = |k: usize| values[node.inputs[k]].as_ref();
        let value = match (&node.op, node.inputs.len()) {
            (Op::Input, _) => Some(Positive {
                batch: Batch {
                    shape,
                    rows: 1,
                    data: vec![1.0; shape.len()],
                },
                exponent: 0,
                error: 0.0,
                lost: 0.0,
            }),
            (Op::Relu, _) => read(0).map(|x| Positive {
                batch: x.batch.clone(),
                ..*x
            }),
            (Op::Conv(conv), _) => read(0).map(|x| linear(conv, shape, x)),
            (Op::Add, 2) => read(0).zip(read(1)).map(|(a, b)| sum(a, b)),
            (
                Op::AveragePool {
                    window,
                    count_padding,
                },
                _,
            ) => read(0).map(|x| {
                let taps = window.size[0] * window.size[1];
                Positive {
                    batch: crate::measure::forward::pool(&x.batch, window, *count_padding, shape),
                    exponent: x.exponent,
                    error: grown(x.error, taps + 2),
                    lost: x.lost * taps as f64 * SLACK + UNDERFLOW,
                }
            }),
            _ => None,
        };
        for &i in &node.inputs {
            left[i] -= 1;
            if left[i] == 0 {
                values[i] = None;
            }
        }
        values.push(value.map(normalised));
    }
    let Some(last) = values.pop().flatten() else {
        return Enclosure::undefined(prec);
    };
    let n = last.batch.data.len();
    let error = grown(last.error, n);
    let total: f64 = last.batch.data.iter().sum();
    let lost = last.lost * n as f64 * SLACK;
    if !(total.is_finite() && error < 0.5 && lost.is_finite()) {
        return Enclosure::undefined(prec);
    }
    let scaled = |x: f64, round| {
        Float::with_val_round(prec, Float::with_val(53, x) << last.exponent, round).0
    };
    let (lo, hi) = (
        quotient_down(sum_down(total, -lost), sum_up(1.0, error)).max(0.0),
        quotient_up(sum_up(total, lost), sum_down(1.0, -error)),
    );
    let (lo, hi) = (scaled(lo, Round::Down), scaled(hi, Round::Up));
    Enclosure::new(prec, &lo, &hi).unwrap_or_else(|| Enclosure::undefined(prec))
}

/// (1 + e)(1 + gamma(n)) - 1, rounded up.
fn grown(error: f64, roundings: usize) -> f64 {
    let g = gamma(roundings);
    (error + g + error * g) * SLACK
}

fn linear(conv: &Conv, shape: Shape, x: &Positive) -> Positive {
    let absolute = Conv {
        kernel: conv.kernel.mapv(f64::abs),
        bias: conv
            .bias
            .as_ref()
            .map(|b| b.iter().map(|b| b.abs()).collect()),
        ..conv.clone()
    };
    // The constant 1 in the units of x; 0 where it is beyond the least float.
    let one = 2f64.powi(-x.exponent);
    let rows = absolute.kernel.outer_iter().map(|row| row.sum());
    let largest_row = rows.fold(0.0f64, f64::max);
    Positive {
        lost: (x.lost * largest_row + UNDERFLOW) * SLACK,
        batch: Prepared::new(&absolute, shape, one).apply(&x.batch),
        exponent: x.exponent,
        error: grown(x.error, conv.kernel.len() / shape.channels + 4),
    }
}

fn sum(a: &Positive, b: &Positive) -> Positive {
    let exponent = a.exponent.max(b.exponent);
    let (p, q) = (
        2f64.powi(a.exponent - exponent),
        2f64.powi(b.exponent - exponent),
    );
    let both = a.batch.data.iter().zip(&b.batch.data);
    Positive {
        batch: Batch {
            shape: a.batch.shape,
            rows: 1,
            data: both.map(|(x, y)| x * p + y * q).collect(),
        },
        lost: (a.lost * p + b.lost * q + UNDERFLOW) * SLACK,
        exponent,
        error: grown(a.error.max(b.error), 3),
    }
}

/// The same values with the largest entry brought to [1/2, 1).
fn normalised(mut x: Positive) -> Positive {
    let largest = x.batch.data.iter().fold(0.0f64, |m, v| m.max(*v));
    if !largest.is_normal() {
        return x;
    }
    let e = Float::with_val(53, largest).get_exp().unwrap_or(0);
    // In two steps: 2^-e itself may overflow.
    let (half, rest) = (2f64.powi(-e / 2), 2f64.powi(-e - (-e / 2)));
    x.batch.data.iter_mut().for_each(|v| *v = *v * half * rest);
    x.exponent += e;
    x.lost = (x.lost * half * rest + UNDERFLOW) * SLACK;
    x
}
