//! Samples: typed inputs and labels, and their readers.
//!
//! [`read`] takes what is at the path:
//!
//! | path | inputs and labels |
//! | --- | --- |
//! | a directory | IDX files with MNIST's names, each with or without `.gz` ([`idx`]) |
//! | `.npz` | arrays `x` and `y` and their usual other names ([`arrays`]) |
//! | `.npy` | the inputs; the labels from another file, `y.npy` beside it unless named ([`arrays`]) |
//! | `.csv` | one row a point ([`csv`]) |

pub mod arrays;
pub mod csv;
pub mod idx;
mod indices;
mod sample;
mod scale;

use std::path::{Path, PathBuf};

use rug::Rational;

use crate::error::{Error, Result};
use crate::input::InputFile;

pub use indices::{Indices, Overlap, parse_indices, read_indices};
pub use sample::{Pixels, Sample};
pub use scale::parse_scale;

/// Which part of a data set that comes in two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Split {
    /// The training part, or the whole where there is only one.
    #[default]
    Train,
    /// The part held out.
    Test,
}

/// What the path alone does not say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadOptions {
    /// The part to read.
    pub split: Split,
    /// Exact factor from stored to actual inputs, above 0; by default 1/255
    /// for 8-bit unsigned data and 1 for all other.
    pub scale: Option<Rational>,
    /// The labels' `.npy` file, for inputs in a `.npy` file.
    pub labels: Option<PathBuf>,
}

/// Reads a sample; see the table above.
///
/// # Errors
/// Input: no such file; a format not in the table; a file that is truncated,
/// damaged or not of its format; inputs that are NaN or infinite; labels that
/// are negative, fractional or above 65535; numbers of inputs and labels that
/// differ; no points or no coordinates; a split the data set does not have.
pub fn read(path: impl AsRef<Path>, options: &ReadOptions) -> Result<Sample> {
    let path = path.as_ref();
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
    let extension = extension.to_ascii_lowercase();
    if let Some(labels) = &options.labels
        && (extension != "npy" || path.is_dir())
    {
        return Err(Error::input(
            path,
            "labels",
            "inputs in a .npy file, the only format with labels apart",
            format!("labels in {} for other inputs", labels.display()),
            "leave the option for labels out",
        ));
    }
    if path.is_dir() {
        return idx::read_directory(path, options);
    }
    match extension.as_str() {
        "npz" => arrays::parse_npz(&InputFile::read(path)?, options),
        "npy" => arrays::read_npy(path, options),
        "csv" => csv::parse(&InputFile::read(path)?, options),
        _ => {
            // A path that does not exist says so before its extension matters.
            InputFile::read(path)?;
            Err(Error::input(
                path,
                "",
                "a directory of IDX files, or a .npz, .npy or .csv file",
                format!("the extension {extension:?}"),
                "",
            ))
        }
    }
}

/// Whether the data set at `path` also has a part held out, for [`Split::Test`].
///
/// A path that cannot be read has none; [`read`] says why.
pub fn has_test_split(path: impl AsRef<Path>) -> bool {
    let path = path.as_ref();
    if path.is_dir() {
        return idx::has_test_split(path);
    }
    let is_npz = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("npz"));
    is_npz && InputFile::read(path).is_ok_and(|file| arrays::has_test_split(&file))
}

/// The refusal of [`Split::Test`] by formats that hold one part only.
fn require_train(path: &Path, options: &ReadOptions) -> Result<()> {
    match options.split {
        Split::Train => Ok(()),
        Split::Test => Err(Error::input(
            path,
            "",
            "a data set with a test split",
            "a file that holds one sample",
            "give the test sample its own file and read that",
        )),
    }
}
