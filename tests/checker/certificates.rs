//! Valid certificates, made by the program.

use crate::common::files::{Tensor, safetensors};
use crate::common::world::{Numbers, World};
use serde_json::Value as Json;
use std::sync::OnceLock;

/// A convolution on the world's 2 x 3 images, a ReLU, and a head.
const ARCHITECTURE: &str = r#"
input = [1, 2, 3]
[[layer]]
op = "conv"
weight = "0.weight"
[[layer]]
op = "relu"
[[layer]]
op = "flatten"
[[layer]]
op = "linear"
weight = "3.weight"
"#;

fn tensors(change: f32) -> Vec<Tensor<'static>> {
    let (mut numbers, mut other) = (Numbers(1), Numbers(2));
    let mut tensor = |shape: &[usize]| -> (Vec<usize>, Vec<f32>) {
        let n = shape.iter().product();
        let values = (0..n).map(|_| numbers.centred() + change * other.centred());
        (shape.to_vec(), values.collect())
    };
    let (first, second) = (tensor(&[4, 1, 2, 2]), tensor(&[3, 8]));
    vec![
        ("0.weight", first.0, first.1),
        ("3.weight", second.0, second.1),
    ]
}

/// The world, with a small convolutional network in it.
pub fn world() -> World {
    let w = World::new();
    w.write("cnn.safetensors", &safetensors(&tensors(0.0)))
        .write("start.safetensors", &safetensors(&tensors(1e-3)))
        .write("cnn.toml", ARCHITECTURE.as_bytes());
    w
}

const CNN: [&str; 6] = [
    "certify",
    "cnn.safetensors",
    "--architecture",
    "cnn.toml",
    "--data",
    "data",
];
const ZERO: [&str; 6] = [
    "certify",
    "model.safetensors",
    "--data",
    "data",
    "--indices",
    "sample.npy",
];

/// Arguments of runs that together use every bound and form.
pub fn runs() -> Vec<Vec<&'static str>> {
    let standard = crate::common::world::STANDARD;
    vec![
        standard.to_vec(),
        [&standard[..], &["--margin", "1/4", "--delta", "0x1p-6"]].concat(),
        ZERO.to_vec(),
        [&ZERO[..], &["--input-norm", "3", "--scale", "1/512"]].concat(),
        [&ZERO[..], &["--bound", "test-set/clopper-pearson"]].concat(),
        CNN.to_vec(),
        [&CNN[..], &["--prior", "start.safetensors", "--margin", "1"]].concat(),
    ]
}

/// One certificate for each of [`runs`].
pub fn all() -> &'static [Json] {
    static ALL: OnceLock<Vec<Json>> = OnceLock::new();
    ALL.get_or_init(|| {
        let w = world();
        let one = |args: Vec<&'static str>| {
            w.run(&[&args[..], &["-o", "cert.json"]].concat());
            serde_json::from_slice(&w.read("cert.json")).unwrap()
        };
        runs().into_iter().map(one).collect()
    })
}

/// For `tests/mutants`, which has no program to make them with.
#[test]
#[ignore = "writes files: where, GAPCERT_CERTIFICATES_TO says"]
fn write() {
    let folder = std::env::var("GAPCERT_CERTIFICATES_TO").expect("a folder");
    for (n, certificate) in all().iter().enumerate() {
        let path = std::path::Path::new(&folder).join(format!("{n}.json"));
        std::fs::write(path, certificate.to_string()).unwrap();
    }
}
