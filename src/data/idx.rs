//! MNIST's IDX format, plain or gzipped.
//!
//! Layout: two zero bytes, the type (8: unsigned byte), the number of axes,
//! each axis's length (4 bytes, big-endian), the values in row-major order.

use std::io::Read;
use std::path::{Path, PathBuf};

use ndarray::Array2;
use rug::Rational;

use super::{Pixels, ReadOptions, Sample, Split};
use crate::error::{Error, Result};
use crate::input::{InputFile, inflate};

const UNSIGNED_BYTE: u8 = 8;
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The content of one file; as many values as the product of `shape`, at least 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idx {
    /// Length of each axis.
    pub shape: Vec<usize>,
    /// The values, row-major.
    pub values: Vec<u8>,
}

/// Parses one file, gunzipping it if it begins like gzip.
///
/// # Errors
/// Input, if the file is not IDX of unsigned bytes, an axis is 0, its length is
/// not exactly what it declares, or it is damaged gzip.
pub fn parse(file: &InputFile) -> Result<Idx> {
    let bytes = file.bytes.as_slice();
    if bytes.starts_with(&GZIP) {
        let reader = flate2::bufread::MultiGzDecoder::new(bytes);
        read(reader, inflate::limit(bytes.len()), &file.path)
    } else {
        read(bytes, bytes.len() as u64, &file.path)
    }
}

/// Reads from a stream that cannot hold more than `available` bytes.
fn read(mut reader: impl Read, available: u64, path: &Path) -> Result<Idx> {
    let refuse = |expected: String, found: String, advice: &str| {
        Error::input(path, "", expected, found, advice)
    };
    let mut header = |what: &str| -> Result<[u8; 4]> {
        let mut bytes = [0; 4];
        reader.read_exact(&mut bytes).map_err(|error| {
            let found = format!("a truncated or damaged file ({error})");
            refuse(format!("{what} of an IDX file"), found, "fetch it again")
        })?;
        Ok(bytes)
    };
    let axes = match header("the magic number")? {
        [0, 0, UNSIGNED_BYTE, axes] if axes > 0 => axes,
        magic => {
            return Err(refuse(
                "the magic number of an IDX file of unsigned bytes, 00 00 08 and the number of axes"
                    .into(),
                format!("{magic:02x?}"),
                "",
            ));
        }
    };
    let mut shape = Vec::new();
    let mut declared = 1u64;
    for _ in 0..axes {
        let length = u32::from_be_bytes(header("the shape")?);
        // Saturated, it exceeds what is available.
        declared = declared.saturating_mul(length.into());
        shape.push(length as usize);
    }
    // Beside a 0, the other axes are checked against nothing: their product
    // may overflow in whoever computes it.
    if shape.contains(&0) {
        let found = format!("shape {shape:?}");
        return Err(refuse("every axis at least 1".into(), found, ""));
    }
    let expected = || format!("{declared} bytes of data for shape {shape:?}");
    if declared > available {
        let found = format!("a file that holds at most {available}");
        return Err(refuse(
            expected(),
            found,
            "the file is truncated or damaged",
        ));
    }
    let values = inflate::read_exactly(reader, declared)
        .map_err(|found| refuse(expected(), found, "the file is truncated or damaged"))?;
    Ok(Idx { shape, values })
}

/// Reads one split of a directory with MNIST's file names.
///
/// # Errors
/// Input; see [`super::read`].
pub fn read_directory(directory: &Path, options: &ReadOptions) -> Result<Sample> {
    let images = InputFile::read(require(directory, options.split, Role::Images)?)?;
    let labels = InputFile::read(require(directory, options.split, Role::Labels)?)?;
    assemble(&images, &labels, options)
}

/// The sample of an image file and a label file; all axes after the first are
/// flattened.
///
/// # Errors
/// Input; see [`super::read`].
pub fn assemble(images: &InputFile, labels: &InputFile, options: &ReadOptions) -> Result<Sample> {
    let x = parse(images)?;
    let y = parse(labels)?;
    let axes = |file: &InputFile, expected: &str, shape: &[usize]| {
        Error::input(&file.path, "", expected, format!("shape {shape:?}"), "")
    };
    let &[n] = y.shape.as_slice() else {
        return Err(axes(labels, "labels with one axis", &y.shape));
    };
    let [m, rest @ ..] = x.shape.as_slice() else {
        return Err(axes(images, "images with two axes or more", &x.shape));
    };
    if rest.is_empty() {
        return Err(axes(images, "images with two axes or more", &x.shape));
    }
    if n != *m {
        return Err(Error::input(
            &labels.path,
            "",
            format!(
                "{m} labels, one for each image of {}",
                images.path.display()
            ),
            format!("{n}"),
            "take both files from the same split",
        ));
    }
    // Cannot overflow: `parse` found no 0 and checked the whole product.
    let d = rest.iter().product();
    let pixels = Array2::from_shape_vec((*m, d), x.values)
        .map_err(|e| Error::bug(format!("a checked shape holds: {e}"), format!("{m} x {d}")))?;
    let scale = options
        .scale
        .clone()
        .unwrap_or_else(|| Rational::from((1, 255)));
    Sample::new(
        Pixels::U8(pixels),
        y.values.into_iter().map(u16::from).collect(),
        scale,
        vec![images.source(), labels.source()],
    )
}

/// Whether both files of the test split are there.
pub fn has_test_split(directory: &Path) -> bool {
    [Role::Images, Role::Labels]
        .into_iter()
        .all(|role| find(directory, Split::Test, role).is_some())
}

#[derive(Clone, Copy)]
enum Role {
    Images,
    Labels,
}

/// The file's names: today's, then the older one with a dot.
fn names(split: Split, role: Role) -> [String; 2] {
    let split = match split {
        Split::Train => "train",
        Split::Test => "t10k",
    };
    let (role, axes) = match role {
        Role::Images => ("images", 3),
        Role::Labels => ("labels", 1),
    };
    ["-", "."].map(|mark| format!("{split}-{role}{mark}idx{axes}-ubyte"))
}

/// The first that exists, a plain file before a gzipped one.
fn find(directory: &Path, split: Split, role: Role) -> Option<PathBuf> {
    names(split, role)
        .iter()
        .flat_map(|name| [name.clone(), format!("{name}.gz")])
        .map(|name| directory.join(name))
        .find(|path| path.is_file())
}

fn require(directory: &Path, split: Split, role: Role) -> Result<PathBuf> {
    find(directory, split, role).ok_or_else(|| {
        Error::input(
            directory,
            "",
            format!("a file {} (or with .gz)", names(split, role).join(" or ")),
            "no such file",
            "the directory must hold MNIST-style IDX files",
        )
    })
}
