use crate::common::number::decimal;
use crate::common::schema::validate;
use crate::common::world::World;
use serde_json::{Value as Json, json};

#[test]
fn every_bound_is_listed_in_full() {
    let w = World::new();
    let all = w.run(&["bounds", "--json"]).ended(0).json();
    let all = all.as_array().unwrap();
    let text = |json: &Json, name: &str| json[name].as_str().unwrap_or_default().to_owned();
    let listed: Vec<String> = all
        .iter()
        .map(|b| format!("{}:{}", text(b, "bound"), text(b, "form")))
        .collect();
    assert_eq!(
        listed,
        [
            "muthukumar-sulam-2023/theorem-13:as-printed",
            "muthukumar-sulam-2023/theorem-13:sound",
            "muthukumar-sulam-2023/theorem-13:sharp",
            "muthukumar-sulam-2023/theorem-11:as-printed",
            "muthukumar-sulam-2023/single-shot:sharp",
            "pac-bayes/kl:as-printed",
            "pac-bayes/kl:sharp",
            "pac-bayes/kl-monte-carlo:as-printed",
            "pac-bayes/mcallester:as-printed",
            "pac-bayes/mcallester:sharp",
            "pac-bayes/catoni:as-printed",
            "galanti-2023/as-released:as-printed",
            "galanti-2023/sound:sound",
            "galanti-2023/path-energy:sharp",
            "galanti-2023/chevet:sharp",
            "galanti-2023/path-norm:sharp",
            "golowich-2018/frobenius:as-printed",
            "neyshabur-2015/frobenius:as-printed",
            "golowich-2018/l1-inf:as-printed",
            "bartlett-2017:as-printed",
            "neyshabur-2018:as-printed",
            "graf-2022/norms:as-printed",
            "graf-2022/params:as-printed",
            "ledent-2021:as-printed",
            "gonon-2024/path-norm:as-printed",
            "long-sedghi-2020:as-printed",
            "test-set/clopper-pearson:as-printed",
        ]
    );
    for (bound, name) in all.iter().zip(&listed) {
        let status = text(bound, "status");
        let known = ["machine-checked", "proved here", "cited", "refuted"];
        assert!(known.contains(&status.as_str()), "{name}: {status}");
        for field in ["about", "bounds", "source", "proof"] {
            assert!(!text(bound, field).is_empty(), "{name}: {field}");
        }
        let assumptions = bound["assumptions"].as_array().unwrap();
        assert!(!assumptions.is_empty(), "{name}");
        assert!(
            assumptions
                .iter()
                .all(|a| a.as_str().is_some_and(|a| !a.is_empty()))
        );
        for input in bound["inputs"].as_array().unwrap() {
            for field in ["name", "unit", "domain", "about"] {
                assert!(!text(input, field).is_empty(), "{name}: {input}");
            }
            assert!(input["list"].is_boolean(), "{name}: {input}");
        }
        // The listing of one is the same as in the list of all, and is words too.
        assert_eq!(
            w.run(&["bounds", name, "--json"]).ended(0).json(),
            json!([bound])
        );
        let words = w.run(&["bounds", name]).ended(0).out;
        for part in [name, &status] {
            assert!(words.contains(part.as_str()), "{words}");
        }
    }
}

