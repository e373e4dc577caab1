//! kl^{-1}: the ends bracket c under kl computed in plain Floats, on the right
//! of q, and are close together.

use crate::kl::oracle;
use crate::random::{Random, assert_tight};
use gapcert::real::{Enclosure, Real};
use rug::Float;

/// One evaluation takes 0.1 to 1 ms, and the oracle as much.
const CASES: usize = 100_000;

fn nats(r: &mut Random, prec: u32) -> Float {
    match r.below(10) {
        0 => Float::new(prec),
        1 => (r.unit(prec) + 0.5f64) >> r.between(10, 400) as u32,
        2 => (r.unit(prec) + 0.5f64) << r.between(1, 12) as u32,
        _ => r.unit(prec) >> r.below(20) as u32,
    }
}

fn fraction(r: &mut Random, prec: u32) -> Float {
    match r.below(12) {
        0 => Float::new(prec),
        1 => Float::with_val(prec, 1),
        _ => r.probability(prec),
    }
}

#[test]
fn random_inputs() {
    let mut r = Random::new(31);
    for case in 0..CASES {
        let prec = r.precision();
        let (q, c) = (r.set(prec, fraction), r.set(prec, nats));
        if q.hi() > 1 {
            continue; // the neighbour of 1
        }
        let result = q.kl_inv(&c);
        let what = || format!("case {case}: kl_inv({q:?}, {c:?}) = {result:?} at {prec}");
        assert!(
            result.is_defined() && result.lo() <= 1 && result.lo() >= 0,
            "{}",
            what()
        );
        // lo may be below q by its rounding only; the lower end is of (q.lo, c.lo).
        let (lo, hi) = (result.lo(), result.hi());
        assert!(hi >= q.hi(), "{}", what());
        let tolerance = |c: Float, up: bool| {
            let slack = Float::with_val(64, c.abs_ref()) >> (3 * prec);
            if up { c + slack } else { c - slack }
        };
        if lo > q.lo() {
            let value = if lo < 1 {
                oracle(prec, &q.lo(), &lo)
            } else {
                Float::with_val(53, f64::INFINITY)
            };
            let exact_one = lo == 1 && q.lo() == 1;
            assert!(
                exact_one || value <= tolerance(Float::with_val(4 * prec, c.lo()), true),
                "low: {}",
                what()
            );
        }
        if hi < 1 && hi > q.hi() {
            let value = oracle(prec, &q.hi(), &hi);
            assert!(
                value >= tolerance(Float::with_val(4 * prec, c.hi()), false),
                "high: {}",
                what()
            );
        } else if hi < 1 {
            assert!(c.hi().is_zero(), "high: {}", what());
        }
        if q.is_exact() && c.is_exact() {
            assert_tight(&result, 4.0, what);
        }
    }
}

#[test]
fn extreme_complexities() {
    let at = |s: &str| Enclosure::parse(128, s).unwrap();
    for q in [
        "0",
        "1e-5000",
        "1e-20",
        "0.1",
        "0.5",
        "0.999999999999999999999",
        "1",
    ] {
        for c in [
            "0",
            "1e-300000000",
            "1e-5000",
            "1e-30",
            "88.7",
            "1e5000",
            "1e300000000",
        ] {
            let result = at(q).kl_inv(&at(c));
            assert_tight(&result, 8.0, || format!("kl_inv({q}, {c}) = {result:?}"));
            assert!(result.hi() <= 1);
        }
    }
    let unbounded = Enclosure::new(
        64,
        &Float::with_val(64, 1),
        &Float::with_val(64, f64::INFINITY),
    )
    .unwrap();
    assert_eq!(at("0.1").kl_inv(&unbounded).hi(), 1);
    assert!(!at("0.1").kl_inv(&at("-1e-30")).is_defined());
    assert!(!at("-1e-30").kl_inv(&at("1")).is_defined());
    assert!(!at("0.5").kl_inv(&Enclosure::undefined(64)).is_defined());
}
