//! `gapcert populations`.

use super::Outcome;
use super::output::{print, print_json};
use clap::Args;
use gapcert::error::Result;
use gapcert::learner::LEARNERS;
use gapcert::population::FAMILIES;
use serde_json::json;
use std::fmt::Write as _;

#[derive(Args)]
pub struct Arguments {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

const HEAD: &str =
    "A simulation is TOML: seed, replicates, delta, bounds, m (one or several), test, and
[population] and [learner] as below. [[setting]] with x, and label, m, population or
learner, runs variants of them. sparsity (a fraction of the hidden units) and epsilon fix
what the sparsity-aware bounds search otherwise.";

pub fn run(a: &Arguments) -> Result<Outcome> {
    let populations = FAMILIES.iter().map(|f| (f.kind, f.about, f.example));
    let learners = LEARNERS.iter().map(|l| (l.kind, l.about, l.example));
    if a.json {
        let all = |of: Vec<(&str, &str, &str)>| -> Vec<_> {
            let entry = |(kind, about, example)| json!({ "kind": kind, "about": about, "example": example });
            of.into_iter().map(entry).collect()
        };
        print_json(&json!({
            "populations": all(populations.collect()),
            "learners": all(learners.collect()),
        }))?;
        return Ok(Outcome::Done);
    }
    let list = |of: Vec<(&str, &str, &str)>| {
        let mut out = String::new();
        for (kind, about, example) in of {
            let _ = writeln!(out, "\n  {kind}: {about}");
            for line in example.lines() {
                let _ = writeln!(out, "    {line}");
            }
        }
        out
    };
    print(&format!(
        "{HEAD}\n\nPopulations, whose risk is known exactly:\n{}\nLearners:\n{}",
        list(populations.collect()),
        list(learners.collect()),
    ))?;
    Ok(Outcome::Done)
}
