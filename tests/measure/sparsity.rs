//! How the terms of the sparsity-aware bounds move with the sparsity levels s, for a
//! fixed network and sample (part E of the theory): norms, thresholds and radii fall,
//! the samples that fail the condition and the price of s rise.

use gapcert::bound::single_shot::{Parameters, thresholds};
use gapcert::bound::theorem_13::LayerShape;
use gapcert::data::{Pixels, Sample};
use gapcert::measure::{NetworkMeasures, Query, Trace, activity};
use gapcert::network::{Layer, Mlp};
use gapcert::real::Enclosure;
use gapcert::search::grid::Sparsity;
use ndarray::Array2;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rug::Rational;

const PREC: u32 = 128;
const POINTS: usize = 30;

fn exact(x: f64) -> Enclosure {
    Enclosure::exact(PREC, x)
}

/// Weights with zeros and equal rows among them.
fn matrix(rng: &mut ChaCha8Rng, rows: usize, columns: usize) -> Array2<f64> {
    let mut w = Array2::from_shape_simple_fn((rows, columns), || {
        let x: f64 = rng.random_range(-1.0..1.0);
        if rng.random_bool(0.2) { 0.0 } else { x }
    });
    if rows > 2 && rng.random_bool(0.3) {
        let first = w.row(0).to_owned();
        w.row_mut(1).assign(&first);
    }
    w
}

struct Case {
    dims: Vec<usize>,
    network: Mlp,
    sample: Sample,
}

fn case(dims: &[usize], seed: u64) -> Case {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let layers = dims.windows(2).map(|d| Layer {
        name: format!("{}x{}", d[1], d[0]),
        weights: matrix(&mut rng, d[1], d[0]),
    });
    let layers = layers.collect();
    let x = matrix(&mut rng, POINTS, dims[0]);
    let classes = dims[dims.len() - 1] as u16;
    let labels = (0..POINTS).map(|_| rng.random_range(0..classes)).collect();
    Case {
        dims: dims.to_vec(),
        network: Mlp::new(layers, vec![]).unwrap(),
        sample: Sample::new(Pixels::F64(x), labels, Rational::from((1, 3)), vec![]).unwrap(),
    }
}

/// Parameters of Theorem M at these levels, the norms those of the network.
fn parameters(dims: &[usize], norms: &NetworkMeasures, s: &[usize]) -> Parameters<Enclosure> {
    let k = s.len();
    let s_of = |l: usize| if l == 0 || l > k { 0 } else { s[l - 1] };
    Parameters {
        layers: (1..=k + 1)
            .map(|l| LayerShape {
                d: dims[l] as u64,
                s: s_of(l) as u64,
                d_in: dims[l - 1] as u64,
                s_in: s_of(l - 1) as u64,
            })
            .collect(),
        zeta_0: exact(1.5),
        xi: (1..=k).map(|l| exact(norms.xi(l, s_of(l - 1)))).collect(),
        nu: (1..=k)
            .map(|l| exact(norms.nu(l, s_of(l), s_of(l - 1))))
            .collect(),
        output_difference: exact(norms.output_difference(s_of(k))),
        sigma: vec![exact(1.0 / 64.0); k + 1],
        tau: exact(1.0 / 1024.0),
    }
}

