//! Long & Sedghi (ICLR 2020): a measure. Their theorem has an absolute constant
//! that they leave unspecified, so no number follows from it. Checked against the
//! project's own statement only; the theorem in print was not seen.

use super::{Inputs, Terms, Theorem};
use crate::real::Real;

/// sqrt((W (beta + ln max(lambda, 1)) + ln(1/delta))/m), the constant set to 1: W
/// parameters, beta the sum over the layers of the operator-norm distance to the
/// initial weights, lambda the Lipschitz constant of the loss (a loss with a
/// smaller one has 1, too).
pub struct Distance;

impl Theorem for Distance {
    fn terms<R: Real>(&self, x: &Inputs<R>) -> Terms<R> {
        let (m, delta) = (x.scalar("m"), x.scalar("delta"));
        let logarithm = x.scalar("lipschitz").max(&m.int(1)).ln();
        let complexity = (logarithm + x.scalar("distance")) * x.scalar("parameters");
        Terms {
            value: ((complexity.clone() - delta.ln()) / m).sqrt(),
            parts: vec![("complexity".into(), complexity)],
        }
    }
}
