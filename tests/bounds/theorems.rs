//! Every formula against mpmath (see `oracle/generate.py`) and against numbers
//! that can be checked on paper.

use crate::oracle::{self, assert_tight, enclosure, list, text};
use gapcert::bound::theorem_13::{self, Budget, LayerShape};
use gapcert::bound::{
    Guarantee, Inputs, catalogue, find, homogeneous, ledent_2021, ramp, single_shot, theorem_11,
};
use gapcert::real::{Enclosure, Real};
use rug::{Float, Rational};
use serde_json::Value as Json;

const PREC: u32 = 128;

fn exact(x: f64) -> Enclosure {
    Enclosure::exact(PREC, x)
}

#[test]
fn every_bound_contains_the_value_mpmath_gives() {
    let file = oracle::load();
    for bound in catalogue() {
        let name = format!("{}:{}", bound.id, bound.form);
        let cases = file["bounds"][&name]
            .as_array()
            .unwrap_or_else(|| panic!("generate.py has no cases for {name}"));
        assert!(cases.len() >= 40);
        for case in cases {
            let inputs = oracle::inputs(PREC, &case["inputs"]);
            let checked = bound
                .check(inputs)
                .unwrap_or_else(|e| panic!("{name}: {e}"));
            let value = bound.evaluate(&checked).value;
            assert_tight(
                &value,
                text(&case["value"]),
                &format!("{name} {}", case["inputs"]),
            );
        }
    }
    let known = file["bounds"].as_object().unwrap().len();
    assert_eq!(known, catalogue().len(), "a bound without formula");
}

#[test]
fn functions_contain_the_values_mpmath_gives() {
    let file = oracle::load();
    for case in file["ln_xi"].as_array().unwrap() {
        let m = case["m"].as_u64().unwrap();
        let value = Enclosure::integer(PREC, m).ln_xi();
        assert_tight(&value, text(&case["ln_xi"]), &format!("ln xi({m})"));
    }
    for case in file["kappa"].as_array().unwrap() {
        let layers = case["layers"].as_u64().unwrap();
        let value = Enclosure::integer(PREC, layers).peeling();
        // kappa_1 is exactly 1.
        if layers == 1 {
            assert!(value.is_exact() && value.lo() == 1);
        } else {
            assert_tight(&value, text(&case["kappa"]), &format!("kappa_{layers}"));
        }
    }
    for case in file["kl_inv"].as_array().unwrap() {
        let (q, c) = (enclosure(PREC, &case["q"]), enclosure(PREC, &case["c"]));
        assert_tight(&q.kl_inv(&c), text(&case["p"]), &format!("kl_inv {case}"));
    }
    for case in file["quantiles"]["normal"].as_array().unwrap() {
        let x = enclosure(PREC, &case["p"]).normal_upper_quantile();
        // The quantile of exactly 1/2 is exactly 0.
        if text(&case["p"]) == "0.5" {
            assert!(x.is_exact() && x.lo().is_zero());
        } else {
            assert_tight(&x, text(&case["x"]), &format!("normal {case}"));
        }
    }
    for case in file["quantiles"]["chi"].as_array().unwrap() {
        let c = enclosure(PREC, &case["p"]).chi_upper_quantile(case["n"].as_u64().unwrap());
        assert_tight(&c, text(&case["c"]), &format!("chi {case}"));
    }
}

fn shapes(case: &Json) -> Vec<LayerShape> {
    let numbers = |name: &str| -> Vec<u64> {
        let entries = case[name].as_array().unwrap().iter();
        entries.map(|x| x.as_u64().unwrap()).collect()
    };
    let (d, s) = (numbers("d"), numbers("s"));
    (1..d.len())
        .map(|k| LayerShape {
            d: d[k],
            s: s[k],
            d_in: d[k - 1],
            s_in: s[k - 1],
        })
        .collect()
}

