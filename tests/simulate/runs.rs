//! The binary: runs that are cut, sharded, merged and refused.

use crate::common::run::gapcert;
use crate::common::schema::validate;
use serde_json::Value as Json;
use std::path::{Path, PathBuf};

const SPEC: &str = r#"
seed = 7
replicates = 24
bounds = ["galanti-2023/path-energy", "pac-bayes/kl:sharp", "test-set/clopper-pearson"]
m = [40, 80]
[population]
kind = "clusters"
classes = 2
dim = 5
support = 200
spread = 1.0
flipped = 0.1
[learner]
kind = "sgd"
hidden = [6]
steps = 40
prior = "initial"
"#;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("spec.toml"), SPEC).unwrap();
    folder
}

/// The lines of a log, in order of replicates.
fn lines(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut all: Vec<String> = text.lines().skip(1).map(str::to_owned).collect();
    all.sort();
    all
}

fn summary(folder: &Path, run: &str) -> Json {
    serde_json::from_slice(&std::fs::read(folder.join(run).join("summary.json")).unwrap()).unwrap()
}

#[test]
fn the_same_numbers_on_any_number_of_threads() {
    let f = folder();
    for (threads, out) in [("1", "a"), ("3", "b")] {
        gapcert(
            f.path(),
            &["simulate", "spec.toml", "-o", out, "--threads", threads],
        )
        .ended(0);
    }
    assert_eq!(
        lines(&f.path().join("a/log.jsonl")),
        lines(&f.path().join("b/log.jsonl"))
    );
    assert_eq!(lines(&f.path().join("a/log.jsonl")).len(), 48);
    let s = summary(f.path(), "a");
    assert_eq!(s["settings"].as_array().unwrap().len(), 2);
    assert_eq!(s["settings"][1]["label"], "m = 80");
    for name in ["bounds.svg", "gap.svg", "coverage.svg"] {
        let svg = std::fs::read_to_string(f.path().join("a").join(name)).unwrap();
        assert!(
            svg.starts_with("<svg") && svg.contains("path-energy"),
            "{name}"
        );
    }
}

/// Cut anywhere, also within a line, a log goes on to the same numbers.
#[test]
fn a_log_that_was_cut_goes_on() {
    let f = folder();
    let run = |out: &str| gapcert(f.path(), &["simulate", "spec.toml", "-o", out]).ended(0);
    run("whole");
    let whole = std::fs::read(f.path().join("whole/log.jsonl")).unwrap();
    let expected = lines(&f.path().join("whole/log.jsonl"));
    let head = whole.iter().position(|b| *b == b'\n').unwrap() + 1;
    for (i, cut) in [0, 10, head, head + 1, whole.len() / 2, whole.len() - 1]
        .into_iter()
        .enumerate()
    {
        let out = f.path().join(format!("cut{i}"));
        std::fs::create_dir(&out).unwrap();
        std::fs::write(out.join("log.jsonl"), &whole[..cut]).unwrap();
        run(&format!("cut{i}"));
        assert_eq!(lines(&out.join("log.jsonl")), expected, "cut at {cut}");
        let (a, b) = (
            summary(f.path(), "whole"),
            summary(f.path(), &format!("cut{i}")),
        );
        // Means are summed in the order of the log: equal up to rounding.
        assert_eq!(
            a["settings"][0]["bounds"][0]["violations"],
            b["settings"][0]["bounds"][0]["violations"]
        );
        assert_eq!(
            a["settings"][0]["bounds"][2]["p_value"],
            b["settings"][0]["bounds"][2]["p_value"]
        );
    }
}

#[test]
fn a_killed_run_goes_on() {
    let f = folder();
    let out = f.path().join("killed");
    let long = SPEC.replace("replicates = 24", "replicates = 300");
    std::fs::write(f.path().join("spec.toml"), &long).unwrap();
    let args = ["simulate", "spec.toml", "-o", "killed"];
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_gapcert"))
        .current_dir(f.path())
        .args(args)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let log = out.join("log.jsonl");
    let size = || std::fs::metadata(&log).map_or(0, |m| m.len());
    while size() < 4000 && child.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let before = std::fs::read_to_string(&log).unwrap();
    let done = before.matches('\n').count();
    assert!(done > 1);
    gapcert(f.path(), &args).ended(0);
    gapcert(f.path(), &["simulate", "spec.toml", "-o", "whole"]).ended(0);
    assert_eq!(lines(&log), lines(&f.path().join("whole/log.jsonl")));
    // What was logged before was kept, not run again.
    let after = std::fs::read_to_string(&log).unwrap();
    let kept = before.rfind('\n').unwrap();
    assert!(after.starts_with(&before[..kept]));
}

