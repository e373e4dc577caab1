//! Zip archives that NumPy does not write.

use gapcert::error::Result;
use gapcert::input::InputFile;
use gapcert::input::array::Array;
use gapcert::input::npz::Npz;

use crate::support::{refused, seed};

fn read(bytes: Vec<u8>) -> Result<Array> {
    let file = InputFile::from_bytes("d.npz", bytes);
    Npz::open(&file)?.read("x")
}

/// The deflated seed with a field of its first directory entry replaced;
/// `offset` counts from the entry's signature.
fn with_field(offset: usize, value: &[u8]) -> Vec<u8> {
    let mut bytes = seed("npz/sample_deflated");
    let name = bytes.windows(10).position(|w| w == b"images.npy");
    assert!(name.is_some_and(|at| at < 60), "the first member is images");
    let entry = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    bytes[entry + offset..entry + offset + value.len()].copy_from_slice(value);
    bytes
}

fn read_images(bytes: Vec<u8>) -> Result<Array> {
    let file = InputFile::from_bytes("d.npz", bytes);
    Npz::open(&file)?.read("images")
}

#[test]
fn members_that_are_not_supported_or_lie() {
    let item = "d.npz: array \"images\": ";
    assert!(read_images(with_field(8, &[0, 0])).is_ok());
    refused(
        read_images(with_field(8, &[1, 0])),
        &[item, "no encryption"],
    );
    refused(
        read_images(with_field(10, &[12, 0])),
        &[item, "a stored or deflated member", "method 12"],
    );
    // Four gigabytes from a few bytes of DEFLATE.
    refused(
        read_images(with_field(24, &[0xf0, 0xff, 0xff, 0xff])),
        &[item, "expected 4294967280 bytes", "(at most "],
    );
    refused(
        read_images(with_field(24, &[177, 0, 0, 0])),
        &[item, "expected 177 bytes", "only 176 bytes"],
    );
    refused(
        read_images(with_field(24, &[175, 0, 0, 0])),
        &[item, "expected 175 bytes", "more than 175 bytes"],
    );
    refused(
        read_images(with_field(42, &[0xf0, 0xff, 0xff, 0xff])),
        &[item, "compressed bytes", "truncated there"],
    );
    refused(
        read(seed("npz/sample_deflated")),
        &["array \"x\"", "arrays [images, labels]"],
    );
}

#[test]
fn directories_that_lie() {
    refused(
        read_images(with_field(20, &[0xff, 0xff, 0, 0])),
        &["d.npz: ", "in a file of 432"],
    );
    let zip64 = [b"PK\x05\x06".as_slice(), &[0xff; 16], &[0; 2]].concat();
    refused(read(zip64), &["d.npz: ", "zip64", ".npy files"]);
    let outside = [
        b"PK\x05\x06".as_slice(),
        &[0, 0, 0, 0, 1, 0, 1, 0, 50, 0, 0, 0, 9, 0, 0, 0, 0, 0],
    ]
    .concat();
    refused(read(outside), &["d.npz: ", "outside the file"]);
    let empty = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
    refused(read(empty), &["array \"x\"", "arrays []"]);
    // Both members under one name of the same length as the other's.
    let mut twice = seed("npz/sample_stored");
    let names: Vec<usize> = (0..twice.len() - 5)
        .filter(|&i| &twice[i..i + 5] == b"y.npy")
        .collect();
    for at in names {
        twice[at] = b'x';
    }
    refused(read(twice), &["d.npz: ", "two arrays named \"x\""]);
}
