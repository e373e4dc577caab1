//! Invariants of what is measured of a whole network, and of a sample through it.

use super::measurements::at_most_one;
use super::{PRECISION, Property, Reference, Relation, reversed, scaled, times};
use crate::conform::measurement::greedy;
use crate::conform::point::{Datum, Point};
use crate::conform::strategy::fit;
use crate::conform::subject::{Subject, number};
use crate::measure::definition::{Window, path_energy};
use crate::real::{Enclosure, Real};

pub(super) fn properties(name: &str) -> Vec<Property> {
    let own = match name {
        "smallest-margin" => vec![margins(), vec![neuron_rescaled(), dead_neuron()]],
        "margin-loss" => vec![margin_loss(), vec![neuron_rescaled(), dead_neuron()]],
        "greedy-activity-ratio" => vec![activity()],
        "sparse-loss" => vec![sparse_loss()],
        "path-norm" => vec![vec![classes_permuted(), dead_neuron(), neuron_rescaled()]],
        _ => vec![vec![classes_permuted(), dead_neuron()]],
    };
    let neurons = [hidden_permuted(), layers_rescaled()];
    neurons
        .into_iter()
        .chain(own.into_iter().flatten())
        .collect()
}

fn margin_loss() -> Vec<Property> {
    vec![
        at_most_one("a loss is at most 1"),
        sample_permuted(&["sample", "labels"]),
        sample_doubled(&["sample", "labels"]),
        Property::pair(
            "inputs-and-margin-rescaled",
            "the value does not change if inputs and margin are doubled",
            Relation::Equal,
            |p| scaled(&scaled(p, "sample", 1)?, "gamma", 1),
        ),
    ]
}

fn layers(p: &Point) -> Option<Vec<Datum>> {
    p.get("layers").map(|x| x.entries().to_vec())
}

/// With two layers at least.
fn deep(p: &Point) -> Option<Vec<Datum>> {
    layers(p).filter(|w| w.len() >= 2)
}

fn put(p: &Point, layers: Vec<Datum>) -> Point {
    fit(p.clone().with("layers", Datum::List(layers)))
}

fn hidden_permuted() -> Property {
    Property::pair(
        "hidden-neurons-permuted",
        "the value does not change with the order of hidden neurons",
        Relation::Equal,
        |p| {
            let mut w = deep(p)?;
            w[0] = reversed(&w[0]);
            w[1] = Datum::List(w[1].entries().iter().map(reversed).collect());
            Some(put(p, w))
        },
    )
}

fn classes_permuted() -> Property {
    Property::pair(
        "classes-permuted",
        "the value does not change with the order of the classes",
        Relation::Equal,
        |p| {
            let mut w = layers(p)?;
            let last = w.pop()?;
            w.push(reversed(&last));
            Some(put(p, w))
        },
    )
}

fn dead_neuron() -> Property {
    Property::pair(
        "dead-neuron",
        "a hidden neuron without weights changes nothing",
        Relation::Equal,
        |p| {
            let mut w = deep(p)?;
            let inputs = w[0].entries().first()?.entries().len();
            let dead = Datum::numbers(vec!["0"; inputs]);
            w[0] = Datum::List([w[0].entries(), &[dead]].concat());
            let longer = |r: &Datum| Datum::List([r.entries(), &[Datum::number("0")]].concat());
            w[1] = Datum::List(w[1].entries().iter().map(longer).collect());
            Some(put(p, w))
        },
    )
}

fn layers_rescaled() -> Property {
    Property::pair(
        "layers-rescaled",
        "the value does not change if a layer is doubled and the next halved",
        Relation::Equal,
        |p| {
            let mut w = deep(p)?;
            w[0] = w[0].map(&mut |x| times(x, 1));
            w[1] = w[1].map(&mut |x| times(x, -1));
            Some(put(p, w))
        },
    )
}

