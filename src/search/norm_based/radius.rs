//! Bounds by a radius: a norm that scales with the outputs, over gamma.
//!
//! The theorem holds at the radii q0 b^t for all integers t at once and charges
//! for |t|. So gamma is free: for each t the least gamma whose radius is within
//! the level is tried, and the best t is certified.

use super::{Chosen, Searcher, approximate, positive, product};
use crate::bound::Inputs;
use crate::error::{Error, Result};
use crate::real::{Real, Traced};
use crate::search::Found;
use crate::search::grid::Point;
use rug::Rational;

/// The grid of radii: (17/16)^t.
const BASE: f64 = 17.0 / 16.0;
/// Levels on either side of 1 that are tried: radii from 1e-26 to 1e26.
const MOST_LEVELS: i32 = 1000;
/// A radius is kept below its level by this much, so that no rounding lifts it
/// to the next.
const BELOW: f64 = 1.0 + 1e-12;

impl Searcher<'_> {
    pub(super) fn path_energy(&self) -> Result<Found> {
        let own = self.class().with("path_energy", self.energy_of_paths());
        self.by_radius("rho_over_gamma", self.rho()?, own)
    }

    pub(super) fn chevet(&self) -> Result<Found> {
        let p = self.problem;
        let energy = p
            .network
            .operator_energy(p.graph, p.margins.sample(), p.prec);
        let energy = energy.ok_or_else(|| {
            let condition = "a chain whose first layer is linear with a ReLU";
            Error::domain(condition, "another network")
        })?;
        let about = "the path energy from the first layer's positions on, their energies the squared operator norms of their patches";
        let own = self
            .class()
            .with("path_energy", self.energy_of_paths())
            .with(
                "operator_energy",
                self.measured("operator_energy", about, energy),
            );
        self.by_radius("rho_over_gamma", self.rho()?, own)
    }

    pub(super) fn path_norm(&self) -> Result<Found> {
        let p = self.problem;
        let own = self
            .class()
            .with("leaves", self.integer("leaves", p.network.leaves))
            .with("max_position_energy", self.max_position_energy());
        let about =
            "the sum over classes and block paths of products of Frobenius norms, the head centred";
        let norm = self.upper_end("block_path_norm", about, &p.network.block_path_norm)?;
        self.by_radius("phi_over_gamma", norm, own)
    }

    pub(super) fn frobenius(&self) -> Result<Found> {
        self.require_plain_chain()?;
        let norms = self.problem.norms.iter().enumerate().map(|(l, n)| {
            let name = format!("operator_frobenius_{}", l + 1);
            self.measured(&name, "|W|_F of the operator", n.operator_frobenius.upper())
        });
        let norm = positive_product(norms)?;
        let own = self.class().with("input_energy", self.input_energy());
        self.by_radius("rho_over_gamma", norm, own)
    }

    pub(super) fn l1_inf(&self) -> Result<Found> {
        self.require_plain_chain()?;
        let p = self.problem;
        let about = "the largest 1-norm of a row of the operator";
        let norms = p.norms.iter().enumerate().map(|(l, n)| {
            let name = format!("operator_1_inf_{}", l + 1);
            self.measured(&name, about, n.operator_1_inf.upper())
        });
        let norm = positive_product(norms)?;
        let about = "the largest energy of an input coordinate over the sample";
        let energy = p.sample.max_coordinate_energy.clone();
        let own = self
            .class()
            .with("inputs", self.integer("inputs", p.graph.input().len()))
            .with(
                "max_coordinate_energy",
                self.measured("max_coordinate_energy", about, energy),
            );
        self.by_radius("norm_over_gamma", norm, own)
    }

    /// An upper bound on rho.
    pub(super) fn rho(&self) -> Result<Traced> {
        let about = "an upper bound on rho: the centred head's Frobenius norm times the largest of each layer's position";
        self.upper_end("rho", about, &self.problem.network.rho)
    }

    fn energy_of_paths(&self) -> Traced {
        let about = "the sum over paths of the leaf's energy";
        let energy = self.problem.sample.path_energy.clone();
        self.measured("path_energy", about, energy)
    }

    pub(super) fn max_position_energy(&self) -> Traced {
        let about = "the largest energy of an input position over the sample";
        let energy = self.problem.sample.max_position_energy.clone();
        self.measured("max_position_energy", about, energy)
    }

    pub(super) fn input_energy(&self) -> Traced {
        let about = "the sum over the sample of ||x||^2";
        let energy = self.problem.sample.input_energy.clone();
        self.measured("input_energy", about, energy)
    }

    /// Layers and classes.
    fn class(&self) -> Inputs<Traced> {
        Inputs::new()
            .with("layers", self.integer("layers", self.problem.network.depth))
            .with("classes", self.classes())
    }

    fn by_radius(&self, name: &str, norm: Traced, own: Inputs<Traced>) -> Result<Found> {
        let mut fixed = self.given();
        for (name, value) in own.iter() {
            fixed.set(name, value.clone());
        }
        let base = Rational::from((17, 16));
        debug_assert_eq!(base.to_f64(), BASE);
        fixed = fixed
            .with("q0", norm.int(1))
            .with("b", self.tape.constant(&base));
        let size = norm.value.mid_f64();
        let gamma = self.gamma(|| self.gamma_at(self.best_level(name, size, &fixed), size));
        let inputs = fixed
            .with("ramp_loss", self.ramp_loss(&gamma))
            .with(name, norm / &gamma);
        let point = Point::default();
        self.found(
            Chosen {
                inputs,
                point,
                gamma,
            },
            Vec::new(),
        )
    }

    /// The least gamma at which the radius is within level t.
    fn gamma_at(&self, t: i32, norm: f64) -> f64 {
        norm / BASE.powi(t) * BELOW
    }

    fn best_level(&self, name: &str, norm: f64, fixed: &Inputs<Traced>) -> i32 {
        let fixed = approximate(fixed);
        let value = |t: i32| {
            let gamma = self.gamma_at(t, norm);
            if !(gamma.is_normal() && gamma < 1e300) {
                return f64::INFINITY;
            }
            let inputs = fixed
                .clone()
                .with("ramp_loss", self.losses.ramp(gamma))
                .with(name, norm / gamma);
            self.bound.approximate(&inputs)
        };
        let (low, high) = self.losses.range();
        let level = |gamma: f64| ((norm / gamma).ln() / BASE.ln()).round();
        let range = |x: f64| x.clamp(-f64::from(MOST_LEVELS), f64::from(MOST_LEVELS)) as i32;
        let (from, to) = (range(level(high)), range(level(low)));
        // Coarsely, then nearby.
        const STRIDE: i32 = 8;
        let best = |levels: &mut dyn Iterator<Item = i32>| {
            let scored = levels.map(|t| (t, value(t))).filter(|(_, v)| v.is_finite());
            scored.reduce(|a, b| if b.1 < a.1 { b } else { a })
        };
        let rough = best(&mut (from..=to).step_by(STRIDE as usize)).map_or(from, |(t, _)| t);
        let near = (rough - STRIDE).max(-MOST_LEVELS)..=(rough + STRIDE).min(MOST_LEVELS);
        best(&mut near.into_iter()).map_or(rough, |(t, _)| t)
    }
}

/// A product that is certainly > 0 and finite.
fn positive_product(factors: impl Iterator<Item = Traced>) -> Result<Traced> {
    let product = product(factors)?;
    positive(&product.value, "a product of norms")?;
    Ok(product)
}
