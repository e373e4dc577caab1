//! What is tested.

use crate::bound::{Bound, Confidence, Guarantee, Target};
use crate::certify::{Certified, Settings, Silent, certify_loaded};
use crate::error::{Error, Result};
use crate::real::Enclosure;
use crate::simulate::{Compared, Outcome, Prepared, World, compare};

/// A bound, and how it is evaluated on a network and its sample.
pub trait Claim: Sync {
    fn bound(&self) -> &'static Bound;

    /// The command of the program that computes it, if it is one.
    fn command(&self) -> Option<&str> {
        None
    }

    /// The value against the quantity it claims to be above.
    ///
    /// # Errors
    /// None for a bound that merely does not apply.
    fn compare(
        &self,
        world: &World<'_>,
        prepared: &Prepared,
        delta: &Confidence,
    ) -> Result<Compared>;
}

/// A bound of the catalogue, as `certify` evaluates it.
pub struct BuiltIn(pub &'static Bound);

impl Claim for BuiltIn {
    fn bound(&self) -> &'static Bound {
        self.0
    }

    fn compare(
        &self,
        world: &World<'_>,
        prepared: &Prepared,
        delta: &Confidence,
    ) -> Result<Compared> {
        let Prepared { loaded, risk } = prepared;
        match certified_on(self.0, world, prepared, delta)? {
            Some(result) => compare(&result, loaded, world.population, risk),
            None => Ok(not_applicable(self.0)),
        }
    }
}

/// The bound of a network and its sample; `None` where it does not apply.
///
/// # Errors
/// Those of measuring.
pub(super) fn certified_on(
    bound: &'static Bound,
    world: &World<'_>,
    prepared: &Prepared,
    delta: &Confidence,
) -> Result<Option<Certified>> {
    let settings = Settings {
        bounds: vec![bound],
        baselines: false,
        input_norm: world.input_norm(),
        ..Settings::new(delta.clone(), Enclosure::DEFAULT_PRECISION)
    };
    match certify_loaded(&prepared.loaded, &settings, &Silent) {
        Ok(report) => Ok(report.results.into_iter().next()),
        Err(Error::Domain(_)) => Ok(None),
        Err(why) => Err(why),
    }
}

pub(super) fn not_applicable(bound: &'static Bound) -> Compared {
    let unknown = Enclosure::undefined(Enclosure::DEFAULT_PRECISION);
    Compared {
        bound,
        value: unknown.clone(),
        exact: unknown,
        outcome: Outcome::NotApplicable,
    }
}

/// Why a bound cannot be tested by counting violations, if it cannot.
pub fn refusal(bound: &Bound) -> Option<&'static str> {
    match (bound.target(), bound.guarantee()) {
        (Target::Nothing, _) => Some("a measure of complexity, which bounds nothing"),
        (Target::ExpectedRisk, _) | (_, Guarantee::Expectation) => {
            Some("a bound in expectation over samples, which no number of violations contradicts")
        }
        _ => None,
    }
}
