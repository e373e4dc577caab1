//! The main job: from files to certified bounds.
//!
//! read -> measure -> search -> evaluate. Nothing here prints; progress goes to
//! a [`Progress`].

use crate::bound::{self, Bound, Confidence, Effect, Inputs, Terms};
use crate::data::{self, ReadOptions, Sample, Split};
use crate::error::{Error, Result};
use crate::input::Source;
use crate::measure::{Count, NetworkMeasures, Trace, distances_squared, input_norm_bound};
use crate::network::{self, Mlp, Prior};
use crate::real::{Enclosure, Real};
use crate::search::{Found, Problem, grid::Point, search};
use rug::Rational;
use std::path::{Path, PathBuf};

/// The bound that needs held-out samples instead of a search.
const TEST_SET: &str = "test-set/clopper-pearson";

/// What to certify.
#[derive(Clone, Debug)]
pub struct Request {
    pub model: PathBuf,
    pub data: PathBuf,
    /// Labels of a `.npy` sample.
    pub labels: Option<PathBuf>,
    pub indices: Option<PathBuf>,
    /// `None` is the zero prior.
    pub prior: Option<PathBuf>,
    /// The rows the prior was trained on; must not meet the sample.
    pub prior_indices: Option<PathBuf>,
    pub scale: Option<Rational>,
    /// A bound on ||x|| known to hold almost surely.
    pub input_norm: Option<Enclosure>,
    /// Failure probability of each bound.
    pub delta: Confidence,
    /// Every bound that applies, if empty.
    pub bounds: Vec<&'static Bound>,
    pub prec: u32,
}

/// Told how the work goes.
pub trait Progress: Sync {
    /// A new stage of `steps` steps.
    fn stage(&self, name: &str, steps: usize);
    /// So many steps done.
    fn advance(&self, steps: usize);
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: &str, _: usize) {}
    fn advance(&self, _: usize) {}
}

/// One bound, certified.
#[derive(Debug)]
pub struct Certified {
    pub found: Found,
    pub terms: Terms<Enclosure>,
    /// The value at this m and delta with no KL and no loss.
    pub floor: Enclosure,
}

/// A bound on held-out samples.
#[derive(Debug)]
pub struct HeldOut {
    /// Whose error, on what.
    pub about: String,
    pub m: usize,
    pub errors: Count,
    pub value: Enclosure,
}

