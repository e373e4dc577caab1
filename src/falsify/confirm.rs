//! The one part of a search whose result counts: see the module's text.

use super::claim::Claim;
use super::trial::{Clock, Tally, Trial, trials};
use crate::bound::Confidence;
use crate::certify::Progress;
use crate::error::Result;
use crate::real::{Enclosure, Real};
use crate::simulate::{Spec, seed_of};

/// A confirmation that was begun.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// From 1.
    pub number: u64,
    /// The setting, as `gapcert simulate` reads it.
    pub text: String,
    /// Fixed beforehand.
    pub replicates: u64,
    /// `None`: the time was up.
    pub trials: Option<Vec<Trial>>,
}

/// 1/SIGNIFICANCE as an integer.
const INVERSE_SIGNIFICANCE: i64 = 1_000_000_000;
/// Most replicates of a confirmation.
const MOST: u64 = 20_000;

/// What the k-th attempt has to stay below: 1e-9/(k(k+1)).
pub fn significance(prec: u32, attempt: u64) -> Enclosure {
    let k = Enclosure::integer(prec, attempt);
    let inverse = k.clone() * (k.clone() + k.int(1)) * k.int(INVERSE_SIGNIFICANCE);
    k.int(1) / inverse
}

/// The seed of a confirmation's replicates: of no other use in a search, and small
/// enough for TOML's integers.
pub(super) fn seed(search: u64, attempt: u64) -> u64 {
    seed_of(search, 2, attempt as usize) >> 11
}

/// How many replicates a confirmation is likely to need if violations are as
/// frequent as those seen, taken a standard deviation lower: half as many again
/// as Chernoff's bound asks for. `None`: too many.
///
/// It only decides n; whatever it says, the p-value is right.
pub fn replicates_needed(seen: &Tally, delta: f64, attempt: u64) -> Option<u64> {
    let n = seen.replicates.max(1) as f64;
    let rate = seen.violations as f64 / n;
    let rate = rate - (rate * (1.0 - rate) / n + 1.0 / (n * n)).sqrt();
    if rate <= delta * 1.02 {
        return None;
    }
    let term = |p: f64, q: f64| if p > 0.0 { p * (p / q).ln() } else { 0.0 };
    let nats = term(rate, delta) + term(1.0 - rate, 1.0 - delta);
    let k = attempt as f64;
    let wanted = (INVERSE_SIGNIFICANCE as f64 * k * (k + 1.0)).ln();
    let needed = (1.5 * wanted / nats).ceil();
    (needed <= MOST as f64).then(|| (needed as u64).max(8))
}

/// Runs the n replicates.
pub(super) fn attempt(
    (number, text): (u64, String),
    spec: &Spec,
    claim: &dyn Claim,
    clock: &Clock,
    progress: &dyn Progress,
) -> Result<Attempt> {
    progress.stage("confirming", spec.replicates);
    let each = || progress.advance(1);
    Ok(Attempt {
        number,
        text,
        replicates: spec.replicates as u64,
        trials: trials(spec, claim, 0..spec.replicates, clock, &each)?,
    })
}

impl Attempt {
    /// Counts, if it ended.
    pub fn tally(&self) -> Option<Tally> {
        self.trials.as_deref().map(Tally::of)
    }

    /// `Some(true)`: refuted; `None`: it was not ended, or the undecided replicates
    /// would decide.
    pub fn refutes(&self, delta: &Confidence) -> Option<bool> {
        let tally = self.tally()?;
        let level = significance(delta.value().prec(), self.number);
        if tally.tail(delta, false).certainly_lt(&level) {
            Some(true)
        } else if level.certainly_le(&tally.tail(delta, true)) {
            Some(false)
        } else {
            None
        }
    }
}
