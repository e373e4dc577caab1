//! Properties of the bounds (part E of the theory) on random inputs.

use gapcert::bound::theorem_13::{
    Budget, LayerShape, event_probability, sigma_hidden, sigma_output,
};
use gapcert::bound::{
    Bound, Domain, Effect, Inputs, Shape, Value, catalogue, find, solve, theorem_11,
};
use gapcert::error::Error;
use gapcert::real::{Enclosure, Real};
use gapcert::testing::{inputs, number};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rug::Float;

const PREC: u32 = 128;

fn exact(x: f64) -> Enclosure {
    Enclosure::exact(PREC, x)
}

fn value(bound: &Bound, x: &Inputs<Enclosure>) -> Enclosure {
    bound.evaluate(&bound.check(x.clone()).unwrap()).value
}

/// The two inputs with one entry moved from `a` to the larger `b`.
fn moved(x: &Inputs<Enclosure>, name: &str, place: usize, to: Enclosure) -> Inputs<Enclosure> {
    let mut x = x.clone();
    let v = match x.get(name).unwrap().clone() {
        Value::Scalar(_) => Value::Scalar(to),
        Value::List(mut xs) => {
            let i = place % xs.len();
            xs[i] = to;
            Value::List(xs)
        }
    };
    x.set(name, v);
    x
}

