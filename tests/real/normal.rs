//! The normal quantile: erfc in plain Floats at the ends brackets p.

use crate::random::{Random, assert_tight};
use gapcert::real::{Enclosure, Real};
use rug::Float;

/// One evaluation takes 0.1 to 1 ms.
const CASES: usize = 100_000;

/// Q(x) to nearest.
fn tail(prec: u32, x: &Float) -> Float {
    let root = Float::with_val(prec, 2).sqrt();
    (Float::with_val(prec, x) / root).erfc() / 2u32
}

/// Q(x) - p, relatively to the smaller of p and 1-p, to 2^-72 units in the last place of
/// `prec` bits: a unit of x moves it by far more.
fn miss(prec: u32, x: &Float, p: &Float) -> Float {
    // Near 0, x has digits far behind those of Q.
    let small = x.get_exp().map_or(0, |e| e.min(0).unsigned_abs());
    // x^2 < 2^12 is what a rounding of x costs at most.
    let wide = prec + 96 + small.min(prec);
    if *x >= 0 {
        return (tail(wide, x) - p) / p;
    }
    // The other tail, for which 1-p is exact.
    let rest = Float::with_val(p.prec().max(2 * prec), 1 - p);
    (Float::with_val(wide, &rest) - tail(wide, &-x.clone())) / rest
}

#[test]
fn random_inputs() {
    let mut r = Random::new(61);
    for case in 0..CASES {
        let prec = r.precision();
        let p = r.probabilities(prec);
        let x = p.normal_upper_quantile();
        let what = || format!("case {case}: {p:?} -> {x:?} at {prec}");
        // Q decreases: Q(lo) >= p.hi and Q(hi) <= p.lo.
        let slack = Float::with_val(53, 1) >> (prec + 72);
        assert!(miss(prec, &x.lo(), &p.hi()) >= -slack.clone(), "{}", what());
        assert!(miss(prec, &x.hi(), &p.lo()) <= slack, "{}", what());
        if p.is_exact() {
            assert_tight(&x, 4.0, what);
        }
    }
}

#[test]
fn extreme() {
    let at = |s: &str| Enclosure::parse(128, s).unwrap().lower();
    for p in ["1e-30", "1e-100000", "1e-300000000"] {
        let x = at(p).normal_upper_quantile();
        assert_tight(&x, 4.0, || p.into());
        let wide = Float::with_val(512, x.hi());
        assert!(tail(512, &wide) <= at(p).lo(), "{p}");
        let wide = Float::with_val(512, x.lo());
        assert!(tail(512, &wide) >= at(p).lo(), "{p}");
    }
    let mut almost = Float::with_val(300, 1);
    almost.next_down();
    let almost = Enclosure::new(300, &almost, &almost).unwrap();
    assert_tight(&almost.normal_upper_quantile(), 4.0, || "p -> 1".into());
    assert_eq!(at("0.5").normal_upper_quantile().hi(), 0);
    for p in ["0", "1", "-1", "2"] {
        assert!(!at(p).normal_upper_quantile().is_defined(), "{p}");
    }
}
