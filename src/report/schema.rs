//! JSON schemas (draft 2020-12) of what is read and printed.

/// What `evaluate --inputs` and `vacuity --inputs` read.
pub const INPUTS: &str = include_str!("schema/inputs.json");
/// What `evaluate --json` prints.
pub const EVALUATE: &str = include_str!("schema/evaluate.json");
/// What `certify --json` prints.
pub const CERTIFY: &str = include_str!("schema/certify.json");
/// What `certify -o` writes.
pub const CERTIFICATE: &str = include_str!("schema/certificate.json");
/// What `measure --json` prints.
pub const MEASURE: &str = include_str!("schema/measure.json");
/// What `verify --json` prints.
pub const VERIFY: &str = include_str!("schema/verify.json");
/// What `audit --json` prints.
pub const AUDIT: &str = include_str!("schema/audit.json");
/// What `simulate --json` prints, and writes as `summary.json`.
pub const SIMULATE: &str = include_str!("schema/simulate.json");
/// What `falsify` writes and `falsify --replay` reads.
pub const FALSIFY: &str = include_str!("schema/falsify.json");
/// What `falsify --json` prints.
pub const FALSIFY_REPORT: &str = include_str!("schema/falsify-report.json");
/// What `falsify --replay --json` prints.
pub const FALSIFY_REPLAY: &str = include_str!("schema/falsify-replay.json");
/// What `vectors` writes.
pub const VECTORS: &str = include_str!("schema/vectors.json");
/// What `conform --json` prints.
pub const CONFORM: &str = include_str!("schema/conform.json");
/// What `lock create` writes.
pub const LOCK: &str = include_str!("schema/lock.json");
/// What `lock check --json` prints.
pub const LOCK_CHECK: &str = include_str!("schema/lock-check.json");
