//! Path energies, path norms and rho against brute force.

use crate::naive::{self, taps};
use gapcert::data::{Pixels, Sample};
use gapcert::measure::{LeafEnergies, NetworkPaths};
use gapcert::network::{Conv, Graph, Op, Shape, Window};
use gapcert::real::{Enclosure, Real};
use gapcert::testing::{Features, Numbers, network, sample};
use ndarray::Array2;
use rug::{Integer, Rational};

const PREC: u32 = 192;

/// Walks every path from a position of a node's value down to the leaves, one by
/// one. Only for networks without sums or averages outside a ReLU.
struct Walker<'a> {
    graph: &'a Graph,
    leaves: &'a [Integer],
    constant: &'a Integer,
    sum: Integer,
    most: Integer,
}

impl Walker<'_> {
    /// `product`: fan-ins passed so far.
    fn walk(&mut self, node: usize, y: usize, x: usize, product: &Integer) {
        let n = &self.graph.nodes()[node];
        match &n.op {
            Op::Input => self.end(&self.leaves[y * n.shape.width + x].clone(), product),
            Op::Relu => {
                let edges = self.edges(n.inputs[0], y, x);
                self.follow(edges, product);
            }
            Op::Conv(_) => {
                let edges = self.edges(node, y, x);
                self.follow(edges, product);
            }
            _ => panic!("a sum or an average outside a ReLU"),
        }
    }

    fn follow(&mut self, edges: Vec<Option<(usize, usize, usize)>>, product: &Integer) {
        let product = Integer::from(product * edges.len());
        for edge in edges {
            match edge {
                Some((node, y, x)) => self.walk(node, y, x, &product),
                None => self.end(&self.constant.clone(), &product),
            }
        }
    }

    fn end(&mut self, energy: &Integer, product: &Integer) {
        self.sum += energy;
        let chain = Integer::from(product * energy);
        if chain > self.most {
            self.most = chain;
        }
    }

    /// What the neuron whose pre-activation is this node's value reads; `None`
    /// is the constant.
    fn edges(&self, node: usize, y: usize, x: usize) -> Vec<Option<(usize, usize, usize)>> {
        let n = &self.graph.nodes()[node];
        match &n.op {
            Op::Conv(conv) => {
                let from = self.graph.nodes()[n.inputs[0]].shape;
                let read = taps(&conv.window, from, y, x).into_iter();
                let mut edges: Vec<_> = read.map(|(_, [i, j])| Some((n.inputs[0], i, j))).collect();
                edges.extend(conv.bias.as_ref().map(|_| None));
                edges
            }
            Op::Add => n.inputs.iter().flat_map(|&k| self.edges(k, y, x)).collect(),
            Op::AveragePool { window, .. } => {
                let from = self.graph.nodes()[n.inputs[0]].shape;
                let read = taps(window, from, y, x).into_iter();
                read.map(|(_, [i, j])| Some((n.inputs[0], i, j))).collect()
            }
            Op::Relu | Op::Input => vec![Some((node, y, x))],
        }
    }
}

fn walk(graph: &Graph, leaves: &[Integer], constant: &Integer) -> (Integer, Integer) {
    let mut walker = Walker {
        graph,
        leaves,
        constant,
        sum: Integer::new(),
        most: Integer::new(),
    };
    walker.walk(graph.nodes().len() - 1, 0, 0, &Integer::from(1));
    (walker.sum, walker.most)
}

fn integers(numbers: &mut Numbers, n: usize) -> Vec<Integer> {
    (0..n).map(|_| Integer::from(numbers.below(1000))).collect()
}

fn enclosures(x: &[Integer]) -> Vec<Enclosure> {
    x.iter()
        .map(|x| Enclosure::integer(PREC, x.clone()))
        .collect()
}

