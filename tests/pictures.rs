//! SVG charts: well formed, and nothing that should be read is missing.

use gapcert::bound::Terms;
use gapcert::real::Enclosure;
use gapcert::report::parts::{DERANDOMISATION, LOSS, REST, parts};
use gapcert::report::svg::{Bar, Named, activity_histogram, activity_mean, bounds_chart};

/// The texts of an SVG, after checking that its elements nest.
fn texts(svg: &str) -> Vec<String> {
    let mut open: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    let mut rest = svg;
    while let Some(start) = rest.find('<') {
        let text = rest[..start].trim();
        if open.last() == Some(&"text") && !text.is_empty() {
            found.push(
                text.replace("&gt;", ">")
                    .replace("&lt;", "<")
                    .replace("&amp;", "&"),
            );
        }
        let end = start + rest[start..].find('>').expect("a closed tag");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(
                open.pop(),
                Some(name.trim()),
                "an element closed out of order"
            );
        } else if !tag.ends_with('/') && !tag.starts_with(['?', '!']) {
            open.push(tag.split_whitespace().next().expect("a name"));
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
    found
}

fn bar(name: &str, terms: &[(&str, f64)], value: f64) -> Bar {
    Bar {
        name: name.into(),
        terms: terms.iter().map(|(n, v)| Named::new(*n, *v)).collect(),
        value,
    }
}

#[track_caller]
fn assert_says(svg: &str, wanted: &[&str]) {
    let texts = texts(svg);
    for wanted in wanted {
        assert!(
            texts.iter().any(|t| t == wanted),
            "no \"{wanted}\" among {texts:?}"
        );
    }
}

#[test]
fn bounds_chart_names_every_bar_term_and_reference() {
    let bars = [
        bar(
            "single-shot:sharp",
            &[("loss", 0.1), ("KL & grid", 0.03)],
            0.1332,
        ),
        bar(
            "theorem-13:as-printed",
            &[("loss", 1.0), ("derandomisation", 1.21)],
            2.21,
        ),
        bar("theorem-11:sound", &[], f64::INFINITY),
    ];
    let references = [
        Named::new("exact risk", 0.0354),
        Named::new("held-out <baseline>", 0.0961),
    ];
    let svg = bounds_chart("Bounds & risks", &bars, &references).expect("a chart");
    assert_says(
        &svg,
        &[
            "Bounds & risks",
            "single-shot:sharp",
            "0.1332",
            "theorem-13:as-printed",
            "2.2100",
            "theorem-11:sound",
            "inf",
            "loss",
            "KL & grid",
            "derandomisation",
            "exact risk: 0.0354",
            "held-out <baseline>: 0.0961",
            "1: vacuous from here on",
        ],
    );
    // An arrow for each bar that goes on beyond 1.
    assert_eq!(svg.matches("<polygon").count(), 2);
}

/// A bound printed below itself would bound nothing.
#[test]
fn numbers_are_rounded_up() {
    let svg = bounds_chart(
        "t",
        &[
            bar("a", &[], 0.13321),
            bar("b", &[], 0.99999),
            bar("c", &[], 0.25),
        ],
        &[],
    )
    .expect("a chart");
    assert_says(&svg, &["0.1333", "1.0000", "0.2500"]);
}

/// Every bar ends where its value is, whatever its terms add up to.
#[test]
fn bars_are_as_long_as_their_values() {
    let length = |terms: &[(&str, f64)], value: f64| {
        let svg = bounds_chart("t", &[bar("a", terms, value)], &[]).expect("a chart");
        // Rectangles as thick as a bar, the legend's squares are not.
        let widths = svg.lines().filter(|l| l.contains("height=\"20\""));
        let width = |l: &str| {
            let from = l.find("width=\"").expect("a width") + 7;
            l[from..]
                .split('"')
                .next()
                .expect("a number")
                .parse::<i32>()
                .expect("a whole number")
        };
        widths.map(width).sum::<i32>()
    };
    let whole = length(&[], 0.5);
    assert!(whole > 100);
    assert_eq!(length(&[("x", 0.2), ("y", 0.3)], 0.5), whole);
    assert_eq!(length(&[("x", 0.2)], 0.5), whole);
    assert_eq!(length(&[("x", 0.4), ("y", 0.3)], 0.5), whole);
    assert_eq!(
        length(&[("x", 0.7), ("y", 0.8)], 1.5),
        length(&[("x", 1.0)], 1.0)
    );
}

#[test]
fn activity_charts_name_axes_and_curves() {
    let mean = activity_mean(
        "Mean",
        &[1e-3, 1e-2, 1e-1],
        &[("784-100-10".into(), vec![0.7, 0.8, 1.0])],
    )
    .expect("a chart");
    assert_says(&mean, &["Mean", "784-100-10", "sensitivity eps"]);
    // Two bins are filled, one of them with ratio exactly 1.
    let empty = activity_histogram("Histogram", &[0.05], 10)
        .expect("a chart")
        .matches("<rect")
        .count();
    let two = activity_histogram("Histogram", &[0.05, 1.0, 1.0], 10)
        .expect("a chart")
        .matches("<rect")
        .count();
    assert_eq!(two, empty + 1);
}

#[test]
fn one_sensitivity_makes_a_picture_and_no_data_makes_none() {
    let one = activity_mean("One", &[1e-4], &[("net".into(), vec![0.3])]).expect("a chart");
    assert_says(&one, &["One", "net"]);
    assert!(activity_mean("t", &[], &[]).is_err());
    assert!(activity_mean("t", &[0.0], &[("net".into(), vec![0.3])]).is_err());
    assert!(activity_mean("t", &[0.1, 0.2], &[("net".into(), vec![0.3])]).is_err());
    assert!(activity_histogram("t", &[], 10).is_err());
    assert!(activity_histogram("t", &[0.5], 0).is_err());
    assert!(activity_histogram("t", &[f64::NAN], 10).is_err());
}

/// The parts of a bound make up its value, for a sum and for an inverse.
#[test]
fn parts_make_up_the_value() {
    let number = |v: f64| Enclosure::parse(64, &v.to_string()).expect("a decimal");
    let terms = |value, named: &[(&str, f64)]| Terms {
        value: number(value),
        parts: named
            .iter()
            .map(|(n, v)| ((*n).to_owned(), number(*v)))
            .collect(),
    };
    let sum = [
        ("margin_loss", 0.25),
        ("derandomisation", 0.125),
        ("sparse_loss_1", 0.0),
        ("deviation_1", 0.125),
    ];
    let inverse = [
        ("unsafe_fraction", 0.25),
        ("gibbs_loss", 0.375),
        ("complexity", 4.0),
    ];
    let names = |parts: &[Named]| parts.iter().map(|p| p.name.clone()).collect::<Vec<_>>();
    let (found, value) = parts(&terms(0.5, &sum));
    assert_eq!(value, 0.5);
    assert_eq!(names(&found), [LOSS, DERANDOMISATION, REST]);
    assert_eq!(found.iter().map(|p| p.value).sum::<f64>(), 0.5);
    let (found, _) = parts(&terms(0.5, &inverse));
    assert_eq!(names(&found), [LOSS, REST]);
    assert_eq!(found.iter().map(|p| p.value).sum::<f64>(), 0.5);
}
