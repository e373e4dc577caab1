//! `vectors`, `conform` and `lock` on the command line.

use crate::common::run::{Ran, gapcert};
use crate::common::schema::validate;
use crate::common::world::World;
use crate::python::{command, is_here};
use gapcert::report::schema::{CONFORM, LOCK, LOCK_CHECK, VECTORS};
use serde_json::Value as Json;
use std::path::Path;

fn here() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn fits(schema: &str, json: &Json) {
    validate(&serde_json::from_str(schema).unwrap(), json).unwrap();
}

fn conform(folder: &Path, cmd: &str, more: &[&str]) -> Ran {
    let args = ["conform", "--cmd", cmd, "--cases", "5", "--bound"];
    gapcert(folder, &[&args, more].concat())
}

#[test]
fn vectors_are_written_and_never_over_something_else() {
    let folder = here();
    let args = [
        "vectors",
        "pac-bayes/kl:sharp",
        "-n",
        "12",
        "--seed",
        "3",
        "-o",
        "v.json",
    ];
    gapcert(folder.path(), &args).ended(0);
    let first = std::fs::read_to_string(folder.path().join("v.json")).unwrap();
    fits(VECTORS, &serde_json::from_str(&first).unwrap());
    // The same again is no change; another seed is.
    gapcert(folder.path(), &args).ended(0);
    let other = [
        "vectors",
        "pac-bayes/kl:sharp",
        "-n",
        "12",
        "--seed",
        "4",
        "-o",
        "v.json",
    ];
    gapcert(folder.path(), &other).refused(&["v.json", "--force"]);
    gapcert(folder.path(), &[&other[..], &["--force"]].concat()).ended(0);
    let second = std::fs::read_to_string(folder.path().join("v.json")).unwrap();
    assert_ne!(first, second);
    // They can be read back.
    gapcert(
        folder.path(),
        &["conform", "--vectors", "v.json", "--cases", "0"],
    )
    .ended(0);
    gapcert(folder.path(), &["vectors", "no-such-bound"]).refused(&["no-such-bound", "--list"]);
    gapcert(folder.path(), &["vectors", "--all", "-o", "nowhere"]).refused(&["nowhere", "folder"]);
    let list = gapcert(folder.path(), &["vectors", "--list"]).ended(0).out;
    assert!(
        list.contains("test-set/clopper-pearson:as-printed") && list.contains("network/path-norm")
    );
}

#[test]
fn gapcert_conforms_to_itself() {
    let folder = here();
    let args = [
        "conform",
        "--rounding",
        "up",
        "--cases",
        "10",
        "--json",
        "--bound",
    ];
    let subjects = [
        "pac-bayes/kl:sharp",
        "--bound",
        "matrix/sparse-norm",
        "--bound",
        "test-set/clopper-pearson",
    ];
    let report = gapcert(folder.path(), &[&args[..], &subjects].concat())
        .ended(0)
        .json();
    fits(CONFORM, &report);
    assert_eq!(report["subjects"].as_array().unwrap().len(), 3);
    assert_eq!(report["summary"]["failed"], 0);
}

