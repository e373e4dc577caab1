//! kl against its formula in MPFR to nearest, at a precision that outlasts the
//! cancellation near p = q.

use crate::random::{MANY, Random, assert_near, assert_tight};
use gapcert::real::{Enclosure, Real};
use rug::Float;

/// kl(q|p) for q in [0,1] and p in (0,1), by the defining formula.
pub fn oracle(prec: u32, q: &Float, p: &Float) -> Float {
    // Two terms of the size of p-q, each from a quotient rounded near 1, leave
    // (p-q)^2/2p(1-p). With p, q >= 2^-202 that differ in a bit of `prec` this costs less
    // than 2 prec + 202 bits; 4 prec are returned.
    let wide = 6 * prec + 300;
    let at = |x: &Float| Float::with_val(wide, x);
    let (one, q, p) = (Float::with_val(wide, 1), at(q), at(p));
    let term = |a: Float, b: Float| {
        if a.is_zero() {
            return Float::new(wide);
        }
        Float::with_val(wide, &a / &b).ln() * a
    };
    let rest = term(
        Float::with_val(wide, &one - &q),
        Float::with_val(wide, &one - &p),
    );
    Float::with_val(4 * prec, term(q, p) + rest)
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
    let mut r = Random::new(21);
    let mut defined = 0;
    for case in 0..MANY {
        let prec = r.precision();
        let q = r.set(prec, fraction);
        let p = if r.chance(20) && q.lo() > 0 {
            // Near-equal: a few units away.
            let mut x = q.lo();
            (0..r.below(3)).for_each(|_| x.next_up());
            if x > 1 {
                q.clone()
            } else {
                Enclosure::new(prec, &x, &x).unwrap()
            }
        } else {
            r.set(prec, fraction)
        };
        let result = q.kl(&p);
        if !result.is_defined() {
            continue;
        }
        defined += 1;
        // The oracle is dear: at one pair of ends.
        let (x, y) = (r.element(&q, prec), r.element(&p, prec));
        if x == y {
            assert!(result.lo() <= 0, "case {case}");
        } else {
            assert_near(&result, &oracle(prec, &x, &y), 2, || {
                format!("case {case}: kl({x}|{y})")
            });
        }
        if q.is_exact() && p.is_exact() && x != y {
            assert_tight(&result, 4.0, || format!("case {case}: kl({x}|{y})"));
        }
    }
    assert!(defined > MANY / 2, "only {defined} defined");
}

#[test]
fn infinite_values_are_undefined_and_absorb() {
    let at = |s: &str| Enclosure::parse(80, s).unwrap();
    let set = |a: &str, b: &str| Enclosure::new(80, &at(a).lo(), &at(b).hi()).unwrap();
    assert!(!at("0.5").kl(&at("0")).is_defined());
    assert!(!at("0.5").kl(&at("1")).is_defined());
    // 0 * kl is not 0 where kl may be infinite.
    let possibly = at("0.5").kl(&set("0", "0.5"));
    assert!(!(possibly * at("0")).is_defined());
    assert!(!at("1.5").kl(&at("0.5")).is_defined());
    assert!(!at("0.5").kl(&set("-0.1", "0.5")).is_defined());
    assert_eq!(at("0").kl(&at("0")).hi(), 0);
    assert_eq!(at("1").kl(&at("1")).hi(), 0);
}

#[test]
fn tiny_arguments_keep_their_digits() {
    let at = |s: &str| Enclosure::parse(128, s).unwrap().lower();
    assert_tight(&at("1e-5000").kl(&at("3e-5000")), 4.0, || "tiny".into());
    assert_tight(&at("3e-300000000").kl(&at("1e-300000000")), 4.0, || {
        "tiny".into()
    });
}
