//! `gapcert verify`.

use super::Outcome;
use super::output::print;
use clap::Args;
use gapcert::checker::{self, Checker};
use gapcert::error::Result;
use gapcert::input::InputFile;
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    /// The certificate.
    certificate: PathBuf,
}

pub fn run(a: &Arguments) -> Result<Outcome> {
    let file = InputFile::read(&a.certificate)?;
    let report = Checker::default().verify(&file.bytes);
    let mut text = String::new();
    if let Some(fault) = &report.whole {
        text += &format!("{fault}\n");
    }
    for r in &report.results {
        let what = r.fault.as_ref().map_or("verified".to_owned(), ToString::to_string);
        text += &format!("{}:{}: {what}\n", r.bound, r.form);
    }
    print(&text)?;
    Ok(match report.outcome() {
        checker::Outcome::Verified => Outcome::Done,
        checker::Outcome::Rejected => Outcome::Vacuous,
        checker::Outcome::Undetermined => Outcome::Undetermined,
    })
}
