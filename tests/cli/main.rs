//! The contract of the command line, tested on the binary.
//!
//! | module | subject |
//! | --- | --- |
//! | `certify` | what `certify` prints and writes, and that it can be repeated |
//! | `certificates` | what `certify -o` writes |
//! | `evaluate` | `evaluate --json` and the ways to write a number |
//! | `graphs` | `certify` and `measure` on networks that are no multilayer perceptrons |
//! | `listings` | `bounds`, `schema`, `vacuity`, `activity` |
//! | `bad_files` | damaged or unfit networks, samples and lists of rows |
//! | `bad_numbers` | options and `--inputs` that no bound can take |
//! | `output` | where results go, and what a failure leaves behind |
//! | `sparsity` | `sparsity`: the profile, its picture, refusals |
//! | `shared_models` | numbers on MNIST, where the files are at hand |

#[path = "../common/mod.rs"]
mod common;

mod bad_files;
mod bad_numbers;
mod certificates;
mod certify;
mod evaluate;
mod graphs;
mod listings;
mod output;
mod shared_models;
mod sparsity;
