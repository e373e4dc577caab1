//! Invariants of measurements: of norms, of losses, of paths.

use super::bounds::{input, pinsker};
use super::{PRECISION, Property, Relation, reversed, scaled, times};
use crate::conform::point::{Datum, Point};
use crate::conform::strategy::fit;
use crate::conform::subject::Subject;
use crate::real::{Enclosure, Real};

pub(super) fn properties(id: &str) -> Vec<Property> {
    match id.split_once('/') {
        Some(("matrix", name)) => [general(name), special(name)]
            .into_iter()
            .flatten()
            .collect(),
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

/// A matrix made from one.
fn with_w(p: &Point, f: impl Fn(&[Datum]) -> Vec<Datum>) -> Option<Point> {
    let w = p.get("w")?.entries();
    Some(p.clone().with("w", Datum::List(f(w))))
}

/// One more of what is left out.
fn one_more(p: &Point, name: &str) -> Point {
    match p.get(name) {
        Some(Datum::Number(x)) => match x.parse::<u64>() {
            Ok(n) => p.clone().with_number(name, &(n + 1).to_string()),
            Err(_) => p.clone(),
        },
        _ => p.clone(),
    }
}

/// What all norms of a matrix share.
fn general(name: &str) -> Vec<Property> {
    if name == "distance-squared" {
        return vec![
            Property::pair("symmetric", "||W-V|| = ||V-W||", Relation::Equal, |p| {
                let (w, v) = (p.get("w")?.clone(), p.get("v")?.clone());
                Some(p.clone().with("w", v).with("v", w))
            }),
            Property::pair(
                "scaled",
                "the square of a norm is homogeneous of degree 2",
                Relation::Times(4),
                |p| scaled(&scaled(p, "w", 1)?, "v", 1),
            ),
        ];
    }
    let factor = if name == "babel" { 1 } else { 2 };
    let about = if name == "babel" {
        "the babel function does not change with the scale of W"
    } else {
        "a norm is homogeneous"
    };
    let mut all = vec![
        Property::pair(
            "rows-permuted",
            "the value does not change with the order of the rows: of hidden neurons",
            Relation::Equal,
            |p| with_w(p, |w| w.iter().rev().cloned().collect()),
        ),
        Property::pair(
            "columns-permuted",
            "the value does not change with the order of the columns",
            Relation::Equal,
            |p| with_w(p, |w| w.iter().map(reversed).collect()),
        ),
        Property::pair(
            "negated",
            "the value of -W is that of W",
            Relation::Equal,
            |p| {
                let w = p.get("w")?.map(&mut |x| match x.strip_prefix('-') {
                    Some(x) => x.to_owned(),
                    None => format!("-{x}"),
                });
                Some(p.clone().with("w", w))
            },
        ),
        Property::pair("scaled", about, Relation::Times(factor), |p| {
            scaled(p, "w", 1)
        }),
    ];
    // The babel function may choose the column of zeros instead of another.
    if name != "babel" {
        all.push(Property::pair(
            "dead-input",
            "a column of zeros, left out with one more of s1, changes nothing",
            Relation::Equal,
            |p| {
                let zero = |r: &Datum| Datum::List([r.entries(), &[Datum::number("0")]].concat());
                let p = with_w(p, |w| w.iter().map(zero).collect())?;
                Some(one_more(&one_more(&p, "s1"), "s"))
            },
        ));
    }
    if name != "output-difference" {
        all.push(Property::pair(
            "dead-neuron",
            "a row of zeros, left out with one more of s2, changes nothing",
            Relation::Equal,
            |p| {
                let columns = p.get("w")?.entries().first()?.entries().len();
                let zeros = Datum::numbers(vec!["0"; columns]);
                let p = with_w(p, |w| [w, std::slice::from_ref(&zeros)].concat())?;
                Some(one_more(&p, "s2"))
            },
        ));
    }
    all
}

/// The value of another measurement of the same matrix.
fn of(name: &'static str) -> super::Reference {
    Box::new(move |p| {
        let subject = Subject::find(name).ok()?;
        let mut q = Point::new();
        for f in subject.fields() {
            q.set(f.name, p.get(f.name)?.clone());
        }
        subject.value(&q, PRECISION).ok()
    })
}

fn transposed(p: &Point) -> Option<Point> {
    let w = p.get("w")?.entries();
    let columns = w.first()?.entries().len();
    let column = |j: usize| Datum::List(w.iter().map(|r| r.entries()[j].clone()).collect());
    let mut q = p
        .clone()
        .with("w", Datum::List((0..columns).map(column).collect()));
    if let (Some(s2), Some(s1)) = (p.get("s2").cloned(), p.get("s1").cloned()) {
        q.set("s2", s1);
        q.set("s1", s2);
    }
    Some(q)
}

fn special(name: &str) -> Vec<Property> {
    let transposition = || {
        Property::pair(
            "transposed",
            "the value of the transpose is the same",
            Relation::Equal,
            transposed,
        )
    };
    match name {
        "spectral" => vec![
            transposition(),
            Property::single(
                "at-most-frobenius",
                "the spectral norm is at most the Frobenius norm",
                Relation::AtMost(of("matrix/frobenius")),
            ),
        ],
        "frobenius" => vec![
            transposition(),
            Property::single(
                "at-least-spectral",
                "the Frobenius norm is at least the spectral norm",
                Relation::AtLeast(of("matrix/spectral")),
            ),
        ],
        "sparse-norm" => vec![
            transposition(),
            Property::single(
                "at-most-spectral",
                "the sparse norm is at most the spectral norm",
                Relation::AtMost(of("matrix/spectral")),
            ),
            Property::single(
                "at-least-a-row",
                "the sparse norm is at least the largest reduced row norm",
                Relation::AtLeast(of("matrix/reduced-row-norm")),
            ),
            Property::single(
                "at-most-babel-bound",
                "Lemma 18: the sparse norm is at most the reduced row norm times sqrt(1 + mu)",
                Relation::AtMost(Box::new(|p| {
                    let (row, mu) = (of("matrix/reduced-row-norm")(p)?, of("matrix/babel")(p)?);
                    let one = mu.int(1);
                    Some(row * &(mu + one).sqrt())
                })),
            ),
        ],
        "babel" => vec![Property::new(
            "zero-for-one-row",
            "mu = 0 at s2 = d2-1",
            Relation::AtMost(Box::new(|_| Some(Enclosure::integer(PRECISION, 0)))),
            |c| {
                let rows = c.inputs.get("w")?.entries().len();
                Some(vec![
                    c.inputs.clone().with_number("s2", &(rows - 1).to_string()),
                ])
            },
        )],
        _ => vec![],
    }
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
