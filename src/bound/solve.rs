//! Non-vacuity: the certified range of one input for which a bound stays below
//! a target.

use super::inputs::{Effect, InputSpec, Inputs, Shape, Value};
use super::{Bound, Domain};
use crate::error::{Error, Result};
use crate::real::{Enclosure, Side, monotone_root};
use rug::Float;
use rug::float::Round;

/// The values of one input for which the bound is certainly below the target.
#[derive(Clone, Debug)]
pub struct Admissible {
    pub input: &'static str,
    /// How the bound moves with it.
    pub effect: Effect,
    /// The last value certified to keep the bound below the target: the largest
    /// if the bound rises with the input, the smallest if it falls. `None` if
    /// no value does.
    pub inside: Option<Float>,
    /// The nearest value certified not to; `None` if all values do, or if that
    /// cannot be told.
    pub outside: Option<Float>,
}

/// Sample sizes beyond this are not tried.
const LARGEST_INTEGER: u64 = 10_000_000_000;
/// Reals beyond this are not tried.
const LARGEST_REAL: f64 = 1e300;

/// Solves for the input left out of `inputs`. A list input that is left out is
/// taken with all its entries equal.
///
/// # Errors
/// If none or several are missing, or the others are outside the domain; and for
/// a measure, which bounds nothing.
pub fn solve(bound: &Bound, inputs: &Inputs<Enclosure>, target: &Enclosure) -> Result<Admissible> {
    if bound.is_measure() {
        return Err(Error::domain("a bound", format!("{}, a measure", bound.id)));
    }
    let missing: Vec<&InputSpec> = bound
        .inputs
        .iter()
        .filter(|s| inputs.get(s.name).is_none() && s.default.is_none())
        .collect();
    let [spec] = missing[..] else {
        let names: Vec<_> = missing.iter().map(|s| s.name).collect();
        let found = if names.is_empty() {
            "all inputs given".into()
        } else {
            format!("missing: {}", names.join(", "))
        };
        return Err(Error::domain("exactly one input left out", found));
    };
    if spec.effect == Effect::Mixed {
        return Err(Error::domain(
            "an input that the bound rises or falls with, left out",
            format!("`{}`", spec.name),
        ));
    }
    let prec = target.prec();
    let entries = entries(bound, spec, inputs)?;
    let value_at = |x: &Float| -> Result<Option<Enclosure>> {
        let x = Enclosure::new(prec.max(x.prec()), x, x)
            .ok_or_else(|| Error::bug("a finite trial value", x.to_string()))?;
        if !spec.domain.contains(&x) {
            return Ok(None);
        }
        let mut all = inputs.clone();
        all.set(
            spec.name,
            if spec.shape == Shape::Scalar {
                Value::Scalar(x)
            } else {
                Value::List(vec![x; entries])
            },
        );
        Ok(Some(bound.evaluate(&bound.check(all)?).value))
    };
    // Shows faults of the other inputs before any search.
    let mut first = Float::with_val(prec, smallest(spec.domain, prec));
    if let (true, Some(Value::Scalar(errors))) = (spec.name == "m", inputs.get("errors")) {
        // errors <= m
        first = Float::with_val_round(prec, first.max(&errors.hi()), Round::Up).0;
    }
    let _ = value_at(&first)?;

    // True: certainly below the target. False: certainly not. None: undecided.
    let below = |x: &Float| -> Option<bool> {
        let value = value_at(x).ok().flatten()?;
        if value.certainly_lt(target) {
            Some(true)
        } else if target.certainly_le(&value) {
            Some(false)
        } else {
            None
        }
    };
    let (inside, outside) = if spec.domain.is_integer() {
        integers(spec, prec, below)
    } else {
        reals(spec, prec, below)
    };
    Ok(Admissible {
        input: spec.name,
        effect: spec.effect,
        inside,
        outside,
    })
}

fn entries(bound: &Bound, spec: &InputSpec, inputs: &Inputs<Enclosure>) -> Result<usize> {
    let known = bound
        .inputs
        .iter()
        .filter(|s| s.name != spec.name)
        .find_map(|s| match (s.shape, inputs.get(s.name)) {
            (Shape::Layers, Some(Value::List(x))) => Some(x.len()),
            (Shape::HiddenLayers, Some(Value::List(x))) => Some(x.len() + 1),
            _ => None,
        });
    match (spec.shape, known) {
        (Shape::Scalar, _) => Ok(1),
        (Shape::Layers, Some(n)) => Ok(n),
        (Shape::HiddenLayers, Some(n)) => Ok(n.saturating_sub(1)),
        (Shape::List, _) => Err(Error::domain(
            format!("`{}`, whose length nothing else tells, given", spec.name),
            "nothing",
        )),
        (_, None) => Err(Error::domain(
            "another list input, which tells the number of layers",
            "none",
        )),
    }
}

