//! Claims made for the purpose, whose truth is known.

use gapcert::bound::{Bound, Confidence, find};
use gapcert::certify::Silent;
use gapcert::error::Result;
use gapcert::falsify::{
    Budget, BuiltIn, Claim, Plan, RefutationFile, Report, Tally, Verdict, falsify, refusal,
    replicates_needed, significance,
};
use gapcert::real::{Enclosure, Real};
use gapcert::simulate::{Compared, Outcome, Prepared, World};
use rug::ops::Pow;
use rug::{Integer, Rational};

/// The risk itself times a factor: below it for factors below 1, if there is any.
struct Factor(f64);

impl Claim for Factor {
    fn bound(&self) -> &'static Bound {
        find("test-set/clopper-pearson").unwrap()
    }

    fn compare(&self, _: &World<'_>, p: &Prepared, _: &Confidence) -> Result<Compared> {
        let value = p.risk.clone() * Enclosure::exact(128, self.0);
        let outcome = match () {
            () if value.certainly_lt(&p.risk) => Outcome::Violated,
            () if p.risk.certainly_le(&value) => Outcome::Holds,
            () => Outcome::Undecided,
        };
        Ok(Compared {
            bound: self.bound(),
            value,
            exact: p.risk.clone(),
            outcome,
        })
    }
}

fn plan(claim: &dyn Claim, seed: u64, evaluations: u64) -> Plan<'_> {
    Plan {
        claim,
        delta: Confidence::parse("0.05", 128).unwrap(),
        seed,
        budget: Budget {
            time: None,
            evaluations: Some(evaluations),
        },
        populations: vec!["gaussian", "xor", "templates"],
        learners: vec!["nearest-mean"],
    }
}

fn search(claim: &dyn Claim, seed: u64, evaluations: u64) -> Report {
    falsify(&plan(claim, seed, evaluations), &Silent).unwrap()
}

#[test]
fn a_value_below_the_risk_is_refuted() {
    let claim = Factor(0.999);
    let report = search(&claim, 1, 48);
    assert_eq!(report.verdict, Verdict::Refuted);
    let attempt = report.refutation().unwrap();
    let tally = attempt.tally().unwrap();
    // P(Bin(n, 1/20) >= v), exactly.
    let delta = Rational::from((1, 20));
    let tail = exact_tail(tally.replicates as u32, &delta, tally.violations as u32);
    assert!(tail < Rational::from((1, 1_000_000_000)));
    let [p, level] = Report::evidence(attempt, &plan(&claim, 1, 48).delta).unwrap();
    assert!(p.lo() <= tail && tail <= p.hi(), "{p:?}");
    assert!(p.certainly_lt(&level));
}

#[test]
fn the_risk_itself_is_not_refuted() {
    let report = search(&Factor(1.0), 1, 48);
    assert_eq!(report.verdict, Verdict::NotRefuted);
    assert!(report.attempts.is_empty());
    assert_eq!(report.evaluations, 48);
}

/// A bound whose failure probability is as close to delta as one comes: counting
/// often finds it above by chance, and no confirmation may.
#[test]
fn the_sharpest_bound_is_not_refuted() {
    let bound = BuiltIn(find("test-set/clopper-pearson").unwrap());
    let report = search(&bound, 3, 80);
    assert_eq!(report.verdict, Verdict::NotRefuted);
    let compared: u64 = report.tried.iter().map(|t| t.compared).sum();
    assert!(compared > 60, "{compared}");
}

#[test]
fn threads_change_nothing() {
    let claim = Factor(0.97);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let report = pool.build().unwrap().install(|| search(&claim, 5, 64));
        let file = RefutationFile::new(&plan(&claim, 5, 64), &report);
        (file, format!("{:?}", report.tried))
    };
    let (one, three) = (on(1), on(3));
    assert!(one.0.is_some());
    assert_eq!(one, three);
}

#[test]
fn all_confirmations_together_have_the_significance() {
    let mut sum = Enclosure::integer(128, 0);
    for k in 1..=2000 {
        sum = sum + significance(128, k);
    }
    let whole = Enclosure::parse(128, "1e-9").unwrap();
    assert!(sum.certainly_lt(&whole));
    assert!((whole * sum.ratio(99, 100)).certainly_lt(&sum));
}

/// So many replicates do refute, if violations go on being as frequent.
#[test]
fn the_number_of_replicates_suffices() {
    let delta = Rational::from((1, 20));
    for (violations, replicates) in [(8, 8), (30, 72), (20, 72)] {
        let seen = Tally {
            replicates,
            compared: replicates,
            violations,
            undecided: 0,
        };
        let n = replicates_needed(&seen, 0.05, 1).unwrap();
        let again = n * violations / replicates;
        let tail = exact_tail(n as u32, &delta, again as u32);
        assert!(
            tail < Rational::from((1, 2_000_000_000)),
            "{violations} of {replicates}: {n}"
        );
    }
    // A rate that delta allows.
    let allowed = Tally {
        replicates: 1000,
        compared: 1000,
        violations: 50,
        undecided: 0,
    };
    assert_eq!(replicates_needed(&allowed, 0.05, 1), None);
}

#[test]
fn what_no_count_contradicts_is_refused() {
    for id in [
        "pac-bayes/kl",
        "galanti-2023/as-released",
        "test-set/clopper-pearson",
    ] {
        assert_eq!(refusal(find(id).unwrap()), None, "{id}");
    }
    for id in ["neyshabur-2018", "long-sedghi-2020"] {
        let bound = find(id).unwrap();
        if let Some(why) = refusal(bound) {
            let error = falsify(&plan(&BuiltIn(bound), 1, 1), &Silent).unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
        }
    }
}

/// P(Bin(n, p) >= k).
fn exact_tail(n: u32, p: &Rational, k: u32) -> Rational {
    let other = Rational::from(1) - p;
    (k..=n)
        .map(|j| {
            let ways = Rational::from(Integer::from(n).binomial(j));
            ways * p.clone().pow(j) * other.clone().pow(n - j)
        })
        .sum()
}

/// The refutation that an audit ships is one. On other processors the last bits of the
/// networks may differ, and so the numbers, but not this.
#[test]
fn the_shipped_refutation_refutes() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/audits/galanti-2023/refutation.json"
    );
    let replayed = gapcert::falsify::replay(file.as_ref(), None, &Silent).unwrap();
    assert!(replayed.refuted);
    assert_eq!(replayed.recorded.bound, "galanti-2023/as-released");
}
