//! `gapcert audit`.

use super::Outcome;
use super::output::{check_not_an_input, check_writable, print, print_json, say, write};
use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use gapcert::audit::{Finding, Verdict, examine, read};
use gapcert::error::Result;
use gapcert::input::InputFile;
use gapcert::report::audit::{HEADER, cells, html, json, markdown, numbers, overview, solutions};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Instant;

#[derive(Args)]
pub struct Arguments {
    /// Files of claims: TOML with [[claim]] tables, or .csv with a header that says
    /// what its columns are.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Header (TOML) of the .csv files that have none of their own.
    #[arg(long, value_name = "FILE")]
    columns: Option<PathBuf>,
    /// For each claim, the certified range of this input that would make it true.
    #[arg(long, value_name = "INPUT")]
    solve: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Write the report as Markdown.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Write the report as one HTML page, sortable, with each claim's derivation.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

pub fn run(a: &Arguments) -> Result<Outcome> {
    let start = Instant::now();
    let columns = a.columns.as_ref().map(InputFile::read).transpose()?;
    let mut claims = Vec::new();
    for file in &a.files {
        claims.extend(read::read(file, columns.as_ref())?);
    }
    for path in [&a.markdown, &a.html].into_iter().flatten() {
        check_writable(path)?;
        check_not_an_input(path, sources(a).iter().map(PathBuf::as_path))?;
    }
    let findings = examine(claims, a.solve.as_deref())?;
    if let Some(path) = &a.markdown {
        write(path, &markdown(&findings))?;
    }
    if let Some(path) = &a.html {
        write(path, &html(&findings))?;
    }
    if a.json {
        print_json(&json(&findings))?;
    } else {
        print(&text(&findings))?;
        say(&format!(
            "audited in {:.2} s",
            start.elapsed().as_secs_f64()
        ));
    }
    Ok(outcome(&findings))
}

/// The files read, for the check that none of them is written.
fn sources(a: &Arguments) -> Vec<PathBuf> {
    let beside = a.files.iter().map(|f| f.with_extension("toml"));
    let given = a.files.iter().cloned().chain(a.columns.clone());
    given.chain(beside).collect()
}

fn outcome(findings: &[Finding]) -> Outcome {
    let verdicts = || findings.iter().map(|f| f.judgement.verdict);
    if verdicts().any(Verdict::is_adverse) {
        Outcome::Adverse
    } else if verdicts().all(|v| v == Verdict::Sound) {
        Outcome::Done
    } else {
        Outcome::Undetermined
    }
}

fn text(findings: &[Finding]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(HEADER);
    for f in findings {
        table.add_row(cells(f).map(|c| printable(&c)));
    }
    for column in numbers() {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut out = format!("{table}\n\n");
    for line in solutions(findings).iter().chain(&overview(findings)) {
        let _ = writeln!(out, "{}", printable(line));
    }
    out
}

/// Text of a claim file cannot drive the terminal.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
