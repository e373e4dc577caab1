//! What an ONNX file may not say is refused by node, operator and reason.

use gapcert::error::Result;
use gapcert::input::InputFile;
use gapcert::network::{Graph, onnx, read_model};

use crate::onnx_writer::{Dim, Entry, Function, Model, Node, integers, model, node, tensor};
use crate::support::{directory, refused};

fn parse(model: &Model) -> Result<Graph> {
    onnx::parse(&InputFile::from_bytes("m.onnx", model.bytes()))
}

/// x of 2 x 4 x 4, a convolution to 3 x 3 x 3, and what comes before the head.
fn image(nodes: Vec<Node>) -> Model {
    let start = model(&[2, 4, 4])
        .tensor(tensor("k", &[3, 2, 2, 2], &[0.5; 24]))
        .tensor(tensor("v", &[27, 2], &[0.5; 54]));
    nodes.into_iter().fold(start, Model::with)
}

fn conv() -> Node {
    node("Conv", "x k", "c")
}

/// The rest, from a value of 3 x 3 x 3.
fn head(model: Model, from: &str) -> Model {
    model
        .with(node("Flatten", from, "f"))
        .with(node("MatMul", "f v", "y"))
}

/// x of 4 numbers and a matrix `w` to 3.
fn vector(nodes: Vec<Node>) -> Model {
    let start = model(&[4]).tensor(tensor("w", &[4, 3], &[0.5; 12]));
    nodes.into_iter().fold(start, Model::with)
}

#[test]
fn the_models_to_damage_are_good() {
    assert!(parse(&head(image(vec![conv()]), "c")).is_ok());
    assert!(parse(&vector(vec![node("MatMul", "x w", "y")])).is_ok());
}

#[test]
fn operators_without_a_theorem() {
    for (op, words) in [
        ("MaxPool", "no theorem here covers max pooling: use strided"),
        ("GlobalMaxPool", "max pooling"),
        ("Softmax", "up to its logits"),
        ("LogSoftmax", "up to its logits"),
        ("Sigmoid", "Relu is the only activation"),
        ("Tanh", "Relu is the only activation"),
        ("LeakyRelu", "Relu is the only activation"),
        ("PRelu", "Relu is the only activation"),
        ("Gelu", "Relu is the only activation"),
        ("Clip", "Relu is the only activation"),
        ("LayerNormalization", "statistics of the input"),
        ("InstanceNormalization", "statistics of the input"),
        ("Mul", "fold constant factors into the layer before"),
        ("Div", "scale the inputs with --scale"),
        ("Sub", "only sums"),
        ("Pad", "give the padding"),
        ("Resize", "enlarge or rearrange"),
        ("ConvTranspose", "enlarge or rearrange"),
        ("LSTM", "feed-forward"),
        ("If", "control flow"),
        ("Loop", "feed-forward"),
        ("Split", "select or repeat"),
        ("QLinearConv", "quantised"),
        ("NoSuchOperator", "found NoSuchOperator"),
    ] {
        let item = format!("m.onnx: node \"/{op}\" ({op}): ");
        let model = head(image(vec![conv(), node(op, "c", "m")]), "m");
        refused(parse(&model), &[&item, &format!("found {op}"), words]);
    }
    for (op, words) in [
        ("Transpose", "rearrange entries"),
        ("Concat", "for computing shapes only"),
        ("Slice", "for computing shapes only"),
        ("Gather", "for computing shapes only"),
        ("Cast", "for computing shapes only"),
    ] {
        let inputs = if op == "Gather" { "c v" } else { "c" };
        let model = head(image(vec![conv(), node(op, inputs, "m")]), "m");
        refused(parse(&model), &[&format!("({op}): "), words]);
    }
    let mut foreign = node("Relu", "c", "m");
    foreign.domain = "com.example".into();
    refused(
        parse(&head(image(vec![conv(), foreign]), "m")),
        &["Relu of the domain \"com.example\"", "ONNX's own operators"],
    );
}

