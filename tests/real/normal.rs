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

#[test]
fn random_inputs() {
    let mut r = Random::new(61);
    for case in 0..CASES {
        let prec = r.precision();
        let p = r.probabilities(prec);
        let x = p.normal_upper_quantile();
        let what = || format!("case {case}: {p:?} -> {x:?} at {prec}");
        // Q decreases: Q(lo) >= p.hi and Q(hi) <= p.lo.
        let wide = 2 * prec + 400;
        let slack = Float::with_val(53, 1) >> (wide - 10);
        assert!(tail(wide, &x.lo()) + &slack >= p.hi(), "{}", what());
        assert!(tail(wide, &x.hi()) - &slack <= p.lo(), "{}", what());
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
