//! Lines of a program under test, and the files of `conform`.
use gapcert::conform::vectors::Vectors;
use gapcert::conform::{Lock, Point, parse};
use std::path::Path;

pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for line in text.lines() {
        let _ = parse(line, 1).to_string();
    }
    if let Ok(json) = serde_json::from_slice(data) {
        let _ = Point::from_json(&json);
        let _ = Vectors::from_json(&json, Path::new("fuzz"));
        let _ = Lock::from_json(&json, Path::new("fuzz"));
    }
}