#[test]
fn nodes_without_names_are_numbered() {
    let mut pool = node("MaxPool", "c", "m");
    pool.name.clear();
    let model = head(image(vec![conv(), pool]), "m");
    refused(parse(&model), &["m.onnx: node 1 (MaxPool): "]);
}

#[test]
fn a_normalisation_that_would_round() {
    let with = |nodes: Vec<Node>, variance: f32, gamma: f32| {
        let parameter = |name: &str, value: f32| tensor(name, &[3], &[value; 3]);
        head(image(nodes), "n")
            .tensor(parameter("gamma", gamma))
            .tensor(parameter("beta", 0.5))
            .tensor(parameter("mean", 0.25))
            .tensor(parameter("var", variance))
    };
    let norm = || node("BatchNormalization", "c gamma beta mean var", "n").float("epsilon", 0.0);
    assert!(parse(&with(vec![conv(), norm()], 4.0, 1.0)).is_ok());
    let advice = "torch.nn.utils.fusion.fuse_conv_bn_eval";
    refused(
        parse(&with(vec![conv(), norm()], 2.0, 1.0)),
        &[
            "(BatchNormalization): ",
            "2 in channel 0, whose root is not rational",
            advice,
        ],
    );
    refused(
        parse(&with(vec![conv(), norm()], 9.0, 1.0)),
        &["exactly floats", "a scale of 1/3 in channel 0", advice],
    );
    refused(
        parse(&with(vec![conv(), norm()], 0.0, 1.0)),
        &["of which the root is exact"],
    );
    refused(
        parse(&with(vec![conv(), norm()], f32::NAN, 1.0)),
        &["finite parameters"],
    );
    refused(
        parse(&with(
            vec![conv(), norm().int("training_mode", 1)],
            4.0,
            1.0,
        )),
        &["training_mode=0", "training_mode=1", "eval mode"],
    );
    // After a ReLU, or after a convolution that something else reads too.
    let mut late = norm();
    late.inputs[0] = "r".into();
    refused(
        parse(&with(vec![conv(), node("Relu", "c", "r"), late], 4.0, 1.0)),
        &["a linear layer that nothing else reads", advice],
    );
    let mut read_twice = head(image(vec![conv(), norm(), node("Add", "n c", "s")]), "s");
    for name in ["gamma", "beta", "mean", "var"] {
        read_twice = read_twice.tensor(tensor(name, &[3], &[1.0; 3]));
    }
    refused(parse(&read_twice), &["nothing else reads", advice]);
}

