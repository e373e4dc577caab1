//! Making vectors: the same from the same seed, on every machine.

use super::super::point::Point;
use super::super::strategy::draw;
use super::super::subject::Subject;
use super::edges::edges;
use super::invalid::invalid;
use super::separate::choose;
use super::usual::usual;
use super::{Expected, Group, Vector, Vectors};
use crate::real::Enclosure;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rug::Float;
use std::collections::HashSet;

/// Precision of the expected values, in bits.
pub const PRECISION: u32 = 256;
/// Their enclosures are narrower, relatively.
pub const WIDEST: f64 = 1e-30;
/// Significant digits written: 10^-45 keeps far below `WIDEST`.
const DIGITS: usize = 45;
/// Draws for each vector that is chosen or kept.
const CANDIDATES: usize = 6;

/// `n` vectors of a subject. Of these up to a sixth are inputs to be refused, a third
/// edges, a quarter chosen where wrong formulas differ most, and the rest random.
pub fn generate(subject: &Subject, n: usize, seed: u64) -> Vectors {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    // Another stream for each subject, so that none depends on the list of them.
    rng.set_stream(stream(&subject.name()));
    let outside = invalid(subject).into_iter();
    let outside = outside.filter(|(p, _, _)| subject.value(p, PRECISION).is_err());
    let flag = |(_, flag, _): &(Point, &'static str, String)| (*flag).to_owned();
    let refused: Vec<Vector> = spread(outside.collect(), n.div_ceil(6), flag)
        .into_iter()
        .map(|(inputs, flag, comment)| Vector {
            comment,
            flags: vec![flag.into()],
            inputs,
            expected: Expected::Refusal,
        })
        .collect();
    let mut edge: Vec<Vector> = valued(subject, usual(subject), "Usual", "usual inputs".into())
        .into_iter()
        .collect();
    let usable = edges(subject)
        .into_iter()
        .filter_map(|(p, flag, comment)| valued(subject, p, flag, comment))
        .collect();
    let flag = |v: &Vector| v.flags[0].clone();
    edge.extend(spread(usable, n.div_ceil(3).saturating_sub(1), flag));
    let mut drawn = || {
        let tries = (0..100).map(|_| draw(subject, &mut rng));
        let mut tries = tries.filter_map(|p| valued(subject, p, "Random", "random inputs".into()));
        tries.next()
    };
    let quarter = n / 4;
    let candidates: Vec<Point> = (0..quarter * CANDIDATES)
        .filter_map(|_| drawn().map(|v| v.inputs))
        .collect();
    let separating: Vec<Vector> = choose(subject, candidates, quarter)
        .into_iter()
        .filter_map(|(p, comment)| valued(subject, p, "Separating", comment))
        .collect();
    let rest = n.saturating_sub(refused.len() + edge.len() + separating.len());
    let random: Vec<Vector> = (0..rest).filter_map(|_| drawn()).collect();
    let group = |name: &str, about: &str, vectors| Group {
        name: name.into(),
        about: about.into(),
        vectors,
    };
    let groups = vec![
        group("edges", "one step from usual inputs", edge),
        group("separating", "where wrong formulas differ most", separating),
        group("random", "over many orders of magnitude", random),
        group("refused", "inputs that must be refused", refused),
    ];
    Vectors {
        subject: *subject,
        seed,
        count: n,
        groups: groups
            .into_iter()
            .filter(|g| !g.vectors.is_empty())
            .collect(),
    }
}

/// `n` of all: the first of each flag, then of the others evenly, in their order.
fn spread<T>(all: Vec<T>, n: usize, flag: impl Fn(&T) -> String) -> Vec<T> {
    let mut seen = HashSet::new();
    let (first, rest): (Vec<usize>, Vec<usize>) =
        (0..all.len()).partition(|&i| seen.insert(flag(&all[i])));
    let more = n.saturating_sub(first.len()).min(rest.len());
    let even = (0..more).map(|i| rest[i * rest.len() / more]);
    let kept: HashSet<usize> = first.iter().copied().take(n).chain(even).collect();
    let chosen = all.into_iter().enumerate();
    chosen
        .filter(|(i, _)| kept.contains(i))
        .map(|(_, x)| x)
        .collect()
}

/// FNV-1a, which no version of a library changes.
fn stream(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The vector of these inputs, unless they are outside the domain or their enclosure
/// is too wide.
fn valued(subject: &Subject, inputs: Point, flag: &str, comment: String) -> Option<Vector> {
    let value = subject.value(&inputs, PRECISION).ok()?;
    let (lo, hi) = value.to_decimal(DIGITS);
    let printed = Enclosure::parse(PRECISION, &lo)
        .ok()?
        .hull(&Enclosure::parse(PRECISION, &hi).ok()?);
    if printed.relative_width() >= WIDEST {
        return None;
    }
    let mut flags = vec![flag.to_owned()];
    let held = fits_double(&inputs, &value);
    if !held {
        flags.push("BeyondDouble".into());
    }
    Some(Vector {
        comment,
        flags,
        inputs,
        expected: Expected::Value {
            lo,
            hi,
            may_refuse: !held,
        },
    })
}

/// Whether doubles hold the inputs and the value to their usual accuracy. Subnormal
/// entries of matrices are meant: code that squares them loses them.
fn fits_double(inputs: &Point, value: &Enclosure) -> bool {
    let held = |x: f64| x == 0.0 || (x.is_finite() && x.abs() >= 1e-320);
    let numbers = inputs.iter().flat_map(|(_, x)| x.leaves());
    let exact = |text: &str| {
        let Ok(x) = text.parse::<f64>() else {
            return false;
        };
        let Ok(meant) = Enclosure::parse(PRECISION, text) else {
            return false;
        };
        // Not rounded to the end of a domain.
        let kept = [0.0, 1.0]
            .iter()
            .all(|end| (x == *end) == (meant.mid_f64() == *end && meant.is_exact()));
        held(x) && kept
    };
    let largest = Float::with_val(53, 1e300);
    let ends = [value.lo(), value.hi()];
    let sized = ends.iter().all(|v| {
        let v = v.clone().abs();
        v == 0 || (v <= largest && v >= 1e-320)
    });
    sized && numbers.into_iter().all(exact)
}
