//! The option `--scale`: an exact positive rational.

use rug::{Integer, Rational, ops::Pow};

use crate::error::{Error, Result};

/// Longer numbers are refused: the exact value of a few characters such as
/// `1e999999999` would fill the memory.
const MAX_LENGTH: usize = 100;
const MAX_EXPONENT: i32 = 400;

/// Parses an exact decimal (`0.5`, `1e-3`) or fraction (`1/255`) above 0.
///
/// # Errors
/// Input, if it is not of this form, not above 0, longer than 100 characters
/// or with an exponent beyond 400.
pub fn parse_scale(text: &str) -> Result<Rational> {
    let refuse = |found: String| {
        let expected = "an exact decimal or fraction above 0, such as 1/255 or 0.5";
        Error::input("--scale", "", expected, found, "")
    };
    if text.len() > MAX_LENGTH {
        return Err(refuse(format!("{} characters", text.len())));
    }
    let value = match text.split_once('/') {
        Some((p, q)) => fraction(p.trim(), q.trim()),
        None => decimal(text.trim()),
    };
    match value {
        Some(value) if value > 0 => Ok(value),
        _ => Err(refuse(format!("{text:?}"))),
    }
}

fn fraction(p: &str, q: &str) -> Option<Rational> {
    let (p, q) = (whole(p)?, whole(q)?);
    (q != 0).then(|| Rational::from((p, q)))
}

fn whole(digits: &str) -> Option<Integer> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

fn decimal(text: &str) -> Option<Rational> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    if exponent.unsigned_abs() > MAX_EXPONENT.unsigned_abs() {
        return None;
    }
    let (units, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = whole(&format!("{units}{decimals}"))?;
    let shift = exponent - i32::try_from(decimals.len()).ok()?;
    let power = Integer::from(10).pow(shift.unsigned_abs());
    Some(if shift >= 0 {
        Rational::from(digits * power)
    } else {
        Rational::from((digits, power))
    })
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
            "-1/-2",
            "1/2/3",
            "nan",
            "inf",
            "1e999999999",
            "é",
            "1_0",
            "+",
            "e5",
            "0x10",
            "1e",
            "1e+-5",
        ] {
            assert!(parse_scale(text).is_err(), "{text}");
        }
        assert!(parse_scale(&"1".repeat(101)).is_err());
    }
}
