//! From results to JSON and pictures.

pub mod json;
pub mod schema;
pub mod svg;
