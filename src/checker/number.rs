//! Numbers of the checker: closed intervals with exact rational ends.
//!
//! The four operations, integer powers, minimum, maximum and ceiling of an
//! [`Interval`] are exact: no rounding, hence nothing to prove. Roots and
//! transcendental values come from [`super::functions`] with ends rounded
//! outward; every end is a rational again.

use rug::float::Round;
use rug::ops::Pow;
use rug::{Float, Integer, Rational};
use std::cmp::Ordering;

/// Binary exponents beyond this are not followed: a certificate could otherwise
/// make the checker write out numbers of any length.
pub const LARGEST_EXPONENT: i64 = 1 << 16;
/// Longest text of a number.
const LONGEST_TEXT: usize = 20_000;

/// A closed interval `[lo, hi]`, `lo <= hi`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Interval {
    lo: Rational,
    hi: Rational,
}

impl Interval {
    /// `None` if reversed.
    pub fn new(lo: Rational, hi: Rational) -> Option<Self> {
        (lo <= hi).then_some(Self { lo, hi })
    }

    /// One number.
    pub fn point(x: impl Into<Rational>) -> Self {
        let x = x.into();
        Self {
            lo: x.clone(),
            hi: x,
        }
    }

    pub fn lo(&self) -> &Rational {
        &self.lo
    }

    pub fn hi(&self) -> &Rational {
        &self.hi
    }

    /// The larger magnitude.
    pub fn size(&self) -> Rational {
        self.lo.clone().abs().max(self.hi.clone().abs())
    }

    /// The smallest interval that holds all of them; `None` if there are none.
    pub fn hull(all: impl IntoIterator<Item = Rational>) -> Option<Self> {
        all.into_iter().fold(None, |range, x| {
            Some(match range {
                None => Self::point(x),
                Some(Self { lo, hi }) if x < lo => Self { lo: x, hi },
                Some(Self { lo, hi }) if x > hi => Self { lo, hi: x },
                Some(range) => range,
            })
        })
    }

    /// The ends of a range that MPFR rounded outward; `None` if not finite.
    pub fn of_floats(lo: &Float, hi: &Float) -> Option<Self> {
        let reasonable = |x: &Float| {
            let exponent = x.get_exp().map_or(0, i64::from);
            x.is_finite() && exponent.abs() <= 4 * LARGEST_EXPONENT
        };
        (reasonable(lo) && reasonable(hi))
            .then(|| Self::new(lo.to_rational()?, hi.to_rational()?))
            .flatten()
    }

    /// Rounded outward to so many bits.
    pub fn outward(&self, bits: u32) -> Option<Self> {
        let lo = Float::with_val_round(bits, &self.lo, Round::Down).0;
        let hi = Float::with_val_round(bits, &self.hi, Round::Up).0;
        Self::of_floats(&lo, &hi)
    }

    /// True if `other` lies within.
    pub fn contains(&self, other: &Self) -> bool {
        self.lo <= other.lo && other.hi <= self.hi
    }

    /// The integer it is, if it is one.
    pub fn integer(&self) -> Option<&Integer> {
        (self.lo == self.hi && self.lo.is_integer()).then(|| self.lo.numer())
    }

    pub fn neg(&self) -> Self {
        Self {
            lo: (-&self.hi).into(),
            hi: (-&self.lo).into(),
        }
    }

    pub fn add(&self, other: &Self) -> Self {
        Self {
            lo: Rational::from(&self.lo + &other.lo),
            hi: Rational::from(&self.hi + &other.hi),
        }
    }

    pub fn sub(&self, other: &Self) -> Self {
        self.add(&other.neg())
    }

    pub fn mul(&self, other: &Self) -> Self {
        let product = |x: &Rational, y: &Rational| Rational::from(x * y);
        if self.lo >= 0 && other.lo >= 0 {
            return Self {
                lo: product(&self.lo, &other.lo),
                hi: product(&self.hi, &other.hi),
            };
        }
        let corners = [
            product(&self.lo, &other.lo),
            product(&self.lo, &other.hi),
            product(&self.hi, &other.lo),
            product(&self.hi, &other.hi),
        ];
        // Of four numbers there is a hull.
        Self::hull(corners).unwrap_or_else(|| Self::point(0))
    }

    /// `None` if `other` contains 0.
    pub fn div(&self, other: &Self) -> Option<Self> {
        if other.lo <= 0 && other.hi >= 0 {
            return None;
        }
        let inverse = Self {
            lo: other.hi.clone().recip(),
            hi: other.lo.clone().recip(),
        };
        Some(self.mul(&inverse))
    }

