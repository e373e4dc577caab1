//! Bugs in formulas.

use super::Entry;
use super::Way::Formula;
use crate::bound::{Inputs, find};
use crate::real::{Enclosure, Real};

type In<'a> = &'a Inputs<Enclosure>;

const TEST: &str = "test-set/clopper-pearson";
const KL: &str = "pac-bayes/kl:sharp";
const MCALLESTER: &str = "pac-bayes/mcallester:as-printed";
const CATONI: &str = "pac-bayes/catoni";
const SINGLE_SHOT: &str = "muthukumar-sulam-2023/single-shot";
const THEOREM_13: &str = "muthukumar-sulam-2023/theorem-13:sound";
const SOUND: &str = "galanti-2023/sound";
const PATH_ENERGY: &str = "galanti-2023/path-energy";
const CHEVET: &str = "galanti-2023/chevet";

pub(super) const FAULTS: &[Entry] = &[
    (
        "test-set-two-sided",
        TEST,
        "the level of a two-sided interval: 2 delta for delta",
        Formula(|x| {
            let delta = x.scalar("delta");
            (delta.clone() * delta.int(2)).binomial_upper(x.scalar("errors"), x.scalar("m"))
        }),
    ),
    (
        "test-set-off-by-one",
        TEST,
        "k - 1 errors for k",
        Formula(|x| {
            let errors = x.scalar("errors");
            let less = (errors.clone() - errors.int(1)).max(&errors.int(0));
            x.scalar("delta").binomial_upper(&less, x.scalar("m"))
        }),
    ),
    (
        "test-set-normal",
        TEST,
        "the normal approximation for the binomial tail",
        Formula(|x| {
            let (m, errors) = (x.scalar("m"), x.scalar("errors"));
            let p = errors.clone() / m;
            let variance = p.clone() * (m.int(1) - &p) / m;
            p + x.scalar("delta").normal_upper_quantile() * variance.sqrt()
        }),
    ),
    (
        "kl-log10",
        KL,
        "log10 for ln",
        Formula(|x| kl_bound(x, nats(x) / x.scalar("m").int(10).ln())),
    ),
    (
        "kl-log2",
        KL,
        "log2 for ln, which is larger",
        Formula(|x| kl_bound(x, nats(x) / x.scalar("m").int(2).ln())),
    ),
    (
        "kl-delta-inside",
        KL,
        "ln(xi delta) for ln(xi/delta)",
        Formula(|x| {
            let inside = nats(x) + x.scalar("delta").ln() * x.scalar("m").int(2);
            kl_bound(x, inside.max(&x.scalar("m").int(0)))
        }),
    ),
    (
        "kl-direction",
        KL,
        "the inverse of kl(p|q) for that of kl(q|p)",
        Formula(|x| other_inverse(x.scalar("empirical_loss"), &(nats(x) / x.scalar("m")))),
    ),
    (
        "kl-grid-unpaid",
        KL,
        "the union over sigmas is left out",
        Formula(|x| unpaid(KL, x)),
    ),
    (
        "mcallester-m",
        MCALLESTER,
        "m for m - 1",
        Formula(|x| {
            let m = x.scalar("m");
            let degrees = (m.clone() - m.int(1)) / m;
            x.scalar("empirical_loss").clone() + part(MCALLESTER, x, "deviation") * degrees.sqrt()
        }),
    ),
    (
        "mcallester-root",
        MCALLESTER,
        "the square root is left out",
        Formula(|x| x.scalar("empirical_loss").clone() + part(MCALLESTER, x, "deviation").powi(2)),
    ),
    (
        "catoni-grid-unpaid",
        CATONI,
        "the union over c and the sigmas is left out",
        Formula(|x| unpaid(CATONI, x)),
    ),
    (
        "single-shot-grid-unpaid",
        SINGLE_SHOT,
        "the union over the grid is left out",
        Formula(|x| unpaid(SINGLE_SHOT, x)),
    ),
    (
        "single-shot-half-kl",
        SINGLE_SHOT,
        "half of the KL",
        Formula(|x| {
            let kl = x.scalar("kl");
            value(SINGLE_SHOT, &x.clone().with("kl", kl.clone() / kl.int(2)))
        }),
    ),
    (
        "single-shot-gibbs",
        SINGLE_SHOT,
        "the Gibbs risk for the network's: 1/(1 - tau) is left out",
        Formula(|x| part(SINGLE_SHOT, x, "gibbs_risk")),
    ),
    (
        "theorem-13-no-union",
        THEOREM_13,
        "the union over the K + 1 layers is left out",
        Formula(|x| {
            let delta = x.scalar("delta");
            let layers = delta.int(x.list("kl").len() as i64);
            let inputs = x.clone().with("delta", delta.clone() * layers);
            value(THEOREM_13, &inputs)
        }),
    ),
    (
        "path-energy-classes",
        PATH_ENERGY,
        "sqrt(C - 1) is left out",
        Formula(|x| {
            let classes = x.scalar("classes");
            let others = (classes.clone() - classes.int(1)).sqrt();
            scaled(PATH_ENERGY, x, &(x.scalar("m").int(1) / others))
        }),
    ),
    (
        "path-energy-half",
        PATH_ENERGY,
        "the factor 2 of symmetrisation is left out",
        Formula(|x| scaled(PATH_ENERGY, x, &x.scalar("m").ratio(1, 2))),
    ),
    (
        "path-energy-root",
        PATH_ENERGY,
        "1/m^(3/2) for 1/m",
        Formula(|x| {
            scaled(
                PATH_ENERGY,
                x,
                &(x.scalar("m").int(1) / x.scalar("m").sqrt()),
            )
        }),
    ),
    (
        "path-energy-confidence",
        PATH_ENERGY,
        "the term of delta is left out",
        Formula(|x| value(PATH_ENERGY, x) - part(PATH_ENERGY, x, "confidence")),
    ),
    (
        "path-energy-levels",
        PATH_ENERGY,
        "the union over the levels of the radius is left out",
        Formula(|x| {
            let m = x.scalar("m");
            let alone = (-x.scalar("delta").ln() * m.int(2) / m).sqrt();
            value(PATH_ENERGY, x) - part(PATH_ENERGY, x, "confidence") + alone
        }),
    ),
    (
        "sound-constants",
        SOUND,
        "2 sqrt 2 for 4, and no sqrt(C), as in the paper",
        Formula(|x| {
            let factor = x.scalar("classes").clone() * x.scalar("m").int(2);
            scaled(SOUND, x, &(x.scalar("m").int(1) / factor.sqrt()))
        }),
    ),
    (
        "chevet-operator",
        CHEVET,
        "the term of the operator energy is left out",
        Formula(|x| {
            let nothing = x.scalar("m").int(0);
            value(CHEVET, &x.clone().with("operator_energy", nothing))
        }),
    ),
];

