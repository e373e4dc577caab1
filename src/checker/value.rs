//! Numbers as the theorems' transcriptions write them: an interval, or the
//! reason why there is none, with the usual operators. Every result is rounded
//! outward to the machine's precision.

use super::functions::{Gap, Machine, Op};
use super::number::Interval;
use rug::Rational;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number of a derivation.
#[derive(Clone)]
pub struct Value<'a> {
    machine: &'a Machine,
    range: Result<Interval, Gap>,
}

impl<'a> Value<'a> {
    /// Of an interval, kept as it is.
    pub fn new(machine: &'a Machine, range: Result<Interval, Gap>) -> Self {
        Self { machine, range }
    }

    pub fn range(&self) -> &Result<Interval, Gap> {
        &self.range
    }

    /// An integer, in the context of `self`.
    pub fn int(&self, n: u64) -> Self {
        self.rational(Rational::from(n))
    }

    pub fn ratio(&self, p: u32, q: u32) -> Self {
        self.rational(Rational::from((p, q)))
    }

    pub fn rational(&self, x: Rational) -> Self {
        Self::new(self.machine, Ok(Interval::point(x)))
    }

    pub fn pi(&self) -> Self {
        self.apply(Op::Pi, &[])
    }

    fn apply(&self, op: Op, operands: &[&Self]) -> Self {
        let ranges: Result<Vec<&Interval>, Gap> = operands
            .iter()
            .map(|x| x.range.as_ref().map_err(|g| *g))
            .collect();
        let range = ranges.and_then(|x| self.machine.apply(op, &x));
        let rounded = range.and_then(|x| x.outward(self.machine.bits()).ok_or(Gap::OutOfReach));
        Self::new(self.machine, rounded)
    }
}

macro_rules! unary {
    ($($name:ident $op:ident),*) => {
        impl Value<'_> {$(
            pub fn $name(&self) -> Self { self.apply(Op::$op, &[self]) }
        )*}
    };
}
unary!(sqrt Sqrt, cbrt Cbrt, ln Ln, exp Exp, ceil Ceil, ln_xi LnXi, harmonic Harmonic,
    peeling Peeling, normal_upper_quantile NormalUpperQuantile);

macro_rules! binary {
    ($($name:ident $op:ident),*) => {
        impl Value<'_> {$(
            pub fn $name(&self, other: &Self) -> Self { self.apply(Op::$op, &[self, other]) }
        )*}
    };
}
binary!(min Min, max Max, pow Pow, kl_inv KlInv);

impl Value<'_> {
    pub fn square(&self) -> Self {
        self.apply(Op::Powi(2), &[self])
    }

    pub fn chi_upper_quantile(&self, dof: u64) -> Self {
        self.apply(Op::ChiUpperQuantile(dof), &[self])
    }

    pub fn ln_binomial(&self, n: u64, k: u64) -> Self {
        self.apply(Op::LnBinomial(n, k), &[])
    }

    pub fn binomial_upper(&self, errors: &Self, m: &Self) -> Self {
        self.apply(Op::BinomialUpper, &[self, errors, m])
    }

    pub fn grid_exponent(&self, start: &Self, base: &Self) -> Self {
        self.apply(Op::GridExponent, &[self, start, base])
    }
}

macro_rules! operators {
    ($($trait:ident $method:ident),*) => {$(
        impl<'a> $trait for Value<'a> {
            type Output = Self;
            fn $method(self, other: Self) -> Self { self.apply(Op::$trait, &[&self, &other]) }
        }
        impl<'a> $trait<&Value<'a>> for Value<'a> {
            type Output = Self;
            fn $method(self, other: &Self) -> Self { self.apply(Op::$trait, &[&self, other]) }
        }
        impl<'a> $trait for &Value<'a> {
            type Output = Value<'a>;
            fn $method(self, other: Self) -> Value<'a> { self.apply(Op::$trait, &[self, other]) }
        }
        impl<'a> $trait<Value<'a>> for &Value<'a> {
            type Output = Value<'a>;
            fn $method(self, other: Value<'a>) -> Value<'a> {
                self.apply(Op::$trait, &[self, &other])
            }
        }
    )*};
}
operators!(Add add, Sub sub, Mul mul, Div div);

impl Neg for Value<'_> {
    type Output = Self;
    fn neg(self) -> Self {
        self.apply(Op::Neg, &[&self])
    }
}
