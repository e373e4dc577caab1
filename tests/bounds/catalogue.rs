//! What the catalogue says of a bound, and which inputs it takes: domains at their
//! borders, shapes, defaults, texts.

use gapcert::bound::{
    Bound, Confidence, Domain, Form, Guarantee, Inputs, Shape, Status, Target, Value, catalogue,
    find, parse_inputs,
};
use gapcert::real::{Enclosure, Real};
use rug::Float;
use serde_json::json;

const PREC: u32 = 128;

fn number(text: &str) -> Enclosure {
    Enclosure::parse(PREC, text).unwrap()
}

fn range(lo: &str, hi: &str) -> Enclosure {
    number(lo).hull(&number(hi))
}

fn same(x: &Enclosure, y: &Enclosure) -> bool {
    x.lo() == y.lo() && x.hi() == y.hi()
}

fn is(x: Option<&Value<Enclosure>>, expected: &[Enclosure]) -> bool {
    match x {
        Some(Value::Scalar(x)) => expected.len() == 1 && same(x, &expected[0]),
        Some(Value::List(xs)) => {
            xs.len() == expected.len() && xs.iter().zip(expected).all(|(x, y)| same(x, y))
        }
        None => false,
    }
}

/// Each domain, with numbers just inside and just outside.
const BORDERS: [(Domain, &str, &[&str], &[&str]); 11] = [
    (
        Domain::SampleSize,
        "an integer >= 2",
        &["2", "3", "1e15"],
        &["1", "2.5", "0", "-2"],
    ),
    (
        Domain::AtLeastTwo,
        "an integer >= 2",
        &["2", "10"],
        &["1", "2.5", "-2"],
    ),
    (
        Domain::Trials,
        "an integer >= 1",
        &["1", "2"],
        &["0", "1.5", "-1"],
    ),
    (
        Domain::AtLeastOne,
        "an integer >= 1",
        &["1", "2"],
        &["0", "1.5", "-1"],
    ),
    (
        Domain::Count,
        "an integer >= 0",
        &["0", "1"],
        &["-1", "0.5"],
    ),
    (
        Domain::Confidence,
        "in (0, 1)",
        &["1e-300", "0.5", "0.999999"],
        &["0", "1", "-0.1", "1.1"],
    ),
    (
        Domain::Fraction,
        "in [0, 1]",
        &["0", "0.5", "1"],
        &["-1e-30", "1.000001", "2"],
    ),
    (
        Domain::BelowOne,
        "in [0, 1)",
        &["0", "0.999999"],
        &["1", "-1e-30", "2"],
    ),
    (Domain::NonNegative, ">= 0", &["0", "1e300"], &["-1e-300"]),
    (
        Domain::Positive,
        "> 0",
        &["1e-300", "1e300"],
        &["0", "-1e-300"],
    ),
    (Domain::Above1, "> 1", &["1.000001", "1e300"], &["1", "0.5"]),
];

#[test]
fn domains_end_where_they_say() {
    for (domain, words, inside, outside) in BORDERS {
        assert_eq!(domain.describe(), words);
        assert_eq!(domain.is_integer(), words.contains("integer"));
        for x in inside {
            assert!(domain.contains(&number(x)), "{domain:?} has {x}");
        }
        for x in outside {
            assert!(!domain.contains(&number(x)), "{domain:?} has no {x}");
        }
        // A set that reaches outside, on either side, or that nothing is known of.
        let (first, last) = (inside[0], inside[inside.len() - 1]);
        assert!(domain.contains(&range(first, last)), "{domain:?}");
        for x in outside {
            assert!(
                !domain.contains(&number(first).hull(&number(x))),
                "{domain:?} {x}"
            );
        }
        let endless = Float::with_val(PREC, rug::float::Special::Infinity);
        let from_first = Enclosure::new(PREC, &number(first).lo(), &endless).unwrap();
        assert!(!domain.contains(&from_first), "{domain:?}");
        assert!(!domain.contains(&Enclosure::undefined(PREC)), "{domain:?}");
    }
    // The ends of a range of integers are integers.
    assert!(!Domain::Count.contains(&range("1", "2.5")));
    assert!(!Domain::Count.contains(&range("1.5", "3")));
}

