//! Pictures, as SVG text.
//!
//! No font is available when they are drawn: the viewer chooses one, so widths
//! of texts are estimates, on the generous side.

mod activity;
mod bounds;
mod canvas;
mod curves;

pub use activity::{activity_histogram, activity_mean};
pub use bounds::{Bar, bounds_chart};
pub use curves::{Curve, curves};

/// A number of a chart with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub name: String,
    pub value: f64,
}

impl Named {
    pub fn new(name: impl Into<String>, value: f64) -> Self {
        Self {
            name: name.into(),
            value,
        }
    }
}
