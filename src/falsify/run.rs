//! The search.

use super::candidate::{Candidate, Frame, LEARNERS, POPULATIONS, fits, generator};
use super::claim::{Claim, refusal};
use super::confirm::{self, Attempt, replicates_needed};
use super::trial::{Clock, Tally, Trial, trials};
use crate::bound::Confidence;
use crate::certify::Progress;
use crate::error::{Error, Result};
use crate::input::InputFile;
use crate::real::Enclosure;
use crate::simulate::{Spec, binomial_tail, seed_of};
use rand::RngExt;
use rayon::prelude::*;
use std::path::PathBuf;
use std::time::Duration;

/// How far to go: to whichever comes first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Budget {
    pub time: Option<Duration>,
    /// Settings tried.
    pub evaluations: Option<u64>,
}

/// What to search.
pub struct Plan<'a> {
    pub claim: &'a dyn Claim,
    pub delta: Confidence,
    pub seed: u64,
    pub budget: Budget,
    /// Of [`POPULATIONS`]; all if empty.
    pub populations: Vec<&'static str>,
    /// Of [`LEARNERS`]; all if empty.
    pub learners: Vec<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Refuted,
    NotRefuted,
    /// Nothing was ever compared, or the time was up in a confirmation, or one
    /// depends on replicates that are undecided.
    Undetermined,
}

/// What was tried with one kind of population and one of learner.
#[derive(Clone, Copy, Debug)]
pub struct Tried {
    pub population: &'static str,
    pub learner: &'static str,
    pub settings: u64,
    /// Replicates, and those in which something was compared.
    pub replicates: u64,
    pub compared: u64,
    pub violations: u64,
    /// The largest exact/value of a replicate, to f64 accuracy.
    pub worst_ratio: f64,
}

/// What a search found.
#[derive(Debug)]
pub struct Report {
    pub verdict: Verdict,
    /// Settings tried.
    pub evaluations: u64,
    pub tried: Vec<Tried>,
    /// Confirmations; the last is the refutation if there is one.
    pub attempts: Vec<Attempt>,
    pub took: Duration,
}

/// Settings tried at once; fixed, so that threads change nothing.
const GENERATION: u64 = 16;
/// Replicates of a setting at first, and after each further look at it.
const LEVELS: [usize; 5] = [1, 8, 64, 512, 4096];
/// How many settings are remembered as the worst.
const POOL: usize = 24;

/// A setting with what is known of it.
struct Member {
    candidate: Candidate,
    /// Its number among all: gives its seed.
    number: u64,
    level: usize,
    trials: Vec<Trial>,
    /// No further look is worth it.
    settled: bool,
}

impl Member {
    /// How promising: how often violated, then how close.
    fn score(&self) -> f64 {
        let n = self.trials.len().max(1) as f64;
        let ratios = self.trials.iter().map(|t| t.ratio().clamp(0.0, 2.0));
        let violated = Tally::of(&self.trials).violations as f64;
        // Few replicates are not trusted: a violation in four is not a rate of 1/4.
        10.0 * violated / (n + 4.0) + ratios.sum::<f64>() / n
    }
}

/// Searches until the claim is refuted or the budget is used up.
///
/// # Errors
/// Domain: a bound that is none with high probability, no pair of kinds to try.
pub fn falsify(plan: &Plan<'_>, progress: &dyn Progress) -> Result<Report> {
    let bound = plan.claim.bound();
    if let Some(why) = refusal(bound) {
        let condition = format!("for {bound:?} a bound that holds with probability 1 - delta");
        return Err(Error::domain(condition, why));
    }
    let pairs = pairs(plan);
    if pairs.is_empty() {
        let found = "none: the worst learner needs a finite population";
        return Err(Error::domain("a population with a learner for it", found));
    }
    let name = format!("{bound:?}");
    let frame = Frame {
        bound: &name,
        delta: plan.delta.text(),
        held_out: bound.id == "test-set/clopper-pearson",
    };
    let mut search = Search {
        plan,
        frame,
        clock: Clock::start(plan.budget.time),
        pairs,
        evaluations: 0,
        pool: Vec::new(),
        tried: Vec::new(),
        attempts: Vec::new(),
    };
    let verdict = search.run(progress)?;
    Ok(Report {
        verdict,
        evaluations: search.evaluations,
        tried: search.tried,
        attempts: search.attempts,
        took: search.clock.begun.elapsed(),
    })
}

fn pairs(plan: &Plan<'_>) -> Vec<(&'static str, &'static str)> {
    let or_all = |asked: &[&'static str], all: &[&'static str]| match asked {
        [] => all.to_vec(),
        some => some.to_vec(),
    };
    let learners = or_all(&plan.learners, &LEARNERS);
    let populations = or_all(&plan.populations, &POPULATIONS);
    let all = learners
        .iter()
        .flat_map(|l| populations.iter().map(move |p| (*p, *l)));
    all.filter(|(p, l)| fits(p, l)).collect()
}

