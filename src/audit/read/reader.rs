//! Reads what a claim says from TOML: names, numbers, units, each refused with its
//! line if it is something else.

use super::template::{Entry, From, NUMBER, Number, Text, UNKNOWN};
use super::toml::Document;
use crate::audit::printed::{Printed, Rounding};
use crate::audit::unit::Unit;
use crate::bound::{self, Bound, InputSpec, Shape};
use crate::error::{Error, Result};
use rug::Rational;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads the values of one table.
pub(super) struct Reader<'a> {
    pub document: &'a Document<'a>,
    /// Which claim it is, for messages.
    pub place: &'a str,
    /// Whether columns may be named.
    pub columns: bool,
}

type Value<'a> = Spanned<DeValue<'a>>;

impl Reader<'_> {
    pub fn absent(&self, key: &str, expected: &str) -> Error {
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

    pub fn bound(&self, table: &DeTable<'_>) -> Result<&'static Bound> {
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

    pub fn rounding(&self, value: &Value<'_>) -> Result<Rounding> {
        let names: Vec<_> = Rounding::NAMES.iter().map(|(n, _)| *n).collect();
        let expected = format!("one of {}", names.join(", "));
        let name = self.string(value, "rounding", &expected)?;
        Rounding::find(name).ok_or_else(|| {
            self.document
                .refuse(value, "rounding", &expected, &quoted(name))
        })
    }

    pub fn text(&self, table: &DeTable<'_>, key: &str) -> Result<Text> {
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

    pub fn only(&self, table: &DeTable<'_>) -> Result<Vec<(String, Vec<String>)>> {
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

    pub fn inputs(&self, table: &DeTable<'_>, bound: &Bound) -> Result<Vec<Option<Entry>>> {
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
    pub fn number(&self, value: &Value<'_>, name: &str) -> Result<Number> {
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
