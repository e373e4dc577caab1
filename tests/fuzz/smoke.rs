//! Ten seconds of each target, half a minute in `.ci/run`: damaged seeds, at random, the
//! same in every run as far as the time goes. What libFuzzer does with coverage is in
//! `fuzz/README.md`.
//!
//! `GAPCERT_SMOKE_SECONDS` sets the time, `GAPCERT_SEED` the seed.

use crate::seeds;
use crate::targets::TARGETS;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Seeds of more bytes are changed in few places: reading them takes long.
const LONG: usize = 1 << 14;
/// Of each target.
const SECONDS: u64 = 10;
/// Bytes that readers treat specially.
const SPECIAL: [u8; 12] = [
    0, 1, 0x7f, 0x80, 0xff, b'0', b'9', b'-', b'"', b'e', b'\n', b',',
];

fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect(name))
}

fn smoke(target: &str) {
    let (_, run) = TARGETS.iter().find(|(name, _)| *name == target).unwrap();
    let all: Vec<Vec<u8>> = seeds::of(target)
        .into_iter()
        .map(|(_, bytes)| bytes)
        .collect();
    let mut rng = ChaCha8Rng::seed_from_u64(from_environment("GAPCERT_SEED", 1));
    let time = Duration::from_secs(from_environment("GAPCERT_SMOKE_SECONDS", SECONDS));
    let begun = Instant::now();
    let mut runs = 0u64;
    while begun.elapsed() < time {
        let bytes = damaged(&all, &mut rng);
        let outcome = catch_unwind(AssertUnwindSafe(|| run(&bytes)));
        if outcome.is_err() {
            let shown = String::from_utf8_lossy(&bytes);
            panic!("{target}, run {runs}: {shown:?} = {bytes:?}");
        }
        runs += 1;
    }
    println!("{target}: {runs} runs in {:.0?}", begun.elapsed());
    assert!(runs >= time.as_secs(), "{runs} runs");
}

/// A seed with one change or a few.
fn damaged(seeds: &[Vec<u8>], rng: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = seeds.choose(rng).unwrap().clone();
    let changes = if bytes.len() > LONG { 2 } else { 6 };
    for _ in 0..rng.random_range(0..=changes) {
        let len = bytes.len();
        let at = rng.random_range(0..=len);
        // Mostly short; now and then up to the whole.
        let reach = if rng.random_bool(0.1) { len } else { 8 };
        let end = (at + rng.random_range(0..=reach)).min(len);
        match rng.random_range(0..8) {
            0 if at < len => bytes[at] ^= 1 << rng.random_range(0..8),
            1 if at < len => bytes[at] = *SPECIAL.choose(rng).unwrap(),
            2 if at < len => bytes[at] = rng.random(),
            3 => drop(bytes.drain(at..end)),
            4 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            5 => {
                let new: Vec<u8> = (0..rng.random_range(1..9)).map(|_| rng.random()).collect();
                bytes.splice(at..at, new);
            }
            6 => {
                let other = seeds.choose(rng).unwrap();
                let from = rng.random_range(0..=other.len());
                bytes.truncate(at);
                bytes.extend(&other[from..]);
            }
            // A number in text, made another.
            _ => {
                let digits: Vec<usize> = (0..len).filter(|&i| bytes[i].is_ascii_digit()).collect();
                if let Some(&i) = digits.choose(rng) {
                    bytes[i] = rng.random_range(b'0'..=b'9');
                }
            }
        }
    }
    bytes
}

macro_rules! targets {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            smoke(stringify!($name));
        })*

        #[test]
        fn all_targets_are_here() {
            let here = [$(stringify!($name)),*];
            assert_eq!(TARGETS.map(|(name, _)| name), here);
        }
    };
}

targets! {
    architecture certificate checker claims csv decimal idx indices interval log npy npz onnx
    protocol safetensors specs
}