#[test]
fn names_and_lists_of_the_contract() {
    let w = World::new();
    let inputs = |bound: &str| -> Vec<(String, bool)> {
        let listed = w.run(&["bounds", bound, "--json"]).ended(0).json();
        let each = listed[0]["inputs"].as_array().unwrap().iter();
        each.map(|i| (i["name"].as_str().unwrap().into(), i["list"] == true))
            .collect()
    };
    let expected = |names: &[(&str, bool)]| -> Vec<(String, bool)> {
        names.iter().map(|(n, l)| (n.to_string(), *l)).collect()
    };
    let paid = ("log_inverse_weight", false);
    let common = [("m", false), ("delta", false)];
    let with = |names: &[(&str, bool)]| expected(&[&common, names].concat());
    assert_eq!(
        inputs("muthukumar-sulam-2023/theorem-13"),
        with(&[
            ("margin_loss", false),
            ("sparse_loss", true),
            ("sparse_loss_3", true),
            ("kl", true),
            paid
        ])
    );
    assert_eq!(
        inputs("muthukumar-sulam-2023/single-shot"),
        with(&[
            ("tau", false),
            ("unsafe_fraction", false),
            ("kl", false),
            paid
        ])
    );
    let gibbs = [("kl", false), ("empirical_loss", false), paid];
    assert_eq!(inputs("pac-bayes/kl"), with(&gibbs));
    assert_eq!(inputs("pac-bayes/mcallester"), with(&gibbs));
    assert_eq!(
        inputs("pac-bayes/kl-monte-carlo"),
        with(&["kl", "mc_mean", "mc_samples", "delta_mc"].map(|n| (n, false)))
    );
    assert_eq!(
        inputs("pac-bayes/catoni"),
        with(&[&gibbs[..], &[("c", false)]].concat())
    );
    let scalars = |names: &[&'static str]| -> Vec<(&'static str, bool)> {
        names.iter().map(|n| (*n, false)).collect()
    };
    let energies = ["layers", "classes", "path_energy"];
    let sparse = ["ramp_loss", "rho_over_gamma"];
    assert_eq!(
        inputs("galanti-2023/as-released"),
        with(&[
            ("rho", false),
            ("layers", false),
            ("classes", false),
            ("fan_in", true),
            ("max_position_energy", false)
        ])
    );
    assert_eq!(
        inputs("galanti-2023/sound"),
        with(&[
            ("margin_loss", false),
            ("rho_over_gamma", false),
            ("layers", false),
            ("classes", false),
            ("fan_in", true),
            ("max_chain", false)
        ])
    );
    assert_eq!(
        inputs("galanti-2023/path-energy"),
        with(&scalars(&[&sparse[..], &energies, &["q0", "b"]].concat()))
    );
    assert_eq!(
        inputs("galanti-2023/chevet"),
        with(&scalars(
            &[&sparse[..], &energies, &["operator_energy", "q0", "b"]].concat()
        ))
    );
    let layered = |first: &[&'static str], lists: &[&'static str], last: &[&'static str]| {
        let lists: Vec<_> = lists.iter().map(|n| (*n, true)).collect();
        with(&[scalars(first), lists, scalars(last), vec![paid]].concat())
    };
    assert_eq!(
        inputs("bartlett-2017"),
        layered(
            &["ramp_loss", "gamma", "input_energy"],
            &["spectral", "distance_21"],
            &["width"]
        )
    );
    assert_eq!(
        inputs("graf-2022/params"),
        layered(
            &["ramp_loss", "gamma", "input_energy"],
            &["lipschitz", "distance_21", "parameters"],
            &[]
        )
    );
    assert_eq!(
        inputs("gonon-2024/path-norm"),
        expected(&scalars(&[
            "m",
            "ramp_loss",
            "path_norm_over_gamma",
            "layers",
            "inputs",
            "classes",
            "input_bound",
            "pools",
            "pool_kernel"
        ]))
    );
    let test_set = [("m", false), ("errors", false), ("delta", false)];
    assert_eq!(inputs("test-set/clopper-pearson"), expected(&test_set));
}

#[test]
fn schemas_are_printed_and_use_what_the_validator_knows() {
    let w = World::new();
    for name in [
        "inputs",
        "evaluate",
        "certify",
        "certificate",
        "measure",
        "verify",
        "audit",
        "vectors",
        "conform",
        "lock",
        "lock-check",
    ] {
        let schema = w.run(&["schema", name]).ended(0).json();
        assert!(
            schema["$schema"].is_string() && schema["title"].is_string(),
            "{name}"
        );
        // Not a document of that kind, but the schema is understood.
        let defect = validate(&schema, &json!(3)).unwrap_err();
        assert!(defect.starts_with('$'), "{name}: {defect}");
    }
}

#[test]
fn the_validator_refuses_what_it_does_not_know() {
    let refuses = |schema: Json, part: &str| {
        let defect = validate(&schema, &json!({})).unwrap_err();
        assert!(defect.contains(part), "{defect}");
    };
    refuses(json!({ "minimum": 3 }), "unsupported keyword \"minimum\"");
    let unused = json!({ "properties": { "a": { "items": { "format": "date" } } } });
    refuses(unused, "unsupported keyword \"format\"");
    refuses(json!({ "$defs": { "a": { "oneOf": [] } } }), "\"oneOf\"");
    refuses(json!({ "anyOf": [{}, { "not": {} }] }), "\"not\"");
    refuses(
        json!({ "additionalProperties": { "pattern": "^a$" } }),
        "unsupported pattern",
    );
    refuses(json!({ "$ref": "#/$defs/none" }), "no such definition");
    refuses(json!({ "items": 3 }), "not a schema");
}

