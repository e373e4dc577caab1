//! What a claim says, in a file of claims or in the header of a table: literal
//! values, or the columns to take them from.

use super::toml::Document;
use crate::audit::claim::{Claim, Given, Quantity};
use crate::audit::printed::{Printed, Rounding};
use crate::audit::unit::Unit;
use crate::bound::{self, Bound, Domain, InputSpec, Shape};
use crate::error::{Error, Result};
use rug::Rational;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

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

enum Text {
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

enum Entry {
    Scalar(Number),
    List(Vec<Number>),
}

/// Where a number comes from.
enum From {
    /// A number of the file: exactly this.
    Exact(String),
    /// A string of the file: as printed.
    Printed(String),
    Range(String, String),
    Column(String),
    Unknown,
}

struct Number {
    from: From,
    unit: Unit,
    /// Said of this number; else it follows from what it is.
    rounding: Option<Rounding>,
    /// Relative error with which it was read off a figure.
    error: Option<Rational>,
}

const KEYS: [&str; 7] = [
    "bound", "form", "reported", "rounding", "source", "note", "inputs",
];
/// How an input that is not known is written, where a list needs a place for it.
const UNKNOWN: &str = "?";

/// Reads the values of one table.
struct Reader<'a> {
    document: &'a Document<'a>,
    place: &'a str,
    columns: bool,
}

type Value<'a> = Spanned<DeValue<'a>>;

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

const NUMBER: &str = "a number: a decimal, a fraction p/q or a hexadecimal float";

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

