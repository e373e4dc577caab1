//! Claims one unit of the last digit on either side of each verdict's boundary. The
//! boundary is found with `evaluate` at 400 bits, far from the arithmetic that judges.

use crate::support::{judged, verdict};
use gapcert::bound::{Inputs, find};
use gapcert::real::Enclosure;
use rug::Integer;

/// The largest multiple of 10^-digits that is at most the bound's value.
fn floor(bound: &str, inputs: &[(&str, &str)], digits: u32) -> Integer {
    let bound = find(bound).unwrap();
    let parse = |text: &str| Enclosure::parse(400, text).unwrap();
    let all = inputs
        .iter()
        .fold(Inputs::new(), |x, (n, v)| x.with(n, parse(v)));
    let value = bound.evaluate(&bound.check(all).unwrap()).value;
    let scale = Integer::from(Integer::u_pow_u(10, digits));
    let floor = |x: rug::Float| (x * &scale).floor().to_integer().unwrap();
    assert_eq!(
        floor(value.lo()),
        floor(value.hi()),
        "the value is clear of the grid"
    );
    floor(value.lo())
}

fn decimal(n: &Integer, digits: u32) -> String {
    let text = n.to_string();
    let text = format!("{text:0>width$}", width = digits as usize + 1);
    let (whole, rest) = text.split_at(text.len() - digits as usize);
    format!("{whole}.{rest}")
}

fn toml(bound: &str, inputs: &[(&str, &str)], reported: &str, rounding: &str) -> String {
    let inputs: Vec<_> = inputs.iter().map(|(n, v)| format!("{n} = {v}")).collect();
    format!(
        "[[claim]]\nbound = \"{bound}\"\nreported = \"{reported}\"\nrounding = \"{rounding}\"\n[claim.inputs]\n{}\n",
        inputs.join("\n")
    )
}

const CASES: [(&str, &[(&str, &str)]); 6] = [
    (
        "pac-bayes/kl:as-printed",
        &[
            ("m", "60000"),
            ("delta", "0.05"),
            ("kl", "3124.5"),
            ("empirical_loss", "0.0313"),
        ],
    ),
    (
        "pac-bayes/kl:sharp",
        &[
            ("m", "57"),
            ("delta", "0.01"),
            ("kl", "2.25"),
            ("empirical_loss", "0"),
        ],
    ),
    (
        "pac-bayes/mcallester:as-printed",
        &[
            ("m", "5000"),
            ("delta", "0.05"),
            ("kl", "31.5"),
            ("empirical_loss", "0.11"),
        ],
    ),
    (
        "pac-bayes/catoni:as-printed",
        &[
            ("m", "5000"),
            ("delta", "0.05"),
            ("kl", "31.5"),
            ("empirical_loss", "0.11"),
            ("c", "0.75"),
        ],
    ),
    (
        "test-set/clopper-pearson:as-printed",
        &[("m", "1000"), ("errors", "37"), ("delta", "0.05")],
    ),
    (
        "pac-bayes/kl-monte-carlo:as-printed",
        &[
            ("m", "60000"),
            ("delta", "0.01"),
            ("kl", "3124.5"),
            ("mc_mean", "0.2062757"),
            ("mc_samples", "5000"),
            ("delta_mc", "0.01"),
        ],
    ),
];

