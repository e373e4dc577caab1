//! How the answers to the calls of a case must stand to each other.

use super::super::answer::{Answer, Fault};
use super::super::judge::{Judgement, Tolerance, ends};
use super::super::point::Point;
use super::super::subject::Subject;
use super::PRECISION;
use crate::real::Enclosure;
use rug::Rational;

/// A certified value to compare with.
pub type Reference = Box<dyn Fn(&Point) -> Option<Enclosure> + Send + Sync>;

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
    /// The answer is this.
    Is(Reference),
    /// The answer is at least, or at most, this.
    AtLeast(Reference),
    AtMost(Reference),
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
        if answers.contains(&Answer::Fault(Fault::GivenUp)) {
            return Held::Undetermined;
        }
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
                let falls = |w: &&[&Rational]| w[1] + tolerance.slack(w[0]) < *w[0];
                match values.windows(2).find(falls) {
                    None => Held::Yes,
                    Some(_) => unsound("values that do not fall".into()),
                }
            }
            Self::Equal => same(
                values[0],
                values[values.len() - 1],
                tolerance,
                "the first answer again",
            ),
            Self::Times(n) => {
                let wanted = Rational::from(values[0] * n);
                same(
                    &wanted,
                    values[values.len() - 1],
                    tolerance,
                    &format!("{n} times the first answer"),
                )
            }
            Self::Repeated if answers.first() == answers.last() => Held::Yes,
            Self::Repeated => unsound("the first answer again".into()),
            Self::Is(of) => match of(&calls[0]) {
                None => Held::Undetermined,
                Some(exact) => beside(&exact, values[0], tolerance),
            },
            Self::AtLeast(of) | Self::AtMost(of) => {
                let least = matches!(self, Self::AtLeast(_));
                // A value that is too large, where that is allowed, is above others too.
                if tolerance.loose && !least {
                    return Held::Yes;
                }
                let reference = of(&calls[0]);
                let Some((lo, hi)) = reference.as_ref().and_then(ends) else {
                    return Held::Undetermined;
                };
                let (below, above) = reference.map_or(Default::default(), |x| x.to_decimal(17));
                let slack = tolerance.slack(&hi);
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
                let wanted = if least {
                    format!("at least {below}")
                } else {
                    format!("at most {above}")
                };
                match (kept, broken) {
                    (true, _) => Held::Yes,
                    (_, true) => unsound(wanted),
                    _ => Held::Undetermined,
                }
            }
        }
    }
}

fn same(a: &Rational, b: &Rational, tolerance: &Tolerance, wanted: &str) -> Held {
    if Rational::from(a - b).abs() <= tolerance.slack(a) {
        Held::Yes
    } else {
        Held::No {
            judgement: Judgement::Unsound,
            wanted: wanted.to_owned(),
        }
    }
}

fn certified(subject: &Subject, call: &Point, value: &Rational, tolerance: &Tolerance) -> Held {
    match subject.value(call, PRECISION) {
        Ok(exact) => beside(&exact, value, tolerance),
        Err(_) => Held::Undetermined,
    }
}

/// A value beside the certified one.
fn beside(exact: &Enclosure, value: &Rational, tolerance: &Tolerance) -> Held {
    let Some((lo, hi)) = ends(exact) else {
        return Held::Undetermined;
    };
    let judgement = tolerance.judge_value(value, &lo, &hi);
    if judgement == Judgement::Undetermined {
        Held::Undetermined
    } else if tolerance.fails(judgement) {
        let (lo, hi) = exact.to_decimal(17);
        let wanted = if lo == hi {
            lo
        } else {
            format!("[{lo}, {hi}]")
        };
        Held::No { judgement, wanted }
    } else {
        Held::Yes
    }
}