#[test]
fn windows_that_are_not_supported() {
    let with = |conv: Node| parse(&head(image(vec![conv]), "c"));
    refused(
        with(conv().ints("strides", &[1])),
        &["strides of two axes", "[1]"],
    );
    refused(
        with(conv().ints("strides", &[0, 1])),
        &["at least 1", "[0, 1]"],
    );
    refused(
        with(conv().ints("pads", &[0, 0, -1, 0])),
        &["none negative", "[0, 0, -1, 0]"],
    );
    refused(
        with(conv().ints("pads", &[0, 0])),
        &["[top, left, bottom, right]"],
    );
    refused(
        with(conv().ints("kernel_shape", &[3, 3])),
        &["kernel_shape [2, 2]", "[3, 3]"],
    );
    refused(
        with(conv().string("auto_pad", "SAME")),
        &["auto_pad NOTSET", "\"SAME\""],
    );
    let both = conv().string("auto_pad", "VALID").ints("pads", &[1; 4]);
    refused(with(both), &["pads or auto_pad"]);
    refused(with(conv().int("group", 0)), &["at least one group"]);
    refused(with(conv().int("group", 3)), &["tensor \"k\"", "3 groups"]);
    refused(
        with(conv().int("strides", 1)),
        &["attribute \"strides\" of type 7", "type 2"],
    );
    refused(
        with(conv().int("turbo", 1)),
        &["attributes that are known", "\"turbo\""],
    );
    refused(
        with(conv().int("group", 1).int("group", 1)),
        &["every attribute once", "\"group\""],
    );
    refused(
        with(conv().ints("dilations", &[4, 4])),
        &["a kernel that fits"],
    );
    for hostile in [
        conv().ints("pads", &[i64::MAX; 4]),
        conv().ints("pads", &[1 << 40; 4]),
        conv().ints("dilations", &[i64::MAX; 2]),
        conv()
            .ints("strides", &[i64::MAX; 2])
            .string("auto_pad", "SAME_LOWER"),
        conv()
            .ints("dilations", &[i64::MAX; 2])
            .string("auto_pad", "SAME_UPPER"),
    ] {
        assert!(with(hostile.clone()).is_err(), "{hostile:?}");
    }
    let pooled = |pool: Node| parse(&head(image(vec![conv(), pool]), "p"));
    let pool = || node("AveragePool", "c", "p");
    refused(pooled(pool()), &["kernel_shape of two axes"]);
    let pool = || pool().ints("kernel_shape", &[2, 2]);
    let ceil = pool().int("ceil_mode", 1).ints("strides", &[2, 2]);
    refused(pooled(ceil), &["ceil_mode=0", "ceil_mode=1", "cut off"]);
    refused(
        pooled(pool().ints("dilations", &[2, 2])),
        &["dilations [1, 1]"],
    );
    refused(
        pooled(pool().ints("pads", &[2; 4])),
        &["less padding than its size"],
    );
    let mean = node("ReduceMean", "c", "p").ints("axes", &[1]);
    refused(
        pooled(mean),
        &["(ReduceMean)", "axes [2, 3]", "over the whole grid"],
    );
}

#[test]
fn a_convolution_of_other_axes() {
    let line = model(&[2, 4, 4])
        .tensor(tensor("k", &[3, 2, 2], &[0.5; 12]))
        .with(node("Conv", "x k", "y"));
    refused(parse(&line), &["weights of four axes", "shape [3, 2, 2]"]);
    refused(
        parse(&model(&[2, 4])),
        &["input \"x\"", "[N, channels, height, width]", "[?, 2, 4]"],
    );
    let biased = head(image(vec![node("Conv", "x k v", "c")]), "c");
    refused(parse(&biased), &["biases of shape [3]", "shape [27, 2]"]);
}

#[test]
fn dense_layers_that_do_not_fit() {
    let gemm = || node("Gemm", "x w", "y");
    let with = |node: Node| parse(&vector(vec![node]));
    assert!(with(gemm().float("alpha", 0.25)).is_ok());
    refused(with(gemm().int("transA", 1)), &["transA=0", "transA=1"]);
    refused(
        with(gemm().int("transB", 1)),
        &["[N, 3]", "N by [4]", "Flatten"],
    );
    refused(with(gemm().float("alpha", f32::NAN)), &["alpha and beta"]);
    // 1/2 times the smallest float64 is none.
    let mut tiny = vector(vec![gemm().float("alpha", 0.5)]);
    let bytes = 1u64.to_le_bytes().repeat(12);
    tiny.graph().tensors[0].raw = bytes;
    tiny.graph().tensors[0].dtype = 11;
    tiny.graph().tensors[0].floats.clear();
    refused(parse(&tiny), &["exactly floats", "multiply the weights"]);
    refused(
        with(node("MatMul", "w x", "y")),
        &["as input 0", "a constant"],
    );
    refused(with(node("MatMul", "x x", "y")), &["a constant as input 1"]);
    refused(
        with(node("MatMul", "x", "y")),
        &["expected 2 inputs, found 1"],
    );
    refused(
        with(node("MatMul", "x ", "y")),
        &["expected 2 inputs, found 1"],
    );
    let image = image(vec![node("MatMul", "x v", "y")]);
    refused(parse(&image), &["N by [2, 4, 4]", "put a Flatten before"]);
    let mut whole = vector(vec![node("MatMul", "x w", "y")]);
    whole.graph().tensors[0] = integers("w", &[0; 12]);
    whole.graph().tensors[0].dims = vec![4, 3];
    refused(parse(&whole), &["floats", "integers in \"w\""]);
}

