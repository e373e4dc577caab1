//! The implementation under test, and what is asked of it: options that `conform` and
//! `lock` share.

use clap::{Args, ValueEnum};
use gapcert::conform::{Builtin, Implementation, Process, Rounding, Subject, Tolerance};
use gapcert::error::{Error, Result};
use gapcert::input::InputFile;
use gapcert::real::parse_rational;
use rug::Rational;
use serde_json::Value as Json;
use std::path::Path;
use std::time::Duration;

#[derive(Args)]
pub struct Tested {
    /// Command of the implementation, read by a shell; it speaks the protocol of the
    /// README. Without it gapcert tests itself.
    #[arg(long, value_name = "CMD")]
    pub cmd: Option<String>,
    /// Time limit of a call in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    pub time_limit: f64,
    /// How far a value may be from the certified one, relatively.
    #[arg(
        long,
        value_name = "X",
        default_value = "1e-9",
        allow_negative_numbers = true
    )]
    pub tolerance: String,
    /// How the implementation rounds: up means that no value may lie below.
    #[arg(long, value_enum, default_value_t = Declared::Nearest)]
    pub rounding: Declared,
    /// Accept values above the tolerance: they are upper bounds.
    #[arg(long)]
    pub allow_loose: bool,
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
pub enum Declared {
    Nearest,
    Up,
}

impl Tested {
    /// Starts it.
    pub fn start(&self) -> Result<Box<dyn Implementation>> {
        let Some(command) = &self.cmd else {
            return Ok(Box::new(Builtin::default()));
        };
        let process = Process::new(command, time_limit(self.time_limit)?)?;
        Ok(Box::new(process))
    }

    /// Its name in reports.
    pub fn name(&self) -> &str {
        self.cmd.as_deref().unwrap_or("gapcert")
    }

    pub fn tolerance(&self, subject: &Subject) -> Result<Tolerance> {
        let relative = parse_rational(&self.tolerance).ok();
        let relative = relative.filter(|x| *x >= 0 && *x < 1).ok_or_else(|| {
            let found = self.tolerance.clone();
            Error::input("--tolerance", "", "a number in [0, 1)", found, "")
        })?;
        Ok(Tolerance {
            relative,
            absolute: Rational::from_f64(subject.absolute_tolerance()).unwrap_or_default(),
            rounding: match self.rounding {
                Declared::Nearest => Rounding::Nearest,
                Declared::Up => Rounding::Up,
            },
            loose: self.allow_loose,
        })
    }
}

/// The time limit of a call.
pub fn time_limit(seconds: f64) -> Result<Duration> {
    if !(seconds > 0.0 && seconds <= 86_400.0) {
        let expected = "seconds above 0, a day at most";
        let found = seconds.to_string();
        return Err(Error::input("--time-limit", "", expected, found, ""));
    }
    Ok(Duration::from_secs_f64(seconds))
}

/// A file of JSON.
pub fn read_json(path: &Path) -> Result<Json> {
    let file = InputFile::read(path)?;
    serde_json::from_slice(&file.bytes)
        .map_err(|e| Error::input(path, "", "JSON", e.to_string(), ""))
}
