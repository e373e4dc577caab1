//! gapcert's own lock, and what a check says of answers that moved.

use crate::common::schema::validate;
use crate::python::tolerance;
use gapcert::conform::vectors::standard;
use gapcert::conform::{Builtin, Judgement, Lock, Point, Recorded, Subject};
use gapcert::report::schema::LOCK;
use serde_json::Value as Json;
use std::path::Path;

/// The answers of gapcert at its default precision are those of
/// `tests/conform/gapcert.lock.json`, all of them. After an intended change:
/// `gapcert lock create --force -o tests/conform/gapcert.lock.json`.
#[test]
fn gapcert_answers_what_it_answered() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conform/gapcert.lock.json");
    let json: Json = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let schema: Json = serde_json::from_str(LOCK).unwrap();
    validate(&schema, &json).unwrap();
    let lock = Lock::from_json(&json, &path).unwrap();
    assert_eq!(lock.to_json(), json);
    let mut calls = 0;
    for subject in Subject::all() {
        calls += standard(&subject).len();
    }
    assert_eq!(lock.entries.len(), calls, "a lock of other vectors");
    let moved = lock
        .check(&mut Builtin::default(), &[], &tolerance, &|_| {})
        .unwrap();
    assert!(
        moved.is_empty(),
        "{} moved, the first {:?}",
        moved.len(),
        moved[0]
    );
}

#[test]
fn a_check_says_what_moved_and_whether_it_is_sound() {
    let subject = Subject::find("pac-bayes/mcallester:as-printed").unwrap();
    let value = |p: &Point| {
        subject
            .value(p, 64)
            .map(|x| x.mid_f64())
            .map_err(|e| e.to_string())
    };
    let vectors = [standard(&subject)];
    let mut right = |p: &Point| value(p);
    let lock = Lock::create("right", "1", &mut right, &vectors, &[], &|_| {}).unwrap();
    // Clipped at 1: unsound where the bound is above 1. And 1% too large elsewhere.
    let mut clipped = |p: &Point| value(p).map(|x| if x > 1.0 { 1.0 } else { x * 1.01 });
    let moved = lock.check(&mut clipped, &[], &tolerance, &|_| {}).unwrap();
    assert!(moved.len() > 20);
    for m in &moved {
        assert_eq!(m.old_is, Judgement::Right, "{m:?}");
        let by = m.difference.unwrap();
        if m.new == Recorded::Value("1e0".into()) {
            assert!(m.new_is == Judgement::Unsound && by < 0.0, "{m:?}");
        } else {
            assert!(
                m.new_is == Judgement::Loose && (by - 0.01).abs() < 1e-9,
                "{m:?}"
            );
        }
    }
    let mut refusing = |_: &Point| Err::<f64, _>("no".to_owned());
    let moved = lock.check(&mut refusing, &[], &tolerance, &|_| {}).unwrap();
    let valid = vectors[0]
        .iter()
        .filter(|v| subject.value(&v.inputs, 64).is_ok());
    assert_eq!(moved.len(), valid.count());
    assert!(moved.iter().all(|m| m.new_is == Judgement::RefusedValid));
}
