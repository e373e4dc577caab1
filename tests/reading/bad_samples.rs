//! Every kind of bad sample is refused by file, item, expected and found.

use gapcert::data::{self, ReadOptions, Sample, Split};
use gapcert::error::Result;
use rug::Rational;

use crate::support::{Npz, directory, gzip, idx, npy, refused, seed};

fn read(name: &str, files: &[(&str, &[u8])]) -> Result<Sample> {
    let directory = directory(files);
    data::read(directory.path().join(name), &ReadOptions::default())
}

fn read_idx(images: &[u8], labels: &[u8]) -> Result<Sample> {
    read(
        "",
        &[
            ("train-images-idx3-ubyte", images),
            ("train-labels-idx1-ubyte", labels),
        ],
    )
}

#[test]
fn missing_files() {
    refused(
        read("nowhere", &[]),
        &["nowhere", "a readable file", "check the path"],
    );
    refused(read("", &[]), &["train-images-idx3-ubyte", "no such file"]);
    refused(
        read("x.npy", &[("x.npy", &npy(&[1, 1], &[1u8]))]),
        &["x.npy: labels", "y.npy", "none beside"],
    );
    refused(
        read("x.parquet", &[("x.parquet", b"")]),
        &[".npz", "\"parquet\""],
    );
}

#[test]
fn idx_defects() {
    let (images, labels) = (idx(&[2, 1, 2], &[1, 2, 3, 4]), idx(&[2], &[0, 1]));
    let name = "train-images-idx3-ubyte: ";
    refused(
        read_idx(&images[..18], &labels),
        &[name, "4 bytes of data for shape [2, 1, 2]", "only 2 bytes"],
    );
    refused(
        read_idx(&[images.as_slice(), b"x"].concat(), &labels),
        &[name, "more than 4 bytes"],
    );
    refused(
        read_idx(&images[..6], &labels),
        &[name, "the shape", "truncated"],
    );
    refused(
        read_idx(b"", &labels),
        &[name, "the magic number", "truncated"],
    );
    refused(
        read_idx(b"GIF89a..", &labels),
        &[name, "magic number", "[47, 49, 46, 38]"],
    );
    refused(
        read_idx(&idx(&[u32::MAX; 3], &[]), &labels),
        &[name, "18446744073709551615 bytes", "at most 16"],
    );
    refused(
        read_idx(&idx(&[0, 2, 2], &[]), &idx(&[0], &[])),
        &[name, "every axis at least 1", "[0, 2, 2]"],
    );
    refused(
        read_idx(&images, &idx(&[3], &[0, 1, 2])),
        &["train-labels-idx1-ubyte: ", "2 labels", "found 3"],
    );
    refused(
        read_idx(&labels, &labels),
        &[name, "two axes or more", "[2]"],
    );
    refused(
        read_idx(&images, &images),
        &["labels with one axis", "[2, 1, 2]"],
    );
}

/// Found by fuzzing: the 0 hid lengths whose product overflows.
#[test]
fn idx_with_a_zero_and_an_overflowing_shape() {
    let huge = idx(&[u32::MAX, u32::MAX, u32::MAX, 0], &[]);
    refused(
        read_idx(&huge, &huge),
        &["train-images-idx3-ubyte: ", "every axis at least 1", ", 0]"],
    );
}

#[test]
fn gzip_defects() {
    let (images, labels) = (idx(&[2, 1, 2], &[1, 2, 3, 4]), idx(&[2], &[0, 1]));
    let packed = gzip(&images);
    let name = "train-images-idx3-ubyte: ";
    for end in 2..packed.len() {
        refused(read_idx(&packed[..end], &labels), &[name]);
    }
    let mut damaged = packed.clone();
    let checksum = damaged.len() - 6;
    damaged[checksum] ^= 1;
    refused(
        read_idx(&damaged, &labels),
        &[name, "damaged end of stream"],
    );
    // A few bytes that declare terabytes.
    refused(
        read_idx(&gzip(&idx(&[1 << 20, 1 << 20, 4], &[])), &labels),
        &[name, "4398046511104 bytes", "holds at most"],
    );
    // Declared sizes that compression could reach, and does not.
    refused(
        read_idx(&gzip(&idx(&[100, 10, 10], &[0; 9_999])), &labels),
        &[name, "10000 bytes", "only 9999"],
    );
    refused(
        read_idx(&gzip(&idx(&[100, 10, 10], &[0; 10_001])), &labels),
        &[name, "more than 10000"],
    );
}

