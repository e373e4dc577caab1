//! Layers with weights: convolutions, fully connected layers, their biases.

use ndarray::Array4;
use rug::Rational;

use super::call::Call;
use super::constant::Constant;
use super::exact;
use super::value::{Network, Value};
use super::walk::Walk;
use super::window::window;
use crate::error::{Error, Result};
use crate::network::{Conv, Op, Window};

/// `Conv` of two axes.
pub fn conv(walk: &mut Walk<'_>, call: &mut Call<'_>) -> Result<Value> {
    call.arity(2..=3)?;
    let input = call.network(0)?.clone();
    let shape = walk.grid(call, &input)?;
    let weights = weights(call)?;
    let [out, of_group, rows, columns] = *weights.shape.as_slice() else {
        let found = format!("shape {:?}", weights.shape);
        let advice = "convolutions of one or three axes are not supported";
        return Err(call.refuse("weights of four axes", found, advice));
    };
    let window = window(call, shape, Some([rows, columns]))?;
    let groups = call.int("group")?.unwrap_or(1);
    let groups = usize::try_from(groups)
        .ok()
        .filter(|g| *g > 0)
        .ok_or_else(|| call.refuse("at least one group", groups.to_string(), ""))?;
    let bias = match call.constant(2)? {
        None => None,
        Some(bias) if bias.shape == [out] => Some(call.floats(bias)?),
        Some(bias) => {
            let found = format!("shape {:?}", bias.shape);
            return Err(call.refuse(format!("biases of shape [{out}]"), found, ""));
        }
    };
    walk.spend(call, weights.len())?;
    let kernel = kernel([out, of_group, rows, columns], call.floats(&weights)?)?;
    let conv = Conv {
        name: weights.name,
        kernel,
        bias,
        window,
        groups,
    };
    walk.push_grid(call, Op::Conv(conv), &input)
}

/// `Gemm`: alpha A B + beta C, or with B transposed.
pub fn gemm(walk: &mut Walk<'_>, call: &mut Call<'_>) -> Result<Value> {
    call.arity(2..=3)?;
    call.must_be("transA", 0, "the batch must be the first axis")?;
    let by_output = call.int("transB")?.unwrap_or(0) != 0;
    let alpha = call.float("alpha")?.unwrap_or(1.0).into();
    let beta = call.float("beta")?.unwrap_or(1.0).into();
    let input = call.network(0)?.clone();
    let mut layer = fully_connected(walk, call, &input, by_output)?;
    let out = layer.kernel.dim().0;
    for weight in &mut layer.kernel {
        *weight = scaled(call, *weight, alpha)?;
    }
    if let Some(constant) = call.constant(2)? {
        let bias = per_channel(call, constant, out, &[out])?;
        let bias = bias.into_iter().map(|b| scaled(call, b, beta));
        layer.bias = Some(bias.collect::<Result<_>>()?);
    }
    walk.push(call, Op::Conv(layer), &[&input], vec![out])
}

/// `MatMul` by a constant matrix.
pub fn matmul(walk: &mut Walk<'_>, call: &mut Call<'_>) -> Result<Value> {
    call.arity(2..=2)?;
    let input = call.network(0)?.clone();
    let layer = fully_connected(walk, call, &input, false)?;
    let out = layer.kernel.dim().0;
    walk.push(call, Op::Conv(layer), &[&input], vec![out])
}

/// `Add`: of two values, or of biases to the layer before.
pub fn add(walk: &mut Walk<'_>, call: &mut Call<'_>) -> Result<Value> {
    call.arity(2..=2)?;
    let (input, constant) = match (call.input(0), call.input(1)) {
        (Some(Value::Network(a)), Some(Value::Network(b))) => {
            let (a, b) = (a.clone(), b.clone());
            if a.dims != b.dims {
                let expected = format!("two values of one shape; the first is N by {:?}", a.dims);
                let advice = "sums that broadcast are not supported";
                return Err(call.refuse(expected, format!("N by {:?}", b.dims), advice));
            }
            return walk.push(call, Op::Add, &[&a, &b], a.dims.clone());
        }
        (Some(Value::Network(input)), _) => (input.clone(), call.constant(1)?.cloned()),
        _ => (call.network(1)?.clone(), call.constant(0)?.cloned()),
    };
    let constant = constant.ok_or_else(|| Error::bug("two inputs were counted", &*call.item))?;
    let conv = sole_layer(
        walk,
        call,
        &input,
        "a constant can only be added to a linear layer",
    )?;
    let biases = per_channel(call, &constant, conv.kernel.dim().0, &input.dims)?;
    let sum = match conv.bias.take() {
        None => biases,
        Some(before) => {
            let sums = before.iter().zip(&biases).map(|(&a, &b)| {
                exact::sum(a, b).ok_or_else(|| {
                    let found = format!("{a} + {b} in one channel");
                    let advice = "add the two biases before exporting";
                    call.refuse("biases whose sum is exactly a float", found, advice)
                })
            });
            sums.collect::<Result<_>>()?
        }
    };
    conv.bias = Some(sum);
    Ok(Value::Network(input))
}

