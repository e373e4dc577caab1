//! Files to read: written by other crates, or the seeds of the fuzz targets
//! (written by `fuzz/make_seeds.py`).

use std::path::{Path, PathBuf};

use gapcert::error::Error;
use npyz::WriterBuilder;
use safetensors::tensor::{Dtype, TensorView};
use std::io::{Cursor, Write};
use zip::ZipWriter;

/// A seed of a fuzz target.
pub fn seed(name: &str) -> Vec<u8> {
    std::fs::read(seeds().join(name)).expect("the seeds are committed")
}

pub fn seeds() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds")
}

/// A new directory with these files.
pub fn directory(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(directory.path().join(name), bytes).unwrap();
    }
    directory
}

/// A `.npy` file of these values.
pub fn npy<T: npyz::AutoSerialize + Copy>(shape: &[u64], values: &[T]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let builder = npyz::WriteOptions::new().default_dtype().shape(shape);
    let mut writer = builder.writer(&mut bytes).begin_nd().unwrap();
    writer.extend(values.iter().copied()).unwrap();
    writer.finish().unwrap();
    bytes
}

/// A deflated `.npz` file under construction.
#[derive(Default)]
pub struct Npz {
    arrays: Vec<(String, Vec<u8>)>,
}

impl Npz {
    pub fn with<T: npyz::AutoSerialize + Copy>(
        mut self,
        name: &str,
        shape: &[u64],
        values: &[T],
    ) -> Self {
        self.arrays.push((name.to_owned(), npy(shape, values)));
        self
    }

    pub fn finish(self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, array) in self.arrays {
            zip.start_file(format!("{name}.npy"), Default::default())
                .unwrap();
            zip.write_all(&array).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }
}

/// A safetensors file of 32-bit floats.
pub fn safetensors(tensors: &[(&str, &[usize], &[f32])]) -> Vec<u8> {
    let data: Vec<Vec<u8>> = tensors
        .iter()
        .map(|(_, _, values)| values.iter().flat_map(|v| v.to_le_bytes()).collect())
        .collect();
    let views = tensors.iter().zip(&data).map(|((name, shape, _), data)| {
        let view = TensorView::new(Dtype::F32, shape.to_vec(), data).unwrap();
        (*name, view)
    });
    safetensors::serialize(views, None).unwrap()
}

/// An IDX file of unsigned bytes.
pub fn idx(shape: &[u32], values: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, shape.len() as u8];
    bytes.extend(shape.iter().flat_map(|n| n.to_be_bytes()));
    bytes.extend(values);
    bytes
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

/// Makes sure that a refusal is the user's kind and that its text has all these parts.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(result: Result<T, Error>, parts: &[&str]) {
    let error = result.expect_err("should be refused");
    assert!(matches!(error, Error::Input(_)), "{error:?}");
    let text = error.to_string();
    for part in ["expected ", "found "].iter().chain(parts) {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
    assert!(!text.contains('\n'), "{text}");
}
