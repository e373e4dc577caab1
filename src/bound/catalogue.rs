//! The catalogue: every bound and form, its inputs, and its status.
//!
//! Status, source, assumptions and notes are read from `proofs/status.toml`,
//! beside the proofs, so that what a listing says and what is proved cannot
//! disagree.

mod norm_based;

use super::inputs::{Domain, Effect, InputSpec, Inputs, Shape, Value};
use super::pac_bayes::{Catoni, Kl, KlMonteCarlo, McAllester, Moment};
use super::single_shot::SingleShot;
use super::test_set::ClopperPearson;
use super::theorem_13::{Root, Theorem13};
use super::{Readings, Terms};
use crate::error::{Error, Result};
use crate::real::recorder::Node;
use crate::real::{Enclosure, Interval, Real};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::OnceLock;

/// Which reading of the paper a formula is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// The formula of the paper.
    AsPrinted,
    /// The least change that makes the proof close.
    Sound,
    /// Our tightening.
    Sharp,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AsPrinted => "as-printed",
            Self::Sound => "sound",
            Self::Sharp => "sharp",
        })
    }
}

/// How a form is known to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    #[serde(rename = "machine-checked")]
    MachineChecked,
    #[serde(rename = "proved here")]
    ProvedHere,
    #[serde(rename = "cited")]
    Cited,
    #[serde(rename = "refuted")]
    Refuted,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MachineChecked => "machine-checked",
            Self::ProvedHere => "proved here",
            Self::Cited => "cited",
            Self::Refuted => "refuted",
        })
    }
}

/// In what sense a number bounds anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guarantee {
    /// With probability at least 1 - delta over the sample.
    HighProbability,
    /// In expectation over the sample.
    Expectation,
    /// Not at all: a measure, or a refuted formula.
    Nothing,
}

/// The quantity that a bound claims to be above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// P(margin <= 0): a tie is an error.
    Risk,
    /// P(margin < 0).
    StrictRisk,
    /// E_Q P(margin <= 0) of the randomised network.
    GibbsRisk,
    /// E_S P(margin <= 0).
    ExpectedRisk,
    /// None: a measure.
    Nothing,
}

/// What `proofs/status.toml` says of one form.
#[derive(Clone, Debug, Deserialize)]
struct Standing {
    id: String,
    form: Form,
    status: Status,
    source: String,
    proof: String,
    #[serde(default)]
    coq: Vec<String>,
    assumptions: Vec<String>,
    #[serde(default)]
    notes: Vec<String>,
}

/// One form of one bound.
pub struct Bound {
    pub id: &'static str,
    pub form: Form,
    pub about: &'static str,
    /// What the bound limits: the risk P(margin <= 0), the Gibbs risk, an
    /// expectation; or that it limits nothing.
    pub bounds: &'static str,
    pub inputs: Vec<InputSpec>,
    pub status: Status,
    pub source: String,
    pub proof: String,
    /// Theorems of `proofs/` in Coq: the proof if machine-checked, parts of it
    /// otherwise.
    pub coq: Vec<String>,
    pub assumptions: Vec<String>,
    pub notes: Vec<String>,
    formula: Box<dyn Readings>,
}

impl fmt::Debug for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.id, self.form)
    }
}

