//! The formula with an input that is not the one it asks for.

use crate::bound::{Inputs, Value};
use std::f64::consts::LN_2;

/// What becomes of one number; the second is the sample size.
type Change = fn(f64, f64) -> f64;

/// Name of an input, what was done to it, how.
const CHANGES: [(&str, &str, Change); 21] = [
    ("delta", "1 - delta for delta", |x, _| 1.0 - x),
    ("delta", "1/delta for delta", |x, _| 1.0 / x),
    ("delta", "delta left out", |_, _| 1.0),
    ("delta", "delta/2 for delta", |x, _| x / 2.0),
    ("delta", "2 delta for delta", |x, _| 2.0 * x),
    ("delta", "delta m for delta", |x, m| x * m),
    ("kl", "KL left out", |_, _| 0.0),
    ("kl", "KL/m for KL", |x, m| x / m),
    ("kl", "m KL for KL", |x, m| x * m),
    ("kl", "2 KL for KL", |x, _| 2.0 * x),
    ("kl", "KL/2 for KL", |x, _| x / 2.0),
    ("kl", "bits taken for nats: KL/ln 2 for KL", |x, _| x / LN_2),
    ("kl", "nats taken for bits: KL ln 2 for KL", |x, _| x * LN_2),
    ("kl", "log10 for ln in the KL", |x, _| {
        x / std::f64::consts::LN_10
    }),
    (
        "log_inverse_weight",
        "the union over the grid dropped",
        |_, _| 0.0,
    ),
    ("m", "m - 1 for m", |x, _| x - 1.0),
    ("m", "m + 1 for m", |x, _| x + 1.0),
    (
        "delta_mc",
        "the union over the draws dropped: delta_mc = 1",
        |_, _| 1.0,
    ),
    (
        "mc_samples",
        "the mean of the draws taken for the expectation",
        |_, _| f64::MAX,
    ),
    ("gamma", "the margin left out", |_, _| 1.0),
    ("margin_loss", "the empirical loss dropped", |_, _| 0.0),
];

/// The inputs with each change that applies.
pub(super) fn ways(inputs: &Inputs<f64>) -> Vec<(String, Inputs<f64>)> {
    let m = match inputs.get("m") {
        Some(Value::Scalar(m)) => *m,
        _ => f64::NAN,
    };
    let mut all = Vec::new();
    for (name, way, change) in CHANGES {
        let changed = match inputs.get(name) {
            Some(Value::Scalar(x)) => Value::Scalar(change(*x, m)),
            Some(Value::List(xs)) => Value::List(xs.iter().map(|x| change(*x, m)).collect()),
            None => continue,
        };
        let mut new = inputs.clone();
        new.set(name, changed);
        all.push((way.to_owned(), new));
    }
    // Every loss that is not the PAC-Bayes bound's own argument.
    for name in ["empirical_loss", "ramp_loss"] {
        if let Some(Value::Scalar(_)) = inputs.get(name) {
            let mut new = inputs.clone();
            new.set(name, Value::Scalar(0.0));
            all.push((format!("the loss on the sample dropped: {name} = 0"), new));
        }
    }
    all
}
