//! f64 intervals: directed operations against exact rationals.

use crate::random::{MANY, Random};
use gapcert::real::{Interval, Real};
use rug::{Float, Rational};

/// Any finite f64: extreme exponents, subnormals, integers, neighbours of 1.
fn any(r: &mut Random) -> f64 {
    let x = match r.below(6) {
        0 => f64::from_bits(r.below(u64::MAX)),
        1 => f64::from_bits(r.below(1 << 54)),
        2 => f64::MAX - (r.below(4) as f64) * f64::MAX * f64::EPSILON,
        3 => r.below(100) as f64,
        4 => 1.0 + (r.below(8) as f64) * f64::EPSILON,
        _ => r.unit(53).to_f64() * 2f64.powi(r.between(-40, 40) as i32),
    };
    let x = if x.is_finite() { x } else { 1.5 };
    if r.chance(50) { -x } else { x }
}

fn exact(x: f64) -> Rational {
    Rational::from_f64(x).expect("finite")
}

fn inside(x: Interval, value: &Rational) -> bool {
    let low = x.lo() == f64::NEG_INFINITY || exact(x.lo()) <= *value;
    let high = x.hi() == f64::INFINITY || exact(x.hi()) >= *value;
    x.is_defined() && low && high
}

fn check(
    seed: u64,
    op: impl Fn(Interval, Interval) -> Interval,
    rational: impl Fn(Rational, Rational) -> Option<Rational>,
) {
    let mut r = Random::new(seed);
    for _ in 0..MANY {
        let (x, y) = (any(&mut r), if r.chance(5) { 0.0 } else { any(&mut r) });
        let result = op(Interval::exact(x), Interval::exact(y));
        let Some(value) = rational(exact(x), exact(y)) else {
            assert!(!result.is_defined(), "{x} {y}");
            continue;
        };
        assert!(inside(result, &value), "{x:e} {y:e}: {result:?}");
        let nearest = Float::with_val(53, &value).to_f64();
        let magnitude = nearest.abs();
        if nearest.is_finite() && (magnitude > 1e-250 && x.abs() > 1e-250 || value.is_zero()) {
            if exact(nearest) == value {
                assert_eq!(
                    (result.lo(), result.hi()),
                    (nearest, nearest),
                    "{x:e} {y:e}"
                );
            } else {
                assert!(result.lo() >= nearest.next_down() && result.hi() <= nearest.next_up());
                assert!(
                    result.lo() == nearest || result.hi() == nearest,
                    "{x:e} {y:e}: {result:?}"
                );
            }
        }
        // Sets: any element's result is inside the set's.
        let (u, v) = (any(&mut r), any(&mut r));
        let a = Interval::new(x.min(u), x.max(u)).unwrap();
        let b = Interval::new(y.min(v), y.max(v)).unwrap();
        let wide = op(a, b);
        if wide.is_defined() {
            assert!(inside(wide, &value), "{a:?} {b:?}: {wide:?}");
        } else {
            assert!(b.contains(0.0), "{a:?} {b:?}");
        }
    }
}

#[test]
fn addition() {
    check(111, |a, b| a + b, |x, y| Some(x + y));
}

#[test]
fn subtraction() {
    check(112, |a, b| a - b, |x, y| Some(x - y));
}

#[test]
fn multiplication() {
    check(113, |a, b| a * b, |x, y| Some(x * y));
}

#[test]
fn division() {
    check(114, |a, b| a / b, |x, y| (!y.is_zero()).then(|| x / y));
}

#[test]
fn square_root() {
    let mut r = Random::new(115);
    for _ in 0..MANY {
        let x = any(&mut r).abs();
        let root = Interval::exact(x).sqrt();
        assert!(
            root.lo() >= 0.0 && exact(root.lo()).square() <= exact(x),
            "{x:e}"
        );
        assert!(exact(root.hi()).square() >= exact(x), "{x:e}");
        if x > 1e-250 {
            assert!(root.hi() <= root.lo().next_up(), "{x:e}");
            let square = x.sqrt();
            if exact(square).square() == exact(x) {
                assert_eq!(root, Interval::exact(square));
            }
        }
        assert!(x == 0.0 || !Interval::exact(-x).sqrt().is_defined());
    }
}

#[test]
fn overflow_and_underflow() {
    let (max, tiny) = (Interval::exact(f64::MAX), Interval::exact(5e-324));
    assert_eq!(max + max, Interval::new(f64::MAX, f64::INFINITY).unwrap());
    assert_eq!(
        -max - max,
        Interval::new(f64::NEG_INFINITY, f64::MIN).unwrap()
    );
    assert_eq!(max * max, Interval::new(f64::MAX, f64::INFINITY).unwrap());
    assert_eq!(max / tiny, Interval::new(f64::MAX, f64::INFINITY).unwrap());
    // The product of positive numbers is not negative, and has a square root.
    assert_eq!(tiny * tiny, Interval::new(0.0, 5e-324).unwrap());
    assert_eq!(-tiny * tiny, Interval::new(-5e-324, -0.0).unwrap());
    assert_eq!(tiny / max, Interval::new(0.0, 5e-324).unwrap());
    assert!((tiny * tiny).sqrt().is_defined());
    assert!(!(tiny * tiny).ln().is_defined());
    assert_eq!(max.exp().hi(), f64::INFINITY);
    assert_eq!((-max).exp(), Interval::new(0.0, 5e-324).unwrap());
    assert_eq!(
        tiny.ratio(1, 3),
        Interval::new(1.0 / 3.0, (1.0f64 / 3.0).next_up()).unwrap()
    );
    assert!(!tiny.ratio(1, 0).is_defined());
    let big = (1i64 << 53) + 1;
    assert!(inside(tiny.int(big), &Rational::from(big)));
    assert!(inside(tiny.int(i64::MIN), &Rational::from(i64::MIN)));
    // TwoSum's intermediate overflows here.
    let almost = Interval::exact(-f64::MAX * f64::EPSILON / 4.0);
    assert!(inside(
        max + almost,
        &(exact(f64::MAX) + exact(almost.lo()))
    ));
}

#[test]
fn undefined_absorbs() {
    let (zero, one) = (Interval::exact(0.0), Interval::exact(1.0));
    let undefined = [
        Interval::UNDEFINED,
        Interval::exact(-1.0).sqrt(),
        one / Interval::new(-1.0, 1.0).unwrap(),
        zero.ln(),
        Interval::exact(f64::NAN),
    ];
    for x in undefined {
        let all = [
            zero * x,
            x * zero,
            x + one,
            one - x,
            x / one,
            one / x,
            -x,
            one.min(&x),
            x.min(&one),
            x.max(&one),
            one.max(&x),
            x.sqrt(),
            x.ln(),
            x.exp(),
            x.powi(0),
            x.cbrt(),
            x.ceil(),
            x.pow(&one),
            x.harmonic(),
            x.peeling(),
            x.grid_exponent(&one, &(one + one)),
            x.kl(&one),
            one.kl_inv(&x),
        ];
        for y in all {
            assert!(!y.is_defined() && y.lo() == f64::NEG_INFINITY && y.hi() == f64::INFINITY);
        }
    }
}