impl Bound {
    /// Fills in defaults and checks names, shapes and domains.
    ///
    /// # Errors
    /// Names the input and the condition it does not certainly meet.
    pub fn check(&self, mut x: Inputs<Enclosure>) -> Result<Inputs<Enclosure>> {
        let like = x
            .like()
            .unwrap_or_else(|| Enclosure::integer(Enclosure::DEFAULT_PRECISION, 1));
        let mut layers = None;
        for spec in &self.inputs {
            match (x.get(spec.name), spec.default) {
                (None, Some(value)) => x.set(spec.name, Value::Scalar(like.int(value))),
                (None, None) => {
                    return Err(Error::domain(
                        format!("{}: the input `{}`", self.id, spec.name),
                        "nothing",
                    ));
                }
                (Some(_), _) => {}
            }
            let entries = spec.entries(&x)?.len();
            if spec.shape == Shape::Layers {
                if entries == 0 {
                    return Err(Error::domain(
                        format!("`{}` with at least 1 entry", spec.name),
                        "0",
                    ));
                }
                layers = layers.or(Some(entries));
            }
        }
        for spec in &self.inputs {
            let values = spec.entries(&x)?;
            let expected = match spec.shape {
                Shape::Scalar | Shape::List => values.len(),
                Shape::Layers => layers.unwrap_or(1),
                Shape::HiddenLayers => layers.unwrap_or(1) - 1,
            };
            if values.len() != expected {
                return Err(Error::domain(
                    format!("`{}` with {expected} entries", spec.name),
                    format!("{}", values.len()),
                ));
            }
            if let Some(v) = values.iter().find(|v| !spec.domain.contains(v)) {
                return Err(Error::domain(
                    format!("`{}` {}", spec.name, spec.domain.describe()),
                    shown(v),
                ));
            }
        }
        self.check_joint(&x)?;
        Ok(x)
    }

    /// Conditions between inputs.
    fn check_joint(&self, x: &Inputs<Enclosure>) -> Result<()> {
        if let (Some(Value::Scalar(errors)), Some(Value::Scalar(m))) = (x.get("errors"), x.get("m"))
            && !errors.certainly_le(m)
        {
            return Err(Error::domain(
                "`errors` <= `m`",
                format!("{} > {}", shown(errors), shown(m)),
            ));
        }
        Ok(())
    }

    /// Whether it bounds the error P(margin <= 0) of the network itself, ties
    /// included, with high probability.
    pub fn is_on_error(&self) -> bool {
        self.bounds == RISK
    }

    /// Whether it is a measure of complexity only, which bounds nothing.
    pub fn is_measure(&self) -> bool {
        self.bounds == MEASURE
    }

    /// What its value is to be compared with.
    pub fn target(&self) -> Target {
        match self.bounds {
            RISK | CLAIMED_RISK => Target::Risk,
            STRICT_RISK => Target::StrictRisk,
            GIBBS => Target::GibbsRisk,
            EXPECTED_RISK => Target::ExpectedRisk,
            _ => Target::Nothing,
        }
    }

    /// The margin that every point of the sample must have for the value to be
    /// claimed at all; `None` if the formula says itself what smaller ones cost.
    pub fn claimed_margin(&self) -> Option<i64> {
        // The released code takes gamma = 1 and adds no margin loss.
        (self.bounds == CLAIMED_RISK).then_some(1)
    }

    /// In what sense it holds.
    pub fn guarantee(&self) -> Guarantee {
        match self.bounds {
            MEASURE => Guarantee::Nothing,
            _ if self.status == Status::Refuted => Guarantee::Nothing,
            EXPECTED_RISK => Guarantee::Expectation,
            _ => Guarantee::HighProbability,
        }
    }

    /// The certified enclosure of the right-hand side, on checked inputs.
    pub fn evaluate(&self, x: &Inputs<Enclosure>) -> Terms<Enclosure> {
        self.formula.certified(x)
    }

    /// The same in f64 intervals.
    pub fn evaluate_interval(&self, x: &Inputs<Interval>) -> Terms<Interval> {
        self.formula.interval(x)
    }

    /// The same in plain f64, for searches: certifies nothing.
    pub fn approximate(&self, x: &Inputs<f64>) -> f64 {
        self.formula.fast(x).value
    }

    pub(crate) fn symbolic(&self, x: &Inputs<Node>) -> Terms<Node> {
        self.formula.symbolic(x)
    }
}

/// A value in a message.
fn shown(x: &Enclosure) -> String {
    let (lo, hi) = x.to_decimal(17);
    if lo == hi {
        lo
    } else {
        format!("[{lo}, {hi}]")
    }
}

