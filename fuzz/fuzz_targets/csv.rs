//! One CSV file as a sample.
#![no_main]
use gapcert::data::{ReadOptions, csv};
use gapcert::input::InputFile;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let file = InputFile::from_bytes("fuzz.csv", bytes.to_vec());
    if let Ok(sample) = csv::parse(&file, &ReadOptions::default()) {
        let rows = sample.rows_f64(0..sample.len());
        assert!(rows.iter().all(|value| value.is_finite()));
    }
});
