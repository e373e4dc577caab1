//! ln xi(m) by the defining sum in exact integers for small m, by MPFR's
//! incomplete gamma function beyond.

use crate::random::{MANY, Random, assert_near, assert_tight};
use gapcert::real::{Enclosure, Real};
use rug::ops::Pow;
use rug::{Float, Integer};

/// m^m xi(m) = sum_j C(m,j) j^j (m-j)^{m-j}, an integer.
fn defining_sum(prec: u32, m: u32) -> Float {
    let power = |n: u32| Integer::from(n).pow(n);
    let sum: Integer = (0..=m)
        .map(|j| Integer::from(Integer::binomial_u(m, j)) * power(j) * power(m - j))
        .sum();
    (Float::with_val(prec, sum) / power(m)).ln()
}

/// e^m Gamma(m+1, m)/m^m.
fn by_gamma(prec: u32, m: u32) -> Float {
    let wide = prec + 64;
    let at = |n: u32| Float::with_val(wide, n);
    let ln = at(m + 1).gamma_inc(&at(m)).ln() + m - at(m).ln() * m;
    Float::with_val(prec, ln)
}

#[test]
fn the_two_oracles_agree() {
    for m in [1, 2, 3, 10, 50] {
        let difference = defining_sum(200, m) - by_gamma(200, m);
        assert!(difference.abs() < 1e-55, "{m}");
    }
}

#[test]
fn random_inputs() {
    let mut r = Random::new(51);
    let widest = 4 * 300 + 64;
    let table: Vec<Float> = (1..=200).map(|m| defining_sum(widest, m)).collect();
    for case in 0..MANY {
        let prec = r.precision();
        let low = 1 + r.below(200);
        let high = if r.chance(50) {
            low
        } else {
            low + r.below(201 - low)
        };
        let ends = [low, high].map(|m| Float::with_val(prec.max(64), m));
        let set = Enclosure::new(prec, &ends[0], &ends[1]).unwrap();
        let result = set.ln_xi();
        let inside = low + r.below(high - low + 1);
        let value = Float::with_val(4 * prec, &table[inside as usize - 1]);
        assert_near(&result, &value, 2, || format!("case {case}: m = {inside}"));
        if low == high {
            assert_tight(&result, 3.0, || format!("case {case}: m = {low}"));
        }
    }
}

/// 300 cases: MPFR's incomplete gamma function takes milliseconds.
#[test]
fn larger() {
    let mut r = Random::new(52);
    for case in 0..300 {
        let prec = r.precision();
        let m = 200 + r.below(if case % 10 == 0 { 20_000 } else { 2000 }) as u32;
        let result = Enclosure::integer(prec, m).ln_xi();
        assert_near(&result, &by_gamma(4 * prec, m), 24, || format!("m = {m}"));
        assert_tight(&result, 3.0, || format!("m = {m}"));
    }
}

#[test]
fn refused() {
    let at = |s: &str| Enclosure::parse(64, s).unwrap();
    for m in [
        "0",
        "-1",
        "1.5",
        "10000000001",
        "1e12",
        "1e300000000",
        "1e-300000000",
    ] {
        assert!(!at(m).ln_xi().is_defined(), "{m}");
    }
    assert!(at("10000000000").ln_xi().is_defined());
    // xi(m) = sqrt(pi m/2) + 2/3 + O(m^{-1/2}).
    let asymptotic = ((std::f64::consts::PI / 2.0 * 1e10).sqrt() + 2.0 / 3.0).ln();
    assert!((at("10000000000").ln_xi().mid_f64() - asymptotic).abs() < 1e-9);
    assert!((1e10f64.ln_xi() - asymptotic).abs() < 1e-9 && f64::NAN.ln_xi().is_nan());
}
