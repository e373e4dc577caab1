//! Seeds under `fuzz/seeds`. Most are written by `fuzz/make_seeds.py`, byte by byte;
//! those that only the program writes, by it:
//!
//!     cargo test --release --all-features --test fuzz write_seeds -- --ignored

use crate::common::run::gapcert;
use crate::common::world::{STANDARD, World};
use gapcert::checker::{self, Outcome};
use std::path::{Path, PathBuf};

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds")
}

/// Names and contents of a target's seeds, in one order everywhere.
pub fn of(target: &str) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder().join(target))
        .unwrap_or_else(|e| panic!("seeds of {target}: {e}"))
        .map(|file| {
            let file = file.unwrap();
            let name = file.file_name().into_string().unwrap();
            (name, std::fs::read(file.path()).unwrap())
        })
        .collect();
    all.sort();
    assert!(!all.is_empty(), "no seed of {target}");
    all
}

/// The bounds of the two certificates: one of a network as a chain of matrices, one of
/// norms; and one with counts alone.
const CERTIFICATES: [(&str, &[&str]); 2] = [
    (
        "sparsity",
        &[
            "muthukumar-sulam-2023/single-shot",
            "test-set/clopper-pearson",
        ],
    ),
    ("norms", &["galanti-2023/path-energy", "pac-bayes/kl"]),
];

/// The program still accepts what it wrote; otherwise `write_seeds` is due.
#[test]
fn the_certificates_are_of_this_version() {
    for (name, bytes) in of("certificate") {
        if CERTIFICATES.iter().any(|(n, _)| *n == name) {
            let report = checker::verify(&bytes);
            assert_eq!(report.outcome(), Outcome::Verified, "{name}: {report:?}");
        }
    }
}

#[test]
#[ignore = "writes into fuzz/seeds"]
fn write_seeds() {
    let world = World::new();
    for (name, bounds) in CERTIFICATES {
        let mut arguments = STANDARD.to_vec();
        for bound in bounds {
            arguments.extend(["--bound", bound]);
        }
        world
            .run(&[&arguments[..], &["-o", name]].concat())
            .ended(0);
        write(&format!("certificate/{name}"), &world.read(name));
    }
    let folder = tempfile::tempdir().unwrap();
    let spec = std::fs::read(self::folder().join("specs/simulation")).unwrap();
    std::fs::write(folder.path().join("spec.toml"), spec).unwrap();
    gapcert(folder.path(), &["simulate", "spec.toml", "-o", "run"]).ended(0);
    let log = std::fs::read(folder.path().join("run/log.jsonl")).unwrap();
    write("log/whole", &log);
}

fn write(name: &str, bytes: &[u8]) {
    let path = folder().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}