impl InputSpec {
    /// What was given, if it has this shape.
    fn entries<'a>(&self, x: &'a Inputs<Enclosure>) -> Result<&'a [Enclosure]> {
        match (self.shape, x.get(self.name)) {
            (Shape::Scalar, Some(Value::Scalar(v))) => Ok(std::slice::from_ref(v)),
            (Shape::Layers | Shape::HiddenLayers | Shape::List, Some(Value::List(list))) => {
                Ok(list)
            }
            _ => Err(Error::domain(
                format!("`{}`: {}", self.name, self.shape_text()),
                "another shape",
            )),
        }
    }

    fn shape_text(&self) -> &'static str {
        match self.shape {
            Shape::Scalar => "a number",
            Shape::Layers => "a list with one entry for each of the K+1 layers",
            Shape::HiddenLayers => "a list with one entry for each of the K hidden layers",
            Shape::List => "a list",
        }
    }
}

/// Every bound and form there is.
pub fn catalogue() -> &'static [Bound] {
    static CATALOGUE: OnceLock<Vec<Bound>> = OnceLock::new();
    CATALOGUE.get_or_init(build)
}

/// The bound of a text `ID` or `ID:FORM`. Without a form, the tightest one that
/// is known to be a bound on the error: `sound`, else `sharp`, else `as-printed`.
///
/// # Errors
/// If there is none, with the ids there are.
pub fn find(text: &str) -> Result<&'static Bound> {
    let (id, form) = match text.split_once(':') {
        Some((id, form)) => (id, Some(form)),
        None => (text, None),
    };
    let matches = |b: &&Bound| b.id == id;
    let found = match form {
        Some(form) => catalogue()
            .iter()
            .filter(matches)
            .find(|b| b.form.to_string() == form),
        None => [Form::Sound, Form::Sharp, Form::AsPrinted]
            .iter()
            .find_map(|form| catalogue().iter().filter(matches).find(|b| b.form == *form)),
    };
    found.ok_or_else(|| {
        let known: Vec<_> = catalogue()
            .iter()
            .map(|b| format!("{}:{}", b.id, b.form))
            .collect();
        Error::input(
            "bound",
            "",
            format!("one of {}", known.join(", ")),
            format!("\"{text}\""),
            "see `gapcert bounds`",
        )
    })
}

const RISK: &str = "P(margin <= 0), the error of the network";
const STRICT_RISK: &str = "R_0 = P(margin < 0), which does not count ties";
const GIBBS: &str = "E_Q P(margin <= 0), the Gibbs risk of the randomised network";
const EXPECTED_RISK: &str = "E_S P(margin <= 0), the expected error over samples of this size, if the losses are expectations";
const CLAIMED_RISK: &str =
    "P(margin <= 0), as its authors' code claims: the claim is refuted, and it bounds nothing";
const MEASURE: &str =
    "nothing: a measure of complexity, whose unspecified absolute constant is set to 1 here";

/// What a list of entries says of a bound; the rest is in `proofs/status.toml`.
struct Entry {
    id: &'static str,
    form: Form,
    about: &'static str,
    bounds: &'static str,
    inputs: Vec<InputSpec>,
    formula: Box<dyn Readings>,
}

fn build() -> Vec<Bound> {
    #[derive(Deserialize)]
    struct File {
        bound: Vec<Standing>,
    }
    let file: File = toml::from_str(include_str!("../../proofs/status.toml"))
        .expect("proofs/status.toml is well formed");
    let listed = |e: Entry| {
        let standing = file.bound.iter().find(|s| s.id == e.id && s.form == e.form);
        let s = standing
            .unwrap_or_else(|| panic!("proofs/status.toml has no entry for {}:{}", e.id, e.form))
            .clone();
        Bound {
            id: e.id,
            form: e.form,
            about: e.about,
            bounds: e.bounds,
            inputs: e.inputs,
            status: s.status,
            source: s.source,
            proof: s.proof,
            coq: s.coq,
            assumptions: s.assumptions,
            notes: s.notes,
            formula: e.formula,
        }
    };
    let entries = pac_bayesian()
        .into_iter()
        .chain(norm_based::entries())
        .chain([held_out()]);
    entries.map(listed).collect()
}

