//! The checked-in vectors.

use crate::common::number::{Range, decimal};
use crate::common::schema::validate;
use gapcert::certificate::layout;
use gapcert::conform::vectors::{Vectors, note, standard};
use gapcert::conform::{Datum, Point, Subject};
use gapcert::measure::babel::BabelTable;
use gapcert::measure::convolution::LayerNorms;
use gapcert::measure::norms::{MaxPairDifference, ReducedRowNorms};
use gapcert::measure::sparse_norm::SparseNorm;
use gapcert::network::{Conv, Shape, Window};
use gapcert::real::Interval;
use gapcert::report::schema::VECTORS;
use ndarray::{Array2, Array4};
use rayon::prelude::*;
use rug::Rational;
use serde_json::Value as Json;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

fn text(subject: &Subject) -> String {
    let path = folder().join(subject.file_name());
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// `{"lo", "hi"}`, of which an end may be short.
fn range(json: &Json) -> Range {
    let end = |name: &str| decimal(json[name].as_str().unwrap());
    let read = Range {
        lo: end("lo"),
        hi: end("hi"),
    };
    assert!(read.lo <= read.hi, "reversed: {json}");
    read
}

fn tests(file: &Json) -> Vec<Json> {
    let groups = file["groups"].as_array().unwrap().iter();
    groups
        .flat_map(|g| g["tests"].as_array().unwrap().clone())
        .collect()
}

#[test]
fn every_bound_and_measurement_has_a_file_and_no_other() {
    let mut names: Vec<String> = Subject::all().iter().map(Subject::file_name).collect();
    let found = std::fs::read_dir(folder()).unwrap();
    let mut found: Vec<String> = found
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| n.ends_with(".json"))
        .collect();
    names.sort();
    found.sort();
    assert_eq!(names, found);
}

/// `gapcert vectors --all -o vectors` writes these files: all of them here, byte for
/// byte.
#[test]
fn the_files_are_regenerated_identically() {
    Subject::all().par_iter().for_each(|subject| {
        let made = layout(&standard(subject).to_json());
        assert!(made == text(subject), "{} differs", subject.name());
    });
}

#[test]
fn enclosures_are_narrow_flags_are_explained_and_files_fit_the_schema() {
    let schema: Json = serde_json::from_str(VECTORS).unwrap();
    for subject in Subject::all() {
        let file: Json = serde_json::from_str(&text(&subject)).unwrap();
        validate(&schema, &file).unwrap_or_else(|e| panic!("{}: {e}", subject.name()));
        let tests = tests(&file);
        assert_eq!(file["number_of_tests"], tests.len());
        assert!(tests.len() >= 30, "{}", subject.name());
        for (i, t) in tests.iter().enumerate() {
            assert_eq!(t["id"], i + 1);
            let flags = t["flags"].as_array().unwrap();
            assert!(!flags.is_empty());
            for flag in flags.iter().map(|f| f.as_str().unwrap()) {
                assert_eq!(file["notes"][flag], note(flag), "{flag}");
                assert!(!note(flag).is_empty(), "{flag}");
            }
            match t["result"].as_str().unwrap() {
                "invalid" => assert!(t.get("expected").is_none()),
                _ => {
                    let expected = range(&t["expected"]);
                    assert!(expected.relative_width() < 1e-30, "{} {t}", subject.name());
                }
            }
        }
        let results = |r: &str| tests.iter().filter(|t| t["result"] == r).count();
        assert!(
            results("invalid") > 0 && results("valid") >= 25,
            "{}",
            subject.name()
        );
        // What is written is what is read.
        let read = Vectors::from_json(&file, Path::new("x")).unwrap();
        assert_eq!(read.to_json(), file);
    }
}

