//! The figures that `audits/` records.

use crate::support::table;
use gapcert::audit::{Finding, Verdict, examine};

fn certificates() -> Vec<Finding> {
    let tables = ["mnist", "cifar10"].map(|name| {
        table(&format!("audits/certificates/pacbayes-kl-{name}.csv"), "audits/certificates/columns.toml")
    });
    examine(tables.concat(), None).unwrap()
}

/// audits/certificates: 450 rows, 230 understated by at most 1.092e-5, all of them
/// reproduced.
#[test]
fn the_450_certificates() {
    let all = certificates();
    assert_eq!(all.len(), 450);
    let of = |verdict| all.iter().filter(|f| f.judgement.verdict == verdict).count();
    assert_eq!((of(Verdict::Sound), of(Verdict::Understated)), (220, 230));
    let way = "kl inverse by bisection to relative tolerance 1e-5, last midpoint returned";
    for f in &all {
        let r = f.reproductions.first().unwrap_or_else(|| panic!("row {}", f.claim.row));
        assert_eq!(r.way, way, "row {}", f.claim.row);
        let reported: f64 = f.claim.reported.text.parse().unwrap();
        assert!((r.value - reported).abs() <= 1e-15 * reported, "row {}", f.claim.row);
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
