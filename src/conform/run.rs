//! One implementation and one subject: vectors, invariants, baseline.

use super::answer::Answer;
use super::implementation::Implementation;
use super::judge::{Judgement, Tolerance};
use super::lock::{Inputs, Lock};
use super::point::Point;
use super::property::{Case, Held, Property, properties, refuses, search, shrink};
use super::strategy::size;
use super::subject::Subject;
use super::vectors::{Expected, Vectors, note};
use crate::certify::Progress;
use crate::error::{Error, Result};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value as Json, json};

/// What is done.
pub struct Plan<'a> {
    pub subject: Subject,
    pub tolerance: Tolerance,
    pub vectors: Option<&'a Vectors>,
    /// Random cases of each invariant; none are run if it is 0.
    pub cases: usize,
    /// Seed of the random cases.
    pub seed: u64,
    pub baseline: Option<&'a Lock>,
}

/// Where a check comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite {
    Vectors,
    Invariants,
    Baseline,
}

impl Suite {
    /// As tables have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vectors => "vectors",
            Self::Invariants => "invariants",
            Self::Baseline => "baseline",
        }
    }
}

/// The outcome of one check: the vectors of a flag, an invariant, the baseline.
#[derive(Clone, Debug)]
pub struct Check {
    pub suite: Suite,
    pub name: String,
    pub about: String,
    pub passed: usize,
    pub failed: usize,
    pub undetermined: usize,
    /// The simplest failure.
    pub failure: Option<Failure>,
}

/// Calls that show a fault.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The property that the calls break.
    pub property: String,
    pub calls: Vec<Point>,
    pub answers: Vec<String>,
    pub judgement: Judgement,
    pub wanted: String,
}

impl Failure {
    fn new(property: &str, calls: Vec<Point>, answers: &[Answer], held: Held) -> Self {
        let (judgement, wanted) = match held {
            Held::No { judgement, wanted } => (judgement, wanted),
            Held::Yes | Held::Undetermined => (Judgement::Undetermined, String::new()),
        };
        Self {
            property: property.to_owned(),
            calls,
            answers: answers.iter().map(Answer::to_string).collect(),
            judgement,
            wanted,
        }
    }

    /// What `--replay` takes.
    pub fn replay(&self) -> Json {
        let calls: Vec<Json> = self.calls.iter().map(Point::to_json).collect();
        json!({"property": self.property, "calls": calls})
    }
}

/// Runs the plan.
///
/// # Errors
/// Input: a baseline of subjects that are not known.
pub fn run(
    plan: &Plan<'_>,
    implementation: &mut dyn Implementation,
    progress: &dyn Progress,
) -> Result<Vec<Check>> {
    let mut checks = Vec::new();
    if let Some(vectors) = plan.vectors {
        progress.stage("vectors", vectors.len());
        checks.extend(run_vectors(plan, vectors, implementation, progress));
    }
    if plan.cases > 0 {
        let all = properties(&plan.subject);
        progress.stage("invariants", all.len());
        for (i, property) in all.iter().enumerate() {
            let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
            rng.set_stream(i as u64);
            checks.push(run_property(plan, property, implementation, &mut rng));
            progress.advance(1);
        }
    }
    if let Some(lock) = plan.baseline {
        progress.stage("baseline", lock.entries.len());
        checks.push(run_baseline(plan, lock, implementation, progress)?);
    }
    Ok(checks)
}

fn run_vectors(
    plan: &Plan<'_>,
    vectors: &Vectors,
    implementation: &mut dyn Implementation,
    progress: &dyn Progress,
) -> Vec<Check> {
    let mut checks: Vec<Check> = Vec::new();
    for vector in vectors.iter() {
        let answer = implementation.call(&plan.subject, &vector.inputs);
        progress.advance(1);
        let judgement = plan.tolerance.judge(&answer, &vector.expected);
        let flag = vector.flags.first().map_or("", String::as_str);
        let place = checks.iter().position(|c| c.name == flag);
        let place = place.unwrap_or_else(|| {
            checks.push(Check {
                suite: Suite::Vectors,
                name: flag.to_owned(),
                about: note(flag).to_owned(),
                passed: 0,
                failed: 0,
                undetermined: 0,
                failure: None,
            });
            checks.len() - 1
        });
        let check = &mut checks[place];
        if judgement == Judgement::Undetermined {
            check.undetermined += 1;
        } else if plan.tolerance.fails(judgement) {
            check.failed += 1;
            let (property, wanted) = match &vector.expected {
                Expected::Refusal => ("refuses", "a refusal".to_owned()),
                Expected::Value { lo, hi, .. } if lo == hi => ("value", lo.clone()),
                Expected::Value { lo, hi, .. } => ("value", format!("[{lo}, {hi}]")),
            };
            let failure = Failure {
                property: property.to_owned(),
                calls: vec![vector.inputs.clone()],
                answers: vec![answer.to_string()],
                judgement,
                wanted,
            };
            let smaller = |old: &Failure| size(&failure.calls[0]) < size(&old.calls[0]);
            if check.failure.as_ref().is_none_or(smaller) {
                check.failure = Some(failure);
            }
        } else {
            check.passed += 1;
        }
    }
    // The simplest input that shows the fault, once for each kind of fault.
    let value = properties(&plan.subject).swap_remove(0);
    let mut shrunk: Vec<Judgement> = Vec::new();
    for check in &mut checks {
        let Some(failure) = &mut check.failure else {
            continue;
        };
        let costly = matches!(failure.judgement, Judgement::Fault("hang"));
        if failure.property != "value" || costly || shrunk.contains(&failure.judgement) {
            continue;
        }
        shrunk.push(failure.judgement);
        let case = Case {
            inputs: failure.calls[0].clone(),
            other: Point::new(),
            place: 0,
        };
        let simplest = shrink(&value, &plan.subject, implementation, &plan.tolerance, case);
        if let Some((calls, answers, held)) = simplest {
            *failure = Failure::new("value", calls, &answers, held);
        }
    }
    checks
}