#[test]
fn shards_are_the_whole() {
    let f = folder();
    let run = |args: &[&str]| gapcert(f.path(), args);
    run(&["simulate", "spec.toml", "-o", "whole"]).ended(0);
    for shard in ["1/3", "2/3", "3/3"] {
        run(&["simulate", "spec.toml", "-o", "parts", "--shard", shard]).ended(0);
    }
    run(&["simulate", "spec.toml", "-o", "merged", "--merge", "parts"]).ended(0);
    assert_eq!(
        summary(f.path(), "merged")["settings"][1]["bounds"][1]["violations"],
        summary(f.path(), "whole")["settings"][1]["bounds"][1]["violations"]
    );
    let mut parts: Vec<String> = (1..=3)
        .flat_map(|i| lines(&f.path().join(format!("parts/log-{i}-of-3.jsonl"))))
        .collect();
    parts.sort();
    assert_eq!(parts, lines(&f.path().join("whole/log.jsonl")));

    let part = |i: usize| PathBuf::from(format!("parts/log-{i}-of-3.jsonl"));
    let merge = |logs: &[PathBuf]| {
        let mut args = vec!["simulate", "spec.toml", "-o", "bad", "--merge"];
        args.extend(logs.iter().map(|p| p.to_str().unwrap()));
        gapcert(f.path(), &args)
    };
    merge(&[part(1), part(2)]).refused(&["16 missing", "run the missing shards"]);
    merge(&[part(1), part(1), part(2), part(3)]).refused(&["it twice"]);
    merge(&[part(1), PathBuf::from("whole/log.jsonl")]).refused(&["it twice"]);
    std::fs::write(
        f.path().join("spec.toml"),
        SPEC.replace("seed = 7", "seed = 8"),
    )
    .unwrap();
    merge(&[part(1), part(2), part(3)]).refused(&["the log of spec", "another"]);
    gapcert(f.path(), &["simulate", "spec.toml", "-o", "whole"]).refused(&["the log of spec"]);
}

/// The released formula claims something only of networks with margin at least 1 on
/// the whole sample: with a smaller one nothing it says can be violated.
#[test]
fn what_is_not_claimed_is_not_compared() {
    let f = folder();
    let spec = |margin: &str| {
        format!(
            r#"
replicates = 12
bounds = ["galanti-2023/as-released", "test-set/clopper-pearson"]
m = 60
[population]
kind = "hadamard"
classes = 4
dim = 256
[learner]
kind = "ridge"
features = "positions"
margin = {margin}
"#
        )
    };
    for (margin, compared) in [("0.5", 0), ("1.01", 12)] {
        std::fs::write(f.path().join("spec.toml"), spec(margin)).unwrap();
        let out = format!("at-{margin}");
        gapcert(f.path(), &["simulate", "spec.toml", "-o", &out]);
        let bounds = &summary(f.path(), &out)["settings"][0]["bounds"];
        assert_eq!(bounds[0]["compared"], compared, "{margin}");
        assert_eq!(bounds[0]["not_applicable"], 12 - compared, "{margin}");
        assert_eq!(bounds[1]["compared"], 12);
    }
}

#[test]
fn bad_runs_are_refused() {
    let f = folder();
    let bad = |text: String, parts: &[&str]| {
        std::fs::write(f.path().join("bad.toml"), text).unwrap();
        gapcert(f.path(), &["simulate", "bad.toml", "-o", "bad"]).refused(parts);
    };
    bad(
        SPEC.replace("replicates = 24", "replicates = 0"),
        &["replicates", "at least 1"],
    );
    bad(
        SPEC.replace("m = [40, 80]", "m = []"),
        &["m", "at least one sample size"],
    );
    bad(SPEC.replace("m = [40, 80]", "m = 1"), &["m >= 2"]);
    bad(SPEC.replace("kl:sharp", "kl:dull"), &["kl:dull"]);
    bad(
        SPEC.replace("seed = 7", "delta = \"2\""),
        &["delta", "(0, 1)"],
    );
    bad(SPEC.replace("seed = 7", "sed = 7"), &["sed"]);
    bad(
        SPEC.replace("m = [40, 80]", "m = 1000000000000"),
        &["m", "at most"],
    );
    bad(
        SPEC.replace("= 24", "= 1000000000000"),
        &["replicates", "at most"],
    );
    bad("not toml".into(), &["bad.toml"]);
    for top in ["0", "-1", "inf", "nan"] {
        let top = format!("--top={top}");
        gapcert(f.path(), &["simulate", "spec.toml", &top]).refused(&["--top", "above 0"]);
    }
    for shard in ["0/3", "4/3", "x", "1/0"] {
        gapcert(f.path(), &["simulate", "spec.toml", "--shard", shard])
            .refused(&["--shard", "I/N"]);
    }
    // A log that is damaged before its end is not gone on with.
    std::fs::create_dir(f.path().join("damaged")).unwrap();
    std::fs::write(f.path().join("damaged/log.jsonl"), "{}\n{}\n").unwrap();
    gapcert(f.path(), &["simulate", "spec.toml", "-o", "damaged"]).refused(&["line 1", "head"]);
}

#[test]
fn kinds_are_listed_with_examples_that_run() {
    let f = folder();
    let listed = gapcert(f.path(), &["populations", "--json"])
        .ended(0)
        .json();
    assert_eq!(listed["populations"].as_array().unwrap().len(), 10);
    let words = gapcert(f.path(), &["populations"]).ended(0).out;
    for entry in listed["populations"]
        .as_array()
        .unwrap()
        .iter()
        .chain(listed["learners"].as_array().unwrap())
    {
        assert!(words.contains(entry["kind"].as_str().unwrap()));
    }
}

