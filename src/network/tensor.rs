//! The named float tensors of a file, whatever its format.

use std::path::Path;

use crate::error::{Error, Result};
use crate::input::array::Values;
use crate::input::npz::Npz;
use crate::input::safetensors::{self, Dtype};
use crate::input::{InputFile, npy};

/// A tensor whose values are finite and fill its shape, which has no 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// The tensor's name.
    pub name: String,
    /// Length of each axis, at least 1.
    pub shape: Vec<usize>,
    /// The values, row-major; each exactly the float of the file.
    pub values: Vec<f64>,
}

/// All tensors of a safetensors file.
///
/// # Errors
/// Input; see [`safetensors::parse`] and [`Tensor`].
pub fn from_safetensors(file: &InputFile) -> Result<Vec<Tensor>> {
    let convert = |tensor: safetensors::Tensor<'_>| {
        let values = floats(tensor.dtype, tensor.data);
        Tensor::new(tensor.name, tensor.shape, values, &file.path)
    };
    safetensors::parse(file)?.into_iter().map(convert).collect()
}

/// All tensors of a `.npz` file.
///
/// # Errors
/// Input; see [`Npz`] and [`Tensor`]; also an array that is not of floats.
pub fn from_npz(file: &InputFile) -> Result<Vec<Tensor>> {
    let archive = Npz::open(file)?;
    let read = |name: &str| {
        let array = archive.read(name)?;
        let values = match array.values {
            Values::F32(v) => v.into_iter().map(f64::from).collect(),
            Values::F64(v) => v,
            Values::U8(_) | Values::I64(_) | Values::U64(_) => {
                return Err(Error::input(
                    &file.path,
                    item(name),
                    "floats",
                    "integers",
                    "convert the array with array.astype(\"float32\"), or leave it out",
                ));
            }
        };
        Tensor::new(name.to_owned(), array.shape, values, &file.path)
    };
    archive.names().map(read).collect()
}

/// How messages call a tensor, in either format.
pub fn item(name: &str) -> String {
    safetensors::item(name)
}

/// The exact reals of little-endian floats.
pub(super) fn floats(dtype: Dtype, data: &[u8]) -> Vec<f64> {
    let bits = |[a, b]: [u8; 2]| u16::from_le_bytes([a, b]);
    match dtype {
        Dtype::F16 => convert(data, |b| npy::half_to_f32(bits(b)).into()),
        // The upper half of a f32.
        Dtype::Bf16 => convert(data, |b| f32::from_bits(u32::from(bits(b)) << 16).into()),
        Dtype::F32 => convert(data, |b| f32::from_le_bytes(b).into()),
        Dtype::F64 => convert(data, f64::from_le_bytes),
    }
}

fn convert<const N: usize>(data: &[u8], value: impl Fn([u8; N]) -> f64) -> Vec<f64> {
    let (chunks, _) = data.as_chunks::<N>();
    chunks.iter().map(|&chunk| value(chunk)).collect()
}

impl Tensor {
    fn new(name: String, shape: Vec<usize>, values: Vec<f64>, path: &Path) -> Result<Self> {
        if shape.contains(&0) {
            return Err(Error::input(
                path,
                item(&name),
                "every dimension at least 1",
                format!("shape {shape:?}"),
                "",
            ));
        }
        let bad = values
            .iter()
            .enumerate()
            .find(|(_, value)| !value.is_finite());
        if let Some((position, value)) = bad {
            return Err(Error::input(
                path,
                item(&name),
                "finite weights",
                format!("{value} at index {:?}", multi_index(position, &shape)),
                "the training diverged: certify another checkpoint",
            ));
        }
        Ok(Self {
            name,
            shape,
            values,
        })
    }
}

/// The index on each axis of a row-major position; the shape has no 0.
fn multi_index(position: usize, shape: &[usize]) -> Vec<usize> {
    let mut rest = position;
    let mut index: Vec<usize> = shape
        .iter()
        .rev()
        .map(|&length| {
            let i = rest % length;
            rest /= length;
            i
        })
        .collect();
    index.reverse();
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_float_types_are_exact() {
        assert_eq!(
            floats(Dtype::F16, &[0x00, 0x3c, 0x01, 0x00]),
            [1.0, 2f64.powi(-24)]
        );
        assert_eq!(floats(Dtype::Bf16, &[0x80, 0x3f, 0x80, 0xbf]), [1.0, -1.0]);
        assert_eq!(
            floats(Dtype::F32, &0.1f32.to_le_bytes()),
            [f64::from(0.1f32)]
        );
        assert_eq!(floats(Dtype::F64, &0.1f64.to_le_bytes()), [0.1]);
    }

    #[test]
    fn a_bad_weight_is_located() {
        let values = vec![0.0, 0.0, 0.0, 0.0, f64::NAN, 0.0];
        let error = Tensor::new("w".into(), vec![2, 3], values, Path::new("m.npz"));
        assert_eq!(
            error.unwrap_err().to_string(),
            "m.npz: tensor \"w\": expected finite weights, found NaN at index [1, 1]; \
             the training diverged: certify another checkpoint"
        );
    }
}