#[test]
fn sound_against_understated_with_exact_inputs() {
    for (bound, inputs) in CASES {
        // From three digits to more than f64 has.
        for digits in [3, 6, 12, 15, 17, 25, 40, 60] {
            let below = floor(bound, inputs, digits);
            let above = Integer::from(&below + 1);
            let says = |n: &Integer, rounding| {
                verdict(&toml(bound, inputs, &decimal(n, digits), rounding))
            };
            assert_eq!(says(&below, "exact"), "understated", "{bound} {digits}");
            assert_eq!(says(&above, "exact"), "sound", "{bound} {digits}");
            // "up" stands for [p - 1, p], "down" and "truncated" for [p, p + 1].
            let two = Integer::from(&below + 2);
            let before = Integer::from(&below - 1);
            assert_eq!(says(&below, "up"), "understated");
            assert_eq!(says(&above, "up"), "undetermined");
            assert_eq!(says(&two, "up"), "sound");
            for rounding in ["down", "truncated"] {
                assert_eq!(says(&before, rounding), "understated");
                assert_eq!(says(&below, rounding), "undetermined");
                assert_eq!(says(&above, rounding), "sound");
            }
            // The decimal nearest to the value, and its neighbours.
            let half = floor(bound, inputs, digits + 1);
            let nearest = if Integer::from(&half % 10) >= 5 {
                &above
            } else {
                &below
            };
            let next = Integer::from(nearest + 1);
            let last = Integer::from(nearest - 1);
            assert_eq!(says(nearest, "nearest"), "undetermined", "{bound} {digits}");
            assert_eq!(says(&next, "nearest"), "sound", "{bound} {digits}");
            assert_eq!(says(&last, "nearest"), "understated", "{bound} {digits}");
        }
    }
}

#[test]
fn f64_decides_what_it_can_and_mpfr_the_rest() {
    let (bound, inputs) = CASES[0];
    let bits = |digits| {
        let n = floor(bound, inputs, digits);
        judged(&toml(bound, inputs, &decimal(&n, digits), "exact")).bits
    };
    assert_eq!(bits(10), 53);
    assert_eq!(bits(30), 128);
    assert_eq!(bits(60), 256);
}

/// A value that equals the reported number is not above it, if that can be told.
#[test]
fn ties() {
    // Nothing but errors: exactly 1, by a closed form.
    let inputs = [("m", "7"), ("errors", "7"), ("delta", "0.25")];
    let says = |reported| {
        verdict(&toml(
            "test-set/clopper-pearson",
            &inputs,
            reported,
            "exact",
        ))
    };
    assert_eq!(says("1"), "vacuous");
    assert_eq!(says("0.9999999999999999999999999999999"), "understated");
    // Zero errors in one trial, delta = 1/4: exactly 3/4, but enclosed in a set about it.
    let inputs = [("m", "1"), ("errors", "0"), ("delta", "0.25")];
    let says = |reported| {
        verdict(&toml(
            "test-set/clopper-pearson",
            &inputs,
            reported,
            "exact",
        ))
    };
    assert_eq!(says("0.75"), "undetermined");
    assert_eq!(says("0.7500000000000000000000000000001"), "sound");
    assert_eq!(says("0.74"), "understated");
    assert_eq!(says("0.7499999999999999999999999999999"), "understated");
}

#[test]
fn ranges_decide_at_their_ends() {
    let bound = "pac-bayes/kl:as-printed";
    let with = |loss: &'static str| {
        [
            ("m", "60000"),
            ("delta", "0.05"),
            ("kl", "3124.5"),
            ("empirical_loss", loss),
        ]
    };
    let range = with("[0.03, 0.0313]");
    let (low, high) = (
        floor(bound, &with("0.03"), 6),
        floor(bound, &with("0.0313"), 6),
    );
    let says = |n: Integer| verdict(&toml(bound, &range, &decimal(&n, 6), "exact"));
    assert_eq!(says(low.clone()), "understated");
    assert_eq!(says(low + 1), "undetermined");
    assert_eq!(says(high.clone()), "undetermined");
    assert_eq!(says(high + 1), "sound");
    // A string is its rounding interval, here [0.025, 0.035].
    let text = with("\"0.03\"");
    let (low, high) = (
        floor(bound, &with("0.025"), 6),
        floor(bound, &with("0.035"), 6),
    );
    let says = |n: Integer| verdict(&toml(bound, &text, &decimal(&n, 6), "exact"));
    assert_eq!(says(low.clone()), "understated");
    assert_eq!(says(low + 1), "undetermined");
    assert_eq!(says(high + 1), "sound");
}

