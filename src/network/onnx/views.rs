//! Operators that change how a value is seen, not what it is.

use super::call::Call;
use super::constant::Constant;
use super::value::{MAX_RANK, Network, Size, Sizes, Value};
use super::walk::Walk;
use crate::error::{Error, Result};
use crate::network::Shape;

/// `Identity`.
pub fn identity(call: &mut Call<'_>) -> Result<Value> {
    call.arity(1..=1)?;
    first(call)
}

/// `Dropout` in inference.
pub fn dropout(call: &mut Call<'_>) -> Result<Value> {
    call.arity(1..=3)?;
    call.ignore("ratio");
    call.ignore("seed");
    let mode = call.constant(2)?.map(Constant::integers);
    if mode.is_some_and(|mode| mode != Some(vec![0])) {
        let advice = "export the network in eval mode";
        return Err(call.refuse("training_mode=false", "another", advice));
    }
    first(call)
}

/// `Constant`.
pub fn constant(walk: &mut Walk<'_>, call: &mut Call<'_>, output: &str) -> Result<Value> {
    call.arity(0..=0)?;
    let constant = if let Some(tensor) = call.tensor("value")? {
        let constant = Constant::new(tensor, output, call.file, &mut walk.external);
        constant.map_err(|e| call.within(e))?
    } else if let Some(x) = call.float("value_float")? {
        Constant::of_floats(output, vec![], vec![x])
    } else if let Some(x) = call.float_list("value_floats")? {
        Constant::of_floats(output, vec![x.len()], x)
    } else if let Some(x) = call.int("value_int")? {
        Constant::of_integers(output, vec![], vec![x])
    } else if let Some(x) = call.ints("value_ints")? {
        Constant::of_integers(output, vec![x.len()], x)
    } else {
        return Err(call.refuse("a constant of numbers", "none", "store tensors densely"));
    };
    Ok(Value::Constant(constant))
}

/// `Flatten` of all axes but the batch.
pub fn flatten(call: &mut Call<'_>) -> Result<Value> {
    call.arity(1..=1)?;
    let input = call.network(0)?.clone();
    let axis = call.int("axis")?.unwrap_or(1);
    let rank = input.dims.len() + 1;
    if index(axis, rank) != Some(1) {
        let advice = "every image of the batch must become one vector";
        return Err(call.refuse("axis=1", format!("axis={axis}"), advice));
    }
    let length = input.dims.iter().product();
    Ok(seen(input, vec![length]))
}

/// `Reshape` that leaves the batch what it is.
pub fn reshape(walk: &mut Walk<'_>, call: &mut Call<'_>) -> Result<Value> {
    call.arity(2..=2)?;
    let input = call.network(0)?.clone();
    let copies_zero = call.int("allowzero")?.unwrap_or(0) == 0;
    let target = match call.input(1) {
        Some(Value::Sizes(sizes)) => Some(sizes.clone()),
        _ => call.constant(1)?.and_then(Sizes::of),
    };
    let target = target.map(|target| target.sizes).unwrap_or_default();
    let dims = resolve(&target, &input.dims, walk.batch, copies_zero).ok_or_else(|| {
        call.refuse(
            "a shape that keeps the batch and all entries of each image",
            format!("{} from N by {:?}", shown(&target), input.dims),
            "",
        )
    })?;
    // A network may take its images as vectors and start by giving them a grid.
    if let (0, [channels, height, width]) = (input.node, dims.as_slice()) {
        walk.layers.reshape_input(Shape {
            channels: *channels,
            height: *height,
            width: *width,
        });
    }
    Ok(seen(input, dims))
}

/// The axes after the batch that a target shape means.
fn resolve(
    target: &[Size],
    dims: &[usize],
    batch: Option<usize>,
    copies_zero: bool,
) -> Option<Vec<usize>> {
    let (first, rest) = target.split_first()?;
    let length: usize = dims.iter().product();
    let batch_open = match *first {
        Size::Batch => false,
        Size::Known(0) if copies_zero => false,
        Size::Known(-1) => true,
        Size::Known(n) if usize::try_from(n).ok() == batch => false,
        Size::Known(_) => return None,
    };
    let (mut new, mut open) = (Vec::new(), None);
    for (i, size) in rest.iter().enumerate() {
        new.push(match *size {
            Size::Batch => return None,
            Size::Known(0) if copies_zero => *dims.get(i)?,
            Size::Known(-1) if open.is_none() && !batch_open => {
                open = Some(i);
                1
            }
            Size::Known(n) => usize::try_from(n).ok().filter(|n| *n > 0)?,
        });
    }
    let known = new.iter().try_fold(1usize, |n, &d| n.checked_mul(d))?;
    if let Some(slot) = open.and_then(|i| new.get_mut(i)) {
        *slot = length.checked_div(known)?;
    }
    let all = new.iter().try_fold(1usize, |n, &d| n.checked_mul(d))?;
    (all == length && !new.is_empty()).then_some(new)
}

fn shown(target: &[Size]) -> String {
    let each = target.iter().map(|size| match size {
        Size::Batch => "N".to_owned(),
        Size::Known(n) => n.to_string(),
    });
    format!("[{}]", each.collect::<Vec<_>>().join(", "))
}