#[test]
fn sums_that_are_not_supported() {
    let sum = |inputs: &str, shape: &[i64]| {
        let n = shape.iter().product::<i64>() as usize;
        let nodes = vec![conv(), node("Relu", "c", "r"), node("Add", inputs, "s")];
        parse(&head(image(nodes), "s").tensor(tensor("b", shape, &vec![1.0; n])))
    };
    for good in [[3, 1, 1].as_slice(), &[1, 3, 1, 1], &[1], &[]] {
        let model = head(image(vec![conv(), node("Add", "b c", "s")]), "s");
        let n = good.iter().product::<i64>() as usize;
        let graph = parse(&model.tensor(tensor("b", good, &vec![1.0; n]))).unwrap();
        let (_, conv) = graph.convs().next().unwrap();
        assert_eq!(conv.bias, Some(vec![1.0; 3]));
    }
    // NumPy would add this along the last axis, not to the channels.
    let model = head(image(vec![conv(), node("Add", "c b", "s")]), "s");
    refused(
        parse(&model.tensor(tensor("b", &[3], &[1.0; 3]))),
        &[
            "one number for each of the 3 channels",
            "shape [3] of \"b\"",
        ],
    );
    refused(sum("r b", &[3, 1, 1]), &["only be added to a linear layer"]);
    refused(sum("c b", &[3, 1, 1]), &["nothing else reads"]);
    refused(sum("r x", &[1]), &["two values of one shape", "broadcast"]);
    let twice = image(vec![
        conv(),
        node("Add", "c b", "s"),
        node("Add", "s d", "t"),
    ]);
    let twice = head(twice, "t")
        .tensor(tensor("b", &[1], &[1.0]))
        .tensor(tensor("d", &[1], &[1e-30]));
    refused(parse(&twice), &["biases whose sum is exactly a float"]);
}

#[test]
fn reshaping_that_is_more_than_a_view() {
    let reshaped = |shape: &[i64]| {
        let nodes = vec![
            conv(),
            node("Reshape", "c shape", "f"),
            node("MatMul", "f v", "y"),
        ];
        parse(&image(nodes).tensor(integers("shape", shape)))
    };
    for good in [[0, 27].as_slice(), &[0, -1], &[-1, 27]] {
        assert!(reshaped(good).is_ok(), "{good:?}");
    }
    for bad in [
        [27, -1].as_slice(),
        &[-1, -1],
        &[0, 26],
        &[0, 0],
        &[0, -2],
        &[0],
        &[],
        &[0, i64::MAX, i64::MAX],
        &[0, 2, -1],
        &[0; 100],
    ] {
        refused(
            reshaped(bad),
            &["(Reshape): ", "keeps the batch and all entries"],
        );
    }
    let flatten = node("Flatten", "c", "f").int("axis", 2);
    let model = image(vec![conv(), flatten, node("MatMul", "f v", "y")]);
    refused(parse(&model), &["axis=1", "axis=2"]);
    let regridded = image(vec![
        conv(),
        node("Reshape", "c shape", "g"),
        node("Conv", "g l", "y"),
    ]);
    let regridded = regridded
        .tensor(integers("shape", &[0, 27, 1, 1]))
        .tensor(tensor("l", &[2, 27, 1, 1], &[1.0; 54]));
    refused(
        parse(&regridded),
        &["here 3x3x3", "N by [27, 1, 1]", "only the network's input"],
    );
    let squeeze = node("Squeeze", "c", "s").ints("axes", &[2]);
    let model = head(image(vec![conv(), squeeze]), "s");
    refused(
        parse(&model),
        &["axes of length 1", "axes [2] of N by [3, 3, 3]"],
    );
}

