//! Theorems: each a pure formula written once over an abstract real, and the
//! catalogue that says what each one needs, assumes and is worth.
//!
//! A theorem knows nothing of networks or files. It receives named inputs and
//! returns named terms; the value is one of them.

pub mod bartlett_2017;
mod catalogue;
mod confidence;
pub mod galanti_2023;
pub mod golowich_2018;
pub mod gonon_2024;
pub mod graf_2022;
pub mod homogeneous;
mod inputs;
pub mod ledent_2021;
pub mod long_sedghi_2020;
pub mod neyshabur_2015;
pub mod neyshabur_2018;
pub mod pac_bayes;
pub mod ramp;
pub mod single_shot;
mod solve;
pub mod test_set;
pub mod theorem_11;
pub mod theorem_13;

pub use catalogue::{Bound, Form, Guarantee, Status, Target, catalogue, find};
pub use confidence::Confidence;
pub use inputs::{Domain, Effect, InputSpec, Inputs, Shape, Value, parse_inputs};
pub use solve::{Admissible, solve};

use crate::real::recorder::{Node, Program, Recorder};
use crate::real::{Enclosure, Interval, Real};

/// A bound's value with the terms it is made of, in the order of the formula.
#[derive(Clone, Debug)]
pub struct Terms<R> {
    /// The right-hand side of the theorem.
    pub value: R,
    /// Named intermediate terms.
    pub parts: Vec<(String, R)>,
}

/// A theorem's right-hand side.
pub trait Theorem {
    /// The formula, on inputs that [`Bound::check`] found inside its domain.
    fn terms<R: Real>(&self, x: &Inputs<R>) -> Terms<R>;
}

/// The readings of one formula, as an object.
pub(crate) trait Readings: Sync + Send {
    fn fast(&self, x: &Inputs<f64>) -> Terms<f64>;
    fn interval(&self, x: &Inputs<Interval>) -> Terms<Interval>;
    fn certified(&self, x: &Inputs<Enclosure>) -> Terms<Enclosure>;
    fn symbolic(&self, x: &Inputs<Node>) -> Terms<Node>;
}

impl<T: Theorem + Sync + Send> Readings for T {
    fn fast(&self, x: &Inputs<f64>) -> Terms<f64> {
        self.terms(x)
    }
    fn interval(&self, x: &Inputs<Interval>) -> Terms<Interval> {
        self.terms(x)
    }
    fn certified(&self, x: &Inputs<Enclosure>) -> Terms<Enclosure> {
        self.terms(x)
    }
    fn symbolic(&self, x: &Inputs<Node>) -> Terms<Node> {
        self.terms(x)
    }
}

impl Bound {
    /// The formula as a straight-line program over inputs shaped like `x`.
    pub fn record<R: Clone>(&self, x: &Inputs<R>) -> Program {
        let recorder = Recorder::default();
        let symbols = x.map(|name, index, _| recorder.input(name, index));
        let terms = self.symbolic(&symbols);
        let value = ("value".to_owned(), terms.value);
        recorder.program(terms.parts.into_iter().chain([value]))
    }
}
