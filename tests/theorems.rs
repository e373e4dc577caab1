//! Every formula against mpmath (see `oracle/generate.py`) and against numbers
//! that can be checked on paper.

#[path = "oracle/mod.rs"]
mod oracle;

use gapcert::bound::theorem_13::{self, Budget, LayerShape};
use gapcert::bound::{Inputs, catalogue, find, single_shot, theorem_11};
use gapcert::real::{Enclosure, Real};
use oracle::{assert_tight, enclosure, list, text};
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
