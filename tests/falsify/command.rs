//! The command's contract.

use crate::common::run::{Ran, gapcert};
use crate::common::schema::validate;
use gapcert::report::schema::{FALSIFY_REPLAY, FALSIFY_REPORT};
use serde_json::Value as Json;
use std::path::Path;

const AS_RELEASED: &str = "galanti-2023/as-released";

fn falsify(folder: &Path, more: &[&str]) -> Ran {
    gapcert(folder, &[&["falsify"], more].concat())
}

/// What was printed as JSON is what the schema of that name says.
fn printed(schema: &str, ran: &Ran) -> Json {
    let said: Json = serde_json::from_str(&ran.out).unwrap();
    validate(&serde_json::from_str(schema).unwrap(), &said).unwrap();
    said
}

/// A refutation, as quickly as one is found: seed and families are chosen for it.
fn refute(folder: &Path, output: &str) -> Ran {
    let options = [
        AS_RELEASED,
        "--population",
        "signs",
        "--learner",
        "ridge",
        "--evaluations",
        "640",
        "--seed",
        "7",
        "-o",
        output,
        "--json",
    ];
    falsify(folder, &options)
}

#[test]
fn a_refutation_is_written_and_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let f = folder.path();
    let ran = refute(f, "r.json");
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    let said = printed(FALSIFY_REPORT, &ran);
    assert_eq!(said["verdict"], "refuted");
    let p: f64 = said["attempts"][0]["p_value"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(p < 5e-10, "{p}");

    let replayed = falsify(f, &["--replay", "r.json", "--json"]);
    assert_eq!(replayed.code, Some(0), "{}{}", replayed.out, replayed.err);
    let again = printed(FALSIFY_REPLAY, &replayed);
    assert_eq!(again["reproduced"], true);
    assert_eq!(again["differences"].as_array().unwrap().len(), 0);

    // Nothing is written over, and nothing is searched for before that is known.
    let before = std::fs::read(f.join("r.json")).unwrap();
    let refused = refute(f, "r.json");
    assert_eq!(refused.code, Some(4));
    assert!(refused.err.contains("r.json"), "{}", refused.err);
    assert_eq!(std::fs::read(f.join("r.json")).unwrap(), before);

    altered_files_are_not_reproduced(f, &String::from_utf8(before).unwrap());
}

fn altered_files_are_not_reproduced(f: &Path, text: &str) {
    let file: Json = serde_json::from_str(text).unwrap();
    let altered = |change: &dyn Fn(&mut Json)| {
        let mut file = file.clone();
        change(&mut file);
        std::fs::write(f.join("altered.json"), file.to_string()).unwrap();
        falsify(f, &["--replay", "altered.json", "--json"])
    };
    // A number of a replicate.
    let ran = altered(&|file| file["replicates"][1]["value"][0] = "0.01".into());
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let said: Json = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(said["refuted"], true);
    let differences = said["differences"].as_array().unwrap();
    assert_eq!(differences.len(), 1, "{differences:?}");
    assert!(differences[0].as_str().unwrap().contains("replicate 1"));
    // A p-value.
    assert_eq!(
        altered(&|file| file["p_value"] = "1e-99".into()).code,
        Some(1)
    );
    // Seeds chosen for the result: those of the replicates must follow from the search's.
    let ran = altered(&|file| file["search"]["seed"] = 8.into());
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("seed"), "{}", ran.out);
    // A spec that asks for more than the file has: nothing is drawn.
    let more = altered(&|file| {
        let spec = file["spec"].as_str().unwrap().to_owned();
        let line = spec.lines().find(|l| l.starts_with("replicates")).unwrap();
        file["spec"] = spec.replace(line, "replicates = 900000000").into();
    });
    assert_eq!(more.code, Some(4));
    assert!(more.err.contains("900000000 replicates"), "{}", more.err);
    // No such file at all.
    assert_eq!(
        altered(&|file| file["bound"] = "no-such-bound".into()).code,
        Some(4)
    );
    assert_eq!(
        altered(&|file| file["schema"] = "gapcert-falsification/9".into()).code,
        Some(4)
    );
    assert_eq!(altered(&|file| file["delta"] = "0.2".into()).code, Some(4));
    assert_eq!(
        altered(&|file| file["search"]["attempt"] = 0.into()).code,
        Some(4)
    );
    std::fs::write(f.join("altered.json"), "{").unwrap();
    assert_eq!(falsify(f, &["--replay", "altered.json"]).code, Some(4));
}