fn run_property(
    plan: &Plan<'_>,
    property: &Property,
    implementation: &mut dyn Implementation,
    rng: &mut ChaCha8Rng,
) -> Check {
    let (subject, tolerance) = (&plan.subject, &plan.tolerance);
    let found = search(
        property,
        subject,
        implementation,
        tolerance,
        plan.cases,
        rng,
    );
    let failure = found
        .failure
        .map(|(calls, answers, held)| Failure::new(&property.name, calls, &answers, held));
    Check {
        suite: Suite::Invariants,
        name: property.name.clone(),
        about: property.about.clone(),
        passed: found.passed,
        failed: usize::from(failure.is_some()),
        undetermined: found.undetermined,
        failure,
    }
}

fn run_baseline(
    plan: &Plan<'_>,
    lock: &Lock,
    implementation: &mut dyn Implementation,
    progress: &dyn Progress,
) -> Result<Check> {
    let name = plan.subject.name();
    let recorded = lock.entries.iter().filter(|e| e.subject == name).count();
    if recorded == 0 {
        let found = format!("none of {name}");
        let advice = "write one with `gapcert lock create`";
        return Err(Error::input(
            "--baseline",
            "",
            "recorded answers",
            found,
            advice,
        ));
    }
    let tolerance = |_: &Subject| plan.tolerance.clone();
    let done = |n: usize| progress.advance(n);
    let moved = lock.check(implementation, &[plan.subject], &tolerance, &done)?;
    // The calls of a model are too long to be repeated on a command line.
    let calls = moved.iter().filter_map(|m| match &m.inputs {
        Inputs::Point(p) => Some((p, m)),
        Inputs::Model { .. } => None,
    });
    let simplest = calls.min_by_key(|(p, _)| size(p));
    Ok(Check {
        suite: Suite::Baseline,
        name: "unchanged".into(),
        about: format!(
            "answers are those of {} {}",
            lock.implementation, lock.version
        ),
        passed: recorded - moved.len(),
        failed: moved.len(),
        undetermined: 0,
        failure: simplest.map(|(p, m)| Failure {
            property: "value".into(),
            calls: vec![p.clone()],
            answers: vec![m.new.to_string()],
            judgement: m.new_is,
            wanted: format!("{} (recorded, {})", m.old, m.old_is.words()),
        }),
    })
}

/// Makes the calls of a failure again: what `replay` gave.
///
/// # Errors
/// Input: what is no replay.
pub fn replay(
    json: &Json,
    plan: &Plan<'_>,
    implementation: &mut dyn Implementation,
) -> Result<Check> {
    let refuse = |expected: &str, found: String| {
        let advice = "take it from the report of `gapcert conform`";
        Error::input("--replay", "", expected, found, advice)
    };
    let name = json["property"].as_str().unwrap_or("");
    let mut all = properties(&plan.subject);
    all.push(refuses());
    let property = all.into_iter().find(|p| p.name == name);
    let property = property.ok_or_else(|| {
        refuse(
            &format!("a property of {}", plan.subject.name()),
            format!("{name:?}"),
        )
    })?;
    let calls = json["calls"].as_array().map_or(&[][..], Vec::as_slice);
    let calls: Vec<Point> = calls
        .iter()
        .map(Point::from_json)
        .collect::<std::result::Result<_, _>>()
        .map_err(|found| refuse("calls with inputs", found))?;
    if calls.is_empty() {
        return Err(refuse("at least one call", "none".into()));
    }
    let answers: Vec<Answer> = calls
        .iter()
        .map(|p| implementation.call(&plan.subject, p))
        .collect();
    let held = property
        .relation
        .held(&plan.subject, &calls, &answers, &plan.tolerance);
    Ok(Check {
        suite: Suite::Invariants,
        name: property.name.clone(),
        about: property.about.clone(),
        passed: usize::from(held == Held::Yes),
        failed: usize::from(matches!(held, Held::No { .. })),
        undetermined: usize::from(held == Held::Undetermined),
        failure: Some(Failure::new(&property.name, calls, &answers, held)),
    })
}
