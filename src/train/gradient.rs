//! Loss and gradient by backpropagation.

use super::Loss;
use ndarray::{Array2, ArrayView2, Axis};

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
        let distance = match prior {
            Some(prior) => &weights[k] - &prior[k],
            None => weights[k].clone(),
        };
        value += share * distance.iter().map(|d| d * d).sum::<f64>();
        g.scaled_add(2.0 * share, &distance);
        gradients[k] = g;
        if k > 0 {
            let mut next = back.dot(&weights[k]);
            next.zip_mut_with(&inputs[k], |b, &a| {
                if a <= 0.0 {
                    *b = 0.0;
                }
            });
            back = next;
        }
    }
    Gradient {
        loss: value,
        weights: gradients,
    }
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
