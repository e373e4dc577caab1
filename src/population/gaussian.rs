//! Gaussian inputs labelled by a half-space.

use crate::data::{Pixels, Sample};
use crate::error::{Error, Result};
use crate::network::Model;
use crate::real::{Enclosure, Real};
use crate::train::{Stream, generator};
use ndarray::{Array1, Array2};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use rug::Rational;
use rug::float::Round;

/// x ~ N(0, I), y = 1 if <u, x> > 0 and 0 otherwise, replaced by the other with
/// probability `flipped`.
pub struct HalfSpace {
    teacher: Array1<f64>,
    flipped: f64,
}

/// What the drawn numbers may differ from normal ones by, in total variation of a
/// decision: the rounding to f64, and the generator's tables.
const ROUNDING: f64 = 1e-12;

/// Coordinates of an input.
const MOST_COORDINATES: usize = 1_000_000;

impl HalfSpace {
    /// A teacher drawn from the seed.
    ///
    /// # Errors
    /// Domain: dim 0, or `flipped` outside \[0, 1\].
    pub fn new(dim: usize, flipped: f64, seed: u64) -> Result<Self> {
        if !(1..=MOST_COORDINATES).contains(&dim) || !(0.0..=1.0).contains(&flipped) {
            return Err(Error::domain(
                format!("dim from 1 to {MOST_COORDINATES} and flipped in [0, 1]"),
                format!("{dim} and {flipped}"),
            ));
        }
        let mut rng = generator(seed, Stream::Population);
        let teacher = Array1::from_shape_simple_fn(dim, || StandardNormal.sample(&mut rng));
        Ok(Self { teacher, flipped })
    }

    pub(super) fn dim(&self) -> usize {
        self.teacher.len()
    }

    pub(super) fn draw(&self, m: usize, seed: u64, stream: Stream) -> Result<Sample> {
        let mut rng = generator(seed, stream);
        let x = Array2::from_shape_simple_fn((m, self.dim()), || StandardNormal.sample(&mut rng));
        let label = |row: ndarray::ArrayView1<'_, f64>, flip: bool| {
            u16::from((row.dot(&self.teacher) > 0.0) != flip)
        };
        let y = x
            .outer_iter()
            .map(|row| label(row, rng.random_bool(self.flipped)))
            .collect();
        Sample::new(Pixels::F64(x), y, Rational::from(1), Vec::new())
    }

    /// With w the difference of the two rows and theta its angle to the teacher:
    /// P(margin <= 0) = flipped + (1 - 2 flipped) theta/pi, and 1 if w = 0, where
    /// every margin is a tie.
    pub(super) fn risk(&self, model: &Model, prec: u32) -> Result<Enclosure> {
        let linear = model.mlp.as_ref().filter(|m| m.hidden() == 0);
        let weights = linear.map(|m| &m.layers()[0].weights);
        let weights = weights.filter(|w| w.dim() == (2, self.dim())).ok_or_else(|| {
            Error::domain(
                "a linear network of two outputs (its risk on Gaussian inputs has a closed form)",
                "another network",
            )
        })?;
        let exact = |x: f64| Enclosure::exact(prec, x);
        let zero = exact(0.0);
        let (mut inner, mut own, mut other) = (zero.clone(), zero.clone(), zero.clone());
        for ((&a, &b), &u) in weights.row(1).iter().zip(weights.row(0)).zip(&self.teacher) {
            let w = exact(a) - exact(b);
            inner = inner + w.clone() * exact(u);
            own = own + w.powi(2);
            other = other + exact(u).powi(2);
        }
        if own.hi().is_zero() {
            return Ok(exact(1.0));
        }
        let share = arc_cosine(&(inner / (own.sqrt() * other.sqrt()))) / zero.pi();
        let flipped = exact(self.flipped);
        let risk = flipped.clone() + (exact(1.0) - flipped * exact(2.0)) * share;
        let slack = exact(ROUNDING);
        let (lo, hi) = (risk.clone() - &slack, risk + &slack);
        Ok(lo.max(&zero).hull(&hi.min(&exact(1.0))))
    }
}

/// arccos over an enclosure of a number in \[-1, 1\]; it decreases.
fn arc_cosine(x: &Enclosure) -> Enclosure {
    let prec = x.prec();
    let one = x.int(1);
    let inside = x.max(&-one.clone()).min(&one);
    let (mut low, mut high) = (inside.hi(), inside.lo());
    low.acos_round(Round::Down);
    high.acos_round(Round::Up);
    Enclosure::new(prec, &low, &high).unwrap_or_else(|| Enclosure::undefined(prec))
}