/// A bound's file tells most of its known wrong formulas from the right one.
#[test]
fn edge_flags_are_there_where_they_make_sense() {
    for (subject, flags) in [
        (
            "pac-bayes/kl:sharp",
            &[
                "LossZero",
                "LossOne",
                "KlZero",
                "KlHuge",
                "DeltaNearZero",
                "DeltaNearOne",
                "SmallestSample",
                "HugeSample",
                "Separating",
            ][..],
        ),
        (
            "galanti-2023/path-energy:sharp",
            &[
                "TwoClasses",
                "ThousandClasses",
                "GridTie",
                "GridBelow",
                "NormHuge",
            ],
        ),
        (
            "matrix/babel",
            &[
                "NegativeProducts",
                "ZeroRows",
                "Ties",
                "OneRow",
                "Subnormal",
            ],
        ),
        (
            "sample/margin-loss",
            &[
                "MarginTie",
                "ThousandClasses",
                "NegativeOutputs",
                "OneSample",
            ],
        ),
        (
            "test-set/clopper-pearson:as-printed",
            &["NoErrors", "AllErrors", "HugeSample"],
        ),
        (
            "network/sparse-loss",
            &["ActivationTie", "NoCondition", "AllInactive", "ThreeRadii"],
        ),
        (
            "network/greedy-activity-ratio",
            &["ActivationTie", "NoCondition", "AllInactive"],
        ),
        (
            "network/margin-loss",
            &["DeadLayer", "LinearOutput", "MarginTie", "ManyLayers"],
        ),
        (
            "muthukumar-sulam-2023/single-shot-activation",
            &["FirstLayer", "NoCondition", "AllInactive"],
        ),
        (
            "convolution/operator-norm",
            &[
                "OnePlace",
                "OnePosition",
                "Overlap",
                "Padding",
                "StrideSkips",
            ],
        ),
        (
            "bartlett-2017:as-printed",
            &[
                "OneLayer",
                "ManyLayers",
                "LayersDiffer",
                "NormZero",
                "WidthOne",
            ],
        ),
    ] {
        let vectors = standard(&Subject::find(subject).unwrap());
        for flag in flags {
            let found = vectors.iter().any(|v| v.flags.iter().any(|f| f == flag));
            assert!(found, "{subject}: {flag}");
        }
    }
}

fn matrix(t: &Json) -> Option<Array2<f64>> {
    let rows = t["inputs"]["w"].as_array()?;
    let columns = rows.first()?.as_array()?.len();
    let mut all = Vec::new();
    for x in rows.iter().flat_map(|r| r.as_array().unwrap()) {
        let x: f64 = x.as_str().unwrap().parse().unwrap();
        all.push(x);
    }
    Array2::from_shape_vec((rows.len(), columns), all).ok()
}

/// Whether every entry is a double: the f64 measurement is of the same matrix then.
fn exact(t: &Json) -> bool {
    let rows = t["inputs"]["w"].as_array().unwrap().iter();
    let mut entries = rows.flat_map(|r| r.as_array().unwrap());
    entries.all(|x| {
        let text = x.as_str().unwrap();
        Rational::from_f64(text.parse().unwrap()).unwrap() == decimal(text)
    })
}

/// The definitions at 256 bits and the f64 measurements, two algorithms, agree: each
/// f64 interval reaches the certified value.
#[test]
fn the_f64_measurements_enclose_the_vectors() {
    let number =
        |t: &Json, name: &str| -> usize { t["inputs"][name].as_str().unwrap().parse().unwrap() };
    let mut compared = 0;
    let mut check = |name: &str, of: &dyn Fn(&Array2<f64>, &Json) -> Interval| {
        let subject = Subject::find(name).unwrap();
        let file: Json = serde_json::from_str(&text(&subject)).unwrap();
        for t in tests(&file).iter().filter(|t| t["result"] != "invalid") {
            let Some(w) = matrix(t).filter(|_| exact(t)) else {
                continue;
            };
            let expected = range(&t["expected"]);
            let found = of(&w, t);
            let found = Range {
                lo: Rational::from_f64(found.lo()).unwrap(),
                hi: Rational::from_f64(found.hi()).unwrap(),
            };
            assert!(
                found.lo <= expected.hi && expected.lo <= found.hi,
                "{name} {t}"
            );
            compared += 1;
        }
    };
    check("matrix/spectral", &|w, _| {
        gapcert::linalg::spectral_norm(w).enclosure
    });
    check("matrix/sparse-norm", &|w, t| {
        let norm = SparseNorm::new(w, number(t, "s2"), number(t, "s1"), 10_000, None).unwrap();
        norm.enclosure
    });
    check("matrix/babel", &|w, t| {
        let s1 = number(t, "s1");
        BabelTable::new(w, &[s1]).unwrap().mu(number(t, "s2"), s1)
    });
    check("matrix/reduced-row-norm", &|w, t| {
        ReducedRowNorms::new(w).unwrap().max(number(t, "s1"))
    });
    check("matrix/output-difference", &|w, t| {
        MaxPairDifference::new(w).unwrap().at(number(t, "s"))
    });
    assert!(compared > 120, "{compared}");
}

