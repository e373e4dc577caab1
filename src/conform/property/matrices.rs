//! Invariants of norms of matrices.

use super::{PRECISION, Property, Reference, Relation, reversed, scaled};
use crate::conform::point::{Datum, Point};
use crate::conform::subject::Subject;
use crate::real::{Enclosure, Real};

/// Those of one norm.
pub(super) fn properties(name: &str) -> Vec<Property> {
    [general(name), special(name)]
        .into_iter()
        .flatten()
        .collect()
}

/// A matrix made from one.
pub(super) fn with_w(p: &Point, f: impl Fn(&[Datum]) -> Vec<Datum>) -> Option<Point> {
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
fn of(name: &'static str) -> Reference {
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
