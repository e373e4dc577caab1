//! The attributes of a window that slides over a grid.

use super::call::Call;
use crate::error::Result;
use crate::network::{Shape, Window};

/// Takes strides, dilations and padding; `size` is that of the weights, or
/// `None` where the attribute alone tells it.
///
/// # Errors
/// Input: numbers that are not of two axes or out of range, a size that is not
/// that of the weights.
pub fn window(call: &mut Call<'_>, input: Shape, size: Option<[usize; 2]>) -> Result<Window> {
    let declared = pair(call, "kernel_shape", size, 1)?;
    let size = size.unwrap_or(declared);
    if declared != size {
        let expected = format!("kernel_shape {size:?}, as the weights have");
        return Err(call.refuse(expected, format!("{declared:?}"), ""));
    }
    let mut window = Window {
        size,
        stride: pair(call, "strides", Some([1, 1]), 1)?,
        dilation: pair(call, "dilations", Some([1, 1]), 1)?,
        padding: [[0, 0], [0, 0]],
    };
    let pads = call.ints("pads")?.unwrap_or_else(|| vec![0; 4]);
    let explicit = numbers::<4>(&pads, 0).ok_or_else(|| {
        let expected = "pads [top, left, bottom, right], none negative";
        call.refuse(expected, format!("{pads:?}"), "")
    })?;
    let auto = call.string("auto_pad")?.unwrap_or_else(|| "NOTSET".into());
    if auto != "NOTSET" && explicit != [0; 4] {
        let found = format!("auto_pad {auto} with pads {pads:?}");
        return Err(call.refuse("pads or auto_pad", found, ""));
    }
    match auto.as_str() {
        "NOTSET" => {
            let [top, left, bottom, right] = explicit;
            window.padding = [[top, bottom], [left, right]];
        }
        "VALID" => {}
        "SAME_UPPER" | "SAME_LOWER" => {
            for (axis, length) in [input.height, input.width].into_iter().enumerate() {
                let total = same(&window, axis, length).ok_or_else(|| {
                    call.refuse("a window of sizes in range", format!("{window:?}"), "")
                })?;
                let (less, more) = (total / 2, total - total / 2);
                window.padding[axis] = if auto == "SAME_UPPER" {
                    [less, more]
                } else {
                    [more, less]
                };
            }
        }
        _ => {
            let expected = "auto_pad NOTSET, VALID, SAME_UPPER or SAME_LOWER";
            return Err(call.refuse(expected, format!("{auto:?}"), ""));
        }
    }
    Ok(window)
}

/// All of the padding along an axis that makes ceil(length / stride) outputs.
fn same(window: &Window, axis: usize, length: usize) -> Option<usize> {
    let stride = window.stride[axis];
    let span = window.dilation[axis]
        .checked_mul(window.size[axis].checked_sub(1)?)?
        .checked_add(1)?;
    let outputs = length.div_ceil(stride);
    let reach = outputs
        .checked_sub(1)?
        .checked_mul(stride)?
        .checked_add(span)?;
    Some(reach.saturating_sub(length))
}

fn pair(
    call: &mut Call<'_>,
    name: &str,
    default: Option<[usize; 2]>,
    least: usize,
) -> Result<[usize; 2]> {
    let given = call.ints(name)?;
    if let (None, Some(default)) = (&given, default) {
        return Ok(default);
    }
    let given = given.unwrap_or_default();
    numbers(&given, least).ok_or_else(|| {
        let expected = format!("{name} of two axes, at least {least}");
        let advice = "convolutions and poolings of one or three axes are not supported";
        call.refuse(expected, format!("{given:?}"), advice)
    })
}

fn numbers<const N: usize>(given: &[i64], least: usize) -> Option<[usize; N]> {
    let numbers: Option<Vec<usize>> = given
        .iter()
        .map(|&n| usize::try_from(n).ok().filter(|n| *n >= least))
        .collect();
    numbers?.try_into().ok()
}
