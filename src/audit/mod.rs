//! Audits of published numbers: a claim says which bound was evaluated, on what, and
//! what came out; the verdict says whether the stated inputs support it.
//!
//! No formula of a bound is here: values come from [`crate::bound`]. What is here is
//! what a printed number may stand for, and, in [`reproduction`], the ways in which
//! code is known to get a bound wrong.

mod admissible;
mod claim;
mod examine;
mod missing;
mod printed;
pub mod read;
pub mod reproduction;
mod sensitivity;
mod unit;
mod verdict;

pub use admissible::{Admissible, Corner, Ends, Invalid};
pub use claim::{Claim, Given, Known, Quantity};
pub use examine::{Finding, examine};
pub use missing::{Solution, solve_for};
pub use printed::{Printed, Rounding};
pub(crate) use reproduction::wrong_values;
pub use sensitivity::{Dependence, Sensitivity, sensitivity};
pub use unit::Unit;
pub use verdict::{Judgement, Verdict, bounds_something, judge};
