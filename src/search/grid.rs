//! A-priori grids: parameters that a theorem wants fixed before the sample is
//! seen, with weights that sum to at most 1. Choosing a point after seeing the
//! sample costs ln(1/weight).
//!
//! Every value on a grid is one exact f64, the same on every machine.

use crate::real::{Enclosure, Real};
use rug::Rational;
use rug::float::Round;
use rug::{Float, ops::Pow};
use std::sync::OnceLock;

/// Points t of a two-sided grid beyond this are not used.
pub const REACH: i32 = 4096;

/// reference * 2^(t / per_octave), t an integer: rounded to the nearest f64.
/// Weight of t: (2/3)/((|t|+1)(|t|+2)), which sums to 1 over all integers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub reference: f64,
    pub per_octave: u32,
}

impl Scale {
    /// The grid point's value.
    pub fn value(&self, t: i32) -> f64 {
        let per_octave = self.per_octave as i32;
        let (octave, step) = (t.div_euclid(per_octave), t.rem_euclid(per_octave));
        let root = match roots(self.per_octave) {
            Some(roots) => &roots[step as usize],
            None => &Root::new(step, self.per_octave),
        };
        root.times(self.reference, octave).unwrap_or_else(|| {
            // A shift rounds nothing.
            let factor = Float::with_val(128, &root.value << octave);
            (factor * self.reference).to_f64_round(Round::Nearest)
        })
    }

    /// The point nearest to `x` > 0 on a logarithmic scale.
    pub fn nearest(&self, x: f64) -> i32 {
        let t = (x / self.reference).log2() * f64::from(self.per_octave);
        t.round().clamp(f64::from(-REACH), f64::from(REACH)) as i32
    }

    /// The smallest point whose value is at least `x` (an upper bound, rounded
    /// up already); `None` if none within reach.
    pub fn covering(&self, x: f64) -> Option<i32> {
        let guess = if x > 0.0 {
            ((x / self.reference).log2() * f64::from(self.per_octave)).round()
        } else {
            f64::from(-REACH)
        };
        let mut t = (guess.clamp(f64::from(-REACH), f64::from(REACH)) as i32 - 2).max(-REACH);
        // The comparison of two f64 is exact.
        while t <= REACH {
            if self.value(t) >= x {
                return Some(t);
            }
            t += 1;
        }
        None
    }

    /// 1/weight.
    pub fn inverse_weight(t: i32) -> Rational {
        let t = i64::from(t).unsigned_abs();
        Rational::from(((t + 1) * (t + 2) * 3, 2))
    }

    /// ln(1/weight) to f64 accuracy: for searches.
    pub fn cost(t: i32) -> f64 {
        let t = f64::from(t).abs();
        ((t + 1.0) * (t + 2.0) * 1.5).ln()
    }
}

/// 2^(step / per_octave), to 128 bits and as the sum of two f64.
struct Root {
    value: Float,
    high: f64,
    low: f64,
}

impl Root {
    fn new(step: i32, per_octave: u32) -> Self {
        let exponent = Float::with_val(128, step) / per_octave;
        let value = Float::with_val(128, Float::with_val(128, 2).pow(&exponent));
        let high = value.to_f64();
        let low = Float::with_val(128, &value - high).to_f64();
        Self { value, high, low }
    }

    /// The f64 nearest to the root times `x` 2^octave, unless that is too close to
    /// call. In units of the product the root's two parts lack 2^-105, the parts of
    /// the product below it 2^-104: where 2^-100 either way changes nothing, the
    /// sum is rounded as the number itself would be.
    fn times(&self, x: f64, octave: i32) -> Option<f64> {
        let product = self.high * x;
        let below = self.high.mul_add(x, -product) + self.low * x;
        let slack = product.abs() * 2f64.powi(-100);
        let nearest = product + below;
        let sure = nearest == product + (below + slack) && nearest == product + (below - slack);
        // Far from where f64 loses bits.
        let plain = |x: f64| (1e-150..1e150).contains(&x.abs());
        let value = nearest * 2f64.powi(octave);
        (sure && octave.abs() < 400 && plain(x) && plain(value)).then_some(value)
    }
}

/// All roots of an octave: searches ask for thousands of values. Kept for the
/// grids that there are.
fn roots(per_octave: u32) -> Option<&'static [Root]> {
    static KNOWN: [(u32, OnceLock<Vec<Root>>); 4] = [
        (4, OnceLock::new()),
        (8, OnceLock::new()),
        (16, OnceLock::new()),
        (64, OnceLock::new()),
    ];
    let (n, roots) = KNOWN.iter().find(|(n, _)| *n == per_octave)?;
    let all = || (0..*n as i32).map(|step| Root::new(step, *n)).collect();
    Some(roots.get_or_init(all))
}

/// tau = 2^-t, t >= 1, weight 1/(t(t+1)).
pub struct Failure;

