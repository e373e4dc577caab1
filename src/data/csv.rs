//! Samples as comma-separated values, one row a point.
//!
//! If no field of the first row is a number, it is a header; if some are, it is
//! an error rather than a guess. A header of numbers only cannot be told from
//! data. The labels are the column named `label` or `y` (in any case), or the
//! last column; all other columns are inputs.
//!
//! A decimal such as 0.1 is not a 64-bit float: the nearest 64-bit float *is*
//! the input, and everything certified is about that input.

use ndarray::Array2;
use rug::Rational;

use super::{Pixels, ReadOptions, Sample, require_train};
use crate::error::{Error, Result};
use crate::input::InputFile;

/// Parses a sample; fields may be quoted and padded with blanks.
///
/// # Errors
/// Input, naming the line; see [`super::read`].
pub fn parse(file: &InputFile, options: &ReadOptions) -> Result<Sample> {
    require_train(&file.path, options)?;
    // Spreadsheets begin UTF-8 files with a byte-order mark.
    let bytes = file.bytes.strip_prefix(b"\xef\xbb\xbf");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(bytes.unwrap_or(&file.bytes));
    let mut table = Table::default();
    let mut record = csv::StringRecord::new();
    loop {
        let more = reader.read_record(&mut record).map_err(|error| {
            let found = error.to_string();
            Error::input(&file.path, "", "comma-separated text in UTF-8", found, "")
        })?;
        if !more {
            break;
        }
        let line = record.position().map_or(0, csv::Position::line);
        table.push(&record).map_err(|defect| {
            let item = match defect.column {
                Some(column) => format!("line {line}, column {}", column + 1),
                None => format!("line {line}"),
            };
            Error::input(&file.path, item, defect.expected, defect.found, "")
        })?;
    }
    let d = match table.layout {
        Some(layout) if !table.labels.is_empty() => layout.columns - 1,
        _ => {
            let expected = "at least one row of numbers";
            return Err(Error::input(&file.path, "", expected, "none", ""));
        }
    };
    let shape = (table.labels.len(), d);
    let pixels = Array2::from_shape_vec(shape, table.inputs)
        .map_err(|e| Error::bug(format!("a filled shape holds: {e}"), format!("{shape:?}")))?;
    let scale = options.scale.clone().unwrap_or_else(|| Rational::from(1));
    Sample::new(
        Pixels::F64(pixels),
        table.labels,
        scale,
        vec![file.source()],
    )
}

/// The rows read so far.
#[derive(Default)]
struct Table {
    layout: Option<Layout>,
    inputs: Vec<f64>,
    labels: Vec<u16>,
}

/// What the first row fixes.
#[derive(Clone, Copy)]
struct Layout {
    /// Number of columns, at least 2.
    columns: usize,
    /// The column (from 0) of the labels.
    label: usize,
}

/// What is wrong with a row, and in which column (from 0) if in one.
struct Defect {
    column: Option<usize>,
    expected: String,
    found: String,
}

impl Defect {
    fn row(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            column: None,
            expected: expected.into(),
            found: found.into(),
        }
    }

    fn field(column: usize, expected: &str, found: &str) -> Self {
        Self {
            column: Some(column),
            expected: expected.into(),
            found: format!("{:?}", found.chars().take(40).collect::<String>()),
        }
    }
}

impl Table {
    fn push(&mut self, record: &csv::StringRecord) -> std::result::Result<(), Defect> {
        let layout = match self.layout {
            Some(layout) => layout,
            None => {
                let (layout, is_header) = Layout::of(record)?;
                self.layout = Some(layout);
                if is_header {
                    return Ok(());
                }
                layout
            }
        };
        if record.len() != layout.columns {
            return Err(Defect::row(
                format!("{} fields, as in the first row", layout.columns),
                format!("{}", record.len()),
            ));
        }
        for (column, field) in record.iter().enumerate() {
            if column == layout.label {
                self.labels.push(label(column, field)?);
            } else {
                match field.parse::<f64>() {
                    Ok(value) if value.is_finite() => self.inputs.push(value),
                    _ => return Err(Defect::field(column, "a finite number", field)),
                }
            }
        }
        Ok(())
    }
}

impl Layout {
    /// The layout the first row fixes, and whether that row is a header.
    fn of(first: &csv::StringRecord) -> std::result::Result<(Self, bool), Defect> {
        let columns = first.len();
        if columns < 2 {
            return Err(Defect::row(
                "a label and at least one input",
                format!("{columns} field"),
            ));
        }
        let is_number = |field: &str| field.parse::<f64>().is_ok();
        let mut words = first.iter().enumerate().filter(|(_, f)| !is_number(f));
        let Some((column, word)) = words.next() else {
            let label = columns - 1;
            return Ok((Self { columns, label }, false));
        };
        if first.iter().any(is_number) {
            let expected = "either numbers only or a header without numbers";
            return Err(Defect::field(column, expected, word));
        }
        let is_label = |name: &str| ["label", "y"].iter().any(|l| name.eq_ignore_ascii_case(l));
        let mut named = first.iter().enumerate().filter(|(_, f)| is_label(f));
        let label = named.next().map_or(columns - 1, |(column, _)| column);
        match named.next() {
            Some((column, name)) => Err(Defect::field(column, "one column of labels", name)),
            None => Ok((Self { columns, label }, true)),
        }
    }
}

/// A label from 0 to 65535, written as an integer or as a float like `3.0`.
fn label(column: usize, field: &str) -> std::result::Result<u16, Defect> {
    match field.parse::<f64>() {
        Ok(value) if (0.0..=65535.0).contains(&value) && value.fract() == 0.0 => Ok(value as u16),
        _ => {
            let expected = "a label, an integer from 0 to 65535";
            Err(Defect::field(column, expected, field))
        }
    }
}
