//! Conformance of anyone's implementation of a bound or a measurement, in any
//! language: test vectors, invariants, and locks on what it answered.
//!
//! **Protocol.** The implementation is a program that reads calls from standard input
//! and writes answers to standard output, one JSON object on a line, one answer for
//! each call, in order, each flushed. A call is
//!
//! ```json
//! {"id": 7, "call": "pac-bayes/kl:sharp", "inputs": {"m": "1000", "delta": "0.05", "kl": "20", "empirical_loss": "0.125", "log_inverse_weight": "0"}}
//! ```
//!
//! `call` names the bound with its form, or the measurement. An input is a decimal
//! string, a list of them (one for each layer), a matrix (a list of rows), or a list of
//! matrices (layers, or the places of a kernel); which, and what each means, is in the vectors of the subject. Strings, so
//! that no reader rounds them before the implementation sees them; `nan` and `inf`
//! occur and are to be refused. An answer has the call's `id` and either a finite
//! value, as a JSON number, a decimal string or a fraction `"p/q"`, or the reason why the inputs are
//! outside the domain:
//!
//! ```json
//! {"id": 7, "value": 0.21871633988155233}
//! {"id": 7, "refused": "delta must be in (0, 1)"}
//! ```
//!
//! At the end of its input the program ends. Standard error is its own; the last line
//! of it is shown if it ends too soon. A NaN, another line, an answer of another form,
//! an end or no answer within the time limit is a finding.
//!
//! A value is judged beside the certified enclosure: *right* (sound and tight),
//! *sound, not tight*, or *unsound*, at the tolerance and the rounding that are
//! declared ([`Tolerance`]).

mod answer;
mod implementation;
mod judge;
mod lock;
mod measurement;
mod point;
mod process;
pub mod property;
mod run;
pub mod strategy;
mod subject;
pub mod vectors;

pub use answer::{Answer, Fault, Number, parse};
pub use implementation::{Builtin, Implementation};
pub use judge::{Judgement, Rounding, Tolerance};
pub use lock::{Entry, Files, Inputs, Lock, Move, Recorded, VERSION, Weights};
pub use measurement::Measurement;
pub use point::{Datum, Point};
pub use process::Process;
pub use run::{Check, Failure, Plan, Suite, replay, run};
pub use subject::{Field, Kind, Subject};
