//! The reduced babel function against Definition 2 by brute force in exact
//! rational arithmetic.

use super::matrices::{coarse, contains, gaussian, q, relative_gap, subsets};
use super::with_threads;
use gapcert::linalg::spectral_norm;
use gapcert::measure::babel::BabelTable;
use gapcert::measure::norms::ReducedRowNorms;
use ndarray::{Array2, arr2};
use proptest::prelude::*;
use rug::Rational;

/// (numerator, R^2) by enumerating J2, j, i and J1.
fn brute_force(w: &Array2<f64>, s2: usize, s1: usize) -> (Rational, Rational) {
    let (d2, d1) = w.dim();
    let columns = subsets(d1, d1 - s1);
    let inner = |i: usize, j: usize| {
        let on = |set: &Vec<usize>| {
            set.iter()
                .map(|&l| q(w[[i, l]]) * q(w[[j, l]]))
                .fold(Rational::new(), |a, b| a + b)
        };
        columns.iter().map(|set| on(set).abs()).max().unwrap()
    };
    let values: Vec<Vec<Rational>> = (0..d2)
        .map(|i| (0..d2).map(|j| inner(i, j)).collect())
        .collect();
    let row = |set: &Vec<usize>, j: usize| {
        set.iter()
            .filter(|i| **i != j)
            .map(|&i| values[i][j].clone())
            .fold(Rational::new(), |a, b| a + b)
    };
    let numerator = subsets(d2, d2 - s2)
        .iter()
        .flat_map(|set| set.iter().map(|&j| row(set, j)).collect::<Vec<_>>())
        .max()
        .unwrap();
    let norm = (0..d2).map(|i| values[i][i].clone()).max().unwrap();
    (numerator, norm)
}

fn check(w: &Array2<f64>) {
    let (d2, d1) = w.dim();
    let grid: Vec<usize> = (0..d1).collect();
    let table = BabelTable::new(w, &grid).unwrap();
    for s1 in 0..d1 {
        for s2 in 0..d2 {
            let (numerator, norm) = brute_force(w, s2, s1);
            assert!(
                contains(table.numerator(s2, s1), &numerator),
                "s2 {s2} s1 {s1} of {w}"
            );
            let mu = if norm == 0 {
                Rational::new()
            } else {
                numerator.clone() / &norm
            };
            assert!(contains(table.mu(s2, s1), &mu), "s2 {s2} s1 {s1} of {w}");
            let bound = table.norm_bound(s2, s1);
            assert!(q(bound) * q(bound) >= norm + numerator);
            assert!(
                mu == 0 || relative_gap(table.mu(s2, s1)) < 1e-12 * (1.0 + d2 as f64 / mu.to_f64())
            );
        }
        assert_eq!(table.numerator(d2 - 1, s1).hi(), 0.0);
        assert_eq!(table.mu(d2 - 1, s1).hi(), 0.0);
        assert!(!table.mu(d2, s1).is_defined());
    }
    // A grid given in part, out of order and with repetition, says the same.
    let part = BabelTable::new(w, &[d1 - 1, d1 / 2, d1 - 1]).unwrap();
    for s2 in 0..d2 {
        assert!(part.norm_bound(s2, d1 - 1).is_finite());
        assert!(contains(
            part.numerator(s2, d1 / 2),
            &brute_force(w, s2, d1 / 2).0
        ));
    }
}

#[test]
fn brute_force_agrees() {
    for seed in 0..12 {
        check(&coarse(1 + seed as usize % 5, 1 + seed as usize % 6, seed));
        check(&gaussian(
            1 + seed as usize % 4,
            1 + seed as usize % 5,
            seed,
        ));
    }
}

#[test]
fn signs_ties_and_zero_rows() {
    check(&arr2(&[[1.0, 1.0], [1.0, 1.0]]));
    check(&arr2(&[
        [1.0, -1.0, 1.0],
        [-1.0, 1.0, 1.0],
        [0.0, 0.0, 0.0],
    ]));
    check(&arr2(&[[-1.0, -2.0, -3.0], [1.0, 2.0, 3.0]]));
    // Every product negative: exactly d1 - s1 of them count all the same.
    check(&arr2(&[[1.0, 5.0], [-1.0, -0.25]]));
    check(&arr2(&[[3.0, -4.0, 0.0]]));
    check(&Array2::zeros((3, 3)));
    check(&(gaussian(3, 3, 9) * 1e140));
    check(&(gaussian(3, 3, 9) * 1e-140));
}

#[test]
fn extreme_scales_stay_sound() {
    for scale in [1e300, 1e-300, 1e-320] {
        let w = gaussian(4, 5, 2) * scale;
        let table = BabelTable::new(&w, &[0, 2]).unwrap();
        for s2 in 0..4 {
            let (numerator, norm) = brute_force(&w, s2, 2);
            let mu = table.mu(s2, 2);
            assert!(contains(mu, &(numerator.clone() / norm)), "{scale} {mu:?}");
            let found = table.numerator(s2, 2);
            assert!(q(found.lo()) <= numerator);
            assert!(found.hi().is_infinite() || q(found.hi()) >= numerator);
        }
    }
}

#[test]
fn nonsense_is_refused() {
    assert!(BabelTable::new(&arr2(&[[f64::NAN]]), &[0]).is_err());
    assert!(BabelTable::new(&Array2::zeros((0, 2)), &[0]).is_err());
    assert!(BabelTable::new(&arr2(&[[1.0, 2.0]]), &[2]).is_err());
    let table = BabelTable::new(&arr2(&[[1.0, 2.0], [3.0, 4.0]]), &[1]).unwrap();
    assert!(!table.mu(0, 0).is_defined());
    assert!(table.norm_bound(0, 0).is_infinite() && table.norm_bound(2, 1).is_infinite());
}

#[test]
fn the_same_for_any_number_of_threads() {
    let w = gaussian(70, 50, 3);
    let run = || {
        let table = BabelTable::new(&w, &[0, 10, 30]).unwrap();
        (0..70)
            .map(|s2| table.numerator(s2, 10).hi() + table.numerator(s2, 0).hi())
            .collect()
    };
    let (one, five): (Vec<f64>, Vec<f64>) = (with_threads(1, run), with_threads(5, run));
    assert_eq!(one, five);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn invariants(rows in 1usize..9, cols in 1usize..9, seed in 0u64..1000) {
        let w = coarse(rows, cols, seed);
        let grid: Vec<usize> = (0..cols).collect();
        let table = BabelTable::new(&w, &grid).unwrap();
        let norms = ReducedRowNorms::new(&w).unwrap();
        prop_assert!(table.norm_bound(0, 0) >= spectral_norm(&w).enclosure.lo());
        for s1 in 0..cols {
            prop_assert_eq!(table.mu(rows - 1, s1).hi(), 0.0);
            prop_assert_eq!(table.norm_bound(rows - 1, s1), norms.max(s1).hi());
            for s2 in 1..rows {
                prop_assert!(table.numerator(s2, s1).lo() <= table.numerator(s2 - 1, s1).hi());
            }
        }
        // Permuting rows and columns, and changing the sign of one, change
        // nothing beyond rounding.
        let shuffled = Array2::from_shape_fn((rows, cols), |(i, j)| {
            -w[[rows - 1 - i, (j + 1) % cols]]
        });
        let other = BabelTable::new(&shuffled, &grid).unwrap();
        for s1 in 0..cols {
            for s2 in 0..rows {
                let (a, b) = (table.mu(s2, s1), other.mu(s2, s1));
                prop_assert!(a.lo() <= b.hi() && b.lo() <= a.hi());
            }
        }
    }
}
