//! Every kind of bad network is refused by file, tensor, expected and found.

use crate::good_networks::read;
use crate::support::{Npz, refused, safetensors, seed};

#[test]
fn files_that_are_not_networks() {
    refused(
        gapcert::network::read("nowhere.npz"),
        &["nowhere.npz: ", "a readable file"],
    );
    refused(
        read("m.pt", b""),
        &["m.pt: ", ".safetensors or .npz", "\"pt\""],
    );
    refused(
        read("m.safetensors", b"{}"),
        &["m.safetensors: ", "a file of 2 bytes"],
    );
    refused(
        read("m.safetensors", &safetensors(&[])),
        &["at least one tensor", "none"],
    );
    let good = seed("safetensors/plain");
    refused(
        read("m.safetensors", &good[..good.len() - 1]),
        &[
            "tensor \"2.weight\": ",
            "offsets within the 83 bytes",
            "[48, 84]",
        ],
    );
    refused(
        read("m.safetensors", &[good.as_slice(), b"x"].concat()),
        &["m.safetensors: ", "85 bytes of data", "cover 84"],
    );
}

#[test]
fn tensors_without_a_place() {
    let one = [1f32; 16];
    for (name, shape, parts) in [
        (
            "conv.weight",
            [2, 2, 2, 2].as_slice(),
            ["shape [2, 2, 2, 2]", "convolutions"],
        ),
        (
            "bn.weight",
            &[16],
            ["shape [16]", "remove what is not part"],
        ),
        ("scale", &[], ["shape []", "remove what is not part"]),
        ("a.bias", &[4, 4], ["shape [4, 4]", "biases have one axis"]),
    ] {
        let n = shape.iter().product();
        let file = safetensors(&[("a.weight", &[4, 4], &one), (name, shape, &one[..n])]);
        let item = format!("m.safetensors: tensor \"{name}\": ");
        refused(read("m.safetensors", &file), &[&item, parts[0], parts[1]]);
    }
    let integers = Npz::default().with("w", &[1, 1], &[1i64]).finish();
    refused(
        read("m.npz", &integers),
        &["m.npz: tensor \"w\": ", "floats", "integers"],
    );
}

#[test]
fn weights_that_are_not_numbers() {
    for (value, word) in [(f32::NAN, "NaN"), (f32::NEG_INFINITY, "-inf")] {
        let file = safetensors(&[("w", &[2, 2], &[0.0, 0.0, value, 0.0])]);
        refused(
            read("m.safetensors", &file),
            &["tensor \"w\": ", "finite weights", word, "at index [1, 0]"],
        );
    }
}

#[test]
fn shapes_that_do_not_fit() {
    let ones = [1f32; 1000];
    let chain = |a: [usize; 2], b: [usize; 2]| {
        let tensors = [
            ("0.weight", a.as_slice(), &ones[..a[0] * a[1]]),
            ("2.weight", b.as_slice(), &ones[..b[0] * b[1]]),
        ];
        read("m.safetensors", &safetensors(&tensors))
    };
    refused(
        chain([20, 30], [20, 10]),
        &[
            "tensor \"2.weight\": expected shape [10, 20], found [20, 10]; the tensor looks transposed",
        ],
    );
    refused(
        chain([30, 20], [20, 10]),
        &["every tensor looks transposed: store them as (out_features, in_features)"],
    );
    refused(
        chain([20, 30], [10, 7]),
        &[
            "tensor \"2.weight\": expected shape [10, 20]",
            "found [10, 7]",
        ],
    );
    refused(
        read("m.safetensors", &safetensors(&[("w", &[0, 3], &[])])),
        &["tensor \"w\": ", "every dimension at least 1", "[0, 3]"],
    );
}

#[test]
fn an_order_that_would_be_a_guess() {
    let ones = [1f32; 9];
    let tensors = ["first", "second", "third"].map(|name| (name, [3, 3], ones));
    let tensors: Vec<_> = tensors
        .iter()
        .map(|(n, s, v)| (*n, s.as_slice(), v.as_slice()))
        .collect();
    refused(
        read("m.safetensors", &safetensors(&tensors)),
        &[
            "layers: ",
            "determine the order",
            "[first, second, third]",
            "number them",
        ],
    );
}

#[test]
fn biases_that_do_not_fit() {
    let ones = [1f32; 6];
    let with = |name, n| {
        read(
            "m.safetensors",
            &safetensors(&[("a.weight", &[2, 3], &ones), (name, &[n], &ones[..n])]),
        )
    };
    refused(
        with("b.bias", 2),
        &["tensor \"b.bias\": ", "named alike", "[a.weight]"],
    );
    refused(
        with("a.bias", 3),
        &["tensor \"a.bias\": ", "shape [2]", "found [3]"],
    );
}

#[test]
fn too_many_tensors() {
    let names: Vec<String> = (0..1001).map(|i| format!("{i}.weight")).collect();
    let tensors: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), [1, 1].as_slice(), [1f32].as_slice()))
        .collect();
    refused(
        read("m.safetensors", &safetensors(&tensors)),
        &["at most 1000 tensors", "found 1001"],
    );
}
