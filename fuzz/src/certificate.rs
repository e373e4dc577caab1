//! A certificate of any content: checked, and exported to Coq.
use gapcert::{checker, coq};
use std::path::Path;

pub fn run(bytes: &[u8]) {
    let report = checker::verify(bytes);
    // What is refused as a whole has no verified part.
    assert!(report.whole.is_none() || report.results.is_empty());
    let Ok(json) = serde_json::from_slice(bytes) else {
        return;
    };
    if let Ok(certificate) = coq::read(Path::new("fuzz"), &json) {
        let _ = coq::export(&certificate, &[], None);
    }
}
