//! `sparsity`: Theorem M along sparsity levels.

use crate::common::files::npz_of;
use crate::common::number::range;
use crate::common::run::Ran;
use crate::common::world::{CLASSES, D, HIDDEN, STANDARD, World};

const STEPS: usize = 4;

/// On the network, sample and prior that `certify` has.
#[track_caller]
fn sparsity(w: &World, more: &[&str]) -> Ran {
    w.run(&[&["sparsity"], &STANDARD[1..8], more].concat())
}

#[test]
fn the_profile_holds_what_it_says() {
    let w = World::new();
    // The best of the levels decides, and is not vacuous.
    let report = sparsity(&w, &["--steps", "4", "--json"]).ended(0).json();
    let profile = report["profile"].as_array().unwrap();
    assert_eq!(profile.len(), STEPS);
    let mut last = f64::INFINITY;
    let mut least = (f64::INFINITY, 0);
    for (i, at) in profile.iter().enumerate() {
        assert_eq!(at["s"], serde_json::json!([HIDDEN * i / STEPS]));
        let (value, unsafe_fraction) = (range(&at["value"]), range(&at["unsafe_fraction"]));
        assert!(unsafe_fraction.lo >= 0 && unsafe_fraction.hi <= 1 && range(&at["kl"]).lo >= 0);
        // The risk certificate is not below what it bounds on the sample.
        assert!(value.lo >= unsafe_fraction.lo, "{at}");
        let norms = at["sparse_norms"].as_array().unwrap();
        let [norm] = &norms[..] else {
            panic!("one hidden layer: {at}")
        };
        // More units left out: a maximum over fewer rows.
        let norm = norm.as_f64().unwrap();
        assert!(norm > 0.0 && norm <= last, "{at}");
        last = norm;
        let value = value.hi.to_f64();
        if value < least.0 {
            least = (value, i);
        }
    }
    assert_eq!(report["least"], least.1);
    assert_eq!(report["m"], 500);
    assert!(least.0 < 1.0, "{profile:?}");

    // The table says the same, and marks the least.
    let table = sparsity(&w, &["--steps", "4"]).ended(0).out;
    let rows: Vec<&str> = table.lines().skip(1).collect();
    assert_eq!(rows.len(), STEPS, "{table}");
    for (i, row) in rows.iter().enumerate() {
        assert_eq!(row.starts_with("->"), i == least.1, "{table}");
        let level = format!("[{}]", HIDDEN * i / STEPS);
        assert!(row.contains(&level), "{row}");
    }
}

#[test]
fn the_picture_replaces_no_input() {
    let w = World::new();
    sparsity(&w, &["--steps", "4", "--svg", "p.svg"]).ended(0);
    let picture = String::from_utf8(w.read("p.svg")).unwrap();
    assert!(picture.contains("<svg") && picture.contains("unsafe fraction"));
    for input in ["model.safetensors", "sample.npy"] {
        let before = w.snapshot();
        sparsity(&w, &["--svg", input]).refused(&[input, "another file than the inputs"]);
        assert!(w.snapshot() == before, "{input}");
    }
}

#[test]
fn what_has_no_levels_is_refused() {
    let w = World::new();
    for steps in ["0", "10001"] {
        sparsity(&w, &["--steps", steps]).refused(&["--steps", "1 to 10000 steps"]);
    }
    let linear = vec![("0.weight", vec![CLASSES, D], vec![0.5; CLASSES * D])];
    w.write("linear.npz", &npz_of(&linear));
    w.run(&["sparsity", "linear.npz", "--data", "data", "--json"])
        .misused(&["with a hidden layer"]);
}
