//! Invariants of measurements: of functions, of losses, of paths.

use super::bounds::{input, pinsker};
use super::matrices::{self, with_w};
use super::{PRECISION, Property, Relation, convolution, networks, parameters, reversed, scaled};
use crate::conform::point::{Datum, Point};
use crate::conform::subject::Subject;
use crate::real::{Enclosure, Real};

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
        Some(("muthukumar-sulam-2023" | "ledent-2021", name)) => parameters::properties(name),
        Some(("convolution", _)) => convolution::properties(),
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
            networks::paths_counted(),
            networks::at_most_dense(),
        ],
        Some(("network", "operator-energy")) => networks::operator_energy(),
        Some(("network", name)) => networks::properties(name),
        _ => vec![],
    }
}

pub(super) fn at_most_one(about: &str) -> Property {
    let one = |_: &Point| Some(Enclosure::integer(PRECISION, 1));
    Property::single("at-most-1", about, Relation::AtMost(Box::new(one)))
}

fn losses() -> Vec<Property> {
    vec![
        at_most_one("a loss is at most 1"),
        networks::sample_permuted(&["outputs", "labels"]),
        networks::sample_doubled(&["outputs", "labels"]),
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
        Property::single(
            "at-least-0",
            "a radius is at least 0",
            Relation::AtLeast(Box::new(|_| Some(Enclosure::integer(PRECISION, 0)))),
        ),
        Property::new(
            "at-most-1",
            "a radius is at most 1 where xi is the largest norm of a row and zeta that of the input",
            Relation::AtMost(Box::new(|_| Some(Enclosure::integer(PRECISION, 1)))),
            |c| {
                let p = &c.inputs;
                let row = |x: Datum| {
                    let norm = Point::new().with("w", x).with_number("s1", "0");
                    let subject = Subject::find("matrix/reduced-row-norm").ok()?;
                    let norm = subject.value(&norm, PRECISION).ok()?;
                    // Of zeros any positive number is a bound.
                    let norm = if norm.hi() > 0 { norm } else { norm.int(1) };
                    Some(norm.to_decimal(40).1)
                };
                let xi = row(p.get("w")?.clone())?;
                let zeta = row(Datum::List(vec![p.get("x")?.clone()]))?;
                Some(vec![
                    p.clone().with_number("xi", &xi).with_number("zeta", &zeta),
                ])
            },
        ),
    ]
}
