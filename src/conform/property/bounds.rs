//! Invariants of bounds, beside the monotony that the catalogue states.

use super::{PRECISION, Property, Relation, dyadic, reversed, scaled, times};
use crate::bound::Bound;
use crate::conform::point::{Datum, Point};
use crate::conform::subject::{Kind, Subject};
use crate::real::{Enclosure, Real};

pub(super) fn properties(bound: &'static Bound) -> Vec<Property> {
    let mut all = Vec::new();
    let has = |name: &str| bound.inputs.iter().any(|s| s.name == name);
    for loss in [
        "empirical_loss",
        "margin_loss",
        "ramp_loss",
        "mc_mean",
        "unsafe_fraction",
    ] {
        if has(loss) {
            all.push(Property::single(
                "at-least-the-empirical-loss",
                &format!("the value is at least {loss}"),
                Relation::AtLeast(Box::new(move |p| input(p, loss))),
            ));
        }
    }
    if has("errors") {
        all.push(Property::single(
            "at-least-the-empirical-loss",
            "the value is at least errors/m, where delta <= 1/2",
            Relation::AtLeast(Box::new(|p| {
                let delta = input(p, "delta")?;
                if delta.hi() > 0.5 {
                    return Some(delta.int(0));
                }
                Some(input(p, "errors")? / input(p, "m")?)
            })),
        ));
    }
    let name = format!("{}:{}", bound.id, bound.form);
    for (of, at_most, renamed) in BELOW {
        let given = |field: &str| {
            let alias = renamed
                .iter()
                .any(|(a, b)| (field == *a && has(b)) || (field == *b && has(a)));
            has(field) || alias || field == "log_inverse_weight"
        };
        let has_all = |other: &str| {
            Subject::find(other).is_ok_and(|s| s.fields().iter().all(|f| given(f.name)))
        };
        if name == of && has_all(at_most) {
            all.push(Property::single(
                &format!("at-most-{}", at_most.replace(['/', ':'], "-")),
                &format!("the value is at most that of {at_most}, a relaxation of it"),
                Relation::AtMost(other(at_most, renamed)),
            ));
        }
        if name == at_most && has_all(of) {
            all.push(Property::single(
                &format!("at-least-{}", of.replace(['/', ':'], "-")),
                &format!("the value is at least that of {of}, of which it is a relaxation"),
                Relation::AtLeast(other(of, renamed)),
            ));
        }
    }
    all.extend(path_energy_below_sound(&name));
    all.extend(layered(bound));
    all
}

/// S+ <= S at the same data, with the radius on the grid of S+ and no more paths than
/// the largest chain has. A grid that the radius is far from costs S+ more than S pays:
/// that is no relaxation, so the first point of the grid is put at the radius.
fn path_energy_below_sound(name: &str) -> Option<Property> {
    const NAMES: [(&str, &str); 3] = [
        ("path_energy", "max_chain"),
        ("ramp_loss", "margin_loss"),
        ("q0", "rho_over_gamma"),
    ];
    let about = |way: &str| {
        format!(
            "S+ <= S: the value is {way} that of the other at equal losses, at a path energy equal to the largest chain, with q0 = rho/gamma"
        )
    };
    match name {
        "galanti-2023/path-energy:sharp" => Some(Property::new(
            "at-most-galanti-2023-sound",
            about("at most"),
            Relation::AtMost(Box::new(|p| {
                let q = p.clone().with("fan_in", Datum::List(vec![]));
                other("galanti-2023/sound:sound", &NAMES)(&q)
            })),
            |c| {
                // Whether a radius is at a point of the grid has to be decided.
                let radius = dyadic(c.inputs.get("rho_over_gamma")?.leaves().first()?)?;
                let at = |p: Point, name: &str| p.with_number(name, &radius);
                Some(vec![at(at(c.inputs.clone(), "q0"), "rho_over_gamma")])
            },
        )),
        "galanti-2023/sound:sound" => Some(Property::new(
            "at-least-galanti-2023-path-energy",
            about("at least"),
            Relation::AtLeast(Box::new(|p| {
                let q = p.clone().with_number("b", "2");
                other("galanti-2023/path-energy:sharp", &NAMES)(&q)
            })),
            |c| {
                // S+ is on a grid of positive radii.
                let positive = input(&c.inputs, "rho_over_gamma")?.lo() > 0;
                positive.then(|| vec![c.inputs.clone()])
            },
        )),
        _ => None,
    }
}

/// A bound, one that is never below it at the same inputs, and inputs that are named
/// otherwise there.
type Below = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

