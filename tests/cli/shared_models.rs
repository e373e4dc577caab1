//! MNIST with the networks of the shared folder; skipped where there is none.

use crate::common::number::range;
use crate::common::run::gapcert;
use serde_json::Value as Json;
use std::io::Write;
use std::path::{Path, PathBuf};

fn shared() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os("GAPCERT_SHARED").map_or_else(beside, PathBuf::from);
    let present = folder.join("data/mnist").is_dir() && folder.join("models").is_dir();
    if !present {
        // Not by a macro, whose output the test harness would keep to itself.
        let message = format!(
            "SKIPPED: no models and data in {}; set GAPCERT_SHARED\n",
            folder.display()
        );
        std::io::stderr().write_all(message.as_bytes()).unwrap();
    }
    present.then_some(folder)
}

fn certify(shared: &Path, network: &str, file: &str) -> Json {
    let at = |name: &str| format!("models/{network}/{name}");
    let args = [
        "certify",
        &at(file),
        "--data",
        "data/mnist",
        "--indices",
        &at("sample_indices.npy"),
        "--prior",
        &at("prior.safetensors"),
        "--prior-indices",
        &at("prior_indices.npy"),
        "--json",
    ];
    gapcert(shared, &args).ended(0).json()
}

/// What must hold of any of these reports.
#[track_caller]
fn sane(report: &Json) {
    assert_eq!(report["m"], 52250);
    for r in report["results"].as_array().unwrap() {
        let name = format!("{}:{}", r["bound"], r["form"]);
        let width = range(&r["value"]).relative_width();
        // A ramp loss is a mean of margins known to f64 accuracy; all else is
        // counts and MPFR.
        let ramp = r["parameters"]["inputs"].get("ramp_loss").is_some();
        let limit = if ramp { 1e-10 } else { 1e-12 };
        assert!(width <= limit, "{name}: {width:e}");
        for (what, count) in r["parameters"]["counts"].as_object().unwrap() {
            assert_eq!(count["undecided"], 0, "{name}: {what}");
        }
    }
    for held_out in ["prior_on_sample", "network_on_test"] {
        assert_eq!(report["baseline"][held_out]["errors"]["undecided"], 0);
    }
}

#[track_caller]
fn at_most(report: &Json, bound: &str, form: &str, limit: f64) {
    let results = report["results"].as_array().unwrap();
    let found = results
        .iter()
        .find(|r| r["bound"] == bound && r["form"] == form);
    let value = range(&found.unwrap_or_else(|| panic!("no {bound}:{form}"))["value"]);
    assert!(value.hi <= limit, "{bound}:{form}: {}", value.hi_f64());
}

#[test]
fn one_hidden_layer_on_mnist() {
    let Some(shared) = shared() else { return };
    let report = certify(&shared, "mnist-mlp-100", "model.safetensors");
    sane(&report);
    at_most(
        &report,
        "muthukumar-sulam-2023/theorem-13",
        "as-printed",
        0.72,
    );
    at_most(
        &report,
        "muthukumar-sulam-2023/single-shot",
        "sharp",
        0.1355,
    );
    let errors = &report["sample_errors"];
    assert_eq!((&errors["lo"], &errors["hi"]), (&4902.into(), &4902.into()));
    assert_eq!(errors["undecided"], 0);
    assert_eq!(
        format!("{:.4}", range(&report["sample_error"]).hi_f64()),
        "0.0938"
    );

    let mut again = certify(&shared, "mnist-mlp-100", "model.npz");
    again["inputs"] = report["inputs"].clone();
    assert!(again == report, "model.npz and model.safetensors differ");
}

#[test]
fn two_hidden_layers_on_mnist() {
    let Some(shared) = shared() else { return };
    let report = certify(&shared, "mnist-mlp-100-100", "model.safetensors");
    sane(&report);
    at_most(&report, "muthukumar-sulam-2023/single-shot", "sharp", 0.214);
}

/// A zero prior says nothing of this network, and every bound can tell so:
/// Catoni's at a huge c would be too close to 1 for any precision.
#[test]
fn a_zero_prior_on_mnist_is_vacuous() {
    let Some(shared) = shared() else { return };
    let report = gapcert(
        &shared,
        &[
            "certify",
            "models/mnist-mlp-100/model.safetensors",
            "--data",
            "data/mnist",
            "--indices",
            "models/mnist-mlp-100/sample_indices.npy",
            "--json",
        ],
    )
    .ended(1)
    .json();
    for r in report["results"].as_array().unwrap() {
        let expected = if r["bound"] == "long-sedghi-2020" {
            Json::Null // a measure
        } else {
            true.into()
        };
        assert_eq!(r["vacuous"], expected, "{}:{}", r["bound"], r["form"]);
    }
    assert_eq!(report["baseline"]["prior_on_sample"], Json::Null);
}

/// Convolutional networks as PyTorch exports them.
#[test]
fn convolutional_networks_on_mnist() {
    let Some(shared) = shared() else { return };
    for (network, errors) in [("mnist-conv-3-32-s2", 5970), ("mnist-conv-3-16-s1", 2682)] {
        let model = format!("models/{network}/model.onnx");
        let args = [
            "certify",
            &model,
            "--data",
            "data/mnist",
            "--margin",
            "1",
            "--json",
        ];
        let report = gapcert(&shared, &args).ended(1).json();
        let counted = &report["sample_errors"];
        assert_eq!(
            (&counted["lo"], &counted["hi"]),
            (&errors.into(), &errors.into())
        );
        assert_eq!(counted["undecided"], 0);
        let results = report["results"].as_array().unwrap();
        assert_eq!(
            results.len(),
            15,
            "{network}: every norm-based bound applies"
        );
        for r in results {
            let value = range(&r["value"]);
            // Ramp losses and operator norms come from f64.
            assert!(value.relative_width() <= 1e-8, "{network}: {}", r["bound"]);
            assert_ne!(
                r["vacuous"], false,
                "{network}: {} cannot be below 1",
                r["bound"]
            );
        }
        let of = |bound: &str| {
            let found = results.iter().find(|r| r["bound"] == bound).unwrap();
            range(&found["value"]).hi_f64()
        };
        assert!(of("galanti-2023/chevet") < of("galanti-2023/path-energy"));
        assert!(of("galanti-2023/path-energy") < of("galanti-2023/sound"));
        // The released formula is far below: it leaves the head's fan-in out.
        assert!(of("galanti-2023/as-released") < 3.0);
    }
}
