//! Right implementations, by other algorithms than ours, conform.

use crate::python::{checks, command, is_here, lines, side_by_side};
use gapcert::conform::vectors::generate;
use gapcert::conform::{Answer, Implementation, Process, Subject};
use rayon::prelude::*;
use std::time::{Duration, Instant};

#[test]
fn independent_implementations_conform() {
    if !is_here("independent implementations conform") {
        return;
    }
    let all = lines("correct.py");
    assert!(all.len() >= 5);
    let one = |line: &String| {
        let (name, subject) = line.split_once(' ').unwrap();
        let checks = checks(&command("correct.py", name), subject, 8, 120.0);
        for c in &checks {
            assert_eq!(c.failed, 0, "{name}: {c:?}");
            assert_eq!(c.undetermined, 0, "{name}: {c:?}");
        }
        assert!(
            checks.iter().map(|c| c.passed).sum::<usize>() >= 80,
            "{name}"
        );
    };
    side_by_side(|| all.par_iter().for_each(one));
}

/// 1,000 vectors in 20 s, and the invariants of a bound in 60 s: far more than it
/// takes, for a busy machine.
#[test]
fn a_scalar_bound_is_tested_quickly() {
    if !is_here("the speed of the adapter") {
        return;
    }
    let subject = Subject::find("pac-bayes/kl:as-printed").unwrap();
    let vectors = generate(&subject, 1000, 5);
    assert_eq!(vectors.len(), 1000);
    let cmd = command("correct.py", "kl-bisection");
    let mut process = Process::new(&cmd, Duration::from_secs(60)).unwrap();
    let start = Instant::now();
    for vector in vectors.iter() {
        let answer = process.call(&subject, &vector.inputs);
        assert!(!matches!(answer, Answer::Fault(_)), "{answer}");
    }
    let calls = start.elapsed();
    let start = Instant::now();
    let all = checks(&cmd, "pac-bayes/kl:as-printed", 100, 60.0);
    assert!(all.iter().all(|c| c.failed == 0));
    let suite = start.elapsed();
    println!("1,000 vectors in {calls:.2?}; vectors and invariants, 100 cases, in {suite:.2?}");
    assert!(calls < Duration::from_secs(20), "{calls:?}");
    assert!(suite < Duration::from_secs(60), "{suite:?}");
}
