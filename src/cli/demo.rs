//! `gapcert demo`.
use super::Outcome;
use clap::Args;
use gapcert::error::Result;
#[derive(Args)]
pub struct Arguments {}
pub fn run(_a: &Arguments) -> Result<Outcome> {
    todo!()
}
