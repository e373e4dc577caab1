//! Conformance of anyone's implementation.
mod measurement;
mod point;
pub mod strategy;
mod subject;
pub use measurement::Measurement;
pub use point::{Datum, Point};
pub mod vectors;
pub use subject::{Field, Kind, Subject};
