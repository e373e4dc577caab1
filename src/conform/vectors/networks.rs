//! Edges of networks, of their samples, and of kernels.

use super::super::point::{Datum, Point};
use super::super::strategy::fit;
use super::usual::rows;

type Edge = (Point, &'static str, String);

/// One step from the usual inputs of whatever reads layers, thresholds or a kernel.
pub(super) fn networks(base: &Point) -> Vec<Edge> {
    let has = |name: &str| base.get(name).is_some();
    [
        (has("labels") && has("sample"), margins as fn(&Point) -> _),
        (has("sample") && has("times"), sparse),
        (has("layers") && has("x"), greedy),
        (has("layer"), thresholds),
        (has("sample") && has("kernels"), energies),
        (has("taps"), kernels),
    ]
    .into_iter()
    .filter(|(there, _)| *there)
    .flat_map(|(_, edges)| edges(base))
    .collect()
}

fn matrices(all: &[&[&[&str]]]) -> Datum {
    Datum::List(all.iter().map(|w| rows(w)).collect())
}

/// Names and what to put there.
fn with(base: &Point, changes: Vec<(&str, Datum)>) -> Point {
    let mut p = base.clone();
    for (name, x) in changes {
        // `gamma` and the like are not inputs of every one.
        if p.get(name).is_some() {
            p.set(name, x);
        }
    }
    p
}

fn list(xs: &[&str]) -> Datum {
    Datum::numbers(xs.iter().copied())
}

fn margins(base: &Point) -> Vec<Edge> {
    let identity: &[&[&str]] = &[&["1", "0"], &["0", "1"]];
    let half: &[&[&str]] = &[&["0.5", "0"], &["0", "0.5"]];
    let mut all = Vec::new();
    for gamma in ["0", "0.5", "1", "4"] {
        let mut edge = |flag, about: &str, layers, sample, labels: &[&str]| {
            let p = with(
                base,
                vec![
                    ("layers", layers),
                    ("sample", sample),
                    ("labels", list(labels)),
                    ("gamma", Datum::number(gamma)),
                ],
            );
            all.push((p, flag, about.to_owned()));
        };
        let two = matrices(&[identity, &[&["1", "-1"], &["-2", "0.5"]]]);
        edge(
            "DeadLayer",
            "inputs below 0 switch every unit off",
            two.clone(),
            rows(&[&["-1", "-2"], &["-3", "-0.5"]]),
            &["0", "1"],
        );
        edge(
            "LinearOutput",
            "outputs -1 and -2, and -3 and -0.25",
            matrices(&[identity]),
            rows(&[&["-1", "-2"], &["-3", "-0.25"]]),
            &["0", "0"],
        );
        edge(
            "MarginTie",
            "margins 0.5, 1 and 0",
            matrices(&[identity, identity]),
            rows(&[&["1.5", "1"], &["1", "2"], &["3", "3"]]),
            &["0", "1", "0"],
        );
        edge("OneSample", "m = 1", two, rows(&[&["1", "0.25"]]), &["0"]);
        edge(
            "ManyLayers",
            "eight layers that halve",
            matrices(&[half; 8]),
            rows(&[&["256", "1"], &["64", "1024"]]),
            &["0", "0"],
        );
        edge(
            "HugeEntries",
            "outputs of 1e200 that differ by little",
            matrices(&[&[&["1e200", "0"], &["0", "1e200"]], identity]),
            rows(&[&["1", "1.0009765625"], &["2", "1"]]),
            &["1", "0"],
        );
    }
    all
}

/// a = (6, 3, -3) before the ReLU of the only hidden layer.
fn one_hidden() -> Datum {
    matrices(&[&[&["-1"], &["-2"], &["1"]], &[&["1", "0", "2"]]])
}

fn sparse(base: &Point) -> Vec<Edge> {
    let edge = |layers, sample, s: &[&str], [eps, zeta, times]: [&str; 3]| {
        let numbers = [("eps", eps), ("zeta_0", zeta), ("times", times)];
        let numbers = numbers.map(|(name, x)| (name, Datum::number(x)));
        let changes = [
            vec![
                ("layers", layers),
                ("sample", sample),
                ("inactive", list(s)),
            ],
            numbers.to_vec(),
        ];
        with(base, changes.concat())
    };
    let samples = || rows(&[&["3"], &["1"], &["-3"]]);
    let mut all = Vec::new();
    // xi = 2: the threshold of 3 gamma is 3 at eps = 1/2, and a tie is no loss.
    for (eps, times) in [("0.5", "3"), ("1.5", "1"), ("0.25", "3"), ("0.5", "1")] {
        let p = edge(one_hidden(), samples(), &["2"], [eps, "1", times]);
        all.push((p, "ActivationTie", "a_2 = 3, and others".into()));
        let p = edge(one_hidden(), samples(), &["0"], [eps, "1", times]);
        all.push((p, "NoCondition", "s_1 = 0".into()));
        let p = edge(one_hidden(), samples(), &["1"], [eps, "1", times]);
        all.push((p, "FirstLayer", "a_1 = 6, and others".into()));
    }
    // The second layer reads what the first lets through; the last sample fails in the
    // first alone.
    let deep = matrices(&[
        &[&["-1", "0"], &["0", "1"]],
        &[&["-2", "-1"], &["1", "-3"], &["0", "1"]],
        &[&["1", "1", "1"]],
    ]);
    for (s, flag) in [
        (["0", "2"], "NoCondition"),
        (["1", "2"], "AllInactive"),
        (["1", "0"], "NoCondition"),
        (["0", "0"], "NoCondition"),
    ] {
        for eps in ["0.0625", "0.25"] {
            let sample = rows(&[&["1", "2"], &["0.5", "4"], &["-1", "4"]]);
            let p = edge(deep.clone(), sample, &s, [eps, "4", "1"]);
            all.push((p, flag, format!("s = {s:?}, eps = {eps}")));
        }
    }
    all
}

fn greedy(base: &Point) -> Vec<Edge> {
    let mut all = Vec::new();
    for eps in ["0.5", "0.25", "1", "0", "1000"] {
        let changes = vec![
            ("layers", one_hidden()),
            ("x", list(&["3"])),
            ("eps", Datum::number(eps)),
            ("zeta_0", Datum::number("1")),
        ];
        let flag = match eps {
            "0.5" | "1" => "ActivationTie",
            "1000" => "NoCondition",
            _ => "AllInactive",
        };
        all.push((
            with(base, changes),
            flag,
            format!("a = (6, 3, -3), eps = {eps}"),
        ));
    }
    let negative = matrices(&[&[&["-1"], &["-2"], &["-3"]], &[&["1", "1", "1"]]]);
    let changes = vec![
        ("layers", negative),
        ("x", list(&["3"])),
        ("eps", Datum::number("0.0078125")),
    ];
    all.push((
        with(base, changes),
        "AllInactive",
        "every unit could be left out: one stays".into(),
    ));
    all
}

fn energies(base: &Point) -> Vec<Edge> {
    let edge = |flag: &'static str, about: &str, sample, [k, s, p]: [&[&str]; 3]| {
        let lists = [("kernels", k), ("strides", s), ("paddings", p)];
        let lists = lists.map(|(name, xs)| (name, list(xs)));
        let changes = [vec![("sample", sample)], lists.to_vec()].concat();
        (with(base, changes), flag, about.to_owned())
    };
    let two = || rows(&[&["1", "2", "0", "-1"], &["3", "-1", "1", "0.5"]]);
    let three: [&[&str]; 3] = [&["3"], &["1"], &["1"]];
    vec![
        edge(
            "OneSample",
            "m = 1: the path energy",
            rows(&[&["1", "2", "3"]]),
            three,
        ),
        edge(
            "Ties",
            "equal samples",
            rows(&[&["1", "2", "3"], &["1", "2", "3"]]),
            three,
        ),
        edge(
            "OnePlace",
            "kernels of one place",
            two(),
            [&["1"], &["1"], &["0"]],
        ),
        edge(
            "OnePosition",
            "the kernel covers the input",
            two(),
            [&["4"], &["1"], &["0"]],
        ),
        edge(
            "Padding",
            "windows in the padding alone",
            two(),
            [&["2"], &["1"], &["3"]],
        ),
        edge(
            "StrideSkips",
            "stride 2, kernel 1",
            two(),
            [&["1"], &["2"], &["0"]],
        ),
        edge(
            "ManyLayers",
            "four convolutions",
            two(),
            [
                &["3", "2", "2", "1"],
                &["1", "1", "1", "1"],
                &["1", "1", "0", "0"],
            ],
        ),
        edge(
            "ZeroMatrix",
            "inputs of zeros",
            rows(&[&["0", "0"], &["0", "0"]]),
            [&["2"], &["1"], &["1"]],
        ),
        edge(
            "HugeEntries",
            "1e120",
            rows(&[&["1e120", "-3e120"], &["2e120", "0"]]),
            [&["2"], &["1"], &["0"]],
        ),
    ]
}

