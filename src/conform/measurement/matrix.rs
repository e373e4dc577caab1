//! Norms of weight matrices. Rows are outputs, columns inputs, as in PyTorch.

use super::{Measurement, scalar, weights};
use crate::bound::{Domain, Effect};
use crate::conform::subject::Field;
use crate::error::Error;
use crate::measure::definition;
use crate::real::Real;

const W: &str = "the matrix, rows are outputs";

pub(super) fn entries() -> Vec<Measurement> {
    let inactive = |name, about| scalar(name, Domain::Count, Effect::Lowers, about);
    let rows = || inactive("s2", "rows left out, < number of rows");
    let columns = || inactive("s1", "columns left out, < number of columns");
    let one = |id, about, value| Measurement {
        id,
        about,
        fields: vec![weights("w", W)],
        absolute_tolerance: 0.0,
        value,
    };
    vec![
        one("matrix/frobenius", "the Frobenius norm", |x| {
            Ok(definition::frobenius_squared(x.matrix("w")).sqrt())
        }),
        one("matrix/spectral", "the spectral norm", |x| {
            Ok(definition::spectral(x.small("w")?))
        }),
        one(
            "matrix/one-inf",
            "the largest sum of magnitudes of a row",
            |x| Ok(definition::one_inf(x.matrix("w"))),
        ),
        one(
            "matrix/two-one",
            "the sum of the 2-norms of the rows",
            |x| Ok(definition::two_one(x.matrix("w"))),
        ),
        Measurement {
            id: "matrix/distance-squared",
            about: "||W-V||_F^2",
            fields: vec![weights("w", W), weights("v", "a matrix of the same shape")],
            absolute_tolerance: 0.0,
            value: |x| {
                let (w, v) = (x.matrix("w"), x.matrix("v"));
                if w.len() != v.len() || w[0].len() != v[0].len() {
                    return Err(Error::domain("`w` and `v` of one shape", "two shapes"));
                }
                let difference = w.iter().zip(v);
                let difference = difference
                    .map(|(a, b)| a.iter().zip(b).map(|(x, y)| x - y).collect())
                    .collect();
                Ok(definition::frobenius_squared(&difference))
            },
        },
        Measurement {
            id: "matrix/reduced-row-norm",
            about: "||W||_(d2-1,s1): the largest norm of a row reduced to its d1-s1 largest entries",
            fields: vec![weights("w", W), columns()],
            absolute_tolerance: 0.0,
            value: |x| {
                let w = x.matrix("w");
                Ok(definition::reduced_row_norm(w, x.below("s1", w[0].len())?))
            },
        },
        Measurement {
            id: "matrix/output-difference",
            about: "the largest norm of a difference of two rows reduced to its d-s largest entries",
            fields: vec![
                weights("w", W),
                inactive("s", "entries left out, < number of columns"),
            ],
            absolute_tolerance: 0.0,
            value: |x| {
                let w = x.matrix("w");
                Ok(definition::output_difference(w, x.below("s", w[0].len())?))
            },
        },
        Measurement {
            id: "matrix/sparse-norm",
            about: "||W||_(s2,s1): the largest spectral norm of a sub-matrix of d2-s2 rows and d1-s1 columns",
            fields: vec![weights("w", W), rows(), columns()],
            absolute_tolerance: 0.0,
            value: |x| {
                let w = x.small("w")?;
                let (s2, s1) = (x.below("s2", w.len())?, x.below("s1", w[0].len())?);
                Ok(definition::sparse_norm(w, s2, s1))
            },
        },
        Measurement {
            id: "matrix/babel",
            about: "the reduced babel function mu_{s2,s1}(W), 0 for W = 0 and for s2 = d2-1",
            // The squared norm that it is divided by falls with s1 too.
            fields: vec![
                weights("w", W),
                rows(),
                Field {
                    effect: Effect::Mixed,
                    ..columns()
                },
            ],
            absolute_tolerance: 1e-12,
            value: |x| {
                let w = x.small("w")?;
                let (s2, s1) = (x.below("s2", w.len())?, x.below("s1", w[0].len())?);
                Ok(definition::babel(w, s2, s1))
            },
        },
    ]
}
