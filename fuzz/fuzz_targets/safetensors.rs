//! One safetensors file as a network.
#![no_main]
use gapcert::input::InputFile;
use gapcert::network;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let file = InputFile::from_bytes("fuzz.safetensors", bytes.to_vec());
    if let Ok(mlp) = network::parse(&file) {
        assert_eq!(mlp.dims().len(), mlp.hidden() + 2);
        assert!(mlp.dims().iter().all(|&width| width > 0));
    }
});
