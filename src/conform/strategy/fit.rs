//! What joins two inputs: a label is a class, `s` is below `d`, lists are of one
//! length.

use super::super::point::{Datum, Point};

/// Makes what belongs together fit: counts below what they count, lists of one
/// length.
pub fn fit(mut p: Point) -> Point {
    let dims = |p: &Point, name: &str| {
        let rows = p.get(name).map_or(0, |w| w.entries().len());
        let columns = p.get(name).and_then(|w| w.entries().first());
        (rows, columns.map_or(0, |r| r.entries().len()))
    };
    let (rows, columns) = dims(&p, "w");
    let below = |p: &mut Point, name: &str, least: u64, end: u64| {
        if let Some(Datum::Number(x)) = p.get(name)
            && let Ok(n) = x.parse::<f64>()
            && end > 0
            && !(n >= least as f64 && n < (least + end) as f64)
        {
            let n = (n.abs() as u64) % end + least;
            p.set(name, Datum::number(n.to_string()));
        }
    };
    if rows > 0 {
        below(&mut p, "s2", 0, rows as u64);
        below(&mut p, "s1", 0, columns as u64);
        // Of a row's entries in one measurement, of the rows in another.
        match p.get("x").is_some() {
            true => below(&mut p, "s", 1, rows as u64),
            false => below(&mut p, "s", 0, columns as u64),
        }
    }
    let count = |p: &Point, name: &str| match p.get(name) {
        Some(Datum::Number(x)) => x.parse::<f64>().ok().map(|x| x as u64),
        _ => None,
    };
    for (small, large, extra) in [
        ("s", "d", 0),
        ("s_in", "d_in", 0),
        ("k", "n", 1),
        ("errors", "m", 1),
    ] {
        if let Some(end) = count(&p, large) {
            below(&mut p, small, 0, end + extra);
        }
    }
    for (name, like) in [("strides", "kernels"), ("paddings", "kernels")] {
        if let Some(like) = p.get(like) {
            let n = like.entries().len();
            resize(&mut p, name, n);
        }
    }
    let network = Network::of(&p);
    if p.get("x").is_some() {
        resize(&mut p, "x", network.as_ref().map_or(columns, |n| n.inputs));
    }
    reshape(&mut p, "v", rows, columns);
    if let Some(network) = &network {
        let (samples, _) = dims(&p, "sample");
        reshape(&mut p, "sample", samples, network.inputs);
        resize(&mut p, "inactive", network.hidden.len());
        modulo(&mut p, "inactive", &network.hidden);
    }
    if p.get("labels").is_some() {
        let (rows, classes) = match &network {
            Some(network) => (dims(&p, "sample").0, network.classes),
            None => dims(&p, "outputs"),
        };
        resize(&mut p, "labels", rows);
        modulo(&mut p, "labels", &vec![classes as u64; rows]);
    }
    if let (Some(widths), Some(_)) = (p.get("widths"), p.get("inactive")) {
        // Inputs and outputs; a hidden layer where one is asked for.
        let least = if p.get("layer").is_some() { 3 } else { 2 };
        let mut entries = widths.entries().to_vec();
        let n = entries.len().max(least);
        entries.resize(n, Datum::number("4"));
        p.set("widths", Datum::List(entries));
    }
    if let Some(widths) = p.get("widths") {
        let widths: Vec<u64> = widths
            .leaves()
            .iter()
            .filter_map(|x| x.parse().ok())
            .collect();
        let hidden = widths.len().saturating_sub(2);
        for (name, n) in [
            ("inactive", hidden),
            ("nu", hidden),
            ("xi", hidden),
            ("sigma", hidden + 1),
        ] {
            resize(&mut p, name, n);
        }
        modulo(&mut p, "inactive", widths.get(1..=hidden).unwrap_or(&[]));
    }
    if p.get("layer").is_some() {
        choose_layer(&mut p);
    }
    if let (Some(k), Some(places)) = (count(&p, "kernel_columns"), p.get("taps")) {
        let places = places.entries().len() as u64;
        let divides = (1..=k.min(places))
            .rev()
            .find(|k| places.is_multiple_of(*k));
        p.set(
            "kernel_columns",
            Datum::number(divides.unwrap_or(1).to_string()),
        );
    }
    p
}

/// Widths of the network in `layers`, or of the hidden layers in `hidden`.
struct Network {
    inputs: usize,
    hidden: Vec<u64>,
    classes: usize,
}

impl Network {
    fn of(p: &Point) -> Option<Self> {
        let (all, headless) = match p.get("layers") {
            Some(all @ Datum::List(_)) => (all, false),
            _ => (p.get("hidden")?, true),
        };
        let mut hidden: Vec<u64> = all
            .entries()
            .iter()
            .map(|w| w.entries().len() as u64)
            .collect();
        let classes = if headless { 0 } else { hidden.pop()? as usize };
        let inputs = all.entries().first()?.entries().first()?.entries().len();
        Some(Self {
            inputs,
            hidden,
            classes,
        })
    }
}

/// One of the hidden layers, with inactive units where these are told.
fn choose_layer(p: &mut Point) {
    let told = p.get("inactive").map(|s| s.leaves());
    let has = |k: &usize| told.as_ref().is_none_or(|s| s.get(k - 1) != Some(&"0"));
    let hidden = p.get("nu").map_or(0, |nu| nu.entries().len());
    let Some(Datum::Number(k)) = p.get("layer") else {
        return;
    };
    let Some(k) = k.parse::<usize>().ok().filter(|_| hidden > 0) else {
        return;
    };
    let from = (0..hidden).map(|i| ((k.max(1) - 1) % hidden + i) % hidden + 1);
    if let Some(k) = from.into_iter().find(has) {
        p.set("layer", Datum::number(k.to_string()));
    }
}

/// A matrix of that shape from the numbers that are there, over and over.
fn reshape(p: &mut Point, name: &str, rows: usize, columns: usize) {
    let Some(old) = p.get(name) else { return };
    let (has, ragged) = (old.entries().len(), |r: &Datum| {
        r.entries().len() != columns
    });
    if has == rows && !old.entries().iter().any(ragged) {
        return;
    }
    let first: Vec<String> = old.leaves().into_iter().map(str::to_owned).collect();
    let mut all = first.iter().cycle();
    let mut row = |_| Datum::numbers((0..columns).filter_map(|_| all.next().cloned()));
    let new = Datum::List((0..rows).map(&mut row).collect());
    p.set(name, new);
}

fn resize(p: &mut Point, name: &str, n: usize) {
    if let Some(Datum::List(xs)) = p.get(name) {
        let mut xs = xs.clone();
        xs.resize(n, Datum::number("1"));
        p.set(name, Datum::List(xs));
    }
}

fn modulo(p: &mut Point, name: &str, ends: &[u64]) {
    if let Some(Datum::List(xs)) = p.get(name) {
        let each = xs.iter().zip(ends).map(|(x, end)| match x {
            Datum::Number(x) if *end > 0 => {
                let n = x.parse::<u64>().unwrap_or(0);
                Datum::number((n % end).to_string())
            }
            other => other.clone(),
        });
        let xs = each.collect();
        p.set(name, Datum::List(xs));
    }
}
