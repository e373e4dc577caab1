//! A certificate with every kind of step.

use super::coq::{check, proofs};
use gapcert::certificate::dyadic;
use gapcert::coq::{Export, export, read};
use gapcert::real::{Enclosure, Real};
use serde_json::{Value as Json, json};
use std::path::Path;

const PREC: u32 = 128;

fn ends(x: &Enclosure) -> String {
    format!("[{}, {}]", dyadic(&x.lo()), dyadic(&x.hi()))
}

/// A program under construction, with the value of each step.
#[derive(Default)]
struct Tape {
    steps: Vec<Json>,
    values: Vec<Enclosure>,
}

impl Tape {
    fn push(&mut self, step: Json, value: Enclosure) -> usize {
        self.steps.push(step);
        self.values.push(value);
        self.values.len() - 1
    }

    fn constant(&mut self, p: i64, q: i64) -> usize {
        let value = Enclosure::undefined(PREC).ratio(p, q);
        self.push(json!(["constant", format!("{p}/{q}"), ends(&value)]), value)
    }

    fn op(&mut self, name: &str, of: &[usize], n: i64) -> usize {
        let x = |i: usize| &self.values[of[i]];
        let zero = Enclosure::integer(PREC, 0);
        let (value, integers) = match name {
            "pi" => (zero.pi(), vec![]),
            "neg" => (-x(0).clone(), vec![]),
            "add" => (x(0).clone() + x(1), vec![]),
            "sub" => (x(0).clone() - x(1), vec![]),
            "mul" => (x(0).clone() * x(1), vec![]),
            "div" => (x(0).clone() / x(1), vec![]),
            "sqrt" => (x(0).sqrt(), vec![]),
            "cbrt" => (x(0).cbrt(), vec![]),
            "ln" => (x(0).ln(), vec![]),
            "exp" => (x(0).exp(), vec![]),
            "powi" => (x(0).powi(n as i32), vec![n]),
            "pow" => (x(0).pow(x(1)), vec![]),
            "ceil" => (x(0).ceil(), vec![]),
            "min" => (x(0).min(x(1)), vec![]),
            "max" => (x(0).max(x(1)), vec![]),
            "kl" => (x(0).kl(x(1)), vec![]),
            "kl_inv" => (x(0).kl_inv(x(1)), vec![]),
            "ln_xi" => (x(0).ln_xi(), vec![]),
            "harmonic" => (x(0).harmonic(), vec![]),
            "peeling" => (x(0).peeling(), vec![]),
            "grid_exponent" => (x(0).grid_exponent(x(1), x(2)), vec![]),
            "ln_binomial" => (zero.ln_binomial(100, n as u64), vec![100, n]),
            "normal_upper_quantile" => (x(0).normal_upper_quantile(), vec![]),
            "chi_upper_quantile" => (x(0).chi_upper_quantile(n as u64), vec![n]),
            "binomial_upper" => (x(0).binomial_upper(x(1), x(2)), vec![]),
            _ => panic!("{name}"),
        };
        let mut step = vec![json!(name)];
        step.extend(of.iter().map(|i| json!(i)));
        step.extend(integers.iter().map(|i| json!(i)));
        step.push(ends(&value).into());
        self.push(step.into(), value)
    }
}

