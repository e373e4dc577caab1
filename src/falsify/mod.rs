//! Searches for a setting in which a bound fails more often than delta allows.
//!
//! explore -> local search on the worst found -> more replicates of what looks
//! violated -> a confirmation with fresh seeds -> a file that can be replayed.
//!
//! **What a refutation means.** The claim is: over the sample, the value is below
//! the quantity with probability at most delta, for every population and every
//! learner. The search may look at as many settings as it likes; nothing it sees
//! counts. What counts is a *confirmation*: the setting, the number n of
//! replicates and their seeds are fixed, then n samples are drawn. Under the claim
//! the number of violations is at most Bin(n, delta), so P(at least v) <=
//! P(Bin(n, delta) >= v), an enclosure whose upper end is the p-value.
//!
//! **Several attempts.** A confirmation may fail, and the search goes on. The
//! k-th attempt may only use the significance 1e-9/(k(k+1)); these sum to 1e-9, so
//! that over a whole search, however long, a bound that holds is called refuted
//! with probability at most 1e-9. Within an attempt there is one look, at its end.
//!
//! A replicate in which the bound does not apply, in which the learner has no
//! answer, or whose comparison is undecided, counts as no violation; it stays
//! among the n.
//!
//! **Determinism.** Everything follows from the seed, on any number of threads.
//! The time allowed only decides how far the search goes.

mod candidate;
mod claim;
mod confirm;
mod external;
mod file;
#[cfg(feature = "planted-faults")]
pub mod planted;
mod run;
mod trial;

pub use candidate::{Candidate, LEARNERS, POPULATIONS};
pub use claim::{BuiltIn, Claim, refusal};
pub use confirm::{Attempt, replicates_needed, significance};
pub use external::External;
pub use file::{Parsed, RefutationFile, Replayed, replay};
pub use run::{Budget, Plan, Report, Tried, Verdict, falsify};
pub use trial::{Clock, Tally, Trial};
