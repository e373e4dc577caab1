//! The range of one input for which a bound stays below a target, against closed forms
//! and against every integer tried.

use gapcert::bound::{Admissible, Bound, Effect, Inputs, Value, find, solve};
use gapcert::real::Enclosure;
use rug::{Float, Rational};

const PREC: u32 = 128;

fn number(text: &str) -> Enclosure {
    Enclosure::parse(PREC, text).unwrap()
}

fn inputs(given: &[(&str, &str)]) -> Inputs<Enclosure> {
    let set = |x: Inputs<Enclosure>, (name, text): &(&str, &str)| x.with(name, number(text));
    given.iter().fold(Inputs::new(), set)
}

fn solved(bound: &str, given: &[(&str, &str)], target: &str) -> Admissible {
    solve(find(bound).unwrap(), &inputs(given), &number(target)).unwrap()
}

fn refused(bound: &str, given: &[(&str, &str)]) -> String {
    let found = solve(find(bound).unwrap(), &inputs(given), &number("0.5"));
    found.unwrap_err().to_string()
}

/// Both ends, as integers.
fn ends(x: &Admissible) -> (Option<u64>, Option<u64>) {
    let integer = |x: &Float| {
        assert!(x.is_integer(), "{x}");
        x.to_integer().unwrap().to_u64().unwrap()
    };
    (
        x.inside.as_ref().map(integer),
        x.outside.as_ref().map(integer),
    )
}

/// `root`, of about 15 digits, is between the ends, and these are close to each other.
fn brackets(x: &Admissible, root: f64) {
    let (inside, outside) = (x.inside.as_ref().unwrap(), x.outside.as_ref().unwrap());
    let (lo, hi) = match x.effect {
        Effect::Raises => (inside, outside),
        _ => (outside, inside),
    };
    assert!(lo < hi, "{x:?}");
    let near = |x: &Float| (x.to_f64() - root).abs() <= 1e-12 * root;
    assert!(near(lo) && near(hi), "{x:?}: {root}");
    assert!(
        Float::with_val(PREC, hi - lo) <= Float::with_val(PREC, hi * 1e-30),
        "{x:?}"
    );
}

const MCALLESTER: [(&str, &str); 4] = [
    ("m", "1000"),
    ("delta", "0.05"),
    ("kl", "5"),
    ("empirical_loss", "0.1"),
];

fn without(name: &str) -> Vec<(&'static str, &'static str)> {
    MCALLESTER.into_iter().filter(|(n, _)| *n != name).collect()
}

/// loss + sqrt((kl + ln(m/delta))/(2(m-1))).
fn mcallester(m: f64, delta: f64, kl: f64, loss: f64) -> f64 {
    loss + ((kl + (m / delta).ln()) / (2.0 * (m - 1.0))).sqrt()
}

#[test]
fn reals_against_closed_forms() {
    let bound = "pac-bayes/mcallester:as-printed";
    let paid = 2.0 * 999.0 * 0.1f64.powi(2);
    let x = solved(bound, &without("kl"), "0.2");
    assert_eq!((x.input, x.effect), ("kl", Effect::Raises));
    brackets(&x, paid - 20_000f64.ln());
    let x = solved(bound, &without("delta"), "0.2");
    assert_eq!((x.input, x.effect), ("delta", Effect::Lowers));
    brackets(&x, 1000.0 * (5.0 - paid).exp());
    let x = solved(bound, &without("empirical_loss"), "0.2");
    brackets(&x, 0.2 - mcallester(1000.0, 0.05, 5.0, 0.0));
}

#[test]
fn reals_of_which_all_or_none_will_do() {
    let bound = "pac-bayes/mcallester:as-printed";
    // Below 1.5 for the largest loss there is, and for the smallest delta tried.
    let x = solved(bound, &without("empirical_loss"), "1.5");
    assert!(x.inside.unwrap() == 1 && x.outside.is_none());
    let x = solved(bound, &without("delta"), "1.5");
    assert!(x.inside.unwrap() == Float::with_val(PREC, 1e-300) && x.outside.is_none());
    // Not even with the smallest, and the largest.
    let x = solved(bound, &without("empirical_loss"), "0.05");
    assert!(x.inside.is_none() && x.outside.unwrap() == 0);
    let x = solved(bound, &without("delta"), "0.1");
    assert!(x.inside.is_none());
    let last = x.outside.unwrap();
    assert!(last < 1 && last.to_f64() == 1.0, "{last}");
}

