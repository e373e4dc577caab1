//! `gapcert bounds`.

use super::Outcome;
use super::output::{print, print_json};
use clap::Args;
use gapcert::bound::{Bound, Shape, Status, catalogue, find};
use gapcert::error::Result;
use gapcert::report::json;
use serde_json::Value as Json;
use std::fmt::Write as _;

#[derive(Args)]
pub struct Arguments {
    /// Only this bound: ID or ID:FORM.
    bound: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(a: &Arguments) -> Result<Outcome> {
    let chosen: Vec<&Bound> = match &a.bound {
        Some(name) => vec![find(name)?],
        None => catalogue().iter().collect(),
    };
    if a.json {
        print_json(&Json::Array(chosen.into_iter().map(json::bound).collect()))?;
    } else {
        print(&chosen.into_iter().map(text).collect::<Vec<_>>().join("\n"))?;
    }
    Ok(Outcome::Done)
}

fn text(b: &Bound) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}:{}  [{}]", b.id, b.form, b.status);
    let _ = writeln!(out, "  {}", b.about);
    let _ = writeln!(out, "  bounds  {}", b.bounds);
    let _ = writeln!(out, "  source  {}", b.source);
    let _ = writeln!(out, "  proof   {}", b.proof);
    for theorem in &b.coq {
        let part = match b.status {
            Status::MachineChecked => "",
            _ => " (a part)",
        };
        let _ = writeln!(out, "  coq     {theorem}{part}");
    }
    for s in &b.inputs {
        let list = match s.shape {
            Shape::Scalar => "",
            Shape::Layers => ", one for each of the K+1 layers",
            Shape::HiddenLayers => ", one for each of the K hidden layers",
            Shape::List => ", a list",
        };
        let default = s
            .default
            .map_or(String::new(), |d| format!(", default {d}"));
        let _ = writeln!(
            out,
            "  input   {} ({}, {}{list}{default}): {}",
            s.name,
            s.unit,
            s.domain.describe(),
            s.about
        );
    }
    for assumption in &b.assumptions {
        let _ = writeln!(out, "  assumes {assumption}");
    }
    for note in &b.notes {
        let _ = writeln!(out, "  note    {note}");
    }
    out
}
