//! The JSON that others rely on; `src/report/schema/` describes it.
//!
//! An enclosure is `{"lo": "<decimal>", "hi": "<decimal>"}`, each end rounded
//! outward; a value of which nothing is known has the ends `-inf` and `inf`.

use crate::bound::{Bound, Confidence, Guarantee, Inputs, Terms, Value};
use crate::certify::{Certified, HeldOut, Report, vacuous};
use crate::measure::Count;
use crate::real::recorder::{Op, Program};
use crate::real::{Enclosure, Real, parse_rational};
use serde_json::{Map, Value as Json, json};

/// `{"lo","hi"}` with all the digits the precision has, at least 17.
pub fn enclosure(x: &Enclosure) -> Json {
    let (lo, hi) = x.to_decimal(x.full_digits().max(17));
    json!({ "lo": lo, "hi": hi })
}

fn named<'a>(terms: impl IntoIterator<Item = (&'a str, &'a Enclosure)>) -> Json {
    Json::Object(
        terms
            .into_iter()
            .map(|(name, x)| (name.to_owned(), enclosure(x)))
            .collect(),
    )
}

fn inputs(x: &Inputs<Enclosure>) -> Json {
    let value = |v: &Value<Enclosure>| match v {
        Value::Scalar(x) => enclosure(x),
        Value::List(xs) => Json::Array(xs.iter().map(enclosure).collect()),
    };
    Json::Object(
        x.iter()
            .map(|(name, v)| (name.to_owned(), value(v)))
            .collect(),
    )
}

/// `evaluate --json`.
pub fn evaluation(bound: &Bound, terms: &Terms<Enclosure>) -> Json {
    json!({
        "bound": bound.id,
        "form": bound.form,
        "status": bound.status,
        "bounds": bound.bounds,
        "value": enclosure(&terms.value),
        "terms": named(terms.parts.iter().map(|(n, x)| (n.as_str(), x))),
        "vacuous": vacuous(bound, &terms.value),
        "assumptions": bound.assumptions,
    })
}

/// One entry of `bounds --json`.
pub fn bound(bound: &Bound) -> Json {
    let inputs: Vec<Json> = bound
        .inputs
        .iter()
        .map(|s| {
            json!({
                "name": s.name,
                "unit": s.unit,
                "domain": s.domain.describe(),
                "list": s.shape != crate::bound::Shape::Scalar,
                "default": s.default,
                "about": s.about,
            })
        })
        .collect();
    json!({
        "bound": bound.id,
        "form": bound.form,
        "status": bound.status,
        "about": bound.about,
        "bounds": bound.bounds,
        "source": bound.source,
        "proof": bound.proof,
        "inputs": inputs,
        "assumptions": bound.assumptions,
        "notes": bound.notes,
    })
}

fn count(c: &Count) -> Json {
    json!({
        "lo": c.lo, "hi": c.hi, "escalated": c.escalated, "bits": c.bits, "undecided": c.undecided,
    })
}

fn result(r: &Certified) -> Json {
    let b = r.found.bound;
    let grid: Vec<Json> = r
        .found
        .point
        .0
        .iter()
        .map(|c| json!({ "name": c.name, "value": hex(c.value), "grid": c.grid, "inverse_weight": c.inverse_weight.to_string() }))
        .collect();
    let counts: Map<String, Json> = r
        .found
        .counts
        .iter()
        .map(|(n, c)| (n.clone(), count(c)))
        .collect();
    json!({
        "bound": b.id,
        "form": b.form,
        "status": b.status,
        "bounds": b.bounds,
        "value": enclosure(&r.terms.value),
        "vacuous": r.vacuous(),
        "floor": enclosure(&r.floor),
        "terms": named(r.terms.parts.iter().map(|(n, x)| (n.as_str(), x))),
        "parameters": {
            "inputs": inputs(&r.found.inputs),
            "grid": grid,
            "derived": named(r.found.parameters.iter().map(|(n, x)| (n.as_str(), x))),
            "counts": counts,
        },
        "assumptions": b.assumptions,
        "notes": b.notes,
    })
}

fn held_out(h: &HeldOut) -> Json {
    json!({
        "bound": "test-set/clopper-pearson",
        "about": h.about,
        "m": h.m,
        "errors": count(&h.errors),
        "value": enclosure(&h.value),
    })
}

/// `certify --json`.
pub fn report(r: &Report) -> Json {
    let sources: Map<String, Json> = r
        .sources
        .iter()
        .map(|s| (s.path.display().to_string(), Json::String(s.sha256.clone())))
        .collect();
    let skipped: Vec<Json> = r
        .not_applicable
        .iter()
        .map(|(b, why)| json!({ "bound": b.id, "form": b.form, "why": why.to_string() }))
        .collect();
    json!({
        "m": r.m,
        "dims": r.dims,
        "shapes": r.shapes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "delta": delta(&r.delta),
        "sample_errors": count(&r.sample_errors),
        "sample_error": enclosure(&r.sample_errors.fraction(r.delta.value().prec(), r.m)),
        "results": r.results.iter().map(result).collect::<Vec<_>>(),
        "not_applicable": skipped,
        "baseline": {
            "prior_on_sample": r.prior_on_sample.as_ref().map(held_out),
            "network_on_test": r.network_on_test.as_ref().map(held_out),
        },
        "inputs": sources,
    })
}

/// The failure probability as a JSON number: the f64 that prints as exactly the
/// number written, or else the digits written, or else (p/q) the nearest f64.
/// The inputs of each result enclose it.
fn delta(x: &Confidence) -> Json {
    let near = x.value().mid_f64();
    if parse_rational(&near.to_string()) == parse_rational(x.text()) {
        return json!(near);
    }
    let written = serde_json::from_str::<serde_json::Number>(x.text());
    written.map_or_else(|_| json!(near), Json::Number)
}

