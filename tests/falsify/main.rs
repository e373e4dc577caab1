//! The search for settings in which a bound fails.
//!
//! | module | subject |
//! | --- | --- |
//! | `search` | what is false is refuted, what holds is not; p-values; threads |
//! | `command` | exit codes, files, replays and refusals of `gapcert falsify` |
//! | `planted` | bounds with bugs: what finds each (feature `planted-faults`) |

#[path = "../common/mod.rs"]
#[allow(dead_code)]
mod common;

mod command;
#[cfg(feature = "planted-faults")]
mod planted;
mod search;
