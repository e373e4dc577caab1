//! Hints by which Coq checks a value that it could not find by itself.

use super::dyadic::Dyadic;
use rug::Float;

/// A place near the infimum of (1/t) arccosh(1 + 2^(L-1) (e^(t^2/2) - 1)) over
/// t > 0, good to about `bits` bits of the value.
pub fn peeling(layers: u32, bits: u32) -> Option<Dyadic> {
    if layers <= 2 {
        // The limit at 0; the value exceeds it by about t^2/24 of it.
        return Some(Dyadic {
            mantissa: 1.into(),
            exponent: -i64::from(bits / 2 + 4),
        });
    }
    let working = 4 * bits + 64;
    let value = |t: &Float| {
        let growth = (Float::with_val(working, t.square_ref()) / 2u32).exp_m1();
        let above = (growth << (layers - 1)) + 1u32;
        above.acosh() / t
    };
    // Quasi-convex; e^(t^2/2) 2^L alone would put it at sqrt(2 L ln 2).
    let mut lo = Float::with_val(working, 0);
    let mut hi = Float::with_val(working, f64::from(layers).sqrt() * 1.5 + 2.0);
    for _ in 0..(2 * bits) {
        let third = Float::with_val(working, &hi - &lo) / 3u32;
        let (a, b) = (
            Float::with_val(working, &lo + &third),
            Float::with_val(working, &hi - &third),
        );
        if value(&a) <= value(&b) {
            hi = b;
        } else {
            lo = a;
        }
    }
    Dyadic::of_float(&Float::with_val(bits, &hi))
}

/// How many terms of xi(m) are not below 2^-bits: the k-th is at most
/// e^(-k(k-1)/(2m)).
pub fn xi_terms(m: u64, bits: u32) -> u64 {
    let enough = (2.0 * m as f64 * f64::from(bits) * std::f64::consts::LN_2).sqrt() + 4.0;
    (enough as u64).min(m + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_good() {
        let value = |layers: u32, t: &Dyadic| {
            let t = Float::with_val(400, &t.mantissa) >> -(t.exponent as i32);
            let growth = (Float::with_val(400, t.square_ref()) / 2u32).exp_m1();
            (((growth << (layers - 1)) + 1u32).acosh() / t).to_f64()
        };
        for (layers, kappa) in [
            (1, 1.0),
            (2, std::f64::consts::SQRT_2),
            (3, 1.9456),
            (4, 2.3219),
            (5, 2.6194),
        ] {
            let found = value(layers, &peeling(layers, 128).unwrap());
            assert!((found - kappa).abs() < 1e-4, "{layers}: {found}");
        }
    }

    #[test]
    fn no_more_terms_than_there_are() {
        assert_eq!(xi_terms(3, 192), 4);
        assert!((3_000..5_000).contains(&xi_terms(52250, 192)));
    }
}
