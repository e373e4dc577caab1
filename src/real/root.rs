//! Certified roots of monotone functions.
//!
//! The caller says on which side of the root a point certainly lies, or that it
//! cannot tell. The returned pair brackets the root whatever the starting guess
//! was worth: each end is either a point whose side was *certified*, or the end
//! of the domain. A poor guess costs time, never correctness.

use rug::Float;

/// Where a point certainly lies with respect to the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The point is <= the root.
    Left,
    /// The point is >= the root.
    Right,
}

/// A bracket `(lo, hi)` of the root of a monotone function on `[min, max]`, the
/// root being known to lie there, as narrow as `side` can decide down to about
/// four units in the last place of `prec` bits.
///
/// `side(x)` returns the certified side of `x`, or `None` if its arithmetic
/// cannot decide. `guess` starts the search.
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

    // Walk outwards from the guess in steps that grow fourfold.
    let mut step = first_step(prec, &guess);
    let mut x = Float::with_val(prec, &guess - &step);
    while x > *min {
        match side(&x) {
            Some(Side::Left) => {
                lo = x;
                break;
            }
            Some(Side::Right) => hi.clone_from(&x),
            None => {}
        }
        step *= 4u32;
        x = Float::with_val(prec, &guess - &step);
    }
    if hi == *max {
        let mut step = first_step(prec, &guess);
        let mut x = Float::with_val(prec, &guess + &step);
        while x < *max {
            match side(&x) {
                Some(Side::Right) => {
                    hi = x;
                    break;
                }
                Some(Side::Left) => lo.clone_from(&x),
                None => {}
            }
            step *= 4u32;
            x = Float::with_val(prec, &guess + &step);
        }
    }

    // Bisect what a poor guess left wide.
    loop {
        let width = Float::with_val(prec, &hi - &lo);
        let mid = Float::with_val(prec, &lo + &hi) / 2u32;
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

/// Two units in the last place of the guess (or a tiny absolute step at 0).
fn first_step(prec: u32, guess: &Float) -> Float {
    let magnitude = if guess.is_zero() {
        Float::with_val(prec, 1) >> prec
    } else {
        guess.clone().abs()
    };
    magnitude >> (prec as i32 - 2)
}
