//! The complexity term against the supremum it bounds, on networks so small that
//! the supremum can be searched: over all signs, and over weights on fine grids
//! and at random, so from below.
//!
//! The term is at least 2 E_eps sup_w (1/m) sum_i eps_i ramp(margin_i(w)/gamma),
//! w over the networks with rho(w)/gamma at most q.

use gapcert::bound::{Inputs, find};
use gapcert::data::{Pixels, Sample};
use gapcert::measure::NetworkPaths;
use gapcert::network::{Conv, Graph, Op, Shape, Window};
use gapcert::real::Enclosure;
use gapcert::testing::Numbers;
use ndarray::{Array2, Array4};
use rug::Rational;

const PREC: u32 = 128;

/// Two positions of one channel; hidden layers of 1x1 kernels; two classes.
fn graph(hidden: &[Vec<f64>], head: &[f64]) -> Graph {
    let input = Shape {
        channels: 1,
        height: 1,
        width: 2,
    };
    let mut nodes: Vec<(Op, Vec<usize>)> = Vec::new();
    let mut channels = 1;
    for weights in hidden {
        let out = weights.len() / channels;
        let kernel = Array4::from_shape_vec((out, channels, 1, 1), weights.clone()).unwrap();
        let window = Window::whole(Shape::vector(channels));
        nodes.push((Op::Conv(layer(kernel, window)), vec![nodes.len()]));
        nodes.push((Op::Relu, vec![nodes.len()]));
        channels = out;
    }
    let shape = Shape { channels, ..input };
    // The two rows are opposite: a centred head.
    let both: Vec<f64> = head
        .iter()
        .copied()
        .chain(head.iter().map(|w| -w))
        .collect();
    let kernel = Array4::from_shape_vec((2, channels, 1, 2), both).unwrap();
    nodes.push((
        Op::Conv(layer(kernel, Window::whole(shape))),
        vec![nodes.len()],
    ));
    Graph::new(input, nodes, vec![]).unwrap()
}

fn layer(kernel: Array4<f64>, window: Window) -> Conv {
    Conv {
        name: "w".into(),
        kernel,
        bias: None,
        window,
        groups: 1,
    }
}

/// h_0 - h_1 by plain loops.
fn difference(hidden: &[Vec<f64>], head: &[f64], x: &[f64]) -> f64 {
    let mut values: Vec<Vec<f64>> = x.iter().map(|x| vec![*x]).collect();
    for weights in hidden {
        for v in &mut values {
            let n = v.len();
            let next = weights.chunks(n).map(|row| {
                row.iter()
                    .zip(v.iter())
                    .map(|(w, v)| w * v)
                    .sum::<f64>()
                    .max(0.0)
            });
            *v = next.collect();
        }
    }
    let channels = values[0].len();
    let dot = (0..channels).flat_map(|c| (0..2).map(move |p| (c, p)));
    2.0 * dot
        .map(|(c, p)| head[c * 2 + p] * values[p][c])
        .sum::<f64>()
}

fn normalised(x: Vec<f64>) -> Vec<f64> {
    let norm = x.iter().map(|v| v * v).sum::<f64>().sqrt().max(1e-9);
    x.into_iter().map(|v| v / norm).collect()
}

