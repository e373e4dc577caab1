//! Which changes of a valid certificate do no harm.
//!
//! A mutant is harmless if the original implies it: every claim is the original's
//! or a weaker one, and every step still contains its image. This is decided here
//! without the checker, by comparison with the original:
//!
//! - delta, m, shapes, options, hashes, texts: the same;
//! - measurements, counts, values, floors, named outputs of a program: a set that
//!   contains the original's;
//! - grid points and free parameters: the same;
//! - steps: operation and operands' sets as in some step of the original, and a
//!   set that contains that step's; or, for arithmetic, the exact image;
//! - results, results that do not apply, unused measurements: may be missing;
//! - descriptions (formula, path, version, about, method, why) and how a count was
//!   made: anything.
//!
//! Apart from these are facts about the files that no number of a result follows
//! from, and which only the files can refute: see [`Harm::AsStated`].

use rug::{Integer, Rational};
use serde_json::Value as Json;
use std::collections::HashMap;

/// What an accepted mutant claims beyond the original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harm {
    Nothing,
    /// Another fact about the files, from which no bound follows: the errors on the
    /// sample; a shape, a scale, a norm or a sample size that no result uses; a
    /// measurement that is still below the grid point that covers it.
    AsStated,
}

type Verdict<T = ()> = Result<T, String>;
pub type Set = (Rational, Rational);

fn refuse<T>(why: impl Into<String>) -> Verdict<T> {
    Err(why.into())
}

fn number(text: &str) -> Option<Rational> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = text.strip_prefix("0x")?.split_once('p')?;
    let mantissa = Rational::from(Integer::from_str_radix(mantissa, 16).ok()?);
    let exponent: i32 = exponent.parse().ok()?;
    let x = mantissa << exponent;
    Some(if negative { -x } else { x })
}

fn set(lo: &Json, hi: &Json) -> Option<Option<Set>> {
    let (lo, hi) = (lo.as_str()?, hi.as_str()?);
    if lo == "-inf" && hi == "inf" {
        return Some(None);
    }
    Some(Some((number(lo)?, number(hi)?)))
}

fn word(text: &str) -> Option<Option<Set>> {
    if let Some(ends) = text.strip_prefix('[') {
        let (lo, hi) = ends.strip_suffix(']')?.split_once(", ")?;
        return set(&lo.into(), &hi.into());
    }
    match text.split_once('+') {
        None => Some(Some((number(text)?, number(text)?))),
        Some((start, rest)) => {
            let (width, exponent) = rest.split_once('p')?;
            let lo = number(&format!("{start}p{exponent}"))?;
            let hi = lo.clone() + number(&format!("0x{width}p{exponent}"))?;
            Some(Some((lo, hi)))
        }
    }
}

/// Whether `a` contains `b`; nothing known contains everything.
fn contains(a: &Option<Set>, b: &Option<Set>) -> bool {
    match (a, b) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(a), Some(b)) => a.0 <= b.0 && b.1 <= a.1,
    }
}

fn ends_contain(a: &Json, b: &Json) -> bool {
    match (set(&a["lo"], &a["hi"]), set(&b["lo"], &b["hi"])) {
        (Some(a), Some(b)) => contains(&a, &b),
        _ => false,
    }
}

fn same(what: &str, a: &Json, b: &Json) -> Verdict {
    if a == b {
        Ok(())
    } else {
        refuse(format!("{what} differs"))
    }
}

fn list<'a>(x: &'a Json, key: &str) -> Verdict<&'a Vec<Json>> {
    x[key].as_array().ok_or_else(|| format!("{key} is no list"))
}

/// The keys of `a` are those of `b`.
fn same_keys(what: &str, a: &Json, b: &Json) -> Verdict {
    let keys = |x: &Json| -> Option<Vec<String>> {
        let mut keys: Vec<String> = x.as_object()?.keys().cloned().collect();
        keys.sort();
        Some(keys)
    };
    match (keys(a), keys(b)) {
        (Some(x), Some(y)) if x == y => Ok(()),
        _ => refuse(format!("{what}: other keys")),
    }
}

