//! The inputs that a claim leaves possible, and the corners of that set at which
//! its bound is smallest and largest.
//!
//! Every input lies between two ends: those of what is printed, cut to the
//! theorem's domain; those of the domain where nothing is known. A bound that
//! rises or falls with each of its inputs has its extremes at corners, so its range
//! is exact; an input with another effect stays a range, which can only widen it.
//!
//! An end that does not belong to the domain (a failure probability of 0, a sample
//! of any size) is a small set next to it: the bound's values there include, by
//! monotonicity, those nearest to its supremum.

use super::claim::{Claim, Known};
use super::unit::Unit;
use crate::bound::{Bound, Domain, Effect, InputSpec, Inputs, Shape, Value};
use crate::real::{Enclosure, Real};
use rug::{Float, Integer, Rational};

/// Inputs outside the theorem's domain, whatever the digits not printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    pub condition: String,
    pub found: String,
}

impl Invalid {
    fn new(condition: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            condition: condition.into(),
            found: found.into(),
        }
    }
}

/// The range of one number.
#[derive(Clone, Debug)]
pub struct Ends {
    /// A set at the lower end.
    pub lo: Enclosure,
    /// A set at the upper end.
    pub hi: Enclosure,
}

/// For each input of the bound, in order, the ranges of its numbers.
#[derive(Clone, Debug)]
pub struct Admissible {
    bound: &'static Bound,
    ends: Vec<Vec<Ends>>,
}

/// Which extreme of the bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corner {
    Smallest,
    Largest,
}

impl Admissible {
    /// The admissible inputs at a working precision.
    ///
    /// # Errors
    /// If there are none.
    pub fn new(claim: &Claim, prec: u32) -> Result<Self, Invalid> {
        let bound = claim.bound;
        let sample = sample_size(claim, prec)?;
        let mut ends = Vec::with_capacity(bound.inputs.len());
        for (spec, given) in bound.inputs.iter().zip(&claim.inputs) {
            let entries = given.entries().iter();
            let each = entries.map(|known| range(spec, known, &sample, prec));
            ends.push(each.collect::<Result<Vec<_>, _>>()?);
        }
        let mut all = Self { bound, ends };
        all.check_lengths()?;
        all.couple()?;
        Ok(all)
    }

    fn check_lengths(&self) -> Result<(), Invalid> {
        let lengths = |shape| {
            let named = self.bound.inputs.iter().zip(&self.ends);
            named.filter(move |(s, _)| s.shape == shape)
        };
        let layers = lengths(Shape::Layers).map(|(_, e)| e.len()).next();
        for (shape, expected) in [
            (Shape::Layers, layers),
            (Shape::HiddenLayers, layers.map(|n| n.saturating_sub(1))),
        ] {
            for (spec, ends) in lengths(shape) {
                let wanted = expected.unwrap_or(ends.len());
                if ends.len() != wanted || (shape == Shape::Layers && wanted == 0) {
                    let wanted = wanted.max(usize::from(shape == Shape::Layers));
                    let condition = format!("`{}` with {wanted} entries", spec.name);
                    return Err(Invalid::new(condition, format!("{}", ends.len())));
                }
            }
        }
        Ok(())
    }

    /// errors <= m: cuts both ranges to what the other allows.
    fn couple(&mut self) -> Result<(), Invalid> {
        let place = |name| self.bound.inputs.iter().position(|s| s.name == name);
        let (Some(errors), Some(m)) = (place("errors"), place("m")) else {
            return Ok(());
        };
        let (e, n) = (self.ends[errors][0].clone(), self.ends[m][0].clone());
        if n.hi.certainly_lt(&e.lo) {
            let found = format!("{} > {}", e.lo.lo(), n.hi.hi());
            return Err(Invalid::new("`errors` <= `m`", found));
        }
        self.ends[errors][0].hi = e.hi.min(&n.hi);
        self.ends[m][0].lo = n.lo.max(&e.lo);
        Ok(())
    }

