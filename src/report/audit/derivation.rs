//! How a claim's value comes about: the inputs, the formula as equations, its terms.

use crate::audit::{Admissible, Claim, Corner, Given};
use crate::bound::{Inputs, Value};
use crate::certificate::equations;
use crate::real::Enclosure;
use crate::real::recorder::{Op, Program};
use crate::search::derivation::{Derivation, Kind, Leaf};

/// Name and value of what a claim says of each input.
pub fn inputs(claim: &Claim) -> Vec<(String, String)> {
    let named = claim.bound.inputs.iter().zip(&claim.inputs);
    let known = |given: &Given| {
        let each = given.entries().iter().map(|k| match k {
            None => "not given".to_owned(),
            Some(q) if q.printed.number.is_some() && !q.printed.is_exact() => {
                format!("{} ({})", q.printed.text, unit(q))
            }
            Some(q) => format!("{}{}", q.printed.text, exact_unit(q)),
        });
        each.collect::<Vec<_>>().join(", ")
    };
    named
        .map(|(spec, given)| (spec.name.to_owned(), known(given)))
        .collect()
}

fn unit(q: &crate::audit::Quantity) -> String {
    format!("as printed, rounding {}{}", rounding(q), exact_unit(q))
}

fn rounding(q: &crate::audit::Quantity) -> &'static str {
    let all = crate::audit::Rounding::NAMES.iter();
    all.clone()
        .find(|(_, r)| *r == q.printed.rounding)
        .map_or("", |(n, _)| n)
}

fn exact_unit(q: &crate::audit::Quantity) -> String {
    let all = crate::audit::Unit::NAMES.iter();
    let name = all.clone().find(|(_, u)| *u == q.unit);
    name.map_or(String::new(), |(n, _)| format!(" {n}"))
}

/// The formula, one equation for each of its terms.
pub fn formula(claim: &Claim) -> Vec<String> {
    let Ok(all) = Admissible::new(claim, 64) else {
        return Vec::new();
    };
    let shape = all.corner(Corner::Largest);
    let program = claim.bound.record(&shape);
    equations(&derivation(&program, &shape))
}

/// Name and enclosure of each term, at the inputs where the value is largest.
pub fn terms(claim: &Claim) -> Vec<(String, Enclosure)> {
    match Admissible::new(claim, 128) {
        Ok(all) => claim.bound.evaluate(&all.corner(Corner::Largest)).parts,
        Err(_) => Vec::new(),
    }
}

/// A bound's program as a derivation whose leaves are its inputs.
fn derivation(program: &Program, inputs: &Inputs<Enclosure>) -> Derivation {
    let mut leaves = Vec::new();
    let mut steps = program.steps.clone();
    for step in &mut steps {
        if let Op::Input(name, index) = step {
            let value = match (inputs.get(name), *index) {
                (Some(Value::Scalar(x)), _) => x.clone(),
                (Some(Value::List(xs)), Some(i)) => xs[i].clone(),
                _ => continue,
            };
            let name = match index {
                None => name.clone(),
                Some(i) => format!("{name}_{}", *i + 1),
            };
            leaves.push(Leaf {
                name,
                kind: Kind::Given,
                value,
            });
            *step = Op::Input((leaves.len() - 1).to_string(), None);
        }
    }
    let value = program.outputs.last().map_or(0, |(_, step)| *step);
    let terms = program.outputs.iter().filter(|(_, step)| *step != value);
    Derivation {
        terms: terms.cloned().collect(),
        program: Program {
            steps,
            outputs: Vec::new(),
        },
        leaves,
        inputs: Vec::new(),
        derived: Vec::new(),
        value,
    }
}
