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

/// A replicate to which a bound does not apply counts as one in which it held.
#[test]
fn not_applicable_is_not_left_out() {
    use gapcert::input::InputFile;
    use gapcert::simulate::{Collector, Compared, Outcome, Replicate, Spec, Verdict};
    let text = r#"
replicates = 40
bounds = ["galanti-2023/as-released"]
m = 10
population = { kind = "xor", dim = 3, support = 10 }
learner = { kind = "ridge" }
"#;
    let file = InputFile::from_bytes("spec.toml", text.as_bytes().to_vec());
    let spec = Spec::parse(&file, "".into()).unwrap();
    let number = |x: f64| Enclosure::exact(128, x);
    let mut collector = Collector::new(&spec);
    for index in 0..40 {
        let outcome = if index < 9 {
            Outcome::Violated
        } else {
            Outcome::NotApplicable
        };
        collector.add(&Replicate {
            setting: 0,
            index,
            seed: 0,
            m: 10,
            risk: number(0.5),
            empirical: number(0.0),
            rademacher: number(0.5),
            bounds: vec![Compared {
                bound: spec.bounds[0],
                value: number(0.25),
                exact: number(0.5),
                outcome,
            }],
        });
    }
    let summary = collector.finish();
    let found = &summary.settings[0].bounds[0];
    // Of 40 and not of 9, where it would be 20^-9 and a refutation.
    let exact = tail(40, &Rational::from((1, 20)), 9);
    assert!(found.p_value.lo() <= exact && exact <= found.p_value.hi());
    assert_eq!(found.verdict, Verdict::Consistent);
    assert!(found.rate.hi() < 0.5);
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
