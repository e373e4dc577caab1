//! Damage to a small valid file is an error or another valid file, never a panic.

use crate::seeds;
use crate::targets::TARGETS;
use gapcert::data::{self, ReadOptions, arrays};
use gapcert::input::InputFile;
use proptest::prelude::*;

/// Longer seeds are left to `smoke`: each of their bytes would take minutes.
const SHORT: usize = 2048;

fn parse(target: &str, bytes: &[u8]) {
    let found = TARGETS.iter().find(|(name, _)| *name == target);
    found.expect("a target").1(bytes);
}

/// Target and bytes of every short seed.
fn all_seeds() -> Vec<(&'static str, Vec<u8>)> {
    let mut all = Vec::new();
    // The bytes of `checker` are choices, and each run of it takes long.
    for (target, _) in TARGETS.into_iter().filter(|(t, _)| *t != "checker") {
        let short = seeds::of(target)
            .into_iter()
            .filter(|(_, b)| b.len() <= SHORT);
        all.extend(short.map(|(_, bytes)| (target, bytes)));
    }
    assert!(all.len() > 30);
    all
}

#[test]
fn every_truncation() {
    for (target, bytes) in all_seeds() {
        for end in 0..=bytes.len() {
            parse(target, &bytes[..end]);
        }
    }
}

#[test]
fn every_byte_at_its_extremes() {
    for (target, bytes) in all_seeds() {
        for position in 0..bytes.len() {
            for value in [0, 1, 0x7f, 0x80, 0xff, b'9', bytes[position] ^ 1] {
                let mut damaged = bytes.clone();
                damaged[position] = value;
                parse(target, &damaged);
            }
        }
    }
}

proptest! {
    #[test]
    fn random_damage(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        end in any::<prop::sample::Index>(),
        truncate in any::<bool>(),
    ) {
        let seeds = all_seeds();
        let (target, mut bytes) = seeds[which.index(seeds.len())].clone();
        for (position, value) in changes {
            let position = position.index(bytes.len());
            bytes[position] = value;
        }
        if truncate {
            bytes.truncate(end.index(bytes.len()));
        }
        parse(target, &bytes);
    }
}

/// Checksums and exact lengths: no single change of a byte of the values of a
/// deflated or stored archive goes unnoticed.
#[test]
fn damage_to_archived_values_is_noticed() {
    let bytes = std::fs::read(seeds::folder().join("npz/sample_stored")).unwrap();
    let values = bytes.windows(4).position(|w| w == [0, 1, 2, 3]).unwrap();
    for position in values..values + 12 {
        let mut damaged = bytes.clone();
        damaged[position] ^= 0x10;
        let file = InputFile::from_bytes("f.npz", damaged);
        let text = arrays::parse_npz(&file, &ReadOptions::default()).unwrap_err();
        assert!(text.to_string().contains("expected checksum"), "{text}");
    }
    // The undamaged archive is read.
    let file = InputFile::from_bytes("f.npz", bytes);
    assert!(data::arrays::parse_npz(&file, &ReadOptions::default()).is_ok());
}
