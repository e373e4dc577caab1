//! The file of a refutation: what was found, from which anyone can find it again.
//!
//! A replay shows that the numbers are those of the seeds. That the p-value means
//! what it says also needs that the seed of the search was not chosen for it: the
//! seeds of the replicates must be those that the search derives from it.

use super::claim::{BuiltIn, Claim, refusal};
use super::confirm::{Attempt, seed};
use super::external::{External, check_command};
use super::run::{Plan, Report};
use super::trial::{Clock, Trial, trials};
use crate::bound::{Bound, Confidence, Form, find};
use crate::certify::Progress;
use crate::error::{Error, Result};
use crate::input::InputFile;
use crate::simulate::{Spec, text};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::Duration;

const SCHEMA: &str = "gapcert-falsification/1";
const DIGITS: usize = 17;

/// As `gapcert schema falsify` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefutationFile {
    pub schema: String,
    pub version: String,
    pub bound: String,
    pub form: Form,
    /// The program whose values these are, if it is not gapcert.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    pub delta: String,
    pub search: SearchPart,
    /// The setting, as `gapcert simulate` reads it.
    pub spec: String,
    pub replicates: Vec<Line>,
    pub violations: u64,
    pub undecided: u64,
    /// Rounded up.
    pub p_value: String,
    /// Rounded down.
    pub significance: String,
}

/// Where it was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchPart {
    pub seed: u64,
    /// Which confirmation of the search it is, from 1.
    pub attempt: u64,
    /// Settings tried before.
    pub evaluations: u64,
}

/// A replicate; enclosures are outward decimals of 17 digits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub value: [String; 2],
    pub exact: [String; 2],
    pub outcome: String,
}

impl Line {
    fn of(t: &Trial) -> Self {
        Self {
            value: text(&t.value),
            exact: text(&t.exact),
            outcome: t.outcome.name().into(),
        }
    }
}

impl RefutationFile {
    /// The file of a report that refutes, if it does.
    pub fn new(plan: &Plan<'_>, report: &Report) -> Option<Self> {
        let attempt = report.refutation()?;
        let search = SearchPart {
            seed: plan.seed,
            attempt: attempt.number,
            evaluations: report.evaluations,
        };
        Self::of(attempt, &plan.delta, search, plan.claim)
    }

    fn of(
        attempt: &Attempt,
        delta: &Confidence,
        search: SearchPart,
        claim: &dyn Claim,
    ) -> Option<Self> {
        let bound = claim.bound();
        let tally = attempt.tally()?;
        let [p_value, level] = Report::evidence(attempt, delta)?;
        Some(Self {
            schema: SCHEMA.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            bound: bound.id.into(),
            form: bound.form,
            command: claim.command().map(str::to_owned),
            delta: delta.text().into(),
            search,
            spec: attempt.text.clone(),
            replicates: attempt.trials.iter().flatten().map(Line::of).collect(),
            violations: tally.violations,
            undecided: tally.undecided,
            p_value: p_value.to_decimal(DIGITS).1,
            significance: level.to_decimal(DIGITS).0,
        })
    }
}

/// What a replay says.
#[derive(Debug)]
pub struct Replayed {
    /// What the file says.
    pub recorded: RefutationFile,
    /// Whether the replicates refute the claim, now.
    pub refuted: bool,
    /// In words; empty if every number agrees.
    pub differences: Vec<String>,
}

impl Replayed {
    /// Whether the file is what its seeds give, and a refutation.
    pub fn reproduced(&self) -> bool {
        self.refuted && self.differences.is_empty()
    }
}

fn refuse(path: &Path, item: &str, expected: &str, found: String) -> Error {
    Error::input(path, item, expected, found, "see `gapcert schema falsify`")
}

/// A file whose parts agree with each other.
pub struct Parsed {
    pub recorded: RefutationFile,
    bound: &'static Bound,
    spec: Spec,
}

