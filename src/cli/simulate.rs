//! `gapcert simulate`.

use super::Outcome;
use super::options;
use super::output::{pretty, print, print_json, say, write};
use super::progress::Bar;
use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use gapcert::error::{Error, Result};
use gapcert::report::simulation;
use gapcert::report::simulation_table::table;
use gapcert::simulate::{
    Collector, Plan, Shard, Spec, Summary, Verdict, read_logs, run as run_spec,
};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Args)]
pub struct Arguments {
    /// What to simulate (TOML); see `gapcert populations`.
    spec: PathBuf,
    /// Folder for the log, the summary and the pictures. A run that was
    /// interrupted goes on there.
    #[arg(short, long, value_name = "FOLDER", default_value = "gapcert-run")]
    output: PathBuf,
    /// Where the data set is that the spec's population names: instead of its path.
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Run only every N-th replicate, from the I-th.
    #[arg(long, value_name = "I/N", conflicts_with = "merge")]
    shard: Option<String>,
    /// Join the logs of all shards, given as folders or files, instead of running.
    #[arg(long, value_name = "LOG", num_args = 1..)]
    merge: Vec<PathBuf>,
    /// Threads [default: one for each core]. They change nothing but the time.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(a: &Arguments) -> Result<Outcome> {
    let spec = Spec::read_with_data(&a.spec, a.data.as_deref())?;
    let shard = match &a.shard {
        None => Shard::WHOLE,
        Some(text) => parse_shard(text)?,
    };
    options::limit_threads(a.threads);
    std::fs::create_dir_all(&a.output).map_err(|e| {
        let found = e.to_string();
        Error::input(&a.output, "", "a folder that can be made", found, "")
    })?;
    let logs = if a.merge.is_empty() {
        let log = a.output.join(log_name(shard));
        let start = Instant::now();
        let bar = Bar::new();
        run_spec(&spec, &Plan { log: &log, shard }, &bar)?;
        drop(bar);
        say(&format!(
            "simulated in {:.1} s",
            start.elapsed().as_secs_f64()
        ));
        vec![log]
    } else {
        a.merge.iter().flat_map(|p| logs_of(p)).collect()
    };
    if shard != Shard::WHOLE {
        let log = logs[0].display();
        say(&format!("wrote {log}: join all shards with --merge"));
        return Ok(Outcome::Done);
    }
    let mut collector = Collector::new(&spec);
    read_logs(&logs, &spec, &mut |replicate| {
        collector.add(&replicate);
        Ok(())
    })?;
    let summary = collector.finish();
    let json = simulation::summary(&spec, &summary);
    write(&a.output.join("summary.json"), &pretty(&json))?;
    write(&a.output.join("summary.csv"), &table(&spec, &summary))?;
    for (name, svg) in simulation::pictures(&spec, &summary)? {
        write(&a.output.join(name), &svg)?;
    }
    if a.json {
        print_json(&json)?;
    } else {
        print(&text(&spec, &summary, &a.output))?;
    }
    Ok(outcome(&summary))
}

/// 0: every bound consistent; 1: one refuted; 2: one undetermined.
fn outcome(s: &Summary) -> Outcome {
    let bounds = || s.settings.iter().flat_map(|s| &s.bounds);
    if bounds().any(|b| b.verdict == Verdict::Refuted) {
        Outcome::Adverse
    } else if bounds().any(|b| b.verdict == Verdict::Undetermined && b.compared > 0) {
        Outcome::Undetermined
    } else {
        Outcome::Done
    }
}

fn log_name(shard: Shard) -> String {
    if shard == Shard::WHOLE {
        "log.jsonl".into()
    } else {
        format!("log-{}-of-{}.jsonl", shard.i, shard.n)
    }
}

/// The logs in a folder, in order; or the file itself.
fn logs_of(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(path) else {
        return vec![path.to_owned()];
    };
    let is_log = |p: &PathBuf| p.extension().is_some_and(|e| e == "jsonl");
    let mut logs: Vec<PathBuf> = entries
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(is_log)
        .collect();
    logs.sort();
    logs
}

fn parse_shard(text: &str) -> Result<Shard> {
    let parts = text.split_once('/');
    let shard = parts.and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
    match shard {
        Some((i, n)) if (1..=n).contains(&i) => Ok(Shard { i, n }),
        _ => Err(Error::input(
            "--shard",
            "",
            "I/N with 1 <= I <= N",
            text,
            "",
        )),
    }
}

fn text(spec: &Spec, s: &Summary, folder: &Path) -> String {
    let mut out = String::new();
    for s in &s.settings {
        let _ = writeln!(
            out,
            "{}: {} replicates, exact risk {:.4} on average, gap {:.4} +- {:.4}\n\
             Rademacher complexity of linear functions of norm 1: {:.4} to {:.4} on average",
            s.label,
            s.replicates,
            s.risk.mean(),
            s.gap.mean(),
            s.gap.spread(),
            s.rademacher[0].mean(),
            s.rademacher[1].mean()
        );
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header([
            "bound",
            "value",
            "excess",
            "violated",
            "of",
            "rate at most",
            "p-value",
            "",
        ]);
        for b in &s.bounds {
            let [sure, possible] = b.violations;
            let violated = if sure == possible {
                sure.to_string()
            } else {
                format!("{sure}..{possible}")
            };
            let (rate, p) = match b.compared {
                0 => ("-".into(), "-".into()),
                _ => (b.rate.to_decimal(3).1, b.p_value.to_decimal(2).1),
            };
            let verdict = match b.compared {
                0 if b.not_applicable > 0 => "does not apply",
                0 => "not compared",
                _ => simulation::verdict(b.verdict),
            };
            table.add_row([
                format!("{}:{}", b.bound.id, b.bound.form),
                format!("{:.4}", b.value.mean()),
                format!("{:.4}", b.excess.mean()),
                violated,
                b.compared.to_string(),
                rate,
                p,
                verdict.into(),
            ]);
        }
        for column in 1..7 {
            if let Some(column) = table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        let _ = writeln!(out, "{table}\n");
    }
    let _ = writeln!(
        out,
        "delta = {}; a rate is known with 95% confidence; a p-value is the probability of so many\nviolations if the bound holds with probability 1 - delta; refuted: below 1e-9.",
        spec.delta.text()
    );
    let _ = writeln!(
        out,
        "wrote summary.json, summary.csv, bounds.svg, gap.svg, coverage.svg in {}",
        folder.display()
    );
    out
}
