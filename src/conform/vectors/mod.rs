//! Test vectors: inputs with the certified value, or with the demand to refuse them.
//!
//! A file holds the vectors of one subject in groups, every number as a decimal string:
//! `expected` is an enclosure that is certified at 256 bits and narrower than 1e-30
//! relative. `result` is `valid` (the value is wanted), `invalid` (the inputs are to be
//! refused) or `acceptable` (doubles do not hold the inputs or the value: refuse, or
//! return an upper bound). `gapcert schema vectors` describes it.

mod edges;
mod flags;
mod generate;
mod invalid;
mod mistakes;
mod networks;
mod separate;
mod special;
mod usual;

pub use flags::{NOTES, note};
pub use generate::{PRECISION, WIDEST, generate};
pub use usual::usual;

pub(in crate::conform) use mistakes::reshaped;

use super::point::Point;
use super::subject::{Kind, Subject};
use crate::error::{Error, Result};
use serde_json::{Map, Value as Json, json};
use std::path::Path;

/// Vectors of one subject.
#[derive(Clone, Debug)]
pub struct Vectors {
    pub subject: Subject,
    pub seed: u64,
    /// How many were asked for.
    pub count: usize,
    pub groups: Vec<Group>,
}

/// Vectors made in one way.
#[derive(Clone, Debug)]
pub struct Group {
    pub name: String,
    pub about: String,
    pub vectors: Vec<Vector>,
}

/// One call.
#[derive(Clone, Debug, PartialEq)]
pub struct Vector {
    pub comment: String,
    pub flags: Vec<String>,
    pub inputs: Point,
    pub expected: Expected,
}

/// What is right.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// An enclosure of the value, in decimal; a refusal is right too if doubles hold
    /// the inputs or the value not well enough.
    Value {
        lo: String,
        hi: String,
        may_refuse: bool,
    },
    Refusal,
}

impl Expected {
    fn result(&self) -> &'static str {
        match self {
            Self::Value {
                may_refuse: false, ..
            } => "valid",
            Self::Value {
                may_refuse: true, ..
            } => "acceptable",
            Self::Refusal => "invalid",
        }
    }
}

/// Vectors in the checked-in file of a bound, and of a measurement.
pub const OF_A_BOUND: usize = 64;
pub const OF_A_MEASUREMENT: usize = 48;
/// Seed of the checked-in files.
pub const SEED: u64 = 2023;

/// The checked-in vectors of a subject.
pub fn standard(subject: &Subject) -> Vectors {
    let n = match subject {
        Subject::Bound(_) => OF_A_BOUND,
        Subject::Measurement(_) => OF_A_MEASUREMENT,
    };
    generate(subject, n, SEED)
}

