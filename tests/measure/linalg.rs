//! Spectral norms against exact and high-precision references.

use super::matrices::{coarse, contains_root, dot, gaussian, power_iteration, q, relative_gap};
use super::with_threads;
use gapcert::linalg::error::gamma;
use gapcert::linalg::scale::{Scaled, vector_norm};
use gapcert::linalg::{Cholesky, Gram, spectral_norm};
use ndarray::{Array1, Array2, arr1, arr2};
use rug::Rational;

fn hadamard(k: u32) -> Array2<f64> {
    let n = 1 << k;
    Array2::from_shape_fn((n, n), |(i, j)| {
        if (i & j).count_ones() % 2 == 0 {
            1.0
        } else {
            -1.0
        }
    })
}

fn outer(x: &[f64], y: &[f64]) -> Array2<f64> {
    Array2::from_shape_fn((x.len(), y.len()), |(i, j)| x[i] * y[j])
}

fn check(w: &Array2<f64>, square: &Rational) {
    let norm = spectral_norm(w).enclosure;
    assert!(
        contains_root(norm, square),
        "{norm:?} against the root of {square}"
    );
    assert!(relative_gap(norm) < 1e-9, "{norm:?}");
    assert_eq!(norm, spectral_norm(&w.t().to_owned()).enclosure);
}

#[test]
fn gamma_is_rounded_up() {
    for n in [1usize, 2, 3, 10, 784, 1000, 123_457, 1 << 40] {
        let u = Rational::from((1, 1u64 << 53));
        let nu = Rational::from(n) * u;
        let exact: Rational = nu.clone() / (1u32 - nu);
        assert!(q(gamma(n)) >= exact);
        assert!(gamma(n) <= exact.to_f64() * (1.0 + 1e-15));
    }
    assert!(gamma(usize::MAX).is_infinite());
}

#[test]
fn known_norms() {
    for k in 0..=6 {
        check(&hadamard(k), &Rational::from(1 << k));
    }
    check(&Array2::eye(50), &Rational::from(1));
    check(&Array2::ones((37, 91)), &Rational::from(37 * 91));
    check(
        &Array2::from_diag(&arr1(&[3.0, -7.0, 0.5, 0.0])),
        &Rational::from(49),
    );
    check(
        &outer(&[1.0, -2.0, 3.0], &[4.0, 0.0, -5.0, 6.0]),
        &Rational::from(14 * 77),
    );
    check(&arr2(&[[3.0, 4.0]]), &Rational::from(25));
    // [[1,1],[0,1]]: the golden ratio, whose square is (3 + sqrt 5)/2.
    let golden = spectral_norm(&arr2(&[[1.0, 1.0], [0.0, 1.0]])).enclosure;
    let phi = (1.0 + 5.0f64.sqrt()) / 2.0;
    assert!(golden.lo() <= phi.next_up() && golden.hi() >= phi.next_down());
}

#[test]
fn nothing_and_nonsense() {
    assert_eq!(spectral_norm(&Array2::zeros((4, 7))).enclosure.hi(), 0.0);
    assert_eq!(spectral_norm(&Array2::zeros((0, 7))).enclosure.hi(), 0.0);
    assert!(
        !spectral_norm(&arr2(&[[1.0, f64::NAN]]))
            .enclosure
            .is_defined()
    );
    assert!(
        !spectral_norm(&arr2(&[[1.0, f64::INFINITY]]))
            .enclosure
            .is_defined()
    );
}

#[test]
fn any_scale() {
    let w = outer(&[1.0, -2.0, 3.0], &[4.0, 0.0, -5.0, 6.0]);
    let square = Rational::from(14 * 77);
    for k in [-1060i32, -1030, -600, -1, 0, 1, 600, 1018] {
        let w = w.mapv(|x| x * 2f64.powi(k / 2) * 2f64.powi(k - k / 2));
        let square = square.clone() << (2 * k);
        let norm = spectral_norm(&w).enclosure;
        assert!(contains_root(norm, &square), "{k}: {norm:?}");
        if k > -1000 {
            assert!(relative_gap(norm) < 1e-9, "{k}: {norm:?}");
        }
    }
    // The norm itself overflows: a lower bound remains.
    let huge = spectral_norm(&Array2::from_elem((2, 2), f64::MAX)).enclosure;
    assert!(huge.lo() == f64::MAX && huge.hi().is_infinite());
    // Entries too small to matter, and rounded away on scaling.
    let mixed = arr2(&[[1e300, 5e-324], [3e-320, 1e-310]]);
    assert!(contains_root(
        spectral_norm(&mixed).enclosure,
        &(q(1e300) * q(1e300))
    ));
    let least = f64::from_bits(1);
    assert!(contains_root(
        spectral_norm(&arr2(&[[least, least]])).enclosure,
        &(2 * q(least) * q(least))
    ));
}

