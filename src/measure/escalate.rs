//! One sample through the network in MPFR enclosures.

use crate::data::Sample;
use crate::real::{Enclosure, Real};
use ndarray::{Array2, Axis};

/// Enclosures of one sample's numbers, in stored units times the numerator of
/// the sample's scale: the network's units times the denominator, an integer,
/// so that thresholds can be brought to them without rounding.
pub(super) struct Exact {
    pub norm_squared: Enclosure,
    pub margin: Enclosure,
    activations: Vec<Vec<Enclosure>>,
}

impl Exact {
    /// Beyond this a sample is left undecided. f32 networks become exact, ties
    /// and all, at a few hundred bits per layer.
    pub const HIGHEST_PRECISION: u32 = 16_384;

    /// Sample `index` through the layers `weights`.
    pub fn new(weights: &[&Array2<f64>], sample: &Sample, index: usize, prec: u32) -> Self {
        let raw = sample.rows_f64(index..index + 1);
        let numerator = Enclosure::integer(prec, sample.scale().numer().clone());
        let mut x: Vec<Enclosure> = raw
            .iter()
            .map(|&v| Enclosure::exact(prec, v) * &numerator)
            .collect();
        let zero = Enclosure::integer(prec, 0);
        let norm_squared = x.iter().fold(zero.clone(), |sum, v| sum + v.powi(2));
        let (output, hidden) = weights.split_last().expect("a network has an output layer");
        let mut activations = Vec::with_capacity(hidden.len());
        for w in hidden {
            let z = product(w, &x, prec);
            x = z.iter().map(|v| v.max(&zero)).collect();
            activations.push(z);
        }
        let outputs = product(output, &x, prec);
        let label = usize::from(sample.labels()[index]);
        let others = outputs
            .iter()
            .enumerate()
            .filter(|(j, _)| *j != label)
            .map(|(_, h)| h.clone());
        let margin = match others.reduce(|a, b| a.max(&b)) {
            Some(best) => outputs[label].clone() - best,
            None => outputs[label].clone(),
        };
        Self {
            norm_squared,
            margin,
            activations,
        }
    }

    /// The s-th largest entry of -W_k x_{k-1}: order statistics are monotone, so
    /// the ends' order statistics enclose it.
    pub fn inactivity(&self, layer: usize, s: usize) -> Enclosure {
        let z = &self.activations[layer];
        let mut lo: Vec<_> = z.iter().map(Enclosure::lo).collect();
        let mut hi: Vec<_> = z.iter().map(Enclosure::hi).collect();
        lo.sort_by(|a, b| a.total_cmp(b));
        hi.sort_by(|a, b| a.total_cmp(b));
        let prec = z[0].prec();
        match Enclosure::new(prec, &lo[s - 1], &hi[s - 1]) {
            Some(smallest) => -smallest,
            None => Enclosure::undefined(prec),
        }
    }
}

fn product(w: &Array2<f64>, x: &[Enclosure], prec: u32) -> Vec<Enclosure> {
    let dot = |row: ndarray::ArrayView1<f64>| {
        let zero = Enclosure::integer(prec, 0);
        row.iter().zip(x).fold(zero, |sum, (&w, x)| {
            if w == 0.0 {
                sum
            } else {
                sum + Enclosure::exact(prec, w) * x
            }
        })
    };
    w.axis_iter(Axis(0)).map(dot).collect()
}
