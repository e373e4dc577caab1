//! The symbolic reading: a theorem leaves behind the straight-line program it
//! is.
//!
//! The same program is what a certificate carries step by step, what Coq
//! checks, and what a report can print.

use super::Real;
use rug::{Integer, Rational};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::{Add, Div, Mul, Neg, Sub};
use std::rc::Rc;

/// One step. Operands are the indices of earlier steps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// The named input; the index is its place in a list input.
    Input(String, Option<usize>),
    Constant(Rational),
    Pi,
    Neg(usize),
    Add(usize, usize),
    Sub(usize, usize),
    Mul(usize, usize),
    Div(usize, usize),
    Sqrt(usize),
    Cbrt(usize),
    Ln(usize),
    Exp(usize),
    Powi(usize, i32),
    Pow(usize, usize),
    Ceil(usize),
    Min(usize, usize),
    Max(usize, usize),
    LnBinomial(u64, u64),
    Kl(usize, usize),
    KlInv(usize, usize),
    LnXi(usize),
    NormalUpperQuantile(usize),
    ChiUpperQuantile(usize, u64),
    BinomialUpper {
        delta: usize,
        errors: usize,
        m: usize,
    },
    Harmonic(usize),
    Peeling(usize),
    GridExponent {
        value: usize,
        start: usize,
        base: usize,
    },
}

impl Op {
    /// The earlier steps it reads, in order.
    pub fn operands(&self) -> Vec<usize> {
        let mut copy = self.clone();
        copy.operands_mut().into_iter().map(|i| *i).collect()
    }

    /// The same, to be renumbered.
    pub fn operands_mut(&mut self) -> Vec<&mut usize> {
        match self {
            Self::Input(..) | Self::Constant(_) | Self::Pi | Self::LnBinomial(..) => vec![],
            Self::Neg(a)
            | Self::Sqrt(a)
            | Self::Cbrt(a)
            | Self::Ln(a)
            | Self::Exp(a)
            | Self::Powi(a, _)
            | Self::Ceil(a)
            | Self::LnXi(a)
            | Self::NormalUpperQuantile(a)
            | Self::ChiUpperQuantile(a, _)
            | Self::Harmonic(a)
            | Self::Peeling(a) => vec![a],
            Self::Add(a, b)
            | Self::Sub(a, b)
            | Self::Mul(a, b)
            | Self::Div(a, b)
            | Self::Pow(a, b)
            | Self::Min(a, b)
            | Self::Max(a, b)
            | Self::Kl(a, b)
            | Self::KlInv(a, b) => vec![a, b],
            Self::BinomialUpper { delta, errors, m } => vec![delta, errors, m],
            Self::GridExponent { value, start, base } => vec![value, start, base],
        }
    }
}

/// A straight-line program with named outputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// Steps in order; equal steps are shared.
    pub steps: Vec<Op>,
    /// Name and step of each output.
    pub outputs: Vec<(String, usize)>,
}

impl Program {
    /// The value of every step, read with any real. `like` gives the context,
    /// `input` the value of each named input.
    pub fn run<R: Real>(&self, like: &R, input: impl Fn(&str, Option<usize>) -> R) -> Vec<R> {
        let mut values: Vec<R> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let v = |i: &usize| values[*i].clone();
            let value = match step {
                Op::Input(name, index) => input(name, *index),
                Op::Constant(c) => constant(like, c),
                Op::Pi => like.pi(),
                Op::Neg(a) => -v(a),
                Op::Add(a, b) => v(a) + v(b),
                Op::Sub(a, b) => v(a) - v(b),
                Op::Mul(a, b) => v(a) * v(b),
                Op::Div(a, b) => v(a) / v(b),
                Op::Sqrt(a) => v(a).sqrt(),
                Op::Cbrt(a) => v(a).cbrt(),
                Op::Ln(a) => v(a).ln(),
                Op::Exp(a) => v(a).exp(),
                Op::Powi(a, n) => v(a).powi(*n),
                Op::Pow(a, b) => v(a).pow(&v(b)),
                Op::Ceil(a) => v(a).ceil(),
                Op::Min(a, b) => v(a).min(&v(b)),
                Op::Max(a, b) => v(a).max(&v(b)),
                Op::LnBinomial(n, k) => like.ln_binomial(*n, *k),
                Op::Kl(q, p) => v(q).kl(&v(p)),
                Op::KlInv(q, c) => v(q).kl_inv(&v(c)),
                Op::LnXi(m) => v(m).ln_xi(),
                Op::NormalUpperQuantile(p) => v(p).normal_upper_quantile(),
                Op::ChiUpperQuantile(p, dof) => v(p).chi_upper_quantile(*dof),
                Op::BinomialUpper { delta, errors, m } => {
                    v(delta).binomial_upper(&v(errors), &v(m))
                }
                Op::Harmonic(n) => v(n).harmonic(),
                Op::Peeling(layers) => v(layers).peeling(),
                Op::GridExponent { value, start, base } => {
                    v(value).grid_exponent(&v(start), &v(base))
                }
            };
            values.push(value);
        }
        values
    }
}

/// Constants of theorems are small rationals written as i64 / i64. One that is
/// not (ratio(1, i64::MIN) is -1/2^63) is put together from 32-bit digits.
fn constant<R: Real>(like: &R, c: &Rational) -> R {
    match (c.numer().to_i64(), c.denom().to_i64()) {
        (Some(p), Some(q)) => like.ratio(p, q),
        _ => integer(like, c.numer()) / integer(like, c.denom()),
    }
}

