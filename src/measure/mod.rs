//! Certified measurements of networks and samples: enclosures and exact counts.

mod activity;
pub mod babel;
mod count;
mod escalate;
pub mod frobenius;
mod network;
pub mod norms;
mod query;
pub mod sparse_norm;
mod trace;

pub use activity::{Activity, activity};
pub use network::{NetworkMeasures, distances_squared, input_norm_bound};
pub use query::{Count, MarginBelow, Query};
pub use trace::Trace;
