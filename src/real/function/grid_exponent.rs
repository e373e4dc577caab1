//! The point of a geometric grid that covers a number: the least integer t with
//! s b^t >= q, that is t = ceil(log_b(q/s)).
//!
//! *Range over sets.* t increases in q and decreases in s. In b it decreases
//! where q >= s and increases where q < s. So its least value is at the least q,
//! the largest s, and the largest b if q >= s there, else the least b; its
//! largest value at the opposite corner.
//!
//! *At a point.* t is between the ceilings of the ends of an enclosure of
//! ln(q/s)/ln b. Where these differ by one, the integer k between decides: s b^k
//! against q, as exact numbers while they are of moderate length, so that a tie
//! is one. Beyond that a growing precision decides, or else both integers are
//! returned.

use super::EXTRA_BITS;
use crate::real::{Enclosure, Real};
use rug::Float;
use rug::float::Round;
use rug::ops::Pow;

/// Numbers up to this many bits are compared exactly.
const LONGEST: u64 = 1 << 18;

/// The least integer t with `start` `base`^t >= `value`; undefined unless all
/// are certainly positive and finite and `base` > 1.
pub fn grid_exponent(value: &Enclosure, start: &Enclosure, base: &Enclosure) -> Enclosure {
    let prec = value.prec().max(start.prec()).max(base.prec());
    let finite = |x: &Enclosure| x.is_defined() && x.lo() > 0 && x.hi().is_finite();
    if !(finite(value) && finite(start) && finite(base) && base.lo() > 1) {
        return Enclosure::undefined(prec);
    }
    let low = if value.lo() >= start.hi() {
        at_point(prec, &value.lo(), &start.hi(), &base.hi())
    } else {
        at_point(prec, &value.lo(), &start.hi(), &base.lo())
    };
    if value.is_exact() && start.is_exact() && base.is_exact() {
        return low;
    }
    let high = if value.hi() >= start.lo() {
        at_point(prec, &value.hi(), &start.lo(), &base.lo())
    } else {
        at_point(prec, &value.hi(), &start.lo(), &base.hi())
    };
    super::corners(prec, low, high)
}

fn at_point(prec: u32, q: &Float, s: &Float, b: &Float) -> Enclosure {
    let widest = q.prec().max(s.prec()).max(b.prec());
    let mut extra = 64;
    loop {
        let working = widest.max(prec) + extra;
        let [value, start, base] = [q, s, b].map(|x| Enclosure::outward(working, x, x));
        let exponent = ((value / start).ln() / base.ln()).ceil();
        let (lo, hi) = (exponent.lo(), exponent.hi());
        if lo == hi || extra > EXTRA_BITS {
            return exponent.with_precision(prec);
        }
        if let (true, Some(k)) = (Float::with_val(working, &hi - &lo) == 1, short(&lo))
            && let Some(covers) = covers(q, s, b, k)
        {
            return Enclosure::integer(prec, if covers { k } else { k + 1 });
        }
        extra *= 4;
    }
}

fn short(k: &Float) -> Option<i64> {
    (k.is_integer() && k.clone().abs() <= LONGEST).then(|| k.to_integer()?.to_i64())?
}

/// Whether s b^k >= q, if the powers are short enough to be exact.
fn covers(q: &Float, s: &Float, b: &Float, k: i64) -> Option<bool> {
    let n = u32::try_from(k.unsigned_abs()).ok()?;
    let bits = u64::from(n) * u64::from(b.prec());
    if bits > LONGEST {
        return None;
    }
    let other = if k >= 0 { s } else { q };
    let length = (bits as u32).max(64) + other.prec();
    // Exact; beyond MPFR's range it rounds to the side that decides rightly.
    let scaled = |round| {
        let power = Float::with_val_round(length, b.pow(n), round).0;
        Float::with_val_round(length, other * &power, round).0
    };
    Some(if k >= 0 {
        scaled(Round::Down) >= *q
    } else {
        *s >= scaled(Round::Up)
    })
}
