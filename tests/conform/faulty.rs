//! Every faulty implementation is caught, and `CAUGHT.md` says by what.

use crate::python::{checks, command, folder, is_here, lines, side_by_side};
use gapcert::conform::{Check, Suite};
use rayon::prelude::*;

/// Cases of each invariant.
const CASES: usize = 8;

fn named(checks: &[Check], suite: Suite) -> String {
    let failed = checks.iter().filter(|c| c.suite == suite && c.failed > 0);
    let names: Vec<String> = failed
        .map(|c| {
            let judgement = c.failure.as_ref().map_or("", |f| f.judgement.words());
            format!("{} ({judgement})", c.name)
        })
        .collect();
    match names.len() {
        0 => "-".into(),
        1..=3 => names.join(", "),
        n => format!("{}, and {} more", names[..3].join(", "), n - 3),
    }
}

/// With GAPCERT_WRITE_CAUGHT=1 the table is written instead of compared.
#[test]
fn every_faulty_implementation_is_caught_as_the_table_says() {
    if !is_here("faulty implementations are caught") {
        return;
    }
    let all = lines("faulty.py");
    assert!(all.len() >= 25);
    let row = |line: &String| {
        let [name, subject, mistake] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        // Three times the limit are waited for; elsewhere a slow machine is no hang.
        let limit = if name == "hangs" { 6.0 } else { 120.0 };
        let checks = checks(&command("faulty.py", name), subject, CASES, limit);
        let failed: usize = checks.iter().map(|c| c.failed).sum();
        assert!(failed > 0, "{name} is not caught");
        // What is shown has inputs, and the inputs fail again.
        for c in checks.iter().filter(|c| c.failed > 0) {
            assert!(!c.failure.as_ref().unwrap().calls.is_empty(), "{name}");
        }
        let (vectors, invariants) = (
            named(&checks, Suite::Vectors),
            named(&checks, Suite::Invariants),
        );
        format!("| {name} | {mistake} | {subject} | {vectors} | {invariants} |")
    };
    let rows: Vec<String> = side_by_side(|| all.par_iter().map(row).collect());
    let table = format!(
        "# Faulty implementations, and what catches them\n\n\
         Those of `python/faulty.py`, against the checked-in vectors (by flag) and {CASES} cases\n\
         of each invariant; `cargo test --release --test conform` compares this table with what\n\
         it finds.\n\n\
         | implementation | mistake | of | vectors | invariants |\n|---|---|---|---|---|\n{}\n",
        rows.join("\n")
    );
    let path = folder().parent().unwrap().join("CAUGHT.md");
    if std::env::var_os("GAPCERT_WRITE_CAUGHT").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    for (found, wanted) in table.lines().zip(committed.lines()) {
        assert_eq!(found, wanted);
    }
    assert_eq!(table.lines().count(), committed.lines().count());
}
