//! A usual value of every input.

use super::super::point::{Datum, Point};
use super::super::strategy::fit;
use super::super::subject::{Field, Kind, Subject};
use crate::bound::Domain;

/// Inputs like those of a paper's experiment.
pub fn usual(subject: &Subject) -> Point {
    let mut p = Point::new();
    for f in subject.fields() {
        p.set(f.name, typical(&f));
    }
    fit(p)
}

fn typical(f: &Field) -> Datum {
    let text = match (f.name, f.domain) {
        ("m" | "mc_samples" | "n", _) => "1000",
        ("errors", _) => "100",
        ("delta" | "delta_mc" | "t", _) => "0.05",
        ("kl", _) => "20",
        ("c", Some(Domain::NonNegative)) => "0.05",
        ("classes", _) => "10",
        ("layers", _) => "3",
        ("dof" | "k", _) => "7",
        ("width" | "leaves" | "inputs" | "parameters" | "d" | "d_in", _) => "100",
        ("s" | "s_in", Some(Domain::Count)) => "30",
        ("log_inverse_weight", _) => "2.5",
        ("fan_in" | "kernels", _) => "3",
        ("strides", _) => "2",
        ("paddings" | "s1" | "s2", _) => "1",
        ("widths", _) => "8",
        ("inactive", _) => "3",
        ("gamma", _) => "0.5",
        ("input_bound" | "q0", _) => "1",
        ("b", _) => "2",
        ("eps", _) => "0.25",
        ("layer" | "kernel_columns", _) => "2",
        ("times" | "input_rows" | "input_columns", _) => "3",
        ("stride" | "padding", _) => "1",
        (_, Some(Domain::Fraction)) => "0.125",
        (_, Some(Domain::BelowOne)) => "0.0625",
        (_, Some(Domain::Confidence)) => "0.05",
        (_, Some(Domain::AtLeastOne | Domain::AtLeastTwo | Domain::Trials | Domain::Count)) => "3",
        _ => "1.5",
    };
    let many = |n: usize| {
        let double = |i: usize| match (text.parse::<f64>(), f.domain) {
            (Ok(x), Some(Domain::Fraction)) => format!("{}", x * (i + 1) as f64 / 2.0),
            (Ok(x), d) if d.is_none_or(|d| !d.is_integer()) => format!("{}", x * (i + 1) as f64),
            _ => text.to_owned(),
        };
        Datum::numbers((0..n).map(double))
    };
    match f.kind {
        Kind::Scalar => Datum::number(text),
        Kind::Layers => many(3),
        Kind::HiddenLayers => many(2),
        Kind::List if f.name == "widths" => Datum::numbers(["16", "8", "8", "4"]),
        Kind::List if f.name == "energies" => Datum::numbers((1..=12).map(|i| i.to_string())),
        Kind::List => many(2),
        Kind::Matrix => rows(&[
            &["1", "-0.5", "0.25"],
            &["0.75", "2", "-1.5"],
            &["-0.25", "0.5", "3"],
        ]),
        Kind::Kernel => Datum::List(vec![
            rows(&[&["1"]]),
            rows(&[&["-0.5"]]),
            rows(&[&["2"]]),
            rows(&[&["0.25"]]),
        ]),
        Kind::Matrices => Datum::List(vec![
            rows(&[&["1", "-0.5", "0.25"], &["0.75", "2", "-1.5"]]),
            rows(&[&["-0.25", "0.5"], &["3", "1"]]),
        ]),
    }
}

pub(super) fn rows(all: &[&[&str]]) -> Datum {
    Datum::List(
        all.iter()
            .map(|r| Datum::numbers(r.iter().copied()))
            .collect(),
    )
}
