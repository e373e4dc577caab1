//! Theorem M along sparsity levels: what inactive units buy and cost.

use super::{Loaded, Progress, Settings};
use crate::error::{Error, Result};
use crate::measure::{NetworkMeasures, Trace, distances_squared, input_norm_bound};
use crate::network::Prior;
use crate::real::Enclosure;
use crate::search::{Problem, single_shot_at};

/// The bound at one vector of sparsity levels.
#[derive(Clone, Debug)]
pub struct AtSparsity {
    /// Zeros asked for in each hidden layer.
    pub s: Vec<usize>,
    /// The certified bound with everything else searched.
    pub value: Enclosure,
    /// The fraction of the sample that is unsafe.
    pub unsafe_fraction: Enclosure,
    /// KL in nats.
    pub kl: Enclosure,
    /// Upper bounds on the sparse norms ||W_k||_(s_k, s_{k-1}) of the hidden layers:
    /// they do not increase with s.
    pub sparse_norms: Vec<f64>,
}

/// The single-shot bound with each hidden layer asked to have the fractions
/// `0, 1/steps, ..., (steps - 1)/steps` of its units inactive.
///
/// # Errors
/// Domain: a network that is no multilayer perceptron with a hidden layer.
pub fn sparsity_profile(
    loaded: &Loaded,
    settings: &Settings,
    steps: usize,
    progress: &dyn Progress,
) -> Result<Vec<AtSparsity>> {
    let (sample, prec) = (&loaded.sample, settings.prec);
    let mlp = loaded.model.mlp.as_ref().filter(|m| m.hidden() > 0);
    let mlp = mlp.ok_or_else(|| {
        Error::domain(
            "a multilayer perceptron with a hidden layer",
            "another network",
        )
    })?;
    progress.stage("sample", sample.len());
    let trace = Trace::new(mlp, sample, &|rows| progress.advance(rows))?;
    let prior = match loaded.prior.as_ref().and_then(|p| p.mlp.clone()) {
        Some(prior) => Prior::Network(prior),
        None => Prior::Zero,
    };
    let model = NetworkMeasures::new(mlp)?;
    let of_prior = match &prior {
        Prior::Network(network) => Some(NetworkMeasures::new(network)?),
        Prior::Zero => None,
    };
    let distances = distances_squared(mlp, &prior, prec)?;
    let problem = Problem {
        model: &model,
        prior: of_prior.as_ref(),
        distance_squared: &distances,
        trace: &trace,
        input_norm: input_norm_bound(sample, prec),
        delta: settings.delta.value(),
        prec,
    };
    let widths = &model.dims[1..model.dims.len() - 1];
    progress.stage("search", steps);
    let at = |i: usize| {
        let s: Vec<usize> = widths.iter().map(|d| (d * i / steps).min(d - 1)).collect();
        let found = single_shot_at(&problem, &s)?;
        let terms = found
            .bound
            .evaluate(&found.bound.check(found.inputs.clone())?);
        let part = |name: &str| {
            let of = terms.parts.iter().find(|(n, _)| n == name);
            of.map_or_else(|| Enclosure::undefined(prec), |(_, x)| x.clone())
        };
        let before = |k: usize| if k == 0 { 0 } else { s[k - 1] };
        let norms = (0..s.len()).map(|k| model.nu(k + 1, s[k], before(k)));
        progress.advance(1);
        Ok(AtSparsity {
            value: terms.value.clone(),
            unsafe_fraction: part("unsafe_fraction"),
            kl: found.inputs.scalar("kl").clone(),
            sparse_norms: norms.collect(),
            s,
        })
    };
    (0..steps).map(at).collect()
}