fn entry(
    id: &'static str,
    form: Form,
    about: &'static str,
    bounds: &'static str,
    inputs: Vec<InputSpec>,
    formula: Box<dyn Readings>,
) -> Entry {
    Entry {
        id,
        form,
        about,
        bounds,
        inputs,
        formula,
    }
}

fn pac_bayesian() -> Vec<Entry> {
    let thirteen = |root| Box::new(Theorem13 { root });
    vec![
        entry(
            "muthukumar-sulam-2023/theorem-13",
            Form::AsPrinted,
            "Sparsity-aware bound, layer-wise derandomised, as the paper prints it",
            STRICT_RISK,
            theorem_13_inputs(),
            thirteen(Root::Printed),
        ),
        entry(
            "muthukumar-sulam-2023/theorem-13",
            Form::Sound,
            "Theorem 13 with the least changes that make its proof close",
            RISK,
            theorem_13_inputs(),
            thirteen(Root::Printed),
        ),
        entry(
            "muthukumar-sulam-2023/theorem-13",
            Form::Sharp,
            "The sound form with deviation sqrt((KL + ln(m(K+1)/delta))/(2(m-1)))",
            RISK,
            theorem_13_inputs(),
            thirteen(Root::Sharp),
        ),
        entry(
            "muthukumar-sulam-2023/theorem-11",
            Form::AsPrinted,
            "The expanded bound of Theorem 13 with the prior variance of Theorem 11",
            STRICT_RISK,
            theorem_13_inputs(),
            thirteen(Root::Printed),
        ),
        entry(
            "muthukumar-sulam-2023/single-shot",
            Form::Sharp,
            "Theorem M: one PAC-Bayes-kl step, derandomised by the first violated layer",
            RISK,
            single_shot_inputs(),
            Box::new(SingleShot),
        ),
        entry(
            "pac-bayes/kl",
            Form::AsPrinted,
            "Langford-Seeger-Maurer with 2 sqrt m",
            GIBBS,
            gibbs_inputs(),
            Box::new(Kl {
                moment: Moment::TwoRootM,
            }),
        ),
        entry(
            "pac-bayes/kl",
            Form::Sharp,
            "Langford-Seeger-Maurer with xi(m)",
            GIBBS,
            gibbs_inputs(),
            Box::new(Kl { moment: Moment::Xi }),
        ),
        entry(
            "pac-bayes/kl-monte-carlo",
            Form::AsPrinted,
            "The kl bound at a Monte Carlo estimate of the Gibbs loss on the sample",
            GIBBS,
            two_stage_inputs(),
            Box::new(KlMonteCarlo),
        ),
        entry(
            "pac-bayes/mcallester",
            Form::AsPrinted,
            "McAllester's square-root bound as printed",
            GIBBS,
            gibbs_inputs(),
            Box::new(McAllester::Printed),
        ),
        entry(
            "pac-bayes/mcallester",
            Form::Sharp,
            "Pinsker's relaxation of the kl bound with xi(m)",
            GIBBS,
            gibbs_inputs(),
            Box::new(McAllester::Sharp),
        ),
        entry(
            "pac-bayes/catoni",
            Form::AsPrinted,
            "Catoni's bound at a parameter c fixed beforehand",
            GIBBS,
            [
                gibbs_inputs(),
                vec![scalar(
                    "c",
                    "1",
                    Domain::Positive,
                    Effect::Mixed,
                    "Catoni's parameter",
                )],
            ]
            .concat(),
            Box::new(Catoni),
        ),
    ]
}

