//! Invariants as properties of an implementation: what must hold between its answers,
//! whatever its inputs.
//!
//! A property makes one call or several from random inputs and says how the answers
//! must stand to each other, or to a certified value. A case that fails is shrunk to
//! the simplest one that still does. What cannot be seen in answers of one value a call
//! is tested on gapcert alone: `vectors/README.md` says which invariant is where.

mod bounds;
mod change;
mod convolution;
mod matrices;
mod measurements;
mod networks;
mod parameters;
mod relation;
mod search;

pub use relation::{Held, Reference, Relation};
pub use search::{Found, search, shrink};

use super::point::Point;
use super::subject::{Kind, Subject};
use crate::bound::Effect;
use crate::real::{Enclosure, parse_rational};
use change::{dyadic, reversed, scaled, times};

/// Precision of the certified values that answers are compared with, in bits.
const PRECISION: u32 = Enclosure::DEFAULT_PRECISION;

/// What a case is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    pub inputs: Point,
    /// Inputs that a changed one takes its value from.
    pub other: Point,
    /// Which entry of a list, modulo its length.
    pub place: usize,
}

/// The calls of a case; `None` if the property says nothing of it.
type Calls = Box<dyn Fn(&Case) -> Option<Vec<Point>> + Send + Sync>;

/// One invariant.
pub struct Property {
    pub name: String,
    /// What it says.
    pub about: String,
    calls: Calls,
    pub relation: Relation,
    uses_other: bool,
}

impl Property {
    fn new(
        name: impl Into<String>,
        about: impl Into<String>,
        relation: Relation,
        calls: impl Fn(&Case) -> Option<Vec<Point>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            about: about.into(),
            calls: Box::new(calls),
            relation,
            uses_other: false,
        }
    }

    /// Of one call.
    fn single(name: &str, about: &str, relation: Relation) -> Self {
        Self::new(name, about, relation, |c| Some(vec![c.inputs.clone()]))
    }

    /// Of two calls, the second changed.
    fn pair(
        name: &str,
        about: &str,
        relation: Relation,
        change: impl Fn(&Point) -> Option<Point> + Send + Sync + 'static,
    ) -> Self {
        Self::new(name, about, relation, move |c| {
            Some(vec![c.inputs.clone(), change(&c.inputs)?])
        })
    }

    /// The calls of a case.
    pub fn calls(&self, case: &Case) -> Option<Vec<Point>> {
        (self.calls)(case)
    }
}

/// The properties of a subject: the first is that its values are right.
pub fn properties(subject: &Subject) -> Vec<Property> {
    let mut all = vec![
        Property::single("value", "the value is the certified one", Relation::Value),
        Property::new(
            "repeatable",
            "the same call gives the same answer again, whatever was called between",
            Relation::Repeated,
            |c| Some(vec![c.inputs.clone(), c.other.clone(), c.inputs.clone()]),
        ),
    ];
    all[1].uses_other = true;
    for f in subject.fields() {
        let way = match f.effect {
            Effect::Raises => "non-decreasing",
            Effect::Lowers => "non-increasing",
            Effect::Mixed => continue,
        };
        let (name, raises) = (f.name, f.effect == Effect::Raises);
        let about = format!("the value is {way} in {}, the other inputs fixed", f.name);
        let mut property = Property::new(
            format!("{way}-in-{}", f.name),
            about,
            Relation::NonDecreasing,
            move |c| ordered(c, name, raises),
        );
        property.uses_other = true;
        if f.kind != Kind::Matrix && f.kind != Kind::Matrices {
            all.push(property);
        }
    }
    all.extend(match subject {
        Subject::Bound(bound) => bounds::properties(bound),
        Subject::Measurement(m) => measurements::properties(m.id),
    });
    all
}

/// That these inputs are refused: what the vectors outside the domain ask.
pub fn refuses() -> Property {
    Property::single(
        "refuses",
        "inputs outside the domain are refused",
        Relation::Refused,
    )
}

/// Two calls that differ in one number of one input, in the order in which the values
/// rise.
fn ordered(c: &Case, name: &str, raises: bool) -> Option<Vec<Point>> {
    let (old, new) = (c.inputs.get(name)?, c.other.get(name)?);
    let old_numbers = old.leaves();
    if old_numbers.is_empty() {
        return None;
    }
    let place = c.place % old_numbers.len();
    let new_numbers = new.leaves();
    let new_text = *new_numbers.get(c.place % new_numbers.len().max(1))?;
    let (a, b) = (
        parse_rational(old_numbers[place]).ok()?,
        parse_rational(new_text).ok()?,
    );
    if a == b {
        return None;
    }
    let mut i = 0;
    let changed = old.map(&mut |x| {
        i += 1;
        if i - 1 == place {
            new_text.to_owned()
        } else {
            x.to_owned()
        }
    });
    let moved = c.inputs.clone().with(name, changed);
    Some(if (a < b) == raises {
        vec![c.inputs.clone(), moved]
    } else {
        vec![moved, c.inputs.clone()]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_property_has_its_own_name() {
        for subject in Subject::all() {
            let mut names: Vec<String> = properties(&subject).into_iter().map(|p| p.name).collect();
            let all = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), all, "{}", subject.name());
        }
    }
}
