//! An array of numbers as a container stores it, before it means anything.

use std::path::Path;

use crate::error::{Error, Result};

/// The numbers, in the narrowest of five types that holds them exactly.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// 8-bit unsigned integers: the type that image data comes in.
    U8(Vec<u8>),
    /// All other integers that fit.
    I64(Vec<i64>),
    /// 64-bit unsigned integers.
    U64(Vec<u64>),
    /// 16- and 32-bit floats.
    F32(Vec<f32>),
    /// 64-bit floats.
    F64(Vec<f64>),
}

/// A dense array; the values are in row-major (C) order and fill the shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    /// Length of each axis.
    pub shape: Vec<usize>,
    /// As many values as the product of `shape`, at least 1.
    pub values: Values,
}

/// `2^53`: up to here every integer is a f64.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Array {
    /// The values as integers at least 0, for labels and indices.
    ///
    /// # Errors
    /// Input, naming the first value that is negative, fractional, not finite,
    /// or a float too large to be known as an integer (above 2^53).
    pub fn non_negative_integers(&self, path: &Path, item: &str) -> Result<Vec<u64>> {
        let refuse = |position: usize, found: String| {
            Error::input(
                path,
                item,
                "integers at least 0",
                format!("{found} at position {position}"),
                "",
            )
        };
        let from_float = |(position, value): (usize, f64)| {
            if (0.0..=EXACT).contains(&value) && value.fract() == 0.0 {
                Ok(value as u64)
            } else {
                Err(refuse(position, value.to_string()))
            }
        };
        match &self.values {
            Values::U8(v) => Ok(v.iter().map(|&x| u64::from(x)).collect()),
            Values::U64(v) => Ok(v.clone()),
            Values::I64(v) => v
                .iter()
                .enumerate()
                .map(|(i, &x)| u64::try_from(x).map_err(|_| refuse(i, x.to_string())))
                .collect(),
            Values::F32(v) => v
                .iter()
                .map(|&x| f64::from(x))
                .enumerate()
                .map(from_float)
                .collect(),
            Values::F64(v) => v.iter().copied().enumerate().map(from_float).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integers(values: Values) -> Result<Vec<u64>> {
        let array = Array {
            shape: vec![1],
            values,
        };
        array.non_negative_integers(Path::new("f"), "array \"y\"")
    }

    #[test]
    fn integers_of_every_type_are_read() {
        assert_eq!(integers(Values::U8(vec![7])).unwrap(), [7]);
        assert_eq!(integers(Values::I64(vec![7])).unwrap(), [7]);
        assert_eq!(integers(Values::U64(vec![u64::MAX])).unwrap(), [u64::MAX]);
        assert_eq!(integers(Values::F32(vec![7.0])).unwrap(), [7]);
        assert_eq!(integers(Values::F64(vec![-0.0])).unwrap(), [0]);
    }

    #[test]
    fn other_numbers_are_refused() {
        for values in [
            Values::I64(vec![-1]),
            Values::F32(vec![0.5]),
            Values::F64(vec![f64::NAN]),
            Values::F64(vec![f64::INFINITY]),
            Values::F64(vec![1e300]),
        ] {
            let text = integers(values).unwrap_err().to_string();
            assert!(text.contains("expected integers at least 0"), "{text}");
            assert!(text.contains("at position 0"), "{text}");
        }
    }
}
