//! The words of a certificate, and what stands beside its results.
//!
//! Status, source, assumptions and notes are those of `proofs/status.toml`. What a
//! bound limits, the statement, the verdict and the digits of the value are
//! written again here and compared.

use super::format::{Certificate, Claim, Count, Ends, Entry, Measurement};
use super::functions::{Machine, Op};
use super::number::{Interval, decimal_up, dyadic, written};
use super::{Check, Fault, reject};
use rug::Rational;
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::HashSet;
use std::sync::OnceLock;

/// What a file may have been read as.
pub const ROLES: [&str; 7] = [
    "model",
    "architecture",
    "prior",
    "prior-indices",
    "data",
    "indices",
    "test",
];

/// One entry of `proofs/status.toml`.
#[derive(Deserialize)]
struct Standing {
    id: String,
    form: String,
    status: String,
    source: String,
    assumptions: Vec<String>,
    #[serde(default)]
    notes: Vec<String>,
}

fn standing(entry: &Entry) -> Check<&'static Standing> {
    #[derive(Deserialize)]
    struct File {
        bound: Vec<Standing>,
    }
    static ALL: OnceLock<Vec<Standing>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let text = include_str!("../../proofs/status.toml");
        toml::from_str::<File>(text).map_or_else(|_| Vec::new(), |f| f.bound)
    });
    let found = all
        .iter()
        .find(|s| s.id == entry.bound && s.form == entry.form);
    found.ok_or_else(|| Fault::bug("no standing".into()))
}

/// In what sense a number limits something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sense {
    WithHighProbability,
    InExpectation,
    NotAtAll,
}

/// What a bound limits.
fn limits(bound: &str, form: &str) -> (&'static str, Sense) {
    use Sense::{InExpectation, NotAtAll, WithHighProbability};
    match (bound, form) {
        ("muthukumar-sulam-2023/theorem-13" | "muthukumar-sulam-2023/theorem-11", "as-printed") => {
            (
                "R_0 = P(margin < 0), which does not count ties",
                WithHighProbability,
            )
        }
        ("galanti-2023/as-released", _) => (
            "P(margin <= 0), as its authors' code claims: the claim is refuted, and it bounds nothing",
            NotAtAll,
        ),
        ("gonon-2024/path-norm", _) => (
            "E_S P(margin <= 0), the expected error over samples of this size, if the losses are expectations",
            InExpectation,
        ),
        ("long-sedghi-2020", _) => (
            "nothing: a measure of complexity, whose unspecified absolute constant is set to 1 here",
            NotAtAll,
        ),
        _ if bound.starts_with("pac-bayes/") => (
            "E_Q P(margin <= 0), the Gibbs risk of the randomised network",
            WithHighProbability,
        ),
        _ => (
            "P(margin <= 0), the error of the network",
            WithHighProbability,
        ),
    }
}

/// Status, source, assumptions, notes and what is bounded.
pub fn texts(c: &Certificate, entry: &Entry) -> Check {
    let s = standing(entry)?;
    let (bounds, sense) = limits(&entry.bound, &entry.form);
    if (s.status == "refuted") != (sense == Sense::NotAtAll && entry.bound != "long-sedghi-2020") {
        return Err(Fault::bug("a refuted formula that bounds something".into()));
    }
    let fields = [
        ("status", &entry.status, &s.status),
        ("source", &entry.source, &s.source),
        ("bounds", &entry.bounds, &bounds.to_owned()),
    ];
    for (name, stated, wanted) in fields {
        if stated != wanted {
            return reject(format!("{name}: it is not that of this bound"));
        }
    }
    if entry.formula.is_empty() {
        return reject("formula: it is empty");
    }
    if entry.assumptions != s.assumptions || entry.notes != s.notes {
        return reject("the assumptions or the notes are not those of this bound");
    }
    for (name, n) in &entry.counts.0 {
        count(n, sample_size(c, entry)?).map_err(|f| f.at(&format!("count `{name}`")))?;
    }
    if entry.bound == "test-set/clopper-pearson"
        && let (Some(h), Some(n)) = (&c.baseline.network_on_test, entry.counts.get("errors"))
        && (h.errors.lo, h.errors.hi) != (n.lo, n.hi)
    {
        return reject("the errors are not those of the baseline");
    }
    entry.measurements.iter().try_for_each(measurement)
}

/// The sample that a result is about.
fn sample_size(c: &Certificate, entry: &Entry) -> Check<u64> {
    match (entry.bound.as_str(), &c.baseline.network_on_test) {
        ("test-set/clopper-pearson", Some(h)) => Ok(h.m),
        ("test-set/clopper-pearson", None) => reject("there is no test sample"),
        _ => Ok(c.sample.m),
    }
}