#[test]
fn training_is_not_inference() {
    let mut yes = integers("yes", &[1]);
    yes.dims.clear();
    let dropped = head(image(vec![conv(), node("Dropout", "c  yes", "d")]), "d").tensor(yes);
    refused(parse(&dropped), &["training_mode=false", "eval mode"]);
    let mask = head(image(vec![conv(), node("Dropout", "c", "d m")]), "m");
    refused(parse(&mask), &["the undefined name \"m\""]);
    let two = head(image(vec![conv(), node("Relu", "c", "r s")]), "r");
    refused(parse(&two), &["one result", "\"s\""]);
}

#[test]
fn names_are_defined_once_and_first() {
    let undefined = head(image(vec![conv()]), "nowhere");
    refused(
        parse(&undefined),
        &[
            "node \"/Flatten\" (Flatten): ",
            "the undefined name \"nowhere\"",
            "come after",
        ],
    );
    let mut cycle = head(image(vec![conv()]), "c");
    cycle.graph().nodes[0].inputs[0] = "f".into();
    refused(parse(&cycle), &["(Conv): ", "the undefined name \"f\""]);
    for again in ["x", "k", "c"] {
        let model = head(image(vec![conv(), node("Relu", "c", again)]), "c");
        refused(
            parse(&model),
            &["(Relu): ", &format!("a second of {again:?}")],
        );
    }
    let twice = head(image(vec![conv()]), "c").tensor(tensor("k", &[1], &[1.0]));
    refused(parse(&twice), &["value \"k\"", "one definition"]);
    let nothing = head(image(vec![conv(), node("Relu", "c", "")]), "c");
    refused(parse(&nothing), &["a result", "none"]);
    let mut nowhere = head(image(vec![conv()]), "c");
    nowhere.graph().outputs[0].name = "elsewhere".into();
    refused(
        parse(&nowhere),
        &["output \"elsewhere\"", "an undefined name"],
    );
    nowhere.graph().outputs[0].name = "k".into();
    refused(parse(&nowhere), &["output \"k\"", "found a constant"]);
}

#[test]
fn one_input_and_one_output() {
    let mut two = head(image(vec![conv()]), "c");
    let more = two.graph().inputs[0].clone();
    two.graph().inputs.push(more);
    refused(
        parse(&two),
        &["inputs: expected one input, found 2: [x, x]"],
    );
    let mut none = head(image(vec![conv()]), "c");
    none.graph().inputs.clear();
    refused(parse(&none), &["one input, found 0: []"]);
    let mut outputs = head(image(vec![conv()]), "c");
    let more = outputs.graph().outputs[0].clone();
    outputs.graph().outputs.push(more);
    refused(parse(&outputs), &["one output, found 2: [y, y]"]);
    // Older files list their initialisers among the inputs.
    let mut listed = head(image(vec![conv()]), "c");
    let mut more = listed.graph().inputs[0].clone();
    more.name = "k".into();
    listed.graph().inputs.push(more);
    assert!(parse(&listed).is_ok());
    let relu = head(image(vec![conv()]), "c").with(node("Relu", "y", "z"));
    let mut ends_in_relu = relu.clone();
    ends_in_relu.graph().outputs[0].name = "z".into();
    refused(
        parse(&ends_in_relu),
        &["output", "a linear layer", "up to its logits"],
    );
    // What nothing depends on is no part of the network.
    let plain = parse(&head(image(vec![conv()]), "c")).unwrap();
    assert_eq!(parse(&relu).unwrap().nodes(), plain.nodes());
}

