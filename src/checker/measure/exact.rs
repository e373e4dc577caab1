//! Networks evaluated exactly, in integers.
//!
//! Every weight and every stored input is an f64, an integer times a power of two.
//! A value of the network is then a list of integers in one unit 2^e: convolutions
//! multiply and add them, a ReLU clips them, sums and biases first bring both
//! parts to the finer unit. With the scale p/q from stored to actual inputs,
//! everything is q times its actual value: inputs are stored inputs times p, biases
//! biases times q, and no ReLU minds.

use crate::network::{Conv, Graph, Op, Shape};
use rug::{Integer, Rational};

/// Integers in units of 2^exponent.
#[derive(Clone, Debug)]
pub struct Vector {
    pub entries: Vec<Integer>,
    pub exponent: i32,
}

/// The integer and the exponent of a finite f64.
fn split(x: f64) -> (i64, i32) {
    let bits = x.to_bits();
    let field = ((bits >> 52) & 0x7ff) as i32;
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    let (m, e) = if field == 0 {
        (fraction, -1074)
    } else {
        (fraction | 1 << 52, field - 1075)
    };
    // Odd, so that the common unit is as coarse as can be.
    let zeros = if m == 0 { 0 } else { m.trailing_zeros() };
    let m = m >> zeros;
    (if x < 0.0 { -m } else { m }, e + zeros as i32)
}

impl Vector {
    pub fn new(xs: impl IntoIterator<Item = f64>) -> Self {
        let parts: Vec<(i64, i32)> = xs.into_iter().map(split).collect();
        let nonzero = parts.iter().filter(|(m, _)| *m != 0);
        let exponent = nonzero.map(|(_, e)| *e).min().unwrap_or(0);
        let entry = |&(m, e): &(i64, i32)| match m {
            0 => Integer::new(),
            _ => Integer::from(m) << (e - exponent) as u32,
        };
        Self {
            entries: parts.iter().map(entry).collect(),
            exponent,
        }
    }

    /// The same in a finer unit.
    fn refined(mut self, exponent: i32) -> Self {
        let by = (self.exponent - exponent).max(0) as u32;
        if by > 0 {
            self.entries.iter_mut().for_each(|x| *x <<= by);
            self.exponent = exponent;
        }
        self
    }

    fn times(mut self, n: &Integer) -> Self {
        self.entries.iter_mut().for_each(|x| *x *= n);
        self
    }

    /// An entry as it is.
    pub fn rational(&self, x: &Integer) -> Rational {
        Rational::from(x) << self.exponent
    }
}

/// A network ready to be evaluated.
pub struct Exact<'a> {
    graph: &'a Graph,
    /// Of each node: kernel and bias.
    weights: Vec<Option<(Vector, Option<Vector>)>>,
    numerator: Integer,
    denominator: Integer,
}

/// The values of one input: of every node, q times the actual ones.
pub struct Passage {
    pub values: Vec<Vector>,
}

impl<'a> Exact<'a> {
    /// `None` for a network with average poolings, whose divisions leave the
    /// integers.
    pub fn new(graph: &'a Graph, scale: &Rational) -> Option<Self> {
        let mut weights = Vec::new();
        for node in graph.nodes() {
            weights.push(match &node.op {
                Op::AveragePool { .. } => return None,
                Op::Conv(conv) => {
                    let bias = conv.bias.as_ref().map(|b| Vector::new(b.iter().copied()));
                    Some((Vector::new(conv.kernel.iter().copied()), bias))
                }
                _ => None,
            });
        }
        Some(Self {
            graph,
            weights,
            numerator: scale.numer().clone(),
            denominator: scale.denom().clone(),
        })
    }

    /// q: what values are multiplied by.
    pub fn unit(&self) -> &Integer {
        &self.denominator
    }

