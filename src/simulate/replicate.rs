//! One sample, one network, every bound, compared with the exact risk.

use super::Setting;
use crate::bound::{Bound, Confidence, Target};
use crate::certify::{Certified, Loaded, Settings, Silent, certify_loaded};
use crate::error::Result;
use crate::learner::Fitted;
use crate::measure::{MarginBelow, Margins, Query, Trace, rademacher};
use crate::population::Population;
use crate::real::{Enclosure, Real};
use crate::train::Stream;
use std::path::Path;
use std::sync::OnceLock;

/// What a bound's value and the exact quantity say of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The value is at least the quantity.
    Holds,
    /// The value is below the quantity: a fact, not an estimate.
    Violated,
    /// Their enclosures overlap, or the quantity is not known well enough.
    Undecided,
    /// There is nothing to compare with: an expectation over samples, or a measure.
    NotCompared,
    /// The bound does not apply to this network, or claims nothing of it.
    NotApplicable,
}

/// A bound in one replicate.
#[derive(Clone, Debug)]
pub struct Compared {
    pub bound: &'static Bound,
    /// Undefined where it does not apply.
    pub value: Enclosure,
    /// What it was compared with.
    pub exact: Enclosure,
    pub outcome: Outcome,
}

/// One replicate.
#[derive(Clone, Debug)]
pub struct Replicate {
    pub setting: usize,
    pub index: usize,
    /// Of its own streams.
    pub seed: u64,
    /// The size of the sample the bounds saw.
    pub m: usize,
    /// P(margin <= 0) on the population.
    pub risk: Enclosure,
    /// The fraction of the sample with margin <= 0.
    pub empirical: Enclosure,
    /// Of linear functions of norm at most 1 on the sample.
    pub rademacher: Enclosure,
    pub bounds: Vec<Compared>,
}

/// What all replicates of a setting share.
pub struct World<'a> {
    pub setting: &'a Setting,
    pub population: &'a Population,
    pub folder: &'a Path,
    input_norm: OnceLock<Option<Enclosure>>,
}

impl<'a> World<'a> {
    pub fn new(setting: &'a Setting, population: &'a Population, folder: &'a Path) -> Self {
        Self {
            setting,
            population,
            folder,
            input_norm: OnceLock::new(),
        }
    }

    /// A bound on ||x|| that holds almost surely, if there is one.
    pub fn input_norm(&self) -> Option<Enclosure> {
        let norm = || self.population.largest_norm(Enclosure::DEFAULT_PRECISION);
        self.input_norm.get_or_init(norm).clone()
    }
}

/// Independent seeds from one: SplitMix64 of the seed, the setting and the index.
pub fn seed_of(seed: u64, setting: usize, index: usize) -> u64 {
    let mix = |x: u64| {
        let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    };
    mix(mix(mix(seed) ^ setting as u64) ^ index as u64)
}

/// A network learned from a sample, and its exact risk.
pub struct Prepared {
    pub loaded: Loaded,
    pub risk: Enclosure,
}

/// Draws and learns; `own` is the replicate's seed.
///
/// # Errors
/// The setting's: a learner that cannot run on this population.
pub fn prepare(world: &World<'_>, own: u64) -> Result<Prepared> {
    let loaded = learn(world, own)?;
    let risk = world
        .population
        .risk(&loaded.model, Enclosure::DEFAULT_PRECISION)?;
    Ok(Prepared { loaded, risk })
}

/// Draws and learns, without the risk.
fn learn(world: &World<'_>, own: u64) -> Result<Loaded> {
    let (setting, population) = (world.setting, world.population);
    let drawn = population.draw(setting.m, own, Stream::Sample)?;
    let Fitted {
        model,
        prior,
        sample,
    } = setting.learner.fit(drawn, population, own, world.folder)?;
    let test = population.draw(setting.test, own, Stream::TestSample)?;
    Ok(Loaded {
        model,
        prior,
        sample,
        test: Some(test),
        sources: Vec::new(),
    })
}

/// The passage of a finite population through a multilayer perceptron.
fn passage<'a>(loaded: &'a Loaded, population: &'a Population) -> Result<Option<Trace<'a>>> {
    match (population, &loaded.model.mlp) {
        (Population::Finite(all), Some(mlp)) => Trace::without_activations(mlp, all).map(Some),
        _ => Ok(None),
    }
}

