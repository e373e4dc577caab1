//! Sparse induced norms against all sub-matrices, and their invariants.

use super::matrices::{coarse, gaussian, subsets};
use gapcert::linalg::spectral_norm;
use gapcert::measure::babel::BabelTable;
use gapcert::measure::norms::ReducedRowNorms;
use gapcert::measure::sparse_norm::{SparseNorm, SparseNormTable};
use gapcert::real::Interval;
use ndarray::{Array2, Axis, arr2};
use proptest::prelude::*;

/// The enclosure of the largest norm over all sub-matrices.
fn brute_force(w: &Array2<f64>, s2: usize, s1: usize) -> Interval {
    let (d2, d1) = w.dim();
    let (mut lo, mut hi) = (0.0f64, 0.0f64);
    for rows in subsets(d2, d2 - s2) {
        for cols in subsets(d1, d1 - s1) {
            let norm = spectral_norm(&w.select(Axis(0), &rows).select(Axis(1), &cols)).enclosure;
            lo = lo.max(norm.lo());
            hi = hi.max(norm.hi());
        }
    }
    Interval::new(lo, hi).unwrap()
}

fn overlap(a: Interval, b: Interval) -> bool {
    a.lo() <= b.hi() && b.lo() <= a.hi()
}

#[test]
fn branch_and_bound_is_exact_on_small_shapes() {
    for (seed, (rows, cols)) in [(2, 2), (3, 4), (5, 3), (5, 5), (6, 4)]
        .into_iter()
        .enumerate()
    {
        for w in [
            coarse(rows, cols, seed as u64),
            gaussian(rows, cols, seed as u64),
        ] {
            let babel = BabelTable::new(&w, &(0..cols).collect::<Vec<_>>()).unwrap();
            let table = SparseNormTable::new(&w, &[0, cols / 2, cols - 1]).unwrap();
            let refined = table.clone().refine(&babel).unwrap();
            for s2 in 0..rows {
                for s1 in 0..cols {
                    let exact = brute_force(&w, s2, s1);
                    let found = SparseNorm::new(&w, s2, s1, 100_000, None).unwrap();
                    assert!(found.exhausted);
                    assert!(overlap(found.enclosure, exact), "{found:?} {exact:?}");
                    let width = found.enclosure.hi() - found.enclosure.lo();
                    assert!(width <= 1e-9 * found.enclosure.hi());
                    // With little or no effort it is only wider.
                    for nodes in [0, 1, 7] {
                        let rough = SparseNorm::new(&w, s2, s1, nodes, Some(&babel)).unwrap();
                        assert!(rough.enclosure.lo() <= exact.hi());
                        assert!(rough.enclosure.hi() >= exact.lo());
                    }
                    assert!(table.upper(s2, s1) >= exact.lo());
                    assert!(refined.upper(s2, s1) >= exact.lo());
                    assert!(refined.upper(s2, s1) <= table.upper(s2, s1));
                    assert!(babel.norm_bound(s2, s1) >= exact.lo());
                }
            }
        }
    }
}

#[test]
fn special_cases_are_tight() {
    let w = gaussian(7, 9, 4);
    let norms = ReducedRowNorms::new(&w).unwrap();
    let grid: Vec<usize> = (0..9).collect();
    let table = SparseNormTable::new(&w, &grid).unwrap();
    for s1 in 0..9 {
        assert_eq!(table.upper(6, s1), norms.max(s1).hi());
        assert_eq!(
            SparseNorm::new(&w, 6, s1, 0, None).unwrap().enclosure,
            norms.max(s1)
        );
    }
    assert_eq!(table.upper(0, 0), spectral_norm(&w).enclosure.hi());
    assert_eq!(table.upper(6, 8), norms.largest_entry());
}

#[test]
fn larger_shapes_keep_both_sides() {
    let w = gaussian(40, 60, 8);
    let found = SparseNorm::new(&w, 20, 30, 0, None).unwrap();
    assert!(!found.exhausted);
    assert!(found.enclosure.lo() > 0.5 * found.enclosure.hi());
    let table = SparseNormTable::new(&w, &[30]).unwrap();
    assert!(table.upper(20, 30) >= found.enclosure.lo());
    // Rounded down to the grid.
    assert_eq!(table.grid(), &[0, 30]);
    assert_eq!(table.upper(20, 29), table.upper(20, 0));
    assert_eq!(table.upper(20, 45), table.upper(20, 30));
    assert!(table.upper(40, 0).is_infinite() && table.upper(0, 60).is_infinite());
}

#[test]
fn nonsense_is_refused() {
    let w = gaussian(3, 3, 1);
    assert!(SparseNorm::new(&w, 3, 0, 0, None).is_err());
    assert!(SparseNorm::new(&w, 0, 3, 0, None).is_err());
    assert!(SparseNorm::new(&arr2(&[[f64::NAN]]), 0, 0, 0, None).is_err());
    assert!(SparseNormTable::new(&Array2::zeros((0, 1)), &[]).is_err());
    assert!(SparseNormTable::new(&w, &[3]).is_err());
    let babel = BabelTable::new(&gaussian(3, 3, 2), &[0, 1]).unwrap();
    assert!(SparseNorm::new(&w, 1, 1, 0, Some(&babel)).is_err());
    assert!(
        SparseNormTable::new(&w, &[1])
            .unwrap()
            .refine(&babel)
            .is_err()
    );
}

#[test]
fn zero_matrix() {
    let w = Array2::zeros((3, 4));
    let table = SparseNormTable::new(&w, &[1]).unwrap();
    let babel = BabelTable::new(&w, &[0, 1]).unwrap();
    assert_eq!(
        SparseNorm::new(&w, 1, 1, 10, Some(&babel))
            .unwrap()
            .enclosure
            .hi(),
        0.0
    );
    assert_eq!(table.refine(&babel).unwrap().upper(1, 1), 0.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]
    #[test]
    fn invariants(rows in 1usize..7, cols in 1usize..7, seed in 0u64..1000, scale in -900i32..900) {
        let w = coarse(rows, cols, seed).mapv(|x| x * 2f64.powi(scale));
        let grid: Vec<usize> = (0..cols).collect();
        let babel = BabelTable::new(&w, &grid).unwrap();
        let table = SparseNormTable::new(&w, &grid).unwrap().refine(&babel).unwrap();
        let largest = ReducedRowNorms::new(&w).unwrap().largest_entry();
        let spectral = spectral_norm(&w).enclosure;
        let shuffled = Array2::from_shape_fn((rows, cols), |(i, j)| {
            w[[(i + 1) % rows, cols - 1 - j]]
        });
        for s2 in 0..rows {
            for s1 in 0..cols {
                let upper = table.upper(s2, s1);
                prop_assert!(upper >= largest && upper <= spectral.hi());
                prop_assert!(upper <= babel.norm_bound(s2, s1));
                prop_assert!(s2 == 0 || upper <= table.upper(s2 - 1, s1));
                prop_assert!(s1 == 0 || upper <= table.upper(s2, s1 - 1));
                let found = SparseNorm::new(&w, s2, s1, 40, Some(&babel)).unwrap().enclosure;
                prop_assert!(found.lo() >= largest * (1.0 - 1e-9) && found.lo() <= upper);
                let other = SparseNorm::new(&shuffled, s2, s1, 40, None).unwrap().enclosure;
                prop_assert!(overlap(found, other));
                if s2 > 0 {
                    let before = SparseNorm::new(&w, s2 - 1, s1, 40, None).unwrap().enclosure;
                    prop_assert!(found.lo() <= before.hi());
                }
            }
        }
    }
}
