//! Lists of indices: which points of a data set a sample or a prior uses.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::error::{Error, Result};
use crate::input::{InputFile, Source, npy};

/// Indices (from 0) as the file has them; [`Indices::check`] makes them safe to use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indices {
    /// The indices, in the file's order.
    pub values: Vec<usize>,
    /// The file.
    pub source: Source,
}

/// What two lists of indices share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlap {
    /// The first shared index, in the order of the first list.
    pub first: usize,
    /// How many entries of the first list are in the second.
    pub count: usize,
}

/// Reads indices from a `.npy` file of integers with one axis, or from a text
/// file with one index a line (blank lines and `#` comments allowed).
///
/// # Errors
/// Input: no such file, another extension than `.npy` or `.txt`, or a content
/// that is not of the form above.
pub fn read_indices(path: impl AsRef<Path>) -> Result<Indices> {
    parse_indices(&InputFile::read(path)?)
}

/// Parses what [`read_indices`] reads; the path's extension tells the format.
///
/// # Errors
/// As [`read_indices`].
pub fn parse_indices(file: &InputFile) -> Result<Indices> {
    let extension = file.path.extension().and_then(|e| e.to_str());
    let extension = extension.unwrap_or("").to_ascii_lowercase();
    let values = match extension.as_str() {
        "npy" => from_npy(file)?,
        "txt" => from_text(file)?,
        _ => {
            return Err(Error::input(
                &file.path,
                "",
                "indices in a .npy or .txt file",
                format!("the extension {extension:?}"),
                "",
            ));
        }
    };
    Ok(Indices {
        values,
        source: file.source(),
    })
}

fn from_npy(file: &InputFile) -> Result<Vec<usize>> {
    let array = npy::parse(&file.bytes, &file.path, "indices")?;
    if array.shape.len() != 1 {
        return Err(Error::input(
            &file.path,
            "indices",
            "an array with one axis",
            format!("shape {:?}", array.shape),
            "",
        ));
    }
    let integers = array.non_negative_integers(&file.path, "indices")?;
    let narrow = |value: u64| {
        usize::try_from(value).map_err(|_| {
            let found = value.to_string();
            Error::input(&file.path, "indices", "addressable indices", found, "")
        })
    };
    integers.into_iter().map(narrow).collect()
}

fn from_text(file: &InputFile) -> Result<Vec<usize>> {
    let text = std::str::from_utf8(&file.bytes).map_err(|error| {
        let found = error.to_string();
        Error::input(&file.path, "", "text with one index a line", found, "")
    })?;
    let mut values = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let index = line.split('#').next().unwrap_or("").trim();
        if index.is_empty() {
            continue;
        }
        values.push(index.parse().map_err(|_| {
            Error::input(
                &file.path,
                format!("line {}", number + 1),
                "one integer at least 0",
                format!("{:?}", index.chars().take(40).collect::<String>()),
                "",
            )
        })?);
    }
    Ok(values)
}

impl Indices {
    /// Makes sure that they choose distinct points, at least one, of `len`.
    ///
    /// # Errors
    /// Input: no indices, one not below `len`, or one repeated — a repeated
    /// point would be counted as two independent ones.
    pub fn check(&self, len: usize) -> Result<()> {
        let refuse = |expected: String, found: String, advice: &str| {
            Error::input(&self.source.path, "indices", expected, found, advice)
        };
        if self.values.is_empty() {
            return Err(refuse("at least one index".into(), "none".into(), ""));
        }
        let mut seen = HashMap::new();
        for (position, &value) in self.values.iter().enumerate() {
            if value >= len {
                return Err(refuse(
                    format!("indices below {len}, the number of points"),
                    format!("{value} at position {position}"),
                    "indices count from 0 and belong to one data set and split",
                ));
            }
            if let Some(earlier) = seen.insert(value, position) {
                return Err(refuse(
                    "distinct indices".into(),
                    format!("{value} at positions {earlier} and {position}"),
                    "remove the repetition: a bound needs independent points",
                ));
            }
        }
        Ok(())
    }

    /// What this list shares with another; None if nothing.
    pub fn overlap(&self, other: &Indices) -> Option<Overlap> {
        let theirs: HashSet<usize> = other.values.iter().copied().collect();
        let mut shared = self.values.iter().filter(|value| theirs.contains(value));
        let &first = shared.next()?;
        Some(Overlap {
            first,
            count: 1 + shared.count(),
        })
    }
}
