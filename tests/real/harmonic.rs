//! H_n by its defining sum in exact rationals, and by MPFR's digamma beyond.

use crate::random::{MANY, Random, assert_near, assert_tight};
use gapcert::real::{Enclosure, Interval, Real};
use rug::float::Constant;
use rug::{Float, Rational};

/// H_0, ..., H_n.
fn sums(n: u64) -> Vec<Rational> {
    let mut sum = Rational::new();
    let next = (1..=n).map(|k| {
        sum += Rational::from((1, k));
        sum.clone()
    });
    std::iter::once(Rational::new()).chain(next).collect()
}

#[test]
fn random_inputs() {
    let mut r = Random::new(161);
    let widest = 4 * 300;
    let table: Vec<Float> = sums(400)
        .iter()
        .map(|x| Float::with_val(widest, x))
        .collect();
    for case in 0..MANY {
        let prec = r.precision();
        let low = r.below(400);
        let high = if r.chance(50) {
            low
        } else {
            low + r.below(400 - low)
        };
        let ends = [low, high].map(|n| Float::with_val(64, n));
        let set = Enclosure::new(prec, &ends[0], &ends[1]).unwrap();
        let result = set.harmonic();
        let inside = low + r.below(high - low + 1);
        let value = Float::with_val(4 * prec, &table[inside as usize]);
        assert_near(&result, &value, 2, || format!("case {case}: n = {inside}"));
        if low == high {
            assert_tight(&result, 2.0, || format!("case {case}: n = {low}"));
        }
    }
}

/// ln n + gamma + 1/(2n) - 1/(12n^2) + 1/(120n^4) - ..., alternating: the error is
/// below the first term left out.
#[test]
fn larger() {
    let mut r = Random::new(162);
    for _ in 0..10_000 {
        let n = 100_000 + r.below(1 << 62);
        let at = |n: u64| Float::with_val(400, n);
        let mut series: Float = at(n).ln() + Float::with_val(400, Constant::Euler);
        series += (at(n) * 2u32).recip();
        series -= (at(n).square() * 12u32).recip();
        series += (at(n).square().square() * 120u32).recip();
        let result = Enclosure::integer(100, n).harmonic();
        // 1/(252 n^6) is below 2^-107 of it.
        let value = Float::with_val(100, &series);
        assert_near(&result, &value, 2, || format!("n = {n}"));
        assert_tight(&result, 2.0, || format!("n = {n}"));
        let fast = (n as f64).harmonic();
        assert!((fast - series.to_f64()).abs() < 1e-13 * fast);
    }
}

#[test]
fn known_and_refused() {
    let at = |s: &str| Enclosure::parse(64, s).unwrap();
    let zero = at("0").harmonic();
    assert!(zero.is_exact() && zero.lo().is_zero());
    let two = at("2").harmonic();
    assert!(two.is_exact() && two.lo() == 1.5);
    for n in ["-1", "0.5", "1e20", "1e300000000"] {
        assert!(!at(n).harmonic().is_defined(), "{n}");
    }
    assert!(Interval::exact(2.0).harmonic().contains(1.5));
    assert!((-1.0f64).harmonic().is_nan() && 0.5f64.harmonic().is_nan());
    assert_eq!(0f64.harmonic(), 0.0);
}
