//! Certified measurements of networks and samples: enclosures and exact counts.

mod escalate;
mod network;
mod trace;

pub use network::{NetworkMeasures, input_norm_bound};
pub use trace::{Count, MarginBelow, Query, Trace};
