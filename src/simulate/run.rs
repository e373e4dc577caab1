//! Runs what a log does not have yet.

use super::replicate::World;
use super::{Log, Shard, Spec, replicate};
use crate::certify::Progress;
use crate::error::{Error, Result};
use crate::population::Population;
use rayon::prelude::*;
use std::path::Path;
use std::sync::Mutex;

/// Where to write and which part to run.
pub struct Plan<'a> {
    pub log: &'a Path,
    pub shard: Shard,
}

/// Runs the replicates of the shard that the log does not have, beside each
/// other, and appends them as they end. Memory does not grow with their number.
///
/// # Errors
/// The first that a replicate or the log gives; what is logged stays.
pub fn run(spec: &Spec, plan: &Plan<'_>, progress: &dyn Progress) -> Result<()> {
    let (log, done) = Log::open(plan.log, spec, plan.shard)?;
    let log = Mutex::new(log);
    let mine = |number: &usize| plan.shard.has(*number);
    let all = (0..spec.total()).filter(mine).count();
    let before = (0..spec.total()).filter(mine).filter(|n| done[*n]).count();
    progress.stage("replicates", all);
    progress.advance(before);
    for (s, setting) in spec.settings.iter().enumerate() {
        let numbers = (0..spec.replicates).map(|i| spec.number(s, i));
        if numbers.clone().filter(mine).all(|n| done[n]) {
            continue;
        }
        let population: Population = setting.population.build(&spec.folder)?;
        let world = World::new(setting, &population, &spec.folder);
        (0..spec.replicates).into_par_iter().try_for_each(|i| {
            let number = spec.number(s, i);
            if !plan.shard.has(number) || done[number] {
                return Ok(());
            }
            let found = replicate(&world, (s, i), spec.seed, &spec.bounds, &spec.delta)?;
            let mut log = log
                .lock()
                .map_err(|_| Error::bug("no replicate panics", "a poisoned log"))?;
            log.append(&found)?;
            progress.advance(1);
            Ok(())
        })?;
    }
    Ok(())
}
