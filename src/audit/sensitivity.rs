//! What an undetermined claim depends on: estimates in f64, which decide nothing.

use super::admissible::Admissible;
use super::admissible::Corner;
use super::claim::{Claim, Given, Known, Quantity};
use super::printed::Printed;
use rug::{Float, Rational};

/// One number on whose digits the verdict depends.
#[derive(Clone, Debug, PartialEq)]
pub struct Dependence {
    /// The input, with its place if it is a list; or `reported`.
    pub input: String,
    /// How far the bound moves over its range, the others at their middles; for
    /// `reported` the width of its own range. `None`: without limit, or not known.
    pub spread: Option<f64>,
    /// With how many more digits of this number alone the verdict would be
    /// decided, if they were zeros; `None` if no number of digits would.
    pub digits: Option<u32>,
    /// Whether nothing is known of it.
    pub missing: bool,
}

/// What the verdict depends on, the greatest spread first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sensitivity {
    pub dependences: Vec<Dependence>,
    /// With how many more digits of all of them it would be decided.
    pub digits_of_all: Option<u32>,
}

/// More digits than this are not asked for.
const MOST_DIGITS: u32 = 30;
/// The name of the reported number among the inputs.
const REPORTED: &str = "reported";

/// What the verdict on an undetermined claim depends on.
pub fn sensitivity(claim: &Claim) -> Sensitivity {
    let places = places(claim);
    let middle = middle(claim);
    let mut dependences: Vec<Dependence> = Vec::new();
    for &place in &places {
        let missing = known(claim, place).is_none();
        let mut alone = middle.clone();
        *slot(&mut alone, place) = known(claim, place).cloned();
        dependences.push(Dependence {
            input: name(claim, place),
            spread: extremes(&alone)
                .map(|[lo, hi]| hi - lo)
                .filter(|s| s.is_finite()),
            digits: decided_by(claim, |c, n| shrink(slot(c, place), n)),
            missing,
        });
    }
    if !claim.reported.is_exact() {
        let width = Rational::from(&claim.reported.hi - &claim.reported.lo);
        dependences.push(Dependence {
            input: REPORTED.into(),
            spread: Some(width.to_f64()),
            digits: decided_by(claim, |c, n| c.reported = narrowed(&c.reported, n)),
            missing: false,
        });
    }
    dependences.retain(|d| d.missing || d.spread != Some(0.0));
    let size = |d: &Dependence| d.spread.unwrap_or(f64::INFINITY);
    dependences.sort_by(|a, b| size(b).total_cmp(&size(a)));
    Sensitivity {
        digits_of_all: decided_by(claim, |c, n| {
            places.iter().for_each(|&p| shrink(slot(c, p), n));
            c.reported = narrowed(&c.reported, n);
        }),
        dependences,
    }
}

/// Input and entry of a number that is not one number.
type Place = (usize, usize);

fn places(claim: &Claim) -> Vec<Place> {
    let wide = |k: &Known| k.as_ref().is_none_or(|q| !q.printed.is_exact());
    let of_input = |(i, given): (usize, &Given)| {
        let entries = given.entries().iter().enumerate();
        let wide = entries.filter(|(_, k)| wide(k)).map(|(j, _)| (i, j));
        wide.collect::<Vec<_>>()
    };
    claim.inputs.iter().enumerate().flat_map(of_input).collect()
}

fn name(claim: &Claim, (i, j): Place) -> String {
    let name = claim.bound.inputs[i].name;
    match claim.inputs[i] {
        Given::Scalar(_) => name.to_owned(),
        _ => format!("{name}[{}]", j + 1),
    }
}

fn known(claim: &Claim, (i, j): Place) -> Option<&Quantity> {
    claim.inputs[i].entries()[j].as_ref()
}

fn slot(claim: &mut Claim, (i, j): Place) -> &mut Known {
    match &mut claim.inputs[i] {
        Given::Scalar(x) => x,
        Given::List(xs) => &mut xs[j],
        Given::UnknownList => unreachable!("a list without entries has no places"),
    }
}

/// Every range of numbers at its middle.
fn middle(claim: &Claim) -> Claim {
    let mut all = claim.clone();
    for place in places(claim) {
        if let Some(q) = slot(&mut all, place) {
            q.printed = around_middle(&q.printed, &Rational::new());
        }
    }
    all
}

/// The range about its middle with `factor` times its width.
fn around_middle(x: &Printed, factor: &Rational) -> Printed {
    let middle = Rational::from(&x.lo + &x.hi) / 2;
    let middle = x.number.clone().unwrap_or(middle);
    let toward = |end: &Rational| Rational::from(end - &middle) * factor + &middle;
    Printed {
        lo: toward(&x.lo),
        hi: toward(&x.hi),
        ..x.clone()
    }
}

fn narrowed(x: &Printed, digits: u32) -> Printed {
    around_middle(
        x,
        &Rational::from((1, rug::Integer::from(rug::Integer::u_pow_u(10, digits)))),
    )
}

fn shrink(x: &mut Known, digits: u32) {
    if let Some(q) = x {
        q.printed = narrowed(&q.printed, digits);
    }
}

/// The least number of digits with which the claim seems decided.
fn decided_by(claim: &Claim, with: impl Fn(&mut Claim, u32)) -> Option<u32> {
    let decided = |digits: u32| {
        let mut claim = claim.clone();
        with(&mut claim, digits);
        let [lo, hi] = extremes(&claim)?;
        let (below, above) = (nearest(&claim.reported.lo), nearest(&claim.reported.hi));
        (hi <= below || lo > above).then_some(())
    };
    // Deciding is monotone in the digits: first whether any number is enough.
    decided(MOST_DIGITS)?;
    (1..=MOST_DIGITS).find(|&n| decided(n).is_some())
}

/// The least and the largest value, approximately.
fn extremes(claim: &Claim) -> Option<[f64; 2]> {
    let all = Admissible::new(claim, 64).ok()?;
    let at = |corner| {
        let inputs = all.corner(corner).map(|_, _, x| x.mid_f64());
        claim.bound.approximate(&inputs)
    };
    let (lo, hi) = (at(Corner::Smallest), at(Corner::Largest));
    (!lo.is_nan() && !hi.is_nan()).then_some([lo, hi])
}

fn nearest(x: &Rational) -> f64 {
    Float::with_val(53, x).to_f64()
}
