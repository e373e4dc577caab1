//! Norms of layers against the matrix written out.

use crate::naive::taps;
use gapcert::measure::convolution::{LayerNorms, distances};
use gapcert::network::{Conv, Op, Shape, Window};
use gapcert::testing::{Numbers, conv, window};
use nalgebra::DMatrix;

/// The operator as a matrix, outputs by inputs, in any fixed order.
fn matrix(conv: &Conv, input: Shape) -> DMatrix<f64> {
    let [height, width] = conv.window.grid(input).unwrap();
    let (out, of_group, ..) = conv.kernel.dim();
    let per_group = out / conv.groups;
    let mut t = DMatrix::zeros(out * height * width, input.len());
    for o in 0..out {
        for y in 0..height {
            for x in 0..width {
                for ([r, c], [i, j]) in taps(&conv.window, input, y, x) {
                    for k in 0..of_group {
                        let channel = o / per_group * of_group + k;
                        let column = (channel * input.height + i) * input.width + j;
                        t[((o * height + y) * width + x, column)] += conv.kernel[[o, k, r, c]];
                    }
                }
            }
        }
    }
    t
}

fn random(numbers: &mut Numbers) -> (Conv, Shape) {
    let input = Shape {
        channels: 2 * numbers.between(1, 2),
        height: numbers.between(2, 6),
        width: numbers.between(2, 6),
    };
    let w = window(numbers, input);
    let (out, groups) = (2 * numbers.between(1, 2), numbers.between(1, 2));
    match conv(numbers, input, out, w, groups, false) {
        Op::Conv(c) => (c, input),
        _ => unreachable!(),
    }
}

fn close(x: &gapcert::real::Enclosure, y: f64) -> bool {
    (x.mid_f64() - y).abs() <= 1e-11 * y.abs().max(1e-30) && x.relative_width() < 1e-30
}

#[test]
fn norms_of_the_operator_are_those_of_its_matrix() {
    let mut numbers = Numbers::seeded(21);
    for case in 0..150 {
        let (conv, input) = random(&mut numbers);
        let t = matrix(&conv, input);
        let found = LayerNorms::new(&conv, input, 128);
        let spectral = t.singular_values()[0];
        assert!(
            found.operator.lo() <= spectral * (1.0 + 1e-12)
                && found.operator.hi() >= spectral * (1.0 - 1e-12),
            "case {case}: {:?} {spectral}",
            found.operator
        );
        // Power iteration stops early where the top is not simple.
        assert!(
            found.operator.lo() >= spectral * 0.97,
            "case {case}: {:?} {spectral}",
            found.operator
        );
        assert!(close(&found.operator_frobenius, t.norm()), "case {case}");
        let rows: Vec<f64> = t.row_iter().map(|r| r.norm()).collect();
        assert!(close(&found.operator_21, rows.iter().sum()), "case {case}");
        let sums = t.row_iter().map(|r| r.iter().map(|x| x.abs()).sum::<f64>());
        assert!(
            close(&found.operator_1_inf, sums.fold(0.0, f64::max)),
            "case {case}"
        );
        assert_eq!(found.width, [t.ncols(), t.nrows()]);
        let kernel = conv.kernel.outer_iter();
        let row_norms: Vec<f64> = kernel
            .map(|r| r.iter().map(|x| x * x).sum::<f64>().sqrt())
            .collect();
        assert!(close(&found.kernel_21, row_norms.iter().sum()));
        let (out, _, lines, columns) = conv.kernel.dim();
        let by_tap: f64 = (0..out * lines * columns)
            .map(|i| {
                let (o, t) = (i / (lines * columns), i % (lines * columns));
                let column = conv
                    .kernel
                    .slice(ndarray::s![o, .., t / columns, t % columns]);
                column.iter().map(|x| x * x).sum::<f64>().sqrt()
            })
            .sum();
        let whole = conv.window == Window::whole(input);
        let expected = if whole {
            row_norms.iter().sum()
        } else {
            by_tap
        };
        assert!(close(&found.kernel_21_by_tap, expected));
        let squares: f64 = row_norms.iter().map(|x| x * x).sum();
        assert!(close(&found.kernel_frobenius, squares.sqrt()));
        let l1 = conv
            .kernel
            .outer_iter()
            .map(|r| r.iter().map(|x| x.abs()).sum::<f64>());
        assert!(close(&found.kernel_1_inf, l1.fold(0.0, f64::max)));
    }
}