#[test]
fn helper_formulas_of_theorems_11_and_13() {
    for case in oracle::load()["theorem_13"].as_array().unwrap() {
        let shapes = shapes(case);
        let hidden = shapes.len() - 1;
        let m = enclosure(PREC, &case["m"]);
        let [eps, xi, nu] = ["eps", "xi", "nu"].map(|n| list(PREC, &case[n]));
        let zeta_0 = enclosure(PREC, &case["zeta_0"]);
        let all = |found: &[Enclosure], name: &str| {
            let oracle = case[name].as_array().unwrap();
            assert_eq!(found.len(), oracle.len(), "{name}");
            for (x, y) in found.iter().zip(oracle) {
                assert_tight(x, text(y), &format!("{name} of {case}"));
            }
        };
        all(&theorem_13::relative_growth(&eps), "gamma");
        let t = theorem_13::thresholds(&eps, &xi, &nu, &zeta_0);
        all(&t.radius, "radius");
        assert_tight(&t.margin, text(&case["margin"]), "margin");
        for (name, budget) in [("printed", Budget::Printed), ("sound", Budget::Sound)] {
            let t = theorem_13::event_probability(&m, hidden as u64, budget);
            let first = shapes[0];
            let alpha = theorem_13::alpha(first.d, first.s, first.d_in, first.s_in, &t);
            assert_tight(&alpha, text(&case[format!("alpha_{name}")]), "alpha");
            let sigma: Vec<_> = (0..=hidden)
                .map(|k| match nu.get(k) {
                    Some(nu) => theorem_13::sigma_hidden(&eps[k], &xi[k], nu, shapes[k], &t),
                    None => theorem_13::sigma_output(&eps[k], &xi[k], shapes[k], &t),
                })
                .collect();
            all(&sigma, &format!("sigma_{name}"));
        }
        let width = theorem_11::effective_width(&shapes, &m);
        let expected = text(&case["effective_width"]);
        if shapes.iter().all(|l| l.d == 1 && l.d_in == 1) {
            assert!(width.is_exact() && width.lo().is_zero());
        } else {
            assert_tight(&width, expected, "effective width");
        }
        let layers = hidden as u64 + 1;
        let sigma: Vec<_> = eps
            .iter()
            .zip(&xi)
            .map(|(e, x)| theorem_11::sigma(e, x, &width, layers, &m))
            .collect();
        all(&sigma, "sigma_11");
        let kl = theorem_13::gaussian_kl(&enclosure(PREC, &case["distance_squared"]), &eps[0]);
        assert_tight(&kl, text(&case["kl"]), "kl");
    }
}

#[test]
fn thresholds_of_theorem_m() {
    for case in oracle::load()["single_shot"].as_array().unwrap() {
        let all = |name: &str| list(PREC, &case[name]);
        let t = single_shot::thresholds(&single_shot::Parameters {
            layers: shapes(case),
            zeta_0: enclosure(PREC, &case["zeta_0"]),
            xi: all("xi"),
            nu: all("nu"),
            output_difference: enclosure(PREC, &case["difference"]),
            sigma: all("sigma"),
            tau: enclosure(PREC, &case["tau"]),
        });
        assert_tight(
            &t.margin,
            text(&case["margin"]),
            &format!("margin of {case}"),
        );
        let expected = case["activation"].as_array().unwrap();
        assert_eq!(t.activation.len(), expected.len());
        for (found, expected) in t.activation.iter().zip(expected) {
            match found {
                Some(g) => assert_tight(g, text(expected), &format!("G of {case}")),
                None => assert!(expected.is_null(), "a condition is missing: {case}"),
            }
        }
    }
}

fn value(bound: &str, inputs: Inputs<Enclosure>) -> Enclosure {
    let bound = find(bound).unwrap();
    bound.evaluate(&bound.check(inputs).unwrap()).value
}

/// `lo <= x <= hi` with rationals p/q.
fn between(x: &Enclosure, lo: (i64, i64), hi: (i64, i64)) -> bool {
    x.lo() >= Rational::from(lo) && x.hi() <= Rational::from(hi)
}

