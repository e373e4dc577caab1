//! `gapcert sparsity`.

use super::Outcome;
use super::options::{self, SampleOptions};
use super::output::{check_not_an_input, check_writable, paths, print, print_json, write};
use super::progress::Bar;
use clap::Args;
use gapcert::certify::{AtSparsity, load, sparsity_profile, vacuous};
use gapcert::error::{Error, Result};
use gapcert::real::Enclosure;
use gapcert::report::json::enclosure;
use gapcert::report::svg::{Curve, curves};
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    /// The network: .onnx, .safetensors or .npz.
    model: PathBuf,
    #[command(flatten)]
    sample: SampleOptions,
    /// The prior's centre: zero, or a network of the same shape.
    #[arg(long, value_name = "zero|FILE", default_value = "zero")]
    prior: String,
    /// Failure probability of each bound.
    #[arg(long, default_value = "0.05")]
    delta: String,
    /// Sparsity levels: fractions 0, 1/STEPS, ... of each hidden layer.
    #[arg(long, default_value_t = 20)]
    steps: usize,
    /// Draw the bound against the sparsity.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(a: &Arguments) -> Result<Outcome> {
    let prec = Enclosure::DEFAULT_PRECISION;
    if !(1..=10_000).contains(&a.steps) {
        let found = a.steps.to_string();
        return Err(Error::input("--steps", "", "1 to 10000 steps", found, ""));
    }
    if let Some(path) = &a.svg {
        check_writable(path)?;
    }
    let mut request = a.sample.request(a.model.clone(), prec)?;
    request.prior = (a.prior != "zero").then(|| PathBuf::from(&a.prior));
    request.settings.delta = options::delta(&a.delta, prec)?;
    let loaded = load(&request)?;
    if let Some(path) = &a.svg {
        check_not_an_input(path, paths(&loaded.sources))?;
    }
    let bar = Bar::new();
    let profile = sparsity_profile(&loaded, &request.settings, a.steps, &bar)?;
    drop(bar);
    let least = profile
        .iter()
        .enumerate()
        .min_by(|a, b| a.1.value.hi().total_cmp(&b.1.value.hi()))
        .map_or(0, |(i, _)| i);
    let fraction = |i: usize| i as f64 / a.steps as f64;
    if let Some(path) = &a.svg {
        let curve = |name: &str, of: &dyn Fn(&AtSparsity) -> f64| Curve {
            name: name.into(),
            points: profile
                .iter()
                .enumerate()
                .map(|(i, p)| (fraction(i), [of(p); 3]))
                .collect(),
        };
        let all = [
            curve("single-shot bound", &|p| p.value.mid_f64()),
            curve("unsafe fraction", &|p| p.unsafe_fraction.mid_f64()),
        ];
        let at = &profile[least];
        let title = format!(
            "Theorem M against the sparsity asked for: least {} at s = {:?}",
            at.value.to_decimal(4).1,
            at.s
        );
        let x = "fraction of inactive units";
        // What is far above the least value is cut off, so that the least is seen.
        let most = (3.0 * at.value.mid_f64()).clamp(1e-3, 1.2);
        write(path, &curves(&title, x, "", &all, most)?)?;
    }
    if a.json {
        let each = profile.iter().map(|p| {
            json!({
                "s": p.s, "value": enclosure(&p.value),
                "unsafe_fraction": enclosure(&p.unsafe_fraction),
                "kl": enclosure(&p.kl), "sparse_norms": p.sparse_norms,
            })
        });
        print_json(&json!({
            "bound": "muthukumar-sulam-2023/single-shot", "form": "sharp",
            "m": loaded.sample.len(), "delta": a.delta,
            "profile": each.collect::<Vec<_>>(), "least": least,
        }))?;
    } else {
        let mut out = String::from("   s             at most   unsafe      KL     sparse norms\n");
        for (i, p) in profile.iter().enumerate() {
            let norms: Vec<_> = p.sparse_norms.iter().map(|x| format!("{x:.4}")).collect();
            let _ = writeln!(
                out,
                "{} {:14} {:9} {:.5} {:8.2} {}",
                if i == least { "->" } else { "  " },
                format!("{:?}", p.s),
                p.value.to_decimal(6).1,
                p.unsafe_fraction.mid_f64(),
                p.kl.mid_f64(),
                norms.join(" ")
            );
        }
        print(&out)?;
    }
    let bound = gapcert::bound::find("muthukumar-sulam-2023/single-shot")?;
    Ok(Outcome::of(
        profile.iter().map(|p| vacuous(bound, &p.value)),
    ))
}
