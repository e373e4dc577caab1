//! The log of a simulation: read as that of a small one.
use gapcert::input::InputFile;
use gapcert::simulate::{Spec, read_logs};
use std::sync::OnceLock;

const SPEC: &str = include_str!("../seeds/specs/simulation");

pub fn run(bytes: &[u8]) {
    static READ: OnceLock<Spec> = OnceLock::new();
    let spec = READ.get_or_init(|| {
        let file = InputFile::from_bytes("spec.toml", SPEC.as_bytes().to_vec());
        Spec::parse(&file, "".into()).expect("the seed is a spec")
    });
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), bytes).expect("a file");
    let mut read = 0;
    let found = read_logs(&[file.path().to_owned()], spec, &mut |replicate| {
        read += 1;
        assert_eq!(replicate.bounds.len(), spec.bounds.len());
        Ok(())
    });
    assert!(found.is_err() || read == spec.total(), "{read}");
}
