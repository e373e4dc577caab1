//! What a claim says, in a file of claims or in the header of a table: literal
//! values, or the columns to take them from.

use super::reader::Reader;
use super::toml::Document;
use crate::audit::claim::{Claim, Given, Quantity};
use crate::audit::printed::{Printed, Rounding};
use crate::audit::unit::Unit;
use crate::bound::{Bound, Domain, InputSpec, Shape};
use crate::error::{Error, Result};
use rug::Rational;
use std::path::Path;
use toml::de::DeTable;

/// A claim with columns in place of some values.
pub struct Template {
    bound: &'static Bound,
    reported: Number,
    rounding: Rounding,
    source: Text,
    note: Text,
    /// In the order of the bound's inputs; `None` where nothing is said.
    inputs: Vec<Option<Entry>>,
    /// Rows that are meant: column and its values.
    only: Vec<(String, Vec<String>)>,
}

/// A cell of a table by its column's name.
type Cell<'a> = dyn Fn(&str) -> Option<&'a str> + 'a;

pub(super) enum Text {
    Fixed(String),
    Column(String),
}

impl Text {
    fn column(&self) -> Option<&str> {
        match self {
            Self::Column(name) => Some(name),
            Self::Fixed(_) => None,
        }
    }
}

pub(super) enum Entry {
    Scalar(Number),
    List(Vec<Number>),
}

/// Where a number comes from.
pub(super) enum From {
    /// A number of the file: exactly this.
    Exact(String),
    /// A string of the file: as printed.
    Printed(String),
    Range(String, String),
    Column(String),
    Unknown,
}

pub(super) struct Number {
    pub from: From,
    pub unit: Unit,
    /// Said of this number; else it follows from what it is.
    pub rounding: Option<Rounding>,
    /// Relative error with which it was read off a figure.
    pub error: Option<Rational>,
}

const KEYS: [&str; 7] = [
    "bound", "form", "reported", "rounding", "source", "note", "inputs",
];
/// How an input that is not known is written, where a list needs a place for it.
pub(super) const UNKNOWN: &str = "?";

impl Template {
    /// Reads a `[[claim]]` table or a header; only the latter may name columns.
    pub fn read(
        document: &Document<'_>,
        table: &DeTable<'_>,
        place: &str,
        columns: bool,
    ) -> Result<Self> {
        let reader = Reader {
            document,
            place,
            columns,
        };
        for key in table.keys() {
            let name = key.get_ref().as_ref();
            let known = KEYS.contains(&name) || (columns && name == "only");
            if !known {
                let expected = format!("one of {}", KEYS.join(", "));
                return Err(document.refuse(key, name, &expected, "an unknown key"));
            }
        }
        let bound = reader.bound(table)?;
        let rounding = match table.get("rounding") {
            Some(value) => reader.rounding(value)?,
            None => Rounding::Nearest,
        };
        let reported = match table.get("reported") {
            Some(value) => reader.number(value, "reported")?,
            None => return Err(reader.absent("reported", "the number reported for the bound")),
        };
        Ok(Self {
            bound,
            reported,
            rounding,
            source: reader.text(table, "source")?,
            note: reader.text(table, "note")?,
            inputs: reader.inputs(table, bound)?,
            only: reader.only(table)?,
        })
    }

    /// Columns it takes something from.
    pub fn columns(&self) -> Vec<&str> {
        let entries = self.inputs.iter().flatten().flat_map(|e| match e {
            Entry::Scalar(x) => std::slice::from_ref(x),
            Entry::List(xs) => xs,
        });
        let numbers = entries
            .chain([&self.reported])
            .filter_map(|n| match &n.from {
                From::Column(name) => Some(name.as_str()),
                _ => None,
            });
        let texts = [&self.source, &self.note]
            .into_iter()
            .filter_map(Text::column);
        let only = self.only.iter().map(|(name, _)| name.as_str());
        numbers.chain(texts).chain(only).collect()
    }

    /// Whether a row is among those meant.
    pub fn wants(&self, cell: &Cell<'_>) -> bool {
        self.only
            .iter()
            .all(|(column, values)| cell(column).is_some_and(|x| values.iter().any(|v| v == x)))
    }

