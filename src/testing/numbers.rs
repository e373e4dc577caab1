//! Where random choices come from.

/// Choices without a pattern, or given ones: a test that fails can then shrink them.
#[derive(Clone, Debug)]
pub struct Numbers {
    given: std::vec::IntoIter<u64>,
    /// Of SplitMix64; without it, 0 follows the given ones, which is the simplest of
    /// every choice.
    state: Option<u64>,
}

impl Numbers {
    /// The same in every run.
    pub fn seeded(seed: u64) -> Self {
        Self {
            given: Vec::new().into_iter(),
            state: Some(seed),
        }
    }

    /// These, then 0 for ever.
    pub fn of(given: Vec<u64>) -> Self {
        Self {
            given: given.into_iter(),
            state: None,
        }
    }

    /// Any number.
    pub fn any(&mut self) -> u64 {
        if let Some(x) = self.given.next() {
            return x;
        }
        let Some(state) = &mut self.state else {
            return 0;
        };
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One of 0, ..., n-1.
    pub fn below(&mut self, n: usize) -> usize {
        (self.any() % n as u64) as usize
    }

    /// One of `low`, ..., `high`.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// In [-1, 1), a multiple of 2^-11: sums of products of a few are exact.
    pub fn centred(&mut self) -> f64 {
        (self.any() >> 52) as f64 / 2048.0 - 1.0
    }
}
