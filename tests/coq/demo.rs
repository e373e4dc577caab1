//! The demo's certificate, with its weights.

use super::coq::{check, proofs};
use super::run::gapcert;
use std::path::Path;

const MODEL: [&str; 5] = [
    "--with-weights",
    "--model",
    "demo/model.safetensors",
    "--prior",
    "demo/prior.safetensors",
];

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn the_demo_is_exported_with_its_weights() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(gapcert(folder, &["demo", "--output", "demo"]).code, Some(0));
    let export = |output: &str, more: &[&str]| {
        let bound = "muthukumar-sulam-2023/single-shot";
        let mut args = vec![
            "export-coq",
            "demo/certificate.json",
            "-o",
            output,
            "--bound",
            bound,
        ];
        args.extend(more);
        gapcert(folder, &args)
    };

    let ran = export("a.v", &MODEL);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for theorem in [
        "Bound_1.bound_1_holds",
        "Bound_1.bound_1_at_most",
        "Layers.distance_squared_1_holds",
        "Layers.distance_squared_2_holds",
        "Layers.operator_norm_1_holds",
        "Layers.operator_norm_2_holds",
    ] {
        assert!(ran.out.contains(theorem), "{}", ran.out);
    }

    // Model and prior the wrong way round.
    let swapped = ["--with-weights", "--model", MODEL[4], "--prior", MODEL[2]];
    let ran = export("b.v", &swapped);
    assert_eq!(ran.code, Some(4));
    assert!(
        ran.err.contains("expected the certified model, SHA-256"),
        "{}",
        ran.err
    );
    let ran = export("b.v", &MODEL[..3]);
    assert_eq!(ran.code, Some(4));
    assert!(
        ran.err.contains("--prior: expected the prior network"),
        "{}",
        ran.err
    );
    let ran = export("demo/certificate.json", &[]);
    assert_eq!(ran.code, Some(4));
    assert!(ran.err.contains("which was read"), "{}", ran.err);
    assert!(!folder.join("b.v").exists());

    let Some(proofs) = proofs() else { return };
    let text = read(folder, "a.v");
    check(&proofs, "a.v", &text).unwrap();
    // Another weight of the model: its distance is another.
    let weight = text.find("model_1 : matrix := [\n [0x").unwrap();
    let (before, after) = text.split_at(weight + "model_1 : matrix := [\n [0x".len());
    let end = after.find(';').unwrap();
    let other = format!("{before}25600{}", &after[end..]);
    assert!(check(&proofs, "a.v", &other).is_err());
}
