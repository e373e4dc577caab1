//! A folded network computes what the biased one does, in exact arithmetic.

use gapcert::data::{Pixels, Sample};
use gapcert::network::{Layer, Mlp, fold};
use ndarray::Array2;
use proptest::prelude::*;
use rug::Rational;

use crate::good_networks::read;
use crate::support::seed;

/// relu between layers; `biases` may be empty for none.
fn outputs(network: &Mlp, biases: &[Option<Vec<f64>>], x: Vec<Rational>) -> Vec<Rational> {
    let exact = |value: f64| Rational::from_f64(value).unwrap();
    let mut x = x;
    for (k, layer) in network.layers().iter().enumerate() {
        let bias = biases.get(k).and_then(Option::as_ref);
        let rows = layer.weights.rows().into_iter().enumerate();
        x = rows
            .map(|(i, row)| {
                let mut sum = bias.map_or(Rational::new(), |b| exact(b[i]));
                for (&w, x) in row.iter().zip(&x) {
                    sum += exact(w) * x;
                }
                if k < network.hidden() && sum < 0 {
                    Rational::new()
                } else {
                    sum
                }
            })
            .collect();
    }
    x
}

fn inputs(sample: &Sample) -> Vec<Vec<Rational>> {
    let rows = sample.rows_f64(0..sample.len());
    let exact = |&value: &f64| Rational::from_f64(value).unwrap() * sample.scale();
    rows.rows()
        .into_iter()
        .map(|row| row.iter().map(exact).collect())
        .collect()
}

/// Widths, then weights and biases to cut to size.
fn biased_network() -> impl Strategy<Value = (Mlp, Vec<Option<Vec<f64>>>)> {
    proptest::collection::vec(1usize..5, 2..5).prop_flat_map(|widths| {
        let layers: Vec<_> = widths
            .windows(2)
            .map(|pair| {
                let (columns, rows) = (pair[0], pair[1]);
                (
                    proptest::collection::vec(-9.0f64..9.0, rows * columns),
                    proptest::option::of(proptest::collection::vec(-9.0f64..9.0, rows)),
                    Just((rows, columns)),
                )
            })
            .collect();
        layers.prop_map(|layers| {
            let mut biases = Vec::new();
            let mut named = Vec::new();
            for (k, (weights, bias, shape)) in layers.into_iter().enumerate() {
                let name = format!("{k}.weight");
                let weights = Array2::from_shape_vec(shape, weights).unwrap();
                named.push(Layer { name, weights });
                biases.push(bias);
            }
            (Mlp::new(named, vec![]).unwrap(), biases)
        })
    })
}

proptest! {
    #[test]
    fn outputs_agree_exactly(
        (network, biases) in biased_network(),
        pixels in proptest::collection::vec(any::<u8>(), 12),
        scale in prop_oneof![Just((1u32, 255u32)), Just((1, 1)), Just((1, 1000)), Just((4, 1))],
    ) {
        let d = network.dims()[0];
        let m = pixels.len() / d;
        let x = Array2::from_shape_vec((m, d), pixels[..m * d].to_vec()).unwrap();
        let sample =
            Sample::new(Pixels::U8(x), vec![0; m], Rational::from(scale), vec![]).unwrap();
        let folded = fold::biases(&network, &biases).unwrap();
        let extended = sample.with_constant_one().unwrap();
        prop_assert!(folded.folded_bias());
        prop_assert!(folded.check_input(d).is_err());
        prop_assert!(folded.check_input(extended.dim()).is_ok());
        for (plain, with_one) in inputs(&sample).into_iter().zip(inputs(&extended)) {
            prop_assert_eq!(with_one.last(), Some(&Rational::from(1)));
            prop_assert_eq!(
                outputs(&network, &biases, plain),
                outputs(&folded, &[], with_one)
            );
        }
    }
}

#[test]
fn a_file_with_biases_is_folded() {
    let network = read("m.safetensors", &seed("safetensors/biases")).unwrap();
    assert!(network.folded_bias());
    assert_eq!(network.dims(), [5, 4, 3]);
    let [first, second] = network.layers() else {
        panic!("two layers")
    };
    assert_eq!(first.weights.column(4).to_vec(), [0.5, -0.25, 0.0, 1.0]);
    assert_eq!(first.weights.row(3).to_vec(), [0.0, 0.0, 0.0, 0.0, 1.0]);
    assert_eq!(second.weights.column(3).to_vec(), [0.0, 1.0, -1.0]);
    let text = network.check_input(4).unwrap_err().to_string();
    assert!(text.contains("needs its constant coordinate"), "{text}");
}

#[test]
fn biases_of_some_layers_fold_all() {
    let network = read("m.npz", &seed("npz/network")).unwrap();
    assert_eq!(network.dims(), [5, 4, 3]);
    assert_eq!(network.layers()[1].weights.column(3).to_vec(), [0.0; 3]);
}
