//! The independent checker of certificates.
//!
//! It reads a certificate (`gapcert-certificate/2`) and decides whether the number
//! in it follows, sharing nothing with what computed it but `rug` and JSON: its own
//! numbers (`number`), its own functions (`functions`), its own transcription
//! of every theorem (`theorems`), its own texts (`statement`).
//!
//! **Inclusion principle.** A leaf is an interval that is stated to contain a real
//! number. If every step's stated interval contains the range of its operation
//! over the stated intervals of its operands (`program`), every stated interval
//! contains the real number it stands for. The program could still compute
//! something else than the theorem. So the theorem's inputs, thresholds, terms and
//! value are computed again from the leaves by the transcription, at more than
//! twice the precision, and what the program states must contain them. All this
//! must hold tightly: an interval moved to either side, or widened, is refused.
//!
//! | trusted | not trusted |
//! |---------|-------------|
//! | the proofs behind `proofs/status.toml` | any number of the certificate |
//! | GMP and MPFR: rational arithmetic; ln, exp, erfc, gamma rounded as asked | the product's arithmetic, linear algebra and search |
//! | this module | the texts: status, assumptions, statement, verdict |
//! | without the files: measurements and counts, taken as stated | with the files: those too, see `measure` |
//!
//! Outcomes: *verified*; *rejected*, with the step and the reason; *undetermined*,
//! where something is beyond what the checker computes.

mod format;
mod functions;
mod grid;
mod number;
mod program;
mod statement;
mod theorems;
mod value;

pub mod measure;

use format::{Certificate, Claim, Entry, Measurement};
use functions::{Gap, Machine};
use number::Interval;
use program::Leaf;
use rug::Rational;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::rc::Rc;
use theorems::{Case, Input};
use value::Value;

/// Why a certificate is not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It states something that does not follow.
    Rejected(String),
    /// The checker cannot tell.
    Open(String),
}

type Check<T = ()> = Result<T, Fault>;

fn reject<T>(why: impl Into<String>) -> Check<T> {
    Err(Fault::Rejected(why.into()))
}

impl Fault {
    fn bug(what: String) -> Self {
        Self::Open(format!("a bug in the checker: {what}"))
    }

    fn at(self, place: &str) -> Self {
        match self {
            Self::Rejected(why) => Self::Rejected(format!("{place}: {why}")),
            Self::Open(why) => Self::Open(format!("{place}: {why}")),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(why) => write!(f, "rejected: {why}"),
            Self::Open(why) => write!(f, "undetermined: {why}"),
        }
    }
}

/// How a verification ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Verified,
    Undetermined,
    Rejected,
}

impl Outcome {
    fn of(fault: Option<&Fault>) -> Self {
        match fault {
            None => Self::Verified,
            Some(Fault::Open(_)) => Self::Undetermined,
            Some(Fault::Rejected(_)) => Self::Rejected,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Verified => "verified",
            Self::Undetermined => "undetermined",
            Self::Rejected => "rejected",
        })
    }
}

/// What became of one result.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub bound: String,
    pub form: String,
    /// `None`: verified.
    pub fault: Option<Fault>,
    /// The statement in words, of a verified result.
    pub statement: Option<String>,
}

/// What became of a certificate.
#[derive(Clone, Debug)]
pub struct Report {
    /// Of what is not part of one result.
    pub whole: Option<Fault>,
    pub results: Vec<Verdict>,
}

impl Verdict {
    pub fn outcome(&self) -> Outcome {
        Outcome::of(self.fault.as_ref())
    }
}

impl Report {
    /// The worst of all.
    pub fn outcome(&self) -> Outcome {
        let results = self.results.iter().map(Verdict::outcome);
        results.fold(Outcome::of(self.whole.as_ref()), Outcome::max)
    }

    fn refused(fault: Fault) -> Self {
        Self {
            whole: Some(fault),
            results: Vec::new(),
        }
    }
}

/// Longest certificate that is read.
const LONGEST: usize = 1 << 28;
/// Precisions of programs that are followed.
const PRECISIONS: std::ops::RangeInclusive<u32> = 53..=10_000;

/// Checks a certificate without any other file.
pub fn verify(bytes: &[u8]) -> Report {
    Checker::default().verify(bytes)
}

