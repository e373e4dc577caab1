//! One list of indices, in either format.
use gapcert::data::parse_indices;
use gapcert::input::InputFile;

pub fn run(bytes: &[u8]) {
    for name in ["fuzz.npy", "fuzz.txt"] {
        let file = InputFile::from_bytes(name, bytes.to_vec());
        if let Ok(indices) = parse_indices(&file) {
            let checked = indices.check(1000).is_ok();
            assert!(!checked || indices.values.iter().all(|&value| value < 1000));
            assert_eq!(
                indices.overlap(&indices).is_some(),
                !indices.values.is_empty()
            );
        }
    }
}