#[test]
fn the_complexity_term_is_above_the_supremum() {
    let mut numbers = Numbers::seeded(41);
    let m = 5;
    let mut largest: f64 = 0.0;
    for case in 0..24 {
        let depth = case % 3;
        let sizes: Vec<usize> = [vec![], vec![2], vec![2, 2]][depth].clone();
        let sparse = case % 2 == 0;
        // Orthogonal-ish inputs make the supremum large.
        let x = Array2::from_shape_simple_fn((m, 2), || {
            if sparse && numbers.below(2) == 0 {
                0.0
            } else {
                numbers.centred()
            }
        });
        let labels: Vec<u16> = (0..m).map(|_| numbers.below(2) as u16).collect();
        let q = [0.25, 1.0, 4.0][numbers.below(3)];
        // Networks of the class: unit layers, a head of centred norm at most q.
        let mut losses: Vec<Vec<f64>> = Vec::new();
        for draw in 0..20_000 {
            let mut channels = 1;
            let mut hidden = Vec::new();
            for &out in &sizes {
                hidden.push(normalised(
                    (0..out * channels).map(|_| numbers.centred()).collect(),
                ));
                channels = out;
            }
            let size = q * [1.0, 0.7, 0.4, 0.1][draw % 4];
            // Two opposite rows: each has norm |head|, together sqrt 2 of it.
            let head = normalised((0..2 * channels).map(|_| numbers.centred()).collect());
            let head: Vec<f64> = head.iter().map(|w| w * size / 2f64.sqrt()).collect();
            let loss = |i: usize| {
                let d = difference(&hidden, &head, x.row(i).as_slice().unwrap());
                let margin = if labels[i] == 0 { d } else { -d };
                (1.0 - margin).clamp(0.0, 1.0)
            };
            losses.push((0..m).map(loss).collect());
            if draw == 0 {
                let found = NetworkPaths::new(&graph(&hidden, &head), PREC);
                let (rho, unscaled) = (found.rho.hi().to_f64(), found.rho_unscaled.hi().to_f64());
                assert!((unscaled - size).abs() < 1e-6, "{unscaled} {size}");
                assert!(rho <= size * (1.0 + 1e-9), "in the class: {rho} {size}");
            }
        }
        let mut sum = 0.0;
        for signs in 0..1u32 << m {
            let sign = |i: usize| if signs >> i & 1 == 1 { 1.0 } else { -1.0 };
            let value = |l: &Vec<f64>| (0..m).map(|i| sign(i) * l[i]).sum::<f64>();
            sum += losses.iter().map(value).fold(f64::NEG_INFINITY, f64::max);
        }
        let twice = 2.0 * sum / f64::from(1u32 << m) / m as f64;

        let any: Vec<Vec<f64>> = {
            let mut channels = 1;
            sizes
                .iter()
                .map(|&out| {
                    let w = vec![1.0; out * channels];
                    channels = out;
                    w
                })
                .collect()
        };
        let channels = sizes.last().copied().unwrap_or(1);
        let g = graph(&any, &vec![1.0; 2 * channels]);
        let data = Sample::new(
            Pixels::F64(x.clone()),
            labels.clone(),
            Rational::from(1),
            vec![],
        )
        .unwrap();
        let network = NetworkPaths::new(&g, PREC);
        let paths = network.on(&g, &data, PREC);
        let exact = |x: f64| Enclosure::exact(PREC, x);
        let class = Inputs::new()
            .with("m", exact(m as f64))
            .with("delta", exact(0.5))
            .with("ramp_loss", exact(0.0))
            .with("rho_over_gamma", exact(q))
            .with("layers", exact(network.depth as f64))
            .with("classes", exact(2.0))
            .with("path_energy", paths.path_energy.clone())
            .with("q0", exact(q))
            .with("b", exact(2.0));
        let term = |id: &str, inputs: Inputs<Enclosure>| {
            let bound = find(id).unwrap();
            let terms = bound.evaluate(&bound.check(inputs).unwrap());
            terms
                .parts
                .into_iter()
                .find(|(n, _)| n == "complexity")
                .unwrap()
                .1
                .lo()
                .to_f64()
        };
        let path_energy = term("galanti-2023/path-energy", class.clone());
        assert!(
            twice <= path_energy,
            "case {case}: {twice} above {path_energy}"
        );
        largest = largest.max(twice / path_energy);
        if let Some(energy) = network.operator_energy(&g, &data, PREC) {
            let chevet = term("galanti-2023/chevet", class.with("operator_energy", energy));
            assert!(twice <= chevet, "case {case}: {twice} above {chevet}");
        }
    }
    // The search finds networks that matter.
    assert!(largest > 0.05, "{largest}");
}
