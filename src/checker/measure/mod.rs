//! The measurements, taken again from the files by another path.
//!
//! The files are read with the product's readers; what is computed from them is
//! the checker's own: integers and rationals ([`exact`]), MPFR intervals
//! ([`norms`]). No measurement shares code with `src/measure`.
//!
//! | measurement | how it is confirmed |
//! |-------------|---------------------|
//! | distances, row norms, differences of rows | exact sums of squares |
//! | norms of kernels and of operators | exact sums by tap, counted on the grid |
//! | spectral norms of fully connected layers | Cholesky in intervals |
//! | energies and norms of 8-bit inputs | exact sums |
//! | path energy, largest chain, path norms | one pass over the positions |
//! | rho | Frobenius norms, channels rescaled by factors of the checker's own |
//! | counts, ramp losses | networks evaluated exactly: on all rows, or on some |
//!
//! On some rows a count is refused where no sample of that many could look so, or
//! with probability below 1e-9 ([`rows`]). What is in no line of the table is *not
//! re-measured*: then the outcome with files is *undetermined*.

mod amplitude;
mod exact;
mod norms;
mod paths;
mod rows;

use super::format::{Certificate, Claim, Entry};
use super::functions::{Machine, Op};
use super::number::{Interval, written};
use super::program::Leaf;
use super::{Check, Checker, Fault, File, Outcome, leaf, read, reject, statement};
use crate::certify::Loaded;
use crate::data::{Pixels, Sample};
use crate::network::Graph;
use norms::Kernel;
use rug::{Integer, Rational};

pub use rows::Rows;

/// What became of one measurement.
#[derive(Clone, Debug)]
pub struct Finding {
    pub name: String,
    /// Undetermined: not re-measured.
    pub outcome: Outcome,
    /// Why, or how sure.
    pub note: String,
}

impl Finding {
    fn new(name: impl Into<String>, outcome: Outcome, note: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            outcome,
            note: note.into(),
        }
    }
}

/// The files' roles and hashes.
pub fn files(loaded: &Loaded) -> Vec<File> {
    let one = |s: &crate::certify::SourceOf| File {
        role: s.role.to_string(),
        sha256: s.source.sha256.clone(),
    };
    loaded.sources.iter().map(one).collect()
}

impl Checker {
    /// Measures again what a certificate states of these files.
    ///
    /// # Errors
    /// The reason why the certificate is not about them.
    pub fn measure(&self, bytes: &[u8], loaded: &Loaded, rows: Rows) -> Check<Vec<Finding>> {
        let c = read(bytes)?;
        let shapes = statement::whole(&c)?;
        self.is_about(&c)?;
        fits(&c, loaded)?;
        let precision = c.results.first().map_or(128, |r| r.program.precision);
        let machine = self.machine(precision.min(4096));
        let problem = Problem {
            c: &c,
            shapes: &shapes,
            loaded,
            machine: &machine,
        };
        let mut found: Vec<Finding> = Vec::new();
        for m in &c.measurements {
            let claim = Claim::parse(&m.lo, &m.hi);
            found.push(match claim.as_ref().and_then(Claim::known) {
                Some(claim) => problem.measurement(&m.name, claim),
                None => Finding::new(&m.name, Outcome::Undetermined, "nothing is claimed"),
            });
        }
        found.extend(problem.architecture());
        found.extend(problem.counts(rows)?);
        Ok(found)
    }
}

/// Sizes, scale and prior as the certificate has them.
fn fits(c: &Certificate, loaded: &Loaded) -> Check {
    let shapes: Vec<String> = crate::certify::shapes(&loaded.model.graph)
        .iter()
        .map(ToString::to_string)
        .collect();
    if loaded.model.folded_bias() != c.options.constant_input || shapes != c.network.shapes {
        return reject("the network has other shapes");
    }
    if loaded.sample.len() as u64 != c.sample.m {
        return reject(format!("the sample has {} rows", loaded.sample.len()));
    }
    if written(&c.options.scale).as_ref() != Some(loaded.sample.scale()) {
        return reject("the scale is another");
    }
    if loaded.prior.is_some() != (c.options.prior == "network") {
        return reject("the certificate is with a prior network, or the files are");
    }
    let test = |t: &Sample| t.len() as u64;
    if loaded.test.as_ref().map(test) != c.baseline.network_on_test.as_ref().map(|h| h.m) {
        return reject("the test sample has another size");
    }
    Ok(())
}

