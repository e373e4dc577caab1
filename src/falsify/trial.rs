//! Replicates of one setting.

use super::claim::{Claim, not_applicable};
use crate::bound::Confidence;
use crate::error::{Error, Result};
use crate::real::Enclosure;
use crate::simulate::{Outcome, Spec, World, binomial_tail, prepare, seed_of};
use rayon::prelude::*;
use std::ops::Range;
use std::time::{Duration, Instant};

/// What one replicate gave.
#[derive(Clone, Debug)]
pub struct Trial {
    pub value: Enclosure,
    pub exact: Enclosure,
    pub outcome: Outcome,
}

impl Trial {
    /// About exact/value: above 1 if violated. 0 where there is nothing to compare.
    pub fn ratio(&self) -> f64 {
        let (value, exact) = (self.value.mid_f64(), self.exact.mid_f64());
        match self.outcome {
            Outcome::Holds | Outcome::Violated | Outcome::Undecided if value > 0.0 => exact / value,
            Outcome::Violated => f64::INFINITY,
            _ => 0.0,
        }
    }
}

/// Counts over replicates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All, also those to which the bound does not apply.
    pub replicates: u64,
    pub compared: u64,
    /// Facts.
    pub violations: u64,
    pub undecided: u64,
}

impl Tally {
    pub fn of(trials: &[Trial]) -> Self {
        let count = |outcome| trials.iter().filter(|t| t.outcome == outcome).count() as u64;
        let (violations, undecided) = (count(Outcome::Violated), count(Outcome::Undecided));
        Self {
            replicates: trials.len() as u64,
            compared: count(Outcome::Holds) + violations + undecided,
            violations,
            undecided,
        }
    }

    /// P(Bin(replicates, delta) >= violations); with the undecided ones counted
    /// as violations if `possible`.
    pub fn tail(&self, delta: &Confidence, possible: bool) -> Enclosure {
        let more = if possible { self.undecided } else { 0 };
        binomial_tail(self.replicates, delta.value(), self.violations + more)
    }
}

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    pub begun: Instant,
    pub limit: Option<Duration>,
}

impl Clock {
    pub fn start(limit: Option<Duration>) -> Self {
        Self {
            begun: Instant::now(),
            limit,
        }
    }

    pub fn expired(&self) -> bool {
        self.limit
            .is_some_and(|limit| self.begun.elapsed() >= limit)
    }
}

/// The replicates of these indices at the only setting of a spec, beside each
/// other. `None`: the time was up before all were done, or the population cannot
/// be built.
///
/// # Errors
/// A bug only: what a learner or a bound refuses is a replicate without a
/// violation.
pub(super) fn trials(
    spec: &Spec,
    claim: &dyn Claim,
    indices: Range<usize>,
    clock: &Clock,
    each: &(dyn Fn() + Sync),
) -> Result<Option<Vec<Trial>>> {
    let Some(setting) = spec.settings.first() else {
        return Ok(None);
    };
    let population = match setting.population.build(&spec.folder) {
        Ok(population) => population,
        Err(why @ Error::Bug(_)) => return Err(why),
        Err(_) => return Ok(None),
    };
    let world = World::new(setting, &population, &spec.folder);
    let one = |index: usize| -> Result<Option<Trial>> {
        if clock.expired() {
            return Ok(None);
        }
        let own = seed_of(spec.seed, 0, index);
        let found = trial(&world, own, claim, &spec.delta)?;
        each();
        Ok(Some(found))
    };
    indices.into_par_iter().map(one).collect()
}

fn trial(world: &World<'_>, own: u64, claim: &dyn Claim, delta: &Confidence) -> Result<Trial> {
    let compared = prepare(world, own).and_then(|p| claim.compare(world, &p, delta));
    let compared = match compared {
        Ok(compared) => compared,
        Err(why @ Error::Bug(_)) => return Err(why),
        Err(_) => not_applicable(claim.bound()),
    };
    Ok(Trial {
        value: compared.value,
        exact: compared.exact,
        outcome: compared.outcome,
    })
}
