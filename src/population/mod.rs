//! Populations whose risk is known exactly.
//!
//! A bound says something of a distribution. Drawn from one of these, the true
//! risk of any network is a fact and not an estimate, so that a violated bound is
//! one too. Either the population is finite and the risk is a count over all its
//! points (synthetic ones, any data set), or it is Gaussian and the risk of a linear
//! network has a closed form ([`HalfSpace`]).

mod finite;
mod gaussian;
mod spec;
mod templates;

pub use finite::Finite;
pub use gaussian::HalfSpace;
pub use spec::{FAMILIES, FamilyInfo, Spec};
pub use templates::{SIDE, templates};

use crate::data::Sample;
use crate::error::Result;
use crate::measure::leaves::largest_patch_norm;
use crate::measure::{Count, Margins};
use crate::network::{Model, Shape, Window};
use crate::real::Enclosure;
use crate::train::{Stream, generator};
use rand::RngExt;

/// A distribution of labelled inputs.
pub enum Population {
    /// Uniform over the points of a sample; points may repeat.
    Finite(Sample),
    /// Gaussian inputs labelled by a half-space, with label noise.
    HalfSpace(HalfSpace),
}

impl Population {
    /// `m` independent draws, deterministic in the seed.
    ///
    /// # Errors
    /// None that a population could cause.
    pub fn draw(&self, m: usize, seed: u64, stream: Stream) -> Result<Sample> {
        match self {
            Self::Finite(all) => all.select(&draw(all, m, seed, stream)),
            Self::HalfSpace(h) => h.draw(m, seed, stream),
        }
    }

    /// P(margin <= 0): a tie is an error.
    ///
    /// # Errors
    /// Domain: a network whose risk has no closed form on this population.
    pub fn risk(&self, model: &Model, prec: u32) -> Result<Enclosure> {
        match self {
            Self::Finite(all) => Ok(errors(model, all)?.fraction(prec, all.len())),
            Self::HalfSpace(h) => h.risk(model, prec),
        }
    }

    /// The largest ||x||: a bound that holds almost surely. `None` if there is no
    /// largest.
    pub fn largest_norm(&self, prec: u32) -> Option<Enclosure> {
        let Self::Finite(all) = self else {
            return None;
        };
        let input = Shape::vector(all.dim());
        let norm = largest_patch_norm(all, &Window::whole(input), input, prec);
        Some(norm.upper())
    }

    /// Number of input coordinates.
    pub fn dim(&self) -> usize {
        match self {
            Self::Finite(all) => all.dim(),
            Self::HalfSpace(h) => h.dim(),
        }
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        match self {
            Self::Finite(all) => all.classes().max(2),
            Self::HalfSpace(_) => 2,
        }
    }
}

/// The points of a sample with margin <= 0.
///
/// # Errors
/// Input, if the network does not take such points.
pub fn errors(model: &Model, sample: &Sample) -> Result<Count> {
    Ok(Margins::new(&model.graph, sample, &|_| {})?.errors())
}

/// Indices of `m` points drawn independently and uniformly, with replacement.
pub fn draw(population: &Sample, m: usize, seed: u64, stream: Stream) -> Vec<usize> {
    let mut rng = generator(seed, stream);
    (0..m)
        .map(|_| rng.random_range(0..population.len()))
        .collect()
}