fn count(a: &Json, b: &Json) -> Verdict {
    same_keys("count", a, b)?;
    let n = |x: &Json, k: &str| x[k].as_u64();
    match (n(a, "lo"), n(a, "hi"), n(b, "lo"), n(b, "hi")) {
        (Some(al), Some(ah), Some(bl), Some(bh)) if al <= bl && bh <= ah => Ok(()),
        _ => refuse("a count is another"),
    }
}

fn measurements(a: &Json, b: &Json) -> Verdict {
    for m in a.as_array().ok_or("measurements are no list")? {
        let original = b
            .as_array()
            .and_then(|all| all.iter().find(|o| o["name"] == m["name"]));
        let Some(o) = original else {
            return refuse("a measurement the original does not have");
        };
        same_keys("measurement", m, o)?;
        if !ends_contain(m, o) {
            return refuse(format!("measurement {}", m["name"]));
        }
    }
    Ok(())
}

/// `Ok` if the mutant claims nothing that the original does not imply.
pub fn harmless(mutant: &Json, original: &Json) -> Verdict<Harm> {
    match implied(mutant, original) {
        Ok(()) => return Ok(Harm::Nothing),
        Err(why) => {
            // The same with these facts as the original has them.
            let uses_m = |r: &Json| r["bound"] != "test-set/clopper-pearson";
            let mut other = mutant.clone();
            other["network"] = original["network"].clone();
            let errors = &mutant["sample"]["errors"];
            if errors["lo"].as_u64() <= errors["hi"].as_u64() {
                other["sample"]["errors"] = original["sample"]["errors"].clone();
            }
            let steps = |r: &Json| {
                r["program"]["steps"]
                    .as_array()
                    .cloned()
                    .unwrap_or_default()
            };
            let results = list(mutant, "results")?;
            let given_gamma = |s: &Json| s[0] == "given" && s[1] == "gamma";
            for key in ["scale", "input_norm", "margin"] {
                if key != "margin" || !results.iter().flat_map(steps).any(|s| given_gamma(&s)) {
                    other["options"][key] = original["options"][key].clone();
                }
            }
            // Held-out errors, with the limit that follows from them.
            if results.iter().all(uses_m) {
                other["baseline"] = original["baseline"].clone();
            }
            if !list(mutant, "results")?.iter().any(uses_m) {
                other["sample"]["m"] = original["sample"]["m"].clone();
            }
            for m in other["measurements"].as_array_mut().ok_or("measurements")? {
                if m["name"]
                    .as_str()
                    .is_some_and(|name| only_covered(mutant, name))
                {
                    let all = original["measurements"].as_array().ok_or("measurements")?;
                    if let Some(o) = all.iter().find(|o| o["name"] == m["name"]) {
                        (m["lo"], m["hi"]) = (o["lo"].clone(), o["hi"].clone());
                    }
                }
            }
            if implied(&other, original).is_err() {
                // A measurement moved by so little that every step absorbs it.
                for (m, o) in measurements_of(&mut other, original) {
                    (m["lo"], m["hi"]) = (o["lo"].clone(), o["hi"].clone());
                }
                implied_by(&other, mutant, original).map_err(|_| why)?;
            }
        }
    }
    Ok(Harm::AsStated)
}

/// Whether no step reads the measurement, and each grid point that covers it does.
fn only_covered(c: &Json, name: &str) -> bool {
    let Some(hi) = c["measurements"].as_array().and_then(|all| {
        let m = all.iter().find(|m| m["name"] == name)?;
        number(m["hi"].as_str()?)
    }) else {
        return false;
    };
    c["results"].as_array().into_iter().flatten().all(|r| {
        let steps = r["program"]["steps"].as_array();
        let leaf = |s: &Json| s[0] == "measured" && s[1] == name;
        let place = steps.and_then(|steps| steps.iter().position(leaf));
        let read = place.is_some_and(|i| {
            let reads = |s: &Json| {
                let operands = match s[0].as_str() {
                    Some("given" | "constant" | "ln_binomial") => &[][..],
                    Some("powi" | "chi_upper_quantile") => std::slice::from_ref(&s[1]),
                    _ => s.as_array().map_or(&[][..], |s| &s[1..]),
                };
                operands.contains(&i.into())
            };
            steps.is_some_and(|steps| steps.iter().any(reads))
        });
        let covered = r["grid"].as_array().into_iter().flatten().all(|g| {
            g["covers"] != name
                || g["value"]
                    .as_str()
                    .and_then(number)
                    .is_some_and(|x| x >= hi)
        });
        !read && covered
    })
}

