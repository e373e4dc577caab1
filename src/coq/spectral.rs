//! The certificate of a spectral norm: integers R so that the columns of
//! \[W; R\], W in units of 2^-scale, have almost no inner products with each
//! other and squared norms just below lam; see `proofs/certificate/Spectral.v`.

use super::dyadic::Dyadic;
use super::weights::{code_of_integer, decode};
use rug::{Assign, Float, Integer};

/// A rounded Cholesky factor of lam I - W W^T, as codes, column by column, each
/// down to the diagonal.
pub struct Factor {
    pub lam: Integer,
    pub columns: Vec<Vec<u64>>,
}

/// The part of lam, in bits, that is left for roundings: it must fit between the
/// norm and its certified value.
const ROOM: [u32; 9] = [52, 50, 48, 46, 44, 41, 37, 33, 29];
/// Significant bits of an entry, so that it has a code.
const ENTRY_BITS: u32 = 53;

/// Certifies that the matrix with these rows, in units of 2^-`scale`, has norm at
/// most `hi`; `None` if it cannot.
pub fn factor(rows: &[Vec<u64>], scale: u32, hi: &Dyadic) -> Option<Factor> {
    let w: Vec<Vec<Integer>> = rows
        .iter()
        .map(|row| row.iter().map(|c| decode(*c)).collect())
        .collect();
    let lam = square_in_units(hi, scale)?;
    let gram = gram(&w);
    let root = ROOM.iter().find_map(|bits| {
        let below = &lam - Integer::from(&lam >> bits);
        let root = cholesky(&gram, &below, lam.significant_bits() + 64)?;
        let root = root.iter().map(|c| c.iter().map(rounded).collect());
        let root: Vec<Vec<Integer>> = root.collect::<Option<_>>()?;
        dominant(&gram, &root, &lam).then_some(root)
    })?;
    let code = |c: &Vec<Integer>| c.iter().map(code_of_integer).collect();
    Some(Factor {
        columns: root.iter().map(code).collect::<Option<_>>()?,
        lam,
    })
}

/// The largest integer up to hi^2 2^(2 scale).
fn square_in_units(hi: &Dyadic, scale: u32) -> Option<Integer> {
    if hi.mantissa.is_negative() {
        return None;
    }
    let square = Integer::from(hi.mantissa.square_ref());
    let shift = i32::try_from(2 * (hi.exponent + i64::from(scale))).ok()?;
    (shift.abs() < 1 << 16).then(|| square << shift)
}

/// The inner products of the rows, up to the diagonal.
fn gram(w: &[Vec<Integer>]) -> Vec<Vec<Integer>> {
    let pair = |a: &Vec<Integer>, b: &Vec<Integer>| dot(a, b);
    let row = |i: usize| w[..=i].iter().map(|b| pair(&w[i], b)).collect();
    (0..w.len()).map(row).collect()
}

/// Over the shorter of the two.
fn dot(a: &[Integer], b: &[Integer]) -> Integer {
    let mut sum = Integer::new();
    for (x, y) in a.iter().zip(b) {
        sum += x * y;
    }
    sum
}

/// Columns of the upper triangular R with R^T R = lam I - gram, in floats.
fn cholesky(gram: &[Vec<Integer>], lam: &Integer, prec: u32) -> Option<Vec<Vec<Float>>> {
    let mut columns: Vec<Vec<Float>> = Vec::new();
    let mut product = Float::new(prec);
    for (i, row) in gram.iter().enumerate() {
        let mut column: Vec<Float> = Vec::new();
        for (k, entry) in row.iter().enumerate() {
            let exact = if k == i {
                Integer::from(lam - entry)
            } else {
                Integer::from(-entry)
            };
            let mut rest = Float::with_val(prec, exact);
            let earlier = columns.get(k).unwrap_or(&column);
            for (a, b) in earlier.iter().take(k).zip(&column) {
                product.assign(a * b);
                rest -= &product;
            }
            if k == i {
                if rest <= 0 {
                    return None;
                }
                rest.sqrt_mut();
            } else {
                rest /= &columns[k][k];
            }
            column.push(rest);
        }
        columns.push(column);
    }
    Some(columns)
}

/// To an integer of few significant bits.
fn rounded(x: &Float) -> Option<Integer> {
    Float::with_val(ENTRY_BITS, x).to_integer()
}

/// The test that Coq makes: in every row, the absolute inner products of
/// \[W; R\] sum to at most lam.
fn dominant(gram: &[Vec<Integer>], root: &[Vec<Integer>], lam: &Integer) -> bool {
    let n = gram.len();
    let mut sums = vec![Integer::new(); n];
    for i in 0..n {
        for k in 0..=i {
            let entry = (dot(&root[i], &root[k]) + &gram[i][k]).abs();
            if k < i {
                sums[k] += &entry;
            }
            sums[i] += entry;
        }
    }
    sums.iter().all(|s| s <= lam)
}

#[cfg(test)]
mod tests {
    use super::super::weights::code;
    use super::*;
    use ndarray::array;

    /// [[3, 4], [0, 5]] has norm sqrt 45.
    fn certified(hi: f64) -> bool {
        let w = array![[3.0, 4.0], [0.0, 5.0]];
        let coded = code(&[&w], 50).unwrap().remove(0);
        let hi = Dyadic::of_float(&Float::with_val(53, hi)).unwrap();
        factor(&coded.rows, coded.scale, &hi).is_some()
    }

    #[test]
    fn the_norm_is_found_and_not_more() {
        let norm = 45f64.sqrt();
        assert!(certified(norm * (1.0 + 1e-12)));
        assert!(certified(10.0));
        assert!(!certified(norm * (1.0 - 1e-12)));
    }
}
