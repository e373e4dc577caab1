//! Curves against one quantity: bounds and exact risks.

use super::canvas::{COLOURS, FONT, INK, drawn};
use crate::error::{Error, Result};
use plotters::prelude::*;

const SIZE: (u32, u32) = (860, 480);
const TITLE: i32 = 22;
const AXIS: i32 = 17;
const TICK: i32 = 15;

/// A named curve: (x, low, middle, high), drawn with a bar from low to high.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    pub name: String,
    pub points: Vec<(f64, [f64; 3])>,
}

/// Curves with their spreads. Values above `most` are drawn at it.
///
/// # Errors
/// A bug if there is no finite point.
pub fn curves(title: &str, x: &str, y: &str, all: &[Curve], most: f64) -> Result<String> {
    let points = || all.iter().flat_map(|c| &c.points);
    let usable = |x: &f64| x.is_finite();
    let xs: Vec<f64> = points().map(|p| p.0).filter(usable).collect();
    let ys: Vec<f64> = points().flat_map(|p| p.1).filter(usable).collect();
    if xs.is_empty() || ys.is_empty() {
        return Err(Error::bug("curves have finite points", title.to_owned()));
    }
    let least = |v: &[f64]| v.iter().copied().fold(f64::INFINITY, f64::min);
    let largest = |v: &[f64]| v.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (low, high) = (least(&ys).clamp(-most, 0.0), largest(&ys).min(most) * 1.08);
    let high = if high > low { high } else { low + 1.0 };
    let (from, to) = match (least(&xs), largest(&xs)) {
        (a, b) if a < b => (a - (b - a) * 0.04, b + (b - a) * 0.04),
        (a, _) => (a - 0.5, a + 0.5),
    };
    let clip = |v: f64| v.clamp(low, high);
    drawn(SIZE, |area| {
        let mut chart = ChartBuilder::on(area)
            .caption(title, (FONT, TITLE).into_font().color(&INK))
            .margin(14)
            .margin_right(24)
            .x_label_area_size(50)
            .y_label_area_size(74)
            .build_cartesian_2d(from..to, low..high)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(BLACK.mix(0.1))
            .label_style((FONT, TICK).into_font().color(&INK))
            .axis_desc_style((FONT, AXIS).into_font().color(&INK))
            .x_desc(x)
            .y_desc(y)
            .draw()?;
        for (i, curve) in all.iter().enumerate() {
            let colour = COLOURS[i % COLOURS.len()];
            // Beyond as many colours, thinner lines tell curves apart.
            let wide = if i < COLOURS.len() { 3 } else { 1 };
            let middle = curve.points.iter().filter(|p| p.1[1].is_finite());
            chart
                .draw_series(LineSeries::new(
                    middle.map(|p| (p.0, clip(p.1[1]))),
                    colour.stroke_width(wide),
                ))?
                .label(curve.name.as_str())
                .legend(move |(x, y)| {
                    PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(wide))
                });
            let spread = curve.points.iter().filter(|p| p.1.iter().all(usable));
            chart.draw_series(spread.map(|p| {
                let ends = [(p.0, clip(p.1[0])), (p.0, clip(p.1[2]))];
                PathElement::new(ends, colour.mix(0.6).stroke_width(1))
            }))?;
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .background_style(WHITE.mix(0.85))
            .border_style(BLACK.mix(0.2))
            .label_font((FONT, TICK).into_font().color(&INK))
            .draw()?;
        Ok(())
    })
}
