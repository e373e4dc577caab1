//! Invariants as properties of an implementation: what must hold between its answers,
//! whatever its inputs.
//!
//! A property makes one call or several from random inputs and says how the answers
//! must stand to each other, or to a certified value. A case that fails is shrunk to
//! the simplest one that still does.

mod bounds;
mod measurements;
mod search;

pub use search::{Found, search, shrink};

use super::answer::Answer;
use super::judge::{Judgement, Tolerance, ends};
use super::point::{Datum, Point};
use super::subject::{Kind, Subject};
use crate::bound::Effect;
use crate::real::{Enclosure, parse_rational};
use rug::Rational;

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
/// A certified value to compare with.
type Reference = Box<dyn Fn(&Point) -> Option<Enclosure> + Send + Sync>;

/// How the answers must stand to each other.
pub enum Relation {
    /// The first answer is the certified value.
    Value,
    /// The inputs are outside the domain and refused.
    Refused,
    /// Each answer is at least the one before.
    NonDecreasing,
    /// All answers are one number.
    Equal,
    /// The second is so many times the first.
    Times(u32),
    /// The first and the last answer, of equal calls, are the same to the last digit.
    Repeated,
    /// The answer is at least, or at most, this.
    AtLeast(Reference),
    AtMost(Reference),
}

/// One invariant.
pub struct Property {
    pub name: String,
    /// What it says.
    pub about: String,
    calls: Calls,
    pub relation: Relation,
    uses_other: bool,
}

/// Whether a relation holds of these answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Held {
    Yes,
    No {
        judgement: Judgement,
        wanted: String,
    },
    Undetermined,
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

impl Relation {
    /// Whether it holds.
    pub fn held(
        &self,
        subject: &Subject,
        calls: &[Point],
        answers: &[Answer],
        tolerance: &Tolerance,
    ) -> Held {
        let no = |judgement, wanted: String| Held::No { judgement, wanted };
        if let Some(Answer::Fault(fault)) = answers.iter().find(|a| matches!(a, Answer::Fault(_))) {
            return no(Judgement::Fault(fault.kind()), "an answer".into());
        }
        if matches!(self, Self::Refused) {
            return match answers.first() {
                Some(Answer::Refused(_)) => Held::Yes,
                _ => no(Judgement::AcceptedInvalid, "a refusal".into()),
            };
        }
        let values: Vec<&Rational> = answers
            .iter()
            .filter_map(|a| match a {
                Answer::Value(x) => Some(&x.value),
                _ => None,
            })
            .collect();
        if values.len() < answers.len() || values.is_empty() {
            return no(Judgement::RefusedValid, "a value".into());
        }
        let unsound = |wanted: String| no(Judgement::Unsound, wanted);
        match self {
            Self::Value => certified(subject, &calls[0], values[0], tolerance),
            Self::Refused => Held::Undetermined,
            Self::NonDecreasing => {
                let falls = |w: &&[&Rational]| Rational::from(w[1] + tolerance.slack(w[0])) < *w[0];
                match values.windows(2).find(falls) {
                    None => Held::Yes,
                    Some(_) => unsound("values that do not fall".into()),
                }
            }
            Self::Equal => same(values[0], values[values.len() - 1], tolerance),
            Self::Times(n) => {
                let wanted = Rational::from(values[0] * n);
                same(&wanted, values[values.len() - 1], tolerance)
            }
            Self::Repeated if answers.first() == answers.last() => Held::Yes,
            Self::Repeated => unsound("the first answer again".into()),
            Self::AtLeast(of) | Self::AtMost(of) => {
                let Some((lo, hi)) = of(&calls[0]).as_ref().and_then(ends) else {
                    return Held::Undetermined;
                };
                let slack = tolerance.slack(&hi);
                let least = matches!(self, Self::AtLeast(_));
                let (kept, broken) = if least {
                    (
                        *values[0] >= Rational::from(&hi - &slack),
                        *values[0] < lo - slack,
                    )
                } else {
                    (
                        *values[0] <= Rational::from(&lo + &slack),
                        *values[0] > hi.clone() + slack,
                    )
                };
                let word = if least { "at least" } else { "at most" };
                match (kept, broken) {
                    (true, _) => Held::Yes,
                    (_, true) => unsound(format!("{word} {}", approximately(&hi))),
                    _ => Held::Undetermined,
                }
            }
        }
    }
}

fn same(a: &Rational, b: &Rational, tolerance: &Tolerance) -> Held {
    if Rational::from(a - b).abs() <= tolerance.slack(a) {
        Held::Yes
    } else {
        Held::No {
            judgement: Judgement::Unsound,
            wanted: format!("{}, then the same", approximately(a)),
        }
    }
}

fn certified(subject: &Subject, call: &Point, value: &Rational, tolerance: &Tolerance) -> Held {
    let exact = subject.value(call, PRECISION).ok();
    let Some((lo, hi)) = exact.as_ref().and_then(ends) else {
        return Held::Undetermined;
    };
    let judgement = tolerance.judge_value(value, &lo, &hi);
    if judgement == Judgement::Undetermined {
        Held::Undetermined
    } else if tolerance.fails(judgement) {
        let wanted = exact.map_or(String::new(), |x| {
            let (lo, hi) = x.to_decimal(17);
            if lo == hi {
                lo
            } else {
                format!("[{lo}, {hi}]")
            }
        });
        Held::No { judgement, wanted }
    } else {
        Held::Yes
    }
}

/// For messages only.
fn approximately(x: &Rational) -> String {
    let x = rug::Float::with_val(64, x);
    x.to_string_radix(10, Some(12))
}

/// A copy with every number of one input times 2^k.
fn scaled(p: &Point, name: &str, k: i32) -> Option<Point> {
    let scaled = p.get(name)?.map(&mut |x| times(x, k));
    Some(p.clone().with(name, scaled))
}

/// A decimal times 2^k, exactly; itself if it is no number.
fn times(x: &str, k: i32) -> String {
    match parse_rational(x) {
        Ok(value) => decimal(&(value << k)),
        Err(_) => x.to_owned(),
    }
}

/// The decimal of a rational whose denominator divides a power of ten.
fn decimal(x: &Rational) -> String {
    let mut digits = 0u32;
    let mut scaled = x.clone();
    while !scaled.is_integer() && digits < 2000 {
        scaled *= 10u32;
        digits += 1;
    }
    format!("{}e-{digits}", scaled.numer())
        .trim_end_matches("e-0")
        .to_owned()
}

/// A list reversed.
fn reversed(x: &Datum) -> Datum {
    Datum::List(x.entries().iter().rev().cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_scale_exactly() {
        for (x, k, y) in [
            ("0.5", 1, "1"),
            ("3", -2, "75e-2"),
            ("-1.25", 2, "-5"),
            ("0", 3, "0"),
        ] {
            assert_eq!(times(x, k), y);
        }
        assert_eq!(
            parse_rational(&times("1e-310", -1)).unwrap() << 1,
            parse_rational("1e-310").unwrap()
        );
    }

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
