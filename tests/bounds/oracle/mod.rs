//! Reading of `theorems.json`, which `generate.py` wrote with mpmath.
#![allow(dead_code)]

use gapcert::bound::{Inputs, Value};
use gapcert::real::Enclosure;
use rug::{Integer, Rational, ops::Pow};
use serde_json::Value as Json;

pub fn load() -> Json {
    serde_json::from_str(include_str!("theorems.json")).expect("theorems.json is JSON")
}

/// The exact rational that a decimal string spells; shares nothing with the
/// crate's reader.
pub fn rational(text: &str) -> Rational {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (negative, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, mantissa),
    };
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: Integer = format!("{whole}{decimals}").parse().expect("digits");
    let exponent = exponent.parse::<i32>().expect("an exponent") - decimals.len() as i32;
    let power = Integer::from(10).pow(exponent.unsigned_abs());
    let value = if exponent >= 0 {
        Rational::from(digits * power)
    } else {
        Rational::from((digits, power))
    };
    if negative { -value } else { value }
}

pub fn text(x: &Json) -> &str {
    x.as_str().expect("a string")
}

pub fn enclosure(prec: u32, x: &Json) -> Enclosure {
    Enclosure::rational(prec, &rational(text(x)))
}

pub fn list(prec: u32, x: &Json) -> Vec<Enclosure> {
    let entries = x.as_array().expect("a list").iter();
    entries.map(|x| enclosure(prec, x)).collect()
}

pub fn inputs(prec: u32, x: &Json) -> Inputs<Enclosure> {
    let mut inputs = Inputs::new();
    for (name, value) in x.as_object().expect("an object") {
        let value = match value {
            Json::Array(_) => Value::List(list(prec, value)),
            _ => Value::Scalar(enclosure(prec, value)),
        };
        inputs.set(name, value);
    }
    inputs
}

/// The enclosure contains the number of which `oracle` gives 60 digits.
///
/// The oracle is off by at most one unit of its last digit, about 1e-59
/// relative, and the enclosure must reach into that range from both sides.
/// At 128 bits its own width is 1e-38, so a wrong 38th digit is caught.
pub fn contains(x: &Enclosure, oracle: &str) -> bool {
    let exact = rational(oracle);
    let slack = exact.clone().abs() * rational("1e-58");
    x.is_defined()
        && x.lo() <= Rational::from(&exact + &slack)
        && x.hi() >= Rational::from(&exact - &slack)
}

/// Contains the oracle and is narrower than 1e-25 relative.
#[track_caller]
pub fn assert_tight(x: &Enclosure, oracle: &str, what: &str) {
    assert!(contains(x, oracle), "{what}: {x:?} misses {oracle}");
    assert!(
        x.relative_width() < 1e-25,
        "{what}: {x:?} is {:e} wide",
        x.relative_width()
    );
}