/// The measurements of both, paired by name.
fn measurements_of<'a>(mutant: &'a mut Json, original: &'a Json) -> Vec<(&'a mut Json, &'a Json)> {
    let Json::Object(top) = mutant else {
        return Vec::new();
    };
    let mut all: Vec<&mut Json> = Vec::new();
    for (key, value) in top.iter_mut() {
        match (key.as_str(), value) {
            ("measurements", Json::Array(list)) => all.extend(list),
            ("results", Json::Array(results)) => {
                let own = results.iter_mut().filter_map(|r| r.get_mut("measurements"));
                all.extend(own.filter_map(Json::as_array_mut).flatten());
            }
            _ => {}
        }
    }
    let known: Vec<&Json> = original["measurements"]
        .as_array()
        .into_iter()
        .chain(
            original["results"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|r| r["measurements"].as_array()),
        )
        .flatten()
        .collect();
    all.into_iter()
        .filter_map(|m| {
            let o = known.iter().find(|o| o["name"] == m["name"])?;
            Some((m, *o))
        })
        .collect()
}

fn implied(mutant: &Json, original: &Json) -> Verdict {
    implied_by(mutant, mutant, original)
}

/// The claims are those of `mutant`, the leaves of its steps those of `leaves`.
fn implied_by(mutant: &Json, leaves: &Json, original: &Json) -> Verdict {
    same_keys("certificate", mutant, original)?;
    for key in ["schema", "network"] {
        same(key, &mutant[key], &original[key])?;
    }
    same_keys("tool", &mutant["tool"], &original["tool"])?;
    same("tool", &mutant["tool"]["name"], &original["tool"]["name"])?;
    let delta = |x: &Json| x["delta"].as_str().and_then(decimal);
    if delta(mutant).is_none() || delta(mutant) != delta(original) {
        return refuse("delta is another number");
    }
    same_keys("sample", &mutant["sample"], &original["sample"])?;
    same("m", &mutant["sample"]["m"], &original["sample"]["m"])?;
    count(&mutant["sample"]["errors"], &original["sample"]["errors"])?;
    options(&mutant["options"], &original["options"])?;
    let hashes = |x: &Json| -> Verdict<Vec<(String, String)>> {
        let each = list(x, "sources")?.iter().map(|s| {
            same_keys("source", s, &original["sources"][0])?;
            let text = |k: &str| s[k].as_str().map(str::to_owned).ok_or("no text");
            Ok((text("role")?, text("sha256")?))
        });
        let mut all = each.collect::<Verdict<Vec<_>>>()?;
        all.sort();
        Ok(all)
    };
    if hashes(mutant)? != hashes(original)? {
        return refuse("other files");
    }
    measurements(&mutant["measurements"], &original["measurements"])?;
    let key = |r: &Json| (r["bound"].clone(), r["form"].clone());
    let mut seen = Vec::new();
    for r in list(mutant, "results")? {
        let same_bound = |o: &&Json| key(o) == key(r);
        let Some(o) = list(original, "results")?.iter().find(same_bound) else {
            return refuse("a result the original does not have");
        };
        if seen.contains(&key(r)) {
            return refuse("a result twice");
        }
        seen.push(key(r));
        let same_delta = mutant["delta"] == original["delta"];
        result(r, o, same_delta)
            .and_then(|()| {
                let with = list(leaves, "results")?.iter().find(|l| key(l) == key(r));
                program(
                    with.unwrap_or(r),
                    o,
                    [&leaves["measurements"], &original["measurements"]],
                )
            })
            .map_err(|why| format!("{}:{}: {why}", r["bound"], r["form"]))?;
    }
    for n in list(mutant, "not_applicable")? {
        same_keys(
            "not_applicable",
            n,
            &serde_json::json!({"bound":0,"form":0,"why":0}),
        )?;
        if !n["why"].is_string() {
            return refuse("no reason");
        }
    }
    same_keys("baseline", &mutant["baseline"], &original["baseline"])?;
    for key in ["prior_on_sample", "network_on_test"] {
        let (a, b) = (&mutant["baseline"][key], &original["baseline"][key]);
        if a.is_null() && b.is_null() {
            continue;
        }
        same_keys("baseline", a, b)?;
        same("baseline", &a["about"], &b["about"])?;
        same("baseline", &a["m"], &b["m"])?;
        count(&a["errors"], &b["errors"])?;
        if !ends_contain(a, b) {
            return refuse("the baseline is another");
        }
    }
    Ok(())
}

