//! What a certificate says is what the report says, and its programs derive it.

use crate::common::number::{Range, decimal, dyadic, dyadic_range, range, word};
use crate::common::schema::validate;
use crate::common::world::World;
use rug::Rational;
use serde_json::{Value as Json, json};

fn parse(w: &World, name: &str) -> Json {
    serde_json::from_slice(&w.read(name)).unwrap()
}

fn schema(w: &World, name: &str) -> Json {
    w.run(&["schema", name]).ended(0).json()
}

fn all(json: &Json) -> &Vec<Json> {
    json.as_array().unwrap()
}

/// Printed decimals enclose the dyadic set, and by hardly more.
#[track_caller]
fn same(printed: &Json, exact: &Range) {
    let printed = range(printed);
    assert!(printed.contains(exact), "{printed:?} {exact:?}");
    assert!(
        exact.widened(1e-36).contains(&printed),
        "{printed:?} {exact:?}"
    );
}

#[test]
fn the_certificate_says_what_the_report_says() {
    let w = World::new();
    let report = w.certify(&["--json", "-o", "cert.json"]).ended(0).json();
    let certificate = parse(&w, "cert.json");
    validate(&schema(&w, "certificate"), &certificate).unwrap();
    assert!(validate(&schema(&w, "certify"), &certificate).is_err());
    assert!(validate(&schema(&w, "certificate"), &report).is_err());
    assert_eq!(certificate["schema"], "gapcert-certificate/2");
    assert_eq!(certificate["delta"], "0.05");
    assert_eq!(certificate["sample"]["m"], report["m"]);
    assert_eq!(certificate["sample"]["errors"], report["sample_errors"]);
    assert_eq!(certificate["not_applicable"], report["not_applicable"]);
    let hashes = report["inputs"].as_object().unwrap();
    assert_eq!(all(&certificate["sources"]).len(), hashes.len());
    for source in all(&certificate["sources"]) {
        assert_eq!(source["sha256"], hashes[source["path"].as_str().unwrap()]);
    }
    for (c, r) in all(&certificate["results"])
        .iter()
        .zip(all(&report["results"]))
    {
        for name in ["bound", "form", "status", "bounds", "assumptions", "notes"] {
            assert_eq!(c[name], r[name]);
        }
        same(&r["value"], &dyadic_range(&c["value"]));
        // Of the floor 53 bits are written, rounded outward.
        let (printed, floor) = (range(&r["floor"]), dyadic_range(&c["floor"]));
        assert!(
            floor.widened(1e-36).contains(&printed),
            "{printed:?} {floor:?}"
        );
        assert!(
            printed.widened(1e-15).contains(&floor),
            "{printed:?} {floor:?}"
        );
        assert_eq!(c["counts"], r["parameters"]["counts"]);
        for (a, b) in all(&c["grid"]).iter().zip(all(&r["parameters"]["grid"])) {
            assert_eq!(a["name"], b["name"]);
            let weight = a["weight"].as_str().unwrap().parse::<Rational>().unwrap();
            let inverse = b["inverse_weight"]
                .as_str()
                .unwrap()
                .parse::<Rational>()
                .unwrap();
            assert_eq!(weight.recip(), inverse);
        }
        statement(c);
        program(c, r);
    }
}

fn statement(c: &Json) {
    let (bound, statement) = (
        c["bound"].as_str().unwrap(),
        c["statement"].as_str().unwrap(),
    );
    for part in [bound, c["form"].as_str().unwrap(), "at most"] {
        assert!(statement.contains(part), "{part}: {statement}");
    }
    let scope: &[&str] = match bound {
        "galanti-2023/as-released" | "long-sedghi-2020" => &["which bounds nothing"],
        "gonon-2024/path-norm" => &["samples of size 500", "expect"],
        _ => &["500 samples", "1 - 0.05"],
    };
    for part in scope {
        assert!(statement.contains(part), "{part}: {statement}");
    }
    let (_, stated) = statement.trim_end_matches('.').rsplit_once(' ').unwrap();
    assert_eq!(c["value"]["at_most"], stated);
    assert!(
        decimal(stated) >= dyadic_range(&c["value"]).hi,
        "{statement}"
    );
}

