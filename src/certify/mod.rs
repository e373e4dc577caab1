//! The main job: from files to certified bounds.
//!
//! read -> measure -> search -> evaluate. Nothing here prints; progress goes to
//! a [`Progress`].

mod held_out;
mod input_norm;
mod load;
mod profile;

pub use held_out::HeldOut;
pub use input_norm::stated_input_norm;
pub use load::{Loaded, load};
pub use profile::{AtSparsity, sparsity_profile};

use crate::bound::{self, Bound, Confidence, Effect, Guarantee, Inputs, Terms};
use crate::error::{Error, Result};
use crate::input::Source;
use crate::measure::convolution::{self, LayerNorms};
use crate::measure::{
    Count, Margins, NetworkMeasures, NetworkPaths, Trace, distances_squared, input_norm_bound,
};
use crate::network::{Conv, Graph, Model, Prior, Shape};
use crate::real::{Enclosure, Real};
use crate::search::norm_based::{
    self, NormProblem, is_norm_based, needs_layer_norms, needs_path_norms,
};
use crate::search::{Fixed, Found, Problem, search_with};
use held_out::{held_out, on_test};
use rayon::prelude::*;
use rug::Rational;
use std::fmt;
use std::path::PathBuf;

/// The bound that needs held-out samples instead of a search.
const TEST_SET: &str = "test-set/clopper-pearson";

/// The bound that needs draws from the posterior, which are not made here.
const TWO_STAGE: &str = "pac-bayes/kl-monte-carlo";

/// What to certify.
#[derive(Clone, Debug)]
pub struct Request {
    pub model: PathBuf,
    /// What the tensors of the model (and prior) are; `None` for a multilayer
    /// perceptron or a format that says so itself.
    pub architecture: Option<PathBuf>,
    pub data: PathBuf,
    /// Labels of a `.npy` sample.
    pub labels: Option<PathBuf>,
    pub indices: Option<PathBuf>,
    /// `None` is the zero prior.
    pub prior: Option<PathBuf>,
    /// The rows the prior was trained on; must not meet the sample.
    pub prior_indices: Option<PathBuf>,
    pub scale: Option<Rational>,
    pub settings: Settings,
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
    least: Inputs<Enclosure>,
}

impl Certified {
    /// The value at this m and delta with no KL and no loss.
    pub fn floor(&self) -> Enclosure {
        self.found.bound.evaluate(&self.least).value
    }
}

/// Everything a run found.
#[derive(Debug)]
pub struct Report {
    pub m: usize,
    /// Sizes of the input and of each linear layer's output.
    pub dims: Vec<usize>,
    /// The same as channels x height x width.
    pub shapes: Vec<Shape>,
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
    pub sources: Vec<SourceOf>,
    pub options: Options,
}

/// What a file was read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Model,
    Architecture,
    Prior,
    PriorIndices,
    Data,
    Indices,
    Test,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Model => "model",
            Self::Architecture => "architecture",
            Self::Prior => "prior",
            Self::PriorIndices => "prior-indices",
            Self::Data => "data",
            Self::Indices => "indices",
            Self::Test => "test",
        })
    }
}

/// A file and what it was read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceOf {
    pub role: Role,
    pub source: Source,
}

impl SourceOf {
    fn new(role: Role, source: &Source) -> Self {
        let source = source.clone();
        Self { role, source }
    }
}

/// What the user said that no file says.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether the prior is a network; otherwise it is zero.
    pub prior: bool,
    /// From stored to actual inputs.
    pub scale: Rational,
    /// Whether the constant 1 was added to the inputs: biases were folded.
    pub constant_input: bool,
    /// A bound on ||x||.
    pub input_norm: Option<Enclosure>,
    /// The margin gamma fixed beforehand.
    pub margin: Option<Enclosure>,
}

impl Settings {
    /// Every bound that applies, and nothing stated by the user.
    pub fn new(delta: Confidence, prec: u32) -> Self {
        Self {
            input_norm: None,
            margin: None,
            delta,
            bounds: Vec::new(),
            insist: true,
            baselines: true,
            fixed: Fixed::default(),
            prec,
        }
    }
}

impl Certified {
    /// See [`vacuous`].
    pub fn vacuous(&self) -> Option<bool> {
        vacuous(self.found.bound, &self.terms.value)
    }
}

