//! From results to JSON and pictures.

pub mod audit;
pub mod conform;
pub mod json;
pub mod measurements;
pub mod parts;
pub mod schema;
pub mod simulation;
pub mod simulation_table;
pub mod svg;
