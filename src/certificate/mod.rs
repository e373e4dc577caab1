//! Certificates: a report written down so that others can check it.
//!
//! One JSON file, `gapcert-certificate/2`, described by
//! `src/report/schema/certificate.json`: the statement in words and equations,
//! the assumptions, the hashes of all files, the measurements with their exact
//! dyadic enclosures, the grid with its weights, the counts, and each value as a
//! straight-line program from those leaves with the enclosure of every step.
//! `crate::checker` reads it and shares no arithmetic with what wrote it.

mod dyadic;
mod formula;
mod layout;

pub use dyadic::dyadic;
pub use layout::layout;

use crate::bound::{Guarantee, Value};
use crate::certify::{Certified, HeldOut, Report};
use crate::measure::Count;
use crate::real::Enclosure;
use crate::real::recorder::Op;
use crate::search::derivation::{Derivation, Kind, Leaf};
use crate::search::grid::{Coordinate, Family};
use dyadic::{ends, with_ends, word};
pub use formula::equations;
use formula::op_name;
use rug::Float;
use serde_json::{Map, Value as Json, json};

/// The format this version writes.
pub const SCHEMA: &str = "gapcert-certificate/2";

/// The floor is a guide and not a step of the derivation: it is written to so many
/// bits, rounded outward, which whoever computes it better arrives at, too.
const FLOOR_BITS: u32 = 53;

/// Measurements at a parameter that belongs to one result.
const OF_ONE_RESULT: [&str; 1] = ["ramp_loss"];

/// The certificate of a report.
pub fn certificate(r: &Report) -> Json {
    let sources = r.sources.iter().map(|s| {
        let path = s.source.path.display().to_string();
        json!({ "role": s.role.to_string(), "path": path, "sha256": s.source.sha256 })
    });
    let optional = |x: &Option<Enclosure>| x.as_ref().map(ends);
    let skipped = r
        .not_applicable
        .iter()
        .map(|(b, why)| json!({ "bound": b.id, "form": b.form, "why": why.to_string() }));
    json!({
        "schema": SCHEMA,
        "tool": { "name": "gapcert", "version": env!("CARGO_PKG_VERSION") },
        "delta": r.delta.text(),
        "sample": { "m": r.m, "errors": count(&r.sample_errors) },
        "network": { "shapes": r.shapes.iter().map(ToString::to_string).collect::<Vec<_>>() },
        "sources": sources.collect::<Vec<_>>(),
        "options": {
            "prior": if r.options.prior { "network" } else { "zero" },
            "scale": r.options.scale.to_string(),
            "constant_input": r.options.constant_input,
            "input_norm": optional(&r.options.input_norm),
            "margin": optional(&r.options.margin),
        },
        "measurements": measurements(r),
        "results": r.results.iter().map(|c| result(r, c)).collect::<Vec<_>>(),
        "not_applicable": skipped.collect::<Vec<_>>(),
        "baseline": {
            "prior_on_sample": r.prior_on_sample.as_ref().map(held_out),
            "network_on_test": r.network_on_test.as_ref().map(held_out),
        },
    })
}

fn count(c: &Count) -> Json {
    json!({
        "lo": c.lo, "hi": c.hi, "escalated": c.escalated, "bits": c.bits, "undecided": c.undecided,
    })
}

fn held_out(h: &HeldOut) -> Json {
    let mut entry = Map::new();
    entry.insert("about".into(), h.about.as_str().into());
    entry.insert("m".into(), h.m.into());
    entry.insert("errors".into(), count(&h.errors));
    with_ends(entry, &h.value)
}

fn measured(leaf: &Leaf) -> Option<Json> {
    let Kind::Measured { about, method } = leaf.kind else {
        return None;
    };
    let mut entry = Map::new();
    entry.insert("name".into(), leaf.name.as_str().into());
    entry.insert("about".into(), about.into());
    entry.insert("method".into(), method.into());
    Some(with_ends(entry, &leaf.value))
}

fn is_of_one_result(leaf: &Leaf) -> bool {
    OF_ONE_RESULT.contains(&leaf.name.as_str())
}

/// Every measurement that several results may use, once.
fn measurements(r: &Report) -> Vec<Json> {
    let leaves = r.results.iter().flat_map(|c| &c.found.derivation.leaves);
    let mut all: Vec<Json> = Vec::new();
    for entry in leaves.filter(|l| !is_of_one_result(l)).filter_map(measured) {
        if !all.contains(&entry) {
            all.push(entry);
        }
    }
    all
}

fn result(r: &Report, c: &Certified) -> Json {
    let b = c.found.bound;
    let d = &c.found.derivation;
    let own = d.leaves.iter().filter(|l| is_of_one_result(l));
    let chosen = d.leaves.iter().filter(|l| l.kind == Kind::Chosen);
    let chosen: Map<String, Json> = chosen
        .map(|l| (l.name.clone(), dyadic(&l.value.lo()).into()))
        .collect();
    let counts: Map<String, Json> = c
        .found
        .counts
        .iter()
        .map(|(name, n)| (name.clone(), count(n)))
        .collect();
    let mut value = Map::new();
    value.insert("at_most".into(), at_most(c).into());
    json!({
        "bound": b.id,
        "form": b.form,
        "status": b.status,
        "bounds": b.bounds,
        "source": b.source,
        "statement": statement(r, c),
        "formula": equations(d),
        "assumptions": b.assumptions,
        "notes": b.notes,
        "verdict": verdict(c),
        "value": with_ends(value, &c.terms.value),
        "floor": ends(&c.floor().with_precision(FLOOR_BITS)),
        "measurements": own.filter_map(measured).collect::<Vec<_>>(),
        "chosen": chosen,
        "grid": c.found.point.0.iter().map(coordinate).collect::<Vec<_>>(),
        "counts": counts,
        "program": program(d, &c.terms.value),
    })
}

