//! The sum 1 + r_1 + r_1 r_2 + ... of a positive sequence whose ratios
//! r_i = f num_i/den_i decrease: so it rises, if at all, and then falls. Both
//! the binomial and the chi tail are a first term times such a sum.
//!
//! *Method.* Terms are kept as integers u_i in units of 2^-B, the factor f as an
//! integer F in units of 2^-S with f(1-d) <= F 2^-S <= f, and
//! u_i = floor(u_{i-1} num_i F / (den_i 2^S)).
//!
//! *Error.* Let t_i >= u_i be the exact term in the same units, t_0 = u_0 = 2^B.
//! The deficit e_i = t_i - u_i obeys e_i <= r_i e_{i-1} + d t_i + 1, hence
//! e_i <= i d t_i + sum_{j<=i} t_i/t_j. Where the sequence falls after j the
//! quotient t_i/t_j is <= 1; where it still rises at j, t_j >= t_0 and it is
//! <= t_i 2^-B. So with e = d + 2^-B
//!   e_i <= i (e t_i + 1),   t_i <= (u_i + i)/(1 - i e),
//! and the sum T of n terms is at most (U + n^2)/(1 - n e) <= (U + n^2)(1 + 2ne)
//! as long as n e <= 1/4. What follows t_i is at most the geometric series
//! t_i r/(1-r) with r = r_{i+1} < 1.

use crate::real::{Enclosure, Real};
use rug::Integer;
use rug::float::Round;

/// No sum takes more terms: the time of one evaluation is bounded.
const MOST_TERMS: u64 = 1 << 21;
/// Bits below the last one wanted, to absorb n^2 units.
const GUARD: u32 = 48;

/// An enclosure of the sum to about `prec` bits, and whether all terms were
/// added (false: the rest is enclosed, too). `ratio(i)` is (num_i, den_i) for
/// i >= 1, `None` after the last; den_i > 0. `None` if the sum is out of reach:
/// too many terms, or one far above the first.
pub(super) fn unimodal_sum(
    prec: u32,
    factor: &Enclosure,
    ratio: impl Fn(u64) -> Option<(u64, u64)>,
) -> Option<(Enclosure, bool)> {
    let bits = prec.checked_add(GUARD)?;
    let low = factor.lo();
    if !factor.is_defined() || low <= 0 || factor.hi().is_infinite() {
        return None;
    }
    let shift = i32::try_from(i64::from(bits) - i64::from(low.get_exp()?)).ok()?;
    let (fixed, _) = (low << shift).to_integer_round(Round::Down)?;
    let unit = 2f64.powi(1 - bits.min(1000) as i32);
    // F has B bits: flooring it costs 2^(1-B), relatively.
    let error = factor.relative_width() + 2.0 * unit;

    let mut term = Integer::from(1) << bits;
    let mut sum = term.clone();
    let mut terms = 0u64;
    let rest = loop {
        let Some((num, den)) = ratio(terms + 1) else {
            break None;
        };
        if term.significant_bits() + prec + 8 < sum.significant_bits() {
            let next = factor.clone() * whole(factor, num) / whole(factor, den);
            if next.hi() < 1 {
                let last = Enclosure::integer(prec, Integer::from(&term + terms)) * factor.int(2);
                break Some(last * &next / (next.int(1) - &next));
            }
        }
        term *= num;
        term *= &fixed;
        term >>= shift;
        term /= den;
        sum += &term;
        terms += 1;
        if terms > MOST_TERMS || term.significant_bits() > 8 * bits {
            return None;
        }
    };
    // Rounding of this product is far inside the factor 2 that n e <= 1/4
    // leaves over.
    let spread = (terms + 1) as f64 * error;
    if !(spread <= 0.25) {
        return None;
    }
    let low = Enclosure::integer(prec, sum.clone());
    let grown = Enclosure::integer(prec, sum + Integer::from(terms) * terms);
    let stretch = factor.int(1) + Enclosure::exact(prec, 2.0 * spread.next_up());
    let mut high = grown * stretch;
    let complete = rest.is_none();
    if let Some(rest) = rest {
        high = high + rest.upper();
    }
    let one = Enclosure::integer(prec, Integer::from(1) << bits);
    Some((low.hull(&high) / one, complete))
}

/// A counter as an enclosure (it may exceed i64).
fn whole(like: &Enclosure, n: u64) -> Enclosure {
    Enclosure::integer(like.prec(), n)
}
