//! A bound as somebody else's program computes it.

use super::claim::{Claim, certified_on, not_applicable};
use crate::bound::{Bound, Confidence, Effect, Value};
use crate::certify::Certified;
use crate::conform::{Answer, Datum, Implementation, Point, Process, Subject};
use crate::error::{Error, Result};
use crate::real::Enclosure;
use crate::simulate::{Compared, Prepared, World, compare_value};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Digits of the inputs it is given.
const DIGITS: usize = 25;

/// A program that speaks the protocol of [`crate::conform`], asked for its value at
/// the inputs that `certify` finds for the bound it claims to be. An input that is
/// known to an enclosure is given as the end at which the bound is largest.
pub struct External {
    bound: &'static Bound,
    command: String,
    asked: Mutex<Asked>,
}

struct Asked {
    process: Process,
    /// Calls without an answer, and what the first was.
    faults: u64,
    first: Option<String>,
}

impl External {
    /// Starts the command.
    ///
    /// # Errors
    /// Input: if it cannot be started.
    pub fn new(bound: &'static Bound, command: &str, limit: Duration) -> Result<Self> {
        Ok(Self {
            bound,
            command: command.to_owned(),
            asked: Mutex::new(Asked {
                process: Process::new(command, limit)?,
                faults: 0,
                first: None,
            }),
        })
    }

    /// Calls that it did not answer, and the first such finding. They count as
    /// replicates without a violation.
    pub fn faults(&self) -> (u64, Option<String>) {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        (asked.faults, asked.first.clone())
    }

    fn ask(&self, certified: &Certified) -> Option<Enclosure> {
        let point = self.point(certified);
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        match asked.process.call(&Subject::Bound(self.bound), &point) {
            Answer::Value(x) => Some(Enclosure::rational(certified.terms.value.prec(), &x.value)),
            Answer::Refused(_) => None,
            Answer::Fault(fault) => {
                asked.faults += 1;
                asked.first.get_or_insert_with(|| fault.to_string());
                None
            }
        }
    }

    fn point(&self, certified: &Certified) -> Point {
        let mut point = Point::new();
        for spec in &self.bound.inputs {
            let end = |x: &Enclosure| Datum::number(end(x, spec.effect));
            match certified.found.inputs.get(spec.name) {
                Some(Value::Scalar(x)) => point.set(spec.name, end(x)),
                Some(Value::List(xs)) => {
                    point.set(spec.name, Datum::List(xs.iter().map(end).collect()));
                }
                None => {}
            }
        }
        point
    }
}

/// The end at which the bound is largest; of an integer, the integer.
fn end(x: &Enclosure, effect: Effect) -> String {
    if let Some(n) = x.to_integer() {
        return n.to_string();
    }
    let (lo, hi) = x.to_decimal(DIGITS);
    match effect {
        Effect::Lowers => lo,
        Effect::Raises | Effect::Mixed => hi,
    }
}

impl Claim for External {
    fn bound(&self) -> &'static Bound {
        self.bound
    }

    fn command(&self) -> Option<&str> {
        Some(&self.command)
    }

    fn compare(
        &self,
        world: &World<'_>,
        prepared: &Prepared,
        delta: &Confidence,
    ) -> Result<Compared> {
        let Some(certified) = certified_on(self.bound, world, prepared, delta)? else {
            return Ok(not_applicable(self.bound));
        };
        let Prepared { loaded, risk } = prepared;
        match self.ask(&certified) {
            Some(value) => compare_value(value, &certified, loaded, world.population, risk),
            None => Ok(not_applicable(self.bound)),
        }
    }
}

/// The program that a refutation is of must be named by whoever replays it: a file
/// does not get to run commands.
pub(super) fn check_command(recorded: Option<&str>, given: Option<&str>) -> Result<()> {
    match (recorded, given) {
        (None, None) | (Some(_), Some(_)) => Ok(()),
        (Some(recorded), None) => Err(Error::input(
            "--cmd",
            "",
            "the program that the refutation is of",
            format!("none; it was {recorded:?}"),
            "look at the command before you run it",
        )),
        (None, Some(_)) => Err(Error::input(
            "--cmd",
            "",
            "no program: the refutation is of gapcert's own bound",
            "one",
            "",
        )),
    }
}
