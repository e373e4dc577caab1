//! Inputs of bounds, inside their domains.

use crate::bound::{Bound, Domain, Inputs, Shape, Value};
use crate::real::{Enclosure, Real};
use proptest::prelude::*;

/// Layers of a network at most.
const MOST_LAYERS: usize = 5;
/// Uniform numbers that a draw is made from; taken in turns.
const NOISE: usize = 24;

/// A number of a domain, from two uniform ones: over many orders of magnitude, with the
/// ends of the domain where it has them.
pub fn number(domain: Domain, a: f64, b: f64) -> f64 {
    let wide = 10f64.powf(a * 9.0 - 4.0);
    match domain {
        Domain::SampleSize => (2.0 + wide).floor(),
        Domain::Trials => (1.0 + wide).floor(),
        Domain::Count => (wide / 10.0).floor(),
        Domain::Confidence => match b {
            b if b < 0.3 => 10f64.powf(-30.0 * a - 1e-3),
            b if b < 0.4 => 1.0 - 2f64.powf(-1.0 - 40.0 * a),
            _ => a.clamp(1e-6, 1.0 - 1e-6),
        },
        Domain::Fraction => match b {
            b if b < 0.1 => 0.0,
            b if b < 0.2 => 1.0,
            _ => a,
        },
        Domain::BelowOne if b < 0.2 => 0.0,
        Domain::BelowOne => a.min(0.999),
        Domain::NonNegative if b < 0.2 => 0.0,
        Domain::NonNegative => wide,
        Domain::Positive => 10f64.powf(3.0 * a - 2.0),
        Domain::AtLeastOne => 10f64.powf(3.0 * a).floor(),
        Domain::AtLeastTwo => 1.0 + 10f64.powf(3.0 * a).floor(),
        Domain::Above1 => 1.0 + 10f64.powf(3.0 * a - 2.0),
    }
}

/// Inputs of a bound that its `check` accepts, as exact enclosures of `prec` bits.
pub fn inputs(bound: &'static Bound, prec: u32) -> impl Strategy<Value = Inputs<Enclosure>> {
    let uniform = prop::collection::vec((0.0..1.0f64, 0.0..1.0f64), NOISE);
    (1..=MOST_LAYERS, uniform)
        .prop_map(move |(layers, noise)| from_noise(bound, prec, layers, &noise))
}

fn from_noise(bound: &Bound, prec: u32, layers: usize, noise: &[(f64, f64)]) -> Inputs<Enclosure> {
    let mut next = noise.iter().cycle();
    let mut x = Inputs::new();
    for spec in &bound.inputs {
        let mut one = || {
            let (a, b) = next.next().copied().unwrap_or_default();
            Enclosure::exact(prec, number(spec.domain, a, b))
        };
        let length = match spec.shape {
            Shape::Scalar => None,
            Shape::Layers => Some(layers),
            Shape::HiddenLayers | Shape::List => Some(layers - 1),
        };
        let v = match length {
            None => Value::Scalar(one()),
            Some(n) => Value::List((0..n).map(|_| one()).collect()),
        };
        x.set(spec.name, v);
    }
    if let (Some(Value::Scalar(e)), Some(Value::Scalar(m))) = (x.get("errors"), x.get("m")) {
        let fewer = e.min(m);
        x.set("errors", Value::Scalar(fewer));
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bound::catalogue;

    proptest! {
        #[test]
        fn inputs_are_in_the_domain(
            layers in 1..=MOST_LAYERS,
            noise in prop::collection::vec((0.0..1.0f64, 0.0..1.0f64), NOISE),
        ) {
            for bound in catalogue() {
                let x = from_noise(bound, 128, layers, &noise);
                prop_assert!(bound.check(x).is_ok(), "{bound:?}");
            }
        }
    }
}
