//! The held-out baseline: Clopper-Pearson's one-sided upper limit. Proof:
//! `proofs/paper/test-set.md`.

use super::{Inputs, Terms, Theorem};
use crate::real::Real;

/// The largest p with P(Bin(m,p) <= errors) >= delta.
pub struct ClopperPearson;

impl Theorem for ClopperPearson {
    fn terms<R: Real>(&self, x: &Inputs<R>) -> Terms<R> {
        let (m, errors, delta) = (x.scalar("m"), x.scalar("errors"), x.scalar("delta"));
        Terms {
            value: delta.binomial_upper(errors, m),
            parts: vec![("error_rate".into(), errors.clone() / m)],
        }
    }
}
