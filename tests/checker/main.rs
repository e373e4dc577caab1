//! The independent checker, and `gapcert verify`.
//!
//! | module | subject |
//! | --- | --- |
//! | `certificates` | valid certificates of every bound, made by the program |
//! | `round_trip` | they verify; what does not, and why |
//! | `files` | measurements taken again, from the right files and from others |
//! | `mutate`, `oracle`, `campaign` | random changes, and which of them do no harm |

// Shared with the tests of the binary, which use all of it.
#[allow(dead_code)]
#[path = "../common/mod.rs"]
mod common;

mod campaign;
mod certificates;
mod files;
mod mutate;
mod oracle;
mod round_trip;