/// A checker that remembers function values between certificates.
#[derive(Default)]
pub struct Checker {
    machines: RefCell<HashMap<u32, Rc<Machine>>>,
    files: Vec<File>,
}

/// A file at hand: what it was read as, and its SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct File {
    pub role: String,
    pub sha256: String,
}

impl Checker {
    /// The files that are at hand: those of a role must be the certificate's.
    pub fn expecting(files: Vec<File>) -> Self {
        Self {
            files,
            ..Self::default()
        }
    }

    /// Whether the certificate is about the files at hand.
    fn is_about(&self, c: &Certificate) -> Check {
        for role in statement::ROLES {
            let of = |all: &mut dyn Iterator<Item = File>| {
                let mut all: Vec<File> = all.filter(|f| f.role == role).collect();
                all.sort();
                all.dedup();
                all
            };
            let at_hand = of(&mut self.files.iter().cloned());
            let stated = of(&mut c.sources.iter().map(|s| File {
                role: s.role.clone(),
                sha256: s.sha256.clone(),
            }));
            if !at_hand.is_empty() && at_hand != stated {
                return reject(format!("the {role} is another file than the certificate's"));
            }
        }
        Ok(())
    }

    /// Checks a certificate, without measuring anything again.
    pub fn verify(&self, bytes: &[u8]) -> Report {
        match read(bytes) {
            Ok(certificate) => self.verify_read(&certificate),
            Err(fault) => Report::refused(fault),
        }
    }

    fn verify_read(&self, certificate: &Certificate) -> Report {
        let whole = statement::whole(certificate).and_then(|shapes| {
            self.is_about(certificate)?;
            self.baseline(certificate)?;
            Ok(shapes)
        });
        let shapes = match whole {
            Ok(shapes) => shapes,
            Err(fault) => return Report::refused(fault),
        };
        let one = |entry: &Entry| {
            let fault = self.result(certificate, entry, &shapes).err();
            Verdict {
                bound: entry.bound.clone(),
                form: entry.form.clone(),
                statement: fault.is_none().then(|| entry.statement.clone()),
                fault,
            }
        };
        Report {
            whole: None,
            results: certificate.results.iter().map(one).collect(),
        }
    }

    /// More than twice the precision of the certificate.
    fn machine(&self, precision: u32) -> Rc<Machine> {
        let bits = 2 * precision + 64;
        let mut all = self.machines.borrow_mut();
        Rc::clone(
            all.entry(bits)
                .or_insert_with(|| Rc::new(Machine::new(bits))),
        )
    }

    fn result(&self, c: &Certificate, entry: &Entry, shapes: &[[u64; 3]]) -> Check {
        let Some(specs) = theorems::specs(&entry.bound, &entry.form) else {
            return reject("no such bound and form");
        };
        let p = &entry.program;
        if !PRECISIONS.contains(&p.precision) {
            return Err(Fault::Open(format!("a precision of {} bits", p.precision)));
        }
        statement::texts(c, entry)?;
        let machine = self.machine(p.precision);
        let leaf = |kind: Leaf, name: &str| leaf(c, entry, shapes, kind, name);
        for g in &entry.grid {
            grid::entry(g)?;
        }
        let claims = program::check(p, &machine, leaf)?;
        let asked = RefCell::new(HashSet::new());
        let asking = |kind: Leaf, name: &str| {
            let claim = leaf(kind, name)?;
            asked.borrow_mut().insert((kind, name.to_owned()));
            Ok(claim)
        };
        let case = Case {
            certificate: c,
            entry,
            machine: &machine,
            shapes,
            leaf: &asking,
        };
        let sheet = theorems::derive(&case, specs)?;
        // A leaf must be one that the theorem reads, or that its grid covers.
        let covered = sheet.grid.iter().filter_map(|r| r.covers.clone());
        asked
            .borrow_mut()
            .extend(covered.map(|name| (Leaf::Measured, name)));
        for (kind, name) in program::leaves(p) {
            if !asked.borrow().contains(&(kind, name.to_owned())) {
                return reject(format!("the theorem does not ask for `{name}`"));
            }
        }
        grid::rules(&entry.grid, &sheet.grid, c, |name| {
            leaf(Leaf::Measured, name)
        })?;
        same_names(
            "count",
            entry.counts.0.iter().map(|(n, _)| n),
            &sheet.counts,
        )?;
        same_names(
            "free parameter",
            entry.chosen.0.iter().map(|(n, _)| n),
            &sheet.chosen,
        )?;

        let compare = |what: String, place: usize, own: &Value<'_>| {
            let stated = claims
                .get(place)
                .ok_or(Fault::bug("an output's step".into()))?;
            agrees(stated, own, p.precision).map_err(|f| f.at(&what))
        };
        if sheet.inputs.iter().count() != p.inputs.0.len() {
            return reject("the inputs are not those of the theorem");
        }
        for (name, own) in sheet.inputs.iter() {
            let stated = p.inputs.get(name).and_then(program::indices);
            let places = match (own, stated) {
                (Input::One(x), Some((false, places))) => [(x, places)].to_vec(),
                (Input::Many(xs), Some((true, places))) if xs.len() == places.len() => {
                    xs.iter().zip(places.into_iter().map(|i| vec![i])).collect()
                }
                _ => return reject(format!("the input `{name}` is missing or of another shape")),
            };
            for (own, places) in places {
                for place in places {
                    compare(format!("input `{name}`"), place, own)?;
                }
            }
        }
        named_steps("derived", &p.derived, &sheet.derived, &compare)?;
        let terms = theorems::formula(&entry.bound, &entry.form, &sheet.inputs)?;
        named_steps("term", &p.terms, &terms.parts, &compare)?;
        compare("value".into(), p.value, &terms.value)?;

