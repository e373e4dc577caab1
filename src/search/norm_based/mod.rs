//! Inputs of the norm-based bounds, for any network.
//!
//! | bounds | what is free | how it is paid for |
//! |--------|--------------|--------------------|
//! | by a radius (path-energy, chevet, path-norm, golowich, neyshabur-2015) | gamma | within the theorem: radii on a grid (`radius`) |
//! | sound | gamma | not: it holds for all at once |
//! | by norms of the layers (bartlett, graf, ledent) | gamma, every norm | a grid each (`layers`) |
//! | neyshabur-2018 | gamma | a grid |
//! | as-released, gonon, long-sedghi | - | - (`plain`) |
//!
//! A margin that the user fixed beforehand is neither searched nor paid for.

mod layers;
mod plain;
mod radius;
mod ramp;

use super::Found;
use super::derivation::Tape;
use super::grid::Point;
use crate::bound::{Bound, Inputs};
use crate::error::{Error, Result};
use crate::measure::convolution::{Distances, LayerNorms};
use crate::measure::{Count, Margins, NetworkPaths, SamplePaths};
use crate::network::{Graph, Op};
use crate::real::{Enclosure, Real, Traced};
use ramp::LossTable;

/// A network of any kind with its sample, measured.
pub struct NormProblem<'a> {
    pub graph: &'a Graph,
    pub network: &'a NetworkPaths,
    pub sample: &'a SamplePaths,
    pub margins: &'a Margins<'a>,
    /// Of each linear layer, in order.
    pub norms: &'a [LayerNorms],
    /// Of each linear layer from a reference network; `None` is the zero one.
    pub distances: Option<&'a [Distances]>,
    /// A bound on ||x|| that holds almost surely, if one is known.
    pub input_norm: Option<Enclosure>,
    /// A bound on every |x_j| that holds almost surely, if one is known.
    pub entry_bound: Option<Enclosure>,
    /// The margin gamma, if the user fixed it beforehand.
    pub margin: Option<Enclosure>,
    pub delta: &'a Enclosure,
    pub prec: u32,
}

/// Whether a bound is one of these.
pub fn is_norm_based(bound: &Bound) -> bool {
    let sources = [
        "galanti-2023",
        "golowich-2018",
        "neyshabur-2015",
        "neyshabur-2018",
        "bartlett-2017",
        "graf-2022",
        "ledent-2021",
        "gonon-2024",
        "long-sedghi-2020",
    ];
    sources.iter().any(|s| bound.id.starts_with(s))
}

/// Whether a bound asks for a path norm, by block or by weight.
pub fn needs_path_norms(bound: &Bound) -> bool {
    bound.id.ends_with("/path-norm")
}

/// Whether a bound asks for the norms of single layers. The others are told of
/// the paths through all of them.
pub fn needs_layer_norms(bound: &Bound) -> bool {
    let of_paths = ["sound", "path-energy", "chevet", "path-norm"];
    let of_paths = of_paths.map(|name| format!("galanti-2023/{name}"));
    is_norm_based(bound) && !needs_path_norms(bound) && !of_paths.iter().any(|id| id == bound.id)
}

/// Finds a good margin for a bound and certifies its inputs.
///
/// # Errors
/// If the bound does not apply to this network; the condition says why.
pub fn search(bound: &'static Bound, problem: &NormProblem<'_>) -> Result<Found> {
    let classes = problem.graph.classes();
    if classes < 2 {
        return Err(Error::domain("at least 2 classes", format!("{classes}")));
    }
    let searcher = Searcher {
        bound,
        problem,
        losses: LossTable::new(problem.margins.approximate()),
        tape: Tape::new(problem.prec),
    };
    match bound.id {
        "galanti-2023/as-released" => searcher.as_released(),
        "galanti-2023/sound" => searcher.sound(),
        "galanti-2023/path-energy" => searcher.path_energy(),
        "galanti-2023/chevet" => searcher.chevet(),
        "galanti-2023/path-norm" => searcher.path_norm(),
        "golowich-2018/frobenius" | "neyshabur-2015/frobenius" => searcher.frobenius(),
        "golowich-2018/l1-inf" => searcher.l1_inf(),
        "bartlett-2017" => searcher.bartlett(),
        "neyshabur-2018" => searcher.neyshabur_2018(),
        "graf-2022/norms" | "graf-2022/params" => searcher.graf(),
        "ledent-2021" => searcher.ledent(),
        "gonon-2024/path-norm" => searcher.gonon(),
        "long-sedghi-2020" => searcher.long_sedghi(),
        id => Err(Error::domain(
            "a bound that a network and its sample determine",
            id,
        )),
    }
}

/// How the norms and energies of the path theorems are measured.
const METHOD: &str = "sums in f64 with proved error bounds or in MPFR, rounded outward";

struct Searcher<'a> {
    bound: &'static Bound,
    problem: &'a NormProblem<'a>,
    losses: LossTable,
    tape: Tape,
}

