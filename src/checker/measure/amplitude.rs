//! rho and the block path norm of a chain of linear layers and ReLUs.
//!
//! *rho* is the product of the layers' Frobenius norms, the head centred (the mean
//! over the classes subtracted from each row). A hidden channel may be divided by a
//! positive factor before its ReLU and multiplied by it after, which changes no
//! output: any factors give a valid rho. The certificate does not say which it
//! used; the checker looks for factors of its own that come as low.

use super::super::functions::{Machine, Op};
use super::super::number::Interval;
use super::paths::chain;
use crate::network::Conv;
use rug::{Float, Rational};

/// Sweeps over the layers, in short floats and in long ones.
const SWEEPS: usize = 40;
const LAST_SWEEPS: usize = 10;

/// The entries of a kernel as rationals: output channel, input channel, tap; those
/// of the head centred.
fn entries(conv: &Conv, head: bool) -> Option<Vec<Vec<Vec<Rational>>>> {
    let (out, inputs, rows, columns) = conv.kernel.dim();
    let at = |o: usize, i: usize, t: usize| {
        Rational::from_f64(conv.kernel[[o, i, t / columns, t % columns]])
    };
    let mut all = Vec::with_capacity(out);
    for o in 0..out {
        let mut of_output = Vec::with_capacity(inputs);
        for i in 0..inputs {
            let taps: Option<Vec<Rational>> = (0..rows * columns).map(|t| at(o, i, t)).collect();
            of_output.push(taps?);
        }
        all.push(of_output);
    }
    if head {
        for i in 0..inputs {
            for t in 0..rows * columns {
                let sum: Rational = all.iter().map(|o| &o[i][t]).sum();
                let mean = sum / out as u64;
                all.iter_mut().for_each(|o| o[i][t] -= &mean);
            }
        }
    }
    Some(all)
}

/// Sums of squares by output and input channel.
fn squares(conv: &Conv, head: bool) -> Option<Vec<Vec<Rational>>> {
    let of_taps = |taps: &Vec<Rational>| taps.iter().map(|w| Rational::from(w * w)).sum();
    let all = entries(conv, head)?;
    Some(
        all.iter()
            .map(|o| o.iter().map(of_taps).collect())
            .collect(),
    )
}

/// The square of the norm of a layer whose inputs are divided, and outputs
/// multiplied, by roots of these factors.
fn scaled(squares: &[Vec<Rational>], below: &[Rational], own: &[Rational]) -> Rational {
    let row = |(s, t): (&Vec<Rational>, &Rational)| -> Rational {
        s.iter()
            .zip(below)
            .map(|(s, b)| Rational::from(s / b))
            .sum::<Rational>()
            * t
    };
    squares.iter().zip(own).map(row).sum()
}

/// A value of rho that is at most `wanted`, if factors are found that give one.
pub fn rho(
    graph: &crate::network::Graph,
    machine: &Machine,
    wanted: &Rational,
) -> Option<Interval> {
    let layers = chain(graph)?;
    if layers
        .iter()
        .any(|(conv, ..)| conv.bias.is_some() || conv.groups != 1)
    {
        return None;
    }
    let last = layers.len() - 1;
    let exact: Vec<Vec<Vec<Rational>>> = layers
        .iter()
        .enumerate()
        .map(|(l, (conv, ..))| squares(conv, l == last))
        .collect::<Option<_>>()?;
    let root = |square: Rational| machine.apply(Op::Sqrt, &[&Interval::point(square)]).ok();
    let product = |factors: &[Vec<Float>]| -> Option<Interval> {
        let one = |n: usize| vec![Rational::from(1); n];
        let mut below = one(exact[0].first()?.len());
        let mut square = Rational::from(1);
        for (l, squares) in exact.iter().enumerate() {
            let own: Vec<Rational> = match factors.get(l) {
                Some(t) => t.iter().map(Float::to_rational).collect::<Option<_>>()?,
                None => one(squares.len()),
            };
            // Rounded up, so that the numbers stay short.
            let norm = Interval::point(scaled(squares, &below, &own)).outward(machine.bits())?;
            square *= norm.hi();
            below = own;
        }
        root(square)
    };
    let plain = product(&[])?;
    if plain.hi() <= wanted {
        return Some(plain);
    }
    // What is above the least value may still be below the certificate's.
    product(&factors(&exact)).filter(|found| found.hi() <= wanted)
}

