//! Whether a known faulty way of computing a bound gives the reported digits.
//!
//! Everything here is f64, as the faulty code would be, and certifies nothing: a
//! reproduction explains a number, the verdict does not rest on it. The bound's own
//! text is what is run, as the straight-line program that the recorder makes of it:
//! with other inputs (`inputs.rs`), with a step changed (`edits.rs`), or with another
//! way to invert kl or the binomial tail (`roots.rs`). No formula is repeated.

mod edits;
mod inputs;
mod roots;

use super::claim::{Claim, Given, Quantity};
use super::printed::{Printed, Rounding};
use crate::bound::{Bound, Inputs, Value, catalogue};
use crate::real::recorder::Program;
use roots::Replay;
use rug::{Float, Rational};

/// A way of computing a bound that gives the reported digits.
#[derive(Clone, Debug, PartialEq)]
pub struct Reproduction {
    /// What was done.
    pub way: String,
    /// What it gives.
    pub value: f64,
}

/// With fewer digits too many ways agree by accident.
const FEWEST_DIGITS: usize = 4;
/// Rounding errors of f64 code, in units of the last place: the order of its
/// operations is not known, and kl near its zero loses some digits.
const ULPS: f64 = 64.0;
/// A claim that ways with more different values than this reproduce is explained by
/// none of them.
const MOST_VALUES: usize = 12;

/// A formula and its inputs as the faulty code would have them.
struct Case {
    program: Program,
    inputs: Inputs<f64>,
}

/// The ways that give the digits reported, the most common mistakes first; empty if
/// none is known, if an input is not given as one number, or if too few digits are
/// printed to tell.
pub fn reproductions(claim: &Claim) -> Vec<Reproduction> {
    if claim.reported.significant_digits() < FEWEST_DIGITS {
        return Vec::new();
    }
    let Some(case) = Case::new(claim) else {
        return Vec::new();
    };
    let exact = roots::run(&case.program, &case.inputs);
    if let Some(rounded) = rounded(&claim.reported, exact) {
        let way = format!("the formula's value, rounded {rounded}");
        return vec![Reproduction { way, value: exact }];
    }
    let mut found: Vec<Reproduction> = Vec::new();
    let mut tried = |way: String, value: f64| {
        if value != exact && gives(&claim.reported, value) {
            found.push(Reproduction { way, value });
        }
    };
    let replay = Replay::new(&case.program);
    for (way, solver) in roots::ways(&case.program) {
        tried(way, replay.run(&case.inputs, solver));
    }
    for (way, inputs) in inputs::ways(&case.inputs) {
        tried(way, roots::run(&case.program, &inputs));
    }
    for (way, program) in edits::ways(&case.program) {
        tried(way, roots::run(&program, &case.inputs));
    }
    for other in catalogue() {
        if other.id == claim.bound.id && other.form != claim.bound.form {
            let way = format!("the form {} of the bound", other.form);
            tried(way, other.approximate(&case.inputs));
        }
    }
    let mut values: Vec<u64> = found.iter().map(|f| f.value.to_bits()).collect();
    values.sort_unstable();
    values.dedup();
    if values.len() > MOST_VALUES {
        found.clear();
    }
    found
}

/// What each known faulty way of computing a bound gives at these inputs.
pub(crate) fn wrong_values(bound: &Bound, inputs: &Inputs<f64>) -> Vec<(String, f64)> {
    let program = bound.record(inputs);
    let replay = Replay::new(&program);
    let solvers = roots::ways(&program).into_iter();
    let solved = solvers.map(|(way, solver)| (way, replay.run(inputs, solver)));
    let changed = inputs::ways(inputs).into_iter();
    let changed = changed.map(|(way, inputs)| (way, roots::run(&program, &inputs)));
    let edited = edits::ways(&program).into_iter();
    let edited = edited.map(|(way, program)| (way, roots::run(&program, inputs)));
    solved.chain(changed).chain(edited).collect()
}

impl Case {
    fn new(claim: &Claim) -> Option<Self> {
        let mut inputs = Inputs::new();
        let m = claim.bound.inputs.iter().position(|s| s.name == "m");
        let m = m.and_then(|i| point(claim.inputs[i].entries().first()?.as_ref()?, 1.0));
        for (spec, given) in claim.bound.inputs.iter().zip(&claim.inputs) {
            let number = |q: &Option<Quantity>| point(q.as_ref()?, m.unwrap_or(1.0));
            let value = match given {
                Given::Scalar(x) => Value::Scalar(number(x)?),
                Given::List(xs) => Value::List(xs.iter().map(number).collect::<Option<_>>()?),
                Given::UnknownList => return None,
            };
            inputs.set(spec.name, value);
        }
        Some(Self {
            program: claim.bound.record(&inputs),
            inputs,
        })
    }
}

/// The f64 that code would read for a number given as one.
fn point(q: &Quantity, m: f64) -> Option<f64> {
    let number = match &q.printed.number {
        Some(number) => number,
        None if q.printed.is_exact() => &q.printed.lo,
        None => return None,
    };
    Some(q.unit.apply(&nearest(number), &m))
}

/// Rational::to_f64 would truncate.
fn nearest(x: &Rational) -> f64 {
    Float::with_val(53, x).to_f64()
}

/// Whether code that computed `value` would have printed these digits.
fn gives(reported: &Printed, value: f64) -> bool {
    let (Some(number), Some(unit)) = (&reported.number, &reported.unit) else {
        return false;
    };
    let unit = nearest(unit);
    let slack = ULPS * f64::EPSILON * value.abs();
    let excess = match Rational::from_f64(value) {
        Some(value) => nearest(&Rational::from(&value - number)),
        None => return false,
    };
    let (below, above) = match reported.rounding {
        // How doubles are printed in full: to the nearest.
        Rounding::Exact | Rounding::Nearest => (-unit / 2.0, unit / 2.0),
        Rounding::Up => (-unit, 0.0),
        Rounding::Down | Rounding::Truncated => (0.0, unit),
    };
    below - slack <= excess && excess <= above + slack
}

/// How the right value was rounded, if that gives the digits.
fn rounded(reported: &Printed, value: f64) -> Option<&'static str> {
    let as_if = |rounding| {
        let reported = Printed {
            rounding,
            ..reported.clone()
        };
        gives(&reported, value)
    };
    [
        (Rounding::Nearest, "to the nearest"),
        (Rounding::Up, "up"),
        (Rounding::Down, "down"),
    ]
    .into_iter()
    .find_map(|(rounding, name)| as_if(rounding).then_some(name))
}
