//! One result as Coq: its leaves, its steps, and the theorem.

use super::dyadic::{Dyadic, Set, coq_integer, decimal_fraction};
use super::names::{Names, comment};
use super::read::{Entry, Kind, Step};
use super::witness;
use rug::Rational;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

/// Bits that Coq computes with beyond the certificate's, so that its own
/// roundings fit between the certificate's ends.
const SPARE_BITS: u32 = 32;
/// Beyond these, a value is assumed: the sum over it would take Coq too long.
const LARGEST_XI: u64 = 10_000_000;
const LARGEST_HARMONIC: u64 = 200_000;
const LARGEST_BINOMIAL: i64 = 2_000;
const DEEPEST_PEELING: u32 = 1_000;

/// Leaves that the exported file defines itself: name of the measurement, Coq
/// term, and name of the lemma that it is within the certificate's ends.
pub type Defined = HashMap<String, (String, String)>;

/// What was written, and what the theorem rests on.
pub struct Written {
    pub text: String,
    pub theorems: Vec<String>,
    /// Values whose enclosure is a hypothesis.
    pub assumed: Vec<String>,
}

/// The module of the `number`-th result; `None` if its value, or one that it
/// starts from, has no finite ends.
pub fn write(entry: &Entry, number: usize, delta: &Rational, defined: &Defined) -> Option<Written> {
    let hi = entry.value.hi.as_ref()?;
    let mut writer = Writer {
        entry,
        delta,
        defined,
        names: Names::new(),
        terms: HashMap::new(),
        order: Vec::new(),
        starts: Vec::new(),
        instructions: Vec::new(),
        assumed: Vec::new(),
        functions: BTreeSet::new(),
        body: String::new(),
        bounded: true,
    };
    for place in needed(entry) {
        writer.step(place);
    }
    writer.bounded.then(|| writer.finish(number, hi))
}

/// The steps that the value depends on, in order.
fn needed(entry: &Entry) -> BTreeSet<usize> {
    let mut needed = BTreeSet::new();
    let mut open = vec![entry.root];
    while let Some(place) = open.pop() {
        if needed.insert(place)
            && let Kind::Op { of, .. } = &entry.steps[place].kind
        {
            open.extend(of);
        }
    }
    needed
}

/// A value that the program starts from: its Coq term, its ends, and the proof
/// that it lies between them.
struct Start {
    term: String,
    set: (Dyadic, Dyadic),
    proof: String,
}

struct Writer<'a> {
    entry: &'a Entry,
    delta: &'a Rational,
    defined: &'a Defined,
    names: Names,
    /// The Coq name of each step.
    terms: HashMap<usize, String>,
    /// The computed steps, in order.
    order: Vec<usize>,
    /// The others, in order: step and what it is.
    starts: Vec<(usize, Start)>,
    /// Of the computed steps; operands are still steps.
    instructions: Vec<Instruction>,
    assumed: Vec<String>,
    /// Functions whose values are assumed, with their types.
    functions: BTreeSet<(&'static str, &'static str)>,
    body: String,
    /// Whether every value that it starts from has finite ends.
    bounded: bool,
}

/// A constructor, its operands, and what follows them.
struct Instruction {
    name: &'static str,
    of: Vec<usize>,
    rest: Vec<String>,
}

impl Instruction {
    fn new(name: &'static str, of: &[usize], rest: Vec<String>) -> Self {
        Self {
            name,
            of: of.to_vec(),
            rest,
        }
    }
}

