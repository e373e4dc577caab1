//! The operator norm of a linear layer from below: power iteration on the
//! layer and its transpose in f64, of which only the last quotient counts.
//!
//! |T| >= |T v|/|v| for every v. The f64 product y of T v is off by at most
//! gamma(n+4) f |v| in the 2-norm, n the terms of an output entry and f the
//! norm bound of [`crate::measure::forward`].

use crate::linalg::scale::vector_norm;
use crate::measure::forward::{Batch, Prepared, layer_bound};
use crate::network::{Conv, Shape};
use crate::real::{quotient_down, sum_down};
use ndarray::ArrayView1;
use ndarray::{Array2, ArrayView2, s};

/// As many steps as this many floating-point operations buy, within limits.
const BUDGET: f64 = 3e9;
const FEWEST: usize = 20;
const MOST: usize = 2000;
/// The iteration ends when the quotient grows by less than this.
const GROWTH: f64 = 1e-9;

/// A certified lower bound on the spectral norm of the layer as a linear map on
/// inputs of that shape.
pub fn operator_norm_lower(conv: &Conv, input: Shape) -> f64 {
    let Some([height, width]) = conv.window.grid(input) else {
        return 0.0;
    };
    let output = Shape {
        channels: conv.kernel.dim().0,
        height,
        width,
    };
    let plain = Conv {
        bias: None,
        ..conv.clone()
    };
    let layer = Prepared::new(&plain, output, 1.0);
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let mut v: Vec<f64> = (0..input.len())
        .map(|i| 0.1 + ((i + 1) as f64 * GOLDEN).fract())
        .collect();
    let cost = 4.0 * conv.kernel.len() as f64 * output.positions() as f64;
    let steps = ((BUDGET / cost) as usize).clamp(FEWEST, MOST);
    let (mut best, mut last) = (0.0, 0.0);
    for _ in 0..steps {
        let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
        if !norm.is_normal() {
            break;
        }
        v.iter_mut().for_each(|x| *x /= norm);
        let x = Batch {
            shape: input,
            rows: 1,
            data: v,
        };
        let y = layer.apply(&x);
        let (size, image) = (
            vector_norm(ArrayView1::from(&x.data)),
            vector_norm(ArrayView1::from(&y.data)),
        );
        let error = layer_bound(&plain, input, output).apply(size.hi(), 0.0);
        let quotient = quotient_down(sum_down(image.lo(), -error), size.hi());
        if quotient.is_finite() {
            best = f64::max(best, quotient);
        }
        if quotient.is_nan() || quotient <= last * (1.0 + GROWTH) {
            break;
        }
        last = quotient;
        v = transposed(conv, &y, input);
    }
    best
}

/// T^T y.
fn transposed(conv: &Conv, y: &Batch, input: Shape) -> Vec<f64> {
    let (out, of_group, _, columns) = conv.kernel.dim();
    let per_group = out / conv.groups;
    let mut x = vec![0.0; input.len()];
    let Ok(y) = ArrayView2::from_shape((y.shape.positions(), out), &y.data) else {
        return x;
    };
    let width = conv.window.grid(input).map_or(1, |g| g[1]);
    for g in 0..conv.groups {
        let channels = g * per_group..(g + 1) * per_group;
        let y = y.slice(s![.., channels.clone()]);
        for t in 0..conv.window.size[0] * columns {
            let kernel = conv
                .kernel
                .slice(s![channels.clone(), .., t / columns, t % columns]);
            let back: Array2<f64> = y.dot(&kernel);
            for (q, row) in back.outer_iter().enumerate() {
                let at = |axis: usize, o: usize, t: usize, length: usize| {
                    conv.window.at(axis, o, t, length)
                };
                let i = at(0, q / width, t / columns, input.height);
                let j = at(1, q % width, t % columns, input.width);
                if let (Some(i), Some(j)) = (i, j) {
                    let start = (i * input.width + j) * input.channels + g * of_group;
                    x[start..start + of_group]
                        .iter_mut()
                        .zip(row)
                        .for_each(|(x, r)| *x += r);
                }
            }
        }
    }
    x
}
