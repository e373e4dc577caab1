//! A labelled sample whose inputs are known exactly.

use std::ops::Range;
use std::path::PathBuf;

use ndarray::{Array2, ArrayView2, Axis, concatenate, s};
use rug::Rational;

use crate::error::{Error, Result};
use crate::input::Source;

/// Stored inputs, shape (m, d_0), row-major; the actual input is stored value times scale.
#[derive(Debug, Clone, PartialEq)]
pub enum Pixels {
    /// 8-bit image data.
    U8(Array2<u8>),
    /// 32-bit floats.
    F32(Array2<f32>),
    /// 64-bit floats, and wider integers that are exactly 64-bit floats.
    F64(Array2<f64>),
}

impl Pixels {
    fn shape(&self) -> (usize, usize) {
        match self {
            Pixels::U8(a) => a.dim(),
            Pixels::F32(a) => a.dim(),
            Pixels::F64(a) => a.dim(),
        }
    }

    /// Row, column and value of the first entry that is NaN or infinite.
    fn first_not_finite(&self) -> Option<(usize, usize, f64)> {
        fn find<T: Copy + Into<f64>>(array: &Array2<T>) -> Option<(usize, usize, f64)> {
            array
                .indexed_iter()
                .map(|((i, j), &value)| (i, j, value.into()))
                .find(|(_, _, value)| !value.is_finite())
        }
        match self {
            Pixels::U8(_) => None,
            Pixels::F32(a) => find(a),
            Pixels::F64(a) => find(a),
        }
    }

    fn select(&self, rows: &[usize]) -> Self {
        match self {
            Pixels::U8(a) => Pixels::U8(a.select(Axis(0), rows)),
            Pixels::F32(a) => Pixels::F32(a.select(Axis(0), rows)),
            Pixels::F64(a) => Pixels::F64(a.select(Axis(0), rows)),
        }
    }

    /// With one more column that holds `raw`, in the narrowest type that holds
    /// it and the present entries exactly.
    fn with_constant(&self, raw: f64) -> Result<Self> {
        let narrow = raw as f32;
        let is_f32 = f64::from(narrow) == raw;
        match self {
            Pixels::U8(a) if f64::from(raw as u8) == raw => {
                append(a.view(), raw as u8).map(Pixels::U8)
            }
            Pixels::U8(a) if is_f32 => append(a.mapv(f32::from).view(), narrow).map(Pixels::F32),
            Pixels::U8(a) => append(a.mapv(f64::from).view(), raw).map(Pixels::F64),
            Pixels::F32(a) if is_f32 => append(a.view(), narrow).map(Pixels::F32),
            Pixels::F32(a) => append(a.mapv(f64::from).view(), raw).map(Pixels::F64),
            Pixels::F64(a) => append(a.view(), raw).map(Pixels::F64),
        }
    }
}

fn append<T: Copy>(array: ArrayView2<'_, T>, value: T) -> Result<Array2<T>> {
    let column = Array2::from_elem((array.nrows(), 1), value);
    let wide = concatenate(Axis(1), &[array, column.view()])
        .map_err(|e| Error::bug(format!("a column fits: {e}"), format!("{:?}", array.dim())))?;
    // `concatenate` does not promise row-major storage.
    Ok(wide.as_standard_layout().into_owned())
}

/// Inputs x (m, d_0) and labels y (m), m and d_0 at least 1, all inputs finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pixels: Pixels,
    labels: Vec<u16>,
    scale: Rational,
    entry_bound: Option<Rational>,
    sources: Vec<Source>,
}

