//! From the named tensors of a file to a network.

use ndarray::Array2;

use super::order::{self, Order};
use super::tensor::{Tensor, item};
use super::{Layer, Mlp, fold};
use crate::error::{Error, Result};
use crate::input::InputFile;

/// More tensors than this are refused: matching and ordering them takes
/// quadratic time, which a small hostile file must not be able to ask for.
const MAX_TENSORS: usize = 1000;

/// The network these tensors make, with biases folded.
///
/// # Errors
/// Input; see [`super::read`].
pub fn network(tensors: Vec<Tensor>, file: &InputFile) -> Result<Mlp> {
    if tensors.len() > MAX_TENSORS {
        return Err(Error::input(
            &file.path,
            "",
            format!("at most {MAX_TENSORS} tensors"),
            format!("{}", tensors.len()),
            "only multilayer perceptrons are supported",
        ));
    }
    let mut layers = Vec::new();
    let mut biases = Vec::new();
    for tensor in tensors {
        match (tensor.shape.as_slice(), is_bias(&tensor.name)) {
            ([_, _], false) => layers.push(tensor),
            ([_], true) => biases.push(tensor),
            _ => return Err(misplaced(&tensor, file)),
        }
    }
    let layers = sorted(layers, file)?;
    let layers: Vec<Layer> = layers.into_iter().map(into_layer).collect::<Result<_>>()?;
    if biases.is_empty() {
        return Mlp::new(layers, vec![file.source()]);
    }
    let biases = attach(biases, &layers, file)?;
    // Checked first without biases, so that a defect is told of the file's own shapes.
    let plain = Mlp::new(layers, vec![file.source()])?;
    fold::biases(&plain, &biases)
}

fn is_bias(name: &str) -> bool {
    name.contains("bias")
}

/// What weights and biases of one layer have in common: the name without the
/// last `weight` or `bias`.
fn key(name: &str) -> String {
    for word in ["weight", "bias"] {
        if let Some((before, after)) = name.rsplit_once(word) {
            return format!("{before}{after}");
        }
    }
    name.to_owned()
}

fn misplaced(tensor: &Tensor, file: &InputFile) -> Error {
    let advice = match tensor.shape.len() {
        3..=5 => {
            "for a network with convolutions give --architecture FILE.toml, or export it as .onnx"
        }
        2 => "biases have one axis",
        _ => "only fully connected ReLU networks are supported: remove what is not part of one",
    };
    Error::input(
        &file.path,
        item(&tensor.name),
        "weights with two axes (out_features, in_features), or biases named so with one",
        format!("shape {:?}", tensor.shape),
        advice,
    )
}

fn sorted(layers: Vec<Tensor>, file: &InputFile) -> Result<Vec<Tensor>> {
    let keys: Vec<String> = layers.iter().map(|layer| key(&layer.name)).collect();
    let described: Vec<(&str, [usize; 2])> = keys
        .iter()
        .zip(&layers)
        .filter_map(|(key, layer)| {
            Some((
                key.as_str(),
                <[usize; 2]>::try_from(layer.shape.as_slice()).ok()?,
            ))
        })
        .collect();
    let Order::Known(positions) = order::determine(&described) else {
        let names: Vec<&str> = layers.iter().map(|l| l.name.as_str()).take(10).collect();
        return Err(Error::input(
            &file.path,
            "layers",
            "names or shapes that determine the order",
            format!("[{}]", names.join(", ")),
            "number them in the order of application: 0.weight, 1.weight, ...",
        ));
    };
    let mut layers: Vec<Option<Tensor>> = layers.into_iter().map(Some).collect();
    let taken = positions
        .iter()
        .filter_map(|&position| layers.get_mut(position)?.take());
    Ok(taken.collect())
}

fn into_layer(tensor: Tensor) -> Result<Layer> {
    let Tensor {
        name,
        shape,
        values,
    } = tensor;
    match *shape.as_slice() {
        [rows, columns] => Array2::from_shape_vec((rows, columns), values)
            .map_err(|e| Error::bug(format!("a checked shape holds: {e}"), format!("{shape:?}")))
            .map(|weights| Layer { name, weights }),
        _ => Err(Error::bug("weights have two axes", format!("{shape:?}"))),
    }
}

/// For each layer its biases, if the file has any for it.
fn attach(
    biases: Vec<Tensor>,
    layers: &[Layer],
    file: &InputFile,
) -> Result<Vec<Option<Vec<f64>>>> {
    let keys: Vec<String> = layers.iter().map(|layer| key(&layer.name)).collect();
    let mut attached: Vec<Option<Vec<f64>>> = vec![None; layers.len()];
    for bias in biases {
        let refuse = |expected: String, found: String| {
            Error::input(&file.path, item(&bias.name), expected, found, "")
        };
        let wanted = key(&bias.name);
        // One layer exactly: which of two is meant cannot be known.
        let mut places = (0..keys.len()).filter(|&k| keys.get(k) == Some(&wanted));
        let place = places.next().filter(|_| places.next().is_none());
        let slot = place.and_then(|k| Some((layers.get(k)?, attached.get_mut(k)?)));
        let Some((layer, slot)) = slot else {
            let names: Vec<&str> = layers.iter().map(|l| l.name.as_str()).take(10).collect();
            return Err(refuse(
                "one tensor of weights that is named alike but for `weight`".into(),
                format!("[{}]", names.join(", ")),
            ));
        };
        if bias.values.len() != layer.weights.nrows() {
            let rows = layer.weights.nrows();
            return Err(refuse(
                format!("shape [{rows}], one for each row of {:?}", layer.name),
                format!("{:?}", bias.shape),
            ));
        }
        if slot.is_some() {
            return Err(refuse(
                format!("one tensor of biases for {:?}", layer.name),
                "a second".into(),
            ));
        }
        *slot = Some(bias.values);
    }
    Ok(attached)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_and_biases_meet() {
        for (weights, biases) in [
            ("0.weight", "0.bias"),
            ("fc1_weight", "fc1_bias"),
            ("weight1", "bias1"),
            ("net.weights.0", "net.biass.0"),
        ] {
            assert_eq!(key(weights), key(biases));
        }
        assert_ne!(key("0.weight"), key("1.bias"));
    }
}
