//! Units permuted, added, rescaled: the same function, and what is the same with it.

use crate::meet;
use gapcert::bound::Confidence;
use gapcert::bound::theorem_13::{
    Budget, LayerShape, event_probability, gaussian_kl, sigma_hidden, sigma_output,
};
use gapcert::certify::{Loaded, Report, Settings, Silent, certify_loaded};
use gapcert::measure::{Margins, NetworkMeasures, NetworkPaths, frobenius};
use gapcert::network::{Graph, Mlp, Model};
use gapcert::real::Enclosure;
use gapcert::testing::{World, worlds};
use ndarray::{Array1, Array2, Axis, concatenate, s};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const PREC: u32 = 128;

/// The network with its matrices changed.
fn changed(mlp: &Mlp, change: impl Fn(usize, &Array2<f64>) -> Array2<f64>) -> Mlp {
    let mut layers = mlp.layers().to_vec();
    for (k, layer) in layers.iter_mut().enumerate() {
        layer.weights = change(k, &layer.weights);
    }
    Mlp::new(layers, vec![]).unwrap()
}

/// The units of hidden layer k (from 0) in the opposite order.
fn permuted(mlp: &Mlp, k: usize) -> Mlp {
    changed(mlp, |l, w| match l {
        l if l == k => w.slice(s![..;-1, ..]).to_owned(),
        l if l == k + 1 => w.slice(s![.., ..;-1]).to_owned(),
        _ => w.clone(),
    })
}

/// Hidden layer k with one unit more that nothing reaches.
fn with_dead_unit(mlp: &Mlp, k: usize) -> Mlp {
    changed(mlp, |l, w| match l {
        l if l == k => {
            let zeros = Array2::zeros((1, w.ncols()));
            concatenate![Axis(0), *w, zeros]
        }
        l if l == k + 1 => {
            let zeros = Array2::zeros((w.nrows(), 1));
            concatenate![Axis(1), *w, zeros]
        }
        _ => w.clone(),
    })
}

/// Hidden layer k doubled and the next halved.
fn rescaled(mlp: &Mlp, k: usize) -> Mlp {
    changed(mlp, |l, w| match l {
        l if l == k => w * 2.0,
        l if l == k + 1 => w * 0.5,
        _ => w.clone(),
    })
}

/// One unit of hidden layer k doubled, and what it passes on halved.
fn unit_rescaled(mlp: &Mlp, k: usize) -> Mlp {
    changed(mlp, |l, w| {
        let mut w = w.clone();
        if l == k {
            w.row_mut(0).mapv_inplace(|x| x * 2.0);
        } else if l == k + 1 {
            w.column_mut(0).mapv_inplace(|x| x * 0.5);
        }
        w
    })
}

/// What every one of these leaves as it is.
fn of_the_function(mlp: &Mlp, world: &World) -> Vec<(&'static str, Enclosure)> {
    let graph = Graph::from_mlp(mlp).unwrap();
    let paths = NetworkPaths::new(&graph, PREC);
    let margins = Margins::new(&graph, &world.sample, &|_| {}).unwrap();
    let mut all = vec![
        ("scalar path norm", paths.scalar_path_norm),
        ("ramp loss", margins.ramp_loss(&Enclosure::integer(PREC, 1))),
    ];
    for threshold in [-1, 0, 1] {
        let count = margins.at_most(&Enclosure::integer(PREC, threshold));
        assert_eq!(count.lo, count.hi, "few bits: decided");
        all.push((
            "samples below a margin",
            count.fraction(PREC, world.sample.len()),
        ));
    }
    all
}

/// What rescaling may change besides.
fn of_the_weights(mlp: &Mlp, world: &World) -> Vec<(&'static str, Enclosure)> {
    let graph = Graph::from_mlp(mlp).unwrap();
    let paths = NetworkPaths::new(&graph, PREC);
    let on = paths.on(&graph, &world.sample, PREC);
    let mut all = vec![
        ("rho without rescaling", paths.rho_unscaled),
        ("block path norm", paths.block_path_norm),
        ("path energy", on.path_energy),
        ("input energy", on.input_energy),
    ];
    for layer in mlp.layers() {
        let squares = frobenius::frobenius_squared(&layer.weights).unwrap();
        all.push(("squared Frobenius norm", squares.enclosure(PREC)));
    }
    all
}