#[test]
fn npz_defects() {
    let read = |bytes: &[u8]| read("d.npz", &[("d.npz", bytes)]);
    let good = seed("npz/sample_stored");
    refused(
        read(&good[..good.len() / 2]),
        &["d.npz: ", ".npz archive", "truncated"],
    );
    refused(
        read(b"not a zip archive, but long enough"),
        &["d.npz: ", "no end record"],
    );
    let mut damaged = good.clone();
    let pixel = good
        .windows(4)
        .position(|w| w == [252, 253, 254, 255])
        .unwrap();
    damaged[pixel] ^= 1;
    refused(
        read(&damaged),
        &["d.npz: array \"x\": ", "expected checksum"],
    );
    let one = |name: &str| Npz::default().with(name, &[1, 1], &[1u8]);
    refused(
        read(&one("z").finish()),
        &["one array named x or X", "arrays [z]"],
    );
    refused(
        read(&one("x").with("images", &[1, 1], &[1u8]).finish()),
        &["one array named x", "both x and images"],
    );
    refused(read(&one("x").finish()), &["one array named y or labels"]);
    refused(
        read(&one("x_train").finish()),
        &["array \"y_train\"", "arrays [x_train]"],
    );
}

#[test]
fn array_defects() {
    fn with<T: npyz::AutoSerialize + Copy>(x: (&[u64], &[T])) -> Result<Sample> {
        let bytes = Npz::default()
            .with("x", x.0, x.1)
            .with("y", &[2], &[0u8, 1]);
        read("d.npz", &[("d.npz", &bytes.finish())])
    }
    let item = "d.npz: array \"x\": ";
    refused(
        with((&[2, 1], &[1.0, f64::NAN])),
        &[item, "finite", "NaN at position 1"],
    );
    refused(
        with((&[2, 1], &[f32::INFINITY, 1.0])),
        &[item, "finite", "inf at position 0"],
    );
    refused(
        with((&[2, 1], &[1, (1i64 << 53) + 1])),
        &[
            item,
            "exactly 64-bit floats",
            "9007199254740993 at position 1",
        ],
    );
    refused(
        with((&[2, 1], &[u64::MAX, 1])),
        &[item, "18446744073709551615"],
    );
    refused(with((&[2], &[1u8, 2])), &[item, "shape (m, d)", "[2]"]);
    refused(
        with((&[2, 1, 1, 1, 1], &[1u8, 2])),
        &[item, "shape (m, d)", "[2, 1, 1, 1, 1]"],
    );
    refused(
        with::<u8>((&[2, 0], &[])),
        &[item, "every dimension", "[2, 0]"],
    );
    refused(
        with((&[3, 1], &[1u8, 2, 3])),
        &[
            "d.npz: array \"y\": ",
            "each input of shape [3, 1]",
            "2 labels",
        ],
    );
    let empty = Npz::default()
        .with::<u8>("x", &[0, 4], &[])
        .with::<u8>("y", &[0], &[]);
    refused(
        read("d.npz", &[("d.npz", &empty.finish())]),
        &[item, "every dimension", "[0, 4]"],
    );
}

