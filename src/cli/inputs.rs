//! The inputs file of `evaluate` and `vacuity`.

use gapcert::bound::{Bound, Inputs, parse_inputs};
use gapcert::error::{Error, Result};
use gapcert::real::Enclosure;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// More than any list of layers needs; a stream need not end.
const LARGEST: u64 = 64 << 20;

/// Reads the inputs of a bound; `-` is standard input.
pub fn read_inputs(bound: &Bound, path: &Path, prec: u32) -> Result<Inputs<Enclosure>> {
    let failed = |e: std::io::Error| {
        let advice = match e.kind() {
            ErrorKind::NotFound => "check the path",
            _ => "",
        };
        Error::input(path, "", "a file that can be read", e.to_string(), advice)
    };
    let reader: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(File::open(path).map_err(failed)?)
    };
    let mut text = Vec::new();
    reader
        .take(LARGEST + 1)
        .read_to_end(&mut text)
        .map_err(failed)?;
    let refuse = |found: String| Error::input(path, "", "a JSON object", found, "");
    if text.len() as u64 > LARGEST {
        return Err(refuse(format!("more than {LARGEST} bytes")));
    }
    let no_json = |e: serde_json::Error| refuse(format!("{e}"));
    // A reader of maps would silently take the last of two equal names.
    serde_json::from_slice::<DistinctNames>(&text).map_err(no_json)?;
    let json = serde_json::from_slice(&text).map_err(no_json)?;
    parse_inputs(prec, &bound.inputs, &json, &path.display().to_string())
}

/// An input outside the theorem's domain is the file's defect.
pub fn from_file(error: Error, path: &Path) -> Error {
    match error {
        Error::Domain(d) => Error::input(path, "", d.condition, d.found, ""),
        other => other,
    }
}

/// Accepts any JSON in which no object has the same name twice; keeps nothing.
struct DistinctNames;

impl<'de> Deserialize<'de> for DistinctNames {
    fn deserialize<D: Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        d.deserialize_any(Walk)
    }
}

struct Walk;

type Walked<E> = std::result::Result<DistinctNames, E>;

impl<'de> Visitor<'de> for Walk {
    type Value = DistinctNames;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Walked<E> {
        Ok(DistinctNames)
    }
    fn visit_bool<E>(self, _: bool) -> Walked<E> {
        Ok(DistinctNames)
    }
    fn visit_i64<E>(self, _: i64) -> Walked<E> {
        Ok(DistinctNames)
    }
    fn visit_u64<E>(self, _: u64) -> Walked<E> {
        Ok(DistinctNames)
    }
    fn visit_f64<E>(self, _: f64) -> Walked<E> {
        Ok(DistinctNames)
    }
    fn visit_str<E>(self, _: &str) -> Walked<E> {
        Ok(DistinctNames)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Walked<A::Error> {
        while all.next_element::<DistinctNames>()?.is_some() {}
        Ok(DistinctNames)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Walked<A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if names.contains(&name) {
                return Err(A::Error::custom(format!("the name {name:?} twice")));
            }
            names.insert(name);
            map.next_value::<DistinctNames>()?;
        }
        Ok(DistinctNames)
    }
}
