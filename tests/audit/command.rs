//! The command line.

use crate::run::{Ran, gapcert};
use crate::schema::validate;
use serde_json::Value as Json;
use std::path::Path;
use tempfile::TempDir;

/// The claim of `KL` with this reported number, and inputs.
fn toml(reported: &str, inputs: &str) -> String {
    format!(
        "[[claim]]\nbound = \"pac-bayes/kl:as-printed\"\nreported = {reported}\nrounding = \"exact\"\nsource = \"<b>&\\\"'|`x`\"\nnote = \"</td><script>alert(1)</script>\"\n[claim.inputs]\n{inputs}\n"
    )
}

const ALL: &str = "m = 1000\ndelta = 0.05\nkl = 31\nempirical_loss = 0.1";
const SOUND: &str = "0.9";
const LOW: &str = "0.1";

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
    fn path(&self) -> &Path {
        self.0.path()
    }
    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }
    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }
    #[track_caller]
    fn audit(&self, args: &[&str]) -> Ran {
        gapcert(self.path(), &[&["audit"], args].concat())
    }
}

fn schema(f: &Folder) -> Json {
    gapcert(f.path(), &["schema", "audit"]).ended(0).json()
}

#[test]
fn exit_codes() {
    let f = Folder::new();
    f.write("sound.toml", &toml(SOUND, ALL));
    f.write("low.toml", &toml(LOW, ALL));
    f.write(
        "open.toml",
        &toml(
            "0.25",
            "m = 1000\ndelta = 0.05\nkl = [1, 300]\nempirical_loss = 0.1",
        ),
    );
    f.write(
        "infeasible.toml",
        &toml("0.05", "m = 1000\ndelta = 0.05\nempirical_loss = 0.1"),
    );
    f.write("invalid.toml", &toml("0.5", &ALL.replace("0.05", "1.5")));
    f.write("vacuous.toml", &toml("1.2", ALL));
    for (files, code) in [
        (&["sound.toml"][..], 0),
        (&["sound.toml", "sound.toml"], 0),
        (&["low.toml"], 1),
        (&["infeasible.toml"], 1),
        (&["invalid.toml"], 1),
        (&["open.toml"], 2),
        (&["vacuous.toml"], 2),
        (&["sound.toml", "open.toml"], 2),
        (&["open.toml", "low.toml", "sound.toml"], 1),
    ] {
        f.audit(files).ended(code);
        f.audit(&[files, &["--json"]].concat()).ended(code);
    }
}

