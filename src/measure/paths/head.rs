//! The head with the mean over the classes subtracted from each row.
//!
//! Column by column, sum_k (w_k - mean)^2 = sum_k w_k^2 - (sum_k w_k)^2/C.

use super::amplitude::Squares;
use crate::network::Conv;
use crate::real::{Enclosure, Moments, Real};
use ndarray::{Array1, Axis};
use rayon::prelude::*;

/// Extra bits, so that the subtraction loses none of those asked for.
const GUARD: u32 = 64;

/// Squared Frobenius norms of the centred head and its centred bias; with the
/// channels it reads divided by `scales`, if given.
pub fn centred_squares(head: &Conv, scales: Option<&Array1<f64>>, prec: u32) -> Squares {
    let working = prec + GUARD;
    let zero = Enclosure::integer(working, 0);
    let classes = zero.int(head.kernel.dim().0 as i64);
    let centred =
        |moments: &Moments| (moments.squares() - moments.sum().powi(2) / &classes).max(&zero);
    let channels: Vec<_> = head.kernel.axis_iter(Axis(1)).collect();
    let by_channel: Vec<Enclosure> = channels
        .par_iter()
        .enumerate()
        .map(|(i, channel)| {
            let (mut total, mut moments) = (zero.clone(), Moments::new(working));
            for column in channel.lanes(Axis(0)) {
                moments.clear();
                column.iter().for_each(|x| moments.add(*x));
                total = total + centred(&moments);
            }
            match scales {
                None => total,
                Some(s) => total * Enclosure::exact(working, s[i]).powi(-2),
            }
        })
        .collect();
    let kernel = by_channel.into_iter().fold(zero.clone(), |sum, x| sum + x);
    let mut bias = Moments::new(working);
    for b in head.bias.iter().flatten() {
        bias.add(*b);
    }
    Squares {
        kernel: kernel.with_precision(prec),
        bias: centred(&bias).with_precision(prec),
    }
}
