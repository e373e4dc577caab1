//! Networks trained with PyTorch, and MNIST itself, where they are at hand.

use std::path::{Path, PathBuf};

use gapcert::data::{self, ReadOptions, Split};
use gapcert::network::{self, Mlp, Model, Prior, read_model};
use ndarray::{Array2, Array4};

use crate::forward::outputs;
use crate::support::directory;

/// The folder with the real files, or None after saying so.
fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("GAPCERT_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    if folder.join("models").is_dir() && folder.join("data/mnist").is_dir() {
        return Some(folder);
    }
    eprintln!(
        "SKIPPED: no models and data in {}; set GAPCERT_SHARED",
        folder.display()
    );
    None
}

fn logits(network: &Mlp, x: Array2<f64>) -> Array2<f64> {
    let (last, hidden) = network.layers().split_last().unwrap();
    let x = hidden.iter().fold(x, |x, layer| {
        x.dot(&layer.weights.t()).mapv(|unit| unit.max(0.0))
    });
    x.dot(&last.weights.t())
}

#[test]
fn logits_agree_with_pytorch() {
    let Some(shared) = shared() else { return };
    let options = ReadOptions {
        split: Split::Test,
        ..ReadOptions::default()
    };
    assert!(data::has_test_split(shared.join("data/mnist")));
    let test = data::read(shared.join("data/mnist"), &options).unwrap();
    assert_eq!((test.len(), test.dim(), test.classes()), (10_000, 784, 10));
    assert_eq!(test.labels()[..5], [7, 2, 1, 0, 4]);
    let scale = test.scale().to_f64();
    let x = test.rows_f64(0..5).mapv(|raw| raw * scale);
    for model in ["mnist-mlp-100", "mnist-mlp-100-100"] {
        let folder = shared.join("models").join(model);
        let meta = std::fs::read(folder.join("meta.json")).unwrap();
        let meta: serde_json::Value = serde_json::from_slice(&meta).unwrap();
        for file in ["model.safetensors", "model.npz"] {
            let network = network::read(folder.join(file)).unwrap();
            network.check_input(test.dim()).unwrap();
            network.check_labels(test.classes()).unwrap();
            let computed = logits(&network, x.clone());
            for ((i, j), value) in computed.indexed_iter() {
                let known = meta["logits_first5_test"][i][j].as_f64().unwrap();
                // Tens of float32 roundings of sums of this size.
                assert!(
                    (value - known).abs() < 2e-5 * (1.0 + known.abs()),
                    "{model}/{file} [{i}, {j}]: {value}, PyTorch {known}"
                );
            }
        }
    }
}

#[test]
fn priors_and_their_indices() {
    let Some(shared) = shared() else { return };
    for model in ["mnist-mlp-100", "mnist-mlp-100-100"] {
        let folder = shared.join("models").join(model);
        let network = network::read(folder.join("model.safetensors")).unwrap();
        let prior = Prior::Network(network::read(folder.join("prior.safetensors")).unwrap());
        prior.check_same_shape(&network).unwrap();
        let sample = data::read_indices(folder.join("sample_indices.npy")).unwrap();
        let prior = data::read_indices(folder.join("prior_indices.npy")).unwrap();
        sample.check(60_000).unwrap();
        prior.check(60_000).unwrap();
        assert_eq!(sample.overlap(&prior), None);
        assert!(sample.overlap(&sample).is_some());
    }
}

/// The layers of the two convolutional networks, which differ in stride and width.
fn architecture(stride: usize) -> String {
    let mut text = "input = [1, 28, 28]\n".to_owned();
    for conv in [0, 2, 4] {
        text += &format!(
            "[[layer]]\nop = \"conv\"\nweight = \"{conv}.weight\"\nstride = {stride}\n\
             [[layer]]\nop = \"relu\"\n"
        );
    }
    text + "[[layer]]\nop = \"flatten\"\n[[layer]]\nop = \"linear\"\nweight = \"7.weight\"\n"
}

#[test]
fn convolutional_logits_agree_with_pytorch() {
    let Some(shared) = shared() else { return };
    let options = ReadOptions {
        split: Split::Test,
        ..ReadOptions::default()
    };
    let test = data::read(shared.join("data/mnist"), &options).unwrap();
    let x = test.rows_f64(0..5).mapv(|raw| raw * test.scale().to_f64());
    for (model, stride) in [("mnist-conv-3-32-s2", 2), ("mnist-conv-3-16-s1", 1)] {
        let folder = shared.join("models").join(model);
        let meta = std::fs::read(folder.join("meta.json")).unwrap();
        let meta: serde_json::Value = serde_json::from_slice(&meta).unwrap();
        let written = directory(&[("layers.toml", architecture(stride).as_bytes())]);
        let layers = written.path().join("layers.toml");
        let from_onnx = read_model(folder.join("model.onnx"), None).unwrap();
        let tensors = folder.join("model.safetensors");
        let from_tensors = read_model(tensors, Some(&layers)).unwrap();
        for read in [&from_onnx, &from_tensors] {
            assert_eq!(read.mlp, None);
            read.graph.check_input(test.dim()).unwrap();
            read.graph.check_labels(test.classes()).unwrap();
            for (i, row) in x.rows().into_iter().enumerate() {
                let computed = outputs(&read.graph, &row.to_vec());
                for (j, value) in computed.iter().enumerate() {
                    let known = meta["logits_first5_test"][i][j].as_f64().unwrap();
                    assert!(
                        (value - known).abs() < 2e-5 * (1.0 + known.abs()),
                        "{model} [{i}, {j}]: {value}, PyTorch {known}"
                    );
                }
            }
        }
        let kernels = |model: &Model| -> Vec<Array4<f64>> {
            model
                .graph
                .convs()
                .map(|(_, conv)| conv.kernel.clone())
                .collect()
        };
        assert_eq!(kernels(&from_onnx), kernels(&from_tensors));
    }
}

#[test]
fn every_format_has_the_same_weights() {
    let Some(shared) = shared() else { return };
    for model in ["mnist-mlp-100", "mnist-mlp-100-100"] {
        let folder = shared.join("models").join(model);
        let from_onnx = read_model(folder.join("model.onnx"), None).unwrap();
        let mlp = from_onnx.mlp.unwrap();
        for file in ["model.safetensors", "model.npz"] {
            let other = read_model(folder.join(file), None).unwrap();
            assert_eq!(other.graph.to_mlp().unwrap(), other.mlp);
            let other = other.mlp.unwrap();
            assert_eq!((mlp.dims(), mlp.folded_bias()), (other.dims(), false));
            for (a, b) in mlp.layers().iter().zip(other.layers()) {
                assert_eq!(a.weights, b.weights);
            }
        }
    }
}

#[test]
fn a_convolution_alone_is_refused_by_name() {
    let Some(shared) = shared() else { return };
    let file = shared.join("models/mnist-conv-3-32-s2/model.safetensors");
    for text in [
        network::read(&file).unwrap_err().to_string(),
        read_model(&file, None).unwrap_err().to_string(),
    ] {
        for part in [
            "tensor \"0.weight\"",
            "convolutions",
            "--architecture FILE.toml",
            ".onnx",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
}
