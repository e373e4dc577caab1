//! erfc(w/sqrt 2) = P(|N| > w) for a standard normal N.
//!
//! *Error.* Far out (w^2/2 beyond the precision) and near 0 it is MPFR's `erfc`,
//! correctly rounded, at an argument rounded the safe way. Between, where MPFR
//! takes long, it is 1 - erf with
//!   erf(w/sqrt 2) = w sqrt(2/pi) e^{-x} sum_k w^{2k}/(3 5 ... (2k+1)), x = w^2/2,
//! a [`unimodal_sum`]; the difference loses less than x/ln 2 + log2(4w) bits,
//! which are added beforehand.

use super::unimodal::unimodal_sum;
use crate::real::{Enclosure, Real};
use rug::Float;
use rug::float::Round;

/// P(|N| > w) for w >= 0.
pub(super) fn two_sided_tail(prec: u32, w: &Float) -> Enclosure {
    let x = w.to_f64().powi(2) / 2.0;
    if x > 1.0
        && x < f64::from(prec)
        && let Some(erf) = central(prec + (x * 1.45) as u32 + 24, w)
    {
        return (erf.int(1) - erf).with_precision(prec);
    }
    let wide = prec + 8;
    let w = Enclosure::outward(wide.max(w.prec()), w, w);
    let z = w.clone() / w.int(2).sqrt();
    // erfc decreases.
    let erfc = |x: &Float, round| Float::with_val_round(prec, x.erfc_ref(), round).0;
    Enclosure::checked(erfc(&z.hi(), Round::Down), erfc(&z.lo(), Round::Up))
}

/// P(|N| <= w) by the series.
fn central(prec: u32, w: &Float) -> Option<Enclosure> {
    let w = Enclosure::outward(prec, w, w);
    let square = w.powi(2);
    let (sum, _) = unimodal_sum(prec, &square, |k| Some((1, 2 * k + 1)))?;
    let two = w.int(2);
    let root = (two.clone() / two.pi()).sqrt();
    Some(w * root * (-(square / two)).exp() * sum)
}
