//! What `write` of `tests/checker/certificates.rs` wrote.

use serde_json::Value as Json;
use std::sync::OnceLock;

pub fn all() -> &'static [Json] {
    static ALL: OnceLock<Vec<Json>> = OnceLock::new();
    ALL.get_or_init(|| {
        let all: Vec<Json> = (0..)
            .map_while(|n| std::fs::read(format!("certificates/{n}.json")).ok())
            .map(|text| serde_json::from_slice(&text).unwrap())
            .collect();
        assert!(!all.is_empty(), "no certificates");
        all
    })
}
