//! Random cases of a property, and the simplest one that fails.

use super::super::answer::{Answer, Fault};
use super::super::implementation::Implementation;
use super::super::judge::Tolerance;
use super::super::point::Point;
use super::super::strategy::{draw, simpler, size};
use super::super::subject::Subject;
use super::{Case, Held, PRECISION, Property, Relation};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Draws for each case that is wanted: many are outside a domain.
const DRAWS: usize = 20;
/// Relative width of a certified value that answers are compared with, at most.
const WIDEST: f64 = 1e-20;
/// Cases tried while shrinking at most.
const MOST_STEPS: usize = 600;

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub passed: usize,
    pub undetermined: usize,
    /// The simplest case that fails: its calls, the answers, and what is wrong.
    pub failure: Option<(Vec<Point>, Vec<Answer>, Held)>,
}

/// Tries `cases` random cases; stops at the first that fails and shrinks it.
pub fn search(
    property: &Property,
    subject: &Subject,
    implementation: &mut dyn Implementation,
    tolerance: &Tolerance,
    cases: usize,
    rng: &mut ChaCha8Rng,
) -> Found {
    let mut found = Found::default();
    for _ in 0..cases * DRAWS {
        if found.passed + found.undetermined == cases {
            break;
        }
        let case = Case {
            inputs: draw(subject, rng),
            other: draw(subject, rng),
            place: rng.random_range(0..24),
        };
        match try_case(property, subject, implementation, tolerance, &case) {
            None => {}
            Some((_, answers, _)) if given_up(&answers) => {
                found.undetermined += 1;
                break;
            }
            Some((_, _, Held::Yes)) => found.passed += 1,
            Some((_, _, Held::Undetermined)) => found.undetermined += 1,
            Some(failure) => {
                let shrunk = shrink(property, subject, implementation, tolerance, case);
                found.failure = Some(shrunk.unwrap_or(failure));
                break;
            }
        }
    }
    found
}

/// Calls, answers and outcome; `None` if the case is not one of the property's.
pub fn try_case(
    property: &Property,
    subject: &Subject,
    implementation: &mut dyn Implementation,
    tolerance: &Tolerance,
    case: &Case,
) -> Option<(Vec<Point>, Vec<Answer>, Held)> {
    let calls = property.calls(case)?;
    let refused = matches!(property.relation, Relation::Refused);
    // Next to a jump our own value is too wide to judge anything.
    if matches!(property.relation, Relation::Value) {
        let value = subject.value(&calls[0], PRECISION).ok()?;
        if value.relative_width() > WIDEST && !value.is_exact() {
            return None;
        }
    }
    // 64 bits tell what is inside the domain.
    if !refused && calls.iter().any(|p| subject.value(p, 64).is_err()) {
        return None;
    }
    let answers: Vec<Answer> = calls
        .iter()
        .map(|p| implementation.call(subject, p))
        .collect();
    let held = property.relation.held(subject, &calls, &answers, tolerance);
    Some((calls, answers, held))
}

/// Whether the implementation is not called any more.
fn given_up(answers: &[Answer]) -> bool {
    let given_up = |a: &Answer| matches!(a, Answer::Fault(Fault::GivenUp));
    answers.iter().any(given_up)
}

/// Starting a program again takes as long as many calls.
fn cost(answer: &Answer) -> usize {
    match answer {
        Answer::Fault(Fault::Crash { .. }) => MOST_STEPS / 10,
        Answer::Fault(Fault::Hang(_)) => MOST_STEPS,
        _ => 0,
    }
}

/// The simplest case found that fails in the same way; starts from one that failed.
pub fn shrink(
    property: &Property,
    subject: &Subject,
    implementation: &mut dyn Implementation,
    tolerance: &Tolerance,
    mut case: Case,
) -> Option<(Vec<Point>, Vec<Answer>, Held)> {
    let mut best = None;
    let mut steps = 0;
    'simpler: while steps < MOST_STEPS {
        let mut next: Vec<Case> = simpler(subject, &case.inputs)
            .into_iter()
            .map(|inputs| Case {
                inputs,
                ..case.clone()
            })
            .collect();
        if property.uses_other {
            let others = simpler(subject, &case.other).into_iter();
            next.extend(others.map(|other| Case {
                other,
                ..case.clone()
            }));
        }
        next.sort_by_key(|c| (size(&c.inputs), size(&c.other)));
        for simpler in next {
            steps += 1;
            if steps > MOST_STEPS {
                break;
            }
            let tried = try_case(property, subject, implementation, tolerance, &simpler);
            let Some((calls, answers, held)) = tried else {
                continue;
            };
            if given_up(&answers) {
                break 'simpler;
            }
            steps += answers.iter().map(cost).sum::<usize>();
            if matches!(held, Held::No { .. }) {
                case = simpler;
                best = Some((calls, answers, held));
                continue 'simpler;
            }
        }
        break;
    }
    best
}
