//! `gapcert vacuity`.

use super::Outcome;
use super::inputs::{from_file, read_inputs};
use super::options;
use super::output::{print, print_json};
use clap::Args;
use gapcert::bound::{self, Admissible, Bound, Effect, solve};
use gapcert::error::Result;
use gapcert::real::Enclosure;
use serde_json::json;
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    /// The bound: ID or ID:FORM.
    bound: String,
    /// JSON object of all inputs but one (as for `evaluate`).
    #[arg(long, value_name = "FILE")]
    inputs: PathBuf,
    /// The bound must stay below this.
    #[arg(long, default_value = "1", allow_negative_numbers = true)]
    target: String,
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
    let target = options::number("--target", &a.target, prec)?;
    let inputs = read_inputs(bound, &a.inputs, prec)?;
    let range = solve(bound, &inputs, &target).map_err(|e| from_file(e, &a.inputs))?;
    if a.json {
        print_json(&describe(bound, &range, &a.target))?;
    } else {
        print(&words(bound, &range, &a.target))?;
    }
    Ok(match (&range.inside, &range.outside) {
        (Some(_), _) => Outcome::Done,
        (None, Some(_)) => Outcome::Vacuous,
        (None, None) => Outcome::Undetermined,
    })
}

/// Decimal ends rounded so that the printed value is still certified: away from
/// the root on the inside, and likewise on the outside.
fn ends(range: &Admissible) -> (Option<String>, Option<String>) {
    let print = |x: &rug::Float, upward: bool| {
        let x = Enclosure::new(x.prec(), x, x).expect("a finite number");
        let (lo, hi) = x.to_decimal(20);
        if upward { hi } else { lo }
    };
    let falls = range.effect == Effect::Lowers;
    (
        range.inside.as_ref().map(|x| print(x, falls)),
        range.outside.as_ref().map(|x| print(x, !falls)),
    )
}

fn describe(bound: &Bound, range: &Admissible, target: &str) -> serde_json::Value {
    let (inside, outside) = ends(range);
    let side = match range.effect {
        Effect::Raises | Effect::Mixed => "at most",
        Effect::Lowers => "at least",
    };
    json!({
        "bound": bound.id, "form": bound.form, "target": target,
        "input": range.input, "side": side, "below_target": inside, "not_below_target": outside,
    })
}

fn words(bound: &Bound, range: &Admissible, target: &str) -> String {
    let (inside, outside) = ends(range);
    let (side, name) = match range.effect {
        Effect::Raises | Effect::Mixed => ("<=", range.input),
        Effect::Lowers => (">=", range.input),
    };
    let id = format!("{}:{}", bound.id, bound.form);
    match (inside, outside) {
        (Some(x), Some(y)) => {
            format!("{id} is below {target} for {name} {side} {x}, and is not at {name} = {y}\n")
        }
        (Some(x), None) => format!("{id} is below {target} for {name} {side} {x}\n"),
        (None, Some(y)) => {
            format!("{id} is not below {target} at {name} = {y}, the most favourable value tried\n")
        }
        (None, None) => format!("{id}: undetermined for {name}\n"),
    }
}
