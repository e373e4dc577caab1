//! The JSON that others rely on; `src/report/schema/` describes it.
//!
//! An enclosure is `{"lo": "<decimal>", "hi": "<decimal>"}`, each end rounded
//! outward; a value of which nothing is known has the ends `-inf` and `inf`.

use crate::bound::{Bound, Confidence, Inputs, Terms, Value};
use crate::certify::{Certified, HeldOut, Report, vacuous};
use crate::measure::Count;
use crate::real::{Enclosure, parse_rational};
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
        "coq": bound.coq,
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
        .map(|c| json!({ "name": c.name, "value": hex(c.value), "grid": c.grid(), "inverse_weight": c.inverse_weight.to_string() }))
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
        "floor": enclosure(&r.floor()),
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
        .map(|s| &s.source)
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
