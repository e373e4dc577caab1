//! The exact numbers of a certificate, read and written for Coq.

use rug::ops::NegAssign;
use rug::{Float, Integer};

/// `mantissa` times 2^`exponent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dyadic {
    pub mantissa: Integer,
    pub exponent: i64,
}

impl Dyadic {
    /// `-?0x<hex>p<exponent>`; `None` if the text is something else.
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = text.split_once('p')?;
        Some(Self {
            mantissa: hexadecimal(mantissa)?,
            exponent: exponent_of(exponent)?,
        })
    }

    /// A finite float, exactly.
    pub fn of_float(x: &Float) -> Option<Self> {
        let (mantissa, exponent) = x.to_integer_exp()?;
        Some(Self {
            mantissa,
            exponent: i64::from(exponent),
        })
    }

    /// The number, if it is an integer of moderate length.
    pub fn to_integer(&self) -> Option<Integer> {
        let shift = u32::try_from(self.exponent.unsigned_abs()).ok()?;
        if self.exponent < 0 {
            let whole = self.mantissa.is_divisible_2pow(shift);
            return whole.then(|| Integer::from(&self.mantissa >> shift));
        }
        (shift <= 4096).then(|| Integer::from(&self.mantissa << shift))
    }

    /// As Coq's `dyadic`.
    pub fn coq(&self) -> String {
        format!(
            "(D {} {})",
            coq_integer(&self.mantissa),
            parenthesised(&self.exponent.to_string())
        )
    }
}

/// Exponents of MPFR's numbers.
const LARGEST_EXPONENT: u64 = 1 << 32;

fn exponent_of(text: &str) -> Option<i64> {
    let exponent: i64 = text.parse().ok()?;
    (exponent.unsigned_abs() <= LARGEST_EXPONENT).then_some(exponent)
}

/// `-?0x<hex>`.
fn hexadecimal(text: &str) -> Option<Integer> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let digits = digits.strip_prefix("0x")?;
    let mut n = digits_only(digits)?;
    if negative {
        n.neg_assign();
    }
    Some(n)
}

/// rug would take a sign and underscores.
fn digits_only(digits: &str) -> Option<Integer> {
    let all = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
    all.then(|| Integer::from_str_radix(digits, 16).ok())?
}

/// An integer as Coq reads it as an argument.
pub fn coq_integer(n: &Integer) -> String {
    let magnitude = n.clone().abs();
    let digits = if magnitude < 1_000_000_000 {
        magnitude.to_string()
    } else {
        format!("0x{magnitude:x}")
    };
    if n.is_negative() {
        format!("(-{digits})")
    } else {
        digits
    }
}

/// A decimal without exponent, as a fraction over a power of ten.
pub fn decimal_fraction(text: &str) -> Option<(Integer, Integer)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction}");
    let all = !whole.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let numerator = all.then(|| Integer::from_str_radix(&digits, 10).ok())??;
    let places = u32::try_from(fraction.len()).ok().filter(|n| *n < 100)?;
    Some((numerator, Integer::from(Integer::u_pow_u(10, places))))
}

fn parenthesised(text: &str) -> String {
    if text.starts_with('-') {
        format!("({text})")
    } else {
        text.to_owned()
    }
}

/// A closed set of reals; an end that is missing is infinite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    pub lo: Option<Dyadic>,
    pub hi: Option<Dyadic>,
}

impl Set {
    /// One number.
    pub fn point(x: Dyadic) -> Self {
        Self {
            lo: Some(x.clone()),
            hi: Some(x),
        }
    }

    /// From the texts of its ends.
    pub fn from_ends(lo: &str, hi: &str) -> Option<Self> {
        let end = |text: &str, infinite: &str| {
            if text == infinite {
                Some(None)
            } else {
                Dyadic::parse(text).map(Some)
            }
        };
        Some(Self {
            lo: end(lo, "-inf")?,
            hi: end(hi, "inf")?,
        })
    }

    /// A dyadic number, `<dyadic mantissa>+<hex>p<exponent>`, or `[lo, hi]`.
    pub fn from_word(text: &str) -> Option<Self> {
        if let Some(ends) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
            let (lo, hi) = ends.split_once(", ")?;
            return Self::from_ends(lo, hi);
        }
        let Some((lo, rest)) = text.split_once('+') else {
            return Some(Self::point(Dyadic::parse(text)?));
        };
        let (width, exponent) = rest.split_once('p')?;
        let exponent = exponent_of(exponent)?;
        let lo = hexadecimal(lo)?;
        let hi = digits_only(width)? + &lo;
        let end = |mantissa| Some(Dyadic { mantissa, exponent });
        Some(Self {
            lo: end(lo),
            hi: end(hi),
        })
    }

    /// The number, if the set is one.
    pub fn as_point(&self) -> Option<&Dyadic> {
        self.lo.as_ref().filter(|_| self.lo == self.hi)
    }

    /// The integer, if the set is one.
    pub fn as_integer(&self) -> Option<Integer> {
        self.as_point()?.to_integer()
    }

    /// Both ends, if finite.
    pub fn finite(&self) -> Option<(&Dyadic, &Dyadic)> {
        Some((self.lo.as_ref()?, self.hi.as_ref()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_read() {
        let coq = |x: &Option<Dyadic>| x.as_ref().map_or("none".into(), Dyadic::coq);
        let read = |text: &str| {
            let set = Set::from_word(text)?;
            Some((coq(&set.lo), coq(&set.hi)))
        };
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(read("0x3p-1"), pair("(D 3 (-1))", "(D 3 (-1))"));
        assert_eq!(read("-0x1f+2p0"), pair("(D (-31) 0)", "(D (-29) 0)"));
        assert_eq!(read("[0x1p0, inf]"), pair("(D 1 0)", "none"));
        assert_eq!(
            read("0xffffffffffp1"),
            pair("(D 0xffffffffff 1)", "(D 0xffffffffff 1)")
        );
        for wrong in [
            "",
            "0x",
            "0xp1",
            "1p0",
            "0x1",
            "0x1_0p1",
            "0x1p",
            "[0x1p0]",
            "inf",
            "0x-1p0",
            "0x1p99999999999",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn decimals_are_fractions() {
        let read = |text: &str| decimal_fraction(text).map(|(p, q)| (p.to_string(), q.to_string()));
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(read("0.133184"), pair("133184", "1000000"));
        assert_eq!(read("2"), pair("2", "1"));
        for wrong in ["", ".5", "-1.0", "1e5", "inf", "1.2.3"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn integers_are_told() {
        let integer = |text: &str| Set::from_word(text)?.as_integer();
        assert_eq!(integer("0x660dp1"), Some(Integer::from(52250)));
        assert_eq!(integer("0x6p-1"), Some(Integer::from(3)));
        assert_eq!(integer("0x3p-1"), None);
        assert_eq!(integer("0x3+1p0"), None);
    }
}
