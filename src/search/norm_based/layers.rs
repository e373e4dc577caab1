//! Bounds for a class that bounds every layer's norms: the bounds come from
//! a-priori grids, the least points that cover the network's norms, and so does
//! gamma.

use super::{Chosen, Searcher, approximate};
use crate::bound::{Inputs, ledent_2021};
use crate::error::{Error, Result};
use crate::measure::convolution::{Distances, LayerNorms};
use crate::measure::leaves::largest_patch_norm;
use crate::real::{Enclosure, Real, Traced};
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

/// A norm of every layer: an upper bound each, and what to call them.
struct Norms {
    name: &'static str,
    about: &'static str,
    upper: Vec<f64>,
}

impl Searcher<'_> {
    pub(super) fn bartlett(&self) -> Result<Found> {
        self.require_plain_chain()?;
        let mut point = Point::default();
        let spectral = self.on_grid(&mut point, "spectral", &self.spectral())?;
        let distances = self.distances(
            ("operator_21", "distance_operator_21"),
            |n| above(&n.operator_21),
            |d| above(&d.operator_21),
        );
        let distances = self.on_grid(&mut point, "distance_21", &distances)?;
        let fixed = self
            .given()
            .with("input_energy", self.input_energy())
            .with_list("spectral", spectral)
            .with_list("distance_21", distances)
            .with("width", self.width());
        self.with_margin(fixed, point, Loss::Ramp)
    }

    pub(super) fn neyshabur_2018(&self) -> Result<Found> {
        self.require_plain_chain()?;
        let p = self.problem;
        let norm = p.input_norm.clone().ok_or_else(|| {
            let condition = "a bound on the norm of the inputs that holds almost surely";
            Error::domain(condition, "none: give --input-norm")
        })?;
        let about = "a bound on the norm of the inputs that holds almost surely";
        let method = "stated by the user or implied by the data's format";
        let frobenius = p.norms.iter().enumerate().map(|(l, n)| {
            let name = format!("operator_frobenius_{}", l + 1);
            self.measured(&name, "|W|_F of the operator", n.operator_frobenius.upper())
        });
        let fixed = self
            .given()
            .with(
                "input_norm",
                self.tape.measured("input_norm", about, method, norm),
            )
            .with_list("spectral", self.leaves(&self.spectral()))
            .with_list("frobenius", frobenius.collect())
            .with("width", self.width());
        self.with_margin(fixed, Point::default(), Loss::Margin)
    }

    pub(super) fn graf(&self) -> Result<Found> {
        self.require_plain_chain()?;
        let p = self.problem;
        let mut point = Point::default();
        let lipschitz = self.on_grid(&mut point, "lipschitz", &self.spectral())?;
        let distances = self.distances(
            ("kernel_21_by_tap", "distance_kernel_21_by_tap"),
            |n| above(&n.kernel_21_by_tap),
            |d| above(&d.kernel_21_by_tap),
        );
        let distances = self.on_grid(&mut point, "distance_21", &distances)?;
        let mut fixed = self
            .given()
            .with("input_energy", self.input_energy())
            .with_list("lipschitz", lipschitz)
            .with_list("distance_21", distances);
        let parameters = p.norms.iter().map(|n| n.parameters);
        if self.bound.id == "graf-2022/norms" {
            let most = parameters.max().unwrap_or(1);
            fixed = fixed.with("width", self.integer("largest_layer", most));
        } else {
            let each = parameters.enumerate();
            let each = each.map(|(l, n)| self.integer(&format!("parameters_{}", l + 1), n));
            fixed = fixed.with_list("parameters", each.collect());
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
        let about = "the largest norm of a patch of an input that the first layer reads";
        let patch = self.measured("patch_norm", about, patch);
        let mut point = Point::default();
        // A bound on the head's largest row norm is its operator norm.
        let norms = self.on_grid(&mut point, "lipschitz", &self.spectral())?;
        let mut distances = self.distances(
            ("kernel_21", "distance_kernel_21"),
            |n| above(&n.kernel_21),
            |d| above(&d.kernel_21),
        );
        if let (Some(last), Some(norms)) = (distances.upper.last_mut(), p.norms.last()) {
            *last = above(&norms.kernel_frobenius);
        }
        distances.about =
            "(2,1) of the kernel or of its difference from the prior's; of the head |W|_F";
        let distances = self.on_grid(&mut point, "distance", &distances)?;
        let outputs = |i: usize| p.graph.nodes()[i].shape;
        let shapes: Vec<_> = p.graph.convs().map(|(i, _)| outputs(i)).collect();
        let of_layer =
            |name: &str, l: usize, n: usize| self.integer(&format!("{name}_{}", l + 1), n);
        let share = |l: usize| {
            let others = norms.iter().enumerate().filter(|(j, _)| *j != l);
            let product = others.fold(patch.clone() * &distances[l], |x, (_, s)| x * s);
            product * of_layer("positions", l, shapes[l].positions()).sqrt()
        };
        let shares: Vec<Traced> = (0..norms.len()).map(share).collect();
        let sizes = shapes.iter().enumerate();
        let sizes: Vec<Traced> = sizes
            .map(|(l, s)| of_layer("outputs", l, s.len()))
            .collect();
        let width = shapes.iter().map(|s| s.len()).max().unwrap_or(1);
        let width = self.integer("largest_output", width);
        let fixed = self.given().with("width", width);
        self.with_margin_by(fixed, point, Loss::Ramp, Some(Shares { shares, sizes }))
    }

    fn spectral(&self) -> Norms {
        Norms {
            name: "operator_norm",
            about: "an upper bound on the operator norm of the layer",
            upper: self.problem.norms.iter().map(|n| n.operator.hi()).collect(),
        }
    }

    /// The largest number of entries a layer reads or writes.
    fn width(&self) -> Traced {
        let widths = self.problem.norms.iter().flat_map(|n| n.width);
        self.integer("width", widths.max().unwrap_or(1))
    }

    /// Distances from the prior's layers, or without a prior the layers' norms.
    fn distances(
        &self,
        (norm, distance): (&'static str, &'static str),
        of_norms: impl Fn(&LayerNorms) -> f64,
        of_distances: impl Fn(&Distances) -> f64,
    ) -> Norms {
        match self.problem.distances {
            Some(d) => Norms {
                name: distance,
                about: "an upper bound on a (2,1) norm of the layer minus the prior's",
                upper: d.iter().map(of_distances).collect(),
            },
            None => Norms {
                name: norm,
                about: "an upper bound on a (2,1) norm of the layer",
                upper: self.problem.norms.iter().map(of_norms).collect(),
            },
        }
    }

    /// The norms as they are.
    fn leaves(&self, norms: &Norms) -> Vec<Traced> {
        let leaf = |(l, &x): (usize, &f64)| {
            let value = super::upper(self.problem.prec, x);
            self.measured(&norms.name_of(l), norms.about, value)
        };
        norms.upper.iter().enumerate().map(leaf).collect()
    }

    /// The norms rounded up to the grid, as coordinates called `name`.
    fn on_grid(&self, point: &mut Point, name: &str, norms: &Norms) -> Result<Vec<Traced>> {
        self.leaves(norms);
        let one = |(l, &x): (usize, &f64)| {
            let t = NORM.covering(x).ok_or_else(|| {
                Error::domain("norms within the reach of their grid", x.to_string())
            })?;
            point.scale(format!("{name}_{}", l + 1), &NORM, t);
            point.covering(norms.name_of(l));
            let chosen = point.0.last().map(|c| self.tape.grid(c));
            chosen.ok_or_else(|| Error::bug("a coordinate was added", ""))
        };
        norms.upper.iter().enumerate().map(one).collect()
    }

    fn with_margin(&self, fixed: Inputs<Traced>, point: Point, loss: Loss) -> Result<Found> {
        self.with_margin_by(fixed, point, loss, None)
    }

    /// Chooses gamma; `shares` are what Ledent et al. divide by it.
    fn with_margin_by(
        &self,
        fixed: Inputs<Traced>,
        mut point: Point,
        loss: Loss,
        shares: Option<Shares<Traced>>,
    ) -> Result<Found> {
        let paid = point.log_inverse_weight(64).mid_f64();
        let fast = approximate(&fixed);
        let fast_shares = shares.as_ref().map(Shares::approximate);
        let value = |gamma: f64| {
            let inputs = at_gamma(&gamma, fast_shares.as_ref(), fast.clone());
            let inputs = match loss {
                Loss::Ramp => inputs.with("ramp_loss", self.losses.ramp(gamma)),
                Loss::Margin => inputs.with("margin_loss", self.losses.at_most(gamma)),
            };
            self.bound
                .approximate(&inputs.with("log_inverse_weight", paid))
        };
        let best = self.best_gamma(value);
        let gamma = match &self.problem.margin {
            Some(gamma) => self.tape.given("gamma", gamma.clone()),
            None => {
                let t = MARGIN.covering(best).ok_or_else(|| {
                    Error::domain("margins within the reach of their grid", best.to_string())
                })?;
                point.scale("gamma", &MARGIN, t);
                let chosen = point.get("gamma").map(|c| self.tape.grid(c));
                chosen.ok_or_else(|| Error::bug("a coordinate was added", ""))?
            }
        };
        let mut counts = Vec::new();
        let inputs = at_gamma(&gamma, shares.as_ref(), fixed);
        let inputs = match loss {
            Loss::Ramp => inputs.with("ramp_loss", self.ramp_loss(&gamma)),
            Loss::Margin => {
                let (fraction, count) = self.margin_loss(&gamma);
                counts.push(("margin_loss".to_owned(), count));
                inputs.with("margin_loss", fraction)
            }
        };
        let inputs = inputs.with("log_inverse_weight", self.tape.log_inverse_weight(&point));
        self.found(
            Chosen {
                inputs,
                point,
                gamma,
            },
            counts,
        )
    }
}

/// r_l gamma and the number of outputs of each layer.
struct Shares<R> {
    shares: Vec<R>,
    sizes: Vec<R>,
}

impl Shares<Traced> {
    fn approximate(&self) -> Shares<f64> {
        let each = |xs: &[Traced]| xs.iter().map(|x| x.value.mid_f64()).collect();
        Shares {
            shares: each(&self.shares),
            sizes: each(&self.sizes),
        }
    }
}

/// Adds what depends on gamma.
fn at_gamma<R: Real>(gamma: &R, shares: Option<&Shares<R>>, inputs: Inputs<R>) -> Inputs<R> {
    let Some(s) = shares else {
        return inputs.with("gamma", gamma.clone());
    };
    let scaled: Vec<_> = s.shares.iter().map(|r| r.clone() / gamma).collect();
    inputs
        .with("capacity", ledent_2021::capacity(&scaled))
        .with("cover", ledent_2021::cover(&scaled, &s.sizes))
}

impl Norms {
    fn name_of(&self, l: usize) -> String {
        format!("{}_{}", self.name, l + 1)
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