impl Report {
    /// The results that bound something: neither measures nor refuted formulas.
    pub fn bounds(&self) -> impl Iterator<Item = &Certified> {
        let holds = |c: &&Certified| c.found.bound.guarantee() != Guarantee::Nothing;
        self.results.iter().filter(holds)
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

/// How to certify what was read.
#[derive(Clone, Debug)]
pub struct Settings {
    /// A bound on ||x|| known to hold almost surely.
    pub input_norm: Option<Enclosure>,
    /// The margin gamma of the norm-based bounds, fixed before seeing the sample.
    pub margin: Option<Enclosure>,
    /// Failure probability of each bound.
    pub delta: Confidence,
    /// Every bound that applies, if empty.
    pub bounds: Vec<&'static Bound>,
    /// Whether a bound asked for that does not apply is an error; otherwise it is
    /// listed among those that do not apply.
    pub insist: bool,
    /// Whether the held-out baselines are worked out also where no bound asks for
    /// them.
    pub baselines: bool,
    /// What the sparsity-aware bounds are not to search.
    pub fixed: Fixed,
    pub prec: u32,
}

/// Reads the files of a request and certifies every bound asked for.
///
/// # Errors
/// See [`load`] and [`certify_loaded`].
pub fn certify(request: &Request, progress: &dyn Progress) -> Result<Report> {
    progress.stage("reading", 1);
    certify_loaded(&load(request)?, &request.settings, progress)
}

/// Certifies every bound asked for.
///
/// # Errors
/// If a bound asked for by name does not apply, or the sample contradicts a
/// setting.
pub fn certify_loaded(
    loaded: &Loaded,
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Report> {
    let Loaded {
        model,
        prior,
        sample,
        test,
        sources,
    } = loaded;
    let named = !settings.bounds.is_empty();
    let asked = named && settings.insist;
    let bounds: Vec<&'static Bound> = if named {
        settings.bounds.clone()
    } else {
        // The baseline stands beside the results; asked for, it is one of them.
        bound::catalogue()
            .iter()
            .filter(|b| b.id != TEST_SET && b.id != TWO_STAGE)
            .collect()
    };
    let prec = settings.prec;
    let delta = settings.delta.value();

    progress.stage("sample", sample.len());
    let tick = |rows| progress.advance(rows);
    let wants = |norm_based: bool| {
        let of_kind = |b: &&&'static Bound| b.id != TEST_SET && is_norm_based(b) == norm_based;
        bounds.iter().any(|b| of_kind(&b))
    };
    let mlp = model.mlp.as_ref().filter(|_| wants(false));
    let trace = mlp.map(|mlp| Trace::new(mlp, sample, &tick)).transpose()?;
    let margins = match &trace {
        Some(trace) => Margins::of_trace(&model.graph, trace),
        None => Margins::new(&model.graph, sample, &tick)?,
    };
    let count_errors = |model: &Model, sample| -> Result<Count> {
        Ok(Margins::new(&model.graph, sample, &|_| {})?.errors())
    };
    let prior_on_sample = match prior {
        Some(prior) if settings.baselines => {
            let about = "error of the prior network; the sample is held out from it";
            let count = count_errors(prior, sample)?;
            Some(held_out(about, count, sample.len(), delta)?)
        }
        _ => None,
    };
    let on_test_asked = bounds.iter().any(|b| b.id == TEST_SET);
    let test_errors = match test {
        Some(test) if settings.baselines || on_test_asked => {
            Some((test.len(), count_errors(model, test)?))
        }
        _ => None,
    };
    let network_on_test = match test_errors {
        Some((m, count)) if settings.baselines => {
            let about = "error of the network on the test split";
            Some(held_out(about, count, m, delta)?)
        }
        _ => None,
    };
    let input_norm = match stated_input_norm(settings, model, sample)? {
        None => input_norm_bound(sample, prec),
        stated => stated,
    };

    progress.stage("norms", 1);
    let zero_prior = Prior::Zero;
    let mlp_prior = match prior.as_ref().and_then(|p| p.mlp.clone()) {
        Some(prior) => Prior::Network(prior),
        None => zero_prior,
    };
    let measures = mlp.map(NetworkMeasures::new).transpose()?;
    let prior_measures = match (&mlp_prior, mlp) {
        (Prior::Network(net), Some(_)) => Some(NetworkMeasures::new(net)?),
        _ => None,
    };
    let distances_squared = match mlp {
        Some(mlp) => distances_squared(mlp, &mlp_prior, prec)?,
        None => Vec::new(),
    };
    let by_sparsity = measures
        .as_ref()
        .zip(trace.as_ref())
        .map(|(measures, trace)| Problem {
            model: measures,
            prior: prior_measures.as_ref(),
            distance_squared: &distances_squared,
            trace,
            input_norm: input_norm.clone(),
            delta,
            prec,
        });

    let paths = wants(true).then(|| {
        let network = match bounds.iter().any(|b| needs_path_norms(b)) {
            true => NetworkPaths::new(&model.graph, prec),
            false => NetworkPaths::without_path_norms(&model.graph, prec),
        };
        let sample = network.on(&model.graph, sample, prec);
        (network, sample)
    });
    let by_layer = bounds.iter().any(|b| needs_layer_norms(b));
    let layers = match by_layer {
        true => layer_norms(&model.graph, prec),
        false => Vec::new(),
    };
    let distances = match prior {
        Some(prior) if by_layer => Some(layer_distances(&model.graph, &prior.graph, prec)),
        _ => None,
    };
    let by_norms = paths.as_ref().map(|(network, paths)| NormProblem {
        graph: &model.graph,
        network,
        sample: paths,
        margins: &margins,
        norms: &layers,
        distances: distances.as_deref(),
        input_norm: input_norm.clone(),
        entry_bound: sample.entry_bound().map(|b| Enclosure::rational(prec, &b)),
        margin: settings.margin.clone(),
        delta,
        prec,
    });

    progress.stage("search", bounds.len());
    let (mut results, mut not_applicable) = (Vec::new(), Vec::new());
    for bound in bounds {
        let found = match bound.id {
            TEST_SET => on_test(bound, test_errors, delta),
            _ if is_norm_based(bound) => match &by_norms {
                Some(problem) => norm_based::search(bound, problem),
                None => Err(Error::bug(
                    "norms are measured for the bounds that need them",
                    bound.id,
                )),
            },
            _ => match &by_sparsity {
                Some(problem) => search_with(bound, problem, &settings.fixed),
                None => Err(Error::domain(
                    "a multilayer perceptron: fully connected layers with a ReLU after each but the last",
                    "another network",
                )),
            },
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
    let shapes = shapes(&model.graph);
    Ok(Report {
        m: sample.len(),
        dims: shapes.iter().map(Shape::len).collect(),
        shapes,
        delta: settings.delta.clone(),
        sample_errors: margins.errors(),
        results,
        not_applicable,
        prior_on_sample,
        network_on_test,
        sources: sources.clone(),
        options: Options {
            prior: prior.is_some(),
            scale: sample.scale().clone(),
            constant_input: model.folded_bias(),
            input_norm: settings.input_norm.clone(),
            margin: settings.margin.clone(),
        },
    })
}

/// The input's shape and that of each linear layer's output.
pub fn shapes(graph: &Graph) -> Vec<Shape> {
    let layers = graph.convs().map(|(i, _)| graph.nodes()[i].shape);
    [graph.input()].into_iter().chain(layers).collect()
}

/// Norms of every linear layer, in order.
pub fn layer_norms(graph: &Graph, prec: u32) -> Vec<LayerNorms> {
    let convs: Vec<_> = graph.convs().collect();
    let norms = |(i, conv): &(usize, &Conv)| LayerNorms::new(conv, read_by(graph, *i), prec);
    convs.par_iter().map(norms).collect()
}

/// Distances of every linear layer from the reference's, in order.
pub fn layer_distances(graph: &Graph, reference: &Graph, prec: u32) -> Vec<convolution::Distances> {
    let pairs = graph.convs().zip(reference.convs());
    let distances = |((i, conv), (_, reference))| {
        convolution::distances(conv, reference, read_by(graph, i), prec)
    };
    pairs.map(distances).collect()
}

/// Shape of what node `i` reads.
fn read_by(graph: &Graph, i: usize) -> Shape {
    graph.nodes()[graph.nodes()[i].inputs[0]].shape
}

/// The one certified evaluation.
fn certified(mut found: Found) -> Result<Certified> {
    found.inputs = found.bound.check(found.inputs)?;
    let terms = found.bound.evaluate(&found.inputs);
    let least = at_least(found.bound, &found.inputs)?;
    Ok(Certified {
        found,
        terms,
        least,
    })
}

/// The given m, delta and fixed parameters with nothing lost: every input that raises
/// the bound and may be 0 is 0.
fn at_least(bound: &Bound, inputs: &Inputs<Enclosure>) -> Result<Inputs<Enclosure>> {
    let spec = |name: &str| bound.inputs.iter().find(|s| s.name == name);
    let least = inputs.map(|name, _, x| match spec(name) {
        Some(s) if s.effect == Effect::Raises && s.domain.contains(&x.int(0)) => x.int(0),
        _ => x.clone(),
    });
    bound.check(least)
}
