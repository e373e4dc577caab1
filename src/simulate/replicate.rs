//! One sample, one network, every bound, compared with the exact risk.

use super::Setting;
use super::compare::{Compared, Outcome, exact, gibbs_risk, judge, passage};
use crate::bound::{Bound, Confidence, Target};
use crate::certify::{Certified, Loaded, Settings, Silent, certify_loaded};
use crate::error::Result;
use crate::learner::Fitted;
use crate::measure::{Margins, rademacher};
use crate::population::Population;
use crate::real::Enclosure;
use crate::train::Stream;
use std::path::Path;
use std::sync::OnceLock;

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