/// The sum of one value of every kind, over leaves of every kind.
fn certificate() -> Json {
    let mut t = Tape::default();
    let measured = Enclosure::undefined(PREC).ratio(1, 4);
    let measured = measured.hull(&Enclosure::undefined(PREC).ratio(5, 16));
    let wide = t.push(json!(["measured", "norm[0,0]"]), measured.clone());
    let m = Enclosure::integer(PREC, 500);
    let m = t.push(json!(["given", "m", ends(&m)]), m);
    let delta = Enclosure::undefined(PREC).ratio(1, 20);
    let delta = t.push(json!(["given", "delta", ends(&delta)]), delta);
    let sigma = t.push(json!(["grid", "sigma_1"]), Enclosure::exact(PREC, 0.375));
    let tau = t.push(json!(["chosen", "tau"]), Enclosure::exact(PREC, 0.125));
    let count = Enclosure::integer(PREC, 41).hull(&Enclosure::integer(PREC, 43));
    let count = t.push(json!(["count", "unsafe"]), count);
    let third = t.constant(-1, 3);
    let three = t.constant(3, 1);
    let fraction = t.op("div", &[count, m], 0);
    let log = t.op("ln", &[delta], 0);
    let c = t.op("div", &[log, m], 0);
    let c = t.op("neg", &[c], 0);
    let base = t.constant(17, 16);
    let one = t.constant(1, 1);
    let parts = [
        t.op("pi", &[], 0),
        t.op("exp", &[third], 0),
        t.op("sub", &[sigma, wide], 0),
        t.op("mul", &[wide, third], 0),
        t.op("sqrt", &[wide], 0),
        t.op("cbrt", &[wide], 0),
        t.op("powi", &[third], 3),
        t.op("powi", &[sigma], -2),
        t.op("pow", &[wide, third], 0),
        t.op("ceil", &[wide], 0),
        t.op("min", &[wide, sigma], 0),
        t.op("max", &[wide, third], 0),
        t.op("kl", &[tau, sigma], 0),
        t.op("kl_inv", &[fraction, c], 0),
        t.op("ln_xi", &[m], 0),
        t.op("harmonic", &[m], 0),
        t.op("grid_exponent", &[sigma, wide, base], 0),
        t.op("grid_exponent", &[one, one, base], 0),
        t.op("ln_binomial", &[], 7),
        t.op("normal_upper_quantile", &[delta], 0),
        t.op("chi_upper_quantile", &[delta], 100),
        t.op("binomial_upper", &[delta, count, m], 0),
    ];
    let mut sum = one;
    for part in parts {
        sum = t.op("add", &[sum, part], 0);
    }
    let first = result("every", "step", &t, sum);
    // Infima are known from above only.
    let [two, four] = [2, 4].map(|n| t.constant(n, 1));
    let [at_zero, inside] = [two, four].map(|n| t.op("peeling", &[n], 0));
    let both = t.op("mul", &[at_zero, inside], 0);
    let both = t.op("mul", &[both, three], 0);
    let second = result("peeling", "step", &t, both);
    json!({
        "schema": "gapcert-certificate/2",
        "delta": "1/20",
        "sources": [],
        "options": { "prior": "zero" },
        "measurements": [{
            "name": "norm[0,0]", "about": "a *) \"norm", "method": "",
            "lo": dyadic(&measured.lo()), "hi": dyadic(&measured.hi()),
        }],
        "results": [first, second],
    })
}

fn result(bound: &str, form: &str, t: &Tape, value: usize) -> Json {
    let (lo, hi) = (t.values[value].lo(), t.values[value].hi());
    json!({
        "bound": bound, "form": form, "statement": "(* \" nothing",
        "value": {
            "at_most": t.values[value].to_decimal(6).1, "lo": dyadic(&lo), "hi": dyadic(&hi),
        },
        "measurements": [],
        "chosen": { "tau": "0x1p-3" },
        "grid": [{ "name": "sigma_1", "value": "0x3p-3" }],
        "counts": { "unsafe": { "lo": 41, "hi": 43 } },
        "program": {
            "precision": PREC, "steps": t.steps, "value": value,
            "terms": { "kl": 13 }, "inputs": {}, "derived": {},
        },
    })
}

fn exported(json: &Json, bounds: &[&str]) -> Export {
    let bounds: Vec<String> = bounds.iter().map(ToString::to_string).collect();
    let certificate = read(Path::new("certificate.json"), json).unwrap();
    export(&certificate, &bounds, None).unwrap()
}

#[test]
fn coq_accepts_every_kind_of_step() {
    let Some(proofs) = proofs() else { return };
    let export = exported(&certificate(), &[]);
    let names: Vec<&str> = export.theorems.iter().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "Bound_1.bound_1_holds",
            "Bound_1.bound_1_at_most",
            "Bound_2.bound_2_holds",
            "Bound_2.bound_2_at_most",
        ]
    );
    let assumed: Vec<&str> = export
        .assumed
        .iter()
        .filter_map(|a| a.split(" = ").nth(1)?.split(' ').next())
        .collect();
    assert_eq!(
        assumed,
        [
            "normal_upper_quantile",
            "chi_upper_quantile",
            "binomial_upper"
        ]
    );
    let ask = "Print Assumptions Bound_1.bound_1_at_most.";
    let said = check(&proofs, "all.v", &format!("{}{ask}", export.text)).unwrap();
    let mut axioms: Vec<&str> = said.lines().filter_map(axiom).collect();
    axioms.sort_unstable();
    assert_eq!(
        axioms,
        [
            "classic",
            "functional_extensionality_dep",
            "sig_forall_dec",
            "sig_not_dec"
        ]
    );
}

