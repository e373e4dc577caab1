//! One IDX file, plain or gzipped; then the same bytes as images and as labels.
use gapcert::data::{ReadOptions, idx};
use gapcert::input::InputFile;

pub fn run(bytes: &[u8]) {
    let file = InputFile::from_bytes("fuzz-ubyte", bytes.to_vec());
    if let Ok(array) = idx::parse(&file) {
        assert_eq!(array.shape.iter().product::<usize>(), array.values.len());
    }
    let _ = idx::assemble(&file, &file, &ReadOptions::default());
    // Two files in one input: the first byte says where the second begins.
    if let Some((&split, rest)) = bytes.split_first()
        && let Some((images, labels)) = rest.split_at_checked(split.into())
    {
        let images = InputFile::from_bytes("images", images.to_vec());
        let labels = InputFile::from_bytes("labels", labels.to_vec());
        let _ = idx::assemble(&images, &labels, &ReadOptions::default());
    }
}
