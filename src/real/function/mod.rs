//! Certified functions over MPFR enclosures: one file each, with its error
//! proof.

mod binomial_upper;
mod chi;
mod erfc;
mod grid_exponent;
mod harmonic;
mod kl;
mod kl_inverse;
mod ln_binomial;
mod normal;
mod peeling;
mod polish;
mod pow;
mod unimodal;
mod xi;

pub(super) use binomial_upper::binomial_upper;
pub(super) use chi::chi_upper_quantile;
pub(super) use grid_exponent::grid_exponent;
pub(super) use harmonic::harmonic;
pub(super) use kl::kl;
pub(super) use kl_inverse::kl_inverse;
pub(super) use ln_binomial::ln_binomial;
pub(super) use normal::normal_upper_quantile;
pub(super) use peeling::peeling;
pub(super) use pow::pow;
pub(super) use xi::ln_xi;

use super::Enclosure;
use rug::Float;

/// How far past the wanted precision a function may work before it settles for
/// a wider enclosure.
const EXTRA_BITS: u32 = 4096;

/// Ziv's strategy: evaluates at growing working precision until the enclosure,
/// rounded outward to `prec`, is a few units in the last place wide. What comes
/// back is an enclosure in any case.
fn ziv(prec: u32, evaluate: impl Fn(u32) -> Enclosure) -> Enclosure {
    let wanted = 2f64.powi(-(prec.min(1000) as i32) + 1);
    let mut working = prec + 32;
    loop {
        let value = evaluate(working);
        if value.relative_width() <= wanted || !value.is_defined() || working > prec + EXTRA_BITS {
            return value.with_precision(prec);
        }
        working *= 2;
    }
}

/// An integer >= 0 that fits u64. Numbers of huge exponents are not written out.
fn to_u64(x: &Float) -> Option<u64> {
    let fits = *x >= 0 && *x <= u64::MAX && x.is_integer();
    fits.then(|| x.to_integer()?.to_u64())?
}

/// The range of a function that is monotone in each argument, from its values
/// at the two extreme corners.
fn corners(prec: u32, low: Enclosure, high: Enclosure) -> Enclosure {
    if !low.is_defined() || !high.is_defined() {
        return Enclosure::undefined(prec);
    }
    Enclosure::outward(prec, &low.lo(), &high.hi())
}
