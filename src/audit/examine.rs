//! A whole audit: every claim judged, measured against what was printed, explained.

use super::claim::{Claim, Given};
use super::missing::{Solution, solve_for};
use super::reproduction::{Reproduction, reproductions};
use super::sensitivity::{Sensitivity, sensitivity};
use super::verdict::{Judgement, Verdict, judge, refine};
use crate::error::{Error, Result};
use crate::real::Enclosure;
use rayon::prelude::*;

/// All that an audit says of one claim.
#[derive(Clone, Debug)]
pub struct Finding {
    pub claim: Claim,
    pub judgement: Judgement,
    /// Value minus printed number, in units of the last printed digit; `None`
    /// without digits or without a value.
    pub difference: Option<Enclosure>,
    /// Known ways of computing the bound that give the reported digits.
    pub reproductions: Vec<Reproduction>,
    /// What an undetermined verdict depends on.
    pub sensitivity: Option<Sensitivity>,
    /// The input asked for.
    pub solution: Option<Solution>,
}

/// Audits claims, in parallel; `solve` names an input to solve for, in each claim whose
/// bound has it.
///
/// # Errors
/// If no bound has it, or a claim cannot be solved for it.
pub fn examine(claims: Vec<Claim>, solve: Option<&str>) -> Result<Vec<Finding>> {
    let has = |claim: &Claim| {
        let mut inputs = claim.bound.inputs.iter();
        solve.filter(|name| inputs.any(|s| s.name == *name))
    };
    // If none has it, the first claim says what there is.
    let none = !claims.iter().any(|c| has(c).is_some());
    claims
        .into_par_iter()
        .map(|claim| {
            let wanted = if none { solve } else { has(&claim) };
            let solution = wanted.map(|name| solved(&claim, name)).transpose()?;
            let judgement = judge(&claim);
            let (judgement, difference) = measured(&claim, judgement);
            let undetermined = judgement.verdict == Verdict::Undetermined;
            Ok(Finding {
                difference,
                reproductions: reproductions(&claim),
                sensitivity: undetermined.then(|| sensitivity(&claim)),
                judgement,
                solution,
                claim,
            })
        })
        .collect()
}

fn solved(claim: &Claim, name: &str) -> Result<Solution> {
    solve_for(claim, name).map_err(|error| match error {
        Error::Domain(e) => {
            let item = format!("claim or row {}: --solve {name}", claim.row);
            Error::input(&claim.file, item, e.condition, e.found, "")
        }
        other => other,
    })
}

/// The difference, with a finer value where the one that decided is too wide to
/// tell its first digits.
fn measured(claim: &Claim, judgement: Judgement) -> (Judgement, Option<Enclosure>) {
    let difference = |j: &Judgement| {
        let (number, unit) = (
            claim.reported.number.as_ref()?,
            claim.reported.unit.as_ref()?,
        );
        let value = j.value.as_ref().filter(|v| v.is_defined())?;
        let prec = value.prec().max(128);
        let exact = |x| Enclosure::rational(prec, x);
        Some((value.with_precision(prec) - exact(number)) / exact(unit))
    };
    let first = difference(&judgement);
    let vague = |d: &Enclosure| d.width() > 0.01 && d.relative_width() > 1e-3;
    if judgement.value.is_some() && is_point(claim) && first.as_ref().is_some_and(vague) {
        let finer = refine(claim, judgement);
        let second = difference(&finer);
        return (finer, second);
    }
    (judgement, first)
}

/// Whether every input stands for one number.
fn is_point(claim: &Claim) -> bool {
    let mut all = claim.inputs.iter().flat_map(Given::entries);
    all.all(|k| k.as_ref().is_some_and(|q| q.printed.is_exact()))
}
