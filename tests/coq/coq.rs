//! `coqc`, if it is there.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The folder of the proofs, with what certificates need compiled; `None`, with
/// a message, where there is no Coq.
pub fn proofs() -> Option<PathBuf> {
    static PROOFS: OnceLock<Option<PathBuf>> = OnceLock::new();
    PROOFS
        .get_or_init(|| {
            if Command::new("coqc").arg("--version").output().is_err() {
                eprintln!("skipped: coqc is not installed");
                return None;
            }
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("proofs");
            let made = Command::new("make")
                .arg("certificate")
                .current_dir(&folder)
                .output()
                .unwrap();
            assert!(made.status.success(), "{}", text(&made));
            Some(folder)
        })
        .clone()
}

/// What Coq says of a file with this text; `Err` if it refuses it.
pub fn check(proofs: &Path, name: &str, source: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, source).unwrap();
    let ran = Command::new("coqc")
        .arg("-R")
        .arg(proofs)
        .arg("Gapcert")
        .arg(&file)
        .output()
        .unwrap();
    if ran.status.success() {
        Ok(text(&ran))
    } else {
        Err(text(&ran))
    }
}

fn text(ran: &Output) -> String {
    let all = [ran.stdout.as_slice(), ran.stderr.as_slice()].concat();
    String::from_utf8_lossy(&all).into_owned()
}
