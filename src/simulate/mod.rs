//! Bounds against exactly known risks: many samples are drawn from a population,
//! a network is learned from each, and every bound is compared with its risk.
//!
//! spec -> replicates (each deterministic in the seed) -> log -> summary.

mod log;
mod replicate;
mod run;
mod spec;
mod summary;

pub(crate) use log::text;
pub use log::{Log, Shard, read_logs};
pub use replicate::{
    Compared, Outcome, Prepared, Replicate, World, compare, compare_value, prepare, replicate,
    seed_of,
};
pub use run::{Plan, run};
pub use spec::{Setting, Spec};
pub use summary::{
    BoundSummary, Collector, Distribution, SIGNIFICANCE, SettingSummary, Summary, Verdict,
    binomial_tail,
};
