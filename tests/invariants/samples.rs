//! Samples permuted and doubled: losses, counts and energies.

use crate::meet;
use gapcert::data::Sample;
use gapcert::measure::{LeafEnergies, Margins, NetworkPaths, Query, Trace};
use gapcert::network::Graph;
use gapcert::real::Enclosure;
use gapcert::testing::{Features, Numbers, World, graphs, sample, worlds};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const PREC: u32 = 128;

fn exact(x: f64) -> Enclosure {
    Enclosure::exact(PREC, x)
}

/// What an average over the sample says.
fn averages(graph: &Graph, sample: &Sample) -> Vec<Enclosure> {
    let margins = Margins::new(graph, sample, &|_| {}).unwrap();
    let m = exact(sample.len() as f64);
    let energy = LeafEnergies::new(sample, graph.input(), PREC).total() / &m;
    let paths = NetworkPaths::new(graph, PREC).on(graph, sample, PREC);
    [-1.0, 0.0, 0.25, 1.0]
        .map(|gamma| margins.at_most(&exact(gamma)).fraction(PREC, sample.len()))
        .into_iter()
        .chain([0.25, 1.0].map(|gamma| margins.ramp_loss(&exact(gamma))))
        .chain([energy])
        // Without biases: a bias brings an energy of its own for each sample.
        .chain((!graph.has_bias()).then(|| paths.path_energy / &m))
        .collect()
}

fn reversed(sample: &Sample) -> Sample {
    sample
        .select(&(0..sample.len()).rev().collect::<Vec<_>>())
        .unwrap()
}

fn doubled(sample: &Sample) -> Sample {
    sample
        .select(&(0..2 * sample.len()).map(|i| i / 2).collect::<Vec<_>>())
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, rng_seed: RngSeed::Fixed(13), ..ProptestConfig::default() })]

    #[test]
    fn averages_do_not_change(graph in graphs(Features::ALL), seed in any::<u64>(), m in 2..10usize, bytes in any::<bool>()) {
        let data = sample(&mut Numbers::seeded(seed), graph.input(), graph.classes(), m, bytes);
        let before = averages(&graph, &data);
        for other in [reversed(&data), doubled(&data)] {
            let after = averages(&graph, &other);
            prop_assert_eq!(before.len(), after.len());
            for (x, y) in before.iter().zip(&after) {
                prop_assert!(meet(x, y), "{x:?} and {y:?}");
            }
        }
    }

    /// The ramp loss lies between the errors and the margin loss, and all rise with
    /// gamma.
    #[test]
    fn losses_are_ordered(world in worlds(), gamma in 0.01..4.0f64, more in 0.0..4.0f64) {
        let graph = Graph::from_mlp(&world.mlp).unwrap();
        let margins = Margins::new(&graph, &world.sample, &|_| {}).unwrap();
        let m = world.sample.len();
        let errors = margins.errors().fraction(PREC, m);
        let mut last = errors.clone();
        for gamma in [gamma, gamma + more] {
            let (ramp, loss) = (margins.ramp_loss(&exact(gamma)), margins.at_most(&exact(gamma)).fraction(PREC, m));
            prop_assert!(!ramp.certainly_lt(&last) && !loss.certainly_lt(&ramp), "{errors:?} {ramp:?} {loss:?}");
            prop_assert!(loss.hi() <= 1 && errors.lo() >= 0);
            last = ramp;
        }
    }

    /// Counts of samples that are not safe rise with every threshold, and are those of
    /// the margins where nothing else is asked.
    #[test]
    fn unsafe_counts_rise_with_thresholds(
        World { mlp, sample, .. } in worlds(), thresholds in prop::collection::vec(0.0..2.0f64, 3), more in 0.0..2.0f64,
    ) {
        let trace = Trace::new(&mlp, &sample, &|_| {}).unwrap();
        let query = |margin: f64, activation: f64| Query {
            norm: None,
            margin: Some(gapcert::measure::MarginBelow::or_equal(exact(margin))),
            activation: (0..mlp.hidden()).map(|k| Some((1 + k % mlp.dims()[k + 1], exact(activation)))).collect(),
        };
        let (a, b) = (thresholds[0], thresholds[1]);
        let count = trace.count(&query(a, b));
        prop_assert!(count.hi <= sample.len() as u64);
        prop_assert!(trace.count(&query(a + more, b)).hi >= count.lo);
        prop_assert!(trace.count(&query(a, b + more)).hi >= count.lo);
        let plain = Query { activation: vec![None; mlp.hidden()], ..query(a, b) };
        let margins = Margins::of_trace(&Graph::from_mlp(&mlp).unwrap(), &trace).at_most(&exact(a));
        let alone = trace.count(&plain);
        prop_assert_eq!((alone.lo, alone.hi), (margins.lo, margins.hi));
        prop_assert!(alone.lo <= count.hi);
    }
}
