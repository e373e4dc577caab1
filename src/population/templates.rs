//! Images of a few templates with noise: the embedded example's population.

use crate::data::{Pixels, Sample};
use crate::error::{Error, Result};
use crate::train::{Stream, generator};
use ndarray::Array2;
use rand::RngExt;
use rug::Rational;

/// Side of the square images of [`templates`].
pub const SIDE: usize = 8;

/// A uniform distribution over `support` images of 8 x 8 pixels in `classes`
/// classes: a template of each class, with every pixel moved by noise of up to
/// `noise` grey levels, and a fraction `flipped` of the labels replaced by
/// another class (none if there is no other). Deterministic in the seed.
///
/// Its risk of a network is a count: points may repeat, and each weighs
/// 1/`support`.
///
/// # Errors
/// Domain: no class, no support, or `flipped` outside \[0, 1\].
pub fn templates(
    classes: u16,
    support: usize,
    noise: u8,
    flipped: f64,
    seed: u64,
) -> Result<Sample> {
    if classes == 0 || support == 0 || !(0.0..=1.0).contains(&flipped) {
        return Err(Error::domain(
            "classes >= 1, support >= 1 and flipped in [0, 1]",
            format!("{classes}, {support} and {flipped}"),
        ));
    }
    let mut rng = generator(seed, Stream::Population);
    let d = SIDE * SIDE;
    let shapes: Vec<Vec<i32>> = (0..classes)
        .map(|_| {
            (0..d)
                .map(|_| if rng.random_bool(0.4) { 200 } else { 20 })
                .collect()
        })
        .collect();
    let mut labels = Vec::with_capacity(support);
    let mut pixels = Array2::zeros((support, d));
    for mut row in pixels.rows_mut() {
        let class = rng.random_range(0..classes);
        for (pixel, &shape) in row.iter_mut().zip(&shapes[usize::from(class)]) {
            let moved = shape + rng.random_range(-i32::from(noise)..=i32::from(noise));
            *pixel = moved.clamp(0, 255) as u8;
        }
        let other = (class + rng.random_range(1..classes.max(2))) % classes;
        labels.push(if rng.random_bool(flipped) {
            other
        } else {
            class
        });
    }
    Sample::new(
        Pixels::U8(pixels),
        labels,
        Rational::from((1, 255)),
        Vec::new(),
    )
}
