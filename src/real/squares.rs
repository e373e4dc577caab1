//! Sums of f64 and of their squares in enclosures, without memory for each term.
//!
//! A square of an f64 is exact in 106 bits, so each term is rounded once where it
//! is added: down into the lower end, up into the upper.

use super::Enclosure;
use rug::float::Round;
use rug::ops::{AddAssignRound, AssignRound};
use rug::{Assign, Float};

/// A running sum.
pub struct SquareSum {
    lo: Float,
    hi: Float,
    term: Float,
    square: Float,
    product: Float,
}

impl SquareSum {
    /// 0, at this precision.
    pub fn new(prec: u32) -> Self {
        Self {
            lo: Float::new(prec),
            hi: Float::new(prec),
            term: Float::new(f64::MANTISSA_DIGITS),
            square: Float::new(2 * f64::MANTISSA_DIGITS),
            product: Float::new(prec),
        }
    }

    /// Adds x^2. A number that is not finite makes the sum undefined.
    pub fn add(&mut self, x: f64) {
        self.term.assign(x);
        self.square
            .assign_round(self.term.square_ref(), Round::Nearest);
        self.lo.add_assign_round(&self.square, Round::Down);
        self.hi.add_assign_round(&self.square, Round::Up);
    }

    /// Adds x^2 `factor`, for a factor that is certainly not negative; any other
    /// makes the sum undefined.
    pub fn add_times(&mut self, x: f64, factor: &Enclosure) {
        self.term.assign(x);
        self.square
            .assign_round(self.term.square_ref(), Round::Nearest);
        let (low, high) = factor.ends();
        if !(*low >= 0) {
            self.lo.assign(f64::NAN);
            return;
        }
        self.product.assign_round(&self.square * low, Round::Down);
        self.lo.add_assign_round(&self.product, Round::Down);
        self.product.assign_round(&self.square * high, Round::Up);
        self.hi.add_assign_round(&self.product, Round::Up);
    }

    /// The sum.
    pub fn enclosure(&self) -> Enclosure {
        Enclosure::new(self.lo.prec(), &self.lo, &self.hi)
            .unwrap_or_else(|| Enclosure::undefined(self.lo.prec()))
    }

    /// The sum of the squares of `all`.
    pub fn of(prec: u32, all: impl IntoIterator<Item = f64>) -> Enclosure {
        let mut sum = Self::new(prec);
        all.into_iter().for_each(|x| sum.add(x));
        sum.enclosure()
    }
}

/// The sum of n numbers and that of their squares, for a variance.
pub struct Moments {
    lo: Float,
    hi: Float,
    squares: SquareSum,
}

impl Moments {
    /// Of no numbers, at this precision.
    pub fn new(prec: u32) -> Self {
        Self {
            lo: Float::new(prec),
            hi: Float::new(prec),
            squares: SquareSum::new(prec),
        }
    }

    /// Forgets all numbers.
    pub fn clear(&mut self) {
        for end in [
            &mut self.lo,
            &mut self.hi,
            &mut self.squares.lo,
            &mut self.squares.hi,
        ] {
            end.assign(0);
        }
    }

    /// Adds a number. One that is not finite makes both sums undefined.
    pub fn add(&mut self, x: f64) {
        self.squares.add(x);
        self.lo.add_assign_round(&self.squares.term, Round::Down);
        self.hi.add_assign_round(&self.squares.term, Round::Up);
    }

    /// The sum.
    pub fn sum(&self) -> Enclosure {
        Enclosure::new(self.lo.prec(), &self.lo, &self.hi)
            .unwrap_or_else(|| Enclosure::undefined(self.lo.prec()))
    }

    /// The sum of the squares.
    pub fn squares(&self) -> Enclosure {
        self.squares.enclosure()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::real::Real;

    #[test]
    fn moments_are_those_of_enclosures() {
        let all = [0.1, -3.0, 1e200, 0.0, 7e-300, -1.0 / 3.0];
        let mut found = Moments::new(128);
        for n in 0..=all.len() {
            found.clear();
            all[..n].iter().for_each(|x| found.add(*x));
            let exact = |x: &f64| Enclosure::exact(128, *x);
            let zero = || Enclosure::integer(128, 0);
            let sum = all[..n].iter().map(exact).fold(zero(), |s, x| s + x);
            let squares = all[..n].iter().map(|x| exact(x).powi(2));
            let squares = squares.fold(zero(), |s, x| s + x);
            for (found, wanted) in [(found.sum(), sum), (found.squares(), squares)] {
                assert_eq!((found.lo(), found.hi()), (wanted.lo(), wanted.hi()));
            }
        }
        found.add(f64::INFINITY);
        assert!(!found.sum().is_defined() && !found.squares().is_defined());
        found.add(f64::NEG_INFINITY);
        assert!(!found.sum().is_defined() && !found.squares().is_defined());
        found.clear();
        assert!(found.sum().is_exact());
    }

    #[test]
    fn the_sum_is_that_of_enclosures() {
        let all = [0.1, -3.0, 1e200, 0.0, 7e-300, -1.0 / 3.0];
        for n in 0..=all.len() {
            let terms = all[..n].iter().map(|x| Enclosure::exact(128, *x).powi(2));
            let wanted = terms.fold(Enclosure::integer(128, 0), |s, x| s + x);
            let found = SquareSum::of(128, all[..n].iter().copied());
            assert_eq!((found.lo(), found.hi()), (wanted.lo(), wanted.hi()));
        }
        let factors = [0.3, 0.0, 2.0, 7.0, 1e9, 1.0]
            .map(|x| Enclosure::exact(128, x) / Enclosure::integer(128, 3));
        let mut sum = SquareSum::new(128);
        let mut wanted = Enclosure::integer(128, 0);
        for (x, f) in all.iter().zip(&factors) {
            sum.add_times(*x, f);
            wanted = wanted + Enclosure::exact(128, *x).powi(2) * f;
        }
        let found = sum.enclosure();
        assert_eq!((found.lo(), found.hi()), (wanted.lo(), wanted.hi()));
        sum.add_times(1.0, &-factors[0].clone());
        assert!(!sum.enclosure().is_defined());
        assert!(!SquareSum::of(128, [1.0, f64::NAN]).is_defined());
        assert!(!SquareSum::of(128, [1.0, f64::INFINITY]).is_defined());
    }
}
