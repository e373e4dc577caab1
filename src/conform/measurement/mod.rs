//! Measurements that an implementation can be tested on: what theorems are fed with,
//! and the functions they are made of.

mod convolution;
mod function;
mod ledent;
mod matrix;
mod network;
mod paths;
mod single_shot;
mod sparsity;
mod theorem_13;
mod through;

pub(super) use sparsity::greedy;

use super::point::{Datum, Point};
use super::subject::{Field, Kind, number};
use crate::bound::{Domain, Effect};
use crate::error::{Error, Result};
use crate::measure::definition::Matrix;
use crate::real::Enclosure;
use std::fmt;
use std::sync::OnceLock;

/// One measurement.
pub struct Measurement {
    pub id: &'static str,
    pub about: &'static str,
    pub fields: Vec<Field>,
    pub absolute_tolerance: f64,
    value: fn(&Arguments) -> Result<Enclosure>,
}

impl Measurement {
    pub(super) fn value(&self, x: &Arguments) -> Result<Enclosure> {
        (self.value)(x)
    }
}

impl fmt::Debug for Measurement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// Every measurement.
pub fn all() -> &'static [Measurement] {
    static ALL: OnceLock<Vec<Measurement>> = OnceLock::new();
    ALL.get_or_init(|| {
        [
            function::entries(),
            single_shot::entries(),
            theorem_13::entries(),
            ledent::entries(),
            matrix::entries(),
            convolution::entries(),
            network::entries(),
            paths::entries(),
            through::entries(),
            sparsity::entries(),
        ]
        .into_iter()
        .flatten()
        .collect()
    })
}

/// Checked inputs of a measurement.
pub struct Arguments {
    prec: u32,
    all: Vec<(&'static str, Argument)>,
}

enum Argument {
    Scalar(Enclosure),
    List(Vec<Enclosure>),
    Matrix(Matrix),
    Matrices(Vec<Matrix>),
}

/// Matrices of more rows or columns are refused: their definitions run over all
/// sub-matrices.
const LARGEST_DIMENSION: usize = 12;
/// Lists and wide matrices hold at most so many numbers.
const MOST_NUMBERS: usize = 1_000_000;

impl Arguments {
    /// Reads and checks the inputs of `fields`.
    pub(super) fn new(fields: &[Field], x: &Point, prec: u32) -> Result<Self> {
        if let Some((name, _)) = x.iter().find(|(n, _)| !fields.iter().any(|f| f.name == *n)) {
            return Err(Error::domain("inputs of the subject", format!("`{name}`")));
        }
        let read = |f: &Field| {
            let datum = x
                .get(f.name)
                .ok_or_else(|| Error::domain(format!("the input `{}`", f.name), "nothing"))?;
            if datum.leaves().len() > MOST_NUMBERS {
                return Err(Error::domain(
                    format!("`{}` of fewer numbers", f.name),
                    "more",
                ));
            }
            let argument = match f.kind {
                Kind::Scalar => Argument::Scalar(one(f, datum, prec)?),
                Kind::List | Kind::Layers | Kind::HiddenLayers => {
                    Argument::List(list(f, datum, prec)?)
                }
                Kind::Matrix => Argument::Matrix(matrix(f, datum, prec)?),
                Kind::Matrices => {
                    let each = datum.entries().iter().map(|w| matrix(f, w, prec));
                    Argument::Matrices(chained(f, each.collect::<Result<_>>()?)?)
                }
                Kind::Kernel => {
                    let each = datum.entries().iter().map(|w| matrix(f, w, prec));
                    Argument::Matrices(alike(f, each.collect::<Result<_>>()?)?)
                }
            };
            Ok((f.name, argument))
        };
        let all = fields.iter().map(read).collect::<Result<_>>()?;
        Ok(Self { prec, all })
    }

    fn get(&self, name: &str) -> &Argument {
        let found = self.all.iter().find(|(n, _)| *n == name);
        &found.expect("a measurement reads its own fields").1
    }

    fn scalar(&self, name: &str) -> &Enclosure {
        match self.get(name) {
            Argument::Scalar(x) => x,
            _ => unreachable!("`{name}` is a scalar"),
        }
    }

    fn list(&self, name: &str) -> &[Enclosure] {
        match self.get(name) {
            Argument::List(x) => x,
            _ => unreachable!("`{name}` is a list"),
        }
    }

    fn matrix(&self, name: &str) -> &Matrix {
        match self.get(name) {
            Argument::Matrix(x) => x,
            _ => unreachable!("`{name}` is a matrix"),
        }
    }

