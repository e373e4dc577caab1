use crate::common::number::{Range, decimal, range};
use crate::common::run::start;
use crate::common::schema::validate;
use crate::common::world::World;
use serde_json::{Value as Json, json};

const KL: &str = "pac-bayes/kl:sharp";
/// Bounds nothing.
const MEASURE: &str = "long-sedghi-2020:as-printed";

/// Good inputs for every form of every bound.
fn examples() -> Vec<(&'static str, Json)> {
    let gibbs = json!({ "m": 1000, "delta": 0.05, "kl": 3.7, "empirical_loss": 0.1 });
    let mut catoni = gibbs.clone();
    catoni["c"] = json!(0.5);
    let thirteen = json!({
        "m": 50000, "delta": 0.05, "margin_loss": 0.1, "sparse_loss": [0.01, 0],
        "sparse_loss_3": [0.02, "0.03"], "kl": [1, 2.5, [3, 3.25]], "log_inverse_weight": 4,
    });
    let single = json!({
        "m": 50000, "delta": 0.05, "tau": 0.001, "unsafe_fraction": 0.1, "kl": 12,
        "log_inverse_weight": 20,
    });
    let gridded = |radius: &str, more: Json| {
        let mut x = json!({
            "m": 50000, "delta": 0.05, "ramp_loss": 0.1, "layers": 3, "classes": 10, "q0": 1.5,
            "b": 1.25,
        });
        x[radius] = json!(7.25);
        for (name, value) in more.as_object().unwrap() {
            x[name] = value.clone();
        }
        x
    };
    let energy = json!({ "input_energy": 4.5 });
    let chevet = json!({ "path_energy": 4.5, "operator_energy": 2.5 });
    let graf = |name: &str, value: Json| {
        let mut x = json!({
            "m": 50000, "delta": 0.05, "ramp_loss": 0.1, "gamma": 0.75, "input_energy": 0.5,
            "lipschitz": [1.25, 0.5], "distance_21": [0.7, 0], "log_inverse_weight": 4,
        });
        x[name] = value;
        x
    };
    let norm_based = [
        (
            "galanti-2023/as-released:as-printed",
            json!({
                "m": 50000, "delta": 0.001, "rho": 7.25, "layers": 3, "classes": 10,
                "fan_in": [9, 9], "max_position_energy": 0.5,
            }),
        ),
        (
            "galanti-2023/sound:sound",
            json!({
                "m": 50000, "delta": 0.05, "margin_loss": 0.1, "rho_over_gamma": 7.25, "layers": 3,
                "classes": 10, "fan_in": [9, 9, 100], "max_chain": 0.5,
            }),
        ),
        (
            "galanti-2023/path-energy:sharp",
            gridded("rho_over_gamma", json!({ "path_energy": 4.5 })),
        ),
        (
            "galanti-2023/chevet:sharp",
            gridded("rho_over_gamma", chevet),
        ),
        (
            "galanti-2023/path-norm:sharp",
            gridded(
                "phi_over_gamma",
                json!({ "leaves": 784, "max_position_energy": 0.5 }),
            ),
        ),
        (
            "golowich-2018/frobenius:as-printed",
            gridded("rho_over_gamma", energy.clone()),
        ),
        (
            "neyshabur-2015/frobenius:as-printed",
            gridded("rho_over_gamma", energy),
        ),
        (
            "golowich-2018/l1-inf:as-printed",
            gridded(
                "norm_over_gamma",
                json!({ "inputs": 784, "max_coordinate_energy": 0.5 }),
            ),
        ),
        (
            "bartlett-2017:as-printed",
            json!({
                "m": 50000, "delta": 0.05, "ramp_loss": 0.1, "gamma": 0.75, "input_energy": 0.5,
                "spectral": [1.25, 0.5], "distance_21": [0.7, 0], "width": 784,
                "log_inverse_weight": 4,
            }),
        ),
        (
            "neyshabur-2018:as-printed",
            json!({
                "m": 50000, "delta": 0.05, "margin_loss": 0.1, "gamma": 0.75, "input_norm": 0.5,
                "spectral": [1.25, 0.5], "frobenius": [2, 0.7], "width": 784,
                "log_inverse_weight": 4,
            }),
        ),
        ("graf-2022/norms:as-printed", graf("width", json!(1000))),
        (
            "graf-2022/params:as-printed",
            graf("parameters", json!([1000, 90])),
        ),
        (
            "ledent-2021:as-printed",
            json!({
                "m": 50000, "delta": 0.05, "ramp_loss": 0.1, "capacity": 0.25, "cover": 12.5,
                "width": 784, "log_inverse_weight": 4,
            }),
        ),
        (
            "gonon-2024/path-norm:as-printed",
            json!({
                "m": 50000, "ramp_loss": 0.1, "path_norm_over_gamma": 7.25, "layers": 3,
                "inputs": 784, "classes": 10, "input_bound": 1.25, "pools": 1, "pool_kernel": 4,
            }),
        ),
        (
            MEASURE,
            json!({
                "m": 50000, "delta": 0.05, "parameters": 1000, "distance": 1.5, "lipschitz": 2.5,
            }),
        ),
    ];
    let others = vec![
        (
            "muthukumar-sulam-2023/theorem-13:as-printed",
            thirteen.clone(),
        ),
        ("muthukumar-sulam-2023/theorem-13:sound", thirteen.clone()),
        ("muthukumar-sulam-2023/theorem-13:sharp", thirteen.clone()),
        ("muthukumar-sulam-2023/theorem-11:as-printed", thirteen),
        ("muthukumar-sulam-2023/single-shot:sharp", single),
        ("pac-bayes/kl:as-printed", gibbs.clone()),
        ("pac-bayes/kl:sharp", gibbs.clone()),
        ("pac-bayes/mcallester:as-printed", gibbs.clone()),
        ("pac-bayes/mcallester:sharp", gibbs),
        ("pac-bayes/catoni:as-printed", catoni),
        (
            "test-set/clopper-pearson:as-printed",
            json!({ "m": 1000, "delta": 0.05, "errors": 93 }),
        ),
    ];
    others.into_iter().chain(norm_based).collect()
}

