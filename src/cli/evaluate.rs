//! `gapcert evaluate`.

use super::Outcome;
use super::options;
use super::output::{print, print_json};
use clap::Args;
use gapcert::bound::{self, Bound, Inputs, parse_inputs};
use gapcert::error::{Error, Result};
use gapcert::real::Enclosure;
use gapcert::report::json;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Arguments {
    /// The bound: ID or ID:FORM.
    bound: String,
    /// JSON object of input names and values: a number, a decimal string,
    /// [lo, hi], or a list of these; `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    inputs: PathBuf,
    /// Working precision in bits.
    #[arg(long, default_value_t = Enclosure::DEFAULT_PRECISION)]
    precision: u32,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(a: &Arguments) -> Result<Outcome> {
    let prec = options::precision(a.precision)?;
    let bound = bound::find(&a.bound)?;
    let inputs = bound.check(read_inputs(bound, &a.inputs, prec)?)?;
    let terms = bound.evaluate(&inputs);
    if a.json {
        print_json(&json::evaluation(bound, &terms));
    } else {
        let digits = terms.value.full_digits();
        let mut out = String::new();
        let (lo, hi) = terms.value.to_decimal(digits);
        let _ = writeln!(
            out,
            "{}:{} ({})\nvalue in [{lo}, {hi}]",
            bound.id, bound.form, bound.status
        );
        for (name, x) in &terms.parts {
            let (lo, hi) = x.to_decimal(17);
            let _ = writeln!(out, "  {name} in [{lo}, {hi}]");
        }
        for assumption in &bound.assumptions {
            let _ = writeln!(out, "  assumes: {assumption}");
        }
        print(&out);
    }
    Ok(if terms.value.is_defined() {
        Outcome::Done
    } else {
        Outcome::Undetermined
    })
}

/// The inputs file of `evaluate` and `vacuity`.
pub fn read_inputs(bound: &Bound, path: &Path, prec: u32) -> Result<Inputs<Enclosure>> {
    let failed =
        |e: std::io::Error| Error::input(path, "", "a file that can be read", e.to_string(), "");
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(failed)?;
        text
    } else {
        std::fs::read_to_string(path).map_err(failed)?
    };
    let json = serde_json::from_str(&text)
        .map_err(|e| Error::input(path, "", "a JSON object", e.to_string(), ""))?;
    parse_inputs(prec, &bound.inputs, &json, &path.display().to_string())
}
