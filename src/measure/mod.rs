//! Certified measurements of networks and samples: enclosures and exact counts.

mod activity;
pub mod babel;
pub mod convolution;
mod count;
pub mod definition;
mod escalate;
mod forward;
pub mod frobenius;
pub mod leaves;
mod margins;
mod margins_exact;
mod network;
pub mod norms;
mod patches;
pub mod paths;
mod query;
mod rademacher;
pub mod sparse_norm;
mod trace;

pub use activity::{Activity, activity};
pub use leaves::LeafEnergies;
pub use margins::Margins;
pub use network::{NetworkMeasures, distances_squared, input_norm_bound};
pub use paths::{NetworkPaths, SamplePaths};
pub use query::{Count, MarginBelow, Query};
pub use rademacher::rademacher;
pub use trace::Trace;
