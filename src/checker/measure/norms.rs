//! Norms of layers, from exact sums of squares.
//!
//! Squares and their sums are exact rationals; a root is rounded outward at the
//! machine's precision. An upper bound on an operator norm is confirmed by a
//! Cholesky factorisation of lambda^2 I - W W^T in interval arithmetic: if all
//! pivots are certainly positive, the matrix is positive definite.

use super::super::functions::{Machine, Op};
use super::super::number::Interval;
use super::exact::Vector;
use crate::network::{Conv, Shape, Window};
use rug::float::Round;
use rug::ops::SubAssignRound;
use rug::{Float, Integer, Rational};

/// A layer's kernel, or its difference from another, exactly.
pub struct Kernel {
    /// Output channels, input channels, taps.
    pub dim: [usize; 3],
    weights: Vector,
    window: Window,
    below: Shape,
    shape: Shape,
    groups: usize,
}

impl Kernel {
    pub fn new(conv: &Conv, reference: Option<&Conv>, below: Shape, shape: Shape) -> Self {
        let (out, inputs, rows, columns) = conv.kernel.dim();
        let weights = match reference {
            None => Vector::new(conv.kernel.iter().copied()),
            Some(other) => {
                // Both in one unit.
                let both = conv.kernel.iter().chain(&other.kernel);
                let mut both = Vector::new(both.copied());
                let theirs = both.entries.split_off(conv.kernel.len());
                for (w, v) in both.entries.iter_mut().zip(&theirs) {
                    *w -= v;
                }
                both
            }
        };
        Self {
            dim: [out, inputs, rows * columns],
            weights,
            window: conv.window,
            below,
            shape,
            groups: conv.groups,
        }
    }

    fn is_dense(&self) -> bool {
        self.window == Window::whole(self.below) && self.groups == 1
    }

    fn at(&self, o: usize, i: usize, t: usize) -> &Integer {
        let [_, inputs, taps] = self.dim;
        &self.weights.entries[(o * inputs + i) * taps + t]
    }

    /// The sum over input channels of squares, for an output channel and a tap.
    fn squares(&self) -> Vec<Vec<Integer>> {
        let [out, inputs, taps] = self.dim;
        let one = |o: usize, t: usize| (0..inputs).map(|i| self.at(o, i, t).square_ref()).sum();
        (0..out)
            .map(|o| (0..taps).map(|t| one(o, t)).collect())
            .collect()
    }

    fn square(&self, x: Integer) -> Rational {
        Rational::from(x) << (2 * self.weights.exponent)
    }

    fn root(&self, machine: &Machine, x: Integer) -> Option<Interval> {
        machine
            .apply(Op::Sqrt, &[&Interval::point(self.square(x))])
            .ok()
    }

    /// |W|_F^2 of the kernel.
    pub fn frobenius_squared(&self) -> Rational {
        let sum = self.weights.entries.iter().map(Integer::square_ref).sum();
        self.square(sum)
    }

    /// The taps on the grid at each output position.
    fn taps(&self) -> Vec<Vec<usize>> {
        let width = self.shape.width;
        let of = |q: usize| self.window.taps(self.below, [q / width, q % width]);
        (0..self.shape.positions())
            .map(|q| of(q).map(|(t, _)| t).collect())
            .collect()
    }

    /// |W|_F of the operator.
    pub fn operator_frobenius(&self, machine: &Machine) -> Option<Interval> {
        let squares = self.squares();
        let mut sum = Integer::new();
        for taps in self.taps() {
            for t in taps {
                sum += squares.iter().map(|s| &s[t]).sum::<Integer>();
            }
        }
        self.root(machine, sum)
    }

    pub fn kernel_frobenius(&self, machine: &Machine) -> Option<Interval> {
        let sum = self.weights.entries.iter().map(Integer::square_ref).sum();
        self.root(machine, sum)
    }

    /// The largest 1-norm of a row of the operator.
    pub fn operator_1_inf(&self) -> Rational {
        let [out, inputs, taps] = self.dim;
        let absolute = |o: usize, t: usize| -> Integer {
            (0..inputs).map(|i| self.at(o, i, t).clone().abs()).sum()
        };
        let sums: Vec<Vec<Integer>> = (0..out)
            .map(|o| (0..taps).map(|t| absolute(o, t)).collect())
            .collect();
        let mut largest = Integer::new();
        for taps in self.taps() {
            for sums in &sums {
                largest = largest.max(taps.iter().map(|t| &sums[*t]).sum());
            }
        }
        Rational::from(largest) << self.weights.exponent
    }

    fn sum_of_roots(
        &self,
        machine: &Machine,
        all: impl IntoIterator<Item = Integer>,
    ) -> Option<Interval> {
        all.into_iter().try_fold(Interval::point(0), |sum, x| {
            let sum = sum.add(&self.root(machine, x)?);
            sum.outward(machine.bits())
        })
    }

    /// The sum over outputs of 2-norms of the operator's rows.
    pub fn operator_21(&self, machine: &Machine) -> Option<Interval> {
        let squares = self.squares();
        let rows = self.taps().into_iter().flat_map(|taps| {
            squares
                .iter()
                .map(move |s| taps.iter().map(|t| &s[*t]).sum())
                .collect::<Vec<Integer>>()
        });
        self.sum_of_roots(machine, rows)
    }

