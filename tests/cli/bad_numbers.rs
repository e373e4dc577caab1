use crate::common::run::start;
use crate::common::world::World;

const KL: &str = "pac-bayes/kl:sharp";
const THIRTEEN: &str = "muthukumar-sulam-2023/theorem-13:sound";
const TEST_SET: &str = "test-set/clopper-pearson";

#[test]
fn options_that_no_bound_can_take() {
    let w = World::new();
    w.write("cert.json", b"old");
    let before = w.snapshot();
    let cases: &[(&[&str], &[&str])] = &[
        (&["--delta", "0"], &["--delta", "in (0, 1)", "\"0\""]),
        (&["--delta", "1"], &["--delta", "in (0, 1)", "\"1\""]),
        (&["--delta", "1.5"], &["--delta", "in (0, 1)", "\"1.5\""]),
        (&["--delta", "-0.1"], &["--delta", "in (0, 1)", "\"-0.1\""]),
        (&["--delta", "nan"], &["--delta", "in (0, 1)", "\"nan\""]),
        (&["--delta", "inf"], &["--delta", "in (0, 1)", "\"inf\""]),
        (&["--delta", "abc"], &["--delta", "in (0, 1)", "\"abc\""]),
        (&["--delta", ""], &["--delta", "in (0, 1)", "\"\""]),
        (&["--delta", "1/0"], &["--delta", "in (0, 1)", "\"1/0\""]),
        (
            &["--delta", "1e-400"],
            &["--delta", "in (0, 1)", "\"1e-400\""],
        ),
        (&["--delta", "1e-999999999"], &["--delta", "in (0, 1)"]),
        (
            &["--delta", "0.99999999999999999999"],
            &["--delta", "in (0, 1)"],
        ),
        (
            &["--input-norm", "0"],
            &["--input-norm", "a number > 0", "\"0\""],
        ),
        (
            &["--input-norm", "-1"],
            &["--input-norm", "a number > 0", "\"-1\""],
        ),
        (
            &["--input-norm", "nan"],
            &["--input-norm", "a number > 0", "\"nan\""],
        ),
        (
            &["--input-norm", "1e999999999"],
            &["--input-norm", "a number > 0"],
        ),
        (&["--scale", "0"], &["--scale", "above 0", "\"0\""]),
        (&["--scale", "-1"], &["--scale", "above 0", "\"-1\""]),
        (&["--scale", "1e999999999"], &["--scale", "above 0"]),
        (
            &["--bound", "nope"],
            &[
                "bound: ",
                "pac-bayes/kl:sharp",
                "\"nope\"",
                "gapcert bounds",
            ],
        ),
        (
            &["--bound", "pac-bayes/kl:nope"],
            &["bound: ", "\"pac-bayes/kl:nope\""],
        ),
        (
            &["--bound", "pac-bayes/kl:"],
            &["bound: ", "\"pac-bayes/kl:\""],
        ),
        (&["--bound", ""], &["bound: ", "found \"\""]),
    ];
    for (args, parts) in cases {
        let more = [args, &["--json", "-o", "cert.json"][..]].concat();
        w.certify(&more).refused(parts);
    }
    assert!(w.snapshot() == before);
}

/// The test-set bound is a result where there is a test split, the same number
/// as the baseline beside it, and refused where there is none.
#[test]
fn the_test_set_bound_by_name() {
    let w = World::new();
    let report = w.certify(&["--bound", TEST_SET, "--json"]).ended(0).json();
    let baseline = &report["baseline"]["network_on_test"];
    let result = &report["results"][0];
    assert_eq!(report["results"].as_array().map(Vec::len), Some(1));
    assert_eq!(result["bound"], TEST_SET);
    assert_eq!(result["value"], baseline["value"]);
    assert_eq!(result["parameters"]["counts"]["errors"], baseline["errors"]);
    w.write("alone.csv", b"1,2,3,4,5,6,0\n2,2,3,4,5,6,1\n");
    let args = [
        "certify",
        "model.safetensors",
        "--data",
        "alone.csv",
        "--bound",
        TEST_SET,
    ];
    w.run(&args)
        .misused(&["a test split, held out from the network", TEST_SET]);
}

#[test]
fn a_bound_that_needs_to_know_more() {
    let w = World::new();
    w.write("s.csv", b"1,2,3,4,5,6,0\n2,2,3,4,5,6,1\n");
    let bound = "muthukumar-sulam-2023/theorem-13:sound";
    let kl = "pac-bayes/kl:sharp";
    let args = [
        "certify",
        "model.safetensors",
        "--data",
        "s.csv",
        "--bound",
        kl,
        "--bound",
        bound,
        "--json",
    ];
    w.run(&args)
        .misused(&[bound, "a bound on ||x||", "--input-norm"]);
}

