//! Named inputs of a theorem, and what each may be.

use crate::error::{Error, Result};
use crate::real::{Enclosure, Real};
use serde_json::Value as Json;

/// A scalar or a list over layers.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<R> {
    Scalar(R),
    List(Vec<R>),
}

/// The inputs of a theorem by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inputs<R>(Vec<(String, Value<R>)>);

impl<R: Clone> Inputs<R> {
    /// No inputs yet.
    pub fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds or replaces a scalar.
    #[must_use]
    pub fn with(mut self, name: &str, x: R) -> Self {
        self.set(name, Value::Scalar(x));
        self
    }

    /// Adds or replaces a list.
    #[must_use]
    pub fn with_list(mut self, name: &str, x: Vec<R>) -> Self {
        self.set(name, Value::List(x));
        self
    }

    /// Adds or replaces an input.
    pub fn set(&mut self, name: &str, x: Value<R>) {
        match self.0.iter_mut().find(|(n, _)| n == name) {
            Some((_, old)) => *old = x,
            None => self.0.push((name.to_owned(), x)),
        }
    }

    /// The input of that name, if given.
    pub fn get(&self, name: &str) -> Option<&Value<R>> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, x)| x)
    }

    /// A scalar input of a checked theorem.
    ///
    /// # Panics
    /// If it is missing, which [`super::Bound::check`] excludes.
    pub fn scalar(&self, name: &str) -> &R {
        match self.get(name) {
            Some(Value::Scalar(x)) => x,
            _ => unreachable!("the theorem's scalar input `{name}` was not checked"),
        }
    }

    /// A list input of a checked theorem.
    ///
    /// # Panics
    /// If it is missing, which [`super::Bound::check`] excludes.
    pub fn list(&self, name: &str) -> &[R] {
        match self.get(name) {
            Some(Value::List(x)) => x,
            _ => unreachable!("the theorem's list input `{name}` was not checked"),
        }
    }

    /// Names and values in the order given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value<R>)> {
        self.0.iter().map(|(n, x)| (n.as_str(), x))
    }

    /// The same inputs read as another real; `f` sees name, place and value.
    pub fn map<S>(&self, mut f: impl FnMut(&str, Option<usize>, &R) -> S) -> Inputs<S> {
        let each = |(name, x): &(String, Value<R>)| {
            let x = match x {
                Value::Scalar(x) => Value::Scalar(f(name, None, x)),
                Value::List(xs) => Value::List(
                    xs.iter()
                        .enumerate()
                        .map(|(i, x)| f(name, Some(i), x))
                        .collect(),
                ),
            };
            (name.clone(), x)
        };
        Inputs(self.0.iter().map(each).collect())
    }
}

/// Where an input may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// An integer >= 2.
    SampleSize,
    /// An integer >= 1.
    Trials,
    /// An integer >= 0.
    Count,
    /// An integer >= 1: layers, widths, fan-ins.
    AtLeastOne,
    /// An integer >= 2: classes.
    AtLeastTwo,
    /// A probability of failure, in (0,1).
    Confidence,
    /// A fraction, in \[0,1\].
    Fraction,
    /// A probability that is not 1, in \[0,1).
    BelowOne,
    /// A real >= 0.
    NonNegative,
    /// A real > 0.
    Positive,
    /// A real > 1.
    Above1,
}

impl Domain {
    /// As it is written in messages and listings.
    pub fn describe(self) -> &'static str {
        match self {
            Self::SampleSize | Self::AtLeastTwo => "an integer >= 2",
            Self::Trials | Self::AtLeastOne => "an integer >= 1",
            Self::Count => "an integer >= 0",
            Self::Confidence => "in (0, 1)",
            Self::Fraction => "in [0, 1]",
            Self::BelowOne => "in [0, 1)",
            Self::NonNegative => ">= 0",
            Self::Positive => "> 0",
            Self::Above1 => "> 1",
        }
    }

    /// Whether only integers are meant.
    pub fn is_integer(self) -> bool {
        matches!(
            self,
            Self::SampleSize | Self::Trials | Self::Count | Self::AtLeastOne | Self::AtLeastTwo
        )
    }

    /// True if the whole enclosure is certainly inside. A range of integers has
    /// integer ends.
    pub fn contains(self, x: &Enclosure) -> bool {
        let (lo, hi) = (x.lo(), x.hi());
        let integer = || lo.is_integer() && hi.is_integer();
        x.is_defined()
            && hi.is_finite()
            && match self {
                Self::SampleSize | Self::AtLeastTwo => lo >= 2 && integer(),
                Self::Trials | Self::AtLeastOne => lo >= 1 && integer(),
                Self::Count => lo >= 0 && integer(),
                Self::Confidence => lo > 0 && hi < 1,
                Self::Fraction => lo >= 0 && hi <= 1,
                Self::BelowOne => lo >= 0 && hi < 1,
                Self::NonNegative => lo >= 0,
                Self::Positive => lo > 0,
                Self::Above1 => lo > 1,
            }
    }
}

