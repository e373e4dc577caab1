//! Bounds by a radius: a norm that scales with the outputs, over gamma.
//!
//! The theorem holds at the radii q0 b^t for all integers t at once and charges
//! for |t|. So gamma is free: for each t the least gamma whose radius is within
//! the level is tried, and the best t is certified.

use super::{Chosen, Searcher, positive, product};
use crate::bound::Inputs;
use crate::error::{Error, Result};
use crate::real::Enclosure;
use crate::search::Found;
use crate::search::grid::Point;

/// The grid of radii: (17/16)^t.
const BASE: f64 = 17.0 / 16.0;
/// Levels on either side of 1 that are tried: radii from 1e-26 to 1e26.
const MOST_LEVELS: i32 = 1000;
/// A radius is kept below its level by this much, so that no rounding lifts it
/// to the next.
const BELOW: f64 = 1.0 + 1e-12;

impl Searcher<'_> {
    pub(super) fn path_energy(&self) -> Result<Found> {
        let p = self.problem;
        let own = self
            .class()
            .with("path_energy", p.sample.path_energy.clone());
        self.by_radius("rho_over_gamma", &p.network.rho, "rho", own)
    }

    pub(super) fn chevet(&self) -> Result<Found> {
        let p = self.problem;
        let energy = p.sample.operator_energy.clone().ok_or_else(|| {
            let condition = "a chain whose first layer is linear with a ReLU";
            Error::domain(condition, "another network")
        })?;
        let own = self
            .class()
            .with("path_energy", p.sample.path_energy.clone())
            .with("operator_energy", energy);
        self.by_radius("rho_over_gamma", &p.network.rho, "rho", own)
    }

    pub(super) fn path_norm(&self) -> Result<Found> {
        let p = self.problem;
        let own = self
            .class()
            .with("leaves", self.integer(p.network.leaves))
            .with("max_position_energy", p.sample.max_position_energy.clone());
        let norm = &p.network.block_path_norm;
        self.by_radius("phi_over_gamma", norm, "a path norm", own)
    }

    pub(super) fn frobenius(&self) -> Result<Found> {
        self.require_plain_chain()?;
        let p = self.problem;
        let norm = product(p.prec, p.norms.iter().map(|n| n.operator_frobenius.clone()));
        let own = self
            .class()
            .with("input_energy", p.sample.input_energy.clone());
        self.by_radius("rho_over_gamma", &norm, "a product of norms", own)
    }

    pub(super) fn l1_inf(&self) -> Result<Found> {
        self.require_plain_chain()?;
        let p = self.problem;
        let norm = product(p.prec, p.norms.iter().map(|n| n.operator_1_inf.clone()));
        let own = self
            .class()
            .with("inputs", self.integer(p.graph.input().len()))
            .with(
                "max_coordinate_energy",
                p.sample.max_coordinate_energy.clone(),
            );
        self.by_radius("norm_over_gamma", &norm, "a product of norms", own)
    }

    /// Layers and classes.
    fn class(&self) -> Inputs<Enclosure> {
        Inputs::new()
            .with("layers", self.integer(self.problem.network.depth))
            .with("classes", self.classes())
    }

    fn by_radius(
        &self,
        name: &str,
        norm: &Enclosure,
        what: &str,
        own: Inputs<Enclosure>,
    ) -> Result<Found> {
        let norm = positive(norm, what)?;
        let mut fixed = self.given();
        for (name, value) in own.iter() {
            fixed.set(name, value.clone());
        }
        fixed = fixed
            .with("q0", self.exact(1.0))
            .with("b", self.exact(BASE));
        let gamma = match &self.problem.margin {
            Some(gamma) => gamma.clone(),
            None => self.exact(self.gamma_at(self.best_level(name, &norm, &fixed), &norm)),
        };
        let inputs = fixed
            .with("ramp_loss", self.ramp_loss(&gamma))
            .with(name, norm / &gamma);
        let point = Point::default();
        Ok(self.found(
            Chosen {
                inputs,
                point,
                gamma,
            },
            Vec::new(),
        ))
    }

    /// The least gamma at which the radius is within level t.
    fn gamma_at(&self, t: i32, norm: &Enclosure) -> f64 {
        norm.mid_f64() / BASE.powi(t) * BELOW
    }

    fn best_level(&self, name: &str, norm: &Enclosure, fixed: &Inputs<Enclosure>) -> i32 {
        let fixed = fixed.approximate();
        let value = |t: i32| {
            let gamma = self.gamma_at(t, norm);
            if !(gamma.is_normal() && gamma < 1e300) {
                return f64::INFINITY;
            }
            let inputs = fixed
                .clone()
                .with("ramp_loss", self.losses.ramp(gamma))
                .with(name, norm.mid_f64() / gamma);
            self.bound.approximate(&inputs)
        };
        let (low, high) = self.losses.range();
        let level = |gamma: f64| ((norm.mid_f64() / gamma).ln() / BASE.ln()).round();
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
