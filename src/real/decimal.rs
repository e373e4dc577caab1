//! Decimal strings in and out, always outward.
//!
//! Reading: a decimal string stands for exactly the rational it spells; the
//! enclosure contains it. Printing: the printed `lo` is <= the true `lo`, the
//! printed `hi` >= the true `hi`.

use super::Enclosure;
use rug::float::Round;
use rug::{Float, Integer, Rational};

/// Why a string is not a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{text}\" is not a number: expected a decimal such as -1.25e-3 or a hexadecimal float such as 0x1.8p-4"
)]
pub struct ParseDecimalError {
    text: String,
}

/// Decimal exponents up to this size are read exactly as rationals.
const LARGEST_EXACT_EXPONENT: i64 = 10_000;
/// Binary exponents of hexadecimal floats up to this size are accepted.
const LARGEST_BINARY_EXPONENT: i64 = 1 << 24;
/// More significant digits than this are not printed, whatever was asked for.
const MOST_DIGITS: usize = 100_000;

/// `mantissa * base^exponent`, as spelled.
struct Spelled {
    mantissa: Integer,
    base: u32,
    exponent: i64,
}

fn spelled(text: &str) -> Result<Spelled, ParseDecimalError> {
    let error = || ParseDecimalError {
        text: text.chars().take(60).collect(),
    };
    let (negative, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let hex = unsigned
        .strip_prefix("0x")
        .or_else(|| unsigned.strip_prefix("0X"));
    let (body, radix, marker, bits) = match hex {
        Some(body) => (body, 16, ['p', 'P'], 4),
        None => (unsigned, 10, ['e', 'E'], 1),
    };
    let (digits, exponent) = match body.split_once(marker) {
        Some((digits, exponent)) => {
            let valid = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if valid.is_empty() || !valid.bytes().all(|b| b.is_ascii_digit()) {
                return Err(error());
            }
            // An exponent beyond i64 saturates; the caller treats it as huge.
            let huge = if exponent.starts_with('-') {
                i64::MIN / 4
            } else {
                i64::MAX / 4
            };
            (
                digits,
                exponent
                    .parse::<i64>()
                    .unwrap_or(huge)
                    .clamp(i64::MIN / 4, i64::MAX / 4),
            )
        }
        None => (body, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let joined = format!("{whole}{fraction}");
    if joined.is_empty() || !joined.chars().all(|c| c.is_digit(radix)) {
        return Err(error());
    }
    let mut mantissa = Integer::from_str_radix(&joined, radix as i32).map_err(|_| error())?;
    if negative {
        mantissa = -mantissa;
    }
    let shift = i64::try_from(fraction.len()).map_err(|_| error())? * bits;
    let base = if radix == 16 { 2 } else { 10 };
    if base == 2 && exponent.abs() > LARGEST_BINARY_EXPONENT {
        return Err(error());
    }
    Ok(Spelled {
        mantissa,
        base,
        exponent: exponent - shift,
    })
}

/// The exact rational a decimal, hexadecimal or `p/q` string spells.
///
/// # Errors
/// If it is not a number, or its exponent is too large to write out.
pub fn parse_rational(text: &str) -> Result<Rational, ParseDecimalError> {
    let error = || ParseDecimalError {
        text: text.chars().take(60).collect(),
    };
    let text = text.trim();
    if let Some((p, q)) = text.split_once('/') {
        // One slash: a chain of them would recurse as deep as it is long.
        if q.contains('/') {
            return Err(error());
        }
        let (p, q) = (parse_rational(p)?, parse_rational(q)?);
        return if q.is_zero() { Err(error()) } else { Ok(p / q) };
    }
    let Spelled {
        mantissa,
        base,
        exponent,
    } = spelled(text)?;
    if exponent.abs() > LARGEST_EXACT_EXPONENT.max(LARGEST_BINARY_EXPONENT * i64::from(base == 2)) {
        return Err(error());
    }
    let power = Integer::from(Integer::u_pow_u(base, exponent.unsigned_abs() as u32));
    Ok(if exponent >= 0 {
        Rational::from(mantissa * power)
    } else {
        Rational::from((mantissa, power))
    })
}

/// The number a string spells, and one unit of its last digit where it is a
/// decimal (`0.230`: 0.001; `2.5e3`: 100). A fraction and a hexadecimal float have
/// no last decimal digit.
///
/// # Errors
/// As [`parse_rational`].
pub fn parse_printed(text: &str) -> Result<(Rational, Option<Rational>), ParseDecimalError> {
    let number = parse_rational(text)?;
    let unit = match spelled(text.trim()) {
        Ok(Spelled {
            base: 10, exponent, ..
        }) => Some(parse_rational(&format!("1e{exponent}"))?),
        _ => None,
    };
    Ok((number, unit))
}

impl Enclosure {
    /// The enclosure of the number a string spells: a decimal, or a
    /// hexadecimal float (exact whenever its digits fit the precision).
    ///
    /// # Errors
    /// If the string is not a number (`inf` and `nan` are not).
    pub fn parse(prec: u32, text: &str) -> Result<Self, ParseDecimalError> {
        let text = text.trim();
        let parts = spelled(text)?;
        if parts.base == 2 || parts.exponent.abs() <= LARGEST_EXACT_EXPONENT {
            return Ok(Self::rational(prec, &parse_rational(text)?));
        }
        // Too large an exponent to write out: MPFR rounds it in each direction.
        let rounded = |round| {
            let number = Float::parse(text).map_err(|_| ParseDecimalError {
                text: text.chars().take(60).collect(),
            })?;
            Ok(Float::with_val_round(prec, number, round).0)
        };
        Ok(Self::checked(rounded(Round::Down)?, rounded(Round::Up)?))
    }

    /// `(lo, hi)` in decimal, each rounded to `digits` significant digits
    /// (2 at least, 100,000 at most) outward. Undefined prints as `-inf`, `inf`.
    pub fn to_decimal(&self, digits: usize) -> (String, String) {
        (
            decimal(&self.lo(), digits, Round::Down),
            decimal(&self.hi(), digits, Round::Up),
        )
    }

    /// Enough digits that reading back loses about one unit in the last place.
    pub fn full_digits(&self) -> usize {
        (f64::from(self.prec()) * std::f64::consts::LOG10_2).ceil() as usize + 2
    }
}

/// One number in decimal, rounded in the direction given.
fn decimal(x: &Float, digits: usize, round: Round) -> String {
    if x.is_infinite() {
        return if x.is_sign_negative() {
            "-inf".into()
        } else {
            "inf".into()
        };
    }
    if x.is_zero() {
        return "0".into();
    }
    // x = 0.d1d2d3... * 10^exponent
    let (negative, text, exponent) =
        x.to_sign_string_exp_round(10, Some(digits.clamp(2, MOST_DIGITS)), round);
    let exponent = i64::from(exponent.unwrap_or(0));
    let text = text.trim_end_matches('0');
    let text = if text.is_empty() { "0" } else { text };
    let sign = if negative { "-" } else { "" };
    let n = text.len() as i64;
    match exponent {
        e if (-5..=0).contains(&e) => {
            format!("{sign}0.{}{text}", "0".repeat(e.unsigned_abs() as usize))
        }
        e if e > 0 && e < n => format!("{sign}{}.{}", &text[..e as usize], &text[e as usize..]),
        e if e >= n && e <= 21 => format!("{sign}{text}{}", "0".repeat((e - n) as usize)),
        e => {
            let point = if n > 1 { "." } else { "" };
            format!("{sign}{}{point}{}e{}", &text[..1], &text[1..], e - 1)
        }
    }
}
