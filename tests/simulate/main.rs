//! Bounds against exactly known risks.
//!
//! | module | subject |
//! | --- | --- |
//! | `populations` | the exact risks, against brute force and closed forms |
//! | `learners` | what they fit, and that nothing but the seed decides it |
//! | `runs` | killed and resumed, sharded and merged, refused |
//! | `summaries` | exact tails against rationals; coverage of a sound bound |

#[path = "../common/mod.rs"]
#[allow(dead_code)]
mod common;

mod learners;
mod populations;
mod runs;
mod summaries;
