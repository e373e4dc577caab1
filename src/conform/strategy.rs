//! Random inputs of a subject, and simpler ones to shrink a counterexample to.
//!
//! Numbers are drawn with few digits, over many orders of magnitude; whatever joins
//! two inputs (a label is a class, `s` is below `d`) is made to fit after the draw.
//! Simpler means: shorter lists, smaller matrices, then numbers that are more usual
//! or have fewer digits. Every step is to something strictly simpler, so shrinking
//! ends.

use super::point::{Datum, Point};
use super::subject::{Field, Kind, Subject};
use crate::bound::Domain;
use rand::{Rng, RngExt};

/// Random inputs, which need not be inside the domain: that the subject says.
pub fn draw<G: Rng>(subject: &Subject, rng: &mut G) -> Point {
    let layers = rng.random_range(1..5usize);
    let (rows, columns) = (rng.random_range(1..5usize), rng.random_range(1..5usize));
    let mut point = Point::new();
    for field in subject.fields() {
        let datum = match field.kind {
            Kind::Scalar => Datum::Number(number(&field, rng)),
            Kind::Layers => list(&field, layers, rng),
            Kind::HiddenLayers => list(&field, layers - 1, rng),
            Kind::List => list(&field, rng.random_range(0..5), rng),
            Kind::Matrix => matrix(rows, columns, rng),
            Kind::Matrices => {
                let widths: Vec<usize> = (0..=layers).map(|_| rng.random_range(1..4)).collect();
                let each = widths.windows(2).map(|w| matrix(w[1], w[0], rng));
                Datum::List(each.collect())
            }
        };
        point.set(field.name, datum);
    }
    fit(point)
}

fn list<G: Rng>(field: &Field, n: usize, rng: &mut G) -> Datum {
    Datum::List((0..n).map(|_| Datum::Number(number(field, rng))).collect())
}

/// Entries k/8 and decimals, zeros and repeated ones among them.
fn matrix<G: Rng>(rows: usize, columns: usize, rng: &mut G) -> Datum {
    let dyadic = rng.random_bool(0.7);
    let mut entry = || match rng.random_range(0..10) {
        0 => "0".to_owned(),
        1 => "1".to_owned(),
        _ if dyadic => written(f64::from(rng.random_range(-32..=32i32)) / 8.0),
        _ => {
            let sign = if rng.random_bool(0.5) { -1.0 } else { 1.0 };
            short(sign * power(-2.0, 2.0, rng))
        }
    };
    let row = |_| Datum::numbers((0..columns).map(|_| entry()));
    Datum::List((0..rows).map(row).collect())
}

/// 10^x, x uniform.
fn power<G: Rng>(from: f64, to: f64, rng: &mut G) -> f64 {
    10f64.powf(rng.random_range(from..to))
}

/// One number for a field, by its name where that means something.
pub fn number<G: Rng>(field: &Field, rng: &mut G) -> String {
    let integer = |x: f64| written(short(x).parse::<f64>().unwrap_or(1.0).floor());
    match field.name {
        "kernels" | "strides" => return rng.random_range(1..4u32).to_string(),
        "paddings" => return rng.random_range(0..3u32).to_string(),
        "labels" | "s" | "s1" | "s2" | "s_in" | "inactive" => {
            return rng.random_range(0..1000u32).to_string();
        }
        "layers" => return rng.random_range(1..20u32).to_string(),
        "leaves" | "width" | "parameters" => return integer(power(0.0, 6.0, rng)),
        "classes" => return integer(1.0 + power(0.0, 3.0, rng)),
        "b" => return short(1.0 + power(-1.0, 1.0, rng)),
        "kl" | "c" => return short(power(-3.0, 4.0, rng)),
        _ => {}
    }
    let Some(domain) = field.domain else {
        return short(power(-3.0, 3.0, rng) * if rng.random_bool(0.5) { -1.0 } else { 1.0 });
    };
    match domain {
        Domain::SampleSize | Domain::Trials => integer(2.0 + power(0.3, 6.0, rng)),
        Domain::Count => integer(power(0.0, 4.0, rng) - 1.0),
        Domain::AtLeastOne => integer(power(0.0, 3.5, rng)),
        Domain::AtLeastTwo => integer(1.0 + power(0.0, 3.0, rng)),
        Domain::Confidence => match rng.random_range(0..10) {
            0 => short(power(-30.0, -6.0, rng)),
            1 => written(1.0 - 2f64.powi(-rng.random_range(1..20i32))),
            _ => short(power(-4.0, -0.2, rng)),
        },
        Domain::Fraction => match rng.random_range(0..10) {
            0 => "0".into(),
            1 => "1".into(),
            _ => short(power(-4.0, 0.0, rng)),
        },
        Domain::BelowOne => match rng.random_range(0..5) {
            0 => "0".into(),
            _ => short(power(-6.0, -0.2, rng)),
        },
        Domain::NonNegative => match rng.random_range(0..8) {
            0 => "0".into(),
            _ => short(power(-3.0, 4.0, rng)),
        },
        Domain::Positive => short(power(-2.0, 2.0, rng)),
        Domain::Above1 => short(1.0 + power(-2.0, 1.0, rng)),
    }
}

/// Three significant digits.
fn short(x: f64) -> String {
    written(format!("{x:.2e}").parse().unwrap_or(x))
}

/// A double as a decimal that spells exactly what a reader of doubles reads.
fn written(x: f64) -> String {
    let size = x.abs();
    if size == 0.0 || (1e-5..1e15).contains(&size) {
        format!("{x}")
    } else {
        format!("{x:e}")
    }
}

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
        resize(&mut p, "inactive", hidden);
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
                    if let (Some(labels), "outputs") = (p.get("labels"), f.name) {
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
                    all.push(p.clone().with(f.name, without(x, l)));
                    all.push(p.clone().with(f.name, narrower(x, l)));
                }
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

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    /// Most draws are inside the domain, of every subject; what is simpler is
    /// smaller.
    #[test]
    fn draws_are_usable_and_shrinking_ends() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for subject in Subject::all() {
            let good = (0..40)
                .map(|_| draw(&subject, &mut rng))
                .filter(|p| subject.value(p, 64).is_ok());
            let good: Vec<Point> = good.collect();
            assert!(good.len() >= 20, "{}: {}", subject.name(), good.len());
            let mut point = good[0].clone();
            let mut steps = 0;
            while let Some(next) = simpler(&subject, &point).into_iter().next() {
                assert!(size(&next) < size(&point));
                point = next;
                steps += 1;
            }
            assert!(steps < 500, "{}", subject.name());
        }
    }
}