/// Draws, learns, certifies and compares.
///
/// # Errors
/// The setting's: a learner that cannot run on this population.
pub fn replicate(
    world: &World<'_>,
    (setting, index): (usize, usize),
    seed: u64,
    bounds: &[&'static Bound],
    delta: &Confidence,
) -> Result<Replicate> {
    let prec = Enclosure::DEFAULT_PRECISION;
    let own = seed_of(seed, setting, index);
    let population = world.population;
    let loaded = learn(world, own)?;
    // One passage for the risk and for what the Gibbs risk is compared with.
    let gibbs = bounds.iter().any(|b| b.target() == Target::GibbsRisk);
    let whole = match gibbs {
        true => passage(&loaded, population)?,
        false => None,
    };
    let risk = match &whole {
        Some(trace) => {
            let errors = Margins::of_trace(&loaded.model.graph, trace).errors();
            errors.fraction(prec, trace.len())
        }
        None => population.risk(&loaded.model, prec)?,
    };
    let settings = Settings {
        bounds: bounds.to_vec(),
        insist: false,
        baselines: false,
        fixed: world.setting.fixed,
        input_norm: world.input_norm(),
        ..Settings::new(delta.clone(), prec)
    };
    let report = certify_loaded(&loaded, &settings, &Silent)?;
    let mut compared = Vec::new();
    for &bound in bounds {
        let is = |c: &&Certified| std::ptr::eq(c.found.bound, bound);
        compared.push(match report.results.iter().find(is) {
            Some(result) => {
                let exact = match (bound.target(), &whole) {
                    (Target::GibbsRisk, Some(trace)) => gibbs_risk(result, trace),
                    _ => exact(bound, result, (&loaded, population), &risk)?,
                };
                judge(result.terms.value.clone(), exact, bound, &loaded)?
            }
            None => Compared {
                bound,
                value: Enclosure::undefined(prec),
                exact: risk.clone(),
                outcome: Outcome::NotApplicable,
            },
        });
    }
    let empirical = report.sample_errors.fraction(prec, report.m);
    Ok(Replicate {
        setting,
        index,
        seed: own,
        m: loaded.sample.len(),
        risk,
        empirical,
        rademacher: rademacher(&loaded.sample, prec),
        bounds: compared,
    })
}

/// A certified bound against what it claims to be above.
///
/// # Errors
/// Those of measuring the population.
pub fn compare(
    result: &Certified,
    loaded: &Loaded,
    population: &Population,
    risk: &Enclosure,
) -> Result<Compared> {
    compare_value(result.terms.value.clone(), result, loaded, population, risk)
}

/// The same for a value that somebody else gives for that bound.
///
/// # Errors
/// As [`compare`].
pub fn compare_value(
    value: Enclosure,
    result: &Certified,
    loaded: &Loaded,
    population: &Population,
    risk: &Enclosure,
) -> Result<Compared> {
    let bound = result.found.bound;
    let exact = exact(bound, result, (loaded, population), risk)?;
    judge(value, exact, bound, loaded)
}

/// What a bound claims to be above, if it is known.
fn exact(
    bound: &Bound,
    result: &Certified,
    (loaded, population): (&Loaded, &Population),
    risk: &Enclosure,
) -> Result<Option<Enclosure>> {
    Ok(match bound.target() {
        Target::Risk => Some(risk.clone()),
        Target::StrictRisk => Some(strict_risk(loaded, population, risk)?),
        Target::GibbsRisk => {
            passage(loaded, population)?.and_then(|trace| gibbs_risk(result, &trace))
        }
        Target::ExpectedRisk | Target::Nothing => None,
    })
}

fn judge(
    value: Enclosure,
    exact: Option<Enclosure>,
    bound: &'static Bound,
    loaded: &Loaded,
) -> Result<Compared> {
    let claimed = match bound.claimed_margin() {
        None => true,
        Some(margin) => {
            // One that is just the margin is left out, too: to the safe side.
            let margins = Margins::new(&loaded.model.graph, &loaded.sample, &|_| {})?;
            margins.at_most(&value.int(margin)).hi == 0
        }
    };
    let outcome = match &exact {
        _ if !claimed => Outcome::NotApplicable,
        None => Outcome::NotCompared,
        Some(exact) if value.certainly_lt(exact) => Outcome::Violated,
        Some(exact) if exact.certainly_le(&value) => Outcome::Holds,
        Some(_) => Outcome::Undecided,
    };
    Ok(Compared {
        bound,
        exact: exact.unwrap_or_else(|| Enclosure::undefined(value.prec())),
        value,
        outcome,
    })
}

/// P(margin < 0), between P(margin <= -1e-300) and P(margin <= 0).
fn strict_risk(loaded: &Loaded, population: &Population, risk: &Enclosure) -> Result<Enclosure> {
    let Population::Finite(all) = population else {
        // Ties of a linear network on Gaussian inputs have probability 0, and the
        // zero network has nothing but ties.
        let tied = risk.lo() == 1;
        return Ok(if tied { risk.int(0) } else { risk.clone() });
    };
    let margins = Margins::new(&loaded.model.graph, all, &|_| {})?;
    let below = margins.at_most(&Enclosure::exact(risk.prec(), -1e-300));
    let below = below.fraction(risk.prec(), all.len());
    Ok(below.hull(risk))
}

/// The risk of N(W, sigma^2) between what the stability argument of Theorem M
/// says: the noise changes a decision of margin beyond the threshold with
/// probability at most tau. `None` if the bound was not found by that argument.
fn gibbs_risk(result: &Certified, trace: &Trace<'_>) -> Option<Enclosure> {
    let derived = |name: &str| {
        let found = result.found.parameters.iter().find(|(n, _)| n == name);
        found.map(|(_, x)| x.clone())
    };
    let (Some(zeta), Some(tau), Some(threshold)) = (
        derived("zeta_0"),
        derived("tau"),
        derived("margin_threshold"),
    ) else {
        return None;
    };
    let count = |threshold: Option<Enclosure>| {
        let query = Query {
            norm: Some(zeta.clone()),
            margin: threshold.map(MarginBelow::or_equal),
            activation: Vec::new(),
        };
        trace.count(&query).fraction(zeta.prec(), trace.len())
    };
    let one = zeta.int(1);
    let far = count(Some(-threshold.clone()));
    let beyond = count(None);
    let near = count(Some(threshold));
    // Points beyond zeta_0 may be anything.
    let least = (far - &beyond).max(&one.int(0)) * (one.clone() - &tau);
    let most = near.clone() + (one - near) * &tau;
    Some(least.hull(&most))
}
