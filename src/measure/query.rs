//! What is asked of a sample, and the answer.

use crate::real::Enclosure;

/// Which samples are asked for: those with ||x|| > `norm`, or margin below
/// `margin`, or, for some hidden layer, s_k-th largest entry of -W_k x_{k-1}
/// below `activation`. Thresholds are in the units of the network.
#[derive(Clone, Debug, Default)]
pub struct Query {
    pub norm: Option<Enclosure>,
    pub margin: Option<MarginBelow>,
    /// Per hidden layer (s_k >= 1, threshold); `None` for no condition.
    pub activation: Vec<Option<(usize, Enclosure)>>,
}

impl Query {
    pub(super) fn map(
        &self,
        norm: impl Fn(&Enclosure) -> Enclosure,
        other: impl Fn(&Enclosure) -> Enclosure,
    ) -> Self {
        let margin = |m: &MarginBelow| MarginBelow {
            threshold: other(&m.threshold),
            strict: m.strict,
        };
        let activation = |a: &Option<(usize, Enclosure)>| a.as_ref().map(|(s, t)| (*s, other(t)));
        Self {
            norm: self.norm.as_ref().map(norm),
            margin: self.margin.as_ref().map(margin),
            activation: self.activation.iter().map(activation).collect(),
        }
    }

    /// False if some threshold is undefined, which no precision mends.
    pub(super) fn is_defined(&self) -> bool {
        let norm = self.norm.iter();
        let margin = self.margin.iter().map(|m| &m.threshold);
        let activation = self.activation.iter().flatten().map(|(_, t)| t);
        norm.chain(margin)
            .chain(activation)
            .all(Enclosure::is_defined)
    }
}

/// margin <= threshold, or margin < threshold as the papers print it.
#[derive(Clone, Debug)]
pub struct MarginBelow {
    pub threshold: Enclosure,
    pub strict: bool,
}

impl MarginBelow {
    /// margin <= threshold: a tie is an error.
    pub fn or_equal(threshold: Enclosure) -> Self {
        Self {
            threshold,
            strict: false,
        }
    }
}

/// How many samples meet a query: exact if `lo == hi`, which is always so when
/// the thresholds are single numbers (or no sample lies between their ends).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub lo: u64,
    pub hi: u64,
    /// Samples the f64 bound left undecided.
    pub escalated: u64,
    /// Bits at which the last of them was decided.
    pub bits: u32,
    /// Samples not decided at the highest precision tried (counted in `hi`).
    pub undecided: u64,
}

impl Count {
    /// One sample, decided by f64.
    pub(super) fn one() -> Self {
        Self {
            lo: 1,
            hi: 1,
            ..Self::default()
        }
    }

    pub(super) fn join(self, other: Self) -> Self {
        Self {
            lo: self.lo + other.lo,
            hi: self.hi + other.hi,
            escalated: self.escalated + other.escalated,
            bits: self.bits.max(other.bits),
            undecided: self.undecided + other.undecided,
        }
    }

    /// The fraction of `m` samples.
    pub fn fraction(&self, prec: u32, m: usize) -> Enclosure {
        let m = Enclosure::integer(prec, m);
        let count = Enclosure::integer(prec, self.lo).hull(&Enclosure::integer(prec, self.hi));
        count / m
    }
}
