//! Constants: initialisers and the results of `Constant` nodes.
//!
//! That the declared shape agrees with the data is checked at once; numbers are
//! made of bytes only when a layer asks for them.

use std::rc::Rc;

use prost::bytes::Bytes;

use super::external::External;
use super::messages::{Tensor, dtype};
use crate::error::{Error, Result};
use crate::input::InputFile;
use crate::input::safetensors::Dtype;
use crate::network::tensor::{floats, item};

/// A tensor of the file. Clones share the data.
#[derive(Debug, Clone)]
pub struct Constant {
    /// The tensor's name, or that of the value it is bound to.
    pub name: String,
    /// Length of each axis.
    pub shape: Vec<usize>,
    /// Whether the data is that of the transposed matrix.
    pub transposed: bool,
    dtype: i32,
    data: Rc<Data>,
}

#[derive(Debug)]
enum Data {
    /// Little-endian.
    Raw(Bytes),
    Floats(Vec<f32>),
    Doubles(Vec<f64>),
    Int32s(Vec<i32>),
    Int64s(Vec<i64>),
}

impl Constant {
    /// Checks a tensor of the file; `name` is what a nameless one is called.
    ///
    /// # Errors
    /// Input: data that disagrees with the declared shape and type, a type that
    /// is not read, external data that is not there.
    pub fn new(
        tensor: Tensor,
        name: &str,
        file: &InputFile,
        external: &mut External,
    ) -> Result<Self> {
        let name = if tensor.name.is_empty() {
            name
        } else {
            &tensor.name
        }
        .to_owned();
        let refuse = |expected: String, found: String, advice: &str| {
            Error::input(&file.path, item(&name), expected, found, advice)
        };
        let shape: Option<Vec<usize>> = tensor
            .dims
            .iter()
            .map(|&d| usize::try_from(d).ok())
            .collect();
        let count = shape
            .as_ref()
            .and_then(|s| s.iter().try_fold(1usize, |n, &d| n.checked_mul(d)));
        let (Some(shape), Some(count)) = (shape, count) else {
            let found = format!("{:?}", tensor.dims);
            return Err(refuse("the length of each axis".into(), found, ""));
        };
        let width = match tensor.dtype {
            dtype::BOOL => 1,
            dtype::FLOAT16 | dtype::BFLOAT16 => 2,
            dtype::FLOAT | dtype::INT32 => 4,
            dtype::DOUBLE | dtype::INT64 => 8,
            other => {
                let advice = match other {
                    2..=5 => "quantised networks are not supported: export the float network",
                    _ => "convert the tensor",
                };
                let expected = "float64, float32, float16, bfloat16, or integers of 32 or 64 bits";
                return Err(refuse(expected.into(), dtype::name(other), advice));
            }
        };
        let dtype = tensor.dtype;
        let data = data(tensor, width, file, &item(&name), external)?;
        let (found, unit) = match &data {
            Data::Raw(bytes) => (bytes.len(), width),
            Data::Floats(v) => (v.len(), 1),
            Data::Doubles(v) => (v.len(), 1),
            Data::Int32s(v) => (v.len(), 1),
            Data::Int64s(v) => (v.len(), 1),
        };
        if count.checked_mul(unit) != Some(found) {
            let what = if unit == 1 { "" } else { "bytes of " };
            return Err(refuse(
                format!(
                    "{what}data for the shape {shape:?} of {}",
                    dtype::name(dtype)
                ),
                format!("{found}"),
                "the file is damaged: export it again",
            ));
        }
        Ok(Self {
            name,
            shape,
            transposed: false,
            dtype,
            data: Rc::new(data),
        })
    }

    /// A constant of floats that an attribute holds.
    pub fn of_floats(name: &str, shape: Vec<usize>, values: Vec<f32>) -> Self {
        Self::of(name, shape, dtype::FLOAT, Data::Floats(values))
    }

    /// A constant of integers that an attribute holds.
    pub fn of_integers(name: &str, shape: Vec<usize>, values: Vec<i64>) -> Self {
        Self::of(name, shape, dtype::INT64, Data::Int64s(values))
    }