#[track_caller]
fn evaluate(w: &World, bound: &str, inputs: &Json, more: &[&str]) -> Json {
    w.write("in.json", inputs.to_string().as_bytes());
    let args = [&["evaluate", bound, "--inputs", "in.json", "--json"], more].concat();
    w.run(&args).ended(0).json()
}

#[track_caller]
fn value(w: &World, bound: &str, inputs: &Json) -> Range {
    range(&evaluate(w, bound, inputs, &[])["value"])
}

fn schema(w: &World, name: &str) -> Json {
    w.run(&["schema", name]).ended(0).json()
}

#[test]
fn every_bound_keeps_the_contract() {
    let w = World::new();
    let (schema, inputs_schema) = (schema(&w, "evaluate"), schema(&w, "inputs"));
    for (bound, inputs) in examples() {
        validate(&inputs_schema, &inputs).unwrap();
        let found = evaluate(&w, bound, &inputs, &[]);
        validate(&schema, &found).unwrap_or_else(|e| panic!("{bound}: {e}"));
        let (id, form) = bound.split_once(':').unwrap();
        assert_eq!(
            (found["bound"].as_str(), found["form"].as_str()),
            (Some(id), Some(form))
        );
        let value = range(&found["value"]);
        let verdict = match bound {
            MEASURE => Json::Null,
            _ => json!(value.lo >= 1),
        };
        assert_eq!(found["vacuous"], verdict, "{bound}");
        let terms = found["terms"].as_object().unwrap();
        assert!(!terms.is_empty() || id.starts_with("test-set"), "{bound}");
        terms.values().for_each(|t| drop(range(t)));
        // A point, or a sum with the one range [3, 3.25] under a root.
        let width = value.relative_width();
        let narrow = if id.contains("/theorem-1") {
            0.01
        } else {
            1e-30
        };
        assert!(width < narrow, "{bound}: {width:e}");
    }
}

#[test]
fn the_same_document_with_a_defect_is_invalid() {
    let w = World::new();
    let schema = schema(&w, "evaluate");
    let (bound, inputs) = &examples()[0];
    let good = evaluate(&w, bound, inputs, &[]);
    for name in ["bound", "form", "value", "terms", "vacuous", "assumptions"] {
        let mut bad = good.clone();
        bad.as_object_mut().unwrap().remove(name);
        assert!(validate(&schema, &bad).is_err(), "{name} is required");
        let mut bad = good.clone();
        bad[name] = json!(3.5);
        assert!(validate(&schema, &bad).is_err(), "{name} is no number");
    }
    for (name, defect) in [
        ("lo", json!(0.5)),
        ("hi", json!("0,5")),
        ("mid", json!("0.5")),
    ] {
        let mut bad = good.clone();
        bad["value"][name] = defect;
        assert!(validate(&schema, &bad).is_err(), "{name}");
    }
}

