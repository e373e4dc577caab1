//! One sample's margin through a network in MPFR enclosures.

use crate::data::Sample;
use crate::network::{Conv, Graph, Op, Shape};
use crate::real::{Enclosure, Real};
use rayon::prelude::*;

/// An enclosure of the margin of sample `index`, in the network's units times
/// the denominator of the sample's scale, an integer, so that thresholds can be
/// brought to it without rounding.
pub(super) fn margin(graph: &Graph, sample: &Sample, index: usize, prec: u32) -> Enclosure {
    let shape = graph.input();
    let stored = sample.rows_f64(index..index + 1);
    let numerator = Enclosure::integer(prec, sample.scale().numer().clone());
    // The number 1 in these units.
    let one = Enclosure::integer(prec, sample.scale().denom().clone());
    let (channels, positions) = (shape.channels, shape.positions());
    // From channel by channel to position by position.
    let input = (0..shape.len())
        .map(|i| stored[[0, i % channels * positions + i / channels]])
        .map(|x| Enclosure::exact(prec, x) * &numerator)
        .collect();
    let mut values: Vec<Vec<Enclosure>> = vec![input];
    for node in &graph.nodes()[1..] {
        let x = &values[node.inputs[0]];
        let from = graph.nodes()[node.inputs[0]].shape;
        let value = match &node.op {
            Op::Input => unreachable!("the input is node 0 alone"),
            Op::Conv(conv) => convolve(conv, x, from, node.shape, &one),
            Op::Relu => {
                let zero = one.int(0);
                x.iter().map(|v| v.max(&zero)).collect()
            }
            Op::Add => {
                let y = &values[node.inputs[1]];
                x.iter().zip(y).map(|(x, y)| x + y).collect()
            }
            Op::AveragePool {
                window,
                count_padding,
            } => {
                let size = window.size[0] * window.size[1];
                let mean = |i: usize| {
                    let (p, c) = (i / node.shape.channels, i % node.shape.channels);
                    let at = [p / node.shape.width, p % node.shape.width];
                    let (mut sum, mut taps) = (one.int(0), 0);
                    for (_, q) in window.taps(from, at) {
                        sum = sum + &x[q * from.channels + c];
                        taps += 1;
                    }
                    sum / Enclosure::integer(prec, if *count_padding { size } else { taps })
                };
                (0..node.shape.len()).map(mean).collect()
            }
        };
        values.push(value);
    }
    let outputs = values.pop().expect("a network has an output");
    let label = usize::from(sample.labels()[index]);
    let others = (0..outputs.len()).filter(|j| *j != label);
    let best = others.map(|j| outputs[j].clone()).reduce(|a, b| a.max(&b));
    match best {
        Some(best) => outputs[label].clone() - best,
        None => outputs[label].clone(),
    }
}

fn convolve(
    conv: &Conv,
    x: &[Enclosure],
    from: Shape,
    to: Shape,
    one: &Enclosure,
) -> Vec<Enclosure> {
    let (out, of_group, _, columns) = conv.kernel.dim();
    let per_group = out / conv.groups;
    let prec = one.prec();
    let entry = |i: usize| {
        let (p, o) = (i / out, i % out);
        let mut sum = match &conv.bias {
            Some(bias) => Enclosure::exact(prec, bias[o]) * one,
            None => one.int(0),
        };
        for (tap, q) in conv.window.taps(from, [p / to.width, p % to.width]) {
            for c in 0..of_group {
                let w = conv.kernel[[o, c, tap / columns, tap % columns]];
                let channel = o / per_group * of_group + c;
                if w != 0.0 {
                    sum = sum + Enclosure::exact(prec, w) * &x[q * from.channels + channel];
                }
            }
        }
        sum
    };
    (0..to.len()).into_par_iter().map(entry).collect()
}