#[test]
fn what_is_not_refuted_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let ran = falsify(
        folder.path(),
        &[
            "test-set/clopper-pearson",
            "--evaluations",
            "32",
            "--population",
            "gaussian",
            "--seed",
            "2",
            "--json",
        ],
    );
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let said = printed(FALSIFY_REPORT, &ran);
    assert_eq!(said["verdict"], "not refuted");
    assert_eq!(said["evaluations"], 32);
    assert_eq!(said["seed"], 2);
    let tried = said["tried"].as_array().unwrap();
    assert!(tried.iter().all(|t| t["population"] == "gaussian"));
    let settings: u64 = tried.iter().map(|t| t["settings"].as_u64().unwrap()).sum();
    assert_eq!(settings, 32);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn bad_requests_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |options: &[&str], word: &str| {
        let ran = falsify(folder.path(), options);
        assert_eq!(ran.code, Some(4), "{options:?}");
        assert!(ran.err.contains(word), "{options:?}: {}", ran.err);
    };
    refused(&[], "BOUND");
    refused(&["no-such-bound"], "no-such-bound");
    refused(&[AS_RELEASED, "--seconds", "0"], "seconds");
    refused(&[AS_RELEASED, "--seconds", "nan"], "seconds");
    refused(&[AS_RELEASED, "--evaluations", "0"], "at least 1");
    refused(&[AS_RELEASED, "--delta", "1.5"], "delta");
    refused(&[AS_RELEASED, "--population", "mnist"], "mnist");
    refused(&[AS_RELEASED, "--learner", "file"], "file");
    refused(
        &[
            AS_RELEASED,
            "--population",
            "gaussian",
            "--learner",
            "worst",
        ],
        "worst",
    );
    refused(
        &[AS_RELEASED, "-o", "no/such/folder/r.json"],
        "no/such/folder",
    );
    refused(&["--replay", "absent.json"], "absent.json");
    refused(&["--replay", "absent.json", AS_RELEASED], "replay");
}

/// A program whose value is half the sample's error rate, in Python.
#[test]
fn a_program_can_be_refuted() {
    if std::process::Command::new("python3")
        .arg("-V")
        .output()
        .is_err()
    {
        eprintln!("skipped: python3 is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let f = folder.path();
    let program = r#"
import json, sys
for line in sys.stdin:
    call = json.loads(line)
    x = {name: float(v) for name, v in call["inputs"].items()}
    print(json.dumps({"id": call["id"], "value": x["errors"] / x["m"] / 2}), flush=True)
"#;
    std::fs::write(f.join("half.py"), program).unwrap();
    let search = [
        "test-set/clopper-pearson",
        "--cmd",
        "python3 half.py",
        "--population",
        "gaussian",
        "--learner",
        "nearest-mean",
        "--evaluations",
        "64",
        "-o",
        "r.json",
        "--json",
    ];
    let ran = falsify(f, &search);
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    let said = printed(FALSIFY_REPORT, &ran);
    assert_eq!(said["program"]["faults"], 0);
    // A file does not get to run its command.
    let alone = falsify(f, &["--replay", "r.json"]);
    assert_eq!(alone.code, Some(4));
    assert!(alone.err.contains("python3 half.py"), "{}", alone.err);
    let again = falsify(f, &["--replay", "r.json", "--cmd", "python3 half.py"]);
    assert_eq!(again.code, Some(0), "{}{}", again.out, again.err);
    // One that answers nothing refutes nothing, and it is said that it does not.
    let silent = falsify(
        f,
        &[
            "test-set/clopper-pearson",
            "--cmd",
            "true",
            "--population",
            "gaussian",
            "--learner",
            "nearest-mean",
            "--evaluations",
            "16",
            "--json",
        ],
    );
    assert_eq!(silent.code, Some(2), "{}{}", silent.out, silent.err);
    let said = printed(FALSIFY_REPORT, &silent);
    assert!(said["program"]["faults"].as_u64().unwrap() > 0);
}
