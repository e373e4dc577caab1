//! Samples in NumPy's formats.
//!
//! In a `.npz` the inputs are called `x`, `X`, `images` or `data`, the labels
//! `y` or `labels`; where it holds two splits, `x_train`, `y_train`, `x_test`,
//! `y_test`. Inputs have shape (m, d), (m, h, w) or (m, c, h, w) and are
//! flattened to (m, d_0). Integers other than 8-bit unsigned ones are taken if
//! they are exactly 64-bit floats.

use std::path::Path;

use ndarray::Array2;
use rug::Rational;

use super::{Pixels, ReadOptions, Sample, Split, require_train};
use crate::error::{Error, Result};
use crate::input::array::{Array, Values};
use crate::input::npz::{self, Npz};
use crate::input::{InputFile, Source, npy};

const INPUTS: [&str; 4] = ["x", "X", "images", "data"];
const LABELS: [&str; 2] = ["y", "labels"];

/// Parses a sample from a `.npz` file.
///
/// # Errors
/// Input; see [`super::read`]. Two arrays that could both be the inputs (or
/// the labels) are refused.
pub fn parse_npz(file: &InputFile, options: &ReadOptions) -> Result<Sample> {
    let archive = Npz::open(file)?;
    let (x_name, y_name) = match options.split {
        Split::Test => (one(&archive, &["x_test"])?, one(&archive, &["y_test"])?),
        Split::Train if archive.names().any(|name| name == "x_train") => ("x_train", "y_train"),
        Split::Train => (one(&archive, &INPUTS)?, one(&archive, &LABELS)?),
    };
    let (x, y) = (archive.read(x_name)?, archive.read(y_name)?);
    let x = Part {
        path: &file.path,
        item: npz::item(x_name),
        array: x,
    };
    let y = Part {
        path: &file.path,
        item: npz::item(y_name),
        array: y,
    };
    assemble(x, y, options, vec![file.source()])
}

/// Whether the archive has the arrays of the test split.
pub fn has_test_split(file: &InputFile) -> bool {
    Npz::open(file).is_ok_and(|archive| {
        ["x_test", "y_test"]
            .iter()
            .all(|wanted| archive.names().any(|name| name == *wanted))
    })
}

/// The one of these names that the archive has.
fn one<'n>(archive: &Npz<'_>, names: &[&'n str]) -> Result<&'n str> {
    let present: Vec<&'n str> = names
        .iter()
        .copied()
        .filter(|wanted| archive.names().any(|name| name == *wanted))
        .collect();
    match present.as_slice() {
        &[name] => Ok(name),
        several => Err(Error::input(
            archive.path(),
            "",
            format!("one array named {}", names.join(" or ")),
            match several {
                [] => format!("arrays {}", archive.list()),
                several => format!("both {}", several.join(" and ")),
            },
            "",
        )),
    }
}

/// Reads inputs from a `.npy` file and labels from `options.labels`, or from
/// `y.npy` in the same directory.
///
/// # Errors
/// Input; see [`super::read`].
pub fn read_npy(path: &Path, options: &ReadOptions) -> Result<Sample> {
    require_train(path, options)?;
    let inputs = InputFile::read(path)?;
    let labels = match &options.labels {
        Some(labels) => InputFile::read(labels)?,
        None => {
            let beside = path.with_file_name("y.npy");
            if beside == path || !beside.is_file() {
                return Err(Error::input(
                    path,
                    "labels",
                    format!("a file {}", beside.display()),
                    "none beside the inputs",
                    "name the labels' file with the option for labels",
                ));
            }
            InputFile::read(beside)?
        }
    };
    parse_npy(&inputs, &labels, options)
}

/// Parses a sample from two `.npy` files.
///
/// # Errors
/// Input; see [`super::read`].
pub fn parse_npy(inputs: &InputFile, labels: &InputFile, options: &ReadOptions) -> Result<Sample> {
    let part = |file: &'_ InputFile, item: &str| -> Result<Array> {
        npy::parse(&file.bytes, &file.path, item)
    };
    let x = Part {
        path: &inputs.path,
        item: "inputs".into(),
        array: part(inputs, "inputs")?,
    };
    let y = Part {
        path: &labels.path,
        item: "labels".into(),
        array: part(labels, "labels")?,
    };
    assemble(x, y, options, vec![inputs.source(), labels.source()])
}

/// An array with the words that messages call it by.
struct Part<'a> {
    path: &'a Path,
    item: String,
    array: Array,
}