/// The name of the axiom that a line of `Print Assumptions` begins with.
fn axiom(line: &str) -> Option<&str> {
    let begins = line.starts_with(char::is_alphabetic) && !line.ends_with("Axioms:");
    let name = begins.then(|| line.split([' ', ':']).next())??;
    name.rsplit('.').next()
}

/// Coq's answer to a certificate changed at the pointer.
fn changed(proofs: &Path, pointer: &str, change: impl Fn(&Json) -> Json) -> Result<String, String> {
    let mut json = certificate();
    let place = json.pointer_mut(pointer).unwrap();
    *place = change(place);
    check(proofs, "changed.v", &exported(&json, &["every"]).text)
}

#[test]
fn coq_refuses_a_lowered_end_and_a_wrong_step() {
    let Some(proofs) = proofs() else { return };
    // 0x<hex>p<exponent>: the last digit, one less.
    let lowered = |end: &Json| {
        let (digits, exponent) = end.as_str().unwrap().split_once('p').unwrap();
        let n = u128::from_str_radix(&digits[2..], 16).unwrap() - 1;
        json!(format!("0x{n:x}p{exponent}"))
    };
    let value = "/results/0/value/hi";
    assert!(changed(&proofs, value, Json::clone).is_ok());
    // By 1000 units in the last place: below the sum for certain.
    let below = |end: &Json| (0..1000).fold(end.clone(), |end, _| lowered(&end));
    assert!(changed(&proofs, value, below).is_err());
    // The measurement is said to be larger, the value is not.
    let said = changed(&proofs, "/measurements/0/hi", |_| json!("0x1p-1"));
    assert!(said.is_err());
    // Another factor.
    let said = changed(&proofs, "/results/0/program/steps/6/1", |_| json!("1/3"));
    assert!(said.is_err());
}

#[test]
fn a_broken_certificate_is_refused_by_name() {
    let refused = |pointer: &str, value: Json| {
        let mut json = certificate();
        *json.pointer_mut(pointer).unwrap() = value;
        let error = read(Path::new("c.json"), &json).unwrap_err();
        error.to_string()
    };
    let steps = "/results/0/program/steps";
    for (pointer, value, told) in [
        (
            "/schema",
            json!("gapcert-certificate/1"),
            "gapcert-certificate/2",
        ),
        ("/delta", json!("small"), "delta: expected a number"),
        (
            &format!("{steps}/6/1"),
            json!("x"),
            "steps[6]: expected an exact fraction",
        ),
        (
            &format!("{steps}/8/1"),
            json!(8),
            "steps[8][1]: expected the number of an earlier step",
        ),
        (
            &format!("{steps}/8/0"),
            json!("div!"),
            "steps[8]: expected a step of a known kind",
        ),
        (
            &format!("{steps}/8"),
            json!(["div", 1, "0x1p0"]),
            "steps[8]: expected 4 entries",
        ),
        (
            &format!("{steps}/8"),
            json!([]),
            "steps[8]: expected a step",
        ),
        (
            &format!("{steps}/0/1"),
            json!("other"),
            "a measurement that is listed",
        ),
        (
            &format!("{steps}/3/1"),
            json!("other"),
            "a point that the grid lists",
        ),
        (
            "/results/0/value/hi",
            json!("0.5"),
            "value: expected exact ends",
        ),
        (
            "/results/0/program/precision",
            json!(1 << 30),
            "24 to 1024 bits",
        ),
        (
            "/results/0/program/value",
            json!(1 << 30),
            "the number of an earlier step",
        ),
    ] {
        let text = refused(pointer, value);
        assert!(
            text.starts_with("c.json: ") && text.contains(told),
            "{text}"
        );
    }
    let certificate = read(Path::new("c.json"), &certificate()).unwrap();
    let error = export(&certificate, &["other".into()], None).unwrap_err();
    assert!(
        error.to_string().contains("found every:step, peeling:step"),
        "{error}"
    );
}
