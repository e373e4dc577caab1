//! Loss and gradient by backpropagation.

use ndarray::{Array2, ArrayView2, Axis};

/// The loss on a batch and its gradient by layer.
#[derive(Clone, Debug)]
pub struct Gradient {
    pub loss: f64,
    pub weights: Vec<Array2<f64>>,
}

/// Mean softmax cross-entropy over the rows of `x` (n, d_0) with labels `y`,
/// plus penalty/(K+1) sum_k ||W_k - W_prior,k||_F^2; prior zero if `None`.
pub fn gradient(
    weights: &[Array2<f64>],
    prior: Option<&[Array2<f64>]>,
    x: ArrayView2<f64>,
    y: &[u16],
    penalty: f64,
) -> Gradient {
    let n = x.nrows() as f64;
    // inputs[k] enters layer k+1.
    let mut inputs = vec![x.to_owned()];
    let mut outputs = x.to_owned();
    for (k, w) in weights.iter().enumerate() {
        outputs = inputs[k].dot(&w.t());
        if k + 1 < weights.len() {
            inputs.push(outputs.mapv(|v| v.max(0.0)));
        }
    }
    // Softmax in place; `outputs` becomes d loss / d outputs.
    let mut loss = 0.0;
    for (mut row, &label) in outputs.axis_iter_mut(Axis(0)).zip(y) {
        let largest = row.fold(f64::NEG_INFINITY, |a, &b| a.max(b));
        row.mapv_inplace(|v| (v - largest).exp());
        let sum = row.sum();
        row /= sum;
        let own = usize::from(label);
        loss -= row[own].max(f64::MIN_POSITIVE).ln() / n;
        row[own] -= 1.0;
    }
    let mut back = outputs / n;
    let share = penalty / weights.len() as f64;
    let mut gradients = vec![Array2::zeros((0, 0)); weights.len()];
    for k in (0..weights.len()).rev() {
        let mut g = back.t().dot(&inputs[k]);
        let distance = match prior {
            Some(prior) => &weights[k] - &prior[k],
            None => weights[k].clone(),
        };
        loss += share * distance.iter().map(|d| d * d).sum::<f64>();
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
        loss,
        weights: gradients,
    }
}
