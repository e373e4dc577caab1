//! The theorems as formulas.
//!
//! | module | subject |
//! | --- | --- |
//! | `theorems` | every formula against mpmath, whose numbers are in `oracle` |
//! | `catalogue` | what it says of each, and which inputs are taken |
//! | `readings` | f64, intervals, enclosures and the recorded program agree |
//! | `solve` | what one input may be for a bound to be below a target |
//! | `refutations` | the constructions that refute a published form |
//! | `proofs` | `proofs/` and the catalogue say the same |

mod catalogue;
mod oracle;
mod proofs;
mod readings;
mod refutations;
mod solve;
mod theorems;
