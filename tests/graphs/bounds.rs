//! The bounds made of the measurements: on the networks of the shared folder
//! (skipped where there is none) and on random ones.

use gapcert::bound::{Bound, Value, catalogue, find};
use gapcert::certify::layer_norms;
use gapcert::data::{self, ReadOptions, Sample};
use gapcert::error::Error;
use gapcert::measure::{Margins, NetworkPaths};
use gapcert::network::{Graph, read_model};
use gapcert::real::{Enclosure, Real};
use gapcert::search::Found;
use gapcert::search::norm_based::{NormProblem, is_norm_based, search};
use gapcert::testing::{Features, Numbers, network, sample};
use rug::Rational;
use std::io::Write;
use std::path::{Path, PathBuf};

const PREC: u32 = 128;

fn shared() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os("GAPCERT_SHARED").map_or_else(beside, PathBuf::from);
    let present = folder.join("data/mnist").is_dir() && folder.join("models").is_dir();
    if !present {
        let message = format!(
            "SKIPPED: no models and data in {}; set GAPCERT_SHARED\n",
            folder.display()
        );
        std::io::stderr().write_all(message.as_bytes()).unwrap();
    }
    present.then_some(folder)
}

/// Every norm-based bound that applies, at a margin (or the best one).
fn all_bounds(
    graph: &Graph,
    data: &Sample,
    margin: Option<(i64, i64)>,
) -> Vec<(&'static Bound, Found, Enclosure)> {
    let network = NetworkPaths::new(graph, PREC);
    let paths = network.on(graph, data, PREC);
    let margins = Margins::new(graph, data, &|_| {}).unwrap();
    let norms = layer_norms(graph, PREC);
    let delta = Enclosure::integer(PREC, 1).ratio(1, 20);
    let problem = NormProblem {
        graph,
        network: &network,
        sample: &paths,
        margins: &margins,
        norms: &norms,
        distances: None,
        input_norm: Some(Enclosure::integer(PREC, 28)),
        entry_bound: Some(Enclosure::integer(PREC, 1)),
        margin: margin.map(|m| Enclosure::rational(PREC, &Rational::from(m))),
        delta: &delta,
        prec: PREC,
    };
    let mut all = Vec::new();
    for bound in catalogue().iter().filter(|b| is_norm_based(b)) {
        match search(bound, &problem) {
            Ok(mut found) => {
                found.inputs = bound
                    .check(found.inputs)
                    .unwrap_or_else(|e| panic!("{bound:?}: {e}"));
                let value = bound.evaluate(&found.inputs).value;
                assert!(value.is_defined(), "{bound:?}");
                all.push((bound, found, value));
            }
            Err(Error::Domain(_)) => {}
            Err(e) => panic!("{bound:?}: {e}"),
        }
    }
    all
}

fn value<'a>(all: &'a [(&Bound, Found, Enclosure)], id: &str) -> &'a Enclosure {
    &all.iter()
        .find(|(b, ..)| b.id == id)
        .unwrap_or_else(|| panic!("{id} does not apply"))
        .2
}

/// The complexity term of a bound found.
fn complexity(all: &[(&Bound, Found, Enclosure)], id: &str) -> f64 {
    let (bound, found, _) = all.iter().find(|(b, ..)| b.id == id).unwrap();
    let terms = bound.evaluate(&found.inputs);
    terms
        .parts
        .iter()
        .find(|(n, _)| n == "complexity")
        .unwrap()
        .1
        .mid_f64()
}

fn contains(x: &Enclosure, numerator: u64) -> bool {
    let exact = Rational::from((numerator, 255 * 255));
    x.lo() <= exact && x.hi() >= exact && x.relative_width() < 1e-30
}

/// The exact integers behind the figures of the issue: path energies in units of
/// (1/255)^2, summed here by integers alone.
#[test]
fn path_energies_on_mnist() {
    let Some(shared) = shared() else { return };
    let train = data::read(shared.join("data/mnist"), &ReadOptions::default()).unwrap();
    let energies: Vec<u64> = {
        let rows = train.rows_f64(0..train.len());
        let column = |c: ndarray::ArrayView1<f64>| c.iter().map(|&x| (x as u64).pow(2)).sum();
        rows.columns().into_iter().map(column).collect()
    };
    assert_eq!(energies.len(), 784);
    for (name, stride, figure) in [
        ("mnist-conv-3-32-s2", 2, 5_135_426.124_429),
        ("mnist-conv-3-16-s1", 1, 336_520_576.472_8),
    ] {
        let model = read_model(shared.join("models").join(name).join("model.onnx"), None).unwrap();
        let network = NetworkPaths::new(&model.graph, PREC);
        let found = network.on(&model.graph, &train, PREC);
        // 2x2 kernels, three times; the head reads all.
        let (mut side, mut layer) = (28, energies.clone());
        for _ in 0..3 {
            let next = (side - 2) / stride + 1;
            let at = |y: usize, x: usize| layer[y * side + x];
            layer = (0..next * next)
                .map(|q| {
                    let (y, x) = (q / next * stride, q % next * stride);
                    at(y, x) + at(y, x + 1) + at(y + 1, x) + at(y + 1, x + 1)
                })
                .collect();
            side = next;
        }
        let total: u64 = layer.iter().sum();
        assert!(
            contains(&found.path_energy, total),
            "{name}: {:?}",
            found.path_energy
        );
        assert!(
            (found.path_energy.mid_f64() - figure).abs() < 1e-4 * 1.01,
            "{name}"
        );
        assert!(contains(&found.input_energy, energies.iter().sum()));
        assert!((found.input_energy.mid_f64() - 5_268_601.309_450).abs() < 1e-6);
        assert!(contains(
            &found.max_position_energy,
            *energies.iter().max().unwrap()
        ));
        assert!((found.max_position_energy.mid_f64() - 29_038.285_521).abs() < 1e-6);
    }
}

