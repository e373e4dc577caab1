//! Conformance as JSON and as JUnit XML.

use crate::conform::{Check, Failure, Move, Point, Suite, VERSION};
use quick_xml::Writer;
use quick_xml::events::BytesText;
use serde_json::{Value as Json, json};
use std::io;

/// What was found of one subject.
pub struct Findings {
    pub subject: String,
    pub checks: Vec<Check>,
}

/// How the report came about.
pub struct Command {
    /// The command of the implementation, or `gapcert`.
    pub implementation: String,
    /// As declared.
    pub tolerance: String,
    pub rounding: &'static str,
    pub seed: u64,
    /// Cases of each invariant.
    pub cases: usize,
    /// What comes before `--replay`.
    pub prefix: String,
}

impl Command {
    /// A command for a shell that repeats a failure.
    pub fn replay(&self, subject: &str, failure: &Failure) -> String {
        let replay = quoted(&failure.replay().to_string());
        format!("{} --bound {subject} --replay {replay}", self.prefix)
    }
}

/// A word of a shell.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// What `conform --json` prints.
pub fn json(all: &[Findings], command: &Command) -> Json {
    let one = |f: &Findings| {
        let checks: Vec<Json> = f
            .checks
            .iter()
            .map(|c| check(c, &f.subject, command))
            .collect();
        json!({"subject": f.subject, "checks": checks})
    };
    let [passed, failed, undetermined] = totals(all);
    json!({
        "gapcert": VERSION,
        "implementation": command.implementation,
        "tolerance": command.tolerance,
        "rounding": command.rounding,
        "seed": command.seed,
        "cases": command.cases,
        "subjects": all.iter().map(one).collect::<Vec<_>>(),
        "summary": {"passed": passed, "failed": failed, "undetermined": undetermined},
    })
}

/// Calls that passed, failed, and are undetermined.
pub fn totals(all: &[Findings]) -> [usize; 3] {
    let checks = || all.iter().flat_map(|f| &f.checks);
    [
        checks().map(|c| c.passed).sum(),
        checks().map(|c| c.failed).sum(),
        checks().map(|c| c.undetermined).sum(),
    ]
}

fn check(c: &Check, subject: &str, command: &Command) -> Json {
    let mut json = json!({
        "suite": c.suite.name(),
        "check": c.name,
        "about": c.about,
        "passed": c.passed,
        "failed": c.failed,
        "undetermined": c.undetermined,
    });
    if let Some(failure) = c.failure.as_ref().filter(|_| c.failed > 0) {
        json["failure"] = json!({
            "property": failure.property,
            "judgement": failure.judgement.words(),
            "calls": failure.calls.iter().map(Point::to_json).collect::<Vec<_>>(),
            "answers": failure.answers,
            "wanted": failure.wanted,
            "replay": command.replay(subject, failure),
        });
    }
    json
}

/// What `lock check --json` prints.
pub fn moves(checked: usize, moved: &[Move]) -> Json {
    let one = |m: &Move| {
        let mut json = json!({
            "subject": m.subject,
            "old": m.old.to_string(),
            "new": m.new.to_string(),
            "difference": m.difference.map(|d| format!("{d:e}")),
            "old_is": m.old_is.words(),
            "new_is": m.new_is.words(),
        });
        m.inputs.write(&mut json);
        json
    };
    json!({"checked": checked, "moved": moved.iter().map(one).collect::<Vec<_>>()})
}

/// JUnit XML: a suite for each of the subject's suites, a case for each check.
///
/// # Errors
/// None that memory could cause.
pub fn junit(all: &[Findings], command: &Command) -> io::Result<String> {
    let mut bytes = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_vec();
    let mut writer = Writer::new_with_indent(&mut bytes, b' ', 2);
    writer
        .create_element("testsuites")
        .with_attribute(("name", "gapcert conform"))
        .write_inner_content(|w| {
            for f in all {
                for suite in [Suite::Vectors, Suite::Invariants, Suite::Baseline] {
                    let checks: Vec<&Check> =
                        f.checks.iter().filter(|c| c.suite == suite).collect();
                    if !checks.is_empty() {
                        testsuite(w, &f.subject, suite, &checks, command)?;
                    }
                }
            }
            Ok(())
        })?;
    bytes.push(b'\n');
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn testsuite<W: io::Write>(
    w: &mut Writer<W>,
    subject: &str,
    suite: Suite,
    checks: &[&Check],
    command: &Command,
) -> io::Result<()> {
    let count = |f: fn(&Check) -> bool| checks.iter().filter(|c| f(c)).count().to_string();
    let failures = count(|c| c.failed > 0);
    let skipped = count(|c| c.failed == 0 && c.undetermined > 0);
    w.create_element("testsuite")
        .with_attribute(("name", format!("{subject} {}", suite.name()).as_str()))
        .with_attribute(("tests", checks.len().to_string().as_str()))
        .with_attribute(("failures", failures.as_str()))
        .with_attribute(("skipped", skipped.as_str()))
        .write_inner_content(|w| {
            for c in checks {
                let case = w
                    .create_element("testcase")
                    .with_attribute(("classname", subject))
                    .with_attribute(("name", format!("{}/{}", suite.name(), c.name).as_str()));
                match c.failure.as_ref().filter(|_| c.failed > 0) {
                    Some(failure) => {
                        let text = details(failure, &command.replay(subject, failure));
                        case.write_inner_content(|w| {
                            w.create_element("failure")
                                .with_attribute(("message", failure.judgement.words()))
                                .write_text_content(BytesText::new(&text))?;
                            Ok(())
                        })?;
                    }
                    None if c.undetermined > 0 => {
                        case.write_inner_content(|w| {
                            w.create_element("skipped")
                                .with_attribute(("message", "undetermined"))
                                .write_empty()?;
                            Ok(())
                        })?;
                    }
                    None => {
                        case.write_empty()?;
                    }
                }
            }
            Ok(())
        })?;
    Ok(())
}

/// A failure in lines: inputs and answers, what was wanted, how to see it again.
pub fn details(failure: &Failure, replay: &str) -> String {
    let mut lines: Vec<String> = failure
        .calls
        .iter()
        .zip(&failure.answers)
        .map(|(p, a)| format!("inputs {} -> {a}", p.to_json()))
        .collect();
    lines.push(format!("wanted {}", failure.wanted));
    lines.push(format!("replay {replay}"));
    lines.join("\n")
}