    /// The sum over output channels of 2-norms of the kernel's rows.
    pub fn kernel_21(&self, machine: &Machine) -> Option<Interval> {
        let rows = self.squares().into_iter().map(|s| s.iter().sum());
        self.sum_of_roots(machine, rows)
    }

    /// The same by tap; a fully connected layer is one tap.
    pub fn kernel_21_by_tap(&self, machine: &Machine) -> Option<Interval> {
        if self.window == Window::whole(self.below) {
            return self.kernel_21(machine);
        }
        self.sum_of_roots(machine, self.squares().into_iter().flatten())
    }

    /// The rows of a fully connected layer.
    fn rows(&self) -> Vec<&[Integer]> {
        let length = self.dim[1] * self.dim[2];
        self.weights.entries.chunks(length).collect()
    }

    /// The square of the largest norm of a row reduced to its largest entries, all
    /// but `inactive`.
    pub fn row_norm_squared(&self, inactive: usize) -> Rational {
        let rows = self
            .rows()
            .into_iter()
            .map(|row| reduced(row.iter().cloned(), inactive));
        self.square(rows.max().unwrap_or_default())
    }

    /// The same for differences of two rows.
    pub fn difference_squared(&self, inactive: usize) -> Rational {
        let rows = self.rows();
        let mut largest = Integer::new();
        for (y, a) in rows.iter().enumerate() {
            for b in &rows[..y] {
                let difference = a.iter().zip(*b).map(|(x, z)| Integer::from(x - z));
                largest = largest.max(reduced(difference, inactive));
            }
        }
        self.square(largest)
    }

    /// Whether the operator norm of a fully connected layer is certainly at most
    /// `bound`; `None` if the matrix is too large or it cannot be told.
    pub fn norm_is_at_most(&self, bound: &Rational) -> Option<()> {
        const LARGEST: usize = 200;
        if !self.is_dense() {
            return None;
        }
        let mut rows: Vec<Vec<Integer>> = self.rows().into_iter().map(<[_]>::to_vec).collect();
        let (n, columns) = (rows.len(), rows.first()?.len());
        if columns < n {
            rows = (0..columns)
                .map(|j| rows.iter().map(|r| r[j].clone()).collect())
                .collect();
        }
        let n = n.min(columns);
        if n > LARGEST {
            return None;
        }
        // lambda^2 in the unit of the squares.
        let limit = Rational::from(bound * bound) >> (2 * self.weights.exponent);
        let bits = 192;
        let enclose = |x: &Rational| {
            let end = |round| Float::with_val_round(bits, x, round).0;
            [end(Round::Down), end(Round::Up)]
        };
        let mut a: Vec<Vec<[Float; 2]>> = Vec::with_capacity(n);
        for i in 0..n {
            let mut row = Vec::with_capacity(i + 1);
            for j in 0..=i {
                let dot = rows[i]
                    .iter()
                    .zip(&rows[j])
                    .fold(Integer::new(), |s, (x, y)| s + x * y);
                let entry = if i == j {
                    Rational::from(&limit - dot)
                } else {
                    Rational::from(-dot)
                };
                row.push(enclose(&entry));
            }
            a.push(row);
        }
        cholesky(&mut a, bits)
    }
}

/// The sum of all but the `inactive` least squares.
fn reduced(row: impl Iterator<Item = Integer>, inactive: usize) -> Integer {
    let mut squares: Vec<Integer> = row.map(Integer::square).collect();
    squares.sort_unstable();
    squares.iter().skip(inactive).sum()
}

/// `Some` if every matrix in the enclosures is positive definite: L D L^T with
/// all pivots certainly positive.
fn cholesky(a: &mut [Vec<[Float; 2]>], bits: u32) -> Option<()> {
    let n = a.len();
    for k in 0..n {
        let pivot = a[k][k].clone();
        if pivot[0] <= 0 {
            return None;
        }
        // Row i loses l_ik times row k.
        let column: Vec<[Float; 2]> = (k + 1..n).map(|i| a[i][k].clone()).collect();
        for i in k + 1..n {
            let factor = divide(&column[i - k - 1], &pivot, bits);
            for j in k + 1..=i {
                let product = multiply(&factor, &column[j - k - 1], bits);
                let [lo, hi] = &mut a[i][j];
                lo.sub_assign_round(&product[1], Round::Down);
                hi.sub_assign_round(&product[0], Round::Up);
            }
        }
    }
    Some(())
}

fn multiply(x: &[Float; 2], y: &[Float; 2], bits: u32) -> [Float; 2] {
    let product = |a: &Float, b: &Float, round| Float::with_val_round(bits, a * b, round).0;
    let mut ends: Option<[Float; 2]> = None;
    for a in x {
        for b in y {
            let (lo, hi) = (product(a, b, Round::Down), product(a, b, Round::Up));
            ends = Some(match ends {
                None => [lo, hi],
                Some([l, h]) => [l.min(&lo), h.max(&hi)],
            });
        }
    }
    ends.unwrap_or_else(|| [Float::new(bits), Float::new(bits)])
}

/// By a pivot that is positive.
fn divide(x: &[Float; 2], pivot: &[Float; 2], bits: u32) -> [Float; 2] {
    let inverse = [
        Float::with_val_round(bits, 1u32 / &pivot[1], Round::Down).0,
        Float::with_val_round(bits, 1u32 / &pivot[0], Round::Up).0,
    ];
    multiply(x, &inverse, bits)
}
