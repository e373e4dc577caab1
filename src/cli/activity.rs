//! `gapcert activity`.

use super::Outcome;
use super::options::SampleOptions;
use super::output::{check_not_an_input, check_writable, paths, print, print_json, write};
use super::progress::Bar;
use clap::Args;
use gapcert::certify::{Loaded, Progress, load, stated_input_norm};
use gapcert::error::{Error, Result};
use gapcert::measure::{Activity, NetworkMeasures, Trace, activity};
use gapcert::real::Enclosure;
use gapcert::report::json::enclosure;
use gapcert::report::svg;
use rug::float::Round;
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    /// The network: .onnx, .safetensors or .npz.
    model: PathBuf,
    #[command(flatten)]
    sample: SampleOptions,
    /// Sensitivities of the curve [default: 2^-24, 2^-23, ..., 1].
    #[arg(long, value_name = "EPS", value_delimiter = ',')]
    eps: Vec<f64>,
    /// Sensitivity of the histogram.
    #[arg(long, value_name = "EPS", default_value_t = 1e-4)]
    at: f64,
    /// Bins of the histogram.
    #[arg(long, default_value_t = 40)]
    bins: usize,
    /// Draw PREFIX-histogram.svg and PREFIX-mean.svg (Figures 2a and 2b of the
    /// paper).
    #[arg(long, value_name = "PREFIX")]
    svg: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

const PREC: u32 = Enclosure::DEFAULT_PRECISION;

pub fn run(a: &Arguments) -> Result<Outcome> {
    let grid = if a.eps.is_empty() {
        (-24..=0).map(|t| 2f64.powi(t)).collect()
    } else {
        a.eps.clone()
    };
    let named = grid.iter().map(|e| ("--eps", *e)).chain([("--at", a.at)]);
    for (option, eps) in named {
        if !(eps.is_finite() && eps > 0.0) {
            let expected = "finite sensitivities > 0";
            return Err(Error::input(option, "", expected, eps.to_string(), ""));
        }
    }
    if a.bins == 0 || a.bins > 10_000 {
        return Err(Error::input(
            "--bins",
            "",
            "1 to 10000 bins",
            a.bins.to_string(),
            "",
        ));
    }
    let files = a.svg.as_ref().map(|prefix| {
        let with = |what: &str| {
            let mut path = prefix.clone().into_os_string();
            path.push(format!("-{what}.svg"));
            PathBuf::from(path)
        };
        (with("histogram"), with("mean"))
    });
    if let Some((histogram, mean)) = &files {
        check_writable(histogram)?;
        check_writable(mean)?;
    }
    let request = a.sample.request(a.model.clone(), PREC)?;
    let Loaded {
        model,
        sample,
        sources,
        ..
    } = load(&request)?;
    if let Some((histogram, mean)) = &files {
        check_not_an_input(histogram, paths(&sources))?;
        check_not_an_input(mean, paths(&sources))?;
    }
    let Some(mlp) = &model.mlp else {
        let expected = "a multilayer perceptron, whose hidden units can be counted";
        return Err(Error::input(&a.model, "", expected, "another network", ""));
    };
    let bar = Bar::new();
    bar.stage("sample", sample.len());
    let trace = Trace::new(mlp, &sample, &|rows| bar.advance(rows))?;
    let norms = NetworkMeasures::new(mlp)?;
    let zeta_0 = match stated_input_norm(&request.settings, &model, &sample)? {
        Some(norm) => norm,
        None => trace.largest_norm(PREC),
    };
    let zeta_0 = zeta_0.hi().to_f64_round(Round::Up);
    bar.stage("activity", grid.len());
    let curve: Vec<(f64, Activity)> = grid
        .iter()
        .map(|&eps| {
            let found = activity(&trace, &norms, eps, zeta_0);
            bar.advance(1);
            (eps, found)
        })
        .collect();
    let at = activity(&trace, &norms, a.at, zeta_0);
    drop(bar);

    let ratios = at.ratios();
    if let Some((histogram, mean)) = &files {
        let title = format!("Effective activity ratio at eps = {:e}", a.at);
        write(
            histogram,
            &svg::activity_histogram(&title, &ratios, a.bins)?,
        )?;
        let means = curve.iter().map(|(_, c)| c.mean().to_f64()).collect();
        let title = "Mean effective activity ratio";
        write(
            mean,
            &svg::activity_mean(title, &grid, &[(width(&norms), means)])?,
        )?;
    }
    if a.json {
        let points: Vec<_> = curve
            .iter()
            .map(|(eps, c)| json!({ "eps": eps, "mean": enclosure(&mean_of(c)), "escalated": c.escalated, "undecided": c.undecided }))
            .collect();
        let inputs: serde_json::Map<_, _> = sources
            .iter()
            .map(|s| &s.source)
            .map(|s| (s.path.display().to_string(), json!(s.sha256)))
            .collect();
        print_json(&json!({
            "m": sample.len(), "dims": norms.dims, "zeta_0": zeta_0, "mean": points,
            "histogram": { "eps": a.at, "mean": enclosure(&mean_of(&at)), "bins": bins(&ratios, a.bins) },
            "inputs": inputs,
        }))?;
    } else {
        let mut out = format!(
            "network {}, m = {}, zeta_0 = {zeta_0}\n\n       eps   mean kappa\n",
            width(&norms),
            sample.len()
        );
        for (eps, c) in &curve {
            let _ = writeln!(out, "{eps:10.3e}   {}", mean_of(c).to_decimal(7).1);
        }
        let _ = writeln!(
            out,
            "\nkappa at eps = {:e} (mean {})",
            a.at,
            mean_of(&at).to_decimal(7).1
        );
        let counts = bins(&ratios, a.bins);
        let most = counts.iter().copied().max().unwrap_or(1).max(1);
        for (i, n) in counts.iter().enumerate().filter(|(_, n)| **n > 0) {
            let (from, to) = (i as f64 / a.bins as f64, (i + 1) as f64 / a.bins as f64);
            let _ = writeln!(
                out,
                "  {from:.3}-{to:.3} {n:7} {}",
                "#".repeat((n * 50).div_ceil(most))
            );
        }
        print(&out)?;
    }
    let undecided = at.undecided + curve.iter().map(|(_, c)| c.undecided).sum::<usize>();
    Ok(if undecided == 0 {
        Outcome::Done
    } else {
        Outcome::Undetermined
    })
}

fn mean_of(c: &Activity) -> Enclosure {
    Enclosure::rational(PREC, &c.mean())
}

fn width(norms: &NetworkMeasures) -> String {
    norms
        .dims
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("-")
}

/// How many ratios fall in each of `n` equal bins of [0,1]; 1 belongs to the last.
fn bins(ratios: &[f64], n: usize) -> Vec<usize> {
    let mut counts = vec![0; n];
    for r in ratios {
        counts[((r * n as f64) as usize).min(n - 1)] += 1;
    }
    counts
}
