//! Certified roots of monotone functions.
//!
//! The caller says on which side of the root a point certainly lies, or that it
//! cannot tell. The returned pair brackets the root whatever the starting guess
//! was worth: each end is either a point whose side was *certified*, or the end
//! of the domain. A poor guess costs time and, once the time is up, width; never
//! correctness.

use rug::Float;

/// Where a point certainly lies with respect to the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The point is <= the root.
    Left,
    /// The point is >= the root.
    Right,
}

/// Steps walked outwards from the guess at most, on each side: steps grow
/// fourfold, then ever faster, so this many cross MPFR's whole range.
const MOST_STEPS: u32 = 96;

/// A bracket `(lo, hi)` of the root of a monotone function on `[min, max]`, the
/// root being known to lie there, as narrow as `side` can decide down to about
/// four units in the last place of `prec` bits.
///
/// `side(x)` returns the certified side of `x`, or `None` if its arithmetic
/// cannot decide. `guess` starts the search. `side` is asked at most about
/// 4 `prec` + 1000 times. `min <= max` must not be NaN.
pub fn monotone_root(
    prec: u32,
    min: &Float,
    max: &Float,
    guess: &Float,
    side: impl Fn(&Float) -> Option<Side>,
) -> (Float, Float) {
    let clamp = |x: Float| {
        if x.is_nan() || x < *min {
            Float::with_val(prec, min)
        } else if x > *max {
            Float::with_val(prec, max)
        } else {
            x
        }
    };
    let guess = clamp(Float::with_val(prec, guess));
    let (mut lo, mut hi) = (min.clone(), max.clone());

    let mut step = Step::first(prec, &guess);
    let mut x = Float::with_val(prec, &guess - &step.size);
    for _ in 0..MOST_STEPS {
        if !(x > *min) {
            break;
        }
        match side(&x) {
            Some(Side::Left) => {
                lo = x;
                break;
            }
            Some(Side::Right) => hi.clone_from(&x),
            None => {}
        }
        step.grow();
        x = Float::with_val(prec, &guess - &step.size);
    }
    if hi == *max {
        let mut step = Step::first(prec, &guess);
        let mut x = Float::with_val(prec, &guess + &step.size);
        for _ in 0..MOST_STEPS {
            if !(x < *max) {
                break;
            }
            match side(&x) {
                Some(Side::Right) => {
                    hi = x;
                    break;
                }
                Some(Side::Left) => lo.clone_from(&x),
                None => {}
            }
            step.grow();
            x = Float::with_val(prec, &guess + &step.size);
        }
    }

    // Bisect what a poor guess left wide.
    for _ in 0..4u64 * u64::from(prec) + 800 {
        let width = Float::with_val(prec, &hi - &lo);
        let mid = middle(prec, &lo, &hi);
        let close = mid.clone().abs() >> (prec as i32 - 4);
        if !(width > close) || mid <= lo || mid >= hi {
            break;
        }
        match side(&mid) {
            Some(Side::Left) => lo = mid,
            Some(Side::Right) => hi = mid,
            None => break,
        }
    }
    (lo, hi)
}

/// The middle of two numbers; of two that differ in magnitude the middle of
/// their exponents, so that a tiny root is not approached one bit at a time.
fn middle(prec: u32, lo: &Float, hi: &Float) -> Float {
    if *lo > 0
        && let (Some(a), Some(b)) = (lo.get_exp(), hi.get_exp())
        && i64::from(b) - i64::from(a) > 2
    {
        let half = (i64::from(a) + i64::from(b)).div_euclid(2);
        return Float::with_val(prec, 1) << half as i32;
    }
    Float::with_val(prec, lo + hi) / 2u32
}

/// The growing distance from the guess.
struct Step {
    size: Float,
    taken: u32,
}

impl Step {
    /// Two units in the last place of the guess (or a tiny absolute step at 0).
    fn first(prec: u32, guess: &Float) -> Self {
        let magnitude = if guess.is_zero() {
            Float::with_val(prec, 1) >> prec
        } else {
            guess.clone().abs()
        };
        Self {
            size: magnitude >> (prec as i32 - 2),
            taken: 0,
        }
    }

    /// Fourfold for the first 64 steps; then the exponent doubles as well.
    fn grow(&mut self) {
        self.taken += 1;
        let shift = if self.taken <= 64 {
            2
        } else {
            2i32 << (self.taken - 64).min(26)
        };
        self.size <<= shift;
    }
}
