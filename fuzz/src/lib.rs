//! What each target does with its bytes. A panic is a finding, and so is what its
//! assertions say.
//!
//! The programs of `fuzz_targets` hand these to libFuzzer; `tests/fuzz` of the toolkit,
//! which reads this same file, runs them on damaged seeds with a stable compiler.

pub mod architecture;
pub mod certificate;
pub mod checker;
pub mod claims;
pub mod csv;
pub mod decimal;
pub mod idx;
pub mod indices;
pub mod interval;
pub mod log;
pub mod npy;
pub mod npz;
pub mod onnx;
pub mod protocol;
pub mod safetensors;
pub mod specs;

/// What a target does with bytes.
pub type Run = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: [(&str, Run); 16] = [
    ("architecture", architecture::run),
    ("certificate", certificate::run),
    ("checker", checker::run),
    ("claims", claims::run),
    ("csv", csv::run),
    ("decimal", decimal::run),
    ("idx", idx::run),
    ("indices", indices::run),
    ("interval", interval::run),
    ("log", log::run),
    ("npy", npy::run),
    ("npz", npz::run),
    ("onnx", onnx::run),
    ("protocol", protocol::run),
    ("safetensors", safetensors::run),
    ("specs", specs::run),
];
