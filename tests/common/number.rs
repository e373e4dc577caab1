//! Printed enclosures, read without the crate under test.

use rug::{Integer, Rational, ops::Pow};
use serde_json::Value as Json;

/// `[lo, hi]`, exactly as printed.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    pub lo: Rational,
    pub hi: Rational,
}

/// The rational that a decimal spells.
pub fn decimal(text: &str) -> Rational {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: Integer = format!("{whole}{fraction}").parse().expect(text);
    let exponent = exponent.parse::<i32>().expect(text) - fraction.len() as i32;
    let power = Integer::from(10).pow(exponent.unsigned_abs());
    if exponent >= 0 {
        Rational::from(digits * power)
    } else {
        Rational::from((digits, power))
    }
}

fn significant(text: &str) -> usize {
    let mantissa = text.split('e').next().unwrap_or("");
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').len()
}

/// Reads `{"lo", "hi"}` and checks the contract: `lo <= hi`, and either exact or
/// at least 17 significant digits.
#[track_caller]
pub fn range(json: &Json) -> Range {
    let end = |name: &str| json[name].as_str().unwrap_or_else(|| panic!("{json}"));
    let (lo, hi) = (end("lo"), end("hi"));
    let read = Range {
        lo: decimal(lo),
        hi: decimal(hi),
    };
    assert!(read.lo <= read.hi, "reversed: {json}");
    let full = |text| decimal(text) == 0 || significant(text) >= 17;
    assert!(lo == hi || (full(lo) && full(hi)), "too few digits: {json}");
    read
}

/// The rational that `-?0x<hex>p<exponent>` spells.
#[track_caller]
pub fn dyadic(text: &str) -> Rational {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (hex, exponent) = unsigned
        .strip_prefix("0x")
        .expect(text)
        .split_once('p')
        .expect(text);
    let mantissa = Integer::from_str_radix(hex, 16).expect(text) * sign;
    Rational::from(mantissa) << exponent.parse::<i32>().expect(text)
}

/// The set that a word of a certificate's step spells.
#[track_caller]
pub fn word(text: &str) -> Range {
    if let Some(pair) = text.strip_prefix('[') {
        let (lo, hi) = pair.trim_end_matches(']').split_once(", ").expect(text);
        return Range {
            lo: dyadic(lo),
            hi: dyadic(hi),
        };
    }
    let Some((low, rest)) = text.split_once('+') else {
        let x = dyadic(text);
        return Range {
            lo: x.clone(),
            hi: x,
        };
    };
    let (width, exponent) = rest.split_once('p').expect(text);
    let lo = dyadic(&format!("{low}p{exponent}"));
    let width = dyadic(&format!("0x{width}p{exponent}"));
    Range {
        hi: Rational::from(&lo + &width),
        lo,
    }
}

/// `{"lo", "hi"}` with dyadic ends.
#[track_caller]
pub fn dyadic_range(json: &Json) -> Range {
    let end = |name: &str| dyadic(json[name].as_str().unwrap_or_else(|| panic!("{json}")));
    Range {
        lo: end("lo"),
        hi: end("hi"),
    }
}

impl Range {
    pub fn contains(&self, other: &Range) -> bool {
        self.lo <= other.lo && other.hi <= self.hi
    }

    pub fn width(&self) -> Rational {
        Rational::from(&self.hi - &self.lo)
    }

    /// Width relative to the smaller end in absolute value.
    pub fn relative_width(&self) -> f64 {
        if self.width() == 0 {
            return 0.0;
        }
        let least = self.lo.clone().abs().min(self.hi.clone().abs());
        (self.width() / least).to_f64()
    }

    /// Larger on both sides by `relative` of its ends.
    pub fn widened(&self, relative: f64) -> Range {
        let by = Rational::from_f64(relative).unwrap();
        let lo = &self.lo - self.lo.clone().abs() * &by;
        let hi = &self.hi + self.hi.clone().abs() * &by;
        Range { lo, hi }
    }

    pub fn hi_f64(&self) -> f64 {
        self.hi.to_f64()
    }
}