#[test]
fn the_order_of_the_bounds_on_all_shared_models() {
    let Some(shared) = shared() else { return };
    let train = data::read(shared.join("data/mnist"), &ReadOptions::default()).unwrap();
    // A part of the sample: the relations hold for any.
    let rows: Vec<usize> = (0..6000).collect();
    let part = train.select(&rows).unwrap();
    for name in [
        "mnist-conv-3-32-s2",
        "mnist-conv-3-16-s1",
        "mnist-mlp-100",
        "mnist-mlp-100-100",
    ] {
        let model = read_model(shared.join("models").join(name).join("model.onnx"), None).unwrap();
        let all = all_bounds(&model.graph, &part, Some((1, 1)));
        assert_eq!(all.len(), 15, "{name}: every bound applies");
        let s = |id: &str| value(&all, id);
        let below = |a: &str, b: &str| {
            assert!(
                s(a).certainly_le(s(b)),
                "{name}: {a} {:?} above {b} {:?}",
                s(a),
                s(b)
            );
        };
        below("galanti-2023/path-energy", "galanti-2023/sound");
        below("galanti-2023/path-energy", "golowich-2018/frobenius");
        below("galanti-2023/path-energy", "neyshabur-2015/frobenius");
        if name.contains("conv") {
            // Chevet's form: about 30% less.
            let ratio = complexity(&all, "galanti-2023/chevet")
                / complexity(&all, "galanti-2023/path-energy");
            assert!((0.6..0.8).contains(&ratio), "{name}: {ratio}");
        }
        // Free margins are never worse than the fixed one.
        let free = all_bounds(&model.graph, &part, None);
        for id in [
            "galanti-2023/path-energy",
            "galanti-2023/chevet",
            "galanti-2023/path-norm",
            "galanti-2023/sound",
        ] {
            let (free, fixed) = (value(&free, id), s(id));
            assert!(
                free.lo() <= fixed.hi().clone() * 1.02f64,
                "{name} {id}: {free:?} {fixed:?}"
            );
        }
    }
}

/// Inputs of what a search found are those of the network and the sample.
#[test]
fn radii_stay_within_their_level() {
    let mut numbers = Numbers::seeded(31);
    for _ in 0..25 {
        let graph = network(&mut numbers, Features::ALL);
        let data = sample(&mut numbers, graph.input(), graph.classes(), 50, true);
        for (bound, found, _) in all_bounds(&graph, &data, None) {
            let terms = bound.evaluate(&found.inputs);
            let Some((_, level)) = terms.parts.iter().find(|(n, _)| n == "level") else {
                continue;
            };
            assert!(
                level.to_integer().is_some(),
                "{bound:?}: a level that rounding left open: {level:?}"
            );
            let radius = &terms.parts.iter().find(|(n, _)| n == "radius").unwrap().1;
            let name = ["rho_over_gamma", "phi_over_gamma", "norm_over_gamma"]
                .into_iter()
                .find(|n| found.inputs.get(n).is_some())
                .unwrap();
            let q = found.inputs.scalar(name);
            assert!(q.certainly_le(radius), "{bound:?}: {q:?} above {radius:?}");
            // gamma is as small as the level allows: no level is wasted.
            assert!(q.mid_f64() >= radius.mid_f64() * (1.0 - 1e-9), "{bound:?}");
        }
    }
}

