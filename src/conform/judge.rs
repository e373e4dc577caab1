//! What a value is worth beside the certified one.

use super::answer::{Answer, Fault};
use super::vectors::Expected;
use crate::real::Enclosure;
use rug::Rational;

/// How an implementation rounds, as its author declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest: a value may lie below the exact one by the tolerance.
    Nearest,
    /// Up: none may lie below.
    Up,
}

/// What is asked of a value.
#[derive(Clone, Debug)]
pub struct Tolerance {
    pub relative: Rational,
    /// Added to the relative one.
    pub absolute: Rational,
    pub rounding: Rounding,
    /// Whether a value above the tolerance is accepted: it is an upper bound still.
    pub loose: bool,
}

/// The judgement of one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Judgement {
    /// Sound and tight; a refusal where one is right.
    Right,
    /// At least the exact value, but by more than the tolerance.
    Loose,
    /// Below the exact value: no upper bound.
    Unsound,
    /// Refused, but the inputs are inside the domain.
    RefusedValid,
    /// A value for inputs that must be refused.
    AcceptedInvalid,
    /// No answer.
    Fault(&'static str),
    /// The enclosure does not tell.
    Undetermined,
}

impl Judgement {
    /// As tables have it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Loose => "sound, not tight",
            Self::Unsound => "unsound",
            Self::RefusedValid => "refused valid inputs",
            Self::AcceptedInvalid => "accepted invalid inputs",
            Self::Fault(kind) => kind,
            Self::Undetermined => "undetermined",
        }
    }
}

impl Tolerance {
    /// `size` times the relative tolerance and the absolute one.
    pub fn slack(&self, size: &Rational) -> Rational {
        Rational::from(size.abs_ref()) * &self.relative + &self.absolute
    }

    /// The judgement of a value beside the exact one, which is in [lo, hi].
    pub fn judge_value(&self, value: &Rational, lo: &Rational, hi: &Rational) -> Judgement {
        let below = |x: &Rational| match self.rounding {
            Rounding::Up => x.clone(),
            Rounding::Nearest => x - self.slack(x),
        };
        let above = |x: &Rational| x + self.slack(x);
        if *value < below(lo) {
            Judgement::Unsound
        } else if *value < below(hi) {
            Judgement::Undetermined
        } else if *value > above(hi) {
            Judgement::Loose
        } else if *value > above(lo) {
            Judgement::Undetermined
        } else {
            Judgement::Right
        }
    }

    /// The judgement of an answer.
    pub fn judge(&self, answer: &Answer, expected: &Expected) -> Judgement {
        match (answer, expected) {
            (Answer::Fault(Fault::GivenUp), _) => Judgement::Undetermined,
            (Answer::Fault(fault), _) => Judgement::Fault(fault.kind()),
            (Answer::Refused(_), Expected::Refusal) => Judgement::Right,
            (Answer::Refused(_), Expected::Value { may_refuse, .. }) => {
                if *may_refuse {
                    Judgement::Right
                } else {
                    Judgement::RefusedValid
                }
            }
            (Answer::Value(_), Expected::Refusal) => Judgement::AcceptedInvalid,
            (Answer::Value(x), Expected::Value { lo, hi, may_refuse }) => {
                let ends = (
                    crate::real::parse_rational(lo),
                    crate::real::parse_rational(hi),
                );
                let (Ok(lo), Ok(hi)) = ends else {
                    return Judgement::Undetermined;
                };
                match self.judge_value(&x.value, &lo, &hi) {
                    Judgement::Loose if *may_refuse => Judgement::Right,
                    judgement => judgement,
                }
            }
        }
    }

    /// Whether that fails the implementation.
    pub fn fails(&self, judgement: Judgement) -> bool {
        match judgement {
            Judgement::Right | Judgement::Undetermined => false,
            Judgement::Loose => !self.loose,
            _ => true,
        }
    }
}

/// The ends of an enclosure, exactly.
pub fn ends(x: &Enclosure) -> Option<(Rational, Rational)> {
    Some((x.lo().to_rational()?, x.hi().to_rational()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conform::answer::number;

    fn judged(rounding: Rounding, value: &str) -> Judgement {
        let tolerance = Tolerance {
            relative: Rational::from((1, 1_000_000_000)),
            absolute: Rational::new(),
            rounding,
            loose: false,
        };
        let expected = Expected::Value {
            lo: "0.4999999999999999999".into(),
            hi: "0.5".into(),
            may_refuse: false,
        };
        tolerance.judge(&Answer::Value(number(value).unwrap()), &expected)
    }

    #[test]
    fn sound_tight_and_wrong_are_told_apart() {
        use Judgement::*;
        for (value, nearest, up) in [
            ("0.5", Right, Right),
            ("0.50000000001", Right, Right),
            ("0.49999999999", Right, Unsound),
            ("0.4999999994", Unsound, Unsound),
            ("0.4999999996", Right, Unsound),
            ("0.499", Unsound, Unsound),
            ("0.49999999999999999995", Right, Undetermined),
            ("0.6", Loose, Loose),
            ("1", Loose, Loose),
        ] {
            let value_is = (
                judged(Rounding::Nearest, value),
                judged(Rounding::Up, value),
            );
            assert_eq!(value_is, (nearest, up), "{value}");
        }
    }
}
