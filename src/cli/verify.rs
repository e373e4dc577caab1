//! `gapcert verify`.
//!
//! | code | meaning |
//! |------|---------|
//! | 0    | every result is verified, and every measurement if files are given |
//! | 1    | something is rejected |
//! | 2    | something cannot be told, or was not measured again |

use super::Outcome;
use super::options::SampleOptions;
use super::output::{print, print_json};
use clap::Args;
use gapcert::bound::find;
use gapcert::certify;
use gapcert::checker::measure::{Finding, Rows, files};
use gapcert::checker::{Checker, Outcome as Found, Report};
use gapcert::error::{Error, Result};
use gapcert::input::InputFile;
use gapcert::real::Enclosure;
use serde_json::{Value as Json, json};
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    /// The certificate.
    certificate: PathBuf,
    /// The network, to measure it and its sample again (with --data).
    #[arg(long, value_name = "FILE", requires = "data")]
    model: Option<PathBuf>,
    /// Folder of MNIST-style IDX files (.gz or not), .npz, .npy or .csv.
    #[arg(long, value_name = "PATH", requires = "model")]
    data: Option<PathBuf>,
    /// What the layers of a .safetensors or .npz model are (TOML).
    #[arg(long, value_name = "FILE", requires = "model")]
    architecture: Option<PathBuf>,
    /// Labels (.npy) of a .npy sample.
    #[arg(long, value_name = "FILE", requires = "model")]
    labels: Option<PathBuf>,
    /// Rows of the data that are the sample (.npy or .txt).
    #[arg(long, value_name = "FILE", requires = "model")]
    indices: Option<PathBuf>,
    /// The prior network.
    #[arg(long, value_name = "FILE", requires = "model")]
    prior: Option<PathBuf>,
    /// Rows the prior was trained on.
    #[arg(long, value_name = "FILE", requires = "prior")]
    prior_indices: Option<PathBuf>,
    /// Exact factor from stored to actual inputs.
    #[arg(long, value_name = "FACTOR", requires = "model")]
    scale: Option<String>,
    /// Rows that are evaluated exactly, drawn at random.
    #[arg(long, value_name = "N", default_value_t = 200, requires = "model",
        value_parser = clap::value_parser!(u32).range(1..))]
    sample: u32,
    /// Evaluate every row exactly.
    #[arg(long, requires = "model", conflicts_with = "sample")]
    full: bool,
    /// Seed of the rows drawn.
    #[arg(long, default_value_t = 1, requires = "model")]
    seed: u64,
    /// Only this result (ID or ID:FORM); all, if not given.
    #[arg(long, value_name = "BOUND")]
    bound: Vec<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(a: &Arguments) -> Result<Outcome> {
    let file = InputFile::read(&a.certificate)?;
    let loaded = match (&a.model, &a.data) {
        (Some(model), Some(data)) => Some(load(a, model.clone(), data.clone())?),
        _ => None,
    };
    let at_hand = loaded.as_ref().map(files).unwrap_or_default();
    let checker = Checker::expecting(at_hand);
    let mut report = checker.verify(&file.bytes);
    keep(&mut report, &a.bound)?;
    let rows = if a.full {
        Rows::All
    } else {
        Rows::Some {
            number: a.sample as usize,
            seed: a.seed,
        }
    };
    let measured = match &loaded {
        Some(loaded) if report.whole.is_none() => {
            match checker.measure(&file.bytes, loaded, rows) {
                Ok(found) => Some(found),
                Err(fault) => {
                    report.whole = Some(fault);
                    None
                }
            }
        }
        _ => None,
    };
    let all = measured.iter().flatten().map(|f| f.outcome);
    let outcome = all.fold(report.outcome(), Found::max);
    if a.json {
        print_json(&describe(a, &report, measured.as_deref(), outcome))?;
    } else {
        print(&words(a, &report, measured.as_deref(), outcome))?;
    }
    Ok(match outcome {
        Found::Verified => Outcome::Done,
        Found::Rejected => Outcome::Adverse,
        Found::Undetermined => Outcome::Undetermined,
    })
}

