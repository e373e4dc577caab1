//! What all pictures share: the drawing area, texts, lines, colours.

use crate::error::{Error, Result};
use plotters::coord::Shift;
use plotters::prelude::*;

pub const FONT: &str = "sans-serif";

/// Colours of Okabe & Ito, which the colour-blind can tell apart too; those of
/// areas first, the stronger ones for lines last.
pub const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(204, 121, 167),
    RGBColor(0, 158, 115),
    RGBColor(213, 94, 0),
];
pub const INK: RGBColor = RGBColor(34, 34, 34);

pub type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub type Drawn = std::result::Result<(), Failure>;

/// Whatever the drawing library says.
pub struct Failure(String);

impl<E: std::error::Error> From<E> for Failure {
    fn from(e: E) -> Self {
        Self(e.to_string())
    }
}

/// The SVG text of what `draw` draws on `size` = (width, height) pixels.
///
/// # Errors
/// A bug if the drawing library refuses.
pub fn drawn(size: (u32, u32), draw: impl FnOnce(&Area<'_>) -> Drawn) -> Result<String> {
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

/// Width in pixels of a text in letters of `size` pixels, generously.
pub fn width(text: &str, size: i32) -> i32 {
    // The library divides sizes by 1.24; a sans-serif letter is 0.55 as wide.
    (text.chars().count() as f64 * f64::from(size) / 1.24 * 0.6).ceil() as i32
}

/// Writes `text` with its top left corner at `at`.
///
/// # Errors
/// The drawing library's.
pub fn write(area: &Area<'_>, text: &str, at: (i32, i32), size: i32) -> Drawn {
    let style = (FONT, size).into_font().color(&INK);
    Ok(area.draw(&Text::new(text.to_owned(), at, style))?)
}

/// A straight line of (drawn, blank) pixels by turns; blank 0 is solid.
///
/// # Errors
/// The drawing library's.
pub fn line(
    area: &Area<'_>,
    from: (i32, i32),
    to: (i32, i32),
    (dash, blank): (i32, i32),
    style: ShapeStyle,
) -> Drawn {
    if blank == 0 {
        return Ok(area.draw(&PathElement::new([from, to], style))?);
    }
    let (dx, dy) = (f64::from(to.0 - from.0), f64::from(to.1 - from.1));
    let length = dx.hypot(dy);
    let at = |t: f64| {
        let t = t.min(length) / length;
        (
            from.0 + (dx * t).round() as i32,
            from.1 + (dy * t).round() as i32,
        )
    };
    let mut t = 0.0;
    while t < length {
        let end = t + f64::from(dash);
        area.draw(&PathElement::new([at(t), at(end)], style))?;
        t = end + f64::from(blank);
    }
    Ok(())
}
