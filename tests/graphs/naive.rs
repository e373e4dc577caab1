//! A network in exact rationals, by the definitions: nothing of the crate's but
//! the data structure.

use gapcert::data::Sample;
use gapcert::network::{Graph, Op, Shape, Window};
use rug::Rational;

pub fn rational(x: f64) -> Rational {
    Rational::from_f64(x).unwrap()
}

/// Positions (row, column) of the window's taps at output (y, x), with the tap's
/// (row, column); by the formula of a convolution.
pub fn taps(w: &Window, input: Shape, y: usize, x: usize) -> Vec<([usize; 2], [usize; 2])> {
    let mut found = Vec::new();
    for r in 0..w.size[0] {
        for c in 0..w.size[1] {
            let i = (y * w.stride[0] + r * w.dilation[0]) as i64 - w.padding[0][0] as i64;
            let j = (x * w.stride[1] + c * w.dilation[1]) as i64 - w.padding[1][0] as i64;
            let inside =
                (0..input.height as i64).contains(&i) && (0..input.width as i64).contains(&j);
            if inside {
                found.push(([r, c], [i as usize, j as usize]));
            }
        }
    }
    found
}

/// Values by [channel][row][column].
type Value = Vec<Vec<Vec<Rational>>>;

/// All outputs on one input given channel by channel.
pub fn outputs(graph: &Graph, input: &[Rational]) -> Vec<Rational> {
    let zero = |s: Shape| vec![vec![vec![Rational::new(); s.width]; s.height]; s.channels];
    let mut values: Vec<Value> = Vec::new();
    for node in graph.nodes() {
        let s = node.shape;
        let mut value = zero(s);
        for o in 0..s.channels {
            for y in 0..s.height {
                for x in 0..s.width {
                    let read = |k: usize| &values[node.inputs[k]];
                    value[o][y][x] = match &node.op {
                        Op::Input => input[(o * s.height + y) * s.width + x].clone(),
                        Op::Relu => read(0)[o][y][x].clone().max(Rational::new()),
                        Op::Add => Rational::from(&read(0)[o][y][x] + &read(1)[o][y][x]),
                        Op::AveragePool {
                            window,
                            count_padding,
                        } => {
                            let from = graph.nodes()[node.inputs[0]].shape;
                            let taps = taps(window, from, y, x);
                            let sum: Rational =
                                taps.iter().map(|(_, [i, j])| &read(0)[o][*i][*j]).sum();
                            let size = window.size[0] * window.size[1];
                            sum / if *count_padding { size } else { taps.len() }
                        }
                        Op::Conv(conv) => {
                            let from = graph.nodes()[node.inputs[0]].shape;
                            let of_group = from.channels / conv.groups;
                            let group = o / (s.channels / conv.groups);
                            let mut sum = conv
                                .bias
                                .as_ref()
                                .map_or(Rational::new(), |b| rational(b[o]));
                            for ([r, c], [i, j]) in taps(&conv.window, from, y, x) {
                                for k in 0..of_group {
                                    let w = rational(conv.kernel[[o, k, r, c]]);
                                    sum += w * &read(0)[group * of_group + k][i][j];
                                }
                            }
                            sum
                        }
                    };
                }
            }
        }
        values.push(value);
    }
    values
        .pop()
        .unwrap()
        .into_iter()
        .map(|c| c[0][0].clone())
        .collect()
}

/// The actual input `i` of a sample.
pub fn input(sample: &Sample, i: usize) -> Vec<Rational> {
    let row = sample.rows_f64(i..i + 1);
    row.iter().map(|&x| rational(x) * sample.scale()).collect()
}

/// The margins of a sample.
pub fn margins(graph: &Graph, sample: &Sample) -> Vec<Rational> {
    (0..sample.len())
        .map(|i| {
            let h = outputs(graph, &input(sample, i));
            let y = usize::from(sample.labels()[i]);
            let others = (0..h.len()).filter(|j| *j != y).map(|j| h[j].clone());
            h[y].clone() - others.max().unwrap()
        })
        .collect()
}
