//! Tensors in the layers that a TOML file writes down.

use gapcert::error::Result;
use gapcert::input::InputFile;
use gapcert::network::{Graph, Model, Op, Shape, architecture, read_model};

use crate::forward::outputs;
use crate::onnx::fixtures;
use crate::support::{Npz, directory, refused, safetensors};

/// A convolution of 2 kernels of 2 x 2 with biases, then 3 outputs from 8 numbers.
fn weights() -> Vec<u8> {
    let k = [1.0f32, 0.5, -1.0, 0.25, 2.0, 0.0, 1.0, -0.5];
    let v: Vec<f32> = (0..24).map(|i| i as f32 / 8.0 - 1.0).collect();
    safetensors(&[
        ("k", &[2, 1, 2, 2], &k),
        ("b", &[2], &[0.5, -0.5]),
        ("v", &[3, 8], &v),
    ])
}

fn read(layers: &str) -> Result<Graph> {
    let weights = InputFile::from_bytes("m.safetensors", weights());
    let layers = InputFile::from_bytes("m.toml", layers.as_bytes().to_vec());
    architecture::read(&weights, &layers)
}

const INPUT: &str = "input = [1, 3, 3]\n";
const CONV: &str = "[[layer]]\nop = \"conv\"\nweight = \"k\"\nbias = \"b\"\n";
const RELU: &str = "[[layer]]\nop = \"relu\"\n";
const LINEAR: &str = "[[layer]]\nop = \"linear\"\nweight = \"v\"\n";

#[test]
fn layers_become_nodes() {
    let flatten = "[[layer]]\nop = \"flatten\"\n";
    let graph = read(&[INPUT, CONV, RELU, flatten, LINEAR].concat()).unwrap();
    let without = read(&[INPUT, CONV, RELU, LINEAR].concat()).unwrap();
    assert_eq!(graph.nodes(), without.nodes());
    assert_eq!((graph.nodes().len(), graph.is_chain()), (4, true));
    assert_eq!(graph.sources().len(), 2);
    let x: Vec<f64> = (0..9).map(f64::from).collect();
    // By hand: kernels [[1, .5], [-1, .25]] and [[2, 0], [1, -.5]], biases, ReLU.
    let hidden = [0.0, 0.0, 1.25, 2.0, 0.5, 3.0, 8.0, 10.5];
    let head = hidden.iter().enumerate();
    let sum: f64 = head.map(|(i, h)| h * (i as f64 / 8.0 - 1.0)).sum();
    assert_eq!(outputs(&graph, &x)[0], sum);
}

#[test]
fn windows_in_every_spelling() {
    for (spelling, padding, shape) in [
        ("padding = 1", [[1, 1], [1, 1]], [4, 4]),
        ("padding = [1, 0]", [[1, 1], [0, 0]], [4, 2]),
        ("padding = [[1, 0], [0, 1]]", [[1, 0], [0, 1]], [3, 3]),
        (
            "padding = [1, 2]\nstride = [1, 2]",
            [[1, 1], [2, 2]],
            [4, 3],
        ),
        ("dilation = 2", [[0, 0], [0, 0]], [1, 1]),
        ("dilation = [1, 2]\ngroups = 1", [[0, 0], [0, 0]], [2, 1]),
    ] {
        let pool = "[[layer]]\nop = \"global-average-pool\"\n";
        let head = "[[layer]]\nop = \"linear\"\nweight = \"v\"\n";
        let weights = safetensors(&[("k", &[2, 1, 2, 2], &[1.0; 8]), ("v", &[3, 2], &[1.0; 6])]);
        let conv = format!("[[layer]]\nop = \"conv\"\nweight = \"k\"\n{spelling}\n");
        let layers = [INPUT, &conv, pool, head].concat();
        let weights = InputFile::from_bytes("m.safetensors", weights);
        let layers = InputFile::from_bytes("m.toml", layers.into_bytes());
        let graph = architecture::read(&weights, &layers).unwrap();
        let Op::Conv(conv) = &graph.nodes()[1].op else {
            panic!("a convolution")
        };
        assert_eq!(conv.window.padding, padding, "{spelling}");
        let [height, width] = shape;
        let shape = Shape {
            channels: 2,
            height,
            width,
        };
        assert_eq!(graph.nodes()[1].shape, shape, "{spelling}");
    }
}

