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

/// Squared Frobenius norms of the centred head: of what it reads from each channel, and
/// of its bias.
pub struct Centred {
    channels: Vec<Enclosure>,
    bias: Enclosure,
}

impl Centred {
    /// From exact sums.
    pub fn new(head: &Conv, prec: u32) -> Self {
        let working = prec + GUARD;
        let zero = Enclosure::integer(working, 0);
        let classes = zero.int(head.kernel.dim().0 as i64);
        let centred =
            |moments: &Moments| (moments.squares() - moments.sum().powi(2) / &classes).max(&zero);
        let channels: Vec<_> = head.kernel.axis_iter(Axis(1)).collect();
        let channels = channels
            .into_par_iter()
            .map_init(
                || Moments::new(working),
                |moments, channel| {
                    channel
                        .lanes(Axis(0))
                        .into_iter()
                        .fold(zero.clone(), |total, column| {
                            moments.clear();
                            column.iter().for_each(|x| moments.add(*x));
                            total + centred(moments)
                        })
                },
            )
            .collect();
        let mut bias = Moments::new(working);
        for b in head.bias.iter().flatten() {
            bias.add(*b);
        }
        Self {
            channels,
            bias: centred(&bias),
        }
    }

    /// The sums; with the channels divided by `scales`, if given.
    pub fn squares(&self, scales: Option<&Array1<f64>>, prec: u32) -> Squares {
        let zero = self.bias.int(0);
        let kernel = match scales {
            None => self.channels.iter().fold(zero, |sum, x| sum + x),
            // Indexed, not zipped: a channel without a scale must not drop out of the sum.
            Some(scales) => (0..self.channels.len()).fold(zero, |sum, i| {
                sum + Enclosure::exact(prec + GUARD, scales[i]).powi(-2) * &self.channels[i]
            }),
        };
        Squares {
            kernel: kernel.with_precision(prec),
            bias: self.bias.with_precision(prec),
        }
    }
}
