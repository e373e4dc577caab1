use gapcert::real::Enclosure;
use gapcert::simulate::binomial_tail;
use rug::{Integer, Rational};

/// P(Bin(n, p) >= k) as an exact rational.
fn tail(n: u32, p: &Rational, k: u32) -> Rational {
    let other = Rational::from(1) - p;
    let power = |x: &Rational, n: u32| (0..n).fold(Rational::from(1), |y, _| y * x);
    (k..=n).fold(Rational::new(), |sum, j| {
        let choices = Rational::from(Integer::from(n).binomial(j));
        sum + choices * power(p, j) * power(&other, n - j)
    })
}

#[test]
fn the_tail_is_the_exact_one() {
    for (n, p) in [
        (1u32, (1, 20)),
        (10, (1, 20)),
        (50, (1, 3)),
        (200, (1, 20)),
        (200, (1, 1000)),
    ] {
        let p = Rational::from(p);
        let enclosure = Enclosure::rational(128, &p);
        for k in [0, 1, 2, n / 20, n / 2, n] {
            let found = binomial_tail(u64::from(n), &enclosure, u64::from(k));
            let exact = tail(n, &p, k);
            assert!(found.lo() <= exact && exact <= found.hi(), "{n} {p} {k}");
            assert!(
                found.relative_width() < 1e-30,
                "{n} {p} {k}: {}",
                found.relative_width()
            );
        }
    }
}
