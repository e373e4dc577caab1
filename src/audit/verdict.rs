//! The verdict on a claim, and the certified range of its bound that decides it.
//!
//! With r the reported number, known to lie in [r_lo, r_hi], and V the set of the
//! bound's values over all admissible inputs, the claim is sound if max V <= r_lo
//! and understated if min V > r_hi. Both questions are asked at corners, in f64
//! intervals first; what these leave open is asked again in MPFR, at growing
//! precision while it narrows anything.

use super::admissible::{Admissible, Corner, Invalid};
use super::claim::Claim;
use crate::bound::{Bound, Guarantee, Inputs, Terms, Value};
use crate::real::{Enclosure, Interval};
use rug::{Float, Rational};

/// What the stated inputs say of the reported number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Every admissible input gives a value <= r, and r < 1.
    Sound,
    /// Every admissible input gives a value > r.
    Understated,
    /// It depends on digits that were not printed, or on inputs not known.
    Undetermined,
    /// Some inputs are not known at all, and whatever they are, the value is > r.
    Infeasible,
    /// Every admissible input gives a value <= r, but r >= 1: nothing is said.
    Vacuous,
    /// No admissible input is in the theorem's domain.
    Invalid,
}

impl Verdict {
    /// All, in the order of reports.
    pub const ALL: [Self; 6] = [
        Self::Sound,
        Self::Understated,
        Self::Undetermined,
        Self::Infeasible,
        Self::Vacuous,
        Self::Invalid,
    ];

    /// As reports have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::Understated => "understated",
            Self::Undetermined => "undetermined",
            Self::Infeasible => "infeasible",
            Self::Vacuous => "vacuous",
            Self::Invalid => "invalid",
        }
    }

    /// Whether the number claimed is refuted, or the claim is none.
    pub fn is_adverse(self) -> bool {
        matches!(self, Self::Understated | Self::Infeasible | Self::Invalid)
    }
}

/// The verdict and what it rests on.
#[derive(Clone, Debug)]
pub struct Judgement {
    pub verdict: Verdict,
    /// Contains the bound's value for every admissible input; `None` if there is
    /// none.
    pub value: Option<Enclosure>,
    /// Why the claim is invalid.
    pub invalid: Option<Invalid>,
    /// Bits of the arithmetic that decided.
    pub bits: u32,
    /// The failure probability of the bound, all stages together; `None` where it
    /// has none.
    pub failure: Option<Enclosure>,
}

/// Precision of f64 intervals.
const FAST: u32 = 53;
/// Where MPFR starts, and where it stops: a value that agrees with the reported
/// number to 600 digits stays undetermined.
const PRECISIONS: [u32; 5] = [128, 256, 512, 1024, 2048];
/// Precision at which inputs are brought to f64 intervals.
const INPUTS: u32 = 64;

/// The bound's extremes, each as the set it was found in.
struct Extremes {
    smallest: Enclosure,
    largest: Enclosure,
    failure: Option<Enclosure>,
}

impl Extremes {
    fn certified(all: &Admissible, bound: &Bound) -> Self {
        Self::of(|corner| {
            let inputs = all.corner(corner);
            let terms = bound.evaluate(&inputs);
            (terms.value.clone(), failure(&terms, &inputs))
        })
    }

    fn fast(all: &Admissible, bound: &Bound) -> Self {
        Self::of(|corner| Self::interval(bound, &all.corner(corner)))
    }

    /// Both extremes as the one range that the inputs' ranges give: half the work,
    /// and as good where these are narrow.
    fn at_once(all: &Admissible, bound: &Bound) -> Self {
        let (value, failure) = Self::interval(bound, &all.ranges());
        Self {
            smallest: value.clone(),
            largest: value,
            failure,
        }
    }

    fn interval(bound: &Bound, inputs: &Inputs<Enclosure>) -> (Enclosure, Option<Enclosure>) {
        let inputs = inputs.map(|_, _, x| Interval::from(x));
        let terms = bound.evaluate_interval(&inputs);
        let failure = failure(&terms, &inputs).map(Enclosure::from);
        (Enclosure::from(terms.value), failure)
    }

    fn of(at: impl Fn(Corner) -> (Enclosure, Option<Enclosure>)) -> Self {
        let (smallest, low) = at(Corner::Smallest);
        let (largest, high) = at(Corner::Largest);
        Self {
            smallest,
            largest,
            failure: low.zip(high).map(|(a, b)| a.hull(&b)),
        }
    }

    /// max V <= r_lo?
    fn all_at_most(&self, r_lo: &Rational) -> Option<bool> {
        side(&self.largest, r_lo)
    }

    /// min V <= r_hi?
    fn some_at_most(&self, r_hi: &Rational) -> Option<bool> {
        side(&self.smallest, r_hi)
    }

