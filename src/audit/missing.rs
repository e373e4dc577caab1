//! The range of one input that would make a claim true.

use super::admissible::{Admissible, Corner};
use super::claim::{Claim, Given};
use crate::bound::{Effect, InputSpec, Inputs, Shape, Value, solve};
use crate::error::{Error, Result};
use crate::real::{Enclosure, Interval};
use rug::Float;

/// What one input has to be for the value to stay below the reported number.
#[derive(Clone, Debug)]
pub struct Solution {
    pub input: &'static str,
    /// Whether the claim wants it small (`Raises`), large, or between two values
    /// (`Mixed`).
    pub effect: Effect,
    /// For `Mixed`: the claim is true from here to `enough`, whatever the others are.
    pub from: Option<Float>,
    /// With the input up to here (or from here on) the claim is true, whatever the
    /// others are. `None` if that is certain of no value.
    pub enough: Option<Float>,
    /// From here on (or up to here) it is false, whatever the others are. `None`
    /// if that is certain of no value.
    pub too_much: Option<Float>,
    /// Whether `too_much` is the most favourable value tried: the end of the domain,
    /// or 10^10 for a sample size.
    pub at_best: bool,
}

const PREC: u32 = Enclosure::DEFAULT_PRECISION;

/// Solves a claim for the input of that name, as if it were not known.
///
/// # Errors
/// Domain, if the bound has no such input, or the other inputs are not admissible.
pub fn solve_for(claim: &Claim, name: &str) -> Result<Solution> {
    let Some(place) = claim.bound.inputs.iter().position(|s| s.name == name) else {
        let names: Vec<_> = claim.bound.inputs.iter().map(|s| s.name).collect();
        return Err(Error::domain(
            format!("an input of {}: {}", claim.bound.id, names.join(", ")),
            format!("`{name}`"),
        ));
    };
    let spec = &claim.bound.inputs[place];
    if spec.default.is_some() {
        return Err(Error::domain(
            "an input without a default",
            format!("`{name}`"),
        ));
    }
    let mut others = claim.clone();
    others.inputs[place] = match &claim.inputs[place] {
        Given::Scalar(_) => Given::Scalar(None),
        Given::List(xs) => Given::List(vec![None; xs.len()]),
        Given::UnknownList => Given::UnknownList,
    };
    let all = Admissible::new(&others, PREC).map_err(|i| Error::domain(i.condition, i.found))?;
    if spec.effect == Effect::Mixed {
        return between(claim, &all, spec);
    }
    let target = |x| Enclosure::rational(PREC, x);
    let without = |corner| {
        let corner = all.corner(corner);
        let kept = corner.iter().filter(|(n, _)| *n != name);
        kept.fold(Inputs::new(), |mut inputs, (n, v)| {
            inputs.set(n, v.clone());
            inputs
        })
    };
    // At the worst of the others it is enough; at the best of them it is too much.
    let worst = solve(
        claim.bound,
        &without(Corner::Largest),
        &target(&claim.reported.lo),
    );
    let best = solve(
        claim.bound,
        &without(Corner::Smallest),
        &target(&claim.reported.hi),
    );
    if let (Err(e), Err(_)) = (&worst, &best) {
        return Err(e.clone());
    }
    let best = best.ok();
    Ok(Solution {
        input: spec.name,
        effect: spec.effect,
        from: None,
        enough: worst.ok().and_then(|w| w.inside),
        at_best: best
            .as_ref()
            .is_some_and(|b| b.inside.is_none() && b.outside.is_some()),
        too_much: best.and_then(|b| b.outside),
    })
}

/// Where an input that the bound does not rise or fall with is looked for.
const SOUGHT: [f64; 2] = [1e-6, 1e6];
/// Points tried before the best is refined.
const TRIED: u32 = 2000;
/// Intervals evaluated on each side of the best point.
const MOST_PIECES: u32 = 50_000;

/// A range about the best value on which the claim is true: found in f64, certified
/// piece by piece in intervals. Nothing is said of what lies beyond.
fn between(claim: &Claim, all: &Admissible, spec: &InputSpec) -> Result<Solution> {
    if spec.shape != Shape::Scalar {
        let condition = "an input that is one number, or that the bound rises or falls with";
        return Err(Error::domain(condition, format!("`{}`", spec.name)));
    }
    let worst = all.corner(Corner::Largest);
    let fast = worst.approximate();
    let at = |x: f64| {
        let mut inputs = fast.clone();
        inputs.set(spec.name, Value::Scalar(x));
        claim.bound.approximate(&inputs)
    };
    let intervals = worst.map(|_, _, x| Interval::from(x));
    let holds = |lo: f64, hi: f64| {
        let Some(range) = Interval::new(lo, hi) else {
            return false;
        };
        let inside = spec.domain.contains(&Enclosure::from(range));
        let mut inputs = intervals.clone();
        inputs.set(spec.name, Value::Scalar(range));
        inside
            && Enclosure::from(claim.bound.evaluate_interval(&inputs).value).hi()
                <= claim.reported.lo
    };
    let best = least(at);
    let (from, to) = match holds(best, best) {
        true => (reach(best, false, holds), reach(best, true, holds)),
        false => (f64::NAN, f64::NAN),
    };
    let end = |x: f64| (!x.is_nan()).then(|| Float::with_val(53, x));
    Ok(Solution {
        input: spec.name,
        effect: spec.effect,
        from: end(from),
        enough: end(to),
        too_much: None,
        at_best: false,
    })
}

/// About the point where a function is least, on a logarithmic scale.
fn least(at: impl Fn(f64) -> f64) -> f64 {
    let [lo, hi] = SOUGHT.map(f64::ln);
    let step = (hi - lo) / f64::from(TRIED);
    let points = (0..=TRIED).map(|i| lo + step * f64::from(i));
    let value = |x: f64| {
        Some(at(x.exp()))
            .filter(|v| !v.is_nan())
            .unwrap_or(f64::INFINITY)
    };
    let centre = points
        .min_by(|a, b| value(*a).total_cmp(&value(*b)))
        .unwrap_or(lo);
    let (mut a, mut b) = (centre - step, centre + step);
    for _ in 0..60 {
        let (x, y) = (a + (b - a) / 3.0, b - (b - a) / 3.0);
        if value(x) <= value(y) { b = y } else { a = x }
    }
    ((a + b) / 2.0).exp()
}

/// How far the claim certainly holds from `start`, in pieces that double while they
/// hold and are halved when they do not.
fn reach(start: f64, upward: bool, holds: impl Fn(f64, f64) -> bool) -> f64 {
    let (mut at, mut piece) = (start, 1e-4 * start);
    for _ in 0..MOST_PIECES {
        let next = if upward { at + piece } else { at - piece };
        if holds(at.min(next), at.max(next)) {
            at = next;
            piece *= 2.0;
        } else {
            piece /= 2.0;
        }
        if piece < 1e-10 * at || !(SOUGHT[0]..=SOUGHT[1]).contains(&at) {
            break;
        }
    }
    at
}
