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
        let wide = 2 * prec + 300;
        let slack = Float::with_val(53, 1) >> (wide - 30);
        assert!(tail(wide, n, &c.lo()) + &slack >= p.hi(), "{}", what());
        assert!(tail(wide, n, &c.hi()) - &slack <= p.lo(), "{}", what());
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