/// A target known to a range only.
#[test]
fn what_cannot_be_decided_is_not_outside() {
    let bound = find("pac-bayes/mcallester:as-printed").unwrap();
    let target = number("0.15").hull(&number("0.2"));
    let x = solve(bound, &inputs(&without("empirical_loss")), &target).unwrap();
    let deviation = mcallester(1000.0, 0.05, 5.0, 0.0);
    // What f64 has as rounding.
    let slack = 1e-14;
    let inside = x.inside.unwrap().to_f64();
    assert!(
        inside <= 0.15 - deviation + slack && inside > 0.15 - deviation - slack,
        "{inside}"
    );
    let outside = x.outside.unwrap().to_f64();
    assert!(
        outside >= 0.2 - deviation - slack && outside < 0.2 - deviation + slack,
        "{outside}"
    );
    // The best value itself is undecided.
    let target = number(&format!("{:.5}", deviation - 1e-3)).hull(&number("0.2"));
    let x = solve(bound, &inputs(&without("empirical_loss")), &target).unwrap();
    assert!(x.inside.is_none() && x.outside.is_none(), "{x:?}");
    let given = inputs(&without("m"));
    let x = solve(bound, &given, &number("0.1").hull(&number("0.2"))).unwrap();
    assert!(x.inside.is_none() && x.outside.is_none(), "{x:?}");
    // From 0.15 to 0.2: the sample size that suffices is certain, the one before is not.
    let x = solve(bound, &given, &number("0.15").hull(&number("0.2"))).unwrap();
    let (inside, outside) = ends(&x);
    let first = first_sample_size(0.15);
    assert_eq!((inside, outside), (Some(first), None));
}

/// The first m with mcallester(m) < target, by trying all.
fn first_sample_size(target: f64) -> u64 {
    (2..)
        .find(|m| mcallester(*m as f64, 0.05, 5.0, 0.1) < target)
        .unwrap()
}

#[test]
fn sample_sizes_against_all_of_them() {
    for target in ["0.9", "0.5", "0.3", "0.2", "0.15", "0.12"] {
        let first = first_sample_size(target.parse().unwrap());
        let x = solved("pac-bayes/mcallester:as-printed", &without("m"), target);
        assert_eq!((x.input, x.effect), ("m", Effect::Lowers));
        assert_eq!(ends(&x), (Some(first), Some(first - 1)), "{target}");
    }
    // Each sample size will do; none of those tried.
    let x = solved("pac-bayes/mcallester:as-printed", &without("m"), "3");
    assert_eq!(ends(&x), (Some(2), None));
    let x = solved("pac-bayes/mcallester:as-printed", &without("m"), "0.1");
    assert_eq!(ends(&x), (None, Some(10_000_000_000)));
}

fn rational(x: (i64, i64)) -> Rational {
    Rational::from(x)
}

/// P(Bin(m,p) <= k), exactly.
fn tail(m: u32, k: u32, p: &Rational) -> Rational {
    use rug::ops::Pow;
    let q = Rational::from(1 - p);
    (0..=k)
        .map(|j| {
            let ways = Rational::from(rug::Integer::from(m).binomial(j));
            ways * p.clone().pow(j) * q.clone().pow(m - j)
        })
        .sum()
}

#[test]
fn errors_and_test_sizes_against_exact_tails() {
    let bound = "test-set/clopper-pearson";
    // The limit is below t exactly if P(Bin(m,t) <= errors) < delta.
    let (t, delta) = (rational((3, 10)), rational((1, 20)));
    let below = |m, errors| errors < m && tail(m, errors, &t) < delta;
    let most = (0..60).take_while(|k| below(60, *k)).last().unwrap();
    let x = solved(bound, &[("m", "60"), ("delta", "0.05")], "0.3");
    assert_eq!((x.input, x.effect), ("errors", Effect::Raises));
    assert_eq!(ends(&x), (Some(most.into()), Some(u64::from(most) + 1)));
    let first = (8..).find(|m| below(*m, 7)).unwrap();
    let x = solved(bound, &[("errors", "7"), ("delta", "0.05")], "0.3");
    assert_eq!((x.input, x.effect), ("m", Effect::Lowers));
    assert_eq!(ends(&x), (Some(first.into()), Some(u64::from(first) - 1)));
    // All m are wrong at most, and all of them are at least as many as the errors.
    let x = solved(bound, &[("m", "60"), ("delta", "0.05")], "1.5");
    assert_eq!(ends(&x), (Some(60), None));
    let x = solved(bound, &[("errors", "7"), ("delta", "0.05")], "1.5");
    assert_eq!(ends(&x), (Some(7), None));
    let x = solved(bound, &[("errors", "7"), ("delta", "0.05")], "1");
    assert_eq!(ends(&x), (Some(8), Some(7)));
    // Not even without errors.
    let x = solved(bound, &[("m", "2"), ("delta", "0.05")], "0.3");
    assert_eq!(ends(&x), (None, Some(0)));
}

