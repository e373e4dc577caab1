//! A linear layer on a batch, in f64: a matrix product for each line of the
//! kernel, reading the batch in place; or of patches written out, where strides,
//! dilations or groups keep a patch's line from being contiguous.
//!
//! Every output entry is a sum of its products (and its bias) in some order,
//! which is all that the error bound of [`super`] uses.

use super::batch::Batch;
use crate::network::{Conv, Shape, Window};
use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView2, ArrayViewMut2, ShapeBuilder};

/// A layer with its kernel laid out for products.
pub struct Prepared {
    window: Window,
    output: Shape,
    groups: usize,
    bias: Option<Vec<f64>>,
    /// For each group, (lines of the kernel x channels of the group) x outputs
    /// of the group: row (line, column, channel).
    matrices: Vec<Array2<f64>>,
}

impl Prepared {
    /// `output` is the shape of what the layer computes; `one` is the stored
    /// value of the number 1, which the biases are multiplied by.
    pub fn new(conv: &Conv, output: Shape, one: f64) -> Self {
        let (out, channels, rows, columns) = conv.kernel.dim();
        let per_group = out / conv.groups;
        let matrices = (0..conv.groups)
            .map(|g| {
                Array2::from_shape_fn((rows * columns * channels, per_group), |(i, o)| {
                    let (tap, channel) = (i / channels, i % channels);
                    conv.kernel[[g * per_group + o, channel, tap / columns, tap % columns]]
                })
            })
            .collect();
        Self {
            window: conv.window,
            output,
            groups: conv.groups,
            bias: conv
                .bias
                .as_ref()
                .map(|b| b.iter().map(|b| b * one).collect()),
            matrices,
        }
    }

    /// The layer's outputs.
    pub fn apply(&self, input: &Batch) -> Batch {
        let padded;
        let mut x = input;
        if self.window.padding != [[0, 0], [0, 0]] {
            padded = input.padded(self.window.padding);
            x = &padded;
        }
        let [rows, columns] = self.window.size;
        let whole =
            self.output.positions() == 1 && [rows, columns] == [x.shape.height, x.shape.width];
        let mut y = if self.groups == 1 && whole {
            self.dense(x)
        } else if self.groups == 1 && self.window.stride == [1, 1] && self.window.dilation == [1, 1]
        {
            self.by_lines(x)
        } else {
            self.by_patches(x)
        };
        if let Some(bias) = &self.bias {
            for position in y.data.chunks_exact_mut(bias.len()) {
                position.iter_mut().zip(bias).for_each(|(y, b)| *y += b);
            }
        }
        y
    }

    fn dense(&self, x: &Batch) -> Batch {
        let mut y = Batch::zeros(self.output, x.rows);
        product(
            &view(&x.data, 0, (x.rows, x.shape.len()), x.shape.len()),
            &self.matrices[0].view(),
            &mut y.data,
        );
        y
    }

    /// The grids of all inputs end to end are one long line of positions. At
    /// each of them the kernel's line reads the next few: the products at
    /// positions where it would run over an edge are computed in vain, and left
    /// behind when the others move together.
    fn by_lines(&self, x: &Batch) -> Batch {
        let [lines, columns] = self.window.size;
        let (channels, width) = (x.shape.channels, x.shape.width);
        let positions = x.rows * x.shape.positions();
        let reach = (lines - 1) * width + columns - 1;
        let (count, out) = (positions - reach, self.output.channels);
        let mut all = vec![0.0; positions * out];
        let of_line = columns * channels;
        for line in 0..lines {
            let a = view(&x.data, line * width * channels, (count, of_line), channels);
            let b = self.matrices[0].slice(ndarray::s![line * of_line..(line + 1) * of_line, ..]);
            accumulate(&a, &b, &mut all[..count * out], f64::from(line != 0));
        }
        let kept = self.output.width * out;
        for i in 0..x.rows {
            for y in 0..self.output.height {
                let from = (i * x.shape.height + y) * width * out;
                let to = (i * self.output.height + y) * kept;
                all.copy_within(from..from + kept, to);
            }
        }
        all.truncate(x.rows * self.output.len());
        Batch {
            shape: self.output,
            rows: x.rows,
            data: all,
        }
    }

    fn by_patches(&self, x: &Batch) -> Batch {
        let [lines, columns] = self.window.size;
        let (channels, of_group) = (x.shape.channels, x.shape.channels / self.groups);
        let (out, per_group) = (self.output.channels, self.output.channels / self.groups);
        let mut y = Batch::zeros(self.output, x.rows);
        let positions = self.output.positions();
        let patch = lines * columns * of_group;
        let mut patches = vec![0.0; positions * patch];
        for i in 0..x.rows {
            let row = x.row(i);
            for (g, matrix) in self.matrices.iter().enumerate() {
                let mut write = patches.chunks_exact_mut(of_group);
                for p in 0..positions {
                    let (top, left) = (
                        p / self.output.width * self.window.stride[0],
                        p % self.output.width * self.window.stride[1],
                    );
                    for tap in 0..lines * columns {
                        let position = (top + tap / columns * self.window.dilation[0])
                            * x.shape.width
                            + left
                            + tap % columns * self.window.dilation[1];
                        let from = position * channels + g * of_group;
                        if let Some(to) = write.next() {
                            to.copy_from_slice(&row[from..from + of_group]);
                        }
                    }
                }
                let a = view(&patches, 0, (positions, patch), patch);
                let n = self.output.len();
                let target = &mut y.data[i * n..(i + 1) * n];
                let target = ArrayViewMut2::from_shape(
                    (positions, per_group).strides((out, 1)),
                    &mut target[g * per_group..],
                );
                if let Ok(mut target) = target {
                    general_mat_mul(1.0, &a, matrix, 0.0, &mut target);
                }
            }
        }
        y
    }
}

/// Rows of a matrix that may overlap, `stride` apart.
fn view(data: &[f64], offset: usize, dim: (usize, usize), stride: usize) -> ArrayView2<'_, f64> {
    ArrayView2::from_shape(dim.strides((stride, 1)), &data[offset..])
        .expect("the windows lie on the grid")
}

fn product(a: &ArrayView2<f64>, b: &ArrayView2<f64>, to: &mut [f64]) {
    accumulate(a, b, to, 0.0);
}

fn accumulate(a: &ArrayView2<f64>, b: &ArrayView2<f64>, to: &mut [f64], beta: f64) {
    let mut to = ArrayViewMut2::from_shape((a.nrows(), b.ncols()), to)
        .expect("the output has a row for each position");
    general_mat_mul(1.0, a, b, beta, &mut to);
}
