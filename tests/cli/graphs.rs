use crate::common::files::{Tensor, safetensors};
use crate::common::number::range;
use crate::common::schema::validate;
use crate::common::world::{Numbers, World};
use serde_json::Value as Json;

/// A convolution on the world's 2 x 3 images, a ReLU, and a head.
const ARCHITECTURE: &str = r#"
input = [1, 2, 3]
[[layer]]
op = "conv"
weight = "0.weight"
[[layer]]
op = "relu"
[[layer]]
op = "flatten"
[[layer]]
op = "linear"
weight = "3.weight"
"#;

fn tensors(seed: u64, change: f32) -> Vec<Tensor<'static>> {
    let mut numbers = Numbers(1);
    let mut other = Numbers(seed);
    let mut tensor = |shape: &[usize]| -> (Vec<usize>, Vec<f32>) {
        let n = shape.iter().product();
        let values = (0..n).map(|_| numbers.centred() + change * other.centred());
        (shape.to_vec(), values.collect())
    };
    let (first, second) = (tensor(&[4, 1, 2, 2]), tensor(&[3, 8]));
    vec![
        ("0.weight", first.0, first.1),
        ("3.weight", second.0, second.1),
    ]
}

fn world() -> World {
    let w = World::new();
    w.write("cnn.safetensors", &safetensors(&tensors(2, 0.0)))
        .write("start.safetensors", &safetensors(&tensors(3, 1e-3)))
        .write("cnn.toml", ARCHITECTURE.as_bytes());
    w
}

const BASE: [&str; 8] = [
    "certify",
    "cnn.safetensors",
    "--architecture",
    "cnn.toml",
    "--data",
    "data",
    "--indices",
    "sample.npy",
];

