//! Linear heads on fixed features: least squares, class means, and the worst
//! that fits the sample.

use super::{head_on_positions, perceptron};
use crate::data::Sample;
use crate::error::{Error, Result};
use crate::network::Model;
use crate::train::{Stream, generator};
use nalgebra::{Cholesky, DMatrix};
use ndarray::Array2;
use rand_distr::{Distribution, StandardNormal};
use serde::Deserialize;

/// What the head reads.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Features {
    /// The inputs, as the channels of one position.
    #[default]
    Inputs,
    /// The inputs, each a position of its own.
    Positions,
    /// `width` ReLU units of random standard normal directions.
    Random { width: usize },
}

/// Least squares on one-hot labels, `ridge` times the identity added to the Gram
/// matrix of the sample; `kind = "ridge"` and `kind = "worst"`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ridge {
    #[serde(default)]
    pub features: Features,
    /// 0 is the solution of least norm.
    #[serde(default)]
    pub ridge: f64,
    /// What the head is multiplied by: margins of interpolated points are this.
    #[serde(default = "one")]
    pub margin: f64,
}

fn one() -> f64 {
    1.0
}

impl Features {
    /// The fixed first layer, if there is one: (width, d).
    fn layer(&self, d: usize, seed: u64) -> Result<Option<Array2<f64>>> {
        let Self::Random { width } = self else {
            return Ok(None);
        };
        check_weights(*width, d)?;
        let mut rng = generator(seed, Stream::Features);
        let scale = 1.0 / (d as f64).sqrt();
        let draw = || {
            let x: f64 = StandardNormal.sample(&mut rng);
            f64::from((x * scale) as f32)
        };
        Ok(Some(Array2::from_shape_simple_fn((*width, d), draw)))
    }

    /// Feature vectors (m, n) of a sample.
    fn of(&self, layer: Option<&Array2<f64>>, sample: &Sample) -> Array2<f64> {
        let x = sample.rows_f64(0..sample.len()) * sample.scale().to_f64();
        match layer {
            Some(w) => x.dot(&w.t()).mapv(|v| v.max(0.0)),
            None => x,
        }
    }

    fn network(&self, layer: Option<Array2<f64>>, head: Array2<f64>) -> Result<Model> {
        match (self, layer) {
            (Self::Positions, _) => head_on_positions(&head),
            (_, Some(layer)) => perceptron(vec![layer, head]),
            (_, None) => perceptron(vec![head]),
        }
    }
}

impl Ridge {
    pub(super) fn fit(&self, sample: &Sample, classes: usize, seed: u64) -> Result<Model> {
        let layer = self.features.layer(sample.dim(), seed)?;
        let x = self.features.of(layer.as_ref(), sample);
        let targets = one_hot(sample.labels(), classes);
        let head = self.head(&x, &targets)?;
        self.features.network(layer, head)
    }

    /// (C, n): T^T (X X^T + ridge)^{-1} X, of least norm if ridge = 0.
    fn head(&self, x: &Array2<f64>, targets: &Array2<f64>) -> Result<Array2<f64>> {
        /// Points whose Gram matrix is factored.
        const MOST: usize = 20_000;
        let m = x.nrows();
        if m > MOST {
            let expected = format!("at most {MOST} points for least squares");
            return Err(Error::domain(expected, m.to_string()));
        }
        let gram = x.dot(&x.t());
        let size = gram.diag().iter().sum::<f64>() / m as f64;
        // Repeated points make the Gram matrix singular: the least ridge that
        // rounding does not swallow gives their mean.
        let ridge = self.ridge.max(1e-9 * size).max(f64::MIN_POSITIVE);
        let matrix = DMatrix::from_fn(m, m, |i, j| gram[[i, j]] + if i == j { ridge } else { 0.0 });
        let targets = DMatrix::from_fn(m, targets.ncols(), |i, j| targets[[i, j]]);
        let solved = Cholesky::new(matrix).map(|c| c.solve(&targets));
        let solved = solved.ok_or_else(|| {
            Error::domain(
                "a Gram matrix that has a Cholesky factor",
                "none; raise ridge",
            )
        })?;
        let dual = Array2::from_shape_fn((m, solved.ncols()), |(i, j)| solved[(i, j)]);
        let head = dual.t().dot(x) * self.margin;
        Ok(head.mapv(|w| f64::from(w as f32)))
    }
}

/// The head w_y = mean feature of class y, to length 1; classes without a point
/// get 0.
pub(super) fn nearest_mean(
    features: &Features,
    sample: &Sample,
    classes: usize,
    seed: u64,
) -> Result<Model> {
    let layer = features.layer(sample.dim(), seed)?;
    let x = features.of(layer.as_ref(), sample);
    let mut head = one_hot(sample.labels(), classes).t().dot(&x);
    for mut row in head.rows_mut() {
        let norm = row.dot(&row).sqrt();
        if norm > 0.0 {
            row.mapv_inplace(|w| f64::from((w / norm) as f32));
        }
    }
    features.network(layer, head)
}

/// Fits the sample and, as far as the features allow, gives every other point of
/// the population another class than its own. Bounds that hold for all networks
/// at once hold for this one.
pub(super) fn worst(
    ridge: &Ridge,
    sample: &Sample,
    population: &Sample,
    classes: usize,
    seed: u64,
) -> Result<Model> {
    /// The Gram matrix of the population is factored.
    const MOST: usize = 4000;
    if population.len() > MOST {
        let found = population.len().to_string();
        return Err(Error::domain(
            format!("a support of at most {MOST} points"),
            found,
        ));
    }
    let layer = ridge.features.layer(sample.dim(), seed)?;
    let x = ridge.features.of(layer.as_ref(), population);
    let drawn = ridge.features.of(layer.as_ref(), sample);
    let key =
        |row: ndarray::ArrayView1<'_, f64>| row.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    let rows = drawn
        .outer_iter()
        .map(key)
        .zip(sample.labels().iter().copied());
    let seen: std::collections::HashMap<Vec<u64>, u16> = rows.collect();
    let labels: Vec<u16> = x
        .outer_iter()
        .zip(population.labels())
        .map(|(row, &own)| match seen.get(&key(row)) {
            Some(&label) => label,
            None => (own + 1) % classes as u16,
        })
        .collect();
    let head = ridge.head(&x, &one_hot(&labels, classes))?;
    ridge.features.network(layer, head)
}

/// Weights of a layer: at least one, and no more than memory holds.
pub(super) fn check_weights(rows: usize, columns: usize) -> Result<()> {
    const MOST: usize = 1 << 27;
    match rows.checked_mul(columns) {
        Some(1..=MOST) => Ok(()),
        _ => Err(Error::domain(
            format!("layers of 1 to {MOST} weights"),
            format!("{rows} x {columns}"),
        )),
    }
}

fn one_hot(labels: &[u16], classes: usize) -> Array2<f64> {
    let mut targets = Array2::zeros((labels.len(), classes));
    for (i, &y) in labels.iter().enumerate() {
        targets[[i, usize::from(y)]] = 1.0;
    }
    targets
}
