//! Bounds as bars made of their terms.

use super::Named;
use super::canvas::{Area, COLOURS, Drawn, INK, drawn, line, width, write};
use crate::error::Result;
use plotters::prelude::*;

/// An upper bound and the terms it is the sum of.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    pub name: String,
    /// In the order of drawing; equal names share a colour and a legend entry.
    /// What they leave of `value` is drawn grey.
    pub terms: Vec<Named>,
    pub value: f64,
}

const TITLE: i32 = 22;
const LABEL: i32 = 16;
/// Pixels from bar to bar, and of a bar.
const ROW: i32 = 32;
const THICK: i32 = 20;
const MARGIN: i32 = 20;
/// Pixels of the axis from 0 to 1, and what lies right of 1: arrow and number.
const PLOT: i32 = 520;
const BEYOND: i32 = 110;
const LEGEND_ROW: i32 = 24;
/// Pixels before a legend's text: of a square, of a piece of line.
const INDENT: i32 = 26;
const LINE: i32 = 34;
const REST: RGBColor = RGBColor(150, 150, 150);

/// Solid and two dashings, so that lines on the same pixel can be told apart.
const DASHES: [(i32, i32); 3] = [(1, 0), (7, 5), (2, 3)];
const LINES: [RGBColor; 3] = [INK, COLOURS[4], COLOURS[3]];
const VACUOUS: (&str, RGBColor) = ("1: vacuous from here on", RGBColor(200, 30, 30));

/// Upper bounds as horizontal bars divided into their terms, with vertical
/// lines at 1 and at `references` such as the exact risk. The axis ends at 1: a
/// longer (or infinite) bar ends there in an arrow; its number is printed.
/// Numbers are rounded up.
///
/// # Errors
/// A bug if the chart cannot be drawn.
pub fn bounds_chart(title: &str, bars: &[Bar], references: &[Named]) -> Result<String> {
    let layout = Layout::new(title, bars, references);
    drawn((layout.width as u32, layout.height as u32), |area| {
        write(area, title, (MARGIN, 16), TITLE)?;
        layout.axis(area)?;
        for (i, bar) in bars.iter().enumerate() {
            layout.bar(area, i, bar)?;
        }
        layout.references(area, references)?;
        // Over the lines: the numbers must stay readable.
        for (i, bar) in bars.iter().enumerate() {
            layout.number(area, i, bar)?;
        }
        layout.legend(area, references)
    })
}

struct Layout {
    /// Names of the terms, by colour.
    terms: Vec<String>,
    /// Where the axis begins, and the rows begin and end.
    left: i32,
    top: i32,
    bottom: i32,
    /// Where the legend of the lines begins.
    lines: i32,
    width: i32,
    height: i32,
}

impl Layout {
    fn new(title: &str, bars: &[Bar], references: &[Named]) -> Self {
        let mut terms: Vec<String> = Vec::new();
        for term in bars.iter().flat_map(|b| &b.terms) {
            if !terms.contains(&term.name) {
                terms.push(term.name.clone());
            }
        }
        let widest = |texts: &mut dyn Iterator<Item = &str>| {
            texts.map(|t| width(t, LABEL)).max().unwrap_or(0)
        };
        let left = MARGIN + widest(&mut bars.iter().map(|b| b.name.as_str())) + 14;
        let top = 64;
        let bottom = top + ROW * bars.len() as i32;
        // The legend of the lines stands right of the terms' names.
        let names = widest(&mut terms.iter().map(String::as_str));
        let lines = left.max(MARGIN + INDENT + names + 30);
        let texts: Vec<String> = references.iter().map(text).collect();
        let texts = texts.iter().map(String::as_str).chain([VACUOUS.0]);
        let legend = lines + LINE + widest(&mut texts.into_iter()) + MARGIN;
        let rows = (references.len() + 1).max(terms.len()) as i32;
        Self {
            width: legend
                .max(left + PLOT + BEYOND)
                .max(2 * MARGIN + width(title, TITLE)),
            height: bottom + 46 + LEGEND_ROW * rows + MARGIN / 2,
            terms,
            left,
            top,
            bottom,
            lines,
        }
    }

    fn x(&self, value: f64) -> i32 {
        let inside = if beyond(value) { 1.0 } else { value.max(0.0) };
        self.left + (inside * f64::from(PLOT)).round() as i32
    }

    fn y(&self, row: usize) -> i32 {
        self.top + ROW * row as i32 + (ROW - THICK) / 2
    }

    fn axis(&self, area: &Area<'_>) -> Drawn {
        for tick in 0..=10 {
            let value = f64::from(tick) / 10.0;
            let x = self.x(value);
            let ends = ((x, self.top - 4), (x, self.bottom + 4));
            line(area, ends.0, ends.1, DASHES[0], BLACK.mix(0.12).into())?;
            let text = format!("{value:.1}");
            let shift = width(&text, LABEL - 2) / 2;
            write(area, &text, (x - shift, self.bottom + 8), LABEL - 2)?;
        }
        Ok(())
    }