/// Graphs of vectors and small grids in which every ReLU may read a sum of
/// earlier layers.
fn dag(numbers: &mut Numbers) -> Graph {
    let input = Shape {
        channels: 1,
        height: numbers.between(1, 3),
        width: numbers.between(1, 3),
    };
    let same = Window {
        size: [3, 3],
        stride: [1, 1],
        dilation: [1, 1],
        padding: [[1, 1], [1, 1]],
    };
    let mut nodes: Vec<(Op, Vec<usize>)> = Vec::new();
    let mut ends = vec![0];
    for _ in 0..numbers.between(1, 4) {
        let mut parts = Vec::new();
        for _ in 0..numbers.between(1, 2) {
            let from = ends[numbers.below(ends.len())];
            let bias = numbers.below(2) == 0;
            nodes.push((
                gapcert::testing::conv(numbers, input, 1, same, 1, bias),
                vec![from],
            ));
            parts.push(nodes.len());
        }
        if numbers.below(2) == 0 {
            parts.push(ends[numbers.below(ends.len())]);
        }
        let mut sum = parts[0];
        for &part in &parts[1..] {
            nodes.push((Op::Add, vec![sum, part]));
            sum = nodes.len();
        }
        nodes.push((Op::Relu, vec![sum]));
        ends.push(nodes.len());
    }
    let last = ends[ends.len() - 1];
    let head = gapcert::testing::conv(numbers, input, 2, Window::whole(input), 1, false);
    nodes.push((head, vec![last]));
    Graph::new(input, nodes, vec![]).unwrap()
}

#[test]
fn the_pass_over_positions_counts_every_path() {
    let mut numbers = Numbers::seeded(11);
    let stacks = Features {
        bias: true,
        ..Features::default()
    };
    for case in 0..200 {
        let graph = match case % 2 {
            0 => dag(&mut numbers),
            _ => network(&mut numbers, stacks),
        };
        let leaves = integers(&mut numbers, graph.input().positions());
        let constant = Integer::from(numbers.below(1000));
        let (sum, _) = walk(&graph, &leaves, &constant);
        let network = NetworkPaths::new(&graph, PREC);
        let energy = network.path_energy(
            &graph,
            enclosures(&leaves),
            Enclosure::integer(PREC, constant.clone()),
        );
        assert_eq!(energy.to_integer(), Some(sum), "case {case}");
    }
}

#[test]
fn the_largest_chain_is_that_of_all_chains() {
    let mut numbers = Numbers::seeded(12);
    for case in 0..60 {
        let graph = network(
            &mut numbers,
            Features {
                bias: case % 2 == 0,
                ..Features::default()
            },
        );
        let data = sample(&mut numbers, graph.input(), graph.classes(), 5, true);
        let found = NetworkPaths::new(&graph, PREC).on(&graph, &data, PREC);
        let leaves = energies(&data, graph.input());
        let m = Integer::from(data.len() * 255 * 255);
        let (sum, most) = walk(&graph, &leaves, &m);
        let actual = |x: Integer| Rational::from((x, 255 * 255));
        let contains = |e: &Enclosure, x: &Rational| {
            e.lo() <= *x && e.hi() >= *x && e.relative_width() < 1e-50
        };
        assert!(contains(&found.path_energy, &actual(sum.clone())));
        assert!(contains(
            &found.max_chain.clone().unwrap(),
            &actual(most.clone())
        ));
        assert!(
            sum <= most,
            "the sum over paths is at most the largest chain"
        );
    }
}

/// Squares summed position by position, in stored units.
fn energies(data: &Sample, shape: Shape) -> Vec<Integer> {
    let rows = data.rows_f64(0..data.len());
    let mut sums = vec![Integer::new(); shape.positions()];
    for row in rows.rows() {
        for (i, x) in row.iter().enumerate() {
            sums[i % shape.positions()] += Integer::from((*x as u64).pow(2));
        }
    }
    sums
}

#[test]
fn leaf_energies_are_exact_sums() {
    let mut numbers = Numbers::seeded(13);
    let shape = Shape {
        channels: 2,
        height: 2,
        width: 3,
    };
    let bytes = sample(&mut numbers, shape, 2, 3000, true);
    let found = LeafEnergies::new(&bytes, shape, PREC);
    for (found, exact) in found.stored.iter().zip(energies(&bytes, shape)) {
        assert_eq!(found.to_integer(), Some(exact));
    }
    // Floats of very different sizes, whose squares and sums round in f64.
    let values = Array2::from_shape_simple_fn((3000, shape.len()), || {
        numbers.centred() / 3.0 * 2f64.powi(numbers.below(40) as i32)
    });
    let labels = vec![0; 3000];
    let floats = Sample::new(
        Pixels::F64(values.clone()),
        labels,
        Rational::from(1),
        vec![],
    )
    .unwrap();
    let found = LeafEnergies::new(&floats, shape, PREC);
    for (j, found) in found.stored.iter().enumerate() {
        let columns = [j, j + shape.positions()];
        let squares = values
            .rows()
            .into_iter()
            .flat_map(|r| columns.map(|c| naive::rational(r[c]).square()));
        let exact: Rational = squares.sum();
        assert!(
            found.lo() <= exact && found.hi() >= exact,
            "{found:?} {}",
            exact.to_f64()
        );
        assert!(found.relative_width() < 1e-20, "{}", found.relative_width());
    }
}

