//! What a graph computes, by the definition: nested loops over padded arrays.

use gapcert::network::{Conv, Graph, Model, Op, Shape, Window};

/// The outputs on one input, channel by channel and row by row.
pub fn outputs(graph: &Graph, x: &[f64]) -> Vec<f64> {
    let mut values: Vec<Vec<f64>> = Vec::new();
    for node in graph.nodes() {
        let read: Vec<(&[f64], Shape)> = node
            .inputs
            .iter()
            .map(|&i| (values[i].as_slice(), graph.nodes()[i].shape))
            .collect();
        let value = match &node.op {
            Op::Input => x.to_vec(),
            Op::Relu => read[0].0.iter().map(|v| v.max(0.0)).collect(),
            Op::Add => read[0]
                .0
                .iter()
                .zip(read[1].0)
                .map(|(a, b)| a + b)
                .collect(),
            Op::Conv(conv) => convolution(conv, read[0].0, read[0].1),
            Op::AveragePool {
                window,
                count_padding,
            } => mean(window, *count_padding, read[0].0, read[0].1),
        };
        assert_eq!(value.len(), node.shape.len());
        values.push(value);
    }
    values.pop().unwrap()
}

/// The same through either form of a model, which must agree.
pub fn model_outputs(model: &Model, x: &[f64]) -> Vec<f64> {
    let mut x = x.to_vec();
    let Some(mlp) = &model.mlp else {
        return outputs(&model.graph, &x);
    };
    if mlp.folded_bias() {
        x.push(1.0);
    }
    let by_graph = outputs(&model.graph, &x);
    for (k, layer) in mlp.layers().iter().enumerate() {
        x = layer.weights.dot(&ndarray::Array1::from(x)).to_vec();
        if k < mlp.hidden() {
            x.iter_mut().for_each(|v| *v = v.max(0.0));
        }
    }
    for (a, b) in x.iter().zip(&by_graph) {
        assert!((a - b).abs() <= 1e-12 * (1.0 + a.abs()), "{a} {b}");
    }
    by_graph
}

/// An array with zeros around: values and where they are from, by row and column.
fn padded(window: &Window, x: &[f64], shape: Shape, channel: usize) -> Vec<Vec<(f64, bool)>> {
    let [[top, bottom], [left, right]] = window.padding;
    let mut rows =
        vec![vec![(0.0, false); shape.width + left + right]; shape.height + top + bottom];
    for i in 0..shape.height {
        for j in 0..shape.width {
            let value = x[(channel * shape.height + i) * shape.width + j];
            rows[top + i][left + j] = (value, true);
        }
    }
    rows
}

/// What each place of the window sees, row by row, place after place.
fn slide(window: &Window, rows: &[Vec<(f64, bool)>]) -> Vec<Vec<(f64, bool)>> {
    let mut all = Vec::new();
    let span = |axis: usize| window.dilation[axis] * (window.size[axis] - 1) + 1;
    for i in (0..)
        .step_by(window.stride[0])
        .take_while(|i| i + span(0) <= rows.len())
    {
        for j in (0..)
            .step_by(window.stride[1])
            .take_while(|j| j + span(1) <= rows[0].len())
        {
            let mut seen = Vec::new();
            for a in 0..window.size[0] {
                for b in 0..window.size[1] {
                    seen.push(rows[i + a * window.dilation[0]][j + b * window.dilation[1]]);
                }
            }
            all.push(seen);
        }
    }
    all
}

fn convolution(conv: &Conv, x: &[f64], shape: Shape) -> Vec<f64> {
    let (out, of_group, _, columns) = conv.kernel.dim();
    let mut result = Vec::new();
    for o in 0..out {
        let group = o / (out / conv.groups);
        let mut sums: Vec<f64> = Vec::new();
        for c in 0..of_group {
            let rows = padded(&conv.window, x, shape, group * of_group + c);
            for (place, seen) in slide(&conv.window, &rows).iter().enumerate() {
                if sums.len() <= place {
                    sums.push(conv.bias.as_ref().map_or(0.0, |bias| bias[o]));
                }
                for (tap, (value, _)) in seen.iter().enumerate() {
                    sums[place] += value * conv.kernel[[o, c, tap / columns, tap % columns]];
                }
            }
        }
        result.extend(sums);
    }
    result
}

fn mean(window: &Window, count_padding: bool, x: &[f64], shape: Shape) -> Vec<f64> {
    let mut result = Vec::new();
    for channel in 0..shape.channels {
        for seen in slide(window, &padded(window, x, shape, channel)) {
            let sum: f64 = seen.iter().map(|(value, _)| value).sum();
            let counted = seen.iter().filter(|(_, real)| *real || count_padding);
            result.push(sum / counted.count() as f64);
        }
    }
    result
}
