//! Synthetic populations of finitely many points, deterministic in the seed.
//!
//! Coordinates are f32 numbers, so that a network of f32 weights is decided
//! quickly even where f64 does not suffice.

use crate::data::{Pixels, Sample};
use crate::error::{Error, Result};
use crate::train::{Stream, generator, initialise};
use ndarray::{Array1, Array2, ArrayViewMut1};
use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rug::Rational;
use serde::Deserialize;

/// How the points come about.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Finite {
    /// Gaussian clouds of standard deviation `spread` around a centre a class;
    /// centres are standard normal.
    Clusters {
        classes: u16,
        dim: usize,
        support: usize,
        spread: f64,
    },
    /// Standard normal points; the label is whether the first two coordinates
    /// have the same sign, which no linear network tells.
    Xor { dim: usize, support: usize },
    /// Each class has `active` coordinates of its own choice that are uniform in
    /// \[1, 2\]; the others are 0, but for `stray` more of them at random.
    Sparse {
        classes: u16,
        dim: usize,
        support: usize,
        active: usize,
        #[serde(default)]
        stray: usize,
    },
    /// Standard normal points labelled by a random ReLU network of these widths.
    Teacher { dims: Vec<usize>, support: usize },
    /// The rows of Sylvester's Hadamard matrix of `dim` = 2^k, random labels:
    /// orthogonal inputs, nothing to learn.
    Hadamard { classes: u16, dim: usize },
    /// Random signs, random labels: the energy is spread over all positions.
    Signs {
        classes: u16,
        dim: usize,
        support: usize,
    },
    /// `distinct` standard normal points, each repeated to make up the support,
    /// every copy with a label of its own.
    Duplicates {
        classes: u16,
        dim: usize,
        support: usize,
        distinct: usize,
    },
}

/// The most numbers a synthetic population may hold.
const MOST: usize = 1 << 28;

impl Finite {
    /// Points (n, d) and labels, before label noise.
    ///
    /// # Errors
    /// Domain, if a size is 0 or out of range.
    pub fn points(&self, seed: u64) -> Result<(Array2<f64>, Vec<u16>)> {
        let (classes, dim, support) = self.sizes();
        let size = dim.checked_mul(support).is_some_and(|n| n <= MOST) && self.parts_fit();
        if classes < 2 || dim == 0 || support == 0 || !size {
            return Err(Error::domain(
                format!(
                    "at least 2 classes, dim >= 1, support >= 1, at most {MOST} numbers, active and stray <= dim, distinct <= support"
                ),
                format!("{classes} classes, dim {dim}, support {support}"),
            ));
        }
        let mut rng = generator(seed, Stream::Population);
        match self {
            Self::Clusters { spread, .. } => {
                let centres = normal(&mut rng, usize::from(classes), dim);
                Ok(labelled(
                    &mut rng,
                    classes,
                    dim,
                    support,
                    |rng, y, mut row| {
                        row.assign(&centres.row(usize::from(y)));
                        row.mapv_inplace(|c| c + spread * standard(rng));
                    },
                ))
            }
            Self::Xor { .. } => {
                let x = normal(&mut rng, support, dim.max(2));
                let same = |row: ndarray::ArrayView1<'_, f64>| row[0] * row[1] > 0.0;
                let y = x.outer_iter().map(|row| u16::from(same(row))).collect();
                Ok((x, y))
            }
            Self::Sparse { active, stray, .. } => {
                let own: Vec<Vec<usize>> = (0..classes)
                    .map(|_| (0..*active).map(|_| rng.random_range(0..dim)).collect())
                    .collect();
                Ok(labelled(
                    &mut rng,
                    classes,
                    dim,
                    support,
                    |rng, y, mut row| {
                        for &j in &own[usize::from(y)] {
                            row[j] = rng.random_range(1.0..=2.0);
                        }
                        for _ in 0..*stray {
                            let j = rng.random_range(0..dim);
                            row[j] = rng.random_range(1.0..=2.0);
                        }
                    },
                ))
            }
            Self::Teacher { dims, .. } => {
                let teacher = initialise(dims, seed ^ 0x7ea_c4e5);
                let x = normal(&mut rng, support, dim);
                let y = x.outer_iter().map(|row| verdict(&teacher, row.to_owned()));
                let y = y.collect();
                Ok((x, y))
            }
            Self::Hadamard { .. } => {
                if !dim.is_power_of_two() {
                    return Err(Error::domain("dim = 2^k", dim.to_string()));
                }
                // Sylvester: the sign is the parity of the common bits.
                let sign = |(i, j): (usize, usize)| match (i & j).count_ones() % 2 {
                    0 => 1.0,
                    _ => -1.0,
                };
                let y = (0..dim).map(|_| rng.random_range(0..classes)).collect();
                Ok((Array2::from_shape_fn((dim, dim), sign), y))
            }
            Self::Signs { .. } => Ok(labelled(
                &mut rng,
                classes,
                dim,
                support,
                |rng, _, mut row| {
                    let mut bits = 0;
                    for (j, x) in row.iter_mut().enumerate() {
                        if j % 64 == 0 {
                            bits = rng.next_u64();
                        }
                        *x = if bits >> (j % 64) & 1 == 1 { 1.0 } else { -1.0 };
                    }
                },
            )),
            Self::Duplicates { distinct, .. } => {
                let points = normal(&mut rng, (*distinct).max(1), dim);
                let n = points.nrows();
                let mut i = 0;
                Ok(labelled(
                    &mut rng,
                    classes,
                    dim,
                    support,
                    |_, _, mut row| {
                        row.assign(&points.row(i % n));
                        i += 1;
                    },
                ))
            }
        }
    }