#[test]
fn label_defects() {
    fn with<T: npyz::AutoSerialize + Copy>(y: (&[u64], &[T])) -> Result<Sample> {
        let x = npy(&[2, 1], &[1u8, 2]);
        read("x.npy", &[("x.npy", &x), ("y.npy", &npy(y.0, y.1))])
    }
    let item = "y.npy: labels: ";
    refused(
        with((&[2], &[0, -1])),
        &[item, "integers at least 0", "-1 at position 1"],
    );
    refused(
        with((&[2], &[0.5, 1.0])),
        &[item, "integers at least 0", "0.5 at position 0"],
    );
    refused(
        with((&[2], &[0, 65_536])),
        &[item, "up to 65535", "65536 at position 1"],
    );
    refused(
        with((&[2, 2], &[0, 1, 1, 0])),
        &[item, "shape (m)", "[2, 2]", "one-hot"],
    );
    refused(
        with((&[3], &[0, 1, 1])),
        &[item, "one label for each", "3 labels"],
    );
}

#[test]
fn npy_defects() {
    let y = npy(&[2], &[0u8, 1]);
    let read = |x: &[u8]| read("x.npy", &[("x.npy", x), ("y.npy", &y)]);
    let good = npy(&[2, 3], &[1.5f32; 6]);
    refused(
        read(&good[..good.len() - 1]),
        &[
            "x.npy: inputs: ",
            "4 bytes for each value of shape [2, 3]",
            "23 bytes",
        ],
    );
    refused(
        read(&[good.as_slice(), b"x"].concat()),
        &["found 25 bytes of data"],
    );
    refused(
        read(&good[..40]),
        &["x.npy: inputs: ", "ends in its header"],
    );
    refused(
        read(b"\x93NUMPX\x01\x00"),
        &["x.npy: inputs: ", "another beginning"],
    );
}

#[test]
fn csv_defects() {
    let read = |text: &str| read("d.csv", &[("d.csv", text.as_bytes())]);
    for (text, parts) in [
        ("", ["d.csv: ", "at least one row", "none"]),
        ("a,label\n", ["d.csv: ", "at least one row", "none"]),
        ("1\n2\n", ["line 1: ", "at least one input", "1 field"]),
        ("1,2\n3\n", ["line 2: ", "2 fields", "found 1"]),
        (
            "a,b\n1,2\nx,2\n",
            ["line 3, column 1: ", "a finite number", "\"x\""],
        ),
        (
            "1,2\nnan,2\n",
            ["line 2, column 1: ", "a finite number", "\"nan\""],
        ),
        (
            "1e999,2\n",
            ["line 1, column 1: ", "a finite number", "\"1e999\""],
        ),
        ("1,-2\n", ["line 1, column 2: ", "integer from 0", "\"-2\""]),
        (
            "1,0.5\n",
            ["line 1, column 2: ", "integer from 0", "\"0.5\""],
        ),
        (
            "1,65536\n",
            ["line 1, column 2: ", "integer from 0", "\"65536\""],
        ),
        (
            "1.x,2\n3,4\n",
            ["line 1, column 1: ", "either numbers only", "\"1.x\""],
        ),
        (
            "y,label\n1,2\n",
            ["line 1, column 2: ", "one column of labels", "\"label\""],
        ),
    ] {
        refused(read(text), &parts);
    }
}

#[test]
fn csv_in_another_encoding() {
    refused(
        read("d.csv", &[("d.csv", b"1,2\n\xe9,3\n")]),
        &["d.csv: ", "UTF-8"],
    );
}

#[test]
fn options_that_do_not_fit() {
    let csv = seed("csv/plain");
    let directory = directory(&[("d.csv", &csv)]);
    let path = directory.path().join("d.csv");
    let test = ReadOptions {
        split: Split::Test,
        ..ReadOptions::default()
    };
    refused(
        data::read(&path, &test),
        &["d.csv: ", "a test split", "one sample"],
    );
    let labels = ReadOptions {
        labels: Some("y.npy".into()),
        ..ReadOptions::default()
    };
    refused(
        data::read(&path, &labels),
        &["d.csv: labels: ", "a .npy file", "y.npy"],
    );
    for scale in [0, -1] {
        let options = ReadOptions {
            scale: Some(Rational::from(scale)),
            ..ReadOptions::default()
        };
        refused(data::read(&path, &options), &["d.csv: ", "a scale above 0"]);
    }
}
