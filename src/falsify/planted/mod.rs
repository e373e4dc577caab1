//! Bounds with a bug in them: does anything find it?
//!
//! Behind the feature `planted-faults`, for tests only. Each is a bound of the
//! catalogue as code that exists gets it wrong, in its formula or in what it is
//! told. `experiments/falsify/planted.md` says which the search finds, which only vectors and
//! invariants find, and which neither.

mod formulas;
mod procedures;

use super::claim::{Claim, certified_on, not_applicable};
use crate::bound::{Bound, Confidence, Inputs, find};
use crate::certify::Certified;
use crate::error::Result;
use crate::real::Enclosure;
use crate::simulate::{Compared, Prepared, World, compare_value};

/// A bound with a bug.
pub struct Fault {
    pub name: &'static str,
    /// The bound that it should be.
    pub of: &'static str,
    /// What is wrong, in words.
    pub bug: &'static str,
    way: Way,
}

/// Where the bug is.
#[derive(Clone, Copy)]
enum Way {
    /// In the formula: what it makes of the right inputs.
    Formula(fn(&Inputs<Enclosure>) -> Enclosure),
    /// In what it is told, or what the bound is used for.
    Procedure(fn(&Scene<'_>) -> Result<Enclosure>),
}

/// What the bound that it should be saw.
struct Scene<'a> {
    certified: &'a Certified,
    prepared: &'a Prepared,
}

impl Scene<'_> {
    /// The right inputs.
    fn inputs(&self) -> &Inputs<Enclosure> {
        &self.certified.found.inputs
    }

    /// The right formula at other inputs.
    fn at(&self, inputs: &Inputs<Enclosure>) -> Enclosure {
        self.certified.found.bound.evaluate(inputs).value
    }
}

/// Every fault.
pub fn faults() -> Vec<Fault> {
    [formulas::FAULTS, procedures::FAULTS]
        .concat()
        .into_iter()
        .map(|(name, of, bug, way)| Fault { name, of, bug, way })
        .collect()
}

type Entry = (&'static str, &'static str, &'static str, Way);

impl Fault {
    /// The faulty formula; `None` if the formula is right.
    pub fn formula(&self) -> Option<fn(&Inputs<Enclosure>) -> Enclosure> {
        match self.way {
            Way::Formula(f) => Some(f),
            Way::Procedure(_) => None,
        }
    }
}

impl Claim for Fault {
    fn bound(&self) -> &'static Bound {
        find(self.of).expect("a fault is of a bound of the catalogue")
    }

    fn compare(
        &self,
        world: &World<'_>,
        prepared: &Prepared,
        delta: &Confidence,
    ) -> Result<Compared> {
        let bound = self.bound();
        let Some(certified) = certified_on(bound, world, prepared, delta)? else {
            return Ok(not_applicable(bound));
        };
        let scene = Scene {
            certified: &certified,
            prepared,
        };
        let value = match self.way {
            Way::Formula(f) => f(scene.inputs()),
            Way::Procedure(f) => f(&scene)?,
        };
        let Prepared { loaded, risk } = prepared;
        compare_value(value, &certified, loaded, world.population, risk)
    }
}