fn same(
    what: &str,
    x: &[(&'static str, Enclosure)],
    y: &[(&'static str, Enclosure)],
) -> Result<(), TestCaseError> {
    prop_assert_eq!(x.len(), y.len());
    for ((name, x), (_, y)) in x.iter().zip(y) {
        prop_assert!(meet(x, y), "{what}: {name}: {x:?} and {y:?}");
    }
    Ok(())
}

/// Whether two approximations of one number are near.
fn near(x: f64, y: f64) -> bool {
    (x - y).abs() <= 1e-9 * x.abs().max(y.abs())
}

fn certify(mlp: &Mlp, prior: &Mlp, world: &World) -> Report {
    let model = |mlp: &Mlp| Model {
        graph: Graph::from_mlp(mlp).unwrap(),
        mlp: Some(mlp.clone()),
    };
    let loaded = Loaded {
        model: model(mlp),
        prior: Some(model(prior)),
        sample: world.sample.clone(),
        test: None,
        sources: Vec::new(),
    };
    let settings = Settings {
        baselines: false,
        margin: Some(Enclosure::integer(PREC, 1)),
        input_norm: Some(Enclosure::integer(PREC, 4)),
        ..Settings::new(Confidence::parse("0.05", PREC).unwrap(), PREC)
    };
    certify_loaded(&loaded, &settings, &Silent).unwrap()
}

/// (k, s_k) and the norms of the hidden layers and the head at every sparsity.
fn norms(mlp: &Mlp) -> Vec<f64> {
    let measures = NetworkMeasures::new(mlp).unwrap();
    let hidden = mlp.hidden();
    let mut all = Vec::new();
    for k in 1..=hidden {
        let inputs = if k == 1 { 1 } else { measures.dims[k - 1] };
        for s_in in 0..inputs {
            all.push(measures.xi(k, s_in));
            all.extend((0..measures.dims[k]).map(|s| measures.nu(k, s, s_in)));
        }
    }
    all.extend((0..measures.dims[hidden]).map(|s| measures.output_difference(s)));
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, rng_seed: RngSeed::Fixed(11), ..ProptestConfig::default() })]

    #[test]
    fn permuted_units_change_nothing(world in worlds(), k in 0..3usize) {
        let k = k % world.mlp.hidden();
        let other = permuted(&world.mlp, k);
        same("permuted", &of_the_function(&world.mlp, &world), &of_the_function(&other, &world))?;
        same("permuted", &of_the_weights(&world.mlp, &world), &of_the_weights(&other, &world))?;
        for (x, y) in norms(&world.mlp).into_iter().zip(norms(&other)) {
            prop_assert!(near(x, y), "{x} and {y}");
        }
    }

    #[test]
    fn dead_units_change_nothing(world in worlds(), k in 0..3usize) {
        let k = k % world.mlp.hidden();
        let other = with_dead_unit(&world.mlp, k);
        same("dead", &of_the_function(&world.mlp, &world), &of_the_function(&other, &world))?;
        same("dead", &of_the_weights(&world.mlp, &world), &of_the_weights(&other, &world))?;
        // One more of the units left out is the dead one.
        let (before, after) = (NetworkMeasures::new(&world.mlp).unwrap(), NetworkMeasures::new(&other).unwrap());
        for s in 0..before.dims[k + 1] {
            prop_assert!(near(before.nu(k + 1, s, 0), after.nu(k + 1, s + 1, 0)));
        }
    }

    #[test]
    fn rescaled_layers_compute_the_same(world in worlds(), k in 0..3usize) {
        let k = k % world.mlp.hidden();
        for other in [rescaled(&world.mlp, k), unit_rescaled(&world.mlp, k)] {
            same("rescaled", &of_the_function(&world.mlp, &world), &of_the_function(&other, &world))?;
        }
        // rho is the least over rescalings of units: found by descent, so only nearly.
        let rho = |mlp: &Mlp| NetworkPaths::new(&Graph::from_mlp(mlp).unwrap(), PREC).rho.mid_f64();
        for other in [rescaled(&world.mlp, k), unit_rescaled(&world.mlp, k)] {
            let (x, y) = (rho(&world.mlp), rho(&other));
            prop_assert!((x - y).abs() <= 1e-3 * x.max(y), "{x} and {y}");
        }
    }

    /// Theorems 11 and 13 with a zero prior: a layer's KL and its relative sensitivities
    /// do not change with its scale, at given sparsity levels.
    #[test]
    fn kl_to_a_zero_prior_does_not_change_with_the_scale(
        world in worlds(), k in 0..3usize, s in 0..4usize, m in 2..100_000i64, eps in 1e-4..1.0f64,
    ) {
        let k = k % world.mlp.hidden();
        let kl = |mlp: &Mlp| -> Vec<Enclosure> {
            let measures = NetworkMeasures::new(mlp).unwrap();
            let (d, hidden) = (&measures.dims, mlp.hidden());
            let level = |k: usize| if k == 0 || k > hidden { 0 } else { s % d[k] };
            let exact = |x: f64| Enclosure::exact(PREC, x);
            let t = event_probability(&exact(m as f64), hidden as u64, Budget::Sound);
            (1..=hidden + 1).map(|k| {
                let shape = LayerShape { d: d[k] as u64, s: level(k) as u64, d_in: d[k - 1] as u64, s_in: level(k - 1) as u64 };
                let xi = exact(measures.xi(k, level(k - 1)));
                let sigma = if k > hidden {
                    sigma_output(&exact(eps), &xi, shape, &t)
                } else {
                    sigma_hidden(&exact(eps), &xi, &exact(measures.nu(k, level(k), level(k - 1))), shape, &t)
                };
                let squares = frobenius::frobenius_squared(&mlp.layers()[k - 1].weights).unwrap();
                gaussian_kl(&squares.enclosure(PREC), &sigma)
            }).collect()
        };
        for (x, y) in kl(&world.mlp).iter().zip(&kl(&rescaled(&world.mlp, k))) {
            prop_assert!(x.is_defined() == y.is_defined());
            prop_assert!(!x.is_defined() || near(x.mid_f64(), y.mid_f64()), "{x:?} and {y:?}");
        }
    }
}

proptest! {
    // A certificate of every bound each.
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, rng_seed: RngSeed::Fixed(12), ..ProptestConfig::default() })]

    /// Whole certificates: of permuted networks (prior and posterior alike), and the
    /// order of forms on one network.
    #[test]
    fn certificates_of_permuted_networks_agree(world in worlds(), k in 0..3usize) {
        let k = k % world.mlp.hidden();
        let one = certify(&world.mlp, &world.prior, &world);
        let other = certify(&permuted(&world.mlp, k), &permuted(&world.prior, k), &world);
        prop_assert_eq!(one.results.len(), other.results.len());
        for (x, y) in one.results.iter().zip(&other.results) {
            let (a, b) = (x.terms.value.mid_f64(), y.terms.value.mid_f64());
            // The search follows f64 approximations of norms.
            prop_assert!(a == b || (a - b).abs() <= 1e-6 * a.abs().max(b.abs()), "{:?}: {a} and {b}", x.found.bound);
        }
        let value = |name: &str| {
            let found = one.results.iter().find(|r| format!("{:?}", r.found.bound) == name);
            found.map(|r| r.terms.value.clone())
        };
        // S+ <= S, and S+ <= its relaxation.
        for relaxed in ["galanti-2023/sound:sound", "golowich-2018/frobenius:as-printed"] {
            if let (Some(sharp), Some(relaxed)) = (value("galanti-2023/path-energy:sharp"), value(relaxed)) {
                prop_assert!(!relaxed.certainly_lt(&sharp), "{relaxed:?} < {sharp:?}");
            }
        }
    }
}

/// The changes are what they are said to be: the outputs do not change.
#[test]
fn the_changed_networks_are_one_function() {
    let run = |mlp: &Mlp, x: &Array1<f64>| {
        let (last, hidden) = mlp.layers().split_last().unwrap();
        let h = hidden
            .iter()
            .fold(x.clone(), |x, l| l.weights.dot(&x).mapv(|z| z.max(0.0)));
        last.weights.dot(&h)
    };
    let mut numbers = gapcert::testing::Numbers::seeded(5);
    for _ in 0..200 {
        let mlp = gapcert::testing::mlp(&mut numbers, 3, 4, 3);
        let x = Array1::from_shape_simple_fn(3, || numbers.centred());
        for k in 0..mlp.hidden() {
            for other in [
                permuted(&mlp, k),
                with_dead_unit(&mlp, k),
                rescaled(&mlp, k),
                unit_rescaled(&mlp, k),
            ] {
                assert_eq!(run(&mlp, &x), run(&other, &x));
            }
        }
    }
}