/// Squared factors of the hidden channels that make the product of norms small:
/// each in turn balances what it receives against what it passes on. Many sweeps
/// in short floats, the last in long ones.
fn factors(exact: &[Vec<Vec<Rational>>]) -> Vec<Vec<Float>> {
    let hidden = exact.len() - 1;
    let mut factors: Vec<Vec<Float>> = exact[..hidden]
        .iter()
        .map(|s| vec![Float::with_val(64, 1); s.len()])
        .collect();
    for (bits, sweeps) in [(64, SWEEPS), (192, LAST_SWEEPS)] {
        let squares: Vec<Vec<Vec<Float>>> = exact
            .iter()
            .map(|layer| {
                let row = |o: &Vec<Rational>| o.iter().map(|x| Float::with_val(bits, x)).collect();
                layer.iter().map(row).collect()
            })
            .collect();
        // With one hidden layer the first sweep is the last.
        for _ in 0..if hidden == 1 { 1 } else { sweeps } {
            for l in 0..hidden {
                sweep(&squares, &mut factors, l, bits);
            }
        }
    }
    factors
}

fn sweep(squares: &[Vec<Vec<Float>>], factors: &mut [Vec<Float>], l: usize, bits: u32) {
    let zero = || Float::new(bits);
    let channels = squares[l].len();
    let (mut received, mut passed) = (vec![zero(); channels], vec![zero(); channels]);
    for (sum, row) in received.iter_mut().zip(&squares[l]) {
        for (i, s) in row.iter().enumerate() {
            match l.checked_sub(1).map(|k| &factors[k][i]) {
                None => *sum += s,
                Some(t) => *sum += Float::with_val(bits, s / t),
            }
        }
    }
    for (o, row) in squares[l + 1].iter().enumerate() {
        for (sum, s) in passed.iter_mut().zip(row) {
            match factors.get(l + 1).map(|t| &t[o]) {
                None => *sum += s,
                Some(t) => *sum += Float::with_val(bits, s * t),
            }
        }
    }
    for (t, (p, q)) in factors[l].iter_mut().zip(received.iter().zip(&passed)) {
        // Minimises (sum p t)(sum q/t): t proportional to sqrt(q/p).
        let better = Float::with_val(bits, q / p).sqrt();
        if better.is_normal() && better > 0 {
            *t = better;
        }
    }
}

/// The sum over classes and paths through the positions of products of Frobenius
/// norms of taps, the head's rows centred and taken one by one.
pub fn block_path_norm(graph: &crate::network::Graph, machine: &Machine) -> Option<Interval> {
    let layers = chain(graph)?;
    let last = layers.len() - 1;
    let root = |square: Rational| machine.apply(Op::Sqrt, &[&Interval::point(square)]).ok();
    let bits = machine.bits();
    let mut values = vec![Interval::point(1); graph.input().positions()];
    for (l, (conv, below, shape)) in layers.iter().enumerate() {
        if conv.bias.is_some() {
            return None;
        }
        let all = entries(conv, l == last)?;
        let taps = all.first()?.first()?.len();
        let mut norms = Vec::with_capacity(taps);
        for t in 0..taps {
            let of = |o: &Vec<Vec<Rational>>| -> Rational {
                o.iter()
                    .map(|taps| Rational::from(&taps[t] * &taps[t]))
                    .sum()
            };
            norms.push(if l == last {
                all.iter()
                    .try_fold(Interval::point(0), |sum, o| Some(sum.add(&root(of(o))?)))?
            } else {
                root(all.iter().map(of).sum())?
            });
        }
        let one = |q: usize| -> Option<Interval> {
            let at = [q / shape.width, q % shape.width];
            let mut sum = Interval::point(0);
            for (t, u) in conv.window.taps(*below, at) {
                sum = sum.add(&norms[t].mul(&values[u])).outward(bits)?;
            }
            Some(sum)
        };
        values = (0..shape.positions()).map(one).collect::<Option<_>>()?;
    }
    values.pop()
}
