//! A certificate as a file for Coq, to be checked against `proofs/`.
//!
//! For each result the file holds the leaves, the steps as definitions that can
//! be read, the program of instructions that the verified checker runs, and the
//! theorem `Bound_k.bound_k_holds`: for all real values of the leaves within the
//! certificate's enclosures, the value is between the certificate's ends. With
//! weights it also holds the matrices, their exact squared Frobenius distances,
//! from which the theorems then follow, and their spectral norms.
//!
//! Nothing here is trusted: Coq checks what it is given.

mod dyadic;
mod names;
mod program;
mod read;
mod spectral;
mod weights;
mod witness;

pub use read::{Certificate, Entry, Source, read};

use crate::error::{Error, Result};
use crate::network::{Mlp, Prior};
use names::{comment, harmless};
use program::Defined;
use std::fmt::Write as _;

/// The largest smaller side of a layer whose spectral norm is certified.
const LARGEST_SIDE: usize = 300;
/// Units of the weights, in bits: fine enough for a rounded Cholesky factor.
const FINEST: u32 = 56;

/// The weights that are written out.
pub struct Weights<'a> {
    pub model: &'a Mlp,
    pub prior: &'a Prior,
}

/// A Coq file, and what is in it.
#[derive(Debug)]
pub struct Export {
    pub text: String,
    /// The theorems on results, by their names in the file.
    pub theorems: Vec<String>,
    /// Those on the weights.
    pub theorems_of_layers: Vec<String>,
    /// Values whose enclosure is a hypothesis of a theorem.
    pub assumed: Vec<String>,
    /// What was left out, and why.
    pub left_out: Vec<String>,
}

/// Exports the results whose ID or ID:FORM is in `bounds`; all, if it is empty.
///
/// # Errors
/// Input, if a bound is not in the certificate, or weights cannot be written.
pub fn export(
    certificate: &Certificate,
    bounds: &[String],
    weights: Option<&Weights<'_>>,
) -> Result<Export> {
    let chosen = chosen(certificate, bounds)?;
    let mut export = Export {
        text: header(certificate, weights.is_some()),
        theorems: Vec::new(),
        theorems_of_layers: Vec::new(),
        assumed: Vec::new(),
        left_out: Vec::new(),
    };
    let mut defined = Defined::new();
    if let Some(weights) = weights {
        write_weights(&mut export, &mut defined, certificate, weights)?;
    }
    for (i, entry) in chosen.into_iter().enumerate() {
        match program::write(entry, i + 1, &certificate.delta, &defined) {
            Some(written) => {
                export.text.push_str(&written.text);
                export.text.push('\n');
                export.theorems.extend(written.theorems);
                export.assumed.extend(written.assumed);
            }
            None => {
                let why = format!(
                    "{}: its value, or one that it starts from, is not finite",
                    entry.id()
                );
                let _ = writeln!(export.text, "{}\n", comment(&format!("Left out: {why}")));
                export.left_out.push(why);
            }
        }
    }
    Ok(export)
}

fn chosen<'a>(certificate: &'a Certificate, bounds: &[String]) -> Result<Vec<&'a Entry>> {
    let all = &certificate.results;
    let is = |entry: &Entry, name: &str| entry.bound == name || entry.id() == name;
    for name in bounds {
        if !all.iter().any(|e| is(e, name)) {
            let ids: Vec<String> = all.iter().map(Entry::id).collect();
            return Err(Error::input(
                &certificate.path,
                "results",
                format!("a result of {name}"),
                ids.join(", "),
                "give --bound an ID or ID:FORM of these",
            ));
        }
    }
    let wanted = |e: &&Entry| bounds.is_empty() || bounds.iter().any(|name| is(e, name));
    Ok(all.iter().filter(wanted).collect())
}

fn header(certificate: &Certificate, weights: bool) -> String {
    let mut text = String::new();
    let file = harmless(&certificate.path.display().to_string());
    let _ = writeln!(
        text,
        "(** Made by gapcert {} from {file}.\n\n    \
         Check it against the project's proofs:\n    \
         coqc -R proofs Gapcert <this file>\n\n    \
         A theorem bound_k_holds says: for all real values of the leaves within the\n    \
         certificate's enclosures (the hypotheses of its section), the value of the\n    \
         formula that the definitions spell out lies where the certificate says.",
        env!("CARGO_PKG_VERSION"),
    );
    let _ = writeln!(text, "\n    The certificate is about these files:");
    for source in &certificate.sources {
        let (role, path, sha256) = (&source.role, &source.path, &source.sha256);
        let line = harmless(&format!("{role} {path} SHA-256 {sha256}"));
        let _ = writeln!(text, "    {line}");
    }
    text.push_str("*)\nFrom Coq Require Import Reals ZArith List.\n");
    if weights {
        text.push_str("From Coq Require Uint63.\nFrom Gapcert Require Import base.Sums.\n");
    }
    text.push_str(
        "From Gapcert.certificate Require Import Functions KlInverse Program Decimal Checker.\n",
    );
    if weights {
        text.push_str("From Gapcert.certificate Require Import Weights Frobenius Spectral.\n");
    }
    text.push_str("Import ListNotations.\nOpen Scope R_scope.\n\n");
    text
}

