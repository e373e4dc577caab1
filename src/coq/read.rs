//! The part of a certificate that is exported.

use super::dyadic::{Dyadic, Set};
use crate::error::{Error, Result};
use crate::real::parse_rational;
use rug::Rational;
use serde_json::{Map, Value as Json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The format that is read.
const SCHEMA: &str = "gapcert-certificate/2";

/// Coq's arithmetic is slow beyond.
const HIGHEST_PRECISION: u32 = 1024;

/// What the certificate says.
#[derive(Debug)]
pub struct Certificate {
    /// The file, for messages.
    pub path: PathBuf,
    pub delta: Rational,
    /// Whether the prior is a network.
    pub prior: bool,
    pub sources: Vec<Source>,
    pub measurements: HashMap<String, Measurement>,
    pub results: Vec<Entry>,
}

/// A file that the certificate is about.
#[derive(Debug)]
pub struct Source {
    pub role: String,
    pub path: String,
    pub sha256: String,
}

/// A number measured by the program that wrote the certificate.
#[derive(Clone, Debug)]
pub struct Measurement {
    pub about: String,
    pub set: Set,
}

/// One result.
#[derive(Debug)]
pub struct Entry {
    pub bound: String,
    pub form: String,
    pub statement: String,
    pub value: Set,
    /// Its upper end in decimals, rounded up.
    pub at_most: String,
    pub precision: u32,
    pub steps: Vec<Step>,
    /// Names of steps.
    pub names: HashMap<usize, String>,
    /// The step that is the value.
    pub root: usize,
}

/// One step of a program.
#[derive(Debug)]
pub struct Step {
    pub kind: Kind,
    pub set: Set,
}

/// What a step is.
#[derive(Debug)]
pub enum Kind {
    Leaf {
        name: String,
        about: String,
    },
    /// The failure probability, exactly.
    Delta,
    Constant(Rational),
    Pi,
    /// A function of earlier steps and integers.
    Op {
        name: String,
        of: Vec<usize>,
        integers: Vec<i64>,
    },
}

impl Entry {
    /// `ID:FORM`.
    pub fn id(&self) -> String {
        format!("{}:{}", self.bound, self.form)
    }
}

/// Reads a certificate from its JSON; `path` serves messages.
///
/// # Errors
/// Input, naming the field that is not as the format has it.
pub fn read(path: &Path, json: &Json) -> Result<Certificate> {
    let top = Field {
        file: path,
        item: String::new(),
        json,
    };
    let schema = top.get("schema")?;
    if schema.text()? != SCHEMA {
        return Err(schema.refuse(&format!("{SCHEMA:?}")));
    }
    let delta = top.get("delta")?;
    let exact = parse_rational(delta.text()?).map_err(|_| delta.refuse("a number"))?;
    let mut sources = Vec::new();
    for source in top.get("sources")?.entries()? {
        sources.push(Source {
            role: source.get("role")?.text()?.to_owned(),
            path: source.get("path")?.text()?.to_owned(),
            sha256: source.get("sha256")?.text()?.to_owned(),
        });
    }
    let measurements = measurements(&top.get("measurements")?)?;
    let mut results = Vec::new();
    for result in top.get("results")?.entries()? {
        results.push(entry(&result, &measurements)?);
    }
    Ok(Certificate {
        path: path.to_owned(),
        delta: exact,
        prior: top.get("options")?.get("prior")?.text()? == "network",
        sources,
        measurements,
        results,
    })
}

fn measurements(all: &Field<'_>) -> Result<HashMap<String, Measurement>> {
    let mut map = HashMap::new();
    for one in all.entries()? {
        let measurement = Measurement {
            about: one.get("about")?.text()?.to_owned(),
            set: one.ends()?,
        };
        map.insert(one.get("name")?.text()?.to_owned(), measurement);
    }
    Ok(map)
}

fn entry(result: &Field<'_>, shared: &HashMap<String, Measurement>) -> Result<Entry> {
    let program = result.get("program")?;
    let leaves = Leaves {
        result,
        own: measurements(&result.get("measurements")?)?,
        shared,
    };
    let mut steps: Vec<Step> = Vec::new();
    for (place, step) in program.get("steps")?.entries()?.iter().enumerate() {
        steps.push(leaves.step(step, place)?);
    }
    let precision = program.get("precision")?;
    let bits = precision.integer()?;
    let bits = u32::try_from(bits)
        .ok()
        .filter(|b| (24..=HIGHEST_PRECISION).contains(b));
    Ok(Entry {
        bound: result.get("bound")?.text()?.to_owned(),
        form: result.get("form")?.text()?.to_owned(),
        statement: result.get("statement")?.text()?.to_owned(),
        value: result.get("value")?.ends()?,
        at_most: result.get("value")?.get("at_most")?.text()?.to_owned(),
        precision: bits.ok_or_else(|| precision.refuse("24 to 1024 bits"))?,
        names: names(&program)?,
        root: program.get("value")?.earlier(steps.len())?,
        steps,
    })
}

/// The names of the theorem's inputs, thresholds and terms.
fn names(program: &Field<'_>) -> Result<HashMap<usize, String>> {
    let mut names = HashMap::new();
    for group in ["terms", "derived", "inputs"] {
        let group = program.get(group)?;
        for (name, place) in group.object()? {
            let single = place.as_u64().map(|p| (p, name.clone()));
            let list = place.as_array().into_iter().flatten().enumerate();
            let listed = list.filter_map(|(i, p)| Some((p.as_u64()?, format!("{name}_{}", i + 1))));
            for (place, name) in single.into_iter().chain(listed) {
                names.entry(place as usize).or_insert(name);
            }
        }
    }
    Ok(names)
}

/// Where the leaves of a program are listed.
struct Leaves<'a> {
    result: &'a Field<'a>,
    own: HashMap<String, Measurement>,
    shared: &'a HashMap<String, Measurement>,
}

