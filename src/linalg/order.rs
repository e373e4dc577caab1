//! Sums of the largest, through integer keys.
//!
//! Sorting f64 by an order-preserving integer key needs no comparator and has
//! no NaN to mistake; the callers' values are finite.

/// The key of a finite x: keys compare as the numbers do (-0 below +0).
pub(crate) fn key(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

/// The number of a key.
pub(crate) fn number(key: i64) -> f64 {
    f64::from_bits((key ^ (((key >> 63) as u64) >> 1) as i64) as u64)
}

/// Sorts `keys`, and writes for k = 0..=len the f64 sum of the k largest.
pub(crate) fn sums_of_largest(keys: &mut [i64], mut each: impl FnMut(usize, f64)) {
    keys.sort_unstable();
    let mut sum = 0.0;
    each(0, sum);
    for (k, &largest) in keys.iter().rev().enumerate() {
        sum += number(largest);
        each(k + 1, sum);
    }
}
