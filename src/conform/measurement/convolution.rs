//! Norms of convolutions as linear maps.

use super::{Arguments, LARGEST_DIMENSION, Measurement, field, scalar};
use crate::bound::{Domain, Effect};
use crate::conform::subject::Kind;
use crate::error::{Error, Result};
use crate::measure::definition::{self, Taps};
use crate::real::Enclosure;

/// Rows, columns, strides and paddings at most.
const LARGEST_GRID: u64 = 64;

pub(super) fn entries() -> Vec<Measurement> {
    let count = |name, domain, about| scalar(name, domain, Effect::Mixed, about);
    vec![Measurement {
        id: "convolution/operator-norm",
        about: "the spectral norm of a convolution as the linear map from all entries of an input of this size to all of its output: of the (doubly) Toeplitz matrix, not of the reshaped kernel; y[q] = sum_t W_t x[stride q + t - padding]",
        fields: vec![
            field(
                "taps",
                Kind::Kernel,
                None,
                "W_t, output by input channels, for each place of the kernel, row by row",
            ),
            count(
                "kernel_columns",
                Domain::AtLeastOne,
                "columns of the kernel; divides the number of its places",
            ),
            count("input_rows", Domain::AtLeastOne, "rows of the input"),
            count("input_columns", Domain::AtLeastOne, "columns of the input"),
            count("stride", Domain::AtLeastOne, "along both axes"),
            count("padding", Domain::Count, "zeros on each of the four sides"),
        ],
        absolute_tolerance: 0.0,
        value: operator_norm,
    }]
}

fn operator_norm(x: &Arguments) -> Result<Enclosure> {
    let integer = |name| Ok::<_, Error>(x.integer(name, LARGEST_GRID)? as usize);
    let taps = Taps {
        kernel: x.matrices("taps"),
        kernel_columns: integer("kernel_columns")?,
        rows: integer("input_rows")?,
        columns: integer("input_columns")?,
        stride: integer("stride")?,
        padding: integer("padding")?,
    };
    let fits = || Error::domain("a rectangular kernel that fits the input", "another");
    let [rows, columns] = taps.grid().ok_or_else(fits)?;
    let (outputs, inputs) = (taps.kernel[0].len(), taps.kernel[0][0].len());
    // The side that its Gram matrix has.
    let smaller = (rows * columns * outputs).min(taps.rows * taps.columns * inputs);
    let larger = (rows * columns * outputs).max(taps.rows * taps.columns * inputs);
    if smaller > LARGEST_DIMENSION || larger > 100 * LARGEST_DIMENSION {
        let expected = format!("an input or an output of at most {LARGEST_DIMENSION} entries");
        return Err(Error::domain(expected, format!("{smaller} x {larger}")));
    }
    let matrix = definition::operator(&taps).ok_or_else(fits)?;
    Ok(definition::spectral(&matrix))
}