/// On a large grid the padded operator is nearly the infinite one: both bounds
/// are close, so neither is trivial.
#[test]
fn the_bounds_on_the_operator_norm_meet_on_large_grids() {
    let mut numbers = Numbers::seeded(22);
    for (size, stride, dilation) in [
        (2, 1, 1),
        (3, 1, 1),
        (3, 2, 1),
        (2, 2, 1),
        (3, 1, 2),
        (5, 3, 1),
    ] {
        let input = Shape {
            channels: 3,
            height: 60,
            width: 60,
        };
        let w = Window {
            size: [size; 2],
            stride: [stride; 2],
            dilation: [dilation; 2],
            padding: [[1, 1], [1, 1]],
        };
        let Op::Conv(c) = conv(&mut numbers, input, 4, w, 1, false) else {
            unreachable!()
        };
        let found = LayerNorms::new(&c, input, 128).operator;
        assert!(
            found.lo() <= found.hi() && found.hi() <= found.lo() * 1.03,
            "{size} {stride} {dilation}: {found:?}"
        );
    }
}

/// Windows that do not overlap make the operator block diagonal: its norm is
/// that of the kernel as a matrix.
#[test]
fn windows_side_by_side_have_the_norm_of_the_kernel() {
    let mut numbers = Numbers::seeded(23);
    let input = Shape {
        channels: 3,
        height: 8,
        width: 8,
    };
    let w = Window {
        size: [2, 2],
        stride: [2, 2],
        dilation: [1, 1],
        padding: [[0, 0], [0, 0]],
    };
    let Op::Conv(c) = conv(&mut numbers, input, 5, w, 1, false) else {
        unreachable!()
    };
    let kernel = DMatrix::from_fn(5, 12, |o, i| c.kernel[[o, i / 4, i % 4 / 2, i % 2]]);
    let exact = kernel.singular_values()[0];
    let found = LayerNorms::new(&c, input, 128).operator;
    assert!(
        found.hi() >= exact * (1.0 - 1e-12) && found.hi() <= exact * (1.0 + 3e-3),
        "{found:?} {exact}"
    );
}

#[test]
fn scaling_the_weights_scales_the_norms() {
    let mut numbers = Numbers::seeded(24);
    let (conv, input) = random(&mut numbers);
    let base = LayerNorms::new(&conv, input, 128);
    for exponent in [-400, -30, 30, 400] {
        let factor = 2f64.powi(exponent);
        let scaled = Conv {
            kernel: conv.kernel.mapv(|w| w * factor),
            ..conv.clone()
        };
        let found = LayerNorms::new(&scaled, input, 128);
        let ratio = found.kernel_21.mid_f64() / base.kernel_21.mid_f64();
        assert_eq!(ratio, factor);
        assert!(found.operator.hi() >= base.operator.lo() * factor);
        if exponent.abs() < 100 {
            assert!(found.operator.hi() <= base.operator.hi() * factor * (1.0 + 1e-6));
        }
    }
}

#[test]
fn distances_are_norms_of_differences() {
    let mut numbers = Numbers::seeded(25);
    for _ in 0..20 {
        let (a, input) = random(&mut numbers);
        let b = Conv {
            kernel: a.kernel.mapv(|w| w * 0.75 + 0.1),
            ..a.clone()
        };
        let found = distances(&a, &b, input, 128);
        let t = matrix(&a, input) - matrix(&b, input);
        assert!(
            (found.operator_21.mid_f64() - t.row_iter().map(|r| r.norm()).sum::<f64>()).abs()
                < 1e-10
        );
        assert!(found.operator >= t.singular_values()[0] * (1.0 - 1e-12));
        let kernel: f64 = a
            .kernel
            .iter()
            .zip(&b.kernel)
            .map(|(x, y)| (x - y) * (x - y))
            .sum();
        assert!((found.kernel_frobenius.mid_f64() - kernel.sqrt()).abs() < 1e-11);
        let same = distances(&a, &a, input, 128);
        assert!(same.kernel_21.hi().is_zero() && same.operator < 1e-100);
    }
}
