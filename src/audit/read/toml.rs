//! `[[claim]]` tables:
//!
//! ```toml
//! [[claim]]
//! bound = "pac-bayes/kl"       # or ID:FORM
//! form = "as-printed"          # if left out, as for `gapcert evaluate`
//! reported = "0.237"           # or 0.237, or ["0.2365", "0.2375"]
//! rounding = "up"              # exact, nearest (if left out), up, down, truncated
//! source = "Table 2, row 3"
//! note = "any text"
//!
//! [claim.inputs]
//! m = 60000                    # a number: exactly this
//! delta = 0.05
//! kl = "3124.5"                # a string: as printed, known to its last digit
//! empirical_loss = [0.1, 0.2]  # a range
//! ```
//!
//! Numbers are read as they are spelled, not through binary floats.

use super::template::Template;
use crate::audit::claim::Claim;
use crate::error::{Error, Result};
use crate::input::InputFile;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A TOML document with what is needed to name a place in it.
pub(super) struct Document<'a> {
    pub path: &'a std::path::Path,
    pub text: &'a str,
}

impl<'a> Document<'a> {
    pub fn parse(&self) -> Result<DeTable<'a>> {
        let parsed = DeTable::parse(self.text);
        let parsed = parsed.map_err(|e| {
            let item = e.span().map_or(String::new(), |s| self.line(s.start));
            Error::input(self.path, item, "TOML", e.message(), "")
        })?;
        Ok(parsed.into_inner())
    }

    /// The line of a place in the text.
    pub fn line(&self, start: usize) -> String {
        let before = self.text.as_bytes().iter().take(start);
        format!("line {}", 1 + before.filter(|b| **b == b'\n').count())
    }

    /// What is wrong with a value.
    pub fn refuse<T>(&self, at: &Spanned<T>, name: &str, expected: &str, found: &str) -> Error {
        let item = format!("{}: {name}", self.line(at.span().start));
        Error::input(self.path, item, expected, found, "")
    }
}

/// Reads a file of `[[claim]]` tables.
///
/// # Errors
/// Input, naming the line and the key.
pub fn parse(file: &InputFile) -> Result<Vec<Claim>> {
    let document = Document {
        path: &file.path,
        text: super::text(file)?,
    };
    let table = document.parse()?;
    for key in table.keys() {
        if key.get_ref() != "claim" {
            let found = format!("`{}`", key.get_ref());
            return Err(document.refuse(key, key.get_ref(), "[[claim]] tables only", &found));
        }
    }
    let claims = match table.get("claim") {
        Some(value) => match value.get_ref() {
            DeValue::Array(claims) => claims,
            _ => return Err(document.refuse(value, "claim", "[[claim]] tables", "another value")),
        },
        None => {
            return Err(Error::input(
                &file.path,
                "",
                "at least one [[claim]] table",
                "none",
                "",
            ));
        }
    };
    let mut all = Vec::with_capacity(claims.len());
    for (i, value) in claims.iter().enumerate() {
        let DeValue::Table(table) = value.get_ref() else {
            return Err(document.refuse(value, "claim", "a table", "another value"));
        };
        let place = format!("claim {}, {}", i + 1, document.line(value.span().start));
        let template = Template::read(&document, table, &place, false)?;
        all.push(template.claim(&file.path, i + 1, &place, &|_| None)?);
    }
    Ok(all)
}
