//! Rescaling channels to lower rho.
//!
//! Multiplying what a hidden channel receives by s > 0 and dividing what it
//! passes on by s changes no output of a ReLU network. Where channel j of a layer
//! receives the energy p_j and passes on q_j, the product of this layer's and the next
//! one's squared norm is (sum p_j t_j)(sum q_j/t_j), t = s^2. By Cauchy-Schwarz it is at
//! least (sum sqrt(p_j q_j))^2, which t_j = c sqrt(q_j/p_j) attains for any c > 0: taken so
//! that what is passed on is received with the same norm as before. Sweeps over the hidden
//! layers descend (one suffices for one of them); any scales found are valid, so only the
//! norms at them are certified. A channel that receives nothing, or passes nothing on, is
//! scaled out of the product as far as floats reach.

use super::amplitude::Squares;
use super::head::Centred;
use crate::network::{Conv, Graph, Op};
use crate::real::{Enclosure, Real, SquareSum};
use ndarray::{Array1, Array2};

/// Sweeps at most, and how little the last one may have moved any t, relatively.
const SWEEPS: usize = 200;
const SETTLED: f64 = 1e-6;
/// t and 1/t at most.
const FARTHEST: f64 = 1e30;

/// Squared norms of every linear layer after rescaling; `None` unless the
/// network is a chain of ungrouped layers with at least one hidden.
pub fn balanced(graph: &Graph, head: &Centred, prec: u32) -> Option<Vec<(usize, Squares)>> {
    if !graph.is_chain() {
        return None;
    }
    let convs: Vec<(usize, &Conv)> = graph.convs().collect();
    // A ReLU between any two, so that channels are scaled where they are seen.
    let hidden = &convs[..convs.len() - 1];
    let separated = hidden
        .iter()
        .all(|(i, c)| c.groups == 1 && graph.nodes().get(i + 1).is_some_and(|n| n.op == Op::Relu));
    if hidden.is_empty() || !separated || graph.head().groups != 1 {
        return None;
    }
    let energies: Vec<Array2<f64>> = convs
        .iter()
        .enumerate()
        .map(|(k, (_, c))| energies(c, k + 1 == convs.len()))
        .collect();
    let biased: Vec<Array1<bool>> = convs
        .iter()
        .map(|(_, c)| match &c.bias {
            Some(b) => b.iter().map(|b| *b != 0.0).collect(),
            None => Array1::from_elem(c.kernel.dim().0, false),
        })
        .collect();
    let scales = scales(&energies, &biased)?;
    let one = Array1::from_elem(convs[0].1.kernel.dim().1, 1.0);
    let result = convs.iter().enumerate().map(|(k, (i, conv))| {
        let incoming = if k == 0 { &one } else { &scales[k - 1] };
        let squares = match scales.get(k) {
            Some(outgoing) => squares(conv, incoming, outgoing, prec),
            None => head.squares(Some(incoming), prec),
        };
        (*i, squares)
    });
    Some(result.collect())
}

/// Sum of squares by output and input channel (the head's rows centred).
fn energies(conv: &Conv, head: bool) -> Array2<f64> {
    let (out, inputs, rows, columns) = conv.kernel.dim();
    let mut sums = Array2::zeros((out, inputs));
    for i in 0..inputs {
        for t in 0..rows * columns {
            let column = |o: usize| conv.kernel[[o, i, t / columns, t % columns]];
            let mean = match head {
                true => (0..out).map(column).sum::<f64>() / out as f64,
                false => 0.0,
            };
            for o in 0..out {
                sums[[o, i]] += (column(o) - mean).powi(2);
            }
        }
    }
    sums
}

/// Scales of the channels of each hidden layer; `None` if one is no normal float.
fn scales(energies: &[Array2<f64>], biased: &[Array1<bool>]) -> Option<Vec<Array1<f64>>> {
    let layers = energies.len();
    let mut squares: Vec<Array1<f64>> = energies[..layers - 1]
        .iter()
        .map(|e| Array1::from_elem(e.nrows(), 1.0))
        .collect();
    for _ in 0..SWEEPS {
        let mut moved = 1f64;
        for k in 0..layers - 1 {
            let below = k.checked_sub(1).map(|j| squares[j].mapv(f64::recip));
            let ones = Array1::from_elem(energies[k].ncols(), 1.0);
            let received = energies[k].dot(below.as_ref().unwrap_or(&ones));
            let above = squares.get(k + 1).cloned();
            let ones = Array1::from_elem(energies[k + 1].nrows(), 1.0);
            let passed = energies[k + 1].t().dot(above.as_ref().unwrap_or(&ones));
            let t = &mut squares[k];
            let live = |j: &usize| received[*j] > 0.0 && passed[*j] > 0.0;
            let best = |j: usize| (passed[j] / received[j]).sqrt();
            let [before, after] = (0..t.len()).filter(live).fold([0.0; 2], |[b, a], j| {
                [b + received[j] * t[j], a + received[j] * best(j)]
            });
            for j in 0..t.len() {
                let better = match (received[j] > 0.0, passed[j] > 0.0) {
                    (true, true) => best(j) * (before / after),
                    (false, true) if !biased[k][j] => FARTHEST,
                    (true, false) => 1.0 / FARTHEST,
                    _ => continue,
                };
                if better.is_normal() {
                    let better = better.clamp(1.0 / FARTHEST, FARTHEST);
                    moved = moved.max(better / t[j]).max(t[j] / better);
                    t[j] = better;
                }
            }
        }
        if moved < 1.0 + SETTLED {
            break;
        }
    }
    let roots: Vec<Array1<f64>> = squares.into_iter().map(|s| s.mapv(f64::sqrt)).collect();
    let usable = |s: &Array1<f64>| s.iter().all(|x| x.is_normal() && *x > 0.0);
    roots.iter().all(usable).then_some(roots)
}

/// Squared norms of the layer with weights w_oi s_o/s_i and biases b_o s_o, the
/// scales read as the floats they are.
fn squares(conv: &Conv, incoming: &Array1<f64>, outgoing: &Array1<f64>, prec: u32) -> Squares {
    let zero = Enclosure::integer(prec, 0);
    let (mut kernel, mut bias) = (zero.clone(), zero.clone());
    let exact = |x: f64| Enclosure::exact(prec, x);
    let below: Vec<Enclosure> = incoming.iter().map(|s| exact(*s).powi(-2)).collect();
    for (o, row) in conv.kernel.outer_iter().enumerate() {
        let mut sum = SquareSum::new(prec);
        for (taps, below) in row.outer_iter().zip(&below) {
            taps.iter().for_each(|w| sum.add_times(*w, below));
        }
        let scale = exact(outgoing[o]).powi(2);
        kernel = kernel + sum.enclosure() * &scale;
        if let Some(b) = &conv.bias {
            bias = bias + exact(b[o]).powi(2) * scale;
        }
    }
    Squares { kernel, bias }
}
