//! Ways to invert kl and the binomial tail that published code has taken, and the
//! replay of a formula with one of them.

use crate::bound::{Inputs, Value};
use crate::real::Real;
use crate::real::recorder::{Op, Program};

/// What a bisection returns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Side {
    /// The last point tried, on either side of the root.
    Last,
    Lower,
    Upper,
}

/// How the inverse is computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Solver {
    /// Bisection between q and 1 - 1e-10 until the bracket is this narrow,
    /// relatively to its upper end or not.
    Bisection {
        tolerance: f64,
        relative: bool,
        side: Side,
    },
    /// Newton's steps from Pinsker's upper value, 1 where that is above 1.
    NewtonFromAbove(u32),
    /// Newton's steps from just above q; one that leaves [q, 1] stops it.
    NewtonFromBelow(u32),
    /// Chords from q, which stay below the root of a convex function.
    Chords(u32),
    /// Pinsker: q + sqrt(c/2).
    Pinsker,
    /// q + sqrt(2 q c) + 2 c.
    Refined,
    /// The inequality left alone: q.
    Left,
    /// A failed root finder reported as 1.
    Failed,
    /// For a binomial tail: the normal approximation, Hoeffding, both tails.
    Normal,
    Hoeffding,
    TwoSided,
}

/// The ways that differ from the exact one for this program.
pub(super) fn ways(program: &Program) -> Vec<(String, Solver)> {
    let has = |f: fn(&Op) -> bool| program.steps.iter().any(f);
    let mut all = Vec::new();
    if has(|op| matches!(op, Op::KlInv(..))) {
        all.extend(kl_ways());
    }
    if has(|op| matches!(op, Op::BinomialUpper { .. })) {
        all.push((
            "binomial tail by the normal approximation".into(),
            Solver::Normal,
        ));
        all.push((
            "binomial tail by Hoeffding's inequality".into(),
            Solver::Hoeffding,
        ));
        all.push(("both binomial tails: delta/2".into(), Solver::TwoSided));
    }
    all
}

fn kl_ways() -> Vec<(String, Solver)> {
    let mut all = Vec::new();
    // 1e-5 first: the tolerance of the code most of the literature copied.
    for exponent in [5, 4, 6, 3, 7, 8, 9, 2, 10] {
        let tolerance = 10f64.powi(-exponent);
        for relative in [true, false] {
            for (side, what) in [
                (Side::Last, "last midpoint"),
                (Side::Lower, "lower side"),
                (Side::Upper, "upper side"),
            ] {
                let kind = if relative { "relative" } else { "absolute" };
                let way = format!(
                    "kl inverse by bisection to {kind} tolerance 1e-{exponent}, {what} returned"
                );
                all.push((
                    way,
                    Solver::Bisection {
                        tolerance,
                        relative,
                        side,
                    },
                ));
            }
        }
    }
    for n in 1..=6 {
        all.push((
            format!("kl inverse by {n} of Newton's steps from above"),
            Solver::NewtonFromAbove(n),
        ));
        all.push((
            format!("kl inverse by {n} of Newton's steps from below"),
            Solver::NewtonFromBelow(n),
        ));
        all.push((
            format!("kl inverse by {n} chords from below"),
            Solver::Chords(n),
        ));
    }
    all.push(("kl inverse by Pinsker's inequality".into(), Solver::Pinsker));
    all.push((
        "kl inverse by q + sqrt(2 q c) + 2 c".into(),
        Solver::Refined,
    ));
    all.push((
        "kl inverse not taken: its first argument".into(),
        Solver::Left,
    ));
    all.push(("a failed root finder reported as 1".into(), Solver::Failed));
    all
}

/// The inputs under this name are values of the steps that were replaced.
const REPLACED: &str = " replaced";

/// The program's last output in f64.
pub(super) fn run(program: &Program, inputs: &Inputs<f64>) -> f64 {
    let values = program.run(&1.0, |name, index| read(inputs, name, index));
    output(program, &values)
}

fn read(inputs: &Inputs<f64>, name: &str, index: Option<usize>) -> f64 {
    match (inputs.get(name), index) {
        (Some(Value::Scalar(x)), None) => *x,
        (Some(Value::List(xs)), Some(i)) => xs.get(i).copied().unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}

fn output(program: &Program, values: &[f64]) -> f64 {
    program
        .outputs
        .last()
        .map_or(f64::NAN, |(_, step)| values[*step])
}

/// A program whose inverses are taken by a solver.
pub(super) struct Replay<'a> {
    program: &'a Program,
    /// The same with an input in place of each inverse.
    open: Program,
    inverses: Vec<usize>,
}

