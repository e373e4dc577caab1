//! Implementations in Python.

use gapcert::certify::Silent;
use gapcert::conform::vectors::standard;
use gapcert::conform::{Check, Plan, Process, Rounding, Subject, Tolerance, run};
use rug::Rational;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The folder of the tests' Python files.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conform/python")
}

/// False, and said so, if there is no python3.
pub fn is_here(test: &str) -> bool {
    let found = Command::new("python3").arg("--version").output().is_ok();
    if !found {
        eprintln!("skipped: {test}, for python3 is not installed");
    }
    found
}

/// Does the work on more threads than cores: they wait for programs.
pub fn side_by_side<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(5).build();
    pool.unwrap().install(work)
}

/// What a file of the folder prints: its list of implementations.
pub fn lines(file: &str) -> Vec<String> {
    let out = Command::new("python3")
        .arg(folder().join(file))
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let text = String::from_utf8(out.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// The command that serves one.
pub fn command(file: &str, name: &str) -> String {
    format!("python3 '{}' {name}", folder().join(file).display())
}

pub fn tolerance(subject: &Subject) -> Tolerance {
    Tolerance {
        relative: Rational::from((1, 1_000_000_000)),
        absolute: Rational::from_f64(subject.absolute_tolerance()).unwrap(),
        rounding: Rounding::Nearest,
        loose: false,
    }
}

/// The checks of one implementation, with so many cases of each invariant.
pub fn checks(command: &str, subject: &str, cases: usize, limit: f64) -> Vec<Check> {
    let subject = Subject::find(subject).unwrap();
    let vectors = standard(&subject);
    let plan = Plan {
        subject,
        tolerance: tolerance(&subject),
        vectors: Some(&vectors),
        cases,
        seed: 7,
        baseline: None,
    };
    let mut process = Process::new(command, Duration::from_secs_f64(limit)).unwrap();
    run(&plan, &mut process, &Silent).unwrap()
}