impl Reader<'_> {
    fn absent(&self, key: &str, expected: &str) -> Error {
        let item = match self.place {
            "" => key.to_owned(),
            place => format!("{place}: {key}"),
        };
        Error::input(self.document.path, item, expected, "nothing", "")
    }

    fn string<'v>(&self, value: &'v Value<'_>, name: &str, expected: &str) -> Result<&'v str> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text),
            other => Err(self.document.refuse(value, name, expected, &kind(other))),
        }
    }

    fn bound(&self, table: &DeTable<'_>) -> Result<&'static Bound> {
        let Some(value) = table.get("bound") else {
            return Err(self.absent("bound", "the id of a bound"));
        };
        let id = self.string(value, "bound", "the id of a bound")?;
        let name = match table.get("form") {
            None => id.to_owned(),
            Some(form) => format!("{id}:{}", self.string(form, "form", "a form")?),
        };
        bound::find(&name).map_err(|error| match error {
            Error::Input(e) => {
                let item = format!("{}: bound", self.document.line(value.span().start));
                Error::input(self.document.path, item, e.expected, e.found, e.advice)
            }
            other => other,
        })
    }

    fn rounding(&self, value: &Value<'_>) -> Result<Rounding> {
        let names: Vec<_> = Rounding::NAMES.iter().map(|(n, _)| *n).collect();
        let expected = format!("one of {}", names.join(", "));
        let name = self.string(value, "rounding", &expected)?;
        Rounding::find(name).ok_or_else(|| {
            self.document
                .refuse(value, "rounding", &expected, &quoted(name))
        })
    }

    fn text(&self, table: &DeTable<'_>, key: &str) -> Result<Text> {
        let Some(value) = table.get(key) else {
            return Ok(Text::Fixed(String::new()));
        };
        if let (true, DeValue::Table(inner)) = (self.columns, value.get_ref())
            && let (1, Some(column)) = (inner.len(), inner.get("column"))
        {
            return Ok(Text::Column(
                self.string(column, key, "the name of a column")?.to_owned(),
            ));
        }
        Ok(Text::Fixed(self.string(value, key, "a string")?.to_owned()))
    }

    fn only(&self, table: &DeTable<'_>) -> Result<Vec<(String, Vec<String>)>> {
        let Some(value) = table.get("only") else {
            return Ok(Vec::new());
        };
        let expected = "a table of columns with lists of the values meant";
        let DeValue::Table(columns) = value.get_ref() else {
            return Err(self
                .document
                .refuse(value, "only", expected, &kind(value.get_ref())));
        };
        let mut all = Vec::new();
        for (column, values) in columns.iter() {
            let DeValue::Array(list) = values.get_ref() else {
                return Err(self.document.refuse(
                    values,
                    "only",
                    expected,
                    &kind(values.get_ref()),
                ));
            };
            let each = list
                .iter()
                .map(|v| self.string(v, "only", "a string").map(str::to_owned));
            all.push((column.get_ref().to_string(), each.collect::<Result<_>>()?));
        }
        Ok(all)
    }

    fn inputs(&self, table: &DeTable<'_>, bound: &Bound) -> Result<Vec<Option<Entry>>> {
        let mut entries: Vec<Option<Entry>> = bound.inputs.iter().map(|_| None).collect();
        let Some(value) = table.get("inputs") else {
            return Ok(entries);
        };
        let DeValue::Table(inputs) = value.get_ref() else {
            let found = kind(value.get_ref());
            return Err(self.document.refuse(value, "inputs", "a table", &found));
        };
        for (key, value) in inputs.iter() {
            let name = key.get_ref().as_ref();
            let (place, unit) = self.place_of(key, name, bound)?;
            let spec = &bound.inputs[place];
            if entries[place].is_some() {
                let found = "the same input twice";
                return Err(self
                    .document
                    .refuse(key, name, "one of `kl` and `bits`", found));
            }
            let mut entry = match (spec.shape, value.get_ref()) {
                (Shape::Scalar, _) => Entry::Scalar(self.number(value, name)?),
                (_, DeValue::Array(list)) => Entry::List(
                    list.iter()
                        .map(|v| self.number(v, name))
                        .collect::<Result<_>>()?,
                ),
                (_, other) => {
                    return Err(self.document.refuse(
                        value,
                        name,
                        "a list, one entry a layer",
                        &kind(other),
                    ));
                }
            };
            for number in match &mut entry {
                Entry::Scalar(x) => std::slice::from_mut(x),
                Entry::List(xs) => xs,
            } {
                if unit != Unit::Plain && number.unit == Unit::Plain {
                    number.unit = unit;
                }
                self.check_unit(key, spec, bound, number.unit)?;
            }
            entries[place] = Some(entry);
        }
        Ok(entries)
    }

    /// The input of that name; `bits` is a divergence in bits.
    fn place_of(
        &self,
        key: &Spanned<impl AsRef<str>>,
        name: &str,
        bound: &Bound,
    ) -> Result<(usize, Unit)> {
        let find = |name: &str| bound.inputs.iter().position(|s| s.name == name);
        let found = find(name).map(|i| (i, Unit::Plain));
        let bits = || {
            (name == "bits")
                .then(|| find("kl"))
                .flatten()
                .map(|i| (i, Unit::Bits))
        };
        found.or_else(bits).ok_or_else(|| {
            let known: Vec<_> = bound.inputs.iter().map(|s| s.name).collect();
            let expected = format!("one of the inputs {}", known.join(", "));
            self.document
                .refuse(key, name, &expected, "an unknown input")
        })
    }

    fn check_unit<T>(
        &self,
        at: &Spanned<T>,
        spec: &InputSpec,
        bound: &Bound,
        unit: Unit,
    ) -> Result<()> {
        let has_m = bound
            .inputs
            .iter()
            .any(|s| s.name == "m" && s.name != spec.name);
        let fault = if spec.domain.is_integer() && !unit.is_rational() {
            "a unit in which a count may be printed"
        } else if unit.is_per_sample() && !has_m {
            "a unit that needs no sample size `m`"
        } else {
            return Ok(());
        };
        Err(self
            .document
            .refuse(at, spec.name, fault, &format!("{unit:?}")))
    }

    /// A number, a string, `[lo, hi]`, or a table of `value` or `column` with
    /// `unit` and `rounding`.
    fn number(&self, value: &Value<'_>, name: &str) -> Result<Number> {
        let plain = |from| Number {
            from,
            unit: Unit::Plain,
            rounding: None,
            error: None,
        };
        let expected = if self.columns {
            "a number, a string, [lo, hi], or a table of `value` or `column`, `unit`, `rounding`, `relative_error`"
        } else {
            "a number, a string, [lo, hi], or a table of `value`, `unit`, `rounding`, `relative_error`"
        };
        let DeValue::Table(table) = value.get_ref() else {
            return match literal(value.get_ref()) {
                Some(from) => self.is_number(value, name, from).map(plain),
                None => Err(self
                    .document
                    .refuse(value, name, expected, &kind(value.get_ref()))),
            };
        };
        let known = ["value", "column", "unit", "rounding", "relative_error"];
        if let Some(key) = table
            .keys()
            .find(|k| !known.contains(&k.get_ref().as_ref()))
        {
            let found = quoted(key.get_ref());
            return Err(self.document.refuse(key, name, expected, &found));
        }
        let from = match (table.get("value"), table.get("column")) {
            (Some(inner), None) => match literal(inner.get_ref()) {
                Some(from) => self.is_number(inner, name, from)?,
                None => {
                    return Err(self.document.refuse(
                        inner,
                        name,
                        expected,
                        &kind(inner.get_ref()),
                    ));
                }
            },
            (None, Some(column)) if self.columns => From::Column(
                self.string(column, name, "the name of a column")?
                    .to_owned(),
            ),
            _ => return Err(self.document.refuse(value, name, expected, "another table")),
        };
        let unit = match table.get("unit") {
            None => Unit::Plain,
            Some(unit) => {
                let names: Vec<_> = Unit::NAMES.iter().map(|(n, _)| *n).collect();
                let expected = format!("one of {}", names.join(", "));
                let text = self.string(unit, name, &expected)?;
                Unit::find(text)
                    .ok_or_else(|| self.document.refuse(unit, name, &expected, &quoted(text)))?
            }
        };
        if name == "reported" && unit != Unit::Plain && unit != Unit::Percent {
            return Err(self.document.refuse(
                value,
                name,
                "the number itself, or percent",
                &format!("{unit:?}"),
            ));
        }
        let rounding = table
            .get("rounding")
            .map(|r| self.rounding(r))
            .transpose()?;
        let error = table
            .get("relative_error")
            .map(|e| self.relative_error(e, name))
            .transpose()?;
        Ok(Number {
            from,
            unit,
            rounding,
            error,
        })
    }

    fn relative_error(&self, value: &Value<'_>, name: &str) -> Result<Rational> {
        let expected = "a relative error in [0, 1)";
        let refuse = || {
            self.document
                .refuse(value, name, expected, &kind(value.get_ref()))
        };
        let text = match literal(value.get_ref()) {
            Some(From::Exact(text) | From::Printed(text)) => text,
            _ => return Err(refuse()),
        };
        let error = Printed::number(&text, Rounding::Exact).map(|x| x.lo);
        error.filter(|e| *e >= 0 && *e < 1).ok_or_else(refuse)
    }

    /// Refuses what is no number before any row is read.
    fn is_number(&self, at: &Value<'_>, name: &str, from: From) -> Result<From> {
        let found = match &from {
            From::Exact(t) | From::Printed(t) if Printed::number(t, Rounding::Exact).is_none() => {
                quoted(t)
            }
            From::Range(a, b) if Printed::range(a, b).is_none() => format!("[{a}, {b}]"),
            _ => return Ok(from),
        };
        let expected = match from {
            From::Range(..) => "two numbers [lo, hi] with lo <= hi",
            _ => NUMBER,
        };
        Err(self.document.refuse(
            at,
            name,
            expected,
            &found.chars().take(80).collect::<String>(),
        ))
    }
}

fn literal(value: &DeValue<'_>) -> Option<From> {
    let text = |v: &DeValue<'_>| match v {
        DeValue::String(s) => Some(s.to_string()),
        DeValue::Integer(n) if n.radix() == 10 => Some(n.as_str().to_owned()),
        DeValue::Float(x) => Some(x.as_str().to_owned()),
        _ => None,
    };
    match value {
        DeValue::String(s) if s == UNKNOWN => Some(From::Unknown),
        DeValue::String(s) => Some(From::Printed(s.to_string())),
        DeValue::Array(pair) if pair.len() == 2 => Some(From::Range(
            text(pair[0].get_ref())?,
            text(pair[1].get_ref())?,
        )),
        other => text(other).map(From::Exact),
    }
}

fn quoted(text: &str) -> String {
    format!("{:?}", text.chars().take(60).collect::<String>())
}

fn kind(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(s) => quoted(s),
        DeValue::Integer(n) => format!("the number {n}"),
        DeValue::Float(x) => format!("the number {x}"),
        DeValue::Boolean(b) => format!("{b}"),
        DeValue::Datetime(_) => "a date".into(),
        DeValue::Array(list) => format!("a list of {}", list.len()),
        DeValue::Table(_) => "a table".into(),
    }
}
