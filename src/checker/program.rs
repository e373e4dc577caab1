//! The program of a result, step by step.
//!
//! Each stated enclosure must contain the range of its operation over the stated
//! enclosures of its operands: by induction it then contains the exact value of
//! the step. And it must be tight: an elementary operation within a few units in
//! the last place of the exact range, a special function within half the digits.
//! So no number of a certificate can be moved, not even to the safe side.

use super::format::{Claim, Program, Step};
use super::functions::{Gap, Machine, Op};
use super::number::{Interval, written};
use super::{Check, Fault, reject};
use rug::Rational;
use serde_json::Value as Json;

/// More steps are refused.
const MOST_STEPS: usize = 100_000;

/// What a step without operands may stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaf {
    Given,
    Measured,
    Grid,
    Chosen,
    Count,
}

impl Leaf {
    fn named(op: &str) -> Option<Self> {
        Some(match op {
            "given" => Self::Given,
            "measured" => Self::Measured,
            "grid" => Self::Grid,
            "chosen" => Self::Chosen,
            "count" => Self::Count,
            _ => return None,
        })
    }
}

/// The claims of all steps, each checked. `leaf` knows what is stated elsewhere in
/// the certificate.
pub fn check(
    program: &Program,
    machine: &Machine,
    leaf: impl Fn(Leaf, &str) -> Check<Claim>,
) -> Check<Vec<Claim>> {
    if program.steps.len() > MOST_STEPS {
        return Err(Fault::Open(format!("more than {MOST_STEPS} steps")));
    }
    let mut claims: Vec<Claim> = Vec::with_capacity(program.steps.len());
    for (i, step) in program.steps.iter().enumerate() {
        let claim = one(step, &claims, program.precision, machine, &leaf)
            .map_err(|fault| fault.at(&format!("step {i} ({})", shown(&step.op))))?;
        claims.push(claim);
    }
    used(program)?;
    Ok(claims)
}

fn shown(op: &str) -> String {
    op.chars().take(40).collect()
}

fn one(
    step: &Step,
    before: &[Claim],
    precision: u32,
    machine: &Machine,
    leaf: impl Fn(Leaf, &str) -> Check<Claim>,
) -> Check<Claim> {
    let bare = step.of.is_none() && step.n.is_none() && step.k.is_none();
    if let Some(kind) = Leaf::named(&step.op) {
        let Some(name) = &step.name else {
            return reject("a leaf without a name");
        };
        if !bare || step.value.is_some() || step.lo.is_some() || step.hi.is_some() {
            return reject("a leaf has a name and nothing else");
        }
        return leaf(kind, name);
    }
    let (Some(lo), Some(hi), None) = (&step.lo, &step.hi, &step.name) else {
        return reject("a step has the keys op, of, lo and hi, and no name");
    };
    let Some(stated) = Claim::parse(lo, hi) else {
        return reject("its ends are not two numbers in order");
    };
    if step.op == "constant" {
        let value = step.value.as_deref().filter(|_| bare).and_then(written);
        let Some(value) = value else {
            return reject("a constant is p or p/q");
        };
        meets(&stated, Ok(Interval::point(value)), Op::Add, precision)?;
        return Ok(stated);
    }
    let Some((op, operands)) = Op::named(&step.op, step.n, step.k) else {
        return reject("no such operation");
    };
    let of = step.of.as_deref().unwrap_or_default();
    if of.len() != operands || step.value.is_some() || (step.of.is_none() && op != Op::Pi) {
        return reject(format!("{operands} operands are wanted"));
    }
    if of.iter().any(|i| *i >= before.len()) {
        return reject("an operand that is no earlier step");
    }
    let known: Option<Vec<&Interval>> = of.iter().map(|i| before[*i].known()).collect();
    let exact = match known {
        Some(x) => machine.apply(op, &x),
        None => Err(Gap::Undefined),
    };
    meets(&stated, exact, op, precision)?;
    Ok(stated)
}

/// Whether the stated enclosure contains the exact range, and not much more.
fn meets(stated: &Claim, exact: Result<Interval, Gap>, op: Op, precision: u32) -> Check {
    match (stated, exact) {
        (_, Err(Gap::OutOfReach)) => Err(Fault::Open("beyond what the checker computes".into())),
        (Claim::Nothing, Err(Gap::Undefined)) => Ok(()),
        (Claim::Known(_), Err(Gap::Undefined)) => {
            reject("a number is stated where the operation is not defined")
        }
        (Claim::Nothing, Ok(_)) => reject("nothing is stated where there is a number"),
        (Claim::Known(stated), Ok(exact)) => {
            let digits = if op.is_elementary() {
                precision.saturating_sub(2)
            } else {
                precision / 2
            };
            close(stated, &exact, &Rational::new(), digits)
        }
    }
}

/// Whether `stated` contains `exact`, but for `slack`, and each of its ends is
/// within 2^-digits of the other's, relatively.
pub fn close(stated: &Interval, exact: &Interval, slack: &Rational, digits: u32) -> Check {
    let beyond = |end: &Rational| (end.clone().abs() >> digits) + slack;
    let inside = |x: &Rational, y: &Rational| Rational::from(x - y) > *slack;
    if inside(stated.lo(), exact.lo()) {
        return reject("the lower end is above that of the exact range");
    }
    if inside(exact.hi(), stated.hi()) {
        return reject("the upper end is below that of the exact range");
    }
    if Rational::from(exact.lo() - stated.lo()) > beyond(exact.lo()) {
        return reject("the lower end is far below that of the exact range");
    }
    if Rational::from(stated.hi() - exact.hi()) > beyond(exact.hi()) {
        return reject("the upper end is far above that of the exact range");
    }
    Ok(())
}

/// The steps of an input: one, or a list.
pub fn indices(json: &Json) -> Option<(bool, Vec<usize>)> {
    let index = |x: &Json| x.as_u64().and_then(|i| usize::try_from(i).ok());
    match json {
        Json::Array(list) => Some((true, list.iter().map(index).collect::<Option<_>>()?)),
        one => Some((false, vec![index(one)?])),
    }
}

/// Every step must lead to an output, and every output be a step.
fn used(program: &Program) -> Check {
    let mut outputs: Vec<usize> = vec![program.value];
    for (name, json) in &program.inputs.0 {
        let Some((_, list)) = indices(json) else {
            return reject(format!("input `{name}`: steps are wanted"));
        };
        outputs.extend(list);
    }
    outputs.extend(program.derived.0.iter().map(|(_, i)| *i));
    outputs.extend(program.terms.0.iter().map(|(_, i)| *i));
    let mut reached = vec![false; program.steps.len()];
    for i in outputs {
        match reached.get_mut(i) {
            Some(place) => *place = true,
            None => return reject(format!("an output is step {i}, which there is not")),
        }
    }
    for i in (0..program.steps.len()).rev() {
        if !reached[i] {
            return reject(format!("step {i} leads to no output"));
        }
        for &j in program.steps[i].of.iter().flatten() {
            reached[j] = true;
        }
    }
    Ok(())
}