#[test]
fn a_faulty_implementation_gets_a_report_with_a_replay() {
    if !is_here("reports of conform") {
        return;
    }
    let folder = here();
    let cmd = command("faulty.py", "root-in-one-inf");
    let more = ["matrix/one-inf", "--json", "--junit", "report.xml"];
    let report = conform(folder.path(), &cmd, &more).ended(1).json();
    fits(CONFORM, &report);
    let checks = report["subjects"][0]["checks"].as_array().unwrap();
    let value = checks.iter().find(|c| c["check"] == "value").unwrap();
    // The smallest counterexample to sqrt(x) = x.
    assert_eq!(value["failure"]["calls"][0]["w"].to_string(), r#"[["2"]]"#);
    let xml = std::fs::read_to_string(folder.path().join("report.xml")).unwrap();
    assert!(
        xml.contains("<testsuites") && xml.contains("<failure message=\"unsound\">"),
        "{xml}"
    );
    let opened = xml.matches("<testcase").count();
    assert_eq!(opened, checks.len());
    // Its own command shows it again.
    let replay = value["failure"]["replay"].as_str().unwrap();
    let quoted = replay
        .rsplit_once("--replay ")
        .unwrap()
        .1
        .trim_matches('\'');
    let again = conform(folder.path(), &cmd, &["matrix/one-inf", "--replay", quoted]).ended(1);
    assert!(
        again.out.contains("unsound") && again.out.contains("wanted 2"),
        "{}",
        again.out
    );
    // What is right passes the same replay.
    let right = gapcert(
        folder.path(),
        &["conform", "--bound", "matrix/one-inf", "--replay", quoted],
    );
    assert!(right.ended(0).out.contains("holds"));
    let table = conform(folder.path(), &cmd, &["matrix/one-inf"])
        .ended(1)
        .out;
    assert!(
        table.contains("does not conform") && table.contains("replay gapcert conform --cmd"),
        "{table}"
    );
}

#[test]
fn a_loose_value_can_be_allowed() {
    if !is_here("--allow-loose") {
        return;
    }
    let folder = here();
    let cmd = command("faulty.py", "two-sided");
    conform(folder.path(), &cmd, &["test-set/clopper-pearson"]).ended(1);
    let more = ["test-set/clopper-pearson", "--allow-loose"];
    conform(folder.path(), &cmd, &more).ended(0);
    // A value to the nearest is below the exact one about every other time.
    let cmd = command("correct.py", "frobenius");
    conform(folder.path(), &cmd, &["matrix/frobenius"]).ended(0);
    conform(
        folder.path(),
        &cmd,
        &["matrix/frobenius", "--rounding", "up"],
    )
    .ended(1);
}

#[test]
fn bad_usage_is_refused() {
    let folder = here();
    gapcert(folder.path(), &["conform"]).misused(&["--bound"]);
    for (more, parts) in [
        (&["--tolerance", "-1"][..], &["--tolerance"][..]),
        (&["--tolerance", "x"], &["--tolerance"]),
        (&["--replay", "{"], &["--replay", "JSON"]),
        (
            &["--replay", r#"{"property":"no"}"#],
            &["--replay", "a property of"],
        ),
        (
            &["--replay", r#"{"property":"value","calls":[]}"#],
            &["--replay", "call"],
        ),
        (&["--baseline", "none.json"], &["none.json"]),
        (&["--junit", "no/such/folder.xml"], &["folder"]),
    ] {
        let args = [&["conform", "--bound", "matrix/babel"], more].concat();
        gapcert(folder.path(), &args).refused(parts);
    }
    let limit = [
        "conform",
        "--cmd",
        "true",
        "--time-limit",
        "0",
        "--bound",
        "matrix/babel",
    ];
    gapcert(folder.path(), &limit).refused(&["--time-limit"]);
    std::fs::write(folder.path().join("bad.json"), r#"{"format":"other"}"#).unwrap();
    gapcert(folder.path(), &["conform", "--vectors", "bad.json"]).refused(&["bad.json", "format"]);
    gapcert(folder.path(), &["lock", "check", "bad.json"]).refused(&["bad.json", "format"]);
    // A report does not replace the vectors it is about.
    let made = ["vectors", "matrix/babel", "-n", "4", "-o", "v.json"];
    gapcert(folder.path(), &made).ended(0);
    let before = std::fs::read(folder.path().join("v.json")).unwrap();
    let args = ["conform", "--vectors", "v.json", "--junit", "v.json"];
    gapcert(folder.path(), &args).refused(&["v.json", "another file than the inputs"]);
    assert!(std::fs::read(folder.path().join("v.json")).unwrap() == before);
}

#[test]
fn a_lock_is_made_checked_and_used_as_baseline() {
    if !is_here("lock") {
        return;
    }
    let folder = here();
    let (right, wrong) = (
        command("correct.py", "mcallester"),
        command("faulty.py", "clipped"),
    );
    let bound = "pac-bayes/mcallester:as-printed";
    let create = [
        "lock",
        "create",
        "--cmd",
        &right,
        "--version-text",
        "2.1",
        "--bound",
        bound,
        "-o",
        "a.lock",
    ];
    gapcert(folder.path(), &create).ended(0);
    gapcert(folder.path(), &create).refused(&["a.lock", "--force"]);
    gapcert(folder.path(), &["lock", "check", "a.lock", "--cmd", &right]).ended(0);
    let check = ["lock", "check", "a.lock", "--cmd", &wrong, "--json"];
    let report = gapcert(folder.path(), &check).ended(1).json();
    fits(LOCK_CHECK, &report);
    let moved = report["moved"].as_array().unwrap();
    assert!(
        moved
            .iter()
            .any(|m| m["old_is"] == "right" && m["new_is"] == "unsound"),
        "{report}"
    );
    let table = gapcert(folder.path(), &check[..5]).ended(1).out;
    assert!(
        table.contains("unsound") && table.contains("moved"),
        "{table}"
    );
    conform(folder.path(), &right, &[bound, "--baseline", "a.lock"]).ended(0);
    let out = conform(
        folder.path(),
        &wrong,
        &[bound, "--baseline", "a.lock", "--json"],
    )
    .ended(1)
    .json();
    let checks = out["subjects"][0]["checks"].as_array().unwrap();
    assert!(
        checks
            .iter()
            .any(|c| c["suite"] == "baseline" && c["failed"].as_u64() > Some(0))
    );
}

/// The measurements of a model's weights are locked with the file's hash.
#[test]
fn a_lock_of_a_model_notices_another_file() {
    let world = World::new();
    let folder = world.folder.path();
    gapcert(
        folder,
        &[
            "lock",
            "create",
            "--model",
            "model.safetensors",
            "-o",
            "m.lock",
        ],
    )
    .ended(0);
    let out = gapcert(folder, &["lock", "check", "m.lock"]).ended(0).out;
    // Three norms of two layers, two of the network.
    assert!(out.contains("8 answers compared, 0 moved"), "{out}");
    std::fs::copy(
        folder.join("prior.safetensors"),
        folder.join("model.safetensors"),
    )
    .unwrap();
    gapcert(folder, &["lock", "check", "m.lock"]).refused(&["model.safetensors", "SHA-256"]);
}

/// Kernels of a convolutional network, as matrices of a row for each output channel,
/// beside sums over the weights in f64.
#[test]
fn a_lock_of_a_convolutional_network_is_of_its_kernels() {
    let folder = here();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reading/onnx/conv.onnx");
    std::fs::copy(&fixture, folder.path().join("conv.onnx")).unwrap();
    let over = [
        "lock",
        "create",
        "--model",
        "conv.onnx",
        "-o",
        "conv.onnx",
        "--force",
    ];
    gapcert(folder.path(), &over).refused(&["conv.onnx", "another file than the inputs"]);
    let create = ["lock", "create", "--model", "conv.onnx", "-o", "c.lock"];
    gapcert(folder.path(), &create).ended(0);
    let text = std::fs::read_to_string(folder.path().join("c.lock")).unwrap();
    let lock: Json = serde_json::from_str(&text).unwrap();
    fits(LOCK, &lock);
    let graph = gapcert::network::read_model(&fixture, None).unwrap().graph;
    let kernels: Vec<_> = graph
        .nodes()
        .iter()
        .filter_map(|n| match &n.op {
            gapcert::network::Op::Conv(conv) => Some(&conv.kernel),
            _ => None,
        })
        .collect();
    assert!(kernels.iter().any(|k| k.dim().2 > 1), "no convolution");
    let entries = lock["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 3 * kernels.len());
    for e in entries {
        let kernel = kernels[e["model"]["layer"].as_u64().unwrap() as usize - 1];
        let rows = kernel.outer_iter();
        let of_row = |f: fn(f64) -> f64| rows.map(move |r| r.iter().map(|w| f(*w)).sum::<f64>());
        let wanted = match e["subject"].as_str().unwrap() {
            "matrix/frobenius" => of_row(|w| w * w).sum::<f64>().sqrt(),
            "matrix/two-one" => of_row(|w| w * w).map(f64::sqrt).sum(),
            "matrix/one-inf" => of_row(f64::abs).fold(0.0, f64::max),
            other => panic!("{other}"),
        };
        let found: f64 = e["value"].as_str().unwrap().parse().unwrap();
        assert!((found - wanted).abs() <= 1e-12 * wanted, "{e}: {wanted}");
    }
    let out = gapcert(folder.path(), &["lock", "check", "c.lock"])
        .ended(0)
        .out;
    assert!(out.contains(" 0 moved"), "{out}");
}

/// The convolutional networks of the shared folder; skipped where there is none.
#[test]
fn locks_of_the_shared_models_hold() {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("GAPCERT_SHARED").map_or_else(beside, std::path::PathBuf::from);
    let model = "models/mnist-conv-3-32-s2/model.onnx";
    if !shared.join(model).is_file() {
        // Not by a macro, whose output the test harness would keep to itself.
        let message = format!("SKIPPED: no {model} in {}\n", shared.display());
        std::io::Write::write_all(&mut std::io::stderr(), message.as_bytes()).unwrap();
        return;
    }
    let folder = here();
    let lock = folder.path().join("m.lock");
    let lock = lock.to_str().unwrap();
    gapcert(&shared, &["lock", "create", "--model", model, "-o", lock]).ended(0);
    let out = gapcert(&shared, &["lock", "check", lock]).ended(0).out;
    assert!(out.contains(" 0 moved"), "{out}");
    let text = std::fs::read_to_string(lock).unwrap();
    assert!(text.contains("\"value\"") && !text.contains("\"refused\""));
}

/// An architecture is read again with the tensors, and its hash is recorded.
#[test]
fn a_lock_notices_another_architecture() {
    let folder = here();
    let k = vec![1.0f32, 0.5, -1.0, 0.25, 2.0, 0.0, 1.0, -0.5];
    let v: Vec<f32> = (0..24).map(|i| i as f32 / 8.0 - 1.0).collect();
    let tensors =
        crate::common::files::safetensors(&[("k", vec![2, 1, 2, 2], k), ("v", vec![3, 8], v)]);
    std::fs::write(folder.path().join("cnn.safetensors"), tensors).unwrap();
    let layers = "input = [1, 3, 3]\n[[layer]]\nop = \"conv\"\nweight = \"k\"\n[[layer]]\nop = \"relu\"\n[[layer]]\nop = \"linear\"\nweight = \"v\"\n";
    let toml = folder.path().join("cnn.toml");
    std::fs::write(&toml, layers).unwrap();
    let create = [
        "lock",
        "create",
        "--model",
        "cnn.safetensors",
        "-o",
        "a.lock",
    ];
    // Without it the file is no perceptron's.
    gapcert(folder.path(), &create).refused(&["cnn.safetensors", "--architecture"]);
    let create = [&create[..], &["--architecture", "cnn.toml"]].concat();
    gapcert(folder.path(), &create).ended(0);
    let check = ["lock", "check", "a.lock"];
    let out = gapcert(folder.path(), &check).ended(0).out;
    assert!(out.contains("6 answers compared, 0 moved"), "{out}");
    let text = std::fs::read_to_string(folder.path().join("a.lock")).unwrap();
    fits(LOCK, &serde_json::from_str(&text).unwrap());
    // The same network in other words is another file.
    std::fs::write(&toml, format!("# The same.\n{layers}")).unwrap();
    gapcert(folder.path(), &check).refused(&["cnn.toml", "SHA-256"]);
    // An entry that leaves a file out is not compared in part.
    std::fs::write(&toml, layers).unwrap();
    let mut lock: Json = serde_json::from_str(&text).unwrap();
    let entries = lock["entries"].as_array_mut().unwrap();
    let model = entries.last_mut().unwrap()["model"]
        .as_object_mut()
        .unwrap();
    assert!(model.remove("with").is_some());
    std::fs::write(folder.path().join("a.lock"), lock.to_string()).unwrap();
    gapcert(folder.path(), &check).refused(&["cnn.safetensors", "a network of 1 files"]);
    // It says nothing without a model.
    let alone = [
        "lock",
        "create",
        "--architecture",
        "cnn.toml",
        "-o",
        "b.lock",
    ];
    gapcert(folder.path(), &alone).misused(&["--model"]);
}
