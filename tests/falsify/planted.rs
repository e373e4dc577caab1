//! Bounds with bugs: whether the search finds each.
//!
//! `campaign` (ignored: an hour) searches two minutes for each and prints the table
//! of `experiments/falsify/planted.md`:
//!
//!     cargo test --release --features planted-faults --test falsify planted::campaign -- --ignored --nocapture

use gapcert::bound::{Confidence, Inputs, Value};
use gapcert::certify::Silent;
use gapcert::conform::vectors::standard;
use gapcert::conform::{Datum, Plan as Conform, Point, Rounding, Subject, Suite, Tolerance, run};
use gapcert::falsify::planted::{Fault, faults};
use gapcert::falsify::{Budget, Plan, Report, Verdict, falsify};
use gapcert::real::Enclosure;
use rug::Rational;
use std::collections::HashSet;
use std::time::Duration;

fn search(fault: &Fault, budget: Budget, seed: u64, kinds: [Vec<&'static str>; 2]) -> Report {
    let [populations, learners] = kinds;
    let plan = Plan {
        claim: fault,
        delta: Confidence::parse("0.05", 128).unwrap(),
        seed,
        budget,
        populations,
        learners,
    };
    falsify(&plan, &Silent).unwrap()
}

#[test]
fn there_are_many_and_each_has_a_name() {
    let all = faults();
    assert!(all.len() >= 15, "{}", all.len());
    let names: HashSet<_> = all.iter().map(|f| f.name).collect();
    assert_eq!(names.len(), all.len());
    let bounds: HashSet<_> = all.iter().map(|f| f.of).collect();
    assert!(bounds.len() >= 8, "{bounds:?}");
}

/// Those that the search finds within seconds.
#[test]
fn the_plain_ones_are_found() {
    for (name, learner) in [
        ("test-set-normal", "nearest-mean"),
        ("test-on-training-set", "ridge"),
    ] {
        let all = faults();
        let fault = all.iter().find(|f| f.name == name).unwrap();
        let budget = Budget {
            time: None,
            evaluations: Some(320),
        };
        let report = search(
            fault,
            budget,
            11,
            [vec!["duplicates", "xor"], vec![learner]],
        );
        assert_eq!(report.verdict, Verdict::Refuted, "{name}");
    }
}

/// A faulty formula as an implementation under test: in f64, refusing what the right
/// one refuses.
fn call(fault: &Fault, point: &Point) -> Result<f64, String> {
    let number = |text: &str| Enclosure::parse(128, text).map_err(|e| e.to_string());
    let mut inputs = Inputs::new();
    for (name, datum) in point.iter() {
        let value = match datum {
            Datum::Number(x) => Value::Scalar(number(x)?),
            Datum::List(_) => Value::List(
                datum
                    .leaves()
                    .into_iter()
                    .map(number)
                    .collect::<Result<_, _>>()?,
            ),
        };
        inputs.set(name, value);
    }
    let bound = gapcert::bound::find(fault.of).map_err(|e| e.to_string())?;
    let inputs = bound.check(inputs).map_err(|e| e.to_string())?;
    let formula = fault.formula().ok_or("the formula is right")?;
    Ok(formula(&inputs).mid_f64())
}

/// Whether the vectors and whether the invariants find it; `None` if the formula is
/// right.
fn in_the_room(fault: &Fault) -> Option<[bool; 2]> {
    fault.formula()?;
    let subject = Subject::find(fault.of).unwrap();
    let vectors = standard(&subject);
    let plan = Conform {
        subject,
        tolerance: Tolerance {
            relative: Rational::from_f64(1e-9).unwrap(),
            absolute: Rational::from_f64(subject.absolute_tolerance()).unwrap(),
            rounding: Rounding::Nearest,
            loose: false,
        },
        vectors: Some(&vectors),
        cases: 40,
        seed: 5,
        baseline: None,
    };
    let mut implementation = |point: &Point| call(fault, point);
    let checks = run(&plan, &mut implementation, &Silent).unwrap();
    let failed = |suite| checks.iter().any(|c| c.suite == suite && c.failed > 0);
    Some([failed(Suite::Vectors), failed(Suite::Invariants)])
}

/// What a search cannot see, vectors do: a value that is only a little too small, or
/// too large.
#[test]
fn vectors_find_every_faulty_formula() {
    for fault in faults() {
        if let Some([vectors, _]) = in_the_room(&fault) {
            assert!(vectors, "{}", fault.name);
        }
    }
}

#[test]
#[ignore = "an hour: the record is experiments/falsify/planted.md"]
fn campaign() {
    let seed = std::env::var("GAPCERT_SEED").map_or(1, |s| s.parse().unwrap());
    let only = std::env::var("GAPCERT_FAULTS").unwrap_or_default();
    let only: Vec<&str> = only.split(',').filter(|n| !n.is_empty()).collect();
    println!(
        "| fault | bound | bug | search | settings | seconds | worst exact/value | vectors | invariants |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for fault in faults() {
        if !only.is_empty() && !only.contains(&fault.name) {
            continue;
        }
        let budget = Budget {
            time: Some(Duration::from_secs(120)),
            evaluations: None,
        };
        let report = search(&fault, budget, seed, [Vec::new(), Vec::new()]);
        let found = match report.verdict {
            Verdict::Refuted => "yes",
            Verdict::NotRefuted => "no",
            Verdict::Undetermined => "undetermined",
        };
        let word = |found| if found { "yes" } else { "no" };
        let [vectors, invariants] = match in_the_room(&fault) {
            Some(found) => found.map(word),
            None => ["the formula is right"; 2],
        };
        println!(
            "| {} | {} | {} | {found} | {} | {:.1} | {:.4} | {vectors} | {invariants} |",
            fault.name,
            fault.of,
            fault.bug,
            report.evaluations,
            report.took.as_secs_f64(),
            report.worst_ratio(),
        );
    }
}
