//! The chi quantile: MPFR's incomplete gamma function at the ends brackets p.

use crate::random::{Random, assert_tight};
use gapcert::real::{Enclosure, Real};
use rug::Float;
use std::time::{Duration, Instant};

const CASES: usize = 100_000;

/// P(chi_n > c) to nearest.
fn tail(prec: u32, n: u64, c: &Float) -> Float {
    let half = Float::with_val(prec, n) / 2u32;
    let x = Float::with_val(prec, c.square_ref()) / 2u32;
    half.clone().gamma_inc(&x) / half.gamma()
}

/// P(chi_n > c) - p, relatively to the smaller of p and 1-p, to 2^-72 units in the last
/// place of `prec` bits: a unit of c moves it by far more.
fn miss(prec: u32, n: u64, c: &Float, p: &Float) -> Float {
    let rest = Float::with_val(p.prec(), 1 - p);
    let mass = if *p < rest { p } else { &rest };
    // Where 1-p is small, so are the leading digits that the tail and p share.
    let shared = rest.get_exp().map_or(0, |e| e.min(0).unsigned_abs());
    // x = c^2/2 < 2^12 is what a rounding of c costs at most.
    let wide = prec + 96 + shared;
    (tail(wide, n, c) - p) / mass
}

#[test]
fn random_inputs() {
    let mut r = Random::new(71);
    for case in 0..CASES {
        let prec = r.precision();
        let p = r.probabilities(prec);
        let n = match r.below(10) {
            0 => 1 + r.below(300),
            _ => 1 + r.below(40),
        };
        let c = p.chi_upper_quantile(n);
        let what = || format!("case {case}: n = {n}, {p:?} -> {c:?} at {prec}");
        let slack = Float::with_val(53, 1) >> (prec + 72);
        assert!(
            miss(prec, n, &c.lo(), &p.hi()) >= -slack.clone(),
            "{}",
            what()
        );
        assert!(miss(prec, n, &c.hi(), &p.lo()) <= slack, "{}", what());
        if p.is_exact() {
            assert_tight(&c, 4.0, what);
        }
    }
}

#[test]
fn extreme() {
    let at = |s: &str| Enclosure::parse(128, s).unwrap().lower();
    let started = Instant::now();
    for n in [1, 2, 3, 99, 100, 1001, 9_999_999, 10_000_000] {
        for p in [
            "1e-300000000",
            "1e-100000",
            "1e-30",
            "0.01",
            "0.5",
            "0.99",
            "0.9999999999999999999999999999",
        ] {
            let c = at(p).chi_upper_quantile(n);
            assert_tight(&c, 4.0, || format!("n = {n}, p = {p}: {c:?}"));
        }
    }
    assert!(started.elapsed() < Duration::from_secs(60));
    for n in [0, 10_000_001, u64::MAX] {
        assert!(!at("0.5").chi_upper_quantile(n).is_defined());
        let _ = 0.5.chi_upper_quantile(n);
    }
    for p in ["0", "1", "-1", "2"] {
        assert!(!at(p).chi_upper_quantile(3).is_defined(), "{p}");
    }
}
