//! `gapcert verify` with and without the files.

use crate::certificates::{runs, world};
use crate::common::files::{npz_of, safetensors};
use crate::common::schema::validate;
use crate::common::world::{STANDARD, World, prior_weights, weights};
use serde_json::Value as Json;

/// `verify` with the files that `certify` was given.
fn verify(w: &World, files: &[&str], more: &[&str]) -> crate::common::run::Ran {
    // certify MODEL ... becomes verify cert.json --model MODEL ...
    let mut args = vec!["verify", "cert.json", "--model", files[1]];
    let mut rest = files[2..].iter();
    while let Some(option) = rest.next() {
        let value = rest.next().unwrap();
        if !["--margin", "--delta", "--input-norm", "--bound"].contains(option) {
            args.extend([option, value]);
        }
    }
    args.extend(more);
    w.run(&args)
}

fn certify(w: &World, args: &[&str]) {
    let ran = w.run(&[args, &["-o", "cert.json"]].concat());
    assert!(ran.code.is_some_and(|c| c < 3), "{}", ran.err);
}

fn outcomes(report: &Json) -> Vec<(String, String)> {
    let text = |x: &Json| x.as_str().unwrap().to_owned();
    let all = report["measurements"].as_array().unwrap();
    all.iter()
        .map(|m| (text(&m["name"]), text(&m["outcome"])))
        .collect()
}

#[test]
fn every_run_is_confirmed_on_all_rows() {
    let w = world();
    let schema = w.run(&["schema", "verify"]).ended(0).json();
    for args in runs() {
        certify(&w, &args);
        let ran = verify(&w, &args, &["--full", "--json"]);
        let report = ran.json();
        validate(&schema, &report).unwrap();
        for (name, outcome) in outcomes(&report) {
            assert_ne!(outcome, "rejected", "{name} of {args:?}");
        }
        assert_eq!(report["why"], Json::Null, "{args:?}");
        let open = outcomes(&report)
            .into_iter()
            .any(|(_, o)| o == "undetermined");
        ran.ended(if open { 2 } else { 0 });
    }
}

#[test]
fn a_multilayer_perceptron_s_own_bounds_are_verified_to_the_end() {
    let w = world();
    certify(
        &w,
        &[
            &STANDARD[..],
            &["--bound", "muthukumar-sulam-2023/single-shot"],
        ]
        .concat(),
    );
    verify(&w, &STANDARD, &["--full"]).ended(0);
    verify(&w, &STANDARD, &["--sample", "50"]).ended(0);
    let ran = w.run(&["verify", "cert.json"]).ended(0);
    assert!(ran.out.contains("taken as stated"), "{}", ran.out);
    assert!(
        ran.out
            .contains("verified: By muthukumar-sulam-2023/single-shot"),
        "{}",
        ran.out
    );
    w.run(&[
        "verify",
        "cert.json",
        "--bound",
        "muthukumar-sulam-2023/single-shot:sharp",
    ])
    .ended(0);
    w.run(&["verify", "cert.json", "--bound", "pac-bayes/kl"])
        .refused(&["pac-bayes/kl"]);
}

#[test]
fn another_file_is_refused() {
    let w = world();
    certify(&w, &STANDARD);
    w.write("model.safetensors", &safetensors(&prior_weights()));
    let ran = verify(&w, &STANDARD, &[]).ended(1);
    assert!(ran.out.contains("the model is another file"), "{}", ran.out);
    w.write("model.safetensors", &safetensors(&weights()));
    w.write("prior.safetensors", &safetensors(&weights()));
    let ran = verify(&w, &STANDARD, &[]).ended(1);
    assert!(ran.out.contains("the prior is another file"), "{}", ran.out);
    // The same weights in another format are another file too.
    w.write("prior.safetensors", &safetensors(&prior_weights()));
    w.write("model.npz", &npz_of(&weights()));
    let mut other = STANDARD;
    other[1] = "model.npz";
    verify(&w, &other, &[]).ended(1);
}

/// Measurements of another network under the hash of this one: what only
/// measuring again can find.
#[test]
fn another_network_under_the_same_hash_is_found_out() {
    let w = world();
    certify(
        &w,
        &[&STANDARD[..], &["--bound", "pac-bayes/kl:sharp"]].concat(),
    );
    let forged = w.read("cert.json");
    let hash = |bytes: &[u8]| {
        let certificate: Json = serde_json::from_slice(bytes).unwrap();
        let sources = certificate["sources"].as_array().unwrap();
        let model = sources.iter().find(|s| s["role"] == "model").unwrap();
        model["sha256"].as_str().unwrap().to_owned()
    };
    let old = hash(&forged);
    // Every weight three times as large: another network altogether.
    let mut larger = weights();
    larger
        .iter_mut()
        .flat_map(|t| &mut t.2)
        .for_each(|w| *w *= 3.0);
    w.write("model.safetensors", &safetensors(&larger));
    certify(
        &w,
        &[&STANDARD[..], &["--bound", "pac-bayes/kl:sharp"]].concat(),
    );
    let new = hash(&w.read("cert.json"));
    let text = String::from_utf8(forged).unwrap().replace(&old, &new);
    w.write("cert.json", text.as_bytes());
    w.run(&["verify", "cert.json"]).ended(0);
    let ran = verify(&w, &STANDARD, &["--json"]).ended(1);
    let report = ran.json();
    let rejected: Vec<String> = outcomes(&report)
        .into_iter()
        .filter(|(_, o)| o == "rejected")
        .map(|(name, _)| name)
        .collect();
    for name in [
        "distance_squared_1",
        "sparse_norm_1[0,0]",
        "output_difference[0]",
    ] {
        assert!(rejected.iter().any(|n| n == name), "{name}: {rejected:?}");
    }
}

#[test]
fn bad_usage_is_refused() {
    let w = world();
    certify(&w, &STANDARD);
    w.run(&["verify", "no.json"]).refused(&["no.json"]);
    w.run(&["verify", "cert.json", "--model", "model.safetensors"])
        .misused(&["--data"]);
    verify(&w, &STANDARD, &["--sample", "0"]).misused(&["--sample"]);
    verify(&w, &STANDARD, &["--sample", "3", "--full"]).misused(&["--full"]);
    w.write("cert.json", b"{}");
    w.run(&["verify", "cert.json"]).ended(1);
}
