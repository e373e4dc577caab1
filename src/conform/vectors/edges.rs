//! A usual value of every input, and its edges.

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
        Kind::Matrices => Datum::List(vec![
            rows(&[&["1", "-0.5", "0.25"], &["0.75", "2", "-1.5"]]),
            rows(&[&["-0.25", "0.5"], &["3", "1"]]),
        ]),
    }
}

fn rows(all: &[&[&str]]) -> Datum {
    Datum::List(
        all.iter()
            .map(|r| Datum::numbers(r.iter().copied()))
            .collect(),
    )
}

/// A number of a field, and the flag of a vector that has it.
fn numbers(f: &Field) -> Vec<(&'static str, &'static str)> {
    let norms = vec![
        ("0", "NormZero"),
        ("1e-30", "NormTiny"),
        ("1e30", "NormHuge"),
    ];
    match (f.name, f.domain) {
        ("m", Some(Domain::Trials)) => vec![("1", "SmallestSample"), ("1000000000", "HugeSample")],
        ("m", _) => vec![
            ("2", "SmallestSample"),
            ("3", "SmallestSample"),
            ("1000000000", "HugeSample"),
        ],
        ("mc_samples", _) => vec![("1", "OneDraw"), ("1000000000", "HugeSample")],
        ("errors", _) => vec![
            ("0", "NoErrors"),
            ("1000", "AllErrors"),
            ("999", "AllErrors"),
        ],
        ("kl", _) => vec![
            ("0", "KlZero"),
            ("1e-9", "KlZero"),
            ("1000000", "KlHuge"),
            ("5000", "LossNearOne"),
        ],
        ("c", Some(Domain::NonNegative)) => {
            vec![
                ("0", "KlZero"),
                ("1e-9", "KlZero"),
                ("5", "LossNearOne"),
                ("30", "LossNearOne"),
                ("1000", "KlHuge"),
            ]
        }
        ("c", _) => vec![("1e-6", "ParameterSmall"), ("50", "ParameterLarge")],
        ("log_inverse_weight", _) => vec![("0", "WeightPaid"), ("23.5", "WeightPaid")],
        ("tau", _) => vec![("0", "TauZero"), ("0.96875", "TauLarge")],
        ("classes", _) => vec![("2", "TwoClasses"), ("1000", "ThousandClasses")],
        ("layers", Some(Domain::AtLeastTwo)) => vec![("2", "OneLayer"), ("50", "ManyLayers")],
        ("layers", _) => vec![("1", "OneLayer"), ("2", "OneLayer"), ("50", "ManyLayers")],
        ("q0", _) => vec![("4", "GridBelow"), ("1024", "GridBelow")],
        ("b", _) => vec![("1.0625", "ParameterSmall"), ("50", "ParameterLarge")],
        ("rho_over_gamma" | "phi_over_gamma" | "norm_over_gamma" | "q", Some(Domain::Positive)) => {
            vec![
                ("8", "GridTie"),
                ("1", "GridTie"),
                ("1024", "GridTie"),
                ("0.125", "GridBelow"),
                ("1e30", "NormHuge"),
                ("1e-30", "NormTiny"),
            ]
        }
        ("s" | "s_in", Some(Domain::Count)) => vec![("0", "WidthOne"), ("99", "WidthOne")],
        ("d" | "d_in", _) => vec![("1", "WidthOne"), ("1000000", "WidthHuge")],
        ("k", _) => vec![
            ("0", "WidthOne"),
            ("1000", "WidthOne"),
            ("500", "WidthHuge"),
        ],
        ("dof", _) => vec![
            ("1", "WidthOne"),
            ("2", "WidthOne"),
            ("1000000", "WidthHuge"),
        ],
        ("n", _) => vec![
            ("0", "WidthOne"),
            ("1", "WidthOne"),
            ("1000000", "WidthHuge"),
        ],
        (_, Some(Domain::Confidence)) => {
            vec![
                ("1e-30", "DeltaNearZero"),
                ("1e-6", "DeltaNearZero"),
                ("0.5", "DeltaNearOne"),
                ("0.9999990463256836", "DeltaNearOne"),
            ]
        }
        (_, Some(Domain::Fraction)) => {
            vec![
                ("0", "LossZero"),
                ("1", "LossOne"),
                ("1e-9", "LossTiny"),
                ("0.96875", "LossNearOne"),
            ]
        }
        (_, Some(Domain::AtLeastOne)) => vec![("1", "WidthOne"), ("1000000", "WidthHuge")],
        (_, Some(Domain::NonNegative)) => norms,
        (_, Some(Domain::Positive)) => norms[1..].to_vec(),
        _ => vec![],
    }
}