/// What the theorems say of a single input: the (centred) outputs are at most
/// rho times the root of the path energy, and the path norms bound them too.
#[test]
fn outputs_are_within_rho_and_the_path_norms() {
    let mut numbers = Numbers::seeded(14);
    for case in 0..150 {
        let graph = network(&mut numbers, Features::ALL);
        let data = sample(
            &mut numbers,
            graph.input(),
            graph.classes(),
            1,
            case % 2 == 0,
        );
        let network = NetworkPaths::new(&graph, 128);
        let paths = network.on(&graph, &data, 128);
        let x = naive::input(&data, 0);
        let h = naive::outputs(&graph, &x);
        let mean = h.iter().sum::<Rational>() / h.len() as u64;
        let centred: Vec<Rational> = h.iter().map(|h| Rational::from(h - &mean)).collect();
        let square: Rational = centred.iter().map(|h| Rational::from(h.square_ref())).sum();
        for rho in [&network.rho, &network.rho_unscaled] {
            let bound = rho.powi(2) * &paths.path_energy;
            assert!(
                bound.hi() >= square,
                "case {case}: {} {bound:?}",
                square.to_f64()
            );
        }
        let sum: Rational = centred.iter().map(|h| h.clone().abs()).sum();
        let by_paths = network.block_path_norm.clone() * paths.max_position_energy.sqrt();
        assert!(
            by_paths.hi() >= sum,
            "case {case}: {} {by_paths:?}",
            sum.to_f64()
        );
        let largest = x
            .iter()
            .map(|x| x.clone().abs())
            .max()
            .unwrap()
            .max(Rational::from(1));
        let total: Rational = h.iter().map(|h| h.clone().abs()).sum();
        let bound = network.scalar_path_norm.hi() * &largest;
        assert!(bound >= total, "case {case}");
    }
}

/// The scalar path norm is the output of the network of absolute weights on ones.
#[test]
fn the_scalar_path_norm_is_a_pass_over_ones() {
    let mut numbers = Numbers::seeded(15);
    for _ in 0..60 {
        let graph = network(&mut numbers, Features::ALL);
        let absolute = mapped(&graph, |_, w| w.abs());
        let ones = vec![Rational::from(1); graph.input().len()];
        let exact: Rational = naive::outputs(&absolute, &ones).iter().sum();
        let found = NetworkPaths::new(&graph, 128).scalar_path_norm;
        assert!(
            found.lo() <= exact && found.hi() >= exact,
            "{found:?} {}",
            exact.to_f64()
        );
        assert!(
            found.width() <= 1e-10 * exact.to_f64() + 1e-250,
            "{found:?}"
        );
    }
}

/// The network with every weight and bias of node i mapped.
fn mapped(graph: &Graph, f: impl Fn(usize, f64) -> f64) -> Graph {
    let nodes = graph.nodes().iter().enumerate().skip(1).map(|(i, n)| {
        let op = match &n.op {
            Op::Conv(c) => Op::Conv(Conv {
                kernel: c.kernel.mapv(|w| f(i, w)),
                bias: c
                    .bias
                    .as_ref()
                    .map(|b| b.iter().map(|b| f(i, *b)).collect()),
                ..c.clone()
            }),
            op => op.clone(),
        };
        (op, n.inputs.clone())
    });
    Graph::new(graph.input(), nodes.collect(), vec![]).unwrap()
}

/// Products of norms beyond every float.
#[test]
fn path_norms_do_not_overflow() {
    let width = 50;
    let layers = 200;
    let mut nodes: Vec<(Op, Vec<usize>)> = Vec::new();
    for k in 0..layers {
        let conv = Conv {
            name: format!("{k}"),
            kernel: ndarray::Array4::from_elem((width, width, 1, 1), 1e3),
            bias: Some(vec![1.0; width]),
            window: Window::whole(Shape::vector(width)),
            groups: 1,
        };
        nodes.push((Op::Conv(conv), vec![nodes.len()]));
        if k + 1 < layers {
            nodes.push((Op::Relu, vec![nodes.len()]));
        }
    }
    let graph = Graph::new(Shape::vector(width), nodes, vec![]).unwrap();
    let found = NetworkPaths::new(&graph, 128);
    // v -> 5e4 v + 1, 200 times from 1, and 50 outputs.
    let mut v = Rational::from(1);
    for _ in 0..layers {
        v = v * 50_000 + 1;
    }
    let exact: Rational = v * 50;
    let scalar = &found.scalar_path_norm;
    assert!(scalar.lo() <= exact && scalar.hi() >= exact);
    assert!(scalar.hi().is_finite() && scalar.relative_width() < 1e-9);
    assert!(found.block_path_norm.hi().is_finite() && found.rho_unscaled.hi().is_finite());
}

