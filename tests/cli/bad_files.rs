use crate::common::files::{Tensor, gzip, idx, npy, npz, npz_of, safetensors};
use crate::common::world::{
    CLASSES, D, HIDDEN, POINTS, PRIOR, World, index_file, prior_weights, weights,
};

const OLD: &[u8] = b"an older certificate";

/// Runs `certify` with an output file that exists already, and makes sure that
/// it is refused in these words and leaves every file as it was.
#[track_caller]
fn refused(world: &World, args: &[&str], parts: &[&str]) {
    world.write("cert.json", OLD);
    let before = world.snapshot();
    let more = ["--json", "-o", "cert.json"];
    world
        .run(&[&["certify"], args, &more].concat())
        .refused(parts);
    assert!(world.snapshot() == before, "files changed: {args:?}");
    // Without an older one, none appears.
    let more = ["-o", "new.json"];
    world
        .run(&[&["certify"], args, &more].concat())
        .refused(parts);
    assert!(world.snapshot() == before, "files changed: {args:?}");
}

/// Refused because of the network in this file.
#[track_caller]
fn bad_model(world: &World, file: &str, parts: &[&str]) {
    let named = [&[file], parts].concat();
    refused(world, &[file, "--data", "data"], &named);
    // As a prior it is refused in the same words.
    let args = [
        "model.safetensors",
        "--data",
        "data",
        "--indices",
        "sample.npy",
        "--prior",
        file,
    ];
    refused(world, &args, &named);
}

/// Refused because of the sample.
#[track_caller]
fn bad_data(world: &World, data: &str, parts: &[&str]) {
    refused(world, &["model.safetensors", "--data", data], parts);
}

