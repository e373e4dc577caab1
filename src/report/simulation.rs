//! What a simulation found, for programs and for plots.

use super::json::enclosure;
use super::svg::{Curve, curves};
use crate::error::Result;
use crate::simulate::{BoundSummary, Distribution, SettingSummary, Spec, Summary, Verdict};
use serde_json::{Value as Json, json};

/// Quantiles that are reported.
const QUANTILES: [f64; 5] = [0.0, 0.05, 0.5, 0.95, 1.0];

fn distribution(d: &Distribution) -> Json {
    if d.count() == 0 {
        return Json::Null;
    }
    let finite = |x: f64| if x.is_finite() { json!(x) } else { Json::Null };
    json!({
        "mean": finite(d.mean()),
        "standard_deviation": finite(d.spread()),
        "quantiles": QUANTILES.map(|q| json!([q, finite(d.quantile(q))])),
    })
}

/// As in words.
pub fn verdict(v: Verdict) -> &'static str {
    match v {
        Verdict::Consistent => "consistent",
        Verdict::Refuted => "refuted",
        Verdict::Undetermined => "undetermined",
    }
}

fn bound(b: &BoundSummary) -> Json {
    json!({
        "bound": b.bound.id,
        "form": b.bound.form,
        "status": b.bound.status,
        "compared": b.compared,
        "violations": { "lo": b.violations[0], "hi": b.violations[1] },
        "not_applicable": b.not_applicable,
        "violation_rate": enclosure(&b.rate),
        "p_value": enclosure(&b.p_value),
        "verdict": verdict(b.verdict),
        "value": distribution(&b.value),
        "excess": distribution(&b.excess),
        "ratio": distribution(&b.ratio),
    })
}

fn setting(s: &SettingSummary) -> Json {
    json!({
        "label": s.label,
        "x": s.x,
        "replicates": s.replicates,
        "risk": distribution(&s.risk),
        "gap": distribution(&s.gap),
        "rademacher": {
            "at_least": distribution(&s.rademacher[0]),
            "at_most": distribution(&s.rademacher[1]),
        },
        "bounds": s.bounds.iter().map(bound).collect::<Vec<_>>(),
    })
}

/// `simulate --json` and `summary.json`.
pub fn summary(spec: &Spec, s: &Summary) -> Json {
    json!({
        "spec_sha256": spec.sha256,
        "seed": spec.seed,
        "delta": spec.delta.text(),
        "vary": spec.vary,
        "settings": s.settings.iter().map(setting).collect::<Vec<_>>(),
    })
}

/// Values of bounds and exact risks against what the settings differ in: name and
/// SVG text of each picture.
///
/// # Errors
/// A bug if the drawing library refuses.
pub fn pictures(spec: &Spec, s: &Summary) -> Result<Vec<(&'static str, String)>> {
    let ends = |d: &Distribution| [d.quantile(0.05), d.mean(), d.quantile(0.95)];
    let curve = |name: String, of: &dyn Fn(&SettingSummary) -> Option<[f64; 3]>| Curve {
        name,
        points: s
            .settings
            .iter()
            .filter_map(|s| of(s).map(|y| (s.x, y)))
            .collect(),
    };
    let names: Vec<String> = spec
        .bounds
        .iter()
        .map(|b| format!("{}:{}", b.id, b.form))
        .collect();
    let counted = |d: &Distribution| (d.count() > 0).then(|| ends(d));
    let risk = curve("exact risk".into(), &|s| counted(&s.risk));
    let mut values = vec![risk];
    let mut excess = vec![curve("risk - errors on the sample".into(), &|s| {
        counted(&s.gap)
    })];
    let mut coverage = Vec::new();
    for (i, name) in names.iter().enumerate() {
        values.push(curve(name.clone(), &|s| counted(&s.bounds[i].value)));
        excess.push(curve(format!("{name} - exact"), &|s| {
            counted(&s.bounds[i].excess)
        }));
        coverage.push(curve(name.clone(), &|s| {
            let b = &s.bounds[i];
            let rate = b.violations[0] as f64 / b.compared as f64;
            let (lo, hi) = (b.rate.lo().to_f64(), b.rate.hi().to_f64());
            (b.compared > 0).then_some([lo, rate, hi])
        }));
    }
    let delta = spec.delta.value().mid_f64();
    coverage.push(curve("delta".into(), &|_| Some([delta; 3])));
    let n = spec.replicates;
    let title = |what: &str| format!("{what}, {n} replicates a setting");
    let draw = |what: &str, y: &str, all: &[Curve], most: f64| {
        let drawn: Vec<Curve> = all
            .iter()
            .filter(|c| !c.points.is_empty())
            .cloned()
            .collect();
        curves(&title(what), &spec.vary, y, &drawn, most)
    };
    Ok(vec![
        (
            "bounds.svg",
            draw("Bounds and exact risk", "5%, mean, 95%", &values, 2.0)?,
        ),
        (
            "gap.svg",
            draw("Excess over the exact risk", "5%, mean, 95%", &excess, 2.0)?,
        ),
        (
            "coverage.svg",
            draw("Violations", "rate with its 95% interval", &coverage, 1.0)?,
        ),
    ])
}
