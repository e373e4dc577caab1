//! Certified generalization bounds.
//!
//! Data flows one way: model and data are read ([`network`], [`data`]), turned
//! into certified measurements, put into a theorem, and come out as a
//! certificate.
pub mod data;
pub mod error;
pub mod input;
pub mod network;
