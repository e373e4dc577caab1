//! Networks trained with PyTorch, and MNIST itself, where they are at hand.

use std::path::{Path, PathBuf};

use gapcert::data::{self, ReadOptions, Split};
use gapcert::network::{self, Mlp, Prior};
use ndarray::Array2;

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

#[test]
fn a_convolution_is_refused_by_name() {
    let Some(shared) = shared() else { return };
    let file = shared.join("models/mnist-conv-3-32-s2/model.safetensors");
    let text = network::read(file).unwrap_err().to_string();
    assert!(
        text.contains("tensor \"0.weight\"") && text.contains("convolutions"),
        "{text}"
    );
}