fn with_list(x: Inputs<Enclosure>, name: &str, values: &[&str]) -> Inputs<Enclosure> {
    let mut x = x;
    x.set(
        name,
        Value::List(values.iter().map(|v| number(v)).collect()),
    );
    x
}

/// A list left out has as many entries as the layers that the others tell.
#[test]
fn lists_are_taken_with_equal_entries() {
    let bound = find("muthukumar-sulam-2023/theorem-13:sharp").unwrap();
    let all = |kl: Option<usize>, sparse: Option<usize>, third: Option<usize>| {
        let mut x = inputs(&[("m", "100000"), ("delta", "0.05"), ("margin_loss", "0.01")]);
        for (name, entries, value) in [
            ("kl", kl, "10"),
            ("sparse_loss", sparse, "0.01"),
            ("sparse_loss_3", third, "0.01"),
        ] {
            if let Some(n) = entries {
                x = with_list(x, name, &vec![value; n]);
            }
        }
        x
    };
    let target = number("0.9");
    for (given, name, entries) in [
        (all(None, Some(2), Some(2)), "kl", 3),
        (all(Some(3), None, Some(2)), "sparse_loss", 2),
        (all(Some(3), Some(2), None), "sparse_loss_3", 2),
    ] {
        let x = solve(bound, &given, &target).unwrap();
        assert_eq!(x.input, name);
        let at = |end: &Float| {
            let mut x = given.clone();
            let end = Enclosure::new(PREC, end, end).unwrap();
            x.set(name, Value::List(vec![end; entries]));
            value(bound, x)
        };
        assert!(
            at(x.inside.as_ref().unwrap()).certainly_lt(&target),
            "{x:?}"
        );
        assert!(
            target.certainly_le(&at(x.outside.as_ref().unwrap())),
            "{x:?}"
        );
    }
}

fn value(bound: &Bound, x: Inputs<Enclosure>) -> Enclosure {
    bound.evaluate(&bound.check(x).unwrap()).value
}

#[test]
fn what_is_asked_must_have_an_answer() {
    let bound = "pac-bayes/mcallester:as-printed";
    let message = refused(bound, &MCALLESTER);
    assert!(message.contains("all inputs given"), "{message}");
    let message = refused(bound, &MCALLESTER[2..]);
    assert!(message.contains("missing: m, delta"), "{message}");
    let message = refused("long-sedghi-2020", &MCALLESTER[..1]);
    assert!(message.contains("a measure"), "{message}");
    let message = refused("pac-bayes/catoni", &MCALLESTER);
    assert!(
        message.contains("that the bound rises or falls with"),
        "{message}"
    );
    // Faults of the other inputs are told before anything is searched.
    let message = refused(bound, &[("m", "1000"), ("delta", "2"), ("kl", "5")]);
    assert!(message.contains("`delta` in (0, 1)"), "{message}");
    let given = [("m", "100"), ("delta", "0.05"), ("ramp_loss", "0.1")];
    let more = [("gamma", "1"), ("input_energy", "1"), ("width", "10")];
    let message = refused("bartlett-2017", &[&given[..], &more[..]].concat());
    assert!(
        message.contains("missing: spectral, distance_21"),
        "{message}"
    );
    // Nothing else tells how many layers there are.
    let given = [("m", "100"), ("delta", "0.05"), ("margin_loss", "0.1")];
    let more = [
        ("rho_over_gamma", "1"),
        ("layers", "2"),
        ("classes", "2"),
        ("max_chain", "1"),
    ];
    let message = refused("galanti-2023/sound", &[&given[..], &more[..]].concat());
    assert!(
        message.contains("`fan_in`, whose length nothing else tells"),
        "{message}"
    );
}
