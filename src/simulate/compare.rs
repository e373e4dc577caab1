//! A bound's value against the exact quantity that it claims to be above.

use crate::bound::{Bound, Target};
use crate::certify::{Certified, Loaded};
use crate::error::Result;
use crate::measure::{MarginBelow, Margins, Query, Trace};
use crate::population::Population;
use crate::real::{Enclosure, Real};

/// What a bound's value and the exact quantity say of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The value is at least the quantity.
    Holds,
    /// The value is below the quantity: a fact, not an estimate.
    Violated,
    /// Their enclosures overlap, or the quantity is not known well enough.
    Undecided,
    /// There is nothing to compare with: an expectation over samples, or a measure.
    NotCompared,
    /// The bound does not apply to this network, or claims nothing of it.
    NotApplicable,
}

/// A bound in one replicate.
#[derive(Clone, Debug)]
pub struct Compared {
    pub bound: &'static Bound,
    /// Undefined where it does not apply.
    pub value: Enclosure,
    /// What it was compared with.
    pub exact: Enclosure,
    pub outcome: Outcome,
}

/// The passage of a finite population through a multilayer perceptron.
pub(super) fn passage<'a>(
    loaded: &'a Loaded,
    population: &'a Population,
) -> Result<Option<Trace<'a>>> {
    match (population, &loaded.model.mlp) {
        (Population::Finite(all), Some(mlp)) => Trace::without_activations(mlp, all).map(Some),
        _ => Ok(None),
    }
}

/// A certified bound against what it claims to be above.
///
/// # Errors
/// Those of measuring the population.
pub fn compare(
    result: &Certified,
    loaded: &Loaded,
    population: &Population,
    risk: &Enclosure,
) -> Result<Compared> {
    compare_value(result.terms.value.clone(), result, loaded, population, risk)
}

/// The same for a value that somebody else gives for that bound.
///
/// # Errors
/// As [`compare`].
pub fn compare_value(
    value: Enclosure,
    result: &Certified,
    loaded: &Loaded,
    population: &Population,
    risk: &Enclosure,
) -> Result<Compared> {
    let bound = result.found.bound;
    let exact = exact(bound, result, (loaded, population), risk)?;
    judge(value, exact, bound, loaded)
}

/// What a bound claims to be above, if it is known.
pub(super) fn exact(
    bound: &Bound,
    result: &Certified,
    (loaded, population): (&Loaded, &Population),
    risk: &Enclosure,
) -> Result<Option<Enclosure>> {
    Ok(match bound.target() {
        Target::Risk => Some(risk.clone()),
        Target::StrictRisk => Some(strict_risk(loaded, population, risk)?),
        Target::GibbsRisk => {
            passage(loaded, population)?.and_then(|trace| gibbs_risk(result, &trace))
        }
        Target::ExpectedRisk | Target::Nothing => None,
    })
}

/// The value and the quantity, side by side.
///
/// # Errors
/// Those of measuring the sample.
pub(super) fn judge(
    value: Enclosure,
    exact: Option<Enclosure>,
    bound: &'static Bound,
    loaded: &Loaded,
) -> Result<Compared> {
    let claimed = match bound.claimed_margin() {
        None => true,
        Some(margin) => {
            // One that is just the margin is left out, too: to the safe side.
            let margins = Margins::new(&loaded.model.graph, &loaded.sample, &|_| {})?;
            margins.at_most(&value.int(margin)).hi == 0
        }
    };
    let outcome = match &exact {
        _ if !claimed => Outcome::NotApplicable,
        None => Outcome::NotCompared,
        Some(exact) if value.certainly_lt(exact) => Outcome::Violated,
        Some(exact) if exact.certainly_le(&value) => Outcome::Holds,
        Some(_) => Outcome::Undecided,
    };
    Ok(Compared {
        bound,
        exact: exact.unwrap_or_else(|| Enclosure::undefined(value.prec())),
        value,
        outcome,
    })
}

/// P(margin < 0), between P(margin <= -1e-300) and P(margin <= 0).
fn strict_risk(loaded: &Loaded, population: &Population, risk: &Enclosure) -> Result<Enclosure> {
    let Population::Finite(all) = population else {
        // Ties of a linear network on Gaussian inputs have probability 0, and the
        // zero network has nothing but ties.
        let tied = risk.lo() == 1;
        return Ok(if tied { risk.int(0) } else { risk.clone() });
    };
    let margins = Margins::new(&loaded.model.graph, all, &|_| {})?;
    let below = margins.at_most(&Enclosure::exact(risk.prec(), -1e-300));
    let below = below.fraction(risk.prec(), all.len());
    Ok(below.hull(risk))
}

/// The risk of N(W, sigma^2) between what the stability argument of Theorem M
/// says: the noise changes a decision of margin beyond the threshold with
/// probability at most tau. `None` if the bound was not found by that argument.
pub(super) fn gibbs_risk(result: &Certified, trace: &Trace<'_>) -> Option<Enclosure> {
    let derived = |name: &str| {
        let found = result.found.parameters.iter().find(|(n, _)| n == name);
        found.map(|(_, x)| x.clone())
    };
    let (Some(zeta), Some(tau), Some(threshold)) = (
        derived("zeta_0"),
        derived("tau"),
        derived("margin_threshold"),
    ) else {
        return None;
    };
    let count = |threshold: Option<Enclosure>| {
        let query = Query {
            norm: Some(zeta.clone()),
            margin: threshold.map(MarginBelow::or_equal),
            activation: Vec::new(),
        };
        trace.count(&query).fraction(zeta.prec(), trace.len())
    };
    let one = zeta.int(1);
    let far = count(Some(-threshold.clone()));
    let beyond = count(None);
    let near = count(Some(threshold));
    // Points beyond zeta_0 may be anything.
    let least = (far - &beyond).max(&one.int(0)) * (one.clone() - &tau);
    let most = near.clone() + (one - near) * &tau;
    Some(least.hull(&most))
}
