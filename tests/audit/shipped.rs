//! The figures that `audits/` records.

use crate::support::{repository, table};
use gapcert::audit::{Finding, Verdict, examine, read};

fn certificates() -> Vec<Finding> {
    let tables = ["mnist", "cifar10"].map(|name| {
        table(
            &format!("audits/certificates/pacbayes-kl-{name}.csv"),
            "audits/certificates/columns.toml",
        )
    });
    examine(tables.concat(), None).unwrap()
}

/// audits/certificates: 450 rows, 230 understated by at most 1.092e-5, all of them
/// reproduced.
#[test]
fn the_450_certificates() {
    let all = certificates();
    assert_eq!(all.len(), 450);
    let of = |verdict| {
        all.iter()
            .filter(|f| f.judgement.verdict == verdict)
            .count()
    };
    assert_eq!((of(Verdict::Sound), of(Verdict::Understated)), (220, 230));
    let way = "kl inverse by bisection to relative tolerance 1e-5, last midpoint returned";
    for f in &all {
        let r = f
            .reproductions
            .first()
            .unwrap_or_else(|| panic!("row {}", f.claim.row));
        assert_eq!(r.way, way, "row {}", f.claim.row);
        let reported: f64 = f.claim.reported.text.parse().unwrap();
        assert!(
            (r.value - reported).abs() <= 1e-15 * reported,
            "row {}",
            f.claim.row
        );
    }
    // Value minus reported: both signs, as a last midpoint would have it.
    let excess = |f: &Finding| {
        let value = f.judgement.value.as_ref().unwrap();
        (value.lo() - f.claim.reported.number.as_ref().unwrap()).to_f64()
    };
    let most = all.iter().map(excess).fold(f64::NEG_INFINITY, f64::max);
    let least = all.iter().map(excess).fold(f64::INFINITY, f64::min);
    assert!((1.0915e-5..1.0925e-5).contains(&most), "{most:e}");
    assert!((-8.21e-6..-8.20e-6).contains(&least), "{least:e}");
}

/// audits/imagenet-compression: the value with every input as stated rounds to .9654.
#[test]
fn the_imagenet_bound() {
    let path = repository("audits/imagenet-compression/claims.toml");
    let all = examine(read::read(&path, None).unwrap(), None).unwrap();
    let verdicts: Vec<_> = all.iter().map(|f| f.judgement.verdict.name()).collect();
    assert_eq!(
        verdicts,
        [
            "undetermined", // [.96535, .96545] contains the value
            "sound",
            "sound",
            "undetermined",
            "understated",
            "sound",
            "sound",
            "understated",
            "understated",
        ]
    );
    let value = all[0].judgement.value.as_ref().unwrap();
    assert!(value.lo() > 0.965390 && value.hi() < 0.965391, "{value:?}");
    assert_eq!(
        all[0].reproductions[0].way,
        "the formula's value, rounded to the nearest"
    );
}

/// audits/galanti-2023: rho from the plotted curve.
#[test]
fn rho_of_the_plotted_curve() {
    let path = repository("audits/galanti-2023/claims.toml");
    let all = examine(read::read(&path, None).unwrap(), Some("rho")).unwrap();
    assert_eq!(all.len(), 9);
    let s = all[0].solution.as_ref().unwrap();
    let (lo, hi) = (
        s.enough.as_ref().unwrap().to_f64(),
        s.too_much.as_ref().unwrap().to_f64(),
    );
    assert!(
        (1.776..1.777).contains(&lo) && (2.432..2.434).contains(&hi),
        "{lo} {hi}"
    );
    // With the energies of normalised images rho would have to be below 0.24.
    let s = all[1].solution.as_ref().unwrap();
    assert!(s.enough.is_none() && s.too_much.as_ref().unwrap().to_f64() < 0.24);
}
