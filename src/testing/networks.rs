//! Random networks and samples.

use super::Numbers;
use crate::data::{Pixels, Sample};
use crate::network::{Conv, Graph, Layer, Mlp, Op, Shape, Window};
use ndarray::{Array2, Array4};
use rug::Rational;

/// A convolution of random weights that reads `input`.
pub fn conv(
    numbers: &mut Numbers,
    input: Shape,
    out: usize,
    window: Window,
    groups: usize,
    bias: bool,
) -> Op {
    let dim = (out, input.channels / groups, window.size[0], window.size[1]);
    Op::Conv(Conv {
        name: "w".into(),
        kernel: Array4::from_shape_simple_fn(dim, || numbers.centred()),
        bias: bias.then(|| (0..out).map(|_| numbers.centred()).collect()),
        window,
        groups,
    })
}

/// A window that fits, with less padding than its size.
pub fn window(numbers: &mut Numbers, input: Shape) -> Window {
    loop {
        let window = Window {
            size: [numbers.between(1, 3), numbers.between(1, 3)],
            stride: [numbers.between(1, 2), numbers.between(1, 2)],
            dilation: [numbers.between(1, 2), numbers.between(1, 2)],
            padding: [0, 1].map(|_| [numbers.below(2), numbers.below(2)]),
        };
        let less = (0..2).all(|a| window.padding[a].iter().all(|p| *p < window.size[a]));
        if less && window.grid(input).is_some_and(|g| g[0] * g[1] > 0) {
            return window;
        }
    }
}

/// What a random network may contain.
#[derive(Clone, Copy, Default)]
pub struct Features {
    /// Biases, here and there.
    pub bias: bool,
    /// Average pools.
    pub pools: bool,
    /// Sums of two branches.
    pub residual: bool,
    /// Grouped convolutions.
    pub groups: bool,
}

impl Features {
    /// All of them.
    pub const ALL: Self = Self {
        bias: true,
        pools: true,
        residual: true,
        groups: true,
    };
}

/// Layers, each a convolution with a ReLU, between them what `features` allow,
/// and a head.
pub fn network(numbers: &mut Numbers, features: Features) -> Graph {
    let input = Shape {
        channels: numbers.between(1, 2),
        height: numbers.between(2, 5),
        width: numbers.between(2, 5),
    };
    let mut nodes: Vec<(Op, Vec<usize>)> = Vec::new();
    let mut shape = input;
    for _ in 0..numbers.between(1, 3) {
        let last = nodes.len();
        let groups = if features.groups && shape.channels == 2 {
            numbers.between(1, 2)
        } else {
            1
        };
        let bias = features.bias && numbers.below(2) == 0;
        let out = 2 * numbers.between(1, 2);
        match numbers.below(4) {
            0 if features.pools => {
                let w = Window {
                    dilation: [1, 1],
                    ..window(numbers, shape)
                };
                if let Some([height, width]) = w.grid(shape) {
                    let count_padding = numbers.below(2) == 0;
                    let op = Op::AveragePool {
                        window: w,
                        count_padding,
                    };
                    nodes.push((op, vec![last]));
                    shape = Shape {
                        height,
                        width,
                        ..shape
                    };
                }
            }
            1 if features.residual => {
                let same = Window {
                    size: [3, 3],
                    stride: [1, 1],
                    dilation: [1, 1],
                    padding: [[1, 1], [1, 1]],
                };
                nodes.push((
                    conv(numbers, shape, shape.channels, same, 1, bias),
                    vec![last],
                ));
                // Inside or outside the ReLU.
                if numbers.below(2) == 0 {
                    nodes.push((Op::Add, vec![last + 1, last]));
                    nodes.push((Op::Relu, vec![last + 2]));
                } else {
                    nodes.push((Op::Relu, vec![last + 1]));
                    nodes.push((Op::Add, vec![last, last + 2]));
                }
            }
            _ => {
                let w = window(numbers, shape);
                nodes.push((conv(numbers, shape, out, w, groups, bias), vec![last]));
                nodes.push((Op::Relu, vec![last + 1]));
                let [height, width] = w.grid(shape).expect("the window fits");
                shape = Shape {
                    channels: out,
                    height,
                    width,
                };
            }
        }
    }
    let bias = features.bias && numbers.below(2) == 0;
    let classes = numbers.between(2, 3);
    let last = nodes.len();
    nodes.push((
        conv(numbers, shape, classes, Window::whole(shape), 1, bias),
        vec![last],
    ));
    Graph::new(input, nodes, vec![]).expect("windows fit, shapes chain")
}

/// Images of bytes, or of floats, with labels below `classes`.
pub fn sample(
    numbers: &mut Numbers,
    shape: Shape,
    classes: usize,
    m: usize,
    bytes: bool,
) -> Sample {
    let labels = (0..m).map(|_| numbers.below(classes) as u16).collect();
    let dim = (m, shape.len());
    let (pixels, scale) = if bytes {
        let x = Array2::from_shape_simple_fn(dim, || numbers.any() as u8);
        (Pixels::U8(x), Rational::from((1, 255)))
    } else {
        let x = Array2::from_shape_simple_fn(dim, || numbers.centred());
        (Pixels::F64(x), Rational::from(1))
    };
    Sample::new(pixels, labels, scale, vec![]).expect("a sample")
}

/// A multilayer perceptron of one to three hidden layers of at most `widest` units;
/// dead units and repeated ones among them.
pub fn mlp(numbers: &mut Numbers, inputs: usize, widest: usize, classes: usize) -> Mlp {
    let hidden = numbers.between(1, 3);
    let widths: Vec<usize> = (0..hidden).map(|_| numbers.between(1, widest)).collect();
    let dims = [&[inputs], &widths[..], &[classes]].concat();
    let layers = dims.windows(2).enumerate().map(|(k, w)| Layer {
        name: format!("{k}.weight"),
        weights: weights(numbers, w[1], w[0]),
    });
    Mlp::new(layers.collect(), vec![]).expect("shapes chain")
}

/// A matrix with zeros; now and then a row is zero, or that before it again.
pub fn weights(numbers: &mut Numbers, rows: usize, columns: usize) -> Array2<f64> {
    let mut w = Array2::zeros((rows, columns));
    for i in 0..rows {
        match numbers.below(8) {
            7 => {}
            6 if i > 0 => {
                let above = w.row(i - 1).to_owned();
                w.row_mut(i).assign(&above);
            }
            _ => {
                for j in 0..columns {
                    if numbers.below(6) < 5 {
                        w[[i, j]] = numbers.centred();
                    }
                }
            }
        }
    }
    w
}