#[test]
fn an_input_norm_that_the_sample_refutes() {
    let w = World::new();
    w.certify(&["--input-norm", "0.5", "--json"]).refused(&[
        "--input-norm",
        "every input of the sample",
        "0.5",
    ]);
    let args = [
        "activity",
        "model.safetensors",
        "--data",
        "data",
        "--input-norm",
        "0.5",
    ];
    w.run(&args)
        .refused(&["--input-norm", "every input of the sample", "0.5"]);
}

#[test]
fn usage_that_is_not_understood() {
    let w = World::new();
    for (args, part) in [
        (&[][..], "Usage"),
        (&["nope"], "nope"),
        (&["certify"], "--data"),
        (&["certify", "model.safetensors"], "--data"),
        (&["certify", "--data", "data"], "<MODEL>"),
        (
            &["certify", "model.safetensors", "--data", "data", "--nope"],
            "--nope",
        ),
        (&["evaluate"], "--inputs"),
        (&["evaluate", KL], "--inputs"),
        (&["evaluate", KL, "--inputs"], "--inputs"),
        (&["schema", "nope"], "nope"),
        (&["bounds", "a", "b"], "'b'"),
    ] {
        w.run(args).misused(&[part]);
    }
    w.run(&["bounds", "nope"]).refused(&["bound: ", "\"nope\""]);
}

#[test]
fn a_precision_out_of_reach() {
    let w = World::new();
    w.write(
        "in.json",
        br#"{"m": 100, "delta": 0.05, "kl": 1, "empirical_loss": 0}"#,
    );
    for command in ["evaluate", "vacuity"] {
        let run = |bits: &str| {
            let args = [
                command,
                KL,
                "--inputs",
                "in.json",
                "--json",
                "--precision",
                bits,
            ];
            w.run(&args)
        };
        for bits in ["0", "1", "52", "10001", "1000000000", "4294967295"] {
            run(bits).refused(&["--precision", "53 to 10000 bits", bits]);
        }
        for bits in ["1e9", "4294967296", "x", ""] {
            run(bits).misused(&["--precision"]);
        }
    }
}

/// An inputs file for a bound is refused with these parts.
#[track_caller]
fn refused(w: &World, bound: &str, inputs: &str, parts: &[&str]) {
    w.write("in.json", inputs.as_bytes());
    let named = [&["in.json: "], parts].concat();
    let ran = w.run(&["evaluate", bound, "--inputs", "in.json", "--json"]);
    ran.refused(&named);
}

#[test]
fn inputs_that_are_not_json() {
    let w = World::new();
    let nested = "[".repeat(100_000);
    for text in [
        "",
        " ",
        "{",
        "{\"m\": 10",
        "not json",
        "{'m': 1}",
        "{\"m\": NaN}",
        "{\"m\": Infinity}",
        "{\"m\": 01}",
        "{\"m\": 1,}",
        "{\"m\": 0x10}",
        "{} {}",
        &nested,
    ] {
        refused(&w, KL, text, &["a JSON object"]);
    }
    w.write("in.json", b"{\"m\": \"\xff\"}");
    w.run(&["evaluate", KL, "--inputs", "in.json"])
        .refused(&["in.json: "]);
    w.run(&["evaluate", KL, "--inputs", "nope.json"])
        .refused(&["nope.json: ", "a file that can be read"]);
    w.run(&["evaluate", KL, "--inputs", "data"])
        .refused(&["data: "]);
    for (text, found) in [
        ("[]", "a list of 0"),
        ("null", "null"),
        ("3", "the number 3"),
        ("\"m\"", "\"m\""),
    ] {
        refused(&w, KL, text, &["top level", "an object", found]);
    }
    let folder = w.folder.path();
    start(folder, &["evaluate", KL, "--inputs", "-"], "{", &[]).refused(&["-: ", "a JSON object"]);
}

