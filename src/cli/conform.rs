//! `gapcert conform`.

use super::Outcome;
use super::implementation::{Declared, Tested, read_json};
use super::output::{check_not_an_input, check_writable, print, print_json, say, write};
use super::progress::Bar;
use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use gapcert::conform::vectors::{SEED, Vectors, generate, standard};
use gapcert::conform::{Check, Lock, Plan, Subject, replay, run as run_plan};
use gapcert::error::{Error, Result};
use gapcert::report::conform::{Command, Findings, details, json, junit, quoted, totals};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Instant;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    tested: Tested,
    /// The bound, ID or ID:FORM, or the measurement; may be repeated.
    #[arg(
        long = "bound",
        value_name = "ID[:FORM]",
        required_unless_present = "vectors"
    )]
    bounds: Vec<String>,
    /// Vectors from a file instead of the checked-in ones.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["bounds", "n"])]
    vectors: Option<PathBuf>,
    /// Generate so many vectors instead.
    #[arg(short, value_name = "N", value_parser = clap::value_parser!(u32).range(4..=100_000))]
    n: Option<u32>,
    /// Random cases of each invariant; 0 for none.
    #[arg(long, value_name = "N", default_value_t = 100)]
    cases: usize,
    /// Seed of the vectors made with -n and of the invariants' cases.
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// Compare with the answers of a lock too.
    #[arg(long, value_name = "LOCK")]
    baseline: Option<PathBuf>,
    /// Make the calls of one failure again, and nothing else.
    #[arg(long, value_name = "JSON")]
    replay: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Write JUnit XML.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

pub fn run(a: &Arguments) -> Result<Outcome> {
    let start = Instant::now();
    let given = match &a.vectors {
        Some(path) => Some(Vectors::from_json(&read_json(path)?, path)?),
        None => None,
    };
    let subjects: Vec<Subject> = match &given {
        Some(v) => vec![v.subject],
        None => a
            .bounds
            .iter()
            .map(|b| Subject::find(b))
            .collect::<Result<_>>()?,
    };
    let baseline = match &a.baseline {
        Some(path) => Some(Lock::from_json(&read_json(path)?, path)?),
        None => None,
    };
    if let Some(path) = &a.junit {
        check_writable(path)?;
        let read = [&a.vectors, &a.baseline].into_iter().flatten();
        check_not_an_input(path, read.map(PathBuf::as_path))?;
    }
    for s in &subjects {
        a.tested.tolerance(s)?;
    }
    let command = Command {
        implementation: a.tested.name().to_owned(),
        tolerance: a.tested.tolerance.clone(),
        rounding: match a.tested.rounding {
            Declared::Nearest => "nearest",
            Declared::Up => "up",
        },
        seed: a.seed,
        cases: a.cases,
        prefix: prefix(a),
    };
    let mut implementation = a.tested.start()?;
    let mut all = Vec::new();
    let bar = Bar::new();
    for subject in subjects {
        let made;
        let vectors = match (&given, a.n) {
            (Some(v), _) => v,
            (None, Some(n)) => {
                made = generate(&subject, n as usize, a.seed);
                &made
            }
            (None, None) => {
                made = standard(&subject);
                &made
            }
        };
        let plan = Plan {
            subject,
            tolerance: a.tested.tolerance(&subject)?,
            vectors: Some(vectors),
            cases: a.cases,
            seed: a.seed,
            baseline: baseline.as_ref(),
        };
        let checks = match &a.replay {
            None => run_plan(&plan, implementation.as_mut(), &bar)?,
            Some(text) => {
                let calls = serde_json::from_str(text).map_err(|e| {
                    Error::input(
                        "--replay",
                        "",
                        "JSON",
                        e.to_string(),
                        "quote it for the shell",
                    )
                })?;
                let check = replay(&calls, &plan, implementation.as_mut())?;
                if !a.json {
                    print(&replayed(&check))?;
                }
                vec![check]
            }
        };
        all.push(Findings {
            subject: subject.name(),
            checks,
        });
    }
    drop(bar);
    if let Some(path) = &a.junit {
        let text = junit(&all, &command)
            .map_err(|e| Error::bug(format!("XML can be written: {e}"), ""))?;
        write(path, &text)?;
    }
    if a.json {
        print_json(&json(&all, &command))?;
    } else if a.replay.is_none() {
        print(&text(&all, &command))?;
        say(&format!(
            "tested in {:.1} s, seed {}",
            start.elapsed().as_secs_f64(),
            a.seed
        ));
    }
    let [_, failed, undetermined] = totals(&all);
    Ok(match (failed, undetermined) {
        (1.., _) => Outcome::Adverse,
        (_, 1..) => Outcome::Undetermined,
        _ => Outcome::Done,
    })
}

/// The command that repeats this one, but for the subject.
fn prefix(a: &Arguments) -> String {
    let mut all = "gapcert conform".to_owned();
    if let Some(cmd) = &a.tested.cmd {
        let _ = write!(all, " --cmd {}", quoted(cmd));
    }
    if a.tested.tolerance != "1e-9" {
        let _ = write!(all, " --tolerance {}", quoted(&a.tested.tolerance));
    }
    if a.tested.time_limit != 10.0 {
        let _ = write!(all, " --time-limit {}", a.tested.time_limit);
    }
    if a.tested.rounding == Declared::Up {
        all.push_str(" --rounding up");
    }
    if a.tested.allow_loose {
        all.push_str(" --allow-loose");
    }
    all
}

fn replayed(c: &Check) -> String {
    let mut out = format!("{}: {}\n", c.name, c.about);
    if let Some(f) = &c.failure {
        for (call, answer) in f.calls.iter().zip(&f.answers) {
            let _ = writeln!(out, "  {} -> {answer}", call.to_json());
        }
        let _ = match (c.failed, c.undetermined) {
            (1.., _) => writeln!(out, "{}: wanted {}", f.judgement.words(), f.wanted),
            (_, 1..) => writeln!(out, "undetermined"),
            _ => writeln!(out, "holds"),
        };
    }
    out
}

fn text(all: &[Findings], command: &Command) -> String {
    let mut out = String::new();
    for f in all {
        let _ = writeln!(out, "{}", f.subject);
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(["suite", "check", "passed", "failed", "open", ""]);
        for c in &f.checks {
            let verdict = match &c.failure {
                Some(failure) if c.failed > 0 => failure.judgement.words(),
                _ => "",
            };
            table.add_row([
                c.suite.name().to_owned(),
                c.name.clone(),
                c.passed.to_string(),
                c.failed.to_string(),
                c.undetermined.to_string(),
                verdict.to_owned(),
            ]);
        }
        for column in 2..5 {
            if let Some(column) = table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        let _ = writeln!(out, "{table}\n");
        for c in f.checks.iter().filter(|c| c.failed > 0) {
            if let Some(failure) = &c.failure {
                let _ = writeln!(
                    out,
                    "{}/{}: {}\n  {}",
                    c.suite.name(),
                    c.name,
                    failure.judgement.words(),
                    details(failure, &command.replay(&f.subject, failure)).replace('\n', "\n  ")
                );
                if !c.about.is_empty() {
                    let _ = writeln!(out, "  catches {}", c.about);
                }
            }
        }
    }
    let [passed, failed, undetermined] = totals(all);
    let verdict = match (failed, undetermined) {
        (1.., _) => "does not conform",
        (_, 1..) => "undetermined",
        _ => "conforms",
    };
    let _ = writeln!(
        out,
        "{verdict}: {passed} passed, {failed} failed, {undetermined} undetermined"
    );
    out
}
