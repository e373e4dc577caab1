//! Exported certificates, checked by Coq.
//!
//! Where `coqc` is not installed the tests say so and pass.
//!
//! | module | subject |
//! | --- | --- |
//! | `coq` | running `coqc` against `proofs/` |
//! | `every_step` | a certificate with every kind of step, and what Coq refuses |
//! | `demo` | the demo's certificate with its weights, through the command line |

mod coq;
mod demo;
mod every_step;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../common/run.rs"]
mod run;
