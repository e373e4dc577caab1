//! The range of one input that would make a claim true.

use super::admissible::{Admissible, Corner};
use super::claim::{Claim, Given};
use crate::bound::{Effect, Inputs, solve};
use crate::error::{Error, Result};
use crate::real::Enclosure;
use rug::Float;

/// What one input has to be for the value to stay below the reported number.
#[derive(Clone, Debug)]
pub struct Solution {
    pub input: &'static str,
    /// Whether the claim wants it small (`Raises`) or large.
    pub effect: Effect,
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
/// Domain, if the bound has no such input, or is neither rising nor falling with it;
/// or if the other inputs are not admissible.
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
        return Err(Error::domain("an input without a default", format!("`{name}`")));
    }
    let mut others = claim.clone();
    others.inputs[place] = match &claim.inputs[place] {
        Given::Scalar(_) => Given::Scalar(None),
        Given::List(xs) => Given::List(vec![None; xs.len()]),
        Given::UnknownList => Given::UnknownList,
    };
    let all = Admissible::new(&others, PREC).map_err(|i| Error::domain(i.condition, i.found))?;
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
    let worst = solve(claim.bound, &without(Corner::Largest), &target(&claim.reported.lo));
    let best = solve(claim.bound, &without(Corner::Smallest), &target(&claim.reported.hi));
    if let (Err(e), Err(_)) = (&worst, &best) {
        return Err(e.clone());
    }
    let best = best.ok();
    Ok(Solution {
        input: spec.name,
        effect: spec.effect,
        enough: worst.ok().and_then(|w| w.inside),
        at_best: best.as_ref().is_some_and(|b| b.inside.is_none() && b.outside.is_some()),
        too_much: best.and_then(|b| b.outside),
    })
}