#[test]
fn channels_may_be_rescaled_permuted_and_dead() {
    let mut numbers = Numbers::seeded(16);
    for case in 0..40 {
        let graph = network(
            &mut numbers,
            Features {
                pools: true,
                ..Features::default()
            },
        );
        let convs: Vec<usize> = graph.convs().map(|(i, _)| i).collect();
        let [first, second, ..] = convs[..] else {
            continue;
        };
        let before = NetworkPaths::new(&graph, 128);
        let channels = graph.nodes()[first].shape.channels;
        let scales: Vec<f64> = (0..channels)
            .map(|_| 2f64.powi(numbers.below(9) as i32 - 4))
            .collect();
        let order: Vec<usize> = (0..channels).rev().collect();
        let changed = |first_row: &dyn Fn(usize) -> Option<(usize, f64)>, count: usize| {
            let nodes = graph.nodes().iter().enumerate().skip(1).map(|(i, n)| {
                let op = match &n.op {
                    Op::Conv(c) if i == first => {
                        let (_, b, h, w) = c.kernel.dim();
                        let kernel =
                            ndarray::Array4::from_shape_fn((count, b, h, w), |(o, i, y, x)| {
                                first_row(o).map_or(0.0, |(from, s)| c.kernel[[from, i, y, x]] * s)
                            });
                        Op::Conv(Conv {
                            kernel,
                            ..c.clone()
                        })
                    }
                    Op::Conv(c) if i == second => {
                        let (a, _, h, w) = c.kernel.dim();
                        let kernel =
                            ndarray::Array4::from_shape_fn((a, count, h, w), |(o, i, y, x)| {
                                first_row(i).map_or(0.0, |(from, s)| c.kernel[[o, from, y, x]] / s)
                            });
                        Op::Conv(Conv {
                            kernel,
                            ..c.clone()
                        })
                    }
                    op => op.clone(),
                };
                (op, n.inputs.clone())
            });
            Graph::new(graph.input(), nodes.collect(), vec![]).unwrap()
        };
        let close = |a: &Enclosure, b: &Enclosure, tolerance: f64| {
            let (a, b) = (a.mid_f64(), b.mid_f64());
            (a - b).abs() <= tolerance * a.abs().max(1e-300)
        };
        let rescaled = NetworkPaths::new(&changed(&|o| Some((o, scales[o])), channels), 128);
        assert!(
            close(&before.rho, &rescaled.rho, 1e-4),
            "case {case}: {:?} {:?}",
            before.rho,
            rescaled.rho
        );
        assert!(rescaled.rho.hi() <= rescaled.rho_unscaled.hi());
        let permuted = NetworkPaths::new(&changed(&|o| Some((order[o], 1.0)), channels), 128);
        assert!(close(&before.rho_unscaled, &permuted.rho_unscaled, 1e-30));
        assert!(close(
            &before.block_path_norm,
            &permuted.block_path_norm,
            1e-30
        ));
        let dead = NetworkPaths::new(
            &changed(&|o| (o < channels).then_some((o, 1.0)), channels + 3),
            128,
        );
        assert!(close(&before.rho, &dead.rho, 1e-4));
        assert!(close(&before.block_path_norm, &dead.block_path_norm, 1e-30));
        assert_eq!((before.depth, before.leaves), (dead.depth, dead.leaves));
    }
}

