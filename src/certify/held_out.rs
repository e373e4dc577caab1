//! The held-out baseline.

use super::TEST_SET;
use crate::bound::{self, Bound, Inputs};
use crate::error::{Error, Result};
use crate::measure::Count;
use crate::real::Enclosure;
use crate::search::{Found, derivation::Tape, grid::Point};

/// A bound on held-out samples.
#[derive(Debug)]
pub struct HeldOut {
    /// Whose error, on what.
    pub about: String,
    pub m: usize,
    pub errors: Count,
    pub value: Enclosure,
}

/// The bound on `m` samples with these errors.
pub(super) fn held_out(about: &str, errors: Count, m: usize, delta: &Enclosure) -> Result<HeldOut> {
    let bound = bound::find(TEST_SET)?;
    let inputs = held_out_inputs(&errors, m, delta);
    let value = bound.evaluate(&bound.check(inputs)?).value;
    Ok(HeldOut {
        about: about.into(),
        m,
        errors,
        value,
    })
}

fn held_out_inputs(errors: &Count, m: usize, delta: &Enclosure) -> Inputs<Enclosure> {
    let integer = |n: u64| Enclosure::integer(delta.prec(), n);
    Inputs::new()
        .with("m", Enclosure::integer(delta.prec(), m))
        .with("errors", integer(errors.lo).hull(&integer(errors.hi)))
        .with("delta", delta.clone())
}

/// The test-set bound on the network, as a result among the others.
pub(super) fn on_test(
    bound: &'static Bound,
    held_out: Option<(usize, Count)>,
    delta: &Enclosure,
) -> Result<Found> {
    let (m, errors) = held_out.ok_or_else(|| {
        Error::domain(
            "a test split, held out from the network",
            "none in the data",
        )
    })?;
    let tape = Tape::new(delta.prec());
    let inputs = Inputs::new()
        .with("m", tape.integer("m", m))
        .with("errors", tape.count("errors", &errors))
        .with("delta", tape.given("delta", delta.clone()));
    let counts = vec![("errors".into(), errors)];
    tape.found(bound, &inputs, Point::default(), Vec::new(), counts)
}
