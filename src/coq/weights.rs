//! Weight matrices as machine integers, the form of `proofs/certificate/Weights.v`.

use ndarray::Array2;
use rug::Integer;
use std::fmt::Write as _;

/// Bits of a code for the exponent.
const EXPONENT_BITS: u32 = 8;

/// Rows of integers in units of 2^-scale.
#[derive(Clone, Debug)]
pub struct Coded {
    pub scale: u32,
    pub rows: Vec<Vec<u64>>,
}

/// One odd integer times a power of two; zero is 0.
#[derive(Clone, Copy)]
struct Odd {
    negative: bool,
    magnitude: u64,
    exponent: i32,
}

impl Odd {
    /// A finite float, exactly.
    fn new(x: f64) -> Self {
        let bits = x.to_bits();
        let fraction = bits & ((1 << 52) - 1);
        let biased = ((bits >> 52) & 0x7ff) as i32;
        let (magnitude, exponent) = if biased == 0 {
            (fraction, -1074)
        } else {
            (fraction | 1 << 52, biased - 1075)
        };
        if magnitude == 0 {
            return Self {
                negative: false,
                magnitude: 0,
                exponent: 0,
            };
        }
        let zeros = magnitude.trailing_zeros();
        Self {
            negative: x.is_sign_negative(),
            magnitude: magnitude >> zeros,
            exponent: exponent + zeros as i32,
        }
    }

    fn code(self, scale: u32) -> Option<u64> {
        if self.magnitude == 0 {
            return Some(0);
        }
        let exponent = u64::try_from(i64::from(self.exponent) + i64::from(scale)).ok()?;
        let fits = exponent < 1 << EXPONENT_BITS && self.magnitude < 1 << 54;
        let signed = 2 * self.magnitude + u64::from(self.negative);
        fits.then_some(exponent + (signed << EXPONENT_BITS))
    }
}

/// The code of an integer of at most 54 significant bits.
pub fn code_of_integer(n: &Integer) -> Option<u64> {
    let Some(zeros) = n.find_one(0) else {
        return Some(0);
    };
    let odd = Odd {
        negative: n.is_negative(),
        magnitude: Integer::from(n >> zeros).abs().to_u64()?,
        exponent: i32::try_from(zeros).ok()?,
    };
    odd.code(0)
}

/// The integer of a code.
pub fn decode(code: u64) -> Integer {
    let magnitude = Integer::from(code >> (EXPONENT_BITS + 1)) << (code & 0xff) as u32;
    if code >> EXPONENT_BITS & 1 == 1 {
        -magnitude
    } else {
        magnitude
    }
}

/// The matrices in common units, 2^-`finest` or finer; `None` if their exponents
/// are too far apart.
pub fn code<'a>(all: &[&'a Array2<f64>], finest: u32) -> Option<Vec<Coded>> {
    let exponents = all.iter().flat_map(|w| w.iter()).map(|x| Odd::new(*x));
    let least = exponents
        .filter(|x| x.magnitude != 0)
        .map(|x| x.exponent)
        .min()
        .unwrap_or(0);
    let scale = least.min(0).unsigned_abs().max(finest);
    let rows = |w: &'a Array2<f64>| {
        let row =
            |r: ndarray::ArrayView1<f64>| r.iter().map(|x| Odd::new(*x).code(scale)).collect();
        let rows: Option<Vec<Vec<u64>>> = w.rows().into_iter().map(row).collect();
        Some(Coded { scale, rows: rows? })
    };
    all.iter().map(|w| rows(w)).collect()
}

/// The matrix as a Coq definition.
pub fn define(name: &str, rows: &[Vec<u64>]) -> String {
    let mut text = format!("Definition {name} : matrix := [");
    for (i, row) in rows.iter().enumerate() {
        text.push_str(if i == 0 { "\n [" } else { ";\n [" });
        for (j, code) in row.iter().enumerate() {
            let _ = match (j, j % 16) {
                (0, _) => write!(text, "0x{code:x}"),
                (_, 0) => write!(text, ";\n  0x{code:x}"),
                _ => write!(text, ";0x{code:x}"),
            };
        }
        text.push(']');
    }
    text.push_str("]%uint63.\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use rug::Rational;

    #[test]
    fn codes_are_exact() {
        let values = [
            0.0,
            -0.0,
            1.0,
            -0.75,
            0.1,
            1e-20,
            f64::from(f32::MIN_POSITIVE),
            -3e5,
        ];
        let w = Array2::from_shape_fn((2, 4), |(i, j)| values[4 * i + j]);
        for finest in [0, 200] {
            let coded = code(&[&w], finest).unwrap().remove(0);
            for (x, code) in w.iter().zip(coded.rows.concat()) {
                let exact = Rational::from((decode(code), Integer::from(1) << coded.scale));
                assert_eq!(exact, Rational::from_f64(*x).unwrap());
            }
        }
    }

    #[test]
    fn exponents_too_far_apart_are_refused() {
        let w = ndarray::array![[1e-300, 1.0]];
        assert!(code(&[&w], 0).is_none());
    }

    #[test]
    fn integers_have_codes() {
        for n in [0i64, 1, -6, 1 << 60, -(1 << 53) - 2] {
            let n = Integer::from(n);
            assert_eq!(code_of_integer(&n).map(decode), Some(n));
        }
        assert_eq!(code_of_integer(&Integer::from((1i64 << 60) + 1)), None);
    }
}