    /// The inputs at a corner.
    pub fn corner(&self, corner: Corner) -> Inputs<Enclosure> {
        let mut inputs = Inputs::new();
        for (spec, ends) in self.bound.inputs.iter().zip(&self.ends) {
            let at = |e: &Ends| match (spec.effect, corner) {
                (Effect::Raises, Corner::Largest) | (Effect::Lowers, Corner::Smallest) => {
                    e.hi.clone()
                }
                (Effect::Raises, Corner::Smallest) | (Effect::Lowers, Corner::Largest) => {
                    e.lo.clone()
                }
                (Effect::Mixed, _) => e.lo.hull(&e.hi),
            };
            let value = match (spec.shape, &ends[..]) {
                (Shape::Scalar, [e]) => Value::Scalar(at(e)),
                (_, ends) => Value::List(ends.iter().map(at).collect()),
            };
            inputs.set(spec.name, value);
        }
        // The largest count of errors need not fit the smallest sample.
        if let (Some(Value::Scalar(e)), Some(Value::Scalar(m))) =
            (inputs.get("errors"), inputs.get("m"))
        {
            let fitting = e.min(m);
            inputs.set("errors", Value::Scalar(fitting));
        }
        inputs
    }

    /// Whether every input is known to 8 digits or more, so that its whole range may
    /// be put into the formula at once.
    pub fn is_narrow(&self) -> bool {
        let mut all = self.ends.iter().flatten();
        all.all(|e| e.lo.hull(&e.hi).relative_width() < 1e-8)
    }

    /// All admissible inputs, each as its range.
    pub fn ranges(&self) -> Inputs<Enclosure> {
        let mut inputs = Inputs::new();
        for (spec, ends) in self.bound.inputs.iter().zip(&self.ends) {
            let range = |e: &Ends| e.lo.hull(&e.hi);
            let value = match (spec.shape, &ends[..]) {
                (Shape::Scalar, [e]) => Value::Scalar(range(e)),
                (_, ends) => Value::List(ends.iter().map(range).collect()),
            };
            inputs.set(spec.name, value);
        }
        inputs
    }
}

/// The range of the sample size, for quantities that are per sample.
fn sample_size(claim: &Claim, prec: u32) -> Result<Option<Ends>, Invalid> {
    let one = Enclosure::integer(prec, 1);
    let mut named = claim.bound.inputs.iter().zip(&claim.inputs);
    match named.find(|(spec, _)| spec.name == "m") {
        Some((spec, given)) => match given.entries() {
            [known] if known.as_ref().is_none_or(|q| !q.unit.is_per_sample()) => range(
                spec,
                known,
                &Some(Ends {
                    lo: one.clone(),
                    hi: one,
                }),
                prec,
            )
            .map(Some),
            _ => Ok(None),
        },
        None => Ok(None),
    }
}

fn range(
    spec: &InputSpec,
    known: &Known,
    sample: &Option<Ends>,
    prec: u32,
) -> Result<Ends, Invalid> {
    let domain = ends_of(spec.domain, prec);
    let Some(q) = known else {
        return Ok(domain.ends());
    };
    let refused = || {
        let condition = format!("`{}` {}", spec.name, spec.domain.describe());
        Invalid::new(condition, q.printed.text.clone())
    };
    if spec.domain.is_integer() && q.unit.is_rational() {
        // Only the integers of a range are meant.
        let scaled = |x: &Rational| match q.unit {
            Unit::Percent => Rational::from(x / 100),
            Unit::Thousands => Rational::from(x * 1000),
            _ => x.clone(),
        };
        let lo = scaled(&q.printed.lo).ceil().into_numer_denom().0;
        let hi = scaled(&q.printed.hi).floor().into_numer_denom().0;
        let least = Integer::from(domain.least.to_f64() as i64);
        let lo = lo.max(least);
        if lo > hi {
            return Err(refused());
        }
        return Ok(Ends {
            lo: Enclosure::integer(prec, lo),
            hi: Enclosure::integer(prec, hi),
        });
    }
    let one = Enclosure::integer(prec, 1);
    let sample = match sample {
        Some(ends) => ends.clone(),
        None => Ends {
            lo: one.clone(),
            hi: one,
        },
    };
    let end = |x: &Rational, m: &Enclosure| {
        let x = Enclosure::rational(prec, x);
        q.unit.accepts(&x).then(|| q.unit.apply(&x, m))
    };
    // A negative number of nats per sample is largest for the smallest sample, but
    // it is refused in any case.
    let lo = end(&q.printed.lo, &sample.lo).ok_or_else(refused)?;
    let hi = end(&q.printed.hi, &sample.hi).ok_or_else(refused)?;
    domain.cut(Ends { lo, hi }).ok_or_else(refused)
}

