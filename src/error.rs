//! The three kinds of error: the user's, the mathematics', ours.
//!
//! The library returns them; only the command line turns them into text and an
//! exit code. Each displays as one line that can be read without its context.

use std::path::{Path, PathBuf};

use thiserror::Error as ThisError;

/// What every fallible function of the library returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a computation stopped, by whose doing.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
pub enum Error {
    /// A file of the user's is not what it should be; the user can mend it.
    #[error(transparent)]
    Input(Box<InputError>),
    /// The inputs are well formed but outside the theorem's domain.
    #[error(transparent)]
    Domain(Box<DomainError>),
    /// A condition that the code itself guarantees does not hold.
    #[error(transparent)]
    Bug(Box<Bug>),
}

/// A defect of an input file, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputError {
    /// The file, as the user named it.
    pub file: PathBuf,
    /// The part of the file, such as `tensor "2.weight"` or `line 3`; empty for the whole file.
    pub item: String,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
    /// What the user can do; empty where the rest already says it.
    pub advice: String,
}

impl std::fmt::Display for InputError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: ", one_line(&self.file.to_string_lossy()))?;
        if !self.item.is_empty() {
            write!(f, "{}: ", one_line(&self.item))?;
        }
        let (expected, found) = (one_line(&self.expected), one_line(&self.found));
        write!(f, "expected {expected}, found {found}")?;
        if !self.advice.is_empty() {
            write!(f, "; {}", self.advice)?;
        }
        Ok(())
    }
}

impl std::error::Error for InputError {}

/// Longest part of a message, in characters.
const MAX_PART: usize = 500;

/// Names come from untrusted files: they must not break the line, drive the
/// terminal or fill it.
fn one_line(text: &str) -> String {
    let mut line = String::new();
    for (position, symbol) in text.chars().enumerate() {
        if position == MAX_PART {
            line.push_str("...");
            break;
        }
        if symbol.is_control() {
            line.extend(symbol.escape_default());
        } else {
            line.push(symbol);
        }
    }
    line
}

/// The hypothesis of a theorem that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
#[error("outside the theorem's domain: {condition} is required, found {found}")]
pub struct DomainError {
    /// The condition, as the theorem states it, such as `0 < delta < 1`.
    pub condition: String,
    /// The value that violates it.
    pub found: String,
}

/// A broken promise of this program's own.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
#[error("a bug in gapcert: {what} (with {input}); please report this line")]
pub struct Bug {
    /// The condition that should have held.
    pub what: String,
    /// The input that shows it.
    pub input: String,
}

impl Error {
    /// The user's kind; the arguments are the fields of [`InputError`].
    pub fn input(
        file: impl AsRef<Path>,
        item: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Error::Input(Box::new(InputError {
            file: file.as_ref().to_path_buf(),
            item: item.into(),
            expected: expected.into(),
            found: found.into(),
            advice: advice.into(),
        }))
    }

    /// The mathematics' kind; the arguments are the fields of [`DomainError`].
    pub fn domain(condition: impl Into<String>, found: impl Into<String>) -> Self {
        Error::Domain(Box::new(DomainError {
            condition: condition.into(),
            found: found.into(),
        }))
    }

    /// Our kind; the arguments are the fields of [`Bug`].
    pub fn bug(what: impl Into<String>, input: impl Into<String>) -> Self {
        Error::Bug(Box::new(Bug {
            what: what.into(),
            input: input.into(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_error_reads_as_one_line() {
        let error = Error::input(
            "model.safetensors",
            "tensor \"2.weight\"",
            "shape [10, 100]",
            "[100, 10]",
            "the tensor looks transposed: store it as (out_features, in_features)",
        );
        assert_eq!(
            error.to_string(),
            "model.safetensors: tensor \"2.weight\": expected shape [10, 100], found [100, 10]; \
             the tensor looks transposed: store it as (out_features, in_features)"
        );
    }

    #[test]
    fn a_hostile_name_cannot_drive_the_terminal() {
        let name = format!("a\n\u{1b}[2J{}", "x".repeat(1000));
        let text = Error::input("f", name, "x", "y", "").to_string();
        assert!(text.starts_with("f: a\\n\\u{1b}[2Jxxx"), "{text}");
        assert!(
            text.contains("xxx...: expected") && text.len() < 600,
            "{text}"
        );
    }

    #[test]
    fn empty_parts_leave_no_trace() {
        let error = Error::input("a", "", "x", "y", "");
        assert_eq!(error.to_string(), "a: expected x, found y");
    }
}