impl Vectors {
    /// All vectors in order, which number them from 1.
    pub fn iter(&self) -> impl Iterator<Item = &Vector> {
        self.groups.iter().flat_map(|g| &g.vectors)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The file's content.
    pub fn to_json(&self) -> Json {
        let mut id = 0;
        let mut test = |v: &Vector| {
            id += 1;
            let mut test = json!({
                "id": id,
                "comment": v.comment,
                "flags": v.flags,
                "inputs": v.inputs.to_json(),
                "result": v.expected.result(),
            });
            if let Expected::Value { lo, hi, .. } = &v.expected {
                test["expected"] = json!({"lo": lo, "hi": hi});
            }
            test
        };
        let groups: Vec<Json> = self
            .groups
            .iter()
            .map(|g| {
                let tests: Vec<Json> = g.vectors.iter().map(&mut test).collect();
                json!({"name": g.name, "about": g.about, "tests": tests})
            })
            .collect();
        let used: Vec<&str> = self
            .iter()
            .flat_map(|v| v.flags.iter().map(String::as_str))
            .collect();
        let notes = NOTES.iter().filter(|(flag, _)| used.contains(flag));
        let notes: Map<String, Json> = notes
            .map(|(flag, note)| ((*flag).to_owned(), json!(note)))
            .collect();
        let inputs: Vec<Json> = self.subject.fields().iter().map(field).collect();
        json!({
            "format": "gapcert-vectors-1",
            "subject": self.subject.name(),
            "about": self.subject.about(),
            "seed": self.seed,
            "count": self.count,
            "precision_bits": PRECISION,
            "absolute_tolerance": format!("{:e}", self.subject.absolute_tolerance()),
            "inputs": inputs,
            "notes": notes,
            "number_of_tests": self.len(),
            "groups": groups,
        })
    }

    /// From a file's content.
    ///
    /// # Errors
    /// Input: what of it is not as the schema says.
    pub fn from_json(json: &Json, file: &Path) -> Result<Self> {
        let refuse = |item: &str, expected: &str, found: &Json| {
            let found = found.to_string().chars().take(60).collect::<String>();
            Error::input(
                file,
                item,
                expected,
                found,
                "write it with `gapcert vectors`",
            )
        };
        let text = |x: &Json, item: &str| {
            let found = x.as_str().map(str::to_owned);
            found.ok_or_else(|| refuse(item, "a string", x))
        };
        if json["format"] != "gapcert-vectors-1" {
            return Err(refuse("format", "\"gapcert-vectors-1\"", &json["format"]));
        }
        let subject = Subject::find(&text(&json["subject"], "subject")?)?;
        let mut groups = Vec::new();
        for g in json["groups"].as_array().map_or(&[][..], Vec::as_slice) {
            let mut vectors = Vec::new();
            for t in g["tests"].as_array().map_or(&[][..], Vec::as_slice) {
                let item = format!("test {}", t["id"]);
                let end = |name: &str| text(&t["expected"][name], &item);
                let expected = match t["result"].as_str() {
                    Some("invalid") => Expected::Refusal,
                    Some(result @ ("valid" | "acceptable")) => Expected::Value {
                        lo: end("lo")?,
                        hi: end("hi")?,
                        may_refuse: result == "acceptable",
                    },
                    _ => return Err(refuse(&item, "valid, invalid or acceptable", &t["result"])),
                };
                let flags = t["flags"].as_array().map_or(&[][..], Vec::as_slice);
                let inputs = Point::from_json(&t["inputs"]).map_err(|found| {
                    Error::input(
                        file,
                        &item,
                        "numbers, decimal strings and lists of them",
                        found,
                        "",
                    )
                })?;
                vectors.push(Vector {
                    comment: t["comment"].as_str().unwrap_or("").to_owned(),
                    flags: flags
                        .iter()
                        .map(|f| text(f, &item))
                        .collect::<Result<_>>()?,
                    inputs,
                    expected,
                });
            }
            groups.push(Group {
                name: g["name"].as_str().unwrap_or("").to_owned(),
                about: g["about"].as_str().unwrap_or("").to_owned(),
                vectors,
            });
        }
        let read = Self {
            subject,
            seed: json["seed"].as_u64().unwrap_or(0),
            count: json["count"].as_u64().unwrap_or(0) as usize,
            groups,
        };
        if read.is_empty() {
            return Err(refuse("groups", "at least one test", &json["groups"]));
        }
        Ok(read)
    }
}

fn field(f: &super::subject::Field) -> Json {
    let shape = match f.kind {
        Kind::Scalar => "a number",
        Kind::Layers => "a list, one for each of the K+1 layers",
        Kind::HiddenLayers => "a list, one for each of the K hidden layers",
        Kind::List => "a list",
        Kind::Matrix => "a list of rows",
        Kind::Matrices => "a list of matrices, first layer first",
        Kind::Kernel => "a list of matrices of one shape, one for each place of the kernel",
    };
    let mut field = json!({
        "name": f.name,
        "unit": f.unit,
        "shape": shape,
        "domain": f.domain.map_or("a real", |d| d.describe()),
        "about": f.about,
    });
    if let Some(default) = f.default {
        field["default"] = json!(default.to_string());
    }
    field
}