fn neuron_rescaled() -> Property {
    Property::pair(
        "neuron-rescaled",
        "the value does not change if a neuron's inputs are doubled and its outputs halved",
        Relation::Equal,
        |p| {
            let mut w = deep(p)?;
            let mut rows = w[0].entries().to_vec();
            rows[0] = rows[0].map(&mut |x| times(x, 1));
            w[0] = Datum::List(rows);
            let halved = |r: &Datum| {
                let mut xs = r.entries().to_vec();
                xs[0] = xs[0].map(&mut |x| times(x, -1));
                Datum::List(xs)
            };
            w[1] = Datum::List(w[1].entries().iter().map(halved).collect());
            Some(put(p, w))
        },
    )
}

pub(super) fn sample_permuted(names: &'static [&'static str]) -> Property {
    Property::pair(
        "sample-permuted",
        "the value does not change with the order of the sample",
        Relation::Equal,
        move |p| {
            let mut q = p.clone();
            for name in names {
                q.set(name, reversed(p.get(name)?));
            }
            Some(q)
        },
    )
}

pub(super) fn sample_doubled(names: &'static [&'static str]) -> Property {
    Property::pair(
        "sample-doubled",
        "the value does not change if every sample is taken twice",
        Relation::Equal,
        move |p| {
            let mut q = p.clone();
            for name in names {
                let x = p.get(name)?.entries();
                q.set(name, Datum::List([x, x].concat()));
            }
            Some(q)
        },
    )
}

fn margins() -> Vec<Property> {
    let of_first: Reference = Box::new(|p| {
        let mut q = p.clone();
        for name in ["sample", "labels"] {
            q.set(
                name,
                Datum::List(vec![p.get(name)?.entries().first()?.clone()]),
            );
        }
        Subject::find("network/smallest-margin")
            .ok()?
            .value(&q, PRECISION)
            .ok()
    });
    vec![
        sample_permuted(&["sample", "labels"]),
        sample_doubled(&["sample", "labels"]),
        Property::single(
            "at-most-the-first",
            "the smallest margin is at most that of the first sample",
            Relation::AtMost(of_first),
        ),
        Property::pair(
            "inputs-rescaled",
            "margins double with the inputs: there are no biases",
            Relation::Times(2),
            |p| scaled(p, "sample", 1),
        ),
    ]
}

fn activity() -> Vec<Property> {
    vec![
        at_most_one("kappa is in (0, 1]"),
        Property::single(
            "above-0",
            "kappa is in (0, 1]: one unit of every layer stays active",
            Relation::AtLeast(Box::new(|p| {
                let layers = layers(p)?;
                let size = layers.iter().map(|w| w.leaves().len()).sum::<usize>();
                let all = Enclosure::integer(PRECISION, size);
                Some(Enclosure::integer(PRECISION, layers.len()) / all)
            })),
        ),
        Property::pair(
            "inputs-and-bound-rescaled",
            "the value does not change if the input and zeta_0 are doubled",
            Relation::Equal,
            |p| scaled(&scaled(p, "x", 1)?, "zeta_0", 1),
        ),
    ]
}

fn at_most_zero(name: &str, about: &str, calls: fn(&Point) -> Option<Point>) -> Property {
    let zero: Reference = Box::new(|_| Some(Enclosure::integer(PRECISION, 0)));
    Property::new(name, about, Relation::AtMost(zero), move |c| {
        Some(vec![calls(&c.inputs)?])
    })
}

fn sparse_loss() -> Vec<Property> {
    vec![
        at_most_one("a loss is at most 1"),
        sample_permuted(&["sample"]),
        sample_doubled(&["sample"]),
        Property::pair(
            "inputs-and-bound-rescaled",
            "the value does not change if inputs and zeta_0 are doubled",
            Relation::Equal,
            |p| scaled(&scaled(p, "sample", 1)?, "zeta_0", 1),
        ),
        at_most_zero(
            "greedy-is-safe",
            "S(3 gamma) of a sample of one is 0 at its own greedy s*",
            |p| {
                let s = greedy(p, PRECISION)?;
                let first = p.get("sample")?.entries().first()?.clone();
                let s = Datum::numbers(s.iter().map(usize::to_string));
                let p = p.clone().with("sample", Datum::List(vec![first]));
                Some(p.with("inactive", s).with_number("times", "3"))
            },
        ),
        at_most_zero(
            "no-condition-no-loss",
            "nothing is lost where no unit is to be inactive",
            |p| {
                let none = p.get("inactive")?.map(&mut |_| "0".into());
                Some(p.clone().with("inactive", none))
            },
        ),
    ]
}

