//! Networks of both formats, types and spellings.

use gapcert::error::Result;
use gapcert::network::{self, Mlp, Prior};
use ndarray::array;

use crate::support::{Npz, directory, refused, safetensors, seed};

pub fn read(name: &str, bytes: &[u8]) -> Result<Mlp> {
    let directory = directory(&[(name, bytes)]);
    network::read(directory.path().join(name))
}

#[test]
fn both_formats_give_the_same_network() {
    let (first, second) = ([0.1f32, -2.0, 3.5, 0.0, 1.0, 7.0], [1.5f32, -1.0]);
    let tensors = [
        ("10.weight", [1, 2].as_slice(), second.as_slice()),
        ("2.weight", [2, 3].as_slice(), first.as_slice()),
    ];
    let from_safetensors = read("m.safetensors", &safetensors(&tensors)).unwrap();
    let npz = Npz::default()
        .with("10.weight", &[1, 2], &second)
        .with("2.weight", &[2, 3], &first)
        .finish();
    let from_npz = read("m.npz", &npz).unwrap();
    assert_eq!(from_safetensors.layers(), from_npz.layers());
    assert_eq!(from_npz.dims(), [3, 2, 1]);
    assert_eq!(from_npz.layers()[0].name, "2.weight");
    assert_eq!(from_npz.layers()[0].weights[[0, 0]], f64::from(0.1f32));
    assert!(!from_npz.folded_bias());
    assert_eq!(from_npz.sources().len(), 1);
}

#[test]
fn words_are_ordered_by_shapes() {
    let network = read("m.safetensors", &seed("safetensors/half")).unwrap();
    let names: Vec<&str> = network.layers().iter().map(|l| l.name.as_str()).collect();
    assert_eq!(names, ["body.weight", "head.weight"]);
    assert_eq!(
        network.layers()[1].weights,
        array![[0.5, -0.25, 0.0], [0.0, 1.0, -1.0]]
    );
}

#[test]
fn a_prior_must_have_the_model_s_shape() {
    let plain = read("m.safetensors", &seed("safetensors/plain")).unwrap();
    let biased = read("m.safetensors", &seed("safetensors/biases")).unwrap();
    let linear = read(
        "p.npz",
        &Npz::default().with("w", &[3, 4], &[1f32; 12]).finish(),
    )
    .unwrap();
    let narrow =
        Npz::default()
            .with("0.weight", &[2, 4], &[1f32; 8])
            .with("1.weight", &[3, 2], &[1f32; 6]);
    let narrow = read("p.npz", &narrow.finish()).unwrap();
    for model in [&plain, &biased] {
        assert!(Prior::Zero.check_same_shape(model).is_ok());
        assert!(
            Prior::Network(model.clone())
                .check_same_shape(model)
                .is_ok()
        );
    }
    refused(
        Prior::Network(plain.clone()).check_same_shape(&biased),
        &[
            "m.safetensors: prior: ",
            "a network with biases",
            "one without biases",
        ],
    );
    refused(
        Prior::Network(narrow).check_same_shape(&plain),
        &[
            "p.npz: tensor \"0.weight\": ",
            "shape [3, 4]",
            "found [2, 4]",
        ],
    );
    refused(
        Prior::Network(linear).check_same_shape(&plain),
        &["p.npz: prior: ", "2 layers", "found 1"],
    );
    assert_eq!(Prior::Zero.layer_weights(0), None);
    let prior = Prior::Network(plain.clone());
    assert_eq!(prior.layer_weights(1), Some(&plain.layers()[1].weights));
    assert_eq!(prior.layer_weights(2), None);
}
