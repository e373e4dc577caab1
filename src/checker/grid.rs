//! The a-priori grid: its values, its weights, and what the theorem wants of it.
//!
//! | family | value | weight | sum over the family |
//! |--------|-------|--------|---------------------|
//! | scale | f64 nearest to reference 2^(t/per_octave) | (2/3)/((\|t\|+1)(\|t\|+2)) | 1 |
//! | failure | 2^-t, t >= 1 | 1/(t(t+1)) | 1 |
//! | sparsity | t >= 0 | 1/((t+1)(t+2)) | 1 |
//!
//! The sums telescope: 1/(t(t+1)) = 1/t - 1/(t+1). [`sums_to_one`] adds the first
//! terms exactly and the rest in closed form.

use super::format::{Certificate, Claim, GridEntry};
use super::number::{Interval, dyadic, written};
use super::theorems::{Family, Reference, Rule};
use super::{Check, Fault, reject};
use rug::float::Round;
use rug::{Float, Rational};

/// Places on a grid beyond this are not computed.
const FARTHEST: i64 = 1 << 16;

/// 1/weight at the place of an entry, by its family.
pub fn inverse_weight(g: &GridEntry) -> Check<Rational> {
    let t = g.t;
    if t.abs() > FARTHEST {
        return Err(Fault::Open(format!(
            "grid `{}`: t beyond {FARTHEST}",
            g.name
        )));
    }
    match g.family.as_str() {
        "scale" => Ok(Rational::from(((t.abs() + 1) * (t.abs() + 2) * 3, 2))),
        "failure" if t >= 1 => Ok(Rational::from(t * (t + 1))),
        "sparsity" if t >= 0 => Ok(Rational::from((t + 1) * (t + 2))),
        "failure" | "sparsity" => reject(format!("grid `{}`: t is out of range", g.name)),
        _ => reject(format!("grid `{}`: no such family", g.name)),
    }
}

/// The value at the place of an entry.
fn value(g: &GridEntry) -> Check<Rational> {
    let bad = |why: &str| reject(format!("grid `{}`: {why}", g.name));
    match (g.family.as_str(), &g.reference, g.per_octave) {
        ("failure", None, None) => Ok(Rational::from(1) >> g.t as u32),
        ("sparsity", None, None) => Ok(Rational::from(g.t)),
        ("scale", Some(reference), Some(per_octave)) if (1..=1 << 20).contains(&per_octave) => {
            let Some(reference) = dyadic(reference).filter(|r| *r > 0 && is_f64(r)) else {
                return bad("its reference is no f64 above 0");
            };
            let bits = 320;
            // Exact, or the same in both directions: |t| and per_octave are short.
            let end = |round| {
                let exponent = Rational::from((g.t, per_octave));
                let mut x = Float::with_val_round(bits, &exponent, round).0;
                x.exp2_round(round);
                let x = Float::with_val_round(bits, &x * &reference, round).0;
                x.to_f64_round(Round::Nearest)
            };
            let (lo, hi) = (end(Round::Down), end(Round::Up));
            match Rational::from_f64(lo) {
                Some(x) if lo == hi && x > 0 => Ok(x),
                _ => bad("its value cannot be told"),
            }
        }
        _ => bad("reference and per_octave go with the family scale, and with no other"),
    }
}

fn is_f64(x: &Rational) -> bool {
    Rational::from_f64(x.to_f64()).is_some_and(|y| y == *x)
}

/// Checks one entry's value and weight; returns its value.
pub fn entry(g: &GridEntry) -> Check<Interval> {
    let inverse = inverse_weight(g)?;
    let value = value(g)?;
    if dyadic(&g.value).as_ref() != Some(&value) {
        return reject(format!(
            "grid `{}`: the value is not that of t = {}",
            g.name, g.t
        ));
    }
    if written(&g.weight) != Some(inverse.recip()) {
        return reject(format!(
            "grid `{}`: the weight is not that of t = {}",
            g.name, g.t
        ));
    }
    sums_to_one(&g.family)?;
    Ok(Interval::point(value))
}

/// Whether the weights of a family sum to 1: N terms, and the rest by telescoping.
fn sums_to_one(family: &str) -> Check {
    const N: u32 = 16;
    let one = |t: u32| Rational::from((1, (t + 1) * (t + 2)));
    let partial: Rational = (0..N).map(one).sum();
    // sum_{t >= N} 1/((t+1)(t+2)) = 1/(N+1)
    let one_sided = partial + Rational::from((1, N + 1));
    let total = match family {
        // t and -t, but 0 once.
        "scale" => (one_sided * 2u32 - one(0)) * Rational::from((2, 3)),
        _ => one_sided,
    };
    if total == 1 {
        Ok(())
    } else {
        Err(Fault::bug(format!(
            "the weights of {family} do not sum to 1"
        )))
    }
}

/// Whether the entries are those the theorem wants, on the grids it names.
pub fn rules(
    entries: &[GridEntry],
    rules: &[Rule],
    certificate: &Certificate,
    measured: impl Fn(&str) -> Check<Claim>,
) -> Check {
    for g in entries {
        if !rules.iter().any(|r| r.name == g.name) {
            return reject(format!(
                "grid `{}`: the theorem has no such parameter",
                g.name
            ));
        }
    }
    for rule in rules {
        let mut found = entries.iter().filter(|g| g.name == rule.name);
        let (Some(g), None) = (found.next(), found.next()) else {
            return reject(format!("grid `{}`: once is wanted", rule.name));
        };
        let bad = |why: &str| reject(format!("grid `{}`: {why}", rule.name));
        let fits = match &rule.family {
            Family::Failure => g.family == "failure",
            Family::Sparsity => g.family == "sparsity",
            Family::Scale(reference, per_octave) => {
                g.family == "scale"
                    && g.per_octave == Some(*per_octave)
                    && g.reference
                        .as_deref()
                        .and_then(dyadic)
                        .is_some_and(|r| is_reference(&r, reference, certificate))
            }
        };
        if !fits {
            return bad("it is not on the grid of this parameter");
        }
        if g.covers != rule.covers {
            return bad("it covers another measurement than the theorem wants");
        }
        if let Some(name) = &rule.covers {
            let value = dyadic(&g.value).unwrap_or_default();
            match measured(name)? {
                Claim::Known(x) if value >= *x.hi() => {}
                _ => return bad("its value is below the measurement it covers"),
            }
        }
    }
    Ok(())
}

fn is_reference(x: &Rational, wanted: &Reference, certificate: &Certificate) -> bool {
    match wanted {
        Reference::Fixed(wanted) => x == wanted,
        // Any number will do that comes from the prior network alone; that it does is
        // an assumption of the bound, and not measured again.
        Reference::Prior if certificate.options.prior == "network" => *x > 0,
        Reference::Prior => *x == 1,
        Reference::InputNorm => super::statement::input_norms(certificate)
            .iter()
            .any(|norm| {
                let half = Rational::from(norm.lo() + norm.hi()) / 4u32;
                let off = Rational::from(x - &half).abs();
                off << 50u32 <= half
            }),
    }
}