/// The certificate: the report, the statement in words, and each formula as a
/// straight-line program with the enclosure of every step.
pub fn certificate(r: &Report) -> Json {
    let mut all = report(r);
    if let (Json::Object(all), Some(results)) = (&mut all, Some(&r.results)) {
        if let Some(Json::Array(entries)) = all.get_mut("results") {
            for (entry, result) in entries.iter_mut().zip(results) {
                entry["statement"] = Json::String(statement(r, result));
                entry["program"] = program(result);
            }
        }
        all.shift_insert(0, "schema".into(), "gapcert-certificate/1".into());
        all.shift_insert(
            1,
            "tool".into(),
            json!({ "name": "gapcert", "version": env!("CARGO_PKG_VERSION") }),
        );
    }
    all
}

fn statement(r: &Report, c: &Certified) -> String {
    let (_, hi) = c.terms.value.to_decimal(6);
    let b = c.found.bound;
    let scope = match b.guarantee() {
        Guarantee::HighProbability => format!(
            "with probability at least 1 - {} over the {} samples, {}",
            r.delta.text(),
            r.m,
            b.bounds
        ),
        Guarantee::Expectation => format!("for samples of size {}, {}", r.m, b.bounds),
        Guarantee::Nothing => {
            return format!(
                "The value of {} ({}; {}), which bounds nothing, is at most {hi}.",
                b.id, b.form, b.status
            );
        }
    };
    format!(
        "By {} ({}; {}), {scope} is at most {hi}.",
        b.id, b.form, b.status
    )
}

fn program(c: &Certified) -> Json {
    let program: Program = c.found.bound.record(&c.found.inputs);
    let like = c.terms.value.int(1);
    let value = |name: &str, index: Option<usize>| match (c.found.inputs.get(name), index) {
        (Some(Value::Scalar(x)), None) => x.clone(),
        (Some(Value::List(xs)), Some(i)) if i < xs.len() => xs[i].clone(),
        _ => Enclosure::undefined(like.prec()),
    };
    let values = program.run(&like, value);
    let steps: Vec<Json> = program
        .steps
        .iter()
        .zip(&values)
        .map(|(op, x)| step(op, x))
        .collect();
    let outputs: Map<String, Json> = program
        .outputs
        .iter()
        .map(|(n, i)| (n.clone(), json!(i)))
        .collect();
    json!({ "precision": like.prec(), "steps": steps, "outputs": outputs })
}

fn step(op: &Op, x: &Enclosure) -> Json {
    let (name, arguments) = match op {
        Op::Input(name, None) => ("input", json!([name])),
        Op::Input(name, Some(i)) => ("input", json!([name, i])),
        Op::Constant(c) => ("constant", json!([c.to_string()])),
        Op::Pi => ("pi", json!([])),
        Op::Neg(a) => ("neg", json!([a])),
        Op::Add(a, b) => ("add", json!([a, b])),
        Op::Sub(a, b) => ("sub", json!([a, b])),
        Op::Mul(a, b) => ("mul", json!([a, b])),
        Op::Div(a, b) => ("div", json!([a, b])),
        Op::Sqrt(a) => ("sqrt", json!([a])),
        Op::Cbrt(a) => ("cbrt", json!([a])),
        Op::Ln(a) => ("ln", json!([a])),
        Op::Exp(a) => ("exp", json!([a])),
        Op::Powi(a, n) => ("powi", json!([a, n])),
        Op::Pow(a, b) => ("pow", json!([a, b])),
        Op::Ceil(a) => ("ceil", json!([a])),
        Op::Min(a, b) => ("min", json!([a, b])),
        Op::Max(a, b) => ("max", json!([a, b])),
        Op::LnBinomial(n, k) => ("ln_binomial", json!([n, k])),
        Op::Kl(q, p) => ("kl", json!([q, p])),
        Op::KlInv(q, c) => ("kl_inv", json!([q, c])),
        Op::LnXi(m) => ("ln_xi", json!([m])),
        Op::NormalUpperQuantile(p) => ("normal_upper_quantile", json!([p])),
        Op::ChiUpperQuantile(p, n) => ("chi_upper_quantile", json!([p, n])),
        Op::BinomialUpper { delta, errors, m } => ("binomial_upper", json!([delta, errors, m])),
        Op::Harmonic(n) => ("harmonic", json!([n])),
        Op::Peeling(layers) => ("peeling", json!([layers])),
        Op::GridExponent { value, start, base } => ("grid_exponent", json!([value, start, base])),
    };
    let (lo, hi) = x.to_decimal(x.full_digits());
    json!({ "op": name, "args": arguments, "lo": lo, "hi": hi })
}

/// An f64 exactly, as a hexadecimal float.
pub fn hex(x: f64) -> String {
    let bits = x.abs().to_bits();
    let (exponent, fraction) = ((bits >> 52) as i64, bits & ((1 << 52) - 1));
    let sign = if x.is_sign_negative() { "-" } else { "" };
    match exponent {
        0 if fraction == 0 => format!("{sign}0x0p0"),
        0 => format!("{sign}0x0.{fraction:013x}p-1022"),
        _ => {
            let digits = format!("{fraction:013x}");
            let digits = digits.trim_end_matches('0');
            let point = if digits.is_empty() { "" } else { "." };
            format!("{sign}0x1{point}{digits}p{}", exponent - 1023)
        }
    }
}