#[test]
fn the_validator_tells_good_from_bad() {
    let schema = json!({
        "type": "object", "required": ["a"], "additionalProperties": false,
        "properties": {
            "a": { "$ref": "#/$defs/number" },
            "b": { "type": ["integer", "null"] },
            "c": { "type": "array", "items": { "enum": [1, "x"] }, "minItems": 1, "maxItems": 2 },
            "d": { "anyOf": [{ "const": 3 }, { "type": "string", "pattern": "^[0-9a-f]{64}$" }] },
        },
        "$defs": { "number": {
            "type": "string", "pattern": "^(-?inf|-?[0-9]+(\\.[0-9]+)?(e-?[0-9]+)?)$",
        } },
    });
    let sha = "0123456789abcdef".repeat(4);
    for a in ["0", "-inf", "inf", "-12.50", "1e-9", "1.5e300"] {
        validate(&schema, &json!({ "a": a })).unwrap();
    }
    for a in [
        "", "-", ".5", "5.", "1e", "1e+5", "nan", "--1", "1.2.3", "1e5e5", "infinity",
    ] {
        assert!(validate(&schema, &json!({ "a": a })).is_err(), "{a}");
    }
    for more in [
        json!({ "b": 3 }),
        json!({ "b": null }),
        json!({ "c": [1, "x"] }),
        json!({ "d": 3 }),
        json!({ "d": sha }),
    ] {
        let mut document = more.clone();
        document["a"] = "1".into();
        validate(&schema, &document).unwrap();
        assert!(validate(&schema, &more).is_err(), "a is required: {more}");
    }
    for more in [
        json!({ "b": 3.5 }),
        json!({ "b": "3" }),
        json!({ "c": [] }),
        json!({ "c": [1, 1, 1] }),
        json!({ "c": [2] }),
        json!({ "c": 1 }),
        json!({ "d": 4 }),
        json!({ "d": sha.to_uppercase() }),
        json!({ "e": 1 }),
    ] {
        let mut document = more.clone();
        document["a"] = "1".into();
        assert!(validate(&schema, &document).is_err(), "{more}");
    }
}

#[test]
fn help_and_version_are_no_errors() {
    let w = World::new();
    assert!(w.run(&["--version"]).ended(0).out.starts_with("gapcert "));
    let help = w.run(&["--help"]).ended(0).out;
    for part in [
        "certify",
        "evaluate",
        "vacuity",
        "activity",
        "bounds",
        "Exit codes",
        "undetermined",
    ] {
        assert!(help.contains(part), "{part}: {help}");
    }
    for command in [
        "certify", "evaluate", "vacuity", "activity", "bounds", "schema", "verify",
    ] {
        assert!(w.run(&[command, "--help"]).ended(0).out.contains("Usage"));
    }
}

const KL: &str = "pac-bayes/kl:sharp";