impl<'a> Replay<'a> {
    pub fn new(program: &'a Program) -> Self {
        let steps = 0..program.steps.len();
        let inverses: Vec<usize> = steps.filter(|&i| is_inverse(&program.steps[i])).collect();
        let mut open = program.clone();
        for (n, &step) in inverses.iter().enumerate() {
            open.steps[step] = Op::Input(REPLACED.into(), Some(n));
        }
        Self {
            program,
            open,
            inverses,
        }
    }

    /// The last output with this solver for every inverse.
    pub fn run(&self, inputs: &Inputs<f64>, solver: Solver) -> f64 {
        // Each inverse needs the values before it.
        let mut found: Vec<f64> = Vec::with_capacity(self.inverses.len());
        loop {
            let values = self.open.run(&1.0, |name, index| match (name, index) {
                (REPLACED, Some(n)) => found.get(n).copied().unwrap_or(f64::NAN),
                _ => read(inputs, name, index),
            });
            match self.inverses.get(found.len()) {
                Some(&step) => found.push(invert(&self.program.steps[step], &values, solver)),
                None => return output(self.program, &values),
            }
        }
    }
}

fn is_inverse(op: &Op) -> bool {
    matches!(op, Op::KlInv(..) | Op::BinomialUpper { .. })
}

fn invert(op: &Op, values: &[f64], solver: Solver) -> f64 {
    match *op {
        Op::KlInv(q, c) => kl_inverse(values[q], values[c], solver),
        Op::BinomialUpper { delta, errors, m } => {
            binomial(values[delta], values[errors], values[m], solver)
        }
        _ => f64::NAN,
    }
}

fn kl_inverse(q: f64, c: f64, solver: Solver) -> f64 {
    match solver {
        Solver::Bisection {
            tolerance,
            relative,
            side,
        } => bisection(q, c, tolerance, relative, side),
        Solver::NewtonFromAbove(steps) => {
            let start = q + (c / 2.0).sqrt();
            if start > 1.0 {
                1.0
            } else {
                newton(q, c, start, steps)
            }
        }
        Solver::NewtonFromBelow(steps) => newton(q, c, q + 1e-6 * (1.0 - q), steps),
        Solver::Chords(steps) => chords(q, c, steps),
        Solver::Pinsker => q + (c / 2.0).sqrt(),
        Solver::Refined => q + (2.0 * q * c).sqrt() + 2.0 * c,
        Solver::Left => q,
        Solver::Failed => 1.0,
        _ => q.kl_inv(&c),
    }
}

fn bisection(q: f64, c: f64, tolerance: f64, relative: bool, side: Side) -> f64 {
    let (mut lo, mut hi, mut last) = (q, 1.0 - 1e-10, 0.0);
    for _ in 0..200 {
        let scale = if relative { hi } else { 1.0 };
        if (hi - lo) / scale < tolerance {
            break;
        }
        let p = (lo + hi) * 0.5;
        if c - q.kl(&p) < 0.0 {
            hi = p
        } else {
            lo = p
        }
        last = p;
    }
    match side {
        Side::Last => last,
        Side::Lower => lo,
        Side::Upper => hi,
    }
}

fn newton(q: f64, c: f64, start: f64, steps: u32) -> f64 {
    let mut p = start;
    for _ in 0..steps {
        let next = p - (q.kl(&p) - c) * p * (1.0 - p) / (p - q);
        if !(q..=1.0).contains(&next) {
            break;
        }
        p = next;
    }
    p
}

fn chords(q: f64, c: f64, steps: u32) -> f64 {
    let (mut lo, hi) = (q, 1.0 - 1e-10);
    let above = q.kl(&hi) - c;
    for _ in 0..steps {
        let below = q.kl(&lo) - c;
        lo -= below * (hi - lo) / (above - below);
    }
    lo
}

fn binomial(delta: f64, errors: f64, m: f64, solver: Solver) -> f64 {
    let rate = errors / m;
    match solver {
        Solver::Normal => rate + delta.normal_upper_quantile() * (rate * (1.0 - rate) / m).sqrt(),
        Solver::Hoeffding => rate + ((1.0 / delta).ln() / (2.0 * m)).sqrt(),
        Solver::TwoSided => (delta / 2.0).binomial_upper(&errors, &m),
        _ => delta.binomial_upper(&errors, &m),
    }
}
