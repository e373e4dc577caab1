//! Bugs in what a right formula is told.

use super::Way::Procedure;
use super::{Entry, Scene};
use crate::error::{Error, Result};
use crate::measure::{Margins, NetworkPaths, distances_squared};
use crate::network::Prior;
use crate::real::{Enclosure, Real};

const TEST: &str = "test-set/clopper-pearson";
const KL: &str = "pac-bayes/kl:sharp";
const SINGLE_SHOT: &str = "muthukumar-sulam-2023/single-shot";
const PATH_ENERGY: &str = "galanti-2023/path-energy";

pub(super) const FAULTS: &[Entry] = &[
    (
        "test-on-training-set",
        TEST,
        "the training sample is taken for the test set",
        Procedure(|s| {
            let sample = &s.prepared.loaded.sample;
            let like = s.inputs().scalar("m");
            let errors = like.int(training_errors(s)? as i64);
            let m = like.int(sample.len() as i64);
            Ok(s.at(&s.inputs().clone().with("m", m).with("errors", errors)))
        }),
    ),
    (
        "kl-prior-after-sample",
        KL,
        "the prior is chosen with the sample: the network itself, KL = 0",
        Procedure(|s| {
            let nothing = s.inputs().scalar("m").int(0);
            Ok(s.at(&s.inputs().clone().with("kl", nothing)))
        }),
    ),
    (
        "kl-sigma",
        KL,
        "sigma for sigma^2 in the KL of two Gaussians",
        Procedure(|s| Ok(s.at(&s.inputs().clone().with("kl", kl_of_sigma(s)?)))),
    ),
    (
        "single-shot-sigma",
        SINGLE_SHOT,
        "sigma for sigma^2 in the KL of two Gaussians",
        Procedure(|s| Ok(s.at(&s.inputs().clone().with("kl", kl_of_sigma(s)?)))),
    ),
    (
        "single-shot-prior-after-sample",
        SINGLE_SHOT,
        "the prior is chosen with the sample: the network itself, KL = 0",
        Procedure(|s| {
            let nothing = s.inputs().scalar("m").int(0);
            Ok(s.at(&s.inputs().clone().with("kl", nothing)))
        }),
    ),
    (
        "single-shot-margin",
        SINGLE_SHOT,
        "the margin loss at the wrong threshold: 0",
        Procedure(|s| {
            Ok(s.at(&s
                .inputs()
                .clone()
                .with("unsafe_fraction", training_error(s)?)))
        }),
    ),
    (
        "path-energy-zero-one",
        PATH_ENERGY,
        "the error on the sample for the ramp loss at gamma",
        Procedure(|s| Ok(s.at(&s.inputs().clone().with("ramp_loss", training_error(s)?)))),
    ),
    (
        "path-energy-gamma",
        PATH_ENERGY,
        "1/gamma is left out of the radius",
        Procedure(|s| {
            let parameters = &s.certified.found.parameters;
            let gamma = parameters.iter().find(|(n, _)| n == "gamma");
            let (_, gamma) = gamma.ok_or_else(|| Error::bug("a margin was chosen", ""))?;
            let radius = s.inputs().scalar("rho_over_gamma").clone() * gamma;
            Ok(s.at(&s.inputs().clone().with("rho_over_gamma", radius)))
        }),
    ),
    (
        "path-energy-head",
        PATH_ENERGY,
        "the head's fan-in is left out, as in the released code",
        Procedure(|s| {
            let network = NetworkPaths::new(&s.prepared.loaded.model.graph, s.prec());
            let energy = s.inputs().scalar("path_energy");
            let head = network.fan_in.last().copied().unwrap_or(1).max(1);
            let less = energy.clone() / energy.int(head as i64);
            Ok(s.at(&s.inputs().clone().with("path_energy", less)))
        }),
    ),
];

impl Scene<'_> {
    fn prec(&self) -> u32 {
        self.certified.terms.value.prec()
    }
}

fn training_errors(s: &Scene<'_>) -> Result<usize> {
    let loaded = &s.prepared.loaded;
    Ok(Margins::new(&loaded.model.graph, &loaded.sample, &|_| {})?
        .errors()
        .hi as usize)
}

fn training_error(s: &Scene<'_>) -> Result<Enclosure> {
    let like = s.inputs().scalar("m");
    let m = s.prepared.loaded.sample.len() as i64;
    Ok(like.int(training_errors(s)? as i64) / like.int(m))
}

/// sum_k ||W_k - W_prior,k||_F^2 / (2 sigma_k).
fn kl_of_sigma(s: &Scene<'_>) -> Result<Enclosure> {
    let loaded = &s.prepared.loaded;
    let Some(mlp) = &loaded.model.mlp else {
        return Err(Error::domain("a multilayer perceptron", "another network"));
    };
    let prior = match loaded.prior.as_ref().and_then(|p| p.mlp.clone()) {
        Some(prior) => Prior::Network(prior),
        None => Prior::Zero,
    };
    let zero = Enclosure::integer(s.prec(), 0);
    let distances = distances_squared(mlp, &prior, s.prec())?;
    let mut kl = zero.clone();
    for (k, d) in distances.iter().enumerate() {
        let name = format!("sigma_{}", k + 1);
        let sigma = s.certified.found.point.get(&name).map(|c| c.value);
        let sigma = sigma.ok_or_else(|| Error::bug("sigmas are on the grid", &name))?;
        kl = kl + d.clone() / (Enclosure::exact(s.prec(), sigma) * zero.int(2));
    }
    Ok(kl)
}