/// Paths walked at most, for one case.
const MOST_PATHS: usize = 20_000;

fn energies(p: &Point) -> Option<Vec<Enclosure>> {
    let each = p.get("energies")?.leaves().into_iter();
    each.map(|x| number("energies", x, PRECISION).ok())
        .collect()
}

fn windows(p: &Point) -> Option<Vec<Window>> {
    let integers = |name: &str| -> Option<Vec<usize>> {
        let each = p.get(name)?.leaves().into_iter();
        each.map(|x| x.parse().ok()).collect()
    };
    let [kernels, strides, paddings] = ["kernels", "strides", "paddings"].map(integers);
    let each = kernels?.into_iter().zip(strides?).zip(paddings?);
    Some(each.map(|((k, s), p)| [k, s, p]).collect())
}

pub(super) fn paths_counted() -> Property {
    let counted = |p: &Point| path_energy(&energies(p)?, &windows(p)?, MOST_PATHS);
    Property::new(
        "paths-counted",
        "the path energy is that of all paths, walked one by one",
        Relation::Is(Box::new(counted)),
        move |c| {
            counted(&c.inputs)?;
            Some(vec![c.inputs.clone()])
        },
    )
}

pub(super) fn operator_energy() -> Vec<Property> {
    // A spectral norm is at most the Frobenius norm of what a position reads.
    let of_energies: Reference = Box::new(|p| {
        let sample = p.get("sample")?.entries();
        let columns = sample.first()?.entries().len();
        let energy = |j: usize| {
            let each = sample.iter().map(|x| match x.entries().get(j)? {
                Datum::Number(x) => number("sample", x, PRECISION).ok(),
                Datum::List(_) => None,
            });
            let zero = Enclosure::integer(PRECISION, 0);
            each.map(|x| x.map(|x| x.powi(2)))
                .try_fold(zero, |sum, x| Some(sum + x?))
        };
        let energies = (0..columns).map(energy).collect::<Option<Vec<_>>>()?;
        path_energy(&energies, &windows(p)?, MOST_PATHS)
    });
    vec![
        sample_permuted(&["sample"]),
        Property::pair(
            "scaled",
            "O^2 is multiplied by 4 if the inputs are doubled",
            Relation::Times(4),
            |p| scaled(p, "sample", 1),
        ),
        Property::single(
            "at-most-the-path-energy",
            "O^2 is at most the path energy of the same sample",
            Relation::AtMost(of_energies),
        ),
    ]
}

/// The dense network of the same function has one neuron for all positions of a layer.
/// Without padding its norm is sqrt(N_l) times the kernel's, so that S+ of the
/// convolution is at most that of the dense network if M <= prod N_l sum E; with padding
/// the norm can be smaller, but this is so still.
pub(super) fn at_most_dense() -> Property {
    let dense = |p: &Point| {
        let energies = energies(p)?;
        let mut n = energies.len();
        let zero = energies.first()?.int(0);
        let mut bound = energies.iter().fold(zero, |s, e| s + e);
        for [length, stride, padding] in windows(p)? {
            let padded = padding.checked_mul(2)?.checked_add(n)?;
            n = padded.checked_sub(length)?.checked_div(stride)? + 1;
            bound = bound.clone() * Enclosure::integer(PRECISION, n);
        }
        Some(bound)
    };
    Property::single(
        "at-most-dense",
        "the path energy is at most the sum of energies times the positions of every layer: S+ of a convolution is at most the dense bound",
        Relation::AtMost(Box::new(dense)),
    )
}
