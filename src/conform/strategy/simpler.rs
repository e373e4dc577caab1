//! Simpler inputs than some: shorter lists, smaller matrices, more usual numbers.

use super::super::point::{Datum, Point};
use super::super::subject::{Field, Kind, Subject};
use super::{fit, written};

/// Numbers from the simplest on.
const SIMPLE: [&str; 12] = [
    "0", "1", "2", "0.5", "3", "10", "0.1", "0.05", "100", "0.01", "1000", "1e-6",
];

/// How far a number is from simple.
fn rank(text: &str) -> usize {
    match SIMPLE.iter().position(|s| *s == text) {
        Some(place) => place,
        None => SIMPLE.len() + 3 * digits(text) + exponent(text).unsigned_abs() as usize,
    }
}

fn digits(text: &str) -> usize {
    let mantissa = text.split(['e', 'E']).next().unwrap_or("");
    let all: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    all.trim_matches('0').len() + usize::from(text.starts_with('-'))
}

fn exponent(text: &str) -> i32 {
    match text.parse::<f64>() {
        Ok(x) if x != 0.0 && x.is_finite() => x.abs().log10().floor() as i32,
        _ => 0,
    }
}

fn simpler_numbers(text: &str) -> Vec<String> {
    let mut all: Vec<String> = SIMPLE.iter().map(|s| (*s).to_owned()).collect();
    if let Ok(x) = text.parse::<f64>() {
        for digits in 0..3usize {
            let rounded = format!("{x:.digits$e}").parse().unwrap_or(x);
            all.push(written(rounded));
        }
        all.push(written(-x));
        let e = exponent(text);
        all.push(written(format!("1e{}", e / 2).parse().unwrap_or(x)));
        all.push(written(
            format!("1e{}", e - e.signum()).parse().unwrap_or(x),
        ));
    }
    all.retain(|s| rank(s) < rank(text));
    all
}

/// How far a point is from simple: entries first, then numbers.
pub fn size(p: &Point) -> (usize, usize) {
    let leaves: Vec<&str> = p.iter().flat_map(|(_, x)| x.leaves()).collect();
    (leaves.len(), leaves.iter().map(|x| rank(x)).sum())
}

/// Strictly simpler inputs, the simplest first.
pub fn simpler(subject: &Subject, p: &Point) -> Vec<Point> {
    let mut all = shorter(subject, p);
    for (name, datum) in p.iter() {
        let leaves = datum.leaves();
        for (place, old) in leaves.iter().enumerate() {
            for new in simpler_numbers(old) {
                let mut i = 0;
                let changed = datum.map(&mut |x| {
                    i += 1;
                    if i - 1 == place {
                        new.clone()
                    } else {
                        x.to_owned()
                    }
                });
                all.push(fit(p.clone().with(name, changed)));
            }
        }
    }
    let now = size(p);
    all.retain(|q| size(q) < now);
    all.sort_by_key(size);
    all.dedup();
    all
}

/// With an entry, a row or a column less; lists over layers lose the same layer.
fn shorter(subject: &Subject, p: &Point) -> Vec<Point> {
    let mut all = Vec::new();
    let fields = subject.fields();
    let layered = |f: &&Field| matches!(f.kind, Kind::Layers | Kind::HiddenLayers);
    let longest = fields
        .iter()
        .filter(layered)
        .filter_map(|f| p.get(f.name))
        .map(|x| x.entries().len())
        .max()
        .unwrap_or(0);
    for layer in 0..longest {
        let mut q = p.clone();
        for f in fields.iter().filter(layered) {
            if let Some(x) = p.get(f.name) {
                let n = x.entries().len();
                // Of K lists one entry fewer goes with the last layer.
                q.set(f.name, without(x, layer.min(n.saturating_sub(1))));
            }
        }
        all.push(q);
    }
    for f in &fields {
        let Some(x) = p.get(f.name) else { continue };
        match f.kind {
            Kind::List => {
                for i in 0..x.entries().len() {
                    all.push(fit(p.clone().with(f.name, without(x, i))));
                }
            }
            Kind::Matrix => {
                for i in 0..x.entries().len() {
                    let mut q = p.clone().with(f.name, without(x, i));
                    if let (Some(labels), "outputs" | "sample") = (p.get("labels"), f.name) {
                        q.set("labels", without(labels, i));
                    }
                    all.push(fit(q));
                }
                let columns = x.entries().first().map_or(0, |r| r.entries().len());
                for j in 0..columns {
                    let rows = x.entries().iter().map(|r| without(r, j)).collect();
                    all.push(fit(p.clone().with(f.name, Datum::List(rows))));
                }
            }
            Kind::Matrices => {
                for l in 0..x.entries().len() {
                    all.push(fit(p.clone().with(f.name, without(x, l))));
                    all.push(fit(p.clone().with(f.name, narrower(x, l))));
                }
            }
            Kind::Kernel => {
                for t in 0..x.entries().len() {
                    all.push(fit(p.clone().with(f.name, without(x, t))));
                }
                let first = x.entries().first().map_or(&[][..], Datum::entries);
                let (rows, columns) = (first.len(), first.first().map_or(0, |r| r.entries().len()));
                let each =
                    |f: &dyn Fn(&Datum) -> Datum| Datum::List(x.entries().iter().map(f).collect());
                let row = |r: &Datum| without(r, columns.saturating_sub(1));
                all.push(
                    p.clone()
                        .with(f.name, each(&|w| without(w, rows.saturating_sub(1)))),
                );
                let narrow = |w: &Datum| Datum::List(w.entries().iter().map(row).collect());
                all.push(p.clone().with(f.name, each(&narrow)));
            }
            Kind::Scalar | Kind::Layers | Kind::HiddenLayers => {}
        }
    }
    all
}

fn without(x: &Datum, i: usize) -> Datum {
    let entries = x.entries().iter().enumerate().filter(|(j, _)| *j != i);
    Datum::List(entries.map(|(_, x)| x.clone()).collect())
}

/// Without the last unit that layer `l` computes.
fn narrower(x: &Datum, l: usize) -> Datum {
    let mut layers = x.entries().to_vec();
    let rows = layers[l].entries().len();
    layers[l] = without(&layers[l], rows.saturating_sub(1));
    if let Some(next) = layers.get_mut(l + 1) {
        let each = next.entries().iter();
        *next = Datum::List(each.map(|r| without(r, rows.saturating_sub(1))).collect());
    }
    Datum::List(layers)
}
