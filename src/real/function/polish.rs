//! Newton's iteration at a precision that grows with what is already known. An
//! approximation, certified by nobody: the ends around it are.

use rug::Float;

/// Improves `start`, the approximate root in (min, max), until about `target`
/// of its leading bits are right or `step` gives up. `step(x, w)` is the Newton
/// correction at x computed with about w bits; at most `most` are asked for.
pub(super) fn polish(
    target: u32,
    most: u32,
    min: &Float,
    max: &Float,
    start: Float,
    step: impl Fn(&Float, u32) -> Option<Float>,
) -> Float {
    let mut x = start;
    // An f64 start is good for this many bits; if not, the first correction
    // will say so.
    let mut known = 40i64;
    for _ in 0..48 {
        // Newton's error is relative to the distance from the nearer end.
        let gap = gap(&x, min, max);
        let bits = (2 * known + 40 + gap).max(80).min(i64::from(most)) as u32;
        x.set_prec(bits.max(64));
        let Some(correction) = step(&x, bits).filter(Float::is_finite) else {
            break;
        };
        if correction.is_zero() {
            break;
        }
        let next = Float::with_val(bits, &x + &correction);
        let jumped = next <= *min || next >= *max;
        x = if next <= *min {
            Float::with_val(bits, &x + min) / 2u32
        } else if next >= *max {
            Float::with_val(bits, &x + max) / 2u32
        } else {
            next
        };
        let exponent = |x: &Float| i64::from(x.get_exp().unwrap_or(0));
        let gained = exponent(&x) - exponent(&correction) - gap;
        known = if jumped {
            20
        } else {
            (2 * gained - 12).min(i64::from(bits) - gap - 30).max(20)
        };
        if known + gap >= i64::from(target) || (bits == most && gained > i64::from(target)) {
            break;
        }
    }
    x
}

/// How many leading bits of x are those of the nearer end of (min, max).
fn gap(x: &Float, min: &Float, max: &Float) -> i64 {
    let exponent = |x: &Float| x.get_exp().map_or(i64::MIN / 4, i64::from);
    let distance = |end: &Float| exponent(&Float::with_val(x.prec(), x - end));
    let nearest = distance(min).min(distance(max));
    (exponent(x) - nearest).clamp(0, i64::from(x.prec()))
}