/// Everything a run found.
#[derive(Debug)]
pub struct Report {
    pub m: usize,
    pub dims: Vec<usize>,
    pub delta: Confidence,
    /// Errors of the network on the sample (margin <= 0).
    pub sample_errors: Count,
    pub results: Vec<Certified>,
    /// Bounds that do not apply, and why.
    pub not_applicable: Vec<(&'static Bound, Error)>,
    /// The held-out baseline of a data prior: the prior network's own error.
    pub prior_on_sample: Option<HeldOut>,
    /// The network's error on the data set's test split.
    pub network_on_test: Option<HeldOut>,
    pub sources: Vec<Source>,
}

impl Certified {
    /// See [`vacuous`].
    pub fn vacuous(&self) -> Option<bool> {
        vacuous(self.found.bound, &self.terms.value)
    }
}

impl Report {
    /// The results that bound something: not the measures.
    pub fn bounds(&self) -> impl Iterator<Item = &Certified> {
        self.results.iter().filter(|c| !c.found.bound.is_measure())
    }
}

/// Whether a bound says nothing: `Some(true)` if it is at least 1. `None`: the
/// enclosure straddles 1, or it is a measure, which never says anything. An upper
/// end of exactly 1 is that of a bound that is never larger (a kl inverse): it
/// says nothing either.
pub fn vacuous(bound: &Bound, value: &Enclosure) -> Option<bool> {
    if bound.is_measure() {
        return None;
    }
    let one = value.int(1);
    if value.certainly_lt(&one) {
        Some(false)
    } else if one.certainly_le(value) || value.hi() == 1 {
        Some(true)
    } else {
        None
    }
}

/// A model, its prior and its sample, read and found to fit each other.
pub struct Loaded {
    pub model: Mlp,
    pub prior: Prior,
    pub sample: Sample,
    pub test: Option<Sample>,
    pub sources: Vec<Source>,
}

/// Reads and checks the files of a request.
///
/// # Errors
/// The user's: which file, what was expected, what was found.
pub fn load(request: &Request) -> Result<Loaded> {
    let model = network::read(&request.model)?;
    let prior = match &request.prior {
        None => Prior::Zero,
        Some(path) => Prior::Network(network::read(path)?),
    };
    prior.check_same_shape(&model)?;
    let (mut sample, mut sources) = read_sample(request, Split::Train)?;
    if sample.len() < 2 {
        return Err(Error::input(
            &request.data,
            "sample",
            "at least 2 samples (the bounds divide by m - 1)",
            "1",
            "",
        ));
    }
    let mut test = match data::has_test_split(&request.data) {
        true => Some(read_split(request, Split::Test)?),
        false => None,
    };
    if model.folded_bias() {
        sample = sample.with_constant_one()?;
        test = test.map(|t| t.with_constant_one()).transpose()?;
    }
    // Before anything takes long.
    for part in [&sample].into_iter().chain(&test) {
        model.check_input(part.dim())?;
        model.check_labels(part.classes())?;
    }
    sources.extend(model.sources().iter().cloned());
    if let Prior::Network(prior) = &prior {
        sources.extend(prior.sources().iter().cloned());
    }
    if let Some(test) = &test {
        sources.extend(test.sources().iter().cloned());
    }
    let mut unique: Vec<Source> = Vec::new();
    for source in sources {
        if !unique.contains(&source) {
            unique.push(source);
        }
    }
    Ok(Loaded {
        model,
        prior,
        sample,
        test,
        sources: unique,
    })
}

fn read_split(request: &Request, split: Split) -> Result<Sample> {
    let options = ReadOptions {
        split,
        scale: request.scale.clone(),
        labels: request.labels.clone(),
    };
    data::read(&request.data, &options)
}

fn read_sample(request: &Request, split: Split) -> Result<(Sample, Vec<Source>)> {
    let whole = read_split(request, split)?;
    let mut sources = whole.sources().to_vec();
    let prior_indices = request
        .prior_indices
        .as_deref()
        .map(data::read_indices)
        .transpose()?;
    if let Some(prior) = &prior_indices {
        check_prior_rows(prior, whole.len())?;
        sources.push(prior.source.clone());
    }
    let Some(path) = &request.indices else {
        if prior_indices.is_some() {
            return Err(overlap_error(
                request.prior_indices.as_deref(),
                "the sample is the whole data set",
            ));
        }
        return Ok((whole, sources));
    };
    let indices = data::read_indices(path)?;
    indices.check(whole.len())?;
    sources.push(indices.source.clone());
    if let Some(overlap) = prior_indices
        .as_ref()
        .and_then(|prior| indices.overlap(prior))
    {
        return Err(overlap_error(
            request.prior_indices.as_deref(),
            &format!(
                "{} common rows, the first is {}",
                overlap.count, overlap.first
            ),
        ));
    }
    Ok((whole.select(&indices.values)?, sources))
}

/// Rows that the data set does not have are not what the prior was trained on:
/// comparing the sample with them would prove nothing. They may repeat.
fn check_prior_rows(prior: &data::Indices, len: usize) -> Result<()> {
    let refuse = |expected: String, found: String| {
        Error::input(&prior.source.path, "indices", expected, found, "")
    };
    if prior.values.is_empty() {
        return Err(refuse("at least one index".into(), "none".into()));
    }
    match prior.values.iter().enumerate().find(|(_, i)| **i >= len) {
        None => Ok(()),
        Some((position, index)) => Err(refuse(
            format!("indices below {len}, the number of points"),
            format!("{index} at position {position}"),
        )),
    }
}

fn overlap_error(prior: Option<&Path>, found: &str) -> Error {
    Error::input(
        prior.unwrap_or(Path::new("prior indices")),
        "",
        "indices that the sample does not contain: the prior must be independent of the sample",
        found,
        "leave the prior's training rows out of --indices",
    )
}

/// Certifies every bound asked for.
///
/// # Errors
/// See [`load`]; and if a bound asked for by name does not apply.
pub fn certify(request: &Request, progress: &dyn Progress) -> Result<Report> {
    progress.stage("reading", 1);
    let Loaded {
        model,
        prior,
        sample,
        test,
        sources,
    } = load(request)?;

    progress.stage("norms", 1);
    let model_norms = NetworkMeasures::new(&model)?;
    let (prior_net, prior_norms) = match &prior {
        Prior::Zero => (None, None),
        Prior::Network(net) => (Some(net), Some(NetworkMeasures::new(net)?)),
    };
    let prec = request.prec;
    let distances = distances_squared(&model, &prior, prec)?;

    progress.stage("sample", sample.len());
    let tick = |rows| progress.advance(rows);
    let trace = Trace::new(&model, &sample, &tick)?;
    let delta = request.delta.value();
    let sample_errors = trace.errors();

    let prior_on_sample = match prior_net {
        None => None,
        Some(net) => {
            let count = Trace::new(net, &sample, &|_| {})?.errors();
            let about = "error of the prior network; the sample is held out from it";
            Some(held_out(about, count, sample.len(), delta)?)
        }
    };
    let network_on_test = match &test {
        None => None,
        Some(test) => {
            let count = Trace::new(&model, test, &|_| {})?.errors();
            Some(held_out(
                "error of the network on the test split",
                count,
                test.len(),
                delta,
            )?)
        }
    };

    let problem = Problem {
        model: &model_norms,
        prior: prior_norms.as_ref(),
        distance_squared: &distances,
        trace: &trace,
        input_norm: match stated_input_norm(request, &model, &trace)? {
            None => input_norm_bound(&sample, prec),
            stated => stated,
        },
        delta,
        prec,
    };
    let asked = !request.bounds.is_empty();
    let bounds: Vec<&'static Bound> = if asked {
        request.bounds.clone()
    } else {
        // The baseline stands beside the results; asked for, it is one of them.
        bound::catalogue()
            .iter()
            .filter(|b| b.id != TEST_SET)
            .collect()
    };
    progress.stage("search", bounds.len());
    let (mut results, mut not_applicable) = (Vec::new(), Vec::new());
    for bound in bounds {
        let found = match bound.id {
            TEST_SET => on_test(bound, network_on_test.as_ref(), delta),
            _ => search(bound, &problem),
        };
        match found.and_then(certified) {
            Ok(result) => results.push(result),
            Err(why @ Error::Domain(_)) if !asked => not_applicable.push((bound, why)),
            Err(Error::Domain(why)) => {
                let condition = format!("for {}:{} {}", bound.id, bound.form, why.condition);
                return Err(Error::domain(condition, why.found));
            }
            Err(why) => return Err(why),
        }
        progress.advance(1);
    }
    Ok(Report {
        m: sample.len(),
        dims: model.dims(),
        delta: request.delta.clone(),
        sample_errors,
        results,
        not_applicable,
        prior_on_sample,
        network_on_test,
        sources,
    })
}

