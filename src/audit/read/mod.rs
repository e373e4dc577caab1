//! Files of claims. `.csv` is a table, which needs to be told what its columns
//! are ([`csv`]); anything else is TOML ([`toml`]). The README, "Audit", shows both.

pub mod csv;
mod reader;
mod template;
pub mod toml;

use super::claim::Claim;
use crate::error::{Error, Result};
use crate::input::InputFile;
use std::path::Path;

/// Largest file read.
const LARGEST: usize = 256 << 20;

/// Reads the claims of one file; `columns` is the header of tables that have none
/// of their own.
///
/// # Errors
/// Input, naming the file, the place in it, what was expected and what was found.
pub fn read(path: &Path, columns: Option<&InputFile>) -> Result<Vec<Claim>> {
    let file = InputFile::read(path)?;
    if !is_table(path) {
        return toml::parse(&file);
    }
    if csv::has_header(&file) {
        return csv::parse(&file, None);
    }
    if let Some(columns) = columns {
        return csv::parse(&file, Some(columns));
    }
    let beside = path.with_extension("toml");
    if !beside.is_file() {
        let expected = "a header that says what the columns are";
        let advice = "give one with --columns, or as a .toml file of the same name, or in front of the table between two lines +++ (README, \"Audit\")";
        return Err(Error::input(path, "", expected, "none", advice));
    }
    csv::parse(&file, Some(&InputFile::read(beside)?))
}

fn is_table(path: &Path) -> bool {
    path.extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("csv"))
}

/// The text of a file.
fn text(file: &InputFile) -> Result<&str> {
    if file.bytes.len() > LARGEST {
        let expected = format!("at most {LARGEST} bytes");
        return Err(Error::input(
            &file.path,
            "",
            expected,
            format!("{}", file.bytes.len()),
            "",
        ));
    }
    // Spreadsheets begin UTF-8 files with a byte-order mark.
    let bytes = file
        .bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(&file.bytes);
    std::str::from_utf8(bytes)
        .map_err(|e| Error::input(&file.path, "", "text in UTF-8", e.to_string(), ""))
}