    /// A matrix small enough for its sub-matrices.
    fn small(&self, name: &str) -> Result<&Matrix> {
        let w = self.matrix(name);
        if w.len().max(w[0].len()) > LARGEST_DIMENSION {
            let expected = format!("`{name}` of at most {LARGEST_DIMENSION} rows and columns");
            return Err(Error::domain(
                expected,
                format!("{} x {}", w.len(), w[0].len()),
            ));
        }
        Ok(w)
    }

    fn matrices(&self, name: &str) -> &[Matrix] {
        match self.get(name) {
            Argument::Matrices(x) => x,
            _ => unreachable!("`{name}` is a list of matrices"),
        }
    }

    /// A list of integers, each at most `most`.
    fn integers(&self, name: &str, most: u64) -> Result<Vec<u64>> {
        let each = self.list(name).iter().map(|n| {
            let n = n.to_integer().and_then(|n| n.to_u64());
            n.filter(|n| *n <= most)
                .ok_or_else(|| Error::domain(format!("`{name}` <= {most}"), "more"))
        });
        each.collect()
    }

    /// An integer at most `most`.
    fn integer(&self, name: &str, most: u64) -> Result<u64> {
        let n = self.scalar(name).to_integer().and_then(|n| n.to_u64());
        n.filter(|n| *n <= most)
            .ok_or_else(|| Error::domain(format!("`{name}` <= {most}"), "more"))
    }

    /// An index below `end`.
    fn below(&self, name: &str, end: usize) -> Result<usize> {
        let most = (end as u64)
            .checked_sub(1)
            .ok_or_else(|| Error::domain(format!("`{name}` of something"), "nothing"))?;
        Ok(self.integer(name, most)? as usize)
    }

    fn zero(&self) -> Enclosure {
        Enclosure::integer(self.prec, 0)
    }
}

fn one(f: &Field, datum: &Datum, prec: u32) -> Result<Enclosure> {
    let Datum::Number(text) = datum else {
        return Err(Error::domain(format!("`{}`: a number", f.name), "a list"));
    };
    let x = number(f.name, text, prec)?;
    match f.domain {
        Some(domain) if !domain.contains(&x) => Err(Error::domain(
            format!("`{}` {}", f.name, domain.describe()),
            text.clone(),
        )),
        _ => Ok(x),
    }
}

fn list(f: &Field, datum: &Datum, prec: u32) -> Result<Vec<Enclosure>> {
    match datum {
        Datum::List(xs) => xs.iter().map(|x| one(f, x, prec)).collect(),
        Datum::Number(_) => Err(Error::domain(format!("`{}`: a list", f.name), "a number")),
    }
}

fn matrix(f: &Field, datum: &Datum, prec: u32) -> Result<Matrix> {
    let rows: Matrix = datum
        .entries()
        .iter()
        .map(|row| list(f, row, prec))
        .collect::<Result<_>>()?;
    let columns = rows.first().map_or(0, Vec::len);
    if columns == 0 || rows.iter().any(|r| r.len() != columns) {
        let expected = format!("`{}`: rows of one length, at least one number", f.name);
        return Err(Error::domain(expected, "other rows"));
    }
    Ok(rows)
}

fn chained(f: &Field, all: Vec<Matrix>) -> Result<Vec<Matrix>> {
    let fits = all.windows(2).all(|w| w[1][0].len() == w[0].len());
    if all.is_empty() || !fits {
        let expected = format!("`{}`: matrices that can be multiplied", f.name);
        return Err(Error::domain(expected, "others"));
    }
    Ok(all)
}

fn alike(f: &Field, all: Vec<Matrix>) -> Result<Vec<Matrix>> {
    let shape = |w: &Matrix| (w.len(), w[0].len());
    if all.is_empty() || all.iter().any(|w| shape(w) != shape(&all[0])) {
        let expected = format!("`{}`: matrices of one shape, at least one", f.name);
        return Err(Error::domain(expected, "others"));
    }
    Ok(all)
}

fn field(name: &'static str, kind: Kind, domain: Option<Domain>, about: &'static str) -> Field {
    Field {
        name,
        unit: "1",
        kind,
        domain,
        effect: Effect::Mixed,
        default: None,
        about,
    }
}

fn scalar(name: &'static str, domain: Domain, effect: Effect, about: &'static str) -> Field {
    Field {
        effect,
        ..field(name, Kind::Scalar, Some(domain), about)
    }
}

/// A list in all of whose numbers the value rises, or falls.
fn numbers(
    name: &'static str,
    kind: Kind,
    domain: Domain,
    effect: Effect,
    about: &'static str,
) -> Field {
    Field {
        effect,
        ..field(name, kind, Some(domain), about)
    }
}

fn weights(name: &'static str, about: &'static str) -> Field {
    field(name, Kind::Matrix, None, about)
}
