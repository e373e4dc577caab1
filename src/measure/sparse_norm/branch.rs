//! Branch and bound for the sparse induced norm.
//!
//! A node is a set of remaining rows and columns, some of them fixed to be
//! kept. Every sub-matrix it stands for is a part of what remains, so its norm
//! is at most the spectral norm of that, and at most the Frobenius norm of the
//! best completion by rows or by columns. Nodes are taken best first: when the
//! largest open bound does not exceed what was found below, the search is done;
//! stopped earlier, the largest open bound still bounds the norm.

use super::{SparseNorm, largest, part};
use crate::linalg::scale::vector_norm;
use crate::linalg::spectral_norm;
use crate::real::Interval;
use ndarray::{Array1, Array2, Axis};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Open bounds this close to the best found are not worth opening.
const CLOSE: f64 = 1.0 + 1e-10;
const GREEDY_ROUNDS: usize = 50;

/// Indices that remain, the first `fixed` of them to be kept, `keep` in all.
#[derive(Clone)]
struct Choice {
    left: Vec<usize>,
    fixed: usize,
    keep: usize,
}

impl Choice {
    fn all(n: usize, keep: usize) -> Self {
        Self {
            left: (0..n).collect(),
            fixed: 0,
            keep,
        }
    }

    fn is_made(&self) -> bool {
        self.left.len() == self.keep
    }

    /// Keep the one at `at`, or drop it.
    fn branch(&self, at: usize) -> [Self; 2] {
        let (mut with, mut without) = (self.clone(), self.clone());
        with.left.swap(at, self.fixed);
        with.fixed += 1;
        if with.fixed == with.keep {
            with.left.truncate(with.keep);
        }
        without.left.remove(at);
        [with, without]
    }
}

struct Node {
    rows: Choice,
    cols: Choice,
    bound: f64,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Node {}
impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bound.total_cmp(&other.bound)
    }
}

/// The norm over sub-matrices of `keep_rows` x `keep_cols`; `known` is a
/// certified upper bound or infinite.
pub(super) fn search(
    w: &Array2<f64>,
    keep_rows: usize,
    keep_cols: usize,
    nodes: usize,
    known: f64,
) -> SparseNorm {
    let mut lower = greedy(w, keep_rows, keep_cols);
    // The largest upper bound of a node closed without being opened further.
    let mut closed = 0.0f64;
    let mut root = Node {
        rows: Choice::all(w.nrows(), keep_rows),
        cols: Choice::all(w.ncols(), keep_cols),
        bound: known,
    };
    bound(w, &mut root);
    let mut open = BinaryHeap::from([root]);
    let mut left = nodes;
    while let Some(node) = open.peek() {
        if left == 0 || node.bound <= lower * CLOSE {
            break;
        }
        let Some(node) = open.pop() else { break };
        for mut child in children(w, &node) {
            left = left.saturating_sub(1);
            let norm = bound(w, &mut child);
            if child.rows.is_made() && child.cols.is_made() {
                lower = lower.max(norm.lo());
                closed = closed.max(child.bound);
            } else if child.bound > lower * CLOSE {
                open.push(child);
            } else {
                closed = closed.max(child.bound);
            }
        }
    }
    let upper = open.peek().map_or(0.0, |node| node.bound);
    let exhausted = upper <= lower * CLOSE;
    let enclosure = Interval::new(lower, upper.max(closed).max(lower));
    SparseNorm {
        enclosure: enclosure.unwrap_or(Interval::UNDEFINED),
        exhausted,
    }
}

/// Branches on the heaviest undecided row or column of the side with the larger
/// surplus.
fn children(w: &Array2<f64>, node: &Node) -> Vec<Node> {
    let rest = part(w, &node.rows.left, &node.cols.left);
    let by_rows = node.rows.left.len() - node.rows.keep >= node.cols.left.len() - node.cols.keep;
    let (choice, axis) = if by_rows {
        (&node.rows, Axis(1))
    } else {
        (&node.cols, Axis(0))
    };
    let weights = rest.map_axis(axis, |x| x.iter().map(|x| x.abs()).fold(0.0, f64::max));
    let weights = &weights.as_slice().unwrap_or(&[])[choice.fixed..];
    let heaviest = (0..weights.len()).max_by(|i, j| weights[*i].total_cmp(&weights[*j]));
    let at = choice.fixed + heaviest.unwrap_or(0);
    let child = |choice: Choice| Node {
        rows: if by_rows {
            choice.clone()
        } else {
            node.rows.clone()
        },
        cols: if by_rows { node.cols.clone() } else { choice },
        bound: node.bound,
    };
    choice.branch(at).map(child).into()
}

/// Lowers the node's bound; returns the spectral norm of all that remains.
fn bound(w: &Array2<f64>, node: &mut Node) -> Interval {
    let rest = part(w, &node.rows.left, &node.cols.left);
    let norm = spectral_norm(&rest).enclosure;
    let by_rows = completion(&rest, &node.rows, node.cols.keep);
    let by_cols = completion(&rest.t().to_owned(), &node.cols, node.rows.keep);
    node.bound = node.bound.min(norm.hi()).min(by_rows).min(by_cols);
    norm
}

/// The square root of the largest sum of squared row norms, each reduced to
/// `entries`, over the rows fixed and the best of the others; rounded up.
fn completion(rest: &Array2<f64>, choice: &Choice, entries: usize) -> f64 {
    let mut norms: Vec<f64> = rest
        .rows()
        .into_iter()
        .map(|row| {
            let row = row.to_owned();
            vector_norm(row.select(Axis(0), &largest(&row, entries)).view()).hi()
        })
        .collect();
    norms[choice.fixed..].sort_by(|a, b| b.total_cmp(a));
    let norms = Array1::from(norms[..choice.keep].to_vec());
    vector_norm(norms.view()).hi()
}

/// A certified lower bound: the spectral norm of a sub-matrix found by the power
/// method truncated to the largest entries, from several starts.
fn greedy(w: &Array2<f64>, keep_rows: usize, keep_cols: usize) -> f64 {
    let heaviest = |axis: Axis| {
        let weights = w.map_axis(axis, |x| x.dot(&x));
        largest(&weights, 1)[0]
    };
    let starts = [
        w.row(heaviest(Axis(1))).to_owned(),
        w.t().dot(&w.column(heaviest(Axis(0)))),
        w.t().dot(&w.dot(&Array1::ones(w.ncols()))),
    ];
    let from = |start: &Array1<f64>| {
        let (mut x, mut rows, mut cols) = (start.clone(), Vec::new(), Vec::new());
        for _ in 0..GREEDY_ROUNDS {
            let kept_cols = largest(&x, keep_cols);
            let y = w
                .select(Axis(1), &kept_cols)
                .dot(&x.select(Axis(0), &kept_cols));
            let kept_rows = largest(&y, keep_rows);
            if kept_rows == rows && kept_cols == cols {
                break;
            }
            x = w
                .select(Axis(0), &kept_rows)
                .t()
                .dot(&y.select(Axis(0), &kept_rows));
            let size = x.iter().fold(0.0f64, |m, x| m.max(x.abs()));
            if !size.is_normal() {
                break;
            }
            x /= size;
            (rows, cols) = (kept_rows, kept_cols);
        }
        if rows.is_empty() {
            (rows, cols) = ((0..keep_rows).collect(), (0..keep_cols).collect());
        }
        spectral_norm(&part(w, &rows, &cols)).enclosure.lo()
    };
    let largest_entry = w.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    starts.iter().map(from).fold(largest_entry, f64::max)
}