#[test]
fn numbers_checked_on_paper() {
    // m = 9, delta = 1/2, K = 0, nothing lost: 4/(3-1) + sqrt(2 ln 36 / 8).
    // ln 36 = 3.58351893845611, so sqrt(0.895879734614028) = 0.946509236.
    let x = value(
        "muthukumar-sulam-2023/theorem-13:as-printed",
        Inputs::new()
            .with("m", exact(9.0))
            .with("delta", exact(0.5))
            .with("margin_loss", exact(0.0))
            .with_list("sparse_loss", vec![])
            .with_list("sparse_loss_3", vec![])
            .with_list("kl", vec![exact(0.0)]),
    );
    assert!(
        between(&x, (2_946_509, 1_000_000), (2_946_510, 1_000_000)),
        "{x:?}"
    );
    // Zero errors in one trial: 1 - p >= delta, p = 1 - delta.
    let zero_of_one = Inputs::new()
        .with("m", exact(1.0))
        .with("errors", exact(0.0))
        .with("delta", exact(0.25));
    let x = value("test-set/clopper-pearson", zero_of_one);
    assert!(x.contains(&Float::with_val(53, 0.75)) && x.relative_width() < 1e-37);
    // One error in two trials: P(Bin <= 1) = 1 - p^2 >= 3/4 gives p = 1/2.
    let one_of_two = Inputs::new()
        .with("m", exact(2.0))
        .with("errors", exact(1.0))
        .with("delta", exact(0.75));
    let x = value("test-set/clopper-pearson", one_of_two);
    assert!(x.contains(&Float::with_val(53, 0.5)) && x.relative_width() < 1e-37);
    // No errors, m = 2, xi(2) = 1 + 1/2 + 1 = 5/2, KL = 0, delta = 5/8:
    // c = ln(4)/2 = ln 2, kl^{-1}(0, c) = 1 - e^{-c} = 1/2.
    let no_loss = Inputs::new()
        .with("m", exact(2.0))
        .with("delta", exact(0.625))
        .with("kl", exact(0.0))
        .with("empirical_loss", exact(0.0));
    let x = value("pac-bayes/kl:sharp", no_loss.clone());
    assert!(
        x.contains(&Float::with_val(53, 0.5)) && x.relative_width() < 1e-35,
        "{x:?}"
    );
    // Catoni, no loss, KL = 0, m = 2: (1 - sqrt(delta))/(1 - e^{-c}); at
    // delta = 1/4 and c = 1 that is (1/2)/(1 - 1/e).
    let catoni = Inputs::new()
        .with("m", exact(2.0))
        .with("delta", exact(0.25))
        .with("kl", exact(0.0))
        .with("empirical_loss", exact(0.0))
        .with("c", exact(1.0));
    let x = value("pac-bayes/catoni", catoni);
    // 0.5 / 0.632120558828558 = 0.790988353...
    assert!(
        between(&x, (790_988, 1_000_000), (790_989, 1_000_000)),
        "{x:?}"
    );
    // McAllester as printed, m = 2, delta = 1/2: sqrt(ln 4 / 2) = sqrt(ln 2).
    let x = value(
        "pac-bayes/mcallester:as-printed",
        no_loss.with("delta", exact(0.5)),
    );
    assert!(
        between(&x, (832_554, 1_000_000), (832_555, 1_000_000)),
        "{x:?}"
    );
    // Theorem M, tau = 1/2, u = 1: 1 - (1-1)(1-tau) = 1, so the value is 2.
    let x = value(
        "muthukumar-sulam-2023/single-shot",
        Inputs::new()
            .with("m", exact(100.0))
            .with("delta", exact(0.5))
            .with("tau", exact(0.5))
            .with("unsafe_fraction", exact(1.0))
            .with("kl", exact(3.0))
            .with("log_inverse_weight", exact(0.0)),
    );
    assert!(x.is_exact() && x.lo() == 2, "{x:?}");
    // gamma of (1, 1, 1) = 2^k - 1.
    let gamma = theorem_13::relative_growth(&[1.0, 1.0, 1.0].map(exact));
    assert!(
        gamma
            .iter()
            .zip([1, 3, 7])
            .all(|(g, n)| g.is_exact() && g.lo() == n)
    );
}

/// What certificates and exit codes rely on.
#[test]
fn every_bound_says_in_what_sense_it_holds() {
    for bound in catalogue() {
        let expected = match bound.id {
            "galanti-2023/as-released" | "long-sedghi-2020" => Guarantee::Nothing,
            "gonon-2024/path-norm" => Guarantee::Expectation,
            _ => Guarantee::HighProbability,
        };
        assert_eq!(bound.guarantee(), expected, "{bound:?}");
        assert_eq!(bound.is_measure(), bound.id == "long-sedghi-2020");
        let certain = expected == Guarantee::HighProbability;
        assert!(certain || !bound.is_on_error(), "{bound:?}");
        // What holds with high probability has a failure probability to choose.
        let chosen = bound.inputs.iter().any(|s| s.name == "delta");
        assert!(chosen || !certain, "{bound:?}");
    }
}