#[test]
fn inputs_of_unknown_shape() {
    let with = |dims: Vec<Dim>| {
        let mut model = vector(vec![node("MatMul", "x w", "y")]);
        let kind = model.graph().inputs[0].kind.as_mut().unwrap();
        kind.tensor.as_mut().unwrap().shape.as_mut().unwrap().dims = dims;
        parse(&model)
    };
    let known = |value: i64| Dim {
        value,
        ..Dim::default()
    };
    let symbol = || Dim {
        symbol: "n".into(),
        ..Dim::default()
    };
    assert!(with(vec![known(7), known(4)]).is_ok());
    refused(
        with(vec![symbol(), symbol()]),
        &["all but N known", "[?, ?]"],
    );
    refused(with(vec![symbol(), known(-4)]), &["all but N known"]);
    refused(with(vec![]), &["all but N known", "[]"]);
    let huge = known(i64::MAX);
    refused(with(vec![symbol(), huge.clone()]), &["entries"]);
    refused(
        with(vec![symbol(), huge.clone(), huge.clone(), huge]),
        &["entries"],
    );
    let mut whole = vector(vec![]);
    let kind = whole.graph().inputs[0].kind.as_mut().unwrap();
    kind.tensor.as_mut().unwrap().dtype = 7;
    refused(
        parse(&whole),
        &["input \"x\": expected floats", "found int64"],
    );
    whole.graph().inputs[0].kind = None;
    refused(parse(&whole), &["no tensor"]);
}

#[test]
fn tensors_that_lie() {
    let with = |change: &dyn Fn(&mut crate::onnx_writer::Tensor)| {
        let mut model = vector(vec![node("MatMul", "x w", "y")]);
        change(&mut model.graph().tensors[0]);
        parse(&model)
    };
    refused(
        with(&|t| t.dims = vec![4, 4]),
        &["tensor \"w\"", "shape [4, 4] of float32", "12"],
    );
    refused(
        with(&|t| t.dims = vec![-4, 3]),
        &["the length of each axis", "[-4, 3]"],
    );
    refused(
        with(&|t| t.dims = vec![i64::MAX; 3]),
        &["the length of each axis"],
    );
    refused(
        with(&|t| t.dims = vec![0, i64::MAX]),
        &["data for the shape"],
    );
    refused(
        with(&|t| t.raw = vec![0; 48]),
        &["the one field of its type", "several"],
    );
    refused(with(&|t| t.dtype = 3), &["found int8", "quantised"]);
    refused(with(&|t| t.dtype = 8), &["found string"]);
    refused(with(&|t| t.dtype = 99), &["found type 99"]);
    refused(
        with(&|t| t.floats[7] = f32::NAN),
        &["tensor \"w\"", "finite weights", "NaN"],
    );
    refused(
        with(&|t| {
            t.floats.clear();
            t.raw = vec![0; 47];
        }),
        &["bytes of data for the shape [4, 3]", "found 47"],
    );
    refused(
        with(&|t| {
            t.floats.clear();
            t.dtype = 10;
            t.int32s = vec![1 << 16; 12];
        }),
        &["integers of more than 16 bits"],
    );
    let mut sparse = vector(vec![node("MatMul", "x w", "y")]);
    sparse.graph().sparse.push(vec![]);
    refused(
        parse(&sparse),
        &["sparse initialisers", "store the tensors densely"],
    );
}

#[test]
fn operators_that_are_not_the_known_ones() {
    let mut old = vector(vec![node("MatMul", "x w", "y")]);
    old.opsets[0].version = 6;
    refused(parse(&old), &["operator sets", "version 7 to", "found 6"]);
    old.opsets[0].version = 1000;
    refused(parse(&old), &["found 1000"]);
    old.opsets.clear();
    refused(parse(&old), &["operator sets", "none"]);
    let mut redefined = vector(vec![node("MatMul", "x w", "y")]);
    redefined.functions.push(Function {
        name: "MatMul".into(),
        domain: String::new(),
    });
    refused(parse(&redefined), &["functions", "the function \"MatMul\""]);
    let mut reference = vector(vec![node("Gemm", "x w", "y").float("alpha", 1.0)]);
    reference.graph().nodes[0].attributes[0].reference = "a".into();
    refused(parse(&reference), &["every attribute once, with its value"]);
}

