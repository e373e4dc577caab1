//! Values of several inputs at one layer.

use crate::network::Shape;

/// Entries of `rows` inputs, laid out [input][row][column][channel]: what a
/// window reads of one line is contiguous.
#[derive(Clone, Debug)]
pub struct Batch {
    pub shape: Shape,
    pub rows: usize,
    pub data: Vec<f64>,
}

impl Batch {
    /// Zeros.
    pub fn zeros(shape: Shape, rows: usize) -> Self {
        Self {
            shape,
            rows,
            data: vec![0.0; rows * shape.len()],
        }
    }

    /// From inputs laid out [input][channel][row][column], as files have them.
    pub fn from_channels_first(shape: Shape, rows: usize, data: Vec<f64>) -> Self {
        if shape.channels == 1 || shape.positions() == 1 {
            return Self { shape, rows, data };
        }
        let mut batch = Self::zeros(shape, rows);
        let (c, p) = (shape.channels, shape.positions());
        for (to, from) in batch
            .data
            .chunks_exact_mut(c * p)
            .zip(data.chunks_exact(c * p))
        {
            for (channel, plane) in from.chunks_exact(p).enumerate() {
                for (position, &x) in plane.iter().enumerate() {
                    to[position * c + channel] = x;
                }
            }
        }
        batch
    }

    /// One input's entries.
    pub fn row(&self, i: usize) -> &[f64] {
        let n = self.shape.len();
        &self.data[i * n..(i + 1) * n]
    }

    /// With a border of zeros.
    pub fn padded(&self, [[top, bottom], [left, right]]: [[usize; 2]; 2]) -> Self {
        let shape = Shape {
            channels: self.shape.channels,
            height: self.shape.height + top + bottom,
            width: self.shape.width + left + right,
        };
        let mut batch = Self::zeros(shape, self.rows);
        let (from, to) = (
            self.shape.width * self.shape.channels,
            shape.width * shape.channels,
        );
        for i in 0..self.rows {
            for y in 0..self.shape.height {
                let source = (i * self.shape.height + y) * from;
                let target = (i * shape.height + y + top) * to + left * shape.channels;
                batch.data[target..target + from]
                    .copy_from_slice(&self.data[source..source + from]);
            }
        }
        batch
    }
}
