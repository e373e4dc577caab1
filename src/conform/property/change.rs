//! Inputs changed exactly: scaled by powers of two, reversed.

use super::super::point::{Datum, Point};
use crate::real::parse_rational;
use rug::Rational;

/// A copy with every number of one input times 2^k.
pub(super) fn scaled(p: &Point, name: &str, k: i32) -> Option<Point> {
    let scaled = p.get(name)?.map(&mut |x| times(x, k));
    Some(p.clone().with(name, scaled))
}

/// A decimal times 2^k, exactly; itself if it is no number.
pub(super) fn times(x: &str, k: i32) -> String {
    match parse_rational(x) {
        Ok(value) => decimal(&(value << k)),
        Err(_) => x.to_owned(),
    }
}

/// The double nearest to a decimal, exactly: a number that every precision holds.
pub(super) fn dyadic(x: &str) -> Option<String> {
    Some(decimal(&Rational::from_f64(x.parse().ok()?)?))
}

/// The decimal of a rational whose denominator divides a power of ten.
fn decimal(x: &Rational) -> String {
    let mut digits = 0u32;
    let mut scaled = x.clone();
    while !scaled.is_integer() && digits < 2000 {
        scaled *= 10u32;
        digits += 1;
    }
    format!("{}e-{digits}", scaled.numer())
        .trim_end_matches("e-0")
        .to_owned()
}

/// A list reversed.
pub(super) fn reversed(x: &Datum) -> Datum {
    Datum::List(x.entries().iter().rev().cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_scale_exactly() {
        for (x, k, y) in [
            ("0.5", 1, "1"),
            ("3", -2, "75e-2"),
            ("-1.25", 2, "-5"),
            ("0", 3, "0"),
        ] {
            assert_eq!(times(x, k), y);
        }
        assert_eq!(dyadic("0.1").unwrap().parse::<f64>(), Ok(0.1));
        assert_eq!(
            parse_rational(&dyadic("0.1").unwrap()).ok(),
            Rational::from_f64(0.1)
        );
        assert_eq!(dyadic("1e999"), None);
        let tiny = parse_rational("1e-310").unwrap();
        assert_eq!(parse_rational(&times("1e-310", -1)).unwrap() << 1, tiny);
    }
}
