//! The readings of each formula agree: f64, f64 intervals, MPFR enclosures at
//! growing precision, and the recorded program.

use crate::oracle;
use gapcert::bound::{Bound, Inputs, Value, catalogue};
use gapcert::real::{Enclosure, Interval};
use rug::Float;
use rug::float::Round;

/// Inputs that every precision from 53 bits holds exactly.
fn dyadic(x: &Inputs<Enclosure>) -> Inputs<f64> {
    x.map(|name, _, x| {
        let nearest = Float::with_val_round(53, x.lo() + x.hi(), Round::Nearest)
            .0
            .to_f64()
            / 2.0;
        match name {
            "delta" => nearest.min(1.0 - 1e-12),
            _ => nearest,
        }
    })
}

/// Every bound with the inputs of its oracle cases.
fn cases() -> Vec<(&'static Bound, Inputs<f64>)> {
    let file = oracle::load();
    let mut all = Vec::new();
    for bound in catalogue() {
        let name = format!("{}:{}", bound.id, bound.form);
        for case in file["bounds"][&name].as_array().unwrap() {
            let x = bound.check(oracle::inputs(256, &case["inputs"])).unwrap();
            all.push((bound, dyadic(&x)));
        }
    }
    assert!(all.len() >= 40 * catalogue().len());
    all
}

fn at(prec: u32, x: &Inputs<f64>) -> Inputs<Enclosure> {
    x.map(|_, _, &x| Enclosure::exact(prec, x))
}

#[test]
fn f64_is_near_the_enclosure() {
    for (bound, x) in cases() {
        let value = bound.evaluate(&at(128, &x)).value.mid_f64();
        let fast = bound.approximate(&x);
        let tolerance = 1e-9;
        assert!(
            (fast - value).abs() <= tolerance * value.abs(),
            "{bound:?}: {fast} for {value}, {x:?}"
        );
    }
}

#[test]
fn intervals_contain_the_middle_of_the_enclosure() {
    for (bound, x) in cases() {
        let terms = bound.evaluate(&at(128, &x));
        let wide = bound.evaluate_interval(&x.map(|_, _, &x| Interval::exact(x)));
        let all = terms.parts.iter().map(|p| &p.1).chain([&terms.value]);
        let intervals = wide.parts.iter().map(|p| p.1).chain([wide.value]);
        for (tight, wide) in all.zip(intervals) {
            let middle = Float::with_val(200, tight.lo() + tight.hi()) / 2u32;
            assert!(
                wide.is_defined() && wide.lo() <= middle && wide.hi() >= middle,
                "{bound:?}: {wide:?} for {tight:?}, {x:?}"
            );
            assert!(
                wide.hi() - wide.lo() <= 1e-9 * wide.hi().abs().max(1e-9),
                "{bound:?}: {wide:?}"
            );
        }
    }
}

#[test]
fn the_recorded_program_replays_identically() {
    for (bound, x) in cases() {
        let x = at(128, &x);
        let terms = bound.evaluate(&x);
        let program = bound.record(&x);
        let input = |name: &str, index: Option<usize>| match (x.get(name), index) {
            (Some(Value::Scalar(x)), None) => x.clone(),
            (Some(Value::List(xs)), Some(i)) => xs[i].clone(),
            other => panic!("{name}: {other:?}"),
        };
        let values = program.run(&terms.value, input);
        let expected = terms
            .parts
            .iter()
            .map(|(n, x)| (n.as_str(), x))
            .chain([("value", &terms.value)]);
        assert_eq!(program.outputs.len(), terms.parts.len() + 1);
        for ((name, step), (expected_name, expected)) in program.outputs.iter().zip(expected) {
            assert_eq!(name, expected_name);
            let found = &values[*step];
            assert!(
                found.is_defined() && found.lo() == expected.lo() && found.hi() == expected.hi(),
                "{bound:?} {name}: {found:?} for {expected:?}"
            );
        }
        // Each step looks back only.
        assert!(
            program
                .outputs
                .iter()
                .all(|(_, step)| *step < program.steps.len())
        );
    }
}

#[test]
fn enclosures_nest_as_precision_grows() {
    for (bound, x) in cases() {
        let values = [64, 128, 256].map(|prec| bound.evaluate(&at(prec, &x)));
        for pair in values.windows(2) {
            let terms = |i: usize| {
                pair[i]
                    .parts
                    .iter()
                    .map(|p| &p.1)
                    .chain([&pair[i].value])
                    .collect::<Vec<_>>()
            };
            for (wide, tight) in terms(0).into_iter().zip(terms(1)) {
                assert!(
                    wide.contains_set(tight) && tight.is_defined(),
                    "{bound:?}: {wide:?} and {tight:?}, {x:?}"
                );
                assert!(tight.width() <= wide.width());
            }
        }
    }
}