struct Problem<'a> {
    c: &'a Certificate,
    shapes: &'a [[u64; 3]],
    loaded: &'a Loaded,
    machine: &'a Machine,
}

/// Which sides of a claim are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sides {
    /// The number itself is claimed.
    Both,
    /// An upper bound is.
    Upper,
}

/// A claim against the checker's own enclosure.
fn compare(name: &str, claim: &Interval, own: &Interval, sides: Sides) -> Finding {
    if own.lo() > claim.hi() {
        Finding::new(name, Outcome::Rejected, "it is larger than stated")
    } else if sides == Sides::Both && own.hi() < claim.lo() {
        Finding::new(name, Outcome::Rejected, "it is smaller than stated")
    } else if own.hi() <= claim.hi() || sides == Sides::Both {
        Finding::new(name, Outcome::Verified, "")
    } else {
        not_measured(name)
    }
}

fn not_measured(name: &str) -> Finding {
    Finding::new(name, Outcome::Undetermined, "not re-measured")
}

/// The layer and the brackets of `stem_3[1,2]`.
fn parts(name: &str) -> Option<(&str, Option<usize>, Vec<usize>)> {
    let (front, brackets) = match name.split_once('[') {
        Some((front, rest)) => {
            let inside = rest.strip_suffix(']')?.split(',');
            (
                front,
                inside.map(|n| n.parse().ok()).collect::<Option<Vec<_>>>()?,
            )
        }
        None => (name, Vec::new()),
    };
    let numbered = front
        .rsplit_once('_')
        .and_then(|(stem, l)| Some((stem, l.parse().ok()?)));
    Some(match numbered {
        Some((stem, l)) => (stem, Some(l), brackets),
        None => (front, None, brackets),
    })
}