fn assemble(
    x: Part<'_>,
    y: Part<'_>,
    options: &ReadOptions,
    sources: Vec<Source>,
) -> Result<Sample> {
    let m = x.array.shape.first().copied();
    let labels = into_labels(&y)?;
    if m != Some(labels.len()) {
        return Err(Error::input(
            y.path,
            y.item,
            format!("one label for each input of shape {:?}", x.array.shape),
            format!("{} labels", labels.len()),
            "the first axis of the inputs counts the points",
        ));
    }
    let default_scale = match x.array.values {
        Values::U8(_) => Rational::from((1, 255)),
        _ => Rational::from(1),
    };
    let scale = options.scale.clone().unwrap_or(default_scale);
    Sample::new(into_pixels(x)?, labels, scale, sources)
}

/// Inputs of 2 to 4 axes, all after the first flattened.
fn into_pixels(x: Part<'_>) -> Result<Pixels> {
    let [m, rest @ ..] = x.array.shape.as_slice() else {
        return Err(wrong_axes(&x));
    };
    if !(1..=3).contains(&rest.len()) {
        return Err(wrong_axes(&x));
    }
    // Cannot overflow: `npy::parse` found no 0 and checked the whole product.
    let shape = (*m, rest.iter().product());
    match x.array.values {
        Values::U8(v) => matrix(shape, v).map(Pixels::U8),
        Values::F32(v) => {
            refuse_not_finite(x.path, &x.item, &v)?;
            matrix(shape, v).map(Pixels::F32)
        }
        Values::F64(v) => {
            refuse_not_finite(x.path, &x.item, &v)?;
            matrix(shape, v).map(Pixels::F64)
        }
        Values::I64(v) => {
            let v = exact(x.path, &x.item, &v, |n| n as f64, |f| f as i128)?;
            matrix(shape, v).map(Pixels::F64)
        }
        Values::U64(v) => {
            let v = exact(x.path, &x.item, &v, |n| n as f64, |f| f as i128)?;
            matrix(shape, v).map(Pixels::F64)
        }
    }
}

fn wrong_axes(x: &Part<'_>) -> Error {
    Error::input(
        x.path,
        &x.item,
        "shape (m, d), (m, h, w) or (m, c, h, w)",
        format!("shape {:?}", x.array.shape),
        "",
    )
}

fn matrix<T>(shape: (usize, usize), values: Vec<T>) -> Result<Array2<T>> {
    Array2::from_shape_vec(shape, values)
        .map_err(|e| Error::bug(format!("a checked shape holds: {e}"), format!("{shape:?}")))
}

/// Done here rather than left to [`Sample::new`] because here the array has a name.
fn refuse_not_finite<T: Copy + Into<f64>>(path: &Path, item: &str, values: &[T]) -> Result<()> {
    let bad = values
        .iter()
        .position(|&value| !Into::<f64>::into(value).is_finite());
    match bad.and_then(|position| Some((position, values.get(position)?))) {
        None => Ok(()),
        Some((position, &value)) => Err(Error::input(
            path,
            item,
            "finite inputs",
            format!("{} at position {position}", Into::<f64>::into(value)),
            "remove or replace it",
        )),
    }
}

/// Integers as 64-bit floats, refused if that would round one.
fn exact<T: Copy + Into<i128>>(
    path: &Path,
    item: &str,
    values: &[T],
    to_float: fn(T) -> f64,
    back: fn(f64) -> i128,
) -> Result<Vec<f64>> {
    let convert = |(position, &value): (usize, &T)| {
        let float = to_float(value);
        if back(float) == value.into() {
            return Ok(float);
        }
        Err(Error::input(
            path,
            item,
            "integers that are exactly 64-bit floats",
            format!("{} at position {position}", Into::<i128>::into(value)),
            "",
        ))
    };
    values.iter().enumerate().map(convert).collect()
}

/// Labels of shape (m) or (m, 1).
fn into_labels(y: &Part<'_>) -> Result<Vec<u16>> {
    if !matches!(y.array.shape.as_slice(), [_] | [_, 1]) {
        return Err(Error::input(
            y.path,
            &y.item,
            "labels of shape (m)",
            format!("shape {:?}", y.array.shape),
            "store class numbers, not one-hot rows",
        ));
    }
    let integers = y.array.non_negative_integers(y.path, &y.item)?;
    let narrow = |(position, label): (usize, u64)| {
        u16::try_from(label).map_err(|_| {
            Error::input(
                y.path,
                &y.item,
                "labels up to 65535",
                format!("{label} at position {position}"),
                "number the classes from 0",
            )
        })
    };
    integers.into_iter().enumerate().map(narrow).collect()
}
