use gapcert::data::Sample;
use gapcert::learner::perceptron;
use gapcert::network::Model;
use gapcert::population::{FAMILIES, Population, Spec};
use gapcert::train::{Stream, initialise};
use ndarray::{Array2, array};
use std::path::Path;

const PREC: u32 = 128;

fn build(text: &str) -> Population {
    let spec = Spec::parse(text, Path::new("spec")).unwrap();
    spec.build(Path::new("")).unwrap()
}

fn points(population: &Population) -> &Sample {
    match population {
        Population::Finite(all) => all,
        Population::HalfSpace(_) => panic!("not finite"),
    }
}

fn network(dims: &[usize], seed: u64) -> (Model, Vec<Array2<f64>>) {
    let weights: Vec<_> = initialise(dims, seed)
        .into_iter()
        .map(|w| w.mapv(|v| f64::from(v as f32)))
        .collect();
    (perceptron(weights.clone()).unwrap(), weights)
}

/// Errors counted in plain f64: no margin of these networks is within rounding
/// of 0.
fn errors(weights: &[Array2<f64>], sample: &Sample) -> usize {
    let x = sample.rows_f64(0..sample.len()) * sample.scale().to_f64();
    let mut z = x;
    for (k, w) in weights.iter().enumerate() {
        z = z.dot(&w.t());
        if k + 1 < weights.len() {
            z.mapv_inplace(|v| v.max(0.0));
        }
    }
    let wrong = |(row, &y): (ndarray::ArrayView1<'_, f64>, &u16)| {
        let own = row[usize::from(y)];
        let other = (0..row.len()).filter(|j| *j != usize::from(y));
        other.map(|j| row[j]).fold(f64::NEG_INFINITY, f64::max) >= own
    };
    z.outer_iter()
        .zip(sample.labels())
        .filter(|(r, y)| wrong((r.view(), y)))
        .count()
}

#[test]
fn every_kind_that_needs_no_file_builds_its_example() {
    for family in FAMILIES.iter().filter(|f| f.kind != "data") {
        let population = build(family.example);
        let sample = population.draw(50, 3, Stream::Sample).unwrap();
        assert_eq!(
            (sample.len(), sample.dim()),
            (50, population.dim()),
            "{}",
            family.kind
        );
        assert!(sample.classes() <= population.classes(), "{}", family.kind);
        let again = population.draw(50, 3, Stream::Sample).unwrap();
        let other = population.draw(50, 4, Stream::Sample).unwrap();
        assert!(sample == again && sample != other, "{}", family.kind);
    }
}

#[test]
fn the_risk_of_a_finite_population_is_the_error_over_its_points() {
    for (text, hidden) in [
        (FAMILIES[3].example, 7),
        (FAMILIES[4].example, 9),
        (FAMILIES[5].example, 5),
        (FAMILIES[6].example, 11),
    ] {
        let population = build(text);
        for seed in 0..5 {
            let dims = [population.dim(), hidden, population.classes()];
            let (model, weights) = network(&dims, seed);
            let risk = population.risk(&model, PREC).unwrap();
            let all = points(&population);
            let expected = errors(&weights, all) as f64 / all.len() as f64;
            assert!((risk.mid_f64() - expected).abs() < 1e-15, "{text} {seed}");
            assert!(risk.relative_width() < 1e-30);
        }
    }
}

#[test]
fn scale_changes_the_inputs_and_not_the_risk() {
    let plain = build(FAMILIES[3].example);
    let (model, _) = network(&[20, 8, 3], 1);
    let risk = plain.risk(&model, PREC).unwrap();
    let norm = plain.largest_norm(PREC).unwrap().mid_f64();
    for (scale, factor) in [("1e6", 1e6), ("1/1000000", 1e-6)] {
        let scaled = build(&format!("{}\nscale = \"{scale}\"", FAMILIES[3].example));
        assert_eq!(scaled.risk(&model, PREC).unwrap().mid_f64(), risk.mid_f64());
        let ratio = scaled.largest_norm(PREC).unwrap().mid_f64() / norm / factor;
        assert!((ratio - 1.0).abs() < 1e-12, "{ratio}");
    }
}

