//! Regression locks: what an implementation answered, and what has moved since.
//!
//! A lock holds the calls with the answers, so a check needs nothing else: it asks
//! again, and says of every answer that moved how far, and whether the old and the new
//! one are sound beside the certified value.

mod calls;

pub use calls::{Files, Inputs, Weights};

use super::answer::{Answer, number};
use super::implementation::Implementation;
use super::judge::{Judgement, Tolerance};
use super::point::Point;
use super::subject::Subject;
use super::vectors::{Expected, PRECISION, Vectors};
use crate::error::{Error, Result};
use rug::{Float, Rational};
use serde_json::{Value as Json, json};
use std::path::Path;

/// Recorded answers of one implementation.
#[derive(Clone, Debug, PartialEq)]
pub struct Lock {
    /// The command, or `gapcert` for the built-in one.
    pub implementation: String,
    /// Its version, as whoever made the lock says; that of gapcert for the built-in.
    pub version: String,
    /// The version of gapcert that made the lock.
    pub made_by: String,
    pub entries: Vec<Entry>,
}

/// One call and its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub subject: String,
    pub inputs: Inputs,
    pub answer: Recorded,
}

/// An answer as far as it is compared: not the words of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    Value(String),
    Refused,
    /// The kind of a fault.
    Fault(String),
}

impl From<&Answer> for Recorded {
    fn from(answer: &Answer) -> Self {
        match answer {
            Answer::Value(x) => Self::Value(x.text.clone()),
            Answer::Refused(_) => Self::Refused,
            Answer::Fault(fault) => Self::Fault(fault.kind().to_owned()),
        }
    }
}

impl std::fmt::Display for Recorded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Value(x) => f.write_str(x),
            Self::Refused => f.write_str("refused"),
            Self::Fault(kind) => f.write_str(kind),
        }
    }
}

/// An answer that is not the recorded one.
#[derive(Clone, Debug)]
pub struct Move {
    pub subject: String,
    pub inputs: Inputs,
    pub old: Recorded,
    pub new: Recorded,
    /// (new - old)/|old|, to f64 accuracy, where both are numbers.
    pub difference: Option<f64>,
    pub old_is: Judgement,
    pub new_is: Judgement,
}

/// This program's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

impl Lock {
    /// Asks for every vector, and for the measurements of these models' weights; `done`
    /// is told of each call.
    ///
    /// # Errors
    /// None that the models as they were read could cause.
    pub fn create(
        name: &str,
        version: &str,
        implementation: &mut dyn Implementation,
        vectors: &[Vectors],
        models: &[Weights],
        done: &dyn Fn(usize),
    ) -> Result<Self> {
        let mut entries = Vec::new();
        let mut ask = |subject: &Subject, inputs: Inputs, point: &Point| {
            let answer = implementation.call(subject, point);
            entries.push(Entry {
                subject: subject.name(),
                inputs,
                answer: Recorded::from(&answer),
            });
            done(1);
        };
        for v in vectors {
            for vector in v.iter() {
                let inputs = Inputs::Point(vector.inputs.clone());
                ask(&v.subject, inputs, &vector.inputs);
            }
        }
        for model in models {
            for (subject, inputs) in model.calls()? {
                let point = resolve(&inputs, models)?;
                ask(&subject, inputs, &point);
            }
        }
        Ok(Self {
            implementation: name.to_owned(),
            version: version.to_owned(),
            made_by: VERSION.to_owned(),
            entries,
        })
    }

    /// Asks again for everything recorded of these subjects (of all, if `only` is
    /// empty).
    ///
    /// # Errors
    /// Input: a subject that this version does not have, a model's file that is not
    /// there or not the one recorded.
    pub fn check(
        &self,
        implementation: &mut dyn Implementation,
        only: &[Subject],
        tolerance: &dyn Fn(&Subject) -> Tolerance,
        done: &dyn Fn(usize),
    ) -> Result<Vec<Move>> {
        let models = self.models()?;
        let mut moved = Vec::new();
        for entry in &self.entries {
            done(1);
            let subject = Subject::find(&entry.subject)?;
            if !only.is_empty() && !only.iter().any(|s| s.name() == entry.subject) {
                continue;
            }
            let point = resolve(&entry.inputs, &models)?;
            let new = Recorded::from(&implementation.call(&subject, &point));
            if new != entry.answer {
                moved.push(compare(&subject, entry, &point, new, &tolerance(&subject)));
            }
        }
        Ok(moved)
    }

    /// The models that the entries speak of, read.
    fn models(&self) -> Result<Vec<Weights>> {
        let mut models: Vec<Weights> = Vec::new();
        for entry in &self.entries {
            if let Inputs::Model { files, .. } = &entry.inputs
                && !models.iter().any(|m| m.file() == files.model.path)
            {
                models.push(Weights::again(files)?);
            }
        }
        Ok(models)
    }

