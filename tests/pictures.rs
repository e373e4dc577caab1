//! SVG charts: well formed, and nothing that should be read is missing.

use gapcert::report::svg::{Named, activity_histogram, activity_mean, bounds_chart};

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

#[test]
fn bounds_chart_names_every_bar_and_reference() {
    let bars = [
        Named::new("single-shot:sharp", 0.1332),
        Named::new("theorem-13:as-printed", 2.21),
    ];
    let references = [
        Named::new("exact risk", 0.0354),
        Named::new("held-out <baseline>", 0.0961),
    ];
    let texts = texts(&bounds_chart("Bounds & risks", &bars, &references).expect("a chart"));
    for wanted in [
        "Bounds & risks",
        "single-shot:sharp",
        "0.1332",
        "theorem-13:as-printed",
        "> 2.2100",
        "exact risk: 0.0354",
        "held-out <baseline>: 0.0961",
    ] {
        assert!(
            texts.iter().any(|t| t == wanted),
            "no \"{wanted}\" among {texts:?}"
        );
    }
}

#[test]
fn activity_charts_name_axes_and_curves() {
    let mean = activity_mean(
        "Mean",
        &[1e-3, 1e-2, 1e-1],
        &[("784-100-10".into(), vec![0.7, 0.8, 1.0])],
    )
    .expect("a chart");
    let texts_of_mean = texts(&mean);
    for wanted in ["Mean", "784-100-10", "sensitivity eps"] {
        assert!(
            texts_of_mean.iter().any(|t| t == wanted),
            "no \"{wanted}\" among {texts_of_mean:?}"
        );
    }
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