#[test]
fn pooling_defaults_are_pytorchs() {
    let pool = |more: &str| {
        let text = format!(
            "input = [2, 4, 4]\n[[layer]]\nop = \"average-pool\"\nsize = 2\n{more}\n{LINEAR}"
        );
        let weights = safetensors(&[("v", &[3, 8], &[1.0; 24])]);
        let weights = InputFile::from_bytes("m.safetensors", weights);
        let layers = InputFile::from_bytes("m.toml", text.into_bytes());
        architecture::read(&weights, &layers).map(|graph| graph.nodes()[1].op.clone())
    };
    let Op::AveragePool {
        window,
        count_padding,
    } = pool("").unwrap()
    else {
        panic!("a pooling")
    };
    assert_eq!(
        (window.stride, window.padding, count_padding),
        ([2, 2], [[0; 2]; 2], true)
    );
    let without = pool("padding = [[1, 0], [1, 0]]\nstride = 2\ncount_include_pad = false");
    assert!(matches!(
        without,
        Ok(Op::AveragePool {
            count_padding: false,
            ..
        })
    ));
    refused(
        pool("padding = 2"),
        &["layer 1 (average-pool)", "less padding than its size"],
    );
    refused(pool("stride = 0"), &["layer 1 (average-pool)", "a window"]);
}

/// The network of one of the ONNX fixtures, from an archive of its tensors.
#[test]
fn the_same_network_as_its_onnx_export() {
    let onnx = read_model(fixtures().join("conv.onnx"), None)
        .unwrap()
        .graph;
    let mut npz = Npz::default();
    let mut names = vec![];
    for (_, conv) in onnx.convs() {
        let kernel: Vec<f64> = conv.kernel.iter().copied().collect();
        let shape: Vec<u64> = match names.len() {
            // PyTorch's linear layer knows no grid.
            2 => vec![3, 63],
            _ => conv.kernel.shape().iter().map(|&n| n as u64).collect(),
        };
        npz = npz.with(&conv.name, &shape, &kernel);
        if let Some(bias) = &conv.bias {
            let name = conv.name.replace("weight", "bias");
            npz = npz.with(&name, &[bias.len() as u64], bias);
        }
        names.push(conv.name.clone());
    }
    assert_eq!(names, ["0.weight", "2.weight", "6.weight"]);
    let layers = r#"
        input = [2, 7, 6]
        layer = [
            { op = "conv", weight = "0.weight", bias = "0.bias", groups = 2,
              stride = [2, 1], padding = [1, 2], dilation = [1, 2] },
            { op = "relu" },
            { op = "conv", weight = "2.weight" },
            { op = "relu" },
            { op = "linear", weight = "6.weight", bias = "6.bias" },
        ]"#;
    let folder = directory(&[("m.npz", &npz.finish()), ("m.toml", layers.as_bytes())]);
    let path = folder.path().join("m.toml");
    let model = read_model(folder.path().join("m.npz"), Some(&path)).unwrap();
    assert_eq!(model.graph.nodes(), onnx.nodes());
}

#[test]
fn a_perceptron_is_recognised() {
    let file = safetensors(&[
        ("a", &[2, 4], &[1.0; 8]),
        ("b", &[2], &[0.5; 2]),
        ("c", &[3, 2], &[1.0; 6]),
    ]);
    let layers = "input = [4]\nlayer = [{op = \"linear\", weight = \"a\", bias = \"b\"},\
                  {op = \"relu\"}, {op = \"linear\", weight = \"c\"}]";
    let folder = directory(&[("m.safetensors", &file), ("m.toml", layers.as_bytes())]);
    let path = folder.path().join("m.toml");
    let Model { graph, mlp } =
        read_model(folder.path().join("m.safetensors"), Some(&path)).unwrap();
    let mlp = mlp.unwrap();
    assert_eq!((mlp.dims(), mlp.folded_bias()), (vec![5, 3, 3], true));
    // Both take the constant coordinate.
    assert_eq!((graph.input(), graph.has_bias()), (Shape::vector(5), false));
    refused(
        read_model(fixtures().join("mlp.onnx"), Some(&path)),
        &[
            "m.toml: ",
            "for a .safetensors or .npz file",
            "leave --architecture out",
        ],
    );
}