    fn bar(&self, area: &Area<'_>, row: usize, bar: &Bar) -> Drawn {
        let y = self.y(row);
        write(area, &bar.name, (MARGIN, y + 3), LABEL)?;
        let mut end = 0.0;
        let mut colour = REST;
        for term in &bar.terms {
            let from = end;
            // Terms rounded up may exceed the sum by a rounding.
            end = (end + term.value.max(0.0)).min(bar.value);
            colour = self.colour(&term.name);
            self.piece(area, y, (from, end), colour)?;
        }
        if bar.value > end {
            self.piece(area, y, (end, bar.value), REST)?;
            colour = REST;
        }
        if beyond(bar.value) {
            let (x, middle) = (self.x(1.0), y + THICK / 2);
            let arrow = [(x, y - 4), (x + 16, middle), (x, y + THICK + 4), (x, y - 4)];
            // The colour of whatever crosses 1.
            area.draw(&Polygon::new(arrow, self.at_one(bar, colour).filled()))?;
        }
        Ok(())
    }

    fn piece(&self, area: &Area<'_>, y: i32, (from, to): (f64, f64), colour: RGBColor) -> Drawn {
        let (from, to) = (self.x(from), self.x(to));
        if from < to {
            area.draw(&Rectangle::new(
                [(from, y), (to, y + THICK)],
                colour.filled(),
            ))?;
        }
        Ok(())
    }

    /// The colour of the term in which the running sum passes 1.
    fn at_one(&self, bar: &Bar, last: RGBColor) -> RGBColor {
        let mut sum = 0.0;
        for term in &bar.terms {
            sum += term.value.max(0.0);
            if sum > 1.0 {
                return self.colour(&term.name);
            }
        }
        last
    }

    fn colour(&self, term: &str) -> RGBColor {
        let place = self.terms.iter().position(|t| t == term).unwrap_or(0);
        COLOURS[place % COLOURS.len()]
    }

    fn references(&self, area: &Area<'_>, references: &[Named]) -> Drawn {
        let (top, bottom) = (self.top - 8, self.bottom + 4);
        let x = self.x(1.0);
        line(
            area,
            (x, top),
            (x, bottom),
            DASHES[0],
            VACUOUS.1.stroke_width(2),
        )?;
        for (i, reference) in references.iter().enumerate() {
            let x = self.x(reference.value);
            let style = LINES[i % LINES.len()].stroke_width(2);
            line(area, (x, top), (x, bottom), DASHES[i % DASHES.len()], style)?;
        }
        Ok(())
    }

    fn number(&self, area: &Area<'_>, row: usize, bar: &Bar) -> Drawn {
        let text = up(bar.value);
        let y = self.y(row);
        let x = self.x(bar.value) + if beyond(bar.value) { 22 } else { 6 };
        let paper = [(x - 2, y + 2), (x + width(&text, LABEL), y + THICK - 2)];
        area.draw(&Rectangle::new(paper, WHITE.mix(0.85).filled()))?;
        write(area, &text, (x, y + 3), LABEL)
    }

    /// Terms on the left, lines on the right.
    fn legend(&self, area: &Area<'_>, references: &[Named]) -> Drawn {
        let first = self.bottom + 42;
        for (i, term) in self.terms.iter().enumerate() {
            let y = first + LEGEND_ROW * i as i32;
            let square = [(MARGIN, y + 1), (MARGIN + 16, y + 15)];
            area.draw(&Rectangle::new(square, self.colour(term).filled()))?;
            write(area, term, (MARGIN + INDENT, y), LABEL)?;
        }
        let left = self.lines;
        let entries = references.iter().enumerate().map(|(i, r)| {
            let place = (DASHES[i % DASHES.len()], LINES[i % LINES.len()]);
            (text(r), place)
        });
        let vacuous = (VACUOUS.0.to_owned(), (DASHES[0], VACUOUS.1));
        for (i, (text, (dash, colour))) in entries.chain([vacuous]).enumerate() {
            let y = first + LEGEND_ROW * i as i32;
            let ends = ((left, y + 8), (left + 24, y + 8));
            line(area, ends.0, ends.1, dash, colour.stroke_width(2))?;
            write(area, &text, (left + LINE, y), LABEL)?;
        }
        Ok(())
    }
}

fn beyond(value: f64) -> bool {
    // Also what is not a number: it bounds nothing.
    value > 1.0 || value.is_nan()
}

/// The legend's entry of a line.
fn text(r: &Named) -> String {
    format!("{}: {}", r.name, up(r.value))
}

/// Four decimals, rounded up: a number printed below the bound would bound
/// nothing.
fn up(value: f64) -> String {
    let nearest = format!("{value:.4}");
    match nearest.parse::<f64>() {
        Ok(n) if n < value => format!("{:.4}", value + 1e-4),
        _ => nearest,
    }
}
