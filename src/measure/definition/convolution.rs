//! The matrix of a convolution, entry by entry.

use super::Matrix;
use crate::real::Real;

/// A convolution of `rows` x `columns` inputs with as many zeros on each side.
pub struct Taps<'a> {
    /// The matrix, outputs by inputs, of each place of the kernel, row by row.
    pub kernel: &'a [Matrix],
    pub kernel_columns: usize,
    pub rows: usize,
    pub columns: usize,
    pub stride: usize,
    pub padding: usize,
}

impl Taps<'_> {
    /// Rows and columns of the outputs; `None` if the kernel does not fit or is no
    /// rectangle.
    pub fn grid(&self) -> Option<[usize; 2]> {
        let kernel_rows = self.kernel.len() / self.kernel_columns.max(1);
        if kernel_rows * self.kernel_columns != self.kernel.len() || kernel_rows == 0 {
            return None;
        }
        let along = |n: usize, k: usize| {
            let padded = n.checked_add(self.padding.checked_mul(2)?)?;
            Some(padded.checked_sub(k)?.checked_div(self.stride)? + 1)
        };
        Some([
            along(self.rows, kernel_rows)?,
            along(self.columns, self.kernel_columns)?,
        ])
    }
}

/// The matrix that maps all entries of the input to all of the output:
/// y\[q\] = sum_t W_t x\[stride q + t - padding\], inputs outside the grid being 0.
/// `None` as in [`Taps::grid`].
pub fn operator(taps: &Taps<'_>) -> Option<Matrix> {
    let [height, width] = taps.grid()?;
    let (outputs, inputs) = (taps.kernel[0].len(), taps.kernel[0][0].len());
    let zero = taps.kernel[0][0][0].int(0);
    let mut all = Vec::new();
    for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
        for output in 0..outputs {
            let mut row = vec![zero.clone(); taps.rows * taps.columns * inputs];
            for (t, w) in taps.kernel.iter().enumerate() {
                let (r, c) = (t / taps.kernel_columns, t % taps.kernel_columns);
                let i = (y * taps.stride + r).checked_sub(taps.padding);
                let j = (x * taps.stride + c).checked_sub(taps.padding);
                let (Some(i), Some(j)) = (
                    i.filter(|i| *i < taps.rows),
                    j.filter(|j| *j < taps.columns),
                ) else {
                    continue;
                };
                for (input, w) in w[output].iter().enumerate() {
                    row[(i * taps.columns + j) * inputs + input] = w.clone();
                }
            }
            all.push(row);
        }
    }
    Some(all)
}
