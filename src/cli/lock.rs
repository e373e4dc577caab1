//! `gapcert lock`.

use super::Outcome;
use super::implementation::{Tested, read_json};
use super::output::{check_not_an_input, check_writable, print, print_json, say, write};
use super::progress::Bar;
use clap::{Args, Subcommand};
use comfy_table::{Table, presets};
use gapcert::certificate::layout;
use gapcert::certify::Progress;
use gapcert::conform::vectors::standard;
use gapcert::conform::{Judgement, Lock, Move, Subject, VERSION, Weights};
use gapcert::error::{Error, Result};
use gapcert::report::conform::moves;
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Record the answers of an implementation on the vectors.
    Create(Create),
    /// Ask again: what moved, how far, and whether old and new values are sound.
    Check(Check),
}

#[derive(Args)]
struct Create {
    #[command(flatten)]
    tested: Tested,
    /// Bounds and measurements; all, if none is given. May be repeated.
    #[arg(long = "bound", value_name = "ID[:FORM]")]
    bounds: Vec<String>,
    /// A network (.onnx, .safetensors or .npz): record measurements of its layers'
    /// kernels as matrices too, and of a multilayer perceptron those of all layers. May
    /// be repeated. With a model and no --bound nothing else is recorded.
    #[arg(long = "model", value_name = "FILE")]
    models: Vec<PathBuf>,
    /// What the layers of the .safetensors or .npz models are (TOML).
    #[arg(long, value_name = "FILE", requires = "models")]
    architecture: Option<PathBuf>,
    /// The implementation's version, which the lock notes.
    #[arg(long, value_name = "TEXT")]
    version_text: Option<String>,
    /// File to write.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Write over a lock that is there.
    #[arg(long)]
    force: bool,
}

#[derive(Args)]
struct Check {
    /// The lock.
    lock: PathBuf,
    #[command(flatten)]
    tested: Tested,
    /// Only these bounds and measurements. May be repeated.
    #[arg(long = "bound", value_name = "ID[:FORM]")]
    bounds: Vec<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(a: &Arguments) -> Result<Outcome> {
    match &a.action {
        Action::Create(a) => create(a),
        Action::Check(a) => check(a),
    }
}

fn create(a: &Create) -> Result<Outcome> {
    check_writable(&a.output)?;
    if a.output.exists() && !a.force {
        let advice = "give --force to write over it";
        return Err(Error::input(
            &a.output,
            "",
            "no such file",
            "a file",
            advice,
        ));
    }
    let read = a.models.iter().chain(&a.architecture);
    check_not_an_input(&a.output, read.map(PathBuf::as_path))?;
    let subjects = match &a.bounds[..] {
        [] if a.models.is_empty() => Subject::all(),
        some => some
            .iter()
            .map(|b| Subject::find(b))
            .collect::<Result<_>>()?,
    };
    let vectors: Vec<_> = subjects.iter().map(standard).collect();
    let models: Vec<Weights> = a
        .models
        .iter()
        .map(|m| {
            let onnx = m.extension().is_some_and(|e| e == "onnx");
            Weights::read(m, a.architecture.as_deref().filter(|_| !onnx))
        })
        .collect::<Result<_>>()?;
    let version = match (&a.version_text, &a.tested.cmd) {
        (Some(text), _) => text.clone(),
        (None, None) => VERSION.to_owned(),
        (None, Some(_)) => "not given".to_owned(),
    };
    let mut implementation = a.tested.start()?;
    let bar = Bar::new();
    bar.stage("calls", vectors.iter().map(|v| v.len()).sum());
    let name = a.tested.name();
    let done = |n| bar.advance(n);
    let lock = Lock::create(
        name,
        &version,
        implementation.as_mut(),
        &vectors,
        &models,
        &done,
    )?;
    drop(bar);
    write(&a.output, &layout(&lock.to_json()))?;
    say(&format!(
        "{} answers of {name} {version}",
        lock.entries.len()
    ));
    Ok(Outcome::Done)
}

/// 0: nothing moved; 1: something did; 2: what moved is neither sound nor unsound
/// for certain.
fn check(a: &Check) -> Result<Outcome> {
    let lock = Lock::from_json(&read_json(&a.lock)?, &a.lock)?;
    let only: Vec<Subject> = a
        .bounds
        .iter()
        .map(|b| Subject::find(b))
        .collect::<Result<_>>()?;
    // Says what is wrong with the option before anything is called.
    let first = Subject::all()[0];
    a.tested.tolerance(&first)?;
    let tolerance = |s: &Subject| a.tested.tolerance(s).expect("checked");
    let mut implementation = a.tested.start()?;
    let bar = Bar::new();
    bar.stage("calls", lock.entries.len());
    let moved = lock.check(implementation.as_mut(), &only, &tolerance, &|n| {
        bar.advance(n)
    })?;
    drop(bar);
    let of = |name: &str| only.is_empty() || only.iter().any(|s| s.name() == name);
    let checked = lock.entries.iter().filter(|e| of(&e.subject)).count();
    if a.json {
        print_json(&moves(checked, &moved))?;
    } else {
        print(&text(&lock, checked, &moved))?;
    }
    Ok(if moved.is_empty() {
        Outcome::Done
    } else if moved.iter().all(|m| m.new_is == Judgement::Undetermined) {
        Outcome::Undetermined
    } else {
        Outcome::Adverse
    })
}

fn text(lock: &Lock, checked: usize, moved: &[Move]) -> String {
    let mut out = format!(
        "lock of {} {}, made by gapcert {}; {checked} answers compared, {} moved\n",
        lock.implementation,
        lock.version,
        lock.made_by,
        moved.len()
    );
    if moved.is_empty() {
        return out;
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["subject", "old", "", "new", "", "by"]);
    for m in moved {
        let by = m.difference.map_or(String::new(), |d| format!("{d:+.3e}"));
        table.add_row([
            m.subject.clone(),
            m.old.to_string(),
            m.old_is.words().into(),
            m.new.to_string(),
            m.new_is.words().into(),
            by,
        ]);
        table.add_row([format!("  {}", m.inputs.words())]);
    }
    out.push_str(&format!("{table}\n"));
    out
}
