//! Learners as TOML says them.

use super::{Features, Ridge, Sgd};
use crate::error::{Error, Result};
use crate::input::InputFile;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// A learner: `kind` and what that kind takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Spec {
    Sgd(Sgd),
    Ridge(Ridge),
    NearestMean(Features),
    /// The fixed weights of a file.
    File {
        path: PathBuf,
    },
    Worst(Ridge),
}

/// A kind of learner, for listings.
pub struct LearnerInfo {
    pub kind: &'static str,
    pub about: &'static str,
    pub example: &'static str,
}

/// Every kind.
pub const LEARNERS: [LearnerInfo; 5] = [
    LearnerInfo {
        kind: "sgd",
        about: "SGD on a multilayer perceptron, pulled towards its prior",
        example: "kind = \"sgd\"\nhidden = [64]\nsteps = 500\nprior = \"initial\"",
    },
    LearnerInfo {
        kind: "ridge",
        about: "least squares on fixed features; without a ridge it interpolates",
        example: "kind = \"ridge\"\nfeatures = { random = { width = 100 } }\nridge = 0.1",
    },
    LearnerInfo {
        kind: "nearest-mean",
        about: "the mean of each class as its weights",
        example: "kind = \"nearest-mean\"",
    },
    LearnerInfo {
        kind: "file",
        about: "the fixed weights of a file",
        example: "kind = \"file\"\npath = \"model.safetensors\"",
    },
    LearnerInfo {
        kind: "worst",
        about: "fits the sample and fails elsewhere, as far as the features allow",
        example: "kind = \"worst\"\nfeatures = { random = { width = 100 } }",
    },
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OnlyFeatures {
    #[serde(default)]
    features: Features,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OnlyPath {
    path: PathBuf,
}

impl Spec {
    /// SHA-256 of the file that it reads, if it reads one.
    ///
    /// # Errors
    /// Input, from reading it.
    pub fn files(&self, folder: &Path) -> Result<Option<String>> {
        match self {
            Self::File { path } => Ok(Some(InputFile::read(folder.join(path))?.sha256)),
            _ => Ok(None),
        }
    }

    /// Reads a learner from a table; `file` only serves messages.
    ///
    /// # Errors
    /// Input: an unknown kind, a name the kind does not have, a value of another
    /// type.
    pub fn from_table(mut table: toml::Table, file: &Path) -> Result<Self> {
        let kind = table.remove("kind");
        let kind = kind.as_ref().and_then(|k| k.as_str()).unwrap_or("");
        let value = toml::Value::Table(table);
        let read = |e: toml::de::Error| {
            let advice = "`gapcert populations` lists the learners with an example each";
            Error::input(file, "learner", "a learner", e.message(), advice)
        };
        match kind {
            "sgd" => value.try_into().map(Self::Sgd).map_err(read),
            "ridge" => value.try_into().map(Self::Ridge).map_err(read),
            "worst" => value.try_into().map(Self::Worst).map_err(read),
            "nearest-mean" => {
                let only: OnlyFeatures = value.try_into().map_err(read)?;
                Ok(Self::NearestMean(only.features))
            }
            "file" => {
                let only: OnlyPath = value.try_into().map_err(read)?;
                Ok(Self::File { path: only.path })
            }
            other => {
                let kinds: Vec<_> = LEARNERS.iter().map(|l| l.kind).collect();
                let found = if other.is_empty() { "none" } else { other };
                let expected = format!("a kind: {}", kinds.join(", "));
                Err(Error::input(file, "learner.kind", expected, found, ""))
            }
        }
    }
}
