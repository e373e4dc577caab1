//! Energies of 8-bit inputs, and what one pass over the positions of a chain of
//! linear layers and ReLUs adds up; integers of its architecture.

use super::super::functions::{Machine, Op};
use super::super::number::Interval;
use super::{operator, total};
use crate::data::{Pixels, Sample};
use crate::network::{Conv, Graph, Op as Node, Shape};
use rayon::prelude::*;
use rug::{Integer, Rational};

/// The linear layers of a chain in which a ReLU follows each but the last, with
/// what they read; `None` for other networks.
pub fn chain(graph: &Graph) -> Option<Vec<(&Conv, Shape, Shape)>> {
    let nodes = graph.nodes();
    let alternates = nodes.iter().enumerate().skip(1).all(|(i, n)| {
        n.inputs == [i - 1]
            && match n.op {
                Node::Conv(_) => i % 2 == 1,
                Node::Relu => i % 2 == 0,
                _ => false,
            }
    });
    alternates.then(|| {
        graph
            .convs()
            .map(|(i, conv)| (conv, nodes[i - 1].shape, nodes[i].shape))
            .collect()
    })
}

fn reads(conv: &Conv, below: Shape, shape: Shape, q: usize) -> Vec<usize> {
    let at = [q / shape.width, q % shape.width];
    conv.window.taps(below, at).map(|(_, u)| u).collect()
}

/// A measurement of the sample by its name, in actual units; `None` if it is none
/// of these, or the sample is not of bytes.
pub fn measure(graph: &Graph, sample: &Sample, machine: &Machine, name: &str) -> Option<Interval> {
    let Pixels::U8(pixels) = sample.pixels() else {
        return None;
    };
    let square = |x: &Rational| Rational::from(x * x);
    let factor = square(sample.scale());
    let actual = |x: Integer| Interval::point(Rational::from(x) * &factor);
    let root = |x: Integer| machine.apply(Op::Sqrt, &[&actual(x)]).ok();
    let byte = |x: &u8| u64::from(*x) * u64::from(*x);
    let coordinates = || -> Vec<u64> {
        let mut sums = vec![0u64; pixels.ncols()];
        for row in pixels.rows() {
            for (sum, x) in sums.iter_mut().zip(row) {
                *sum += byte(x);
            }
        }
        sums
    };
    let positions = || -> Vec<Integer> {
        let sums = coordinates();
        let n = graph.input().positions();
        (0..n)
            .map(|u| total(sums.iter().skip(u).step_by(n).copied()))
            .collect()
    };
    let has_bias = graph.has_bias();
    let constant = || constant(sample, &factor);
    Some(match name {
        "sample_norm" => {
            let norms = pixels
                .rows()
                .into_iter()
                .map(|r| r.iter().map(byte).sum::<u64>());
            root(Integer::from(norms.max()?))?
        }
        "input_energy" => actual(total(coordinates())),
        "max_coordinate_energy" => actual(Integer::from(coordinates().into_iter().max()?)),
        "max_position_energy" if !has_bias => actual(positions().into_iter().max()?),
        "max_position_energy" => {
            let largest = Rational::from(positions().into_iter().max()?).max(constant());
            Interval::point(largest * &factor)
        }
        "patch_norm" => {
            let (conv, below, shape) = *chain(graph)?.first()?;
            let patches: Vec<Vec<usize>> = (0..shape.positions())
                .map(|q| reads(conv, below, shape, q))
                .collect();
            let n = below.positions();
            let mut largest = 0;
            for row in pixels.rows() {
                let squares: Vec<u64> = (0..n)
                    .map(|u| row.iter().skip(u).step_by(n).map(byte).sum())
                    .collect();
                for patch in &patches {
                    largest = largest.max(patch.iter().map(|u| squares[*u]).sum());
                }
            }
            root(Integer::from(largest))?
        }
        "path_energy" | "max_chain" => {
            let sums = name == "path_energy";
            let mut below_values: Vec<Rational> =
                positions().into_iter().map(Rational::from).collect();
            for (conv, below, shape) in chain(graph)? {
                let one = |q: usize| {
                    let mut parts: Vec<Rational> = reads(conv, below, shape, q)
                        .into_iter()
                        .map(|u| below_values[u].clone())
                        .collect();
                    if conv.bias.is_some() {
                        parts.push(constant());
                    }
                    let count = parts.len();
                    if sums {
                        parts.into_iter().sum()
                    } else {
                        let largest = parts.into_iter().reduce(Rational::max);
                        largest.unwrap_or_default() * Rational::from(count)
                    }
                };
                below_values = (0..shape.positions()).map(one).collect();
            }
            Interval::point(below_values.pop()? * &factor)
        }
        "operator_energy" => {
            let layers = chain(graph)?;
            let (conv, below, shape) = *layers.first()?;
            let n = below.positions();
            // Groups have smaller patches each, which the claim may be of.
            if conv.groups != 1 {
                return None;
            }
            let one = sample.scale().clone().recip();
            let bias = match &conv.bias {
                None => 0,
                // 1 in units of the bytes.
                Some(_) if one.is_integer() => one.numer().to_u64()?,
                Some(_) => return None,
            };
            // Every channel of the positions that an output reads.
            let columns = |q: usize| -> Vec<usize> {
                let channels = 0..below.channels;
                let read = reads(conv, below, shape, q);
                channels
                    .flat_map(|c| read.iter().map(move |u| c * n + u).collect::<Vec<_>>())
                    .collect()
            };
            let squared = |q: usize| operator::squared(pixels.view(), &columns(q), bias);
            let energies = (0..shape.positions()).into_par_iter().map(squared);
            let energies = energies.collect::<Option<Vec<_>>>()?;
            let side = |s: usize| -> Option<Rational> {
                let mut values: Vec<Rational> = energies.iter().map(|e| e[s].clone()).collect();
                for (conv, below, shape) in &layers[1..] {
                    let one = |q: usize| {
                        let sum: Rational = reads(conv, *below, *shape, q)
                            .into_iter()
                            .map(|u| &values[u])
                            .sum();
                        if conv.bias.is_some() {
                            sum + constant()
                        } else {
                            sum
                        }
                    };
                    values = (0..shape.positions()).map(one).collect();
                }
                Some(values.pop()? * &factor)
            };
            Interval::new(side(0)?, side(1)?)?
        }
        _ => return None,
    })
}