        let value = claims
            .get(p.value)
            .ok_or(Fault::bug("the value's step".into()))?;
        statement::value(c, entry, value)?;
        let floor = theorems::formula(&entry.bound, &entry.form, &sheet.inputs.at_floor(specs))?;
        let Some(stated) = Claim::parse(&entry.floor.lo, &entry.floor.hi) else {
            return reject("floor: not two numbers in order");
        };
        floor_agrees(&stated, &floor.value).map_err(|f| f.at("floor"))
    }

    /// The held-out baselines: Clopper-Pearson at delta.
    fn baseline(&self, c: &Certificate) -> Check {
        let precision = c.results.first().map_or(128, |r| r.program.precision);
        if !PRECISIONS.contains(&precision) {
            return Err(Fault::Open(format!("a precision of {precision} bits")));
        }
        let machine = self.machine(precision);
        let delta = statement::delta(c, precision)?;
        for held_out in [&c.baseline.prior_on_sample, &c.baseline.network_on_test] {
            let Some(h) = held_out else { continue };
            let Some(stated) = Claim::parse(&h.lo, &h.hi) else {
                return reject("baseline: not two numbers in order");
            };
            let count = |n: u64| Rational::from(n);
            let errors = Interval::new(count(h.errors.lo), count(h.errors.hi));
            let value = |x: Interval| Value::new(&machine, Ok(x));
            let own = value(delta.clone()).binomial_upper(
                &Value::new(&machine, errors.ok_or(Gap::Undefined)),
                &value(Interval::point(h.m)),
            );
            agrees(&stated, &own, precision).map_err(|f| f.at("baseline"))?;
        }
        Ok(())
    }
}

/// Whether a stated enclosure contains the checker's own, but for the checker's
/// roundings, and is tight against it.
fn agrees(stated: &Claim, own: &Value<'_>, precision: u32) -> Check {
    match (stated, own.range()) {
        (_, Err(Gap::OutOfReach)) => Err(Fault::Open("beyond what the checker computes".into())),
        (Claim::Nothing, Err(Gap::Undefined)) => Ok(()),
        (Claim::Known(_), Err(Gap::Undefined)) => {
            reject("a number is stated where the theorem's formula is not defined")
        }
        (Claim::Nothing, Ok(_)) => reject("nothing is stated where there is a number"),
        (Claim::Known(stated), Ok(own)) => {
            let slack = own.size() >> (precision + 16);
            program::close(stated, own, &slack, precision / 2)
        }
    }
}

/// Bits of the ends of a floor.
const FLOOR_BITS: u32 = 53;

