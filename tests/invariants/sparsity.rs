//! What happens along s and eps (Muthukumar & Sulam).

use gapcert::bound::single_shot::{Parameters, thresholds};
use gapcert::bound::theorem_13::LayerShape;
use gapcert::measure::babel::BabelTable;
use gapcert::measure::sparse_norm::SparseNormTable;
use gapcert::measure::{NetworkMeasures, Trace, activity};
use gapcert::real::Enclosure;
use gapcert::testing::{Numbers, weights, worlds};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const PREC: u32 = 128;

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, rng_seed: RngSeed::Fixed(14), ..ProptestConfig::default() })]

    /// Non-increasing in s2 and s1, between the largest entry and the spectral norm, and
    /// at most the babel bound; babel is 0 for one row.
    #[test]
    fn sparse_norms_fall(rows in 1..7usize, columns in 1..7usize, choices in prop::collection::vec(any::<u64>(), 0..80)) {
        let w = weights(&mut Numbers::of(choices), rows, columns);
        let grid: Vec<usize> = (0..columns).collect();
        let babel = BabelTable::new(&w, &grid).unwrap();
        let table = SparseNormTable::new(&w, &grid).unwrap().refine(&babel).unwrap();
        let spectral = gapcert::linalg::spectral_norm(&w).enclosure.hi();
        let largest = w.iter().fold(0.0f64, |m, x| m.max(x.abs()));
        for s2 in 0..rows {
            for s1 in 0..columns {
                let nu = table.upper(s2, s1);
                prop_assert!(largest <= nu && nu <= spectral);
                prop_assert!(nu <= babel.norm_bound(s2, s1));
                prop_assert!(s2 == 0 || nu <= table.upper(s2 - 1, s1));
                prop_assert!(s1 == 0 || nu <= table.upper(s2, s1 - 1));
            }
        }
        for s1 in 0..columns {
            prop_assert_eq!(babel.mu(rows - 1, s1).hi(), 0.0);
        }
    }

    /// zeta_k = zeta_0 prod nu falls with every s; so do the thresholds that are built
    /// of it, sigma and xi fixed.
    #[test]
    fn propagated_norms_fall(world in worlds(), at in 0..3usize) {
        let measures = NetworkMeasures::new(&world.mlp).unwrap();
        let (d, hidden) = (&measures.dims, world.mlp.hidden());
        let zeta = |s: &[usize]| -> Vec<f64> {
            let mut zeta = vec![1.0];
            for k in 1..=hidden {
                let s_in = if k == 1 { 0 } else { s[k - 2] };
                zeta.push(zeta[k - 1] * measures.nu(k, s[k - 1], s_in));
            }
            zeta
        };
        let at = at % hidden;
        let mut s = vec![0; hidden];
        let mut last = zeta(&s);
        for more in 1..d[at + 1] {
            s[at] = more;
            let next = zeta(&s);
            for (x, y) in last.iter().zip(&next) {
                prop_assert!(*y <= x * (1.0 + 1e-12), "{last:?} {next:?}");
            }
            last = next;
        }
    }

    /// kappa is in (0,1] and does not fall with eps; with eps so small that nothing
    /// moves it is that of the units which are inactive for each sample.
    #[test]
    fn the_activity_ratio_rises_with_eps(world in worlds(), eps in prop::collection::vec(-6.0..2.0f64, 5)) {
        let trace = Trace::new(&world.mlp, &world.sample, &|_| {}).unwrap();
        let measures = NetworkMeasures::new(&world.mlp).unwrap();
        let zeta_0 = trace.largest_norm(PREC).hi().to_f64_round(rug::float::Round::Up);
        let mut eps: Vec<f64> = eps.into_iter().map(|x| 10f64.powf(x)).collect();
        eps.sort_by(f64::total_cmp);
        let mut last: Option<Vec<u64>> = None;
        for eps in eps {
            let found = activity(&trace, &measures, eps, zeta_0);
            prop_assert_eq!(found.undecided, 0);
            prop_assert!(found.active.iter().all(|a| (1..=found.total).contains(a)));
            if let Some(last) = last {
                prop_assert!(last.iter().zip(&found.active).all(|(x, y)| x <= y));
            }
            last = Some(found.active);
        }
    }

    /// Thresholds of Theorem M rise with every sigma and every norm, and fall as units
    /// are left out.
    #[test]
    fn thresholds_rise_with_noise(
        layers in 1..4usize, numbers in prop::collection::vec(0.01..3.0f64, 24), which in 0..24usize, more in 1.0..3.0f64,
    ) {
        let exact = |x: f64| Enclosure::exact(PREC, x);
        let parameters = |x: &[f64], s: u64| Parameters {
            layers: (1..=layers).map(|k| LayerShape {
                d: 5, s: if k < layers { s } else { 0 }, d_in: 5, s_in: if k > 1 { s } else { 0 },
            }).collect(),
            zeta_0: exact(x[0]),
            xi: (0..layers).map(|k| exact(x[1 + k])).collect(),
            nu: (1..layers).map(|k| exact(x[1 + k] + x[6 + k])).collect(),
            output_difference: exact(x[11]),
            sigma: (0..layers).map(|k| exact(x[12 + k])).collect(),
            tau: exact(0.01),
        };
        let margin = |p: &Parameters<Enclosure>| thresholds(p).margin;
        let before = margin(&parameters(&numbers, 1));
        let mut larger = numbers.clone();
        larger[which] *= more;
        prop_assert!(!margin(&parameters(&larger, 1)).certainly_lt(&before));
        prop_assert!(!before.certainly_lt(&margin(&parameters(&numbers, 2))));
    }
}
