//! `gapcert falsify`.

use super::Outcome;
use super::implementation::time_limit;
use super::options;
use super::output::{check_writable, pretty, print, print_json, say, write};
use super::progress::Bar;
use clap::Args;
use clap::builder::PossibleValuesParser;
use gapcert::bound::{Bound, find};
use gapcert::error::{Error, Result};
use gapcert::falsify::{
    Attempt, Budget, BuiltIn, Claim, External, LEARNERS, POPULATIONS, Plan, RefutationFile,
    Replayed, Report, Tried, Verdict, falsify, replay,
};
use gapcert::real::Enclosure;
use serde_json::{Value as Json, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a search takes if nothing else is said.
const SECONDS: f64 = 60.0;

#[derive(Args)]
pub struct Arguments {
    /// The bound: ID or ID:FORM.
    #[arg(required_unless_present = "replay", conflicts_with = "replay")]
    bound: Option<String>,
    /// Stop after so many seconds [default: 60, none with --evaluations].
    #[arg(long, value_name = "S")]
    seconds: Option<f64>,
    /// Stop after so many settings: the same result wherever it runs.
    #[arg(long, value_name = "N")]
    evaluations: Option<u64>,
    /// Seed of the search.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Failure probability of the bound.
    #[arg(long, default_value = "0.05")]
    delta: String,
    /// Only this kind of population (may be repeated).
    #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(POPULATIONS))]
    population: Vec<String>,
    /// Only this kind of learner (may be repeated).
    #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(LEARNERS))]
    learner: Vec<String>,
    /// Test this program's values for the bound: a command, read by a shell, that
    /// speaks the protocol of `conform`.
    #[arg(long, value_name = "CMD")]
    cmd: Option<String>,
    /// Time limit of one of its calls in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    time_limit: f64,
    /// Where a refutation is written [default: refutation-ID-FORM-SEED.json]; never
    /// over another file.
    #[arg(short, long, value_name = "FILE", conflicts_with = "replay")]
    output: Option<PathBuf>,
    /// Run a refutation again and compare every number.
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
    /// Threads [default: one for each core]. They change nothing but the time.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(a: &Arguments) -> Result<Outcome> {
    options::limit_threads(a.threads);
    if let Some(file) = &a.replay {
        return run_again(file, a);
    }
    let bound = find(a.bound.as_deref().unwrap_or_default())?;
    let delta = options::delta(&a.delta, Enclosure::DEFAULT_PRECISION)?;
    let output = output(a, bound)?;
    let program = program(a)?;
    let external = match program {
        Some((command, limit)) => Some(External::new(bound, command, limit)?),
        None => None,
    };
    let own = BuiltIn(bound);
    let claim: &dyn Claim = match &external {
        Some(external) => external,
        None => &own,
    };
    let plan = Plan {
        claim,
        delta,
        seed: a.seed,
        budget: budget(a)?,
        populations: chosen(&POPULATIONS, &a.population),
        learners: chosen(&LEARNERS, &a.learner),
    };
    let bar = Bar::new();
    let report = falsify(&plan, &bar)?;
    drop(bar);
    let written = match RefutationFile::new(&plan, &report) {
        Some(file) => {
            let file = serde_json::to_value(&file)
                .map_err(|e| Error::bug(format!("a refutation is JSON: {e}"), ""))?;
            write(&output, &pretty(&file))?;
            Some(output)
        }
        None => None,
    };
    let faults = external.as_ref().map(External::faults);
    if a.json {
        let mut said = describe(&plan, &report, written.as_deref());
        if let Some((count, first)) = &faults {
            said["program"] = json!({ "command": a.cmd, "faults": count, "first_fault": first });
        }
        print_json(&said)?;
    } else {
        print(&words(&plan, &report, written.as_deref()))?;
        if let Some((count, Some(first))) = &faults {
            say(&format!(
                "the program did not answer {count} calls; the first: {first}"
            ));
        }
    }
    Ok(match report.verdict {
        Verdict::NotRefuted => Outcome::Done,
        Verdict::Refuted => Outcome::Adverse,
        Verdict::Undetermined => Outcome::Undetermined,
    })
}

fn program(a: &Arguments) -> Result<Option<(&str, Duration)>> {
    let limit = time_limit(a.time_limit)?;
    Ok(a.cmd.as_deref().map(|command| (command, limit)))
}

fn budget(a: &Arguments) -> Result<Budget> {
    let refuse = |option: &str, expected: &str, found: String| {
        Err(Error::input(option, "", expected, found, ""))
    };
    let seconds = match (a.seconds, a.evaluations) {
        (Some(s), _) => Some(s),
        (None, Some(_)) => None,
        (None, None) => Some(SECONDS),
    };
    let time = match seconds.map(Duration::try_from_secs_f64) {
        None => None,
        Some(Ok(time)) if !time.is_zero() => Some(time),
        Some(_) => {
            let found = seconds.unwrap_or(0.0).to_string();
            return refuse("--seconds", "a number of seconds above 0", found);
        }
    };
    if a.evaluations == Some(0) {
        return refuse("--evaluations", "at least 1", "0".into());
    }
    Ok(Budget {
        time,
        evaluations: a.evaluations,
    })
}

fn chosen(all: &[&'static str], names: &[String]) -> Vec<&'static str> {
    let asked = |kind: &&&'static str| names.iter().any(|n| n == **kind);
    all.iter().filter(asked).copied().collect()
}

/// Where a refutation goes, refused before the search if something is there.
fn output(a: &Arguments, bound: &Bound) -> Result<PathBuf> {
    let path = a.output.clone().unwrap_or_else(|| {
        let id = bound.id.replace('/', "-");
        PathBuf::from(format!("refutation-{id}-{}-{}.json", bound.form, a.seed))
    });
    if path.exists() {
        let advice = "choose another with --output";
        return Err(Error::input(
            &path,
            "",
            "a file that is not there yet",
            "one",
            advice,
        ));
    }
    check_writable(&path)?;
    Ok(path)
}

fn run_again(file: &Path, a: &Arguments) -> Result<Outcome> {
    let bar = Bar::new();
    let replayed = replay(file, program(a)?, &bar)?;
    drop(bar);
    let Replayed {
        recorded: r,
        refuted,
        differences,
    } = &replayed;
    let reproduced = replayed.reproduced();
    if a.json {
        print_json(&json!({
            "bound": r.bound, "form": r.form, "delta": r.delta,
            "replicates": r.replicates.len(), "violations": r.violations, "p_value": r.p_value,
            "reproduced": reproduced, "refuted": refuted, "differences": differences,
        }))?;
    } else {
        let mut out = String::new();
        let _ = writeln!(
            out,
            "{}:{} at delta = {}: {} violations in {} replicates, p-value at most {}",
            r.bound,
            r.form,
            r.delta,
            r.violations,
            r.replicates.len(),
            short(&r.p_value)
        );
        let verdict = match (reproduced, refuted) {
            (true, _) => "reproduced: every number of the file agrees, and the bound is refuted",
            (false, true) => "not reproduced: the replay refutes the bound, but with other numbers",
            (false, false) => "not reproduced: the replay does not refute the bound",
        };
        let _ = writeln!(out, "{verdict}");
        const SHOWN: usize = 10;
        for difference in differences.iter().take(SHOWN) {
            let _ = writeln!(out, "  {difference}");
        }
        if differences.len() > SHOWN {
            let _ = writeln!(out, "  and {} more", differences.len() - SHOWN);
        }
        print(&out)?;
    }
    Ok(if reproduced {
        Outcome::Done
    } else {
        Outcome::Adverse
    })
}

fn verdict(v: Verdict) -> &'static str {
    match v {
        Verdict::Refuted => "refuted",
        Verdict::NotRefuted => "not refuted",
        Verdict::Undetermined => "undetermined",
    }
}

/// A p-value as the file has it, to three digits upward.
fn short(decimal: &str) -> String {
    match Enclosure::parse(Enclosure::DEFAULT_PRECISION, decimal) {
        Ok(x) => x.to_decimal(3).1,
        Err(_) => decimal.to_owned(),
    }
}

fn describe(plan: &Plan<'_>, r: &Report, written: Option<&Path>) -> Json {
    let tried = |t: &Tried| {
        json!({
            "population": t.population, "learner": t.learner, "settings": t.settings,
            "replicates": t.replicates, "compared": t.compared, "violations": t.violations,
            "worst_ratio": t.worst_ratio,
        })
    };
    let attempt = |a: &Attempt| {
        let evidence = Report::evidence(a, &plan.delta);
        let [p, level] = match &evidence {
            Some([p, level]) => [json!(p.to_decimal(17).1), json!(level.to_decimal(17).0)],
            None => [Json::Null, Json::Null],
        };
        json!({
            "attempt": a.number, "replicates": a.replicates,
            "violations": a.tally().map(|t| t.violations), "p_value": p, "significance": level,
            "spec": a.text,
        })
    };
    let bound = plan.claim.bound();
    json!({
        "bound": bound.id, "form": bound.form, "delta": plan.delta.text(), "seed": plan.seed,
        "verdict": verdict(r.verdict), "evaluations": r.evaluations,
        "seconds": r.took.as_secs_f64(), "worst_ratio": r.worst_ratio(),
        "tried": r.tried.iter().map(tried).collect::<Vec<_>>(),
        "attempts": r.attempts.iter().map(attempt).collect::<Vec<_>>(),
        "file": written.map(|p| p.display().to_string()),
    })
}

fn words(plan: &Plan<'_>, r: &Report, written: Option<&Path>) -> String {
    let mut out = String::new();
    let bound = plan.claim.bound();
    let _ = writeln!(
        out,
        "{bound:?} at delta = {}: {}, {} settings in {:.1} s, seed {}",
        plan.delta.text(),
        verdict(r.verdict),
        r.evaluations,
        r.took.as_secs_f64(),
        plan.seed
    );
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header([
        "population",
        "learner",
        "settings",
        "replicates",
        "compared",
        "violated",
        "worst exact/bound",
    ]);
    for t in &r.tried {
        table.add_row([
            t.population.to_owned(),
            t.learner.to_owned(),
            t.settings.to_string(),
            t.replicates.to_string(),
            t.compared.to_string(),
            t.violations.to_string(),
            format!("about {:.4}", t.worst_ratio),
        ]);
    }
    let _ = writeln!(out, "{table}");
    for a in &r.attempts {
        let _ = match (a.tally(), Report::evidence(a, &plan.delta)) {
            (Some(t), Some([p, level])) => writeln!(
                out,
                "confirmation {}: {} violations in {} replicates, p-value at most {}, needed below {}",
                a.number,
                t.violations,
                a.replicates,
                p.to_decimal(3).1,
                level.to_decimal(3).0
            ),
            _ => writeln!(out, "confirmation {}: the time was up", a.number),
        };
    }
    if let (Some(path), Some(a)) = (written, r.refutation()) {
        let _ = writeln!(out, "\n{}", a.text.trim_end());
        let path = path.display();
        let _ = writeln!(out, "\nwrote {path}; gapcert falsify --replay {path}");
    }
    out
}
