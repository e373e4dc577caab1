//! A table of claims, one a row, and the TOML header that says what its columns
//! are. The header has the keys of a `[[claim]]`; wherever a value may stand,
//! `{ column = "NAME" }` takes it from the row, as printed:
//!
//! ```toml
//! bound = "pac-bayes/kl-monte-carlo"
//! reported = { column = "risk" }
//! rounding = "exact"
//! only = { dataset = ["mnist"] }                     # these rows only
//!
//! [inputs]
//! m = { column = "n" }
//! delta = 0.01
//! kl = { column = "kl_per_n", unit = "per-sample" }  # or bits, percent, ...
//! ```
//!
//! It is a file of its own, or stands in front of the table between two lines
//! `+++`. An empty cell is an input not known.

use super::template::Template;
use super::toml::Document;
use crate::audit::claim::Claim;
use crate::error::{Error, Result};
use crate::input::InputFile;
use std::collections::HashMap;
use std::path::Path;

const FENCE: &str = "+++";

/// Whether a table has its header in front.
pub fn has_header(file: &InputFile) -> bool {
    super::text(file).is_ok_and(|text| text.lines().next().map(str::trim_end) == Some(FENCE))
}

/// Reads a table with its own header or the one given.
///
/// # Errors
/// Input, naming the line and the column.
pub fn parse(file: &InputFile, columns: Option<&InputFile>) -> Result<Vec<Claim>> {
    let text = super::text(file)?;
    let (header, path, rows, skipped) = match columns {
        Some(columns) => (super::text(columns)?, columns.path.as_path(), text, 0),
        None => {
            let (header, rows) = split(text).ok_or_else(|| {
                let expected = "a header between two lines +++";
                Error::input(&file.path, "line 1", expected, "no second +++", "")
            })?;
            let skipped = text.len() - rows.len();
            (header, file.path.as_path(), rows, lines(&text[..skipped]))
        }
    };
    let document = Document { path, text: header };
    let template = Template::read(&document, &document.parse()?, "", true)?;
    table(&file.path, rows, skipped, &template)
}

fn lines(text: &str) -> u64 {
    text.bytes().filter(|b| *b == b'\n').count() as u64
}

/// Header and table.
fn split(text: &str) -> Option<(&str, &str)> {
    let (first, rest) = text.split_once('\n')?;
    if first.trim_end() != FENCE {
        return None;
    }
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == FENCE {
            return Some((&rest[..at], &rest[at + line.len()..]));
        }
        at += line.len();
    }
    None
}

fn table(path: &Path, text: &str, skipped: u64, template: &Template) -> Result<Vec<Claim>> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let unreadable = |e: csv::Error| {
        let line = e.position().map_or(0, |p| p.line() + skipped);
        let item = format!("line {line}");
        Error::input(
            path,
            item,
            "comma-separated text, as many fields in each row",
            e.to_string(),
            "",
        )
    };
    let names = reader.headers().map_err(unreadable)?.clone();
    let mut places = HashMap::new();
    for (place, name) in names.iter().enumerate() {
        if places.insert(name, place).is_some() {
            let found = format!("{name:?} twice");
            return Err(Error::input(
                path,
                "line 1",
                "different column names",
                found,
                "",
            ));
        }
    }
    for name in template.columns() {
        if !places.contains_key(name) {
            let expected = format!("a column {name:?}");
            let found: Vec<_> = names.iter().collect();
            let advice = "the header names it; columns are told apart by the first row";
            return Err(Error::input(
                path,
                "line 1",
                expected,
                found.join(", "),
                advice,
            ));
        }
    }
    let mut claims = Vec::new();
    for (i, record) in reader.records().enumerate() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, |p| p.line() + skipped);
        let cell = |name: &str| record.get(*places.get(name)?);
        if template.wants(&cell) {
            claims.push(template.claim(path, i + 1, &format!("line {line}"), &cell)?);
        }
    }
    if claims.is_empty() {
        return Err(Error::input(
            path,
            "",
            "at least one row",
            "none",
            "see `only` in the header",
        ));
    }
    Ok(claims)
}