impl Writer<'_> {
    fn step(&mut self, place: usize) {
        let entry = self.entry;
        let step = &entry.steps[place];
        match &step.kind {
            Kind::Leaf { name, about } => self.leaf(place, name, about, &step.set),
            Kind::Delta => {
                let delta = self.delta.clone();
                self.constant(place, &delta, "the failure probability");
            }
            Kind::Constant(c) => self.constant(place, c, ""),
            Kind::Pi => self.compute(place, "PI".into(), Instruction::new("Pi", &[], vec![]), ""),
            Kind::Op { name, of, integers } => self.operation(place, step, name, of, integers),
        }
    }

    fn name(&mut self, place: usize, wanted: Option<&str>) -> String {
        let unnamed = format!("t{place}");
        let wanted = match wanted {
            Some(name) => name,
            None => self.entry.names.get(&place).map_or(unnamed.as_str(), |n| n),
        };
        let name = self.names.take(wanted, place);
        self.terms.insert(place, name.clone());
        name
    }

    fn define(&mut self, name: &str, term: &str, about: &str) {
        if !about.is_empty() {
            let _ = writeln!(self.body, "{}", comment(about));
        }
        let _ = writeln!(self.body, "Definition {name} : R := {term}.");
    }

    fn compute(&mut self, place: usize, term: String, instruction: Instruction, about: &str) {
        let name = self.name(place, None);
        self.define(&name, &term, about);
        self.order.push(place);
        self.instructions.push(instruction);
    }

    fn constant(&mut self, place: usize, c: &Rational, about: &str) {
        let (n, d) = (coq_integer(c.numer()), coq_integer(c.denom()));
        if c.is_integer() {
            let instruction = Instruction::new("Int", &[], vec![n.clone()]);
            self.compute(place, format!("IZR {n}"), instruction, about);
        } else {
            let instruction = Instruction::new("Rat", &[], vec![n.clone(), d.clone()]);
            self.compute(place, format!("IZR {n} / IZR {d}"), instruction, about);
        }
    }

    fn leaf(&mut self, place: usize, name: &str, about: &str, set: &Set) {
        let coq = self.name(place, Some(name));
        if let (Some((term, proof)), Some((lo, hi))) = (self.defined.get(name), set.finite()) {
            let start = Start {
                term: coq.clone(),
                set: (lo.clone(), hi.clone()),
                proof: proof.clone(),
            };
            self.define(&coq, term, &format!("{about}, computed above"));
            self.starts.push((place, start));
            return;
        }
        if let Some(point) = set.as_point() {
            let (term, instruction) = match point.to_integer() {
                Some(n) => {
                    let n = coq_integer(&n);
                    (format!("IZR {n}"), Instruction::new("Int", &[], vec![n]))
                }
                None => {
                    let d = point.coq();
                    (
                        format!("dyadicR {d}"),
                        Instruction::new("Cst", &[], vec![d]),
                    )
                }
            };
            self.define(&coq, &term, about);
            self.order.push(place);
            self.instructions.push(instruction);
            return;
        }
        let _ = writeln!(self.body, "{}\nVariable {coq} : R.", comment(about));
        self.start(place, &coq, set);
    }

    /// A value of which the certificate's ends are all that is known.
    fn start(&mut self, place: usize, name: &str, set: &Set) {
        let Some((lo, hi)) = set.finite() else {
            self.bounded = false;
            return;
        };
        let proof = self.names.take(&format!("{name}_enclosed"), place);
        let _ = writeln!(
            self.body,
            "Hypothesis {proof} : dyadicR {} <= {name} <= dyadicR {}.",
            lo.coq(),
            hi.coq()
        );
        let start = Start {
            term: name.to_owned(),
            set: (lo.clone(), hi.clone()),
            proof,
        };
        self.starts.push((place, start));
    }

    fn operation(&mut self, place: usize, step: &Step, name: &str, of: &[usize], integers: &[i64]) {
        let x: Vec<String> = of.iter().map(|i| self.terms[i].clone()).collect();
        let call = |f: &str| format!("{f} {}", x.join(" "));
        let between = |sign: &str| x.join(sign);
        let plain = |name| Instruction::new(name, of, vec![]);
        let set = |i: usize| &self.entry.steps[of[i]].set;
        let integer = |text: i64| coq_integer(&text.into());
        let computed = match name {
            "neg" => Some((format!("- {}", x[0]), plain("Neg"))),
            "add" => Some((between(" + "), plain("Add"))),
            "sub" => Some((between(" - "), plain("Sub"))),
            "mul" => Some((between(" * "), plain("Mul"))),
            "div" => Some((between(" / "), plain("Div"))),
            "sqrt" => Some((call("sqrt"), plain("Sqrt"))),
            "cbrt" => Some((call("cbrt"), plain("Cbrt"))),
            "ln" => Some((call("ln"), plain("Ln"))),
            "exp" => Some((call("exp"), plain("Exp"))),
            "pow" => Some((format!("exp ({} * ln {})", x[1], x[0]), plain("Pow"))),
            "ceil" => Some((call("ceiling"), plain("Ceil"))),
            "min" => Some((call("Rmin"), plain("Min"))),
            "max" => Some((call("Rmax"), plain("Max"))),
            "kl" => Some((call("kl"), plain("Kl"))),
            "powi" => {
                let n = integer(integers[0]);
                let instruction = Instruction::new("Powi", of, vec![n.clone()]);
                Some((format!("powerRZ {} {n}", x[0]), instruction))
            }
            "kl_inv" => self.kl_inv(of, step).map(|i| (call("kl_inv"), i)),
            "ln_xi" => ln_xi(set(0), self.entry.precision)
                .map(|rest| (call("ln_xi"), Instruction::new("LnXi", of, rest))),
            "harmonic" => harmonic(set(0), self.entry.precision)
                .map(|rest| (call("harmonic"), Instruction::new("Harmonic", of, rest))),
            "peeling" => peeling(set(0), self.entry.precision)
                .map(|rest| (call("peeling"), Instruction::new("Peeling", of, rest))),
            "grid_exponent" => grid_exponent(&step.set).map(|rest| {
                (
                    call("grid_exponent"),
                    Instruction::new("GridExponent", of, rest),
                )
            }),
            "ln_binomial" if (0..=integers[0]).contains(&integers[1]) => {
                // C(n, k) = C(n, n-k), but only as numbers.
                let [n, k] = [integers[0], integers[1]].map(integer);
                let short = integers[1] <= LARGEST_BINOMIAL;
                let instruction = Instruction::new("LnBinomial", of, vec![n.clone(), k.clone()]);
                short.then(|| (format!("ln_binomial {n} {k}"), instruction))
            }
            _ => None,
        };
        match computed {
            Some((term, instruction)) => self.compute(place, term, instruction, ""),
            None => self.assume(place, step, name, &x, integers),
        }
    }

    /// A function that Coq does not evaluate: its value is as the certificate says.
    fn assume(&mut self, place: usize, step: &Step, name: &str, x: &[String], integers: &[i64]) {
        let arguments: Vec<String> = integers.iter().map(|n| coq_integer(&(*n).into())).collect();
        let function = match name {
            "normal_upper_quantile" => Some(("normal_upper_quantile", "R -> R")),
            "chi_upper_quantile" => Some(("chi_upper_quantile", "Z -> R -> R")),
            "binomial_upper" => Some(("binomial_upper", "R -> R -> R -> R")),
            _ => None,
        };
        self.functions.extend(function);
        let all: Vec<&str> = arguments.iter().chain(x).map(String::as_str).collect();
        let term = format!("{name} {}", all.join(" "));
        let coq = self.name(place, None);
        self.define(&coq, &term, "assumed to be where the certificate says");
        self.start(place, &coq, &step.set);
        self.assumed.push(format!("{coq} = {term}"));
    }

    fn kl_inv(&self, of: &[usize], step: &Step) -> Option<Instruction> {
        let (qlo, qhi) = self.entry.steps[of[0]].set.finite()?;
        let (lo, hi) = step.set.finite()?;
        let rest = [qlo, qhi, lo, hi].map(Dyadic::coq);
        Some(Instruction::new("KlInv", of, rest.to_vec()))
    }

    fn finish(self, number: usize, hi: &Dyadic) -> Written {
        let entry = self.entry;
        let theorem = format!("bound_{number}_holds");
        let mut text = String::new();
        let _ = writeln!(text, "{}", comment(&format!("* {}", entry.id())));
        let _ = writeln!(text, "{}", comment(&entry.statement));
        let _ = writeln!(text, "Module Bound_{number}.\nSection Bound.\n");
        for (name, kind) in &self.functions {
            let _ = writeln!(text, "Variable {name} : {kind}.");
        }
        text.push_str(&self.body);
        let value = &self.terms[&entry.root];
        let _ = writeln!(text, "Definition value : R := {value}.\n");

        // Distances into the list of values: the latest step first, the starts last.
        let mut depth = HashMap::new();
        for (i, (place, _)) in self.starts.iter().rev().enumerate() {
            depth.insert(*place, i);
        }
        let mut program = Vec::new();
        for (place, instruction) in self.order.iter().zip(&self.instructions) {
            let known = depth.len();
            let mut words = vec![instruction.name.to_owned()];
            let distance = |i: &usize| (known - 1 - depth[i]).to_string();
            words.extend(instruction.of.iter().map(distance));
            words.extend(instruction.rest.iter().cloned());
            program.push(words.join(" "));
            depth.insert(*place, known);
        }
        program.reverse();
        let starts: Vec<&Start> = self.starts.iter().map(|(_, s)| s).collect();
        let list = |items: Vec<String>| format!("[{}]", items.join(";\n   "));
        let start = list(starts.iter().map(|s| s.term.clone()).collect());
        let ends = |s: &&Start| format!("({}, {})", s.set.0.coq(), s.set.1.coq());
        let latest = self.order.iter().rev().map(|p| self.terms[p].clone());
        let firsts = starts.iter().map(|s| s.term.clone());
        let values: Vec<String> = latest.chain(firsts).collect();
        let proof = starts.iter().rev().fold("I".to_owned(), |rest, s| {
            format!("(conj {} {rest})", s.proof)
        });
        let _ = writeln!(text, "Definition start : list R := {start}.");
        let _ = writeln!(
            text,
            "Definition intervals : list (dyadic * dyadic) :=\n  {}.",
            list(starts.iter().map(ends).collect())
        );
        let _ = writeln!(
            text,
            "Definition program : list instr :=\n  {}.",
            list(program)
        );
        let _ = writeln!(
            text,
            "Definition values : list R :=\n  [{}].\n",
            wrapped(&values)
        );
        let bits = entry.precision + SPARE_BITS;
        let hi = hi.coq();
        // kappa is only known to be at least 0.
        let peels = self.instructions.iter().any(|i| i.name == "Peeling");
        let lo = entry.value.lo.as_ref().filter(|_| !peels).map(Dyadic::coq);
        let (check, claim) = match &lo {
            Some(lo) => (
                format!("between {bits} intervals program {lo} {hi}"),
                format!("dyadicR {lo} <= value <= dyadicR {hi}"),
            ),
            None => (
                format!("at_most {bits} intervals program {hi}"),
                format!("value <= dyadicR {hi}"),
            ),
        };
        let sound = if lo.is_some() { "between" } else { "at_most" };
        let _ = writeln!(
            text,
            "Lemma starts : within intervals start.\nProof. exact {proof}. Qed.\n\n\
             Lemma computed : computes start program values.\n\
             Proof. repeat (apply conj; [reflexivity |]); reflexivity. Qed.\n\n\
             Lemma checked : CheckerZ.{check} = true.\n\
             Proof. vm_cast_no_check (eq_refl true). Qed.\n\n\
             Theorem {theorem} : {claim}.\n\
             Proof. exact (CheckerZ.certified_{sound} _ _ _ {} checked _ _ _ starts computed). Qed.\n",
            if lo.is_some() { "_ _" } else { "_" },
        );
        let mut theorems = vec![format!("Bound_{number}.{theorem}")];
        if let Some((p, q)) = decimal_fraction(&entry.at_most) {
            let upper = match &lo {
                Some(_) => format!("(proj2 {theorem})"),
                None => theorem,
            };
            let name = format!("bound_{number}_at_most");
            let _ = writeln!(
                text,
                "Theorem {name} : value <= {}.\n\
                 Proof. exact (said_in_decimals _ _ {} {} {upper} eq_refl). Qed.\n",
                if q == 1 {
                    format!("{p} / 1")
                } else {
                    entry.at_most.clone()
                },
                coq_integer(&p),
                coq_integer(&q),
            );
            theorems.push(format!("Bound_{number}.{name}"));
        }
        let _ = writeln!(text, "End Bound.\nEnd Bound_{number}.\n");
        Written {
            text,
            theorems,
            assumed: self.assumed,
        }
    }
}