/// The norm of the Toeplitz matrix at 256 bits beside the bounds of `measure`, which
/// never makes it: power iteration from below, the symbol from above.
#[test]
fn operator_norms_are_within_those_of_measure() {
    let subject = Subject::find("convolution/operator-norm").unwrap();
    let mut compared = 0;
    for v in standard(&subject).iter() {
        let Ok(value) = subject.value(&v.inputs, 256) else {
            continue;
        };
        let number =
            |name: &str| -> usize { v.inputs.get(name).unwrap().leaves()[0].parse().unwrap() };
        let taps = v.inputs.get("taps").unwrap().entries();
        let (places, columns) = (taps.len(), number("kernel_columns"));
        let size = [places / columns, columns];
        let (outputs, inputs) = (
            taps[0].entries().len(),
            taps[0].entries()[0].entries().len(),
        );
        let entry = |(o, i, r, c): (usize, usize, usize, usize)| -> f64 {
            let row = &taps[r * columns + c].entries()[o];
            row.entries()[i].leaves()[0].parse().unwrap()
        };
        let kernel = Array4::from_shape_fn((outputs, inputs, size[0], size[1]), entry);
        let read = kernel.iter().map(|x| Rational::from_f64(*x).unwrap());
        // In the order of the kernel's indices, as the taps are not.
        let meant = (0..outputs).flat_map(|o| (0..inputs).map(move |i| (o, i)));
        let meant = meant.flat_map(|(o, i)| {
            taps.iter()
                .map(move |w| decimal(w.entries()[o].entries()[i].leaves()[0]))
        });
        let tiny = kernel
            .iter()
            .any(|x| *x != 0.0 && !(1e-100..1e100).contains(&x.abs()));
        if tiny || !read.eq(meant) {
            continue;
        }
        let (stride, padding) = (number("stride"), number("padding"));
        let conv = Conv {
            name: String::new(),
            kernel,
            bias: None,
            window: Window {
                size,
                stride: [stride; 2],
                dilation: [1, 1],
                padding: [[padding; 2]; 2],
            },
            groups: 1,
        };
        let shape = Shape {
            channels: inputs,
            height: number("input_rows"),
            width: number("input_columns"),
        };
        let found = LayerNorms::new(&conv, shape, 128).operator;
        assert!(
            found.lo() <= value.hi(),
            "{found:?} {value:?} {:?}",
            v.inputs
        );
        assert!(
            found.hi() >= value.lo(),
            "{found:?} {value:?} {:?}",
            v.inputs
        );
        compared += 1;
    }
    assert!(compared >= 15, "{compared}");
}

