//! Margins of a sample through a network.

use super::network::{LAYERS, lost, of_labels};
use super::{Arguments, Measurement, field, scalar, weights};
use crate::bound::{Domain, Effect};
use crate::conform::subject::{Field, Kind};
use crate::error::{Error, Result};
use crate::measure::definition;
use crate::real::{Enclosure, Real};

pub(super) fn entries() -> Vec<Measurement> {
    let labelled = || {
        vec![
            field("layers", Kind::Matrices, None, LAYERS),
            sample(),
            field(
                "labels",
                Kind::List,
                Some(Domain::Count),
                "the class of each sample, from 0",
            ),
        ]
    };
    let gamma = scalar("gamma", Domain::NonNegative, Effect::Raises, "margin");
    vec![
        Measurement {
            id: "network/smallest-margin",
            about: "the smallest margin h_y - max_{j != y} h_j of the sample through the network",
            fields: labelled(),
            absolute_tolerance: 1e-12,
            value: |x| {
                let all = margins(x)?.into_iter();
                let least = all.reduce(|a, b| a.min(&b));
                least.ok_or_else(|| Error::domain("a sample", "none"))
            },
        },
        Measurement {
            id: "network/margin-loss",
            about: "the fraction of the sample whose margin through the network is at most gamma: a tie is an error",
            fields: [labelled(), vec![gamma]].concat(),
            absolute_tolerance: 1e-12,
            value: |x| lost(x, &margins(x)?),
        },
    ]
}

pub(super) fn sample() -> Field {
    weights(
        "sample",
        "a row for each sample: the inputs of the first layer",
    )
}

/// The sample, a number for each input of the first layer.
pub(super) fn inputs(x: &Arguments) -> Result<&[Vec<Enclosure>]> {
    let (layers, sample) = (x.matrices("layers"), x.matrix("sample"));
    if sample[0].len() != layers[0][0].len() {
        let expected = "`sample` with a number for each column of the first layer";
        return Err(Error::domain(expected, "others"));
    }
    Ok(sample)
}

fn margins(x: &Arguments) -> Result<Vec<Enclosure>> {
    let layers = x.matrices("layers");
    let outputs = inputs(x)?
        .iter()
        .map(|x| definition::outputs(layers, x))
        .collect::<Vec<_>>();
    of_labels(x, &outputs)
}
