//! The report as a Markdown document.

use super::words::{HEADER, cells, numbers, overview, solutions};
use crate::audit::Finding;
use std::fmt::Write as _;

/// The whole report.
pub fn markdown(findings: &[Finding]) -> String {
    let mut out = String::from("# Audit\n\n");
    for line in overview(findings) {
        let _ = writeln!(out, "- {}", escape(&line));
    }
    let _ = writeln!(out, "\n| {} |", HEADER.join(" | "));
    let rule = (0..HEADER.len()).map(|i| if numbers().contains(&i) { "--:" } else { "---" });
    let _ = writeln!(out, "|{}|", rule.collect::<Vec<_>>().join("|"));
    for f in findings {
        let _ = writeln!(out, "| {} |", cells(f).map(|c| escape(&c)).join(" | "));
    }
    let solved = solutions(findings);
    if !solved.is_empty() {
        out.push('\n');
        solved.iter().for_each(|line| {
            let _ = writeln!(out, "- {}", escape(line));
        });
    }
    out.push_str(
        "\n`units`: certified value minus reported number, in units of its last printed digit.\n",
    );
    out
}

/// Text of a claim file as text of the document, whatever it holds.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for symbol in text.chars() {
        match symbol {
            '\n' | '\r' | '\t' => out.push(' '),
            c if c.is_control() => {}
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '&' | '!' | '~' => {
                out.push('\\');
                out.push(symbol);
            }
            c => out.push(c),
        }
    }
    out
}