/// The network with one tensor replaced.
fn with(index: usize, tensor: Tensor<'static>) -> Vec<Tensor<'static>> {
    let mut all = weights();
    all[index] = tensor;
    all
}

fn zeros(shape: &[usize]) -> Vec<f32> {
    vec![0.0; shape.iter().product()]
}

fn filled(name: &'static str, shape: &[usize]) -> Tensor<'static> {
    (name, shape.to_vec(), zeros(shape))
}

#[test]
fn a_file_that_is_not_there() {
    let w = World::new();
    std::fs::create_dir(w.path("folder.safetensors")).unwrap();
    bad_model(
        &w,
        "nope.safetensors",
        &["a readable file", "check the path"],
    );
    bad_model(&w, "folder.safetensors", &["a regular file", "a directory"]);
    bad_data(&w, "nope", &["nope: ", "a readable file"]);
    bad_data(&w, "nope.npz", &["nope.npz: ", "a readable file"]);
    let base = ["model.safetensors", "--data", "data"];
    let nope = |option| [&base[..], &["--indices", "sample.npy", option, "nope.npy"]].concat();
    refused(
        &w,
        &nope("--prior-indices"),
        &["nope.npy: ", "a readable file"],
    );
    let args = [&base[..], &["--indices", "nope.npy"]].concat();
    refused(&w, &args, &["nope.npy: ", "a readable file"]);
}

#[test]
fn a_file_of_another_format() {
    let w = World::new();
    w.write("model.pt", b"PK\x03\x04")
        .write("data.parquet", b"PAR1");
    w.write(
        "text.safetensors",
        b"not a network, but long enough to be read",
    );
    w.write(
        "text.npz",
        b"not an archive, but long enough to be looked at",
    );
    w.write("empty.safetensors", b"")
        .write("empty.npz", b"")
        .write("empty.csv", b"");
    bad_model(&w, "model.pt", &["a .safetensors or .npz file", "\"pt\""]);
    bad_model(&w, "text.safetensors", &["header"]);
    bad_model(&w, "text.npz", &["a .npz archive"]);
    bad_model(&w, "empty.safetensors", &[]);
    bad_model(&w, "empty.npz", &["a .npz archive"]);
    bad_data(
        &w,
        "data.parquet",
        &["data.parquet: ", "IDX", "\"parquet\""],
    );
    bad_data(&w, "text.npz", &["text.npz: ", "a .npz archive"]);
    bad_data(&w, "empty.csv", &["empty.csv: ", "at least one row"]);
    std::fs::create_dir(w.path("bare")).unwrap();
    bad_data(&w, "bare", &["bare: ", "train-images", "no such file"]);
}

#[test]
fn a_truncated_network() {
    let w = World::new();
    for (from, name) in [
        ("model.safetensors", "cut.safetensors"),
        ("model.npz", "cut.npz"),
    ] {
        let whole = w.read(from);
        for length in [1, 7, 9, 60, whole.len() / 2, whole.len() - 1] {
            w.write(name, &whole[..length]);
            w.run(&["certify", name, "--data", "data", "--json"])
                .refused(&[name]);
        }
    }
}

#[test]
fn a_corrupt_network() {
    let w = World::new();
    let whole = w.read("model.npz");
    // Within the first member's data: the checksum tells.
    let mut bytes = whole.clone();
    bytes[whole.len() / 4] ^= 0x10;
    w.write("bad.npz", &bytes);
    bad_model(&w, "bad.npz", &[]);
    let mut bytes = w.read("model.safetensors");
    bytes[8] = b'[';
    w.write("bad.safetensors", &bytes);
    bad_model(&w, "bad.safetensors", &["header"]);
    let mut bytes = w.read("model.safetensors");
    bytes[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    w.write("bad.safetensors", &bytes);
    bad_model(&w, "bad.safetensors", &["header"]);
}

#[test]
fn weights_that_are_no_numbers() {
    let w = World::new();
    for (value, text) in [
        (f32::NAN, "NaN"),
        (f32::INFINITY, "inf"),
        (f32::NEG_INFINITY, "-inf"),
    ] {
        let mut all = weights();
        all[1].2[HIDDEN + 2] = value;
        let parts = [
            "tensor \"2.weight\"",
            "finite weights",
            text,
            "index [1, 2]",
        ];
        w.write("bad.safetensors", &safetensors(&all));
        bad_model(&w, "bad.safetensors", &parts);
        w.write("bad.npz", &npz_of(&all));
        bad_model(&w, "bad.npz", &parts);
    }
}

#[test]
fn tensors_that_make_no_network() {
    let w = World::new();
    let cases: [(Vec<Tensor<'static>>, &[&str]); 6] = [
        (
            with(1, filled("2.weight", &[CLASSES, HIDDEN + 1])),
            &["tensor \"2.weight\"", "[3, 8]", "[3, 9]"],
        ),
        (
            with(1, filled("2.weight", &[HIDDEN, CLASSES])),
            &["tensor \"2.weight\"", "transposed"],
        ),
        (
            with(1, filled("2.weight", &[CLASSES, HIDDEN, 1, 1])),
            &["tensor \"2.weight\"", "two axes", "[3, 8, 1, 1]"],
        ),
        (
            with(1, filled("2.weight", &[CLASSES, 0])),
            &["tensor \"2.weight\"", "[3, 0]"],
        ),
        (
            [weights(), vec![filled("0.bias", &[HIDDEN + 1])]].concat(),
            &["tensor \"0.bias\"", "[8]", "[9]"],
        ),
        (vec![], &["at least one tensor", "none"]),
    ];
    for (tensors, parts) in cases {
        w.write("bad.safetensors", &safetensors(&tensors));
        bad_model(&w, "bad.safetensors", parts);
    }
    w.write(
        "integers.npz",
        &npz(&[("0.weight", npy(&[1, 2], &[1i32, 2]))]),
    );
    bad_model(
        &w,
        "integers.npz",
        &["tensor \"0.weight\"", "floats", "integers"],
    );
}

#[test]
fn a_network_for_other_inputs() {
    let w = World::new();
    let wide = with(0, filled("0.weight", &[HIDDEN, D + 1]));
    w.write("wide.safetensors", &safetensors(&wide));
    let args = ["wide.safetensors", "--data", "data"];
    refused(
        &w,
        &args,
        &[
            "wide.safetensors: ",
            "tensor \"0.weight\"",
            "[8, 6]",
            "[8, 7]",
        ],
    );
}

#[test]
fn a_prior_of_another_shape() {
    let w = World::new();
    let layers = vec![filled("0.weight", &[CLASSES, D])];
    let biased = [prior_weights(), vec![filled("0.bias", &[HIDDEN])]].concat();
    let cases: [(Vec<Tensor<'static>>, &[&str]); 3] = [
        (
            vec![
                filled("0.weight", &[9, D]),
                filled("2.weight", &[CLASSES, 9]),
            ],
            &["tensor \"0.weight\"", "[8, 6]", "[9, 6]"],
        ),
        (layers, &["\"0.weight\"", "[8, 6]", "[3, 6]"]),
        (biased, &["without biases", "with biases"]),
    ];
    let base = [
        "model.safetensors",
        "--data",
        "data",
        "--indices",
        "sample.npy",
        "--prior",
    ];
    for (tensors, parts) in cases {
        w.write("other.safetensors", &safetensors(&tensors));
        let args = [&base[..], &["other.safetensors"]].concat();
        refused(&w, &args, &[&["other.safetensors: "], parts].concat());
    }
}

#[test]
fn a_damaged_sample() {
    let w = World::new();
    let images = w.read("data/train-images-idx3-ubyte.gz");
    let name = "data/train-images-idx3-ubyte.gz";
    for length in [1, 5, 17, images.len() / 2, images.len() - 1] {
        w.write(name, &images[..length]);
        w.run(&["certify", "model.safetensors", "--data", "data"])
            .refused(&[name]);
    }
    let mut bytes = images.clone();
    bytes[images.len() / 2] ^= 0x55;
    w.write(name, &bytes);
    bad_data(&w, "data", &[name, "damaged"]);
    // Plain bytes beyond what the header declares.
    let long = [idx(&[POINTS, 2, 3], &w.images), vec![0]].concat();
    w.write(name, &gzip(&long));
    bad_data(&w, "data", &[name, "more than"]);
    w.write(name, &images);
    let labels = "data/train-labels-idx1-ubyte";
    w.write(labels, &idx(&[POINTS - 1], &w.labels[1..]));
    bad_data(&w, "data", &[labels, "700 labels", "699"]);
    w.write(labels, &idx(&[POINTS], &w.labels)[..100]);
    bad_data(&w, "data", &[labels, "700 bytes"]);
}

#[test]
fn a_damaged_test_split() {
    let w = World::new();
    w.write("data/t10k-labels-idx1-ubyte", b"\0\0\x08");
    bad_data(&w, "data", &["data/t10k-labels-idx1-ubyte"]);
}

#[test]
fn labels_out_of_range() {
    let w = World::new();
    let mut labels = w.labels.clone();
    labels[5] = CLASSES as u8;
    w.write("data/train-labels-idx1-ubyte", &idx(&[POINTS], &labels));
    bad_data(&w, "data", &["labels below 3", "label 3"]);
    let x = || npy(&[2, 6], &[0.5f32; 12]);
    w.write(
        "negative.npz",
        &npz(&[("x", x()), ("y", npy(&[2], &[0i64, -1]))]),
    );
    bad_data(
        &w,
        "negative.npz",
        &["negative.npz: ", "array \"y\"", "at least 0", "-1"],
    );
    w.write(
        "half.npz",
        &npz(&[("x", x()), ("y", npy(&[2], &[0f32, 0.5]))]),
    );
    bad_data(
        &w,
        "half.npz",
        &["half.npz: ", "array \"y\"", "integers", "0.5"],
    );
    w.write(
        "many.npz",
        &npz(&[("x", x()), ("y", npy(&[2], &[0u32, 70_000]))]),
    );
    bad_data(
        &w,
        "many.npz",
        &["many.npz: ", "array \"y\"", "65535", "70000"],
    );
    w.write("word.csv", b"a,b,c,d,e,f,y\n1,2,3,4,5,6,cat\n");
    bad_data(
        &w,
        "word.csv",
        &["word.csv: ", "line 2, column 7", "a label", "cat"],
    );
}

#[test]
fn inputs_that_are_no_numbers() {
    let w = World::new();
    let y = || npy(&[2], &[0u8, 1]);
    let mut x = [0.5f64; 12];
    for bad in [f64::NAN, f64::INFINITY] {
        x[7] = bad;
        w.write("bad.npz", &npz(&[("x", npy(&[2, 6], &x)), ("y", y())]));
        let text = bad.to_string();
        bad_data(
            &w,
            "bad.npz",
            &["bad.npz: ", "array \"x\"", "finite inputs", &text, "7"],
        );
    }
    w.write("bad.csv", b"1,2,3,4,5,6,0\n1,2,nan,4,5,6,0\n");
    bad_data(
        &w,
        "bad.csv",
        &["bad.csv: ", "line 2, column 3", "a finite number", "nan"],
    );
}

#[test]
fn an_empty_sample() {
    let w = World::new();
    let (x, y) = (npy::<f32>(&[0, 6], &[]), npy::<u8>(&[0], &[]));
    w.write("empty.npz", &npz(&[("x", x), ("y", y)]));
    bad_data(&w, "empty.npz", &["empty.npz: ", "array \"x\"", "[0, 6]"]);
    w.write("empty.csv", b"a,b,c,d,e,f,y\n");
    bad_data(&w, "empty.csv", &["empty.csv: ", "at least one row"]);
    w.write(
        "data/train-images-idx3-ubyte.gz",
        &gzip(&idx(&[0, 2, 3], &[])),
    );
    w.write("data/train-labels-idx1-ubyte", &idx(&[0], &[]));
    bad_data(
        &w,
        "data",
        &["data/train-images-idx3-ubyte.gz: ", "[0, 2, 3]"],
    );
}

#[test]
fn a_single_point() {
    let w = World::new();
    w.write("one.txt", b"17\n")
        .write("one.csv", b"1,2,3,4,5,6,0\n");
    let args = [
        "model.safetensors",
        "--data",
        "data",
        "--indices",
        "one.txt",
    ];
    refused(
        &w,
        &args,
        &["data: ", "sample: ", "at least 2 samples", "found 1"],
    );
    bad_data(
        &w,
        "one.csv",
        &["one.csv: ", "sample: ", "at least 2 samples", "found 1"],
    );
}

#[test]
fn rows_that_are_no_choice() {
    let w = World::new();
    let cases: [(&str, Vec<u8>, &[&str]); 11] = [
        (
            "i.npy",
            index_file([0, POINTS]),
            &["indices below 700", "700 at position 1"],
        ),
        (
            "i.npy",
            index_file([3, 4, 3]),
            &["distinct indices", "3 at positions 0 and 2"],
        ),
        ("i.npy", index_file([]), &["at least 1", "[0]"]),
        (
            "i.npy",
            npy(&[2], &[0i64, -1]),
            &["integers at least 0", "-1 at position 1"],
        ),
        (
            "i.npy",
            npy(&[2], &[0f64, 1.5]),
            &["integers at least 0", "1.5 at position 1"],
        ),
        ("i.npy", npy(&[2, 1], &[0i64, 1]), &["one axis", "[2, 1]"]),
        ("i.npy", index_file(0..9)[..100].to_vec(), &[]),
        (
            "i.txt",
            b"0\n1\n700\n".to_vec(),
            &["indices below 700", "700 at position 2"],
        ),
        (
            "i.txt",
            b"0\none\n".to_vec(),
            &["line 2", "one integer", "\"one\""],
        ),
        (
            "i.txt",
            b"# none\n".to_vec(),
            &["at least one index", "none"],
        ),
        ("i.json", b"[0, 1]".to_vec(), &[".npy or .txt", "\"json\""]),
    ];
    for (name, bytes, parts) in cases {
        w.write(name, &bytes);
        let args = ["model.safetensors", "--data", "data", "--indices", name];
        refused(&w, &args, &[&[name], parts].concat());
    }
}

#[test]
fn a_sample_that_the_prior_has_seen() {
    let w = World::new();
    let base = [
        "model.safetensors",
        "--data",
        "data",
        "--prior",
        "prior.safetensors",
    ];
    let independent = "the prior must be independent of the sample";
    w.write("overlap.npy", &index_file(PRIOR - 5..POINTS));
    let args = |sample| {
        [
            &base[..],
            &["--indices", sample, "--prior-indices", "prior.npy"],
        ]
        .concat()
    };
    let parts = [
        "prior.npy: ",
        independent,
        "5 common rows, the first is 195",
    ];
    refused(&w, &args("overlap.npy"), &parts);
    let whole = [&base[..], &["--prior-indices", "prior.npy"]].concat();
    refused(
        &w,
        &whole,
        &[
            "prior.npy: ",
            independent,
            "the sample is the whole data set",
        ],
    );
    // Rows the data set does not have cannot be the prior's: such a list would
    // say "no overlap" whatever the prior has seen.
    w.write("other.npy", &index_file(POINTS..POINTS + 50));
    let args = [
        &base[..],
        &["--indices", "sample.npy", "--prior-indices", "other.npy"],
    ]
    .concat();
    refused(
        &w,
        &args,
        &["other.npy: ", "indices below 700", "700 at position 0"],
    );
    w.write("none.npy", &index_file([]));
    let args = [
        &base[..],
        &["--indices", "sample.npy", "--prior-indices", "none.npy"],
    ]
    .concat();
    refused(&w, &args, &["none.npy: ", "at least 1", "[0]"]);
}

#[test]
fn labels_for_data_that_has_its_own() {
    let w = World::new();
    w.write("y.npy", &npy(&[POINTS as u64], &vec![0u8; POINTS]));
    let args = ["model.safetensors", "--data", "data", "--labels", "y.npy"];
    refused(&w, &args, &["--labels", "a .npy file"]);
}
