use crate::common::files::{npy, npz, safetensors};
use crate::common::number::range;
use crate::common::run::start;
use crate::common::schema::validate;
use crate::common::world::{D, HIDDEN, POINTS, PRIOR, STANDARD, World, weights};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

const M: usize = POINTS - PRIOR;

fn results(report: &Json) -> &Vec<Json> {
    report["results"].as_array().unwrap()
}

fn schema(w: &World, name: &str) -> Json {
    w.run(&["schema", name]).ended(0).json()
}

#[test]
fn the_report_keeps_the_contract() {
    let w = World::new();
    let report = w.certify(&["--json"]).ended(0).json();
    validate(&schema(&w, "certify"), &report).unwrap();
    assert_eq!(report["m"], M);
    assert_eq!(report["delta"], json!(0.05));
    assert_eq!(report["dims"], json!([6, 8, 3]));
    // Every bound but the baseline.
    assert_eq!(
        results(&report).len() + report["not_applicable"].as_array().unwrap().len(),
        25
    );
    for r in results(&report) {
        let name = format!("{}:{}", r["bound"], r["form"]);
        let (value, floor) = (range(&r["value"]), range(&r["floor"]));
        assert!(value.relative_width() < 1e-12, "{name}");
        // Without delta, as in an expectation, nothing is left at no loss.
        let without_delta = r["parameters"]["inputs"].get("delta").is_none();
        assert!(
            floor.lo <= value.hi && (floor.lo > 0 || without_delta),
            "{name}"
        );
        let verdict = if r["bound"] == "long-sedghi-2020" {
            None // a measure
        } else if value.hi < 1 {
            Some(false)
        } else {
            (value.lo >= 1).then_some(true)
        };
        assert_eq!(r["vacuous"], json!(verdict), "{name}");
        assert!(!r["assumptions"].as_array().unwrap().is_empty(), "{name}");
        r["terms"]
            .as_object()
            .unwrap()
            .values()
            .for_each(|t| drop(range(t)));
        for (what, count) in r["parameters"]["counts"].as_object().unwrap() {
            assert_eq!(count["undecided"], 0, "{name}: {what}");
            assert_eq!(count["lo"], count["hi"], "{name}: {what}");
        }
        for point in r["parameters"]["grid"].as_array().unwrap() {
            assert!(
                point["value"].as_str().unwrap().starts_with("0x"),
                "{name}: {point}"
            );
        }
    }
    // Errors of the sample, counted here.
    let best = |r: &Json| range(&r["value"]).hi;
    let least = results(&report).iter().map(best).min().unwrap();
    assert!(least < 1 && range(&report["sample_error"]).lo <= least);
}

#[test]
fn inputs_are_known_by_their_hashes() {
    let w = World::new();
    let report = w.certify(&["--json"]).ended(0).json();
    let inputs = report["inputs"].as_object().unwrap();
    let names: Vec<&str> = inputs.keys().map(String::as_str).collect();
    assert_eq!(names.len(), 8, "{names:?}");
    for name in [
        "model.safetensors",
        "prior.safetensors",
        "sample.npy",
        "prior.npy",
        "data/train-images-idx3-ubyte.gz",
        "data/train-labels-idx1-ubyte",
        "data/t10k-images-idx3-ubyte.gz",
        "data/t10k-labels-idx1-ubyte",
    ] {
        let hash: String = Sha256::digest(w.read(name))
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        assert_eq!(inputs[name], json!(hash), "{name}");
    }
}

#[test]
fn the_baseline_is_a_held_out_bound() {
    let w = World::new();
    let report = w
        .certify(&["--json", "--bound", "pac-bayes/kl"])
        .ended(0)
        .json();
    for (name, m) in [("prior_on_sample", M), ("network_on_test", 150)] {
        let found = &report["baseline"][name];
        assert_eq!(found["m"], m, "{name}");
        let errors = &found["errors"]["hi"];
        w.write(
            "in.json",
            json!({ "m": m, "errors": errors, "delta": "0.05" })
                .to_string()
                .as_bytes(),
        );
        let args = [
            "evaluate",
            "test-set/clopper-pearson",
            "--inputs",
            "in.json",
            "--json",
        ];
        assert_eq!(
            w.run(&args).ended(0).json()["value"],
            found["value"],
            "{name}"
        );
    }
    // Without a data prior and a test split there is nothing to compare with.
    w.write(
        "s.npz",
        &npz(&[
            ("x", npy(&[POINTS as u64, D as u64], &w.images)),
            ("y", npy(&[POINTS as u64], &w.labels)),
        ]),
    );
    let ran = w.run(&["certify", "model.safetensors", "--data", "s.npz", "--json"]);
    let report = ran.json();
    assert_eq!(
        report["baseline"],
        json!({ "prior_on_sample": null, "network_on_test": null })
    );
    validate(&schema(&w, "certify"), &report).unwrap();
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let w = World::new();
    let args = [&STANDARD[..], &["--json"]].concat();
    let once = w.run(&args).ended(0).out;
    for threads in ["1", "2", "7"] {
        let again = start(
            w.folder.path(),
            &args,
            "",
            &[("RAYON_NUM_THREADS", threads)],
        );
        assert!(again.ended(0).out == once, "{threads} threads");
    }
    let words = |threads| {
        let variables = [("RAYON_NUM_THREADS", threads)];
        start(w.folder.path(), &STANDARD, "", &variables)
            .ended(0)
            .out
    };
    assert_eq!(words("1"), words("2"));
}

