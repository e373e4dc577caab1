//! Damage to a small valid file is an error or another valid file, never a panic.

use std::path::Path;

use gapcert::data::{self, ReadOptions, arrays, csv, idx, parse_indices};
use gapcert::input::{InputFile, npy};
use gapcert::network;
use proptest::prelude::*;

use crate::support::{seed, seeds};

/// What the fuzz target of this name reads.
fn parse(target: &str, bytes: &[u8]) {
    let file = |extension: &str| InputFile::from_bytes(format!("f.{extension}"), bytes.to_vec());
    let options = ReadOptions::default();
    match target {
        "idx" => {
            let _ = idx::parse(&file("gz"));
            let _ = idx::assemble(&file("gz"), &file("gz"), &options);
        }
        "npy" => {
            let _ = npy::parse(bytes, Path::new("f.npy"), "");
            let _ = arrays::parse_npy(&file("npy"), &file("npy"), &options);
        }
        "npz" => {
            let _ = arrays::parse_npz(&file("npz"), &options).map(|s| s.with_constant_one());
            let _ = network::parse(&file("npz"));
        }
        "safetensors" => {
            let _ = network::parse(&file("safetensors"));
        }
        "csv" => {
            let _ = csv::parse(&file("csv"), &options);
        }
        "indices" => {
            for extension in ["npy", "txt"] {
                let _ = parse_indices(&file(extension)).map(|i| i.check(9));
            }
        }
        "onnx" => {
            let _ = network::onnx::parse(&file("onnx")).map(network::Model::new);
        }
        "architecture" => {
            // As the fuzz target: the first byte says where the second file begins.
            if let Some((layers, weights)) = bytes
                .split_first()
                .and_then(|(&split, rest)| rest.split_at_checked(split.into()))
            {
                let layers = InputFile::from_bytes("f.toml", layers.to_vec());
                let weights = InputFile::from_bytes("f.safetensors", weights.to_vec());
                let _ = network::architecture::read(&weights, &layers).map(network::Model::new);
            }
        }
        // A target of another module brings its own tests.
        _ => {}
    }
}

/// Target and bytes of every seed.
fn all_seeds() -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for folder in std::fs::read_dir(seeds()).unwrap() {
        let folder = folder.unwrap();
        let target = folder.file_name().into_string().unwrap();
        for file in std::fs::read_dir(folder.path()).unwrap() {
            all.push((target.clone(), std::fs::read(file.unwrap().path()).unwrap()));
        }
    }
    assert!(all.len() > 20);
    all
}

#[test]
fn every_truncation() {
    for (target, bytes) in all_seeds() {
        for end in 0..=bytes.len() {
            parse(&target, &bytes[..end]);
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
                parse(&target, &damaged);
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
        parse(&target, &bytes);
    }
}

/// Checksums and exact lengths: no single change of a byte of the values of a
/// deflated or stored archive goes unnoticed.
#[test]
fn damage_to_archived_values_is_noticed() {
    let bytes = seed("npz/sample_stored");
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