fn held_out() -> Entry {
    entry(
        "test-set/clopper-pearson",
        Form::AsPrinted,
        "Binomial tail inversion on a held-out sample",
        RISK,
        vec![
            scalar(
                "m",
                "samples",
                Domain::Trials,
                Effect::Lowers,
                "size of the held-out sample",
            ),
            scalar(
                "errors",
                "samples",
                Domain::Count,
                Effect::Raises,
                "errors on it (margin <= 0)",
            ),
            delta(),
        ],
        Box::new(ClopperPearson),
    )
}

fn scalar(
    name: &'static str,
    unit: &'static str,
    domain: Domain,
    effect: Effect,
    about: &'static str,
) -> InputSpec {
    InputSpec {
        name,
        unit,
        domain,
        shape: Shape::Scalar,
        effect,
        default: None,
        about,
    }
}

fn sample_size() -> InputSpec {
    scalar(
        "m",
        "samples",
        Domain::SampleSize,
        Effect::Lowers,
        "sample size",
    )
}

fn delta() -> InputSpec {
    scalar(
        "delta",
        "probability",
        Domain::Confidence,
        Effect::Lowers,
        "failure probability",
    )
}

fn paid() -> InputSpec {
    InputSpec {
        default: Some(0),
        ..scalar(
            "log_inverse_weight",
            "nats",
            Domain::NonNegative,
            Effect::Raises,
            "ln(1/w) of the grid point's a-priori weight w; 0 if nothing was searched",
        )
    }
}

fn total_kl() -> InputSpec {
    scalar(
        "kl",
        "nats",
        Domain::NonNegative,
        Effect::Raises,
        "KL(Q|P), all layers together",
    )
}

fn theorem_13_inputs() -> Vec<InputSpec> {
    let list = |shape, spec| InputSpec { shape, ..spec };
    let fraction = |name, about| scalar(name, "fraction", Domain::Fraction, Effect::Raises, about);
    vec![
        sample_size(),
        delta(),
        fraction(
            "margin_loss",
            "fraction of the sample with margin below 4 zeta_{K+1} gamma_{K+1}",
        ),
        list(
            Shape::HiddenLayers,
            fraction(
                "sparse_loss",
                "per hidden layer k: fraction with r_n < gamma_n for some n <= k",
            ),
        ),
        list(
            Shape::HiddenLayers,
            fraction(
                "sparse_loss_3",
                "per hidden layer k: fraction with r_n < 3 gamma_n for some n <= k",
            ),
        ),
        list(
            Shape::Layers,
            scalar(
                "kl",
                "nats",
                Domain::NonNegative,
                Effect::Raises,
                "KL of each of the K+1 layers",
            ),
        ),
        paid(),
    ]
}

fn single_shot_inputs() -> Vec<InputSpec> {
    vec![
        sample_size(),
        delta(),
        scalar(
            "tau",
            "probability",
            Domain::BelowOne,
            Effect::Raises,
            "failure probability of the stability event",
        ),
        scalar(
            "unsafe_fraction",
            "fraction",
            Domain::Fraction,
            Effect::Raises,
            "fraction u of the sample that is not safe",
        ),
        total_kl(),
        InputSpec {
            default: None,
            ..paid()
        },
    ]
}

fn gibbs_inputs() -> Vec<InputSpec> {
    vec![
        sample_size(),
        delta(),
        total_kl(),
        scalar(
            "empirical_loss",
            "fraction",
            Domain::Fraction,
            Effect::Raises,
            "(an upper bound on) the Gibbs loss on the sample",
        ),
        paid(),
    ]
}

fn two_stage_inputs() -> Vec<InputSpec> {
    vec![
        sample_size(),
        delta(),
        total_kl(),
        scalar(
            "mc_mean",
            "fraction",
            Domain::Fraction,
            Effect::Raises,
            "mean Gibbs loss on the sample over the draws",
        ),
        scalar(
            "mc_samples",
            "draws",
            Domain::Trials,
            Effect::Lowers,
            "number of independent draws",
        ),
        scalar(
            "delta_mc",
            "probability",
            Domain::Confidence,
            Effect::Lowers,
            "failure probability of the estimate, over the draws",
        ),
    ]
}