#[test]
fn names_that_are_unknown_missing_or_repeated() {
    let w = World::new();
    refused(&w, KL, "{}", &["`m`", "nothing"]);
    refused(
        &w,
        KL,
        r#"{"m": 10, "delta": 0.05, "kl": 1}"#,
        &["`empirical_loss`", "nothing"],
    );
    refused(
        &w,
        KL,
        r#"{"m": 10, "delta": 0.05, "KL": 1, "empirical_loss": 0}"#,
        &[
            "KL: ",
            "one of the inputs m, delta, kl, empirical_loss",
            "an unknown name",
        ],
    );
    // Neither of the two values may win silently.
    refused(
        &w,
        KL,
        r#"{"m": 10, "delta": 0.05, "kl": 1, "kl": 0, "empirical_loss": 0}"#,
        &["a JSON object", "\"kl\"", "twice"],
    );
    refused(
        &w,
        KL,
        r#"{"m": 10, "delta": 0.05, "kl": {"lo": 1, "lo": 0, "hi": 2}, "empirical_loss": 0}"#,
        &["a JSON object", "\"lo\"", "twice"],
    );
    // An escaped name is the same name.
    refused(&w, KL, r#"{"m": 10, "\u006d": 20}"#, &["\"m\"", "twice"]);
}

/// The value of `kl` in otherwise good inputs.
fn with_kl(value: &str) -> String {
    format!(r#"{{"m": 10, "delta": 0.05, "kl": {value}, "empirical_loss": 0}}"#)
}

#[test]
fn values_that_are_no_numbers() {
    let w = World::new();
    let expected = "a number, a decimal string, or a range [lo, hi]";
    for (value, found) in [
        ("null", "found null"),
        ("true", "found true"),
        ("\"abc\"", "found the string \"abc\""),
        ("\"\"", "found the string \"\""),
        ("\"nan\"", "found the string \"nan\""),
        ("\"inf\"", "found the string \"inf\""),
        ("\"1e\"", "found the string \"1e\""),
        ("\"1e+-5\"", "found the string \"1e+-5\""),
        ("\"1_0\"", "found the string \"1_0\""),
        ("\"--1\"", "found the string \"--1\""),
        ("\"13/4\"", "found the string \"13/4\""),
        ("\"0x\"", "found the string \"0x\""),
        (
            "\"0x1p99999999999\"",
            "found the string \"0x1p99999999999\"",
        ),
        ("\"é1\"", "found the string \"é1\""),
        ("[2, 1]", "found a reversed range"),
        ("{\"lo\": 2, \"hi\": 1}", "found a reversed range"),
        ("[1]", "found a list of 1"),
        ("[]", "found a list of 0"),
        ("[1, 2, 3]", "found a list of 3"),
        ("[1, null]", "found null"),
        ("[1, [2, 3]]", "found a list of 2"),
        ("[[1, 2], [3, [4, {}]]]", "found a list of 2"),
        ("{}", "found an object"),
        ("{\"lo\": 1}", "found an object"),
        ("{\"lo\": 1, \"high\": 2}", "found an object"),
        ("{\"lo\": 1, \"hi\": 2, \"mid\": 1.5}", "found an object"),
        (
            "{\"lo\": {\"lo\": 1, \"hi\": 1}, \"hi\": 2}",
            "found an object",
        ),
    ] {
        refused(&w, KL, &with_kl(value), &["kl: ", expected, found]);
    }
}

#[test]
fn values_outside_the_domain() {
    let w = World::new();
    for (value, found) in [
        ("-1", "found -1"),
        ("\"-0x1p-9000\"", "found "),
        ("[-1, 1]", "found [-1, 1]"),
        ("1e999999999", "inf]"),
        ("\"1e999999999\"", "inf]"),
        ("\"1e99999999999999999999999\"", "inf]"),
        ("-1e999999999", "found "),
    ] {
        refused(&w, KL, &with_kl(value), &["`kl` >= 0", found]);
    }
    for m in ["1", "0", "-5", "2.5", "[2.5, 3]", "[1, 2]", "1e-999999999"] {
        let inputs = format!(r#"{{"m": {m}, "delta": 0.05, "kl": 1, "empirical_loss": 0}}"#);
        refused(&w, KL, &inputs, &["`m` an integer >= 2", "found "]);
    }
    for delta in ["0", "1", "-0.5", "2", "[0, 0.5]", "[0.5, 1]"] {
        let inputs = format!(r#"{{"m": 10, "delta": {delta}, "kl": 1, "empirical_loss": 0}}"#);
        refused(&w, KL, &inputs, &["`delta` in (0, 1)", "found "]);
    }
    refused(
        &w,
        KL,
        r#"{"m": 10, "delta": 0.05, "kl": 1, "empirical_loss": 1.0000000000000000000000000000001}"#,
        &["`empirical_loss` in [0, 1]"],
    );
    refused(
        &w,
        TEST_SET,
        r#"{"m": 10, "delta": 0.05, "errors": 11}"#,
        &["`errors` <= `m`"],
    );
    refused(
        &w,
        TEST_SET,
        r#"{"m": 10, "delta": 0.05, "errors": 1.5}"#,
        &["`errors`"],
    );
}

#[test]
fn lists_of_another_length() {
    let w = World::new();
    let thirteen = |sparse: &str, sparse_3: &str, kl: &str| {
        format!(
            r#"{{"m": 100, "delta": 0.05, "margin_loss": 0.1, "sparse_loss": {sparse}, "sparse_loss_3": {sparse_3}, "kl": {kl}}}"#
        )
    };
    let cases: &[(&str, &str, &str, &[&str])] = &[
        ("[0]", "[0]", "[]", &["`kl`", "found 0"]),
        (
            "[0]",
            "[0]",
            "[1]",
            &["`sparse_loss` with 0 entries", "found 1"],
        ),
        (
            "[0, 0]",
            "[0]",
            "[1, 2]",
            &["`sparse_loss` with 1 entries", "found 2"],
        ),
        (
            "[0]",
            "[]",
            "[1, 2]",
            &["`sparse_loss_3` with 1 entries", "found 0"],
        ),
        (
            "[0]",
            "[0]",
            "3",
            &["kl: ", "a list, one entry per layer", "the number 3"],
        ),
        (
            "0",
            "[0]",
            "[1, 2]",
            &["sparse_loss: ", "a list", "the number 0"],
        ),
        (
            "null",
            "[0]",
            "[1, 2]",
            &["sparse_loss: ", "a list", "null"],
        ),
        (
            "{\"lo\": 0, \"hi\": 1}",
            "[0]",
            "[1, 2]",
            &["sparse_loss: ", "a list", "an object"],
        ),
        ("[0]", "[0]", "[1, \"x\"]", &["kl[1]: ", "the string \"x\""]),
        (
            "[0]",
            "[0]",
            "[[2, 1], 1]",
            &["kl[0]: ", "a reversed range"],
        ),
        (
            "[2]",
            "[0]",
            "[1, 1]",
            &["`sparse_loss` in [0, 1]", "found 2"],
        ),
    ];
    for (sparse, sparse_3, kl, parts) in cases {
        refused(&w, THIRTEEN, &thirteen(sparse, sparse_3, kl), parts);
    }
}

#[test]
fn vacuity_of_what_cannot_be_solved() {
    let w = World::new();
    let run = |inputs: &str, more: &[&str]| {
        w.write("in.json", inputs.as_bytes());
        w.run(&[&["vacuity", KL, "--inputs", "in.json", "--json"], more].concat())
    };
    let all = r#"{"m": 10, "delta": 0.05, "kl": 1, "empirical_loss": 0}"#;
    let one_left = r#"{"m": 1000, "delta": 0.05, "empirical_loss": 0.1}"#;
    let left_out = "exactly one input left out";
    run(all, &[]).refused(&["in.json: ", left_out, "all inputs given"]);
    run(r#"{"m": 10}"#, &[]).refused(&["in.json: ", left_out, "delta, kl, empirical_loss"]);
    run(r#"{"m": 1, "delta": 0.05, "kl": 1}"#, &[]).refused(&["in.json: ", "`m`", "found 1"]);
    for target in ["abc", "nan", "1e999999999", ""] {
        run(one_left, &["--target", target]).refused(&["--target", "a number", target]);
    }
}

#[test]
fn activity_of_no_use() {
    let w = World::new();
    let run = |more: &[&str]| {
        let base = ["activity", "model.safetensors", "--data", "data", "--json"];
        w.run(&[&base[..], more].concat())
    };
    for (option, value, part) in [
        ("--eps", "0", "finite sensitivities > 0"),
        ("--eps", "0.5,nan", "finite sensitivities > 0"),
        ("--eps", "inf", "finite sensitivities > 0"),
        ("--eps", "1e-400", "finite sensitivities > 0"),
        ("--at", "0", "finite sensitivities > 0"),
        ("--bins", "0", "1 to 10000 bins"),
        ("--bins", "10001", "1 to 10000 bins"),
    ] {
        run(&[option, value]).refused(&[option, part]);
    }
    for (option, value) in [("--eps", "abc"), ("--at", ""), ("--bins", "x")] {
        run(&[option, value]).misused(&[option]);
    }
}
