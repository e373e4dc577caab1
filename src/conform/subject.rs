//! What an implementation can be tested on: a bound of the catalogue, or a
//! measurement.

use super::measurement::{self, Arguments, Measurement};
use super::point::{Datum, Point};
use crate::bound::{self, Bound, Domain, Effect, Inputs, Shape, Value, catalogue};
use crate::error::{Error, Result};
use crate::real::Enclosure;

/// The form of one input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Scalar,
    /// K+1 numbers.
    Layers,
    /// K numbers.
    HiddenLayers,
    /// Any number of them.
    List,
    /// Rows of equal length.
    Matrix,
    /// Matrices that chain, first layer first.
    Matrices,
    /// Matrices of one shape, one for each place of a kernel.
    Kernel,
}

/// One input.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: &'static str,
    pub unit: &'static str,
    pub kind: Kind,
    /// Of every number in it; `None` for any real.
    pub domain: Option<Domain>,
    pub effect: Effect,
    /// Value taken when the input is not given.
    pub default: Option<i64>,
    pub about: &'static str,
}

/// What is computed.
#[derive(Clone, Copy, Debug)]
pub enum Subject {
    Bound(&'static Bound),
    Measurement(&'static Measurement),
}

impl Subject {
    /// Every one there is: the bounds, then the measurements.
    pub fn all() -> Vec<Self> {
        let bounds = catalogue().iter().map(Self::Bound);
        bounds
            .chain(measurement::all().iter().map(Self::Measurement))
            .collect()
    }

    /// The subject of a text: `ID`, `ID:FORM`, or the name of a measurement.
    ///
    /// # Errors
    /// If there is none.
    pub fn find(text: &str) -> Result<Self> {
        if let Some(m) = measurement::all().iter().find(|m| m.id == text) {
            return Ok(Self::Measurement(m));
        }
        bound::find(text).map(Self::Bound).map_err(|_| {
            Error::input(
                "bound",
                "",
                "a bound, ID or ID:FORM, or a measurement",
                format!("\"{text}\""),
                "see `gapcert vectors --list`",
            )
        })
    }

    /// `ID:FORM` of a bound, the name of a measurement.
    pub fn name(&self) -> String {
        match self {
            Self::Bound(b) => format!("{}:{}", b.id, b.form),
            Self::Measurement(m) => m.id.to_owned(),
        }
    }

    /// The name of its file of vectors.
    pub fn file_name(&self) -> String {
        format!("{}.json", self.name().replace(['/', ':'], "."))
    }

    /// What it is.
    pub fn about(&self) -> &'static str {
        match self {
            Self::Bound(b) => b.about,
            Self::Measurement(m) => m.about,
        }
    }

    /// Its inputs.
    pub fn fields(&self) -> Vec<Field> {
        match self {
            Self::Bound(b) => b.inputs.iter().map(field).collect(),
            Self::Measurement(m) => m.fields.clone(),
        }
    }

    /// What is added to the relative tolerance: 0 where the value has no natural
    /// size, so that one that underflows is not taken for right.
    pub fn absolute_tolerance(&self) -> f64 {
        match self {
            Self::Bound(_) => 1e-12,
            Self::Measurement(m) => m.absolute_tolerance,
        }
    }

    /// The certified value.
    ///
    /// # Errors
    /// Domain: inputs that are missing, of another form, no numbers, or outside
    /// the domain; and those for which no finite value is found.
    pub fn value(&self, x: &Point, prec: u32) -> Result<Enclosure> {
        let value = match self {
            Self::Bound(b) => b.evaluate(&b.check(self.inputs(x, prec)?)?).value,
            Self::Measurement(m) => m.value(&Arguments::new(&m.fields, x, prec)?)?,
        };
        let finite = value.lo().is_finite() && value.hi().is_finite();
        finite
            .then_some(value)
            .ok_or_else(|| Error::domain("inputs with a finite value", "none that was found"))
    }

    /// The inputs of a bound.
    pub(super) fn inputs(&self, x: &Point, prec: u32) -> Result<Inputs<Enclosure>> {
        let fields = self.fields();
        let mut inputs = Inputs::new();
        for (name, datum) in x.iter() {
            if !fields.iter().any(|f| f.name == name) {
                return Err(Error::domain("inputs of the subject", format!("`{name}`")));
            }
            let value = match datum {
                Datum::Number(x) => Value::Scalar(number(name, x, prec)?),
                Datum::List(xs) => {
                    let each = xs.iter().map(|x| match x {
                        Datum::Number(x) => number(name, x, prec),
                        Datum::List(_) => {
                            Err(Error::domain(format!("`{name}`: numbers"), "a list"))
                        }
                    });
                    Value::List(each.collect::<Result<_>>()?)
                }
            };
            inputs.set(name, value);
        }
        Ok(inputs)
    }
}

/// A decimal, exactly.
pub(super) fn number(name: &str, text: &str, prec: u32) -> Result<Enclosure> {
    Enclosure::parse(prec, text)
        .map_err(|e| Error::domain(format!("`{name}`: a number"), e.to_string()))
}

fn field(s: &bound::InputSpec) -> Field {
    Field {
        name: s.name,
        unit: s.unit,
        kind: match s.shape {
            Shape::Scalar => Kind::Scalar,
            Shape::Layers => Kind::Layers,
            Shape::HiddenLayers => Kind::HiddenLayers,
            Shape::List => Kind::List,
        },
        domain: Some(s.domain),
        effect: s.effect,
        default: s.default,
        about: s.about,
    }
}