    /// The n-th power; `None` for a negative power of a set that contains 0, and
    /// for results too long to write out.
    pub fn powi(&self, n: i32) -> Option<Self> {
        let bits = |x: &Rational| {
            i64::from(x.numer().significant_bits()) + i64::from(x.denom().significant_bits())
        };
        let longest = bits(&self.lo).max(bits(&self.hi));
        if longest.saturating_mul(i64::from(n).abs()) > 16 * LARGEST_EXPONENT {
            return None;
        }
        if n < 0 {
            return Self::point(1).div(&self.powi(-n)?);
        }
        let n = n.unsigned_abs();
        let (a, b) = (self.lo.clone().pow(n), self.hi.clone().pow(n));
        let zero_inside = self.lo < 0 && self.hi > 0;
        if n.is_multiple_of(2) && n > 0 && zero_inside {
            return Some(Self {
                lo: Rational::new(),
                hi: a.max(b),
            });
        }
        Self::hull([a, b])
    }

    pub fn min(&self, other: &Self) -> Self {
        Self {
            lo: self.lo.clone().min(other.lo.clone()),
            hi: self.hi.clone().min(other.hi.clone()),
        }
    }

    pub fn max(&self, other: &Self) -> Self {
        self.neg().min(&other.neg()).neg()
    }

    pub fn ceil(&self) -> Self {
        Self {
            lo: self.lo.clone().ceil(),
            hi: self.hi.clone().ceil(),
        }
    }
}

/// `-?0x<hex>p<decimal>`: mantissa times a power of two. The spelling is unique:
/// no leading zeros, no `+`, zero is `0x0p0`.
pub fn dyadic(text: &str) -> Option<Rational> {
    let (negative, body) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (digits, exponent) = body.strip_prefix("0x")?.split_once('p')?;
    let lower_hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    if digits.is_empty() || digits.len() > LONGEST_TEXT || !digits.bytes().all(lower_hex) {
        return None;
    }
    let shift = whole(exponent)?;
    if digits == "0" {
        return (!negative && exponent == "0").then(Rational::new);
    }
    if digits.starts_with('0') || shift.abs() > LARGEST_EXPONENT {
        return None;
    }
    let mantissa = Rational::from(Integer::from_str_radix(digits, 16).ok()?);
    let x = scaled(mantissa, shift);
    Some(if negative { -x } else { x })
}

fn scaled(x: Rational, shift: i64) -> Rational {
    let by = shift.unsigned_abs().min(u64::from(u32::MAX)) as u32;
    if shift >= 0 { x << by } else { x >> by }
}

/// A decimal integer in its only spelling.
fn whole(text: &str) -> Option<i64> {
    let n: i64 = text.parse().ok()?;
    (n.to_string() == text).then_some(n)
}

/// A number as users write it: a decimal, a hexadecimal float, or p/q of two.
pub fn written(text: &str) -> Option<Rational> {
    let text = text.trim();
    if text.len() > LONGEST_TEXT {
        return None;
    }
    match text.split_once('/') {
        None => simple(text),
        Some((p, q)) => {
            let (p, q) = (simple(p.trim())?, simple(q.trim())?);
            (q.cmp0() != Ordering::Equal).then(|| p / q)
        }
    }
}

fn simple(text: &str) -> Option<Rational> {
    let (negative, body) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let hex = body.strip_prefix("0x").or_else(|| body.strip_prefix("0X"));
    let (radix, marks, step, body) = match hex {
        Some(body) => (16, ['p', 'P'], 4, body),
        None => (10, ['e', 'E'], 1, body),
    };
    let (digits, exponent) = body.split_once(marks).unwrap_or((body, "0"));
    let exponent: i64 = exponent.parse().ok()?;
    let (before, after) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{before}{after}");
    if all.is_empty() || !all.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let mantissa = Rational::from(Integer::from_str_radix(&all, radix as i32).ok()?);
    let exponent = exponent.checked_sub(step * i64::try_from(after.len()).ok()?)?;
    if exponent.abs() > LARGEST_EXPONENT {
        return None;
    }
    let x = if radix == 16 {
        scaled(mantissa, exponent)
    } else {
        mantissa * Rational::from(10).pow(exponent as i32)
    };
    Some(if negative { -x } else { x })
}

