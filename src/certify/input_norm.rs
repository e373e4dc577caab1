//! What is known of the norm of the inputs.

use super::Settings;
use crate::data::Sample;
use crate::error::{Error, Result};
use crate::measure::leaves::largest_patch_norm;
use crate::network::{Model, Window};
use crate::real::{Enclosure, Real};

/// What the user says of ||x||, plus the constant coordinate of a folded bias.
///
/// # Errors
/// The user's, if an input of the sample is longer.
pub fn stated_input_norm(
    settings: &Settings,
    model: &Model,
    sample: &Sample,
) -> Result<Option<Enclosure>> {
    let Some(stated) = &settings.input_norm else {
        return Ok(None);
    };
    let one = stated.int(1);
    let norm = match model.folded_bias() {
        true => (stated.powi(2) + one.clone()).sqrt(),
        false => stated.clone(),
    };
    let input = model.graph.input();
    let largest = largest_patch_norm(sample, &Window::whole(input), input, settings.prec);
    if norm.certainly_lt(&largest) {
        return Err(Error::input(
            "--input-norm",
            "",
            "a bound on every input of the sample",
            format!(
                "{} and an input of norm {}",
                norm.to_decimal(6).1,
                largest.to_decimal(6).0
            ),
            "the bound must hold almost surely, also for points not in the sample",
        ));
    }
    Ok(Some(norm))
}
