//! One step from usual inputs: the edges of each.

use super::super::point::{Datum, Point};
use super::super::strategy::fit;
use super::super::subject::{Field, Kind, Subject};
use super::networks::networks;
use super::special::{layered, matrices, samples, ties};
use super::usual::usual;
use crate::bound::Domain;

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
        ("c", _) => vec![
            ("1e-9", "ParameterSmall"),
            ("1e-6", "ParameterSmall"),
            ("50", "ParameterLarge"),
        ],
        ("log_inverse_weight", _) => vec![("0", "WeightPaid"), ("23.5", "WeightPaid")],
        ("tau", _) => vec![("0", "TauZero"), ("0.96875", "TauLarge")],
        ("classes", _) => vec![("2", "TwoClasses"), ("1000", "ThousandClasses")],
        ("layer", _) => vec![("1", "FirstLayer"), ("2", "LayersDiffer")],
        ("times", _) => vec![("1", "OneRadius"), ("3", "ThreeRadii")],
        ("input_rows" | "input_columns" | "kernel_columns" | "stride" | "padding", _) => vec![],
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
    let fields = subject.fields();
    // What only a network has comes first: of many flags the first are kept.
    let mut all = networks(&base);
    all.extend(ties(&fields, &base));
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
            Kind::Matrix if f.name == "outputs" || f.name == "sample" => {}
            // Those of networks and kernels are written out.
            Kind::Kernel => {}
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
            // Of a single layer nothing is inactive.
            Kind::Matrices if base.get("times").is_some() || base.get("x").is_some() => {}
            Kind::Matrices => {
                for (flag, w) in matrices() {
                    let p = fit(base.clone().with(f.name, Datum::List(vec![w])));
                    all.push((p, flag, "a single layer".into()));
                }
            }
        }
    }
    if fields
        .iter()
        .any(|f| matches!(f.kind, Kind::Layers | Kind::HiddenLayers))
    {
        let more = layered(&fields, &base).into_iter();
        all.extend(more.map(|(p, flag, about)| (fit(p), flag, about)));
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