    /// The file's content.
    pub fn to_json(&self) -> Json {
        let entry = |e: &Entry| {
            let mut json = json!({"subject": e.subject});
            e.inputs.write(&mut json);
            match &e.answer {
                Recorded::Value(x) => json["value"] = json!(x),
                Recorded::Refused => json["refused"] = json!(true),
                Recorded::Fault(kind) => json["fault"] = json!(kind),
            }
            json
        };
        json!({
            "format": "gapcert-lock-1",
            "implementation": self.implementation,
            "version": self.version,
            "made_by": self.made_by,
            "entries": self.entries.iter().map(entry).collect::<Vec<_>>(),
        })
    }

    /// From a file's content.
    ///
    /// # Errors
    /// Input: what of it is not as the schema says.
    pub fn from_json(json: &Json, file: &Path) -> Result<Self> {
        let refuse = |item: &str, expected: &str, found: &Json| {
            let found = found.to_string().chars().take(60).collect::<String>();
            let advice = "write it with `gapcert lock create`";
            Error::input(file, item, expected, found, advice)
        };
        if json["format"] != "gapcert-lock-1" {
            return Err(refuse("format", "\"gapcert-lock-1\"", &json["format"]));
        }
        let text = |name: &str| {
            let found = json[name].as_str().map(str::to_owned);
            found.ok_or_else(|| refuse(name, "a string", &json[name]))
        };
        let all = json["entries"].as_array();
        let all = all.ok_or_else(|| refuse("entries", "a list", &json["entries"]))?;
        let entry = |(i, e): (usize, &Json)| {
            let item = format!("entries[{i}]");
            let subject = e["subject"].as_str();
            let answer = match (e["value"].as_str(), &e["refused"], e["fault"].as_str()) {
                (Some(x), _, _) if number(x).is_ok() => Some(Recorded::Value(x.to_owned())),
                (None, Json::Bool(true), _) => Some(Recorded::Refused),
                (None, _, Some(kind)) => Some(Recorded::Fault(kind.to_owned())),
                _ => None,
            };
            match (subject, answer, Inputs::read(e)) {
                (Some(subject), Some(answer), Some(inputs)) => Ok(Entry {
                    subject: subject.to_owned(),
                    inputs,
                    answer,
                }),
                _ => Err(refuse(
                    &item,
                    "subject, inputs or model, and value, refused or fault",
                    e,
                )),
            }
        };
        Ok(Self {
            implementation: text("implementation")?,
            version: text("version")?,
            made_by: text("made_by")?,
            entries: all.iter().enumerate().map(entry).collect::<Result<_>>()?,
        })
    }
}

/// The inputs themselves.
fn resolve(inputs: &Inputs, models: &[Weights]) -> Result<Point> {
    match inputs {
        Inputs::Point(p) => Ok(p.clone()),
        Inputs::Model { files, layer } => {
            let file = &files.model.path;
            let model = models.iter().find(|m| m.file() == file);
            let missing = || Error::bug("models were read", file.display().to_string());
            model.ok_or_else(missing)?.point(files, *layer)
        }
    }
}

fn compare(
    subject: &Subject,
    entry: &Entry,
    point: &Point,
    new: Recorded,
    tolerance: &Tolerance,
) -> Move {
    let expected = match subject.value(point, PRECISION) {
        Err(_) => Expected::Refusal,
        Ok(value) => {
            let (lo, hi) = value.to_decimal(60);
            Expected::Value {
                lo,
                hi,
                may_refuse: false,
            }
        }
    };
    let judged = |r: &Recorded| match r {
        Recorded::Fault(_) => Judgement::Fault("fault"),
        Recorded::Refused => tolerance.judge(&Answer::Refused(String::new()), &expected),
        Recorded::Value(x) => match number(x) {
            Ok(x) => tolerance.judge(&Answer::Value(x), &expected),
            Err(fault) => Judgement::Fault(fault.kind()),
        },
    };
    let difference = match (&entry.answer, &new) {
        (Recorded::Value(a), Recorded::Value(b)) => match (number(a), number(b)) {
            (Ok(a), Ok(b)) if a.value != 0 => {
                let size = Rational::from(a.value.abs_ref());
                let relative = Rational::from(&b.value - &a.value) / size;
                Some(Float::with_val(53, &relative).to_f64())
            }
            _ => None,
        },
        _ => None,
    };
    Move {
        subject: entry.subject.clone(),
        inputs: entry.inputs.clone(),
        old_is: judged(&entry.answer),
        new_is: judged(&new),
        old: entry.answer.clone(),
        new,
        difference,
    }
}