impl Leaves<'_> {
    fn step(&self, step: &Field<'_>, place: usize) -> Result<Step> {
        let entries = step.entries()?;
        let word = |i: usize| match entries.get(i) {
            Some(entry) => entry.word(),
            None => Err(step.refuse("a step with its enclosure")),
        };
        let Some(first) = entries.first() else {
            return Err(step.refuse("a step: what it is, what it reads, its enclosure"));
        };
        let op = first.text()?;
        let name = || match entries.get(1) {
            Some(entry) => entry.text().map(str::to_owned),
            None => Err(step.refuse("a step with a name")),
        };
        let leaf = |about: String, set: Set| {
            let kind = Kind::Leaf {
                name: name()?,
                about,
            };
            Ok(Step { kind, set })
        };
        match op {
            "given" if name()? == "delta" => Ok(Step {
                kind: Kind::Delta,
                set: word(2)?,
            }),
            "given" => leaf("given".into(), word(2)?),
            "measured" => {
                let name = name()?;
                let known = self.own.get(&name).or_else(|| self.shared.get(&name));
                let known = known.ok_or_else(|| step.refuse("a measurement that is listed"))?;
                leaf(format!("measured: {}", known.about), known.set.clone())
            }
            "grid" => leaf(
                "a point of the grid, paid for".into(),
                self.grid(step, &name()?)?,
            ),
            "chosen" => {
                let value = self.result.get("chosen")?.get(&name()?)?.dyadic()?;
                leaf("chosen freely".into(), Set::point(value))
            }
            "count" => {
                let count = self.result.get("counts")?.get(&name()?)?;
                let end = |key| {
                    let n = count.get(key)?.integer()?;
                    Ok(Some(Dyadic {
                        mantissa: n.into(),
                        exponent: 0,
                    }))
                };
                let set = Set {
                    lo: end("lo")?,
                    hi: end("hi")?,
                };
                leaf("a number of samples".into(), set)
            }
            "constant" => {
                let text = name()?;
                let exact = parse_rational(&text).map_err(|_| step.refuse("an exact fraction"))?;
                Ok(Step {
                    kind: Kind::Constant(exact),
                    set: word(2)?,
                })
            }
            "pi" => Ok(Step {
                kind: Kind::Pi,
                set: word(1)?,
            }),
            _ => {
                let (of, integers) =
                    arity(op).ok_or_else(|| step.refuse("a step of a known kind"))?;
                if entries.len() != of + integers + 2 {
                    return Err(step.refuse(&format!("{} entries", of + integers + 2)));
                }
                let read = |entry: &Field<'_>| entry.earlier(place);
                let integer = |entry: &Field<'_>| entry.integer();
                let kind = Kind::Op {
                    name: op.to_owned(),
                    of: entries[1..=of].iter().map(read).collect::<Result<_>>()?,
                    integers: entries[of + 1..=of + integers]
                        .iter()
                        .map(integer)
                        .collect::<Result<_>>()?,
                };
                let set = word(of + integers + 1)?;
                Ok(Step { kind, set })
            }
        }
    }

    fn grid(&self, step: &Field<'_>, name: &str) -> Result<Set> {
        for point in self.result.get("grid")?.entries()? {
            if point.get("name")?.text()? == name {
                return Ok(Set::point(point.get("value")?.dyadic()?));
            }
        }
        Err(step.refuse("a point that the grid lists"))
    }
}