/// Not in it, for it is not so: `galanti-2023/as-released` beside `sound` (its logarithm
/// holds L ln max k_l for the sum of ln k_l, so either can be larger), Catoni's bound
/// beside `pac-bayes/kl` (no ln xi(m) there), `chevet` and `path-norm` beside
/// `path-energy` (each is the smallest somewhere).
const BELOW: [Below; 14] = [
    ("pac-bayes/kl:sharp", "pac-bayes/kl:as-printed", &[]),
    ("pac-bayes/kl:sharp", "pac-bayes/mcallester:sharp", &[]),
    // Printed with m - 1 for m and ln m for ln xi(m): ln xi(m)/m <= ln m/(m-1).
    ("pac-bayes/kl:sharp", "pac-bayes/mcallester:as-printed", &[]),
    (
        "pac-bayes/mcallester:sharp",
        "pac-bayes/mcallester:as-printed",
        &[],
    ),
    // ln(2 sqrt m)/m <= ln m/(m-1), and Pinsker.
    (
        "pac-bayes/kl:as-printed",
        "pac-bayes/mcallester:as-printed",
        &[],
    ),
    // One formula: the forms differ in how the inputs are measured.
    (
        "muthukumar-sulam-2023/theorem-13:as-printed",
        "muthukumar-sulam-2023/theorem-13:sound",
        &[],
    ),
    (
        "muthukumar-sulam-2023/theorem-13:sharp",
        "muthukumar-sulam-2023/theorem-13:as-printed",
        &[],
    ),
    (
        "muthukumar-sulam-2023/theorem-13:sound",
        "muthukumar-sulam-2023/theorem-13:as-printed",
        &[],
    ),
    (
        "muthukumar-sulam-2023/theorem-13:as-printed",
        "muthukumar-sulam-2023/theorem-11:as-printed",
        &[],
    ),
    (
        "muthukumar-sulam-2023/theorem-13:sharp",
        "muthukumar-sulam-2023/theorem-13:sound",
        &[],
    ),
    (
        "galanti-2023/path-energy:sharp",
        "golowich-2018/frobenius:as-printed",
        &[("path_energy", "input_energy")],
    ),
    (
        "galanti-2023/path-energy:sharp",
        "neyshabur-2015/frobenius:as-printed",
        &[("path_energy", "input_energy")],
    ),
    (
        "pac-bayes/kl:as-printed",
        "pac-bayes/kl-monte-carlo:as-printed",
        &[("empirical_loss", "mc_mean")],
    ),
    // With u + tau(1-u) >= u and 1/(1-tau) >= 1.
    (
        "pac-bayes/kl:sharp",
        "muthukumar-sulam-2023/single-shot:sharp",
        &[("empirical_loss", "unsafe_fraction")],
    ),
];

/// A number among the inputs.
pub(super) fn input(p: &Point, name: &str) -> Option<Enclosure> {
    match p.get(name)? {
        Datum::Number(x) => Enclosure::parse(PRECISION, x).ok(),
        Datum::List(_) => None,
    }
}

/// The value of another subject at the same inputs, as far as it has them, under
/// either name.
fn other(name: &'static str, renamed: &'static [(&'static str, &'static str)]) -> super::Reference {
    Box::new(move |p| {
        let subject = Subject::find(name).ok()?;
        let mut q = Point::new();
        for f in subject.fields() {
            let alias = renamed.iter().find_map(|(a, b)| match f.name {
                n if n == *a => Some(*b),
                n if n == *b => Some(*a),
                _ => None,
            });
            if let Some(x) = p.get(f.name).or_else(|| p.get(alias?)) {
                q.set(f.name, x.clone());
            }
        }
        // A grid that only one of the two pays for.
        if name == "pac-bayes/kl:as-printed" && p.get("log_inverse_weight").is_none() {
            q.set("log_inverse_weight", Datum::number("0"));
        }
        subject.value(&q, PRECISION).ok()
    })
}

/// Norms that scale with a layer.
const NORMS: [&str; 4] = ["spectral", "lipschitz", "distance_21", "frobenius"];

fn layered(bound: &'static Bound) -> Vec<Property> {
    let fields = Subject::Bound(bound).fields();
    let lists: Vec<&str> = fields
        .iter()
        .filter(|f| f.kind == Kind::Layers)
        .map(|f| f.name)
        .collect();
    let norms: Vec<&str> = lists
        .iter()
        .copied()
        .filter(|n| NORMS.contains(n))
        .collect();
    if norms.is_empty() {
        return vec![];
    }
    let mut all = vec![
        Property::pair(
            "layers-permuted",
            "the value does not change with the order of the layers",
            Relation::Equal,
            move |p| {
                let mut q = p.clone();
                for name in &lists {
                    q.set(name, reversed(p.get(name)?));
                }
                Some(q)
            },
        ),
        Property::pair(
            "layers-rescaled",
            "the value does not change if a layer is doubled and another halved",
            Relation::Equal,
            move |p| {
                let mut q = p.clone();
                for name in &norms {
                    let mut xs = p.get(name)?.entries().to_vec();
                    let n = xs.len();
                    if n < 2 {
                        return None;
                    }
                    for (i, k) in [(0, 1), (n - 1, -1)] {
                        if let Datum::Number(x) = &xs[i] {
                            xs[i] = Datum::Number(times(x, k));
                        }
                    }
                    q.set(name, Datum::List(xs));
                }
                Some(q)
            },
        ),
    ];
    for (input, power) in [("input_energy", 2), ("input_norm", 1)] {
        if fields.iter().any(|f| f.name == input) {
            all.push(Property::pair(
                "inputs-and-margin-rescaled",
                "the value does not change if inputs and margin are doubled",
                Relation::Equal,
                move |p| scaled(&scaled(p, input, power)?, "gamma", 1),
            ));
        }
    }
    all
}

/// Pinsker's inequality: q + sqrt(c/2).
pub(super) fn pinsker(p: &Point) -> Option<Enclosure> {
    let (q, c) = (input(p, "q")?, input(p, "c")?);
    let half = c.ratio(1, 2);
    Some(q + &(c * half).sqrt())
}