    fn of(name: &str, shape: Vec<usize>, dtype: i32, data: Data) -> Self {
        Self {
            name: name.to_owned(),
            shape,
            transposed: false,
            dtype,
            data: Rc::new(data),
        }
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// The entries as exact reals in row-major order (of the matrix before a
    /// transposition); None for integers.
    pub fn floats(&self) -> Option<Vec<f64>> {
        let of_raw = |bytes: &Bytes| {
            let dtype = match self.dtype {
                dtype::FLOAT16 => Dtype::F16,
                dtype::BFLOAT16 => Dtype::Bf16,
                dtype::FLOAT => Dtype::F32,
                dtype::DOUBLE => Dtype::F64,
                _ => return None,
            };
            Some(floats(dtype, bytes))
        };
        match self.data.as_ref() {
            Data::Raw(bytes) => of_raw(bytes),
            Data::Floats(v) => Some(v.iter().map(|&x| f64::from(x)).collect()),
            Data::Doubles(v) => Some(v.clone()),
            // 16-bit floats lie in the lower halves.
            Data::Int32s(v) if self.is_half() => {
                let low = v.iter().flat_map(|x| (*x as u16).to_le_bytes());
                of_raw(&low.collect::<Vec<_>>().into())
            }
            Data::Int32s(_) | Data::Int64s(_) => None,
        }
    }

    /// The entries of a tensor of integers or truth values; None for floats.
    pub fn integers(&self) -> Option<Vec<i64>> {
        match (self.data.as_ref(), self.dtype) {
            (Data::Raw(bytes), dtype::INT64) => Some(
                bytes
                    .as_chunks()
                    .0
                    .iter()
                    .map(|&b| i64::from_le_bytes(b))
                    .collect(),
            ),
            (Data::Raw(bytes), dtype::INT32) => {
                let chunks = bytes.as_chunks().0.iter();
                Some(chunks.map(|&b| i32::from_le_bytes(b).into()).collect())
            }
            (Data::Raw(bytes), dtype::BOOL) => Some(bytes.iter().map(|&b| b.into()).collect()),
            (Data::Int64s(v), _) => Some(v.clone()),
            (Data::Int32s(v), _) if !self.is_half() => Some(v.iter().map(|&x| x.into()).collect()),
            _ => None,
        }
    }

    fn is_half(&self) -> bool {
        matches!(self.dtype, dtype::FLOAT16 | dtype::BFLOAT16)
    }
}

/// The one field that holds the data, for a type of so many bytes.
fn data(
    tensor: Tensor,
    width: usize,
    file: &InputFile,
    item: &str,
    external: &mut External,
) -> Result<Data> {
    let refuse = |found: &str| {
        let advice = "export the model again with the onnx package";
        let expected = "its data in the one field of its type";
        Err(Error::input(&file.path, item, expected, found, advice))
    };
    if tensor.segment.is_some() {
        return refuse("a segment");
    }
    let fields = [
        !tensor.floats.is_empty(),
        !tensor.int32s.is_empty(),
        !tensor.int64s.is_empty(),
        !tensor.doubles.is_empty(),
        tensor.raw.as_ref().is_some_and(|raw| !raw.is_empty()),
        tensor.location != 0,
    ];
    if fields.iter().filter(|field| **field).count() > 1 {
        return refuse("several");
    }
    if tensor.location != 0 {
        return external.read(&tensor, width, file, item).map(Data::Raw);
    }
    if let Some(raw) = tensor.raw.filter(|raw| !raw.is_empty()) {
        return Ok(Data::Raw(raw));
    }
    let data = match tensor.dtype {
        dtype::FLOAT => Data::Floats(tensor.floats),
        dtype::DOUBLE => Data::Doubles(tensor.doubles),
        dtype::INT64 => Data::Int64s(tensor.int64s),
        dtype::FLOAT16 | dtype::BFLOAT16
            if tensor.int32s.iter().any(|&x| u16::try_from(x).is_err()) =>
        {
            return refuse("integers of more than 16 bits for 16-bit floats");
        }
        _ => Data::Int32s(tensor.int32s),
    };
    Ok(data)
}
