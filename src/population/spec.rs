//! Populations as TOML says them.

use super::{Finite, HalfSpace, Population, finite, templates};
use crate::data::{self, Pixels, ReadOptions, Sample, Split};
use crate::error::{Error, Result};
use ndarray::{Axis, concatenate};
use rug::Rational;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// A population as it is written: `kind` and what that kind takes, with
/// `flipped`, `scale` and `seed` for the synthetic ones.
#[derive(Clone, Debug, PartialEq)]
pub enum Spec {
    Data(Data),
    Templates(Templates),
    Gaussian(Gaussian),
    Finite(FiniteSpec),
}

/// `kind = "data"`: a data set, each of whose points is as likely.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    pub path: PathBuf,
    #[serde(default)]
    pub part: Part,
    pub labels: Option<PathBuf>,
    /// Exact factor from stored to actual inputs.
    pub scale: Option<String>,
}

/// Which rows of a data set with two splits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    #[default]
    All,
    Train,
    Test,
}

/// `kind = "templates"`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Templates {
    pub classes: u16,
    pub support: usize,
    pub noise: u8,
    #[serde(default)]
    pub flipped: f64,
    #[serde(default)]
    pub seed: u64,
}

/// `kind = "gaussian"`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gaussian {
    pub dim: usize,
    #[serde(default)]
    pub flipped: f64,
    #[serde(default)]
    pub seed: u64,
}

/// A synthetic population of finitely many points.
#[derive(Clone, Debug, PartialEq)]
pub struct FiniteSpec {
    pub common: Common,
    pub family: Finite,
}

/// What every synthetic population of finitely many points may say.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Common {
    /// Probability that a label is replaced by another class.
    #[serde(default)]
    pub flipped: f64,
    /// Exact factor of all coordinates: a decimal or p/q.
    #[serde(default = "one")]
    pub scale: String,
    #[serde(default)]
    pub seed: u64,
}

fn one() -> String {
    "1".into()
}

/// A kind of population, for listings.
pub struct FamilyInfo {
    pub kind: &'static str,
    pub about: &'static str,
    /// A spec that builds.
    pub example: &'static str,
}

/// Every kind.
pub const FAMILIES: [FamilyInfo; 10] = [
    FamilyInfo {
        kind: "data",
        about: "a data set, every row as likely: the risk is the error over all rows",
        example: "kind = \"data\"\npath = \"data/mnist\"\npart = \"all\"",
    },
    FamilyInfo {
        kind: "templates",
        about: "8 x 8 images of a template a class with noise in every pixel",
        example: "kind = \"templates\"\nclasses = 4\nsupport = 2000\nnoise = 160\nflipped = 0.03",
    },
    FamilyInfo {
        kind: "gaussian",
        about: "standard normal inputs labelled by a half-space; the risk of a linear network is an angle",
        example: "kind = \"gaussian\"\ndim = 20\nflipped = 0.1",
    },
    FamilyInfo {
        kind: "clusters",
        about: "Gaussian clouds around a centre a class",
        example: "kind = \"clusters\"\nclasses = 3\ndim = 20\nsupport = 2000\nspread = 1.0",
    },
    FamilyInfo {
        kind: "xor",
        about: "whether two coordinates have the same sign: no linear network tells",
        example: "kind = \"xor\"\ndim = 5\nsupport = 2000",
    },
    FamilyInfo {
        kind: "sparse",
        about: "few coordinates that are not 0, other ones for each class",
        example: "kind = \"sparse\"\nclasses = 3\ndim = 50\nsupport = 2000\nactive = 4\nstray = 2",
    },
    FamilyInfo {
        kind: "teacher",
        about: "normal inputs labelled by a random ReLU network",
        example: "kind = \"teacher\"\ndims = [20, 30, 3]\nsupport = 2000\nflipped = 0.05",
    },
    FamilyInfo {
        kind: "hadamard",
        about: "adversarial: orthogonal inputs with random labels",
        example: "kind = \"hadamard\"\nclasses = 10\ndim = 512",
    },
    FamilyInfo {
        kind: "signs",
        about: "adversarial: the energy spread over all positions, random labels",
        example: "kind = \"signs\"\nclasses = 10\ndim = 1024\nsupport = 2000",
    },
    FamilyInfo {
        kind: "duplicates",
        about: "adversarial: few distinct points, every copy with a label of its own",
        example: "kind = \"duplicates\"\nclasses = 2\ndim = 10\nsupport = 2000\ndistinct = 5",
    },
];

impl Spec {
    /// Reads a spec; `file` only serves messages.
    ///
    /// # Errors
    /// Input: not TOML, an unknown kind, a name the kind does not have, a value
    /// of another type.
    pub fn parse(text: &str, file: &Path) -> Result<Self> {
        let table: toml::Table = toml::from_str(text).map_err(|e| refuse(file, "", &e))?;
        Self::from_table(table, file)
    }

