//! Effective activity ratios, as in Figures 2 and 5 of Muthukumar & Sulam (2023).

use super::canvas::{COLOURS, FONT, INK, drawn, width, write};
use crate::error::{Error, Result};
use plotters::prelude::*;

const SIZE: (u32, u32) = (760, 440);
const TITLE: i32 = 22;
const AXIS: i32 = 17;
const TICK: i32 = 15;

/// The distribution of the effective activity ratio over a sample (Figure 2a):
/// `bins` equal bins of \[0,1\], 1 belonging to the last, and the mean.
///
/// # Errors
/// A bug if there are no bins, no ratios or a ratio outside \[0,1\].
pub fn activity_histogram(title: &str, ratios: &[f64], bins: usize) -> Result<String> {
    if bins == 0 || ratios.is_empty() || !ratios.iter().all(|r| (0.0..=1.0).contains(r)) {
        return Err(Error::bug(
            "a histogram has bins and ratios in [0,1]",
            format!("{bins} bins, {} ratios", ratios.len()),
        ));
    }
    let mut counts = vec![0u64; bins];
    for r in ratios {
        counts[((r * bins as f64) as usize).min(bins - 1)] += 1;
    }
    let share = |n: u64| n as f64 / ratios.len() as f64;
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
    let highest = counts.iter().copied().map(share).fold(0.0, f64::max) * 1.15;
    drawn(SIZE, |area| {
        let mut chart = ChartBuilder::on(area)
            .caption(title, (FONT, TITLE).into_font().color(&INK))
            .margin(14)
            .margin_right(24)
            .x_label_area_size(50)
            .y_label_area_size(74)
            .build_cartesian_2d(0.0..1.0, 0.0..highest)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(BLACK.mix(0.1))
            .label_style((FONT, TICK).into_font().color(&INK))
            .axis_desc_style((FONT, AXIS).into_font().color(&INK))
            .x_desc("effective activity ratio")
            .y_desc("fraction of the sample")
            .draw()?;
        let step = 1.0 / bins as f64;
        chart.draw_series(
            counts
                .iter()
                .enumerate()
                .filter(|(_, n)| **n > 0)
                .map(|(i, &n)| {
                    let left = i as f64 * step;
                    Rectangle::new(
                        [(left, 0.0), (left + step, share(n))],
                        COLOURS[0].mix(0.8).filled(),
                    )
                }),
        )?;
        chart.draw_series([PathElement::new(
            [(mean, 0.0), (mean, highest)],
            COLOURS[5].stroke_width(2),
        )])?;
        let text = format!("mean {mean:.4}");
        let at = chart.backend_coord(&(mean, highest));
        let side = if mean < 0.8 {
            6
        } else {
            -6 - width(&text, TICK)
        };
        write(area, &text, (at.0 + side, at.1 + 2), TICK)
    })
}

/// Mean effective activity ratio against the sensitivity eps (Figure 2b), one
/// named curve per network with a mean for each of `eps`.
///
/// # Errors
/// A bug if there is no eps, one is not finite and > 0, or a curve has another
/// number of points.
pub fn activity_mean(title: &str, eps: &[f64], curves: &[(String, Vec<f64>)]) -> Result<String> {
    let positive = eps.iter().all(|e| e.is_finite() && *e > 0.0);
    if eps.is_empty() || !positive || curves.iter().any(|(_, c)| c.len() != eps.len()) {
        let lengths: Vec<_> = curves.iter().map(|(_, c)| c.len()).collect();
        return Err(Error::bug(
            "a curve has a point for each eps > 0",
            format!("{eps:?} and curves of {lengths:?} points"),
        ));
    }
    // Increasing, whatever order the caller asked for.
    let mut order: Vec<usize> = (0..eps.len()).collect();
    order.sort_by(|&i, &j| eps[i].total_cmp(&eps[j]));
    let (first, last) = (eps[order[0]], eps[order[eps.len() - 1]]);
    // One sensitivity alone would make an empty axis.
    let (from, to) = if first < last {
        (first, last)
    } else {
        (first / 2.0, first * 2.0)
    };
    // The ratio does not decrease with eps, so high curves leave the lower right
    // free and low ones the upper left.
    let lowest_end = curves
        .iter()
        .filter_map(|(_, c)| c.get(order[eps.len() - 1]))
        .fold(1.0, |a: f64, &b| a.min(b));
    let legend = if lowest_end > 0.4 {
        SeriesLabelPosition::LowerRight
    } else {
        SeriesLabelPosition::UpperLeft
    };
    drawn(SIZE, |area| {
        let mut chart = ChartBuilder::on(area)
            .caption(title, (FONT, TITLE).into_font().color(&INK))
            .margin(14)
            .margin_right(24)
            .x_label_area_size(50)
            .y_label_area_size(66)
            .build_cartesian_2d((from..to).log_scale(), 0.0..1.05)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(BLACK.mix(0.1))
            .label_style((FONT, TICK).into_font().color(&INK))
            .axis_desc_style((FONT, AXIS).into_font().color(&INK))
            .x_desc("sensitivity eps")
            .y_desc("mean effective activity ratio")
            .x_label_formatter(&|x| format!("{x:.0e}"))
            .draw()?;
        for (i, (name, means)) in curves.iter().enumerate() {
            let colour = COLOURS[i % COLOURS.len()];
            let points = order.iter().map(|&j| (eps[j], means[j]));
            chart
                .draw_series(
                    LineSeries::new(points, colour.stroke_width(2).filled()).point_size(3),
                )?
                .label(name)
                .legend(move |(x, y)| {
                    PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2))
                });
        }
        if !curves.is_empty() {
            chart
                .configure_series_labels()
                .position(legend)
                .margin(12)
                .background_style(WHITE.mix(0.85))
                .border_style(BLACK.mix(0.3))
                .label_font((FONT, TICK).into_font().color(&INK))
                .draw()?;
        }
        Ok(())
    })
}