    /// The claim of one row, or of the table itself.
    pub fn claim(&self, file: &Path, row: usize, place: &str, cell: &Cell<'_>) -> Result<Claim> {
        let refuse = |name: &str, found: &str| {
            let item = format!("{place}: {name}");
            let found = match found {
                "" => "nothing".to_owned(),
                other => format!("{:?}", other.chars().take(60).collect::<String>()),
            };
            Error::input(file, item, NUMBER, found, "")
        };
        // An exact number is one; what is reported is rounded however it is spelled.
        let reported = match &self.reported.from {
            From::Exact(text) => Number::printed(text.clone(), &self.reported),
            _ => self.reported.clone_of(),
        };
        let reported = match reported.read(self.rounding, cell) {
            Ok(Some(q)) if q.unit == Unit::Percent => q.printed.percent(),
            Ok(Some(q)) => q.printed,
            Ok(None) => return Err(refuse("reported", "")),
            Err(found) => return Err(refuse("reported", &found)),
        };
        let mut inputs = Vec::with_capacity(self.inputs.len());
        for (spec, entry) in self.bound.inputs.iter().zip(&self.inputs) {
            let read = |n: &Number| {
                let rounding = n.rounding.unwrap_or_else(|| usual(spec, n.unit));
                n.read(rounding, cell)
                    .map_err(|found| refuse(spec.name, &found))
            };
            inputs.push(match (entry, spec.default) {
                (Some(Entry::Scalar(x)), _) => Given::Scalar(read(x)?),
                (Some(Entry::List(xs)), _) => {
                    Given::List(xs.iter().map(read).collect::<Result<_>>()?)
                }
                (None, Some(value)) => Given::Scalar(Some(Quantity {
                    printed: Printed::number(&value.to_string(), Rounding::Exact)
                        .ok_or_else(|| Error::bug("a default is a number", spec.name))?,
                    unit: Unit::Plain,
                })),
                (None, None) if spec.shape == Shape::Scalar => Given::Scalar(None),
                (None, None) => Given::UnknownList,
            });
        }
        let text = |t: &Text| match t {
            Text::Fixed(text) => text.clone(),
            Text::Column(name) => cell(name).unwrap_or("").to_owned(),
        };
        let claim = Claim {
            file: file.to_path_buf(),
            row,
            source: text(&self.source),
            note: text(&self.note),
            bound: self.bound,
            reported,
            inputs,
        };
        complete_lists(claim).map_err(|name| {
            let expected = format!("as many {UNKNOWN:?} as it has entries, where none is known");
            let advice = "its length says how many layers there are";
            Error::input(
                file,
                format!("{place}: {name}"),
                expected,
                "nothing",
                advice,
            )
        })
    }
}

/// Lists of which nothing is said get the length that the others tell.
fn complete_lists(mut claim: Claim) -> std::result::Result<Claim, &'static str> {
    let specs = &claim.bound.inputs;
    let layers =
        specs
            .iter()
            .zip(&claim.inputs)
            .find_map(|(spec, given)| match (spec.shape, given) {
                (Shape::Layers, Given::List(xs)) => Some(xs.len()),
                (Shape::HiddenLayers, Given::List(xs)) => Some(xs.len() + 1),
                _ => None,
            });
    for (spec, given) in specs.iter().zip(&mut claim.inputs) {
        if *given == Given::UnknownList {
            let length = match (spec.shape, layers) {
                (Shape::Layers, Some(n)) => n,
                (Shape::HiddenLayers, Some(n)) => n.saturating_sub(1),
                _ => return Err(spec.name),
            };
            *given = Given::List(vec![None; length]);
        }
    }
    Ok(claim)
}

pub(super) const NUMBER: &str = "a number: a decimal, a fraction p/q or a hexadecimal float";

/// How a printed input is known where nothing is said: counts and failure
/// probabilities were chosen, not measured, and stand for themselves.
fn usual(spec: &InputSpec, unit: Unit) -> Rounding {
    let chosen = spec.domain == Domain::Confidence || spec.domain.is_integer();
    if chosen && unit == Unit::Plain {
        Rounding::Exact
    } else {
        Rounding::Nearest
    }
}

impl Number {
    fn printed(text: String, like: &Self) -> Self {
        Self {
            from: From::Printed(text),
            error: like.error.clone(),
            ..*like
        }
    }

    fn clone_of(&self) -> Self {
        let from = match &self.from {
            From::Exact(t) => From::Exact(t.clone()),
            From::Printed(t) => From::Printed(t.clone()),
            From::Range(a, b) => From::Range(a.clone(), b.clone()),
            From::Column(c) => From::Column(c.clone()),
            From::Unknown => From::Unknown,
        };
        Self {
            from,
            error: self.error.clone(),
            ..*self
        }
    }

    /// The number, or what is there instead.
    fn read(
        &self,
        rounding: Rounding,
        cell: &Cell<'_>,
    ) -> std::result::Result<Option<Quantity>, String> {
        let number =
            |text: &str, rounding| Printed::number(text, rounding).ok_or_else(|| text.to_owned());
        let printed = match &self.from {
            From::Unknown => return Ok(None),
            From::Exact(text) => number(text, self.rounding.unwrap_or(Rounding::Exact))?,
            From::Printed(text) => number(text, self.rounding.unwrap_or(rounding))?,
            From::Range(lo, hi) => Printed::range(lo, hi).ok_or_else(|| format!("[{lo}, {hi}]"))?,
            From::Column(name) => match cell(name).unwrap_or("") {
                "" | UNKNOWN => return Ok(None),
                text => number(text, self.rounding.unwrap_or(rounding))?,
            },
        };
        let printed = match &self.error {
            Some(error) => printed.read_off(error),
            None => printed,
        };
        Ok(Some(Quantity {
            printed,
            unit: self.unit,
        }))
    }
}
