//! The enclosure reading and the symbolic reading at once.
//!
//! A derivation from measurements to the inputs of a theorem is computed once,
//! and what was computed is also what is written down: each value carries the
//! place of the step that made it.

use super::recorder::Node;
use super::{Enclosure, Real};
use std::ops::{Add, Div, Mul, Neg, Sub};

/// An enclosure and the step of a program whose value it is.
#[derive(Clone, Debug)]
pub struct Traced {
    pub value: Enclosure,
    pub node: Node,
}

impl Traced {
    fn map(&self, value: impl Fn(&Enclosure) -> Enclosure, node: impl Fn(&Node) -> Node) -> Self {
        Self {
            value: value(&self.value),
            node: node(&self.node),
        }
    }

    fn zip(
        &self,
        other: &Self,
        value: impl Fn(&Enclosure, &Enclosure) -> Enclosure,
        node: impl Fn(&Node, &Node) -> Node,
    ) -> Self {
        Self {
            value: value(&self.value, &other.value),
            node: node(&self.node, &other.node),
        }
    }
}

impl Neg for Traced {
    type Output = Self;
    fn neg(self) -> Self {
        Self {
            value: -self.value,
            node: -self.node,
        }
    }
}

macro_rules! operators {
    ($($trait:ident $method:ident),*) => {$(
        impl $trait for Traced {
            type Output = Self;
            fn $method(self, other: Self) -> Self {
                Self { value: self.value.$method(other.value), node: self.node.$method(other.node) }
            }
        }
        impl $trait<&Traced> for Traced {
            type Output = Self;
            fn $method(self, other: &Self) -> Self {
                Self { value: self.value.$method(&other.value), node: self.node.$method(&other.node) }
            }
        }
    )*};
}
operators!(Add add, Sub sub, Mul mul, Div div);

/// Operations on one number, or on two, that both readings have by that name.
macro_rules! both {
    ($($method:ident ( $($other:ident),* )),* $(,)?) => {$(
        both!(@ $method $($other)*);
    )*};
    (@ $method:ident) => {
        fn $method(&self) -> Self { self.map(Real::$method, Real::$method) }
    };
    (@ $method:ident $other:ident) => {
        fn $method(&self, $other: &Self) -> Self { self.zip($other, Real::$method, Real::$method) }
    };
    (@ $method:ident $a:ident $b:ident) => {
        fn $method(&self, $a: &Self, $b: &Self) -> Self {
            Self {
                value: self.value.$method(&$a.value, &$b.value),
                node: self.node.$method(&$a.node, &$b.node),
            }
        }
    };
}

impl Real for Traced {
    both!(
        pi(),
        sqrt(),
        cbrt(),
        ln(),
        exp(),
        ceil(),
        ln_xi(),
        normal_upper_quantile(),
        harmonic(),
        peeling(),
        pow(exponent),
        min(other),
        max(other),
        kl(p),
        kl_inv(c),
        binomial_upper(errors, m),
        grid_exponent(start, base),
    );

    fn ratio(&self, p: i64, q: i64) -> Self {
        self.map(|x| x.ratio(p, q), |x| x.ratio(p, q))
    }

    fn powi(&self, n: i32) -> Self {
        self.map(|x| x.powi(n), |x| x.powi(n))
    }

    fn ln_binomial(&self, n: u64, k: u64) -> Self {
        self.map(|x| x.ln_binomial(n, k), |x| x.ln_binomial(n, k))
    }

    fn chi_upper_quantile(&self, dof: u64) -> Self {
        self.map(|x| x.chi_upper_quantile(dof), |x| x.chi_upper_quantile(dof))
    }
}