fn options(a: &Json, b: &Json) -> Verdict {
    same_keys("options", a, b)?;
    same("prior", &a["prior"], &b["prior"])?;
    same("constant_input", &a["constant_input"], &b["constant_input"])?;
    let scale = |x: &Json| x["scale"].as_str().and_then(decimal);
    if scale(a).is_none() || scale(a) != scale(b) {
        return refuse("scale");
    }
    for key in ["input_norm", "margin"] {
        match (&a[key], &b[key]) {
            (Json::Null, Json::Null) => {}
            (a, b) => {
                same_keys(key, a, b)?;
                if set(&a["lo"], &a["hi"]) != set(&b["lo"], &b["hi"]) {
                    return refuse(key);
                }
            }
        }
    }
    Ok(())
}

/// A decimal, a hexadecimal float or a fraction.
fn decimal(text: &str) -> Option<Rational> {
    if let Some((p, q)) = text.split_once('/') {
        let q = decimal(q)?;
        return (q != 0).then(|| decimal(p).map(|p| p / q))?;
    }
    if text.contains('x') {
        return number(text);
    }
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let all: Integer = format!("{whole}{rest}").parse().ok()?;
    Some(Rational::from((
        all,
        Integer::from(Integer::u_pow_u(10, rest.len() as u32)),
    )))
}

fn result(r: &Json, o: &Json, same_delta: bool) -> Verdict {
    same_keys("result", r, o)?;
    for key in [
        "status",
        "bounds",
        "source",
        "assumptions",
        "notes",
        "verdict",
    ] {
        same(key, &r[key], &o[key])?;
    }
    // A weaker value may have other digits.
    let digits = |x: &Json| x["value"]["at_most"].as_str().map(str::to_owned);
    match (
        digits(r).and_then(|x| decimal(&x)),
        digits(o).and_then(|x| decimal(&x)),
    ) {
        (Some(a), Some(b)) if a == b && same_delta => {
            same("statement", &r["statement"], &o["statement"])?
        }
        (Some(a), Some(b)) if a >= b => {}
        _ if digits(r) == digits(o) && same_delta => {
            same("statement", &r["statement"], &o["statement"])?
        }
        _ => return refuse("at_most"),
    }
    same_keys("value", &r["value"], &o["value"])?;
    if !ends_contain(&r["value"], &o["value"]) || !ends_contain(&r["floor"], &o["floor"]) {
        return refuse("the value or the floor is another");
    }
    same_keys("floor", &r["floor"], &o["floor"])?;
    measurements(&r["measurements"], &o["measurements"])?;
    same_keys("chosen", &r["chosen"], &o["chosen"])?;
    for name in o["chosen"].as_object().ok_or("chosen")?.keys() {
        let x = |c: &Json| c.as_str().and_then(number);
        if x(&r["chosen"][name]).is_none() || x(&r["chosen"][name]) != x(&o["chosen"][name]) {
            return refuse("a free parameter is another");
        }
    }
    grid(&r["grid"], &o["grid"])?;
    same_keys("counts", &r["counts"], &o["counts"])?;
    for (name, n) in o["counts"].as_object().ok_or("counts")? {
        count(&r["counts"][name], n)?;
    }
    Ok(())
}