#[test]
fn json_keeps_the_contract() {
    let f = Folder::new();
    f.write("a.toml", &(toml(SOUND, ALL) + &toml(LOW, ALL)));
    f.write(
        "b.toml",
        &(toml("0.5", "m = 1000\ndelta = 0.05\nempirical_loss = 0.1")
            + &toml("0.5", &ALL.replace("0.05", "1.5"))),
    );
    let schema = schema(&f);
    let report = f.audit(&["a.toml", "b.toml", "--json"]).ended(1).json();
    validate(&schema, &report).unwrap();
    let claims = report["claims"].as_array().unwrap();
    let verdicts: Vec<_> = claims
        .iter()
        .map(|c| c["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(
        verdicts,
        ["sound", "understated", "undetermined", "invalid"]
    );
    assert_eq!(
        report["summary"],
        serde_json::json!({"sound": 1, "understated": 1, "undetermined": 1, "invalid": 1})
    );
    let low = &claims[1];
    assert_eq!(
        (
            low["row"].as_u64(),
            low["reported"].as_str(),
            low["form"].as_str()
        ),
        (Some(2), Some("0.1"), Some("as-printed"))
    );
    let end = |x: &Json| x.as_str().unwrap().parse::<f64>().unwrap();
    let (lo, hi) = (end(&low["value"]["lo"]), end(&low["value"]["hi"]));
    assert!(0.2 < lo && lo <= hi && hi < 0.3, "{low}");
    // In tenths: the printed unit.
    assert!(
        (end(&low["difference"]) - (hi - 0.1) * 10.0).abs() < 1e-4,
        "{low}"
    );
    assert_eq!(low["reproduction"], Json::Null);
    let open = &claims[2];
    assert_eq!(open["missing"], serde_json::json!(["kl"]));
    assert_eq!(open["sensitivity"]["inputs"][0]["input"], "kl");
    assert_eq!(claims[3]["value"], Json::Null);
    assert!(
        claims[3]["invalid"]["condition"]
            .as_str()
            .unwrap()
            .contains("delta")
    );
    // The two-stage certificate's two failure probabilities, added.
    let two = "[[claim]]\nbound = \"pac-bayes/kl-monte-carlo\"\nreported = 0.9\n[claim.inputs]\nm = 1000\ndelta = 0.05\nkl = 31\nmc_mean = 0.1\nmc_samples = 100\ndelta_mc = 0.01\n";
    f.write("two.toml", two);
    let report = f.audit(&["two.toml", "--json"]).ended(0).json();
    validate(&schema, &report).unwrap();
    let total = &report["claims"][0]["failure_probability"];
    assert!(
        (end(&total["lo"]) - 0.06).abs() < 1e-12 && (end(&total["hi"]) - 0.06).abs() < 1e-12,
        "{total}"
    );
}

#[test]
fn sensitivity_counts_digits() {
    let f = Folder::new();
    let inputs = "m = 1000\ndelta = 0.05\nkl = \"31.2\"\nempirical_loss = \"0.1\"";
    f.write("a.toml", &toml("0.25", inputs));
    let claim = f.audit(&["a.toml", "--json"]).ended(2).json()["claims"][0].clone();
    let first = &claim["sensitivity"]["inputs"][0];
    assert_eq!(first["input"], "empirical_loss");
    assert!(
        first["more_digits"].as_u64().is_some_and(|n| n <= 3),
        "{claim}"
    );
    let words = f.audit(&["a.toml"]).ended(2).out;
    assert!(words.contains("depends on empirical_loss"), "{words}");
}

#[test]
fn solve_brackets_the_missing_input() {
    let f = Folder::new();
    let missing = "m = 1000\ndelta = 0.05\nempirical_loss = 0.1";
    f.write("a.toml", &toml("0.25", missing));
    let report = f
        .audit(&["a.toml", "--solve", "kl", "--json"])
        .ended(2)
        .json();
    validate(&schema(&f), &report).unwrap();
    let solution = &report["claims"][0]["solution"];
    let at = |name: &str| solution[name]["lo"].as_str().unwrap().to_owned();
    // Just below it is sound, just above not.
    let with = |kl: &str| {
        f.write("b.toml", &toml("0.25", &format!("{missing}\nkl = {kl}")));
        f.audit(&["b.toml", "--json"]).json()["claims"][0]["verdict"].clone()
    };
    assert_eq!(with(&at("true_at")), "sound");
    let beyond: f64 = at("false_at").parse().unwrap();
    assert_eq!(with(&format!("{}", beyond * (1.0 + 1e-12))), "understated");
    // With another input known only to a range there is a gap between the two.
    f.write(
        "c.toml",
        &toml(
            "0.25",
            "m = 1000\ndelta = 0.05\nempirical_loss = [0.1, 0.12]",
        ),
    );
    let words = f.audit(&["c.toml", "--solve", "kl"]).ended(2).out;
    assert!(
        words.contains("row 1: true for kl <= ") && words.contains("false for kl >= "),
        "{words}"
    );
    f.audit(&["a.toml", "--solve", "k"]).refused(&[
        "a.toml",
        "row 1",
        "`k`",
        "an input of pac-bayes/kl",
    ]);
    f.audit(&["a.toml", "--solve", "log_inverse_weight"])
        .refused(&["without a default"]);
}

#[test]
fn pages_escape_whatever_a_claim_holds() {
    let f = Folder::new();
    f.write("a.toml", &(toml(LOW, ALL) + &toml(SOUND, ALL)));
    f.audit(&["a.toml", "--html", "a.html", "--markdown", "a.md"])
        .ended(1);
    let html = f.read("a.html");
    assert!(
        !html.contains("<script>alert") && !html.contains("<b>&"),
        "{html}"
    );
    assert!(html.contains("&lt;b&gt;&amp;&quot;&#39;|`x`"), "{html}");
    assert!(html.contains("&lt;/td&gt;&lt;script&gt;alert(1)"), "{html}");
    // Self-contained: nothing is fetched.
    for outside in ["http:", "https:", "src=", "href=", "@import"] {
        assert!(!html.contains(outside), "{outside}");
    }
    // One body a claim, with its derivation.
    assert_eq!(html.matches("<tbody>").count(), 2);
    for part in [
        "kl_inv(",
        "certified value",
        "it limits",
        "assumes",
        "understated",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let md = f.read("a.md");
    assert!(md.contains("\\<b\\>\\&\"'\\|\\`x\\`"), "{md}");
    let rows: Vec<_> = md.lines().filter(|l| l.starts_with('|')).collect();
    assert_eq!(rows.len(), 4);
    let cells = |row: &str| row.replace("\\|", "").matches('|').count();
    assert!(rows.iter().all(|r| cells(r) == cells(rows[0])), "{md}");
}

#[test]
fn nothing_read_is_overwritten_and_bad_calls_are_refused() {
    let f = Folder::new();
    f.write("a.toml", &toml(SOUND, ALL));
    for option in ["--html", "--markdown"] {
        f.audit(&["a.toml", option, "a.toml"])
            .refused(&["a.toml", "which was read"]);
        f.audit(&["a.toml", option, "none/a.html"])
            .refused(&["none", "no such folder"]);
    }
    assert_eq!(f.read("a.toml"), toml(SOUND, ALL));
    f.audit(&["none.toml"])
        .refused(&["none.toml", "check the path"]);
    f.audit(&["a.toml", "--columns", "none.toml"])
        .refused(&["none.toml"]);
    f.write("t.csv", "a,b\n1,2\n");
    f.audit(&["t.csv"]).refused(&["t.csv", "--columns"]);
    f.audit(&[]).misused(&["FILE"]);
}
