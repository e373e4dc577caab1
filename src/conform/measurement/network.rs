//! Quantities of networks and of their outputs on a sample.

use super::{Arguments, Measurement, field, scalar, weights};
use crate::bound::{Domain, Effect};
use crate::conform::subject::Kind;
use crate::error::{Error, Result};
use crate::measure::definition;
use crate::real::{Enclosure, Real};
use std::cmp::Ordering;

pub(super) const LAYERS: &str = "the weight matrices, first layer first; a ReLU between two";

pub(super) fn entries() -> Vec<Measurement> {
    [sample(), weights_alone()].into_iter().flatten().collect()
}

fn sample() -> Vec<Measurement> {
    let outputs = || {
        vec![
            weights(
                "outputs",
                "a row for each sample: the outputs of the network",
            ),
            field(
                "labels",
                Kind::List,
                Some(Domain::Count),
                "the class of each sample, from 0",
            ),
        ]
    };
    vec![
        Measurement {
            id: "sample/margin-loss",
            about: "the fraction of samples with margin h_y - max_{j != y} h_j at most gamma: a tie is an error",
            fields: [
                outputs(),
                vec![scalar(
                    "gamma",
                    Domain::NonNegative,
                    Effect::Raises,
                    "margin",
                )],
            ]
            .concat(),
            absolute_tolerance: 1e-12,
            value: |x| lost(x, &margins(x)?),
        },
        Measurement {
            id: "sample/ramp-loss",
            about: "the mean of min(1, max(0, 1 - margin/gamma))",
            fields: [
                outputs(),
                vec![scalar("gamma", Domain::Positive, Effect::Raises, "margin")],
            ]
            .concat(),
            absolute_tolerance: 1e-12,
            value: |x| {
                let (zero, gamma) = (x.zero(), x.scalar("gamma"));
                let one = zero.int(1);
                let ramp = |m: &Enclosure| (one.clone() - m.clone() / gamma).max(&zero).min(&one);
                let sum = margins(x)?.iter().fold(zero.clone(), |s, m| s + ramp(m));
                Ok(sum / Enclosure::integer(x.prec, x.matrix("outputs").len()))
            },
        },
        Measurement {
            id: "sample/sparse-radius",
            about: "relu(the s-th largest entry of -W x/(xi zeta)), the sparse local radius of a layer",
            fields: vec![
                weights("w", "the layer, rows are outputs"),
                field(
                    "x",
                    Kind::List,
                    None,
                    "its input, one number for each column",
                ),
                scalar(
                    "s",
                    Domain::AtLeastOne,
                    Effect::Lowers,
                    "inactive outputs, <= number of rows",
                ),
                scalar(
                    "xi",
                    Domain::Positive,
                    Effect::Lowers,
                    "norm of a reduced row",
                ),
                scalar(
                    "zeta",
                    Domain::Positive,
                    Effect::Lowers,
                    "bound on the input's norm",
                ),
            ],
            absolute_tolerance: 1e-12,
            value: |x| {
                let (w, input) = (x.matrix("w"), x.list("x"));
                if input.len() != w[0].len() {
                    return Err(Error::domain("`x` with a number for each column", "others"));
                }
                let s = x.integer("s", w.len() as u64)? as usize;
                let a = definition::inactivity(w, input, s);
                let radius = a / &(x.scalar("xi").clone() * x.scalar("zeta"));
                Ok(radius.max(&x.zero()))
            },
        },
    ]
}

