//! From measurements to the inputs of a theorem: the free parameters are
//! searched on a-priori grids in f64, and the winner's inputs are certified.
//!
//! Nothing found by a search needs to be believed: whatever point it returns,
//! the certified evaluation pays for its weight and bounds what it claims.

pub mod derivation;
mod descend;
mod gibbs;
pub mod grid;
pub mod norm_based;
mod single_shot;
mod theorem_13;

use crate::bound::{Bound, Inputs};
use crate::error::{Error, Result};
use crate::measure::{Count, NetworkMeasures, Trace};
use crate::real::{Enclosure, Traced};
use derivation::{Derivation, Tape};
use grid::Point;

/// A trained network with its sample, measured.
pub struct Problem<'a> {
    pub model: &'a NetworkMeasures,
    /// The prior network, from which grids may take their reference values;
    /// `None` for a zero prior.
    pub prior: Option<&'a NetworkMeasures>,
    /// ||W_k - W_prior,k||_F^2 of each of the K+1 layers.
    pub distance_squared: &'a [Enclosure],
    pub trace: &'a Trace<'a>,
    /// A bound on ||x|| that holds almost surely, if one is known.
    pub input_norm: Option<Enclosure>,
    pub delta: &'a Enclosure,
    pub prec: u32,
}

/// The inputs a search arrived at, certified, and how.
#[derive(Debug)]
pub struct Found {
    pub bound: &'static Bound,
    pub inputs: Inputs<Enclosure>,
    /// The a-priori grid point, which is paid for.
    pub point: Point,
    /// Further quantities the inputs were computed from.
    pub parameters: Vec<(String, Enclosure)>,
    /// The counts behind the empirical terms.
    pub counts: Vec<(String, Count)>,
    /// From measurements, grid and counts to the value.
    pub derivation: Derivation,
}

/// Theorem M at given sparsity levels, one for each hidden layer.
///
/// # Errors
/// As [`search`].
pub fn single_shot_at(problem: &Problem<'_>, s: &[usize]) -> Result<Found> {
    let bound = crate::bound::find("muthukumar-sulam-2023/single-shot:sharp")?;
    single_shot::search_at(bound, problem, Some(s))
}

/// What measurements are called in certificates.
mod names {
    pub fn sparse_norm(k: usize, s: usize, s_in: usize) -> String {
        format!("sparse_norm_{k}[{s},{s_in}]")
    }
    pub fn row_norm(k: usize, s_in: usize) -> String {
        format!("row_norm_{k}[{s_in}]")
    }
    pub fn output_difference(s: usize) -> String {
        format!("output_difference[{s}]")
    }
}

/// Parameters of the sparsity-aware bounds that are said beforehand and not searched;
/// they stay points of the grid, and are paid for like any other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fixed {
    /// The fraction of the units of each hidden layer that are to be inactive.
    pub sparsity: Option<f64>,
    /// The relative sensitivity of every layer in Theorems 11 and 13, to the nearest
    /// point of its grid.
    pub epsilon: Option<f64>,
}

impl Fixed {
    /// s_1..s_K for these widths of the hidden layers, if it is fixed: one unit at
    /// least stays active.
    fn levels(&self, widths: &[usize]) -> Option<Vec<usize>> {
        let level = |d: &usize, f: f64| ((*d as f64 * f) as usize).min(d.saturating_sub(1));
        let fraction = self.sparsity?;
        Some(widths.iter().map(|d| level(d, fraction)).collect())
    }
}

/// Finds good parameters for a bound and certifies its inputs.
///
/// # Errors
/// If the bound does not apply to this problem; the condition says why.
pub fn search(bound: &'static Bound, problem: &Problem<'_>) -> Result<Found> {
    search_with(bound, problem, &Fixed::default())
}