fn grid(a: &Json, b: &Json) -> Verdict {
    let normal = |x: &Json| -> Verdict<Vec<Vec<(String, String)>>> {
        let entry = |g: &Json| -> Verdict<Vec<(String, String)>> {
            let mut all = Vec::new();
            for (k, v) in g.as_object().ok_or("a grid entry is no object")? {
                let v = match (k.as_str(), v.as_str()) {
                    ("value" | "reference", Some(text)) => {
                        number(text).ok_or("a grid value")?.to_string()
                    }
                    ("weight", Some(text)) => decimal(text).ok_or("a weight")?.to_string(),
                    _ => v.to_string(),
                };
                all.push((k.clone(), v));
            }
            all.sort();
            Ok(all)
        };
        let mut all = x
            .as_array()
            .ok_or("no grid")?
            .iter()
            .map(entry)
            .collect::<Verdict<Vec<_>>>()?;
        all.sort();
        Ok(all)
    };
    if normal(a)? == normal(b)? {
        Ok(())
    } else {
        refuse("the grid is another")
    }
}

/// An operation with what it works on: sets of operands, and parameters.
type Fact = (String, Vec<Option<Set>>, Vec<String>);

/// The facts that the steps state, and the set of each.
fn facts(r: &Json, shared: &Json) -> Verdict<Vec<(Fact, Option<Set>)>> {
    let leaf = |kind: &str, name: &str| -> Option<Option<Set>> {
        match kind {
            "measured" => None,
            "grid" => {
                let g = r["grid"].as_array()?.iter().find(|g| g["name"] == name)?;
                let x = number(g["value"].as_str()?)?;
                Some(Some((x.clone(), x)))
            }
            "chosen" => {
                let x = number(r["chosen"][name].as_str()?)?;
                Some(Some((x.clone(), x)))
            }
            "count" => {
                let n = |k: &str| r["counts"][name][k].as_u64().map(Rational::from);
                Some(Some((n("lo")?, n("hi")?)))
            }
            _ => None,
        }
    };
    let mut sets: Vec<Option<Set>> = Vec::new();
    let mut all = Vec::new();
    for step in list(&r["program"], "steps")? {
        let step = step.as_array().ok_or("a step is no list")?;
        let kind = step
            .first()
            .and_then(Json::as_str)
            .ok_or("a step without a kind")?;
        let text = |i: usize| step.get(i).and_then(Json::as_str);
        let (fact, value) = match kind {
            "measured" => {
                let name = text(1).ok_or("a name")?;
                let of = |all: &Json| {
                    let all = all.as_array()?;
                    let m = all.iter().find(|m| m["name"] == name)?;
                    set(&m["lo"], &m["hi"])
                };
                let value = of(&r["measurements"]).or_else(|| of(shared));
                let value = value.ok_or("no such measurement")?;
                ((kind.to_owned(), vec![], vec![name.to_owned()]), value)
            }
            "grid" | "chosen" | "count" => {
                let name = text(1).ok_or("a name")?;
                let value = leaf(kind, name).ok_or("no such leaf")?;
                ((kind.to_owned(), vec![], vec![name.to_owned()]), value)
            }
            _ => {
                let last = step.last().and_then(Json::as_str).and_then(word);
                let value = last.ok_or("a step without an enclosure")?;
                let middle = &step[1..step.len() - 1];
                let (operands, parameters) = match kind {
                    "given" | "constant" | "ln_binomial" => (0, middle.len()),
                    "powi" | "chi_upper_quantile" => (1, middle.len().saturating_sub(1)),
                    _ => (middle.len(), 0),
                };
                let place = |x: &Json| -> Option<Option<Set>> {
                    sets.get(usize::try_from(x.as_u64()?).ok()?).cloned()
                };
                let of = middle
                    .iter()
                    .take(operands)
                    .map(place)
                    .collect::<Option<Vec<_>>>();
                let mut of = of.ok_or("an operand that is no earlier step")?;
                if matches!(kind, "add" | "mul" | "min" | "max") {
                    of.sort();
                }
                let parameters: Vec<String> = middle[middle.len() - parameters..]
                    .iter()
                    .map(ToString::to_string)
                    .collect();
                let mut parameters = parameters;
                if let ("ln_binomial", [n, k]) = (kind, middle)
                    && let (Some(n), Some(k)) = (n.as_u64(), k.as_u64())
                {
                    // C(n,k) = C(n,n-k)
                    parameters = vec![n.to_string(), k.min(n.saturating_sub(k)).to_string()];
                }
                ((kind.to_owned(), of, parameters), value)
            }
        };
        sets.push(value.clone());
        all.push((fact, value));
    }
    Ok(all)
}