/// The energy of the constant 1, in units of the bytes.
fn constant(sample: &Sample, factor: &Rational) -> Rational {
    Rational::from(sample.len()) / factor
}

/// An integer of the architecture by its name.
pub fn architecture(graph: &Graph, name: &str) -> Option<Integer> {
    let layers = chain(graph)?;
    let of = |prefix: &str| {
        let l: usize = name.strip_prefix(prefix)?.parse().ok()?;
        layers.get(l.checked_sub(1)?)
    };
    let count = if let Some((conv, _, _)) = of("parameters_") {
        conv.kernel.len()
    } else if let Some((conv, _, _)) = of("kernel_area_") {
        conv.window.size[0] * conv.window.size[1]
    } else if let Some((conv, below, shape)) = of("fan_in_") {
        let most = (0..shape.positions())
            .map(|q| reads(conv, *below, *shape, q).len())
            .max();
        most? + usize::from(conv.bias.is_some())
    } else {
        match name {
            "layers" => layers.len(),
            "parameters" => layers.iter().map(|l| l.0.kernel.len()).sum(),
            "largest_layer" => layers.iter().map(|l| l.0.kernel.len()).max()?,
            "leaves" => {
                let mut reached = vec![true];
                for (conv, below, shape) in layers.iter().rev() {
                    let mut lower = vec![false; below.positions()];
                    for q in (0..shape.positions()).filter(|q| reached[*q]) {
                        reads(conv, *below, *shape, q)
                            .into_iter()
                            .for_each(|u| lower[u] = true);
                    }
                    reached = lower;
                }
                reached.iter().filter(|r| **r).count() + usize::from(graph.has_bias())
            }
            _ => return None,
        }
    };
    Some(Integer::from(count))
}
