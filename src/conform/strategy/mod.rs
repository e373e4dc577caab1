//! Random inputs of a subject, and simpler ones to shrink a counterexample to.
//!
//! Numbers are drawn with few digits, over many orders of magnitude; whatever joins
//! two inputs (a label is a class, `s` is below `d`) is made to fit after the draw.
//! Simpler means: shorter lists, smaller matrices, then numbers that are more usual
//! or have fewer digits. Every step is to something strictly simpler, so shrinking
//! ends.

mod fit;
mod simpler;

pub use fit::fit;
pub use simpler::{simpler, size};

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
            // Small: its matrix on the grid is what costs time.
            Kind::Kernel => {
                let (rows, columns) = (rng.random_range(1..3usize), rng.random_range(1..3usize));
                let places = rng.random_range(1..5usize);
                Datum::List((0..places).map(|_| matrix(rows, columns, rng)).collect())
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
        "input_rows" | "input_columns" | "kernel_columns" | "stride" => {
            return rng.random_range(1..4u32).to_string();
        }
        "padding" => return rng.random_range(0..2u32).to_string(),
        "layer" => return rng.random_range(1..5u32).to_string(),
        "times" => return ["1", "3"][rng.random_range(0..2usize)].to_owned(),
        "labels" | "s" | "s1" | "s2" | "s_in" | "inactive" => {
            return rng.random_range(0..1000u32).to_string();
        }
        "layers" => return rng.random_range(1..20u32).to_string(),
        "leaves" | "width" | "parameters" => return integer(power(0.0, 6.0, rng)),
        "classes" => return integer(1.0 + power(0.0, 3.0, rng)),
        // Of a whole network: above 1 nothing is inactive.
        "eps" if field.kind == Kind::Scalar && field.domain == Some(Domain::NonNegative) => {
            return short(power(-3.0, 0.0, rng));
        }
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
pub(super) fn written(x: f64) -> String {
    let size = x.abs();
    if size == 0.0 || (1e-5..1e15).contains(&size) {
        format!("{x}")
    } else {
        format!("{x:e}")
    }
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
