//! Clopper-Pearson: the ends against exact binomial tails, rational for small m,
//! in Floats of ample precision beyond.

use crate::random::{Random, assert_tight};
use gapcert::real::{Enclosure, Real};
use rug::ops::Pow;
use rug::{Float, Integer};

/// One evaluation takes 0.1 to 1 ms, an exact tail as much.
const CASES: usize = 100_000;

/// P(Bin(m,p) <= k) exactly: with p = s/2^e the sum of C(m,j) s^j (2^e-s)^{m-j}, over
/// 2^{em}.
fn exact_tail(m: u32, k: u32, p: &Float) -> Float {
    let (s, exponent) = p.to_integer_exp().expect("finite");
    let e = u32::try_from(-exponent).expect("at most 1, of few bits");
    let rest = (Integer::from(1) << e) - &s;
    let mut powers = vec![Integer::from(1)];
    for _ in 0..m {
        powers.push(Integer::from(&powers[powers.len() - 1] * &rest));
    }
    let (mut sum, mut choices) = (Integer::new(), Integer::from(1));
    // choices = C(m,j) s^j.
    for j in 0..=k {
        sum += Integer::from(&choices * &powers[(m - j) as usize]);
        choices = choices * (m - j) / (j + 1);
        choices *= &s;
    }
    let all = sum.significant_bits().max(2);
    Float::with_val(all, sum) >> (e * m)
}

/// The same in Floats to nearest, by the recurrence upwards from j = 0.
fn float_tail(prec: u32, m: u32, k: u32, p: &Float) -> Float {
    let p = Float::with_val(prec, p);
    let rest = Float::with_val(prec, 1 - &p);
    let odds = Float::with_val(prec, &p / &rest);
    let mut term = rest.pow(m);
    let mut sum = term.clone();
    for j in 1..=k {
        term *= &odds;
        term *= m - j + 1;
        term /= j;
        sum += &term;
    }
    sum
}

fn counts(r: &mut Random, largest: u64) -> (u32, u32) {
    let m = if r.chance(10) {
        1
    } else {
        1 + r.below(largest)
    };
    let k = match r.below(8) {
        0 => 0,
        1 => m,
        2 => m - 1,
        _ => r.below(m + 1),
    };
    (m as u32, k as u32)
}

#[test]
fn against_exact_rationals() {
    let mut r = Random::new(81);
    for case in 0..CASES {
        let prec = r.precision();
        let delta = r.probabilities(prec);
        let (m, k) = counts(&mut r, 24);
        let result = delta.binomial_upper(&delta.int(k.into()), &delta.int(m.into()));
        let what = || format!("case {case}: {delta:?}, k = {k}, m = {m}: {result:?} at {prec}");
        if k == m {
            assert!(result.lo() == 1 && result.hi() == 1, "{}", what());
            continue;
        }
        let tail = |p: Float| exact_tail(m, k, &p);
        // The tail decreases in p: at lo it is >= delta.hi, at hi <= delta.lo.
        assert!(tail(result.lo()) >= delta.hi(), "low: {}", what());
        assert!(tail(result.hi()) <= delta.lo(), "high: {}", what());
        if delta.is_exact() {
            assert_tight(&result, 4.0, what);
        }
    }
}

/// 2000 cases.
#[test]
fn larger_counts_and_sets_of_counts() {
    let mut r = Random::new(82);
    for case in 0..2000 {
        let prec = r.precision();
        let delta = r.probabilities(prec);
        let (m, k) = counts(&mut r, 3000);
        let (wider_m, wider_k) = (m + r.below(5) as u32, k.saturating_sub(r.below(3) as u32));
        let set = |a: u32, b: u32| {
            let end = |n: u32| Float::with_val(64, n);
            Enclosure::new(prec.max(64), &end(a), &end(b)).unwrap()
        };
        let result = delta.binomial_upper(&set(wider_k, k), &set(m, wider_m));
        let what = || format!("case {case}: {delta:?}, k = {k}, m = {m}: {result:?} at {prec}");
        let wide = 2 * result.prec() + 700;
        let slack = Float::with_val(53, 1) >> (wide - 40);
        if k == m {
            assert_eq!(result.hi(), 1, "{}", what());
        } else if result.hi() < 1 {
            assert!(
                float_tail(wide, m, k, &result.hi()) - &slack <= delta.lo(),
                "high: {}",
                what()
            );
        }
        if wider_k < wider_m && result.lo() < 1 {
            assert!(
                float_tail(wide, wider_m, wider_k, &result.lo()) + &slack >= delta.hi(),
                "low: {}",
                what()
            );
        }
    }
}

#[test]
fn extreme() {
    let at = |s: &str| Enclosure::parse(128, s).unwrap().lower();
    let limit = |d: &str, k: &str, m: &str| at(d).binomial_upper(&at(k), &at(m));
    for d in [
        "1e-300000000",
        "1e-100000",
        "1e-30",
        "0.05",
        "0.5",
        "0.99",
        "0.99999999999999999999999999",
    ] {
        for (k, m) in [
            ("0", "1"),
            ("0", "1000000000"),
            ("1", "1000000000"),
            ("999999999", "1000000000"),
            ("9", "10"),
            ("4900", "52250"),
        ] {
            let result = limit(d, k, m);
            assert_tight(&result, 4.0, || format!("{d}, {k}, {m}: {result:?}"));
        }
    }
    for (k, m) in [
        ("1", "0"),
        ("2", "1"),
        ("-1", "5"),
        ("0.5", "5"),
        ("1", "5.5"),
        ("0", "1000000001"),
        ("1", "1e300000000"),
        ("1e300000000", "1e300000000"),
    ] {
        assert!(!limit("0.05", k, m).is_defined(), "{k}, {m}");
    }
    for d in ["0", "1", "-1", "2"] {
        assert!(!limit(d, "1", "5").is_defined(), "{d}");
    }
    for x in [f64::NAN, f64::INFINITY, -1.0, 0.0, 1e-320, 1.0] {
        let _ = x.binomial_upper(&3.0, &10.0);
        let _ = 0.05.binomial_upper(&x, &10.0);
        let _ = 0.05.binomial_upper(&3.0, &x);
        let _ = (
            x.chi_upper_quantile(3),
            x.normal_upper_quantile(),
            x.ln_xi(),
        );
    }
}
