//! gapcert itself under every invariant.

use crate::python::tolerance;
use gapcert::certify::Silent;
use gapcert::conform::{Builtin, Plan, Rounding, Subject, Tolerance, run};
use rayon::prelude::*;

/// Its upper ends, which may not lie below the exact value.
#[test]
fn every_invariant_of_every_subject_holds_of_gapcert() {
    Subject::all().par_iter().for_each(|subject| {
        let plan = Plan {
            subject: *subject,
            tolerance: Tolerance {
                rounding: Rounding::Up,
                ..tolerance(subject)
            },
            vectors: None,
            cases: 6,
            seed: 11,
            baseline: None,
        };
        let checks = run(&plan, &mut Builtin::default(), &Silent).unwrap();
        for c in checks {
            let name = subject.name();
            assert!(c.failed == 0 && c.undetermined == 0, "{name}: {c:?}");
            // One that never applies says nothing.
            assert!(c.passed > 0, "{name}: {} was not tried", c.name);
        }
    });
}