/// What is not searched is paid for.
#[test]
fn a_fixed_margin_costs_nothing_and_a_found_one_its_weight() {
    let mut numbers = Numbers::seeded(32);
    let graph = network(&mut numbers, Features::default());
    let data = sample(&mut numbers, graph.input(), graph.classes(), 50, true);
    for margin in [None, Some((1, 2))] {
        for (bound, found, _) in all_bounds(&graph, &data, margin) {
            let weights = found.point.0.iter();
            let product = weights.fold(Rational::from(1), |p, c| p * &c.inverse_weight);
            if let Some(Value::Scalar(paid)) = found.inputs.get("log_inverse_weight") {
                let exact = Enclosure::rational(PREC, &product).ln();
                assert!(
                    paid.lo() <= exact.hi() && paid.hi() >= exact.lo(),
                    "{bound:?}"
                );
                let gamma = found.point.get("gamma");
                assert_eq!(gamma.is_some(), margin.is_none(), "{bound:?}");
                if let (Some(on_grid), Some(Value::Scalar(used))) =
                    (gamma, found.inputs.get("gamma"))
                {
                    assert_eq!(used.mid_f64(), on_grid.value);
                }
            } else {
                assert!(found.point.0.is_empty(), "{bound:?} does not pay");
            }
            // Norms on the grid cover those of the network.
            let norms = layer_norms(&graph, PREC);
            let lists = [("spectral", true), ("lipschitz", true)];
            for (name, _) in lists {
                if let Some(Value::List(s)) = found.inputs.get(name) {
                    for (s, n) in s.iter().zip(&norms) {
                        assert!(s.lo() >= n.operator.hi(), "{bound:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn what_a_theorem_does_not_cover_is_left_out() {
    let mut numbers = Numbers::seeded(33);
    let mut seen = [false; 2];
    for _ in 0..60 {
        let graph = network(&mut numbers, Features::ALL);
        let data = sample(&mut numbers, graph.input(), graph.classes(), 20, true);
        let all = all_bounds(&graph, &data, Some((1, 1)));
        let applies = |id: &str| all.iter().any(|(b, ..)| b.id == id);
        // Some read nothing but padding and biases of 0: their norms are 0.
        let dead = NetworkPaths::new(&graph, PREC)
            .block_path_norm
            .hi()
            .is_zero();
        assert!(dead || applies("galanti-2023/path-energy") && applies("galanti-2023/path-norm"));
        let plain = graph.is_chain() && !graph.has_bias() && {
            let pool = |n: &gapcert::network::Node| {
                matches!(n.op, gapcert::network::Op::AveragePool { .. })
            };
            !graph.nodes().iter().any(pool)
        };
        for id in [
            "bartlett-2017",
            "golowich-2018/frobenius",
            "graf-2022/params",
            "ledent-2021",
            "galanti-2023/as-released",
        ] {
            assert_eq!(applies(id), plain, "{id}");
        }
        if !graph.is_chain() {
            assert!(!applies("galanti-2023/sound") && !applies("galanti-2023/chevet"));
        }
        seen[usize::from(plain)] = true;
    }
    assert_eq!(seen, [true, true]);
}

/// Permuting the sample leaves every bound where it was.
#[test]
fn the_order_of_the_sample_changes_no_bound() {
    let mut numbers = Numbers::seeded(34);
    for _ in 0..10 {
        let graph = network(
            &mut numbers,
            Features {
                bias: true,
                ..Features::default()
            },
        );
        let data = sample(&mut numbers, graph.input(), graph.classes(), 60, true);
        let order: Vec<usize> = (0..60).map(|i| (i * 11) % 60).collect();
        let other = data.select(&order).unwrap();
        let (a, b) = (
            all_bounds(&graph, &data, Some((1, 3))),
            all_bounds(&graph, &other, Some((1, 3))),
        );
        for ((bound, _, x), (_, _, y)) in a.iter().zip(&b) {
            let (x, y) = (x.mid_f64(), y.mid_f64());
            assert!((x - y).abs() <= 1e-9 * x.abs(), "{bound:?}: {x} {y}");
        }
    }
}

#[test]
fn refuted_formulas_and_measures_are_no_bounds() {
    for (id, holds) in [
        ("galanti-2023/as-released", false),
        ("long-sedghi-2020", false),
        ("galanti-2023/path-energy", true),
        ("gonon-2024/path-norm", true),
    ] {
        let guarantee = find(id).unwrap().guarantee();
        assert_eq!(
            guarantee != gapcert::bound::Guarantee::Nothing,
            holds,
            "{id}"
        );
    }
}

/// The shipped networks for the digits 0 and 1.
#[test]
fn a_convolutional_network_has_a_proved_bound_below_one_half() {
    let Some(shared) = shared() else { return };
    let train = data::read(shared.join("data/mnist"), &ReadOptions::default()).unwrap();
    let rows: Vec<usize> = (0..train.len())
        .filter(|&i| train.labels()[i] < 2)
        .collect();
    let digits = train.select(&rows).unwrap();
    assert_eq!(digits.len(), 12_665);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/examples/zero-one");
    for (name, limit) in [("model", 0.1377), ("rows", 0.1447), ("dilated", 0.2155)] {
        let path = folder.join(format!("{name}.onnx"));
        assert!(path.metadata().unwrap().len() < 300_000);
        let model = read_model(path, None).unwrap();
        let all = all_bounds(&model.graph, &digits, Some((1, 1)));
        let found = value(&all, "galanti-2023/path-energy");
        assert!(found.hi() < limit, "{name}: {found:?}");
    }
}
