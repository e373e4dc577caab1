//! Pictures, as SVG text.

use crate::error::{Error, Result};
use plotters::coord::Shift;
use plotters::prelude::*;

const SIZE: (u32, u32) = (760, 440);
const FONT: &str = "sans-serif";
const COLOURS: [RGBColor; 6] = [
    RGBColor(31, 119, 180),
    RGBColor(255, 127, 14),
    RGBColor(44, 160, 44),
    RGBColor(148, 103, 189),
    RGBColor(140, 86, 75),
    RGBColor(23, 190, 207),
];

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

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

fn drawn(
    size: (u32, u32),
    draw: impl FnOnce(&Area<'_>) -> std::result::Result<(), Failure>,
) -> Result<String> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
        area.fill(&WHITE)
            .map_err(Failure::from)
            .and_then(|()| draw(&area))
            .and_then(|()| area.present().map_err(Failure::from))
            .map_err(|f| Error::bug("a chart can be drawn", f.0))?;
    }
    Ok(text)
}

/// Whatever the drawing library says.
struct Failure(String);

impl<E: std::error::Error> From<E> for Failure {
    fn from(e: E) -> Self {
        Self(e.to_string())
    }
}

/// The distribution of the effective activity ratio over a sample (Figure 2a of
/// Muthukumar & Sulam 2023): `bins` equal bins of \[0,1\].
///
/// # Errors
/// A bug if the chart cannot be drawn.
pub fn activity_histogram(title: &str, ratios: &[f64], bins: usize) -> Result<String> {
    let mut counts = vec![0u64; bins];
    for r in ratios {
        counts[((r * bins as f64) as usize).min(bins - 1)] += 1;
    }
    let share = |n: u64| n as f64 / ratios.len() as f64;
    let highest = counts.iter().copied().map(share).fold(0.0, f64::max) * 1.1;
    drawn(SIZE, |area| {
        let mut chart = ChartBuilder::on(area)
            .caption(title, (FONT, 20))
            .margin(14)
            .x_label_area_size(46)
            .y_label_area_size(64)
            .build_cartesian_2d(0.0..1.0, 0.0..highest)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .x_desc("effective activity ratio")
            .y_desc("fraction of the sample")
            .draw()?;
        let width = 1.0 / bins as f64;
        chart.draw_series(
            counts
                .iter()
                .enumerate()
                .filter(|(_, n)| **n > 0)
                .map(|(i, &n)| {
                    let left = i as f64 * width;
                    Rectangle::new([(left, 0.0), (left + width, share(n))], COLOURS[0].filled())
                }),
        )?;
        Ok(())
    })
}

/// Mean effective activity ratio against the sensitivity eps (Figure 2b), one
/// curve per network; `eps` increasing.
///
/// # Errors
/// A bug if the chart cannot be drawn.
pub fn activity_mean(title: &str, eps: &[f64], curves: &[(String, Vec<f64>)]) -> Result<String> {
    let first = eps.iter().copied().fold(f64::INFINITY, f64::min);
    let last = eps.iter().copied().fold(0.0, f64::max).max(first * 1.001);
    drawn(SIZE, |area| {
        let mut chart = ChartBuilder::on(area)
            .caption(title, (FONT, 20))
            .margin(14)
            .x_label_area_size(46)
            .y_label_area_size(64)
            .build_cartesian_2d((first..last).log_scale(), 0.0..1.05)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .x_desc("sensitivity eps")
            .y_desc("mean effective activity ratio")
            .x_label_formatter(&|x| format!("{x:.0e}"))
            .draw()?;
        for (i, (name, means)) in curves.iter().enumerate() {
            let colour = COLOURS[i % COLOURS.len()];
            chart
                .draw_series(LineSeries::new(
                    eps.iter().copied().zip(means.iter().copied()),
                    colour.stroke_width(2),
                ))?
                .label(name)
                .legend(move |(x, y)| {
                    PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2))
                });
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::LowerLeft)
            .background_style(WHITE.mix(0.85))
            .border_style(BLACK.mix(0.3))
            .label_font((FONT, 14))
            .draw()?;
        Ok(())
    })
}

/// Upper bounds as horizontal bars, with vertical lines at reference values
/// such as the exact risk. The axis ends at 1; a longer bar ends in an arrow.
///
/// # Errors
/// A bug if the chart cannot be drawn.
pub fn bounds_chart(title: &str, bars: &[Named], references: &[Named]) -> Result<String> {
    const LEFT: i32 = 330;
    const ROW: i32 = 30;
    const TOP: i32 = 64;
    let (width, plot) = (900, 470.0);
    let bottom = TOP + ROW * bars.len() as i32;
    let height = bottom + 62 + 22 * references.len() as i32;
    let x_of = |v: f64| LEFT + (v.clamp(0.0, 1.0) * plot) as i32;
    drawn((width, height as u32), |area| {
        let text = |s: &str, at: (i32, i32), size: i32, colour: RGBColor| {
            area.draw(&Text::new(
                s.to_owned(),
                at,
                (FONT, size).into_font().color(&colour),
            ))
        };
        text(title, (20, 18), 19, BLACK)?;
        for tick in 0..=10 {
            let x = x_of(f64::from(tick) / 10.0);
            area.draw(&PathElement::new(
                [(x, TOP - 6), (x, bottom)],
                BLACK.mix(0.12),
            ))?;
            text(
                &format!("{:.1}", f64::from(tick) / 10.0),
                (x - 8, bottom + 6),
                13,
                BLACK,
            )?;
        }
        for (i, bar) in bars.iter().enumerate() {
            let y = TOP + ROW * i as i32;
            text(&bar.name, (20, y + 5), 14, BLACK)?;
            let vacuous = bar.value >= 1.0;
            let colour = if vacuous {
                RGBColor(170, 170, 170)
            } else {
                COLOURS[0]
            };
            area.draw(&Rectangle::new(
                [(LEFT, y + 3), (x_of(bar.value), y + ROW - 7)],
                colour.filled(),
            ))?;
            let arrow = if vacuous { "> " } else { "" };
            text(
                &format!("{arrow}{:.4}", bar.value),
                (x_of(bar.value) + 6, y + 6),
                13,
                BLACK,
            )?;
        }
        for (i, reference) in references.iter().enumerate() {
            let (x, colour) = (x_of(reference.value), COLOURS[1 + i % (COLOURS.len() - 1)]);
            area.draw(&PathElement::new(
                [(x, TOP - 8), (x, bottom)],
                colour.stroke_width(2),
            ))?;
            let y = bottom + 36 + 22 * i as i32;
            area.draw(&PathElement::new(
                [(LEFT, y + 7), (LEFT + 24, y + 7)],
                colour.stroke_width(2),
            ))?;
            text(
                &format!("{}: {:.4}", reference.name, reference.value),
                (LEFT + 32, y),
                14,
                BLACK,
            )?;
        }
        Ok(())
    })
}
