//! Units in which papers print what theorems take in nats, fractions and counts.

use crate::real::{Enclosure, Real};

/// What a printed number has to be turned from. Every conversion is increasing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// As the theorem has it.
    Plain,
    /// Bits, of a prefix-free code or of a divergence: x ln 2 nats.
    Bits,
    /// A divergence over the sample size: x m.
    PerSample,
    /// Bits over the sample size: x m ln 2 nats.
    BitsPerSample,
    /// x/100.
    Percent,
    /// 1000 x.
    Thousands,
    /// 2^x.
    Log2,
    /// 10^x.
    Log10,
}

impl Unit {
    /// All of them, with the names they have in files.
    pub const NAMES: [(&'static str, Self); 7] = [
        ("bits", Self::Bits),
        ("per-sample", Self::PerSample),
        ("bits-per-sample", Self::BitsPerSample),
        ("percent", Self::Percent),
        ("thousands", Self::Thousands),
        ("log2", Self::Log2),
        ("log10", Self::Log10),
    ];

    /// The one of that name.
    pub fn find(name: &str) -> Option<Self> {
        let all = Self::NAMES.iter();
        all.copied().find(|(n, _)| *n == name).map(|(_, u)| u)
    }

    /// Whether the sample size is needed.
    pub fn is_per_sample(self) -> bool {
        matches!(self, Self::PerSample | Self::BitsPerSample)
    }

    /// Whether a rational stays one, so that an integer may come out.
    pub fn is_rational(self) -> bool {
        matches!(self, Self::Plain | Self::Percent | Self::Thousands)
    }

    /// The number in the theorem's unit, for a sample of size `m`.
    pub fn apply<R: Real>(self, x: &R, m: &R) -> R {
        match self {
            Self::Plain => x.clone(),
            Self::Bits => x.clone() * x.int(2).ln(),
            Self::PerSample => x.clone() * m,
            Self::BitsPerSample => x.clone() * m * x.int(2).ln(),
            Self::Percent => x.clone() / x.int(100),
            Self::Thousands => x.clone() * x.int(1000),
            Self::Log2 => (x.clone() * x.int(2).ln()).exp(),
            Self::Log10 => (x.clone() * x.int(10).ln()).exp(),
        }
    }

    /// Enclosures whose exponentials would not fit anything are not asked for.
    pub(super) fn accepts(self, x: &Enclosure) -> bool {
        !matches!(self, Self::Log2 | Self::Log10) || (x.lo() >= -1_000_000 && x.hi() <= 1_000_000)
    }
}
