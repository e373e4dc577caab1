//! The theorems, transcribed a second time.
//!
//! A transcription has two halves. [`derive`] goes from the leaves of a
//! certificate (what is given, measured, counted, chosen, on the grid) to the
//! theorem's inputs, and says which grid points must be paid for. [`formula`]
//! goes from the inputs to the terms and the value. Both are written from the
//! statements of the theorems (`proofs/paper/`), over the checker's own
//! intervals.
//!
//! Where a number occurs once, the order of operations does not matter; where it
//! occurs more often, these formulas have it as often as the product's, for
//! otherwise the ranges would differ.

mod norm_based;
mod sparse;

use super::format::{Certificate, Claim, Entry};
use super::functions::{Gap, Machine};
use super::number::Interval;
use super::value::Value;
use super::{Check, Fault, reject};
use rug::Rational;

/// What an input may be. All of the interval must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// An integer, at least this.
    Integer(u32),
    /// In (0,1).
    Confidence,
    /// In [0,1].
    Fraction,
    /// In [0,1).
    BelowOne,
    NonNegative,
    Positive,
    Above1,
}

/// An input: its name, its domain, and whether the floor takes it as 0.
pub struct Spec {
    pub name: &'static str,
    pub domain: Domain,
    pub floor: bool,
}

impl Domain {
    fn holds(self, x: &Interval) -> bool {
        let whole = x.lo().is_integer() && x.hi().is_integer();
        match self {
            Self::Integer(least) => whole && *x.lo() >= least,
            Self::Confidence => *x.lo() > 0 && *x.hi() < 1,
            Self::Fraction => *x.lo() >= 0 && *x.hi() <= 1,
            Self::BelowOne => *x.lo() >= 0 && *x.hi() < 1,
            Self::NonNegative => *x.lo() >= 0,
            Self::Positive => *x.lo() > 0,
            Self::Above1 => *x.lo() > 1,
        }
    }
}

/// One input, or one for each layer.
#[derive(Clone)]
pub enum Input<'a> {
    One(Value<'a>),
    Many(Vec<Value<'a>>),
}

/// The inputs of a theorem by name.
#[derive(Clone)]
pub struct Inputs<'a> {
    machine: &'a Machine,
    all: Vec<(&'static str, Input<'a>)>,
}

impl<'a> Inputs<'a> {
    fn one(&self, name: &str) -> Value<'a> {
        match self.all.iter().find(|(n, _)| *n == name) {
            Some((_, Input::One(x))) => x.clone(),
            _ => Value::new(self.machine, Err(Gap::Undefined)),
        }
    }

    fn many(&self, name: &str) -> Vec<Value<'a>> {
        match self.all.iter().find(|(n, _)| *n == name) {
            Some((_, Input::Many(x))) => x.clone(),
            _ => Vec::new(),
        }
    }

    fn int(&self, n: u64) -> Value<'a> {
        Value::new(self.machine, Ok(Interval::point(n)))
    }

    pub fn iter(&self) -> impl Iterator<Item = &(&'static str, Input<'a>)> {
        self.all.iter()
    }

    /// The inputs at which the theorem charges for m and delta alone.
    pub fn at_floor(&self, specs: &[Spec]) -> Self {
        let zero = self.int(0);
        let least = |(name, input): &(&'static str, Input<'a>)| {
            let spared = specs.iter().any(|s| s.name == *name && s.floor);
            let input = match input {
                Input::One(_) if spared => Input::One(zero.clone()),
                Input::Many(all) if spared => Input::Many(vec![zero.clone(); all.len()]),
                other => other.clone(),
            };
            (*name, input)
        };
        Self {
            machine: self.machine,
            all: self.all.iter().map(least).collect(),
        }
    }
}

/// A family of a-priori grids.
#[derive(Clone, Debug, PartialEq)]
pub enum Family {
    /// reference 2^(t/per_octave)
    Scale(Reference, u32),
    /// 2^-t
    Failure,
    /// t
    Sparsity,
}

/// What the values of a scale are multiples of. It must not depend on the sample.
#[derive(Clone, Debug, PartialEq)]
pub enum Reference {
    /// This number.
    Fixed(Rational),
    /// Half of a bound on the norms of inputs that the data's format implies, or
    /// that the user states, or of sqrt(d_0).
    InputNorm,
    /// A norm of the prior network (1 without one).
    Prior,
}

/// A grid point that the theorem wants paid.
pub struct Rule {
    pub name: String,
    pub family: Family,
    /// The measurement that its value must be at least.
    pub covers: Option<String>,
}

/// What the leaves come to.
pub struct Sheet<'a> {
    pub inputs: Inputs<'a>,
    /// What samples were compared with, and what the certificate shows on the way.
    pub derived: Vec<(String, Value<'a>)>,
    pub grid: Vec<Rule>,
    /// Names of the counts.
    pub counts: Vec<String>,
    /// Names of the free parameters.
    pub chosen: Vec<String>,
}

/// A theorem's terms and its value.
pub struct Terms<'a> {
    pub parts: Vec<(String, Value<'a>)>,
    pub value: Value<'a>,
}

