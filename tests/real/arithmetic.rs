//! + - * / min max neg against exact rationals, directed rounding included.

use crate::random::{MANY, Random};
use gapcert::real::{Enclosure, Real};
use rug::{Float, Rational};

fn exact(x: &Float) -> Rational {
    x.to_rational().expect("finite")
}

/// The exact value of the operation on random elements is inside, as a rational.
fn check(
    seed: u64,
    op: impl Fn(&Enclosure, &Enclosure) -> Enclosure,
    rational: impl Fn(Rational, Rational) -> Option<Rational>,
) {
    let mut r = Random::new(seed);
    let mut defined = 0;
    for case in 0..MANY {
        let (p, q) = (r.precision(), r.precision());
        let a = r.set(p, Random::real);
        let b = if r.chance(5) {
            a.clone()
        } else {
            r.set(q, Random::real)
        };
        let result = op(&a, &b);
        if !result.is_defined() {
            continue;
        }
        defined += 1;
        let (x, y) = (r.element(&a, 4 * p), r.element(&b, 4 * q.max(b.prec())));
        let Some(value) = rational(exact(&x), exact(&y)) else {
            panic!("case {case}: defined although {x} op {y} is not");
        };
        assert!(
            result.lo() <= value && result.hi() >= value,
            "case {case}: {x} op {y} is not in {result:?}"
        );
        if a.is_exact() && b.is_exact() {
            // Correct rounding: the ends are equal or neighbours.
            let mut up = result.lo();
            up.next_up();
            assert!(result.hi() <= up, "case {case}: {result:?} is not tight");
        }
    }
    assert!(defined > MANY / 2, "only {defined} defined");
}

#[test]
fn addition() {
    check(1, |a, b| a + b, |x, y| Some(x + y));
}

#[test]
fn subtraction() {
    check(2, |a, b| a - b, |x, y| Some(x - y));
}

#[test]
fn multiplication() {
    check(3, |a, b| a * b, |x, y| Some(x * y));
}

#[test]
fn division() {
    check(4, |a, b| a / b, |x, y| (!y.is_zero()).then(|| x / y));
}

#[test]
fn minimum() {
    check(5, Real::min, |x, y| Some(x.min(y)));
}

#[test]
fn maximum() {
    check(6, Real::max, |x, y| Some(x.max(y)));
}

#[test]
fn widths_are_rounded_up() {
    let mut r = Random::new(7);
    for _ in 0..MANY {
        let p = r.precision();
        let x = r.set(p, Random::real);
        let width = exact(&x.hi()) - exact(&x.lo());
        assert!(x.width() >= width, "{x:?}");
        if x.lo() > 0 && x.relative_width().is_finite() {
            let relative = width / exact(&x.lo());
            assert!(
                Rational::from_f64(x.relative_width()).unwrap() >= relative,
                "{x:?}"
            );
        }
    }
}