#[test]
fn norm_based_numbers_checked_on_paper() {
    let with = |names: &[(&str, f64)]| {
        let set = |x: Inputs<Enclosure>, (name, value): &(&str, f64)| x.with(name, exact(*value));
        names.iter().fold(Inputs::new(), set)
    };
    let common = [
        ("m", 2.0),
        ("delta", 0.5),
        ("classes", 2.0),
        ("ramp_loss", 0.0),
    ];
    let grid = [("q0", 1.0), ("b", 2.0)];
    // S+ at C = 2, L = 1, M = 1, q = 1 = q0: t = 0, so 2 sqrt(pi)/2 + sqrt(ln(3/delta))
    // = sqrt(pi) + sqrt(ln 6) = 1.772453850906 + 1.338566153865.
    let mut one = [
        &common[..],
        &grid,
        &[
            ("layers", 1.0),
            ("path_energy", 1.0),
            ("rho_over_gamma", 1.0),
        ],
    ]
    .concat();
    let x = value("galanti-2023/path-energy", with(&one));
    assert!(
        between(&x, (3_111_020, 1_000_000), (3_111_021, 1_000_000)),
        "{x:?}"
    );
    // L = 2, q = 4 = 2^2: 4 sqrt(2 pi) + sqrt(ln(3 * 3 * 4/(2 delta)))
    // = 10.026513098524 + sqrt(ln 36) = 10.026513098524 + 1.893018473351.
    one[6].1 = 2.0;
    one[8].1 = 4.0;
    let x = value("galanti-2023/path-energy", with(&one));
    assert!(
        between(&x, (11_919_531, 1_000_000), (11_919_532, 1_000_000)),
        "{x:?}"
    );
    // S++ at O^2 = 1/2, M = 1, L = 2, C = 2, q = 1: sqrt(pi) (1 + 1) + sqrt(ln 6).
    one[8].1 = 1.0;
    one.push(("operator_energy", 0.5));
    let x = value("galanti-2023/chevet", with(&one));
    assert!(
        between(&x, (4_883_473, 1_000_000), (4_883_474, 1_000_000)),
        "{x:?}"
    );
    // P at L = 1, C N_0 = 8: sqrt(pi) sqrt(2 * 4 ln 2) + sqrt(ln 6)
    // = 1.772453850906 * 2.354820045031 + 1.338566153865 = 4.173809859... + ...
    let x = value(
        "galanti-2023/path-norm",
        with(
            &[
                &common[..],
                &grid,
                &[
                    ("layers", 1.0),
                    ("leaves", 4.0),
                    ("max_position_energy", 1.0),
                    ("phi_over_gamma", 1.0),
                ],
            ]
            .concat(),
        ),
    );
    assert!(
        between(&x, (5_512_375, 1_000_000), (5_512_377, 1_000_000)),
        "{x:?}"
    );
    // Neyshabur et al. at L = 3: 4 sqrt(pi) + sqrt(ln 6).
    let x = value(
        "neyshabur-2015/frobenius",
        with(
            &[
                &common[..],
                &grid,
                &[
                    ("layers", 3.0),
                    ("input_energy", 1.0),
                    ("rho_over_gamma", 1.0),
                ],
            ]
            .concat(),
        ),
    );
    assert!(
        between(&x, (8_428_381, 1_000_000), (8_428_382, 1_000_000)),
        "{x:?}"
    );
    // Golowich et al., l_1: L + 1 + ln 1 = 4, so (8*2/2) * 2 + sqrt(ln 6) = 17.338566.
    let x = value(
        "golowich-2018/l1-inf",
        with(
            &[
                &common[..],
                &grid,
                &[
                    ("layers", 3.0),
                    ("inputs", 1.0),
                    ("max_coordinate_energy", 1.0),
                    ("norm_over_gamma", 1.0),
                ],
            ]
            .concat(),
        ),
    );
    assert!(
        between(&x, (17_338_566, 1_000_000), (17_338_567, 1_000_000)),
        "{x:?}"
    );
    // Graf et al., C_1 = 4 * 1 * 2 = 8, ceil(8^{2/3}) = 4, H_1 = 1, m = 2, W = 1:
    // 2 (2 + 12/sqrt 2 sqrt(ln 2) 8) + sqrt(ln(1/delta)) = 4 + 136 sqrt(ln 2) (ln 2 = 0.832554^2)
    let graf = with(&[
        ("m", 2.0),
        ("delta", 0.5),
        ("ramp_loss", 0.0),
        ("gamma", 1.0),
        ("input_energy", 2.0),
        ("width", 1.0),
    ])
    .with_list("lipschitz", vec![exact(5.0)])
    .with_list("distance_21", vec![exact(2.0)]);
    let x = value("graf-2022/norms", graf.clone());
    // 4 + (192/sqrt 2 + 1) * 0.832554611158 = 4 + 136.764502 * 0.832554611158
    assert!(between(&x, (117_863, 1000), (117_864, 1000)), "{x:?}");
    // By parameters: L = 1, C^2 = 64: 2 * 12/sqrt 2 sqrt(2 (ln 65 + 2.7)) + sqrt(ln 2)
    // = 24 sqrt(6.874387269896) + 0.832554611158.
    let x = value(
        "graf-2022/params",
        graf.with_list("parameters", vec![exact(1.0)]),
    );
    assert!(between(&x, (63_758, 1000), (63_759, 1000)), "{x:?}");
    // Gonon et al. with P = 0, K = 1, D = 1: 4 sqrt 2/sqrt 2 sqrt(ln 3 + ln(3 * 2 * 2)).
    let x = value(
        "gonon-2024/path-norm",
        with(&[
            ("m", 2.0),
            ("ramp_loss", 0.0),
            ("path_norm_over_gamma", 1.0),
            ("layers", 1.0),
            ("inputs", 1.0),
            ("classes", 2.0),
            ("input_bound", 1.0),
        ]),
    );
    // 4 sqrt(ln 36) = 7.572073893
    assert!(
        between(&x, (7_572_073, 1_000_000), (7_572_075, 1_000_000)),
        "{x:?}"
    );
    // Long & Sedghi: sqrt((1 (1 + ln 1) + ln 2)/2).
    let x = value(
        "long-sedghi-2020",
        with(&[
            ("m", 2.0),
            ("delta", 0.5),
            ("parameters", 1.0),
            ("distance", 1.0),
            ("lipschitz", 0.25),
        ]),
    );
    assert!(
        between(&x, (920_094, 1_000_000), (920_095, 1_000_000)),
        "{x:?}"
    );
}