/// The value's ends, digits, verdict and statement.
pub fn value(c: &Certificate, entry: &Entry, claim: &Claim) -> Check {
    let v = &entry.value;
    if Claim::parse(&v.lo, &v.hi).as_ref() != Some(claim) {
        return reject("value: it is not that of the program");
    }
    let digits = claim
        .known()
        .map_or("inf".into(), |x| decimal_up(x.hi(), 6));
    if v.at_most != digits {
        return reject(format!("value: at_most is {digits}"));
    }
    let (bounds, sense) = limits(&entry.bound, &entry.form);
    let verdict = match (sense, claim) {
        (Sense::NotAtAll, _) => "no bound",
        (_, Claim::Known(x)) if *x.hi() < 1 => "not vacuous",
        (_, Claim::Known(x)) if *x.lo() >= 1 || *x.hi() == 1 => "vacuous",
        _ => "undetermined",
    };
    if entry.verdict != verdict {
        return reject(format!("verdict: it is \"{verdict}\""));
    }
    let id = format!(
        "{} ({}; {})",
        entry.bound,
        entry.form,
        standing(entry)?.status
    );
    let m = sample_size(c, entry)?;
    let statement = match sense {
        Sense::NotAtAll => {
            format!("The value of {id}, which bounds nothing, is at most {digits}.")
        }
        Sense::InExpectation => {
            format!("By {id}, for samples of size {m}, {bounds} is at most {digits}.")
        }
        Sense::WithHighProbability => format!(
            "By {id}, with probability at least 1 - {} over the {m} samples, {bounds} is at most {digits}.",
            c.delta
        ),
    };
    if entry.statement != statement {
        return reject(format!("statement: it should read \"{statement}\""));
    }
    Ok(())
}

fn count(n: &Count, m: u64) -> Check {
    let sensible = n.lo <= n.hi && n.hi <= m && n.escalated <= m;
    // Bits are told where a row needed more than f64.
    let sensible = sensible && (n.bits == 0) == (n.escalated == 0);
    if sensible && n.undecided <= n.escalated && n.hi - n.lo <= n.escalated {
        Ok(())
    } else {
        reject("not a number of samples")
    }
}

fn measurement(m: &Measurement) -> Check {
    if m.about.is_empty() || m.method.is_empty() {
        return reject(format!("`{}`: no description", m.name));
    }
    match Claim::parse(&m.lo, &m.hi) {
        Some(Claim::Known(x)) if *x.lo() < 0 => reject(format!("`{}` is negative", m.name)),
        Some(_) => Ok(()),
        None => reject(format!("`{}`: not two numbers in order", m.name)),
    }
}

/// delta, rounded outward to the precision.
pub fn delta(c: &Certificate, precision: u32) -> Check<Interval> {
    let delta = written(&c.delta).filter(|d| *d > 0 && *d < 1);
    let delta = delta.and_then(|d| Interval::point(d).outward(precision));
    delta.map_or_else(|| reject("delta: a number in (0,1) is wanted"), Ok)
}

/// What must hold whatever the results; returns the shapes.
pub fn whole(c: &Certificate) -> Check<Vec<[u64; 3]>> {
    if c.schema != super::format::SCHEMA {
        return reject("the format is another");
    }
    if c.tool.name != "gapcert" || c.tool.version.is_empty() {
        return reject("tool: it is not gapcert");
    }
    delta(c, 128)?;
    if c.delta.trim() != c.delta {
        return reject("delta: spaces around the number");
    }
    if c.sample.m == 0 {
        return reject("sample: it is empty");
    }
    count(&c.sample.errors, c.sample.m).map_err(|f| f.at("sample errors"))?;
    let shapes: Option<Vec<[u64; 3]>> = c.network.shapes.iter().map(|s| shape(s)).collect();
    let Some(shapes) = shapes.filter(|s| s.len() >= 2) else {
        return reject("network: two shapes CxHxW at least are wanted");
    };
    sources(c)?;
    options(c)?;
    for (i, m) in c.measurements.iter().enumerate() {
        measurement(m)?;
        if c.measurements[..i].iter().any(|other| other.name == m.name) {
            return reject(format!("measurement `{}`: twice", m.name));
        }
        if let ("input_norm", Some(Claim::Known(x))) = (m.name.as_str(), Claim::parse(&m.lo, &m.hi))
            && !input_norms(c).iter().any(|norm| same(&x, norm))
        {
            return reject("`input_norm` is neither stated nor implied by the format");
        }
        if let ("entry_bound", Some(Claim::Known(x))) =
            (m.name.as_str(), Claim::parse(&m.lo, &m.hi))
            && !entry_bounds(c)
                .iter()
                .any(|b| same(&x, &Interval::point(b.clone())))
        {
            return reject("`entry_bound` is not implied by the format");
        }
    }
    used(c)?;
    let results = c.results.iter().map(|r| (&r.bound, &r.form));
    let skipped = c.not_applicable.iter().map(|r| (&r.bound, &r.form));
    let all: Vec<_> = results.chain(skipped).collect();
    for (i, (bound, form)) in all.iter().enumerate() {
        if all[..i].contains(&(bound, form)) {
            return reject(format!("{bound}:{form}: twice"));
        }
    }
    for n in &c.not_applicable {
        if super::theorems::specs(&n.bound, &n.form).is_none() || n.why.is_empty() {
            return reject("not_applicable: no such bound, or no reason");
        }
    }
    baseline(c)?;
    Ok(shapes)
}