#[test]
fn label_noise_flips_that_many_labels() {
    let clean = build(FAMILIES[3].example);
    let noisy = build(&format!("{}\nflipped = 0.25", FAMILIES[3].example));
    let (a, b) = (points(&clean).labels(), points(&noisy).labels());
    let flipped = a.iter().zip(b).filter(|(a, b)| a != b).count();
    assert!((400..600).contains(&flipped), "{flipped} of {}", a.len());
}

/// Angles that are known: the teacher itself, its opposite, a right angle, and
/// the zero network, whose margins are ties.
#[test]
fn the_risk_of_a_half_space_is_an_angle() {
    let population = build("kind = \"gaussian\"\ndim = 2\nflipped = 0.1\nseed = 5");
    let sample = population.draw(200_000, 1, Stream::Sample).unwrap();
    let (x, y) = (sample.rows_f64(0..sample.len()), sample.labels());
    let mut widest: f64 = 0.0;
    for k in 0..12 {
        let angle = f64::from(k) * 0.5;
        let (model, weights) = {
            let w = vec![array![[0.0, 0.0], [angle.cos(), angle.sin()]]];
            (perceptron(w.clone()).unwrap(), w)
        };
        let risk = population.risk(&model, PREC).unwrap();
        let wrong = errors(&weights, &sample) as f64 / x.nrows() as f64;
        // Five standard deviations of the estimate.
        assert!(
            (risk.mid_f64() - wrong).abs() < 5.0 * 0.5 / 447.0,
            "{k}: {wrong}"
        );
        widest = widest.max(risk.width().to_f64());
    }
    assert!(widest < 1e-11, "{widest}");
    let zero = perceptron(vec![Array2::zeros((2, 2))]).unwrap();
    assert_eq!(population.risk(&zero, PREC).unwrap().mid_f64(), 1.0);
    assert!(y.iter().all(|y| *y < 2));
    let (deep, _) = network(&[2, 3, 2], 0);
    let refused = population.risk(&deep, PREC).unwrap_err().to_string();
    assert!(refused.contains("closed form"), "{refused}");
}

#[test]
fn bad_specs_are_refused_by_name() {
    for (text, part) in [
        ("", "found none"),
        ("kind = \"nope\"", "\"nope\"".trim_matches('"')),
        ("kind = \"xor\"\ndim = 3", "support"),
        ("kind = \"xor\"\ndim = 3\nsupport = 10\nnoise = 1", "noise"),
        ("kind = \"xor\"\ndim = \"3\"\nsupport = 10", "string"),
        ("kind = ", "population"),
    ] {
        let refused = Spec::parse(text, Path::new("spec.toml"))
            .unwrap_err()
            .to_string();
        assert!(refused.starts_with("spec.toml: "), "{refused}");
        assert!(refused.contains(part), "{part}: {refused}");
    }
    for text in [
        "kind = \"xor\"\ndim = 3\nsupport = 0",
        "kind = \"hadamard\"\nclasses = 2\ndim = 3",
        "kind = \"signs\"\nclasses = 1\ndim = 3\nsupport = 5",
        "kind = \"signs\"\nclasses = 2\ndim = 1000000\nsupport = 1000000",
        "kind = \"xor\"\ndim = 3\nsupport = 5\nflipped = 1.5",
        "kind = \"xor\"\ndim = 3\nsupport = 5\nscale = \"-1\"",
        "kind = \"gaussian\"\ndim = 0",
        "kind = \"gaussian\"\ndim = 1000000000000",
        "kind = \"duplicates\"\nclasses = 2\ndim = 10\nsupport = 5\ndistinct = 1000000000000",
        "kind = \"sparse\"\nclasses = 3\ndim = 5\nsupport = 5\nactive = 1000000000000",
        "kind = \"teacher\"\ndims = [3, 1000000000000, 2]\nsupport = 5",
        "kind = \"teacher\"\ndims = [3]\nsupport = 5",
        "kind = \"teacher\"\ndims = [3, 0, 2]\nsupport = 5",
    ] {
        let spec = Spec::parse(text, Path::new("spec.toml")).unwrap();
        assert!(spec.build(Path::new("")).is_err(), "{text}");
    }
}