    fn range(&self) -> Enclosure {
        let prec = self.smallest.prec();
        let (lo, hi) = (self.smallest.lo(), self.largest.hi());
        Enclosure::new(prec, &lo, &hi).unwrap_or(Enclosure::undefined(prec))
    }

    fn width(&self) -> [Float; 2] {
        [self.smallest.width(), self.largest.width()]
    }
}

/// What the theorem says it fails with: a term of it, or the input delta.
fn failure<R: Clone>(terms: &Terms<R>, inputs: &Inputs<R>) -> Option<R> {
    let mut parts = terms.parts.iter();
    match (
        parts.find(|(n, _)| n == "failure_probability"),
        inputs.get("delta"),
    ) {
        (Some((_, x)), _) => Some(x.clone()),
        (None, Some(Value::Scalar(x))) => Some(x.clone()),
        _ => None,
    }
}

/// Whether all of the set is at most `r`, or none of it.
fn side(x: &Enclosure, r: &Rational) -> Option<bool> {
    if x.hi() <= *r {
        Some(true)
    } else if x.lo() > *r {
        Some(false)
    } else {
        None
    }
}

/// The verdict on a claim.
pub fn judge(claim: &Claim) -> Judgement {
    let all = match Admissible::new(claim, INPUTS) {
        Ok(all) => all,
        Err(invalid) => {
            return Judgement {
                verdict: Verdict::Invalid,
                value: None,
                invalid: Some(invalid),
                bits: INPUTS,
                failure: None,
            };
        }
    };
    if all.is_narrow() {
        let once = Extremes::at_once(&all, claim.bound);
        if let Some(verdict) = decide(claim, &once) {
            return judged(verdict, &once, FAST);
        }
    }
    let fast = Extremes::fast(&all, claim.bound);
    if let Some(verdict) = decide(claim, &fast) {
        return judged(verdict, &fast, FAST);
    }
    let (mut last, mut bits) = (fast, FAST);
    for prec in PRECISIONS {
        let Ok(all) = Admissible::new(claim, prec) else {
            break;
        };
        let found = Extremes::certified(&all, claim.bound);
        if let Some(verdict) = decide(claim, &found) {
            return judged(verdict, &found, prec);
        }
        let stuck = prec > PRECISIONS[0] && !narrower(&found, &last);
        (last, bits) = (found, prec);
        if stuck {
            break;
        }
    }
    // What is open stays open: not certainly sound, not certainly understated.
    judged(Verdict::Undetermined, &last, bits)
}

fn judged(verdict: Verdict, found: &Extremes, bits: u32) -> Judgement {
    Judgement {
        verdict,
        value: Some(found.range()),
        invalid: None,
        bits,
        failure: found.failure.clone(),
    }
}

/// The same verdict with a value of 128 bits, for reports that want its digits.
pub(super) fn refine(claim: &Claim, judgement: Judgement) -> Judgement {
    if judgement.bits >= PRECISIONS[0] {
        return judgement;
    }
    match Admissible::new(claim, PRECISIONS[0]) {
        Ok(all) => Judgement {
            value: Some(Extremes::certified(&all, claim.bound).range()),
            bits: PRECISIONS[0],
            ..judgement
        },
        Err(_) => judgement,
    }
}

/// Whether more bits narrowed an end by a factor at least.
fn narrower(new: &Extremes, old: &Extremes) -> bool {
    let pairs = new.width().into_iter().zip(old.width());
    pairs.into_iter().any(|(new, old)| {
        (new.is_finite() && !old.is_finite())
            || (old > 0 && old.is_finite() && new <= old / 1024u32)
    })
}

/// The verdict if both questions are answered.
fn decide(claim: &Claim, found: &Extremes) -> Option<Verdict> {
    let reported = &claim.reported;
    // A value nobody can tell from r is no verdict; but one of two answers may be
    // enough.
    match (
        found.all_at_most(&reported.lo),
        found.some_at_most(&reported.hi),
    ) {
        (Some(true), _) => Some(true_claim(claim)),
        (_, Some(false)) => Some(if claim.missing().is_empty() {
            Verdict::Understated
        } else {
            Verdict::Infeasible
        }),
        (Some(false), Some(true)) => Some(Verdict::Undetermined),
        _ => None,
    }
}

/// What a claim that holds says: nothing, if r >= 1 for a bound on a probability;
/// with r on both sides of 1, that depends on r's digits.
fn true_claim(claim: &Claim) -> Verdict {
    let r = &claim.reported;
    if claim.bound.is_measure() || r.hi < 1 {
        Verdict::Sound
    } else if r.lo >= 1 {
        Verdict::Vacuous
    } else {
        Verdict::Undetermined
    }
}

/// Whether the formula bounds anything at all, whatever the verdict on the number.
pub fn bounds_something(bound: &Bound) -> bool {
    bound.guarantee() != Guarantee::Nothing
}
