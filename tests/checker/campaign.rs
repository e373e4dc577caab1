//! Mutation: random changes of valid certificates, none of which may be accepted
//! unless the original implies the mutant.
//!
//! `cargo test --release --test checker campaign -- --ignored --nocapture`, with
//! `GAPCERT_MUTANTS` (20000) and `GAPCERT_SEED` (1), also on the certificates that
//! `GAPCERT_CERTIFICATES` lists, prints the table kept in `mutation.md`.

use crate::certificates;
use crate::mutate::Mutator;
use crate::oracle::{Harm, harmless};
use gapcert::checker::{Checker, File, Outcome};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// How mutants ended.
#[derive(Clone, Copy, Default)]
struct Tally {
    rejected: usize,
    undetermined: usize,
    unchanged: usize,
    harmless: usize,
    as_stated: usize,
    harmful: usize,
}

/// A checker that has the certificate's files at hand.
fn checker(certificate: &Json) -> Checker {
    let text = |s: &Json, key: &str| s[key].as_str().unwrap().to_owned();
    let files = certificate["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| File {
            role: text(s, "role"),
            sha256: text(s, "sha256"),
        });
    Checker::expecting(files.collect())
}

fn run(
    certificates: &[Json],
    mutants: usize,
    seed: u64,
) -> (BTreeMap<&'static str, Tally>, Vec<String>) {
    let checkers: Vec<Checker> = certificates.iter().map(checker).collect();
    let mut mutator = Mutator {
        rng: ChaCha8Rng::seed_from_u64(seed),
        donors: certificates,
    };
    let (mut tallies, mut wrong) = (BTreeMap::<&'static str, Tally>::new(), Vec::new());
    for n in 0..mutants {
        let which = mutator.rng.random_range(0..certificates.len());
        let whole = &certificates[which];
        let results = whole["results"].as_array().unwrap().len();
        let original = if n % 50 == 0 {
            whole.clone()
        } else {
            only(whole, mutator.rng.random_range(0..results))
        };
        let mut mutant = original.clone();
        let mut kind = mutator.mutate(&mut mutant);
        if mutator.rng.random_bool(0.15) {
            mutator.mutate(&mut mutant);
            kind = "two changes";
        }
        let tally = tallies.entry(kind).or_default();
        let report = checkers[which].verify(mutant.to_string().as_bytes());
        match report.outcome() {
            Outcome::Rejected => tally.rejected += 1,
            Outcome::Undetermined => tally.undetermined += 1,
            Outcome::Verified if mutant == original => tally.unchanged += 1,
            Outcome::Verified => match harmless(&mutant, &original) {
                Ok(Harm::Nothing) => tally.harmless += 1,
                Ok(Harm::AsStated) => tally.as_stated += 1,
                Err(why) => {
                    tally.harmful += 1;
                    wrong.push(format!("{kind}: {why}: {}", difference(&original, &mutant)));
                }
            },
        }
    }
    (tallies, wrong)
}

/// The certificate with one of its results alone.
fn only(certificate: &Json, result: usize) -> Json {
    let mut one = certificate.clone();
    one["results"] = vec![certificate["results"][result].clone()].into();
    one["not_applicable"] = Vec::<Json>::new().into();
    let steps = one["results"][0]["program"]["steps"].clone();
    let used = |m: &Json| {
        let leaf = |s: &Json| s[0] == "measured" && s[1] == m["name"];
        steps.as_array().unwrap().iter().any(leaf)
    };
    one["measurements"].as_array_mut().unwrap().retain(used);
    one
}

/// Where two documents differ, at most a few places.
fn difference(a: &Json, b: &Json) -> String {
    fn walk(a: &Json, b: &Json, here: &str, all: &mut Vec<String>) {
        match (a, b) {
            (Json::Object(x), Json::Object(y)) => {
                for key in x.keys().chain(y.keys().filter(|k| !x.contains_key(*k))) {
                    let none = &Json::Null;
                    let (x, y) = (x.get(key).unwrap_or(none), y.get(key).unwrap_or(none));
                    walk(x, y, &format!("{here}/{key}"), all);
                }
            }
            (Json::Array(x), Json::Array(y)) if x.len() == y.len() => {
                for (i, (x, y)) in x.iter().zip(y).enumerate() {
                    walk(x, y, &format!("{here}/{i}"), all);
                }
            }
            _ if a == b => {}
            _ => {
                let short = |x: &Json| x.to_string().chars().take(100).collect::<String>();
                all.push(format!("{here}: {} -> {}", short(a), short(b)));
            }
        }
    }
    let mut all = Vec::new();
    walk(a, b, "", &mut all);
    all.truncate(4);
    all.join("; ")
}

fn judge(certificates: &[Json], mutants: usize, seed: u64) -> String {
    let begun = std::time::Instant::now();
    let (tallies, wrong) = run(certificates, mutants, seed);
    let mut table = String::from(
        "| kind | mutants | rejected | undetermined | unchanged | accepted, harmless | accepted, as stated | accepted, harmful |\n|---|---|---|---|---|---|---|---|\n",
    );
    let mut row = |kind: &str, t: &Tally| {
        let all = t.rejected + t.undetermined + t.unchanged + t.harmless + t.as_stated + t.harmful;
        table += &format!(
            "| {kind} | {all} | {} | {} | {} | {} | {} | {} |\n",
            t.rejected, t.undetermined, t.unchanged, t.harmless, t.as_stated, t.harmful
        );
    };
    let mut total = Tally::default();
    for (kind, t) in &tallies {
        row(kind, t);
        total.rejected += t.rejected;
        total.undetermined += t.undetermined;
        total.unchanged += t.unchanged;
        total.harmless += t.harmless;
        total.as_stated += t.as_stated;
        total.harmful += t.harmful;
    }
    row("all", &total);
    println!(
        "{table}\nseed {seed}, {} certificates, {:.0?}",
        certificates.len(),
        begun.elapsed()
    );
    assert!(
        wrong.is_empty(),
        "{} accepted:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    table
}

#[test]
fn no_harmful_mutant_is_accepted() {
    judge(certificates::all(), 1500, 7);
}

#[test]
#[ignore = "minutes: the campaign whose result is recorded"]
fn campaign() {
    let number = |name: &str, default: u64| {
        std::env::var(name)
            .ok()
            .and_then(|x| x.parse().ok())
            .unwrap_or(default)
    };
    let mut all = certificates::all().to_vec();
    if let Ok(paths) = std::env::var("GAPCERT_CERTIFICATES") {
        for path in paths.split(',') {
            all.push(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap());
        }
    }
    judge(
        &all,
        number("GAPCERT_MUTANTS", 20_000) as usize,
        number("GAPCERT_SEED", 1),
    );
}
