//! Invariants of the parameters of theorems: thresholds, standard deviations, norms of
//! layers, capacities.

use super::bounds::input;
use super::{PRECISION, Property, Relation, reversed, scaled};
use crate::bound::theorem_11;
use crate::bound::theorem_13::LayerShape;
use crate::conform::point::{Datum, Point};
use crate::conform::subject::{Subject, number};
use crate::real::{Enclosure, Real};

pub(super) fn properties(name: &str) -> Vec<Property> {
    match name {
        "sigma-hidden" => vec![at_least_theorem_11()],
        "single-shot-margin" => vec![doubles_with("zeta_0")],
        "single-shot-activation" => vec![
            doubles_with("zeta_0"),
            unread(
                "first-xi-not-read",
                "no error comes into the first layer: its xi does not enter",
                |p| Some((vec!["xi"], 0..1, p)),
            ),
        ],
        "theorem-13-activation" => vec![
            doubles_with("zeta_0"),
            unread(
                "later-layers-not-read",
                "the threshold of a layer does not depend on the layers after it",
                |p| {
                    let Datum::Number(k) = p.get("layer")? else {
                        return None;
                    };
                    Some((vec!["eps", "xi", "nu"], k.parse().ok()?..usize::MAX, p))
                },
            ),
        ],
        "effective-width" => vec![Property::pair(
            "layers-reversed",
            "the value does not change if the widths are read from the last to the first",
            Relation::Equal,
            |p| reversed_all(p, &["widths", "inactive"]),
        )],
        "zeta" => vec![
            doubles_with("zeta_0"),
            Property::pair(
                "layer-scaled",
                "zeta_K doubles with a layer",
                Relation::Times(2),
                |p| {
                    let mut layers = p.get("hidden")?.entries().to_vec();
                    let first = Point::new().with("w", layers.first()?.clone());
                    layers[0] = scaled(&first, "w", 1)?.get("w")?.clone();
                    Some(p.clone().with("hidden", Datum::List(layers)))
                },
            ),
            Property::single(
                "at-most-spectral",
                "zeta_K is at most the product of the spectral norms",
                Relation::AtMost(Box::new(|p| {
                    let none = p.get("inactive")?.map(&mut |_| "0".into());
                    let all_active = p.clone().with("inactive", none);
                    let zeta = Subject::find("muthukumar-sulam-2023/zeta").ok()?;
                    zeta.value(&all_active, PRECISION).ok()
                })),
            ),
        ],
        "capacity" => vec![
            doubles_with("shares"),
            Property::pair(
                "layers-permuted",
                "the value does not change with the order of the layers",
                Relation::Equal,
                |p| reversed_all(p, &["shares"]),
            ),
            Property::single(
                "at-least-the-sum",
                "the capacity is at least the sum of the shares",
                Relation::AtLeast(Box::new(|p| {
                    let mut sum = Enclosure::integer(PRECISION, 0);
                    for x in p.get("shares")?.leaves() {
                        sum = sum + number("shares", x, PRECISION).ok()?;
                    }
                    Some(sum)
                })),
            ),
        ],
        "cover" => vec![
            doubles_with("shares"),
            Property::pair(
                "layers-permuted",
                "the value does not change with the order of the layers",
                Relation::Equal,
                |p| reversed_all(p, &["shares", "outputs_of_layers"]),
            ),
        ],
        _ => vec![],
    }
}

fn doubles_with(name: &'static str) -> Property {
    Property::pair(
        "scaled",
        &format!("the value doubles with {name}"),
        Relation::Times(2),
        move |p| scaled(p, name, 1),
    )
}

fn reversed_all(p: &Point, names: &[&str]) -> Option<Point> {
    let mut q = p.clone();
    for name in names {
        q.set(name, reversed(p.get(name)?));
    }
    Some(q)
}

/// Lists, and the places of them that the value does not depend on.
type Unread<'a> = (Vec<&'static str>, std::ops::Range<usize>, &'a Point);

fn unread(name: &str, about: &str, which: fn(&Point) -> Option<Unread<'_>>) -> Property {
    Property::pair(name, about, Relation::Equal, move |p| {
        let (names, places, p) = which(p)?;
        let mut q = p.clone();
        for name in names {
            let mut xs = p.get(name)?.entries().to_vec();
            for (i, x) in xs.iter_mut().enumerate() {
                if places.contains(&i) {
                    *x = Datum::number("12.5");
                }
            }
            q.set(name, Datum::List(xs));
        }
        Some(q)
    })
}

/// At nu >= xi, as both theorems have it, and ln(2(K+1) sqrt m) = ln(2/t).
fn at_least_theorem_11() -> Property {
    let theorem_11 = |p: &Point| {
        let width = |name: &str| input(p, name)?.to_integer()?.to_u64();
        let layer = LayerShape {
            d: width("d")?,
            s: width("s")?,
            d_in: width("d_in")?,
            s_in: width("s_in")?,
        };
        let t = input(p, "t")?;
        let m = t.int(1) / t.powi(2);
        let own = theorem_11::effective_width(&[layer], &t);
        Some(theorem_11::sigma(
            &input(p, "eps")?,
            &input(p, "xi")?,
            &own,
            1,
            &m,
        ))
    };
    Property::new(
        "at-least-theorem-11",
        "sigma of Theorem 11 at this layer's own effective width, which is at most d_eff, is at most that of Theorem 13 where nu >= xi",
        Relation::AtLeast(Box::new(theorem_11)),
        |c| {
            let p = &c.inputs;
            let below = input(p, "nu")?.certainly_lt(&input(p, "xi")?);
            let raised = p.clone().with("nu", p.get("xi")?.clone());
            Some(vec![if below { raised } else { p.clone() }])
        },
    )
}
