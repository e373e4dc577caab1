use crate::support::{judged, table};
use gapcert::audit::judge;
use gapcert::real::Enclosure;
use serde_json::Value as Json;
use std::collections::HashMap;

fn load() -> Json {
    serde_json::from_str(include_str!("oracle.json")).unwrap()
}

/// The certified range contains mpmath's, and is hardly wider.
#[track_caller]
fn agrees(value: &Enclosure, case: &Json) {
    let end = |name: &str| Enclosure::parse(256, case[name].as_str().unwrap()).unwrap();
    let (lo, hi) = (end("lo"), end("hi"));
    // The oracle has 30 digits.
    let slack = Enclosure::parse(256, "1e-28").unwrap();
    assert!(value.lo() <= (lo.clone() + &slack).hi(), "{value:?} {case}");
    assert!(value.hi() >= (hi.clone() - &slack).lo(), "{value:?} {case}");
    let width = (hi - lo).hi() * 1.01f64 + 1e-12f64;
    assert!(value.width() <= width, "{value:?} {case}");
}

#[test]
fn made_claims() {
    let file = load();
    let claims = file["claims"].as_array().unwrap();
    assert_eq!(claims.len(), 50);
    for case in claims {
        let judged = judged(case["toml"].as_str().unwrap());
        assert_eq!(judged.verdict.name(), case["verdict"], "{case} {judged:?}");
        agrees(&judged.value.unwrap(), case);
    }
}

#[test]
fn rows_of_the_certificates() {
    let file = load();
    let rows = file["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 50);
    let mut tables = HashMap::new();
    for case in rows {
        let name = case["table"].as_str().unwrap();
        let table = tables.entry(name).or_insert_with(|| {
            table(
                &format!("audits/certificates/{name}"),
                "audits/certificates/columns.toml",
            )
        });
        let row = case["row"].as_u64().unwrap() as usize;
        let claim = &table[row - 1];
        assert_eq!(claim.row, row);
        let judged = judge(claim);
        assert_eq!(judged.verdict.name(), case["verdict"], "{case}");
        agrees(&judged.value.unwrap(), case);
    }
}
