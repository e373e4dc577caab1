//! Certified margins of a sample, for any network: counts below a threshold
//! and ramp losses.
//!
//! The bulk is f64 with the error bound of [`super::forward`]; a sample whose
//! margin that leaves on both sides of a threshold is sent through the network
//! again in MPFR, with growing precision.

use super::count::{Known, below};
use super::forward::Forward;
use super::trace::{Trace, margin_of};
use super::{Count, margins_exact};
use crate::data::Sample;
use crate::error::Result;
use crate::network::Graph;
use crate::real::{Enclosure, Interval, Real};
use ndarray::ArrayView1;
use rayon::prelude::*;
use rug::Float;
use rug::float::Round;
use std::cmp::Ordering;

/// A batch holds about so many entries in its largest value: what a core's
/// cache holds, for then the next layer finds it there.
const BATCH_ENTRIES: usize = 1 << 17;
const LARGEST_BATCH: usize = 512;
const SLACK: f64 = 1.0 + 1e-9;
const TINY: f64 = 1e-150;
/// Beyond this a sample is left undecided.
const HIGHEST_PRECISION: u32 = 16_384;

/// The margin h(x)_y - max_{j != y} h(x)_j of every sample, enclosed.
pub struct Margins<'a> {
    graph: &'a Graph,
    sample: &'a Sample,
    // In stored units: the network's divided by the sample's scale.
    value: Vec<f64>,
    error: Vec<f64>,
}

impl<'a> Margins<'a> {
    /// Sends the sample through the network. `progress` is told of every batch
    /// of samples done.
    ///
    /// # Errors
    /// If the sample's dimension is not the network's, or a label is not below C.
    pub fn new(
        graph: &'a Graph,
        sample: &'a Sample,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Self> {
        graph.check_input(sample.dim())?;
        graph.check_labels(sample.classes())?;
        let one = sample.scale().clone().recip().to_f64();
        let forward = Forward::new(graph, one);
        let batch = (BATCH_ENTRIES / forward.largest()).clamp(1, LARGEST_BATCH);
        let starts: Vec<usize> = (0..sample.len()).step_by(batch).collect();
        let parts: Vec<(Vec<f64>, Vec<f64>)> = starts
            .into_par_iter()
            .map(|start| {
                let end = (start + batch).min(sample.len());
                let rows = sample.rows_f64(start..end).into_raw_vec_and_offset().0;
                let out = forward.run(end - start, rows);
                let one = |i: usize| {
                    let label = usize::from(sample.labels()[start + i]);
                    let (value, size) = margin_of(ArrayView1::from(out.values.row(i)), label);
                    let error = (2.0 * out.errors[i] + size * f64::EPSILON) * SLACK + TINY;
                    (value, if error.is_nan() { f64::INFINITY } else { error })
                };
                let part = (0..end - start).map(one).unzip();
                progress(end - start);
                part
            })
            .collect();
        let (mut value, mut error) = (Vec::new(), Vec::new());
        for (values, errors) in parts {
            value.extend(values);
            error.extend(errors);
        }
        Ok(Self {
            graph,
            sample,
            value,
            error,
        })
    }

    /// The margins that a passage through the same network found.
    pub fn of_trace(graph: &'a Graph, trace: &Trace<'a>) -> Self {
        let (value, error) = trace.margins();
        Self {
            graph,
            sample: trace.sample(),
            value,
            error,
        }
    }