#[test]
fn file_formats_make_no_difference() {
    let w = World::new();
    let reference = w.certify(&["--json"]).ended(0).json();
    let same = |args: &[&str]| {
        let report = w
            .run(&[&["certify"], args, &["--json"]].concat())
            .ended(0)
            .json();
        assert_eq!(report["results"], reference["results"], "{args:?}");
        assert_eq!(
            report["sample_errors"], reference["sample_errors"],
            "{args:?}"
        );
    };
    let rest = ["--prior", "prior.safetensors"];
    let with =
        |model, data, rows| [&[model, "--data", data, "--indices", rows][..], &rest].concat();
    same(&with("model.npz", "data", "sample.npy"));
    let lines: Vec<String> = (PRIOR..POINTS).map(|i| i.to_string()).collect();
    w.write("rows.txt", lines.join("\n").as_bytes());
    same(&with("model.safetensors", "data", "rows.txt"));
    let (n, d) = (POINTS as u64, D as u64);
    let (x, y) = (npy(&[n, d], &w.images), npy(&[n], &w.labels));
    w.write("s.npz", &npz(&[("x", x.clone()), ("y", y.clone())]));
    same(&with("model.safetensors", "s.npz", "sample.npy"));
    w.write("images.npy", &x).write("y.npy", &y);
    same(&with("model.safetensors", "images.npy", "sample.npy"));
    w.write("other.npy", &y);
    let args = with("model.safetensors", "images.npy", "sample.npy");
    same(&[&args[..], &["--labels", "other.npy"]].concat());
    // Wider numbers say nothing of the norm, unless one is given; the count of errors needs none.
    let rows: Vec<String> = w
        .images
        .chunks(D)
        .zip(&w.labels)
        .map(|(x, y)| {
            let mut row: Vec<String> = x.iter().map(u8::to_string).collect();
            row.push(y.to_string());
            row.join(",")
        })
        .collect();
    w.write("s.csv", rows.join("\n").as_bytes());
    let args = with("model.safetensors", "s.csv", "sample.npy");
    let args = [&["certify"], &args[..], &["--scale", "1/255", "--json"]].concat();
    let report = w.run(&args).ended(0).json();
    assert_eq!(
        report["sample_errors"]["hi"],
        reference["sample_errors"]["hi"]
    );
    let missing = report["not_applicable"].to_string();
    assert!(missing.contains("--input-norm"), "{missing}");
}

#[test]
fn a_result_is_its_formula_at_its_inputs() {
    let w = World::new();
    let report = w.certify(&["--json"]).ended(0).json();
    let inputs_schema = schema(&w, "inputs");
    for r in results(&report) {
        let name = format!(
            "{}:{}",
            r["bound"].as_str().unwrap(),
            r["form"].as_str().unwrap()
        );
        let inputs = &r["parameters"]["inputs"];
        validate(&inputs_schema, inputs).unwrap();
        w.write("in.json", inputs.to_string().as_bytes());
        let again = w
            .run(&["evaluate", &name, "--inputs", "in.json", "--json"])
            .ended(0)
            .json();
        for (what, ours, theirs) in [("value", &r["value"], &again["value"])].into_iter().chain(
            r["terms"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(n, t)| (n.as_str(), t, &again["terms"][n])),
        ) {
            let (ours, theirs) = (range(ours), range(theirs));
            // Printed inputs are outward, so the second enclosure holds the first;
            // both are those of the same number, so they hardly differ.
            assert!(theirs.widened(1e-36).contains(&ours), "{name}: {what}");
            assert!(ours.widened(1e-30).contains(&theirs), "{name}: {what}");
        }
        assert_eq!(again["vacuous"], r["vacuous"], "{name}");
        assert_eq!(again["status"], r["status"], "{name}");
        assert_eq!(again["assumptions"], r["assumptions"], "{name}");
    }
}

