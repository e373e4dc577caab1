//! What `gapcert conform` asks of others, asked of our own values: over the same random
//! inputs, at several precisions.

use crate::meet;
use gapcert::certify::Silent;
use gapcert::conform::{Builtin, Plan, Rounding, Subject, Suite, Tolerance, run};
use gapcert::testing::points;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use rug::Rational;

/// Every bound and measurement: a value at more bits is inside that at fewer.
#[test]
fn values_nest() {
    for subject in Subject::all() {
        let mut runner = TestRunner::new(Config {
            cases: 40,
            failure_persistence: None,
            rng_seed: RngSeed::Fixed(15),
            ..Config::default()
        });
        let checked = runner.run(&points(subject), |point| {
            let [coarse, fine] = [64, 256].map(|prec| subject.value(&point, prec));
            let (Ok(coarse), Ok(fine)) = (coarse, fine) else {
                return Err(TestCaseError::reject("outside the domain"));
            };
            prop_assert!(meet(&coarse, &fine), "{coarse:?} and {fine:?}");
            prop_assert!(fine.width() <= coarse.width(), "{coarse:?} and {fine:?}");
            Ok(())
        });
        checked.unwrap_or_else(|e| panic!("{}: {e}", subject.name()));
    }
}

/// Every property of every subject, with our values.
#[test]
fn our_values_have_the_properties() {
    for subject in Subject::all() {
        let plan = Plan {
            subject,
            tolerance: Tolerance {
                relative: Rational::from_f64(1e-9).unwrap(),
                absolute: Rational::from_f64(subject.absolute_tolerance()).unwrap(),
                rounding: Rounding::Up,
                loose: false,
            },
            vectors: None,
            cases: 20,
            seed: 16,
            baseline: None,
        };
        let checks = run(&plan, &mut Builtin::default(), &Silent).unwrap();
        for check in checks.iter().filter(|c| c.suite == Suite::Invariants) {
            assert_eq!(check.failed, 0, "{}: {check:?}", subject.name());
        }
    }
}