fn terms<'a>(value: Value<'a>, parts: &[(&str, &Value<'a>)]) -> Terms<'a> {
    let own = |(n, x): &(&str, &Value<'a>)| ((*n).to_owned(), (*x).clone());
    Terms {
        value,
        parts: parts.iter().map(own).collect(),
    }
}

/// A result with all that its leaves may refer to.
pub struct Case<'a> {
    pub certificate: &'a Certificate,
    pub entry: &'a Entry,
    pub machine: &'a Machine,
    /// Channels, height and width of the input and of each linear layer's output.
    pub shapes: &'a [[u64; 3]],
    /// What a leaf of that kind and name stands for.
    pub leaf: &'a dyn Fn(super::program::Leaf, &str) -> Check<Claim>,
}

impl<'a> Case<'a> {
    fn leaf(&self, kind: super::program::Leaf, name: &str) -> Check<Value<'a>> {
        let range = match (self.leaf)(kind, name)? {
            Claim::Known(x) => Ok(x),
            Claim::Nothing => Err(Gap::Undefined),
        };
        Ok(Value::new(self.machine, range))
    }

    fn given(&self, name: &str) -> Check<Value<'a>> {
        self.leaf(super::program::Leaf::Given, name)
    }

    fn measured(&self, name: &str) -> Check<Value<'a>> {
        self.leaf(super::program::Leaf::Measured, name)
    }

    fn grid(&self, name: &str) -> Check<Value<'a>> {
        self.leaf(super::program::Leaf::Grid, name)
    }

    fn chosen(&self, name: &str) -> Check<Value<'a>> {
        self.leaf(super::program::Leaf::Chosen, name)
    }

    fn count(&self, name: &str) -> Check<Value<'a>> {
        self.leaf(super::program::Leaf::Count, name)
    }

    fn int(&self, n: u64) -> Value<'a> {
        Value::new(self.machine, Ok(Interval::point(n)))
    }

    fn layers(&self) -> usize {
        self.shapes.len().saturating_sub(1)
    }

    fn has_prior(&self) -> bool {
        self.certificate.options.prior == "network"
    }

    fn printed(&self) -> bool {
        self.entry.form == "as-printed"
    }

    /// d_0..d_{K+1} of a multilayer perceptron; the shapes of one with folded biases
    /// count the constant.
    fn widths(&self) -> Vec<u64> {
        self.shapes.iter().map(|s| s.iter().product()).collect()
    }

    /// ln of the product of 1/weight over the grid.
    fn paid(&self) -> Check<Value<'a>> {
        let mut product = Rational::from(1);
        for g in &self.entry.grid {
            product *= super::grid::inverse_weight(g)?;
        }
        Ok(self.int(0).rational(product).ln())
    }
}

/// Starts a sheet.
fn sheet<'a>(machine: &'a Machine, all: Vec<(&'static str, Input<'a>)>) -> Sheet<'a> {
    Sheet {
        inputs: Inputs { machine, all },
        derived: Vec::new(),
        grid: Vec::new(),
        counts: Vec::new(),
        chosen: Vec::new(),
    }
}

fn rule(name: impl Into<String>, family: Family) -> Rule {
    Rule {
        name: name.into(),
        family,
        covers: None,
    }
}

fn fixed(p: u32, q: u32, per_octave: u32) -> Family {
    Family::Scale(Reference::Fixed(Rational::from((p, q))), per_octave)
}

/// Whether all of `x` is at least all of `y`.
fn at_least(x: &Value<'_>, y: &Value<'_>, what: &str) -> Check {
    match (x.range(), y.range()) {
        (Ok(x), Ok(y)) if x.lo() >= y.hi() => Ok(()),
        _ => reject(what),
    }
}

/// What the specification of a bound's inputs is; `None` for an unknown bound.
pub fn specs(bound: &str, form: &str) -> Option<&'static [Spec]> {
    sparse::specs(bound, form).or_else(|| norm_based::specs(bound, form))
}

/// From the leaves to the inputs, whose names and domains are checked.
pub fn derive<'a>(case: &Case<'a>, specs: &[Spec]) -> Check<Sheet<'a>> {
    let sheet = match sparse::derive(case)? {
        Some(sheet) => sheet,
        None => norm_based::derive(case)?,
    };
    for spec in specs {
        let found = sheet.inputs.iter().find(|(n, _)| *n == spec.name);
        let values = match found {
            Some((_, Input::One(x))) => std::slice::from_ref(x),
            Some((_, Input::Many(xs))) => xs,
            None => return Err(Fault::bug(format!("no input `{}`", spec.name))),
        };
        for x in values {
            match x.range() {
                Ok(x) if spec.domain.holds(x) => {}
                Err(Gap::OutOfReach) => {
                    return Err(Fault::Open(format!("`{}` is out of reach", spec.name)));
                }
                _ => return reject(format!("the input `{}` is not in its domain", spec.name)),
            }
        }
    }
    if sheet.inputs.all.len() != specs.len() {
        return Err(Fault::bug("an input without a domain".into()));
    }
    Ok(sheet)
}

/// The theorem's right-hand side.
pub fn formula<'a>(bound: &str, form: &str, x: &Inputs<'a>) -> Check<Terms<'a>> {
    sparse::formula(bound, form, x)
        .or_else(|| norm_based::formula(bound, x))
        .ok_or_else(|| Fault::bug("no formula".into()))
}

const fn spec(name: &'static str, domain: Domain) -> Spec {
    Spec {
        name,
        domain,
        floor: false,
    }
}

/// An input that the floor takes as 0.
const fn free(name: &'static str, domain: Domain) -> Spec {
    Spec {
        name,
        domain,
        floor: true,
    }
}

const M: Spec = spec("m", Domain::Integer(2));
const DELTA: Spec = spec("delta", Domain::Confidence);
const PAID: Spec = free("log_inverse_weight", Domain::NonNegative);
