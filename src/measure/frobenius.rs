//! Exact sums of products of f64, and Frobenius norms from them.
//!
//! A finite f64 is m 2^e with |m| < 2^53 an integer, so a product is an integer
//! below 2^106 times a power of two. Products of equal exponent are added as
//! 128-bit integers and carried into a big integer long before those are full: nothing is ever rounded, and nothing overflows
//! or underflows.

use crate::real::Enclosure;
use ndarray::Array2;
use rug::{Float, Integer, Rational};

/// The exponent of the least bit of a product of two f64.
const LEAST: i32 = 2 * -1074;
/// Exponents of products run over 2 x 2045 values, and twice a product one more.
const BINS: usize = 2 * 2046 + 1;
/// So many products below 2^106 stay far below 2^127.
const BEFORE_CARRY: u32 = 1 << 19;

/// mantissa * 2^exponent, exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dyadic {
    mantissa: Integer,
    exponent: i32,
}

impl Dyadic {
    /// The number as a fraction.
    pub fn to_rational(&self) -> Rational {
        Rational::from(&self.mantissa) << self.exponent
    }

    /// The number as a float of just enough bits.
    pub fn to_float(&self) -> Float {
        let bits = self.mantissa.significant_bits().max(53);
        Float::with_val(bits, &self.mantissa) << self.exponent
    }

    /// The number rounded outward to `prec` bits.
    pub fn enclosure(&self, prec: u32) -> Enclosure {
        let exact = self.to_float();
        Enclosure::new(prec, &exact, &exact).unwrap_or_else(|| Enclosure::undefined(prec))
    }
}

/// An exact running sum of products.
struct ExactSum {
    bins: Vec<i128>,
    since_carry: u32,
    // In units of 2^LEAST.
    carried: Integer,
}

/// (m, e + 1074) with x = m 2^e, for finite x.
fn parts(x: f64) -> (i64, usize) {
    let bits = x.to_bits();
    let field = ((bits >> 52) & 0x7ff) as usize;
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    let (m, e) = match field {
        0 => (fraction, 0),
        _ => (fraction | 1 << 52, field - 1),
    };
    (if x.is_sign_negative() { -m } else { m }, e)
}

impl ExactSum {
    fn new() -> Self {
        Self {
            bins: vec![0; BINS],
            since_carry: 0,
            carried: Integer::new(),
        }
    }

    /// Adds x y 2^doublings, for finite x and y and at most one doubling.
    fn add_product(&mut self, x: f64, y: f64, doublings: usize) {
        let ((mx, ex), (my, ey)) = (parts(x), parts(y));
        self.bins[ex + ey + doublings] += i128::from(mx) * i128::from(my);
        self.since_carry += 1;
        if self.since_carry == BEFORE_CARRY {
            self.carry();
        }
    }

    fn carry(&mut self) {
        for (shift, bin) in self.bins.iter_mut().enumerate() {
            if *bin != 0 {
                self.carried += Integer::from(*bin) << shift as u32;
                *bin = 0;
            }
        }
        self.since_carry = 0;
    }

    fn total(mut self) -> Dyadic {
        self.carry();
        let zeros = self.carried.find_one(0).unwrap_or(0);
        Dyadic {
            mantissa: self.carried >> zeros,
            exponent: LEAST + zeros as i32,
        }
    }
}

fn all_finite(w: &Array2<f64>) -> bool {
    w.iter().all(|x| x.is_finite())
}

/// |W|_F^2, exactly; `None` if an entry is not finite.
pub fn frobenius_squared(w: &Array2<f64>) -> Option<Dyadic> {
    if !all_finite(w) {
        return None;
    }
    let mut sum = ExactSum::new();
    w.iter().for_each(|&x| sum.add_product(x, x, 0));
    Some(sum.total())
}

/// |W - V|_F^2, exactly, as the sum of w^2 - 2 w v + v^2; `None` if an entry is
/// not finite or the shapes differ.
pub fn distance_squared(w: &Array2<f64>, v: &Array2<f64>) -> Option<Dyadic> {
    if w.dim() != v.dim() || !all_finite(w) || !all_finite(v) {
        return None;
    }
    let mut sum = ExactSum::new();
    for (&x, &y) in w.iter().zip(v) {
        if x == y {
            continue;
        }
        sum.add_product(x, x, 0);
        sum.add_product(-x, y, 1);
        sum.add_product(y, y, 0);
    }
    Some(sum.total())
}
