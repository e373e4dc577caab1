//! Batch normalisation in inference, folded into the layer before.

use rug::Rational;

use super::call::Call;
use super::dense::sole_layer;
use super::exact;
use super::value::Value;
use super::walk::Walk;
use crate::error::Result;
use crate::network::Conv;

const ADVICE: &str = "fold it into the layer before: \
                      torch.nn.utils.fusion.fuse_conv_bn_eval, or export in eval mode";

/// `BatchNormalization`: gamma (x - mean) / sqrt(variance + epsilon) + beta.
pub fn batch(walk: &mut Walk<'_>, call: &mut Call<'_>) -> Result<Value> {
    call.arity(5..=5)?;
    call.must_be("training_mode", 0, "export the network in eval mode")?;
    call.must_be("spatial", 1, "")?;
    call.ignore("momentum");
    let epsilon = f64::from(call.float("epsilon")?.unwrap_or(1e-5));
    let input = call.network(0)?.clone();
    let mut parameters = Vec::new();
    for i in 1..5 {
        let constant = call.constant(i)?.cloned();
        let constant = constant.ok_or_else(|| call.refuse("five inputs", "fewer", ""))?;
        parameters.push((call.floats(&constant)?, constant.shape));
    }
    let conv = sole_layer(walk, call, &input, ADVICE)?;
    let channels = conv.kernel.dim().0;
    if let Some((_, shape)) = parameters.iter().find(|(_, shape)| *shape != [channels]) {
        let found = format!("shape {shape:?}");
        return Err(call.refuse(format!("parameters of shape [{channels}]"), found, ""));
    }
    let mut biases = Vec::new();
    for channel in 0..channels {
        let [gamma, beta, mean, variance] = [0, 1, 2, 3].map(|k: usize| {
            let values = parameters.get(k).map(|(values, _)| values);
            exact::real(*values?.get(channel)?)
        });
        let all = (|| Some((gamma?, beta?, mean?, variance?, exact::real(epsilon)?)))();
        let Some((gamma, beta, mean, variance, epsilon)) = all else {
            return Err(call.refuse("finite parameters", "NaN or an infinity", ADVICE));
        };
        let squared = variance + epsilon;
        let scale = exact::root(&squared).filter(|root| *root > 0);
        let Some(scale) = scale.map(|root| gamma / root) else {
            let found = format!("{squared} in channel {channel}, whose root is not rational");
            let expected = "variance + epsilon of which the root is exact";
            return Err(call.refuse(expected, found, ADVICE));
        };
        biases.push(fold(conv, channel, &scale, &mean, &beta).ok_or_else(|| {
            let found = format!("a scale of {scale} in channel {channel}");
            let expected = "scales and shifts whose products with the weights are exactly floats";
            call.refuse(expected, found, ADVICE)
        })?);
    }
    conv.bias = Some(biases);
    Ok(Value::Network(input))
}

/// Scales a channel's weights and tells its new bias, if both are floats.
fn fold(
    conv: &mut Conv,
    channel: usize,
    scale: &Rational,
    mean: &Rational,
    beta: &Rational,
) -> Option<f64> {
    let before = conv.bias.as_ref().and_then(|bias| bias.get(channel));
    let before = exact::real(before.copied().unwrap_or(0.0))?;
    let bias = exact::float(&((before - mean) * scale + beta))?;
    for weight in conv.kernel.index_axis_mut(ndarray::Axis(0), channel) {
        *weight = exact::product(*weight, scale)?;
    }
    Some(bias)
}
