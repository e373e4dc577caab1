//! Arithmetic on weights that must not round.

use rug::Rational;

/// A float as the real number that it is; None for NaN and infinities.
pub fn real(x: f64) -> Option<Rational> {
    Rational::from_f64(x)
}

/// The float that is exactly this number, if there is one.
pub fn float(x: &Rational) -> Option<f64> {
    let nearest = x.to_f64();
    (real(nearest).as_ref() == Some(x)).then_some(nearest)
}

/// The sum, if it is a float.
pub fn sum(a: f64, b: f64) -> Option<f64> {
    float(&(real(a)? + real(b)?))
}

/// The product, if it is a float.
pub fn product(a: f64, b: &Rational) -> Option<f64> {
    float(&(real(a)? * b))
}

/// The square root, if it is rational.
pub fn root(x: &Rational) -> Option<Rational> {
    let (numerator, denominator) = (x.numer(), x.denom());
    let square =
        *numerator >= 0 && numerator.is_perfect_square() && denominator.is_perfect_square();
    square.then(|| Rational::from((numerator.clone().sqrt(), denominator.clone().sqrt())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_exact_passes() {
        assert_eq!(sum(0.5, 0.25), Some(0.75));
        assert_eq!(sum(1.0, 1e-30), None);
        assert_eq!(sum(f64::MAX, f64::MAX), None);
        assert_eq!(sum(f64::NAN, 0.0), None);
        let third = Rational::from((1, 3));
        assert_eq!(product(3.0, &third), Some(1.0));
        assert_eq!(product(1.0, &third), None);
        let tiny = real(f64::from_bits(1)).unwrap();
        assert_eq!(product(2.0, &tiny), Some(f64::from_bits(2)));
        assert_eq!(product(0.5, &tiny), None);
    }

    #[test]
    fn roots_are_rational_or_none() {
        assert_eq!(root(&Rational::from((9, 4))), Some(Rational::from((3, 2))));
        assert_eq!(root(&Rational::from(0)), Some(Rational::from(0)));
        assert_eq!(root(&Rational::from(2)), None);
        assert_eq!(root(&Rational::from(-4)), None);
    }
}
