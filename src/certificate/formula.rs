//! A derivation as equations that can be read aloud.

use crate::bound::Value;
use crate::real::recorder::Op;
use crate::search::derivation::{Derivation, Kind};
use std::collections::{HashMap, HashSet};

/// One equation for each named quantity, in the order of the derivation. A step
/// without a name that is used more than once is named t1, t2, ...
pub fn equations(d: &Derivation) -> Vec<String> {
    let mut writer = Writer {
        derivation: d,
        names: names(d),
        written: HashSet::new(),
        equations: Vec::new(),
    };
    let mut places: Vec<usize> = writer.names.keys().copied().collect();
    places.sort_unstable();
    for place in places {
        writer.define(place);
    }
    writer.equations
}

struct Writer<'a> {
    derivation: &'a Derivation,
    names: HashMap<usize, String>,
    /// Steps whose equation has been written.
    written: HashSet<usize>,
    equations: Vec<String>,
}

/// Names of steps: those of the outputs, and of shared steps.
fn names(d: &Derivation) -> HashMap<usize, String> {
    let mut names = HashMap::new();
    let mut name = |place: usize, name: String| {
        names.entry(place).or_insert(name);
    };
    name(d.value, "value".into());
    for (n, place) in d.terms.iter().chain(&d.derived) {
        name(*place, n.clone());
    }
    for (n, value) in &d.inputs {
        match value {
            Value::Scalar(place) => name(*place, n.clone()),
            Value::List(places) => {
                for (i, place) in places.iter().enumerate() {
                    name(*place, format!("{n}_{}", i + 1));
                }
            }
        }
    }
    let mut uses = vec![0usize; d.program.steps.len()];
    for step in &d.program.steps {
        for operand in step.operands() {
            uses[operand] += 1;
        }
    }
    let mut shared = 0;
    for (place, step) in d.program.steps.iter().enumerate() {
        let leaf = matches!(step, Op::Input(..) | Op::Constant(_) | Op::Pi);
        if leaf {
            names.remove(&place);
        } else if uses[place] > 1 && !names.contains_key(&place) {
            shared += 1;
            names.insert(place, format!("t{shared}"));
        }
    }
    names
}

/// How tightly an expression binds.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Binding {
    Sum,
    Product,
    Unary,
    Atom,
}

impl Writer<'_> {
    fn define(&mut self, place: usize) {
        if !self.written.insert(place) {
            return;
        }
        let (text, _) = self.expand(place);
        let name = &self.names[&place];
        if *name != text {
            self.equations.push(format!("{name} = {text}"));
        }
    }

    /// The step by name, or written out.
    fn refer(&mut self, place: usize) -> (String, Binding) {
        match self.names.get(&place) {
            Some(name) => (name.clone(), Binding::Atom),
            None => self.expand(place),
        }
    }

    fn at_least(&mut self, place: usize, binding: Binding) -> String {
        let (text, own) = self.refer(place);
        if own < binding {
            format!("({text})")
        } else {
            text
        }
    }

    fn expand(&mut self, place: usize) -> (String, Binding) {
        use Binding::{Atom, Product, Sum, Unary};
        let step = self.derivation.program.steps[place].clone();
        let call = |w: &mut Self, name: &str, of: &[usize]| {
            let all: Vec<_> = of.iter().map(|x| w.refer(*x).0).collect();
            (format!("{name}({})", all.join(", ")), Atom)
        };
        match &step {
            Op::Input(..) => {
                let leaf = self.derivation.leaf(place);
                let text = leaf.map_or_else(String::new, |l| match l.kind {
                    Kind::Count => format!("#{}", l.name),
                    _ => l.name.clone(),
                });
                (text, Atom)
            }
            Op::Constant(c) => (c.to_string(), if c.is_integer() { Atom } else { Product }),
            Op::Pi => ("pi".into(), Atom),
            Op::Neg(a) => (format!("-{}", self.at_least(*a, Unary)), Unary),
            Op::Add(a, b) => {
                let (a, b) = (self.at_least(*a, Sum), self.at_least(*b, Sum));
                (format!("{a} + {b}"), Sum)
            }
            Op::Sub(a, b) => {
                let (a, b) = (self.at_least(*a, Sum), self.at_least(*b, Product));
                (format!("{a} - {b}"), Sum)
            }
            Op::Mul(a, b) => {
                let (a, b) = (self.at_least(*a, Product), self.at_least(*b, Unary));
                (format!("{a} * {b}"), Product)
            }
            Op::Div(a, b) => {
                let (a, b) = (self.at_least(*a, Product), self.at_least(*b, Unary));
                (format!("{a} / {b}"), Product)
            }
            Op::Powi(a, n) => (format!("{}^{n}", self.at_least(*a, Atom)), Unary),
            Op::Pow(a, b) => {
                let (a, b) = (self.at_least(*a, Atom), self.at_least(*b, Atom));
                (format!("{a}^{b}"), Unary)
            }
            Op::LnBinomial(n, k) => (format!("ln_binomial({n}, {k})"), Atom),
            Op::ChiUpperQuantile(p, dof) => {
                let p = self.refer(*p).0;
                (format!("chi_upper_quantile({p}; {dof})"), Atom)
            }
            other => call(self, op_name(other), &other.operands()),
        }
    }
}

/// What certificates call a step.
pub fn op_name(op: &Op) -> &'static str {
    match op {
        Op::Input(..) => "input",
        Op::Constant(_) => "constant",
        Op::Pi => "pi",
        Op::Neg(_) => "neg",
        Op::Add(..) => "add",
        Op::Sub(..) => "sub",
        Op::Mul(..) => "mul",
        Op::Div(..) => "div",
        Op::Sqrt(_) => "sqrt",
        Op::Cbrt(_) => "cbrt",
        Op::Ln(_) => "ln",
        Op::Exp(_) => "exp",
        Op::Powi(..) => "powi",
        Op::Pow(..) => "pow",
        Op::Ceil(_) => "ceil",
        Op::Min(..) => "min",
        Op::Max(..) => "max",
        Op::LnBinomial(..) => "ln_binomial",
        Op::Kl(..) => "kl",
        Op::KlInv(..) => "kl_inv",
        Op::LnXi(_) => "ln_xi",
        Op::NormalUpperQuantile(_) => "normal_upper_quantile",
        Op::ChiUpperQuantile(..) => "chi_upper_quantile",
        Op::BinomialUpper { .. } => "binomial_upper",
        Op::Harmonic(_) => "harmonic",
        Op::Peeling(_) => "peeling",
        Op::GridExponent { .. } => "grid_exponent",
    }
}
