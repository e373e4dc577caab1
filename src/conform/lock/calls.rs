//! What a lock asks: the inputs of a vector, or the weights of a model's file.

use super::super::point::{Datum, Point};
use super::super::subject::Subject;
use crate::error::{Error, Result};
use crate::input::Source;
use crate::network::{Model, Op, read_model};
use ndarray::ArrayView2;
use serde_json::{Value as Json, json};
use std::path::Path;

/// Inputs of one recorded call.
#[derive(Clone, Debug, PartialEq)]
pub enum Inputs {
    Point(Point),
    /// Weights of a network: of one linear layer, from 1, or of all.
    Model {
        files: Files,
        layer: Option<usize>,
    },
}

/// The files of a network, with the hashes that they had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    pub model: Source,
    /// What its layers are, if a file says so; else data that the model names.
    pub with: Vec<Source>,
}

impl Files {
    /// The file that says what the layers are: a `.onnx` file says so itself.
    fn architecture(&self) -> Option<&Path> {
        let onnx = self.model.path.extension().is_some_and(|e| e == "onnx");
        self.with.first().filter(|_| !onnx).map(|s| &*s.path)
    }

    fn to_json(&self, layer: Option<usize>) -> Json {
        let mut json = source(&self.model);
        json["layer"] = json!(layer);
        if !self.with.is_empty() {
            json["with"] = self.with.iter().map(source).collect();
        }
        json
    }

    fn from_json(json: &Json) -> Option<Self> {
        let source = |json: &Json| {
            Some(Source {
                path: json["file"].as_str()?.into(),
                sha256: json["sha256"].as_str()?.to_owned(),
            })
        };
        let with = json["with"].as_array().map_or(&[][..], Vec::as_slice);
        Some(Self {
            model: source(json)?,
            with: with.iter().map(source).collect::<Option<_>>()?,
        })
    }
}

fn source(s: &Source) -> Json {
    json!({"file": s.path.to_string_lossy(), "sha256": s.sha256})
}

/// Measurements of a layer: of its kernel as a matrix, a row for each output channel.
/// And of all layers, which only a multilayer perceptron has as matrices that chain.
const OF_A_LAYER: [&str; 3] = ["matrix/frobenius", "matrix/one-inf", "matrix/two-one"];
const OF_ALL: [&str; 2] = ["network/path-norm", "network/rho"];

impl Inputs {
    /// As it stands in a lock.
    pub fn write(&self, entry: &mut Json) {
        match self {
            Self::Point(p) => entry["inputs"] = p.to_json(),
            Self::Model { files, layer } => entry["model"] = files.to_json(*layer),
        }
    }

    /// From a lock's entry.
    pub fn read(entry: &Json) -> Option<Self> {
        let model = &entry["model"];
        if model.is_null() {
            return Point::from_json(&entry["inputs"]).ok().map(Self::Point);
        }
        Some(Self::Model {
            files: Files::from_json(model)?,
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
            Self::Model { files, layer } => match layer {
                Some(k) => format!("{}, layer {k}", files.model.path.display()),
                None => files.model.path.display().to_string(),
            },
        }
    }
}

/// A model's weights, read once.
pub struct Weights {
    files: Files,
    layers: Vec<Datum>,
    /// Whether the layers are the matrices of a multilayer perceptron.
    chain: bool,
}

impl Weights {
    /// Reads a network; `architecture` says what the layers of a `.safetensors` or
    /// `.npz` file are, if it is no multilayer perceptron.
    ///
    /// # Errors
    /// Input: what [`read_model`] refuses.
    pub fn read(file: &Path, architecture: Option<&Path>) -> Result<Self> {
        let model = read_model(file, architecture)?;
        let sources = match &model.mlp {
            Some(mlp) => mlp.sources(),
            None => model.graph.sources(),
        };
        let (own, with) = sources
            .split_first()
            .ok_or_else(|| Error::bug("a model that was read has a file", ""))?;
        Ok(Self {
            files: Files {
                model: Source {
                    path: file.to_owned(),
                    ..own.clone()
                },
                with: with.to_vec(),
            },
            layers: matrices(&model)?,
            chain: model.mlp.is_some(),
        })
    }