/// The same with some parameters fixed.
///
/// # Errors
/// As [`search`].
pub fn search_with(bound: &'static Bound, problem: &Problem<'_>, fixed: &Fixed) -> Result<Found> {
    // With one output there is no other class for the margin to be taken from.
    let classes = problem.model.dims.last().copied().unwrap_or(0);
    if classes < 2 {
        return Err(Error::domain("at least 2 classes", format!("{classes}")));
    }
    match bound.id {
        "muthukumar-sulam-2023/theorem-13" | "muthukumar-sulam-2023/theorem-11" => {
            theorem_13::search(bound, problem, fixed)
        }
        "muthukumar-sulam-2023/single-shot" => {
            let widths = &problem.model.dims[1..=problem.hidden()];
            single_shot::search_at(bound, problem, fixed.levels(widths).as_deref())
        }
        "pac-bayes/kl" | "pac-bayes/mcallester" | "pac-bayes/catoni" => {
            gibbs::search(bound, problem)
        }
        id => Err(Error::domain(
            "a bound that a network and its sample determine",
            id,
        )),
    }
}

impl Problem<'_> {
    fn hidden(&self) -> usize {
        self.trace.hidden()
    }

    /// m and delta as leaves.
    fn given(&self, tape: &Tape) -> [Traced; 2] {
        [
            tape.integer("m", self.trace.len()),
            tape.given("delta", self.delta.clone()),
        ]
    }

    /// ||W_k - W_prior,k||_F^2 of every layer as leaves.
    fn distances(&self, tape: &Tape) -> Vec<Traced> {
        let about = match self.prior {
            Some(_) => "||W - W_prior||_F^2 of the layer, W_prior the prior's weights",
            None => "||W||_F^2 of the layer: the prior is zero",
        };
        let leaf = |(k, d): (usize, &Enclosure)| {
            let name = format!("distance_squared_{}", k + 1);
            tape.measured(&name, about, "exact sum of squares", d.clone())
        };
        self.distance_squared.iter().enumerate().map(leaf).collect()
    }

    /// nu_k >= ||W_k||_(s, s_in) as a leaf, given as the number found.
    fn sparse_norm(&self, tape: &Tape, k: usize, [s, s_in]: [usize; 2], upper: f64) -> Traced {
        tape.measured(
            &names::sparse_norm(k, s, s_in),
            "an upper bound on the sparse norm ||W||_(s, s_in) of the layer",
            "Cholesky certificate or Gershgorin's theorem, f64 with proved error bounds",
            self.exact(upper),
        )
    }

    /// xi_k >= the reduced row norms as a leaf, given as the number found.
    fn row_norm(&self, tape: &Tape, k: usize, s_in: usize, upper: f64) -> Traced {
        tape.measured(
            &names::row_norm(k, s_in),
            "an upper bound on the norms of the layer's rows, reduced to their d - s_in largest entries",
            "sorted squares summed in f64 with proved error bounds",
            self.exact(upper),
        )
    }

    /// D >= the reduced norms of differences of the head's rows as a leaf.
    fn output_difference(&self, tape: &Tape, s: usize, upper: f64) -> Traced {
        tape.measured(
            &names::output_difference(s),
            "an upper bound on the norms of differences of two rows of the last layer, reduced to their d - s largest entries",
            "sorted squares summed in f64 with proved error bounds",
            self.exact(upper),
        )
    }

    fn exact(&self, x: f64) -> Enclosure {
        Enclosure::exact(self.prec, x)
    }

    /// The largest s on layer `k` (from 1) that leaves an active unit.
    fn largest_s(&self, k: usize) -> usize {
        self.model.dims[k] - 1
    }

    /// Layer shapes for the sparsity `s` of the hidden layers.
    fn shapes(&self, s: &[usize]) -> Vec<crate::bound::theorem_13::LayerShape> {
        let d = &self.model.dims;
        let at = |k: usize| {
            if k == 0 || k + 1 == d.len() {
                0
            } else {
                s[k - 1] as u64
            }
        };
        (1..d.len())
            .map(|k| crate::bound::theorem_13::LayerShape {
                d: d[k] as u64,
                s: at(k),
                d_in: d[k - 1] as u64,
                s_in: at(k - 1),
            })
            .collect()
    }
}
