//! The gaps in the print of Theorems 11 and 13 of Muthukumar & Sulam, as checks. Their
//! numbers are those of `proofs/paper/theorem-13.md`, Section 2; what each does to the
//! printed value is in its Section 5 and in `audits/muthukumar-sulam-2023`.

use crate::support::{repository, verdict};
use gapcert::bound::theorem_13::{
    Budget, LayerShape, event_probability, sigma_hidden, sigma_output,
};
use gapcert::bound::{Inputs, find, theorem_11};
use gapcert::real::{Enclosure, Real};

fn number(n: i64) -> Enclosure {
    Enclosure::integer(128, n)
}

/// (1) 2K+1 events of probability 1/((K+1) sqrt m) each are more than the 1/sqrt m
/// that Lemma 12 counts; with 1/((2K+1) sqrt m) each they are exactly that.
#[test]
fn lemma_12_counts_too_few_events() {
    for hidden in 1..6u64 {
        let m = number(55_000);
        let all = number(2 * hidden as i64 + 1);
        let budget = number(1) / m.sqrt();
        assert!(budget.certainly_lt(&(event_probability(&m, hidden, Budget::Printed) * &all)));
        let sound = event_probability(&m, hidden, Budget::Sound) * &all - &budget;
        assert!(sound.contains(&rug::Float::new(128)) && sound.width() < 1e-30);
    }
}

/// (2) The theorem has a divergence for each of the K+1 layers; eq. 8 defines K of
/// the variances. Without the last the right-hand side is not defined.
#[test]
fn the_last_layer_needs_its_variance() {
    let claim = |kl: &str| {
        verdict(&format!(
            "[[claim]]\nbound = \"muthukumar-sulam-2023/theorem-13:as-printed\"\nreported = 0.9\n[claim.inputs]\nm = 55000\ndelta = 0.05\nmargin_loss = 0.1\nsparse_loss = [0]\nsparse_loss_3 = [0]\nkl = {kl}\n"
        ))
    };
    assert_eq!(claim("[10]"), "invalid");
    assert_eq!(claim("[10, 10]"), "sound");
}

/// (3) The zero network has R_0 = P(margin < 0) = 0, and is always wrong.
#[test]
fn ties_are_not_counted() {
    let outputs = [0.0f64; 10];
    let margin = |label: usize| {
        let others = outputs.iter().enumerate().filter(|(j, _)| *j != label);
        outputs[label] - others.map(|(_, x)| *x).fold(f64::NEG_INFINITY, f64::max)
    };
    let labels = 0..10;
    assert_eq!(labels.clone().filter(|&y| margin(y) < 0.0).count(), 0);
    assert_eq!(labels.filter(|&y| margin(y) <= 0.0).count(), 10);
}

/// (4) The printed terms are twice, and between 2 and sqrt 8 times, what the proof needs.
#[test]
fn factors_that_the_proof_does_not_need() {
    let terms = |form: &str, kl: i64| {
        let bound = find(&format!("muthukumar-sulam-2023/theorem-13:{form}")).unwrap();
        let zero = || vec![number(0)];
        let inputs = Inputs::new()
            .with("m", number(55_000))
            .with("delta", number(1).ratio(1, 20))
            .with("margin_loss", number(0))
            .with_list("sparse_loss", zero())
            .with_list("sparse_loss_3", zero())
            .with_list("kl", vec![number(kl), number(0)]);
        let parts = bound.evaluate(&bound.check(inputs).unwrap()).parts;
        let get = |name: &str| parts.iter().find(|(n, _)| n == name).unwrap().1.clone();
        (get("derandomisation"), get("deviation_1"))
    };
    let (switch, _) = terms("as-printed", 0);
    let needed = number(4) / (number(55_000).sqrt() - number(1));
    assert!((switch / needed - number(2)).contains(&rug::Float::new(128)));
    for kl in [0, 10, 1000, 1_000_000] {
        let ratio = terms("as-printed", kl).1 / terms("sharp", kl).1;
        assert!(ratio.lo() >= 2 && ratio.hi() <= 2.829f64, "{ratio:?}");
    }
}

