//! Bounds without a grid, and numbers that are no bounds.

use super::{Chosen, Searcher, positive, product};
use crate::error::{Error, Result};
use crate::network::Window;
use crate::real::{Enclosure, Real};
use crate::search::Found;
use crate::search::grid::Point;

impl Searcher<'_> {
    /// As the released code measures it: Frobenius norms of all kernels as they
    /// are, kernel areas of the convolutions.
    pub(super) fn as_released(&self) -> Result<Found> {
        self.require_plain_chain()?;
        let p = self.problem;
        let rho = product(p.prec, p.norms.iter().map(|n| n.kernel_frobenius.clone()));
        let areas = p.graph.convs().filter_map(|(i, conv)| {
            let read = p.graph.nodes()[p.graph.nodes()[i].inputs[0]].shape;
            let dense = conv.window == Window::whole(read);
            (!dense).then(|| self.integer(conv.window.size[0] * conv.window.size[1]))
        });
        let inputs = self
            .given()
            .with("rho", rho)
            .with("layers", self.integer(p.norms.len()))
            .with("classes", self.classes())
            .with_list("fan_in", areas.collect())
            .with("max_position_energy", p.sample.max_position_energy.clone());
        Ok(Found {
            bound: self.bound,
            inputs,
            point: Point::default(),
            parameters: Vec::new(),
            counts: Vec::new(),
        })
    }

    /// Holds for all gamma at once.
    pub(super) fn sound(&self) -> Result<Found> {
        let p = self.problem;
        let chain = p.sample.max_chain.clone().ok_or_else(|| {
            let condition = "a chain of linear layers and ReLUs";
            Error::domain(condition, "sums or average poolings")
        })?;
        let rho = positive(&p.network.rho, "rho")?;
        let fixed = self
            .given()
            .with("layers", self.integer(p.network.depth))
            .with("classes", self.classes())
            .with_list(
                "fan_in",
                p.network.fan_in.iter().map(|&k| self.integer(k)).collect(),
            )
            .with("max_chain", chain);
        let fast = fixed.approximate();
        let value = |gamma: f64| {
            let inputs = fast.clone();
            let inputs = inputs
                .with("margin_loss", self.losses.at_most(gamma))
                .with("rho_over_gamma", rho.mid_f64() / gamma);
            self.bound.approximate(&inputs)
        };
        let best = self.best_gamma(value);
        let gamma = match &p.margin {
            Some(gamma) => gamma.clone(),
            None => self.exact(best),
        };
        let count = p.margins.at_most(&gamma);
        let inputs = fixed
            .with("margin_loss", count.fraction(p.prec, p.margins.len()))
            .with("rho_over_gamma", rho / &gamma);
        let chosen = Chosen {
            inputs,
            point: Point::default(),
            gamma,
        };
        Ok(self.found(chosen, vec![("margin_loss".to_owned(), count)]))
    }

    /// In expectation over samples: at the margin fixed beforehand.
    pub(super) fn gonon(&self) -> Result<Found> {
        let p = self.problem;
        let gamma = self.fixed_margin();
        let entry = p.entry_bound.clone().ok_or_else(|| {
            let condition = "a bound on every input coordinate that holds almost surely";
            Error::domain(condition, "none: the data's format does not give one")
        })?;
        let inputs = crate::bound::Inputs::new()
            .with("m", self.m())
            .with("ramp_loss", self.ramp_loss(&gamma))
            .with(
                "path_norm_over_gamma",
                p.network.scalar_path_norm.upper() / &gamma,
            )
            .with("layers", self.integer(p.network.depth))
            .with("inputs", self.integer(p.graph.input().len()))
            .with("classes", self.classes())
            .with("input_bound", entry.max(&self.integer(1)));
        let chosen = Chosen {
            inputs,
            point: Point::default(),
            gamma,
        };
        Ok(self.found(chosen, Vec::new()))
    }

    /// The distances are from the reference network, or from zero.
    pub(super) fn long_sedghi(&self) -> Result<Found> {
        let p = self.problem;
        let gamma = self.fixed_margin();
        let distances: Vec<f64> = match p.distances {
            Some(d) => d.iter().map(|d| d.operator).collect(),
            None => p.norms.iter().map(|n| n.operator.hi()).collect(),
        };
        let zero = self.integer(0);
        let total = distances
            .into_iter()
            .fold(zero, |sum, d| sum + super::upper(p.prec, d));
        let parameters = p.norms.iter().map(|n| n.parameters).sum::<usize>();
        let root: Enclosure = self.integer(2).sqrt();
        let inputs = self
            .given()
            .with("parameters", self.integer(parameters))
            .with("distance", total)
            .with("lipschitz", root / &gamma);
        let chosen = Chosen {
            inputs,
            point: Point::default(),
            gamma,
        };
        Ok(self.found(chosen, Vec::new()))
    }

    /// 1 unless the user fixed another.
    fn fixed_margin(&self) -> Enclosure {
        match &self.problem.margin {
            Some(gamma) => gamma.clone(),
            None => self.integer(1),
        }
    }
}