#[test]
fn vacuity_brackets_the_last_value() {
    let w = World::new();
    let vacuity = |inputs: &str, more: &[&str]| {
        w.write("v.json", inputs.as_bytes());
        w.run(&[&["vacuity", KL, "--inputs", "v.json"], more].concat())
    };
    let found = vacuity(
        r#"{"m": 1000, "delta": 0.05, "empirical_loss": 0.1}"#,
        &["--target", "0.3", "--json"],
    )
    .ended(0)
    .json();
    assert_eq!(found["input"], "kl");
    assert_eq!(found["side"], "at most");
    assert_eq!(found["target"], "0.3");
    let end = |name: &str| found[name].as_str().unwrap().to_owned();
    let (inside, outside) = (end("below_target"), end("not_below_target"));
    assert!(decimal(&inside) < decimal(&outside));
    let value = |kl: &str| {
        w.write(
            "e.json",
            format!(r#"{{"m": 1000, "delta": 0.05, "empirical_loss": 0.1, "kl": "{kl}"}}"#)
                .as_bytes(),
        );
        w.run(&["evaluate", KL, "--inputs", "e.json", "--json"])
            .ended(0)
            .json()
    };
    let end = |json: &Json, name: &str| decimal(json["value"][name].as_str().unwrap());
    assert!(end(&value(&inside), "hi") < decimal("0.3"));
    assert!(end(&value(&outside), "lo") >= decimal("0.3"));
    // The sample size it takes, which is an integer.
    let inputs = r#"{"delta": 0.05, "empirical_loss": 0.1, "kl": 10}"#;
    let found = vacuity(inputs, &["--target", "0.2", "--json"])
        .ended(0)
        .json();
    assert_eq!(found["side"], "at least");
    let (m, less) = (&found["below_target"], &found["not_below_target"]);
    let gap = decimal(m.as_str().unwrap()) - decimal(less.as_str().unwrap());
    assert_eq!(gap, 1);
    let words = vacuity(inputs, &["--target", "1/5"]).ended(0).out;
    assert!(
        words.contains(&format!("m >= {}", m.as_str().unwrap())),
        "{words}"
    );
}

#[test]
fn vacuity_that_nothing_avoids_or_that_stays_open() {
    let w = World::new();
    let vacuity = |inputs: &str, target: &str| {
        w.write("v.json", inputs.as_bytes());
        w.run(&[
            "vacuity", KL, "--inputs", "v.json", "--target", target, "--json",
        ])
    };
    let found = vacuity(
        r#"{"m": 1000, "delta": 0.05, "empirical_loss": 0.5}"#,
        "0.4",
    )
    .ended(1)
    .json();
    assert_eq!(found["below_target"], Json::Null);
    // So wide a range of losses that no kl is certainly on either side.
    let open = r#"{"m": 1000, "delta": 0.05, "empirical_loss": [0, 1]}"#;
    let found = vacuity(open, "1").ended(2).json();
    assert_eq!(found["below_target"], Json::Null);
}

#[test]
fn activity_is_a_curve_and_a_histogram() {
    let w = World::new();
    let base = [
        "activity",
        "model.safetensors",
        "--data",
        "data",
        "--indices",
        "sample.npy",
    ];
    let args = [
        &base[..],
        &["--eps", "1e-6,1e-3,1", "--bins", "8", "--json"],
    ]
    .concat();
    let found = w.run(&args).ended(0).json();
    assert_eq!(found["m"], 500);
    assert_eq!(found["dims"], json!([6, 8, 3]));
    let mean = found["mean"].as_array().unwrap();
    assert_eq!(mean.len(), 3);
    let mut last = decimal("0");
    for point in mean {
        let range = crate::common::number::range(&point["mean"]);
        assert!(
            last <= range.lo && range.hi <= 1,
            "grows with eps, at most 1: {point}"
        );
        last = range.hi;
    }
    let bins = found["histogram"]["bins"].as_array().unwrap();
    assert_eq!(bins.len(), 8);
    assert_eq!(bins.iter().map(|n| n.as_u64().unwrap()).sum::<u64>(), 500);
    let inputs = found["inputs"].as_object().unwrap();
    assert!(inputs.contains_key("model.safetensors") && inputs.contains_key("sample.npy"));
    assert!(w.run(&base).ended(0).out.contains("mean kappa"));
}

#[test]
fn activity_is_drawn() {
    let w = World::new();
    let base = ["activity", "model.safetensors", "--data", "data", "--svg"];
    w.run(&[&base[..], &["figure"]].concat()).ended(0);
    for name in ["figure-histogram.svg", "figure-mean.svg"] {
        let text = String::from_utf8(w.read(name)).unwrap();
        assert!(
            text.contains("<svg") && text.trim_end().ends_with("</svg>"),
            "{name}"
        );
    }
    let before = w.snapshot();
    w.run(&[&base[..], &["nope/figure"]].concat())
        .refused(&["nope/figure-histogram.svg: ", "no such folder"]);
    std::fs::create_dir(w.path("other-mean.svg")).unwrap();
    w.run(&[&base[..], &["other"]].concat())
        .refused(&["other-mean.svg: ", "a folder"]);
    assert!(w.snapshot() == before);
}

#[test]
fn the_demo_bounds_the_risk_it_knows() {
    let w = World::new();
    let report = w.run(&["demo", "-o", "demo", "--json"]).ended(0).json();
    let certificate: Json = serde_json::from_slice(&w.read("demo/certificate.json")).unwrap();
    let schema = w.run(&["schema", "certificate"]).ended(0).json();
    validate(&schema, &certificate).unwrap();
    let risk = crate::common::number::range(&report["exact_risk"]["value"]);
    for r in report["results"].as_array().unwrap() {
        if r["bounds"]
            .as_str()
            .unwrap()
            .contains("the error of the network")
        {
            let value = crate::common::number::range(&r["value"]);
            assert!(value.lo >= risk.hi, "{}:{}", r["bound"], r["form"]);
        }
    }
    // What it leaves can be certified again, with the same result.
    let args = [
        "certify",
        "demo/model.safetensors",
        "--data",
        "demo/sample",
        "--prior",
        "demo/prior.safetensors",
        "--json",
    ];
    assert_eq!(w.run(&args).ended(0).json()["results"], report["results"]);
    let again = w.run(&["demo", "-o", "again", "--json"]).ended(0).json();
    assert_eq!(again["results"], report["results"]);
    assert_eq!(
        w.read("again/model.safetensors"),
        w.read("demo/model.safetensors")
    );
    w.run(&["demo", "-o", "sample.npy"])
        .refused(&["sample.npy"]);
    w.run(&["demo", "--delta", "2"])
        .refused(&["--delta", "\"2\""]);
    assert!(!w.path("gapcert-demo").exists());
}
