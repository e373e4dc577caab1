//! The words and short numbers that every form of the report shares.

use super::counts;
use crate::audit::{Finding, Sensitivity, Solution, Verdict};
use crate::bound::Effect;
use crate::real::Enclosure;
use rug::Float;

/// Columns of the table.
pub const HEADER: [&str; 8] = [
    "row", "source", "bound", "reported", "value", "units", "verdict", "remark",
];

/// Which columns are numbers.
pub fn numbers() -> [usize; 4] {
    [0, 3, 4, 5]
}

/// One claim in the columns of [`HEADER`].
pub fn cells(f: &Finding) -> [String; 8] {
    let c = &f.claim;
    [
        c.row.to_string(),
        source(f),
        format!("{}:{}", c.bound.id, c.bound.form),
        c.reported.text.clone(),
        value(f),
        f.difference.as_ref().map_or(String::new(), |d| short(d, 3)),
        f.judgement.verdict.name().to_owned(),
        remark(f),
    ]
}

/// Where the number was printed, or the file that says so.
pub fn source(f: &Finding) -> String {
    if f.claim.source.is_empty() {
        f.claim.file.display().to_string()
    } else {
        f.claim.source.clone()
    }
}

/// The certified value in the digits in which it can be compared.
pub fn value(f: &Finding) -> String {
    match &f.judgement.value {
        Some(value) => short(
            value,
            f.claim.reported.significant_digits().clamp(4, 15) + 2,
        ),
        None => "none".into(),
    }
}

/// One number if its ends agree in these digits, or both.
pub fn short(x: &Enclosure, digits: usize) -> String {
    let (lo, hi) = x.to_decimal(digits);
    if lo == hi {
        return lo;
    }
    if lo == "-inf" && hi == "inf" {
        return "not known".into();
    }
    format!("{lo} .. {hi}")
}

fn remark(f: &Finding) -> String {
    let mut parts = Vec::new();
    if let Some(invalid) = &f.judgement.invalid {
        parts.push(format!(
            "{} is required, found {}",
            invalid.condition, invalid.found
        ));
    }
    parts.extend(f.reproductions.iter().take(1).map(|r| r.way.clone()));
    if let Some(s) = &f.sensitivity {
        parts.push(depends(s));
    }
    if f.claim.bound.guarantee() == crate::bound::Guarantee::Nothing {
        parts.push(format!(
            "the formula is {} and bounds nothing",
            f.claim.bound.status
        ));
    }
    parts.join("; ")
}

/// What an undetermined verdict depends on: first of all on what is not given.
pub fn depends(s: &Sensitivity) -> String {
    let missing: Vec<_> = s
        .dependences
        .iter()
        .filter(|d| d.missing)
        .map(|d| d.input.as_str())
        .collect();
    if !missing.is_empty() {
        return format!("not given: {}", missing.join(", "));
    }
    let each: Vec<String> = s
        .dependences
        .iter()
        .map(|d| match d.digits {
            Some(1) => format!("{} (1 more digit)", d.input),
            Some(n) => format!("{} (about {n} more digits)", d.input),
            None => format!("{} (not it alone)", d.input),
        })
        .collect();
    let alone = s.dependences.iter().any(|d| d.digits.is_some());
    let all = match s.digits_of_all {
        Some(n) if each.len() > 1 && !alone => format!("; together about {n} more digits"),
        _ => String::new(),
    };
    match each.is_empty() {
        true => "not decided at the highest precision".into(),
        false => format!("depends on {}{all}", each.join(", ")),
    }
}

/// What `--solve` found for one claim, in words.
pub fn solution(s: &Solution) -> String {
    let print = |x: &Float, upward: bool| {
        let x = Enclosure::new(x.prec(), x, x).unwrap_or(Enclosure::undefined(x.prec()));
        let (lo, hi) = x.to_decimal(12);
        if upward { hi } else { lo }
    };
    if let (Some(from), Some(to)) = (&s.from, &s.enough) {
        let (from, to) = (print(from, true), print(to, false));
        return format!("true for {} in [{from}, {to}]", s.input);
    }
    let (true_side, false_side) = match s.effect {
        Effect::Raises | Effect::Mixed => ("<=", ">="),
        Effect::Lowers => (">=", "<="),
    };
    // Away from the root, so that the printed ends are still certified.
    let falls = s.effect == Effect::Lowers;
    let enough = s
        .enough
        .as_ref()
        .map(|x| format!("true for {} {true_side} {}", s.input, print(x, falls)));
    let too_much = s.too_much.as_ref().map(|x| {
        let end = print(x, !falls);
        match s.at_best {
            true => format!(
                "false at {} = {end}, the most favourable value tried",
                s.input
            ),
            false => format!("false for {} {false_side} {end}", s.input),
        }
    });
    let both: Vec<String> = enough.into_iter().chain(too_much).collect();
    match both.is_empty() {
        true => format!("undetermined for {}", s.input),
        false => both.join(", "),
    }
}

/// A line for each claim that was solved.
pub fn solutions(findings: &[Finding]) -> Vec<String> {
    let solved = findings
        .iter()
        .filter_map(|f| Some((f, f.solution.as_ref()?)));
    let line = |(f, s): (&Finding, &Solution)| format!("row {}: {}", f.claim.row, solution(s));
    solved.map(line).collect()
}

/// The counts of the verdicts, the largest understatement, and how many claims each
/// way of computing reproduces.
pub fn overview(findings: &[Finding]) -> Vec<String> {
    let named = counts(findings).into_iter().filter(|(_, n)| *n > 0);
    let named: Vec<_> = named.map(|(v, n)| format!("{n} {}", v.name())).collect();
    let mut lines = vec![format!("{} claims: {}", findings.len(), named.join(", "))];
    if let Some(excess) = largest_excess(findings) {
        lines.push(format!("understated by at most {excess}"));
    }
    let mut ways: Vec<(&str, usize)> = Vec::new();
    for r in findings.iter().filter_map(|f| f.reproductions.first()) {
        match ways.iter_mut().find(|(way, _)| *way == r.way) {
            Some((_, n)) => *n += 1,
            None => ways.push((&r.way, 1)),
        }
    }
    ways.sort_by_key(|w| std::cmp::Reverse(w.1));
    lines.extend(
        ways.iter()
            .map(|(way, n)| format!("{n} reproduced by: {way}")),
    );
    lines
}

/// The largest value minus the printed number among the understated claims, rounded up.
fn largest_excess(findings: &[Finding]) -> Option<String> {
    let excess = |f: &Finding| {
        let (value, number) = (
            f.judgement.value.as_ref()?,
            f.claim.reported.number.as_ref()?,
        );
        Some(value.clone() - Enclosure::rational(value.prec().max(128), number))
    };
    let understated = findings
        .iter()
        .filter(|f| f.judgement.verdict == Verdict::Understated);
    let all = understated
        .filter_map(excess)
        .filter(|x| x.hi().is_finite());
    let most = all.reduce(|a, b| if a.hi() >= b.hi() { a } else { b })?;
    Some(most.to_decimal(4).1)
}
