//! Shapes that the file computes, to reshape with: PyTorch's `x.view(x.size(0), -1)`.

use super::call::Call;
use super::messages::dtype;
use super::value::{MAX_RANK, Size, Sizes, Value};
use super::views::index;
use crate::error::Result;

/// `Shape` of a value.
pub fn shape(call: &mut Call<'_>) -> Result<Value> {
    call.arity(1..=1)?;
    let known = call
        .network(0)?
        .dims
        .iter()
        .map(|&d| d as i64)
        .map(Size::Known);
    let all: Vec<Size> = std::iter::once(Size::Batch).chain(known).collect();
    let start = call.int("start")?.unwrap_or(0);
    let end = call.int("end")?.unwrap_or(i64::MAX);
    Ok(vector(part(&all, start, end)))
}

/// `Gather` of one length or several.
pub fn gather(call: &mut Call<'_>) -> Result<Value> {
    call.arity(2..=2)?;
    call.must_be("axis", 0, "only shapes may be gathered from")?;
    let from = sizes(call, 0)?;
    let which = call.constant(1)?;
    let scalar = which.is_some_and(|c| c.shape.is_empty());
    let which = which
        .and_then(|c| Sizes::of(c).and(c.integers()))
        .unwrap_or_default();
    let picked: Option<Vec<Size>> = which
        .iter()
        .map(|&i| from.sizes.get(index(i, from.sizes.len())?).copied())
        .collect();
    match picked {
        Some(sizes) if !sizes.is_empty() && !from.scalar => {
            Ok(Value::Sizes(Sizes { sizes, scalar }))
        }
        _ => Err(call.refuse("indices of the shape's axes", format!("{which:?}"), "")),
    }
}

/// `Slice` of a shape, in steps of 1.
pub fn slice(call: &mut Call<'_>) -> Result<Value> {
    call.arity(1..=5)?;
    let from = sizes(call, 0)?;
    let mut number = |name: &str, i: usize, default: i64| -> Result<i64> {
        let attribute = call.ints(name)?;
        let input = call.constant(i)?.map(|c| c.integers().unwrap_or_default());
        match attribute.or(input).as_deref() {
            None => Ok(default),
            Some(&[n]) => Ok(n),
            Some(_) => Err(call.refuse(format!("one number as {name}"), "others", "")),
        }
    };
    let start = number("starts", 1, 0)?;
    let end = number("ends", 2, i64::MAX)?;
    let (axis, step) = (number("axes", 3, 0)?, number("steps", 4, 1)?);
    if (axis, step) != (0, 1) || from.scalar {
        let found = format!("axis {axis}, step {step}");
        return Err(call.refuse("a slice of a shape in steps of 1", found, ""));
    }
    Ok(vector(part(&from.sizes, start, end)))
}

/// `Concat` of shapes.
pub fn concat(call: &mut Call<'_>) -> Result<Value> {
    let axis = call.int("axis")?.unwrap_or(0);
    let mut all = Vec::new();
    for i in 0..call.inputs.len() {
        all.extend(sizes(call, i)?.sizes);
        if all.len() > MAX_RANK {
            let found = "more".to_owned();
            return Err(call.refuse(format!("at most {MAX_RANK} axes"), found, ""));
        }
    }
    if axis != 0 && axis != -1 {
        return Err(call.refuse("axis=0", format!("axis={axis}"), ""));
    }
    Ok(vector(all))
}

/// `Cast` of a shape to integers.
pub fn cast(call: &mut Call<'_>) -> Result<Value> {
    call.arity(1..=1)?;
    let from = sizes(call, 0)?;
    match call.int("to")? {
        Some(to) if to == i64::from(dtype::INT64) => Ok(Value::Sizes(from)),
        to => Err(call.refuse("a shape as int64", format!("to={to:?}"), "")),
    }
}

/// An input that is a shape, computed or constant.
fn sizes(call: &Call<'_>, i: usize) -> Result<Sizes> {
    let sizes = match call.input(i) {
        Some(Value::Sizes(sizes)) => Some(sizes.clone()),
        Some(Value::Constant(constant)) => Sizes::of(constant),
        _ => None,
    };
    sizes.ok_or_else(|| {
        let found = call.input(i).map_or("nothing", Value::kind);
        let advice = format!("{} is supported for computing shapes only", call.op);
        call.refuse(format!("a shape as input {i}"), found, advice)
    })
}

/// The lengths from start to end, both as in Python.
fn part(sizes: &[Size], start: i64, end: i64) -> Vec<Size> {
    let place = |i: i64| {
        let from_end = sizes
            .len()
            .saturating_sub(usize::try_from(i.unsigned_abs()).unwrap_or(usize::MAX));
        if i < 0 {
            from_end
        } else {
            usize::try_from(i).unwrap_or(usize::MAX).min(sizes.len())
        }
    };
    sizes
        .get(place(start)..place(end))
        .unwrap_or_default()
        .to_vec()
}

fn vector(sizes: Vec<Size>) -> Value {
    Value::Sizes(Sizes {
        sizes,
        scalar: false,
    })
}
