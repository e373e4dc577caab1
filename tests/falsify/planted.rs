//! Bounds with bugs: whether the search finds each.
//!
//! `campaign` (ignored: an hour) searches two minutes for each and prints the table
//! of `experiments/falsify/planted.md`:
//!
//!     cargo test --release --features planted-faults --test falsify planted::campaign -- --ignored --nocapture

use gapcert::bound::Confidence;
use gapcert::certify::Silent;
use gapcert::falsify::planted::{Fault, faults};
use gapcert::falsify::{Budget, Plan, Report, Verdict, falsify};
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

#[test]
#[ignore = "an hour: the record is experiments/falsify/planted.md"]
fn campaign() {
    let seed = std::env::var("GAPCERT_SEED").map_or(1, |s| s.parse().unwrap());
    let only = std::env::var("GAPCERT_FAULTS").unwrap_or_default();
    let only: Vec<&str> = only.split(',').filter(|n| !n.is_empty()).collect();
    println!("| fault | bound | bug | found | settings | seconds | worst exact/value |");
    println!("|---|---|---|---|---|---|---|");
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
        println!(
            "| {} | {} | {} | {found} | {} | {:.1} | {:.4} |",
            fault.name,
            fault.of,
            fault.bug,
            report.evaluations,
            report.took.as_secs_f64(),
            report.worst_ratio(),
        );
    }
}
