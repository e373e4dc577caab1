//! `gapcert export-coq`.

use super::Outcome;
use super::output::{check_not_an_input, check_writable, print, print_json, write};
use clap::Args;
use gapcert::coq::{self, Certificate, Export, Weights};
use gapcert::error::{Error, Result};
use gapcert::input::{InputFile, Source};
use gapcert::network::{Model, Prior, read_model, read_reference};
use serde_json::json;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Arguments {
    /// The certificate that `certify -o` wrote.
    certificate: PathBuf,
    /// Write the Coq file here.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// A bound of the certificate, ID or ID:FORM; may be repeated [default: all].
    #[arg(long, value_name = "ID[:FORM]")]
    bound: Vec<String>,
    /// Write the weights out, and prove the distances from the prior and the
    /// spectral norms (multilayer perceptrons).
    #[arg(long, requires = "model")]
    with_weights: bool,
    /// The certified network.
    #[arg(long, value_name = "FILE", requires = "with_weights")]
    model: Option<PathBuf>,
    /// The prior network, if the certificate has one.
    #[arg(long, value_name = "FILE", requires = "with_weights")]
    prior: Option<PathBuf>,
    /// What the layers of the model are (TOML), if it was given to `certify`.
    #[arg(long, value_name = "FILE", requires = "with_weights")]
    architecture: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(a: &Arguments) -> Result<Outcome> {
    check_writable(&a.output)?;
    let file = InputFile::read(&a.certificate)?;
    let json = serde_json::from_slice(&file.bytes).map_err(|e| {
        let advice = "give the file that `gapcert certify -o` wrote";
        Error::input(
            &a.certificate,
            "",
            "a certificate (JSON)",
            e.to_string(),
            advice,
        )
    })?;
    let certificate = coq::read(&a.certificate, &json)?;
    let mut read = vec![file.source()];
    let networks = match &a.model {
        Some(model) => Some(networks(a, model, &certificate, &mut read)?),
        None => None,
    };
    let weights = networks
        .as_ref()
        .map(|(model, prior)| Weights { model, prior });
    let export = coq::export(&certificate, &a.bound, weights.as_ref())?;
    check_not_an_input(&a.output, read.iter().map(|s| s.path.as_path()))?;
    write(&a.output, &export.text)?;
    if a.json {
        print_json(&json!({
            "output": a.output.display().to_string(),
            "theorems": export.theorems,
            "theorems_of_layers": export.theorems_of_layers,
            "assumed": export.assumed,
            "left_out": export.left_out,
        }))?;
    } else {
        print(&words(&a.output, &export))?;
    }
    Ok(Outcome::Done)
}

/// The model and the prior, made sure to be the files that were certified.
fn networks(
    a: &Arguments,
    path: &Path,
    certificate: &Certificate,
    read: &mut Vec<Source>,
) -> Result<(gapcert::network::Mlp, Prior)> {
    let mut check = |path: &Path, role: &str| {
        let source = InputFile::read(path)?.source();
        check_source(certificate, &source, role)?;
        read.push(source);
        Ok(())
    };
    check(path, "model")?;
    if let Some(architecture) = &a.architecture {
        check(architecture, "architecture")?;
    }
    let architecture = a.architecture.as_deref();
    let model = read_model(path, architecture)?;
    let prior = match (&a.prior, certificate.prior) {
        (None, false) => Prior::Zero,
        (Some(path), true) => {
            check(path, "prior")?;
            let prior = read_reference(path, architecture, &model)?;
            Prior::Network(perceptron(prior, path)?)
        }
        (given, _) => {
            let expected = match certificate.prior {
                true => "the prior network, which the certificate has",
                false => "no prior network, as the certificate has none",
            };
            let found = given
                .as_ref()
                .map_or("none".into(), |p| p.display().to_string());
            return Err(Error::input("--prior", "", expected, found, ""));
        }
    };
    Ok((perceptron(model, path)?, prior))
}

fn perceptron(model: Model, path: &Path) -> Result<gapcert::network::Mlp> {
    model.mlp.ok_or_else(|| {
        let advice = "export without --with-weights";
        Error::input(
            path,
            "",
            "a multilayer perceptron",
            "another network",
            advice,
        )
    })
}

fn check_source(certificate: &Certificate, source: &Source, role: &str) -> Result<()> {
    let of_role = certificate.sources.iter().filter(|s| s.role == role);
    let hashes: Vec<&str> = of_role.map(|s| s.sha256.as_str()).collect();
    if hashes.contains(&source.sha256.as_str()) {
        return Ok(());
    }
    let expected = match hashes.as_slice() {
        [] => format!("no {role}, as the certificate names none"),
        _ => format!("the certified {role}, SHA-256 {}", hashes.join(" or ")),
    };
    let found = format!("SHA-256 {}", source.sha256);
    let advice = "give the file that was certified, or certify this one";
    Err(Error::input(&source.path, "", expected, found, advice))
}

fn words(path: &Path, export: &Export) -> String {
    let mut out = String::new();
    let all = export.theorems.iter().chain(&export.theorems_of_layers);
    let _ = writeln!(out, "theorems:");
    for theorem in all {
        let _ = writeln!(out, "  {theorem}");
    }
    for assumed in &export.assumed {
        let _ = writeln!(out, "assumed: {assumed}");
    }
    for left_out in &export.left_out {
        let _ = writeln!(out, "left out: {left_out}");
    }
    let _ = writeln!(
        out,
        "wrote {}\ncheck it with: coqc -R proofs Gapcert {}",
        path.display(),
        path.display()
    );
    out
}