#[test]
fn theorem_m_with_no_noise_and_no_failure_is_the_identity_on_zero_loss() {
    // u = 0, tau = 0, m = 2, delta = 5/8: the same 1/2 as above.
    let x = value(
        "muthukumar-sulam-2023/single-shot",
        Inputs::new()
            .with("m", exact(2.0))
            .with("delta", exact(0.625))
            .with("tau", exact(0.0))
            .with("unsafe_fraction", exact(0.0))
            .with("kl", exact(0.0))
            .with("log_inverse_weight", exact(0.0)),
    );
    assert!(x.contains(&Float::with_val(53, 0.5)) && x.relative_width() < 1e-35);
}

#[test]
fn measures_of_norm_based_bounds_checked_on_paper() {
    let all = |xs: &[f64]| -> Vec<Enclosure> { xs.iter().map(|x| exact(*x)).collect() };
    // (8^(2/3) + 27^(2/3))^(3/2) = 13^(3/2) = 46.872166581...
    let x = ledent_2021::capacity(&all(&[8.0, 27.0]));
    assert!(
        between(&x, (46_872_166, 1_000_000), (46_872_167, 1_000_000)),
        "{x:?}"
    );
    for (shares, largest) in [([2.0, 3.0], 21), ([5.0, 3.0], 25)] {
        let x = ledent_2021::cover(&all(&shares), &all(&[5.0, 7.0]));
        assert!(x.is_exact() && x.lo() == largest, "{x:?}");
    }
    let shares = ramp::layer_shares(&all(&[2.0, 3.0, 5.0]), &all(&[7.0, 11.0, 13.0]));
    for (x, product) in shares.iter().zip([2 * 11 * 13, 3 * 7 * 13, 5 * 7 * 11]) {
        assert!(x.is_exact() && x.lo() == product, "{x:?}");
    }
    // 2 sqrt(pi)/4 = 0.886226925...
    let x = homogeneous::gaussian(&exact(4.0));
    assert!(
        between(&x, (886_226, 1_000_000), (886_227, 1_000_000)),
        "{x:?}"
    );
}

/// K = 3: the layers have a third, a half and all of the sensitivity.
#[test]
fn one_sensitivity_is_shared_out() {
    let shares = theorem_13::sensitivities(&exact(12.0), 3);
    assert_eq!(shares.len(), 3);
    for (x, share) in shares.iter().zip([4, 6, 12]) {
        assert!(x.is_exact() && x.lo() == share, "{x:?}");
    }
}

/// 8/(2 1) + 18/(2 9) = 5, and with a third layer 32/(2 4) more.
#[test]
fn the_kl_of_all_layers_is_a_sum() {
    let all = |xs: &[f64]| -> Vec<Enclosure> { xs.iter().map(|x| exact(*x)).collect() };
    for (layers, nats) in [(1, 4), (2, 5), (3, 9)] {
        let (squares, sigma) = (all(&[8.0, 18.0, 32.0]), all(&[1.0, 3.0, 2.0]));
        let x = theorem_13::total_kl(&squares[..layers], &sigma[..layers]);
        assert!(x.is_exact() && x.lo() == nats, "{x:?}");
    }
}
