//! The fuzz targets without a fuzzer: what `fuzz/src` does with bytes, on damaged seeds,
//! with a stable compiler.
//!
//! | module | subject |
//! | --- | --- |
//! | `corruption` | every truncation and every byte of the small seeds |
//! | `smoke` | random damage for some seconds for each target |
//! | `seeds` | the seeds that are files of the program's own, and how they are made |

// Shared with the tests of the binary, which use all of it.
#[allow(dead_code)]
#[path = "../common/mod.rs"]
mod common;
#[path = "../../fuzz/src/lib.rs"]
mod targets;

mod corruption;
mod seeds;
mod smoke;
