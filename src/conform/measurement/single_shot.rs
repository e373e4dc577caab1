//! Thresholds of Theorem M.

use super::{Arguments, Measurement, field, scalar};
use crate::bound::single_shot::{Parameters, thresholds};
use crate::bound::theorem_13::LayerShape;
use crate::bound::{Domain, Effect};
use crate::conform::subject::Kind;
use crate::error::{Error, Result};
use crate::real::{Enclosure, Real};

/// Widest layer: quantiles cost time in it.
const LARGEST_WIDTH: u64 = 100_000;

pub(super) fn entries() -> Vec<Measurement> {
    let list = |name, domain, about| field(name, Kind::List, Some(domain), about);
    let raises = |name, about| scalar(name, Domain::Positive, Effect::Raises, about);
    vec![Measurement {
        id: "muthukumar-sulam-2023/single-shot-margin",
        about: "Theorem M: g = 2 D e_K + 4 sigma_{K+1} (zeta_K + e_K) q_{K+1}, tau shared equally among its events",
        fields: vec![
            list("widths", Domain::AtLeastOne, "d_0..d_{K+1}, each <= 1e5"),
            list(
                "inactive",
                Domain::Count,
                "s_1..s_K, each below its width; a layer with 0 has no condition and one event less",
            ),
            raises("zeta_0", "bound on ||x||"),
            list(
                "nu",
                Domain::Positive,
                "norms of the K active blocks: zeta_k = nu_k zeta_{k-1}",
            ),
            raises(
                "output_difference",
                "D: norm of a difference of two rows of the last layer",
            ),
            list(
                "sigma",
                Domain::Positive,
                "standard deviations of the K+1 layers",
            ),
            scalar(
                "tau",
                Domain::Confidence,
                Effect::Lowers,
                "failure probability of the stability event",
            ),
        ],
        absolute_tolerance: 0.0,
        value,
    }]
}

fn value(x: &Arguments) -> Result<Enclosure> {
    let integers = |name: &str| -> Result<Vec<u64>> {
        let each = x.list(name).iter().map(|n| {
            let n = n.to_integer().and_then(|n| n.to_u64());
            n.filter(|n| *n <= LARGEST_WIDTH)
                .ok_or_else(|| Error::domain(format!("`{name}` <= {LARGEST_WIDTH}"), "more"))
        });
        each.collect()
    };
    let (widths, inactive) = (integers("widths")?, integers("inactive")?);
    let (nu, sigma) = (x.list("nu"), x.list("sigma"));
    let hidden = inactive.len();
    if widths.len() != hidden + 2 || nu.len() != hidden || sigma.len() != hidden + 1 {
        let expected = "K+2 `widths`, K `inactive`, K `nu` and K+1 `sigma`";
        return Err(Error::domain(expected, "others"));
    }
    let s = |k: usize| {
        let inner = (1..=hidden).contains(&k);
        if inner { inactive[k - 1] } else { 0 }
    };
    if (1..=hidden).any(|k| s(k) >= widths[k]) {
        return Err(Error::domain("`inactive` below the widths", "more"));
    }
    let layer = |k: usize| LayerShape {
        d: widths[k],
        s: s(k),
        d_in: widths[k - 1],
        s_in: s(k - 1),
    };
    let parameters = Parameters {
        layers: (1..=hidden + 1).map(layer).collect(),
        zeta_0: x.scalar("zeta_0").clone(),
        // Of the activations' thresholds alone.
        xi: vec![x.zero().int(1); hidden],
        nu: nu.to_vec(),
        output_difference: x.scalar("output_difference").clone(),
        sigma: sigma.to_vec(),
        tau: x.scalar("tau").clone(),
    };
    Ok(thresholds(&parameters).margin)
}
