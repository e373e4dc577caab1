//! Searches with worthless guesses or undecidable sides end, and soundly.

use gapcert::real::{Enclosure, Real, Side, monotone_root};
use rug::Float;
use std::cell::Cell;
use std::time::{Duration, Instant};

fn at(x: f64) -> Float {
    Float::with_val(100, x)
}

#[test]
fn poor_guesses_cost_time_only() {
    let tiny: Float = Float::with_val(100, 1) >> 1_000_000_000u32;
    let root = at(0.5);
    for guess in [
        at(0.0),
        at(1.0),
        tiny.clone(),
        at(f64::NAN),
        at(f64::INFINITY),
        at(-1.0),
        at(0.3),
    ] {
        let asked = Cell::new(0);
        let (lo, hi) = monotone_root(100, &at(0.0), &at(1.0), &guess, |x| {
            asked.set(asked.get() + 1);
            Some(if *x <= root { Side::Left } else { Side::Right })
        });
        assert!(lo <= root && root <= hi, "{guess}");
        assert!(
            Float::with_val(100, &hi - &lo) < 1e-27,
            "{guess}: {lo} {hi}"
        );
        assert!(asked.get() < 1400, "{guess}: {}", asked.get());
    }
    // A root nobody expected that close to 0.
    let asked = Cell::new(0);
    let (lo, hi) = monotone_root(100, &at(0.0), &at(1.0), &at(0.5), |x| {
        asked.set(asked.get() + 1);
        Some(if *x <= tiny { Side::Left } else { Side::Right })
    });
    assert!(lo <= tiny && tiny <= hi && asked.get() < 1400);
}

#[test]
fn undecidable_sides_leave_the_domain() {
    let asked = Cell::new(0);
    let (lo, hi) = monotone_root(100, &at(0.0), &at(1.0), &at(0.5), |_| {
        asked.set(asked.get() + 1);
        None
    });
    assert!(lo == 0 && hi == 1 && asked.get() < 300);
    // A fog around the root that only distant points escape.
    let (lo, hi) = monotone_root(100, &at(0.0), &at(1.0), &at(0.5), |x| {
        if *x < 0.4 {
            Some(Side::Left)
        } else {
            (*x > 0.6).then_some(Side::Right)
        }
    });
    assert!(lo < 0.4 && hi > 0.6);
}

#[test]
fn a_domain_of_one_point() {
    let (lo, hi) = monotone_root(100, &at(0.5), &at(0.5), &at(3.0), |_| {
        panic!("nothing to ask")
    });
    assert!(lo == 0.5 && hi == 0.5);
}

/// Every function on every pair of extreme points, within seconds.
#[test]
fn extreme_points_terminate() {
    let texts = [
        "0",
        "1",
        "-1",
        "1e-320000000",
        "1e320000000",
        "-1e320000000",
        "1e-5000",
        "1e5000",
        "0.5",
        "1e-1",
        "12",
        "0x1p-1000000",
        "0x.ffffffffffffffffffffffffffffffp0",
    ];
    let started = Instant::now();
    for a in texts.map(|t| Enclosure::parse(128, t).unwrap()) {
        for x in [
            a.sqrt(),
            a.ln(),
            a.exp(),
            a.powi(i32::MAX),
            a.powi(i32::MIN),
            a.cbrt(),
            a.ceil(),
            a.harmonic(),
            a.peeling(),
            a.ln_xi(),
            a.normal_upper_quantile(),
            a.chi_upper_quantile(1),
            a.chi_upper_quantile(1000),
            a.chi_upper_quantile(10_000_000),
        ] {
            assert!(x.lo() <= x.hi());
        }
        for b in texts.map(|t| Enclosure::parse(128, t).unwrap()) {
            for x in [
                &a + &b,
                &a - &b,
                &a * &b,
                &a / &b,
                a.min(&b),
                a.max(&b),
                a.kl(&b),
                a.kl_inv(&b),
                a.binomial_upper(&b, &a.int(50)),
                a.binomial_upper(&a.int(3), &b),
                a.hull(&b),
                a.pow(&b),
                a.grid_exponent(&b, &a.int(3)),
                a.int(7).grid_exponent(&a, &b),
                b.grid_exponent(&b, &a),
            ] {
                assert!(x.lo() <= x.hi());
            }
        }
    }
    assert!(
        started.elapsed() < Duration::from_secs(60),
        "{:?}",
        started.elapsed()
    );
}
