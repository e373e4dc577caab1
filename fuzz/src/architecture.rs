//! Layers in TOML and a file of weights; the first byte says where the second begins.
use gapcert::input::InputFile;
use gapcert::network::{Model, architecture};

pub fn run(bytes: &[u8]) {
    let Some((&split, rest)) = bytes.split_first() else {
        return;
    };
    let Some((layers, weights)) = rest.split_at_checked(split.into()) else {
        return;
    };
    let layers = InputFile::from_bytes("fuzz.toml", layers.to_vec());
    let weights = InputFile::from_bytes("fuzz.safetensors", weights.to_vec());
    if let Ok(graph) = architecture::read(&weights, &layers) {
        let entries: usize = graph.convs().map(|(_, conv)| conv.kernel.len()).sum();
        assert!(entries <= weights.bytes.len());
        let _ = Model::new(graph);
    }
}