/// Names, a few to a line.
fn wrapped(names: &[String]) -> String {
    let lines: Vec<String> = names.chunks(8).map(|c| c.join("; ")).collect();
    lines.join(";\n   ")
}

fn natural(set: &Set, largest: u64) -> Option<u64> {
    set.as_integer()?.to_u64().filter(|n| *n <= largest)
}

fn ln_xi(m: &Set, precision: u32) -> Option<Vec<String>> {
    let m = natural(m, LARGEST_XI).filter(|m| *m > 0)?;
    let bits = precision + 2 * SPARE_BITS;
    let terms = witness::xi_terms(m, bits);
    Some([m, terms, u64::from(bits)].map(|n| n.to_string()).to_vec())
}

fn harmonic(n: &Set, precision: u32) -> Option<Vec<String>> {
    let n = natural(n, LARGEST_HARMONIC)?;
    let bits = precision + SPARE_BITS;
    Some(vec![n.to_string(), bits.to_string()])
}

fn peeling(layers: &Set, precision: u32) -> Option<Vec<String>> {
    let layers = natural(layers, u64::from(DEEPEST_PEELING))?;
    let layers = u32::try_from(layers).ok().filter(|l| *l > 0)?;
    Some(vec![witness::peeling(layers, precision)?.coq()])
}

fn grid_exponent(value: &Set) -> Option<Vec<String>> {
    let (lo, hi) = value.finite()?;
    let end = |x: &Dyadic| Some(coq_integer(&x.to_integer()?));
    Some(vec![end(lo)?, end(hi)?])
}
