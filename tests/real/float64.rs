//! The f64 readings of the special functions, with which searches find their way: near
//! the enclosure, in the usual range.

use crate::random::Random;
use gapcert::real::{Enclosure, Real};

const CASES: usize = 1000;
const PREC: u32 = 100;

fn near(fast: f64, x: &Enclosure, what: impl Fn() -> String) {
    let exact = x.mid_f64();
    let tolerance = 1e-10 * exact.abs().max(1e-3);
    assert!(
        (fast - exact).abs() <= tolerance,
        "{}: {fast} and {exact}",
        what()
    );
}

/// In (0,1), towards both ends.
fn level(r: &mut Random) -> f64 {
    let p = r.unit(53).to_f64().max(1e-12);
    match r.below(4) {
        0 => p * 1e-6,
        1 => 1.0 - p * 1e-3,
        _ => p,
    }
}

#[test]
fn quantiles() {
    let mut r = Random::new(91);
    for _ in 0..CASES {
        let p = level(&mut r);
        let exact = Enclosure::exact(PREC, p);
        near(
            p.normal_upper_quantile(),
            &exact.normal_upper_quantile(),
            || format!("normal, {p}"),
        );
        let n = 1 + r.below(300);
        near(
            p.chi_upper_quantile(n),
            &exact.chi_upper_quantile(n),
            || format!("chi_{n}, {p}"),
        );
        let m = 1 + r.below(500) as i64;
        let k = r.below(m as u64 + 1) as i64;
        let limit = exact.binomial_upper(&exact.int(k), &exact.int(m));
        near(p.binomial_upper(&(k as f64), &(m as f64)), &limit, || {
            format!("Clopper-Pearson, {k} of {m}, {p}")
        });
    }
}

#[test]
fn inverse_of_kl() {
    let mut r = Random::new(92);
    for case in 0..CASES {
        let q = if case % 10 == 0 { 0.0 } else { level(&mut r) };
        let c = r.unit(53).to_f64() * [1e-4, 0.1, 3.0, 30.0][r.below(4) as usize];
        let exact = Enclosure::exact(PREC, q).kl_inv(&Enclosure::exact(PREC, c));
        near(q.kl_inv(&c), &exact, || format!("kl_inv({q}, {c})"));
    }
    assert!(0.5.kl_inv(&-1.0).is_nan() && 1.5.kl_inv(&1.0).is_nan());
}

#[test]
fn exponents_on_a_grid() {
    let mut r = Random::new(93);
    for _ in 0..CASES {
        let value = 10f64.powf(r.unit(53).to_f64() * 40.0 - 20.0);
        let start = 10f64.powf(r.unit(53).to_f64() * 10.0 - 5.0);
        let base = 1.001 + r.unit(53).to_f64() * 3.0;
        let exact = |x: f64| Enclosure::exact(PREC, x);
        let exponent = exact(value).grid_exponent(&exact(start), &exact(base));
        assert!(exponent.is_exact());
        assert_eq!(value.grid_exponent(&start, &base), exponent.mid_f64());
    }
}