#[test]
fn infeasible_below_the_floor() {
    let bound = "pac-bayes/kl:as-printed";
    let known = [
        ("m", "60000"),
        ("delta", "0.05"),
        ("empirical_loss", "0.03"),
    ];
    // The floor: no divergence.
    let n = floor(bound, &[&known[..], &[("kl", "0")]].concat(), 8);
    let says = |n: Integer| verdict(&toml(bound, &known, &decimal(&n, 8), "exact"));
    assert_eq!(says(n.clone()), "infeasible");
    assert_eq!(says(n + 1), "undetermined");
    // The failure probability not given either: its best end is open.
    let less = [("m", "60000"), ("empirical_loss", "0.03")];
    let best = floor(
        bound,
        &[
            &less[..],
            &[("kl", "0"), ("delta", "0.99999999999999999999999999")],
        ]
        .concat(),
        8,
    );
    let says = |n: Integer| verdict(&toml(bound, &less, &decimal(&n, 8), "exact"));
    assert_eq!(says(best.clone()), "infeasible");
    assert_eq!(says(best + 1), "undetermined");
    // Nothing known of an empirical loss: it is at most 1, and so is the bound.
    let nothing = "[[claim]]\nbound = \"pac-bayes/kl\"\nreported = 1.5\nrounding = \"exact\"\n[claim.inputs]\nm = 10\ndelta = 0.05\nkl = 1\n";
    assert_eq!(verdict(nothing), "vacuous");
}

#[test]
fn vacuous_from_one_on() {
    let inputs = [("m", "1000"), ("errors", "37"), ("delta", "0.05")];
    let says = |reported, rounding| {
        verdict(&toml(
            "test-set/clopper-pearson",
            &inputs,
            reported,
            rounding,
        ))
    };
    assert_eq!(says("0.9999", "exact"), "sound");
    assert_eq!(says("1.0000", "exact"), "vacuous");
    assert_eq!(says("1.0001", "exact"), "vacuous");
    // On both sides of 1.
    assert_eq!(says("1.0000", "nearest"), "undetermined");
    assert_eq!(says("0.9999", "nearest"), "sound");
    assert_eq!(says("1.0001", "nearest"), "vacuous");
    // Above 1 and yet below the formula: the formula does not give it.
    let large = [
        ("m", "10"),
        ("delta", "0.05"),
        ("kl", "100"),
        ("empirical_loss", "0.1"),
    ];
    let says = |reported| {
        verdict(&toml(
            "pac-bayes/mcallester:as-printed",
            &large,
            reported,
            "exact",
        ))
    };
    assert_eq!(says("1.5"), "understated");
    assert_eq!(says("3.5"), "vacuous");
}

