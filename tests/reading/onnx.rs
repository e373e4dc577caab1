//! ONNX models that PyTorch and the onnx package wrote compute what they say.

use std::path::{Path, PathBuf};

use gapcert::input::InputFile;
use gapcert::network::{Op, architecture, onnx, read_model};

use crate::forward::model_outputs;
use crate::support::seed;

pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reading/onnx")
}

fn numbers(json: &serde_json::Value) -> Vec<f64> {
    let numbers = json.as_array().unwrap().iter();
    numbers.map(|v| v.as_f64().unwrap()).collect()
}

#[test]
fn logits_are_those_of_the_writer() {
    let expected = std::fs::read(fixtures().join("expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_slice(&expected).unwrap();
    let expected = expected.as_object().unwrap();
    let files = std::fs::read_dir(fixtures()).unwrap();
    let models = files.filter(|f| f.as_ref().unwrap().path().extension() == Some("onnx".as_ref()));
    assert_eq!(models.count(), expected.len());
    for (name, recorded) in expected {
        let path = fixtures().join(format!("{name}.onnx"));
        let model = read_model(&path, None).unwrap_or_else(|e| panic!("{e}"));
        let inputs = numbers(&recorded["input"]);
        let logits = recorded["logits"].as_array().unwrap();
        for (x, known) in inputs.chunks(inputs.len() / logits.len()).zip(logits) {
            let (computed, known) = (model_outputs(&model, x), numbers(known));
            assert_eq!(computed.len(), known.len(), "{name}");
            for (value, known) in computed.iter().zip(known) {
                assert!(
                    (value - known).abs() <= 1e-5 * (1.0 + known.abs()),
                    "{name}: {value}, written {known}"
                );
            }
        }
    }
}

#[test]
fn perceptrons_are_recognised() {
    let mlp = |name: &str| {
        read_model(fixtures().join(format!("{name}.onnx")), None)
            .unwrap()
            .mlp
    };
    let plain = mlp("mlp_no_bias").unwrap();
    assert_eq!((plain.dims(), plain.folded_bias()), (vec![6, 4, 3], false));
    for (name, dims) in [
        ("mlp", [6, 5, 3]),
        ("mlp_dynamo", [7, 5, 3]),
        ("matmul_add", [6, 5, 3]),
        ("gemm", [7, 5, 3]),
        ("transposed", [7, 5, 3]),
        ("dropout", [6, 4, 3]),
    ] {
        let mlp = mlp(name).unwrap();
        assert_eq!((name, mlp.dims().as_slice()), (name, dims.as_slice()));
        assert_eq!(mlp.folded_bias(), name != "dropout");
    }
    for name in ["conv", "residual", "global_pool"] {
        assert_eq!(mlp(name), None);
    }
}

#[test]
fn layers_are_what_the_file_says() {
    let graph = read_model(fixtures().join("residual.onnx"), None)
        .unwrap()
        .graph;
    let sums = graph.nodes().iter().filter(|n| n.op == Op::Add).count();
    assert_eq!((sums, graph.is_chain(), graph.classes()), (2, false, 3));
    assert_eq!(graph.convs().count(), 6);
    assert_eq!(graph.head().name, "head.weight");
    let graph = read_model(fixtures().join("norm.onnx"), None)
        .unwrap()
        .graph;
    let (_, conv) = graph.convs().next().unwrap();
    // gamma / sqrt(var + epsilon) is 3/4 and -1/2; b = (b - mean) scale + beta.
    assert_eq!(
        conv.bias,
        Some(vec![-0.25 * 0.75 + 0.125, 0.75 * -0.5 + 3.0])
    );
}

#[test]
fn data_beside_the_model() {
    let path = fixtures().join("external.onnx");
    let model = read_model(&path, None).unwrap();
    let sources = model.graph.sources();
    assert_eq!(sources.len(), 2);
    assert!(sources[1].path.ends_with("external.onnx.data"));
}

#[test]
fn the_seeds_of_the_fuzz_targets_are_networks() {
    for (name, classes) in [("mlp", 3), ("conv", 3), ("norm", 2)] {
        let bytes = seed(&format!("onnx/{name}"));
        let graph = onnx::parse(&InputFile::from_bytes("m.onnx", bytes)).unwrap();
        assert_eq!(graph.classes(), classes);
    }
    for name in ["conv", "mlp"] {
        let bytes = seed(&format!("architecture/{name}"));
        let (layers, weights) = bytes[1..].split_at(bytes[0].into());
        let layers = InputFile::from_bytes("m.toml", layers.to_vec());
        let weights = InputFile::from_bytes("m.safetensors", weights.to_vec());
        assert_eq!(architecture::read(&weights, &layers).unwrap().classes(), 3);
    }
}