/// `digits` significant decimal digits, rounded up, spelled like the product
/// does: plain from 1e-6 to 1e21, else with an exponent.
pub fn decimal_up(x: &Rational, digits: u32) -> String {
    if x.cmp0() == Ordering::Equal {
        return "0".into();
    }
    let negative = x.cmp0() == Ordering::Less;
    let magnitude = x.clone().abs();
    // 10^(e-1) <= |x| < 10^e
    let ten = |n: i64| Rational::from(10).pow(n as i32);
    let bits = i64::from(magnitude.numer().significant_bits())
        - i64::from(magnitude.denom().significant_bits());
    let mut e = (bits as f64 * std::f64::consts::LOG10_2).floor() as i64;
    while magnitude >= ten(e) {
        e += 1;
    }
    while magnitude < ten(e - 1) {
        e -= 1;
    }
    let shifted = magnitude * ten(i64::from(digits) - e);
    let rounded = if negative {
        shifted.floor()
    } else {
        shifted.ceil()
    };
    let mut text = rounded.numer().to_string();
    if text.len() > digits as usize {
        e += 1;
    }
    let kept = text.trim_end_matches('0').len().max(1);
    text.truncate(kept);
    let n = text.len() as i64;
    let sign = if negative { "-" } else { "" };
    match e {
        -5..=0 => format!("{sign}0.{}{text}", "0".repeat(e.unsigned_abs() as usize)),
        _ if e > 0 && e < n => {
            let (whole, rest) = text.split_at(e as usize);
            format!("{sign}{whole}.{rest}")
        }
        _ if e >= n && e <= 21 => format!("{sign}{text}{}", "0".repeat((e - n) as usize)),
        _ => {
            let point = if n > 1 { "." } else { "" };
            let (first, rest) = text.split_at(1);
            format!("{sign}{first}{point}{rest}e{}", e - 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling() {
        assert_eq!(dyadic("0x3p-1"), Some(Rational::from((3, 2))));
        assert_eq!(dyadic("-0x1fp2"), Some(Rational::from(-124)));
        assert_eq!(dyadic("0x0p0"), Some(Rational::new()));
        for bad in [
            "",
            "1",
            "0x",
            "0xp1",
            "0x1",
            "0x1p",
            "0x1p+1",
            "0x01p0",
            "-0x0p0",
            "0x0p1",
            "0xAp0",
            "0x1p1.5",
            "0x1p99999999",
            " 0x1p0",
            "inf",
            "0x1p01",
        ] {
            assert_eq!(dyadic(bad), None, "{bad}");
        }
    }

    #[test]
    fn users_write_decimals_fractions_and_hexadecimals() {
        let half = Some(Rational::from((1, 2)));
        for text in [
            "0.5", " 5e-1 ", "1/2", "0x1p-1", "0x.8", "+.5", "50E-2", "0.1/0.2",
        ] {
            assert_eq!(written(text), half, "{text}");
        }
        for bad in [
            "",
            "1/0",
            "x",
            "1e",
            "0x1p",
            "1/2/3",
            "1e99999999",
            "--1",
            ".",
        ] {
            assert_eq!(written(bad), None, "{bad}");
        }
    }

    #[test]
    fn decimals_are_rounded_up() {
        let up = |p: i64, q: i64| decimal_up(&Rational::from((p, q)), 6);
        assert_eq!(up(1, 3), "0.333334");
        assert_eq!(up(-1, 3), "-0.333333");
        assert_eq!(up(9_999_999, 10_000_000), "1");
        assert_eq!(up(1, 1), "1");
        assert_eq!(up(123_456_789, 1), "123457000");
        assert_eq!(up(12_345, 10), "1234.5");
        assert_eq!(up(1, 300_000), "0.00000333334");
        assert_eq!(up(1, 3_000_000), "3.33334e-7");
        assert_eq!(
            decimal_up(&Rational::from(Integer::from(10).pow(21u32)), 6),
            "1e21"
        );
    }

    #[test]
    fn powers_and_products_cover_the_sign_cases() {
        let i = |a: i64, b: i64| Interval::new(Rational::from(a), Rational::from(b)).unwrap();
        assert_eq!(i(-2, 3).powi(2), Some(i(0, 9)));
        assert_eq!(i(-2, 3).powi(3), Some(i(-8, 27)));
        assert_eq!(i(-2, 3).powi(-1), None);
        assert_eq!(i(-2, 3).mul(&i(-5, 1)), i(-15, 10));
        assert_eq!(i(1, 2).div(&i(-1, 1)), None);
        assert_eq!(i(-2, 3).max(&i(-1, 1)), i(-1, 3));
    }
}