    /// Reads the files of a lock's entry again.
    ///
    /// # Errors
    /// Input: what [`read_model`] refuses.
    pub fn again(files: &Files) -> Result<Self> {
        Self::read(&files.model.path, files.architecture())
    }

    /// The calls that a lock records of it.
    ///
    /// # Errors
    /// None: the measurements are there.
    pub fn calls(&self) -> Result<Vec<(Subject, Inputs)>> {
        let mut all = Vec::new();
        let mut add = |name: &str, layer| {
            let files = self.files.clone();
            Subject::find(name).map(|s| all.push((s, Inputs::Model { files, layer })))
        };
        for layer in 1..=self.layers.len() {
            for name in OF_A_LAYER {
                add(name, Some(layer))?;
            }
        }
        for name in OF_ALL.iter().filter(|_| self.chain) {
            add(name, None)?;
        }
        Ok(all)
    }

    /// The inputs of one call.
    ///
    /// # Errors
    /// Input: another file than the one that was recorded, or no such layer.
    pub fn point(&self, files: &Files, layer: Option<usize>) -> Result<Point> {
        let now = [std::slice::from_ref(&self.files.model), &self.files.with].concat();
        let then = [std::slice::from_ref(&files.model), &files.with].concat();
        if now.len() != then.len() {
            let expected = format!("a network of {} files, as the lock recorded", then.len());
            let advice = "a lock is of one network: create another";
            let file = &self.files.model.path;
            return Err(Error::input(
                file,
                "",
                expected,
                now.len().to_string(),
                advice,
            ));
        }
        if let Some((now, then)) = now.iter().zip(&then).find(|(a, b)| a.sha256 != b.sha256) {
            let expected = format!(
                "the file of SHA-256 {}, which the lock recorded",
                then.sha256
            );
            let advice = "a lock is of one file: create another";
            return Err(Error::input(&now.path, "", expected, &*now.sha256, advice));
        }
        let file = &self.files.model.path;
        let Some(layer) = layer else {
            if !self.chain {
                let found = "a network with other layers";
                return Err(Error::input(file, "", "a multilayer perceptron", found, ""));
            }
            return Ok(Point::new().with("layers", Datum::List(self.layers.clone())));
        };
        let w = layer.checked_sub(1).and_then(|k| self.layers.get(k));
        let w = w.ok_or_else(|| {
            let expected = format!("at most {} layers", self.layers.len());
            Error::input(file, "", expected, layer.to_string(), "")
        })?;
        Ok(Point::new().with("w", w.clone()))
    }

    /// The file it was read from.
    pub fn file(&self) -> &Path {
        &self.files.model.path
    }
}

/// The linear layers in order of computation, each as the matrix of its kernel: a row
/// for each output channel; in it the input channels (of its group), and of each the
/// places of the kernel row by row, as PyTorch's `flatten(1)` has them.
fn matrices(model: &Model) -> Result<Vec<Datum>> {
    if let Some(mlp) = &model.mlp {
        return Ok(mlp
            .layers()
            .iter()
            .map(|l| datum(l.weights.view()))
            .collect());
    }
    let kernels = model.graph.nodes().iter().filter_map(|n| match &n.op {
        Op::Conv(conv) => Some(&conv.kernel),
        _ => None,
    });
    let matrix = |kernel: &ndarray::Array4<f64>| {
        let outputs = kernel.dim().0;
        let shape = (outputs, kernel.len() / outputs.max(1));
        let matrix = kernel.to_shape(shape);
        let matrix = matrix.map_err(|e| Error::bug(format!("a kernel is a matrix: {e}"), ""))?;
        Ok(datum(matrix.view()))
    };
    kernels.map(matrix).collect()
}

/// The shortest decimals that read back as the weights.
fn datum(w: ArrayView2<'_, f64>) -> Datum {
    let row = |r: ndarray::ArrayView1<'_, f64>| Datum::numbers(r.iter().map(|x| format!("{x:e}")));
    Datum::List(w.rows().into_iter().map(row).collect())
}
