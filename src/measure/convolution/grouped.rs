//! Norms that are sums over rows of the operator.
//!
//! A row of the operator is a row of the kernel less the taps that fall into
//! the padding; positions with the same taps on the grid have the same rows. So
//! all these norms come from the sums of squares and of magnitudes of each
//! output channel and tap, and the number of positions with each set of taps.

use crate::network::{Conv, Shape};
use crate::real::{Enclosure, Real};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Sums of a kernel, or of the difference of two.
pub struct Squares {
    // By output channel and tap.
    squares: Vec<Vec<Enclosure>>,
    magnitudes: Vec<Vec<Enclosure>>,
    // Positions by the taps they have on the grid.
    positions: BTreeMap<Vec<usize>, usize>,
    output: Shape,
    zero: Enclosure,
}

impl Squares {
    /// Of `conv` less `reference`, on inputs of that shape.
    pub fn new(conv: &Conv, reference: Option<&Conv>, input: Shape, prec: u32) -> Self {
        let (out, _, _, columns) = conv.kernel.dim();
        let taps = conv.window.size[0] * columns;
        let zero = Enclosure::integer(prec, 0);
        let of_channel = |o: usize| -> (Vec<Enclosure>, Vec<Enclosure>) {
            let of_tap = |t: usize| {
                let (mut square, mut magnitude) = (zero.clone(), zero.clone());
                for c in 0..conv.kernel.dim().1 {
                    let at = [o, c, t / columns, t % columns];
                    let mut x = Enclosure::exact(prec, conv.kernel[at]);
                    if let Some(reference) = reference {
                        x = x - Enclosure::exact(prec, reference.kernel[at]);
                    }
                    square = square + x.powi(2);
                    magnitude = magnitude + x.max(&-x.clone());
                }
                (square, magnitude)
            };
            (0..taps).map(of_tap).unzip()
        };
        let (squares, magnitudes) = (0..out).into_par_iter().map(of_channel).unzip();
        let grid = conv.window.grid(input).unwrap_or([0, 0]);
        let mut positions = BTreeMap::new();
        // Taps on the grid are those of the row times those of the column.
        for y in 0..grid[0] {
            for x in 0..grid[1] {
                let set: Vec<usize> = conv.window.taps(input, [y, x]).map(|(t, _)| t).collect();
                *positions.entry(set).or_insert(0) += 1;
            }
        }
        Self {
            squares,
            magnitudes,
            positions,
            output: Shape {
                channels: out,
                height: grid[0],
                width: grid[1],
            },
            zero,
        }
    }

    /// Shape of the layer's outputs.
    pub fn output(&self) -> Shape {
        self.output
    }

    fn sum<'a>(&self, terms: impl IntoIterator<Item = &'a Enclosure>) -> Enclosure {
        terms.into_iter().fold(self.zero.clone(), |s, x| s + x)
    }

    fn of_taps(&self, row: &[Enclosure], taps: &[usize]) -> Enclosure {
        self.sum(taps.iter().map(|&t| &row[t]))
    }

    /// |.|_F of the kernel.
    pub fn kernel_frobenius(&self) -> Enclosure {
        self.sum(self.squares.iter().flatten()).sqrt()
    }

    /// |.|_F of the operator.
    pub fn operator_frobenius(&self) -> Enclosure {
        let mut total = self.zero.clone();
        for (taps, &count) in &self.positions {
            let rows = self.squares.iter();
            let one = rows.fold(self.zero.clone(), |s, row| s + self.of_taps(row, taps));
            total = total + one * Enclosure::integer(self.zero.prec(), count);
        }
        total.sqrt()
    }

    /// (2,1) of the kernel.
    pub fn kernel_21(&self) -> Enclosure {
        let rows = self.squares.iter().map(|row| self.sum(row).sqrt());
        rows.fold(self.zero.clone(), |s, x| s + x)
    }

    /// The sum over output channels and taps of the 2-norm over the input
    /// channels.
    pub fn kernel_21_by_tap(&self) -> Enclosure {
        let taps = self.squares.iter().flatten().map(|x| x.sqrt());
        taps.fold(self.zero.clone(), |s, x| s + x)
    }

    /// (2,1) of the operator.
    pub fn operator_21(&self) -> Enclosure {
        let mut total = self.zero.clone();
        for (taps, &count) in &self.positions {
            let rows = self
                .squares
                .iter()
                .map(|row| self.of_taps(row, taps).sqrt());
            let one = rows.fold(self.zero.clone(), |s, x| s + x);
            total = total + one * Enclosure::integer(self.zero.prec(), count);
        }
        total
    }

    /// (1,inf) of the kernel.
    pub fn kernel_1_inf(&self) -> Enclosure {
        let rows = self.magnitudes.iter().map(|row| self.sum(row));
        rows.fold(self.zero.clone(), |m, x| m.max(&x))
    }

    /// (1,inf) of the operator.
    pub fn operator_1_inf(&self) -> Enclosure {
        let mut largest = self.zero.clone();
        for taps in self.positions.keys() {
            for row in &self.magnitudes {
                largest = largest.max(&self.of_taps(row, taps));
            }
        }
        largest
    }
}