#[test]
fn weights_used_over_and_over() {
    // Each layer has 64 weights; all share the one tensor.
    let mut shared = model(&[8]).tensor(tensor("w", &[8, 8], &[0.5; 64]));
    for i in 0..200 {
        let (from, to) = (format!("h{i}"), format!("h{}", i + 1));
        let mut layer = node("MatMul", &format!("{from} w"), &to);
        layer.name.clear();
        shared = shared.with(layer);
    }
    shared.graph().nodes[0].inputs[0] = "x".into();
    shared.graph().nodes[199].outputs[0] = "y".into();
    refused(
        parse(&shared),
        &["weights of its own for each layer", "share"],
    );
}

#[test]
fn too_many_of_anything() {
    let many = (0..10_000).map(|i| node("Relu", "x", &format!("r{i}")));
    refused(parse(&vector(many.collect())), &["fewer than 10000 nodes"]);
    let inputs = vec!["x"; 65].join(" ");
    refused(
        parse(&vector(vec![node("Sum", &inputs, "y")])),
        &["at most 64 inputs", "65"],
    );
    // Every Concat doubles the shape.
    let mut nodes = vec![node("Shape", "x", "s0")];
    for i in 0..60 {
        nodes.push(node(
            "Concat",
            &format!("s{i} s{i}"),
            &format!("s{}", i + 1),
        ));
    }
    refused(parse(&vector(nodes)), &["at most 8 axes"]);
}

#[test]
fn files_that_are_no_models() {
    for (bytes, words) in [
        (b"".as_slice(), "expected a graph, found none"),
        (b"\x80\x05PK", "an ONNX message"),
        (b"\x3a\xff\xff\xff\xff\x0f", "an ONNX message"),
    ] {
        let file = InputFile::from_bytes("m.onnx", bytes.to_vec());
        refused(onnx::parse(&file), &["m.onnx: ", words]);
    }
    refused(read_model("nowhere.onnx", None), &["a readable file"]);
}

/// A regular file, by an absolute path.
const OUTSIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");

#[test]
fn data_outside_the_folder() {
    let with = |entries: &[(&str, &str)], data: usize| {
        let mut model = vector(vec![node("MatMul", "x w", "y")]);
        let weights = &mut model.graph().tensors[0];
        weights.floats.clear();
        weights.location = 1;
        let entries = entries.iter().map(|(key, value)| Entry {
            key: (*key).into(),
            value: (*value).into(),
        });
        weights.external = entries.collect();
        let data = vec![0; data];
        let folder = directory(&[("m.onnx", &model.bytes()), ("w.bin", &data)]);
        #[cfg(unix)]
        std::os::unix::fs::symlink(OUTSIDE, folder.path().join("link")).unwrap();
        std::fs::create_dir(folder.path().join("sub")).unwrap();
        read_model(folder.path().join("m.onnx"), None)
    };
    assert!(with(&[("location", "w.bin")], 48).is_ok());
    assert!(
        with(
            &[("location", "w.bin"), ("offset", "2"), ("length", "48")],
            50
        )
        .is_ok()
    );
    let advice = "external_data=False";
    for location in ["", OUTSIDE, "../w.bin", "sub/../w.bin", "none.bin", "sub"] {
        refused(
            with(&[("location", location)], 48),
            &["tensor \"w\"", "a file of the model's folder", advice],
        );
    }
    #[cfg(unix)]
    refused(
        with(&[("location", "link")], 48),
        &["the link \"link\", which leads out of it"],
    );
    refused(with(&[], 48), &["the location \"\""]);
    refused(
        with(&[("location", "w.bin")], 47),
        &["data within the 47 bytes", advice],
    );
    let max = usize::MAX.to_string();
    for (offset, length) in [("1", "48"), (max.as_str(), "1"), ("0", max.as_str())] {
        refused(
            with(
                &[
                    ("location", "w.bin"),
                    ("offset", offset),
                    ("length", length),
                ],
                48,
            ),
            &["data within the 48 bytes"],
        );
    }
    refused(
        with(&[("location", "w.bin"), ("length", "40")], 48),
        &["bytes of data for the shape", "found 40"],
    );
    refused(
        with(&[("location", "w.bin"), ("offset", "-1")], 48),
        &["a number as offset"],
    );
}