/// Every measurement must be a leaf of a result.
fn used(c: &Certificate) -> Check {
    let leaves = |r: &Entry| -> HashSet<String> {
        let name = |step: &Vec<Json>| match step.as_slice() {
            [kind, Json::String(name)] if kind == "measured" => Some(name.clone()),
            _ => None,
        };
        r.program.steps.iter().filter_map(name).collect()
    };
    let of_results: Vec<HashSet<String>> = c.results.iter().map(leaves).collect();
    let own = c
        .results
        .iter()
        .zip(&of_results)
        .flat_map(|(r, leaves)| r.measurements.iter().filter(|m| !leaves.contains(&m.name)));
    let shared = |m: &&Measurement| !of_results.iter().any(|leaves| leaves.contains(&m.name));
    match own.chain(c.measurements.iter().filter(shared)).next() {
        Some(m) => reject(format!("measurement `{}`: no result uses it", m.name)),
        None => Ok(()),
    }
}

fn baseline(c: &Certificate) -> Check {
    let prior = c.options.prior == "network";
    let test = c.sources.iter().any(|s| s.role == "test");
    let b = &c.baseline;
    if b.prior_on_sample.is_some() != prior || b.network_on_test.is_some() != test {
        return reject("baseline: there is one for a prior network and one for a test sample");
    }
    for (held_out, about, m) in [
        (
            &b.prior_on_sample,
            "error of the prior network; the sample is held out from it",
            Some(c.sample.m),
        ),
        (
            &b.network_on_test,
            "error of the network on the test split",
            None,
        ),
    ] {
        if let Some(h) = held_out {
            if h.about != about || m.is_some_and(|m| m != h.m) || h.m == 0 {
                return reject("baseline: it is about another sample");
            }
            count(&h.errors, h.m).map_err(|f| f.at("baseline"))?;
        }
    }
    Ok(())
}

/// Equal but for roundings.
fn same(x: &Interval, y: &Interval) -> bool {
    let off = |a: &Rational, b: &Rational| Rational::from(a - b).abs() << 50u32 <= *b;
    off(x.lo(), y.lo()) && off(x.hi(), y.hi())
}

fn shape(text: &str) -> Option<[u64; 3]> {
    let parts: Vec<u64> = text
        .split('x')
        .map(|p| p.parse().ok().filter(|n: &u64| n.to_string() == p))
        .collect::<Option<_>>()?;
    let shape: [u64; 3] = parts.try_into().ok()?;
    let size = shape.iter().try_fold(1u64, |a, b| a.checked_mul(*b));
    size.filter(|n| (1..1 << 32).contains(n)).map(|_| shape)
}

fn sources(c: &Certificate) -> Check {
    let count = |role: &str| c.sources.iter().filter(|s| s.role == role).count();
    for (i, s) in c.sources.iter().enumerate() {
        let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        if s.sha256.len() != 64 || !s.sha256.bytes().all(hex) {
            return reject(format!(
                "source {i}: not a SHA-256 in lower-case hexadecimal"
            ));
        }
        if !ROLES.contains(&s.role.as_str()) || s.path.is_empty() {
            return reject(format!("source {i}: no such role, or no path"));
        }
        let again = |o: &super::format::Source| o.role == s.role && o.path == s.path;
        if c.sources[..i].iter().any(again) {
            return reject(format!("source {i}: twice"));
        }
    }
    if count("model") == 0 || count("data") == 0 || count("indices") > 1 {
        return reject("sources: a model and data are wanted, and one list of rows at most");
    }
    // The prior may be the model's own file: a file is listed once.
    let prior = c.options.prior == "network";
    if !prior && count("prior") + count("prior-indices") > 0 {
        return reject("sources: a prior's file without a prior");
    }
    Ok(())
}

fn options(c: &Certificate) -> Check {
    let o = &c.options;
    if !["zero", "network"].contains(&o.prior.as_str()) {
        return reject("options: the prior is \"zero\" or \"network\"");
    }
    if written(&o.scale).is_none_or(|s| s <= 0) {
        return reject("options: the scale is a number above 0");
    }
    for ends in [&o.input_norm, &o.margin].into_iter().flatten() {
        match known(ends) {
            Some(x) if *x.lo() > 0 => {}
            _ => return reject("options: numbers above 0 are wanted"),
        }
    }
    Ok(())
}

