//! `gapcert schema`.

use super::Outcome;
use super::output::print;
use clap::{Args, ValueEnum};
use gapcert::error::Result;
use gapcert::report::schema;

#[derive(Args)]
pub struct Arguments {
    /// Which document.
    document: Document,
}

#[derive(Clone, Copy, ValueEnum)]
enum Document {
    /// What `evaluate --inputs` reads.
    Inputs,
    /// What `evaluate --json` prints.
    Evaluate,
    /// What `certify --json` prints.
    Certify,
    /// What `certify -o` writes.
    Certificate,
    /// What `measure --json` prints.
    Measure,
    /// What `verify --json` prints.
    Verify,
    /// What `audit --json` prints.
    Audit,
    /// What `simulate --json` prints.
    Simulate,
    /// What `falsify` writes.
    Falsify,
    /// What `falsify --json` prints.
    FalsifyReport,
    /// What `falsify --replay --json` prints.
    FalsifyReplay,
    /// What `vectors` writes.
    Vectors,
    /// What `conform --json` prints.
    Conform,
    /// What `lock create` writes.
    Lock,
    /// What `lock check --json` prints.
    LockCheck,
}

pub fn run(a: &Arguments) -> Result<Outcome> {
    print(match a.document {
        Document::Inputs => schema::INPUTS,
        Document::Evaluate => schema::EVALUATE,
        Document::Certify => schema::CERTIFY,
        Document::Certificate => schema::CERTIFICATE,
        Document::Measure => schema::MEASURE,
        Document::Verify => schema::VERIFY,
        Document::Audit => schema::AUDIT,
        Document::Simulate => schema::SIMULATE,
        Document::Falsify => schema::FALSIFY,
        Document::FalsifyReport => schema::FALSIFY_REPORT,
        Document::FalsifyReplay => schema::FALSIFY_REPLAY,
        Document::Vectors => schema::VECTORS,
        Document::Conform => schema::CONFORM,
        Document::Lock => schema::LOCK,
        Document::LockCheck => schema::LOCK_CHECK,
    })?;
    Ok(Outcome::Done)
}
