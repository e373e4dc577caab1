//! Random networks, data and inputs of bounds, for property tests (feature `testing`).
//!
//! [`Numbers`] makes choices; [`network`], [`mlp`], [`sample`] and [`weights`] turn them
//! into things with few bits, so that sums of a few products are exact in f64, and with
//! what goes wrong: zeros, dead and repeated units, ties. The strategies are for
//! proptest, and shrink: [`inputs`] of a bound inside its domain, [`points`] of anything
//! that `gapcert conform` tests, [`graphs`], [`mlps`], [`worlds`].
//!
//! ```
//! use gapcert::testing::worlds;
//! use proptest::prelude::*;
//!
//! proptest!(ProptestConfig::with_cases(20), |(world in worlds())| {
//!     let sum: f64 = world.mlp.layers().iter().map(|l| l.weights.sum()).sum();
//!     prop_assert!(sum.is_finite());
//! });
//! ```

mod inputs;
mod networks;
mod numbers;
mod strategies;

pub use inputs::{inputs, number};
pub use networks::{Features, conv, mlp, network, sample, weights, window};
pub use numbers::Numbers;
pub use strategies::{World, graphs, mlps, points, worlds};