#[test]
fn known_values() {
    let w = World::new();
    // No errors on m samples: 1 - delta^(1/m).
    let found = value(
        &w,
        "test-set/clopper-pearson",
        &json!({ "m": 2, "delta": 0.25, "errors": 0 }),
    );
    assert!(found.lo <= decimal("0.5") && decimal("0.5") <= found.hi && found.width() < 1e-30);
    let at = |kl: f64| {
        let inputs = json!({ "m": 400, "delta": 0.05, "kl": kl, "empirical_loss": 0.1 });
        value(&w, KL, &inputs)
    };
    assert!(at(1.0).hi < at(2.0).lo);
    // kl(0 | p) = -ln(1-p), so p = 1 - (delta/(2 sqrt m))^(1/m) = 1 - (1/16)^(1/4).
    let inputs = json!({ "m": 4, "delta": 0.25, "kl": 0, "empirical_loss": 0 });
    let found = value(&w, "pac-bayes/kl:as-printed", &inputs);
    assert!((found.hi_f64() - 0.5).abs() < 1e-15, "{found:?}");
    assert!(found.lo <= decimal("0.5") && decimal("0.5") <= found.hi);
}

#[test]
fn ways_to_write_the_same_number() {
    let w = World::new();
    let with = |kl: &str| -> Json {
        let text = format!(r#"{{"m": 400, "delta": 0.05, "kl": {kl}, "empirical_loss": 0.1}}"#);
        serde_json::from_str(&text).unwrap()
    };
    let exact = evaluate(&w, KL, &with("3.25"), &[]);
    for same in [
        "3.250",
        "325e-2",
        "0.325E+1",
        "\"3.25\"",
        "\" 3.25 \"",
        "\"+3.25\"",
        "\"0x3.4\"",
        "\"0x1.ap1\"",
        "\"0X1.AP+1\"",
        "[3.25, 3.25]",
        "[\"3.25\", 3.25]",
        "{\"lo\": \"3.25\", \"hi\": \"0x1.ap1\"}",
        "{\"hi\": 3.25, \"lo\": 3.25}",
    ] {
        assert_eq!(evaluate(&w, KL, &with(same), &[]), exact, "{same}");
    }
    let exact = range(&exact["value"]);
    for wider in [
        "[3.25, 3.5]",
        "[3, 3.25]",
        "[\"3\", \"0x1.cp1\"]",
        "{\"lo\": 3.2, \"hi\": 3.3}",
    ] {
        let wide = value(&w, KL, &with(wider));
        assert!(
            wide.contains(&exact) && wide.width() > exact.width(),
            "{wider}"
        );
    }
}

#[test]
fn a_number_is_the_decimal_written() {
    let w = World::new();
    // 0.1 is not a 64-bit float: were it read as one, these two could not be told apart.
    let with = |loss: &str| -> Range {
        let text = format!(r#"{{"m": 400, "delta": 0.05, "kl": 1, "empirical_loss": {loss}}}"#);
        value(&w, KL, &serde_json::from_str(&text).unwrap())
    };
    let tenth = with("0.1");
    let float = with("0.1000000000000000055511151231257827");
    assert!(tenth.hi < float.lo, "{tenth:?} {float:?}");
    assert_eq!(with("\"0.1\""), tenth);
    // More digits than the precision holds are enclosed, not rounded.
    let digits = format!("0.1{}1", "0".repeat(200));
    assert!(with(&digits).hi >= tenth.lo);
    assert!(with(&format!("[0.1, {digits}]")).contains(&tenth));
}

#[test]
fn a_range_contains_its_points() {
    let w = World::new();
    for (bound, inputs) in examples() {
        if bound.contains("/theorem-1") {
            continue;
        }
        let point = value(&w, bound, &inputs);
        for (name, x) in inputs.as_object().unwrap() {
            let (integer, Some(x)) = (x.is_u64(), x.as_f64()) else {
                continue; // a list
            };
            let ends = if integer {
                json!([x - 1.0, x + 2.0])
            } else {
                json!([x * 0.9, x * 1.1])
            };
            let mut wide = inputs.clone();
            wide[name] = ends;
            let found = value(&w, bound, &wide);
            assert!(found.contains(&point), "{bound} with a range of {name}");
            // And the ends of the range, and a point within.
            for end in 0..2 {
                let mut at = inputs.clone();
                at[name] = wide[name][end].clone();
                let at = value(&w, bound, &at);
                assert!(
                    found.widened(1e-30).contains(&at),
                    "{bound} at an end of {name}"
                );
            }
        }
    }
}

#[test]
fn precision_narrows() {
    let w = World::new();
    for (bound, inputs) in examples() {
        let at = |bits: &str| range(&evaluate(&w, bound, &inputs, &["--precision", bits])["value"]);
        let (coarse, normal, fine) = (at("53"), at("128"), at("400"));
        assert_eq!(
            normal,
            value(&w, bound, &inputs),
            "128 is the default: {bound}"
        );
        assert!(
            coarse.contains(&normal) && normal.contains(&fine),
            "{bound}"
        );
        assert!(coarse.relative_width() < 0.01, "{bound}");
    }
}

#[test]
fn the_highest_precision_ends() {
    let w = World::new();
    for (bound, inputs) in examples() {
        let found = evaluate(&w, bound, &inputs, &["--precision", "10000"]);
        assert!(
            found["value"]["hi"].as_str().unwrap().len() > 100,
            "{bound}"
        );
    }
}

#[test]
fn extreme_inputs_end() {
    let w = World::new();
    let gibbs = |m: &str, delta: &str, kl: &str, loss: &str| -> Json {
        serde_json::from_str(&format!(
            r#"{{"m": {m}, "delta": {delta}, "kl": {kl}, "empirical_loss": {loss}}}"#
        ))
        .unwrap()
    };
    for bound in [
        "pac-bayes/kl:as-printed",
        "pac-bayes/kl:sharp",
        "pac-bayes/mcallester:sharp",
    ] {
        for inputs in [
            gibbs("2", "0.05", "0", "0"),
            gibbs("2", "0.05", "1e300000000", "0"),
            gibbs("1e9", "0.05", "1e-300000000", "0.5"),
            gibbs("1e9", "1e-300000", "1", "1"),
            gibbs("1000", "\"0x1p-100000\"", "1", "1e-40000"),
            gibbs("1000", "0.999999999999999999999999999999", "1", "1"),
        ] {
            let found = evaluate(&w, bound, &inputs, &[]);
            let (lo, hi) = (&found["value"]["lo"], &found["value"]["hi"]);
            assert!(lo != "-inf" && hi != "inf", "{bound}: {inputs}: {found}");
        }
    }
}

#[test]
fn inputs_from_standard_input() {
    let w = World::new();
    let (bound, inputs) = &examples()[5];
    let args = ["evaluate", bound, "--inputs", "-", "--json"];
    let ran = start(w.folder.path(), &args, &inputs.to_string(), &[]).ended(0);
    assert_eq!(ran.json(), evaluate(&w, bound, inputs, &[]));
}

#[test]
fn a_vacuous_value_is_done_and_says_so() {
    let w = World::new();
    let inputs = json!({ "m": 10, "delta": 0.05, "kl": 1e6, "empirical_loss": 0.5 });
    let found = evaluate(&w, "pac-bayes/mcallester:sharp", &inputs, &[]);
    assert_eq!(found["vacuous"], true);
    let straddling = json!({ "m": 10, "delta": 0.05, "kl": [0, 1e6], "empirical_loss": 0 });
    let found = evaluate(&w, "pac-bayes/mcallester:sharp", &straddling, &[]);
    assert_eq!(found["vacuous"], Json::Null);
}

#[test]
fn a_measure_bounds_nothing_and_says_so() {
    let w = World::new();
    let (bound, inputs) = examples().into_iter().find(|e| e.0 == MEASURE).unwrap();
    let small = evaluate(&w, bound, &inputs, &[]);
    assert!(range(&small["value"]).hi < 1);
    assert_eq!(small["vacuous"], Json::Null);
    assert!(small["bounds"].as_str().unwrap().starts_with("nothing"));
    let words = w
        .run(&["evaluate", bound, "--inputs", "in.json"])
        .ended(0)
        .out;
    assert!(words.contains("bounds: nothing"), "{words}");
    // No sample size makes it say something.
    let mut open = inputs;
    open.as_object_mut().unwrap().remove("m");
    w.write("in.json", open.to_string().as_bytes());
    w.run(&["vacuity", bound, "--inputs", "in.json"])
        .refused(&["a bound", "a measure"]);
}

#[test]
fn an_expectation_and_a_refuted_formula_are_named() {
    let w = World::new();
    let named = |bound: &str| {
        let listed = w.run(&["bounds", bound, "--json"]).ended(0).json();
        listed[0]["bounds"].as_str().unwrap().to_owned()
    };
    assert!(named("gonon-2024/path-norm").starts_with("E_S P(margin <= 0)"));
    assert!(named("galanti-2023/as-released").ends_with("refuted, and it bounds nothing"));
    let listed = w
        .run(&["bounds", "galanti-2023/as-released", "--json"])
        .ended(0)
        .json();
    assert_eq!(listed[0]["status"], "refuted");
}

#[test]
fn words_say_the_same() {
    let w = World::new();
    let (bound, inputs) = &examples()[6];
    let found = evaluate(&w, bound, inputs, &[]);
    let words = w
        .run(&["evaluate", bound, "--inputs", "in.json"])
        .ended(0)
        .out;
    for end in ["lo", "hi"] {
        assert!(
            words.contains(found["value"][end].as_str().unwrap()),
            "{words}"
        );
    }
    assert!(words.contains("assumes: "), "{words}");
}
