//! `gapcert vectors`.

use super::Outcome;
use super::output::{check_writable, print, say, write};
use clap::Args;
use gapcert::certificate::layout;
use gapcert::conform::Subject;
use gapcert::conform::vectors::{SEED, Vectors, generate, standard};
use gapcert::error::{Error, Result};
use rayon::prelude::*;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Arguments {
    /// The bound, ID or ID:FORM, or the measurement.
    #[arg(required_unless_present_any = ["all", "list"])]
    subject: Option<String>,
    /// Write the vectors of every bound and measurement, each with its own number
    /// and the seed of the checked-in files, to the folder given with -o.
    #[arg(long, conflicts_with_all = ["subject", "n", "seed", "list"], requires = "output")]
    all: bool,
    /// List the bounds and measurements.
    #[arg(long, conflicts_with = "subject")]
    list: bool,
    /// How many vectors.
    #[arg(short, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(4..=100_000))]
    n: u32,
    /// Seed of the random ones.
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// File (with --all: folder) to write to; without it, standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write over files that are there and hold something else.
    #[arg(long)]
    force: bool,
}

pub fn run(a: &Arguments) -> Result<Outcome> {
    if a.list {
        let mut out = String::new();
        for subject in Subject::all() {
            let _ = writeln!(out, "{}\n  {}", subject.name(), subject.about());
        }
        print(&out)?;
        return Ok(Outcome::Done);
    }
    if let (true, Some(folder)) = (a.all, &a.output) {
        return all(folder, a.force);
    }
    let subject = Subject::find(a.subject.as_deref().unwrap_or(""))?;
    if let Some(path) = &a.output {
        check_writable(path)?;
    }
    let vectors = generate(&subject, a.n as usize, a.seed);
    let text = layout(&vectors.to_json());
    match &a.output {
        Some(path) => put(path, &text, a.force)?,
        None => print(&text)?,
    }
    say(&summary(&vectors));
    Ok(Outcome::Done)
}

fn summary(v: &Vectors) -> String {
    let groups = v.groups.iter();
    let groups: Vec<String> = groups
        .map(|g| format!("{} {}", g.vectors.len(), g.name))
        .collect();
    format!(
        "{}: {} vectors ({})",
        v.subject.name(),
        v.len(),
        groups.join(", ")
    )
}

fn all(folder: &Path, force: bool) -> Result<Outcome> {
    if !folder.is_dir() {
        let advice = "make it first";
        return Err(Error::input(folder, "", "a folder", "none", advice));
    }
    let made: Vec<(PathBuf, String, String)> = Subject::all()
        .par_iter()
        .map(|subject| {
            let vectors = standard(subject);
            let path = folder.join(subject.file_name());
            (path, layout(&vectors.to_json()), summary(&vectors))
        })
        .collect();
    for (path, text, summary) in &made {
        put(path, text, force)?;
        say(summary);
    }
    Ok(Outcome::Done)
}

/// Writes, but over something else only when told to.
fn put(path: &Path, text: &str, force: bool) -> Result<()> {
    let old = std::fs::read_to_string(path).ok();
    if path.exists() && old.as_deref() != Some(text) && !force {
        let found = "a file that holds something else";
        let advice = "give --force to write over it";
        return Err(Error::input(path, "", "no such file", found, advice));
    }
    write(path, text)
}
