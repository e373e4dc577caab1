//! Something that can be asked for the value of a subject.

use super::answer::{Answer, number};
use super::point::Point;
use super::subject::Subject;
use crate::real::Enclosure;

/// An implementation under test.
pub trait Implementation {
    /// Its value at these inputs.
    fn call(&mut self, subject: &Subject, inputs: &Point) -> Answer;
}

/// gapcert itself: the upper end of the certified value.
pub struct Builtin {
    /// Working precision in bits.
    pub precision: u32,
}

impl Default for Builtin {
    fn default() -> Self {
        Self {
            precision: Enclosure::DEFAULT_PRECISION,
        }
    }
}

/// Significant digits of the answers of gapcert itself.
const DIGITS: usize = 25;

impl Implementation for Builtin {
    fn call(&mut self, subject: &Subject, inputs: &Point) -> Answer {
        match subject.value(inputs, self.precision) {
            Ok(value) => {
                let (_, upper) = value.to_decimal(DIGITS);
                number(&upper).map_or_else(Answer::Fault, Answer::Value)
            }
            Err(e) => Answer::Refused(e.to_string()),
        }
    }
}

/// A function as an implementation: `Err` refuses.
impl<F: FnMut(&Point) -> Result<f64, String>> Implementation for F {
    fn call(&mut self, _: &Subject, inputs: &Point) -> Answer {
        match self(inputs) {
            Ok(x) => number(&format!("{x:e}")).map_or_else(Answer::Fault, Answer::Value),
            Err(why) => Answer::Refused(why),
        }
    }
}
