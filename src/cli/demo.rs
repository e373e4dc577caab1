//! `gapcert demo`: the main job on an embedded example whose risk is known.

use super::Outcome;
use super::certify::text;
use super::output::{print, print_json, write, write_bytes};
use super::progress;
use clap::Args;
use gapcert::certificate::{certificate, layout};
use gapcert::certify::{Certified, Progress, Request, Settings, certify};
use gapcert::data::Sample;
use gapcert::demo::{self, Demo};
use gapcert::error::{Error, Result};
use gapcert::measure::Trace;
use gapcert::real::Enclosure;
use gapcert::report::json;
use gapcert::report::parts::parts;
use gapcert::report::svg::{Bar, Named, bounds_chart};
use rug::float::Round;
use serde_json::json;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Arguments {
    /// Folder for what the demo makes.
    #[arg(short, long, value_name = "FOLDER", default_value = "gapcert-demo")]
    output: PathBuf,
    /// Seed of the population, the samples and the training.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Failure probability of each bound.
    #[arg(long, default_value = "0.05")]
    delta: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(a: &Arguments) -> Result<Outcome> {
    let prec = Enclosure::DEFAULT_PRECISION;
    let delta = super::options::delta(&a.delta, prec)?;
    let bar = progress::Bar::new();
    bar.stage("training", demo::STEPS);
    let made = demo::make(a.seed, &mut || bar.advance(1))?;
    let files = Files::write(&a.output, &made)?;
    let request = Request {
        model: files.model.clone(),
        data: files.sample.clone(),
        labels: None,
        indices: None,
        architecture: None,
        prior: Some(files.prior.clone()),
        prior_indices: None,
        scale: None,
        settings: Settings::new(delta, prec),
    };
    let report = certify(&request, &bar)?;
    drop(bar);

    let errors = Trace::new(&made.model, &made.population, &|_| {})?.errors();
    let n = made.population.len();
    let risk = errors.fraction(prec, n);
    let bars: Vec<Bar> = report.results.iter().map(bar_of).collect();
    let mut references = vec![Named::new("exact risk of the network", risk.mid_f64())];
    if let Some(h) = &report.prior_on_sample {
        references.push(Named::new(
            "held-out baseline (prior network, Clopper-Pearson)",
            h.value.hi().to_f64_round(Round::Up),
        ));
    }
    let title = format!(
        "Certified upper bounds, m = {}, delta = {}",
        report.m, a.delta
    );
    write(&files.chart, &bounds_chart(&title, &bars, &references)?)?;
    write(&files.certificate, &layout(&certificate(&report)))?;

    let about_risk: Vec<_> = report
        .results
        .iter()
        .filter(|c| c.found.bound.is_on_error())
        .collect();
    let below: Vec<_> = about_risk
        .iter()
        .filter(|c| c.terms.value.certainly_lt(&risk))
        .collect();
    if a.json {
        let mut all = json::report(&report);
        all["exact_risk"] =
            json!({ "errors": errors.hi, "support": n, "value": json::enclosure(&risk) });
        all["seed"] = json!(a.seed);
        print_json(&all)?;
    } else {
        let mut out = text(&report);
        let _ = writeln!(
            out,
            "\nexact risk on the whole population: {} of {n}, {:.6}",
            errors.hi,
            risk.mid_f64()
        );
        let held = about_risk.len() - below.len();
        let _ = writeln!(
            out,
            "{held} of the {} bounds on the error are at least that.",
            about_risk.len()
        );
        for path in [
            &files.model,
            &files.prior,
            &files.sample,
            &files.population,
            &files.certificate,
            &files.chart,
        ] {
            let _ = writeln!(out, "wrote {}", path.display());
        }
        print(&out)?;
    }
    Ok(Outcome::of(report.bounds().map(Certified::vacuous)))
}

/// A result as a bar; says so where it is not a bound on the network's error.
fn bar_of(c: &Certified) -> Bar {
    let b = c.found.bound;
    let short = b.id.strip_prefix("muthukumar-sulam-2023/").unwrap_or(b.id);
    let about = match b.is_on_error() {
        true => "",
        false if b.id.starts_with("pac-bayes/") => " (Gibbs risk)",
        false => " (without ties)",
    };
    let (terms, value) = parts(&c.terms);
    Bar {
        name: format!("{short}:{}{about}", b.form),
        terms,
        value,
    }
}

/// Where the demo puts things.
struct Files {
    model: PathBuf,
    prior: PathBuf,
    sample: PathBuf,
    population: PathBuf,
    certificate: PathBuf,
    chart: PathBuf,
}

impl Files {
    fn write(folder: &Path, made: &Demo) -> Result<Self> {
        let files = Self {
            model: folder.join("model.safetensors"),
            prior: folder.join("prior.safetensors"),
            sample: folder.join("sample"),
            population: folder.join("population"),
            certificate: folder.join("certificate.json"),
            chart: folder.join("bounds.svg"),
        };
        create(&files.sample)?;
        create(&files.population)?;
        write_bytes(&files.model, &demo::safetensors(&made.model))?;
        write_bytes(&files.prior, &demo::safetensors(&made.prior))?;
        write_sample(
            &files.sample,
            &made.population.select(&made.sample_indices)?,
        )?;
        write_sample(&files.population, &made.population)?;
        Ok(files)
    }
}

fn create(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|e| {
        Error::input(
            folder,
            "",
            "a folder that can be made",
            e.to_string(),
            "choose another with --output",
        )
    })
}

fn write_sample(folder: &Path, sample: &Sample) -> Result<()> {
    let (images, labels) = demo::idx(sample)?;
    write_bytes(&folder.join("train-images-idx3-ubyte"), &images)?;
    write_bytes(&folder.join("train-labels-idx1-ubyte"), &labels)
}
