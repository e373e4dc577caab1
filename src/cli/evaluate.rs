//! `gapcert evaluate`.

use super::Outcome;
use super::inputs::{from_file, read_inputs};
use super::options;
use super::output::{print, print_json};
use clap::Args;
use gapcert::bound;
use gapcert::error::Result;
use gapcert::real::Enclosure;
use gapcert::report::json;
use std::fmt::Write as _;
use std::path::PathBuf;

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
    let inputs = read_inputs(bound, &a.inputs, prec)?;
    let inputs = bound.check(inputs).map_err(|e| from_file(e, &a.inputs))?;
    let terms = bound.evaluate(&inputs);
    if a.json {
        print_json(&json::evaluation(bound, &terms))?;
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
        let _ = writeln!(out, "  bounds: {}", bound.bounds);
        for assumption in &bound.assumptions {
            let _ = writeln!(out, "  assumes: {assumption}");
        }
        print(&out)?;
    }
    Ok(if terms.value.is_defined() {
        Outcome::Done
    } else {
        Outcome::Undetermined
    })
}