#[test]
fn names_of_forms_and_statuses() {
    let forms = [
        (Form::AsPrinted, "as-printed"),
        (Form::Sound, "sound"),
        (Form::Sharp, "sharp"),
    ];
    for (form, name) in forms {
        assert_eq!(form.to_string(), name);
    }
    let statuses = [
        (Status::MachineChecked, "machine-checked"),
        (Status::ProvedHere, "proved here"),
        (Status::Cited, "cited"),
        (Status::Refuted, "refuted"),
    ];
    for (status, name) in statuses {
        assert_eq!(status.to_string(), name);
    }
    let bound = find("pac-bayes/kl:sharp").unwrap();
    assert_eq!(format!("{bound:?}"), "pac-bayes/kl:sharp");
}

#[test]
fn a_bound_is_found_by_its_name() {
    for bound in catalogue() {
        let name = format!("{bound:?}");
        assert_eq!(format!("{:?}", find(&name).unwrap()), name);
        // Without a form: sound, else sharp, else as printed.
        let forms: Vec<Form> = catalogue()
            .iter()
            .filter(|b| b.id == bound.id)
            .map(|b| b.form)
            .collect();
        let best = [Form::Sound, Form::Sharp, Form::AsPrinted]
            .into_iter()
            .find(|f| forms.contains(f));
        assert_eq!(Some(find(bound.id).unwrap().form), best, "{}", bound.id);
    }
    for wrong in ["pac-bayes", "pac-bayes/kl:sound", "pac-bayes/kl:", ""] {
        let message = find(wrong).unwrap_err().to_string();
        assert!(
            message.contains("pac-bayes/kl:sharp") && message.contains(&format!("{wrong:?}")),
            "{message}"
        );
    }
}

/// What a bound is compared with, in what sense it holds, and which margin its claim needs.
#[test]
fn what_each_bound_claims() {
    use Guarantee::{Expectation, HighProbability, Nothing};
    for bound in catalogue() {
        let name = format!("{bound:?}");
        let expected = match name.as_str() {
            "galanti-2023/as-released:as-printed" => (Target::Risk, Nothing, Some(1)),
            "long-sedghi-2020:as-printed" => (Target::Nothing, Nothing, None),
            _ if bound.bounds.starts_with("E_Q") => (Target::GibbsRisk, HighProbability, None),
            _ if bound.bounds.starts_with("E_S") => (Target::ExpectedRisk, Expectation, None),
            _ if bound.bounds.starts_with("R_0") => (Target::StrictRisk, HighProbability, None),
            _ => (Target::Risk, HighProbability, None),
        };
        let found = (bound.target(), bound.guarantee(), bound.claimed_margin());
        assert_eq!(found, expected, "{name}");
        let on_error = expected.0 == Target::Risk && expected.1 == HighProbability;
        assert_eq!(bound.is_on_error(), on_error, "{name}");
        assert_eq!(bound.is_measure(), expected.0 == Target::Nothing, "{name}");
    }
}

fn refusal(bound: &Bound, x: Inputs<Enclosure>) -> String {
    bound.check(x).expect_err("a refusal").to_string()
}

fn kl() -> Inputs<Enclosure> {
    Inputs::new()
        .with("m", number("100"))
        .with("delta", number("0.05"))
        .with("kl", number("1"))
        .with("empirical_loss", number("0.1"))
}

#[test]
fn inputs_are_checked_one_by_one() {
    let bound = find("pac-bayes/kl:sharp").unwrap();
    let checked = bound.check(kl()).unwrap();
    // The default of the price of a grid is no price.
    let price = bound.inputs.iter().find(|s| s.default.is_some()).unwrap();
    assert!(is(checked.get(price.name), &[number("0")]));
    for (name, value) in [
        ("m", "1"),
        ("delta", "1"),
        ("kl", "-1"),
        ("empirical_loss", "1.5"),
    ] {
        let message = refusal(bound, kl().with(name, number(value)));
        let spec = bound.inputs.iter().find(|s| s.name == name).unwrap();
        assert!(
            message.contains(&format!("`{name}` {}", spec.domain.describe())),
            "{message}"
        );
        assert!(message.ends_with(&format!("found {value}")), "{message}");
        let mut without = Inputs::new();
        for (other, x) in kl().iter().filter(|(other, _)| *other != name) {
            without.set(other, x.clone());
        }
        let message = refusal(bound, without);
        assert!(
            message.contains(&format!("pac-bayes/kl: the input `{name}`")),
            "{message}"
        );
    }
    // A range is shown as one.
    let message = refusal(bound, kl().with("empirical_loss", range("0.5", "1.5")));
    assert!(message.ends_with("[0.5, 1.5]"), "{message}");
    let message = refusal(bound, kl().with_list("m", vec![number("100")]));
    assert!(
        message.contains("`m`: a number") && message.ends_with("another shape"),
        "{message}"
    );
}