fn weights_alone() -> Vec<Measurement> {
    let counts = |name, domain, about| field(name, Kind::List, Some(domain), about);
    vec![
        Measurement {
            id: "network/activity-ratio",
            about: "kappa = sum_k (d_k-s_k)(d_{k-1}-s_{k-1})/sum_k d_k d_{k-1}, s_0 = s_{K+1} = 0",
            fields: vec![
                counts("widths", Domain::AtLeastOne, "d_0..d_{K+1}"),
                counts("inactive", Domain::Count, "s_1..s_K, each below its width"),
            ],
            absolute_tolerance: 0.0,
            value: activity_ratio,
        },
        Measurement {
            id: "network/path-norm",
            about: "the sum over paths of products of absolute weights",
            fields: vec![field("layers", Kind::Matrices, None, LAYERS)],
            absolute_tolerance: 0.0,
            value: |x| Ok(definition::path_norm(x.matrices("layers"))),
        },
        Measurement {
            id: "network/rho",
            about: "the product of the layers' Frobenius norms, the mean row of the last layer subtracted from it",
            fields: vec![field("layers", Kind::Matrices, None, LAYERS)],
            absolute_tolerance: 0.0,
            value: rho,
        },
    ]
}

/// The fraction of margins that are at most `gamma`.
pub(super) fn lost(x: &Arguments, margins: &[Enclosure]) -> Result<Enclosure> {
    let gamma = x.scalar("gamma");
    let mut lost = 0u64;
    for margin in margins {
        match margin.decide(gamma) {
            Some(Ordering::Greater) => {}
            Some(_) => lost += 1,
            None => return Err(Error::domain("a decided margin", "an undecided one")),
        }
    }
    Ok(Enclosure::integer(x.prec, lost) / Enclosure::integer(x.prec, margins.len()))
}

fn margins(x: &Arguments) -> Result<Vec<Enclosure>> {
    of_labels(x, x.matrix("outputs"))
}

/// The margins of rows of outputs at `labels`.
pub(super) fn of_labels(x: &Arguments, outputs: &[Vec<Enclosure>]) -> Result<Vec<Enclosure>> {
    let labels = x.list("labels");
    let classes = outputs[0].len() as u64;
    if outputs.len() != labels.len() || classes < 2 {
        let expected = "a label for each sample, of two classes at least";
        return Err(Error::domain(expected, "others"));
    }
    let one = |(row, label): (&Vec<Enclosure>, &Enclosure)| {
        let label = label.to_integer().and_then(|n| n.to_u64());
        let label = label.filter(|n| *n < classes);
        let label =
            label.ok_or_else(|| Error::domain(format!("`labels` below {classes}"), "another"))?;
        Ok(definition::margin(row, label as usize))
    };
    outputs.iter().zip(labels).map(one).collect()
}

fn activity_ratio(x: &Arguments) -> Result<Enclosure> {
    let (widths, inactive) = (x.list("widths"), x.list("inactive"));
    if widths.len() != inactive.len() + 2 {
        return Err(Error::domain(
            "`widths` of two more numbers than `inactive`",
            "others",
        ));
    }
    let mut active = widths.to_vec();
    for ((active, width), s) in active[1..].iter_mut().zip(&widths[1..]).zip(inactive) {
        if !s.certainly_lt(width) {
            return Err(Error::domain("`inactive` below the widths", "more"));
        }
        *active = width - s;
    }
    let sum = |d: &[Enclosure]| {
        let pairs = d.windows(2).map(|p| p[0].clone() * &p[1]);
        pairs.fold(x.zero(), |s, p| s + p)
    };
    Ok(sum(&active) / sum(widths))
}

fn rho(x: &Arguments) -> Result<Enclosure> {
    let (head, hidden) = x
        .matrices("layers")
        .split_last()
        .expect("a network has a layer");
    let rows = Enclosure::integer(x.prec, head.len());
    let mut centred = head.clone();
    for j in 0..head[0].len() {
        let mean = head.iter().fold(x.zero(), |s, row| s + &row[j]) / &rows;
        for row in &mut centred {
            row[j] = row[j].clone() - &mean;
        }
    }
    if head.len() == 1 {
        // Of one row the mean is the row itself, without rounding.
        centred = vec![vec![x.zero(); head[0].len()]];
    }
    let squares = hidden.iter().map(definition::frobenius_squared);
    Ok(squares
        .fold(definition::frobenius_squared(&centred), |p, s| p * s)
        .sqrt())
}
