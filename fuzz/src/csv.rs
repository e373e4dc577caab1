//! One CSV file as a sample.
use gapcert::data::{ReadOptions, csv};
use gapcert::input::InputFile;

pub fn run(bytes: &[u8]) {
    let file = InputFile::from_bytes("fuzz.csv", bytes.to_vec());
    if let Ok(sample) = csv::parse(&file, &ReadOptions::default()) {
        let rows = sample.rows_f64(0..sample.len());
        assert!(rows.iter().all(|value| value.is_finite()));
    }
}
