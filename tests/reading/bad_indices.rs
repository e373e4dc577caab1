//! Lists of indices: read, refused, compared.

use gapcert::data::{Indices, Overlap, read_indices};
use gapcert::error::Result;

use crate::support::{directory, npy, refused};

fn read(name: &str, bytes: &[u8]) -> Result<Indices> {
    let directory = directory(&[(name, bytes)]);
    read_indices(directory.path().join(name))
}

fn text(lines: &str) -> Indices {
    read("i.txt", lines.as_bytes()).unwrap()
}

#[test]
fn both_formats() {
    let expected = [0, 3, 12];
    assert_eq!(
        read("i.npy", &npy(&[3], &[0u32, 3, 12])).unwrap().values,
        expected
    );
    assert_eq!(
        read("i.npy", &npy(&[3], &[0i64, 3, 12])).unwrap().values,
        expected
    );
    assert_eq!(text("# chosen\n0\n\n 3 # third\r\n12").values, expected);
    assert_eq!(text("7").source.sha256.len(), 64);
}

#[test]
fn contents_that_are_not_indices() {
    refused(
        read("i.npy", &npy(&[2], &[1, -2])),
        &["i.npy: indices: ", "-2 at position 1"],
    );
    refused(
        read("i.npy", &npy(&[2], &[1.0, 2.5])),
        &["i.npy: indices: ", "2.5 at position 1"],
    );
    refused(
        read("i.npy", &npy(&[1, 2], &[1, 2])),
        &["one axis", "[1, 2]"],
    );
    refused(
        read("i.npy", b"1\n2\n"),
        &["i.npy: indices: ", "a .npy file"],
    );
    refused(
        read("i.txt", b"1\n-2\n"),
        &["i.txt: line 2: ", "integer at least 0", "\"-2\""],
    );
    refused(
        read("i.txt", b"1\n\n2 3\n"),
        &["i.txt: line 3: ", "\"2 3\""],
    );
    refused(
        read("i.txt", b"\xff"),
        &["i.txt: ", "text with one index a line"],
    );
    refused(
        read("i.json", b"[1]"),
        &["i.json: ", ".npy or .txt", "\"json\""],
    );
    refused(
        read_indices("nowhere.npy"),
        &["nowhere.npy: ", "a readable file"],
    );
}

#[test]
fn indices_that_do_not_choose_a_sample() {
    assert!(text("2\n0\n1").check(3).is_ok());
    refused(
        text("2\n0\n3").check(3),
        &["indices below 3", "3 at position 2"],
    );
    refused(
        text("2\n0\n2").check(3),
        &["distinct indices", "2 at positions 0 and 2"],
    );
    refused(text("# none").check(3), &["at least one index", "none"]);
}

#[test]
fn overlap_is_found() {
    let (sample, prior) = (text("5\n4\n3\n2"), text("2\n4\n9"));
    assert_eq!(sample.overlap(&prior), Some(Overlap { first: 4, count: 2 }));
    assert_eq!(sample.overlap(&text("0\n1")), None);
}