#[test]
fn the_summary_is_what_its_schema_says() {
    let f = folder();
    let schema = gapcert(f.path(), &["schema", "simulate"]).ended(0).json();
    let args = ["simulate", "spec.toml", "-o", "run", "--json"];
    let printed = gapcert(f.path(), &args).ended(0).json();
    validate(&schema, &printed).unwrap();
    assert_eq!(printed, summary(f.path(), "run"));
    // A row for each setting and bound, as wide as the head.
    let table = std::fs::read_to_string(f.path().join("run/summary.csv")).unwrap();
    let widths: Vec<usize> = table.lines().map(|l| l.split(',').count()).collect();
    assert_eq!(widths, vec![widths[0]; 7]);
    // Both ends of the complexity, in order, and below sqrt(mean ||x||^2 / m).
    let ends = &printed["settings"][0]["rademacher"];
    let mean = |end: &str| ends[end]["mean"].as_f64().unwrap();
    assert!(0.0 < mean("at_least") && mean("at_least") < mean("at_most"));
    assert!(mean("at_most") < 1.0);
}

/// A spec need not know where the data set is.
#[test]
fn data_may_lie_elsewhere() {
    let f = folder();
    std::fs::create_dir(f.path().join("there")).unwrap();
    let rows: String = (0..40)
        .map(|i| format!("{},{},{}\n", i % 2, i % 7, i % 5))
        .collect();
    std::fs::write(
        f.path().join("there/rows.csv"),
        format!("label,a,b\n{rows}"),
    )
    .unwrap();
    let population = "kind = \"data\"\npath = \"nowhere.csv\"\n";
    let start = SPEC.find("kind = \"clusters\"").unwrap();
    let end = SPEC.find("[learner]").unwrap();
    let text = format!("{}{population}{}", &SPEC[..start], &SPEC[end..]);
    std::fs::write(f.path().join("data.toml"), text).unwrap();
    let run = |more: &[&str]| {
        let args = [&["simulate", "data.toml", "-o", "data"][..], more].concat();
        gapcert(f.path(), &args)
    };
    run(&[]).refused(&["nowhere.csv"]);
    run(&["--data", "there/rows.csv"]).ended(0);
    // Other rows under another name are another run; the same ones go on.
    let other = format!("label,a,b\n{rows}1,2,3\n");
    std::fs::write(f.path().join("there/other.csv"), other).unwrap();
    run(&["--data", "there/other.csv"]).refused(&["files", "another folder"]);
    std::fs::copy(f.path().join("there/rows.csv"), f.path().join("copy.csv")).unwrap();
    run(&["--data", "copy.csv"]).ended(0);
    gapcert(
        f.path(),
        &["simulate", "spec.toml", "--data", "there/rows.csv"],
    )
    .refused(&["population", "--data", "another kind"]);
}

/// A fixed level is the one that is certified.
#[test]
fn sparsity_and_epsilon_can_be_varied() {
    let f = folder();
    let spec = |what: &str, values: [&str; 2]| {
        let setting = |v: &str| format!("[[setting]]\nx = {v}\n{what} = {v}\n");
        let text = SPEC
            .replace("m = [40, 80]", &format!("m = 80\nvary = \"{what}\""))
            .replace("replicates = 24", "replicates = 2")
            .replace("\"galanti-2023/path-energy\"", BOUNDS);
        format!("{text}{}{}", setting(values[0]), setting(values[1]))
    };
    const BOUNDS: &str =
        "\"muthukumar-sulam-2023/theorem-13:sound\", \"muthukumar-sulam-2023/single-shot\"";
    let means = |what: &str, values: [&str; 2]| {
        std::fs::write(f.path().join("vary.toml"), spec(what, values)).unwrap();
        gapcert(f.path(), &["simulate", "vary.toml", "-o", what]).ended(0);
        let s = summary(f.path(), what);
        let mean = |setting: usize, bound: usize| {
            let bounds = &s["settings"][setting]["bounds"];
            bounds[bound]["value"]["mean"].as_f64().unwrap()
        };
        [[mean(0, 0), mean(1, 0)], [mean(0, 1), mean(1, 1)]]
    };
    let [theorem_13, single_shot] = means("epsilon", ["0.001", "1"]);
    assert_ne!(theorem_13[0], theorem_13[1]);
    assert_eq!(single_shot[0], single_shot[1]);
    let [theorem_13, _] = means("sparsity", ["0", "0.9"]);
    assert_ne!(theorem_13[0], theorem_13[1]);

    for (what, value) in [
        ("sparsity", "1"),
        ("sparsity", "-0.1"),
        ("epsilon", "0"),
        ("epsilon", "2"),
    ] {
        std::fs::write(f.path().join("bad.toml"), spec(what, ["0.5", value])).unwrap();
        gapcert(f.path(), &["simulate", "bad.toml", "-o", "bad"])
            .refused(&["sparsity in [0, 1) and epsilon in (0, 1]"]);
    }
}