/// How a bound moves with an input while the others stay fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Non-decreasing.
    Raises,
    /// Non-increasing.
    Lowers,
    /// Neither: the input cannot be solved for.
    Mixed,
}

/// Scalar, or a list: one entry per layer (`Layers`), per hidden layer, or any
/// number of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Scalar,
    /// K+1 entries, which defines K.
    Layers,
    /// K entries.
    HiddenLayers,
    /// Any number of entries, also none.
    List,
}

/// One input of a theorem.
#[derive(Clone, Debug)]
pub struct InputSpec {
    pub name: &'static str,
    pub unit: &'static str,
    pub domain: Domain,
    pub shape: Shape,
    pub effect: Effect,
    /// Value taken when the input is not given.
    pub default: Option<i64>,
    pub about: &'static str,
}

/// Reads `{"name": number | "decimal" | [lo, hi] | {"lo","hi"} | list of these}`
/// as the inputs of a bound. A number stands for exactly the decimal written.
///
/// # Errors
/// Names the input, what was expected and what was found.
pub fn parse_inputs(
    prec: u32,
    specs: &[InputSpec],
    json: &Json,
    file: &str,
) -> Result<Inputs<Enclosure>> {
    let Json::Object(map) = json else {
        return Err(Error::input(
            file,
            "top level",
            "an object of input names and values",
            kind(json),
            "",
        ));
    };
    let mut inputs = Inputs::new();
    for (name, value) in map {
        let Some(spec) = specs.iter().find(|s| s.name == name) else {
            let known: Vec<_> = specs.iter().map(|s| s.name).collect();
            return Err(Error::input(
                file,
                name,
                format!("one of the inputs {}", known.join(", ")),
                "an unknown name",
                "",
            ));
        };
        let read = |x: &Json| {
            number(prec, x).map_err(|found| Error::input(file, name, EXPECTED, found, ""))
        };
        let value = match (spec.shape, value) {
            (Shape::Scalar, x) => Value::Scalar(read(x)?),
            (_, Json::Array(xs)) => {
                let entry = |(i, x): (usize, &Json)| {
                    let item = format!("{name}[{i}]");
                    number(prec, x).map_err(|found| Error::input(file, item, EXPECTED, found, ""))
                };
                Value::List(xs.iter().enumerate().map(entry).collect::<Result<_>>()?)
            }
            (shape, x) => {
                let expected = match shape {
                    Shape::List => "a list",
                    _ => "a list, one entry per layer",
                };
                return Err(Error::input(file, name, expected, kind(x), ""));
            }
        };
        inputs.set(name, value);
    }
    Ok(inputs)
}

const EXPECTED: &str = "a number, a decimal string, or a range [lo, hi]";

fn number(prec: u32, json: &Json) -> std::result::Result<Enclosure, String> {
    let end = |x: &Json| match x {
        Json::Number(n) => Enclosure::parse(prec, &n.to_string()).map_err(|_| kind(x)),
        Json::String(s) => Enclosure::parse(prec, s).map_err(|_| kind(x)),
        other => Err(kind(other)),
    };
    let range = |lo: &Json, hi: &Json| {
        let (lo, hi) = (end(lo)?, end(hi)?);
        Enclosure::new(prec, &lo.lo(), &hi.hi()).ok_or_else(|| "a reversed range".to_owned())
    };
    match json {
        Json::Array(pair) if pair.len() == 2 => range(&pair[0], &pair[1]),
        Json::Object(map) if map.len() == 2 => match (map.get("lo"), map.get("hi")) {
            (Some(lo), Some(hi)) => range(lo, hi),
            _ => Err("an object without lo and hi".into()),
        },
        Json::Array(list) => Err(format!("a list of {}", list.len())),
        other => end(other),
    }
}

fn kind(json: &Json) -> String {
    match json {
        Json::Null => "null".into(),
        Json::Bool(b) => format!("{b}"),
        Json::Number(n) => format!("the number {n}"),
        Json::String(s) => format!("the string \"{}\"", s.chars().take(40).collect::<String>()),
        Json::Array(xs) => format!("a list of {}", xs.len()),
        Json::Object(_) => "an object".into(),
    }
}

impl Inputs<Enclosure> {
    /// The nearest f64 reading, for searches.
    pub fn approximate(&self) -> Inputs<f64> {
        self.map(|_, _, x| x.mid_f64())
    }

    /// Precision of the inputs' context.
    pub(crate) fn like(&self) -> Option<Enclosure> {
        self.0.iter().find_map(|(_, v)| match v {
            Value::Scalar(x) => Some(x.int(1)),
            Value::List(xs) => xs.first().map(|x| x.int(1)),
        })
    }
}