/// Whether a stated floor is the checker's own rounded outward, or one unit more
/// where the writer's enclosure lay across a boundary. Nothing tighter is accepted,
/// although it might be true.
fn floor_agrees(stated: &Claim, own: &Value<'_>) -> Check {
    let rounded = own
        .range()
        .as_ref()
        .ok()
        .and_then(|own| own.outward(FLOOR_BITS));
    if let (Claim::Known(stated), Some(rounded)) = (stated, &rounded)
        && (stated.lo() > rounded.lo() || rounded.hi() > stated.hi())
    {
        return reject("it does not contain the theorem's, rounded outward");
    }
    // Within a few units of 50 bits.
    agrees(stated, own, 100)
}

fn named_steps(
    what: &str,
    stated: &format::Named<usize>,
    own: &[(String, Value<'_>)],
    compare: &dyn Fn(String, usize, &Value<'_>) -> Check,
) -> Check {
    same_names(
        what,
        stated.0.iter().map(|(n, _)| n),
        own.iter().map(|(n, _)| n),
    )?;
    for (name, own) in own {
        if let Some(place) = stated.get(name) {
            compare(format!("{what} `{name}`"), *place, own)?;
        }
    }
    Ok(())
}

/// Whether two lists hold the same names, each once.
fn same_names<'a>(
    what: &str,
    stated: impl IntoIterator<Item = &'a String>,
    own: impl IntoIterator<Item = &'a String>,
) -> Check {
    let mut own: Vec<&String> = own.into_iter().collect();
    for name in stated {
        match own.iter().position(|n| *n == name) {
            Some(place) => drop(own.swap_remove(place)),
            None => {
                return reject(format!(
                    "{what} `{name}`: the theorem has none of that name"
                ));
            }
        }
    }
    match own.first() {
        Some(name) => reject(format!("{what} `{name}` is missing")),
        None => Ok(()),
    }
}

/// What a leaf of a result stands for.
fn leaf(
    c: &Certificate,
    entry: &Entry,
    shapes: &[[u64; 3]],
    kind: Leaf,
    name: &str,
) -> Check<Claim> {
    let missing = || reject(format!("there is no `{name}` of that kind"));
    let known = |lo: u64, hi: u64| {
        let ends = Interval::new(Rational::from(lo), Rational::from(hi));
        ends.map(Claim::Known)
            .ok_or(Fault::Rejected("a reversed count".into()))
    };
    match kind {
        Leaf::Given => statement::given(c, entry, shapes, name),
        Leaf::Measured => {
            let of = |all: &[Measurement]| {
                let found = all.iter().find(|m| m.name == name);
                found.map(|m| Claim::parse(&m.lo, &m.hi))
            };
            match of(&entry.measurements).or_else(|| of(&c.measurements)) {
                Some(Some(claim)) => Ok(claim),
                _ => missing(),
            }
        }
        Leaf::Grid => match entry.grid.iter().find(|g| g.name == name) {
            Some(g) => Ok(Claim::Known(grid::entry(g)?)),
            None => missing(),
        },
        Leaf::Chosen => match entry.chosen.get(name).map(|x| Claim::parse(x, x)) {
            Some(Some(claim)) => Ok(claim),
            _ => missing(),
        },
        Leaf::Count => match entry.counts.get(name) {
            Some(count) => known(count.lo, count.hi),
            None => missing(),
        },
    }
}

/// The certificate of some bytes.
fn read(bytes: &[u8]) -> Check<Certificate> {
    if bytes.len() > LONGEST {
        return Err(Fault::Open("a file of more than 256 MiB".into()));
    }
    #[derive(serde::Deserialize)]
    struct Version {
        schema: String,
    }
    // The version first: another one has other fields.
    match serde_json::from_slice::<Version>(bytes) {
        Ok(v) if v.schema == format::SCHEMA => {}
        Ok(v) => {
            let found: String = v.schema.chars().take(60).collect();
            let advice = match found.strip_prefix("gapcert-certificate/") {
                Some("1") => "written by an older gapcert: certify again with this version",
                Some(_) => "this version of gapcert does not know it",
                None => "that is no certificate",
            };
            let known = format::SCHEMA;
            return reject(format!(
                "the format is \"{found}\", not \"{known}\": {advice}"
            ));
        }
        Err(e) => return reject(format!("not a certificate: {e}")),
    }
    serde_json::from_slice(bytes).or_else(|e| reject(format!("not a certificate: {e}")))
}