/// One step from the usual inputs, with the flag and what was done.
pub fn edges(subject: &Subject) -> Vec<(Point, &'static str, String)> {
    let base = usual(subject);
    let mut all = Vec::new();
    let fields = subject.fields();
    for f in &fields {
        match f.kind {
            Kind::Scalar => {
                for (x, flag) in numbers(f) {
                    let p = fit(base.clone().with_number(f.name, x));
                    all.push((p, flag, format!("{} = {x}", f.name)));
                }
            }
            Kind::Layers | Kind::HiddenLayers | Kind::List => {
                let Some(old) = base.get(f.name) else {
                    continue;
                };
                let n = old.entries().len();
                for (x, flag) in numbers(f) {
                    for place in [0, n.saturating_sub(1)] {
                        let mut entries = old.entries().to_vec();
                        if let Some(entry) = entries.get_mut(place) {
                            *entry = Datum::number(x);
                            let p = base.clone().with(f.name, Datum::List(entries));
                            all.push((fit(p), flag, format!("{}[{place}] = {x}", f.name)));
                        }
                    }
                }
            }
            Kind::Matrix if f.name == "outputs" => {}
            Kind::Matrix => {
                for (flag, w) in matrices() {
                    for (s2, s1) in [
                        ("1", "1"),
                        ("0", "0"),
                        ("100", "0"),
                        ("0", "100"),
                        ("99", "99"),
                    ] {
                        let mut p = base.clone().with(f.name, w.clone());
                        for (name, s) in [("s2", s2), ("s1", s1), ("s", s1)] {
                            if p.get(name).is_some() {
                                p.set(name, Datum::number(s));
                            }
                        }
                        let p = if s2 == "100" || s1 == "100" || s2 == "99" {
                            last(p)
                        } else {
                            fit(p)
                        };
                        all.push((p, flag, format!("{}: {flag}", f.name)));
                    }
                }
            }
            Kind::Matrices => {
                for (flag, w) in matrices() {
                    let p = base.clone().with(f.name, Datum::List(vec![w]));
                    all.push((p, flag, "a single layer".into()));
                }
            }
        }
    }
    if fields
        .iter()
        .any(|f| matches!(f.kind, Kind::Layers | Kind::HiddenLayers))
    {
        all.extend(layered(&fields, &base));
    }
    all.extend(samples(&base));
    // Edges of several fields meet in the same inputs.
    let mut seen = std::collections::HashSet::new();
    all.retain(|(p, _, _)| seen.insert(p.clone()));
    all
}

/// s1 = d1 - 1 and s2 = d2 - 1 where they were beyond.
fn last(mut p: Point) -> Point {
    if let Some(w) = p.get("w") {
        let (rows, columns) = (w.entries().len(), w.entries()[0].entries().len());
        for (name, end) in [("s2", rows), ("s1", columns), ("s", columns)] {
            if let Some(Datum::Number(x)) = p.get(name)
                && x.parse::<usize>().is_ok_and(|n| n >= end)
            {
                p.set(name, Datum::number((end - 1).to_string()));
            }
        }
    }
    fit(p)
}

/// One layer, many, and layers that differ.
fn layered(fields: &[Field], base: &Point) -> Vec<(Point, &'static str, String)> {
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
fn matrices() -> Vec<(&'static str, Datum)> {
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

/// Outputs and labels of samples.
fn samples(base: &Point) -> Vec<(Point, &'static str, String)> {
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

/// Inputs that must be refused, with the flag and why.
pub fn invalid(subject: &Subject) -> Vec<(Point, &'static str, String)> {
    let base = usual(subject);
    let mut all = Vec::new();
    for f in subject.fields() {
        let put = |x: &str| match base.get(f.name) {
            Some(Datum::Number(_)) | None => Datum::number(x),
            // The first number of a list or a matrix.
            Some(list) => {
                let mut first = true;
                list.map(&mut |old| match std::mem::take(&mut first) {
                    true => x.to_owned(),
                    false => old.to_owned(),
                })
            }
        };
        for x in outside(f.domain) {
            all.push((
                base.clone().with(f.name, put(x)),
                "OutsideDomain",
                format!("{} = {x}", f.name),
            ));
        }
        for x in ["nan", "inf"] {
            all.push((
                base.clone().with(f.name, put(x)),
                "NotANumber",
                format!("{} = {x}", f.name),
            ));
        }
        if f.default.is_none() {
            all.push((
                base.without(f.name),
                "Missing",
                format!("{} left out", f.name),
            ));
        }
        match f.kind {
            Kind::Layers | Kind::HiddenLayers => {
                let longer = [
                    base.get(f.name).map_or(&[][..], |x| x.entries()),
                    &[Datum::number("1")],
                ]
                .concat();
                if matches!(f.kind, Kind::HiddenLayers) {
                    let p = base.clone().with(f.name, Datum::List(longer));
                    all.push((p, "WrongShape", format!("{}: one number too many", f.name)));
                }
                let p = base.clone().with_number(f.name, "1");
                all.push((p, "WrongShape", format!("{}: a number for a list", f.name)));
            }
            Kind::Matrix => {
                let ragged = rows(&[&["1", "2"], &["3"]]);
                all.push((
                    base.clone().with(f.name, ragged),
                    "WrongShape",
                    format!("{}: rows of two lengths", f.name),
                ));
            }
            _ => {}
        }
    }
    for (name, s) in [
        ("s2", "3"),
        ("s1", "3"),
        ("s", "100"),
        ("errors", "1001"),
        ("k", "1001"),
    ] {
        if base.get(name).is_some() {
            all.push((
                base.clone().with_number(name, s),
                "OutsideDomain",
                format!("{name} = {s}"),
            ));
        }
    }
    all
}

fn outside(domain: Option<Domain>) -> &'static [&'static str] {
    match domain {
        None => &[],
        Some(Domain::SampleSize | Domain::AtLeastTwo) => &["1", "0", "-5", "2.5"],
        Some(Domain::Trials | Domain::AtLeastOne) => &["0", "-5", "1.5"],
        Some(Domain::Count) => &["-1", "0.5"],
        Some(Domain::Confidence) => &["0", "1", "-0.05", "1.5"],
        Some(Domain::Fraction) => &["-0.125", "1.125"],
        Some(Domain::BelowOne) => &["1", "-0.125"],
        Some(Domain::NonNegative) => &["-1"],
        Some(Domain::Positive) => &["0", "-1"],
        Some(Domain::Above1) => &["1", "0.5"],
    }
}
