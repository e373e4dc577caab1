//! Exact counts over a trace.
//!
//! A sample whose comparison the f64 bound does not decide is sent through the
//! network again in MPFR enclosures of growing precision. Weights and inputs are
//! dyadic, so at some precision all is exact and even a tie is decided. Where a
//! comparison must be exact both sides are first multiplied by the integers of
//! the scale: dividing by 3/7 would make an interval of a threshold.

use super::escalate::Exact;
use super::query::{Count, MarginBelow, Query};
use super::trace::{Block, Trace};
use crate::real::{Enclosure, Interval, Real};
use ndarray::Zip;
use rayon::prelude::*;
use std::cmp::Ordering;

/// What is known of one comparison.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    Yes,
    No,
    Open,
}

impl Trace<'_> {
    /// The samples with margin <= 0: a tie is an error.
    pub fn errors(&self) -> Count {
        let zero = Enclosure::integer(Enclosure::DEFAULT_PRECISION, 0);
        self.count(&Query {
            margin: Some(MarginBelow::or_equal(zero)),
            ..Query::default()
        })
    }

    /// Counts the samples that meet the query.
    pub fn count(&self, query: &Query) -> Count {
        let (numerator, denominator) = (self.sample.scale().numer(), self.sample.scale().denom());
        // Exact at this precision, so that a threshold stays one number.
        let times = |x: &Enclosure| {
            let prec = x.prec() + denominator.significant_bits();
            x.with_precision(prec) * Enclosure::integer(prec, denominator.clone())
        };
        let square = |x: &Enclosure| x.with_precision(2 * x.prec()).powi(2);
        let exact = query.map(|x| square(&times(x)), times);
        let stored = |x: &Enclosure| {
            let prec = x.prec() + numerator.significant_bits();
            times(x) / Enclosure::integer(prec, numerator.clone())
        };
        let fast = FastQuery::new(&query.map(|x| square(&stored(x)), stored));
        self.blocks
            .par_iter()
            .map(|block| {
                let mut count = Count::default();
                for row in 0..block.margin.len() {
                    count = count.join(match block.known(row, &fast) {
                        Known::Yes => Count::one(),
                        Known::No => Count::default(),
                        Known::Open => self.escalate(block.start + row, &exact),
                    });
                }
                count
            })
            .reduce(Count::default, Count::join)
    }

    /// The same number by plain f64 comparisons: for searches, certifies
    /// nothing. `activation` is (s_k, threshold) or None per hidden layer.
    pub fn approximate_count(
        &self,
        norm: f64,
        margin: f64,
        activation: &[Option<(usize, f64)>],
    ) -> usize {
        let scale = self.sample.scale().to_f64();
        let (norm, margin) = ((norm / scale).powi(2), margin / scale);
        let one = |block: &Block| {
            let mut met: Vec<bool> = block
                .norm_squared
                .iter()
                .zip(&block.margin)
                .map(|(&n, &m)| (n > norm) | (m <= margin))
                .collect();
            for (layer, condition) in block.ascending.iter().zip(activation) {
                if let Some((s, threshold)) = condition {
                    let threshold = threshold / scale;
                    Zip::from(&mut met[..])
                        .and(layer.row(s - 1))
                        .for_each(|met, &z| *met |= -z < threshold);
                }
            }
            met.iter().filter(|&&x| x).count()
        };
        self.blocks.iter().map(one).sum()
    }

    /// `raw` in stored units times the numerator of the scale.
    fn escalate(&self, index: usize, raw: &Query) -> Count {
        let mut bits = 128;
        loop {
            let exact = Exact::new(&self.weights, self.sample, index, bits);
            // A sample counts in `lo` if it meets the query at the lower ends of
            // the thresholds it is compared with from below, and so on.
            let (lo, hi) = (
                meets(&exact, raw, End::Inner),
                meets(&exact, raw, End::Outer),
            );
            if let (Some(lo), Some(hi)) = (lo, hi) {
                return Count {
                    lo: lo.into(),
                    hi: hi.into(),
                    escalated: 1,
                    bits,
                    undecided: 0,
                };
            }
            if bits >= Exact::HIGHEST_PRECISION || !raw.is_defined() {
                let lo = u64::from(lo == Some(true));
                return Count {
                    lo,
                    hi: 1,
                    escalated: 1,
                    bits,
                    undecided: 1,
                };
            }
            bits *= 2;
        }
    }
}

