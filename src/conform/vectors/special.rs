//! Edges of several inputs at once: networks of one layer, matrices that break code,
//! samples with ties.

use super::super::point::{Datum, Point};
use super::super::subject::{Field, Kind};
use super::usual::rows;
use crate::bound::Domain;

/// One layer, many, and layers that differ.
pub(super) fn layered(fields: &[Field], base: &Point) -> Vec<(Point, &'static str, String)> {
    let with = |n: usize, each: &dyn Fn(&Field, usize) -> String| {
        let mut p = base.clone();
        for f in fields {
            let n = match f.kind {
                Kind::Layers => n,
                Kind::HiddenLayers => n - 1,
                _ => continue,
            };
            p.set(f.name, Datum::numbers((0..n).map(|i| each(f, i))));
        }
        p
    };
    let integer = |f: &Field| f.domain.is_some_and(Domain::is_integer);
    let fraction = |f: &Field| f.domain == Some(Domain::Fraction);
    let equal = |f: &Field, _: usize| match f {
        f if integer(f) => "100".into(),
        f if fraction(f) => "0.03125".into(),
        _ => "1.25".to_owned(),
    };
    let differ = |f: &Field, i: usize| match f {
        f if integer(f) => (10u64.pow(i as u32) * 7).to_string(),
        f if fraction(f) => format!("{}", 0.5f64.powi(i as i32 + 2)),
        _ => ["0.03125", "7", "300", "0.5"][i % 4].to_owned(),
    };
    vec![
        (with(1, &equal), "OneLayer", "K = 0".into()),
        (with(2, &equal), "OneLayer", "K = 1".into()),
        (with(12, &equal), "ManyLayers", "K = 11".into()),
        (with(4, &differ), "LayersDiffer", "K = 3".into()),
    ]
}

/// Matrices that break code, with the flag that says how.
pub(super) fn matrices() -> Vec<(&'static str, Datum)> {
    vec![
        (
            "Usual",
            rows(&[
                &["1", "-0.5", "0.25"],
                &["0.75", "2", "-1.5"],
                &["-0.25", "0.5", "3"],
            ]),
        ),
        ("OneEntry", rows(&[&["-2.5"]])),
        ("OneRow", rows(&[&["3", "-4", "12", "0.5"]])),
        ("OneColumn", rows(&[&["3"], &["-4"], &["12"], &["0.5"]])),
        ("ZeroMatrix", rows(&[&["0", "0"], &["0", "0"], &["0", "0"]])),
        (
            "ZeroRows",
            rows(&[
                &["0", "0", "0"],
                &["1", "-2", "3"],
                &["0", "0", "0"],
                &["2", "1", "0.5"],
            ]),
        ),
        (
            "Ties",
            rows(&[&["1", "-1", "1"], &["-1", "1", "1"], &["1", "1", "1"]]),
        ),
        (
            "NegativeProducts",
            rows(&[
                &["1", "2", "0.5"],
                &["-1", "-2", "-0.25"],
                &["-1", "-1.5", "-0.5"],
                &["0.5", "1", "0"],
            ]),
        ),
        (
            "Subnormal",
            rows(&[&["1e-310", "3e-310"], &["-2e-310", "0"]]),
        ),
        (
            "HugeEntries",
            rows(&[&["1e200", "-3e200"], &["2e200", "0"]]),
        ),
        (
            "OneRow",
            rows(&[
                &["1", "1", "1", "1", "1", "1", "1", "1"],
                &["5", "0", "0", "0", "0", "0", "0", "0"],
            ]),
        ),
    ]
}

/// Radii on the grid, where a quotient of logarithms in doubles is a little above or
/// below the integer.
pub(super) fn ties(fields: &[Field], base: &Point) -> Vec<(Point, &'static str, String)> {
    let radius = |f: &&Field| {
        f.name == "q" || f.name.ends_with("_over_gamma") && f.domain == Some(Domain::Positive)
    };
    let (Some(radius), Some(_)) = (fields.iter().find(radius), base.get("b")) else {
        return vec![];
    };
    let ties = [("125", "5"), ("243", "3"), ("1000", "10"), ("0.125", "2")];
    let one = |(q, b): (&str, &str)| {
        let p = base.clone().with_number(radius.name, q).with_number("b", b);
        (
            p,
            "GridTie",
            format!("{} = {q} is a power of b = {b}", radius.name),
        )
    };
    ties.into_iter().map(one).collect()
}

/// Outputs and labels of samples.
pub(super) fn samples(base: &Point) -> Vec<(Point, &'static str, String)> {
    if base.get("outputs").is_none() {
        return vec![];
    }
    let with = |outputs: Datum, labels: &[&str], gamma: &str| {
        let labels = Datum::numbers(labels.iter().copied());
        base.clone()
            .with("outputs", outputs)
            .with("labels", labels)
            .with_number("gamma", gamma)
    };
    let tie = rows(&[
        &["1", "0.5", "0.25"],
        &["2", "2", "0"],
        &["0", "0.5", "0"],
        &["3", "1", "3"],
    ]);
    let negative = rows(&[
        &["-1", "-3", "-2"],
        &["-4", "-0.5", "-0.25"],
        &["-7", "-5", "-6"],
    ]);
    let wide = Datum::List(vec![
        Datum::numbers((0..1000).map(|i| format!("{}", f64::from(i % 37) / 8.0))),
        Datum::numbers((0..1000).map(|i| format!("{}", f64::from(i * 7 % 41) / 4.0))),
    ]);
    let mut all = vec![];
    for gamma in ["0.5", "1", "0.25", "4"] {
        all.push((
            with(tie.clone(), &["0", "0", "1", "2"], gamma),
            "MarginTie",
            "margins 0.5, 0, 0.5, 0".to_owned(),
        ));
        all.push((
            with(negative.clone(), &["0", "2", "1"], gamma),
            "NegativeOutputs",
            "all outputs negative".into(),
        ));
        all.push((
            with(wide.clone(), &["36", "500"], gamma),
            "ThousandClasses",
            "C = 1000".into(),
        ));
        all.push((
            with(rows(&[&["2", "1.5"]]), &["0"], gamma),
            "OneSample",
            "m = 1, C = 2".into(),
        ));
        all.push((
            with(rows(&[&["2", "1.5"], &["0", "1"]]), &["0", "0"], gamma),
            "TwoClasses",
            "C = 2".into(),
        ));
    }
    all.push((
        with(tie, &["0", "0", "1", "2"], "0"),
        "MarginTie",
        "gamma = 0: a tie is an error".into(),
    ));
    all
}
