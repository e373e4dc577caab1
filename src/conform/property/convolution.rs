//! Invariants of the operator norm of a convolution.

use super::{PRECISION, Property, Relation, reversed, scaled};
use crate::conform::point::{Datum, Point};
use crate::conform::subject::Subject;
use crate::conform::vectors::reshaped;
use crate::real::{Enclosure, Real};

pub(super) fn properties() -> Vec<Property> {
    vec![
        Property::pair("scaled", "a norm is homogeneous", Relation::Times(2), |p| {
            scaled(p, "taps", 1)
        }),
        Property::pair(
            "mirrored",
            "with stride 1 the norm of the kernel turned by 180 degrees is the same",
            Relation::Equal,
            |p| {
                let turned = reversed(p.get("taps")?);
                (integer(p, "stride")? == 1).then(|| p.clone().with("taps", turned))
            },
        ),
        Property::pair(
            "axes-exchanged",
            "the value does not change if rows and columns are exchanged",
            Relation::Equal,
            exchanged,
        ),
        Property::pair(
            "non-decreasing-in-padding",
            "with stride 1 more zeros around only add outputs",
            Relation::NonDecreasing,
            |p| {
                let more = integer(p, "padding")?.checked_add(1)?.to_string();
                (integer(p, "stride")? == 1).then(|| p.clone().with_number("padding", &more))
            },
        ),
        Property::new(
            "at-least-the-kernel",
            "the norm is at least that of the reshaped kernel, where a window lies on the grid",
            Relation::AtLeast(Box::new(of_kernel)),
            |c| (integer(&c.inputs, "padding")? == 0).then(|| vec![c.inputs.clone()]),
        ),
        Property::single(
            "at-most-places-times-the-kernel",
            "the norm is at most sqrt(places) times that of the reshaped kernel: each input is read once by each place at most",
            Relation::AtMost(Box::new(|p| {
                let places = p.get("taps")?.entries().len();
                Some(of_kernel(p)? * Enclosure::integer(PRECISION, places).sqrt())
            })),
        ),
    ]
}

fn integer(p: &Point, name: &str) -> Option<usize> {
    match p.get(name)? {
        Datum::Number(x) => x.parse().ok(),
        Datum::List(_) => None,
    }
}

/// The spectral norm of the reshaped kernel.
fn of_kernel(p: &Point) -> Option<Enclosure> {
    let w = Point::new().with("w", reshaped(p.get("taps")?)?);
    Subject::find("matrix/spectral")
        .ok()?
        .value(&w, PRECISION)
        .ok()
}

fn exchanged(p: &Point) -> Option<Point> {
    let taps = p.get("taps")?.entries();
    let columns = integer(p, "kernel_columns")?;
    let rows = taps.len().checked_div(columns)?;
    let turned = (0..columns).flat_map(|c| (0..rows).map(move |r| r * columns + c));
    let turned = turned
        .map(|t| taps.get(t).cloned())
        .collect::<Option<_>>()?;
    let (i, j) = (
        p.get("input_rows")?.clone(),
        p.get("input_columns")?.clone(),
    );
    Some(
        p.clone()
            .with("taps", Datum::List(turned))
            .with_number("kernel_columns", &rows.to_string())
            .with("input_rows", j)
            .with("input_columns", i),
    )
}