impl Sample {
    /// Checks and assembles a sample; `sources` may be empty for one made in memory.
    ///
    /// # Errors
    /// Input: no points or no coordinates, numbers of inputs and labels that
    /// differ, a NaN or infinite input, a scale not above 0.
    pub fn new(
        pixels: Pixels,
        labels: Vec<u16>,
        scale: Rational,
        sources: Vec<Source>,
    ) -> Result<Self> {
        let file = file(&sources);
        let (m, d) = pixels.shape();
        let (expected, found, advice) = if m == 0 || d == 0 {
            (
                "at least one point with at least one coordinate".to_owned(),
                format!("shape [{m}, {d}]"),
                "",
            )
        } else if m != labels.len() {
            (
                format!("one label for each of the {m} inputs"),
                format!("{} labels", labels.len()),
                "inputs and labels must come from the same split, in the same order",
            )
        } else if let Some((i, j, value)) = pixels.first_not_finite() {
            (
                "finite inputs".to_owned(),
                format!("{value} at row {i}, column {j} (both from 0)"),
                "remove or replace it",
            )
        } else if scale <= 0 {
            (
                "a scale above 0".to_owned(),
                scale.to_string(),
                "give an exact decimal or p/q",
            )
        } else {
            let entry_bound = match pixels {
                Pixels::U8(_) => Some(Rational::from(&scale * u32::from(u8::MAX))),
                Pixels::F32(_) | Pixels::F64(_) => None,
            };
            return Ok(Self {
                pixels,
                labels,
                scale,
                entry_bound,
                sources,
            });
        };
        Err(Error::input(file, "sample", expected, found, advice))
    }

    /// Number of points, m.
    #[allow(clippy::len_without_is_empty)] // A sample is never empty.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Number of coordinates of an input, d_0.
    pub fn dim(&self) -> usize {
        self.pixels.shape().1
    }

    /// Number of classes the labels need: the largest label plus 1.
    pub fn classes(&self) -> usize {
        self.labels
            .iter()
            .max()
            .map_or(0, |&label| usize::from(label) + 1)
    }

    /// Stored inputs, shape (m, d_0).
    pub fn pixels(&self) -> &Pixels {
        &self.pixels
    }

    /// Labels, counted from 0.
    pub fn labels(&self) -> &[u16] {
        &self.labels
    }

    /// Exact factor from stored to actual inputs, above 0.
    pub fn scale(&self) -> &Rational {
        &self.scale
    }

    /// The files it was read from.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Stored (unscaled) inputs of a range of points, shape (length, d_0); exact.
    ///
    /// # Panics
    /// If the range does not lie within `0..len()`, as slicing does.
    pub fn rows_f64(&self, range: Range<usize>) -> Array2<f64> {
        match &self.pixels {
            Pixels::U8(a) => a.slice(s![range, ..]).mapv(f64::from),
            Pixels::F32(a) => a.slice(s![range, ..]).mapv(f64::from),
            Pixels::F64(a) => a.slice(s![range, ..]).to_owned(),
        }
    }

    /// Stored (unscaled) inputs of the points with these indices, in this order,
    /// repetitions allowed; shape (length, d_0); exact.
    ///
    /// # Panics
    /// If an index is not below `len()`, as indexing does.
    pub fn rows_at(&self, indices: &[usize]) -> Array2<f64> {
        match &self.pixels {
            Pixels::U8(a) => a.select(Axis(0), indices).mapv(f64::from),
            Pixels::F32(a) => a.select(Axis(0), indices).mapv(f64::from),
            Pixels::F64(a) => a.select(Axis(0), indices),
        }
    }

    /// A bound on every |entry| of every input the format can express, hence
    /// almost sure under any distribution; None for floats, where what the
    /// sample happens to hold proves nothing about the distribution.
    pub fn entry_bound(&self) -> Option<Rational> {
        self.entry_bound.clone()
    }

    /// The points with these indices (from 0), in this order.
    ///
    /// # Errors
    /// Input, if there are none or one is out of range. Repetitions are the
    /// business of [`Indices::check`](super::Indices::check).
    pub fn select(&self, indices: &[usize]) -> Result<Self> {
        let refuse = |expected: String, found: String| {
            Error::input(file(&self.sources), "selection", expected, found, "")
        };
        if indices.is_empty() {
            return Err(refuse("at least one index".into(), "none".into()));
        }
        let labels = indices
            .iter()
            .map(|&i| {
                self.labels
                    .get(i)
                    .copied()
                    .ok_or_else(|| refuse(format!("indices below {}", self.len()), format!("{i}")))
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            pixels: self.pixels.select(indices),
            labels,
            ..self.shallow()
        })
    }

