//! Inputs where wrong ways of computing a value differ most from it.
//!
//! For a bound the ways are those of the audit: the formula with a step or an input
//! changed, kl inverted from the wrong side. For a matrix they are the measurements
//! that are taken for each other, of the matrix, its transpose and its magnitudes.

use super::super::point::{Datum, Point};
use super::super::subject::Subject;
use super::mistakes::mistakes;
use crate::audit::wrong_values;
use crate::bound::Inputs;

/// Bits of the values compared: nothing here is certified.
const BITS: u32 = 128;

/// Names of wrong ways with the relative difference each makes, at most 1.
pub fn differences(subject: &Subject, p: &Point) -> Vec<(String, f64)> {
    let Ok(right) = subject.value(p, BITS).map(|x| x.mid_f64()) else {
        return vec![];
    };
    let relative = |wrong: f64| match wrong {
        w if w.is_nan() => 0.0,
        w if right == 0.0 => f64::from(u8::from(w != 0.0)),
        w => ((w - right) / right).abs().min(1.0),
    };
    let wrong = match subject {
        Subject::Bound(bound) => {
            let checked = subject.inputs(p, BITS).and_then(|x| bound.check(x));
            let inputs: Option<Inputs<f64>> = checked.ok().map(|x| x.approximate());
            inputs.map_or(vec![], |x| wrong_values(bound, &x))
        }
        Subject::Measurement(_) => confusions(subject, p),
    };
    wrong
        .into_iter()
        .map(|(way, w)| (way, relative(w)))
        .collect()
}

/// Measurements of one matrix that are taken for each other.
const ALIKE: [&str; 6] = [
    "matrix/frobenius",
    "matrix/spectral",
    "matrix/one-inf",
    "matrix/two-one",
    "matrix/reduced-row-norm",
    "matrix/sparse-norm",
];

fn confusions(subject: &Subject, p: &Point) -> Vec<(String, f64)> {
    let Some(w) = p.get("w") else {
        return mistakes(subject, p, BITS);
    };
    let mut found = Vec::new();
    let mut tried = |way: String, other: &Subject, p: &Point| {
        if let Ok(x) = other.value(p, BITS) {
            found.push((way, x.mid_f64()));
        }
    };
    tried(
        "rows for columns".into(),
        subject,
        &p.clone().with("w", transposed(w)),
    );
    let magnitudes = w.map(&mut |x| x.trim_start_matches('-').to_owned());
    tried(
        "magnitudes for weights".into(),
        subject,
        &p.clone().with("w", magnitudes),
    );
    for (name, change) in [
        ("s1", -1i64),
        ("s2", -1),
        ("s", -1),
        ("s1", 1),
        ("s2", 1),
        ("s", 1),
    ] {
        if let Some(Datum::Number(s)) = p.get(name)
            && let Ok(s) = s.parse::<i64>()
        {
            let changed = p.clone().with_number(name, &(s + change).to_string());
            tried(format!("{name} {change:+}"), subject, &changed);
        }
    }
    for other in ALIKE.iter().filter(|o| **o != subject.name()) {
        let Ok(other) = Subject::find(other) else {
            continue;
        };
        let fields = other.fields();
        let mut q = Point::new();
        for f in &fields {
            q.set(f.name, p.get(f.name).cloned().unwrap_or(Datum::number("0")));
        }
        tried(format!("{} for it", other.name()), &other, &q);
    }
    found
}

pub(super) fn transposed(w: &Datum) -> Datum {
    let columns = w.entries().first().map_or(0, |r| r.entries().len());
    let column = |j: usize| {
        let each = w
            .entries()
            .iter()
            .filter_map(|r| r.entries().get(j).cloned());
        Datum::List(each.collect())
    };
    Datum::List((0..columns).map(column).collect())
}

/// Chooses `n` of the candidates so that every way differs as much as can be at one
/// of them; greedily. With each, the ways that it sets off most.
pub fn choose(subject: &Subject, candidates: Vec<Point>, n: usize) -> Vec<(Point, String)> {
    let all: Vec<(Point, Vec<(String, f64)>)> = candidates
        .into_iter()
        .map(|p| {
            let d = differences(subject, &p);
            (p, d)
        })
        .filter(|(_, d)| !d.is_empty())
        .collect();
    let mut best: std::collections::BTreeMap<String, f64> = std::collections::BTreeMap::new();
    let mut chosen: Vec<usize> = Vec::new();
    for _ in 0..n {
        let gain = |i: usize| -> f64 {
            let more = |(way, d): &(String, f64)| (d - best.get(way).unwrap_or(&0.0)).max(0.0);
            all[i].1.iter().map(more).sum()
        };
        let next = (0..all.len())
            .filter(|i| !chosen.contains(i))
            .max_by(|&i, &j| gain(i).total_cmp(&gain(j)).then(j.cmp(&i)));
        let Some(next) = next else { break };
        for (way, d) in &all[next].1 {
            let known = best.entry(way.clone()).or_insert(0.0);
            *known = known.max(*d);
        }
        chosen.push(next);
    }
    let comment = |d: &[(String, f64)]| {
        let mut ways: Vec<&(String, f64)> = d.iter().filter(|(_, d)| *d > 1e-6).collect();
        ways.sort_by(|a, b| b.1.total_cmp(&a.1));
        let named = ways.iter().take(3);
        let named: Vec<String> = named.map(|(w, d)| format!("{w} ({:.2})", d)).collect();
        format!(
            "{} of {} wrong ways differ, most: {}",
            ways.len(),
            d.len(),
            named.join("; ")
        )
    };
    chosen
        .into_iter()
        .map(|i| (all[i].0.clone(), comment(&all[i].1)))
        .collect()
}