    /// The network with all weights made positive, on ones: the sum of its outputs
    /// is the scalar path norm.
    pub fn path_norm(&self) -> Rational {
        let mut positive = Self {
            graph: self.graph,
            weights: self.weights.clone(),
            numerator: Integer::from(1),
            denominator: Integer::from(1),
        };
        for (kernel, bias) in positive.weights.iter_mut().flatten() {
            kernel.entries.iter_mut().for_each(Integer::abs_mut);
            if let Some(bias) = bias {
                bias.entries.iter_mut().for_each(Integer::abs_mut);
            }
        }
        let ones = vec![1.0; self.graph.input().len()];
        let passage = positive.pass(&ones);
        let output = passage.values.last();
        output.map_or_else(Rational::new, |v| {
            v.rational(&v.entries.iter().sum::<Integer>())
        })
    }

    /// Sends one stored input through.
    pub fn pass(&self, stored: &[f64]) -> Passage {
        let mut values: Vec<Vector> = Vec::with_capacity(self.weights.len());
        for (node, weights) in self.graph.nodes().iter().zip(&self.weights) {
            let value = match (&node.op, weights) {
                (Op::Input, _) => Vector::new(stored.iter().copied()).times(&self.numerator),
                (Op::Conv(conv), Some((kernel, bias))) => {
                    let from = node.inputs[0];
                    let below = self.graph.nodes()[from].shape;
                    let sum = convolve(conv, kernel, &values[from], below, node.shape);
                    match bias {
                        None => sum,
                        Some(bias) => self.add_bias(sum, bias, node.shape),
                    }
                }
                (Op::Relu, _) => {
                    let mut value = values[node.inputs[0]].clone();
                    for x in value.entries.iter_mut().filter(|x| **x < 0) {
                        *x = Integer::new();
                    }
                    value
                }
                _ => {
                    // A sum.
                    let unit = node.inputs.iter().map(|i| values[*i].exponent).min();
                    let mut parts = node
                        .inputs
                        .iter()
                        .map(|i| values[*i].clone().refined(unit.unwrap_or(0)));
                    let first = parts.next().unwrap_or_else(|| Vector::new([]));
                    parts.fold(first, |mut sum, part| {
                        for (a, b) in sum.entries.iter_mut().zip(&part.entries) {
                            *a += b;
                        }
                        sum
                    })
                }
            };
            values.push(value);
        }
        Passage { values }
    }

    fn add_bias(&self, sum: Vector, bias: &Vector, shape: Shape) -> Vector {
        let unit = sum.exponent.min(bias.exponent);
        let mut sum = sum.refined(unit);
        let bias = bias.clone().times(&self.denominator).refined(unit);
        let positions = shape.positions();
        for (i, x) in sum.entries.iter_mut().enumerate() {
            *x += &bias.entries[i / positions];
        }
        sum
    }
}

/// Row-major values: channel, then position.
fn convolve(conv: &Conv, kernel: &Vector, x: &Vector, below: Shape, shape: Shape) -> Vector {
    let (out, inputs, rows, columns) = conv.kernel.dim();
    let (taps, positions) = (rows * columns, below.positions());
    let (per_group, filters) = (inputs, out / conv.groups);
    let mut entries = Vec::with_capacity(shape.len());
    let reads: Vec<Vec<(usize, usize)>> = (0..shape.positions())
        .map(|q| {
            conv.window
                .taps(below, [q / shape.width, q % shape.width])
                .collect()
        })
        .collect();
    for o in 0..out {
        let first = o / filters * per_group;
        for reads in &reads {
            let mut sum = Integer::new();
            for i in 0..inputs {
                for &(t, u) in reads {
                    let x = &x.entries[(first + i) * positions + u];
                    if *x != 0 {
                        sum += x * &kernel.entries[(o * inputs + i) * taps + t];
                    }
                }
            }
            entries.push(sum);
        }
    }
    Vector {
        entries,
        exponent: kernel.exponent + x.exponent,
    }
}