struct Search<'a> {
    plan: &'a Plan<'a>,
    frame: Frame<'a>,
    clock: Clock,
    pairs: Vec<(&'static str, &'static str)>,
    evaluations: u64,
    pool: Vec<Member>,
    tried: Vec<Tried>,
    attempts: Vec<Attempt>,
}

impl Search<'_> {
    fn run(&mut self, progress: &dyn Progress) -> Result<Verdict> {
        let most = self.plan.budget.evaluations.unwrap_or(u64::MAX);
        let mut open = false;
        while self.evaluations < most && !self.clock.expired() {
            progress.stage("settings", usize::try_from(most).unwrap_or(0));
            progress.advance(self.evaluations as usize);
            let size = GENERATION.min(most - self.evaluations);
            if !self.generation(size, progress)? {
                break;
            }
            // Whatever looks violated is looked at again before going on.
            while let Some(i) = self.most_suspicious() {
                if self.clock.expired() {
                    break;
                }
                match self.look_again(i, progress)? {
                    Look::Refuted => return Ok(Verdict::Refuted),
                    Look::Open => open = true,
                    Look::Nothing => {}
                }
            }
        }
        let compared = self.tried.iter().any(|t| t.compared > 0);
        Ok(if open || !compared {
            Verdict::Undetermined
        } else {
            Verdict::NotRefuted
        })
    }

    /// The candidate with this number: a third explores, the others are neighbours of
    /// the worst so far.
    fn candidate(&self, number: u64) -> Candidate {
        let mut rng = generator(seed_of(self.plan.seed, 3, number as usize));
        // Small settings first: a search that begins with slow ones sees little.
        const FULL: f64 = 400.0;
        let share = ((number + GENERATION) as f64 / FULL).min(1.0);
        if number % 3 > 0 && !self.pool.is_empty() {
            // The worst most often.
            let place: f64 = rng.random_range(0.0..1.0);
            let place = (place.powi(3) * self.pool.len() as f64) as usize;
            let parent = &self.pool[place].candidate;
            let kinds = |c: &Candidate| (c.population, c.learner);
            let alike: Vec<&Candidate> = self
                .pool
                .iter()
                .map(|m| &m.candidate)
                .filter(|c| kinds(c) == kinds(parent))
                .collect();
            if alike.len() > 2 && rng.random_bool(0.4) {
                let two = [0, 1].map(|_| alike[rng.random_range(0..alike.len())]);
                return parent.moved(two, share, &mut rng);
            }
            return parent.mutated(&self.pairs, share, &mut rng);
        }
        // A pass over all pairs after the other.
        let pass = number / 3 + (number % 3) * 7;
        let (population, learner) = self.pairs[(pass % self.pairs.len() as u64) as usize];
        let random = Candidate::random(population, learner, share, &mut rng);
        if rng.random_bool(0.5) {
            random.interpolating()
        } else {
            random
        }
    }

    fn spec(&self, text: &str) -> Result<Spec> {
        let file = InputFile::from_bytes("setting", text.as_bytes().to_vec());
        Spec::parse(&file, PathBuf::new())
            .map_err(|e| Error::bug(format!("a setting of the search is one: {e}"), text))
    }

    /// The seed of the replicates that only guide the search.
    fn seed(&self, number: u64) -> u64 {
        seed_of(self.plan.seed, 1, number as usize) >> 11
    }

    fn trials(
        &self,
        candidate: &Candidate,
        number: u64,
        [from, to]: [usize; 2],
    ) -> Result<Option<Vec<Trial>>> {
        let text = candidate.text(&self.frame, self.seed(number), to as u64);
        trials(
            &self.spec(&text)?,
            self.plan.claim,
            from..to,
            &self.clock,
            &|| {},
        )
    }

    /// Tries so many settings; `false` if the time was up, and then none counts.
    fn generation(&mut self, size: u64, progress: &dyn Progress) -> Result<bool> {
        let first = self.evaluations;
        let one = |number: u64| {
            let candidate = self.candidate(number);
            let trials = self.trials(&candidate, number, [0, LEVELS[0]])?;
            progress.advance(1);
            Ok(Member {
                candidate,
                number,
                level: 0,
                // A population that cannot be built is tried in vain.
                trials: trials.unwrap_or_default(),
                settled: false,
            })
        };
        let members: Result<Vec<Member>> = (first..first + size).into_par_iter().map(one).collect();
        let members = members?;
        if self.clock.expired() {
            return Ok(false);
        }
        self.evaluations += size;
        for member in &members {
            self.record(&member.candidate, 1, &member.trials);
        }
        self.pool.extend(members);
        self.rank();
        Ok(true)
    }

    fn record(&mut self, candidate: &Candidate, settings: u64, trials: &[Trial]) {
        let (population, learner) = (candidate.population, candidate.learner);
        let same = |t: &Tried| t.population == population && t.learner == learner;
        let place = self.tried.iter().position(same).unwrap_or_else(|| {
            self.tried.push(Tried {
                population,
                learner,
                settings: 0,
                replicates: 0,
                compared: 0,
                violations: 0,
                worst_ratio: 0.0,
            });
            self.tried.len() - 1
        });
        let t = &mut self.tried[place];
        let tally = Tally::of(trials);
        t.settings += settings;
        t.replicates += tally.replicates;
        t.compared += tally.compared;
        t.violations += tally.violations;
        t.worst_ratio = trials
            .iter()
            .map(Trial::ratio)
            .fold(t.worst_ratio, f64::max);
    }

    /// The worst first; equal ones in the order they came, so that threads change
    /// nothing. At most a third of the pool is of one pair of kinds.
    fn rank(&mut self) {
        self.pool.sort_by(|a, b| {
            let order = b.score().total_cmp(&a.score());
            order.then(a.number.cmp(&b.number))
        });
        let mut kept: Vec<Member> = Vec::new();
        for member in self.pool.drain(..) {
            let pair = |m: &Member| (m.candidate.population, m.candidate.learner);
            let same = kept.iter().filter(|k| pair(k) == pair(&member)).count();
            if kept.len() < POOL && (same < POOL / 3 || self.pairs.len() < 3) {
                kept.push(member);
            }
        }
        self.pool = kept;
    }

    /// The member whose violations are the least likely under the claim, if that
    /// is worth more replicates.
    fn most_suspicious(&self) -> Option<usize> {
        let delta = self.plan.delta.value();
        let tail = |m: &Member| {
            let tally = Tally::of(&m.trials);
            let rate = tally.violations as f64 / tally.replicates.max(1) as f64;
            let more = !m.settled && rate > delta.mid_f64();
            more.then(|| binomial_tail(tally.replicates, delta, tally.violations).mid_f64())
        };
        let all = self.pool.iter().enumerate();
        let suspicious = all.filter_map(|(i, m)| tail(m).map(|t| (i, t)));
        let least = suspicious.reduce(|a, b| if b.1 < a.1 { b } else { a });
        least.map(|(i, _)| i)
    }

    /// More replicates of a member; a confirmation once chance hardly explains
    /// what was seen.
    fn look_again(&mut self, i: usize, progress: &dyn Progress) -> Result<Look> {
        const UNLIKELY: f64 = 1e-4;
        const LIKELY: f64 = 0.2;
        let delta = self.plan.delta.value().mid_f64();
        let tally = Tally::of(&self.pool[i].trials);
        let tail = tally.tail(&self.plan.delta, false).mid_f64();
        let last = self.pool[i].level + 1 == LEVELS.len();
        if tail < UNLIKELY || last {
            self.pool[i].settled = true;
            let number = self.attempts.len() as u64 + 1;
            let n = replicates_needed(&tally, delta, number);
            return match n {
                Some(n) if tail < 10.0 * UNLIKELY => self.confirm(i, number, n, progress),
                _ => Ok(Look::Nothing),
            };
        }
        if self.pool[i].level > 0 && tail > LIKELY {
            self.pool[i].settled = true;
            return Ok(Look::Nothing);
        }
        let (from, to) = (LEVELS[self.pool[i].level], LEVELS[self.pool[i].level + 1]);
        let m = &self.pool[i];
        let Some(more) = self.trials(&m.candidate, m.number, [from, to])? else {
            // The time is up: what only guides the search is left undone.
            return Ok(Look::Nothing);
        };
        let candidate = m.candidate.clone();
        self.record(&candidate, 0, &more);
        let m = &mut self.pool[i];
        m.level += 1;
        m.trials.extend(more);
        self.rank();
        Ok(Look::Nothing)
    }

    fn confirm(&mut self, i: usize, number: u64, n: u64, progress: &dyn Progress) -> Result<Look> {
        let seed = confirm::seed(self.plan.seed, number);
        let text = self.pool[i].candidate.text(&self.frame, seed, n);
        let spec = self.spec(&text)?;
        let attempt = confirm::attempt(
            (number, text),
            &spec,
            self.plan.claim,
            &self.clock,
            progress,
        )?;
        let refutes = attempt.refutes(&self.plan.delta);
        if let Some(trials) = &attempt.trials {
            let candidate = self.pool[i].candidate.clone();
            self.record(&candidate, 0, trials);
        }
        self.attempts.push(attempt);
        Ok(match refutes {
            Some(true) => Look::Refuted,
            Some(false) => Look::Nothing,
            None => Look::Open,
        })
    }
}

enum Look {
    Nothing,
    Refuted,
    /// A confirmation that was not ended, or that undecided replicates would decide.
    Open,
}

impl Report {
    /// The largest exact/value of a replicate, to f64 accuracy.
    pub fn worst_ratio(&self) -> f64 {
        self.tried.iter().map(|t| t.worst_ratio).fold(0.0, f64::max)
    }

    /// The attempt that refutes, if there is one.
    pub fn refutation(&self) -> Option<&Attempt> {
        match self.verdict {
            Verdict::Refuted => self.attempts.last(),
            _ => None,
        }
    }

    /// P(Bin(n, delta) >= violations) of an attempt that ended, and its level.
    pub fn evidence(attempt: &Attempt, delta: &Confidence) -> Option<[Enclosure; 2]> {
        let tally = attempt.tally()?;
        let level = confirm::significance(delta.value().prec(), attempt.number);
        Some([tally.tail(delta, false), level])
    }
}
