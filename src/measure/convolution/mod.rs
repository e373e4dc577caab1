//! Norms of linear layers: of the kernel, and of the operator it defines on its
//! grid, named apart.
//!
//! The operator is the matrix that maps all entries of the input to all entries
//! of the output: a convolution's is (doubly) Toeplitz, and is never made.

mod grouped;
mod power;
mod symbol;

pub use power::operator_norm_lower;
pub use symbol::operator_norm_upper;

use crate::linalg::spectral_norm;
use crate::network::{Conv, Shape, Window};
use crate::real::{Enclosure, Interval};
use grouped::Squares;

/// Norms of one linear layer.
#[derive(Clone, Debug)]
pub struct LayerNorms {
    /// The spectral norm of the operator.
    pub operator: Interval,
    /// |W|_F of the kernel.
    pub kernel_frobenius: Enclosure,
    /// |W|_F of the operator: each tap counts as often as it is on the grid.
    pub operator_frobenius: Enclosure,
    /// (2,1): the sum over output channels of the 2-norms of the kernel's rows.
    pub kernel_21: Enclosure,
    /// (2,1) as Graf et al. have it: the sum over output channels and taps of the
    /// 2-norms over input channels. A fully connected layer is one tap.
    pub kernel_21_by_tap: Enclosure,
    /// (2,1): the sum over outputs of the 2-norms of the operator's rows.
    pub operator_21: Enclosure,
    /// (1,inf): the largest 1-norm of a row of the kernel.
    pub kernel_1_inf: Enclosure,
    /// (1,inf): the largest 1-norm of a row of the operator.
    pub operator_1_inf: Enclosure,
    /// Number of weights of the kernel.
    pub parameters: usize,
    /// Entries of the input and of the output.
    pub width: [usize; 2],
}

impl LayerNorms {
    /// Of a layer that reads values of shape `input`; biases are not looked at.
    pub fn new(conv: &Conv, input: Shape, prec: u32) -> Self {
        let squares = Squares::new(conv, None, input, prec);
        let output = squares.output();
        Self {
            operator: operator_norm(conv, input),
            kernel_frobenius: squares.kernel_frobenius(),
            operator_frobenius: squares.operator_frobenius(),
            kernel_21: squares.kernel_21(),
            kernel_21_by_tap: by_tap(conv, input, &squares),
            operator_21: squares.operator_21(),
            kernel_1_inf: squares.kernel_1_inf(),
            operator_1_inf: squares.operator_1_inf(),
            parameters: conv.kernel.len(),
            width: [input.len(), output.len()],
        }
    }
}

fn operator_norm(conv: &Conv, input: Shape) -> Interval {
    let outputs = conv.kernel.dim().0;
    let matrix = conv
        .kernel
        .to_shape((outputs, conv.kernel.len() / outputs.max(1)));
    // A layer that reads all of its input at once is the matrix of its kernel.
    if let (true, Ok(matrix)) = (
        conv.window == Window::whole(input) && conv.groups == 1,
        matrix,
    ) {
        return spectral_norm(&matrix.into_owned()).enclosure;
    }
    let lower = operator_norm_lower(conv, input);
    let upper = operator_norm_upper(conv, input, lower);
    Interval::new(lower.min(upper), upper).unwrap_or(Interval::UNDEFINED)
}

fn by_tap(conv: &Conv, input: Shape, squares: &Squares) -> Enclosure {
    if conv.window == Window::whole(input) {
        squares.kernel_21()
    } else {
        squares.kernel_21_by_tap()
    }
}

/// Distances of a layer from one of the same shape.
#[derive(Clone, Debug)]
pub struct Distances {
    /// |W - V|_F of the kernels.
    pub kernel_frobenius: Enclosure,
    /// (2,1) of the difference of the kernels.
    pub kernel_21: Enclosure,
    /// The same by tap, as in [`LayerNorms::kernel_21_by_tap`].
    pub kernel_21_by_tap: Enclosure,
    /// (2,1) of the difference of the operators.
    pub operator_21: Enclosure,
    /// An upper bound on the spectral norm of the difference of the operators.
    pub operator: f64,
}

/// Of `conv` from `reference`, which has the same kernel shape and window.
pub fn distances(conv: &Conv, reference: &Conv, input: Shape, prec: u32) -> Distances {
    let squares = Squares::new(conv, Some(reference), input, prec);
    let difference = &conv.kernel - &reference.kernel;
    // Each entry of the difference is rounded once.
    let rounded = conv.kernel.iter().zip(&reference.kernel).any(|(w, v)| {
        let exact = Enclosure::exact(53, *w) - Enclosure::exact(53, *v);
        !exact.is_exact()
    });
    let difference = Conv {
        kernel: difference,
        ..conv.clone()
    };
    let guess = operator_norm_lower(&difference, input);
    let upper = operator_norm_upper(&difference, input, guess);
    // By at most u of itself, so the operator's norm moves by at most u times
    // its Frobenius norm: far within this.
    let slack = if rounded {
        1e-15 * squares.operator_frobenius().hi().to_f64()
    } else {
        0.0
    };
    Distances {
        kernel_frobenius: squares.kernel_frobenius(),
        kernel_21: squares.kernel_21(),
        kernel_21_by_tap: by_tap(conv, input, &squares),
        operator_21: squares.operator_21(),
        operator: (upper + slack).next_up(),
    }
}