    /// Whether what is drawn besides the points is of a size to hold.
    fn parts_fit(&self) -> bool {
        let holds = |a: usize, b: usize| a.checked_mul(b).is_some_and(|n| n <= MOST);
        match self {
            Self::Clusters { classes, dim, .. } => holds(usize::from(*classes), *dim),
            Self::Sparse {
                classes,
                dim,
                active,
                stray,
                ..
            } => active <= dim && stray <= dim && holds(usize::from(*classes), *active),
            Self::Duplicates {
                support, distinct, ..
            } => distinct <= support,
            Self::Teacher { dims, .. } => dims.windows(2).all(|d| holds(d[0], d[1])),
            Self::Xor { .. } | Self::Hadamard { .. } | Self::Signs { .. } => true,
        }
    }

    fn sizes(&self) -> (u16, usize, usize) {
        match self {
            Self::Clusters {
                classes,
                dim,
                support,
                ..
            }
            | Self::Sparse {
                classes,
                dim,
                support,
                ..
            }
            | Self::Signs {
                classes,
                dim,
                support,
            }
            | Self::Duplicates {
                classes,
                dim,
                support,
                ..
            } => (*classes, *dim, *support),
            Self::Xor { dim, support } => (2, *dim, *support),
            Self::Hadamard { classes, dim } => (*classes, *dim, *dim),
            Self::Teacher { dims, support } => {
                let last = dims.last().copied().unwrap_or(0);
                let usable = dims.len() >= 2 && dims.iter().all(|d| *d > 0);
                let first = if usable { dims[0] } else { 0 };
                (u16::try_from(last).unwrap_or(0), first, *support)
            }
        }
    }
}

/// The population of these points: labels replaced by another class with
/// probability `flipped`, coordinates multiplied by `scale` exactly.
///
/// # Errors
/// Domain: `flipped` outside \[0, 1\]; and see [`Finite::points`].
pub(super) fn population(
    family: &Finite,
    seed: u64,
    flipped: f64,
    scale: Rational,
) -> Result<Sample> {
    if !(0.0..=1.0).contains(&flipped) {
        return Err(Error::domain("flipped in [0, 1]", flipped.to_string()));
    }
    let (points, mut labels) = family.points(seed)?;
    let classes = family.sizes().0;
    let mut rng = generator(seed, Stream::LabelNoise);
    for label in &mut labels {
        if rng.random_bool(flipped) {
            *label = (*label + rng.random_range(1..classes)) % classes;
        }
    }
    let pixels = Pixels::F32(points.mapv(|x| x as f32));
    Sample::new(pixels, labels, scale, Vec::new())
}

fn standard(rng: &mut ChaCha8Rng) -> f64 {
    StandardNormal.sample(rng)
}

fn normal(rng: &mut ChaCha8Rng, rows: usize, columns: usize) -> Array2<f64> {
    Array2::from_shape_simple_fn((rows, columns), || standard(rng))
}

/// Rows with labels drawn uniformly; `fill` makes a row of zeros the input.
fn labelled(
    rng: &mut ChaCha8Rng,
    classes: u16,
    dim: usize,
    support: usize,
    mut fill: impl FnMut(&mut ChaCha8Rng, u16, ArrayViewMut1<'_, f64>),
) -> (Array2<f64>, Vec<u16>) {
    let mut x = Array2::zeros((support, dim));
    let mut y = Vec::with_capacity(support);
    for row in x.rows_mut() {
        let label = rng.random_range(0..classes);
        fill(rng, label, row);
        y.push(label);
    }
    (x, y)
}

/// The class of largest output.
fn verdict(weights: &[Array2<f64>], mut x: Array1<f64>) -> u16 {
    for (k, w) in weights.iter().enumerate() {
        x = w.dot(&x);
        if k + 1 < weights.len() {
            x.mapv_inplace(|v| v.max(0.0));
        }
    }
    let best = x.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
    best.map_or(0, |(i, _)| i as u16)
}