    /// The sample.
    pub fn sample(&self) -> &'a Sample {
        self.sample
    }

    /// Sample size m.
    #[allow(clippy::len_without_is_empty)] // A sample is never empty.
    pub fn len(&self) -> usize {
        self.value.len()
    }

    /// The margins to f64 accuracy, in the network's units: for searches.
    pub fn approximate(&self) -> Vec<f64> {
        let scale = self.sample.scale().to_f64();
        self.value.iter().map(|m| m * scale).collect()
    }

    /// The samples with margin <= 0: a tie is an error.
    pub fn errors(&self) -> Count {
        self.at_most(&Enclosure::integer(Enclosure::DEFAULT_PRECISION, 0))
    }

    /// The samples with margin <= `threshold`.
    pub fn at_most(&self, threshold: &Enclosure) -> Count {
        let scale = self.sample.scale();
        // Exact at this precision, so that the threshold stays one number.
        let prec = threshold.prec() + scale.denom().significant_bits();
        let exact =
            threshold.with_precision(prec) * Enclosure::integer(prec, scale.denom().clone());
        let stored = threshold.clone() / Enclosure::rational(threshold.prec(), scale);
        let stored = Interval::from(&stored);
        let one = |i: usize| match below(self.value[i], self.error[i], stored) {
            Known::Yes => Count::one(),
            Known::No => Count::default(),
            Known::Open => self.escalate(i, &exact),
        };
        (0..self.len())
            .into_par_iter()
            .map(one)
            .reduce(Count::default, Count::join)
    }

    fn escalate(&self, index: usize, threshold: &Enclosure) -> Count {
        let mut bits = 128;
        loop {
            let margin = margins_exact::margin(self.graph, self.sample, index, bits);
            // lo counts at the lower end of the threshold, hi at the upper.
            let met = |end: Enclosure| margin.decide(&end).map(|o| o != Ordering::Greater);
            let found = (met(threshold.lower()), met(threshold.upper()));
            let last = bits >= HIGHEST_PRECISION || !threshold.is_defined();
            if let (Some(lo), Some(hi)) = found {
                return Count {
                    lo: lo.into(),
                    hi: hi.into(),
                    escalated: 1,
                    bits,
                    undecided: 0,
                };
            }
            if last {
                return Count {
                    lo: u64::from(found.0 == Some(true)),
                    hi: 1,
                    escalated: 1,
                    bits,
                    undecided: 1,
                };
            }
            bits *= 2;
        }
    }

    /// The mean of ramp(margin/gamma), ramp(u) = min(1, max(0, 1-u)), for
    /// gamma > 0 in the network's units.
    ///
    /// The ramp falls with the margin and rises with gamma, so each end of the
    /// enclosure takes the ends of both: with `ones` samples at 1 and others of
    /// margin m_i between 0 and gamma, it is (ones + sum (1 - m_i/gamma))/m.
    pub fn ramp_loss(&self, gamma: &Enclosure) -> Enclosure {
        let prec = gamma.prec();
        let stored = gamma.clone() / Enclosure::rational(prec, self.sample.scale());
        if !(stored.lo() > 0 && stored.hi().is_finite()) {
            return Enclosure::undefined(prec);
        }
        let gammas = Interval::from(&stored);
        let end = |upper: bool| {
            let gamma = if upper { gammas.hi() } else { gammas.lo() };
            // Margins are subtracted: their sum is rounded the other way.
            let round = if upper { Round::Down } else { Round::Up };
            let (mut ones, mut between) = (0u64, 0u64);
            let mut sum = Float::new(prec);
            for (i, (&value, &error)) in self.value.iter().zip(&self.error).enumerate() {
                let margin = match error.is_finite() {
                    true if upper => (value - error).next_down(),
                    true => (value + error).next_up(),
                    false => self.escalated_end(i, prec, upper),
                };
                if margin <= 0.0 {
                    ones += 1;
                } else if margin < gamma {
                    between += 1;
                    rug::ops::AddAssignRound::add_assign_round(&mut sum, margin, round);
                }
            }
            let gamma = Enclosure::exact(prec, gamma);
            let sum = Enclosure::new(prec, &sum, &sum).unwrap_or(Enclosure::undefined(prec));
            let total = Enclosure::integer(prec, ones + between) - sum / gamma;
            total / Enclosure::integer(prec, self.len())
        };
        let (lo, hi) = (end(false), end(true));
        let zero = lo.int(0);
        lo.max(&zero).hull(&hi.min(&zero.int(1)).max(&zero))
    }

    /// An end of a margin of which f64 knows nothing.
    fn escalated_end(&self, i: usize, prec: u32, upper: bool) -> f64 {
        let margin = margins_exact::margin(self.graph, self.sample, i, prec)
            / Enclosure::integer(prec, self.sample.scale().numer().clone());
        let margin = Interval::from(&margin);
        // The loss is at its upper end where the margin is at its lower.
        if upper { margin.lo() } else { margin.hi() }
    }
}
