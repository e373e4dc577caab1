//! What a lock asks: the inputs of a vector, or the weights of a model's file.

use super::super::point::{Datum, Point};
use super::super::subject::Subject;
use crate::error::{Error, Result};
use crate::network::{Mlp, read_model};
use ndarray::Array2;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

/// Inputs of one recorded call.
#[derive(Clone, Debug, PartialEq)]
pub enum Inputs {
    Point(Point),
    /// Weights of a multilayer perceptron: of one layer, from 1, or of all.
    Model {
        file: PathBuf,
        sha256: String,
        layer: Option<usize>,
    },
}

/// Measurements of a layer, and of all layers.
const OF_A_LAYER: [&str; 3] = ["matrix/frobenius", "matrix/one-inf", "matrix/two-one"];
const OF_ALL: [&str; 2] = ["network/path-norm", "network/rho"];

impl Inputs {
    /// As it stands in a lock.
    pub fn write(&self, entry: &mut Json) {
        match self {
            Self::Point(p) => entry["inputs"] = p.to_json(),
            Self::Model {
                file,
                sha256,
                layer,
            } => {
                entry["model"] = json!({
                    "file": file.to_string_lossy(),
                    "sha256": sha256,
                    "layer": layer,
                });
            }
        }
    }

    /// From a lock's entry.
    pub fn read(entry: &Json) -> Option<Self> {
        let model = &entry["model"];
        if model.is_null() {
            return Point::from_json(&entry["inputs"]).ok().map(Self::Point);
        }
        Some(Self::Model {
            file: model["file"].as_str()?.into(),
            sha256: model["sha256"].as_str()?.to_owned(),
            layer: match &model["layer"] {
                Json::Null => None,
                n => Some(usize::try_from(n.as_u64()?).ok()?),
            },
        })
    }

    /// In a table.
    pub fn words(&self) -> String {
        match self {
            Self::Point(p) => p.to_json().to_string(),
            Self::Model { file, layer, .. } => match layer {
                Some(k) => format!("{}, layer {k}", file.display()),
                None => file.display().to_string(),
            },
        }
    }
}

/// A model's weights, read once.
pub struct Weights {
    file: PathBuf,
    sha256: String,
    layers: Vec<Datum>,
}

impl Weights {
    /// Reads a multilayer perceptron.
    ///
    /// # Errors
    /// Input: what [`read_model`] refuses, and other networks.
    pub fn read(file: &Path) -> Result<Self> {
        let model = read_model(file, None)?;
        let mlp: &Mlp = model.mlp.as_ref().ok_or_else(|| {
            let found = "a network with other layers";
            Error::input(file, "", "a multilayer perceptron", found, "")
        })?;
        let source = mlp.sources().first();
        Ok(Self {
            file: file.to_owned(),
            sha256: source.map_or(String::new(), |s| s.sha256.clone()),
            layers: mlp.layers().iter().map(|l| datum(&l.weights)).collect(),
        })
    }

    /// The calls that a lock records of it.
    ///
    /// # Errors
    /// None: the measurements are there.
    pub fn calls(&self) -> Result<Vec<(Subject, Inputs)>> {
        let mut all = Vec::new();
        let mut add = |name: &str, layer| {
            let inputs = Inputs::Model {
                file: self.file.clone(),
                sha256: self.sha256.clone(),
                layer,
            };
            Subject::find(name).map(|s| all.push((s, inputs)))
        };
        for layer in 1..=self.layers.len() {
            for name in OF_A_LAYER {
                add(name, Some(layer))?;
            }
        }
        for name in OF_ALL {
            add(name, None)?;
        }
        Ok(all)
    }

    /// The inputs of one call.
    ///
    /// # Errors
    /// Input: another file than the one that was recorded, or no such layer.
    pub fn point(&self, sha256: &str, layer: Option<usize>) -> Result<Point> {
        if sha256 != self.sha256 {
            let expected = format!("the file of SHA-256 {sha256}, which the lock recorded");
            let advice = "a lock is of one file: create another";
            return Err(Error::input(
                &self.file,
                "",
                expected,
                &*self.sha256,
                advice,
            ));
        }
        let Some(layer) = layer else {
            return Ok(Point::new().with("layers", Datum::List(self.layers.clone())));
        };
        let w = layer.checked_sub(1).and_then(|k| self.layers.get(k));
        let w = w.ok_or_else(|| {
            let expected = format!("at most {} layers", self.layers.len());
            Error::input(&self.file, "", expected, layer.to_string(), "")
        })?;
        Ok(Point::new().with("w", w.clone()))
    }

    /// The file it was read from.
    pub fn file(&self) -> &Path {
        &self.file
    }
}

/// The shortest decimals that read back as the weights.
fn datum(w: &Array2<f64>) -> Datum {
    let row = |r: ndarray::ArrayView1<'_, f64>| Datum::numbers(r.iter().map(|x| format!("{x:e}")));
    Datum::List(w.rows().into_iter().map(row).collect())
}