fn with(more: &[&'static str]) -> Vec<&'static str> {
    [&BASE[..], more].concat()
}

#[test]
fn one_table_with_every_bound_and_its_status() {
    let w = world();
    let report = w.run(&with(&["--json", "-o", "cert.json"])).ended(1).json();
    let schema = w.run(&["schema", "certify"]).ended(0).json();
    validate(&schema, &report).unwrap();
    let certificate: Json = serde_json::from_slice(&w.read("cert.json")).unwrap();
    validate(
        &w.run(&["schema", "certificate"]).ended(0).json(),
        &certificate,
    )
    .unwrap();
    assert_eq!(
        report["shapes"],
        serde_json::json!(["1x2x3", "4x1x2", "3x1x1"])
    );
    let status = |id: &str| {
        let results = report["results"].as_array().unwrap();
        let found = results.iter().find(|r| r["bound"] == id);
        found.unwrap_or_else(|| panic!("no {id}"))["status"].clone()
    };
    for (id, expected) in [
        ("galanti-2023/as-released", "refuted"),
        ("galanti-2023/sound", "proved here"),
        ("galanti-2023/path-energy", "proved here"),
        ("galanti-2023/chevet", "proved here"),
        ("galanti-2023/path-norm", "proved here"),
        ("golowich-2018/frobenius", "proved here"),
        ("golowich-2018/l1-inf", "cited"),
        ("neyshabur-2015/frobenius", "proved here"),
        ("bartlett-2017", "cited"),
        ("neyshabur-2018", "cited"),
        ("graf-2022/norms", "cited"),
        ("graf-2022/params", "cited"),
        ("ledent-2021", "cited"),
        ("gonon-2024/path-norm", "cited"),
        ("long-sedghi-2020", "cited"),
    ] {
        assert_eq!(status(id), expected, "{id}");
    }
    // What is for multilayer perceptrons only says so.
    let left_out = report["not_applicable"].as_array().unwrap();
    let reason = |id: &str| {
        let found = left_out.iter().find(|r| r["bound"] == id).unwrap();
        found["why"].as_str().unwrap().to_owned()
    };
    assert!(reason("muthukumar-sulam-2023/single-shot").contains("multilayer perceptron"));
    assert_eq!(report["baseline"]["prior_on_sample"], Json::Null);
    assert_ne!(report["baseline"]["network_on_test"], Json::Null);
    // In words, too; the refuted formula is not called a bound.
    let words = w.run(&BASE).ended(1).out;
    for part in [
        "1x2x3-4x1x2-3",
        "refuted",
        "no bound",
        "vacuous",
        "proved here",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    for entry in certificate["results"].as_array().unwrap() {
        let statement = entry["statement"].as_str().unwrap();
        let holds = entry["status"] != "refuted" && entry["bound"] != "long-sedghi-2020";
        assert_eq!(
            statement.contains("which bounds nothing"),
            !holds,
            "{statement}"
        );
        let in_expectation = entry["bound"] == "gonon-2024/path-norm";
        let likely = statement.contains("with probability at least 1 - 0.05");
        assert_eq!(likely, holds && !in_expectation, "{statement}");
    }
}

#[test]
fn a_refuted_formula_below_1_is_no_success() {
    let w = world();
    let args = with(&["--bound", "galanti-2023/as-released", "--json"]);
    let ran = w.run(&args);
    assert_ne!(ran.code, Some(0), "{}", ran.out);
}

#[test]
fn a_margin_fixed_beforehand_is_taken_as_it_is() {
    let w = world();
    let report = w.run(&with(&["--margin", "0.3", "--json"])).ended(1).json();
    for r in report["results"].as_array().unwrap() {
        let grid = r["parameters"]["grid"].as_array().unwrap();
        assert!(grid.iter().all(|c| c["name"] != "gamma"), "{}", r["bound"]);
        if let Some(gamma) = r["parameters"]["derived"].get("gamma") {
            let gamma = range(gamma);
            let exact = crate::common::number::decimal("0.3");
            assert!(gamma.lo <= exact && gamma.hi >= exact, "{}", r["bound"]);
        }
    }
    for bad in ["0", "-1", "x", "nan", "1/0"] {
        let args = [&BASE[..], &["--margin", bad]].concat();
        w.run(&args).refused(&["--margin", "a number > 0"]);
    }
}

#[test]
fn a_reference_network_shortens_distances() {
    let w = world();
    let value = |report: &Json, id: &str| {
        let results = report["results"].as_array().unwrap();
        let found = results.iter().find(|r| r["bound"] == id).unwrap();
        range(&found["value"]).hi_f64()
    };
    let margin = ["--margin", "1", "--json"];
    let from_zero = w.run(&with(&margin)).ended(1).json();
    let prior = [&margin[..], &["--prior", "start.safetensors"]].concat();
    let from_start = w.run(&with(&prior)).ended(1).json();
    for id in ["bartlett-2017", "graf-2022/norms", "long-sedghi-2020"] {
        assert!(value(&from_start, id) < value(&from_zero, id), "{id}");
    }
    // Nothing to do with the reference.
    let same = "galanti-2023/path-energy";
    assert_eq!(value(&from_start, same), value(&from_zero, same));
    assert_ne!(from_start["baseline"]["prior_on_sample"], Json::Null);
    let other = [&BASE[..], &["--prior", "model.safetensors"]].concat();
    w.run(&other).refused(&["model.safetensors"]);
}

#[test]
fn a_bound_that_does_not_apply_is_refused_by_name() {
    let w = world();
    let args = with(&["--bound", "muthukumar-sulam-2023/single-shot"]);
    w.run(&args)
        .misused(&["single-shot", "a multilayer perceptron"]);
    let activity = [&["activity"], &BASE[1..]].concat();
    w.run(&activity)
        .refused(&["cnn.safetensors", "multilayer perceptron"]);
}

#[test]
fn convolutions_need_an_architecture() {
    let w = world();
    let args = ["certify", "cnn.safetensors", "--data", "data"];
    w.run(&args).refused(&["\"0.weight\"", "--architecture"]);
    let missing = [&BASE[..3], &["nowhere.toml"], &BASE[4..]].concat();
    w.run(&missing).refused(&["nowhere.toml"]);
}

#[test]
fn measure_prints_norms_with_and_without_a_sample() {
    let w = world();
    let base = ["measure", "cnn.safetensors", "--architecture", "cnn.toml"];
    let json = |more: &[&str]| {
        w.run(&[&base[..], more, &["--json"]].concat())
            .ended(0)
            .json()
    };
    let schema = w.run(&["schema", "measure"]).ended(0).json();
    let alone = json(&[]);
    validate(&schema, &alone).unwrap();
    assert_eq!(alone["sample"], Json::Null);
    // Two positions of four taps; the head reads both: 8 paths.
    let paths = range(&alone["network"]["paths"]);
    assert!(paths.lo == 8 && paths.hi == 8);
    assert_eq!(alone["network"]["fan_in"], serde_json::json!([4, 2]));
    let more = json(&[
        "--data",
        "data",
        "--indices",
        "sample.npy",
        "--reference",
        "start.safetensors",
    ]);
    validate(&schema, &more).unwrap();
    assert_eq!(more["sample"]["m"], 500);
    let energy = range(&more["sample"]["path_energy"]);
    assert!(energy.lo <= energy.hi && energy.lo > 0);
    for layer in more["layers"].as_array().unwrap() {
        let (kernel, distance) = (
            range(&layer["kernel_21"]),
            range(&layer["distance"]["kernel_21"]),
        );
        assert!(distance.hi < kernel.lo && distance.lo > 0);
    }
    let words = w.run(&base).ended(0).out;
    for part in ["operator norm", "rho", "path norm", "0.weight"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    w.run(&[&base[..], &["--indices", "sample.npy"]].concat())
        .misused(&["--data"]);
    w.run(&[&base[..], &["--reference", "model.safetensors"]].concat())
        .refused(&["model.safetensors"]);
}