    /// The sample with a last coordinate whose actual value is exactly 1: what
    /// a network with folded biases takes (see [`crate::network::fold`]).
    ///
    /// The stored value is 1/scale; 8-bit data stay 8-bit where it fits (255
    /// for the default scale 1/255).
    ///
    /// # Errors
    /// Input, if 1/scale is not exactly a f64.
    pub fn with_constant_one(&self) -> Result<Self> {
        let raw = self.scale.clone().recip();
        let stored = raw.to_f64();
        // Comparison of a Rational with a f64 is exact.
        if raw != stored {
            return Err(Error::input(
                file(&self.sources),
                "constant coordinate for the biases",
                "a scale whose inverse is exactly a 64-bit float",
                format!("scale {}", self.scale),
                "give a scale 1/q with a whole number q, or remove the biases",
            ));
        }
        Ok(Self {
            pixels: self.pixels.with_constant(stored)?,
            labels: self.labels.clone(),
            entry_bound: self.entry_bound.clone().map(|b| b.max(Rational::from(1))),
            ..self.shallow()
        })
    }

    /// All but the points themselves; saves copying them for a struct update.
    fn shallow(&self) -> Self {
        Self {
            pixels: Pixels::U8(Array2::default((0, 0))),
            labels: Vec::new(),
            scale: self.scale.clone(),
            entry_bound: self.entry_bound.clone(),
            sources: self.sources.clone(),
        }
    }
}

/// The file that messages about a sample name.
fn file(sources: &[Source]) -> PathBuf {
    sources
        .first()
        .map_or_else(|| "(in memory)".into(), |source| source.path.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn bytes(scale: (u32, u32)) -> Sample {
        Sample::new(
            Pixels::U8(array![[0, 1], [2, 255]]),
            vec![0, 3],
            Rational::from(scale),
            vec![],
        )
        .unwrap()
    }

    #[test]
    fn sizes_and_bounds() {
        let sample = bytes((1, 255));
        assert_eq!((sample.len(), sample.dim(), sample.classes()), (2, 2, 4));
        assert_eq!(sample.entry_bound(), Some(Rational::from(1)));
        assert_eq!(sample.rows_f64(1..2), array![[2.0, 255.0]]);
    }

    #[test]
    fn selection_keeps_order_and_scale() {
        let sample = bytes((1, 2)).select(&[1, 0]).unwrap();
        assert_eq!(sample.labels(), [3, 0]);
        assert_eq!(sample.rows_f64(0..2), array![[2.0, 255.0], [0.0, 1.0]]);
        assert_eq!(*sample.scale(), Rational::from((1, 2)));
        let text = sample.select(&[2]).unwrap_err().to_string();
        assert!(text.contains("expected indices below 2, found 2"), "{text}");
        assert!(sample.select(&[]).is_err());
    }

    #[test]
    fn the_constant_is_one_in_the_narrowest_type() {
        let kept = bytes((1, 255)).with_constant_one().unwrap();
        assert_eq!(
            *kept.pixels(),
            Pixels::U8(array![[0, 1, 255], [2, 255, 255]])
        );
        let wider = bytes((1, 1000)).with_constant_one().unwrap();
        assert!(matches!(wider.pixels(), Pixels::F32(_)));
        assert_eq!(wider.entry_bound(), Some(Rational::from(1)));
        let widest = bytes((1, 16_777_217)).with_constant_one().unwrap();
        assert!(matches!(widest.pixels(), Pixels::F64(_)));
        let text = bytes((3, 1)).with_constant_one().unwrap_err().to_string();
        assert!(text.contains("found scale 3"), "{text}");
    }
}
