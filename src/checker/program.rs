//! The program of a result, step by step.
//!
//! Each stated enclosure must contain the range of its operation over the stated
//! enclosures of its operands: by induction it then contains the exact value of
//! the step. And it must be tight: an elementary operation is the exact range
//! rounded outward once, a special function has half the digits. So no number of a
//! certificate can be moved, not even to the safe side.

use super::format::{Claim, Program};
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
    pub fn named(op: &str) -> Option<Self> {
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
            .map_err(|fault| fault.at(&format!("step {i} ({})", shown(step))))?;
        claims.push(claim);
    }
    used(program)?;
    Ok(claims)
}

fn shown(step: &[Json]) -> String {
    let op = step.first().and_then(Json::as_str).unwrap_or("nameless");
    op.chars().take(40).collect()
}

/// A step as it is written: its kind, its other entries, and last its enclosure.
///
/// | step | entries |
/// |------|---------|
/// | measured, grid, chosen, count | kind, name |
/// | given | kind, name, enclosure |
/// | constant | kind, p/q, enclosure |
/// | powi, chi_upper_quantile | kind, step, integer, enclosure |
/// | ln_binomial | kind, n, k, enclosure |
/// | any other | kind, a step for each operand, enclosure |
fn one(
    step: &[Json],
    before: &[Claim],
    precision: u32,
    machine: &Machine,
    leaf: impl Fn(Leaf, &str) -> Check<Claim>,
) -> Check<Claim> {
    let text = |x: &Json| x.as_str().map(str::to_owned);
    let Some((kind, rest)) = step
        .split_first()
        .and_then(|(k, rest)| Some((text(k)?, rest)))
    else {
        return reject("a step begins with its kind");
    };
    if let (Some(leaf_kind), [name]) = (Leaf::named(&kind), rest) {
        return match (text(name), leaf_kind) {
            (Some(name), kind) if kind != Leaf::Given => leaf(kind, &name),
            _ => reject("a leaf is a kind and a name"),
        };
    }
    let Some((last, entries)) = rest.split_last() else {
        return reject("a step ends with its enclosure");
    };
    let Some(stated) = text(last).as_deref().and_then(Claim::word) else {
        return reject("its enclosure is not one");
    };
    match (kind.as_str(), entries) {
        ("given", [name]) => {
            let known = leaf(Leaf::Given, name.as_str().unwrap_or_default())?;
            return if known == stated {
                Ok(stated)
            } else {
                reject("it is not what the certificate gives elsewhere")
            };
        }
        ("constant", [value]) => {
            let Some(value) = value.as_str().and_then(written) else {
                return reject("a constant is p or p/q");
            };
            meets(&stated, Ok(Interval::point(value)), Op::Add, precision)?;
            return Ok(stated);
        }
        _ => {}
    }
    let integer = |x: &Json| x.as_i64();
    let (entries, n, k) = match (kind.as_str(), entries) {
        ("powi" | "chi_upper_quantile", [a, n]) => (std::slice::from_ref(a), integer(n), None),
        ("ln_binomial", [n, k]) => (&[][..], integer(n), k.as_u64()),
        _ => (entries, None, None),
    };
    let Some((op, operands)) = Op::named(&kind, n, k) else {
        return reject("no such operation");
    };
    if entries.len() != operands {
        return reject(format!("{operands} operands are wanted"));
    }
    let place = |x: &Json| before.get(usize::try_from(x.as_u64()?).ok()?);
    let Some(of) = entries.iter().map(place).collect::<Option<Vec<_>>>() else {
        return reject("an operand that is no earlier step");
    };
    let known: Option<Vec<&Interval>> = of.into_iter().map(Claim::known).collect();
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
        (Claim::Known(stated), Ok(exact)) if op.is_elementary() => {
            // The product rounds these correctly: there is one right answer.
            close(
                stated,
                &exact,
                &Rational::new(),
                precision.saturating_sub(2),
            )?;
            match exact.outward(precision) {
                Some(rounded) if rounded == *stated => Ok(()),
                _ => reject("it is not the exact range, rounded outward once"),
            }
        }
        (Claim::Known(stated), Ok(exact)) => close(stated, &exact, &Rational::new(), precision / 2),
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

/// Every output must be a step, and every step but a leaf lead to an output.
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
    for (i, step) in program.steps.iter().enumerate().rev() {
        let kind = step.first().and_then(Json::as_str).unwrap_or_default();
        if !reached[i] {
            if Leaf::named(kind).is_some() || kind == "constant" {
                continue;
            }
            return reject(format!("step {i} ({}) leads to no output", shown(step)));
        }
        if matches!(kind, "ln_binomial" | "constant") || Leaf::named(kind).is_some() {
            continue;
        }
        // An integer parameter taken for an operand only marks more.
        for j in step[1..].iter().filter_map(Json::as_u64) {
            if let Some(place) = reached.get_mut(j as usize).filter(|_| (j as usize) < i) {
                *place = true;
            }
        }
    }
    Ok(())
}
