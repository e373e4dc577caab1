//! Average pooling, of a window or of the whole grid.

use super::call::Call;
use super::value::{Network, Value};
use super::views::{axes, sorted};
use super::walk::Walk;
use super::window::window;
use crate::error::Result;
use crate::network::{Op, Window};

/// `AveragePool` of two axes.
pub fn average(walk: &mut Walk<'_>, call: &mut Call<'_>) -> Result<Value> {
    call.arity(1..=1)?;
    let input = call.network(0)?.clone();
    let shape = walk.grid(call, &input)?;
    let window = window(call, shape, None)?;
    if window.dilation != [1, 1] {
        let found = format!("{:?}", window.dilation);
        return Err(call.refuse("dilations [1, 1]", found, ""));
    }
    let ceil = call.int("ceil_mode")?.unwrap_or(0) != 0;
    let lengths = [shape.height, shape.width];
    let cut_off = (0..2).any(|axis| {
        let padding = window.padding[axis];
        let padded = lengths[axis]
            .saturating_add(padding[0])
            .saturating_add(padding[1]);
        // The windows that fit end exactly at the end of the grid, or not.
        padded.saturating_sub(window.size[axis]) % window.stride[axis] != 0
    });
    if ceil && cut_off {
        return Err(call.refuse(
            "ceil_mode=0, or windows that fill the grid",
            format!("ceil_mode=1 with a grid of {} and {window:?}", shape),
            "windows that are cut off are not supported: use ceil_mode=False",
        ));
    }
    let count_padding = call.int("count_include_pad")?.unwrap_or(0) != 0;
    let op = Op::AveragePool {
        window,
        count_padding,
    };
    walk.push_grid(call, op, &input)
}

/// `GlobalAveragePool`.
pub fn global(walk: &mut Walk<'_>, call: &mut Call<'_>) -> Result<Value> {
    call.arity(1..=1)?;
    let input = call.network(0)?.clone();
    whole(walk, call, &input, true)
}

/// `ReduceMean` over height and width.
pub fn reduce(walk: &mut Walk<'_>, call: &mut Call<'_>) -> Result<Value> {
    call.arity(1..=2)?;
    let input = call.network(0)?.clone();
    let keep = call.int("keepdims")?.unwrap_or(1) != 0;
    call.ignore("noop_with_empty_axes");
    let rank = input.dims.len() + 1;
    let axes = axes(call)?;
    if rank != 4 || sorted(&axes, rank) != Some(vec![2, 3]) {
        let found = format!("axes {axes:?} of N by {:?}", input.dims);
        let advice = "only means over the whole grid are supported";
        return Err(call.refuse("axes [2, 3] of four", found, advice));
    }
    whole(walk, call, &input, keep)
}

/// The mean over the grid; its axes, of length 1, are kept or not.
fn whole(walk: &mut Walk<'_>, call: &Call<'_>, input: &Network, keep: bool) -> Result<Value> {
    let shape = walk.grid(call, input)?;
    let op = Op::AveragePool {
        window: Window::whole(shape),
        count_padding: true,
    };
    let mut dims = vec![shape.channels, 1, 1];
    if !keep {
        dims.truncate(1);
    }
    walk.push(call, op, &[input], dims)
}
