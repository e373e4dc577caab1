//! Changes to a valid certificate that the bytes choose: what is still verified must
//! follow from the original, as decided without the checker (`tests/checker/oracle.rs`).
use gapcert::checker::{Checker, File, Outcome};
use rand::SeedableRng;
use rand::{RngExt, TryRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value as Json;
use std::cell::RefCell;
use std::convert::Infallible;

#[path = "../../tests/checker/mutate.rs"]
mod mutate;
#[allow(dead_code)]
#[path = "../../tests/checker/oracle.rs"]
mod oracle;

/// Written by `tests/fuzz`, which says how.
const CERTIFICATES: [&str; 2] = [
    include_str!("../seeds/certificate/sparsity"),
    include_str!("../seeds/certificate/norms"),
];

/// A checker remembers what it worked out, which makes it ten times as fast; after so
/// many runs it is made anew, for it never forgets.
const RUNS: usize = 500;

thread_local! {
    static CASES: RefCell<(usize, Vec<Case>)> = RefCell::default();
}

/// A valid certificate, and a checker that has its files at hand.
struct Case {
    original: Json,
    checker: Checker,
}

fn cases() -> Vec<Case> {
    let case = |text| {
        let original: Json = serde_json::from_str(text).expect("a certificate is JSON");
        let checker = Checker::expecting(files(&original));
        Case { original, checker }
    };
    CERTIFICATES.into_iter().map(case).collect()
}

pub fn run(bytes: &[u8]) {
    CASES.with_borrow_mut(|(runs, all)| {
        if *runs % RUNS == 0 {
            *all = cases();
        }
        *runs += 1;
        try_mutant(bytes, all);
    });
}

fn try_mutant(bytes: &[u8], all: &[Case]) {
    let donors: Vec<Json> = all.iter().map(|c| c.original.clone()).collect();
    let mut mutator = mutate::Mutator {
        rng: Choices::new(bytes),
        donors: &donors,
    };
    let Case { original, checker } = &all[mutator.rng.random_range(0..all.len())];
    let mut mutant = original.clone();
    for _ in 0..mutator.rng.random_range(0..4) {
        mutator.mutate(&mut mutant);
    }
    let report = checker.verify(mutant.to_string().as_bytes());
    if mutant == *original {
        assert_eq!(report.outcome(), Outcome::Verified, "the original");
    } else if report.outcome() == Outcome::Verified
        && let Err(why) = oracle::harmless(&mutant, original)
    {
        panic!("{why}: verified: {mutant}");
    }
}

/// The files the certificate is of: at hand, so that their hashes count.
fn files(certificate: &Json) -> Vec<File> {
    let text = |s: &Json, key: &str| s[key].as_str().unwrap_or_default().to_owned();
    let sources = certificate["sources"].as_array().into_iter().flatten();
    let file = |s| File {
        role: text(s, "role"),
        sha256: text(s, "sha256"),
    };
    sources.map(file).collect()
}

/// Random choices that are the bytes, as far as they go; then some that follow from
/// the last of them.
struct Choices<'a> {
    bytes: &'a [u8],
    then: ChaCha8Rng,
}

impl<'a> Choices<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let seed = bytes.iter().fold(0, |h: u64, b| {
            h.wrapping_mul(0x100_0000_01b3) ^ u64::from(*b)
        });
        Self {
            bytes,
            then: ChaCha8Rng::seed_from_u64(seed),
        }
    }
}

impl TryRng for Choices<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut word = [0; 4];
        self.try_fill_bytes(&mut word)?;
        Ok(u32::from_le_bytes(word))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut word = [0; 8];
        self.try_fill_bytes(&mut word)?;
        Ok(u64::from_le_bytes(word))
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        match self.bytes.split_at_checked(to.len()) {
            Some((first, rest)) => {
                to.copy_from_slice(first);
                self.bytes = rest;
                Ok(())
            }
            None => {
                self.bytes = &[];
                self.then.try_fill_bytes(to)
            }
        }
    }
}
