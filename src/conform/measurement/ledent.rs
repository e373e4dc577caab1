//! What the bound of Ledent et al. is fed with.

use super::{Measurement, numbers};
use crate::bound::{Domain, Effect, ledent_2021};
use crate::conform::subject::Kind;
use crate::error::Error;

pub(super) fn entries() -> Vec<Measurement> {
    let shares = || {
        numbers(
            "shares",
            Kind::Layers,
            Domain::NonNegative,
            Effect::Raises,
            "r_l of the layers: each one's part of the capacity",
        )
    };
    vec![
        Measurement {
            id: "ledent-2021/capacity",
            about: "their R = (sum_l r_l^{2/3})^{3/2}",
            fields: vec![shares()],
            absolute_tolerance: 0.0,
            value: |x| match x.list("shares") {
                [] => Err(Error::domain("at least one of `shares`", "none")),
                shares => Ok(ledent_2021::capacity(shares)),
            },
        },
        Measurement {
            id: "ledent-2021/cover",
            about: "their Gamma: the largest r_l times the number of the layer's outputs",
            fields: vec![
                shares(),
                numbers(
                    "outputs_of_layers",
                    Kind::Layers,
                    Domain::AtLeastOne,
                    Effect::Raises,
                    "number of outputs of each layer",
                ),
            ],
            absolute_tolerance: 0.0,
            value: |x| {
                let (shares, outputs) = (x.list("shares"), x.list("outputs_of_layers"));
                if shares.is_empty() || shares.len() != outputs.len() {
                    let expected = "a number of outputs for each of `shares`, at least one";
                    return Err(Error::domain(expected, "others"));
                }
                Ok(ledent_2021::cover(shares, outputs))
            },
        },
    ]
}