/// The exact image of arithmetic.
fn image((kind, of, parameters): &Fact) -> Option<Set> {
    let of: Vec<&Set> = of.iter().map(Option::as_ref).collect::<Option<_>>()?;
    let hull = |mut all: Vec<Rational>| {
        all.sort();
        Some((all.first()?.clone(), all.last()?.clone()))
    };
    let corners = |f: &dyn Fn(&Rational, &Rational) -> Rational| {
        let [a, b] = of[..] else { return None };
        hull(vec![
            f(&a.0, &b.0),
            f(&a.0, &b.1),
            f(&a.1, &b.0),
            f(&a.1, &b.1),
        ])
    };
    let clone = |x: &Rational| x.clone();
    match (kind.as_str(), &of[..]) {
        ("add", _) => corners(&|x, y| clone(x) + y),
        ("sub", _) => corners(&|x, y| clone(x) - y),
        ("mul", _) => corners(&|x, y| clone(x) * y),
        ("div", [_, b]) if b.0 > 0 || b.1 < 0 => corners(&|x, y| clone(x) / y),
        ("min", _) => corners(&|x, y| clone(x).min(clone(y))),
        ("max", _) => corners(&|x, y| clone(x).max(clone(y))),
        ("neg", [a]) => Some((-clone(&a.1), -clone(&a.0))),
        ("ceil", [a]) => Some((clone(&a.0).ceil(), clone(&a.1).ceil())),
        ("powi", [a]) => {
            let n: u32 = parameters.first()?.parse().ok()?;
            let power = |x: &Rational| (0..n.min(64)).fold(Rational::from(1), |p, _| p * x);
            (a.0 >= 0).then(|| (power(&a.0), power(&a.1)))
        }
        ("constant", []) => {
            let x = decimal(parameters[0].trim_matches('"'))?;
            Some((x.clone(), x))
        }
        _ => None,
    }
}

fn program(r: &Json, o: &Json, [own, original]: [&Json; 2]) -> Verdict {
    let (p, q) = (&r["program"], &o["program"]);
    same_keys("program", p, q)?;
    if !p["precision"].is_u64() {
        return refuse("precision");
    }
    let known = facts(o, original).map_err(|e| format!("the original: {e}"))?;
    let stated = facts(r, own)?;
    let mut table: HashMap<&Fact, &Option<Set>> = HashMap::new();
    for (fact, value) in &known {
        table.insert(fact, value);
    }
    for (i, (fact, value)) in stated.iter().enumerate() {
        let implied = table
            .get(fact)
            .is_some_and(|original| contains(value, original))
            || image(fact).is_some_and(|exact| contains(value, &Some(exact)));
        if !implied {
            return refuse(format!("step {i} ({})", fact.0));
        }
    }
    let at = |all: &[(Fact, Option<Set>)], x: &Json| -> Verdict<Option<Set>> {
        let i = x.as_u64().and_then(|i| usize::try_from(i).ok());
        let found = i.and_then(|i| all.get(i)).map(|(_, value)| value.clone());
        found.ok_or_else(|| "an output is no step".into())
    };
    let output = |what: &str, a: &Json, b: &Json| -> Verdict {
        if contains(&at(&stated, a)?, &at(&known, b)?) {
            Ok(())
        } else {
            refuse(format!("output {what}"))
        }
    };
    for group in ["inputs", "derived", "terms"] {
        same_keys(group, &p[group], &q[group])?;
        for (name, b) in q[group].as_object().ok_or("outputs")? {
            let a = &p[group][name];
            match (a.as_array(), b.as_array()) {
                (Some(a), Some(b)) if a.len() == b.len() => {
                    a.iter().zip(b).try_for_each(|(a, b)| output(name, a, b))?;
                }
                (None, None) => output(name, a, b)?,
                _ => return refuse(format!("output {name}: another shape")),
            }
        }
    }
    output("value", &p["value"], &q["value"])
}