fn load(a: &Arguments, model: PathBuf, data: PathBuf) -> Result<certify::Loaded> {
    let options = SampleOptions {
        architecture: a.architecture.clone(),
        data,
        labels: a.labels.clone(),
        indices: a.indices.clone(),
        scale: a.scale.clone(),
        input_norm: None,
    };
    let request = certify::Request {
        prior: a.prior.clone(),
        prior_indices: a.prior_indices.clone(),
        ..options.request(model, Enclosure::DEFAULT_PRECISION)?
    };
    certify::load(&request)
}

/// Only the results asked for, which must be there.
fn keep(report: &mut Report, names: &[String]) -> Result<()> {
    if names.is_empty() || report.whole.is_some() {
        return Ok(());
    }
    for name in names {
        let bound = match name.split_once(':') {
            Some(_) => name.clone(),
            None => find(name)?.id.to_owned(),
        };
        let is = |id: &str, form: &str| bound == id || bound == format!("{id}:{form}");
        if !report.results.iter().any(|r| is(&r.bound, &r.form)) {
            let found = format!("{} results without it", report.results.len());
            return Err(Error::input(
                "--bound",
                "",
                format!("{name} in the certificate"),
                found,
                "",
            ));
        }
    }
    report.results.retain(|r| {
        let full = format!("{}:{}", r.bound, r.form);
        names.iter().any(|n| *n == full || *n == r.bound)
    });
    Ok(())
}

fn describe(a: &Arguments, report: &Report, measured: Option<&[Finding]>, outcome: Found) -> Json {
    let result = |r: &gapcert::checker::Verdict| {
        json!({
            "bound": r.bound,
            "form": r.form,
            "outcome": r.outcome().to_string(),
            "why": r.fault.as_ref().map(ToString::to_string),
            "statement": r.statement,
        })
    };
    let finding =
        |f: &Finding| json!({ "name": f.name, "outcome": f.outcome.to_string(), "note": f.note });
    let rows = measured.map(|_| match a.full {
        true => json!("all"),
        false => json!({ "drawn": a.sample, "seed": a.seed }),
    });
    json!({
        "outcome": outcome.to_string(),
        "why": report.whole.as_ref().map(ToString::to_string),
        "results": report.results.iter().map(result).collect::<Vec<_>>(),
        "rows": rows,
        "measurements": measured.map(|all| all.iter().map(finding).collect::<Vec<_>>()),
    })
}

fn words(a: &Arguments, report: &Report, measured: Option<&[Finding]>, outcome: Found) -> String {
    let mut text = String::new();
    if let Some(fault) = &report.whole {
        text += &format!("certificate {fault}\n");
    }
    for r in &report.results {
        text += &match (&r.fault, &r.statement) {
            (Some(fault), _) => format!("{}:{} {fault}\n", r.bound, r.form),
            (None, Some(statement)) => format!("verified: {statement}\n"),
            (None, None) => format!("{}:{} verified\n", r.bound, r.form),
        };
    }
    match measured {
        None if report.whole.is_none() => {
            text += "measurements and counts: taken as stated (give --model and --data to measure again)\n";
        }
        None => {}
        Some(all) => {
            let rows = match a.full {
                true => "all rows".to_owned(),
                false => format!("{} rows drawn with seed {}", a.sample, a.seed),
            };
            text += &format!("measured again, counts on {rows}:\n");
            for f in all {
                let what = match f.outcome {
                    Found::Verified => "confirmed",
                    Found::Rejected => "REJECTED",
                    Found::Undetermined => "not confirmed",
                };
                let note = if f.note.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", f.note)
                };
                text += &format!("  {}: {what}{note}\n", f.name);
            }
        }
    }
    text + &format!("{outcome}\n")
}