fn write_weights(
    export: &mut Export,
    defined: &mut Defined,
    certificate: &Certificate,
    weights: &Weights<'_>,
) -> Result<()> {
    export.text.push_str(
        "(** * The weights\n\n    Layer by layer, one machine integer for each weight: exponent + 256 (sign + 2\n    \
         odd integer), in units of 2^-scale. *)\nModule Layers.\nImport Uint63.\nOpen Scope R_scope.\n\n",
    );
    for (k, layer) in weights.model.layers().iter().enumerate() {
        let mut matrices = vec![&layer.weights];
        matrices.extend(weights.prior.layer_weights(k));
        let Some(mut coded) = weights::code(&matrices, FINEST) else {
            return Err(Error::input(
                &certificate.path,
                format!("tensor {:?}", layer.name),
                "weights whose exponents differ by less than 200",
                "a wider range",
                "export without --with-weights",
            ));
        };
        let model = coded.remove(0);
        write_layer(export, defined, certificate, k + 1, &model, coded.first());
    }
    export.text.push_str("End Layers.\n\n");
    Ok(())
}

fn write_layer(
    export: &mut Export,
    defined: &mut Defined,
    certificate: &Certificate,
    l: usize,
    model: &weights::Coded,
    prior: Option<&weights::Coded>,
) {
    let (height, width) = (model.rows.len(), model.rows.first().map_or(0, Vec::len));
    let scale = model.scale;
    let text = &mut export.text;
    let _ = writeln!(
        text,
        "{}",
        comment(&format!("Layer {l}: {height} x {width}."))
    );
    text.push_str(&weights::define(&format!("model_{l}"), &model.rows));
    let against = match prior {
        Some(prior) => {
            text.push_str(&weights::define(&format!("prior_{l}"), &prior.rows));
            format!("prior_{l}")
        }
        None => "zero_matrix".into(),
    };
    let distance = format!("distance_squared_{l}");
    if let Some((lo, hi)) = certificate
        .measurements
        .get(&distance)
        .and_then(|m| m.set.finite())
    {
        let of = |prefix: &str| {
            let against = match prior {
                Some(_) => format!("{prefix}{against}"),
                None => against.clone(),
            };
            format!("{scale} {height} {width} {prefix}model_{l} {against}")
        };
        let (lo, hi) = (lo.coq(), hi.coq());
        let _ = writeln!(
            text,
            "\n(** Its squared distance from the prior is where the certificate says. *)\n\
             Lemma {distance}_check : distance_within {} {lo} {hi} = true.\n\
             Proof. vm_cast_no_check (eq_refl true). Qed.\n\
             Theorem {distance}_holds :\n  dyadicR {lo} <= distance_squared {} <= dyadicR {hi}.\n\
             Proof. exact (distance_certified _ _ _ _ _ _ _ {distance}_check). Qed.\n",
            of(""),
            of(""),
        );
        let term = format!("distance_squared {}", of("Layers."));
        defined.insert(distance.clone(), (term, format!("Layers.{distance}_holds")));
        export
            .theorems_of_layers
            .push(format!("Layers.{distance}_holds"));
    }
    write_norm(export, certificate, l, model);
}

/// The spectral norm, where the certificate has it.
fn write_norm(export: &mut Export, certificate: &Certificate, l: usize, model: &weights::Coded) {
    let (height, width) = (model.rows.len(), model.rows.first().map_or(0, Vec::len));
    let names = [
        format!("operator_norm_{l}"),
        format!("sparse_norm_{l}[0,0]"),
    ];
    let known = names.iter().find_map(|n| certificate.measurements.get(n));
    let Some((_, hi)) = known.and_then(|m| m.set.finite()) else {
        return;
    };
    let mut leave_out = |why: &str| {
        let why = format!("the spectral norm of layer {l}: {why}");
        export.left_out.push(why);
    };
    if height.min(width) > LARGEST_SIDE {
        leave_out(&format!("both sides are above {LARGEST_SIDE}"));
        return;
    }
    let wide = height <= width;
    let rows: Vec<Vec<u64>> = if wide {
        model.rows.clone()
    } else {
        let column = |j: usize| model.rows.iter().map(|row| row[j]).collect();
        (0..width).map(column).collect()
    };
    let Some(factor) = spectral::factor(&rows, model.scale, hi) else {
        leave_out("no certificate at the measured value was found");
        return;
    };
    let text = &mut export.text;
    let (scale, lam, hi) = (model.scale, dyadic::coq_integer(&factor.lam), hi.coq());
    text.push_str(&weights::define(&format!("factor_{l}"), &factor.columns));
    let (check, proof) = if wide {
        let check =
            format!("spectral_check {scale} {height} {width} model_{l} factor_{l} {lam} {hi}");
        (
            check,
            format!("spectral_wide _ _ _ _ _ _ _ operator_norm_{l}_check"),
        )
    } else {
        text.push_str(&weights::define(&format!("transposed_{l}"), &rows));
        let _ = writeln!(
            text,
            "Lemma transposed_{l}_check : is_transpose {height} {width} model_{l} transposed_{l} = true.\n\
             Proof. vm_cast_no_check (eq_refl true). Qed."
        );
        let check =
            format!("spectral_check {scale} {width} {height} transposed_{l} factor_{l} {lam} {hi}");
        let proof = format!(
            "spectral_tall _ _ _ _ transposed_{l} _ _ _ transposed_{l}_check operator_norm_{l}_check"
        );
        (check, proof)
    };
    let _ = writeln!(
        text,
        "\n(** Its spectral norm is at most what the certificate says. *)\n\
         Lemma operator_norm_{l}_check : {check} = true.\n\
         Proof. vm_cast_no_check (eq_refl true). Qed.\n\
         Theorem operator_norm_{l}_holds : forall x,\n  \
         let y := apply_matrix {scale} {width} model_{l} x in\n  \
         dot {height} y y <= dyadicR {hi} ^ 2 * dot {width} x x.\n\
         Proof. exact ({proof}). Qed.\n",
    );
    export
        .theorems_of_layers
        .push(format!("Layers.operator_norm_{l}_holds"));
}
