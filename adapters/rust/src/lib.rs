//! Tests a Rust implementation of a bound or a measurement with `cargo test`.
//!
//! ```
//! use gapcert_conform::{conforms, number};
//!
//! conforms!(mcallester, "pac-bayes/mcallester:as-printed", |x| {
//!     let (m, delta) = (number(x, "m")?, number(x, "delta")?);
//!     // ... refuse what is outside the domain, then compute ...
//!     # let _ = (m, delta);
//!     Err("not written yet".into())
//! });
//! ```
//!
//! makes a test `mcallester` that runs the checked-in vectors and the invariants, and
//! fails with the simplest inputs that show a fault. What computes more than a function
//! can implements [`Implementation`].

pub use gapcert::conform::{Answer, Datum, Implementation, Point};

use gapcert::certify::Silent;
use gapcert::conform::vectors::standard;
use gapcert::conform::{Plan, Rounding, Subject, Tolerance, run};
use gapcert::report::conform::details;
use rug::Rational;

/// Random cases of each invariant.
const CASES: usize = 100;
const SEED: u64 = 2023;

/// A test, named, that a closure `&Point -> Result<f64, String>` conforms; `Err`
/// refuses inputs.
#[macro_export]
macro_rules! conforms {
    ($name:ident, $subject:expr, $function:expr) => {
        #[test]
        fn $name() {
            let function: fn(&$crate::Point) -> Result<f64, String> = $function;
            $crate::assert_conforms($subject, function, 1e-9);
        }
    };
}

/// A scalar input, finite.
///
/// # Errors
/// If it is missing, a list or no finite number: an answer that refuses.
pub fn number(x: &Point, name: &str) -> Result<f64, String> {
    match x.get(name) {
        Some(Datum::Number(text)) => finite(text, name),
        Some(Datum::List(_)) => Err(format!("{name}: a number is wanted")),
        None => Err(format!("{name} is missing")),
    }
}

/// A list of numbers.
///
/// # Errors
/// See [`number`].
pub fn list(x: &Point, name: &str) -> Result<Vec<f64>, String> {
    match x.get(name) {
        Some(Datum::List(all)) => all
            .iter()
            .map(|x| match x {
                Datum::Number(text) => finite(text, name),
                Datum::List(_) => Err(format!("{name}: numbers are wanted")),
            })
            .collect(),
        _ => Err(format!("{name}: a list is wanted")),
    }
}

fn finite(text: &str, name: &str) -> Result<f64, String> {
    let x: f64 = text.parse().map_err(|_| format!("{name}: no number"))?;
    x.is_finite()
        .then_some(x)
        .ok_or_else(|| format!("{name}: no finite number"))
}

/// Runs vectors and invariants on an implementation that rounds to the nearest.
///
/// # Panics
/// If it does not conform, with the simplest inputs that show it; if the subject is
/// unknown.
pub fn assert_conforms(subject: &str, mut tested: impl Implementation, tolerance: f64) {
    let subject = Subject::find(subject).unwrap_or_else(|e| panic!("{e}"));
    let exact = |x: f64| Rational::from_f64(x).expect("a finite tolerance");
    let vectors = standard(&subject);
    let plan = Plan {
        subject,
        tolerance: Tolerance {
            relative: exact(tolerance),
            absolute: exact(subject.absolute_tolerance()),
            rounding: Rounding::Nearest,
            loose: false,
        },
        vectors: Some(&vectors),
        cases: CASES,
        seed: SEED,
        baseline: None,
    };
    let checks = run(&plan, &mut tested, &Silent).unwrap_or_else(|e| panic!("{e}"));
    let failed = checks.iter().filter(|c| c.failed > 0);
    let shown: Vec<String> = failed
        .map(|c| {
            let shown = c.failure.as_ref().map_or(String::new(), |f| {
                let replay = f.replay().to_string();
                format!("{}\n{}", f.judgement.words(), details(f, &replay))
            });
            format!("{}/{}: {shown}", c.suite.name(), c.name)
        })
        .collect();
    assert!(
        shown.is_empty(),
        "{} does not conform\n{}",
        subject.name(),
        shown.join("\n")
    );
}