#[test]
fn chosen_bounds_in_the_order_asked_for() {
    let w = World::new();
    let args = [
        "--bound",
        "pac-bayes/kl:sharp",
        "--bound",
        "muthukumar-sulam-2023/theorem-13",
        "--json",
    ];
    let report = w.certify(&args).ended(0).json();
    let names: Vec<String> = results(&report)
        .iter()
        .map(|r| {
            format!(
                "{}:{}",
                r["bound"].as_str().unwrap(),
                r["form"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        names,
        [
            "pac-bayes/kl:sharp",
            "muthukumar-sulam-2023/theorem-13:sound"
        ]
    );
    assert_eq!(report["not_applicable"], json!([]));
    let all = w.certify(&["--json"]).ended(0).json();
    let same = results(&all)
        .iter()
        .find(|r| r["bound"] == "pac-bayes/kl" && r["form"] == "sharp");
    assert_eq!(same, Some(&results(&report)[0]));
}

#[test]
fn delta_in_any_notation() {
    let w = World::new();
    let run = |delta: &str| {
        w.certify(&["--delta", delta, "--bound", "pac-bayes/kl", "--json"])
            .ended(0)
            .out
    };
    let default = w
        .certify(&["--bound", "pac-bayes/kl", "--json"])
        .ended(0)
        .out;
    for same in ["0.05", "5e-2", "1/20", ".05"] {
        assert!(run(same) == default, "{same}");
    }
    let value =
        |text: &str| range(&serde_json::from_str::<Json>(text).unwrap()["results"][0]["value"]);
    assert!(value(&run("0.01")).lo > value(&default).hi);
    assert!(value(&run("1e-300")).lo > value(&default).hi);
}

#[test]
fn biases_count() {
    let w = World::new();
    let biased = [weights(), vec![("0.bias", vec![HIDDEN], vec![0.0; HIDDEN])]].concat();
    w.write("biased.safetensors", &safetensors(&biased));
    let run = |model: &str, more: &[&str]| {
        let base = [model, "--data", "data", "--indices", "sample.npy", "--json"];
        w.run(&[&["certify"], &base[..], more].concat()).json()
    };
    let (plain, folded) = (
        run("model.safetensors", &[]),
        run("biased.safetensors", &[]),
    );
    assert_eq!(plain["sample_errors"]["hi"], folded["sample_errors"]["hi"]);
    assert_eq!(folded["dims"], json!([D + 1, HIDDEN + 1, 3]));
    // sqrt 6 is what 6 pixels in [0,1] come to; a folded bias adds its constant 1 to it.
    let sound = ["--bound", "muthukumar-sulam-2023/theorem-13:sound"];
    let zeta = |report: &Json| range(&results(report)[0]["parameters"]["derived"]["zeta_0"]);
    let root_7 = zeta(&run("biased.safetensors", &sound));
    assert!((root_7.hi_f64() - 7f64.sqrt()).abs() < 1e-12, "{root_7:?}");
    let given = zeta(&run(
        "biased.safetensors",
        &[&sound[..], &["--input-norm", "3"]].concat(),
    ));
    assert!((given.hi_f64() - 10f64.sqrt()).abs() < 1e-12, "{given:?}");
    let activity = |norm: &str| {
        let base = [
            "activity",
            "biased.safetensors",
            "--data",
            "data",
            "--json",
            "--input-norm",
            norm,
        ];
        w.run(&base).ended(0).json()["zeta_0"].as_f64().unwrap()
    };
    assert!((activity("3") - 10f64.sqrt()).abs() < 1e-12);
}

#[test]
fn words_for_people() {
    let w = World::new();
    let ran = w.certify(&[]).ended(0);
    for part in [
        "network 6-8-3",
        "m = 500",
        "delta = 0.05",
        "held-out baseline",
        "assumes: ",
        "single-shot",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    assert!(ran.err.starts_with("certified in "), "{}", ran.err);
}

#[test]
fn a_test_split_is_found_in_every_format() {
    let w = World::new();
    let arrays = |m: usize, images: &[u8], labels: &[u8]| {
        let x = npy(&[m as u64, D as u64], images);
        (x, npy(&[m as u64], labels))
    };
    let (x, y) = arrays(POINTS, &w.images, &w.labels);
    let (x_test, y_test) = arrays(PRIOR, &w.images[..PRIOR * D], &w.labels[..PRIOR]);
    let all = [
        ("x_train", x),
        ("y_train", y),
        ("x_test", x_test),
        ("y_test", y_test),
    ];
    w.write("both.npz", &npz(&all));
    let base = [
        "certify",
        "model.safetensors",
        "--data",
        "both.npz",
        "--json",
    ];
    let rows = ["--indices", "sample.npy"];
    for (more, m) in [(&[][..], POINTS), (&rows, M)] {
        let report = w.run(&[&base, more].concat()).json();
        assert_eq!(report["m"], m);
        assert_eq!(report["baseline"]["network_on_test"]["m"], PRIOR);
    }
}
