//! Laws every operation obeys: monotone inclusion, nested precision, and f64
//! intervals that contain the MPFR result's middle.

use crate::random::Random;
use gapcert::real::{Enclosure, Interval, Real};
use rug::Float;

type Op<R> = fn(&R, &R) -> R;

/// Every operation on two numbers that are probabilities (for the quantiles) or
/// any reals (for the rest). The second of a pair says which.
fn operations<R: Real>() -> Vec<(&'static str, bool, Op<R>)> {
    vec![
        ("add", false, |a, b| a.clone() + b),
        ("sub", false, |a, b| a.clone() - b),
        ("mul", false, |a, b| a.clone() * b),
        ("div", false, |a, b| a.clone() / b),
        ("min", false, R::min),
        ("max", false, R::max),
        ("sqrt", false, |a, _| a.sqrt()),
        ("ln", false, |a, _| a.ln()),
        ("exp", false, |a, _| a.exp()),
        ("square", false, |a, _| a.powi(2)),
        ("cube", false, |a, _| a.powi(3)),
        ("inverse square", false, |a, _| a.powi(-2)),
        ("cbrt", false, |a, _| a.cbrt()),
        ("ceil", false, |a, _| a.ceil()),
        ("pow", false, R::pow),
        ("pi", false, |a, _| a.pi()),
        ("grid exponent", true, |a, b| {
            a.grid_exponent(b, &a.ratio(3, 2))
        }),
        ("harmonic", true, |a, _| a.int(57).harmonic()),
        ("peeling", true, |a, _| a.int(6).peeling()),
        ("kl", true, R::kl),
        ("kl_inv", true, R::kl_inv),
        ("normal", true, |a, _| a.normal_upper_quantile()),
        ("chi", true, |a, _| a.chi_upper_quantile(7)),
        ("binomial", true, |a, _| {
            a.binomial_upper(&a.int(4), &a.int(30))
        }),
        ("ln_xi", true, |a, _| a.int(17).ln_xi()),
        ("ln_binomial", true, |a, _| a.ln_binomial(2000, 77)),
    ]
}

/// Pairs per operation: cheap ones, dear ones.
fn cases(dear: bool) -> usize {
    if dear { 1500 } else { 20_000 }
}

fn draw(dear: bool) -> fn(&mut Random, u32) -> Float {
    if dear {
        Random::probability
    } else {
        Random::real
    }
}

/// A random subset.
fn part(r: &mut Random, x: &Enclosure) -> Enclosure {
    let (a, b) = (r.element(x, x.prec()), r.element(x, x.prec()));
    let (lo, hi) = if a <= b { (a, b) } else { (b, a) };
    Enclosure::new(x.prec(), &lo, &hi).expect("ordered")
}

#[test]
fn inclusion_is_monotone() {
    let mut r = Random::new(101);
    for (name, dear, op) in operations::<Enclosure>() {
        for _ in 0..cases(dear) {
            let prec = r.precision();
            let (a, b) = (r.set(prec, draw(dear)), r.set(prec, draw(dear)));
            let (x, y) = (part(&mut r, &a), part(&mut r, &b));
            let (large, small) = (op(&a, &b), op(&x, &y));
            // The searches return brackets, not roundings: they may end a unit
            // apart, which two more units forgive.
            let searched = matches!(name, "kl_inv" | "normal" | "chi" | "binomial" | "kl");
            let slack = |end: Float| {
                let unit = Float::with_val(53, end.abs_ref()) >> (prec - 2);
                if searched { unit } else { Float::new(53) }
            };
            let contained = !large.is_defined()
                || (small.is_defined()
                    && Float::with_val(prec + 64, large.lo() - slack(large.lo())) <= small.lo()
                    && Float::with_val(prec + 64, large.hi() + slack(large.hi())) >= small.hi());
            assert!(
                contained,
                "{name}: {x:?}, {y:?} gives {small:?}; {a:?}, {b:?} gives {large:?}"
            );
        }
    }
}

#[test]
fn more_precision_is_not_wider() {
    let mut r = Random::new(102);
    for (name, dear, op) in operations::<Enclosure>() {
        for _ in 0..cases(dear) {
            let prec = r.precision();
            let (a, b) = (r.set(24, draw(dear)), r.set(24, draw(dear)));
            let at = |p: u32| op(&a.with_precision(p), &b.with_precision(p));
            let (coarse, fine) = (at(prec), at(prec + 40));
            assert_eq!(coarse.is_defined(), fine.is_defined(), "{name}");
            if coarse.is_defined() && name.starts_with(|c| "adsmle".contains(c)) && !dear {
                assert!(coarse.contains_set(&fine), "{name}: {coarse:?} {fine:?}");
            }
            assert!(
                !coarse.is_defined() || fine.width() <= coarse.width(),
                "{name}: {coarse:?} {fine:?}"
            );
            assert!(
                coarse.decide(&fine).is_none_or(|o| o.is_eq()),
                "{name}: {coarse:?} {fine:?}"
            );
        }
    }
}

#[test]
fn intervals_contain_the_middle() {
    let mut r = Random::new(103);
    let pairs = operations::<Enclosure>()
        .into_iter()
        .zip(operations::<Interval>());
    for ((name, dear, precise), (_, _, fast)) in pairs {
        for _ in 0..cases(dear) {
            let (a, b) = (r.set(53, draw(dear)), r.set(53, draw(dear)));
            let (a, b) = (Interval::from(&a), Interval::from(&b));
            if !a.is_defined() || !b.is_defined() {
                continue;
            }
            let widened = |x: Interval| Enclosure::from(x).with_precision(300);
            let reference = precise(&widened(a), &widened(b));
            let result = fast(&a, &b);
            if !reference.is_defined() {
                assert!(!result.is_defined(), "{name}: {a:?} {b:?}");
                continue;
            }
            let mid = Float::with_val(302, reference.lo() + &reference.hi()) / 2u32;
            assert!(
                mid.is_nan() || (mid >= result.lo() && mid <= result.hi()),
                "{name}: {a:?}, {b:?} gives {result:?}, not {reference:?}"
            );
        }
    }
}
