//! The formula with one of its steps changed.

use crate::real::recorder::{Op, Program};
use rug::Rational;

/// The program with each change that applies to it.
pub(super) fn ways(program: &Program) -> Vec<(String, Program)> {
    let mut all = Vec::new();
    let mut push = |way: String, new: Program| {
        if new != *program {
            all.push((way, new));
        }
    };
    push("m for m - 1".into(), rewrite(program, without_minus_one));
    push(
        "log2 for ln".into(),
        rewrite(program, |p, op| base(p, op, 2)),
    );
    push(
        "log10 for ln".into(),
        rewrite(program, |p, op| base(p, op, 10)),
    );
    push(
        "sqrt(m) for 2 sqrt(m)".into(),
        rewrite(program, single_root),
    );
    for place in 0..program.steps.len() {
        let at = |f: fn(&mut Vec<Op>, Op) -> usize| {
            let mut step = 0;
            rewrite(program, |new, op| {
                step += 1;
                if step - 1 == place {
                    f(new, op)
                } else {
                    keep(new, op)
                }
            })
        };
        match &program.steps[place] {
            Op::Mul(a, b) | Op::Div(a, b) => {
                if let Some(c) = [a, b].into_iter().find_map(|i| factor(&program.steps[*i])) {
                    let verb = if matches!(program.steps[place], Op::Mul(..)) {
                        "factor"
                    } else {
                        "divisor"
                    };
                    push(
                        format!("a {verb} {c} left out (step {place})"),
                        at(without_factor),
                    );
                    push(
                        format!("a {verb} {c} twice (step {place})"),
                        at(twice_factor),
                    );
                }
            }
            Op::Sqrt(_) => push(
                format!("a square root left out (step {place})"),
                at(without_root),
            ),
            Op::Add(..) => {
                push(
                    format!("the first term of a sum left out (step {place})"),
                    at(second_operand),
                );
                push(
                    format!("the second term of a sum left out (step {place})"),
                    at(first_operand),
                );
            }
            Op::Sub(..) => push(
                format!("a subtracted term left out (step {place})"),
                at(first_operand),
            ),
            Op::Powi(..) => push(
                format!("a power left out (step {place})"),
                at(first_operand),
            ),
            _ => {}
        }
    }
    all
}

/// Steps of the new program; each step of the old one, its operands renumbered,
/// is added in the way `f` says, which returns the place that stands for it.
fn rewrite(program: &Program, mut f: impl FnMut(&mut Vec<Op>, Op) -> usize) -> Program {
    let mut steps = Vec::with_capacity(program.steps.len() + 2);
    let mut places = Vec::with_capacity(program.steps.len());
    for op in &program.steps {
        let op = renumbered(op, &places);
        places.push(f(&mut steps, op));
    }
    let outputs = program.outputs.iter().map(|(n, i)| (n.clone(), places[*i]));
    Program {
        outputs: outputs.collect(),
        steps,
    }
}

fn keep(steps: &mut Vec<Op>, op: Op) -> usize {
    steps.push(op);
    steps.len() - 1
}

fn renumbered(op: &Op, places: &[usize]) -> Op {
    let mut op = op.clone();
    for operand in op.operands_mut() {
        *operand = places[*operand];
    }
    op
}

/// A constant that leaving out or doubling changes.
fn factor(op: &Op) -> Option<&Rational> {
    match op {
        Op::Constant(c) if *c != 0 && *c != 1 => Some(c),
        _ => None,
    }
}

fn is_constant(op: &Op, n: u32) -> bool {
    matches!(op, Op::Constant(c) if *c == n)
}

fn is_m(op: &Op) -> bool {
    matches!(op, Op::Input(name, None) if name == "m")
}

fn without_minus_one(steps: &mut Vec<Op>, op: Op) -> usize {
    match op {
        Op::Sub(m, one) if is_m(&steps[m]) && is_constant(&steps[one], 1) => m,
        op => keep(steps, op),
    }
}

/// ln x / ln b for ln x.
fn base(steps: &mut Vec<Op>, op: Op, b: u32) -> usize {
    if !matches!(op, Op::Ln(_)) {
        return keep(steps, op);
    }
    let x = keep(steps, op);
    let b = keep(steps, Op::Constant(b.into()));
    let b = keep(steps, Op::Ln(b));
    keep(steps, Op::Div(x, b))
}

fn single_root(steps: &mut Vec<Op>, op: Op) -> usize {
    let is_root = |steps: &[Op], i: usize| matches!(steps[i], Op::Sqrt(m) if is_m(&steps[m]));
    match op {
        Op::Mul(a, b) if is_root(steps, a) && is_constant(&steps[b], 2) => a,
        Op::Mul(a, b) if is_root(steps, b) && is_constant(&steps[a], 2) => b,
        op => keep(steps, op),
    }
}

fn without_factor(steps: &mut Vec<Op>, op: Op) -> usize {
    match op {
        Op::Mul(a, b) if factor(&steps[b]).is_some() => a,
        Op::Mul(_, b) => b,
        Op::Div(a, b) if factor(&steps[b]).is_some() => a,
        Op::Div(_, b) => {
            let one = keep(steps, Op::Constant(1.into()));
            keep(steps, Op::Div(one, b))
        }
        op => keep(steps, op),
    }
}

fn twice_factor(steps: &mut Vec<Op>, op: Op) -> usize {
    let (Op::Mul(a, b) | Op::Div(a, b)) = op else {
        return keep(steps, op);
    };
    let divides = matches!(op, Op::Div(..)) && factor(&steps[b]).is_some();
    let constant = if factor(&steps[b]).is_some() { b } else { a };
    let once = keep(steps, op);
    if divides {
        keep(steps, Op::Div(once, constant))
    } else {
        keep(steps, Op::Mul(once, constant))
    }
}

fn without_root(steps: &mut Vec<Op>, op: Op) -> usize {
    match op {
        Op::Sqrt(a) => a,
        op => keep(steps, op),
    }
}

fn first_operand(steps: &mut Vec<Op>, op: Op) -> usize {
    match op {
        Op::Add(a, _) | Op::Sub(a, _) | Op::Powi(a, _) => a,
        op => keep(steps, op),
    }
}

fn second_operand(steps: &mut Vec<Op>, op: Op) -> usize {
    match op {
        Op::Add(_, b) => b,
        op => keep(steps, op),
    }
}