fn smallest(domain: Domain, prec: u32) -> Float {
    match domain {
        Domain::SampleSize | Domain::AtLeastTwo => Float::with_val(prec, 2),
        Domain::Trials | Domain::AtLeastOne => Float::with_val(prec, 1),
        Domain::Above1 => Float::with_val(prec, 1) + (Float::with_val(prec, 1) >> (prec / 2)),
        Domain::Confidence | Domain::Positive => Float::with_val(prec, 1e-300),
        Domain::Count | Domain::Fraction | Domain::BelowOne | Domain::NonNegative => {
            Float::new(prec)
        }
    }
}

fn largest(domain: Domain, prec: u32) -> Float {
    let just_below_one = Float::with_val(prec, 1) - (Float::with_val(prec, 1) >> (prec / 2));
    match domain {
        Domain::Confidence | Domain::BelowOne => just_below_one,
        Domain::Fraction => Float::with_val(prec, 1),
        Domain::SampleSize
        | Domain::Trials
        | Domain::Count
        | Domain::AtLeastOne
        | Domain::AtLeastTwo => Float::with_val(prec, LARGEST_INTEGER),
        Domain::NonNegative | Domain::Positive | Domain::Above1 => {
            Float::with_val(prec, LARGEST_REAL)
        }
    }
}

type Bracket = (Option<Float>, Option<Float>);

/// Bisection between integers. What is undecided counts as not below, so the inside
/// end is certified in any case; so does what the other inputs exclude, such as more
/// errors than points.
fn integers(spec: &InputSpec, prec: u32, below: impl Fn(&Float) -> Option<bool>) -> Bracket {
    let float = |n: u64| Float::with_val(prec.max(64), n);
    let (least, most) = (smallest(spec.domain, prec).to_f64() as u64, LARGEST_INTEGER);
    let holds = |n: u64| below(&float(n)) == Some(true);
    let (good_end, bad_end) = match spec.effect {
        Effect::Lowers => (most, least),
        Effect::Raises | Effect::Mixed => (least, most),
    };
    if holds(bad_end) {
        return (Some(float(bad_end)), None);
    }
    // Grow from the small end, so that no absurdly large sample is evaluated
    // when a small one tells.
    let (mut good, mut bad) = (None, bad_end);
    if spec.effect == Effect::Lowers {
        let mut n = least.max(1);
        while good.is_none() && n < good_end {
            n = n.saturating_mul(4).min(good_end);
            if holds(n) { good = Some(n) } else { bad = n }
        }
    } else if holds(good_end) {
        good = Some(good_end);
    }
    let Some(mut good) = good else {
        // Not even the best value is certainly inside; is it certainly outside?
        let outside = (below(&float(good_end)) == Some(false)).then(|| float(good_end));
        return (None, outside);
    };
    while good.abs_diff(bad) > 1 {
        let middle = good.min(bad) + good.abs_diff(bad) / 2;
        if holds(middle) {
            good = middle
        } else {
            bad = middle
        }
    }
    let outside = (below(&float(bad)) == Some(false)).then(|| float(bad));
    (Some(float(good)), outside)
}

fn reals(spec: &InputSpec, prec: u32, below: impl Fn(&Float) -> Option<bool>) -> Bracket {
    let (min, max) = (smallest(spec.domain, prec), largest(spec.domain, prec));
    let (good_end, bad_end) = match spec.effect {
        Effect::Raises | Effect::Mixed => (&min, &max),
        Effect::Lowers => (&max, &min),
    };
    if below(bad_end) == Some(true) {
        return (Some(bad_end.clone()), None);
    }
    match below(good_end) {
        Some(true) => {}
        Some(false) => return (None, Some(good_end.clone())),
        None => return (None, None),
    }
    let guess = Float::with_val(prec, 0.5);
    let rises = spec.effect != Effect::Lowers;
    let side = |inside: bool| {
        if inside == rises {
            Side::Left
        } else {
            Side::Right
        }
    };
    let (lo, hi) = monotone_root(prec, &min, &max, &guess, |x| below(x).map(side));
    let ordered = |(lo, hi): (Float, Float)| if rises { (lo, hi) } else { (hi, lo) };
    // Where the target or an input is known to a range only, what is undecided lies
    // between two borders. Each is looked for, undecided values being beyond it.
    let border = |inside: &dyn Fn(Option<bool>) -> bool| {
        let side = |x: &Float| Some(side(inside(below(x))));
        ordered(monotone_root(prec, &lo, &hi, &lo, side))
    };
    let (inside, _) = border(&|found| found == Some(true));
    let (_, outside) = border(&|found| found != Some(false));
    let outside = (below(&outside) == Some(false)).then_some(outside);
    (Some(inside), outside)
}