impl Problem<'_> {
    fn graph(&self) -> &Graph {
        &self.loaded.model.graph
    }

    /// The kernel of the l-th linear layer, from 1; its difference from the prior's.
    fn kernel(&self, l: usize, difference: bool) -> Option<Kernel> {
        let graph = self.graph();
        let (i, conv) = graph.convs().nth(l.checked_sub(1)?)?;
        let below = graph.nodes()[graph.nodes()[i].inputs[0]].shape;
        let reference = match (difference, &self.loaded.prior) {
            (true, Some(prior)) => Some(prior.graph.convs().nth(l - 1)?.1),
            _ => None,
        };
        Some(Kernel::new(conv, reference, below, graph.nodes()[i].shape))
    }

    fn measurement(&self, name: &str, claim: &Interval) -> Finding {
        let own = || -> Option<(Interval, Sides)> {
            let (stem, layer, brackets) = parts(name)?;
            let machine = self.machine;
            let root = |x: Rational| machine.apply(Op::Sqrt, &[&Interval::point(x)]).ok();
            let exact = |x: Rational| Some(Interval::point(x));
            let (stem, difference) = match stem.strip_prefix("distance_") {
                Some(rest) if rest != "squared" => (rest, true),
                _ => (stem, false),
            };
            let kernel = || self.kernel(layer?, difference);
            let last = self.shapes.len() - 1;
            use Sides::{Both, Upper};
            Some(match (stem, &brackets[..]) {
                ("distance_squared", []) => {
                    (exact(self.kernel(layer?, true)?.frobenius_squared())?, Both)
                }
                ("row_norm", [a]) => (root(kernel()?.row_norm_squared(*a))?, Upper),
                ("output_difference", [a]) => (
                    root(self.kernel(last, false)?.difference_squared(*a))?,
                    Upper,
                ),
                // The head's distance is its own norm: see `src/search`.
                ("kernel_21", []) if layer == Some(last) => (
                    kernel_or_head(&self.kernel(last, false)?, &kernel()?, machine, claim)?,
                    Upper,
                ),
                ("kernel_21", []) => (kernel()?.kernel_21(machine)?, Upper),
                ("kernel_21_by_tap", []) => (kernel()?.kernel_21_by_tap(machine)?, Upper),
                ("operator_21", []) => (kernel()?.operator_21(machine)?, Upper),
                ("kernel_frobenius", []) => (kernel()?.kernel_frobenius(machine)?, Both),
                ("operator_frobenius", []) => (kernel()?.operator_frobenius(machine)?, Upper),
                ("operator_1_inf", []) => (exact(kernel()?.operator_1_inf())?, Upper),
                ("sparse_norm", [b, a]) => {
                    // At most the whole matrix's; at least a row's.
                    let kernel = kernel()?;
                    let row = root(kernel.row_norm_squared(*a))?;
                    if row.lo() <= claim.hi() {
                        kernel.norm_is_at_most(claim.hi())?;
                    }
                    let _ = b;
                    (row, Upper)
                }
                ("operator_norm", []) => {
                    kernel()?.norm_is_at_most(claim.hi())?;
                    (Interval::point(0), Upper)
                }
                ("operator_distance", []) => {
                    self.kernel(layer?, true)?.norm_is_at_most(claim.hi())?;
                    (Interval::point(0), Upper)
                }
                ("scalar_path_norm", []) => {
                    let exact = exact::Exact::new(self.graph(), &Rational::from(1))?;
                    (Interval::point(exact.path_norm()), Upper)
                }
                ("rho", []) => (amplitude::rho(self.graph(), machine, claim.hi())?, Upper),
                ("block_path_norm", []) => {
                    (amplitude::block_path_norm(self.graph(), machine)?, Upper)
                }
                ("input_norm" | "entry_bound", []) => {
                    // Its value is checked with the words.
                    let stated = self.c.options.input_norm.is_some() && name == "input_norm";
                    let bytes = matches!(self.loaded.sample.pixels(), Pixels::U8(_))
                        || self.loaded.sample.entry_bound().is_some();
                    (stated || bytes).then(|| (claim.clone(), Both))?
                }
                _ => (
                    paths::measure(self.graph(), &self.loaded.sample, machine, name)?,
                    Both,
                ),
            })
        };
        match own() {
            Some((own, sides)) => compare(name, claim, &own, sides),
            None => not_measured(name),
        }
    }

    /// Integers of the architecture that the shapes do not tell.
    fn architecture(&self) -> Vec<Finding> {
        let mut names: Vec<&str> = Vec::new();
        for step in self.c.results.iter().flat_map(|r| &r.program.steps) {
            if let [kind, name, _] = step.as_slice()
                && kind == "given"
                && let Some(name) = name.as_str()
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
        let told = |n: &&str| {
            [
                "m",
                "delta",
                "gamma",
                "classes",
                "inputs",
                "width",
                "largest_output",
            ]
            .contains(n)
                || n.starts_with("positions_")
                || n.starts_with("outputs_")
        };
        names.retain(|n| !told(n));
        let Some(entry) = self.c.results.first() else {
            return Vec::new();
        };
        let one = |name: &&str| {
            let claim = leaf(self.c, entry, self.shapes, Leaf::Given, name).ok();
            let claim = claim
                .as_ref()
                .and_then(Claim::known)
                .and_then(Interval::integer)
                .cloned();
            match (claim, paths::architecture(self.graph(), name)) {
                (Some(claim), Some(own)) if claim == own => {
                    Finding::new(*name, Outcome::Verified, "")
                }
                (Some(_), Some(own)) => {
                    Finding::new(*name, Outcome::Rejected, format!("the network has {own}"))
                }
                _ => not_measured(name),
            }
        };
        names.iter().map(one).collect()
    }

    /// A named quantity on the way of a result.
    fn derived(&self, entry: &Entry, name: &str) -> Check<Interval> {
        let place = entry.program.derived.get(name);
        let step = place.and_then(|i| entry.program.steps.get(*i));
        let claim = match step.map(Vec::as_slice) {
            Some([kind, leaf_name]) => {
                let kind = kind.as_str().and_then(Leaf::named);
                let name = leaf_name.as_str().unwrap_or_default();
                match kind {
                    Some(kind) => Some(leaf(self.c, entry, self.shapes, kind, name)?),
                    None => None,
                }
            }
            Some([.., word]) => word.as_str().and_then(Claim::word),
            _ => None,
        };
        let known = claim.as_ref().and_then(Claim::known).cloned();
        known.map_or_else(|| reject(format!("no threshold `{name}`")), Ok)
    }
}

/// Of the last layer either reading will do: the sum of its rows' norms, or |W|_F.
fn kernel_or_head(
    head: &Kernel,
    difference: &Kernel,
    machine: &Machine,
    claim: &Interval,
) -> Option<Interval> {
    let rows = difference.kernel_21(machine)?;
    let frobenius = head.kernel_frobenius(machine)?;
    Some(if frobenius.hi() <= claim.hi() {
        frobenius
    } else {
        rows
    })
}

/// The sum of integers, exactly.
fn total(all: impl IntoIterator<Item = u64>) -> Integer {
    all.into_iter().map(Integer::from).sum()
}

fn open(why: &str) -> Fault {
    Fault::Open(why.to_owned())
}
