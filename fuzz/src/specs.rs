//! What `simulate`, `populations` and `falsify --replay` are told.
use gapcert::falsify::Parsed;
use gapcert::input::InputFile;
use gapcert::population;
use gapcert::simulate::Spec;
use std::path::Path;

pub fn run(bytes: &[u8]) {
    let file = InputFile::from_bytes("fuzz.toml", bytes.to_vec());
    if let Ok(spec) = Spec::parse(&file, "".into()) {
        assert!(spec.total() >= 1 && !spec.bounds.is_empty());
        let last = spec.number(spec.settings.len() - 1, spec.replicates - 1);
        assert_eq!(last, spec.total() - 1);
    }
    let _ = Parsed::of(&file);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = population::Spec::parse(text, Path::new("fuzz.toml"));
    }
}
