//! `gapcert certify`.

use super::Outcome;
use super::options::{self, SampleOptions};
use super::output::{
    check_not_an_input, check_writable, paths, print, print_json, say, upper, write,
};
use super::progress::Bar;
use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use gapcert::bound::Guarantee;
use gapcert::certificate::{certificate, layout};
use gapcert::certify::{Certified, HeldOut, Report, certify};
use gapcert::error::Result;
use gapcert::network::Shape;
use gapcert::real::Enclosure;
use gapcert::report::json;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Instant;

#[derive(Args)]
pub struct Arguments {
    /// The trained network: .onnx, .safetensors or .npz.
    model: PathBuf,
    #[command(flatten)]
    sample: SampleOptions,
    /// The prior's centre: zero, or a network of the same shape that was trained
    /// on other data than the sample.
    #[arg(long, value_name = "zero|FILE", default_value = "zero")]
    prior: String,
    /// The rows the prior was trained on; refused if the sample contains one.
    #[arg(long, value_name = "FILE")]
    prior_indices: Option<PathBuf>,
    /// Failure probability of each bound.
    #[arg(long, default_value = "0.05", allow_negative_numbers = true)]
    delta: String,
    /// A bound, ID or ID:FORM; may be repeated [default: all that apply].
    #[arg(long, value_name = "ID[:FORM]")]
    bound: Vec<String>,
    /// The margin gamma of the norm-based bounds, fixed before seeing the sample
    /// [default: the best, at the price its theorem asks].
    #[arg(long, value_name = "GAMMA", allow_negative_numbers = true)]
    margin: Option<String>,
    /// Write the certificate here.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(a: &Arguments) -> Result<Outcome> {
    let prec = Enclosure::DEFAULT_PRECISION;
    let mut request = a.sample.request(a.model.clone(), prec)?;
    request.prior = (a.prior != "zero").then(|| PathBuf::from(&a.prior));
    request.prior_indices.clone_from(&a.prior_indices);
    request.settings.delta = options::delta(&a.delta, prec)?;
    request.settings.bounds = options::bounds(&a.bound)?;
    request.settings.margin = options::positive("--margin", a.margin.as_deref(), prec)?;
    if let Some(path) = &a.output {
        check_writable(path)?;
    }
    let start = Instant::now();
    let bar = Bar::new();
    let report = certify(&request, &bar)?;
    drop(bar);
    if let Some(path) = &a.output {
        check_not_an_input(path, paths(&report.sources))?;
        write(path, &layout(&certificate(&report)))?;
    }
    if a.json {
        print_json(&json::report(&report))?;
    } else {
        print(&text(&report))?;
        say(&format!(
            "certified in {:.1} s",
            start.elapsed().as_secs_f64()
        ));
    }
    Ok(Outcome::of(report.bounds().map(Certified::vacuous)))
}

/// The report in words.
pub fn text(r: &Report) -> String {
    let mut out = String::new();
    let shape = |s: &Shape| match s.positions() {
        1 => s.channels.to_string(),
        _ => s.to_string(),
    };
    let dims: Vec<_> = r.shapes.iter().map(shape).collect();
    let errors = &r.sample_errors;
    let _ = writeln!(
        out,
        "network {}, sample m = {}, delta = {}\nerrors on the sample: {} (at most {})\n",
        dims.join("-"),
        r.m,
        r.delta.text(),
        errors.hi,
        upper(&errors.fraction(r.delta.value().prec(), r.m), 6),
    );
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["bound", "form", "status", "at most", "floor", ""]);
    for c in &r.results {
        let verdict = match (c.found.bound.guarantee(), c.vacuous()) {
            (Guarantee::Nothing, _) => "no bound",
            (Guarantee::Expectation, Some(false)) => "in expectation",
            (_, Some(false)) => "",
            (_, Some(true)) => "vacuous",
            (_, None) => "undetermined",
        };
        let (b, value, floor) = (
            c.found.bound,
            upper(&c.terms.value, 6),
            upper(&c.floor(), 3),
        );
        table.add_row([
            b.id,
            &b.form.to_string(),
            &b.status.to_string(),
            &value,
            &floor,
            verdict,
        ]);
    }
    for column in [3, 4] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let _ = writeln!(out, "{table}\n");
    baseline(&mut out, r);
    for c in &r.results {
        terms(&mut out, c);
    }
    for (bound, why) in &r.not_applicable {
        let _ = writeln!(out, "{}:{} does not apply: {why}", bound.id, bound.form);
    }
    let n = r.results.len() + r.prior_on_sample.iter().len() + r.network_on_test.iter().len();
    if n > 1 {
        let _ = writeln!(
            out,
            "\nEach of the {n} numbers holds by itself with probability at least 1 - {}; to report the smallest of them, certify with delta/{n}.",
            r.delta.text(),
        );
    }
    out
}

fn baseline(out: &mut String, r: &Report) {
    let _ = writeln!(out, "held-out baseline (Clopper-Pearson, same delta):");
    let mut line = |h: &HeldOut| {
        let _ = writeln!(
            out,
            "  at most {}: {} ({} of {})",
            upper(&h.value, 6),
            h.about,
            h.errors.hi,
            h.m
        );
    };
    let all: Vec<_> = r.prior_on_sample.iter().chain(&r.network_on_test).collect();
    all.iter().for_each(|h| line(h));
    if all.is_empty() {
        let _ = writeln!(
            out,
            "  none: the prior saw no data and there is no test split"
        );
    }
}

fn terms(out: &mut String, c: &Certified) {
    let b = c.found.bound;
    let _ = writeln!(out, "\n{}:{} bounds {}", b.id, b.form, b.bounds);
    let parts: Vec<_> = c
        .terms
        .parts
        .iter()
        .map(|(n, x)| format!("{n} {}", upper(x, 4)))
        .collect();
    let _ = writeln!(out, "  terms: {}", parts.join(", "));
    let point: Vec<_> = c
        .found
        .point
        .0
        .iter()
        .map(|p| format!("{} {}", p.name, short(p.value)))
        .collect();
    if !point.is_empty() {
        let price = c.found.point.log_inverse_weight(64);
        let _ = writeln!(
            out,
            "  grid point, paid with {} nats: {}",
            upper(&price, 4),
            point.join(", ")
        );
    }
    for (name, count) in &c.found.counts {
        let exact = if count.lo == count.hi {
            count.hi.to_string()
        } else {
            format!("{}..{}", count.lo, count.hi)
        };
        let _ = writeln!(
            out,
            "  {name}: {exact} samples, {} escalated{}, {} undecided",
            count.escalated,
            if count.escalated > 0 {
                format!(" (to {} bits)", count.bits)
            } else {
                String::new()
            },
            count.undecided
        );
    }
    for assumption in &b.assumptions {
        let _ = writeln!(out, "  assumes: {assumption}");
    }
    for note in &b.notes {
        let _ = writeln!(out, "  note: {note}");
    }
}

/// A value for reading: whole numbers as they are, others to five digits.
fn short(x: f64) -> String {
    if x.fract() == 0.0 && x.abs() < 1e6 {
        format!("{x}")
    } else {
        format!("{x:.4e}")
    }
}