/// What a choice of gamma comes to.
struct Chosen {
    inputs: Inputs<Traced>,
    point: Point,
    gamma: Traced,
}

impl Searcher<'_> {
    fn exact(&self, x: f64) -> Enclosure {
        Enclosure::exact(self.problem.prec, x)
    }

    /// An integer that the architecture says.
    fn integer(&self, name: &str, n: usize) -> Traced {
        self.tape.integer(name, n)
    }

    fn m(&self) -> Traced {
        self.integer("m", self.problem.margins.len())
    }

    fn classes(&self) -> Traced {
        self.integer("classes", self.problem.graph.classes())
    }

    fn measured(&self, name: &str, about: &'static str, value: Enclosure) -> Traced {
        self.tape.measured(name, about, METHOD, value)
    }

    /// m and delta.
    fn given(&self) -> Inputs<Traced> {
        let delta = self.tape.given("delta", self.problem.delta.clone());
        Inputs::new().with("m", self.m()).with("delta", delta)
    }

    /// The margin gamma: chosen freely, unless the user fixed it.
    fn gamma(&self, best: impl FnOnce() -> f64) -> Traced {
        match &self.problem.margin {
            Some(gamma) => self.tape.given("gamma", gamma.clone()),
            None => self.tape.chosen("gamma", self.exact(best())),
        }
    }

    fn ramp_loss(&self, gamma: &Traced) -> Traced {
        let about = "the mean over the sample of min(1, max(0, 1 - margin/gamma))";
        let value = self.problem.margins.ramp_loss(&gamma.value);
        let method = "margins in f64 with proved error bounds";
        self.tape.measured("ramp_loss", about, method, value)
    }

    /// The fraction of the sample with margin <= gamma, and the count.
    fn margin_loss(&self, gamma: &Traced) -> (Traced, Count) {
        let count = self.problem.margins.at_most(&gamma.value);
        (self.tape.fraction("margin_loss", &count, &self.m()), count)
    }

    fn found(&self, chosen: Chosen, counts: Vec<(String, Count)>) -> Result<Found> {
        let gamma = vec![("gamma".to_owned(), chosen.gamma)];
        self.tape
            .found(self.bound, &chosen.inputs, chosen.point, gamma, counts)
    }

    /// A number that is only used if certainly > 0 and finite: its upper end.
    fn upper_end(&self, name: &str, about: &'static str, x: &Enclosure) -> Result<Traced> {
        Ok(self.measured(name, about, positive(x, about)?))
    }

    /// The gamma of least value on a geometric scale over the range of margins;
    /// the fixed one if there is one.
    fn best_gamma(&self, value: impl Fn(f64) -> f64) -> f64 {
        if let Some(gamma) = &self.problem.margin {
            return gamma.mid_f64();
        }
        const STEPS: usize = 256;
        let (low, high) = self.losses.range();
        let at = |i: usize| low * (high / low).powf(i as f64 / STEPS as f64);
        let scored = (0..=STEPS).map(|i| (at(i), value(at(i))));
        let best = scored
            .filter(|(_, v)| v.is_finite())
            .reduce(|a, b| if b.1 < a.1 { b } else { a });
        best.map_or(high, |(gamma, _)| gamma)
    }

    /// A chain of linear layers without biases, a ReLU between any two.
    fn require_plain_chain(&self) -> Result<()> {
        let graph = self.problem.graph;
        let refuse = |found: &str| {
            let condition =
                "a chain of linear layers without biases and a ReLU after each but the last";
            Err(Error::domain(condition, found))
        };
        if graph.has_bias() {
            return refuse("biases");
        }
        let alternates = graph.is_chain()
            && graph
                .nodes()
                .iter()
                .enumerate()
                .skip(1)
                .all(|(i, n)| match n.op {
                    Op::Conv(_) => i % 2 == 1,
                    Op::Relu => i % 2 == 0,
                    _ => false,
                });
        if alternates {
            Ok(())
        } else {
            refuse("average poolings, sums, or layers without a ReLU between them")
        }
    }
}

/// An enclosure certainly > 0, or the reason why not.
fn positive(x: &Enclosure, what: &str) -> Result<Enclosure> {
    let upper = x.upper();
    if upper.lo() > 0 && upper.hi().is_finite() {
        Ok(upper)
    } else {
        Err(Error::domain(
            format!("{what} that is finite and not 0"),
            upper.to_decimal(6).1,
        ))
    }
}

/// The product of numbers, of which there is one at least.
fn product(factors: impl IntoIterator<Item = Traced>) -> Result<Traced> {
    let product = factors.into_iter().reduce(|p, x| p * x);
    product.ok_or_else(|| Error::bug("a network has a layer", ""))
}

/// The nearest f64 reading.
fn approximate(x: &Inputs<Traced>) -> Inputs<f64> {
    x.map(|_, _, x| x.value.mid_f64())
}

/// From an f64 bound.
fn upper(prec: u32, x: f64) -> Enclosure {
    Enclosure::exact(prec, x).max(&Enclosure::integer(prec, 0))
}