/// Which ends of the thresholds: the ones that select fewer samples, or more.
#[derive(Clone, Copy)]
enum End {
    Inner,
    Outer,
}

/// Whether a sample known to some precision meets the query; `None`: open.
fn meets(exact: &Exact, raw: &Query, end: End) -> Option<bool> {
    let below = |t: &Enclosure| match end {
        End::Inner => t.lower(),
        End::Outer => t.upper(),
    };
    let above = |t: &Enclosure| match end {
        End::Inner => t.upper(),
        End::Outer => t.lower(),
    };
    let mut open = false;
    let mut any = false;
    let mut note = |known: Option<bool>| match known {
        Some(true) => any = true,
        Some(false) => {}
        None => open = true,
    };
    if let Some(norm) = &raw.norm {
        note(
            exact
                .norm_squared
                .decide(&above(norm))
                .map(|o| o == Ordering::Greater),
        );
    }
    if let Some(MarginBelow { threshold, strict }) = &raw.margin {
        let order = exact.margin.decide(&below(threshold));
        note(order.map(|o| o == Ordering::Less || (o == Ordering::Equal && !strict)));
    }
    for (layer, condition) in raw.activation.iter().enumerate() {
        if let Some((s, threshold)) = condition {
            let order = exact.inactivity(layer, *s).decide(&below(threshold));
            note(order.map(|o| o == Ordering::Less));
        }
    }
    if any {
        Some(true)
    } else if open {
        None
    } else {
        Some(false)
    }
}

/// The query in stored units, thresholds as f64 intervals.
struct FastQuery {
    norm: Option<Interval>,
    margin: Option<(Interval, bool)>,
    activation: Vec<Option<(usize, Interval)>>,
}

impl FastQuery {
    fn new(raw: &Query) -> Self {
        Self {
            norm: raw.norm.as_ref().map(Interval::from),
            margin: raw
                .margin
                .as_ref()
                .map(|m| (Interval::from(&m.threshold), m.strict)),
            activation: raw
                .activation
                .iter()
                .map(|a| a.as_ref().map(|(s, t)| (*s, Interval::from(t))))
                .collect(),
        }
    }
}

/// value +- error < threshold, the threshold anywhere in its interval.
pub(super) fn below(value: f64, error: f64, threshold: Interval) -> Known {
    // An overflow can hide behind a bound that just did not overflow.
    if !value.is_finite() {
        return Known::Open;
    }
    if (value + error).next_up() < threshold.lo() {
        Known::Yes
    } else if (value - error).next_down() > threshold.hi() {
        Known::No
    } else {
        Known::Open
    }
}

impl Block {
    fn known(&self, row: usize, query: &FastQuery) -> Known {
        let mut open = false;
        if let Some((threshold, _)) = query.margin {
            // An exact tie is Open: the strictness is decided by escalation.
            match below(self.margin[row], self.margin_error[row], threshold) {
                Known::Yes => return Known::Yes,
                Known::Open => open = true,
                Known::No => {}
            }
        }
        if let Some(threshold) = query.norm {
            let (n, e) = (self.norm_squared[row], self.norm_error[row]);
            let (lo, hi) = if e == 0.0 {
                (n, n)
            } else {
                ((n - e).next_down(), (n + e).next_up())
            };
            if lo > threshold.hi() {
                return Known::Yes;
            }
            // Unless certainly not beyond; a NaN threshold leaves it open.
            open |= !matches!(
                hi.partial_cmp(&threshold.lo()),
                Some(Ordering::Less | Ordering::Equal)
            );
        }
        for (layer, condition) in query.activation.iter().enumerate() {
            if let Some((s, threshold)) = condition {
                let value = -self.ascending[layer][[s - 1, row]];
                match below(value, self.activation_error[layer][row], *threshold) {
                    Known::Yes => return Known::Yes,
                    Known::Open => open = true,
                    Known::No => {}
                }
            }
        }
        if open { Known::Open } else { Known::No }
    }
}
