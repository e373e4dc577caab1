//! Certified measurements of networks and samples: enclosures and exact counts.

mod activity;
mod escalate;
mod network;
mod trace;

pub use activity::{Activity, activity};
pub use network::{NetworkMeasures, distance_squared, input_norm_bound};
pub use trace::{Count, MarginBelow, Query, Trace};