/// A domain as a range with ends that may not belong to it.
struct Range {
    least: Float,
    most: Float,
    open: [bool; 2],
    prec: u32,
}

fn ends_of(domain: Domain, prec: u32) -> Range {
    let (least, most, open) = match domain {
        Domain::SampleSize | Domain::AtLeastTwo => (2.0, f64::INFINITY, [false, true]),
        Domain::Trials | Domain::AtLeastOne => (1.0, f64::INFINITY, [false, true]),
        Domain::Count | Domain::NonNegative => (0.0, f64::INFINITY, [false, true]),
        Domain::Confidence => (0.0, 1.0, [true, true]),
        Domain::Fraction => (0.0, 1.0, [false, false]),
        Domain::BelowOne => (0.0, 1.0, [false, true]),
        Domain::Positive => (0.0, f64::INFINITY, [true, true]),
        Domain::Above1 => (1.0, f64::INFINITY, [true, true]),
    };
    Range {
        least: Float::with_val(prec, least),
        most: Float::with_val(prec, most),
        open,
        prec,
    }
}

impl Range {
    fn ends(&self) -> Ends {
        Ends {
            lo: self.lower_end(),
            hi: self.upper_end(),
        }
    }

    /// The end, or a small set at an end that does not belong to the domain.
    fn lower_end(&self) -> Enclosure {
        let above = if self.open[0] {
            Float::with_val(self.prec, 1) >> 200
        } else {
            Float::new(self.prec)
        };
        let to = Float::with_val(self.prec.max(256), &self.least + &above);
        Enclosure::new(self.prec, &self.least, &to).unwrap_or(Enclosure::undefined(self.prec))
    }

    fn upper_end(&self) -> Enclosure {
        let from = if self.most.is_infinite() {
            Float::with_val(self.prec, 1) << 200
        } else if self.open[1] {
            Float::with_val(
                self.prec.max(256),
                &self.most - (Float::with_val(self.prec, 1) >> 200),
            )
        } else {
            self.most.clone()
        };
        Enclosure::new(self.prec, &from, &self.most).unwrap_or(Enclosure::undefined(self.prec))
    }

    /// The part of a range that is in the domain; `None` if there is none.
    fn cut(&self, x: Ends) -> Option<Ends> {
        if !x.lo.is_defined() || !x.hi.is_defined() {
            return None;
        }
        let below = if self.open[0] {
            x.hi.hi() <= self.least
        } else {
            x.hi.hi() < self.least
        };
        let above = if self.open[1] {
            x.lo.lo() >= self.most
        } else {
            x.lo.lo() > self.most
        };
        if below || above {
            return None;
        }
        let (least, most) = (self.lower_end(), self.upper_end());
        // An open end cuts where the range reaches it, and only there.
        let lo = if x.lo.lo() <= self.least { least } else { x.lo };
        let hi = if x.hi.hi() >= self.most { most } else { x.hi };
        Some(Ends { lo, hi })
    }
}