#[test]
fn fewer_errors_than_points() {
    let bound = find("test-set/clopper-pearson").unwrap();
    let of = |errors: &str, m: &str| {
        Inputs::new()
            .with("errors", number(errors))
            .with("m", number(m))
            .with("delta", number("0.05"))
    };
    assert!(bound.check(of("5", "5")).is_ok());
    let message = refusal(bound, of("6", "5"));
    assert!(
        message.contains("`errors` <= `m`") && message.ends_with("6 > 5"),
        "{message}"
    );
}

/// Lists over layers belong together, whatever the bound.
#[test]
fn lists_have_the_length_of_the_network() {
    let mut seen = 0;
    for bound in catalogue() {
        let lists = |layers: usize| {
            let mut x = Inputs::new();
            for spec in &bound.inputs {
                let one = || {
                    BORDERS
                        .iter()
                        .find(|b| b.0 == spec.domain)
                        .map(|b| number(b.2[0]))
                        .unwrap()
                };
                let n = match spec.shape {
                    Shape::Scalar => None,
                    Shape::Layers => Some(layers),
                    Shape::HiddenLayers => Some(layers - 1),
                    Shape::List => Some(2),
                };
                let value = n.map_or_else(
                    || Value::Scalar(one()),
                    |n| Value::List((0..n).map(|_| one()).collect()),
                );
                x.set(spec.name, value);
            }
            x
        };
        let whole = lists(3);
        assert!(bound.check(whole.clone()).is_ok(), "{bound:?}");
        for spec in &bound.inputs {
            let Some(Value::List(list)) = whole.get(spec.name) else {
                let listed = whole.clone().with_list(spec.name, vec![number("1")]);
                assert!(
                    refusal(bound, listed).contains("a number"),
                    "{bound:?} {}",
                    spec.name
                );
                continue;
            };
            let words = match spec.shape {
                Shape::Layers => "a list with one entry for each of the K+1 layers",
                Shape::HiddenLayers => "a list with one entry for each of the K hidden layers",
                _ => "a list",
            };
            let scalar = whole.clone().with(spec.name, list[0].clone());
            assert!(
                refusal(bound, scalar).contains(&format!("`{}`: {words}", spec.name)),
                "{bound:?} {}",
                spec.name
            );
            let changed = |n: usize| {
                let list = list.iter().cycle().take(n).cloned().collect();
                bound.check(whole.clone().with_list(spec.name, list))
            };
            if spec.shape == Shape::List {
                assert!(changed(3).is_ok() && changed(0).is_ok());
                continue;
            }
            seen += 1;
            for n in [list.len() + 1, list.len() - 1] {
                let message = changed(n).unwrap_err().to_string();
                assert!(message.contains("entries"), "{bound:?}: {message}");
            }
            if spec.shape == Shape::Layers {
                let message = changed(0).unwrap_err().to_string();
                assert!(message.contains("at least 1 entry"), "{message}");
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn inputs_are_read_from_json() {
    let bound = find("neyshabur-2018").unwrap();
    let (list, scalar) = ("spectral", "gamma");
    let read = |x: serde_json::Value| parse_inputs(PREC, &bound.inputs, &x, "x.json");
    for (json, expected) in [
        (json!(2), number("2")),
        (json!("0.1"), number("0.1")),
        (json!(["1", 2]), range("1", "2")),
        (json!({"lo": 1, "hi": "2"}), range("1", "2")),
    ] {
        let inputs = read(json!({ scalar: json })).unwrap();
        assert!(is(inputs.get(scalar), &[expected]));
    }
    for (json, found) in [
        (json!([2, 1]), "a reversed range"),
        (json!([1, 2, 3]), "a list of 3"),
        (json!({"lo": 1}), "an object"),
        (json!({"lo": 1, "high": 2}), "an object without lo and hi"),
        (json!(null), "null"),
        (json!(true), "true"),
        (json!("x"), "the string \"x\""),
        (json!(["x", 2]), "the string \"x\""),
    ] {
        let message = read(json!({ scalar: json })).unwrap_err().to_string();
        let start = format!("x.json: {scalar}: expected a number");
        assert!(
            message.starts_with(&start) && message.ends_with(&format!("found {found}")),
            "{message}"
        );
    }
    let message = read(json!({"no-such": 1})).unwrap_err().to_string();
    assert!(
        message.starts_with("x.json: no-such: expected one of the inputs"),
        "{message}"
    );
    assert!(
        message.contains(scalar) && message.ends_with("an unknown name"),
        "{message}"
    );
    let message = read(json!([1])).unwrap_err().to_string();
    assert!(message.ends_with("found a list of 1"), "{message}");
    let inputs = read(json!({ list: [1, "2.5"] })).unwrap();
    assert!(is(inputs.get(list), &[number("1"), number("2.5")]));
    let message = read(json!({ list: [1, null] })).unwrap_err().to_string();
    assert!(
        message.starts_with("x.json: spectral[1]: expected a number"),
        "{message}"
    );
    let message = read(json!({ list: 1 })).unwrap_err().to_string();
    assert!(
        message.contains("expected a list, one entry per layer"),
        "{message}"
    );
    assert!(message.ends_with("found the number 1"), "{message}");
    // A list that counts something else than layers.
    let galanti = &find("galanti-2023/sound").unwrap().inputs;
    let message = parse_inputs(PREC, galanti, &json!({"fan_in": 2}), "x.json")
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("expected a list, found the number 2"),
        "{message}"
    );
}

#[test]
fn delta_is_as_written() {
    let delta = Confidence::parse(" 1/20 ", PREC).unwrap();
    assert_eq!(delta.text(), "1/20");
    assert!(same(delta.value(), &number("0.05")));
    let default = Confidence::default_at(PREC);
    assert_eq!(default.text(), "0.05");
    assert!(same(default.value(), &number("0.05")));
    for text in [
        "0",
        "1",
        "-0.1",
        "1.5",
        "x",
        "",
        "1e-400",
        "0.99999999999999999999",
    ] {
        assert!(Confidence::parse(text, PREC).is_none(), "{text}");
    }
    // Not certainly below 1 at so few bits.
    assert!(Confidence::parse("0.9", 2).is_none() && Confidence::parse("0.9", 8).is_some());
    for text in ["1e-300", "0.9999", "0x1p-6"] {
        assert!(Confidence::parse(text, PREC).is_some(), "{text}");
    }
}

#[test]
fn defaults_are_as_precise_as_what_is_given() {
    let bound = find("pac-bayes/kl").unwrap();
    for prec in [24, 500] {
        let mut x = Inputs::new();
        for (name, value) in [("m", 10), ("delta", 0), ("kl", 1), ("empirical_loss", 0)] {
            let value = match name {
                "delta" => Enclosure::integer(prec, 1).ratio(1, 4),
                _ => Enclosure::integer(prec, value),
            };
            x.set(name, Value::Scalar(value));
        }
        let x = bound.check(x).unwrap();
        assert_eq!(x.scalar("log_inverse_weight").prec(), prec);
    }
}

#[test]
fn inputs_have_an_f64_reading() {
    let mut x = Inputs::new();
    x.set("scalar", Value::Scalar(range("1", "2")));
    x.set("list", Value::List(vec![number("3"), number("0.1")]));
    let near = x.approximate();
    assert_eq!(*near.scalar("scalar"), 1.5);
    assert!(matches!(near.get("list"), Some(Value::List(x)) if *x == [3.0, 0.1]));
    assert_eq!(near.iter().count(), 2);
}
