//! The option `--scale`: an exact positive rational.

use rug::Rational;

use crate::error::{Error, Result};
use crate::real::parse_rational;

/// Longer texts are refused before they are read.
const MAX_LENGTH: usize = 100;
/// Every threshold is multiplied by these integers; beyond this size it would
/// only cost time.
const MAX_BITS: u32 = 2000;

/// Parses an exact decimal (`0.5`, `1e-3`), hexadecimal float or fraction
/// (`1/255`) above 0.
///
/// # Errors
/// Input, if it is not of this form, not above 0, longer than 100 characters,
/// or of a numerator or denominator beyond 2000 bits.
pub fn parse_scale(text: &str) -> Result<Rational> {
    let refuse = |found: String| {
        let expected = "an exact decimal or fraction above 0, such as 1/255 or 0.5";
        Error::input("--scale", "", expected, found, "")
    };
    if text.len() > MAX_LENGTH {
        return Err(refuse(format!("{} characters", text.len())));
    }
    let small = |x: &Rational| {
        x.numer()
            .significant_bits()
            .max(x.denom().significant_bits())
            <= MAX_BITS
    };
    match parse_rational(text) {
        Ok(value) if value > 0 && small(&value) => Ok(value),
        _ => Err(refuse(format!("{text:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_and_fractions_are_exact() {
        for (text, value) in [
            ("1/255", (1, 255)),
            (" 2 / 4 ", (1, 2)),
            ("0.1", (1, 10)),
            (".5", (1, 2)),
            ("3.", (3, 1)),
            ("25e-2", (1, 4)),
            ("1.5E+1", (15, 1)),
            ("0x1.8p-4", (3, 32)),
        ] {
            assert_eq!(parse_scale(text).unwrap(), Rational::from(value), "{text}");
        }
    }

    #[test]
    fn others_are_refused() {
        for text in [
            "",
            ".",
            "0",
            "0/3",
            "1/0",
            "-1",
            "1/2/3",
            "nan",
            "inf",
            "1e999999999",
            "é",
            "1_0",
            "+",
            "e5",
            "0x",
            "1e-5000",
            "1e",
            "1e+-5",
        ] {
            assert!(parse_scale(text).is_err(), "{text}");
        }
        assert!(parse_scale(&"1".repeat(101)).is_err());
    }
}
