//! `audit --json`; `schema/audit.json` describes it.

use super::counts;
use super::words::{depends, solution, source};
use crate::audit::{Finding, Sensitivity, Solution};
use crate::real::Enclosure;
use crate::report::json::enclosure;
use rug::{Float, Rational};
use serde_json::{Map, Value as Json, json};

/// The whole report.
pub fn report(findings: &[Finding]) -> Json {
    let summary: Map<String, Json> = counts(findings)
        .into_iter()
        .filter(|(_, n)| *n > 0)
        .map(|(v, n)| (v.name().to_owned(), n.into()))
        .collect();
    json!({
        "claims": findings.iter().map(claim).collect::<Vec<_>>(),
        "summary": summary,
    })
}

fn claim(f: &Finding) -> Json {
    let (c, j) = (&f.claim, &f.judgement);
    json!({
        "source": source(f),
        "row": c.row,
        "file": c.file.display().to_string(),
        "note": c.note,
        "bound": c.bound.id,
        "form": c.bound.form,
        "status": c.bound.status,
        "bounds": c.bound.bounds,
        "failure_probability": j.failure.as_ref().map(enclosure),
        "reported": c.reported.text,
        "reported_range": { "lo": decimal(&c.reported.lo, false), "hi": decimal(&c.reported.hi, true) },
        "value": j.value.as_ref().map(enclosure),
        "verdict": j.verdict.name(),
        // The largest difference that is possible, rounded up.
        "difference": f.difference.as_ref().map(|d| d.to_decimal(6).1),
        "difference_range": f.difference.as_ref().map(enclosure),
        "reproduction": f.reproductions.first().map(|r| r.way.as_str()),
        "reproductions": f.reproductions.iter().map(|r| json!({ "way": r.way, "value": r.value }))
            .collect::<Vec<_>>(),
        "missing": c.missing(),
        "sensitivity": f.sensitivity.as_ref().map(sensitivity),
        "invalid": j.invalid.as_ref().map(|i| json!({ "condition": i.condition, "found": i.found })),
        "solution": f.solution.as_ref().map(solved),
        "bits": j.bits,
    })
}

/// An end of the reported range: exact where it has at most 40 digits.
fn decimal(x: &Rational, upward: bool) -> String {
    let (lo, hi) = Enclosure::rational(192, x).to_decimal(40);
    if upward { hi } else { lo }
}

fn sensitivity(s: &Sensitivity) -> Json {
    let each = s.dependences.iter().map(|d| {
        json!({ "input": d.input, "spread": d.spread, "more_digits": d.digits, "missing": d.missing })
    });
    json!({
        "words": depends(s),
        "inputs": each.collect::<Vec<_>>(),
        "more_digits_of_all": s.digits_of_all,
    })
}

fn solved(s: &Solution) -> Json {
    let end = |x: &Option<Float>| {
        let x = x.as_ref()?;
        Enclosure::new(x.prec(), x, x).map(|x| enclosure(&x))
    };
    json!({
        "input": s.input,
        "words": solution(s),
        "true_from": end(&s.from),
        "true_at": end(&s.enough),
        "false_at": end(&s.too_much),
    })
}