/// `Squeeze` of a value, or of a length that stands alone in its vector.
pub fn squeeze(call: &mut Call<'_>) -> Result<Value> {
    call.arity(1..=2)?;
    if let Some(sizes) = shape_input(call)? {
        call.ignore("axes");
        if sizes.scalar || sizes.sizes.len() != 1 {
            return Err(call.refuse("one length", shown(&sizes.sizes), ""));
        }
        return Ok(Value::Sizes(Sizes {
            scalar: true,
            ..sizes
        }));
    }
    let input = call.network(0)?.clone();
    let given = axes(call)?;
    let axes = sorted(&given, input.dims.len() + 1).unwrap_or_default();
    let gone = |axis: usize| axes.contains(&(axis + 1));
    let ones = input
        .dims
        .iter()
        .enumerate()
        .all(|(i, &d)| d == 1 || !gone(i));
    let left = input.dims.iter().enumerate().filter(|(i, _)| !gone(*i));
    let dims: Vec<usize> = left.map(|(_, &d)| d).collect();
    if axes.is_empty() || axes.contains(&0) || !ones || dims.is_empty() {
        let found = format!("axes {given:?} of N by {:?}", input.dims);
        return Err(call.refuse("named axes of length 1, not the batch", found, ""));
    }
    Ok(seen(input, dims))
}

/// `Unsqueeze` of a value, or of a single length.
pub fn unsqueeze(call: &mut Call<'_>) -> Result<Value> {
    call.arity(1..=2)?;
    if let Some(sizes) = shape_input(call)? {
        call.ignore("axes");
        if !sizes.scalar {
            return Err(call.refuse("a single length", shown(&sizes.sizes), ""));
        }
        return Ok(Value::Sizes(Sizes {
            scalar: false,
            ..sizes
        }));
    }
    let input = call.network(0)?.clone();
    let given = axes(call)?;
    let rank = input.dims.len() + 1 + given.len();
    let axes = sorted(&given, rank).filter(|axes| !axes.contains(&0) && rank <= MAX_RANK);
    let Some(axes) = axes else {
        let found = format!("axes {given:?} for N by {:?}", input.dims);
        return Err(call.refuse("new axes after the batch", found, ""));
    };
    let mut rest = input.dims.iter().copied();
    let dims = (1..rank).filter_map(|axis| {
        if axes.contains(&axis) {
            Some(1)
        } else {
            rest.next()
        }
    });
    let dims = dims.collect();
    Ok(seen(input, dims))
}

/// `Transpose` of a matrix of weights.
pub fn transpose(call: &mut Call<'_>) -> Result<Value> {
    call.arity(1..=1)?;
    let permutation = call.ints("perm")?.unwrap_or_else(|| vec![1, 0]);
    match call.input(0) {
        Some(Value::Constant(constant)) if constant.shape.len() == 2 && permutation == [1, 0] => {
            let mut constant = constant.clone();
            constant.shape.reverse();
            constant.transposed = !constant.transposed;
            Ok(Value::Constant(constant))
        }
        _ => Err(call.refuse(
            "a constant matrix to transpose",
            format!("perm {permutation:?} of another value"),
            "layers that rearrange entries are not supported",
        )),
    }
}

/// The input that decides: a shape, or a constant that can be one.
fn shape_input(call: &Call<'_>) -> Result<Option<Sizes>> {
    match call.input(0) {
        Some(Value::Sizes(sizes)) => Ok(Some(sizes.clone())),
        Some(Value::Constant(constant)) => match Sizes::of(constant) {
            Some(sizes) => Ok(Some(sizes)),
            None => Err(call.refuse(
                "a value or a shape",
                format!("the constant {:?}", constant.name),
                "export with constant folding",
            )),
        },
        _ => Ok(None),
    }
}

/// Takes the axes, an attribute or the second input; none if it names none.
///
/// # Errors
/// Input, if they are no axes.
pub fn axes(call: &mut Call<'_>) -> Result<Vec<i64>> {
    match (call.ints("axes")?, call.constant(1)?) {
        (Some(axes), None) if axes.len() <= MAX_RANK => Ok(axes),
        (None, None) => Ok(vec![]),
        (None, Some(constant)) => match Sizes::of(constant).and(constant.integers()) {
            Some(axes) => Ok(axes),
            None => {
                let found = format!("the constant {:?}", constant.name);
                Err(call.refuse("axes", found, ""))
            }
        },
        (axes, _) => Err(call.refuse("axes once", format!("{axes:?}"), "")),
    }
}

/// The axes of a value of this rank in order; None if one is not or comes twice.
pub fn sorted(axes: &[i64], rank: usize) -> Option<Vec<usize>> {
    let known: Option<Vec<usize>> = axes.iter().map(|&axis| index(axis, rank)).collect();
    let mut sorted = known?;
    sorted.sort_unstable();
    sorted.dedup();
    (sorted.len() == axes.len()).then_some(sorted)
}

/// An axis, where negative ones count from the end.
pub fn index(axis: i64, rank: usize) -> Option<usize> {
    let counted = if axis < 0 {
        axis.checked_add(i64::try_from(rank).ok()?)?
    } else {
        axis
    };
    usize::try_from(counted).ok().filter(|axis| *axis < rank)
}

fn first(call: &Call<'_>) -> Result<Value> {
    let value = call.input(0).cloned();
    value.ok_or_else(|| Error::bug("one input was counted", &*call.item))
}

/// The same node with other axes.
fn seen(input: Network, dims: Vec<usize>) -> Value {
    let sole = input.sole && dims == input.dims;
    Value::Network(Network {
        dims,
        sole,
        ..input
    })
}