/// (5) Pixels in [0,1] bound the norm of an image by 28, and nothing smaller does: the
/// norms of a sample are no bound on those of the population.
#[test]
fn the_norm_has_to_be_bounded_almost_surely() {
    let white = [1.0f64; 784];
    assert_eq!(white.iter().map(|x| x * x).sum::<f64>().sqrt(), 28.0);
}

/// (6) Dividing by xi moves the centre of a data-dependent prior: two networks with
/// the same prior have two priors once each is divided by its own norm.
#[test]
fn normalising_moves_the_prior() {
    let (prior, first, second) = (0.5f64, 2.0f64, 4.0f64);
    assert_ne!(prior / first, prior / second);
    // A prior centred at zero stays there.
    assert_eq!(0.0 / first, 0.0 / second);
}

/// (7) r < gamma implies r < 3 gamma, so S_k(gamma) <= S_k(3 gamma): the sum counts such
/// samples twice. (For k = K the proof's margin step does use S_K(gamma).)
#[test]
fn the_sparse_loss_is_counted_twice() {
    let radii: Vec<f64> = (0..100).map(|i| f64::from(i) / 100.0).collect();
    let share = |c: f64| radii.iter().filter(|r| **r < c).count();
    for gamma in [0.01, 0.1, 0.3, 0.9] {
        assert!(share(gamma) <= share(3.0 * gamma));
    }
}

/// (8) The labels of the points with a data prior are 0.85 of those with a zero prior,
/// in thousands, and not 0.95 of them.
#[test]
fn sample_size_labels() {
    let path = repository("audits/muthukumar-sulam-2023/figures.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let labels = |prior: &str| -> Vec<u32> {
        let rows = text
            .lines()
            .skip(1)
            .map(|l| l.split(',').collect::<Vec<_>>());
        let of_one = rows.filter(|r| r[0] == "1a" && r[2] == prior);
        of_one.map(|r| r[3].parse().unwrap()).collect()
    };
    let (zero, data) = (labels("zero"), labels("data"));
    assert_eq!(zero, [11, 22, 33, 44, 55]);
    let share = |percent: u32| {
        zero.iter()
            .map(|m| (m * percent + 50) / 100)
            .collect::<Vec<_>>()
    };
    assert_eq!(data, share(85));
    assert_ne!(data, share(95));
    // With the share of the text the last label would be 52.
    assert_eq!(share(95), [10, 21, 31, 42, 52]);
}

/// (9) Lemma 4, part 2, with ">=" at eps = 0: a unit that is active has radius 0 >= 0.
#[test]
fn a_clipped_radius_is_not_a_margin() {
    let pre_activation = 5.0f64;
    let (radius, gamma) = ((-pre_activation).max(0.0), 0.0);
    assert!(
        radius >= gamma && pre_activation > 0.0,
        "said to be inactive, and active"
    );
}

/// (10) Theorem 11's formula for sigma, extended to the last layer, exceeds what
/// Lemma 12 allows there once C is large; up to C = 2(K+1) sqrt m it does not.
#[test]
fn theorem_11_at_the_last_layer() {
    let m = number(100);
    let one = number(1);
    let above = |classes: u64| {
        let output = LayerShape {
            d: classes,
            s: classes - 1,
            d_in: 1,
            s_in: 0,
        };
        let hidden = LayerShape {
            d: 1,
            s: 0,
            d_in: 1,
            s_in: 0,
        };
        let t = event_probability(&m, 1, Budget::Printed);
        let allowed = sigma_output(&one, &one, output, &t);
        let width = theorem_11::effective_width(&[hidden], &m);
        let eleven = theorem_11::sigma(&one, &one, &width, 2, &m);
        // At the hidden layer it is within what Theorem 13 allows.
        assert!(eleven.certainly_le(&sigma_hidden(&one, &one, &one, hidden, &t)));
        allowed.certainly_lt(&eleven)
    };
    assert!(above(1_000_000));
    for classes in [2, 10, 40] {
        assert!(!above(classes), "{classes}");
    }
}