/// The right formula.
fn value(bound: &str, x: In<'_>) -> Enclosure {
    let bound = find(bound).expect("a bound of the catalogue");
    bound.evaluate(x).value
}

/// A term of the right formula.
fn part(bound: &str, x: In<'_>, name: &str) -> Enclosure {
    let bound = find(bound).expect("a bound of the catalogue");
    let parts = bound.evaluate(x).parts;
    let found = parts.into_iter().find(|(n, _)| n == name);
    found.expect("a term of the bound").1
}

/// The bound with its complexity multiplied by a factor.
fn scaled(bound: &str, x: In<'_>, factor: &Enclosure) -> Enclosure {
    let complexity = part(bound, x, "complexity");
    value(bound, x) - &complexity + complexity * factor
}

fn unpaid(bound: &str, x: In<'_>) -> Enclosure {
    let nothing = x.scalar("m").int(0);
    value(bound, &x.clone().with("log_inverse_weight", nothing))
}

/// KL + ln(xi(m)/delta) + ln(1/w).
fn nats(x: In<'_>) -> Enclosure {
    let complexity = part(KL, x, "complexity");
    complexity * x.scalar("m")
}

fn kl_bound(x: In<'_>, nats: Enclosure) -> Enclosure {
    x.scalar("empirical_loss").kl_inv(&(nats / x.scalar("m")))
}

/// sup{p >= q : kl(p|q) <= c} by bisection; nothing says it rounds outward, and
/// with this bug that does not matter.
fn other_inverse(q: &Enclosure, c: &Enclosure) -> Enclosure {
    let q = q.upper();
    let two = q.int(2);
    let (mut low, mut high) = (q.clone(), q.int(1));
    for _ in 0..60 {
        let middle = ((low.clone() + &high) / &two).upper();
        if middle.kl(&q).certainly_le(c) {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}
