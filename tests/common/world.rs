//! A folder with a small classification problem: a 6-8-3 network, a data prior
//! close to it, and 700 points that it mostly gets right.

use super::files::{Tensor, gzip, idx, npy, npz_of, safetensors};
use super::run::{Ran, gapcert};
use std::collections::BTreeMap;
use std::path::PathBuf;

pub const D: usize = 6;
pub const HIDDEN: usize = 8;
pub const CLASSES: usize = 3;
/// Points of the training part; the first `PRIOR` are the prior's.
pub const POINTS: usize = 700;
pub const PRIOR: usize = 200;
const TEST_POINTS: usize = 150;

/// Numbers without a pattern, the same in every run.
pub struct Numbers(pub u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// In [-1, 1), a multiple of 2^-12.
    pub fn centred(&mut self) -> f32 {
        (self.next() >> 51) as f32 / 4096.0 - 1.0
    }
}

pub struct World {
    pub folder: tempfile::TempDir,
    pub images: Vec<u8>,
    pub labels: Vec<u8>,
}

/// The two weight matrices under the names PyTorch gives them.
pub fn weights() -> Vec<Tensor<'static>> {
    let mut numbers = Numbers(1);
    let mut matrix = |rows: usize, columns: usize| -> (Vec<usize>, Vec<f32>) {
        let values = (0..rows * columns).map(|_| numbers.centred()).collect();
        (vec![rows, columns], values)
    };
    let (first, second) = (matrix(HIDDEN, D), matrix(CLASSES, HIDDEN));
    vec![
        ("0.weight", first.0, first.1),
        ("2.weight", second.0, second.1),
    ]
}

/// The same, each weight off by at most 2^-13.
pub fn prior_weights() -> Vec<Tensor<'static>> {
    let mut numbers = Numbers(2);
    let mut all = weights();
    for value in all.iter_mut().flat_map(|tensor| &mut tensor.2) {
        *value += numbers.centred() / 8192.0;
    }
    all
}

/// The class that the network gives a point.
fn decide(weights: &[Tensor<'_>], x: &[u8]) -> u8 {
    let apply = |w: &Tensor<'_>, x: &[f64]| -> Vec<f64> {
        w.2.chunks(w.1[1])
            .map(|row| row.iter().zip(x).map(|(w, x)| f64::from(*w) * x).sum())
            .collect()
    };
    let x: Vec<f64> = x.iter().map(|&p| p.into()).collect();
    let hidden: Vec<f64> = apply(&weights[0], &x).iter().map(|z| z.max(0.0)).collect();
    let scores = apply(&weights[1], &hidden);
    let best = (0..scores.len()).max_by(|&i, &j| scores[i].total_cmp(&scores[j]));
    best.unwrap() as u8
}

impl World {
    pub fn new() -> Self {
        let mut numbers = Numbers(3);
        let network = weights();
        let mut points = |n: usize| -> (Vec<u8>, Vec<u8>) {
            let images: Vec<u8> = (0..n * D).map(|_| numbers.next() as u8).collect();
            let labels = images
                .chunks(D)
                .map(|x| match numbers.next() % 25 {
                    0 => (numbers.next() % CLASSES as u64) as u8,
                    _ => decide(&network, x),
                })
                .collect();
            (images, labels)
        };
        let ((images, labels), (test_images, test_labels)) = (points(POINTS), points(TEST_POINTS));
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
            images,
            labels,
        };
        std::fs::create_dir(world.path("data")).unwrap();
        let idx3 = |n, values: &[u8]| gzip(&idx(&[n, 2, 3], values));
        world
            .write("model.safetensors", &safetensors(&network))
            .write("model.npz", &npz_of(&network))
            .write("prior.safetensors", &safetensors(&prior_weights()))
            .write(
                "data/train-images-idx3-ubyte.gz",
                &idx3(POINTS, &world.images),
            )
            .write(
                "data/train-labels-idx1-ubyte",
                &idx(&[POINTS], &world.labels),
            )
            .write(
                "data/t10k-images-idx3-ubyte.gz",
                &idx3(TEST_POINTS, &test_images),
            )
            .write(
                "data/t10k-labels-idx1-ubyte",
                &idx(&[TEST_POINTS], &test_labels),
            )
            .write("sample.npy", &index_file(PRIOR..POINTS))
            .write("prior.npy", &index_file(0..PRIOR));
        world
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> &Self {
        std::fs::write(self.path(name), bytes).unwrap();
        self
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    #[track_caller]
    pub fn run(&self, args: &[&str]) -> Ran {
        gapcert(self.folder.path(), args)
    }

    /// `certify` on the whole of it, with a data prior, and more arguments.
    #[track_caller]
    pub fn certify(&self, more: &[&str]) -> Ran {
        self.run(&[&STANDARD[..], more].concat())
    }

    /// Every file with its content, to see what a run left behind.
    pub fn snapshot(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.is_file() {
                    found.insert(path.clone(), std::fs::read(path).unwrap());
                } else {
                    found.insert(path, Vec::new());
                }
            }
        }
        found
    }
}

/// The arguments of [`World::certify`].
pub const STANDARD: [&str; 10] = [
    "certify",
    "model.safetensors",
    "--data",
    "data",
    "--indices",
    "sample.npy",
    "--prior",
    "prior.safetensors",
    "--prior-indices",
    "prior.npy",
];

/// These indices as a `.npy` file.
pub fn index_file(indices: impl IntoIterator<Item = usize>) -> Vec<u8> {
    let values: Vec<i64> = indices.into_iter().map(|i| i as i64).collect();
    npy(&[values.len() as u64], &values)
}