/// The expected values against numbers that can be checked on paper.
#[test]
fn known_values() {
    let value = |subject: &str, p: Point| {
        let (lo, hi) = Subject::find(subject)
            .unwrap()
            .value(&p, 256)
            .unwrap()
            .to_decimal(20);
        (decimal(&lo).to_f64(), decimal(&hi).to_f64())
    };
    let is = |found: (f64, f64), wanted: f64| {
        assert!(
            (found.0 - wanted).abs() <= 1e-15 * wanted.abs(),
            "{found:?} {wanted}"
        );
        assert!(
            (found.1 - wanted).abs() <= 1e-15 * wanted.abs(),
            "{found:?} {wanted}"
        );
    };
    let w = |rows: &[&[&str]]| {
        let rows = rows.iter().map(|r| Datum::numbers(r.iter().copied()));
        Point::new().with("w", Datum::List(rows.collect()))
    };
    is(
        value("matrix/spectral", w(&[&["3", "0"], &["4", "5"]])),
        45f64.sqrt(),
    );
    is(
        value("matrix/frobenius", w(&[&["3", "0"], &["4", "5"]])),
        50f64.sqrt(),
    );
    is(
        value("matrix/one-inf", w(&[&["3", "0"], &["-4", "5"]])),
        9.0,
    );
    is(
        value("matrix/two-one", w(&[&["3", "4"], &["0", "-5"]])),
        10.0,
    );
    let babel = w(&[&["1", "2"], &["-1", "-2"]])
        .with_number("s2", "0")
        .with_number("s1", "0");
    is(value("matrix/babel", babel), 1.0);
    let energy = Point::new()
        .with("energies", Datum::numbers(["1", "1", "1", "1"]))
        .with("kernels", Datum::numbers(["3"]))
        .with("strides", Datum::numbers(["1"]))
        .with("paddings", Datum::numbers(["1"]));
    // Windows of 2, 3, 3 and 2 positions.
    is(value("network/path-energy", energy), 10.0);
    let ratio = Point::new()
        .with("widths", Datum::numbers(["4", "4", "2"]))
        .with("inactive", Datum::numbers(["2"]));
    is(value("network/activity-ratio", ratio), 12.0 / 24.0);
    // (1+1)(1+1) - 1 = 3, times 3, times 5.
    let list = |xs: &[&str]| Datum::numbers(xs.iter().copied());
    let threshold = Point::new()
        .with("eps", list(&["1", "1"]))
        .with("xi", list(&["2", "3"]))
        .with("nu", list(&["5", "7"]))
        .with_number("zeta_0", "1")
        .with_number("layer", "2");
    is(
        value("muthukumar-sulam-2023/theorem-13-activation", threshold),
        45.0,
    );
    let widths = Point::new()
        .with("widths", list(&["2", "2", "4"]))
        .with("inactive", list(&["1"]));
    // The output layer: (4 ln 4 + 1 ln 2)/2.
    is(
        value("muthukumar-sulam-2023/effective-width", widths),
        4.5 * 2f64.ln(),
    );
    let shares = Point::new().with("shares", list(&["1", "1", "1", "1"]));
    is(value("ledent-2021/capacity", shares), 8.0);
    let shares = Point::new()
        .with("shares", list(&["1", "2"]))
        .with("outputs_of_layers", list(&["10", "3"]));
    is(value("ledent-2021/cover", shares), 10.0);
    let matrix = |rows: &[&[&str]]| Datum::List(rows.iter().map(|r| list(r)).collect());
    let zeta = Point::new()
        .with(
            "hidden",
            Datum::List(vec![matrix(&[&["3", "0"], &["0", "4"]])]),
        )
        .with("inactive", list(&["1"]))
        .with_number("zeta_0", "2");
    is(value("muthukumar-sulam-2023/zeta", zeta), 8.0);
    // Outputs 2 and -3, then 0 and 0: the ReLU is between the layers and not after.
    let network = matrix(&[&["1", "0"], &["0", "1"]]);
    let head = matrix(&[&["1", "0"], &["-1", "-1"]]);
    let sample = Point::new()
        .with("layers", Datum::List(vec![network, head]))
        .with("sample", matrix(&[&["2", "1"], &["-1", "-2"]]))
        .with("labels", list(&["0", "1"]));
    is(value("network/smallest-margin", sample.clone()), 0.0);
    let loss = |gamma: &str| {
        value(
            "network/margin-loss",
            sample.clone().with_number("gamma", gamma),
        )
    };
    is(loss("0"), 0.5);
    is(loss("5"), 1.0);
    // -W x = (6, 3, -3), xi = 2: with 3 gamma xi zeta_0 = 3 only the 6 is above.
    let layers = vec![
        matrix(&[&["-1"], &["-2"], &["1"]]),
        matrix(&[&["1", "0", "2"]]),
    ];
    let greedy = Point::new()
        .with("layers", Datum::List(layers.clone()))
        .with("x", list(&["3"]))
        .with_number("eps", "0.5")
        .with_number("zeta_0", "1");
    is(value("network/greedy-activity-ratio", greedy), 4.0 / 6.0);
    let lost = |s: &str, times: &str| {
        let p = Point::new()
            .with("layers", Datum::List(layers.clone()))
            .with("sample", matrix(&[&["3"], &["1"]]))
            .with("inactive", list(&[s]))
            .with_number("eps", "0.5")
            .with_number("zeta_0", "1")
            .with_number("times", times);
        value("network/sparse-loss", p)
    };
    // Thresholds 3 and 1 against (3, 1) at s = 2: a tie is no loss.
    is(lost("2", "3"), 0.5);
    is(lost("2", "1"), 0.0);
    is(lost("0", "3"), 0.0);
    // [[1,1,0],[0,1,1]].
    let one = || matrix(&[&["1"]]);
    let operator = Point::new()
        .with("taps", Datum::List(vec![one(), one()]))
        .with_number("kernel_columns", "2")
        .with_number("input_rows", "1")
        .with_number("input_columns", "3")
        .with_number("stride", "1")
        .with_number("padding", "0");
    is(value("convolution/operator-norm", operator), 3f64.sqrt());
}

/// Enclosures of measurements nest, and shrink, as the precision grows.
#[test]
fn enclosures_nest_as_precision_grows() {
    let measurements = Subject::all().into_iter();
    let measurements: Vec<Subject> = measurements
        .filter(|s| matches!(s, Subject::Measurement(_)))
        .collect();
    measurements.par_iter().for_each(|subject| {
        let mut compared = 0;
        for v in standard(subject).iter() {
            // What is undecided at few bits is refused there.
            let values: Vec<_> = [64, 128, 256]
                .into_iter()
                .filter_map(|bits| subject.value(&v.inputs, bits).ok())
                .collect();
            for pair in values.windows(2) {
                assert!(
                    pair[0].contains_set(&pair[1]) && pair[1].width() <= pair[0].width(),
                    "{}: {pair:?} {:?}",
                    subject.name(),
                    v.inputs
                );
                compared += 1;
            }
        }
        assert!(compared >= 25, "{}: {compared}", subject.name());
    });
}