/// The linear layer whose result nothing but this node reads, to fold into.
///
/// # Errors
/// Input, with the reason why it must be one.
pub fn sole_layer<'w>(
    walk: &'w mut Walk<'_>,
    call: &Call<'_>,
    input: &Network,
    reason: &str,
) -> Result<&'w mut Conv> {
    let conv = walk.layers.conv_mut(input.node).filter(|_| input.sole);
    conv.ok_or_else(|| {
        call.refuse(
            "the result of a linear layer that nothing else reads",
            "another value",
            reason,
        )
    })
}

/// The second input, which must be a constant.
fn weights(call: &Call<'_>) -> Result<Constant> {
    match call.constant(1)? {
        Some(constant) => Ok(constant.clone()),
        None => Err(call.refuse("weights", "none", "")),
    }
}

/// The layer that multiplies a vector by the second input, whose rows are those
/// of the outputs or of the inputs.
fn fully_connected(
    walk: &mut Walk<'_>,
    call: &Call<'_>,
    input: &Network,
    by_output: bool,
) -> Result<Conv> {
    let shape = walk.layers.shape(input.node)?;
    let weights = weights(call)?;
    let [rows, columns] = *weights.shape.as_slice() else {
        let found = format!("shape {:?}", weights.shape);
        return Err(call.refuse("weights of two axes", found, ""));
    };
    let (out, inputs) = if by_output {
        (rows, columns)
    } else {
        (columns, rows)
    };
    if input.dims != [inputs] {
        return Err(call.refuse(
            format!(
                "a value of shape [N, {inputs}], as the weights {:?} take",
                weights.name
            ),
            format!("N by {:?}", input.dims),
            "put a Flatten before the layer",
        ));
    }
    walk.spend(call, weights.len())?;
    let mut values = call.floats(&weights)?;
    if by_output == weights.transposed {
        values = transposed(&values, inputs, out);
    }
    Ok(Conv {
        name: weights.name,
        kernel: kernel([out, shape.channels, shape.height, shape.width], values)?,
        bias: None,
        window: Window::whole(shape),
        groups: 1,
    })
}

/// The transpose of a matrix of so many rows and columns.
fn transposed(values: &[f64], rows: usize, columns: usize) -> Vec<f64> {
    let column = |j: usize| (0..rows).filter_map(move |i| values.get(i * columns + j));
    (0..columns).flat_map(column).copied().collect()
}

fn kernel(shape: [usize; 4], values: Vec<f64>) -> Result<Array4<f64>> {
    Array4::from_shape_vec(shape, values)
        .map_err(|e| Error::bug(format!("a checked shape holds: {e}"), format!("{shape:?}")))
}

/// A constant that is added to each channel, broadcast as ONNX does: aligned to
/// the right of [batch, `dims`...], whose second axis is the channels.
fn per_channel(
    call: &Call<'_>,
    constant: &Constant,
    channels: usize,
    dims: &[usize],
) -> Result<Vec<f64>> {
    let axes = dims.len() + 1;
    let first = axes.checked_sub(constant.shape.len());
    let fits = first.is_some_and(|first| {
        constant
            .shape
            .iter()
            .enumerate()
            .all(|(i, &length)| length == 1 || (first + i == 1 && length == channels))
    });
    if !fits {
        let found = format!("shape {:?} of {:?}", constant.shape, constant.name);
        let expected = format!("one number for each of the {channels} channels");
        return Err(call.refuse(expected, found, "only biases may be added"));
    }
    let values = call.floats(constant)?;
    match *values.as_slice() {
        [single] => Ok(vec![single; channels]),
        _ => Ok(values),
    }
}

/// A weight times `alpha` or `beta`.
fn scaled(call: &Call<'_>, weight: f64, factor: f64) -> Result<f64> {
    if factor == 1.0 {
        return Ok(weight);
    }
    let factor_exact: Option<Rational> = exact::real(factor);
    factor_exact
        .and_then(|f| exact::product(weight, &f))
        .ok_or_else(|| {
            call.refuse(
                "alpha and beta whose products with the weights are exactly floats",
                format!("{factor} times {weight}"),
                "multiply the weights before exporting",
            )
        })
}
