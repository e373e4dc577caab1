//! Margin bounds for classes that scale: networks whose radius q, a norm that
//! grows by the factor c when the outputs do, divided by the margin gamma, is at
//! most some level. Proof: `proofs/paper/norm-based.md`, Sections 2 and 3.

use super::{Inputs, Terms, Theorem};
use crate::real::Real;

/// What a class costs at radius 1.
pub trait Capacity {
    /// The input that holds q.
    const RADIUS: &'static str;

    /// 2 R at q = 1, R the empirical Rademacher complexity of
    /// ramp(margin/gamma).
    fn at_radius_one<R: Real>(&self, x: &Inputs<R>) -> R;
}

/// err <= (1/m) sum_i ramp(margin_i/gamma) + 2 R(q_t)
///        + sqrt((2/m) ln(3(|t|+1)(|t|+2)/(2 delta))),
///
/// t = ceil(log_b(q/q0)), q_t = q0 b^t, for all networks and all gamma > 0 at
/// once: the levels have the weights (2/3)/((|t|+1)(|t|+2)), which sum to 1 over
/// the integers.
pub struct Homogeneous<C>(pub C);

impl<C: Capacity> Theorem for Homogeneous<C> {
    fn terms<R: Real>(&self, x: &Inputs<R>) -> Terms<R> {
        let (m, delta) = (x.scalar("m"), x.scalar("delta"));
        let (start, base) = (x.scalar("q0"), x.scalar("b"));
        let ramp_loss = x.scalar("ramp_loss");

        let level = x.scalar(C::RADIUS).grid_exponent(start, base);
        let radius = base.pow(&level) * start;
        let complexity = self.0.at_radius_one(x) * &radius;

        let steps = level.max(&-level.clone());
        let inverse_weight = (steps.clone() + m.int(1)) * (steps + m.int(2)) * m.ratio(3, 2);
        let confidence = ((inverse_weight / delta).ln() * m.int(2) / m).sqrt();
        Terms {
            value: ramp_loss.clone() + &complexity + &confidence,
            parts: vec![
                ("ramp_loss".into(), ramp_loss.clone()),
                ("level".into(), level),
                ("radius".into(), radius),
                ("complexity".into(), complexity),
                ("confidence".into(), confidence),
            ],
        }
    }
}

/// 2 sqrt(pi)/m: what turns E sup sum_i <g_i, h(x_i)/gamma> with Gaussian g into
/// 2 R of ramp(margin/gamma).
pub fn gaussian<R: Real>(m: &R) -> R {
    m.pi().sqrt() * m.int(2) / m
}