fn integer<R: Real>(like: &R, n: &Integer) -> R {
    let base = like.int(1 << 32);
    let magnitude = n
        .to_digits::<u32>(rug::integer::Order::Msf)
        .into_iter()
        .fold(like.int(0), |high, digit| {
            high * &base + like.int(i64::from(digit))
        });
    if n.is_negative() {
        -magnitude
    } else {
        magnitude
    }
}

#[derive(Debug, Default)]
struct Tape {
    steps: Vec<Op>,
    known: HashMap<Op, usize>,
}

/// The tape a theorem is recorded on.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Rc<RefCell<Tape>>);

impl Recorder {
    /// A named input (`index` for an element of a list input).
    pub fn input(&self, name: &str, index: Option<usize>) -> Node {
        self.push(Op::Input(name.to_owned(), index))
    }

    /// An exact rational number.
    pub fn constant(&self, c: &Rational) -> Node {
        self.push(Op::Constant(c.clone()))
    }

    /// The program that computes the named outputs.
    pub fn program(&self, outputs: impl IntoIterator<Item = (String, Node)>) -> Program {
        Program {
            steps: self.0.borrow().steps.clone(),
            outputs: outputs
                .into_iter()
                .map(|(name, node)| (name, node.id))
                .collect(),
        }
    }

    fn push(&self, op: Op) -> Node {
        let mut tape = self.0.borrow_mut();
        let id = match tape.known.get(&op) {
            Some(&id) => id,
            None => {
                let id = tape.steps.len();
                tape.steps.push(op.clone());
                tape.known.insert(op, id);
                id
            }
        };
        Node {
            recorder: self.clone(),
            id,
        }
    }
}

/// A number being recorded: the place of a step on its tape.
#[derive(Clone, Debug)]
pub struct Node {
    recorder: Recorder,
    id: usize,
}

impl Node {
    /// Its step's place on the tape.
    pub fn place(&self) -> usize {
        self.id
    }

    /// The place of another node of the same tape.
    ///
    /// # Panics
    /// If it is of another tape, where the number means something else: going on
    /// would record a wrong formula.
    fn same(&self, other: &Self) -> usize {
        assert!(
            Rc::ptr_eq(&self.recorder.0, &other.recorder.0),
            "nodes of two recorders in one formula"
        );
        other.id
    }

    fn record(&self, op: Op) -> Self {
        self.recorder.push(op)
    }
}

impl Neg for Node {
    type Output = Self;
    fn neg(self) -> Self {
        self.record(Op::Neg(self.id))
    }
}

macro_rules! operators {
    ($($trait:ident $method:ident),*) => {$(
        impl $trait for Node {
            type Output = Self;
            fn $method(self, other: Self) -> Self { self.record(Op::$trait(self.id, self.same(&other))) }
        }
        impl $trait<&Node> for Node {
            type Output = Self;
            fn $method(self, other: &Self) -> Self { self.record(Op::$trait(self.id, self.same(other))) }
        }
    )*};
}
operators!(Add add, Sub sub, Mul mul, Div div);

impl Real for Node {
    fn ratio(&self, p: i64, q: i64) -> Self {
        self.record(Op::Constant(Rational::from((p, q))))
    }

    fn pi(&self) -> Self {
        self.record(Op::Pi)
    }

    fn sqrt(&self) -> Self {
        self.record(Op::Sqrt(self.id))
    }

    fn cbrt(&self) -> Self {
        self.record(Op::Cbrt(self.id))
    }

    fn ln(&self) -> Self {
        self.record(Op::Ln(self.id))
    }

    fn exp(&self) -> Self {
        self.record(Op::Exp(self.id))
    }

    fn powi(&self, n: i32) -> Self {
        self.record(Op::Powi(self.id, n))
    }

    fn pow(&self, exponent: &Self) -> Self {
        self.record(Op::Pow(self.id, self.same(exponent)))
    }

    fn ceil(&self) -> Self {
        self.record(Op::Ceil(self.id))
    }

    fn min(&self, other: &Self) -> Self {
        self.record(Op::Min(self.id, self.same(other)))
    }

    fn max(&self, other: &Self) -> Self {
        self.record(Op::Max(self.id, self.same(other)))
    }

    fn ln_binomial(&self, n: u64, k: u64) -> Self {
        self.record(Op::LnBinomial(n, k))
    }

    fn kl(&self, p: &Self) -> Self {
        self.record(Op::Kl(self.id, self.same(p)))
    }

    fn kl_inv(&self, c: &Self) -> Self {
        self.record(Op::KlInv(self.id, self.same(c)))
    }

    fn ln_xi(&self) -> Self {
        self.record(Op::LnXi(self.id))
    }

    fn normal_upper_quantile(&self) -> Self {
        self.record(Op::NormalUpperQuantile(self.id))
    }

    fn chi_upper_quantile(&self, dof: u64) -> Self {
        self.record(Op::ChiUpperQuantile(self.id, dof))
    }

    fn binomial_upper(&self, errors: &Self, m: &Self) -> Self {
        self.record(Op::BinomialUpper {
            delta: self.id,
            errors: self.same(errors),
            m: self.same(m),
        })
    }

    fn harmonic(&self) -> Self {
        self.record(Op::Harmonic(self.id))
    }

    fn peeling(&self) -> Self {
        self.record(Op::Peeling(self.id))
    }

    fn grid_exponent(&self, start: &Self, base: &Self) -> Self {
        self.record(Op::GridExponent {
            value: self.id,
            start: self.same(start),
            base: self.same(base),
        })
    }
}
