//! Frobenius, reduced and pairwise norms against exact rational arithmetic.

use super::matrices::{coarse, contains_root, dot, gaussian, q, relative_gap};
use gapcert::measure::frobenius::{distance_squared, frobenius_squared};
use gapcert::measure::norms::{MaxPairDifference, ReducedRowNorms};
use ndarray::{Array2, arr2};
use rug::Rational;

fn exact_distance(w: &Array2<f64>, v: &Array2<f64>) -> Rational {
    w.iter().zip(v).fold(Rational::new(), |sum, (x, y)| {
        let d = q(*x) - q(*y);
        sum + d.clone() * d
    })
}

/// The sum of the k largest squares.
fn reduced(row: Vec<Rational>, k: usize) -> Rational {
    let mut squares: Vec<Rational> = row.into_iter().map(|x| x.clone() * x).collect();
    squares.sort();
    squares
        .into_iter()
        .rev()
        .take(k)
        .fold(Rational::new(), |a, b| a + b)
}

#[test]
fn frobenius_is_exact() {
    let least = f64::from_bits(1);
    let cases = [
        gaussian(7, 9, 1),
        coarse(5, 5, 2),
        arr2(&[
            [f64::MAX, least, -0.0, 1.0],
            [-f64::MAX, 1e-310, 3.5, -least],
        ]),
        Array2::zeros((2, 2)),
        gaussian(4, 4, 3) * 1e-160,
    ];
    for w in &cases {
        let zero = Array2::zeros(w.dim());
        let exact = exact_distance(w, &zero);
        let sum = frobenius_squared(w).unwrap();
        assert_eq!(sum.to_rational(), exact);
        assert_eq!(Rational::try_from(sum.to_float()).unwrap(), exact);
        assert!(sum.enclosure(64).contains(&sum.to_float()));
        assert_eq!(distance_squared(w, &zero).unwrap(), sum);
        let v = w.mapv(|x| (x * 0.999).clamp(-1e300, 1e300));
        assert_eq!(
            distance_squared(w, &v).unwrap().to_rational(),
            exact_distance(w, &v)
        );
        assert_eq!(distance_squared(w, w).unwrap().to_rational(), 0);
    }
    let far = arr2(&[[f64::MAX]]);
    assert_eq!(
        distance_squared(&far, &-&far).unwrap().to_rational(),
        4 * q(f64::MAX) * q(f64::MAX)
    );
}

#[test]
fn frobenius_carries() {
    // More products than one carry holds.
    let w = Array2::from_elem((1100, 1000), f64::MAX);
    assert_eq!(
        frobenius_squared(&w).unwrap().to_rational(),
        1_100_000 * q(f64::MAX) * q(f64::MAX)
    );
}

#[test]
fn frobenius_refuses_nonsense() {
    assert!(frobenius_squared(&arr2(&[[f64::NAN]])).is_none());
    assert!(distance_squared(&arr2(&[[f64::INFINITY]]), &arr2(&[[1.0]])).is_none());
    assert!(distance_squared(&Array2::zeros((1, 2)), &Array2::zeros((2, 1))).is_none());
}

#[test]
fn reduced_row_norms_are_exact_to_rounding() {
    for seed in 0..12 {
        let (n, m) = (1 + seed as usize % 4, 1 + seed as usize % 7);
        let scale = [1.0, 1e300, 1e-300, 1e-320][seed as usize % 4];
        for w in [gaussian(n, m, seed) * scale, coarse(n, m, seed) * scale] {
            let norms = ReducedRowNorms::new(&w).unwrap();
            for s1 in 0..m {
                let rows: Vec<Rational> = w
                    .rows()
                    .into_iter()
                    .map(|r| reduced(r.iter().map(|x| q(*x)).collect(), m - s1))
                    .collect();
                for (i, exact) in rows.iter().enumerate() {
                    assert!(contains_root(norms.row(i, s1), exact), "row {i} s1 {s1}");
                }
                let max = norms.max(s1);
                assert!(contains_root(max, rows.iter().max().unwrap()));
                assert!(scale < 1e-310 || relative_gap(max) < 1e-14);
            }
            assert_eq!(
                norms.largest_entry(),
                w.iter().fold(0.0f64, |m, x| m.max(x.abs()))
            );
            assert!(!norms.max(m).is_defined() && !norms.row(n, 0).is_defined());
        }
    }
    let zero = ReducedRowNorms::new(&arr2(&[[0.0, 0.0], [1.0, 2.0]])).unwrap();
    assert_eq!(zero.row(0, 0).hi(), 0.0);
    assert!(ReducedRowNorms::new(&arr2(&[[f64::NAN]])).is_none());
    assert!(ReducedRowNorms::new(&Array2::zeros((0, 3))).is_none());
}

#[test]
fn pair_differences_are_exact_to_rounding() {
    for seed in 0..12 {
        let (n, m) = (1 + seed as usize % 4, 1 + seed as usize % 6);
        let scale = [1.0, 1e300, 1e-300, 1e-320][seed as usize % 4];
        for w in [gaussian(n, m, seed) * scale, coarse(n, m, seed) * scale] {
            let difference = MaxPairDifference::new(&w).unwrap();
            for s in 0..m {
                let mut exact = Rational::new();
                for y in 0..n {
                    for j in 0..y {
                        let d = (0..m).map(|l| q(w[[y, l]]) - q(w[[j, l]]));
                        exact = exact.max(reduced(d.collect(), m - s));
                    }
                }
                let found = difference.at(s);
                assert!(contains_root(found, &exact), "{seed} s {s}: {found:?}");
                assert!(scale < 1e-310 || exact == 0 || relative_gap(found) < 1e-14);
            }
            assert!(!difference.at(m).is_defined());
        }
    }
    let one = MaxPairDifference::new(&arr2(&[[1.0, 2.0]])).unwrap();
    assert_eq!(one.at(0).hi(), 0.0);
}

#[test]
fn one_row_is_its_norm() {
    let w = gaussian(1, 300, 5);
    assert!(contains_root(
        ReducedRowNorms::new(&w).unwrap().max(0),
        &dot(w.row(0), w.row(0))
    ));
}