/// Not certainly larger: the exact numbers may be in that order.
fn falls(before: &Enclosure, after: &Enclosure) -> bool {
    after.lo() <= before.hi() && after.is_defined()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, rng_seed: RngSeed::Fixed(5), ..ProptestConfig::default() })]

    /// ||W||_(s, s_in), the reduced row norms and the head's differences fall with
    /// either level, and so does zeta, the product of the norms.
    #[test]
    fn norms_fall(d in prop::array::uniform3(2usize..8), classes in 2usize..5, seed: u64) {
        let c = case(&[d[0], d[1], d[2], classes], seed);
        let norms = NetworkMeasures::new(&c.network).unwrap();
        for l in 1..=2 {
            let most_in = if l == 1 { 0 } else { c.dims[l - 1] - 1 };
            for s_in in 0..=most_in {
                for s in 1..c.dims[l] {
                    prop_assert!(norms.nu(l, s, s_in) <= norms.nu(l, s - 1, s_in));
                }
                if s_in > 0 {
                    prop_assert!(norms.xi(l, s_in) <= norms.xi(l, s_in - 1));
                    for s in 0..c.dims[l] {
                        prop_assert!(norms.nu(l, s, s_in) <= norms.nu(l, s, s_in - 1));
                    }
                }
            }
        }
        let zeta = |s: [usize; 2]| norms.nu(1, s[0], 0) * norms.nu(2, s[1], s[0]);
        for s in 1..c.dims[1] {
            for t in 0..c.dims[2] {
                prop_assert!(zeta([s, t]) <= zeta([s - 1, t]));
            }
        }
        for s in 1..c.dims[2] {
            prop_assert!(norms.output_difference(s) <= norms.output_difference(s - 1));
        }
    }

    /// The thresholds of Theorem M fall with each level, as long as no condition is
    /// added: the first inactive unit of a layer costs an event of the budget tau.
    #[test]
    fn thresholds_fall(d in prop::array::uniform3(3usize..8), classes in 2usize..5, seed: u64) {
        let c = case(&[d[0], d[1], d[2], classes], seed);
        let norms = NetworkMeasures::new(&c.network).unwrap();
        let at = |s: &[usize]| thresholds(&parameters(&c.dims, &norms, s));
        for s in 1..c.dims[1] {
            for t in 1..c.dims[2] {
                let here = at(&[s, t]);
                for next in [[s + 1, t], [s, t + 1]] {
                    if next[0] == c.dims[1] || next[1] == c.dims[2] {
                        continue;
                    }
                    let there = at(&next);
                    prop_assert!(falls(&here.margin, &there.margin));
                    for (a, b) in here.activation.iter().zip(&there.activation) {
                        prop_assert!(falls(a.as_ref().unwrap(), b.as_ref().unwrap()));
                    }
                }
            }
        }
    }

    /// More units asked to be inactive, fewer samples on which they are: the s-th
    /// largest entry of -W x falls with s.
    #[test]
    fn conditions_fail_more_often(d in prop::array::uniform3(2usize..8), classes in 2usize..5, seed: u64, threshold in 0.0f64..0.3) {
        let c = case(&[d[0], d[1], d[2], classes], seed);
        let trace = Trace::new(&c.network, &c.sample, &|_| {}).unwrap();
        for layer in 0..2 {
            let mut before = 0;
            for s in 1..c.dims[layer + 1] {
                let mut activation = vec![None, None];
                activation[layer] = Some((s, exact(threshold)));
                let count = trace.count(&Query { activation, ..Query::default() });
                prop_assert_eq!(count.lo, count.hi);
                prop_assert!(count.lo >= before, "layer {}, s = {}", layer, s);
                before = count.lo;
            }
        }
    }

    /// kappa of every sample is in (0, 1] and does not fall with eps: with norms that
    /// fall with s, fewer inactive units in one layer leave fewer in the next.
    #[test]
    fn activity_rises_with_sensitivity(d in prop::array::uniform3(2usize..8), classes in 2usize..5, seed: u64, eps in 0.001f64..0.2) {
        let c = case(&[d[0], d[1], d[2], classes], seed);
        let norms = NetworkMeasures::new(&c.network).unwrap();
        let trace = Trace::new(&c.network, &c.sample, &|_| {}).unwrap();
        let zeta_0 = trace.largest_norm(PREC).hi().to_f64();
        let mut before = vec![1; POINTS];
        for eps in [0.0, eps, 2.0 * eps, 8.0 * eps, 1.0] {
            let found = activity(&trace, &norms, eps, zeta_0);
            prop_assert_eq!(found.undecided, 0);
            for (a, b) in found.active.iter().zip(&before) {
                prop_assert!(a >= b && *a <= found.total, "eps = {}", eps);
            }
            before = found.active;
        }
    }

    /// Radii are in [0, 1] and fall with s: by hand in the first layer.
    #[test]
    fn radii_fall(d in prop::array::uniform2(2usize..8), classes in 2usize..5, seed: u64) {
        let c = case(&[d[0], d[1], classes], seed);
        let norms = NetworkMeasures::new(&c.network).unwrap();
        let trace = Trace::new(&c.network, &c.sample, &|_| {}).unwrap();
        let size = trace.largest_norm(PREC).hi().to_f64() * norms.xi(1, 0);
        let w = &c.network.layers()[0].weights;
        let x = c.sample.rows_f64(0..POINTS) / 3.0;
        for x in x.outer_iter() {
            let mut entries: Vec<f64> = w.dot(&x).iter().map(|z| -z).collect();
            entries.sort_by(|a, b| b.total_cmp(a));
            let radius = |s: usize| (entries[s - 1] / size).max(0.0);
            for s in 1..=entries.len() {
                prop_assert!((0.0..=1.0 + 1e-12).contains(&radius(s)));
                prop_assert!(s == 1 || radius(s) <= radius(s - 1));
            }
        }
    }
}

#[test]
fn more_sparsity_costs_more_weight() {
    for s in 0..500 {
        assert!(Sparsity::inverse_weight(s) < Sparsity::inverse_weight(s + 1));
    }
}