fn thresholds(base: &Point) -> Vec<Edge> {
    let mut all = Vec::new();
    for k in ["1", "2"] {
        let p = base.clone().with_number("layer", k);
        all.push((fit(p), "FirstLayer", format!("layer {k}")));
    }
    if base.get("inactive").is_none() {
        return all;
    }
    for (s, flag) in [
        (["0", "3"], "NoCondition"),
        (["3", "0"], "NoCondition"),
        (["7", "7"], "AllInactive"),
        (["1", "7"], "AllInactive"),
    ] {
        let p = fit(base.clone().with("inactive", list(&s)));
        all.push((p, flag, format!("s = {s:?}")));
    }
    all
}

fn kernels(base: &Point) -> Vec<Edge> {
    let edge = |flag: &'static str, about: &str, taps: Datum, numbers: [&str; 5]| {
        let names = [
            "kernel_columns",
            "input_rows",
            "input_columns",
            "stride",
            "padding",
        ];
        let mut p = base.clone().with("taps", taps);
        for (name, x) in names.into_iter().zip(numbers) {
            p.set(name, Datum::number(x));
        }
        (p, flag, about.to_owned())
    };
    let one = |xs: &[&str]| Datum::List(xs.iter().map(|x| rows(&[&[*x]])).collect());
    let channels = || {
        matrices(&[
            &[&["1", "-2"], &["0.5", "1"]],
            &[&["3", "0"], &["-1", "0.25"]],
        ])
    };
    let mean = || one(&["1", "1", "1"]);
    vec![
        edge(
            "OnePlace",
            "a 1 x 1 kernel",
            one(&["-2.5"]),
            ["1", "3", "3", "1", "0"],
        ),
        edge(
            "OnePlace",
            "a 1 x 1 kernel of two channels",
            matrices(&[&[&["1", "-2"], &["0.5", "1"]]]),
            ["1", "2", "2", "1", "0"],
        ),
        edge(
            "OnePosition",
            "the kernel covers the input",
            one(&["1", "-2", "0.5", "3"]),
            ["2", "2", "2", "1", "0"],
        ),
        edge(
            "OnePosition",
            "two channels, one position",
            channels(),
            ["2", "1", "2", "1", "0"],
        ),
        edge(
            "Overlap",
            "three ones along 9 inputs",
            mean(),
            ["3", "1", "9", "1", "0"],
        ),
        edge("Overlap", "along rows", mean(), ["1", "9", "1", "1", "0"]),
        edge(
            "Overlap",
            "signs that alternate: the symbol is largest at pi",
            one(&["1", "-1", "1"]),
            ["3", "1", "9", "1", "1"],
        ),
        edge(
            "Overlap",
            "2 x 2 on 3 x 3",
            one(&["1", "1", "1", "1"]),
            ["2", "3", "3", "1", "0"],
        ),
        edge(
            "Overlap",
            "two channels that overlap",
            channels(),
            ["2", "1", "5", "1", "0"],
        ),
        edge(
            "Padding",
            "one zero on each side",
            mean(),
            ["3", "1", "8", "1", "1"],
        ),
        edge(
            "Padding",
            "only corners of the kernel see the input",
            one(&["4", "1", "1", "2"]),
            ["2", "1", "1", "1", "1"],
        ),
        edge(
            "Padding",
            "windows in the padding alone",
            mean(),
            ["3", "1", "3", "1", "5"],
        ),
        edge(
            "StrideSkips",
            "stride 3, kernel 1 x 2",
            one(&["1", "-2"]),
            ["2", "1", "8", "3", "0"],
        ),
        edge(
            "StrideSkips",
            "stride 2, kernel 1",
            one(&["7"]),
            ["1", "3", "3", "2", "0"],
        ),
        edge(
            "StrideSkips",
            "stride 2 in two channels",
            channels(),
            ["2", "1", "6", "2", "0"],
        ),
        edge(
            "ZeroMatrix",
            "a kernel of zeros",
            one(&["0", "0"]),
            ["2", "2", "3", "1", "1"],
        ),
        edge(
            "HugeEntries",
            "1e200",
            one(&["1e200", "-3e200"]),
            ["2", "1", "4", "1", "0"],
        ),
        edge(
            "Subnormal",
            "1e-310",
            one(&["1e-310", "3e-310"]),
            ["2", "1", "4", "1", "0"],
        ),
    ]
}