/// How many earlier steps, and then integers, a step reads.
fn arity(op: &str) -> Option<(usize, usize)> {
    Some(match op {
        "neg"
        | "sqrt"
        | "cbrt"
        | "ln"
        | "exp"
        | "ceil"
        | "ln_xi"
        | "normal_upper_quantile"
        | "harmonic"
        | "peeling" => (1, 0),
        "add" | "sub" | "mul" | "div" | "pow" | "min" | "max" | "kl" | "kl_inv" => (2, 0),
        "powi" | "chi_upper_quantile" => (1, 1),
        "ln_binomial" => (0, 2),
        "binomial_upper" | "grid_exponent" => (3, 0),
        _ => return None,
    })
}

/// A part of the file, and where it is.
#[derive(Clone)]
struct Field<'a> {
    file: &'a Path,
    item: String,
    json: &'a Json,
}

impl<'a> Field<'a> {
    fn refuse(&self, expected: &str) -> Error {
        let advice = "write the certificate anew with `gapcert certify -o`";
        let found = self.json.to_string();
        Error::input(self.file, self.item.as_str(), expected, found, advice)
    }

    fn get(&self, key: &str) -> Result<Field<'a>> {
        let item = if self.item.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.item)
        };
        let Some(json) = self.json.get(key) else {
            return Err(self.refuse(&format!("an object with the field {key:?}")));
        };
        Ok(Field {
            file: self.file,
            item,
            json,
        })
    }

    fn entries(&self) -> Result<Vec<Field<'a>>> {
        let Some(list) = self.json.as_array() else {
            return Err(self.refuse("a list"));
        };
        let each = list.iter().enumerate().map(|(i, json)| Field {
            file: self.file,
            item: format!("{}[{i}]", self.item),
            json,
        });
        Ok(each.collect())
    }

    fn object(&self) -> Result<&'a Map<String, Json>> {
        self.json
            .as_object()
            .ok_or_else(|| self.refuse("an object"))
    }

    fn text(&self) -> Result<&'a str> {
        self.json.as_str().ok_or_else(|| self.refuse("a text"))
    }

    fn integer(&self) -> Result<i64> {
        self.json.as_i64().ok_or_else(|| self.refuse("an integer"))
    }

    /// A step before `place`.
    fn earlier(&self, place: usize) -> Result<usize> {
        let step = self.json.as_u64().and_then(|n| usize::try_from(n).ok());
        let step = step.filter(|n| *n < place);
        step.ok_or_else(|| self.refuse("the number of an earlier step"))
    }

    fn dyadic(&self) -> Result<Dyadic> {
        Dyadic::parse(self.text()?).ok_or_else(|| self.refuse("an exact number such as 0x3p-1"))
    }

    fn word(&self) -> Result<Set> {
        let set = Set::from_word(self.text()?);
        set.ok_or_else(|| self.refuse("an enclosure such as 0x3p-1 or 0x3+1p-1"))
    }

    fn ends(&self) -> Result<Set> {
        let (lo, hi) = (self.get("lo")?, self.get("hi")?);
        let set = Set::from_ends(lo.text()?, hi.text()?);
        set.ok_or_else(|| self.refuse("exact ends such as 0x3p-1"))
    }
}