/// ||X_q||_op of every patch by nalgebra, and their energy along the paths.
#[test]
fn the_operator_energy_adds_norms_of_patches() {
    let mut numbers = Numbers::seeded(17);
    for case in 0..40 {
        let bias = case % 2 == 0;
        let graph = network(
            &mut numbers,
            Features {
                bias,
                ..Features::default()
            },
        );
        let bytes = case % 4 < 2;
        let data = sample(&mut numbers, graph.input(), graph.classes(), 30, bytes);
        let network = NetworkPaths::new(&graph, 128);
        let energy = network.operator_energy(&graph, &data, 128).unwrap();
        let Op::Conv(first) = &graph.nodes()[1].op else {
            panic!()
        };
        let (input, shape) = (graph.input(), graph.nodes()[1].shape);
        let rows = data.rows_f64(0..data.len());
        let scale = data.scale().to_f64();
        let mut norms = Vec::new();
        for q in 0..shape.positions() {
            let read = taps(&first.window, input, q / shape.width, q % shape.width);
            let columns: Vec<usize> = read
                .iter()
                .flat_map(|(_, [i, j])| {
                    (0..input.channels).map(move |c| c * input.positions() + i * input.width + j)
                })
                .collect();
            let width = columns.len() + usize::from(first.bias.is_some());
            let x = nalgebra::DMatrix::from_fn(data.len(), width, |i, k| {
                columns.get(k).map_or(1.0, |&c| rows[[i, c]] * scale)
            });
            norms.push(if width == 0 {
                0.0
            } else {
                x.singular_values()[0].powi(2)
            });
        }
        // The same walk with the first layer's positions as leaves.
        let m = data.len() as f64;
        let rest = f64_energy(&graph, graph.nodes().len() - 1, 0, 0, &norms, m);
        let near = energy.mid_f64();
        assert!(
            (near - rest).abs() <= 1e-9 * rest,
            "case {case}: {near} {rest}"
        );
        assert!(energy.hi() >= rest * (1.0 - 1e-12) && energy.lo() <= rest * (1.0 + 1e-12));
    }
}

fn f64_energy(graph: &Graph, node: usize, y: usize, x: usize, first: &[f64], m: f64) -> f64 {
    let n = &graph.nodes()[node];
    match &n.op {
        Op::Conv(_) if node == 1 => first[y * n.shape.width + x],
        Op::Conv(c) => {
            let from = graph.nodes()[n.inputs[0]].shape;
            let read = taps(&c.window, from, y, x);
            let below = read
                .iter()
                .map(|(_, [i, j])| f64_energy(graph, n.inputs[0], *i, *j, first, m));
            below.sum::<f64>() + if c.bias.is_some() { m } else { 0.0 }
        }
        Op::Relu => f64_energy(graph, n.inputs[0], y, x, first, m),
        _ => panic!("a chain of linear layers"),
    }
}

/// N_0 by walking: every way from the head to a leaf notes the depth of the bank
/// that reads it.
#[test]
fn leaves_are_counted_once_for_each_depth_that_reads_them() {
    let mut numbers = Numbers::seeded(18);
    let mut shared = 0;
    for case in 0..60 {
        let graph = match case % 2 {
            0 => dag(&mut numbers),
            _ => network(&mut numbers, Features::ALL),
        };
        let mut depths = vec![0usize; graph.nodes().len()];
        for (i, n) in graph.nodes().iter().enumerate() {
            let below = n.inputs.iter().map(|&j| depths[j]).max().unwrap_or(0);
            let first =
                n.op == Op::Relu && !matches!(graph.nodes()[n.inputs[0]].op, Op::Relu | Op::Input);
            depths[i] = below + usize::from(first);
        }
        let mut found = std::collections::HashSet::new();
        let mut seen = std::collections::HashSet::new();
        let mut stack = vec![(graph.nodes().len() - 1, 0, 0, 0)];
        while let Some((i, y, x, reader)) = stack.pop() {
            if !seen.insert((i, y, x, reader)) {
                continue;
            }
            let n = &graph.nodes()[i];
            let from = n.inputs.first().map(|&j| graph.nodes()[j].shape);
            match &n.op {
                Op::Input => {
                    found.insert((y, x, reader));
                }
                Op::Relu if depths[i] > depths[n.inputs[0]] => {
                    stack.push((n.inputs[0], y, x, depths[i]))
                }
                Op::Relu | Op::Add => n.inputs.iter().for_each(|&j| stack.push((j, y, x, reader))),
                Op::Conv(Conv { window, .. }) | Op::AveragePool { window, .. } => {
                    for (_, [k, l]) in taps(window, from.unwrap(), y, x) {
                        stack.push((n.inputs[0], k, l, reader));
                    }
                }
            }
        }
        let positions: std::collections::HashSet<_> =
            found.iter().map(|(y, x, _)| (y, x)).collect();
        shared += usize::from(found.len() > positions.len());
        let expected = found.len() + usize::from(graph.has_bias());
        assert_eq!(
            NetworkPaths::new(&graph, 128).leaves,
            expected,
            "case {case}"
        );
    }
    assert!(shared > 5, "{shared}");
}
