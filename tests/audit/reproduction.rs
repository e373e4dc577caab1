//! Faulty computations, written out here as the code that makes them would be, and
//! printed in full: the audit names each one.

use crate::support::finding;

/// Of the first reproduction, and the verdict.
fn named(bound: &str, inputs: &str, reported: f64) -> (String, &'static str) {
    let text = format!(
        "[[claim]]\nbound = \"{bound}\"\nreported = \"{reported}\"\nrounding = \"exact\"\n[claim.inputs]\n{inputs}\n"
    );
    let found = finding(&text);
    let ways: Vec<_> = found.reproductions.iter().map(|r| r.way.clone()).collect();
    (ways.join(" | "), found.judgement.verdict.name())
}

fn kl(q: f64, p: f64) -> f64 {
    let term = |a: f64, b: f64| if a == 0.0 { 0.0 } else { a * (a / b).ln() };
    term(q, p) + term(1.0 - q, 1.0 - p)
}

/// To f64 accuracy.
fn kl_inv(q: f64, c: f64) -> f64 {
    bisect(q, c, 0.0).1
}

/// Lower end, last point, upper end.
fn bisect(q: f64, c: f64, tolerance: f64) -> (f64, f64, f64) {
    let (mut lo, mut hi, mut last) = (q, 1.0 - 1e-10, q);
    for _ in 0..100 {
        if (hi - lo) / hi < tolerance {
            break;
        }
        last = (lo + hi) / 2.0;
        if kl(q, last) > c {
            hi = last
        } else {
            lo = last
        }
    }
    (lo, last, hi)
}

const INPUTS: &str = "m = 5000\ndelta = 0.05\nkl = 200.0\nempirical_loss = 0.12537";
const KL: &str = "pac-bayes/kl:as-printed";
const M: f64 = 5000.0;
const DELTA: f64 = 0.05;
const NATS: f64 = 200.0;
const LOSS: f64 = 0.12537;

fn complexity(kl: f64, delta: f64, m: f64) -> f64 {
    (kl + (2.0 * m.sqrt() / delta).ln()) / m
}

#[test]
fn root_finders() {
    let c = complexity(NATS, DELTA, M);
    let (lo, last, hi) = bisect(LOSS, c, 1e-5);
    let says = |value, part: &str, verdict| {
        let (ways, found) = named(KL, INPUTS, value);
        assert!(ways.contains(part), "{part}: {ways}");
        assert_eq!(found, verdict, "{part}");
    };
    says(lo, "relative tolerance 1e-5, lower side", "understated");
    says(hi, "relative tolerance 1e-5, upper side", "sound");
    let (ways, _) = named(KL, INPUTS, last);
    assert!(
        ways.contains("relative tolerance 1e-5, last midpoint"),
        "{ways}"
    );
    says(LOSS + (c / 2.0).sqrt(), "Pinsker", "sound");
    says(LOSS, "its first argument", "understated");
    let newton = |start: f64, steps| {
        (0..steps).fold(start, |p, _| {
            p - (kl(LOSS, p) - c) * p * (1.0 - p) / (p - LOSS)
        })
    };
    says(
        newton(LOSS + (c / 2.0).sqrt(), 1),
        "1 of Newton's steps from above",
        "sound",
    );
    // Too large a divergence for Pinsker: code that starts there gives up with 1.
    let (ways, verdict) = named(
        KL,
        "m = 5000\ndelta = 0.05\nkl = 8000.0\nempirical_loss = 0.12537",
        1.0,
    );
    assert_eq!(
        (ways.as_str(), verdict),
        ("", "vacuous"),
        "one digit tells nothing"
    );
    let text = "[[claim]]\nbound = \"pac-bayes/kl:as-printed\"\nreported = \"1.0000\"\nrounding = \"exact\"\n[claim.inputs]\nm = 5000\ndelta = 0.05\nkl = 8000.0\nempirical_loss = 0.12537\n";
    let ways: Vec<_> = finding(text)
        .reproductions
        .into_iter()
        .map(|r| r.way)
        .collect();
    assert!(
        ways.iter()
            .any(|w| w.contains("Newton") || w.contains("reported as 1")),
        "{ways:?}"
    );
}

