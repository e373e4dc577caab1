//! Exact numbers as text: an integer in hexadecimal times a power of two.

use crate::real::Enclosure;
use rug::{Float, Integer};
use serde_json::{Map, Value as Json};

/// `-?0x<hex>p<exponent>`, `0x0p0`, `inf` or `-inf`: exactly `x`, which C and
/// Python read as a hexadecimal float.
pub fn dyadic(x: &Float) -> String {
    let Some((mantissa, exponent)) = x.to_integer_exp() else {
        return if x.is_sign_negative() { "-inf" } else { "inf" }.to_owned();
    };
    // An odd mantissa: one number has one spelling.
    let Some(zeros) = mantissa.find_one(0) else {
        return "0x0p0".to_owned();
    };
    let sign = if mantissa.is_negative() { "-" } else { "" };
    let odd = mantissa.abs() >> zeros;
    format!("{sign}0x{odd:x}p{}", i64::from(exponent) + i64::from(zeros))
}

/// An enclosure in one word: a [`dyadic`] if it is one number;
/// `-?0x<hex>+<hex>p<exponent>` for the set from `lo` = the first times 2^exponent to
/// `lo` plus the second times 2^exponent; or `[lo, hi]`, if that is shorter or an end
/// is infinite.
pub fn word(x: &Enclosure) -> String {
    let (lo, hi) = (x.lo(), x.hi());
    let ends = format!("[{}, {}]", dyadic(&lo), dyadic(&hi));
    match (lo.to_integer_exp(), hi.to_integer_exp()) {
        _ if lo == hi => dyadic(&lo),
        (Some((l, i)), Some((h, j))) if i.abs_diff(j) < 4096 => {
            let exponent = i.min(j);
            let (l, h) = (l << i.abs_diff(exponent), h << j.abs_diff(exponent));
            let sign = if l.is_negative() { "-" } else { "" };
            let width = Integer::from(&h - &l);
            let short = format!("{sign}0x{:x}+{width:x}p{exponent}", l.abs());
            if short.len() < ends.len() {
                short
            } else {
                ends
            }
        }
        _ => ends,
    }
}

/// Adds `lo` and `hi`; of an undefined enclosure -inf and inf.
pub fn with_ends(mut entry: Map<String, Json>, x: &Enclosure) -> Json {
    entry.insert("lo".into(), dyadic(&x.lo()).into());
    entry.insert("hi".into(), dyadic(&x.hi()).into());
    Json::Object(entry)
}

/// `{"lo","hi"}`.
pub fn ends(x: &Enclosure) -> Json {
    with_ends(Map::new(), x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_has_one_spelling() {
        let text = |x: f64, prec: u32| dyadic(&Float::with_val(prec, x));
        assert_eq!(text(0.0, 53), "0x0p0");
        assert_eq!(text(-1.5, 53), "-0x3p-1");
        assert_eq!(text(-1.5, 300), "-0x3p-1");
        assert_eq!(text(52250.0, 64), "0x660dp1");
        assert_eq!(text(f64::INFINITY, 53), "inf");
        assert_eq!(text(f64::NEG_INFINITY, 53), "-inf");
        assert_eq!(text(f64::MIN_POSITIVE, 53), "0x1p-1022");
    }

    #[test]
    fn a_word_is_its_set() {
        let set = |prec: u32, lo: f64, hi: f64| {
            let end = |x: f64| Float::with_val(prec, x);
            word(&Enclosure::new(prec, &end(lo), &end(hi)).expect("ordered"))
        };
        assert_eq!(set(53, 1.5, 1.5), "0x3p-1");
        // 2^53 - 1 and 2^53 + 2 in units of 1.
        assert_eq!(
            set(53, 9007199254740991.0, 9007199254740994.0),
            "0x1fffffffffffff+3p0"
        );
        assert_eq!(
            set(53, -9007199254740991.0, -9007199254740989.0),
            "-0x1fffffffffffff+2p0"
        );
        assert_eq!(set(53, 1.0, 2.0), "[0x1p0, 0x1p1]");
        assert_eq!(set(53, 0.0, f64::INFINITY), "[0x0p0, inf]");
        assert_eq!(word(&Enclosure::undefined(64)), "[-inf, inf]");
    }
}
