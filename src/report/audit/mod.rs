//! What an audit found, as a table, Markdown, HTML and JSON.

mod derivation;
mod html;
mod json;
mod markdown;
mod words;

pub use html::html;
pub use json::report as json;
pub use markdown::markdown;
pub use words::{HEADER, cells, numbers, overview, solutions};

use crate::audit::{Finding, Verdict};

/// How many claims got each verdict, in the order of [`Verdict::ALL`]; none left out.
pub fn counts(findings: &[Finding]) -> [(Verdict, usize); 6] {
    Verdict::ALL.map(|verdict| {
        let of = findings.iter().filter(|f| f.judgement.verdict == verdict);
        (verdict, of.count())
    })
}