/// The value to six digits, rounded up.
fn at_most(c: &Certified) -> String {
    c.terms.value.to_decimal(6).1
}

/// | guarantee | value       | verdict      |
/// |-----------|-------------|--------------|
/// | nothing   | any         | no bound     |
/// | other     | < 1         | not vacuous  |
/// | other     | >= 1        | vacuous      |
/// | other     | straddles 1 | undetermined |
fn verdict(c: &Certified) -> &'static str {
    match (c.found.bound.guarantee(), c.vacuous()) {
        (Guarantee::Nothing, _) => "no bound",
        (_, Some(false)) => "not vacuous",
        (_, Some(true)) => "vacuous",
        (_, None) => "undetermined",
    }
}

fn statement(r: &Report, c: &Certified) -> String {
    let hi = at_most(c);
    let b = c.found.bound;
    // A test-set bound is over the test sample.
    let m = match (b.id, &r.network_on_test) {
        ("test-set/clopper-pearson", Some(test)) => test.m,
        _ => r.m,
    };
    let scope = match b.guarantee() {
        Guarantee::HighProbability => format!(
            "with probability at least 1 - {} over the {} samples, {}",
            r.delta.text(),
            m,
            b.bounds
        ),
        Guarantee::Expectation => format!("for samples of size {m}, {}", b.bounds),
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

fn coordinate(c: &Coordinate) -> Json {
    let value = Float::with_val(53, c.value);
    let mut entry = Map::new();
    entry.insert("name".into(), c.name.as_str().into());
    entry.insert("value".into(), dyadic(&value).into());
    let family = match &c.family {
        Family::Scale(scale) => {
            let reference = Float::with_val(53, scale.reference);
            entry.insert("reference".into(), dyadic(&reference).into());
            entry.insert("per_octave".into(), scale.per_octave.into());
            "scale"
        }
        Family::Failure => "failure",
        Family::Sparsity => "sparsity",
    };
    entry.insert("family".into(), family.into());
    entry.insert("t".into(), c.t.into());
    let weight = c.inverse_weight.clone().recip();
    entry.insert("weight".into(), weight.to_string().into());
    if let Some(measurement) = &c.covers {
        entry.insert("covers".into(), measurement.as_str().into());
    }
    Json::Object(entry)
}

fn program(d: &Derivation, value: &Enclosure) -> Json {
    let values = d.run(value);
    let steps = d.program.steps.iter().zip(&values).enumerate();
    let steps: Vec<Json> = steps.map(|(i, (op, x))| step(d, i, op, x)).collect();
    let named = |places: &[(String, usize)]| {
        let each = places.iter().map(|(n, place)| (n.clone(), json!(place)));
        Json::Object(each.collect())
    };
    let inputs = d.inputs.iter().map(|(n, places)| {
        let places = match places {
            Value::Scalar(place) => json!(place),
            Value::List(places) => json!(places),
        };
        (n.clone(), places)
    });
    json!({
        "precision": value.prec(),
        "steps": steps,
        "inputs": inputs.collect::<Map<_, _>>(),
        "derived": named(&d.derived),
        "terms": named(&d.terms),
        "value": d.value,
    })
}

/// One step as a list: what it is, what it reads, and last its enclosure, unless
/// it is a leaf that is listed elsewhere.
///
/// | step | entries |
/// |------|---------|
/// | leaf listed elsewhere | kind, name |
/// | given (m, delta, integers of the architecture) | kind, name, enclosure |
/// | constant | kind, p/q, enclosure |
/// | power, quantile of chi | kind, step, integer, enclosure |
/// | ln_binomial | kind, n, k, enclosure |
/// | others | kind, a step for each operand, enclosure |
fn step(d: &Derivation, place: usize, op: &Op, x: &Enclosure) -> Json {
    if let Some(leaf) = d.leaf(place) {
        return match leaf.kind {
            Kind::Given => json!(["given", leaf.name, word(x)]),
            Kind::Measured { .. } => json!(["measured", leaf.name]),
            Kind::Grid => json!(["grid", leaf.name]),
            Kind::Chosen => json!(["chosen", leaf.name]),
            Kind::Count => json!(["count", leaf.name]),
        };
    }
    let mut entries = vec![json!(op_name(op))];
    entries.extend(op.operands().into_iter().map(|x| json!(x)));
    match op {
        Op::Constant(c) => entries.push(c.to_string().into()),
        Op::Powi(_, n) => entries.push(json!(n)),
        Op::LnBinomial(n, k) => entries.extend([json!(n), json!(k)]),
        Op::ChiUpperQuantile(_, dof) => entries.push(json!(dof)),
        _ => {}
    }
    entries.push(word(x).into());
    Json::Array(entries)
}
