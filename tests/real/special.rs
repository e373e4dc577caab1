//! Aliasing, undefined absorption, and the ends of the number line.

use gapcert::real::{Enclosure, Interval, Real};
use rug::Float;

const INF: f64 = f64::INFINITY;

fn set(lo: f64, hi: f64) -> Enclosure {
    Enclosure::new(64, &Float::with_val(64, lo), &Float::with_val(64, hi)).expect("a set")
}

fn point(x: f64) -> Enclosure {
    Enclosure::exact(64, x)
}

fn ends(x: &Enclosure) -> (f64, f64) {
    assert!(x.is_defined(), "undefined");
    (x.lo().to_f64(), x.hi().to_f64())
}

#[test]
fn an_operand_with_itself() {
    let x = set(-1.0, 2.0);
    assert_eq!(ends(&(&x + &x)), (-2.0, 4.0));
    assert_eq!(ends(&(&x - &x)), (-3.0, 3.0));
    // As an operation on two independent elements: [-2, 4], not the square.
    assert_eq!(ends(&(&x * &x)), (-2.0, 4.0));
    assert_eq!(ends(&x.powi(2)), (0.0, 4.0));
    assert_eq!(ends(&x.min(&x)), (-1.0, 2.0));
    assert_eq!(ends(&x.max(&x)), (-1.0, 2.0));
    assert!(!(&x / &x).is_defined());
    let y = set(1.0, 2.0);
    assert_eq!(ends(&(&y / &y)), (0.5, 2.0));
    assert_eq!(ends(&y.pow(&y)), (1.0, 4.0));
    assert_eq!(ends(&y.grid_exponent(&y, &point(2.0))), (-1.0, 1.0));
    let w = point(3.0);
    assert_eq!(ends(&w.grid_exponent(&w, &w)), (0.0, 0.0));
    let z = point(0.25);
    assert_eq!(ends(&z.kl(&z)), (0.0, 0.0));
}

#[test]
fn undefined_absorbs() {
    let undefined = [
        point(-1.0).sqrt(),
        point(1.0) / set(-1.0, 1.0),
        point(0.0).ln(),
        set(-1.0, 4.0).sqrt(),
        set(-1.0, 4.0).ln(),
        set(0.0, 4.0).ln(),
        set(-1.0, 1.0).powi(-2),
        point(f64::NAN),
        point(INF),
        point(1.0).ratio(1, 0),
        Enclosure::undefined(64),
        point(0.5).kl(&point(0.0)),
    ];
    let zero = point(0.0);
    let one = point(1.0);
    for x in undefined {
        for y in [
            &zero * &x,
            &x * &zero,
            one.min(&x),
            x.max(&one),
            &x + &one,
            &one - &x,
            &one / &x,
            &x / &one,
            -x.clone(),
            x.sqrt(),
            x.exp(),
            x.ln(),
            x.powi(0),
            x.powi(2),
            x.kl(&one),
            one.kl(&x),
            x.kl_inv(&one),
            one.kl_inv(&x),
            x.ln_xi(),
            x.normal_upper_quantile(),
            x.chi_upper_quantile(3),
            x.binomial_upper(&one, &one),
            point(0.5).binomial_upper(&x, &one),
            point(0.5).binomial_upper(&one, &x),
            x.cbrt(),
            x.ceil(),
            x.pow(&one),
            one.pow(&x),
            x.harmonic(),
            x.peeling(),
            x.grid_exponent(&one, &one.int(2)),
            one.grid_exponent(&x, &one.int(2)),
            one.grid_exponent(&one, &x),
            x.hull(&one),
            one.hull(&x),
            x.lower(),
            x.upper(),
            x.with_precision(30),
        ] {
            assert!(!y.is_defined(), "{y:?}");
            assert!(y.lo().is_infinite() && y.hi().is_infinite() && y.width().is_infinite());
            assert!(
                !y.is_exact() && y.to_integer().is_none() && !y.contains(&Float::with_val(64, 0))
            );
            assert!(y.decide(&one).is_none() && !y.certainly_le(&one) && !one.certainly_lt(&y));
            assert!(y.contains_set(&one) && !one.contains_set(&y));
            assert_eq!(y.to_decimal(17), ("-inf".into(), "inf".into()));
            assert!(!Interval::from(&y).is_defined());
        }
    }
}

