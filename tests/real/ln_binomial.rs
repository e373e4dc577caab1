//! ln C(n,k) against the logarithm of GMP's exact binomial coefficient.

use crate::random::{MANY, Random, assert_near, assert_tight};
use gapcert::real::{Enclosure, Real};
use rug::{Float, Integer};

#[test]
fn random_inputs() {
    let mut r = Random::new(41);
    for case in 0..MANY {
        let prec = r.precision();
        // Exact coefficients of thousands of bits are dear: mostly moderate n.
        let n = match r.below(200) {
            0 => r.below(20_000),
            1..20 => 1 + r.below(3000),
            _ => r.below(1500),
        };
        let k = match r.below(8) {
            0 => 0,
            1 => n,
            2 => r.below(n + 1).min(40),
            _ => r.below(n + 1),
        };
        let result = Enclosure::undefined(prec).ln_binomial(n, k);
        let choose = Integer::from(Integer::binomial_u(n as u32, k as u32));
        let value = Float::with_val(4 * prec, Float::with_val(4 * prec + 64, choose).ln());
        let what = || format!("case {case}: ln C({n},{k})");
        assert_near(&result, &value, 2, what);
        assert_tight(&result, 2.0, what);
    }
}

#[test]
fn large_and_impossible() {
    let like = Enclosure::integer(128, 1);
    assert!(!like.ln_binomial(3, 4).is_defined());
    assert_eq!(like.ln_binomial(u64::MAX, 0).hi(), 0);
    assert_eq!(like.ln_binomial(u64::MAX, u64::MAX).hi(), 0);
    // C(n,1) = n.
    let ln = Enclosure::integer(128, u64::MAX).ln();
    let one = like.ln_binomial(u64::MAX, 1);
    assert!(one.lo() <= ln.hi() && ln.lo() <= one.hi());
    // Pascal: C(n,k)/C(n-1,k-1) = n/k.
    let (n, k) = (10_000_000u64, 3_333_333u64);
    let quotient = (like.ln_binomial(n, k) - like.ln_binomial(n - 1, k - 1)).exp();
    assert!(quotient.contains_set(&like.ratio(n as i64, k as i64)));
    assert_tight(&like.ln_binomial(n, k), 2.0, || "large".into());
    assert!(1f64.ln_binomial(3, 4).is_nan());
}
