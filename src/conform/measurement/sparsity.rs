//! The sparsity of a network at an input: layer bounds, the greedy choice of inactive
//! units, and the samples that it does not hold for.
//!
//! With the exact norms ||W_k||_(s_k,s_{k-1}), which fall with s: so does zeta_k, and the
//! activity ratio rises with the sensitivity. With the babel function for them, which is
//! not monotone in s_{k-1}, neither would be certain.

use super::network::LAYERS;
use super::through::{inputs, sample};
use super::{Arguments, Measurement, field, numbers, scalar};
use crate::bound::{Domain, Effect};
use crate::conform::point::{Datum, Point};
use crate::conform::subject::{Field, Kind};
use crate::error::{Error, Result};
use crate::measure::definition::{self, Layers, Matrix};
use crate::real::{Enclosure, Real};

/// Norms run over the sub-matrices of every layer.
const LARGEST_DIMENSION: usize = 6;

pub(super) fn entries() -> Vec<Measurement> {
    let zeta_0 = || scalar("zeta_0", Domain::Positive, Effect::Raises, "bound on ||x||");
    let eps = || {
        let about = "sensitivity, shared out as eps_k = eps/(K+1-k)";
        scalar("eps", Domain::NonNegative, Effect::Raises, about)
    };
    vec![
        Measurement {
            id: "muthukumar-sulam-2023/zeta",
            about: "zeta_K = zeta_0 prod_k ||W_k||_(s_k,s_{k-1}), s_0 = 0, with exact sparse norms",
            fields: vec![
                field(
                    "hidden",
                    Kind::Matrices,
                    None,
                    "the K hidden layers, first layer first, each of at most 6 rows and columns",
                ),
                numbers(
                    "inactive",
                    Kind::List,
                    Domain::Count,
                    Effect::Lowers,
                    "s_1..s_K, each below its width",
                ),
                zeta_0(),
            ],
            absolute_tolerance: 0.0,
            value: zeta,
        },
        Measurement {
            id: "network/greedy-activity-ratio",
            about: "kappa(x, eps) at the greedy s*: layer by layer the largest s_k < d_k with the s_k-th largest entry of -W_k x_{k-1} above 3 gamma_k xi_k zeta_{k-1}, the norms at s*_1..s*_{k-1}",
            fields: vec![
                small_layers(),
                field(
                    "x",
                    Kind::List,
                    None,
                    "the input, a number for each column of the first layer",
                ),
                eps(),
                zeta_0(),
            ],
            absolute_tolerance: 0.0,
            value: |x| {
                let layers = small(x.matrices("layers"))?;
                let s = chosen(&layers, x.list("x"), x.scalar("eps"), x.scalar("zeta_0"))?;
                Ok(activity(&layers.widths(), &s, &x.zero()))
            },
        },
        Measurement {
            id: "network/sparse-loss",
            about: "the fraction of the sample with the s_k-th largest entry of -W_k x_{k-1} below times gamma_k xi_k zeta_{k-1} for some k <= K with s_k > 0: S_K(times gamma)",
            fields: vec![
                small_layers(),
                sample(),
                field(
                    "inactive",
                    Kind::List,
                    Some(Domain::Count),
                    "s_1..s_K, each below its width",
                ),
                eps(),
                zeta_0(),
                scalar(
                    "times",
                    Domain::Positive,
                    Effect::Raises,
                    "1 or 3 in Theorem 13",
                ),
            ],
            absolute_tolerance: 1e-12,
            value: sparse_loss,
        },
    ]
}

fn small_layers() -> Field {
    field("layers", Kind::Matrices, None, LAYERS)
}

fn small(layers: &[Matrix]) -> Result<Layers<'_>> {
    let wide = |w: &Matrix| w.len().max(w[0].len()) > LARGEST_DIMENSION;
    if layers.iter().any(wide) {
        let expected = format!("layers of at most {LARGEST_DIMENSION} rows and columns");
        return Err(Error::domain(expected, "more"));
    }
    Ok(Layers(layers))
}

/// `inactive`, one below the width for each of these layers.
fn inactive(x: &Arguments, layers: &[Matrix]) -> Result<Vec<usize>> {
    let s = x.integers("inactive", LARGEST_DIMENSION as u64)?;
    let fits = s.len() == layers.len() && layers.iter().zip(&s).all(|(w, s)| *s < w.len() as u64);
    if !fits {
        let expected = "an `inactive` below the width for each hidden layer";
        return Err(Error::domain(expected, "others"));
    }
    Ok(s.iter().map(|s| *s as usize).collect())
}

fn zeta(x: &Arguments) -> Result<Enclosure> {
    let Layers(layers) = small(x.matrices("hidden"))?;
    let mut zeta = x.scalar("zeta_0").clone();
    let mut s_in = 0;
    for (w, s) in layers.iter().zip(inactive(x, layers)?) {
        zeta = zeta * definition::sparse_norm(w, s, s_in);
        s_in = s;
    }
    Ok(zeta)
}

fn chosen(
    layers: &Layers<'_>,
    x: &[Enclosure],
    eps: &Enclosure,
    zeta_0: &Enclosure,
) -> Result<Vec<usize>> {
    if x.len() != layers.0[0][0].len() {
        let expected = "a number for each column of the first layer";
        return Err(Error::domain(expected, "others"));
    }
    let found = layers.greedy(x, eps, zeta_0);
    found.ok_or_else(|| Error::domain("decided comparisons", "an undecided one"))
}

fn activity(widths: &[usize], s: &[usize], zero: &Enclosure) -> Enclosure {
    let active = |k: usize| {
        let inner = (1..=s.len()).contains(&k);
        widths[k] - if inner { s[k - 1] } else { 0 }
    };
    let layers = 1..widths.len();
    let count = |d: &dyn Fn(usize) -> usize| layers.clone().map(|k| d(k) * d(k - 1)).sum::<usize>();
    zero.int(count(&active) as i64) / zero.int(count(&|k| widths[k]) as i64)
}

fn sparse_loss(x: &Arguments) -> Result<Enclosure> {
    let layers = small(x.matrices("layers"))?;
    let s = inactive(x, &layers.0[..layers.hidden()])?;
    let (eps, zeta_0, times) = (x.scalar("eps"), x.scalar("zeta_0"), x.scalar("times"));
    let sample = inputs(x)?;
    let mut lost = 0;
    for x in sample {
        let undecided = || Error::domain("decided comparisons", "an undecided one");
        let found = layers.is_lost(x, &s, eps, zeta_0, times);
        lost += i64::from(found.ok_or_else(undecided)?);
    }
    Ok(x.zero().int(lost) / x.zero().int(sample.len() as i64))
}

/// s* of the first of a sample, at the inputs of `network/sparse-loss`; `None` outside
/// the domain.
pub fn greedy(p: &Point, prec: u32) -> Option<Vec<usize>> {
    let measurement = super::all()
        .iter()
        .find(|m| m.id == "network/greedy-activity-ratio")?;
    let first = p.get("sample")?.entries().first()?;
    let mut q = Point::new().with("x", Datum::List(first.entries().to_vec()));
    for name in ["layers", "eps", "zeta_0"] {
        q.set(name, p.get(name)?.clone());
    }
    let x = Arguments::new(&measurement.fields, &q, prec).ok()?;
    let layers = small(x.matrices("layers")).ok()?;
    chosen(&layers, x.list("x"), x.scalar("eps"), x.scalar("zeta_0")).ok()
}
