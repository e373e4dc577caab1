//! One `.npy` array; then the same bytes as inputs and as labels.
use std::path::Path;

use gapcert::data::{ReadOptions, arrays};
use gapcert::input::array::Values;
use gapcert::input::{InputFile, npy};

pub fn run(bytes: &[u8]) {
    if let Ok(array) = npy::parse(bytes, Path::new("fuzz.npy"), "") {
        let len = match array.values {
            Values::U8(v) => v.len(),
            Values::I64(v) => v.len(),
            Values::U64(v) => v.len(),
            Values::F32(v) => v.len(),
            Values::F64(v) => v.len(),
        };
        assert_eq!(array.shape.iter().product::<usize>(), len);
    }
    let file = InputFile::from_bytes("fuzz.npy", bytes.to_vec());
    let _ = arrays::parse_npy(&file, &file, &ReadOptions::default());
    // Two files in one input: the first byte says where the second begins.
    if let Some((&split, rest)) = bytes.split_first()
        && let Some((x, y)) = rest.split_at_checked(split.into())
    {
        let x = InputFile::from_bytes("x.npy", x.to_vec());
        let y = InputFile::from_bytes("y.npy", y.to_vec());
        let _ = arrays::parse_npy(&x, &y, &ReadOptions::default());
    }
}