/// What the user says of ||x||, plus the constant coordinate of a folded bias.
///
/// # Errors
/// The user's, if an input of the sample is longer.
pub fn stated_input_norm(
    request: &Request,
    model: &Mlp,
    trace: &Trace<'_>,
) -> Result<Option<Enclosure>> {
    let Some(stated) = &request.input_norm else {
        return Ok(None);
    };
    let one = stated.int(1);
    let norm = match model.folded_bias() {
        true => (stated.powi(2) + one.clone()).sqrt(),
        false => stated.clone(),
    };
    let largest = trace.largest_norm(request.prec);
    if norm.certainly_lt(&largest) {
        return Err(Error::input(
            "--input-norm",
            "",
            "a bound on every input of the sample",
            format!(
                "{} and an input of norm {}",
                norm.to_decimal(6).1,
                largest.to_decimal(6).0
            ),
            "the bound must hold almost surely, also for points not in the sample",
        ));
    }
    Ok(Some(norm))
}

/// The one certified evaluation.
fn certified(mut found: Found) -> Result<Certified> {
    found.inputs = found.bound.check(found.inputs)?;
    let terms = found.bound.evaluate(&found.inputs);
    let floor = floor(found.bound, &found.inputs)?;
    Ok(Certified {
        found,
        terms,
        floor,
    })
}

/// The bound at the given m, delta and fixed parameters with nothing lost: every
/// input that raises it and may be 0 is 0.
pub fn floor(bound: &Bound, inputs: &Inputs<Enclosure>) -> Result<Enclosure> {
    let spec = |name: &str| bound.inputs.iter().find(|s| s.name == name);
    let least = inputs.map(|name, _, x| match spec(name) {
        Some(s) if s.effect == Effect::Raises && s.domain.contains(&x.int(0)) => x.int(0),
        _ => x.clone(),
    });
    Ok(bound.evaluate(&bound.check(least)?).value)
}

fn held_out(about: &str, errors: Count, m: usize, delta: &Enclosure) -> Result<HeldOut> {
    let bound = bound::find(TEST_SET)?;
    let inputs = held_out_inputs(&errors, m, delta);
    let value = bound.evaluate(&bound.check(inputs)?).value;
    Ok(HeldOut {
        about: about.into(),
        m,
        errors,
        value,
    })
}

fn held_out_inputs(errors: &Count, m: usize, delta: &Enclosure) -> Inputs<Enclosure> {
    let integer = |n: u64| Enclosure::integer(delta.prec(), n);
    Inputs::new()
        .with("m", Enclosure::integer(delta.prec(), m))
        .with("errors", integer(errors.lo).hull(&integer(errors.hi)))
        .with("delta", delta.clone())
}

/// The test-set bound on the network, as a result among the others.
fn on_test(bound: &'static Bound, held_out: Option<&HeldOut>, delta: &Enclosure) -> Result<Found> {
    let h = held_out.ok_or_else(|| {
        Error::domain(
            "a test split, held out from the network",
            "none in the data",
        )
    })?;
    Ok(Found {
        bound,
        inputs: held_out_inputs(&h.errors, h.m, delta),
        point: Point::default(),
        parameters: Vec::new(),
        counts: vec![("errors".into(), h.errors)],
    })
}
