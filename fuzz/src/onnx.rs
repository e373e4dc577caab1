//! One ONNX model.
use gapcert::input::InputFile;
use gapcert::network::{Model, onnx};

pub fn run(bytes: &[u8]) {
    let file = InputFile::from_bytes("fuzz.onnx", bytes.to_vec());
    if let Ok(graph) = onnx::parse(&file) {
        let weights: usize = graph.convs().map(|(_, conv)| conv.kernel.len()).sum();
        assert!(weights <= bytes.len());
        assert_eq!(graph.classes(), graph.head().kernel.dim().0);
        let _ = Model::new(graph);
    }
}
