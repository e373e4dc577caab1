//! Loss and gradient by backpropagation.

use super::Loss;
use ndarray::{Array2, ArrayView2, Axis, Zip};

/// The loss on a batch and its gradient by layer.
#[derive(Clone, Debug)]
pub struct Gradient {
    pub loss: f64,
    /// Layer k of shape (d_k, d_{k-1}), as the weights.
    pub weights: Vec<Array2<f64>>,
}

/// Mean `loss` over the rows of `x` (n, d_0) with labels `y` (n), plus
/// penalty/(K+1) sum_k ||W_k - W_prior,k||_F^2; prior zero if `None`. At a kink
/// of the ReLU the derivative is taken as 0.
///
/// # Panics
/// If shapes do not fit or a label is not below the number of outputs.
pub fn gradient(
    weights: &[Array2<f64>],
    prior: Option<&[Array2<f64>]>,
    x: ArrayView2<f64>,
    y: &[u16],
    loss: Loss,
    penalty: f64,
) -> Gradient {
    // inputs[k] enters layer k+1.
    let mut inputs = vec![x.to_owned()];
    let mut outputs = x.to_owned();
    for (k, w) in weights.iter().enumerate() {
        outputs = inputs[k].dot(&w.t());
        if k + 1 < weights.len() {
            inputs.push(outputs.mapv(|v| v.max(0.0)));
        }
    }
    let (mut value, mut back) = at_outputs(outputs, y, loss);
    let share = penalty / weights.len() as f64;
    let mut gradients = vec![Array2::zeros((0, 0)); weights.len()];
    for k in (0..weights.len()).rev() {
        let mut g = back.t().dot(&inputs[k]);
        if share != 0.0 {
            value += share * pull(&mut g, &weights[k], prior.map(|p| &p[k]), 2.0 * share);
        }
        gradients[k] = g;
        if k > 0 {
            let mut next = back.dot(&weights[k]);
            // A choice of two values and no branch: which units are active is not
            // to be predicted.
            next.zip_mut_with(&inputs[k], |b, &a| *b = if a <= 0.0 { 0.0 } else { *b });
            back = next;
        }
    }
    Gradient {
        loss: value,
        weights: gradients,
    }
}

/// Adds `factor` (W - V) to `g` and returns ||W - V||_F^2: one passage through
/// the memory of a wide layer.
fn pull(g: &mut Array2<f64>, w: &Array2<f64>, v: Option<&Array2<f64>>, factor: f64) -> f64 {
    let mut squares = 0.0;
    let mut one = |g: &mut f64, distance: f64| {
        squares += distance * distance;
        *g += factor * distance;
    };
    match v {
        Some(v) => Zip::from(g).and(w).and(v).for_each(|g, w, v| one(g, w - v)),
        None => Zip::from(g).and(w).for_each(|g, w| one(g, *w)),
    }
    squares
}

/// Mean loss of `outputs` (n, C) and its derivative by each of them.
fn at_outputs(mut outputs: Array2<f64>, y: &[u16], loss: Loss) -> (f64, Array2<f64>) {
    let (rows, classes) = (outputs.nrows() as f64, outputs.ncols() as f64);
    let mut sum = 0.0;
    for (mut row, &label) in outputs.axis_iter_mut(Axis(0)).zip(y) {
        let own = usize::from(label);
        match loss {
            Loss::CrossEntropy => {
                // Relative to the largest output, so that no exponential overflows
                // and a hopeless row costs its finite -ln of the softmax.
                let largest = row.fold(f64::NEG_INFINITY, |a, &b| a.max(b));
                row -= largest;
                let normaliser = row.iter().map(|v| v.exp()).sum::<f64>();
                sum += normaliser.ln() - row[own];
                row.mapv_inplace(|v| v.exp() / normaliser);
                row[own] -= 1.0;
            }
            Loss::SquaredError => {
                row[own] -= 1.0;
                sum += row.iter().map(|v| v * v).sum::<f64>() / classes;
                row *= 2.0 / classes;
            }
        }
    }
    (sum / rows, outputs / rows)
}
