//! Conformance: vectors, implementations right and wrong, locks.
//!
//! | module | subject |
//! | --- | --- |
//! | `vectors` | the checked-in files: regenerated, narrow, valid, and beside the f64 measurements |
//! | `right`, `faulty` | implementations in Python: the right ones pass, each faulty one is caught |
//! | `process` | programs that hang, end, print or answer nonsense |
//! | `command` | `vectors`, `conform` and `lock` on the command line |
//! | `own` | gapcert under every invariant |
//! | `locks` | gapcert's own lock, and answers that moved |
//! | `adapter`, `adapted` | `adapters/rust`, and its own test |
//!
//! Without python3 the tests that need it say that they are skipped.

#[allow(dead_code)]
#[path = "../common/mod.rs"]
mod common;

// Built here as well, because its own workspace would build gapcert once more.
#[allow(dead_code, unused_imports)]
#[path = "../../adapters/rust/src/lib.rs"]
mod adapter;
pub use adapter::{Point, assert_conforms, number};
extern crate self as gapcert_conform;
#[path = "../../adapters/rust/tests/mcallester.rs"]
mod adapted;

mod command;
mod faulty;
mod locks;
mod own;
mod process;
mod python;
mod right;
mod vectors;