/// Inputs of every bound.
fn all_inputs() -> impl Strategy<Value = Vec<Inputs<Enclosure>>> {
    let each = catalogue().iter().map(|b| inputs(b, PREC).boxed());
    each.collect::<Vec<_>>()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    /// In m, delta, KL, losses, ln(1/w), tau, errors: as the catalogue says.
    #[test]
    fn bounds_are_monotone(all in all_inputs(), other in (0.0..1.0f64, 0.0..1.0f64), place in 0..5usize) {
        for (bound, x) in catalogue().iter().zip(&all) {
            for spec in bound.inputs.iter().filter(|s| s.effect != Effect::Mixed) {
                let old = match x.get(spec.name).unwrap() {
                    Value::Scalar(v) => v.clone(),
                    Value::List(vs) if vs.is_empty() => continue,
                    Value::List(vs) => vs[place % vs.len()].clone(),
                };
                let mut new = exact(number(spec.domain, other.0, other.1));
                let fixed = |name: &str| match x.get(name) {
                    Some(Value::Scalar(v)) => v.clone(),
                    _ => new.clone(),
                };
                match spec.name {
                    "errors" => new = new.min(&fixed("m")),
                    "m" if x.get("errors").is_some() => new = new.max(&fixed("errors")),
                    _ => {}
                }
                let (small, large) = if old.lo() <= new.lo() { (old, new) } else { (new, old) };
                let low = value(bound, &moved(x, spec.name, place, small));
                let high = value(bound, &moved(x, spec.name, place, large));
                let (less, more) = if spec.effect == Effect::Raises { (low, high) } else { (high, low) };
                prop_assert!(less.is_defined() && more.is_defined());
                prop_assert!(!more.certainly_lt(&less), "{bound:?} in {}: {less:?} > {more:?}, {x:?}", spec.name);
            }
        }
    }

    #[test]
    fn kl_inverse_lies_between_q_and_pinsker(q in 0.0..=1.0f64, c in 0.0..5.0f64, tiny in 0.0..40.0f64) {
        for c in [c, 10f64.powf(-tiny), 0.0] {
            let (q, c) = (exact(q), exact(c));
            let p = q.kl_inv(&c);
            let pinsker = q.clone() + &(c.clone() / exact(2.0)).sqrt();
            prop_assert!(p.is_defined() && !p.certainly_lt(&q) && !pinsker.certainly_lt(&p));
            prop_assert!(p.hi() <= 1);
            // Its defining property, where the inverse is not at the end.
            if p.hi() < 1 {
                prop_assert!(q.kl(&p.lower()).lo() <= c.hi() && q.kl(&p.upper()).hi() >= c.lo());
            }
        }
    }

    /// The kl bound is at most its relaxations; xi(m) <= 2 sqrt m.
    #[test]
    fn sharper_forms_are_smaller(
        x in inputs(find("pac-bayes/kl").unwrap(), PREC),
        y in inputs(find("muthukumar-sulam-2023/theorem-13").unwrap(), PREC),
    ) {
        let get = |name: &str| find(name).unwrap();
        let [kl, root, pinsker] = ["pac-bayes/kl:sharp", "pac-bayes/kl:as-printed", "pac-bayes/mcallester:sharp"]
            .map(|n| value(get(n), &x));
        prop_assert!(!root.certainly_lt(&kl) && !pinsker.certainly_lt(&kl));
        let [sharp, sound, printed] = ["sharp", "sound", "as-printed"]
            .map(|f| value(get(&format!("muthukumar-sulam-2023/theorem-13:{f}")), &y));
        prop_assert!(!sound.certainly_lt(&sharp) && printed.lo() == sound.lo());
    }

    /// S+ <= S at equal measurements, and S+ <= its relaxations.
    #[test]
    fn path_energy_is_the_smallest(
        layers in 1..30u32, classes in 2..200u32, m in 2..100_000u32, q in -1.0..4.0f64,
        energy in -3.0..5.0f64, slack in 1.0..10.0f64, loss in 0.0..1.0f64, delta in 1e-9..0.05f64,
        fan_in in prop::collection::vec(1..100u32, 0..4),
    ) {
        let q = exact(10f64.powf(q));
        let energy = exact(10f64.powf(energy));
        let x = Inputs::new()
            .with("m", exact(f64::from(m)))
            .with("delta", exact(delta))
            .with("rho_over_gamma", q)
            .with("layers", exact(f64::from(layers)))
            .with("classes", exact(f64::from(classes)));
        let on_grid = x.clone().with("ramp_loss", exact(loss)).with("q0", exact(1.0)).with("b", exact(1.1));
        let get = |name: &str, x: &Inputs<Enclosure>| value(find(name).unwrap(), x);
        let sharp = get("galanti-2023/path-energy", &on_grid.clone().with("path_energy", energy.clone()));
        let chain = energy.clone() * exact(slack);
        let sound = x
            .with("margin_loss", exact((loss * slack).min(1.0)))
            .with_list("fan_in", fan_in.iter().map(|k| exact(f64::from(*k))).collect())
            .with("max_chain", chain.clone());
        prop_assert!(!get("galanti-2023/sound", &sound).certainly_lt(&sharp));
        let dense = on_grid.with("input_energy", energy);
        let [golowich, neyshabur] = ["golowich-2018/frobenius", "neyshabur-2015/frobenius"].map(|n| get(n, &dense));
        prop_assert!(!golowich.certainly_lt(&sharp) && !neyshabur.certainly_lt(&sharp));
        // sqrt(2 L ln 2) + 1 <= 2^(L-1) from L = 3 on.
        prop_assert_eq!(golowich.certainly_le(&neyshabur), layers >= 3);
    }

    /// The grid costs at most the factor b, and a radius of the grid nothing.
    #[test]
    fn the_level_covers_the_radius(q in -3.0..5.0f64, q0 in -2.0..2.0f64, b in 0.001..3.0f64) {
        let (q, q0, b) = (exact(10f64.powf(q)), exact(10f64.powf(q0)), exact(1.0 + b));
        let t = q.grid_exponent(&q0, &b);
        let covered = b.pow(&t) * &q0;
        prop_assert!(t.is_exact() && !covered.certainly_lt(&q));
        prop_assert!(!(q * &b).certainly_lt(&covered));
        prop_assert!(covered.lower().grid_exponent(&q0, &b).hi() <= t.hi());
    }

    #[test]
    fn prior_variances_are_ordered(
        widths in prop::collection::vec(1..300u64, 2..6),
        shares in prop::collection::vec(0.0..1.0f64, 6),
        eps in 1e-6..2.0f64, xi in 1e-3..10.0f64, eta in 0.0..5.0f64,
        m in 2..1_000_000i64,
    ) {
        let layers = widths.len() - 1;
        let s = |k: usize| if k == 0 || k == layers { 0 } else { (shares[k] * widths[k] as f64) as u64 };
        let shapes: Vec<_> = (1..=layers)
            .map(|k| LayerShape { d: widths[k], s: s(k), d_in: widths[k - 1], s_in: s(k - 1) })
            .collect();
        let m = exact(m as f64);
        let (eps, xi) = (exact(eps), exact(xi));
        let nu = xi.clone() * (exact(1.0) + exact(eta)).sqrt();
        let hidden = layers as u64 - 1;
        let [printed, sound] = [Budget::Printed, Budget::Sound].map(|b| event_probability(&m, hidden, b));
        let width = theorem_11::effective_width(&shapes, &m);
        let eleven = theorem_11::sigma(&eps, &xi, &width, layers as u64, &m);
        for (k, shape) in shapes.iter().enumerate() {
            let sigma = |t: &Enclosure| if k + 1 == layers {
                sigma_output(&eps, &xi, *shape, t)
            } else {
                sigma_hidden(&eps, &xi, &nu, *shape, t)
            };
            let (sound, printed) = (sigma(&sound), sigma(&printed));
            prop_assert!(!printed.certainly_lt(&sound), "{shape:?}");
            prop_assert!(layers == 1 || sound.certainly_lt(&printed), "{shape:?}");
            if k + 1 < layers {
                prop_assert!(!printed.certainly_lt(&eleven), "{shape:?}: {eleven:?} > {printed:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn ranges_are_consistent_with_evaluation(given in all_inputs(), target in 0.05..1.2f64) {
        let target = exact(target);
        for (bound, all) in catalogue().iter().zip(&given) {
            for spec in &bound.inputs {
                let mut x = Inputs::new();
                for (name, v) in all.iter().filter(|(n, _)| *n != spec.name) {
                    x.set(name, v.clone());
                }
                // Nothing lost, so that there is something to find.
                if spec.name != "kl" && x.get("kl").is_some() {
                    for (name, v) in all.iter() {
                        let zero = match v {
                            Value::Scalar(_) => Value::Scalar(exact(0.0)),
                            Value::List(xs) => Value::List(vec![exact(0.0); xs.len()]),
                        };
                        if ["kl", "margin_loss", "sparse_loss", "sparse_loss_3", "unsafe_fraction", "empirical_loss"].contains(&name) && name != spec.name {
                            x.set(name, zero);
                        }
                    }
                }
                let found = solve(bound, &x, &target);
                if bound.is_measure() || (spec.shape == Shape::List && spec.default.is_none()) {
                    prop_assert!(matches!(found, Err(Error::Domain(_))), "{bound:?} in {}", spec.name);
                    continue;
                }
                if spec.effect == Effect::Mixed {
                    prop_assert!(matches!(found, Err(Error::Domain(_))), "{bound:?} in {}", spec.name);
                    continue;
                }
                if spec.default.is_some() {
                    continue; // taken as its default, so nothing is missing
                }
                let found = found.unwrap();
                let entries = match all.get(spec.name).unwrap() {
                    Value::Scalar(_) => None,
                    Value::List(xs) => Some(xs.len()),
                };
                let evaluate = |v: &Float| {
                    let v = Enclosure::new(v.prec(), v, v).unwrap();
                    let mut x = x.clone();
                    x.set(spec.name, match entries {
                        None => Value::Scalar(v),
                        Some(n) => Value::List(vec![v; n]),
                    });
                    value(bound, &x)
                };
                prop_assert_eq!(found.effect, spec.effect);
                if let Some(inside) = &found.inside {
                    prop_assert!(evaluate(inside).certainly_lt(&target), "{bound:?} in {}", spec.name);
                }
                if let Some(outside) = &found.outside {
                    prop_assert!(target.certainly_le(&evaluate(outside)), "{bound:?} in {}", spec.name);
                }
                if let (Some(inside), Some(outside)) = (&found.inside, &found.outside) {
                    prop_assert!((inside < outside) == (spec.effect == Effect::Raises));
                    if spec.domain.is_integer() {
                        prop_assert_eq!(Float::with_val(128, inside - outside).abs(), 1);
                    } else {
                        let gap = Float::with_val(128, inside - outside).abs();
                        let size = Float::with_val(128, inside.abs_ref()).max(&Float::with_val(128, outside.abs_ref()));
                        // Usually 1e-37; a midpoint that is exactly the root ends it sooner. A
                        // range that ends at 0 has no size to compare with.
                        let at_zero = inside.is_zero() && size < 1e-300;
                        prop_assert!(at_zero || gap <= size.clone() * 1e-10, "{bound:?} in {}: {inside} {outside}", spec.name);
                    }
                }
            }
        }
    }
}

/// Inputs of three layers.
fn some(bound: &'static Bound) -> Inputs<Enclosure> {
    let mut x = Inputs::new();
    for spec in &bound.inputs {
        let one = exact(number(spec.domain, 0.5, 0.7));
        x.set(
            spec.name,
            match spec.shape {
                Shape::Scalar => Value::Scalar(one),
                Shape::Layers => Value::List(vec![one; 3]),
                Shape::HiddenLayers | Shape::List => Value::List(vec![one; 2]),
            },
        );
    }
    x
}

/// Every input of every bound, with values outside its domain.
#[test]
fn inputs_outside_the_domain_are_refused_by_name() {
    let nan = Enclosure::undefined(PREC);
    let infinite = {
        let (lo, hi) = (
            Float::with_val(PREC, 3),
            Float::with_val(PREC, f64::INFINITY),
        );
        Enclosure::new(PREC, &lo, &hi).unwrap()
    };
    let straddling = |a: f64, b: f64| exact(a).hull(&exact(b));
    let mut refused = 0;
    for bound in catalogue() {
        let good = some(bound);
        bound.check(good.clone()).unwrap();
        for spec in &bound.inputs {
            let mut bad = vec![
                nan.clone(),
                infinite.clone(),
                exact(-1.0),
                exact(f64::NAN),
                straddling(-1e-30, 0.5),
            ];
            match spec.domain {
                Domain::SampleSize => {
                    bad.extend([exact(0.0), exact(1.0), exact(2.5), straddling(1.0, 5.0)])
                }
                Domain::Trials => bad.extend([exact(0.0), exact(1.5)]),
                Domain::Count => bad.extend([exact(0.5), straddling(0.5, 2.0)]),
                Domain::Confidence => {
                    bad.extend([exact(0.0), exact(1.0), exact(1.5), straddling(0.5, 1.0)])
                }
                Domain::Fraction => bad.extend([exact(1.0f64.next_up()), straddling(0.5, 1.1)]),
                Domain::BelowOne => bad.extend([exact(1.0), straddling(0.5, 1.0)]),
                Domain::NonNegative => bad.extend([exact(-5e-324)]),
                Domain::Positive => bad.extend([exact(0.0), straddling(0.0, 1.0)]),
                Domain::AtLeastOne => bad.extend([exact(0.0), exact(1.5), straddling(0.0, 3.0)]),
                Domain::AtLeastTwo => bad.extend([exact(1.0), exact(2.5), straddling(1.0, 3.0)]),
                Domain::Above1 => bad.extend([exact(1.0), straddling(1.0, 2.0)]),
            }
            for bad in bad {
                match bound.check(moved(&good, spec.name, 1, bad.clone())) {
                    Err(Error::Domain(e)) => {
                        assert!(e.condition.contains(&format!("`{}`", spec.name)), "{e}")
                    }
                    other => panic!("{bound:?} took {} = {bad:?}: {other:?}", spec.name),
                }
                refused += 1;
            }
        }
    }
    assert!(refused > 300);
}

#[test]
fn shapes_and_missing_inputs_are_refused_by_name() {
    let bound = find("muthukumar-sulam-2023/theorem-13").unwrap();
    let good = some(bound);
    let refused = |x: Inputs<Enclosure>, name: &str| match bound.check(x) {
        Err(Error::Domain(e)) => assert!(e.condition.contains(name), "{e}"),
        other => panic!("{other:?}"),
    };
    for (list, n) in [
        ("sparse_loss", 1),
        ("sparse_loss", 3),
        ("sparse_loss_3", 0),
        ("kl", 2),
        ("kl", 0),
    ] {
        let x = good.clone().with_list(list, vec![exact(0.5); n]);
        // An empty list of layers is at fault itself, another length by what it
        // implies for the others.
        refused(
            x,
            if (list, n) == ("kl", 0) {
                "`kl`"
            } else {
                "sparse_loss"
            },
        );
    }
    let empty = good
        .clone()
        .with_list("kl", vec![])
        .with_list("sparse_loss", vec![])
        .with_list("sparse_loss_3", vec![]);
    refused(empty, "`kl`");
    refused(good.clone().with("kl", exact(1.0)), "");
    refused(good.clone().with_list("m", vec![exact(5.0)]), "`m`");
    refused(Inputs::new(), "`m`");
    let baseline = find("test-set/clopper-pearson").unwrap();
    let x = Inputs::new()
        .with("m", exact(10.0))
        .with("errors", exact(11.0))
        .with("delta", exact(0.5));
    assert!(matches!(baseline.check(x), Err(Error::Domain(_))));
}

/// A count beyond i64 must not wrap around.
#[test]
fn absurd_sample_sizes_give_no_wrong_limit() {
    let bound = find("test-set/clopper-pearson").unwrap();
    for m in [1e19, 1.8e19, 1e30] {
        let x = Inputs::new()
            .with("m", exact(m))
            .with("errors", exact(0.0))
            .with("delta", exact(0.5));
        let value = value(bound, &x);
        // 1 - 2^(-1/m) < 1/m
        assert!(
            value.lo() <= 1.0 / m && (!value.is_defined() || value.hi() >= 0.69 / m),
            "{m}: {value:?}"
        );
    }
}