    /// The same from a table of a larger file.
    ///
    /// # Errors
    /// As [`Spec::parse`].
    pub fn from_table(mut table: toml::Table, file: &Path) -> Result<Self> {
        let kind = table.get("kind").and_then(|k| k.as_str());
        let kind = kind.unwrap_or("").to_owned();
        let read = |e: toml::de::Error| refuse(file, "population", &e);
        let mut own = || {
            table.remove("kind");
            toml::Value::Table(std::mem::take(&mut table))
        };
        match kind.as_str() {
            "data" => own().try_into().map(Self::Data).map_err(read),
            "templates" => own().try_into().map(Self::Templates).map_err(read),
            "gaussian" => own().try_into().map(Self::Gaussian).map_err(read),
            known if FAMILIES.iter().any(|f| f.kind == known) => finite_spec(table, file),
            other => {
                let kinds: Vec<_> = FAMILIES.iter().map(|f| f.kind).collect();
                let found = if other.is_empty() { "none" } else { other };
                let expected = format!("a kind: {}", kinds.join(", "));
                Err(Error::input(file, "population.kind", expected, found, ""))
            }
        }
    }

    /// Builds the population; relative paths are taken from `folder`.
    ///
    /// # Errors
    /// Input, from reading a data set; domain, for sizes out of range.
    pub fn build(&self, folder: &Path) -> Result<Population> {
        match self {
            Self::Data(d) => d.read(folder).map(Population::Finite),
            Self::Templates(t) => {
                templates(t.classes, t.support, t.noise, t.flipped, t.seed).map(Population::Finite)
            }
            Self::Gaussian(g) => {
                HalfSpace::new(g.dim, g.flipped, g.seed).map(Population::HalfSpace)
            }
            Self::Finite(f) => {
                let c = &f.common;
                let scale = data::parse_scale(&c.scale).map_err(|_| {
                    Error::domain("a scale above 0, a decimal or p/q", c.scale.clone())
                })?;
                finite::population(&f.family, c.seed, c.flipped, scale).map(Population::Finite)
            }
        }
    }

    /// SHA-256 of the files that it reads.
    ///
    /// # Errors
    /// Input, from reading them.
    pub fn files(&self, folder: &Path) -> Result<Vec<String>> {
        let Self::Data(data) = self else {
            return Ok(Vec::new());
        };
        let sample = data.read(folder)?;
        Ok(sample.sources().iter().map(|s| s.sha256.clone()).collect())
    }

    /// `kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Data(_) => "data",
            Self::Templates(_) => "templates",
            Self::Gaussian(_) => "gaussian",
            Self::Finite(f) => match f.family {
                Finite::Clusters { .. } => "clusters",
                Finite::Xor { .. } => "xor",
                Finite::Sparse { .. } => "sparse",
                Finite::Teacher { .. } => "teacher",
                Finite::Hadamard { .. } => "hadamard",
                Finite::Signs { .. } => "signs",
                Finite::Duplicates { .. } => "duplicates",
            },
        }
    }
}

/// The common names apart, so that an unknown one is refused by name.
fn finite_spec(mut table: toml::Table, file: &Path) -> Result<Spec> {
    let mut common = toml::Table::new();
    for name in ["flipped", "scale", "seed"] {
        if let Some(x) = table.remove(name) {
            common.insert(name.into(), x);
        }
    }
    let read = |e: toml::de::Error| refuse(file, "population", &e);
    Ok(Spec::Finite(FiniteSpec {
        common: toml::Value::Table(common).try_into().map_err(read)?,
        family: toml::Value::Table(table).try_into().map_err(read)?,
    }))
}

fn refuse(file: &Path, item: &str, e: &toml::de::Error) -> Error {
    let found = e.message().to_owned();
    let advice = "`gapcert populations` lists the kinds with an example each";
    Error::input(file, item, "a population", found, advice)
}

impl Data {
    fn read(&self, folder: &Path) -> Result<Sample> {
        let path = folder.join(&self.path);
        let scale = match &self.scale {
            None => None,
            Some(text) => Some(data::parse_scale(text).map_err(|why| {
                Error::input(
                    &path,
                    "scale",
                    "a decimal or p/q above 0",
                    why.to_string(),
                    "",
                )
            })?),
        };
        let split = |split: Split| {
            let options = ReadOptions {
                split,
                scale: scale.clone(),
                labels: self.labels.as_ref().map(|l| folder.join(l)),
            };
            data::read(&path, &options)
        };
        match self.part {
            Part::Train => split(Split::Train),
            Part::Test => split(Split::Test),
            Part::All if data::has_test_split(&path) => {
                join(&split(Split::Train)?, &split(Split::Test)?)
            }
            Part::All => split(Split::Train),
        }
    }
}

/// One sample after the other.
fn join(a: &Sample, b: &Sample) -> Result<Sample> {
    let fits = |e: ndarray::ShapeError| Error::bug(format!("two splits fit: {e}"), "");
    let rows = |s: &Sample| s.rows_f64(0..s.len());
    let pixels = match (a.pixels(), b.pixels()) {
        (Pixels::U8(x), Pixels::U8(y)) => {
            Pixels::U8(concatenate(Axis(0), &[x.view(), y.view()]).map_err(fits)?)
        }
        _ => Pixels::F64(concatenate(Axis(0), &[rows(a).view(), rows(b).view()]).map_err(fits)?),
    };
    let labels = [a.labels(), b.labels()].concat();
    let sources = [a.sources(), b.sources()].concat();
    let scale: Rational = a.scale().clone();
    Sample::new(pixels, labels, scale, sources)
}
