//! One `.npz` archive: each array, then as a sample and as a network.
use gapcert::data::{ReadOptions, arrays};
use gapcert::input::InputFile;
use gapcert::input::npz::Npz;
use gapcert::network;

pub fn run(bytes: &[u8]) {
    let file = InputFile::from_bytes("fuzz.npz", bytes.to_vec());
    if let Ok(archive) = Npz::open(&file) {
        for name in archive.names() {
            let _ = archive.read(name);
        }
    }
    if let Ok(sample) = arrays::parse_npz(&file, &ReadOptions::default()) {
        let _ = sample.with_constant_one();
    }
    if let Ok(mlp) = network::parse(&file) {
        assert_eq!(mlp.dims().len(), mlp.hidden() + 2);
    }
}