impl Failure {
    pub fn value(t: i32) -> f64 {
        2f64.powi(-t)
    }

    pub fn inverse_weight(t: i32) -> Rational {
        let t = i64::from(t).unsigned_abs();
        Rational::from(t * (t + 1))
    }

    /// ln(1/weight) to f64 accuracy: for searches.
    pub fn cost(t: i32) -> f64 {
        let t = f64::from(t).abs();
        (t * (t + 1.0)).ln()
    }
}

/// s >= 0, weight 1/((s+1)(s+2)).
pub struct Sparsity;

impl Sparsity {
    pub fn inverse_weight(s: usize) -> Rational {
        let s = s as u64;
        Rational::from((s + 1) * (s + 2))
    }

    /// ln(1/weight) to f64 accuracy: for searches.
    pub fn cost(s: usize) -> f64 {
        let s = s as f64;
        ((s + 1.0) * (s + 2.0)).ln()
    }
}

/// The a-priori grids a coordinate may lie on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Family {
    Scale(Scale),
    Failure,
    Sparsity,
}

/// A chosen coordinate: its value, where it lies on its grid, and what it costs.
#[derive(Clone, Debug)]
pub struct Coordinate {
    pub name: String,
    pub value: f64,
    pub family: Family,
    /// The place on the grid.
    pub t: i64,
    pub inverse_weight: Rational,
    /// The measurement that the value is an upper bound on, if the theorem wants
    /// it to be one.
    pub covers: Option<String>,
}

impl Coordinate {
    /// The grid in words.
    pub fn grid(&self) -> String {
        let t = self.t;
        match &self.family {
            Family::Scale(s) => format!(
                "{:e} * 2^(t/{}), t = {t}, weight (2/3)/((|t|+1)(|t|+2))",
                s.reference, s.per_octave
            ),
            Family::Failure => format!("2^-t, t = {t}, weight 1/(t(t+1))"),
            Family::Sparsity => format!("0, 1, 2, ...; s = {t}, weight 1/((s+1)(s+2))"),
        }
    }
}

/// A grid point: the product of its coordinates.
#[derive(Clone, Debug, Default)]
pub struct Point(pub Vec<Coordinate>);

impl Point {
    /// Adds the coordinate `t` of a scale grid and returns its value.
    pub fn scale(&mut self, name: impl Into<String>, grid: &Scale, t: i32) -> f64 {
        self.push(
            name.into(),
            grid.value(t),
            Family::Scale(*grid),
            i64::from(t),
            Scale::inverse_weight(t),
        )
    }

    /// Adds the failure probability 2^-t.
    pub fn failure(&mut self, name: &str, t: i32) -> f64 {
        self.push(
            name.into(),
            Failure::value(t),
            Family::Failure,
            i64::from(t),
            Failure::inverse_weight(t),
        )
    }

    /// Adds a number of inactive units.
    pub fn sparsity(&mut self, name: impl Into<String>, s: usize) {
        self.push(
            name.into(),
            s as f64,
            Family::Sparsity,
            s as i64,
            Sparsity::inverse_weight(s),
        );
    }

    fn push(
        &mut self,
        name: String,
        value: f64,
        family: Family,
        t: i64,
        inverse_weight: Rational,
    ) -> f64 {
        self.0.push(Coordinate {
            name,
            value,
            family,
            t,
            inverse_weight,
            covers: None,
        });
        value
    }

    /// Says what the last coordinate is an upper bound on.
    pub fn covering(&mut self, measurement: impl Into<String>) {
        if let Some(last) = self.0.last_mut() {
            last.covers = Some(measurement.into());
        }
    }

    /// 1/weight of the whole point; 1 if nothing was searched.
    pub fn inverse_weight(&self) -> Rational {
        let one = Rational::from(1);
        self.0.iter().fold(one, |p, c| p * &c.inverse_weight)
    }

    /// ln(1/weight) of the whole point, in nats; 0 if nothing was searched.
    pub fn log_inverse_weight(&self, prec: u32) -> Enclosure {
        Enclosure::rational(prec, &self.inverse_weight()).ln()
    }

    /// The coordinate of that name.
    pub fn get(&self, name: &str) -> Option<&Coordinate> {
        self.0.iter().find(|c| c.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table changes no value.
    #[test]
    fn values_are_powers_rounded_once() {
        for per_octave in [4, 5, 8, 16, 64] {
            for reference in [1.0, 1.0 / 256.0, 13.99999, 2e-5] {
                let grid = Scale {
                    reference,
                    per_octave,
                };
                for t in (-REACH..=REACH).step_by(7) {
                    let exponent = Float::with_val(300, t) / per_octave;
                    let power = Float::with_val(300, Float::with_val(300, 2).pow(&exponent));
                    let nearest = (power * reference).to_f64_round(Round::Nearest);
                    assert_eq!(grid.value(t), nearest, "{reference} 2^({t}/{per_octave})");
                }
            }
        }
    }
}