#[test]
fn no_reversed_or_empty_sets() {
    let at = |x: f64| Float::with_val(64, x);
    assert!(Enclosure::new(64, &at(1.0), &at(0.0)).is_none());
    assert!(Enclosure::new(64, &at(INF), &at(INF)).is_none());
    assert!(Enclosure::new(64, &at(-INF), &at(-INF)).is_none());
    assert!(Enclosure::new(64, &at(f64::NAN), &at(0.0)).is_none());
    assert!(Enclosure::new(64, &at(-INF), &at(INF)).is_some());
    assert!(Interval::new(1.0, 0.0).is_none() && Interval::new(INF, INF).is_none());
    assert!(Interval::new(f64::NAN, 0.0).is_none());
    assert!(!Interval::exact(INF).is_defined() && !Interval::exact(f64::NAN).is_defined());
}

#[test]
fn unbounded_sets() {
    let whole = set(-INF, INF);
    let ray = set(1.0, INF);
    // 0 times a real of any size is 0.
    assert_eq!(ends(&(point(0.0) * &whole)), (0.0, 0.0));
    assert_eq!(ends(&(point(1.0) / &ray)), (0.0, 1.0));
    assert_eq!(ends(&(&ray / &ray)), (0.0, INF));
    assert_eq!(ends(&(&whole / &ray)), (-INF, INF));
    assert_eq!(ends(&(&ray - &ray)), (-INF, INF));
    assert_eq!(ends(&whole.exp()), (0.0, INF));
    assert_eq!(ends(&ray.ln()), (0.0, INF));
    assert_eq!(ends(&ray.sqrt()), (1.0, INF));
    assert_eq!(ends(&whole.powi(2)), (0.0, INF));
    assert_eq!(ends(&whole.powi(3)), (-INF, INF));
    assert_eq!(ends(&whole.min(&point(1.0))), (-INF, 1.0));
    let ray = Interval::new(1.0, INF).unwrap();
    let whole = Interval::new(-INF, INF).unwrap();
    assert_eq!(Interval::exact(0.0) * whole, Interval::exact(0.0));
    assert_eq!(Interval::exact(1.0) / ray, Interval::new(0.0, 1.0).unwrap());
    assert_eq!(ray - ray, whole);
    assert_eq!(ray.sqrt(), ray);
}

/// At the end of MPFR's range results stay sets of reals.
#[test]
fn mpfr_overflow_and_underflow() {
    let huge = point(1e300).exp();
    assert!(huge.lo().is_finite() && huge.hi().is_infinite());
    assert!((&huge * &huge).is_defined() && !(&huge - &huge).is_exact());
    let tiny = point(-1e300).exp();
    assert!(tiny.lo().is_zero() && tiny.hi() > 0);
    assert!(!tiny.ln().is_defined() && !(point(1.0) / &tiny).is_defined());
    assert!((&tiny * &huge).lo() >= 0);
    assert!((-huge.clone() + &huge).contains(&Float::with_val(64, 0)));
}

/// 2^(2^30) used to be written out as an integer of 128 MiB.
#[test]
fn integers_of_huge_exponents_are_not_written_out() {
    let huge = Enclosure::parse(64, "1e300000000").unwrap().lower();
    assert!(huge.to_integer().is_none());
    assert_eq!(point(12.0).to_integer().unwrap(), 12);
    assert_eq!(point(0.0).to_integer().unwrap(), 0);
    assert!(point(1.5).to_integer().is_none());
}

#[test]
fn the_middle_of_large_numbers_is_finite() {
    assert_eq!(point(f64::MAX).mid_f64(), f64::MAX);
    assert_eq!(set(1.0, 2.0).mid_f64(), 1.5);
}

/// The sum of both ends needs more bits than they have.
#[test]
fn the_middle_of_few_bits_is_not_an_end() {
    let x = Enclosure::rational(2, &(9, 10).into());
    assert_eq!(ends(&x), (0.75, 1.0));
    assert_eq!(x.mid_f64(), 0.875);
}
