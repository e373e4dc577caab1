//! kappa_L against a golden-section search at a far higher precision.

use crate::random::{MANY, Random, assert_near, assert_tight};
use gapcert::real::{Enclosure, Interval, Real};
use rug::Float;

/// Bits of the oracle.
const WIDE: u32 = 1400;

fn objective(layers: u32, t: &Float) -> Float {
    let scale = Float::with_val(WIDE, 1) << (layers - 1);
    let half = Float::with_val(WIDE, t.square_ref()) / 2u32;
    let cosh = half.exp_m1() * scale + 1u32;
    cosh.acosh() / t
}

/// The infimum; the search leaves a bracket of t of 2^-700, and so an error of
/// about 2^-1400.
fn oracle(layers: u32) -> Float {
    if layers <= 2 {
        return Float::with_val(WIDE, layers).sqrt();
    }
    let ratio = (Float::with_val(WIDE, 5).sqrt() - 1u32) / 2u32;
    let mut lo = Float::with_val(WIDE, 0.01);
    let mut hi = Float::with_val(WIDE, 3 * layers).sqrt() * 2u32;
    let step = |lo: &Float, hi: &Float| Float::with_val(WIDE, hi - lo) * &ratio;
    let (mut a, mut b) = (
        Float::with_val(WIDE, &hi - step(&lo, &hi)),
        Float::with_val(WIDE, &lo + step(&lo, &hi)),
    );
    let (mut fa, mut fb) = (objective(layers, &a), objective(layers, &b));
    for _ in 0..1030 {
        if fa < fb {
            hi = std::mem::replace(&mut b, a);
            fb = fa;
            a = Float::with_val(WIDE, &hi - step(&lo, &hi));
            fa = objective(layers, &a);
        } else {
            lo = std::mem::replace(&mut a, b);
            fa = fb;
            b = Float::with_val(WIDE, &lo + step(&lo, &hi));
            fb = objective(layers, &b);
        }
    }
    fa.min(&fb)
}

/// L, and kappa_L; increasing.
fn table() -> Vec<(u32, Float)> {
    let small = 1..=12;
    let large = [17, 33, 64, 100, 317, 1000, 10_000, 1_000_000];
    small.chain(large).map(|n| (n, oracle(n))).collect()
}

#[test]
fn random_inputs() {
    let mut r = Random::new(171);
    let table = table();
    for pair in table.windows(2) {
        assert!(pair[0].1 < pair[1].1, "non-decreasing in L");
    }
    let mut points = 0;
    for case in 0..MANY / 4 {
        let prec = r.precision();
        let low = r.below(table.len() as u64) as usize;
        let high = match r.below(2) {
            0 => low,
            _ => low + r.below((table.len() - low) as u64) as usize,
        };
        let end = |i: usize| Float::with_val(64, table[i].0);
        let set = Enclosure::new(prec, &end(low), &end(high)).unwrap();
        let result = set.peeling();
        let inside = low + r.below((high - low + 1) as u64) as usize;
        let (layers, value) = &table[inside];
        let value = Float::with_val(4 * prec, value);
        assert_near(&result, &value, 4, || format!("case {case}: L = {layers}"));
        if set.is_exact() {
            points += 1;
            assert_tight(&result, 3.0, || format!("case {case}: L = {layers}"));
        }
    }
    assert!(points > MANY / 10);
}

/// Any t gives an upper value; kappa_L <= sqrt(2 L ln 2), and <= 2^((L-1)/2).
#[test]
fn upper_values_and_relaxations() {
    let mut r = Random::new(172);
    for layers in 1..200 {
        let kappa = Enclosure::integer(128, layers).peeling();
        let relaxed = (kappa.int(2 * i64::from(layers)) * kappa.int(2).ln()).sqrt();
        let product = kappa.int(2).pow(&kappa.ratio(i64::from(layers) - 1, 2));
        // Beyond L = 100 the first two agree to 128 bits.
        assert!(!relaxed.certainly_lt(&kappa) && !product.certainly_lt(&kappa));
        assert!(layers > 60 || kappa.certainly_lt(&relaxed), "{layers}");
        assert!(layers <= 2 || kappa.certainly_lt(&product), "{layers}");
        for _ in 0..20 {
            let t = Float::with_val(WIDE, r.unit(53) * 8u32 + 0.01f64);
            assert!(objective(layers, &t) >= kappa.lo(), "{layers} at {t}");
        }
        let fast = f64::from(layers).peeling();
        assert!((fast - kappa.mid_f64()).abs() <= 1e-13 * fast, "{layers}");
        let interval = Interval::exact(f64::from(layers)).peeling();
        assert!(
            interval.contains(kappa.mid_f64()) && interval.hi() <= interval.lo() * (1.0 + 1e-14)
        );
    }
}

#[test]
fn known_values() {
    for (layers, value) in [
        (1, 1.0),
        (2, 2f64.sqrt()),
        (3, 1.9456),
        (4, 2.3219),
        (5, 2.6194),
    ] {
        let kappa = Enclosure::integer(128, layers).peeling();
        assert!(
            (kappa.mid_f64() - value).abs() < 5e-5,
            "{layers}: {kappa:?}"
        );
    }
    let one = Enclosure::integer(128, 1).peeling();
    assert!(one.is_exact() && one.lo() == 1);
    let four = Enclosure::integer(128, 2).peeling().powi(2);
    assert!(four.contains(&Float::with_val(53, 2)));
}

#[test]
fn the_highest_precision() {
    let kappa = Enclosure::integer(10_000, 7).peeling();
    assert!(kappa.relative_width() < 1e-300);
    let deepest = Enclosure::integer(128, 10_000_000).peeling();
    assert_tight(&deepest, 3.0, || "the deepest".into());
}

#[test]
fn refused() {
    let at = |s: &str| Enclosure::parse(64, s).unwrap();
    for layers in ["0", "-1", "1.5", "10000001", "1e300000000"] {
        assert!(!at(layers).peeling().is_defined(), "{layers}");
    }
    assert!(0f64.peeling().is_nan() && f64::NAN.peeling().is_nan());
}
