//! A claim: a bound, the number reported for it, and what is known of its inputs.

use super::printed::Printed;
use super::unit::Unit;
use crate::bound::Bound;
use std::path::PathBuf;

/// A number of the claim in the unit it is printed in.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    pub printed: Printed,
    pub unit: Unit,
}

/// What is known of one number: `None` if nothing, so that it may be anything in
/// the theorem's domain.
pub type Known = Option<Quantity>;

/// What is known of one input.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    Scalar(Known),
    List(Vec<Known>),
    /// A list of which not even the length is known.
    UnknownList,
}

impl Given {
    /// Its numbers.
    pub fn entries(&self) -> &[Known] {
        match self {
            Self::Scalar(x) => std::slice::from_ref(x),
            Self::List(xs) => xs,
            Self::UnknownList => &[],
        }
    }
}

/// A number as printed somewhere, with what it is said to be computed from.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The file it was read from.
    pub file: PathBuf,
    /// Its place there: the number of the `[[claim]]` table, or of the row of data,
    /// from 1.
    pub row: usize,
    /// Where the number was printed.
    pub source: String,
    pub note: String,
    pub bound: &'static Bound,
    pub reported: Printed,
    /// In the order of the bound's inputs. One that the bound has a default for is
    /// never unknown.
    pub inputs: Vec<Given>,
}

impl Claim {
    /// Names of the inputs that are not known at all, in whole or in part.
    pub fn missing(&self) -> Vec<&'static str> {
        let named = self.bound.inputs.iter().zip(&self.inputs);
        let missing = named
            .filter(|(_, given)| **given == Given::UnknownList || given.entries().contains(&None));
        missing.map(|(spec, _)| spec.name).collect()
    }
}