impl Parsed {
    /// Reads a file; nothing is run.
    ///
    /// # Errors
    /// Input: not such a file, or one whose parts contradict each other.
    pub fn of(file: &InputFile) -> Result<Self> {
        let path = &file.path;
        let refuse =
            |item: &str, expected: &str, found: String| Err(refuse(path, item, expected, found));
        let recorded: RefutationFile = match serde_json::from_slice(&file.bytes) {
            Ok(recorded) => recorded,
            Err(e) => return refuse("", "the file of a refutation", e.to_string()),
        };
        if recorded.schema != SCHEMA {
            return refuse("schema", SCHEMA, recorded.schema);
        }
        let bound = find(&format!("{}:{}", recorded.bound, recorded.form))?;
        if let Some(why) = refusal(bound) {
            return refuse(
                "bound",
                "a bound that holds with probability 1 - delta",
                why.into(),
            );
        }
        let toml = InputFile::from_bytes(path, recorded.spec.clone().into_bytes());
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let spec = Spec::parse(&toml, folder)?;
        let same_bound = spec.bounds.len() == 1 && std::ptr::eq(spec.bounds[0], bound);
        if !same_bound || spec.settings.len() != 1 || spec.delta.text() != recorded.delta {
            let expected = "one setting, with the file's bound and delta";
            return refuse("spec", expected, "others".into());
        }
        if recorded.search.attempt == 0 || recorded.search.attempt > 1 << 20 {
            return refuse(
                "search.attempt",
                "a number from 1",
                recorded.search.attempt.to_string(),
            );
        }
        // What is drawn is no more than what the file has numbers for.
        if spec.replicates != recorded.replicates.len() {
            let expected = format!("{} replicates, as in the spec", spec.replicates);
            return refuse(
                "replicates",
                &expected,
                recorded.replicates.len().to_string(),
            );
        }
        Ok(Self {
            recorded,
            bound,
            spec,
        })
    }
}

/// Runs the replicates of a file again and compares every number; `program` is the
/// command of the program that it is of, and its time limit.
///
/// # Errors
/// Input: not such a file, one whose parts contradict each other, or one of a
/// program when none is given.
pub fn replay(
    path: &Path,
    program: Option<(&str, Duration)>,
    progress: &dyn Progress,
) -> Result<Replayed> {
    let Parsed {
        recorded,
        bound,
        spec,
    } = Parsed::of(&InputFile::read(path)?)?;
    check_command(recorded.command.as_deref(), program.map(|(cmd, _)| cmd))?;
    let claim: Box<dyn Claim> = match program {
        Some((command, limit)) => Box::new(External::new(bound, command, limit)?),
        None => Box::new(BuiltIn(bound)),
    };
    progress.stage("replaying", spec.replicates);
    let each = || progress.advance(1);
    let clock = Clock::start(None);
    let attempt = Attempt {
        number: recorded.search.attempt,
        text: recorded.spec.clone(),
        replicates: spec.replicates as u64,
        trials: trials(&spec, &*claim, 0..spec.replicates, &clock, &each)?,
    };
    let again = RefutationFile::of(&attempt, &spec.delta, recorded.search.clone(), &*claim);
    let Some(again) = again else {
        return Err(refuse(
            path,
            "spec",
            "a population that can be built",
            "another".into(),
        ));
    };
    let mut differences = differences(&recorded, &again);
    let wanted = seed(recorded.search.seed, recorded.search.attempt);
    if spec.seed != wanted {
        differences.push(format!(
            "the search's seed gives the replicates' seed {wanted}, not {}",
            spec.seed
        ));
    }
    Ok(Replayed {
        refuted: attempt.refutes(&spec.delta) == Some(true),
        recorded,
        differences,
    })
}

/// What the file says otherwise than its replay.
fn differences(old: &RefutationFile, new: &RefutationFile) -> Vec<String> {
    let mut all = Vec::new();
    let mut differ = |name: String, old: String, new: String| {
        if old != new {
            all.push(format!("{name}: {old} in the file, {new} in the replay"));
        }
    };
    let command = |f: &RefutationFile| f.command.clone().unwrap_or_default();
    differ("command".into(), command(old), command(new));
    for (i, (a, b)) in old.replicates.iter().zip(&new.replicates).enumerate() {
        let range = |[lo, hi]: &[String; 2]| format!("[{lo}, {hi}]");
        differ(
            format!("value of replicate {i}"),
            range(&a.value),
            range(&b.value),
        );
        differ(
            format!("exact quantity of replicate {i}"),
            range(&a.exact),
            range(&b.exact),
        );
        differ(
            format!("outcome of replicate {i}"),
            a.outcome.clone(),
            b.outcome.clone(),
        );
    }
    differ(
        "violations".into(),
        old.violations.to_string(),
        new.violations.to_string(),
    );
    differ(
        "undecided".into(),
        old.undecided.to_string(),
        new.undecided.to_string(),
    );
    differ("p-value".into(), old.p_value.clone(), new.p_value.clone());
    differ(
        "significance".into(),
        old.significance.clone(),
        new.significance.clone(),
    );
    differ("version".into(), old.version.clone(), new.version.clone());
    all
}
