//! sqrt cbrt ln exp powi pow ceil pi against MPFR to nearest at four times the precision.

use crate::random::{MANY, Random, assert_near};
use gapcert::real::{Enclosure, Real};
use rug::Float;
use rug::ops::Pow;

fn check(
    seed: u64,
    draw: impl Fn(&mut Random, u32) -> Float,
    op: impl Fn(&Enclosure) -> Enclosure,
    oracle: impl Fn(Float) -> Float,
) {
    let mut r = Random::new(seed);
    let mut defined = 0;
    for case in 0..MANY {
        let p = r.precision();
        let a = r.set(p, &draw);
        let result = op(&a);
        if !result.is_defined() {
            continue;
        }
        defined += 1;
        let x = r.element(&a, 4 * p);
        let value = oracle(x.clone());
        assert!(!value.is_nan(), "case {case}: defined at {x}");
        if value.is_infinite() {
            // Beyond MPFR's range: the end must be, too.
            assert!(result.hi().is_infinite(), "case {case} at {x}");
            continue;
        }
        assert_near(&result, &value, 1, || format!("case {case} at {x}"));
        if a.is_exact() {
            let mut up = result.lo();
            up.next_up();
            assert!(result.hi() <= up, "case {case}: {result:?} is not tight");
        }
    }
    assert!(defined > MANY / 3, "only {defined} defined");
}

#[test]
fn square_root() {
    check(11, Random::magnitude, Real::sqrt, Float::sqrt);
    check(12, Random::real, Real::sqrt, Float::sqrt);
}

#[test]
fn logarithm() {
    check(13, Random::magnitude, Real::ln, Float::ln);
}

#[test]
fn exponential() {
    check(14, Random::real, Real::exp, Float::exp);
}

#[test]
fn cube_root() {
    check(16, Random::real, Real::cbrt, Float::cbrt);
}

#[test]
fn round_up() {
    check(17, Random::real, Real::ceil, Float::ceil);
    let at = |s: &str| Enclosure::parse(64, s).unwrap().ceil();
    for (x, up) in [("2", 2), ("2.25", 3), ("-2.25", -2), ("0", 0), ("1e-30", 1)] {
        assert!(at(x).is_exact() && at(x).lo() == up, "{x}");
    }
    // A set around an integer keeps both.
    let around = Enclosure::parse(64, "3.999")
        .unwrap()
        .hull(&Enclosure::parse(64, "4.001").unwrap());
    assert!(around.ceil().lo() == 4 && around.ceil().hi() == 5);
}

#[test]
fn the_circle_constant() {
    let mut r = Random::new(18);
    for _ in 0..1000 {
        let p = r.precision();
        let pi = Enclosure::integer(p, 1).pi();
        let value = Float::with_val(4 * p, rug::float::Constant::Pi);
        assert!(pi.contains(&value));
        let mut up = pi.lo();
        up.next_up();
        assert!(pi.hi() == up);
    }
}

#[test]
fn real_power() {
    let mut r = Random::new(19);
    let mut defined = 0;
    for case in 0..MANY {
        let p = r.precision();
        let (a, t) = (r.set(p, Random::real), r.set(p, Random::real));
        let result = a.pow(&t);
        if !result.is_defined() {
            // An end beyond MPFR's range, or a base that may not be positive.
            assert!(
                a.lo() <= 0 || r.element(&a, p).pow(t.lo()).is_infinite(),
                "case {case}"
            );
            continue;
        }
        defined += 1;
        let (x, y) = (r.element(&a, 4 * p), r.element(&t, 4 * p));
        let value = x.clone().pow(&y);
        if value.is_infinite() {
            assert!(result.hi().is_infinite(), "case {case}: {x}^{y}");
            continue;
        }
        assert_near(&result, &value, 1, || format!("case {case}: {x}^{y}"));
        if a.is_exact() && t.is_exact() {
            let mut up = result.lo();
            up.next_up();
            assert!(result.hi() <= up, "case {case}: {result:?} is not tight");
        }
    }
    assert!(defined > MANY / 4, "only {defined} defined");
}

#[test]
fn integer_power() {
    let mut r = Random::new(15);
    for case in 0..MANY {
        let p = r.precision();
        let a = r.set(p, Random::real);
        let n = match r.below(4) {
            0 => r.between(-100_000, 100_000) as i32,
            _ => r.between(-6, 6) as i32,
        };
        let result = a.powi(n);
        if !result.is_defined() {
            assert!(n < 0, "case {case}");
            continue;
        }
        let x = r.element(&a, 4 * p);
        let value = x.clone().pow(n);
        assert!(!value.is_infinite() || result.hi().is_infinite() || result.lo().is_infinite());
        if value.is_finite() {
            assert_near(&result, &value, 1, || format!("case {case}: {x}^{n}"));
        }
    }
}

/// At a point one evaluation gives both ends, the upper one as the number after the lower:
/// also where the exact value is beyond the range of exponents, on either side of 0.
#[test]
fn both_ends_at_a_point_beyond_the_range() {
    let at = |x: f64| Enclosure::exact(64, x);
    for huge in [at(1e30).exp(), at(1e300).powi(i32::MAX)] {
        assert!(huge.lo().is_finite() && huge.lo() > 1e300 && huge.hi().is_infinite());
    }
    for tiny in [at(-1e30).exp(), at(1e-300).powi(i32::MAX)] {
        assert!(tiny.lo().is_zero() && tiny.hi() > 0 && tiny.hi() < 1e-300);
    }
    let low = at(-1e300).powi(i32::MAX);
    assert!(low.lo().is_infinite() && low.hi().is_finite() && low.hi() < -1e300);
    let below = at(-1e-300).powi(i32::MAX);
    assert!(below.hi().is_zero() && below.lo() < 0 && below.lo() > -1e-300);
    // What is exact stays one point.
    for exact in [at(4.0).sqrt(), at(1.0).ln(), at(0.0).exp(), at(-8.0).cbrt()] {
        assert!(exact.is_exact(), "{exact:?}");
    }
    // What is not has neighbours for ends.
    let two = at(2.0).sqrt();
    let mut up = two.lo();
    up.next_up();
    assert!(!two.is_exact() && two.hi() == up);
}

#[test]
fn extreme_powers_terminate() {
    let two = Enclosure::integer(64, 2);
    assert!(two.powi(i32::MAX).hi().is_infinite());
    assert!(two.powi(i32::MIN).lo() >= 0);
    assert_eq!(Enclosure::integer(64, 0).powi(0).to_integer().unwrap(), 1);
    assert!(!Enclosure::undefined(64).powi(0).is_defined());
}
