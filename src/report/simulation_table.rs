//! What a simulation found, as a table of comma-separated values: a row for each
//! setting and bound.

use super::simulation::verdict;
use crate::real::Enclosure;
use crate::simulate::{BoundSummary, Distribution, SettingSummary, Spec, Summary};
use std::fmt::Write as _;

const HEAD: &str = "setting,x,m,replicates,risk,gap,gap_sd,rademacher_at_least,rademacher_at_most,bound,form,status,\
compared,not_applicable,violations,violations_at_most,rate_at_least,rate_at_most,p_value,verdict,\
value,value_sd,value_5,value_95,excess,excess_5,excess_95";

/// `summary.csv`. Means and quantiles are those of the certified values; p-value and
/// rate are rounded outward.
pub fn table(spec: &Spec, s: &Summary) -> String {
    let mut out = format!("{HEAD}\n");
    for (setting, s) in spec.settings.iter().zip(&s.settings) {
        for b in &s.bounds {
            row(&mut out, setting.m, s, b);
        }
    }
    out
}

fn row(out: &mut String, m: usize, s: &SettingSummary, b: &BoundSummary) {
    let all = [
        vec![quoted(&s.label), s.x.to_string(), m.to_string()],
        vec![s.replicates.to_string(), number(s.risk.mean())],
        vec![number(s.gap.mean()), number(s.gap.spread())],
        s.rademacher.each_ref().map(|r| number(r.mean())).to_vec(),
        vec![b.bound.id.into(), b.bound.form.to_string()],
        vec![b.bound.status.to_string(), b.compared.to_string()],
        vec![b.not_applicable.to_string()],
        b.violations.map(|n| n.to_string()).to_vec(),
        vec![ends(&b.rate)[0].clone(), ends(&b.rate)[1].clone()],
        vec![ends(&b.p_value)[1].clone()],
        vec![match b.compared {
            0 => String::new(),
            _ => verdict(b.verdict).into(),
        }],
        of(&b.value, &[Distribution::mean, Distribution::spread]),
        of(&b.value, &[|d| d.quantile(0.05), |d| d.quantile(0.95)]),
        of(&b.excess, &[Distribution::mean]),
        of(&b.excess, &[|d| d.quantile(0.05), |d| d.quantile(0.95)]),
    ];
    let _ = writeln!(out, "{}", all.concat().join(","));
}

fn of(d: &Distribution, parts: &[fn(&Distribution) -> f64]) -> Vec<String> {
    let none = d.count() == 0;
    let part = |f: &fn(&Distribution) -> f64| if none { String::new() } else { number(f(d)) };
    parts.iter().map(part).collect()
}

/// Six digits; nothing for what is no number.
fn number(x: f64) -> String {
    if x.is_finite() {
        format!("{:.6e}", x)
            .parse::<f64>()
            .map_or_else(|_| String::new(), |x| x.to_string())
    } else {
        String::new()
    }
}

fn ends(x: &Enclosure) -> [String; 2] {
    if !x.is_defined() {
        return [String::new(), String::new()];
    }
    let (lo, hi) = x.to_decimal(5);
    [lo, hi]
}

/// Labels may hold anything.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into()
    }
}
