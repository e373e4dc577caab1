//! One safetensors file as a network.
use gapcert::input::InputFile;
use gapcert::network;

pub fn run(bytes: &[u8]) {
    let file = InputFile::from_bytes("fuzz.safetensors", bytes.to_vec());
    if let Ok(mlp) = network::parse(&file) {
        assert_eq!(mlp.dims().len(), mlp.hidden() + 2);
        assert!(mlp.dims().iter().all(|&width| width > 0));
    }
}
