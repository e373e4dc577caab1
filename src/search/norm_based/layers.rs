//! Bounds for a class that bounds every layer's norms: the bounds come from
//! a-priori grids, the least points that cover the network's norms, and so does
//! gamma.

use super::{Chosen, Searcher};
use crate::bound::{Inputs, ledent_2021};
use crate::error::{Error, Result};
use crate::measure::leaves::largest_patch_norm;
use crate::real::{Enclosure, Real};
use crate::search::Found;
use crate::search::grid::{Point, Scale};
use rug::float::Round;

/// Norms: 2^(t/16).
const NORM: Scale = Scale {
    reference: 1.0,
    per_octave: 16,
};
/// Margins: 2^(t/8).
const MARGIN: Scale = Scale {
    reference: 1.0,
    per_octave: 8,
};

impl Searcher<'_> {
    pub(super) fn bartlett(&self) -> Result<Found> {
        self.require_plain_chain()?;
        let p = self.problem;
        let mut point = Point::default();
        let spectral = self.on_grid(&mut point, "spectral", self.spectral())?;
        let distances = match p.distances {
            Some(d) => d.iter().map(|d| above(&d.operator_21)).collect(),
            None => p.norms.iter().map(|n| above(&n.operator_21)).collect(),
        };
        let distances = self.on_grid(&mut point, "distance_21", distances)?;
        let width = p.norms.iter().flat_map(|n| n.width).max().unwrap_or(1);
        let fixed = self
            .given()
            .with("input_energy", p.sample.input_energy.clone())
            .with_list("spectral", spectral)
            .with_list("distance_21", distances)
            .with("width", self.integer(width));
        self.with_margin(fixed, point, Loss::Ramp)
    }

    pub(super) fn neyshabur_2018(&self) -> Result<Found> {
        self.require_plain_chain()?;
        let p = self.problem;
        let norm = p.input_norm.clone().ok_or_else(|| {
            let condition = "a bound on the norm of the inputs that holds almost surely";
            Error::domain(condition, "none: give --input-norm")
        })?;
        let exact = |x: f64| super::upper(p.prec, x);
        let width = p.norms.iter().flat_map(|n| n.width).max().unwrap_or(1);
        let frobenius = p.norms.iter().map(|n| n.operator_frobenius.upper());
        let fixed = self
            .given()
            .with("input_norm", norm)
            .with_list("spectral", self.spectral().into_iter().map(exact).collect())
            .with_list("frobenius", frobenius.collect())
            .with("width", self.integer(width));
        self.with_margin(fixed, Point::default(), Loss::Margin)
    }

    pub(super) fn graf(&self) -> Result<Found> {
        self.require_plain_chain()?;
        let p = self.problem;
        let mut point = Point::default();
        let lipschitz = self.on_grid(&mut point, "lipschitz", self.spectral())?;
        let distances = match p.distances {
            Some(d) => d.iter().map(|d| above(&d.kernel_21_by_tap)).collect(),
            None => p.norms.iter().map(|n| above(&n.kernel_21_by_tap)).collect(),
        };
        let distances = self.on_grid(&mut point, "distance_21", distances)?;
        let mut fixed = self
            .given()
            .with("input_energy", p.sample.input_energy.clone())
            .with_list("lipschitz", lipschitz)
            .with_list("distance_21", distances);
        let parameters = p.norms.iter().map(|n| n.parameters);
        if self.bound.id == "graf-2022/norms" {
            let most = parameters.max().unwrap_or(1);
            fixed = fixed.with("width", self.integer(most));
        } else {
            fixed = fixed.with_list("parameters", parameters.map(|n| self.integer(n)).collect());
        }
        self.with_margin(fixed, point, Loss::Ramp)
    }

    /// With fixed constraints on all layers, as Graf et al.'s code reads
    /// Section E of the paper: r_l = (X_0/gamma) a_l prod_{j != l} s_j sqrt(O_l),
    /// X_0 the largest norm of a patch of an input, O_l the layer's output
    /// positions, a_l the kernel's (2,1) distance (of the head the Frobenius
    /// norm), s_l the operator norm (of the head the largest row norm).
    pub(super) fn ledent(&self) -> Result<Found> {
        self.require_plain_chain()?;
        let p = self.problem;
        let first = p.graph.convs().next().map(|(_, conv)| conv.window);
        let window = first.ok_or_else(|| Error::bug("a network has a layer", ""))?;
        let patch = largest_patch_norm(p.margins.sample(), &window, p.graph.input(), p.prec);
        let mut point = Point::default();
        // A bound on the head's largest row norm is its operator norm.
        let norms = self.on_grid(&mut point, "lipschitz", self.spectral())?;
        let mut distances = self.kernel_distances();
        if let (Some(last), Some(norms)) = (distances.last_mut(), p.norms.last()) {
            *last = above(&norms.kernel_frobenius);
        }
        let distances = self.on_grid(&mut point, "distance", distances)?;
        let outputs = |i: usize| p.graph.nodes()[i].shape;
        let shapes: Vec<_> = p.graph.convs().map(|(i, _)| outputs(i)).collect();
        let share = |l: usize| {
            let others = norms.iter().enumerate().filter(|(j, _)| *j != l);
            let product = others.fold(patch.clone() * &distances[l], |x, (_, s)| x * s);
            product * self.integer(shapes[l].positions()).sqrt()
        };
        let shares: Vec<Enclosure> = (0..norms.len()).map(share).collect();
        let sizes: Vec<Enclosure> = shapes.iter().map(|s| self.integer(s.len())).collect();
        let width = shapes.iter().map(|s| s.len()).max().unwrap_or(1);
        let at = |gamma: &Enclosure, inputs: Inputs<Enclosure>| {
            let scaled: Vec<_> = shares.iter().map(|r| r.clone() / gamma).collect();
            inputs
                .with("capacity", ledent_2021::capacity(&scaled))
                .with("cover", ledent_2021::cover(&scaled, &sizes))
        };
        let fixed = self.given().with("width", self.integer(width));
        self.with_margin_by(fixed, point, Loss::Ramp, at)
    }

    fn spectral(&self) -> Vec<f64> {
        self.problem.norms.iter().map(|n| n.operator.hi()).collect()
    }

    fn kernel_distances(&self) -> Vec<f64> {
        match self.problem.distances {
            Some(d) => d.iter().map(|d| above(&d.kernel_21)).collect(),
            None => self
                .problem
                .norms
                .iter()
                .map(|n| above(&n.kernel_21))
                .collect(),
        }
    }

    fn on_grid(&self, point: &mut Point, name: &str, upper: Vec<f64>) -> Result<Vec<Enclosure>> {
        let one = |(k, x): (usize, f64)| {
            let t = NORM.covering(x).ok_or_else(|| {
                Error::domain("norms within the reach of their grid", x.to_string())
            })?;
            Ok(self.exact(point.scale(format!("{name}_{}", k + 1), &NORM, t)))
        };
        upper.into_iter().enumerate().map(one).collect()
    }

    fn with_margin(&self, fixed: Inputs<Enclosure>, point: Point, loss: Loss) -> Result<Found> {
        self.with_margin_by(fixed, point, loss, |gamma, inputs| {
            inputs.with("gamma", gamma.clone())
        })
    }

    /// Chooses gamma; `at` adds what depends on it.
    fn with_margin_by(
        &self,
        fixed: Inputs<Enclosure>,
        mut point: Point,
        loss: Loss,
        at: impl Fn(&Enclosure, Inputs<Enclosure>) -> Inputs<Enclosure>,
    ) -> Result<Found> {
        let paid = point.log_inverse_weight(64).mid_f64();
        let value = |gamma: f64| {
            let inputs = at(&self.exact(gamma), fixed.clone()).approximate();
            let inputs = match loss {
                Loss::Ramp => inputs.with("ramp_loss", self.losses.ramp(gamma)),
                Loss::Margin => inputs.with("margin_loss", self.losses.at_most(gamma)),
            };
            self.bound
                .approximate(&inputs.with("log_inverse_weight", paid))
        };
        let best = self.best_gamma(value);
        let gamma = match &self.problem.margin {
            Some(gamma) => gamma.clone(),
            None => {
                let t = MARGIN.covering(best).ok_or_else(|| {
                    Error::domain("margins within the reach of their grid", best.to_string())
                })?;
                self.exact(point.scale("gamma", &MARGIN, t))
            }
        };
        let mut counts = Vec::new();
        let inputs = at(&gamma, fixed);
        let inputs = match loss {
            Loss::Ramp => inputs.with("ramp_loss", self.ramp_loss(&gamma)),
            Loss::Margin => {
                let count = self.problem.margins.at_most(&gamma);
                let fraction = count.fraction(self.problem.prec, self.problem.margins.len());
                counts.push(("margin_loss".to_owned(), count));
                inputs.with("margin_loss", fraction)
            }
        };
        let inputs = inputs.with(
            "log_inverse_weight",
            point.log_inverse_weight(self.problem.prec),
        );
        Ok(self.found(
            Chosen {
                inputs,
                point,
                gamma,
            },
            counts,
        ))
    }
}

/// Which loss of the sample a bound adds.
#[derive(Clone, Copy)]
enum Loss {
    Ramp,
    Margin,
}

/// The upper end as an f64.
fn above(x: &Enclosure) -> f64 {
    x.hi().to_f64_round(Round::Up)
}
