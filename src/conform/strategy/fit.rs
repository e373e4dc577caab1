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
    if p.get("x").is_some() {
        resize(&mut p, "x", columns);
    }
    if p.get("v").is_some() {
        let (r, c) = dims(&p, "v");
        if (r, c) != (rows, columns) {
            let first = p.get("v").map_or(vec![], |v| v.leaves());
            let first: Vec<String> = first.into_iter().map(str::to_owned).collect();
            let mut all = first.iter().cycle();
            let mut row = |_| Datum::numbers((0..columns).filter_map(|_| all.next().cloned()));
            let v = Datum::List((0..rows).map(&mut row).collect());
            p.set("v", v);
        }
    }
    if p.get("labels").is_some() {
        let (rows, classes) = dims(&p, "outputs");
        resize(&mut p, "labels", rows);
        modulo(&mut p, "labels", &vec![classes as u64; rows]);
    }
    if let Some(widths) = p.get("widths") {
        let widths: Vec<u64> = widths
            .leaves()
            .iter()
            .filter_map(|x| x.parse().ok())
            .collect();
        let hidden = widths.len().saturating_sub(2);
        for (name, n) in [("inactive", hidden), ("nu", hidden), ("sigma", hidden + 1)] {
            resize(&mut p, name, n);
        }
        modulo(&mut p, "inactive", widths.get(1..=hidden).unwrap_or(&[]));
    }
    p
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
