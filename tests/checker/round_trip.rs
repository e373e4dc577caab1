//! What verifies, and what does not.

use crate::certificates;
use gapcert::bound::catalogue;
use gapcert::checker::{Outcome, verify};
use serde_json::Value as Json;
use std::collections::BTreeSet;

#[track_caller]
fn rejected(certificate: &Json, part: &str) {
    let report = verify(certificate.to_string().as_bytes());
    assert_eq!(report.outcome(), Outcome::Rejected);
    let results = report.results.iter().filter_map(|r| r.fault.as_ref());
    let why: Vec<String> = results
        .chain(&report.whole)
        .map(ToString::to_string)
        .collect();
    assert!(
        why.iter().any(|w| w.contains(part)),
        "{part:?} is not in {why:?}"
    );
}

#[test]
fn certificates_of_every_bound_verify() {
    let mut seen = BTreeSet::new();
    for certificate in certificates::all() {
        let report = verify(certificate.to_string().as_bytes());
        assert_eq!(report.whole, None);
        for r in &report.results {
            assert_eq!(r.fault, None, "{}:{}", r.bound, r.form);
            seen.insert(format!("{}:{}", r.bound, r.form));
        }
    }
    // What needs draws from the posterior is never certified from a network.
    let all = catalogue()
        .iter()
        .filter(|b| b.id != "pac-bayes/kl-monte-carlo")
        .map(|b| format!("{}:{}", b.id, b.form))
        .collect();
    assert_eq!(seen, all);
}

#[test]
fn an_older_version_says_so() {
    let mut old = certificates::all()[0].clone();
    old["schema"] = "gapcert-certificate/1".into();
    rejected(&old, "older gapcert: certify again");
    old["schema"] = "gapcert-certificate/3".into();
    rejected(&old, "does not know it");
    for text in ["", "{", "[]", "{\"schema\": 2}", "nul", "\u{0}"] {
        assert_eq!(
            verify(text.as_bytes()).outcome(),
            Outcome::Rejected,
            "{text}"
        );
    }
}

#[test]
fn a_key_that_is_there_twice_is_refused() {
    let text = certificates::all()[0].to_string();
    for key in [
        "\"delta\":",
        "\"lo\":",
        "\"verdict\":",
        "\"t\":",
        "\"value\":",
        "\"kl\":",
    ] {
        let place = text.find(key).unwrap();
        let twice = format!("{}{key}0,{}", &text[..place], &text[place..]);
        assert_eq!(
            verify(twice.as_bytes()).outcome(),
            Outcome::Rejected,
            "{key}"
        );
    }
}

#[test]
fn no_damage_makes_it_panic() {
    let text = certificates::all()[2].to_string();
    let mut numbers = crate::common::world::Numbers(11);
    for _ in 0..300 {
        let mut place = || ((numbers.centred() + 1.0) / 2.0 * text.len() as f32) as usize;
        let (cut, from, to) = (place(), place(), place());
        let _ = verify(&text.as_bytes()[..cut]);
        let mut bytes = text.clone().into_bytes();
        bytes[cut.min(text.len() - 1)] ^= 1 << (from % 8);
        let _ = verify(&bytes);
        let spliced = [&text[..from.min(text.len())], &text[to.min(text.len())..]].concat();
        let _ = verify(spliced.as_bytes());
    }
}
