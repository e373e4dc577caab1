//! Bounds without a grid, and numbers that are no bounds.

use super::{Chosen, Searcher, approximate, product};
use crate::bound::Inputs;
use crate::error::{Error, Result};
use crate::network::Window;
use crate::real::Real;
use crate::search::Found;
use crate::search::grid::Point;

impl Searcher<'_> {
    /// As the released code measures it: Frobenius norms of all kernels as they
    /// are, kernel areas of the convolutions.
    pub(super) fn as_released(&self) -> Result<Found> {
        self.require_plain_chain()?;
        let p = self.problem;
        let norms = p.norms.iter().enumerate().map(|(l, n)| {
            let name = format!("kernel_frobenius_{}", l + 1);
            self.measured(&name, "|W|_F of the kernel", n.kernel_frobenius.clone())
        });
        let rho = product(norms)?;
        let areas = p.graph.convs().enumerate().filter_map(|(l, (i, conv))| {
            let read = p.graph.nodes()[p.graph.nodes()[i].inputs[0]].shape;
            let area = conv.window.size[0] * conv.window.size[1];
            let dense = conv.window == Window::whole(read);
            (!dense).then(|| self.integer(&format!("kernel_area_{}", l + 1), area))
        });
        let inputs = self
            .given()
            .with("rho", rho)
            .with("layers", self.integer("layers", p.norms.len()))
            .with("classes", self.classes())
            .with_list("fan_in", areas.collect())
            .with("max_position_energy", self.max_position_energy());
        let (point, nothing) = (Point::default(), Vec::new());
        self.tape
            .found(self.bound, &inputs, point, nothing, Vec::new())
    }

    /// Holds for all gamma at once.
    pub(super) fn sound(&self) -> Result<Found> {
        let p = self.problem;
        let chain = p.sample.max_chain.clone().ok_or_else(|| {
            let condition = "a chain of linear layers and ReLUs";
            Error::domain(condition, "sums or average poolings")
        })?;
        let rho = self.rho()?;
        let about = "the largest product of fan-ins along a chain times the leaf's energy";
        let fan_in = p.network.fan_in.iter().enumerate();
        let fixed = self
            .given()
            .with("layers", self.integer("layers", p.network.depth))
            .with("classes", self.classes())
            .with_list(
                "fan_in",
                fan_in
                    .map(|(l, &k)| self.integer(&format!("fan_in_{}", l + 1), k))
                    .collect(),
            )
            .with("max_chain", self.measured("max_chain", about, chain));
        let fast = approximate(&fixed);
        let value = |gamma: f64| {
            let inputs = fast.clone();
            let inputs = inputs
                .with("margin_loss", self.losses.at_most(gamma))
                .with("rho_over_gamma", rho.value.mid_f64() / gamma);
            self.bound.approximate(&inputs)
        };
        let gamma = self.gamma(|| self.best_gamma(value));
        let (margin_loss, count) = self.margin_loss(&gamma);
        let inputs = fixed
            .with("margin_loss", margin_loss)
            .with("rho_over_gamma", rho / &gamma);
        let chosen = Chosen {
            inputs,
            point: Point::default(),
            gamma,
        };
        self.found(chosen, vec![("margin_loss".to_owned(), count)])
    }

    /// In expectation over samples: at the margin fixed beforehand.
    pub(super) fn gonon(&self) -> Result<Found> {
        let p = self.problem;
        let gamma = self.gamma(|| 1.0);
        let entry = p.entry_bound.clone().ok_or_else(|| {
            let condition = "a bound on every input coordinate that holds almost surely";
            Error::domain(condition, "none: the data's format does not give one")
        })?;
        let about = "a bound on every |x_j| that holds almost surely";
        let method = "implied by the data's format";
        let entry = self.tape.measured("entry_bound", about, method, entry);
        let about = "the sum over paths of products of absolute weights";
        let norm = p.network.scalar_path_norm.upper();
        let norm = self.measured("scalar_path_norm", about, norm);
        let inputs = Inputs::new()
            .with("m", self.m())
            .with("ramp_loss", self.ramp_loss(&gamma))
            .with("path_norm_over_gamma", norm / &gamma)
            .with("layers", self.integer("layers", p.network.depth))
            .with("inputs", self.integer("inputs", p.graph.input().len()))
            .with("classes", self.classes())
            .with("input_bound", entry.max(&entry.int(1)));
        let chosen = Chosen {
            inputs,
            point: Point::default(),
            gamma,
        };
        self.found(chosen, Vec::new())
    }

    /// The distances are from the reference network, or from zero.
    pub(super) fn long_sedghi(&self) -> Result<Found> {
        let p = self.problem;
        let gamma = self.gamma(|| 1.0);
        let (name, about) = match p.distances {
            Some(_) => (
                "operator_distance",
                "an upper bound on the operator norm of the layer minus the prior's",
            ),
            None => (
                "operator_norm",
                "an upper bound on the operator norm of the layer",
            ),
        };
        let distances: Vec<f64> = match p.distances {
            Some(d) => d.iter().map(|d| d.operator).collect(),
            None => p.norms.iter().map(|n| n.operator.hi()).collect(),
        };
        let leaves = distances.into_iter().enumerate().map(|(l, d)| {
            let upper = super::upper(p.prec, d);
            self.measured(&format!("{name}_{}", l + 1), about, upper)
        });
        let total = leaves.reduce(|sum, d| sum + d);
        let total = total.ok_or_else(|| Error::bug("a network has a layer", ""))?;
        let parameters = p.norms.iter().map(|n| n.parameters).sum::<usize>();
        let root = gamma.int(2).sqrt();
        let inputs = self
            .given()
            .with("parameters", self.integer("parameters", parameters))
            .with("distance", total)
            .with("lipschitz", root / &gamma);
        let chosen = Chosen {
            inputs,
            point: Point::default(),
            gamma,
        };
        self.found(chosen, Vec::new())
    }
}
