//! A bound's value as a sum of few parts, for a picture.

use super::svg::Named;
use crate::bound::Terms;
use crate::real::Enclosure;
use rug::float::Round;

pub const LOSS: &str = "loss on the sample";
pub const SPARSE: &str = "unstable activations";
pub const DERANDOMISATION: &str = "derandomisation";
pub const REST: &str = "distance to the prior, confidence and grid";

/// The value of a bound, rounded up, and its parts in the order of [`LOSS`],
/// [`SPARSE`], [`DERANDOMISATION`], [`REST`]; those that are 0 are left out.
///
/// Not every theorem is a sum. What its loss and its additive terms leave of
/// the value is the last part, so that the parts always make up the whole: for
/// a bound through the inverse of kl, it is what that inverse adds to the loss.
pub fn parts(terms: &Terms<Enclosure>) -> (Vec<Named>, f64) {
    let value = terms.value.hi().to_f64_round(Round::Up);
    let mut sums = [(LOSS, 0.0), (SPARSE, 0.0), (DERANDOMISATION, 0.0)];
    for (name, term) in &terms.parts {
        let place = match name.as_str() {
            "margin_loss" | "ramp_loss" | "unsafe_fraction" | "empirical_loss" | "error_rate" => 0,
            "derandomisation" => 2,
            _ if name.starts_with("sparse_loss") => 1,
            _ => continue,
        };
        sums[place].1 += term.mid_f64();
    }
    let known: f64 = sums.iter().map(|(_, v)| v).sum();
    let parts = sums
        .into_iter()
        .chain([(REST, value - known)])
        .filter(|(_, v)| *v > 0.0)
        .map(|(name, v)| Named::new(name, v))
        .collect();
    (parts, value)
}
