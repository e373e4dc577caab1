//! The report as one HTML file that needs nothing else: columns sort on a click,
//! rows open on their derivation. Everything from a claim is escaped.

use super::derivation;
use super::words::{HEADER, cells, depends, numbers, overview, short, solution};
use crate::audit::{Finding, bounds_something};
use std::fmt::Write as _;

/// The whole report.
pub fn html(findings: &[Finding]) -> String {
    let mut out = String::from(HEAD);
    out.push_str("<h1>Audit</h1>\n<ul>\n");
    for line in overview(findings) {
        let _ = writeln!(out, "<li>{}</li>", escape(&line));
    }
    out.push_str("</ul>\n<p>Click a heading to sort, a row to see its derivation. <i>units</i>: certified value minus reported number, in units of its last printed digit.</p>\n<table>\n<thead><tr>");
    for (i, name) in HEADER.iter().enumerate() {
        let kind = if numbers().contains(&i) {
            " class=\"n\""
        } else {
            ""
        };
        let _ = write!(out, "<th{kind}>{}</th>", escape(name));
    }
    out.push_str("</tr></thead>\n");
    for f in findings {
        row(&mut out, f);
    }
    out.push_str("</table>\n");
    out.push_str(TAIL);
    out
}

fn row(out: &mut String, f: &Finding) {
    let verdict = f.judgement.verdict.name();
    let _ = write!(out, "<tbody><tr class=\"claim {verdict}\">");
    for (i, cell) in cells(f).iter().enumerate() {
        let kind = if numbers().contains(&i) {
            " class=\"n\""
        } else {
            ""
        };
        let _ = write!(out, "<td{kind}>{}</td>", escape(cell));
    }
    let _ = write!(
        out,
        "</tr>\n<tr class=\"more\"><td colspan=\"{}\">",
        HEADER.len()
    );
    details(out, f);
    out.push_str("</td></tr></tbody>\n");
}

fn details(out: &mut String, f: &Finding) {
    let (c, j) = (&f.claim, &f.judgement);
    let mut line = |name: &str, text: &str| {
        if !text.is_empty() {
            let _ = writeln!(out, "<dt>{}</dt><dd>{}</dd>", escape(name), escape(text));
        }
    };
    line("file", &format!("{}, row {}", c.file.display(), c.row));
    line("note", &c.note);
    line(
        "the bound",
        &format!("{} ({}): {}", c.bound.about, c.bound.status, c.bound.source),
    );
    line("it limits", c.bound.bounds);
    if !bounds_something(c.bound) {
        line(
            "but",
            "the formula is known to bound nothing, whatever the verdict on the number",
        );
    }
    if let Some(failure) = &j.failure {
        line("but with probability", &short(failure, 6));
    }
    for (name, text) in derivation::inputs(c) {
        line(&name, &text);
    }
    for equation in derivation::formula(c) {
        line("formula", &equation);
    }
    for (name, x) in derivation::terms(c) {
        line(
            &format!("{name}, where the value is largest"),
            &short(&x, 20),
        );
    }
    if let Some(value) = &j.value {
        line(
            "certified value",
            &format!("{} ({} bits)", short(value, 20), j.bits),
        );
    }
    for r in &f.reproductions {
        line("reproduced by", &format!("{}: {:?}", r.way, r.value));
    }
    if let Some(s) = &f.sensitivity {
        line("undetermined", &depends(s));
    }
    if let Some(s) = &f.solution {
        line("the claim is", &solution(s));
    }
    for assumption in &c.bound.assumptions {
        line("assumes", assumption);
    }
    for note in &c.bound.notes {
        line("note on the bound", note);
    }
}

/// Text as text: nothing a claim file holds can become markup.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for symbol in text.chars() {
        match symbol {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\n' && c != '\t' => {}
            c => out.push(c),
        }
    }
    out
}

const HEAD: &str = r#"<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Audit</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<style>
body { font: 14px/1.4 sans-serif; margin: 2em; }
table { border-collapse: collapse; }
th, td { padding: 2px 8px; text-align: left; border-bottom: 1px solid #ddd; vertical-align: top; }
th { cursor: pointer; position: sticky; top: 0; background: #fff; }
.n { text-align: right; font-family: monospace; }
tr.claim { cursor: pointer; }
tr.more { display: none; }
tbody.open tr.more { display: table-row; }
tr.sound td:nth-child(7) { color: #060; }
tr.understated td:nth-child(7), tr.infeasible td:nth-child(7), tr.invalid td:nth-child(7) { color: #a00; }
dt { float: left; clear: left; width: 16em; color: #555; }
dd { margin-left: 17em; }
</style></head><body>
"#;

const TAIL: &str = r#"<script>
"use strict";
const table = document.querySelector("table");
for (const row of table.querySelectorAll("tr.claim")) {
  row.addEventListener("click", () => row.parentNode.classList.toggle("open"));
}
table.querySelectorAll("th").forEach((head, column) => {
  let down = false;
  head.addEventListener("click", () => {
    const key = body => body.rows[0].cells[column].textContent;
    const number = head.classList.contains("n");
    const compare = (a, b) => number
      ? (parseFloat(key(a)) || 0) - (parseFloat(key(b)) || 0)
      : key(a).localeCompare(key(b));
    const bodies = [...table.tBodies].sort((a, b) => down ? compare(b, a) : compare(a, b));
    down = !down;
    for (const body of bodies) table.appendChild(body);
  });
});
</script>
</body></html>
"#;