#[test]
fn random_shapes_are_tight_and_contain_the_reference() {
    for (seed, (n, m)) in [
        (1, 1),
        (1, 40),
        (40, 1),
        (2, 3),
        (17, 17),
        (100, 784),
        (10, 100),
        (300, 200),
        (1000, 784),
    ]
    .into_iter()
    .enumerate()
    {
        let w = gaussian(n, m, seed as u64);
        let norm = spectral_norm(&w).enclosure;
        assert!(
            relative_gap(norm) < 1e-9,
            "{n} x {m}: {}",
            relative_gap(norm)
        );
        if n * m <= 60_000 {
            let a = nalgebra::DMatrix::from_fn(n, m, |i, j| w[[i, j]]);
            let reference = a.singular_values().max();
            assert!(norm.lo() <= reference * (1.0 + 1e-12), "{n} x {m}");
            assert!(norm.hi() >= reference * (1.0 - 1e-12), "{n} x {m}");
        }
    }
}

#[test]
fn never_below_a_high_precision_power_iteration() {
    for seed in 0..20 {
        let (n, m) = (1 + seed as usize % 6, 2 + seed as usize % 5);
        for w in [gaussian(n, m, seed), coarse(n, m, seed)] {
            let norm = spectral_norm(&w).enclosure;
            let reference = power_iteration(&w, 400);
            assert!(reference <= norm.hi(), "{norm:?} {reference}");
            assert!(
                norm.lo() <= reference.to_f64() * (1.0 + 1e-6),
                "{norm:?} {reference}"
            );
        }
    }
}

#[test]
fn hard_spectra() {
    // Clustered tops, ill-conditioned, nearly orthogonal to any smooth start.
    let n = 60;
    let h = hadamard(6);
    for spread in [0.0, 1e-14, 1e-9, 1e-4, 0.5] {
        let d = Array1::from_shape_fn(64, |i| 1.0 - spread * i as f64 / 64.0);
        let w = &h * &d;
        let norm = spectral_norm(&w).enclosure;
        assert!(
            norm.contains(8.0) && relative_gap(norm) < 1e-9,
            "{spread}: {norm:?}"
        );
    }
    let hilbert = Array2::from_shape_fn((n, n), |(i, j)| 1.0 / (i + j + 1) as f64);
    assert!(relative_gap(spectral_norm(&hilbert).enclosure) < 1e-9);
    let graded = Array2::from_diag(&Array1::from_shape_fn(n, |i| 10f64.powi(-(i as i32))));
    assert!(spectral_norm(&graded).enclosure.contains(1.0));
    // Bidiagonal: top of the spectrum dense as cos near 0.
    let path = Array2::from_shape_fn(
        (300, 300),
        |(i, j)| if j == i || j == i + 1 { 1.0 } else { 0.0 },
    );
    let norm = spectral_norm(&path).enclosure;
    // ||path|| = 2 cos(pi/(2n+1)).
    let exact = 2.0 * (std::f64::consts::PI / 601.0).cos();
    assert!(norm.lo() <= exact.next_up() && norm.hi() >= exact.next_down());
    assert!(relative_gap(norm) < 1e-9, "{norm:?}");
}

#[test]
fn too_small_a_bound_is_not_certified() {
    for (n, m) in [(3, 5), (40, 60), (100, 784)] {
        let w = gaussian(n, m, 7);
        let scaled = Scaled::new(&w).unwrap();
        let norm = spectral_norm(scaled.matrix()).enclosure;
        let square = norm.lo() * norm.lo();
        let gram = Gram::new(&scaled);
        for excess in [1e-9, 1e-6, 1e-3, 0.5, 1.0] {
            assert!(
                gram.certify(square * (1.0 - excess)).is_none(),
                "{n} x {m}, {excess}"
            );
        }
        let (bound, _) = gram.certify(square * (1.0 + 1e-9)).unwrap();
        assert!(bound >= norm.lo() * norm.lo());
    }
}

#[test]
fn cholesky_proves_only_what_holds() {
    let definite = arr2(&[[4.0, 0.0], [2.0, 3.0]]);
    assert!(Cholesky::new(definite).unwrap().defect() < 1e-14);
    for bad in [
        arr2(&[[1.0, 0.0], [2.0, 1.0]]),
        arr2(&[[0.0]]),
        arr2(&[[f64::NAN]]),
        arr2(&[[f64::INFINITY]]),
        arr2(&[[1.0, 0.0], [f64::NAN, 1.0]]),
        arr2(&[[1.0, 0.0], [f64::INFINITY, 1.0]]),
        Array2::ones((2, 3)),
    ] {
        assert!(Cholesky::new(bad).is_none());
    }
}

#[test]
fn the_same_for_any_number_of_threads() {
    let w = gaussian(120, 90, 3);
    let run = || spectral_norm(&w).enclosure;
    assert_eq!(with_threads(1, run), with_threads(5, run));
}

#[test]
fn vector_norms_contain_the_exact_norm() {
    for (seed, k) in [(1u64, 0i32), (2, 1000), (3, -1000), (4, -1060), (5, 500)] {
        let x = coarse(1, 57, seed).mapv(|x| x * 2f64.powi(k / 2) * 2f64.powi(k - k / 2));
        let norm = vector_norm(x.row(0));
        assert!(contains_root(norm, &dot(x.row(0), x.row(0))), "{k}");
        assert!(k < -900 || relative_gap(norm) < 1e-13);
    }
    assert_eq!(vector_norm(arr1(&[]).view()).hi(), 0.0);
    assert!(!vector_norm(arr1(&[f64::INFINITY]).view()).is_defined());
}
