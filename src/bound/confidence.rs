//! The failure probability delta, as the user wrote it.

use crate::real::{Enclosure, Real, parse_rational};

/// A probability of failure in (0,1): exactly the number the text spells, which
/// is also how statements show it.
#[derive(Clone, Debug)]
pub struct Confidence {
    text: String,
    value: Enclosure,
}

impl Confidence {
    /// The text is a decimal, a hexadecimal float or p/q; `None` unless it spells
    /// a number in (0,1) that is in (0,1) as an f64 too, which searches use.
    pub fn parse(text: &str, prec: u32) -> Option<Self> {
        let value = Enclosure::rational(prec, &parse_rational(text).ok()?);
        let fast = value.mid_f64();
        let inside = value.hi() < 1 && (f64::MIN_POSITIVE..1.0).contains(&fast);
        inside.then(|| Self {
            text: text.trim().to_owned(),
            value,
        })
    }

    /// The customary 0.05.
    pub fn default_at(prec: u32) -> Self {
        Self {
            text: "0.05".into(),
            value: Enclosure::integer(prec, 1).ratio(1, 20),
        }
    }

    /// The enclosure of the number.
    pub fn value(&self) -> &Enclosure {
        &self.value
    }

    /// The number as written.
    pub fn text(&self) -> &str {
        &self.text
    }
}
