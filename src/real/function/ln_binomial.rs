//! ln C(n, k) = ln Gamma(n+1) - ln Gamma(k+1) - ln Gamma(n-k+1).
//!
//! *Error.* MPFR rounds `lngamma` correctly; n+1 is exact at the working
//! precision. The subtraction cancels at most log2(ln n! / ln C) bits, which
//! Ziv's loop absorbs. k = 0 and k = n give exactly 0; small cases are the
//! logarithm of the exact integer.

use super::ziv;
use crate::real::{Enclosure, Real};
use rug::{Float, Integer};

/// ln C(n, k) in nats; undefined for k > n.
pub fn ln_binomial(prec: u32, n: u64, k: u64) -> Enclosure {
    if k > n {
        return Enclosure::undefined(prec);
    }
    if k == 0 || k == n {
        return Enclosure::integer(prec, 0);
    }
    let smaller = k.min(n - k);
    if n <= 1000 || smaller <= 32 {
        // At most 2048 bits: exact, and only the logarithm is rounded.
        let exact = Integer::from(n).binomial(smaller as u32);
        return Enclosure::integer(prec + 32, exact)
            .ln()
            .with_precision(prec);
    }
    ziv(prec, |working| {
        let ln_factorial = |x: u64| {
            // 66 bits hold any u64 + 1.
            let argument = Float::with_val(working.max(66), x) + 1u32;
            Enclosure::rounded(|round| {
                Float::with_val_round(working, argument.ln_gamma_ref(), round)
            })
        };
        ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
    })
}
