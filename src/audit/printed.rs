//! A number as it is printed, and the numbers it may stand for.

use crate::real::parse_printed;
use rug::Rational;

/// How a number was turned into the decimal that is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// The decimal is the number.
    Exact,
    /// To the nearest decimal: half a unit of the last digit on either side.
    Nearest,
    /// Upwards: the number is at most the decimal, and less than a unit below it.
    Up,
    /// Downwards.
    Down,
    /// Towards zero.
    Truncated,
}

impl Rounding {
    /// All of them, with the names they have in files.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("exact", Self::Exact),
        ("nearest", Self::Nearest),
        ("up", Self::Up),
        ("down", Self::Down),
        ("truncated", Self::Truncated),
    ];

    /// The one of that name.
    pub fn find(name: &str) -> Option<Self> {
        let all = Self::NAMES.iter();
        all.copied().find(|(n, _)| *n == name).map(|(_, r)| r)
    }
}

/// A printed number: the closed range it stands for. Closing the half-open ranges
/// of directed rounding only adds a number that may be meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Printed {
    /// As printed.
    pub text: String,
    /// The decimal itself; `None` for a range.
    pub number: Option<Rational>,
    pub lo: Rational,
    pub hi: Rational,
    /// One unit of the last digit; `None` where there are no decimal digits.
    pub unit: Option<Rational>,
    /// How the decimal came about; `Exact` for a range, which says so itself.
    pub rounding: Rounding,
}

/// Numbers of more characters are refused: no publication prints them.
const LONGEST: usize = 1500;
/// Exponents of hexadecimal floats beyond those of f64 are refused: written out,
/// they would be megabytes each.
const LARGEST_BITS: u32 = 20_000;

fn parse(text: &str) -> Option<(Rational, Option<Rational>)> {
    if text.len() > LONGEST {
        return None;
    }
    // `0x1p-9999999` would be written out before it could be measured.
    if let Some((_, exponent)) = text.split_once(['p', 'P'])
        && exponent
            .trim()
            .parse::<i32>()
            .map_or(true, |e| e.unsigned_abs() > LARGEST_BITS)
    {
        return None;
    }
    parse_printed(text).ok()
}

impl Printed {
    /// The number that a text spells, rounded in the way given; `None` if it is not
    /// a number.
    pub fn number(text: &str, rounding: Rounding) -> Option<Self> {
        let (number, unit) = parse(text)?;
        let zero = Rational::new();
        let step = unit.clone().unwrap_or_default();
        let (below, above) = match rounding {
            // No digits, no rounding.
            _ if unit.is_none() => (zero.clone(), zero),
            Rounding::Exact => (zero.clone(), zero),
            Rounding::Nearest => (step.clone() / 2, step / 2),
            Rounding::Up => (step, zero),
            Rounding::Down => (zero, step),
            // A printed zero tells no sign.
            Rounding::Truncated if number == 0 => (step.clone(), step),
            Rounding::Truncated if number < 0 => (step, zero),
            Rounding::Truncated => (zero, step),
        };
        let rounding = match unit {
            None => Rounding::Exact,
            Some(_) => rounding,
        };
        Some(Self {
            text: text.trim().to_owned(),
            lo: Rational::from(&number - &below),
            hi: Rational::from(&number + &above),
            number: Some(number),
            unit,
            rounding,
        })
    }

    /// The range between two numbers; `None` if one is none, or they are reversed.
    pub fn range(lo: &str, hi: &str) -> Option<Self> {
        let ((low, unit_lo), (high, unit_hi)) = (parse(lo)?, parse(hi)?);
        (low <= high).then(|| Self {
            text: format!("[{}, {}]", lo.trim(), hi.trim()),
            number: None,
            lo: low,
            hi: high,
            unit: match (unit_lo, unit_hi) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            },
            rounding: Rounding::Exact,
        })
    }

    /// The same number printed as a percentage.
    pub fn percent(self) -> Self {
        let hundredth = |x: Rational| x / 100;
        Self {
            text: format!("{}%", self.text),
            number: self.number.map(hundredth),
            lo: hundredth(self.lo),
            hi: hundredth(self.hi),
            unit: self.unit.map(hundredth),
            rounding: self.rounding,
        }
    }

    /// The same number read off a figure with this relative error: its digits mean
    /// nothing.
    pub fn read_off(self, relative_error: &Rational) -> Self {
        let scaled = |x: &Rational, sign: i32| {
            let by = x.clone().abs() * relative_error;
            if sign < 0 {
                Rational::from(x - &by)
            } else {
                Rational::from(x + &by)
            }
        };
        Self {
            lo: scaled(&self.lo, -1),
            hi: scaled(&self.hi, 1),
            number: None,
            rounding: Rounding::Exact,
            ..self
        }
    }

    /// Whether it stands for one number only.
    pub fn is_exact(&self) -> bool {
        self.lo == self.hi
    }

    /// Significant digits of the decimal; 0 for a range.
    pub fn significant_digits(&self) -> usize {
        if self.number.is_none() {
            return 0;
        }
        let mantissa = self.text.split(['e', 'E']).next().unwrap_or("");
        let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        digits.trim_start_matches('0').len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(text: &str, rounding: Rounding) -> [Rational; 2] {
        let x = Printed::number(text, rounding).unwrap();
        [x.lo, x.hi]
    }

    #[test]
    fn the_issues_own_example() {
        let thousandths =
            |a: i64, b: i64| [Rational::from((a, 10_000)), Rational::from((b, 10_000))];
        assert_eq!(ends("0.237", Rounding::Nearest), thousandths(2365, 2375));
        assert_eq!(ends("0.237", Rounding::Exact), thousandths(2370, 2370));
        assert_eq!(ends("0.237", Rounding::Up), thousandths(2360, 2370));
        assert_eq!(ends("0.237", Rounding::Down), thousandths(2370, 2380));
        assert_eq!(ends("0.237", Rounding::Truncated), thousandths(2370, 2380));
        assert_eq!(
            ends("-0.237", Rounding::Truncated),
            thousandths(-2380, -2370)
        );
        assert_eq!(ends("0.230", Rounding::Nearest), thousandths(2295, 2305));
    }

    #[test]
    fn exponents_zeros_and_numbers_without_digits() {
        let whole = |a: i64, b: i64| [Rational::from(a), Rational::from(b)];
        assert_eq!(ends("2.5e3", Rounding::Nearest), whole(2450, 2550));
        assert_eq!(ends("0", Rounding::Truncated), whole(-1, 1));
        let third = Printed::number("1/3", Rounding::Nearest).unwrap();
        assert!(third.is_exact() && third.rounding == Rounding::Exact);
        assert!(
            Printed::number("0x1.8p-4", Rounding::Up)
                .unwrap()
                .is_exact()
        );
        for bad in [
            "",
            "nan",
            "1/0",
            "0x1p-99999999",
            "0x1p",
            "1e99999",
            "1,5",
            "9".repeat(2000).as_str(),
        ] {
            assert_eq!(Printed::number(bad, Rounding::Nearest), None, "{bad}");
        }
        assert_eq!(Printed::range("0.3", "0.2"), None);
        assert_eq!(
            Printed::number("0.0230", Rounding::Up)
                .unwrap()
                .significant_digits(),
            3
        );
    }
}