#[test]
fn invalid_outside_the_domain() {
    let says = |m: &str, errors: &str, delta: &str| {
        verdict(&toml(
            "test-set/clopper-pearson",
            &[("m", m), ("errors", errors), ("delta", delta)],
            "0.5",
            "exact",
        ))
    };
    assert_eq!(says("100", "100", "0.9999"), "understated");
    assert_eq!(says("100", "10", "0.9999"), "sound");
    for [m, errors, delta] in [
        ["100", "101", "0.05"],
        ["0", "0", "0.05"],
        ["100", "10", "1"],
        ["100", "10", "1.0001"],
        ["100", "10", "0"],
        ["100.5", "10", "0.05"],
        ["[10.2, 10.8]", "1", "0.05"],
        ["100", "-1", "0.05"],
    ] {
        assert_eq!(says(m, errors, delta), "invalid", "{m} {errors} {delta}");
    }
    // Integers of a range, and what of a range is inside.
    assert_eq!(says("[99.2, 100.8]", "10", "0.05"), "sound");
    assert_eq!(says("100", "10", "[0, 0.05]"), "undetermined");
    let loss = |x: &str| {
        let inputs = [
            ("m", "1000"),
            ("delta", "0.05"),
            ("kl", "1"),
            ("empirical_loss", x),
        ];
        verdict(&toml("pac-bayes/kl", &inputs, "0.5", "exact"))
    };
    assert_eq!(loss("1.0000"), "understated");
    assert_eq!(loss("1.0001"), "invalid");
    assert_eq!(loss("\"1.0\""), "understated", "[0.95, 1.05] is cut to 1");
    assert_eq!(loss("\"0.00\""), "sound");
    let c = |c: &str| {
        let inputs = [
            ("m", "1000"),
            ("delta", "0.05"),
            ("kl", "1"),
            ("empirical_loss", "0.1"),
            ("c", c),
        ];
        verdict(&toml("pac-bayes/catoni", &inputs, "0.5", "exact"))
    };
    assert_eq!(c("0.5"), "sound");
    assert_eq!(c("0"), "invalid");
    // Lists of the wrong length.
    let lists = |sparse: &str| {
        let inputs = [
            ("m", "60000"),
            ("delta", "0.05"),
            ("margin_loss", "0.1"),
            ("kl", "[1, 2]"),
            ("sparse_loss", sparse),
            ("sparse_loss_3", "[0]"),
        ];
        verdict(&toml(
            "muthukumar-sulam-2023/theorem-13:as-printed",
            &inputs,
            "0.9",
            "exact",
        ))
    };
    assert_eq!(lists("[0]"), "sound");
    assert_eq!(lists("[0, 0]"), "invalid");
    assert_eq!(lists("[]"), "invalid");
}

#[test]
fn units_are_converted_exactly_or_outwards() {
    let kl = |kl: &str| {
        judged(&format!(
            "[[claim]]\nbound = \"pac-bayes/kl:as-printed\"\nreported = 0.5\n[claim.inputs]\nm = 1000\ndelta = 0.05\nempirical_loss = 0.1\n{kl}\n"
        ))
        .value
        .unwrap()
    };
    let near = |a: Enclosure, b: Enclosure| {
        let gap = (a - b).hi().abs();
        assert!(gap < 1e-12, "{gap}");
    };
    near(
        kl("kl = { value = 0.031, unit = \"per-sample\" }"),
        kl("kl = 31"),
    );
    near(
        kl("bits = 50"),
        kl("kl = 34.657359027997265470861606072908828403775006718"),
    );
    near(kl("kl = { value = 50, unit = \"bits\" }"), kl("bits = 50"));
    near(
        kl("kl = { value = 0.05, unit = \"bits-per-sample\" }"),
        kl("bits = 50"),
    );
    near(kl("kl = { value = 5, unit = \"log2\" }"), kl("kl = 32"));
    near(
        kl("kl = { value = 1.5, unit = \"log10\" }"),
        kl("kl = 31.6227766016837933199889354443"),
    );
    let loss = |m: &str, loss: &str| {
        verdict(&format!(
            "[[claim]]\nbound = \"pac-bayes/kl:as-printed\"\nreported = {{ value = \"50.00\", unit = \"percent\", rounding = \"exact\" }}\n[claim.inputs]\nm = {m}\ndelta = 0.05\nkl = 1\nempirical_loss = {loss}\n"
        ))
    };
    assert_eq!(
        loss(
            "{ value = 1, unit = \"thousands\" }",
            "{ value = \"43\", unit = \"percent\", rounding = \"exact\" }"
        ),
        "sound"
    );
    assert_eq!(loss("1000", "0.43"), "sound");
    assert_eq!(
        loss("1000", "{ value = 48.8, unit = \"percent\" }"),
        "understated"
    );
    // A printed count of thousands is a range of counts.
    assert_eq!(
        loss("{ value = \"0.6\", unit = \"thousands\" }", "0.40"),
        "sound"
    );
    assert_eq!(
        loss("{ value = \"0\", unit = \"thousands\" }", "0.1"),
        "undetermined"
    );
}
