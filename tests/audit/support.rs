//! Claims from texts.

use gapcert::audit::{Claim, Finding, Judgement, examine, judge, read};
use gapcert::error::Result;
use gapcert::input::InputFile;
use std::path::{Path, PathBuf};

pub fn claims(toml: &str) -> Result<Vec<Claim>> {
    read::toml::parse(&InputFile::from_bytes(
        "claims.toml",
        toml.as_bytes().to_vec(),
    ))
}

#[track_caller]
pub fn claim(toml: &str) -> Claim {
    let mut all = claims(toml).unwrap_or_else(|e| panic!("{e}\n{toml}"));
    assert_eq!(all.len(), 1);
    all.remove(0)
}

#[track_caller]
pub fn judged(toml: &str) -> Judgement {
    judge(&claim(toml))
}

#[track_caller]
pub fn verdict(toml: &str) -> &'static str {
    judged(toml).verdict.name()
}

#[track_caller]
pub fn finding(toml: &str) -> Finding {
    examine(vec![claim(toml)], None).unwrap().remove(0)
}

pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The claims of a shipped table.
pub fn table(csv: &str, columns: &str) -> Vec<Claim> {
    let columns = InputFile::read(repository(columns)).unwrap();
    read::read(&repository(csv), Some(&columns)).unwrap()
}
