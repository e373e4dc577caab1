//! Files as other programs write them.

use npyz::WriterBuilder;
use safetensors::tensor::{Dtype, TensorView};
use std::io::{Cursor, Write};
use zip::ZipWriter;

/// A `.npy` file of these values.
pub fn npy<T: npyz::AutoSerialize + Copy>(shape: &[u64], values: &[T]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let builder = npyz::WriteOptions::new().default_dtype().shape(shape);
    let mut writer = builder.writer(&mut bytes).begin_nd().unwrap();
    writer.extend(values.iter().copied()).unwrap();
    writer.finish().unwrap();
    bytes
}

/// A `.npz` file of these `.npy` files.
pub fn npz(arrays: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, array) in arrays {
        zip.start_file(format!("{name}.npy"), Default::default())
            .unwrap();
        zip.write_all(array).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A named f32 tensor.
pub type Tensor<'a> = (&'a str, Vec<usize>, Vec<f32>);

/// A safetensors file of 32-bit floats.
pub fn safetensors(tensors: &[Tensor<'_>]) -> Vec<u8> {
    let data: Vec<Vec<u8>> = tensors
        .iter()
        .map(|(_, _, values)| values.iter().flat_map(|v| v.to_le_bytes()).collect())
        .collect();
    let views = tensors.iter().zip(&data).map(|((name, shape, _), data)| {
        let view = TensorView::new(Dtype::F32, shape.clone(), data).unwrap();
        (*name, view)
    });
    safetensors::serialize(views, None).unwrap()
}

/// The same tensors as a `.npz` file.
pub fn npz_of(tensors: &[Tensor<'_>]) -> Vec<u8> {
    let array = |(name, shape, values): &Tensor<'_>| {
        let shape: Vec<u64> = shape.iter().map(|&n| n as u64).collect();
        (name.to_string(), npy(&shape, values))
    };
    let arrays: Vec<(String, Vec<u8>)> = tensors.iter().map(array).collect();
    let named: Vec<(&str, Vec<u8>)> = arrays
        .iter()
        .map(|(n, a)| (n.as_str(), a.clone()))
        .collect();
    npz(&named)
}

/// An IDX file of unsigned bytes.
pub fn idx(shape: &[usize], values: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, shape.len() as u8];
    bytes.extend(shape.iter().flat_map(|&n| (n as u32).to_be_bytes()));
    bytes.extend(values);
    bytes
}

/// Gzipped.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