/// The steps are in order, the leaves are listed, and the outputs are the
/// report's.
fn program(c: &Json, r: &Json) {
    let (bound, program) = (&c["bound"], &c["program"]);
    let steps = all(&program["steps"]);
    let at = |place: &Json| {
        let step = &steps[place.as_u64().unwrap() as usize];
        step.as_array().unwrap().last().unwrap().as_str().unwrap()
    };
    let value = word(at(&program["value"]));
    assert_eq!(value, dyadic_range(&c["value"]), "{bound}");
    for (name, term) in r["terms"].as_object().unwrap() {
        let at_place = &program["terms"][name];
        let step = &steps[at_place.as_u64().unwrap() as usize];
        if step[0] != "measured" && step[0] != "grid" && step[0] != "chosen" {
            same(term, &word(at(at_place)));
        }
    }
    let parameters = &r["parameters"]["inputs"];
    for (name, input) in parameters.as_object().unwrap() {
        let place = &program["inputs"][name];
        assert_eq!(place.is_array(), input.is_array(), "{bound}: {name}");
    }
    for (i, step) in steps.iter().enumerate() {
        let kind = step[0].as_str().unwrap();
        let listed = |list: &Json| all(list).iter().any(|x| x["name"] == step[1]);
        match kind {
            "grid" => assert!(listed(&c["grid"]), "{bound}: {step}"),
            "chosen" => assert!(!c["chosen"][step[1].as_str().unwrap()].is_null(), "{step}"),
            "count" => assert!(!c["counts"][step[1].as_str().unwrap()].is_null(), "{step}"),
            "measured" | "given" | "constant" | "pi" | "ln_binomial" => {}
            _ => assert!(step[1].as_u64().unwrap() < i as u64, "{bound}: {step}"),
        }
    }
}

#[test]
fn every_measurement_used_is_listed_once() {
    let w = World::new();
    w.certify(&["-o", "cert.json"]).ended(0);
    let certificate = parse(&w, "cert.json");
    let names = |list: &Json| -> Vec<String> {
        let each = all(list).iter();
        each.map(|x| x["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let common = names(&certificate["measurements"]);
    let mut unique = common.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), common.len());
    for c in all(&certificate["results"]) {
        let own = names(&c["measurements"]);
        let known = |name: &Json| {
            let is = |n: &String| name == n.as_str();
            common.iter().any(is) || own.iter().any(is)
        };
        for step in all(&c["program"]["steps"]) {
            assert!(step[0] != "measured" || known(&step[1]), "{step}");
        }
        for coordinate in all(&c["grid"]) {
            let covers = &coordinate["covers"];
            if !covers.is_null() {
                assert!(known(covers), "{coordinate}");
                let list = all(&certificate["measurements"]).iter();
                let of = list.clone().find(|m| m["name"] == *covers).unwrap();
                let value = dyadic(coordinate["value"].as_str().unwrap());
                assert!(value >= dyadic_range(of).hi, "{coordinate}");
            }
        }
    }
}

#[test]
fn the_equations_can_be_read() {
    let w = World::new();
    let args = ["--bound", "pac-bayes/kl:sharp", "-o", "cert.json"];
    w.certify(&args).ended(0);
    let certificate = parse(&w, "cert.json");
    let equations = &certificate["results"][0]["formula"];
    for expected in [
        "log_inverse_weight = ln(",
        "complexity = (kl + ln_xi(m) - ln(delta) + log_inverse_weight) / m",
        "value = kl_inv(empirical_loss, complexity)",
    ] {
        let found = all(equations)
            .iter()
            .any(|e| e.as_str().unwrap().starts_with(expected));
        assert!(found, "{expected}: {equations}");
    }
    assert_eq!(certificate["results"][0]["verdict"], json!("not vacuous"));
}