fn known(ends: &Ends) -> Option<Interval> {
    Interval::new(dyadic(&ends.lo)?, dyadic(&ends.hi)?)
}

/// Bounds on every coordinate that 8-bit data imply, the constant input of folded
/// biases included.
fn entry_bounds(c: &Certificate) -> Vec<Rational> {
    let scale = written(&c.options.scale).unwrap_or_default();
    let bytes = scale * 255u32;
    let with_constant = bytes.clone().max(Rational::from(1));
    if c.options.constant_input {
        vec![with_constant, bytes]
    } else {
        vec![bytes]
    }
}

/// Bounds on the norms of inputs that do not depend on the sample: stated by the
/// user, with the constant input of folded biases; or sqrt(d_0) times what 8-bit
/// data imply; or, for a reference only, sqrt(d_0).
pub fn input_norms(c: &Certificate) -> Vec<Interval> {
    let machine = Machine::new(256);
    let root = |x: &Interval| machine.apply(Op::Sqrt, &[x]).ok();
    let mut all = Vec::new();
    if let Some(stated) = c.options.input_norm.as_ref().and_then(known) {
        if c.options.constant_input {
            let square = stated.mul(&stated).add(&Interval::point(1));
            all.extend(root(&square));
        } else {
            all.push(stated);
        }
    }
    let input = c.network.shapes.first().and_then(|s| shape(s));
    let size = input.map_or(1, |s| s.iter().product::<u64>());
    if let Some(root) = root(&Interval::point(size)) {
        for bound in entry_bounds(c) {
            all.push(root.mul(&Interval::point(bound)));
        }
        all.push(root);
    }
    all
}

/// A given number: of the sample, of the user, or of the architecture. Integers
/// that the shapes do not tell are taken as the program has them.
pub fn given(c: &Certificate, entry: &Entry, shapes: &[[u64; 3]], name: &str) -> Check<Claim> {
    let integer = |n: u64| Ok(Claim::Known(Interval::point(n)));
    let size = |s: &[u64; 3]| s.iter().product::<u64>();
    let outputs = || shapes[1..].iter().map(size);
    let layer = |prefix: &str| {
        let l: usize = name.strip_prefix(prefix)?.parse().ok()?;
        shapes
            .get(l)
            .filter(|_| l >= 1 && *name == format!("{prefix}{l}"))
    };
    if let Some(s) = layer("positions_") {
        return integer(s[1] * s[2]);
    }
    if let Some(s) = layer("outputs_") {
        return integer(size(s));
    }
    match name {
        "m" => integer(sample_size(c, entry)?),
        "delta" => delta(c, entry.program.precision).map(Claim::Known),
        "gamma" => match c.options.margin.as_ref().and_then(known) {
            Some(x) => Ok(Claim::Known(x)),
            None => reject("no margin was fixed"),
        },
        "classes" => integer(shapes.last().map_or(0, size)),
        "inputs" => integer(shapes.first().map_or(0, size)),
        "largest_output" => integer(outputs().max().unwrap_or(0)),
        "width" => integer(shapes.iter().map(size).max().unwrap_or(0)),
        _ => of_the_architecture(c, shapes, name),
    }
}

/// Integers of the architecture that the shapes do not tell.
fn is_of_the_architecture(name: &str) -> bool {
    let numbered = |prefix: &str| {
        let l = name
            .strip_prefix(prefix)
            .and_then(|l| l.parse::<u32>().ok());
        l.is_some_and(|l| l >= 1 && name == format!("{prefix}{l}"))
    };
    ["layers", "leaves", "parameters", "largest_layer"].contains(&name)
        || ["fan_in_", "parameters_", "kernel_area_"]
            .into_iter()
            .any(numbered)
}

fn of_the_architecture(c: &Certificate, shapes: &[[u64; 3]], name: &str) -> Check<Claim> {
    if !is_of_the_architecture(name) {
        return reject(format!(
            "`{}` is no number that is given",
            name.escape_debug()
        ));
    }
    let steps = c.results.iter().flat_map(|r| &r.program.steps);
    let mut found = steps.filter_map(|step| match step.as_slice() {
        [kind, own, claim] if kind == "given" && own == name => claim.as_str(),
        _ => None,
    });
    let Some(claim) = found.next().and_then(Claim::word) else {
        return reject(format!("`{name}` is not given"));
    };
    let whole = claim
        .known()
        .and_then(Interval::integer)
        .and_then(|n| n.to_u64());
    match whole {
        // At most one layer of depth for each linear layer.
        Some(n) if name == "layers" && n as usize >= shapes.len() => {
            reject("there are not so many layers")
        }
        Some(n) if n >= 1 => Ok(claim),
        _ => reject(format!("`{name}` is no integer above 0")),
    }
}
