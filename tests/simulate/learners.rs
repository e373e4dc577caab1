use gapcert::learner::{LEARNERS, Spec};
use gapcert::population::{self, Population};
use gapcert::train::Stream;
use std::path::Path;

fn population(text: &str) -> Population {
    let spec = population::Spec::parse(text, Path::new("spec")).unwrap();
    spec.build(Path::new("")).unwrap()
}

fn learner(text: &str) -> Spec {
    Spec::from_table(toml::from_str(text).unwrap(), Path::new("spec")).unwrap()
}

fn clusters() -> Population {
    population("kind = \"clusters\"\nclasses = 3\ndim = 20\nsupport = 1000\nspread = 0.5")
}

/// The fraction of errors on a fresh sample of 100 and on the population.
fn errors(text: &str, population: &Population, seed: u64) -> (f64, f64) {
    let sample = population.draw(100, seed, Stream::Sample).unwrap();
    let fitted = learner(text)
        .fit(sample, population, seed, Path::new(""))
        .unwrap();
    let on = gapcert::population::errors(&fitted.model, &fitted.sample).unwrap();
    assert_eq!(on.lo, on.hi);
    let risk = population.risk(&fitted.model, 128).unwrap().mid_f64();
    (on.hi as f64 / fitted.sample.len() as f64, risk)
}

#[test]
fn they_learn_what_can_be_learned() {
    let easy = clusters();
    for text in [
        "kind = \"sgd\"\nhidden = [30]\nsteps = 300",
        "kind = \"sgd\"\nhidden = [20, 20]\nsteps = 500\nloss = \"squared-error\"\nrate = 0.5\nmomentum = 0.5",
        "kind = \"ridge\"\nridge = 0.1",
        "kind = \"ridge\"\nfeatures = { random = { width = 200 } }\nridge = 0.1",
        "kind = \"nearest-mean\"",
    ] {
        let (empirical, risk) = errors(text, &easy, 1);
        assert!(
            empirical <= 0.05 && risk <= 0.05,
            "{text}: {empirical} {risk}"
        );
    }
}

/// Orthogonal inputs with random labels: interpolation knows the sample only.
#[test]
fn interpolation_fits_noise_and_learns_nothing() {
    let noise = population("kind = \"hadamard\"\nclasses = 10\ndim = 1024");
    for features in ["\"inputs\"", "\"positions\""] {
        let (empirical, risk) = errors(
            &format!("kind = \"ridge\"\nfeatures = {features}"),
            &noise,
            2,
        );
        assert_eq!(empirical, 0.0, "{features}");
        // About 93 distinct points are known; the others are ties.
        assert!((0.89..0.93).contains(&risk), "{features}: {risk}");
    }
}

#[test]
fn the_worst_fits_the_sample_and_fails_elsewhere() {
    let all = population("kind = \"teacher\"\ndims = [10, 20, 3]\nsupport = 300");
    let text = "kind = \"worst\"\nfeatures = { random = { width = 600 } }";
    let (empirical, risk) = errors(text, &all, 3);
    assert!(empirical <= 0.02, "{empirical}");
    assert!(risk > 0.65, "{risk}");
    let (_, fair) = errors(
        "kind = \"ridge\"\nfeatures = { random = { width = 600 } }",
        &all,
        3,
    );
    assert!(risk > fair + 0.2, "{risk} {fair}");
}

#[test]
fn a_held_out_prior_leaves_its_rows_to_nobody() {
    let all = clusters();
    let text = "kind = \"sgd\"\nhidden = [10]\nsteps = 50\nprior = { held-out = { fraction = 0.3, steps = 50 } }";
    let sample = all.draw(100, 1, Stream::Sample).unwrap();
    let fitted = learner(text)
        .fit(sample.clone(), &all, 1, Path::new(""))
        .unwrap();
    let rest: Vec<usize> = (30..100).collect();
    assert!(fitted.sample == sample.select(&rest).unwrap());
    assert!(fitted.prior.is_some());
    // The prior is what training on the first rows alone gives.
    let own = "kind = \"sgd\"\nhidden = [10]\nsteps = 0\nprior = { held-out = { fraction = 0.3, steps = 50 } }";
    let again = learner(own).fit(sample, &all, 1, Path::new("")).unwrap();
    assert!(again.prior == fitted.prior && again.model == again.prior.unwrap());
}

#[test]
fn the_seed_decides_and_the_threads_do_not() {
    let all = clusters();
    for info in LEARNERS.iter().filter(|l| l.kind != "file") {
        let fit = |seed: u64, threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| {
                let sample = all.draw(60, seed, Stream::Sample).unwrap();
                learner(info.example)
                    .fit(sample, &all, seed, Path::new(""))
                    .unwrap()
                    .model
            })
        };
        assert!(fit(1, 1) == fit(1, 4), "{}", info.kind);
        assert!(fit(1, 1) != fit(2, 1), "{}", info.kind);
    }
}

#[test]
fn bad_learners_are_refused() {
    for (text, part) in [
        ("kind = \"nope\"", "nope"),
        ("kind = \"sgd\"\nsteps = 5", "hidden"),
        (
            "kind = \"sgd\"\nhidden = [3]\nsteps = 5\nsigma = 1",
            "sigma",
        ),
        ("kind = \"ridge\"\nfeatures = \"pixels\"", "pixels"),
        ("kind = \"file\"", "path"),
    ] {
        let table = toml::from_str(text).unwrap();
        let refused = Spec::from_table(table, Path::new("spec.toml"))
            .unwrap_err()
            .to_string();
        assert!(refused.contains(part), "{part}: {refused}");
    }
    let all = clusters();
    for text in [
        "kind = \"sgd\"\nhidden = [0]\nsteps = 5",
        "kind = \"sgd\"\nhidden = [3]\nsteps = 5\nbatch = 0",
        "kind = \"sgd\"\nhidden = [1000000000000]\nsteps = 5",
        "kind = \"ridge\"\nfeatures = { random = { width = 1000000000000 } }",
        "kind = \"ridge\"\nfeatures = { random = { width = 0 } }",
        "kind = \"sgd\"\nhidden = [3]\nsteps = 5\nprior = { held-out = { fraction = 1.0, steps = 5 } }",
    ] {
        let sample = all.draw(10, 1, Stream::Sample).unwrap();
        assert!(
            learner(text).fit(sample, &all, 1, Path::new("")).is_err(),
            "{text}"
        );
    }
}
