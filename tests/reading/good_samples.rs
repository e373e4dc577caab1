//! The same tiny data in every format is the same sample.

use gapcert::data::{self, Pixels, ReadOptions, Sample, Split};
use ndarray::{Array2, array};
use rug::Rational;

use crate::support::{Npz, directory, gzip, idx, npy, seed};

const X: [u8; 12] = [0, 1, 2, 3, 128, 129, 130, 131, 252, 253, 254, 255];
const Y: [u8; 3] = [0, 2, 1];

fn expected() -> Array2<f64> {
    Array2::from_shape_vec((3, 4), X.iter().map(|&x| f64::from(x)).collect()).unwrap()
}

fn read(name: &str, files: &[(&str, &[u8])], options: &ReadOptions) -> Sample {
    let directory = directory(files);
    data::read(directory.path().join(name), options).unwrap()
}

fn assert_same(sample: &Sample, scale: (u32, u32)) {
    assert_eq!(sample.rows_f64(0..3), expected());
    assert_eq!(sample.labels(), [0, 2, 1]);
    assert_eq!(*sample.scale(), Rational::from(scale));
    assert_eq!((sample.len(), sample.dim(), sample.classes()), (3, 4, 3));
    assert!(sample.sources().iter().all(|s| s.sha256.len() == 64));
}

#[test]
fn idx_of_all_spellings() {
    let (images, labels) = (idx(&[3, 2, 2], &X), idx(&[3], &Y));
    for mark in ["-", "."] {
        for packed in [false, true] {
            let suffix = if packed { ".gz" } else { "" };
            let pack = |bytes: &[u8]| if packed { gzip(bytes) } else { bytes.to_vec() };
            let names = ["train", "t10k"].map(|split| {
                (
                    format!("{split}-images{mark}idx3-ubyte{suffix}"),
                    format!("{split}-labels{mark}idx1-ubyte{suffix}"),
                )
            });
            let directory = directory(&[]);
            for (x, y) in &names {
                assert!(!data::has_test_split(directory.path()));
                std::fs::write(directory.path().join(x), pack(&images)).unwrap();
                std::fs::write(directory.path().join(y), pack(&labels)).unwrap();
            }
            assert!(data::has_test_split(directory.path()));
            for split in [Split::Train, Split::Test] {
                let options = ReadOptions {
                    split,
                    ..ReadOptions::default()
                };
                let sample = data::read(directory.path(), &options).unwrap();
                assert_same(&sample, (1, 255));
                assert_eq!(sample.entry_bound(), Some(Rational::from(1)));
                assert_eq!(sample.sources().len(), 2);
            }
        }
    }
}

#[test]
fn npz_stored_and_deflated() {
    let options = ReadOptions::default();
    let written = Npz::default().with("x", &[3, 2, 2], &X).with("y", &[3], &Y);
    for bytes in [written.finish(), seed("npz/sample_stored")] {
        let sample = read("d.npz", &[("d.npz", &bytes)], &options);
        assert_same(&sample, (1, 255));
        assert!(matches!(sample.pixels(), Pixels::U8(_)));
    }
    let scaled = ReadOptions {
        scale: Some(Rational::from(4)),
        ..ReadOptions::default()
    };
    let bytes = seed("npz/sample_deflated");
    let sample = read("d.npz", &[("d.npz", &bytes)], &scaled);
    assert!(matches!(sample.pixels(), Pixels::F32(_)));
    // That seed is in Fortran order: its values, read down the columns, are x/4.
    let columns = Array2::from_shape_vec((4, 3), X.map(|x| f64::from(x) / 4.0).to_vec());
    assert_eq!(sample.rows_f64(0..3), columns.unwrap().reversed_axes());
    assert_eq!(sample.entry_bound(), None);
}

#[test]
fn npz_with_two_splits() {
    let both = Npz::default()
        .with("x_train", &[1, 1], &[1u8])
        .with("y_train", &[1], &[0u8])
        .with("x_test", &[3, 4], &X)
        .with("y_test", &[3], &Y)
        .finish();
    let directory = directory(&[("d.npz", &both)]);
    let path = directory.path().join("d.npz");
    assert!(data::has_test_split(&path));
    assert_eq!(data::read(&path, &ReadOptions::default()).unwrap().len(), 1);
    let test = ReadOptions {
        split: Split::Test,
        ..ReadOptions::default()
    };
    assert_same(&data::read(&path, &test).unwrap(), (1, 255));
}

#[test]
fn npy_of_all_types() {
    let wide = X.map(f64::from);
    let files: [(Vec<u8>, (u32, u32)); 7] = [
        (npy(&[3, 4], &X), (1, 255)),
        (npy(&[3, 1, 2, 2], &wide), (1, 1)),
        (npy(&[3, 4], &X.map(f32::from)), (1, 1)),
        (npy(&[3, 4], &X.map(i64::from)), (1, 1)),
        (npy(&[3, 4], &X.map(u16::from)), (1, 1)),
        (seed("npy/x_f8_big_endian"), (1, 1)),
        (seed("npy/x_version_2"), (1, 1)),
    ];
    for (x, scale) in files {
        for y in [npy(&[3], &Y), npy(&[3, 1], &Y.map(f32::from))] {
            let beside = read(
                "x.npy",
                &[("x.npy", &x), ("y.npy", &y)],
                &ReadOptions::default(),
            );
            assert_same(&beside, scale);
        }
    }
}

#[test]
fn npy_with_named_labels() {
    let directory = directory(&[("in.npy", &npy(&[3, 4], &X)), ("out.npy", &npy(&[3], &Y))]);
    let options = ReadOptions {
        labels: Some(directory.path().join("out.npy")),
        ..ReadOptions::default()
    };
    let sample = data::read(directory.path().join("in.npy"), &options).unwrap();
    assert_same(&sample, (1, 255));
    assert_eq!(sample.sources()[1].path, directory.path().join("out.npy"));
}

#[test]
fn csv_with_and_without_header() {
    let scale = Some(Rational::from((1, 2)));
    let options = ReadOptions {
        scale,
        ..ReadOptions::default()
    };
    for name in ["csv/plain", "csv/header"] {
        assert_same(&read("d.CSV", &[("d.CSV", &seed(name))], &options), (1, 2));
    }
    let marked = [b"\xef\xbb\xbf".as_slice(), &seed("csv/header")].concat();
    assert_same(&read("d.csv", &[("d.csv", &marked)], &options), (1, 2));
}

#[test]
fn a_csv_decimal_is_the_nearest_float() {
    let options = ReadOptions::default();
    let sample = read("d.csv", &[("d.csv", &seed("csv/quoted"))], &options);
    assert_eq!(sample.rows_f64(0..2), array![[0.1], [-2.5e-3]]);
    assert_eq!(sample.labels(), [3, 1]);
    assert_eq!(*sample.scale(), 1);
}
