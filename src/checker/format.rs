//! The certificate as JSON: `gapcert-certificate/2`.
//!
//! Unknown, missing and repeated keys are refused. Numbers stay texts here.

use super::number::{Interval, dyadic};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value as Json;
use std::fmt;
use std::marker::PhantomData;

/// The schema this checker knows.
pub const SCHEMA: &str = "gapcert-certificate/2";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    pub schema: String,
    pub tool: Tool,
    pub delta: String,
    pub sample: Sample,
    pub network: Network,
    pub sources: Vec<Source>,
    pub options: Options,
    pub measurements: Vec<Measurement>,
    pub results: Vec<Entry>,
    pub not_applicable: Vec<NotApplicable>,
    pub baseline: Baseline,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    pub name: String,
    pub version: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    pub m: u64,
    pub errors: Count,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    pub lo: u64,
    pub hi: u64,
    pub escalated: u64,
    pub bits: u32,
    pub undecided: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    pub shapes: Vec<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub role: String,
    pub path: String,
    pub sha256: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    pub prior: String,
    pub scale: String,
    pub constant_input: bool,
    #[serde(deserialize_with = "present")]
    pub input_norm: Option<Ends>,
    #[serde(deserialize_with = "present")]
    pub margin: Option<Ends>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measurement {
    pub name: String,
    pub about: String,
    pub method: String,
    pub lo: String,
    pub hi: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub bound: String,
    pub form: String,
    pub status: String,
    pub bounds: String,
    pub source: String,
    pub statement: String,
    pub formula: Vec<String>,
    pub assumptions: Vec<String>,
    pub notes: Vec<String>,
    pub verdict: String,
    pub value: AtMost,
    pub floor: Ends,
    pub measurements: Vec<Measurement>,
    pub chosen: Named<String>,
    pub grid: Vec<GridEntry>,
    pub counts: Named<Count>,
    pub program: Program,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtMost {
    pub lo: String,
    pub hi: String,
    pub at_most: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ends {
    pub lo: String,
    pub hi: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GridEntry {
    pub name: String,
    pub value: String,
    pub t: i64,
    pub weight: String,
    pub family: String,
    pub reference: Option<String>,
    pub per_octave: Option<u32>,
    pub covers: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    pub precision: u32,
    /// Lists; see [`super::program`].
    pub steps: Vec<Vec<Json>>,
    pub inputs: Named<Json>,
    pub derived: Named<usize>,
    pub terms: Named<usize>,
    pub value: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotApplicable {
    pub bound: String,
    pub form: String,
    pub why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    #[serde(deserialize_with = "present")]
    pub prior_on_sample: Option<HeldOut>,
    #[serde(deserialize_with = "present")]
    pub network_on_test: Option<HeldOut>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldOut {
    pub about: String,
    pub m: u64,
    pub errors: Count,
    pub lo: String,
    pub hi: String,
}

/// May be null, must not be missing.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(from)
}

/// An object of any keys, in order, each once.
#[derive(Default)]
pub struct Named<T>(pub Vec<(String, T)>);

impl<T> Named<T> {
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, x)| x)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Pairs<T> {
            type Value = Named<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Named<T>, A::Error> {
                let mut all: Vec<(String, T)> = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, T>()? {
                    if all.iter().any(|(k, _)| *k == key) {
                        return Err(serde::de::Error::custom(format!("duplicate field `{key}`")));
                    }
                    all.push((key, value));
                }
                Ok(Named(all))
            }
        }
        deserializer.deserialize_map(Pairs(PhantomData))
    }
}

/// What a pair of ends says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    Known(Interval),
    /// From -inf to inf: nothing is claimed.
    Nothing,
}

impl Claim {
    /// `None` unless the ends are in order and both finite or both infinite.
    pub fn parse(lo: &str, hi: &str) -> Option<Self> {
        if (lo, hi) == ("-inf", "inf") {
            return Some(Self::Nothing);
        }
        Interval::new(dyadic(lo)?, dyadic(hi)?).map(Self::Known)
    }

    /// An enclosure in one word: a number; a number plus a width, as in
    /// `0x5+1p-3`; or `[lo, hi]`.
    pub fn word(text: &str) -> Option<Self> {
        if let Some(ends) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
            let (lo, hi) = ends.split_once(", ")?;
            return Self::parse(lo, hi);
        }
        let Some((start, rest)) = text.split_once('+') else {
            return Self::parse(text, text);
        };
        let (width, exponent) = rest.split_once('p')?;
        let lo = dyadic(&format!("{start}p{exponent}"))?;
        let width = dyadic(&format!("0x{width}p{exponent}"))?;
        let hi = lo.clone() + width;
        Interval::new(lo, hi).map(Self::Known)
    }

    pub fn known(&self) -> Option<&Interval> {
        match self {
            Self::Known(x) => Some(x),
            Self::Nothing => None,
        }
    }
}
