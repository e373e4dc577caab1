//! Thresholds of Theorem M.

use super::{Arguments, Measurement, field, numbers, scalar};
use crate::bound::single_shot::{Parameters, thresholds};
use crate::bound::theorem_13::LayerShape;
use crate::bound::{Domain, Effect};
use crate::conform::subject::{Field, Kind};
use crate::error::{Error, Result};
use crate::real::{Enclosure, Real};

/// Widest layer: quantiles cost time in it.
const LARGEST_WIDTH: u64 = 100_000;

pub(super) fn entries() -> Vec<Measurement> {
    vec![
        Measurement {
            id: "muthukumar-sulam-2023/single-shot-margin",
            about: "Theorem M: g = 2 D e_K + 4 sigma_{K+1} (zeta_K + e_K) q_{K+1}, tau shared equally among its events",
            fields: fields(
                vec![scalar(
                    "output_difference",
                    Domain::Positive,
                    Effect::Raises,
                    "D: norm of a difference of two rows of the last layer",
                )],
                vec![],
            ),
            absolute_tolerance: 0.0,
            value: |x| {
                let hidden = x.list("inactive").len();
                // Of the activations' thresholds alone.
                let xi = vec![x.zero().int(1); hidden];
                let p = parameters(x, xi, x.scalar("output_difference").clone())?;
                Ok(thresholds(&p).margin)
            },
        },
        Measurement {
            id: "muthukumar-sulam-2023/single-shot-activation",
            about: "Theorem M: G_k = xi_k e_{k-1} + sigma_k (zeta_{k-1} + e_{k-1}) q_k of one hidden layer k with s_k > 0, tau shared equally among the events of all layers",
            fields: fields(
                vec![numbers(
                    "xi",
                    Kind::List,
                    Domain::Positive,
                    Effect::Raises,
                    "norms of a reduced row of the K hidden layers; the first does not enter, for no error comes in",
                )],
                vec![scalar(
                    "layer",
                    Domain::AtLeastOne,
                    Effect::Mixed,
                    "k, <= K; a layer without inactive units has no threshold",
                )],
            ),
            absolute_tolerance: 0.0,
            value: |x| {
                let p = parameters(x, x.list("xi").to_vec(), x.zero().int(1))?;
                let k = x.integer("layer", p.nu.len() as u64)? as usize;
                let found = thresholds(&p).activation.into_iter().nth(k - 1).flatten();
                found.ok_or_else(|| Error::domain("a layer with inactive units", "none"))
            },
        },
    ]
}

/// What both ask, with more before the standard deviations and at the end.
fn fields(norms: Vec<Field>, last: Vec<Field>) -> Vec<Field> {
    let list = |name, domain, about| field(name, Kind::List, Some(domain), about);
    let rising = |name, about| numbers(name, Kind::List, Domain::Positive, Effect::Raises, about);
    [
        vec![
            list("widths", Domain::AtLeastOne, "d_0..d_{K+1}, each <= 1e5"),
            list(
                "inactive",
                Domain::Count,
                "s_1..s_K, each below its width; a layer with 0 has no condition and one event less",
            ),
            scalar("zeta_0", Domain::Positive, Effect::Raises, "bound on ||x||"),
            rising(
                "nu",
                "norms of the K active blocks: zeta_k = nu_k zeta_{k-1}",
            ),
        ],
        norms,
        vec![
            rising("sigma", "standard deviations of the K+1 layers"),
            scalar(
                "tau",
                Domain::Confidence,
                Effect::Lowers,
                "failure probability of the stability event",
            ),
        ],
        last,
    ]
    .concat()
}

fn parameters(
    x: &Arguments,
    xi: Vec<Enclosure>,
    output_difference: Enclosure,
) -> Result<Parameters<Enclosure>> {
    let widths = x.integers("widths", LARGEST_WIDTH)?;
    let inactive = x.integers("inactive", LARGEST_WIDTH)?;
    let (nu, sigma) = (x.list("nu"), x.list("sigma"));
    let hidden = inactive.len();
    let fits = [nu.len(), xi.len()] == [hidden; 2];
    if widths.len() != hidden + 2 || !fits || sigma.len() != hidden + 1 {
        let expected = "K+2 `widths`, K `inactive`, K of each norm and K+1 `sigma`";
        return Err(Error::domain(expected, "others"));
    }
    Ok(Parameters {
        layers: shapes(&widths, &inactive)?,
        zeta_0: x.scalar("zeta_0").clone(),
        xi,
        nu: nu.to_vec(),
        output_difference,
        sigma: sigma.to_vec(),
        tau: x.scalar("tau").clone(),
    })
}

/// The K+1 layers of K+2 widths and K counts of inactive units.
pub(super) fn shapes(widths: &[u64], inactive: &[u64]) -> Result<Vec<LayerShape>> {
    let hidden = inactive.len();
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
    Ok((1..=hidden + 1).map(layer).collect())
}