#[test]
fn what_is_not_written_as_it_should_be() {
    let good = [INPUT, CONV, LINEAR].concat();
    assert!(read(&good).is_ok());
    for (text, parts) in [
        ("", ["m.toml: ", "missing field `input`"]),
        ("input = [4]", ["m.toml: ", "missing field `layer`"]),
        ("input = [4]\nlayer = 3", ["m.toml: line 2: ", "sequence"]),
        ("input = 4\nlayer = []", ["m.toml: line 1: ", "sequence"]),
        ("input = [-4]\nlayer = []", ["m.toml: line 1: ", "-4"]),
        (
            "input = [1, 2]\nlayer = []",
            ["m.toml: input: ", "[channels, height, width]"],
        ),
        ("input = []\nlayer = []", ["m.toml: input: ", "[features]"]),
        ("input = [[]", ["m.toml: line 1: ", "found"]),
        (
            "input = [4]\nlayer = []\nextra = 1",
            ["m.toml: line 3: ", "unknown field `extra`"],
        ),
        (
            "input = [4]\nlayer = [{op = \"softmax\"}]",
            ["line 2", "unknown variant `softmax`"],
        ),
        (
            "input = [4]\nlayer = [{op = \"relu\", x = 1}]",
            ["line 2", "unknown field `x`"],
        ),
        (
            "input = [4]\nlayer = [{op = \"linear\"}]",
            ["line 2", "missing field `weight`"],
        ),
        (
            "input = [4]\nlayer = [{}]",
            ["line 2", "missing field `op`"],
        ),
        (
            "input = [4]\nlayer = [{op = \"conv\", weight = \"k\", stride = \"2\"}]",
            ["line 2", "a number or [vertical, horizontal]"],
        ),
        (
            "input = [4]\nlayer = [{op = \"conv\", weight = \"k\", padding = [1, 2, 3]}]",
            ["line 2", "[[top, bottom], [left, right]]"],
        ),
        (
            "input = [4]\nlayer = [{op = \"conv\", weight = \"k\", padding = -1}]",
            ["line 2", "a number, [vertical, horizontal] or"],
        ),
    ] {
        refused(read(text), &parts);
    }
    let weights = InputFile::from_bytes("m.safetensors", weights());
    let layers = InputFile::from_bytes("m.toml", vec![b'#', 0xff]);
    refused(
        architecture::read(&weights, &layers),
        &["m.toml: ", "no UTF-8"],
    );
}

#[test]
fn tensors_have_one_place_each() {
    let layer =
        |op: &str, weight: &str| format!("[[layer]]\nop = \"{op}\"\nweight = \"{weight}\"\n");
    let conv = layer("conv", "k");
    refused(
        read(&[INPUT, &conv, LINEAR].concat()),
        &[
            "m.safetensors: tensor \"b\": ",
            "a layer that uses it",
            "every weight must have",
        ],
    );
    refused(
        read(&[INPUT, CONV, &layer("linear", "w")].concat()),
        &["tensor \"w\": expected a tensor for layer 2 (linear), found none"],
    );
    refused(
        read(&[INPUT, CONV, LINEAR, &layer("linear", "v")].concat()),
        &[
            "tensor \"v\": ",
            "layer 3 (linear)",
            "an earlier layer uses",
            "cannot be shared",
        ],
    );
    let biased = format!("{conv}bias = \"v\"\n");
    refused(
        read(&[INPUT, &biased].concat()),
        &[
            "tensor \"v\", layer 1 (conv): ",
            "shape (2,)",
            "shape [3, 8]",
        ],
    );
}

#[test]
fn shapes_that_do_not_fit() {
    refused(
        read(&[INPUT, "[[layer]]\nop = \"conv\"\nweight = \"v\"\n"].concat()),
        &[
            "tensor \"v\", layer 1 (conv): ",
            "(out, in / groups, rows, columns)",
            "[3, 8]",
        ],
    );
    refused(
        read(&[INPUT, "[[layer]]\nop = \"linear\"\nweight = \"k\"\n"].concat()),
        &[
            "tensor \"k\", layer 1 (linear): ",
            "shape (out, 9), as the value before it is 1x3x3",
        ],
    );
    refused(
        read(&["input = [1, 4, 4]\n", CONV, LINEAR].concat()),
        &["shape (out, 18)", "2x3x3"],
    );
    refused(
        read(&["input = [2, 3, 3]\n", CONV, LINEAR].concat()),
        &[
            "tensor \"k\", layer 1 (conv): ",
            "a kernel that fits an input of shape 2x3x3",
        ],
    );
    let flat = "[[layer]]\nop = \"flatten\"\n";
    refused(
        read(&[INPUT, flat, CONV].concat()),
        &["m.toml: layer 2 (conv): ", "found one that was flattened"],
    );
    refused(
        read(&[INPUT, CONV, LINEAR, RELU].concat()),
        &["output", "a linear layer"],
    );
    refused(read("input = [4]\nlayer = []"), &["tensor \"b\""]);
    let max = i64::MAX;
    for input in [
        format!("[{max}]"),
        format!("[{max}, {max}, {max}]"),
        "[0, 3, 3]".into(),
    ] {
        refused(
            read(&format!("input = {input}\n{LINEAR}")),
            &["input: expected an input of 1 to"],
        );
    }
    for window in ["stride", "padding", "dilation"] {
        let huge = format!("{CONV}{window} = {max}\n");
        assert!(read(&[INPUT, &huge, LINEAR].concat()).is_err(), "{window}");
    }
}
