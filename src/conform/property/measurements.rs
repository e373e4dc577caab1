//! Invariants of measurements: of functions, of losses, of paths.

use super::bounds::{input, pinsker};
use super::matrices::{self, with_w};
use super::{PRECISION, Property, Relation, reversed, scaled, times};
use crate::conform::point::{Datum, Point};
use crate::conform::strategy::fit;
use crate::real::Enclosure;

pub(super) fn properties(id: &str) -> Vec<Property> {
    match id.split_once('/') {
        Some(("matrix", name)) => matrices::properties(name),
        Some(("function", "kl-inverse")) => vec![
            Property::single(
                "at-least-q",
                "kl^{-1}(q,c) >= q",
                Relation::AtLeast(Box::new(|p| input(p, "q"))),
            ),
            Property::single(
                "at-most-pinsker",
                "kl^{-1}(q,c) <= q + sqrt(c/2)",
                Relation::AtMost(Box::new(pinsker)),
            ),
            at_most_one("a probability is at most 1"),
        ],
        Some(("sample", "sparse-radius")) => radius(),
        Some(("sample", _)) => losses(),
        Some(("network", "activity-ratio")) => vec![
            at_most_one("kappa is in (0, 1]"),
            Property::pair(
                "one-if-all-active",
                "kappa does not fall when all units become active",
                Relation::NonDecreasing,
                |p| {
                    let none = p.get("inactive")?.map(&mut |_| "0".into());
                    Some(p.clone().with("inactive", none))
                },
            ),
        ],
        Some(("network", "path-energy")) => vec![
            Property::pair(
                "linear-in-energies",
                "the path energy doubles with all energies",
                Relation::Times(2),
                |p| scaled(p, "energies", 1),
            ),
            Property::pair(
                "mirrored",
                "the path energy of mirrored inputs is the same, where the windows cover the grid",
                Relation::Equal,
                |p| {
                    // With stride 1 nothing is left over on one side.
                    let ones = p.get("strides")?.leaves().iter().all(|s| *s == "1");
                    ones.then(|| p.get("energies").map(reversed))
                        .flatten()
                        .map(|e| p.clone().with("energies", e))
                },
            ),
        ],
        Some(("network", name)) => network(name),
        _ => vec![],
    }
}

fn at_most_one(about: &str) -> Property {
    let one = |_: &Point| Some(Enclosure::integer(PRECISION, 1));
    Property::single("at-most-1", about, Relation::AtMost(Box::new(one)))
}

fn losses() -> Vec<Property> {
    vec![
        at_most_one("a loss is at most 1"),
        Property::pair(
            "sample-permuted",
            "the value does not change with the order of the sample",
            Relation::Equal,
            |p| {
                let (outputs, labels) = (reversed(p.get("outputs")?), reversed(p.get("labels")?));
                Some(p.clone().with("outputs", outputs).with("labels", labels))
            },
        ),
        Property::pair(
            "sample-doubled",
            "the value does not change if every sample is taken twice",
            Relation::Equal,
            |p| {
                let mut q = p.clone();
                for name in ["outputs", "labels"] {
                    let x = p.get(name)?.entries();
                    q.set(name, Datum::List([x, x].concat()));
                }
                Some(q)
            },
        ),
        Property::pair(
            "outputs-and-margin-rescaled",
            "the value does not change if outputs and margin are doubled",
            Relation::Equal,
            |p| scaled(&scaled(p, "outputs", 1)?, "gamma", 1),
        ),
    ]
}

fn radius() -> Vec<Property> {
    vec![
        Property::pair(
            "rows-permuted",
            "the value does not change with the order of the neurons",
            Relation::Equal,
            |p| with_w(p, |w| w.iter().rev().cloned().collect()),
        ),
        Property::pair(
            "rescaled",
            "the value does not change if W and xi are doubled",
            Relation::Equal,
            |p| scaled(&scaled(p, "w", 1)?, "xi", 1),
        ),
    ]
}

fn network(name: &str) -> Vec<Property> {
    let layers = |p: &Point| p.get("layers").map(|x| x.entries().to_vec());
    let put = |p: &Point, layers: Vec<Datum>| fit(p.clone().with("layers", Datum::List(layers)));
    let mut all = vec![
        Property::pair(
            "hidden-neurons-permuted",
            "the value does not change with the order of hidden neurons",
            Relation::Equal,
            move |p| {
                let mut w = layers(p)?;
                if w.len() < 2 {
                    return None;
                }
                w[0] = reversed(&w[0]);
                w[1] = Datum::List(w[1].entries().iter().map(reversed).collect());
                Some(put(p, w))
            },
        ),
        Property::pair(
            "classes-permuted",
            "the value does not change with the order of the classes",
            Relation::Equal,
            move |p| {
                let mut w = layers(p)?;
                let last = w.pop()?;
                w.push(reversed(&last));
                Some(put(p, w))
            },
        ),
        Property::pair(
            "dead-neuron",
            "a hidden neuron without weights changes nothing",
            Relation::Equal,
            move |p| {
                let mut w = layers(p)?;
                if w.len() < 2 {
                    return None;
                }
                let inputs = w[0].entries().first()?.entries().len();
                let dead = Datum::numbers(vec!["0"; inputs]);
                w[0] = Datum::List([w[0].entries(), &[dead]].concat());
                let longer = |r: &Datum| Datum::List([r.entries(), &[Datum::number("0")]].concat());
                w[1] = Datum::List(w[1].entries().iter().map(longer).collect());
                Some(put(p, w))
            },
        ),
        Property::pair(
            "layers-rescaled",
            "the value does not change if a layer is doubled and the next halved",
            Relation::Equal,
            move |p| {
                let mut w = layers(p)?;
                if w.len() < 2 {
                    return None;
                }
                w[0] = w[0].map(&mut |x| times(x, 1));
                w[1] = w[1].map(&mut |x| times(x, -1));
                Some(put(p, w))
            },
        ),
    ];
    if name == "path-norm" {
        all.push(Property::pair(
            "neuron-rescaled",
            "the value does not change if a neuron's inputs are doubled and its outputs halved",
            Relation::Equal,
            move |p| {
                let mut w = layers(p)?;
                if w.len() < 2 {
                    return None;
                }
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
        ));
    }
    all
}
