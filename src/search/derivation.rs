//! How the inputs of a theorem came from what was measured, chosen and counted,
//! as a program whose leaves are those things.

use super::Found;
use super::grid::{Coordinate, Point};
use crate::bound::{Bound, Inputs, Value};
use crate::error::Result;
use crate::measure::Count;
use crate::real::recorder::{Op, Program, Recorder};
use crate::real::{Enclosure, Real, Traced};
use rug::Rational;
use std::cell::RefCell;

/// What a leaf of a derivation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// m, delta, and integers that the architecture says.
    Given,
    /// A certified measurement of the network, the prior or the sample.
    Measured {
        about: &'static str,
        method: &'static str,
    },
    /// A coordinate of the a-priori grid, paid for.
    Grid,
    /// A parameter the theorem leaves free.
    Chosen,
    /// A number of samples.
    Count,
}

/// A number the derivation starts from.
#[derive(Clone, Debug)]
pub struct Leaf {
    pub name: String,
    pub kind: Kind,
    pub value: Enclosure,
}

/// A straight-line program from leaves to the inputs of a theorem and on to its
/// value.
#[derive(Clone, Debug)]
pub struct Derivation {
    /// Steps; a leaf is an [`Op::Input`] by the leaf's place in `leaves`.
    pub program: Program,
    pub leaves: Vec<Leaf>,
    /// The theorem's inputs: name, and a step or a step for each entry.
    pub inputs: Vec<(String, Value<usize>)>,
    /// Quantities on the way that samples were compared with.
    pub derived: Vec<(String, usize)>,
    /// The theorem's terms.
    pub terms: Vec<(String, usize)>,
    /// The theorem's value.
    pub value: usize,
}

/// A derivation being made.
pub struct Tape {
    recorder: Recorder,
    leaves: RefCell<Vec<Leaf>>,
    prec: u32,
}

impl Tape {
    pub fn new(prec: u32) -> Self {
        Self {
            recorder: Recorder::default(),
            leaves: RefCell::default(),
            prec,
        }
    }

    fn leaf(&self, kind: Kind, name: &str, value: Enclosure) -> Traced {
        let mut leaves = self.leaves.borrow_mut();
        let known = leaves.iter().position(|l| l.name == name && l.kind == kind);
        let place = known.unwrap_or(leaves.len());
        if known.is_none() {
            leaves.push(Leaf {
                name: name.to_owned(),
                kind,
                value: value.clone(),
            });
        }
        Traced {
            value,
            node: self.recorder.input(&place.to_string(), None),
        }
    }

    pub fn given(&self, name: &str, value: Enclosure) -> Traced {
        self.leaf(Kind::Given, name, value)
    }

    /// An integer that the architecture or the sample says.
    pub fn integer(&self, name: &str, n: usize) -> Traced {
        self.given(name, Enclosure::integer(self.prec, n))
    }

    pub fn measured(
        &self,
        name: &str,
        about: &'static str,
        method: &'static str,
        value: Enclosure,
    ) -> Traced {
        self.leaf(Kind::Measured { about, method }, name, value)
    }

    pub fn grid(&self, c: &Coordinate) -> Traced {
        self.leaf(Kind::Grid, &c.name, Enclosure::exact(self.prec, c.value))
    }

    pub fn chosen(&self, name: &str, value: Enclosure) -> Traced {
        self.leaf(Kind::Chosen, name, value)
    }

    /// The fraction of `m` that was counted.
    pub fn fraction(&self, name: &str, count: &Count, m: &Traced) -> Traced {
        self.count(name, count) / m
    }

    pub fn count(&self, name: &str, count: &Count) -> Traced {
        let end = |n: u64| Enclosure::integer(self.prec, n);
        self.leaf(Kind::Count, name, end(count.lo).hull(&end(count.hi)))
    }

    /// An exact number.
    pub fn constant(&self, c: &Rational) -> Traced {
        Traced {
            value: Enclosure::rational(self.prec, c),
            node: self.recorder.constant(c),
        }
    }

    /// ln(1/weight) of a grid point, in nats.
    pub fn log_inverse_weight(&self, point: &Point) -> Traced {
        self.constant(&point.inverse_weight()).ln()
    }

    /// Closes the derivation with the theorem itself.
    ///
    /// # Errors
    /// If the inputs are outside the theorem's domain.
    pub fn found(
        &self,
        bound: &'static Bound,
        inputs: &Inputs<Traced>,
        point: Point,
        derived: Vec<(String, Traced)>,
        counts: Vec<(String, Count)>,
    ) -> Result<Found> {
        let checked = bound.check(inputs.map(|_, _, x| x.value.clone()))?;
        // Inputs that were not given are the constants they default to.
        let symbols = checked.map(|name, index, x| match (inputs.get(name), index) {
            (Some(Value::Scalar(given)), None) => given.node.clone(),
            (Some(Value::List(given)), Some(i)) => given[i].node.clone(),
            _ => self
                .recorder
                .constant(&x.lo().to_rational().unwrap_or_default()),
        });
        let terms = bound.symbolic(&symbols);
        let steps = |named: &[(String, crate::real::recorder::Node)]| {
            named.iter().map(|(n, x)| (n.clone(), x.place())).collect()
        };
        let places = symbols.map(|_, _, x| x.place());
        let derivation = Derivation {
            inputs: places
                .iter()
                .map(|(n, x)| (n.to_owned(), x.clone()))
                .collect(),
            derived: derived
                .iter()
                .map(|(n, x)| (n.clone(), x.node.place()))
                .collect(),
            terms: steps(&terms.parts),
            value: terms.value.place(),
            program: self.recorder.program([]),
            leaves: self.leaves.borrow().clone(),
        };
        Ok(Found {
            bound,
            inputs: checked,
            point,
            parameters: derived.into_iter().map(|(n, x)| (n, x.value)).collect(),
            counts,
            derivation,
        })
    }
}

impl Derivation {
    /// The enclosure of every step, at the precision of `like`.
    pub fn run(&self, like: &Enclosure) -> Vec<Enclosure> {
        let leaf = |name: &str, _: Option<usize>| {
            let leaf = name.parse().ok().and_then(|i: usize| self.leaves.get(i));
            leaf.map_or_else(|| Enclosure::undefined(like.prec()), |l| l.value.clone())
        };
        self.program.run(like, leaf)
    }

    /// The leaf a step is, if it is one.
    pub fn leaf(&self, step: usize) -> Option<&Leaf> {
        match self.program.steps.get(step) {
            Some(Op::Input(name, _)) => self.leaves.get(name.parse::<usize>().ok()?),
            _ => None,
        }
    }
}