#[test]
fn wrong_inputs_and_constants() {
    let says = |value: f64, part: &str, verdict: &str| {
        let (ways, found) = named(KL, INPUTS, value);
        assert!(ways.contains(part), "{part}: {ways}");
        assert_eq!(found, verdict, "{part}");
    };
    let inverse = |c| kl_inv(LOSS, c);
    says(
        inverse(complexity(2.0 * NATS, DELTA, M)),
        "2 KL for KL",
        "sound",
    );
    says(
        inverse(complexity(NATS / 2.0, DELTA, M)),
        "KL/2 for KL",
        "understated",
    );
    says(
        inverse(complexity(NATS / 2f64.ln(), DELTA, M)),
        "bits taken for nats",
        "sound",
    );
    says(
        inverse(complexity(0.0, DELTA, M)),
        "KL left out",
        "understated",
    );
    says(
        inverse(complexity(NATS, 1.0, M)),
        "delta left out",
        "understated",
    );
    says(
        inverse((NATS + (M.sqrt() / DELTA).ln()) / M),
        "sqrt(m) for 2 sqrt(m)",
        "understated",
    );
    says(
        inverse((NATS + (2.0 * M.sqrt()).log2() - DELTA.log2()) / M),
        "log2 for ln",
        "sound",
    );
    // McAllester with m for m - 1.
    let (ways, verdict) = named(
        "pac-bayes/mcallester:as-printed",
        INPUTS,
        LOSS + ((NATS + (M / DELTA).ln()) / (2.0 * M)).sqrt(),
    );
    assert!(ways.contains("m for m - 1"), "{ways}");
    assert_eq!(verdict, "understated");
    // Its factor 2 left out.
    let (ways, verdict) = named(
        "pac-bayes/mcallester:as-printed",
        INPUTS,
        LOSS + ((NATS + (M / DELTA).ln()) / (M - 1.0)).sqrt(),
    );
    assert!(ways.contains("factor 2 left out"), "{ways}");
    assert_eq!(verdict, "sound");
    // The union over a grid dropped.
    let grid = format!("{INPUTS}\nlog_inverse_weight = 12.5");
    let (ways, verdict) = named(KL, &grid, inverse(complexity(NATS, DELTA, M)));
    assert!(ways.contains("the union over the grid dropped"), "{ways}");
    assert_eq!(verdict, "understated");
}

#[test]
fn held_out_and_two_stages() {
    let inputs = "m = 1000\nerrors = 37\ndelta = 0.05";
    let rate = 0.037f64;
    let (ways, _) = named(
        "test-set/clopper-pearson",
        inputs,
        rate + ((20.0f64).ln() / 2000.0).sqrt(),
    );
    assert!(ways.contains("Hoeffding"), "{ways}");
    let (ways, verdict) = named(
        "test-set/clopper-pearson",
        inputs,
        rate + 1.6448536269514722 * (rate * (1.0 - rate) / 1000.0).sqrt(),
    );
    assert!(ways.contains("normal approximation"), "{ways}");
    assert_eq!(verdict, "understated");
    let inputs =
        "m = 5000\ndelta = 0.05\nkl = 200.0\nmc_mean = 0.12537\nmc_samples = 1000\ndelta_mc = 0.01";
    let c = complexity(NATS, DELTA, M);
    let mean = kl_inv(LOSS, c);
    let (ways, verdict) = named("pac-bayes/kl-monte-carlo", inputs, mean);
    assert!(
        ways.contains("the mean of the draws taken for the expectation"),
        "{ways}"
    );
    assert_eq!(verdict, "understated");
    // The other stage's union dropped.
    let first = kl_inv(LOSS, 2f64.ln() / 1000.0);
    let (ways, _) = named("pac-bayes/kl-monte-carlo", inputs, kl_inv(first, c));
    assert!(ways.contains("the union over the draws dropped"), "{ways}");
}

#[test]
fn right_values_are_said_to_be_right_and_few_digits_tell_nothing() {
    let right = kl_inv(LOSS, complexity(NATS, DELTA, M));
    let with = |reported: String, rounding: &str| {
        let text = format!(
            "[[claim]]\nbound = \"{KL}\"\nreported = \"{reported}\"\nrounding = \"{rounding}\"\n[claim.inputs]\n{INPUTS}\n"
        );
        finding(&text)
            .reproductions
            .into_iter()
            .map(|r| r.way)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        with(format!("{right:.6}"), "nearest"),
        ["the formula's value, rounded to the nearest"]
    );
    assert_eq!(
        with(format!("{right}"), "exact"),
        ["the formula's value, rounded to the nearest"]
    );
    assert_eq!(with("0.12".into(), "nearest"), [""; 0], "2 digits");
    assert_eq!(with("0.73125".into(), "nearest"), [""; 0], "no known way");
}
