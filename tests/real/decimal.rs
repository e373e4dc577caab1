//! Decimal strings: grammar, and outwardness both ways as exact rationals.

use crate::random::{MANY, Random};
use gapcert::real::{Enclosure, parse_rational};
use rug::{Float, Rational};
use std::time::{Duration, Instant};

#[test]
fn grammar() {
    let rejected = [
        "",
        " ",
        "inf",
        "-inf",
        "nan",
        "NaN",
        "infinity",
        "1e",
        "1e+",
        "1e-",
        "--1",
        "+-1",
        "-+1",
        "0x",
        "0x.",
        "0xp3",
        "-0x",
        "1_000",
        "1 2",
        " 1 2",
        ".",
        "-.",
        "+",
        "-",
        "e5",
        ".e5",
        "1.2.3",
        "1e5.5",
        "1e+-5",
        "1e5e5",
        "0x1.8p",
        "0x1g",
        "1f",
        "1,5",
        "٣",
        "1\0",
        "0x1p99999999999",
        "0b1",
        "1/2",
        "1e 5",
        "- 1",
    ];
    for text in rejected {
        assert!(Enclosure::parse(64, text).is_err(), "{text:?}");
    }
    let accepted = [
        ("+1", 1.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1E-3", 1e-3),
        ("-0", 0.0),
        ("-1.25e-3", -1.25e-3),
        ("1e+2", 100.0),
        ("007", 7.0),
        (" 3 ", 3.0),
        ("0x10", 16.0),
        ("0X1P-1", 0.5),
        ("-0x1.8p4", -24.0),
        ("0x.8", 0.5),
        ("0xAbC", 2748.0),
    ];
    for (text, value) in accepted {
        let x = Enclosure::parse(53, text).unwrap();
        let one_unit = Float::with_val(53, value);
        assert!(
            x.contains(&one_unit) && x.relative_width() < 1e-15,
            "{text}: {x:?}"
        );
    }
    for text in [
        "1/0",
        "1/2/3",
        "/2",
        "1/",
        "a/2",
        "0x1p20000000/3",
        &"1/".repeat(200_000),
    ] {
        assert!(parse_rational(text).is_err());
    }
    assert_eq!(parse_rational("-3 / 0x6").unwrap(), Rational::from((-1, 2)));
}

fn random_text(r: &mut Random) -> String {
    let digits = |r: &mut Random, most: u64| {
        (0..r.below(most))
            .map(|_| char::from(b'0' + r.below(10) as u8))
            .collect::<String>()
    };
    let sign = ["", "-", "+"][r.below(3) as usize];
    let whole = digits(r, 30);
    let fraction = if whole.is_empty() || r.chance(70) {
        format!(".{}{}", digits(r, 60), r.below(10))
    } else {
        String::new()
    };
    let exponent = if r.chance(50) {
        format!("e{}", r.between(-400, 400))
    } else {
        String::new()
    };
    format!("{sign}{whole}{fraction}{exponent}")
}

/// Rational value by another route: all digits as one integer, scaled.
fn value(text: &str) -> Rational {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let places = mantissa.split_once('.').map_or(0, |(_, f)| f.len() as i32);
    let digits: String = mantissa
        .chars()
        .filter(|c| *c != '.' && *c != '+')
        .collect();
    let shift = exponent.parse::<i32>().unwrap() - places;
    let power = Rational::from(rug::Integer::from(rug::Integer::u_pow_u(
        10,
        shift.unsigned_abs(),
    )));
    let n = Rational::from(digits.parse::<rug::Integer>().unwrap());
    if shift >= 0 { n * power } else { n / power }
}

#[test]
fn reading_is_outward_and_tight() {
    let mut r = Random::new(121);
    for _ in 0..MANY {
        let text = random_text(&mut r);
        let exact = value(&text);
        let prec = r.precision();
        let x = Enclosure::parse(prec, &text).unwrap();
        assert!(x.lo() <= exact && x.hi() >= exact, "{text}");
        let mut up = x.lo();
        up.next_up();
        assert!(x.hi() <= up, "{text}");
        assert_eq!(parse_rational(&text).unwrap(), exact);
    }
}

#[test]
fn printing_is_outward_and_reads_back_outward() {
    let mut r = Random::new(122);
    for case in 0..MANY {
        let prec = r.precision();
        let x = r.set(prec, |r, p| {
            let x = r.real(p);
            if case % 10 == 0 {
                x << r.between(-2000, 2000) as i32
            } else {
                x
            }
        });
        let digits = 1 + r.below(120) as usize;
        let (lo, hi) = x.to_decimal(digits);
        let (low, high) = (value(&lo), value(&hi));
        assert!(low <= x.lo() && high >= x.hi(), "{x:?}: {lo} {hi}");
        // Outward by less than one unit of the last digit.
        let unit = |exact: &Float| {
            exact.to_rational().unwrap().abs() * value(&format!("1e-{}", digits.max(2) - 1))
        };
        assert!(
            x.lo().to_rational().unwrap() - low <= unit(&x.lo()),
            "{x:?}: {lo}"
        );
        assert!(
            high - x.hi().to_rational().unwrap() <= unit(&x.hi()),
            "{x:?}: {hi}"
        );
        let back = |s: &str| Enclosure::parse(prec, s).unwrap();
        assert!(
            back(&lo).lo() <= x.lo() && back(&hi).hi() >= x.hi(),
            "{x:?}"
        );
        let significant = lo
            .trim_start_matches(['-', '0', '.'])
            .split('e')
            .next()
            .unwrap()
            .replace('.', "");
        assert!(
            significant.trim_end_matches('0').len() <= digits.max(2),
            "{lo}"
        );
    }
}

#[test]
fn full_digits_hold_seventeen_and_lose_one_unit() {
    let mut r = Random::new(123);
    assert!(Enclosure::integer(53, 1).full_digits() >= 17);
    for _ in 0..10_000 {
        let prec = r.precision();
        let x = r.set(prec, Random::real).lower();
        let (lo, hi) = x.to_decimal(x.full_digits());
        let low = Enclosure::parse(prec, &lo).unwrap().lo();
        let high = Enclosure::parse(prec, &hi).unwrap().hi();
        let (mut down, mut up) = (x.lo(), x.hi());
        down.next_down();
        up.next_up();
        assert!(low >= down && high <= up, "{x:?}");
    }
}

#[test]
fn hexadecimal_is_exact() {
    let mut r = Random::new(124);
    for _ in 0..10_000 {
        let prec = r.precision();
        let x = r.real(prec);
        let Some((mantissa, exponent)) = x.to_integer_exp().filter(|(n, _)| !n.is_zero()) else {
            continue;
        };
        let sign = if mantissa.is_negative() { "-" } else { "" };
        let text = format!("{sign}0x{}p{exponent}", mantissa.abs().to_string_radix(16));
        let read = Enclosure::parse(prec, &text).unwrap();
        assert!(read.is_exact() && read.lo() == x, "{text}");
    }
}

/// Exponents nobody can write out, digits nobody should have written.
#[test]
fn enormous_strings_terminate_quickly() {
    let million = "7".repeat(1_000_000);
    let zeros = "0".repeat(1_000_000);
    let texts = [
        "1e-4000000000".to_owned(),
        "-1e-4000000000".to_owned(),
        "1e4000000000".to_owned(),
        "-1e4000000000".to_owned(),
        "0e99999999999".to_owned(),
        "-0e-99999999999999999999999999".to_owned(),
        "1e99999999999999999999999999".to_owned(),
        "1e300000000".to_owned(),
        "1e-300000000".to_owned(),
        "1e10001".to_owned(),
        ".5e20000".to_owned(),
        "5.e-20000".to_owned(),
        "+3e20000".to_owned(),
        million.clone(),
        format!("0.{million}"),
        format!("-0.{zeros}1"),
        format!("1.{zeros}e1000000"),
        format!("1e{million}"),
        format!("0x{million}p-4000000"),
        format!("0x0.{million}"),
    ];
    let started = Instant::now();
    for text in &texts {
        let x = Enclosure::parse(128, text).unwrap();
        let (lo, hi) = x.to_decimal(40);
        assert!(x.is_defined() && x.lo() <= x.hi());
        assert_eq!(
            x.hi() <= 0,
            text.starts_with('-') || text.starts_with("0e"),
            "{}",
            &text[..9]
        );
        if x.lo().is_finite() {
            assert!(Enclosure::parse(128, &lo).unwrap().lo() <= x.lo());
        }
        if x.hi().is_finite() {
            assert!(Enclosure::parse(128, &hi).unwrap().hi() >= x.hi());
        }
    }
    assert!(started.elapsed() < Duration::from_secs(10));
    // Exact against the rational on the far side of the switch to MPFR.
    for text in ["123456789e-10001", "-987654321e10002", "5e-10000"] {
        let exact = value(text);
        for prec in [24, 53, 128, 300] {
            let x = Enclosure::parse(prec, text).unwrap();
            assert!(x.lo() <= exact && x.hi() >= exact, "{text}");
        }
    }
}

#[test]
fn asking_for_too_many_digits_is_harmless() {
    let third = Enclosure::integer(64, 1) / Enclosure::integer(64, 3);
    let (lo, _) = third.to_decimal(usize::MAX);
    assert!(value(&lo) == third.lo());
}
